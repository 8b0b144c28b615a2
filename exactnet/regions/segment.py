"""The network along a segment: its exact breakpoints and affine pieces, in any input dimension.

On the line x(t) = start + t (end - start) every pre-activation is a continuous piecewise affine
function of t. A *piece* is a maximal open interval of (0, 1) on which the sign (-, 0 or +) of
every hidden unit but the identities is constant; the *breakpoints* are the other points of (0, 1).

Lemma. At a breakpoint some unit goes from < 0 to > 0 or back. So neighbouring pieces differ in
their activation patterns, and the pieces are the maximal open intervals with one pattern inside.
Proof. Of the units whose sign is not constant near the breakpoint t take one of the lowest layer.
All units below keep their signs near t, so this one is affine there; as its sign is not constant,
it is 0 at t and its slope is not. For the second claim: signs determine the pattern.

Hence there is no rule for a unit that touches 0 in one point, as -|x| does, or that leaves a
stretch of zeros: a unit of a lower layer changes its sign at the same t. A unit that is 0 on a
whole piece does not cut it.

The algorithm goes layer by layer (ExactLine). A unit is two integers a piece, slope and intercept,
with one scale for the whole layer; a piece with values of opposite signs at its ends is cut at the
zero -intercept / slope. These integers grow with the depth and never with the breakpoints, so a
layer is one integer matrix product for all pieces. Every sign is that of an integer: no float
takes part.

References: M. Sotoudeh, A. V. Thakur, "Computing Linear Restrictions of Neural Networks",
NeurIPS 2019, arXiv 1908.06214.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from math import gcd

from exactnet.errors import InputError
from exactnet.exact.integer_matrices import product
from exactnet.exact.rationals import RationalLike, Vector, as_vector, common_denominator
from exactnet.networks.layer import IDENTITY, Layer
from exactnet.networks.network import Pattern, ReluNetwork, as_network
from exactnet.regions.segment_pieces import PiecewiseAffine, SegmentPieces

Ints = Sequence[int]


@dataclass(frozen=True, slots=True)
class _Stage:
    """What a layer hands on: unit k is (slopes[k][i] t + intercepts[k][i]) / scale on piece i."""

    parameters: Vector
    patterns: tuple[Pattern, ...]
    slopes: list[Ints]
    intercepts: list[Ints]
    scale: int


def breakpoints_along(
    net: ReluNetwork, start: Iterable[RationalLike], end: Iterable[RationalLike]
) -> SegmentPieces:
    """The exact pieces of a network on the segment between two rational points.

    >>> tent = ReluNetwork.of([([[1], [1]], [0, "-1/2"]), ([[2, -4]], [0])])
    >>> pieces = breakpoints_along(tent, [-1], [1])
    >>> [str(t) for t in pieces.parameters], pieces.patterns
    (['0', '1/2', '3/4', '1'], ((0, 0), (1, 0), (1, 1)))
    >>> [str(value) for (value,) in pieces.values()], pieces.affine(1)
    (['0', '0', '1', '0'], ((Fraction(4, 1), Fraction(-2, 1)),))

    Raises InputTypeError for floats, InputError for wrong lengths and for start == end.
    Cost: the layer's integer matrix times two columns a piece, layer by layer, and one integer
    sign a unit and piece. The number of pieces can be exponential in the depth.
    """
    first = as_vector(start, "start", as_network(net).inputs)
    last = as_vector(end, "end", net.inputs)
    if first == last:
        raise InputError.about("end", "a point other than start", "the same", "Move one of them.")
    stage = _segment(first, last)
    for layer in net.layers[:-1]:
        stage = _through(layer, stage)
    return SegmentPieces(first, last, stage.patterns, _outputs(net.layers[-1], stage))


def _segment(start: Vector, end: Vector) -> _Stage:
    """The inputs as functions of t: one piece."""
    scale = common_denominator([*start, *end])
    slopes: list[Ints] = [[int((b - a) * scale)] for a, b in zip(start, end, strict=True)]
    return _Stage(
        (Fraction(0), Fraction(1)), ((),), slopes, [[int(a * scale)] for a in start], scale
    )


def _outputs(layer: Layer, stage: _Stage) -> PiecewiseAffine:
    """The last layer on every piece, in lowest terms."""
    slopes, intercepts, scale = _affine(layer, stage)
    common = gcd(scale, *(value for row in (*slopes, *intercepts) for value in row))
    units = [
        [(a // common, b // common) for a, b in zip(*unit, strict=True)]
        for unit in zip(slopes, intercepts, strict=True)
    ]
    return PiecewiseAffine(stage.parameters, tuple(zip(*units, strict=True)), scale // common)


def _affine(layer: Layer, stage: _Stage) -> tuple[list[Ints], list[Ints], int]:
    """The layer's pre-activations on every piece: slopes, intercepts, and their scale."""
    count = len(stage.patterns)
    columns = [(*a, *b) for a, b in zip(stage.slopes, stage.intercepts, strict=True)]
    ones = (0,) * count + (stage.scale,) * count
    before = product(layer.rows, [*columns, ones])
    slopes: list[Ints] = [row[:count] for row in before]
    return slopes, [row[count:] for row in before], stage.scale * layer.scale


