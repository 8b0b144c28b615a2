"""Exact pre-activations on cells and at points, and where forms meet, in integers of any size."""

from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from math import lcm

from exactnet.errors import ConsistencyError
from exactnet.exact.integer_matrices import IntegerMatrix, Rows
from exactnet.exact.rows import Row, primitive
from exactnet.networks.layer import IDENTITY, Layer
from exactnet.networks.network import ReluNetwork

CACHED = 1024  # layers on cells whose forms are kept


@dataclass(frozen=True, slots=True)
class LayerForms:
    """The pre-activations of a layer on a cell: rows over (x, 1), all times one positive factor.

    ``first`` is the number of the layer's first unit.
    """

    first: int
    rows: Rows
    factor: int


class ExactLayers:
    """The hidden layers of a network as integer matrices (scale W | scale b)."""

    def __init__(self, net: ReluNetwork) -> None:
        self.net = net
        self.matrices = [IntegerMatrix.of(layer.rows) for layer in net.layers[:-1]]
        self.slopes = [scaled_slopes(layer) for layer in net.layers[:-1]]
        units = [slope for layer in net.layers[:-1] for slope in layer.slopes]
        sizes = accumulate((layer.outputs for layer in net.layers[:-1]), initial=0)
        self.below = [(1 << size) - 1 for size in sizes]  # the bits of the units below each layer
        self._kept = lru_cache(maxsize=CACHED)(self._layer_forms)
        self.carried = sum(1 << k for k, slope in enumerate(units) if slope == IDENTITY)

    def pre_activations(self, ray: Row, layer: int) -> list[int]:
        """The pre-activations of a layer at a ray (x s, s), times s and times a positive factor."""
        values, scale = list(ray[:-1]), ray[-1]
        for k, current in enumerate(self.net.layers[:layer]):
            column = [[v] for v in (*values, scale)]
            before = [row[0] for row in self.matrices[k].times(column)]
            values = [
                t * (current.slope_scale if t > 0 else slope)
                for t, slope in zip(before, self.slopes[k], strict=True)
            ]
            scale *= current.scale * current.slope_scale
        return [row[0] for row in self.matrices[layer].times([[v] for v in (*values, scale)])]

    def forms(self, positive: int, layers: int) -> tuple[LayerForms, ...]:
        """The pre-activations of the units of the first layers on a cell.

        Bit k of ``positive`` says that unit k is on. Forms are kept by what they depend on, the
        signs of the layers below, so neighbouring cells share most of them.
        """
        return tuple(self._kept(positive & self.below[k], k) for k in range(layers))

    def _layer_forms(self, positive: int, layer: int) -> LayerForms:
        rows, scale = self.activations_on_cell(positive, layer)
        before = self.matrices[layer].times([*rows, (*(0,) * self.net.inputs, scale)])
        factor = scale * self.net.layers[layer].scale
        return LayerForms(self.below[layer].bit_length(), before, factor)

    def activations_on_cell(self, positive: int, layers: int) -> tuple[Rows, int]:
        """The units after the first layers on a cell: forms over (x, 1), and their scale."""
        if not layers:
            d = self.net.inputs
            return tuple(tuple(int(i == j) for j in range(d + 1)) for i in range(d)), 1
        last = layers - 1
        forms, on = self._kept(positive & self.below[last], last), self.net.layers[last].slope_scale
        factors = [
            on if positive >> k & 1 else slope
            for k, slope in enumerate(self.slopes[last], forms.first)
        ]
        rows = tuple(
            row if s == 1 else tuple(s * v for v in row)
            for s, row in zip(factors, forms.rows, strict=True)
        )
        return rows, forms.factor * on


def scaled_slopes(layer: Layer) -> list[int]:
    """The left slopes as integers over ``layer.slope_scale``."""
    return [s.numerator * (layer.slope_scale // s.denominator) for s in layer.slopes]


class Intersection:
    """The ray (x s, s), up to sign, on which forms vanish, as they come in.

    The forms are kept reduced, each with a pivot column in which the others are 0, as primitive
    integer rows.
    """

    def __init__(self, dim: int) -> None:
        self.dim = dim
        self.reduced: dict[int, Row] = {}

    @property
    def complete(self) -> bool:
        """Whether only one ray is left."""
        return len(self.reduced) == self.dim

    def add(self, form: Row) -> None:
        """Take one more form into account."""
        row = form
        for pivot, other in self.reduced.items():
            row = _eliminate(row, other, pivot)
        new = next((k for k, v in enumerate(row) if v), -1)
        if new < 0:
            return
        row = primitive(row)
        for pivot, other in self.reduced.items():
            if other[new]:
                self.reduced[pivot] = primitive(_eliminate(other, row, new))
        self.reduced[new] = row

    def ray(self) -> Row:
        """The ray, up to sign; it must be unique."""
        free = [k for k in range(self.dim + 1) if k not in self.reduced]
        if len(free) != 1:
            raise ConsistencyError.about(
                "vertex", "units that meet in one point", f"rank {len(self.reduced)}", "Report it."
            )
        scale = lcm(*(row[pivot] for pivot, row in self.reduced.items()))
        entries = [scale] * (self.dim + 1)
        for pivot, row in self.reduced.items():
            entries[pivot] = -row[free[0]] * (scale // row[pivot])
        return primitive(entries)


def _eliminate(row: Row, other: Row, pivot: int) -> Row:
    """A multiple of a row less one of another row, with 0 in a column where that one is not 0."""
    a, b = other[pivot], row[pivot]
    return tuple(a * x - b * y for x, y in zip(row, other, strict=True)) if b else row
