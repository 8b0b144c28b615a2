"""Sums over cells of b_i a_j(S): exactly, or between two bounds from integers of fixed length.

On a cell with derivatives b (a vector) and a (affine forms), the integral of the matrix b_i a_j(x)
against a signed measure is b_i a_j(S), S the integrals of (x, 1): one product of matrices a layer
for all cells together. The S of different cells have unrelated denominators, so the exact sum is
made in a balanced tree; for all questions but "is it 0?" integers of fixed length will do.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import chain
from math import lcm

from exactnet.exact.integer_matrices import Rows, product
from exactnet.exact.rationals import Matrix, Vector
from exactnet.exact.rows import dot
from exactnet.networks.layer import Layer
from exactnet.theorems.gradients.derivatives import Derivatives, Differentiator

AT_ONCE = 8  # cells whose sums are brought to one denominator at once
Interval = tuple[Fraction, Fraction]
Layers = tuple[tuple[Matrix, Vector], ...]


@dataclass(frozen=True, slots=True)
class _Sum:
    """A matrix a layer, its last column for the biases; all over one denominator."""

    layers: list[Rows]
    denominator: int

    def plus(self, other: "_Sum") -> "_Sum":
        """The sum of two sums."""
        common = lcm(self.denominator, other.denominator)
        f, g = common // self.denominator, common // other.denominator
        layers = [
            tuple(
                tuple(f * u + g * v for u, v in zip(a, b, strict=True))
                for a, b in zip(one, two, strict=True)
            )
            for one, two in zip(self.layers, other.layers, strict=True)
        ]
        return _Sum(layers, common)


def exact_sum(
    forward: Differentiator, cells: Sequence[Derivatives], moments: Sequence[Vector]
) -> Layers:
    """The exact sum over cells, a weight matrix and a bias vector a layer.

    ``moments[c]`` are the integrals of x_1..x_d and 1 over cell c.
    """
    total: list[_Sum] = []
    for count, first in enumerate(range(0, len(cells), AT_ONCE), 1):
        total.append(
            _chunk(cells[first : first + AT_ONCE], moments[first : first + AT_ONCE], forward)
        )
        merges = count & -count  # as many as there are zeros at the end of the count
        while merges > 1:
            total.append(total.pop().plus(total.pop()))
            merges >>= 1
    while len(total) > 1:
        total.append(total.pop().plus(total.pop()))
    return tuple(_layer(forward, total, k) for k in range(forward.net.depth + 1))


def _chunk(
    cells: Sequence[Derivatives], moments: Sequence[Vector], forward: Differentiator
) -> _Sum:
    common = lcm(*(value.denominator for vector in moments for value in vector))
    scaled = [tuple(int(value * common) for value in vector) for vector in moments]
    layers = [product(*_factors(cells, scaled, k)) for k in range(forward.net.depth + 1)]
    return _Sum(layers, common)


def _factors(
    cells: Sequence[Derivatives], moments: Sequence[Sequence[int]], k: int
) -> tuple[Rows, Rows]:
    """The two matrices whose product is layer k's sum: units x cells, cells x inputs."""
    left = tuple(zip(*(cell.backward[k] for cell in cells), strict=True))
    right = tuple(
        tuple(dot(row, vector) for row in cell.inputs[k])  # type: ignore[arg-type]
        for cell, vector in zip(cells, moments, strict=True)
    )
    return left, right


def _layer(forward: Differentiator, total: list[_Sum], k: int) -> tuple[Matrix, Vector]:
    layer = forward.net.layers[k]
    if not total:
        zero = Fraction(0)
        return ((zero,) * layer.inputs,) * layer.outputs, (zero,) * layer.outputs
    scale = total[0].denominator * forward.input_scales[k] * forward.backward_scales[k]
    rows = [tuple(Fraction(v, scale) for v in row) for row in total[0].layers[k]]
    return tuple(row[:-1] for row in rows), tuple(row[-1] for row in rows)


