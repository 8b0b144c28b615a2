"""What each supported PyTorch layer computes in evaluation mode, as an exact affine map or slopes.

Every function takes the shape of one example and returns the map with the shape behind it; what has
no exact piecewise-linear meaning is refused by the name of its layer.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from math import isfinite, prod

from exactnet.bridges.rounding import FLOAT32, FLOAT64, at_most
from exactnet.bridges.torch_library import (
    MAX_NUMBERS,
    dtype_name,
    exact_matrix,
    exact_vector,
    nn,
    torch,
)
from exactnet.errors import InputError
from exactnet.exact.rationals import Matrix, Vector

Shape = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Scaling:
    """y = scale x + shift, coordinate by coordinate."""

    scale: Vector
    shift: Vector


@dataclass(frozen=True, slots=True)
class Dense:
    """y = weight x + bias."""

    weight: Matrix
    bias: Vector


def linear(module: "nn.Linear", shape: Shape | None, where: str) -> tuple[Dense, Shape]:
    """A Linear layer on a flat input."""
    wanted = (module.in_features,)
    if shape is not None and shape != wanted:
        raise InputError.about(
            where, f"inputs of shape {wanted}", f"{shape}", "Put nn.Flatten before it."
        )
    weight = exact_matrix(module.weight, f"{where}.weight")
    return Dense(weight, _bias(module.bias, module.out_features, where)), (module.out_features,)


def convolution(module: "nn.Conv2d", shape: Shape | None, where: str) -> tuple[Dense, Shape]:
    """A Conv2d layer as the matrix it is: zero padding, any stride, dilation and groups."""
    channels = module.in_channels
    if shape is None or len(shape) != 3 or shape[0] != channels:
        raise InputError.about(
            where,
            f"inputs of shape ({channels}, height, width)",
            f"{shape or 'no shape'}",
            "Give input_shape=(channels, height, width).",
        )
    if module.padding_mode != "zeros":
        raise InputError.about(where, "padding_mode 'zeros'", module.padding_mode, "Use zeros.")
    lattice = Lattice.of(module, shape)
    if min(lattice.size) < 1:
        raise InputError.about(where, "an image as large as the kernel", f"{shape}", "Enlarge it.")
    size, rows = prod(shape), module.out_channels * prod(lattice.size)
    if size * rows > MAX_NUMBERS:
        raise InputError.about(
            where, f"a matrix of at most {MAX_NUMBERS} numbers", f"{rows} x {size}", "Use less."
        )
    kernel = exact_vector(module.weight, f"{where}.weight")
    bias = _bias(module.bias, module.out_channels, where)
    group_in, group_out = channels // module.groups, module.out_channels // module.groups
    taps = prod(lattice.kernel)
    weight = []
    for c in range(module.out_channels):
        first = c // group_out * group_in
        for place in product(*map(range, lattice.size)):
            row = [Fraction(0)] * size
            for k, (y, x) in lattice.taps(place):
                for g in range(group_in):
                    at = ((first + g) * shape[1] + y) * shape[2] + x
                    row[at] += kernel[(c * group_in + g) * taps + k]
            weight.append(tuple(row))
    shifts = tuple(b for b in bias for _ in range(prod(lattice.size)))
    return Dense(tuple(weight), shifts), (module.out_channels, *lattice.size)


@dataclass(frozen=True, slots=True)
class Lattice:
    """Where the taps of a two-dimensional kernel fall on an image."""

    image: Shape
    kernel: Shape
    stride: Shape
    dilation: Shape
    before: Shape
    size: Shape

    @classmethod
    def of(cls, module: "nn.Conv2d", shape: Shape) -> "Lattice":
        """The lattice of a layer on images of shape (channels, height, width)."""
        reach = tuple(d * (k - 1) for d, k in zip(module.dilation, module.kernel_size, strict=True))
        if module.padding == "same":  # an odd rest goes behind, as in torch
            before, both = tuple(r // 2 for r in reach), reach
        else:
            before = (0, 0) if isinstance(module.padding, str) else tuple(module.padding)
            both = tuple(2 * b for b in before)
        size = tuple(
            (n + b - r - 1) // s + 1
            for n, b, r, s in zip(shape[1:], both, reach, module.stride, strict=True)
        )
        image = tuple(shape[1:])
        return cls(image, module.kernel_size, module.stride, module.dilation, before, size)

    @classmethod
    def of_pool(cls, module: "nn.MaxPool2d | nn.AvgPool2d", shape: Shape) -> "Lattice":
        """The lattice of a pool; with ceil_mode no place starts behind the image."""
        kernel, stride, pad = pair(module.kernel_size), pair(module.stride), pair(module.padding)
        dilation = pair(getattr(module, "dilation", 1))
        size = []
        for n, k, s, d, b in zip(shape[1:], kernel, stride, dilation, pad, strict=True):
            rest = n + 2 * b - d * (k - 1) - 1
            count = (-(-rest // s) if module.ceil_mode else rest // s) + 1
            size.append(count - 1 if module.ceil_mode and (count - 1) * s >= n + b else count)
        return cls(tuple(shape[1:]), kernel, stride, dilation, pad, tuple(size))

    def taps(self, place: Shape) -> Iterator[tuple[int, Shape]]:
        """The kernel entries that see a pixel, with that pixel, for one output position."""
        for k, tap in enumerate(product(*map(range, self.kernel))):
            pixel = tuple(
                p * s + t * d - b
                for p, s, t, d, b in zip(
                    place, self.stride, tap, self.dilation, self.before, strict=True
                )
            )
            if all(0 <= v < n for v, n in zip(pixel, self.image, strict=True)):
                yield k, pixel


def batch_norm(
    module: "nn.BatchNorm1d | nn.BatchNorm2d", shape: Shape | None, where: str
) -> tuple[Scaling, Shape, str]:
    """A BatchNorm layer with its running statistics, and a note on its irrational factor.

    1/sqrt(var + eps) is taken as the float that torch computes, in double precision and then
    rounded to the layer's dtype; the note bounds its distance from the real number exactly.
    """
    if module.training or module.running_mean is None or module.running_var is None:
        raise InputError.about(
            where, "running statistics in evaluation mode", "batch statistics", "Call eval()."
        )
    wanted = 1 if isinstance(module, nn.BatchNorm1d) else 3
    shape = (module.num_features,) if shape is None and wanted == 1 else shape
    if shape is None or len(shape) != wanted or shape[0] != module.num_features:
        raise InputError.about(
            where, f"{module.num_features} channels", f"shape {shape}", "Give the input_shape."
        )
    var, eps = module.running_var, Fraction(module.eps)
    exact_vector(var, f"{where}.running_var")  # finite
    inverse = (1 / torch.sqrt(var.double() + module.eps)).to(var.dtype)
    factors = exact_vector(inverse, f"{where}.running_var")
    variances = exact_vector(var, f"{where}.running_var")
    # |s sqrt(v) - 1| <= |s^2 v - 1|, a rational
    error = max(abs(s * s * (v + eps) - 1) for s, v in zip(factors, variances, strict=True))
    one, zero = torch.ones_like(var), torch.zeros_like(var)
    gamma = exact_vector(one if module.weight is None else module.weight, f"{where}.weight")
    beta = exact_vector(zero if module.bias is None else module.bias, f"{where}.bias")
    mean = exact_vector(module.running_mean, f"{where}.running_mean")
    scale = tuple(g * s for g, s in zip(gamma, factors, strict=True))
    shift = tuple(b - a * m for a, b, m in zip(scale, beta, mean, strict=True))
    each = prod(shape[1:])
    spread = Scaling(
        tuple(v for v in scale for _ in range(each)), tuple(v for v in shift for _ in range(each))
    )
    return spread, shape, _irrational(where, dtype_name(var, where), error)


def leaky_slope(module: "nn.LeakyReLU", dtype: str, where: str) -> tuple[Fraction, str]:
    """The slope that torch multiplies by (float32 unless the tensors are float64), and a note."""
    fmt = FLOAT64 if dtype == "float64" else FLOAT32
    if not isfinite(module.negative_slope):
        raise InputError.about(where, "a finite slope", f"{module.negative_slope}", "Change it.")
    given = Fraction(module.negative_slope)
    used = fmt.nearest(given, f"{where}.negative_slope")
    note = f"{where}: slope {module.negative_slope!r} is applied as the {fmt.name} value {used}"
    return used, "" if used == given else note


def pair(value: int | Shape) -> Shape:
    """A size for both axes, where one number stands for two."""
    return (value, value) if isinstance(value, int) else tuple(value)


def _irrational(where: str, dtype: str, error: Fraction) -> str:
    if not error:
        return f"{where}: every factor 1/sqrt(var + eps) is rational and exact in {dtype}"
    return (
        f"{where}: 1/sqrt(var + eps) is taken as the {dtype} value that torch computes; "
        f"it differs from the real number by a relative error of at most {at_most(error)}"
    )


def _bias(bias: "torch.Tensor | None", size: int, where: str) -> Vector:
    return (Fraction(0),) * size if bias is None else exact_vector(bias, f"{where}.bias")