def _through(layer: Layer, stage: _Stage) -> _Stage:
    """Cut the pieces where a unit of the layer changes its sign, and apply its activation."""
    slopes, intercepts, scale = _affine(layer, stage)
    ends = [(t.numerator, t.denominator) for t in stage.parameters]
    units = list(zip(slopes, intercepts, strict=True))
    values = [
        [1] * len(ends) if slope == IDENTITY else _values(a, b, ends)  # identities are always on
        for (a, b), slope in zip(units, layer.slopes, strict=True)
    ]
    zeros = [_zeros(a, b, at) for (a, b), at in zip(units, values, strict=True)]
    parents, parameters = _cut(stage.parameters, zeros)
    begins = {t: k for k, t in enumerate(parameters)}
    bits = []
    for at, unit in zip(values, zeros, strict=True):
        flips = [(begins[t], begins[stage.parameters[p + 1]]) for p, t in unit.items()]
        bits.append(_bits(at, parents, flips))
    patterns = tuple(
        (*stage.patterns[p], *column)
        for p, column in zip(parents, zip(*bits, strict=True), strict=True)
    )
    slopes, intercepts = (_activate(layer, row, parents, bits) for row in (slopes, intercepts))
    return _Stage(parameters, patterns, slopes, intercepts, scale * layer.slope_scale)


def _values(slopes: Ints, intercepts: Ints, ends: Sequence[tuple[int, int]]) -> list[int]:
    """A unit at the ends n/d of the pieces, each times d and the scale: only signs are used."""
    right = zip(slopes, intercepts, ends[1:], strict=True)
    return [intercepts[0], *(a * n + b * d for a, b, (n, d) in right)]


def _zeros(slopes: Ints, intercepts: Ints, values: Ints) -> dict[int, Fraction]:
    """Piece -> the zero inside it, where the unit has opposite signs at the two ends."""
    return {
        p: Fraction(-intercepts[p], slopes[p])
        for p, (v, w) in enumerate(pairwise(values))
        if v < 0 < w or w < 0 < v
    }


def _cut(parameters: Vector, zeros: Sequence[dict[int, Fraction]]) -> tuple[list[int], Vector]:
    """The pieces after all cuts: the old piece that each one lies in, and all their ends."""
    cuts = [{t} for t in parameters[:-1]]
    for unit in zeros:
        for p, t in unit.items():
            cuts[p].add(t)
    parents = [p for p, inside in enumerate(cuts) for _ in inside]
    return parents, (*(t for inside in cuts for t in sorted(inside)), parameters[-1])


def _bits(values: Ints, parents: Ints, flips: Sequence[tuple[int, int]]) -> list[int]:
    """Whether a unit is > 0 on each new piece: as right of the old one's start, then flipped."""
    on = [int((left or right) > 0) for left, right in pairwise(values)]
    bits = [on[p] for p in parents]
    for begin, stop in flips:
        for k in range(begin, stop):
            bits[k] = 1 - bits[k]
    return bits


def _activate(
    layer: Layer, rows: Sequence[Ints], parents: Ints, bits: Sequence[Ints]
) -> list[Ints]:
    """The slopes (or intercepts) of the activations on the new pieces, times the slope scale."""
    active: list[Ints] = []
    for row, unit, slope in zip(rows, bits, layer.slopes, strict=True):
        factors = (slope.numerator * (layer.slope_scale // slope.denominator), layer.slope_scale)
        active.append([row[p] * factors[bit] for p, bit in zip(parents, unit, strict=True)])
    return active
