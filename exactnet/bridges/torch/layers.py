"""What each supported PyTorch layer computes in evaluation mode, as an exact affine map or slopes.

Every function takes the shape of one example and returns the map with the shape behind it; what has
no exact piecewise-linear meaning is refused by the name of its layer.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from math import isfinite, prod

from exactnet.bridges.roots import inverse_roots, root_words
from exactnet.bridges.rounding import FLOAT32, FLOAT64
from exactnet.bridges.smooth import smooth_remedy
from exactnet.bridges.torch.library import MAX_NUMBERS, exact_matrix, exact_vector, nn, torch
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


def in_order(module: "nn.Module", where: str) -> Iterator[tuple[str, "nn.Module"]]:
    """The layers of nested Sequentials in the order of their calls, one used twice twice.

    Hooks and a ``forward`` of the object's own may change what it computes.
    """
    place = where.strip(". ") if where != "layer " else type(module).__name__
    if module._forward_hooks or module._forward_pre_hooks:
        raise InputError.about(
            place, "a layer without hooks", "hooks", "Remove them (or bake them in)."
        )
    if "forward" in vars(module):
        raise InputError.about(
            place, "the forward of its class", "a replaced one", "Remove it from the object."
        )
    if type(module) is not nn.Sequential:
        yield place, module
        return
    for name, child in module._modules.items():  # named_children leaves out repetitions
        if child is None:
            raise InputError.about(f"{where}{name}", "a layer", "None", "Remove it.")
        yield from in_order(child, f"{where}{name}.")


def remedy(module: "nn.Module") -> str:
    """What to do about a layer that has no meaning here."""
    export = "xport the module with torch.onnx.export and read the .onnx file."
    if not type(module).__module__.startswith("torch.nn."):  # a class of the user's own
        return f"E{export}"
    return smooth_remedy(type(module).__name__) or f"Replace or remove it, or e{export}"


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

    1/sqrt(var + eps) is exact where it is rational and else the float64 next to it; the note bounds
    its distance from the real number. (What torch multiplies by differs from kernel to kernel.)
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
    var = exact_vector(module.running_var, f"{where}.running_var")
    eps = exact_number(module.eps, f"{where}.eps")
    if any(v + eps <= 0 for v in var):
        least = f"{float(min(var) + eps):.3g}"
        raise InputError.about(where, "var + eps > 0", least, "Correct it.")
    factors, error = inverse_roots([v + eps for v in var])
    gamma = (Fraction(1),) * len(var)
    if module.weight is not None:
        gamma = exact_vector(module.weight, f"{where}.weight")
    beta = _bias(module.bias, len(var), where)
    mean = exact_vector(module.running_mean, f"{where}.running_mean")
    scale = tuple(g * s for g, s in zip(gamma, factors, strict=True))
    shift = tuple(b - a * m for a, b, m in zip(scale, beta, mean, strict=True))
    each = prod(shape[1:])
    spread = Scaling(
        tuple(v for v in scale for _ in range(each)), tuple(v for v in shift for _ in range(each))
    )
    return spread, shape, f"{where}: {root_words('var + eps', error)}"


def leaky_slope(module: "nn.LeakyReLU", dtype: str, where: str) -> tuple[Fraction, str]:
    """The slope that torch multiplies by (float32 unless the tensors are float64), and a note."""
    fmt = FLOAT64 if dtype == "float64" else FLOAT32
    given = exact_number(module.negative_slope, f"{where}.negative_slope")
    used = fmt.nearest(given, f"{where}.negative_slope")
    note = f"{where}: slope {module.negative_slope!r} is applied as the {fmt.name} value {used}"
    return used, "" if used == given else note


def exact_number(value: object, where: str) -> Fraction:
    """The rational that a setting of a layer, a Python number, stores."""
    if isinstance(value, float) and isfinite(value):
        return Fraction(value)
    if isinstance(value, int):
        return Fraction(value)
    raise InputError.about(where, "a finite number", f"{value!r:.40}", "Change it.")


def pair(value: int | Shape) -> Shape:
    """A size for both axes, where one number stands for two."""
    return (value, value) if isinstance(value, int) else tuple(value)


def _bias(bias: "torch.Tensor | None", size: int, where: str) -> Vector:
    return (Fraction(0),) * size if bias is None else exact_vector(bias, f"{where}.bias")
