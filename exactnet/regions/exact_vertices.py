"""Exact vertices and exact pre-activations, for what 64-bit arithmetic cannot decide.

A vertex is determined by its signs: the facets of the domain it lies on, and the units that vanish
there, whose affine forms on any cell around it meet in that point only. (A unit that vanishes at
the vertex contributes 0 to later layers on either side, so any cell around it will do.)
"""

from collections.abc import Iterator
from fractions import Fraction
from math import prod

from exactnet.errors import ConsistencyError
from exactnet.exact.integer_matrices import IntegerMatrix, Rows
from exactnet.exact.rows import Row, integer_row, primitive
from exactnet.networks.layer import IDENTITY, Layer
from exactnet.networks.network import ReluNetwork


class ExactLayers:
    """The hidden layers of a network as integer matrices (scale W | scale b)."""

    def __init__(self, net: ReluNetwork) -> None:
        self.net = net
        self.matrices = [IntegerMatrix.of(layer.rows) for layer in net.layers[:-1]]
        self.slopes = [scaled_slopes(layer) for layer in net.layers[:-1]]
        units = [slope for layer in net.layers[:-1] for slope in layer.slopes]
        self.carried = sum(1 << k for k, slope in enumerate(units) if slope == IDENTITY)

    def pre_activations(self, ray: Row, layer: int) -> list[int]:
        """The pre-activations of a layer at a ray (x s, s), times s and times ``factor(layer)``."""
        values, scale = list(ray[:-1]), ray[-1]
        for k, current in enumerate(self.net.layers[: layer + 1]):
            column = [[v] for v in (*values, scale)]
            before = [row[0] for row in self.matrices[k].times(column)]
            if k == layer:
                return before
            values = [
                t * (current.slope_scale if t > 0 else slope)
                for t, slope in zip(before, self.slopes[k], strict=True)
            ]
            scale *= current.scale * current.slope_scale
        raise ConsistencyError.about("pre_activations", "a hidden layer", str(layer), "Report it.")

    def factor(self, layer: int) -> int:
        """The product of all scales up to a layer's pre-activations."""
        below = (k.scale * k.slope_scale for k in self.net.layers[:layer])
        return prod(below) * self.net.layers[layer].scale

    def forms_on_cell(self, positive: int, layers: int) -> Iterator[tuple[int, Rows]]:
        """Layer by layer, the number of its first unit and the units' pre-activations on a cell.

        Bit k of ``positive`` says that unit k is on; forms are over (x, 1), up to a positive
        factor a layer.
        """
        for first, before, _, _ in self._walk(positive, layers):
            yield first, before

    def activations_on_cell(self, positive: int, layers: int) -> tuple[Rows, int]:
        """The units after the first layers on a cell: forms over (x, 1), and their scale."""
        d = self.net.inputs
        inputs: Rows = tuple(tuple(int(i == j) for j in range(d + 1)) for i in range(d))
        steps = [(rows, scale) for _, _, rows, scale in self._walk(positive, layers)]
        return steps[-1] if steps else (inputs, 1)

    def _walk(self, positive: int, layers: int) -> Iterator[tuple[int, Rows, Rows, int]]:
        d, first, scale = self.net.inputs, 0, 1
        rows: Rows = tuple(tuple(int(i == j) for j in range(d + 1)) for i in range(d))
        for matrix, slopes, layer in zip(
            self.matrices[:layers], self.slopes, self.net.layers, strict=False
        ):
            before = matrix.times([*rows, (*(0,) * d, scale)])
            on = layer.slope_scale
            factors = [
                on if positive >> (first + k) & 1 else slope for k, slope in enumerate(slopes)
            ]
            rows = tuple(
                row if s == 1 else tuple(s * v for v in row)
                for s, row in zip(factors, before, strict=True)
            )
            scale *= layer.scale * on
            yield first, before, rows, scale
            first += layer.outputs


def scaled_slopes(layer: Layer) -> list[int]:
    """The left slopes as integers over ``layer.slope_scale``."""
    return [s.numerator * (layer.slope_scale // s.denominator) for s in layer.slopes]


class Intersection:
    """The ray (x s, s), up to sign, on which forms vanish, as they come in."""

    def __init__(self, dim: int) -> None:
        self.dim = dim
        self.reduced: dict[int, list[Fraction]] = {}

    @property
    def complete(self) -> bool:
        """Whether only one ray is left."""
        return len(self.reduced) == self.dim

    def add(self, form: Row) -> None:
        """Take one more form into account."""
        row = [Fraction(v) for v in form]
        for pivot, other in self.reduced.items():
            row = _eliminate(row, other, pivot)
        pivot = next((k for k, v in enumerate(row) if v), -1)
        if pivot < 0:
            return
        row = [v / row[pivot] for v in row]
        self.reduced = {p: _eliminate(other, row, pivot) for p, other in self.reduced.items()}
        self.reduced[pivot] = row

    def ray(self) -> Row:
        """The ray, up to sign; it must be unique."""
        free = [k for k in range(self.dim + 1) if k not in self.reduced]
        if len(free) != 1:
            raise ConsistencyError.about(
                "vertex", "units that meet in one point", f"rank {len(self.reduced)}", "Report it."
            )
        entries = [Fraction(0)] * (self.dim + 1)
        entries[free[0]] = Fraction(1)
        for pivot, row in self.reduced.items():
            entries[pivot] = -row[free[0]]
        return integer_row(entries)


def _eliminate(row: list[Fraction], other: list[Fraction], pivot: int) -> list[Fraction]:
    factor = row[pivot]
    return [x - factor * y for x, y in zip(row, other, strict=True)] if factor else row


def between(u: Row, w: Row, at_u: int, at_w: int) -> Row:
    """The ray between u and w on which a form with these two values (of opposite sign) vanishes."""
    a, b = abs(at_u), abs(at_w)
    return primitive([b * x + a * y for x, y in zip(u, w, strict=True)])
