"""The exact ReLU network and its evaluation."""

import json
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import gcd
from pathlib import Path

from exactnet.errors import InputError, InputTypeError, shown
from exactnet.exact import linalg
from exactnet.exact.rationals import (
    Matrix,
    RationalLike,
    Vector,
    as_matrix,
    as_sequence,
    as_vector,
    from_floats,
)
from exactnet.exact.rows import Row, homogeneous
from exactnet.exact.strict_json import read_document, write_text
from exactnet.networks.documents import layers_document, parse_layers
from exactnet.networks.layer import IDENTITY, RELU, Layer, as_slope
from exactnet.notebook import facts

Pattern = tuple[int, ...]


OTHER_FORMATS = (".npz", ".nnet", ".onnx", ".pt", ".pth", ".safetensors")


@dataclass(frozen=True, slots=True)
class AffinePiece:
    """The affine function x -> weight x + bias that a network equals near a point."""

    weight: Matrix
    bias: Vector

    def __call__(self, x: Vector) -> Vector:
        """The value at a point."""
        return linalg.add(linalg.mat_vec(self.weight, x), self.bias)


def as_network(value: object, where: str = "network") -> "ReluNetwork":
    """The value, if it is a ReluNetwork; InputTypeError with the ways to get one."""
    if isinstance(value, ReluNetwork):
        return value
    raise InputTypeError.about(
        where,
        "a ReluNetwork",
        type(value).__name__,
        "Use load_network for a file, bridges.from_torch for a module, ReluNetwork.of for weights.",
    )