@dataclass(frozen=True, slots=True)
class Block:
    """Certified bounds on a matrix: the entry is within radii / scale of values / scale."""

    values: Rows
    radii: Rows
    scale: int

    def pairs(self) -> Iterator[tuple[int, int]]:
        """The entries as (value, radius)."""
        return zip(chain(*self.values), chain(*self.radii), strict=True)


@dataclass(frozen=True, slots=True)
class GradientEnclosure:
    """Certified bounds on every entry of a gradient; one block a layer, biases its last column."""

    blocks: tuple[Block, ...]

    @property
    def layers(self) -> tuple[tuple[tuple[tuple[Interval, ...], ...], tuple[Interval, ...]], ...]:
        """For every layer the intervals around its weights, and those around its biases."""
        found = []
        for block in self.blocks:
            rows = [
                tuple(
                    (Fraction(v - r, block.scale), Fraction(v + r, block.scale))
                    for v, r in zip(values, radii, strict=True)
                )
                for values, radii in zip(block.values, block.radii, strict=True)
            ]
            found.append((tuple(row[:-1] for row in rows), tuple(row[-1] for row in rows)))
        return tuple(found)

    @property
    def excludes_zero(self) -> bool:
        """Whether some entry is certainly not 0."""
        return any(abs(v) > r for block in self.blocks for v, r in block.pairs())

    @property
    def width(self) -> Fraction:
        """The largest width of an interval."""
        return max(Fraction(2 * max(chain(*block.radii)), block.scale) for block in self.blocks)

    def largest(self) -> Interval:
        """Bounds on the largest magnitude of an entry."""
        low, high = Fraction(0), Fraction(0)
        for block in self.blocks:
            least = max(abs(v) - r for v, r in block.pairs())
            most = max(abs(v) + r for v, r in block.pairs())
            low, high = (
                max(low, Fraction(least, block.scale)),
                max(high, Fraction(most, block.scale)),
            )
        return low, high


def enclosed_sum(
    forward: Differentiator,
    cells: Sequence[Derivatives],
    moments: Sequence[Vector],
    radii: Sequence[Vector],
    bits: int,
    slack: Sequence[tuple[tuple[int, ...], ...]] | None = None,
) -> GradientEnclosure:
    """Bounds on the sum over cells when moments[c] is known up to radii[c].

    ``bits`` is the number of binary places that moments are rounded to (outwards). ``slack[c][k]``
    are further errors of the integrals of layer k's inputs on cell c, in units of
    2^-bits / input_scales[k].
    """
    values = [tuple((v.numerator << bits) // v.denominator for v in vector) for vector in moments]
    errors = [
        tuple(1 - (-(v.numerator << bits) // v.denominator) for v in vector) for vector in radii
    ]
    if not cells:
        return GradientEnclosure(tuple(_zero_block(layer) for layer in forward.net.layers))
    blocks = []
    for k in range(forward.net.depth + 1):
        left, right = _factors(cells, values, k)
        spread = [
            tuple(dot(tuple(map(abs, row)), error) for row in cell.inputs[k])
            if max(error) > 1
            else tuple(sum(map(abs, row)) for row in cell.inputs[k])
            for cell, error in zip(cells, errors, strict=True)
        ]
        if slack is not None:
            spread = [
                tuple(a + b for a, b in zip(row, extra[k], strict=True))
                for row, extra in zip(spread, slack, strict=True)
            ]
        scale = (forward.input_scales[k] * forward.backward_scales[k]) << bits
        sizes = tuple(tuple(map(abs, row)) for row in left)
        blocks.append(Block(product(left, right), product(sizes, spread), scale))
    return GradientEnclosure(tuple(blocks))


def _zero_block(layer: Layer) -> Block:
    rows = ((0,) * (layer.inputs + 1),) * layer.outputs
    return Block(rows, rows, 1)