@dataclass(frozen=True, slots=True)
class ReluNetwork:
    """A feed-forward network with rational weights; relu between layers, the last one affine.

    ``depth`` counts hidden layers and ``width`` is the widest of them (both as in the talk's
    Theorem 1). Hidden units may also carry a value unchanged, take absolute values or be leaky.

    >>> hat = ReluNetwork.of([([[1], [1]], [0, "-1/2"]), ([[2, -4]], [0])])
    >>> hat(["1/4"]), hat([1]), hat.depth, hat.width
    ((Fraction(1, 2),), (Fraction(0, 1),), 1, 2)
    """

    layers: tuple[Layer, ...]

    def __post_init__(self) -> None:
        if not self.layers:
            raise InputError.about("ReluNetwork", "at least one layer", "none", "Add the readout.")
        for k, (before, after) in enumerate(zip(self.layers, self.layers[1:], strict=False), 1):
            if before.outputs != after.inputs:
                raise InputError.about(
                    f"layer {k}",
                    f"{before.outputs} columns (the units before it)",
                    f"{after.inputs}",
                    "Make the shapes agree.",
                )
        if not self.layers[-1].is_affine():
            raise InputError.about(
                f"layer {len(self.layers) - 1}", "an affine last layer", "an activation", "Drop it."
            )

    @classmethod
    def of(
        cls,
        layers: Iterable[tuple[object, object]],
        activations: Sequence[Sequence[object]] | None = None,
    ) -> "ReluNetwork":
        """Build from (weight, bias) pairs, weights with one row a unit.

        ``activations`` gives each hidden layer a list with one entry a unit: "relu" (the
        default), "identity", "abs" or {"leaky": "1/10"}.

        Raises InputError for shapes that do not agree, InputTypeError for floats.
        """
        pairs = _pairs(layers)
        lists = as_sequence(() if activations is None else activations, "activations")
        if len(lists) > max(len(pairs) - 1, 0):
            raise InputError.about(
                "activations",
                f"at most {len(pairs) - 1} lists, one a hidden layer",
                f"{len(lists)}",
                "The last layer is affine and has none.",
            )
        last = len(pairs) - 1
        return cls(tuple(_layer(k, pair, k == last, lists) for k, pair in enumerate(pairs)))

    @classmethod
    def from_floats(
        cls,
        layers: Iterable[tuple[object, object]],
        activations: Sequence[Sequence[object]] | None = None,
    ) -> "ReluNetwork":
        """Build from float weights, such as trained ones, taken as the exact values they store.

        >>> net = ReluNetwork.from_floats([([[0.1]], [0.5]), ([[1.0]], [0.0])])
        >>> net([1]) == (Fraction(0.1) + Fraction(1, 2),)
        True

        Raises InputError for infinities and NaN.
        """
        exact = [
            (from_floats(weight, f"layer {k}.weight"), from_floats(bias, f"layer {k}.bias"))
            for k, (weight, bias) in enumerate(_pairs(layers))
        ]
        return cls.of(exact, activations)

    @classmethod
    def from_document(cls, document: dict[str, object], where: str) -> "ReluNetwork":
        """Build from the JSON form; every fault in it is one clear error."""
        pairs, activations = parse_layers(document, where)
        try:
            return cls.of(pairs, activations)
        except (InputError, InputTypeError) as error:
            raise type(error)(f"{where}: {error}") from error

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> "ReluNetwork":
        """Read an exact network from a JSON file (FileError, InputError)."""
        return cls.from_document(read_document(path), os.fspath(path))

    def document(self) -> dict[str, object]:
        """The JSON form."""
        return layers_document(self.layers)

    def _repr_html_(self) -> str:
        """The network in a notebook: its sizes, not its weights."""
        sizes = " - ".join(str(n) for n in (self.inputs, *(s.outputs for s in self.layers)))
        return facts(
            "ReLU network",
            [
                ("units, layer by layer", sizes),
                ("hidden layers (depth)", self.depth),
                ("widest (width)", self.width),
                ("hidden units", self.neurons),
            ],
        )

    def __repr__(self) -> str:
        """Its sizes; the weights are in ``layers`` and ``document``."""
        sizes = [self.inputs, *(layer.outputs for layer in self.layers)]
        most = 10
        shown = sizes if len(sizes) <= most else [*sizes[: most - 2], "...", sizes[-1]]
        return f"<ReluNetwork {'-'.join(map(str, shown))}, {self.depth} hidden layers>"

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the network to a JSON file, all or nothing.

        Raises InputError for a name that ends as that of another format, FileError if it fails.
        """
        suffix = Path(path).suffix.lower()
        if suffix in OTHER_FORMATS:
            raise InputError.about(
                os.fspath(path), "a name for exact JSON", f"'{suffix}'",
                "Name it .json, or write that format with exactnet.bridges.",
            )  # fmt: skip
        write_text(path, json.dumps(self.document(), indent=1) + "\n")

    @property
    def depth(self) -> int:
        """The number of hidden layers."""
        return len(self.layers) - 1

    @property
    def width(self) -> int:
        """The number of units of the widest hidden layer (0 if there is none)."""
        return max((layer.outputs for layer in self.layers[:-1]), default=0)

    @property
    def inputs(self) -> int:
        """d, the input dimension."""
        return self.layers[0].inputs

    @property
    def outputs(self) -> int:
        """The number of outputs."""
        return self.layers[-1].outputs

    @property
    def neurons(self) -> int:
        """The number of hidden units."""
        return sum(layer.outputs for layer in self.layers[:-1])

    def __call__(self, x: Iterable[RationalLike]) -> Vector:
        """The exact outputs at a rational point."""
        point = as_vector(x, "x", self.inputs)
        values, scale = self.evaluate_homogeneous(homogeneous(point))
        return tuple(Fraction(value, scale) for value in values)

    def evaluate_homogeneous(self, ray: Row) -> tuple[list[int], int]:
        """Evaluate at ray[:-1] / ray[-1] in integers; the outputs are values / scale.

        A positive common factor passes through relu, so no fraction is ever formed.
        """
        values, scale = list(ray[:-1]), ray[-1]
        for layer in self.layers:
            values, scale = _step(layer, values, scale)
        return values, scale

    def pattern(self, x: Iterable[RationalLike]) -> Pattern:
        """The activation pattern at x: 1 where a pre-activation is > 0, one entry a hidden unit.

        An identity unit has one slope only and always counts as on.
        """
        point = as_vector(x, "x", self.inputs)
        bits: list[int] = []
        for layer in self.layers[:-1]:
            before = linalg.add(linalg.mat_vec(layer.weight, point), layer.bias)
            bits += [
                int(value > 0 or slope == IDENTITY)
                for value, slope in zip(before, layer.slopes, strict=True)
            ]
            point = layer.activate(before)
        return tuple(bits)

    def affine_piece(self, x: Iterable[RationalLike]) -> AffinePiece:
        """The affine piece that the pattern at x selects (zero pre-activations count as off)."""
        bits = iter(self.pattern(x))
        weight, bias = linalg.identity(self.inputs), (Fraction(0),) * self.inputs
        for k, layer in enumerate(self.layers):
            bias = linalg.add(linalg.mat_vec(layer.weight, bias), layer.bias)
            weight = linalg.mat_mul(layer.weight, weight)
            if k == self.depth:
                break
            slopes = [Fraction(1) if next(bits) else slope for slope in layer.slopes]
            bias = tuple(s * b for s, b in zip(slopes, bias, strict=True))
            weight = tuple(tuple(s * w for w in row) for s, row in zip(slopes, weight, strict=True))
        return AffinePiece(weight, bias)


def _pairs(layers: Iterable[tuple[object, object]]) -> list[tuple[object, object]]:
    """The layers, each checked to be a pair."""
    pairs = []
    for k, pair in enumerate(as_sequence(layers, "layers", "a list of (weight, bias) pairs")):
        if not isinstance(pair, (tuple, list)) or len(pair) != 2:
            raise InputError.about(
                f"layer {k}", "a pair (weight, bias)", shown(pair, 60), "Give both."
            )
        pairs.append((pair[0], pair[1]))
    return pairs


def _layer(k: int, pair: tuple[object, object], last: bool, activations: Sequence[object]) -> Layer:
    bias = as_vector(pair[1], f"layer {k}.bias")
    weight = as_matrix(pair[0], f"layer {k}.weight")
    if not weight or not weight[0] or len(bias) != len(weight):
        columns = len(weight[0]) if weight else 0
        raise InputError.about(
            f"layer {k}",
            "one bias per row of a non-empty weight matrix",
            f"a {len(weight)}x{columns} weight and {len(bias)} biases",
            "Make the shapes agree.",
        )
    if last:
        return Layer(weight, bias, (IDENTITY,) * len(bias))
    if k >= len(activations):
        return Layer(weight, bias, (RELU,) * len(bias))
    entries = as_sequence(activations[k], f"layer {k}.activation", "a list, one entry a unit")
    slopes = tuple(as_slope(a, f"layer {k}.activation[{j}]") for j, a in enumerate(entries))
    if len(slopes) != len(bias):
        raise InputError.about(
            f"layer {k}.activation", f"{len(bias)} entries", f"{len(slopes)}", "One entry a unit."
        )
    return Layer(weight, bias, slopes)


def _step(layer: Layer, values: list[int], scale: int) -> tuple[list[int], int]:
    result = []
    for row, slope in zip(layer.rows, layer.slopes, strict=True):
        total = row[-1] * scale + sum(w * v for w, v in zip(row, values, strict=False) if w and v)
        if total < 0:
            total = total * slope.numerator * (layer.slope_scale // slope.denominator)
        else:
            total *= layer.slope_scale
        result.append(total)
    scale *= layer.scale * layer.slope_scale
    divisor = gcd(scale, *result)
    if divisor > 1:
        return [value // divisor for value in result], scale // divisor
    return result, scale
