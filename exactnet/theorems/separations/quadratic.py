"""The exact sup-norm distance of a network and a quadratic function of one or two inputs.

On a cell the network is affine, so the difference is a quadratic function g on a polygon. Its
largest and smallest values are at vertices, at the critical point of g on an edge, or at the
critical point of g inside; all of these are rational.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from exactnet.errors import InputError
from exactnet.exact.rationals import Matrix, Vector
from exactnet.geometry.box import Box
from exactnet.limits import UNLIMITED, Limits, Progress, silent
from exactnet.networks.network import AffinePiece, ReluNetwork
from exactnet.regions.complex import RegionComplex
from exactnet.regions.enumeration import enumerate_regions

_ZERO = Fraction(0)


@dataclass(frozen=True, slots=True)
class Quadratic:
    """x -> x^T matrix x + weight . x + constant, the matrix symmetric.

    >>> half = Fraction(1, 2)
    >>> product = Quadratic(((_ZERO, half), (half, _ZERO)), (_ZERO, _ZERO), _ZERO)
    >>> product((Fraction(2), Fraction(3)))
    Fraction(6, 1)
    """

    matrix: Matrix
    weight: Vector
    constant: Fraction

    def __call__(self, x: Vector) -> Fraction:
        """The value at a point."""
        value = self.constant
        for i, row in enumerate(self.matrix):
            value += self.weight[i] * x[i]
            value += x[i] * sum((a * v for a, v in zip(row, x, strict=True)), start=_ZERO)
        return value


@dataclass(frozen=True, slots=True)
class Gap:
    """The extremes of network - function on a box, and where the larger of both is attained."""

    low: Fraction
    high: Fraction
    point: Vector
    cells: int

    @property
    def value(self) -> Fraction:
        """The distance in the sup norm."""
        return max(self.high, -self.low)


def gap(
    net: ReluNetwork,
    function: Quadratic,
    box: Box,
    limits: Limits | None = None,
    progress: Progress = silent,
) -> Gap:
    """The exact extremes of net - function on a box in one or two dimensions.

    >>> from exactnet.constructions.separations.squares import square
    >>> one = Fraction(1)
    >>> error = gap(square(2, 8), Quadratic(((one,),), (_ZERO,), _ZERO), Box.of([(-2, 2)]))
    >>> error.low, error.high
    (Fraction(0, 1), Fraction(1, 16))

    Raises InputError for more inputs or outputs.
    """
    if net.inputs not in (1, 2) or net.outputs != 1 or box.dim != net.inputs:
        raise InputError.about(
            "gap", "one or two inputs and one output", f"{net.inputs} and {net.outputs}", "Compose."
        )
    bounded = limits or UNLIMITED
    cx = enumerate_regions(net, box, bounded, progress)
    low = high = None
    where = box.centre
    for cell in range(len(cx)):
        bounded.remaining()
        piece = cx.affine_piece(cell)
        for x in _candidates(cx, cell, piece, function):
            value = piece(x)[0] - function(x)
            if low is None or high is None:
                low, high, where = value, value, x
            if abs(value) > max(high, -low):
                where = x
            low, high = min(low, value), max(high, value)
    return Gap(low or _ZERO, high or _ZERO, where, len(cx))


def _candidates(
    cx: RegionComplex, cell: int, piece: AffinePiece, function: Quadratic
) -> Iterator[Vector]:
    """Where piece - function can be extreme on a cell: every such point of the cell."""
    yield from cx.vertices(cell)
    slope = tuple(w - v for w, v in zip(piece.weight[0], function.weight, strict=True))
    if cx.dim == 1:
        ends = [x for (x,) in cx.vertices(cell)]
        if function.matrix[0][0]:
            x = slope[0] / (2 * function.matrix[0][0])
            if min(ends) < x < max(ends):
                yield (x,)
        return
    edges = []
    for edge in cx.boundary(2, cell):
        u, v = (cx.vertex(k) for k in cx.boundary(1, edge))
        edges.append((u, v))
        yield from _on_edge(u, v, slope, function)
    yield from _inside(edges, cx.interior_point(cell), slope, function)


def _on_edge(u: Vector, v: Vector, slope: Vector, function: Quadratic) -> Iterator[Vector]:
    """The critical point on an open edge, if there is one."""
    step = tuple(b - a for a, b in zip(u, v, strict=True))
    bent = _form(function.matrix, step, step)
    if not bent:
        return
    rise = sum((s * d for s, d in zip(slope, step, strict=True)), start=_ZERO)
    t = (rise - 2 * _form(function.matrix, u, step)) / (2 * bent)
    if 0 < t < 1:
        yield tuple(a + t * d for a, d in zip(u, step, strict=True))


def _inside(
    edges: list[tuple[Vector, Vector]], inner: Vector, slope: Vector, function: Quadratic
) -> Iterator[Vector]:
    """The critical point in the plane, if it is in the open polygon and an extreme can be there."""
    (a, b), (_, c) = function.matrix
    det = a * c - b * b
    if det <= 0:  # a saddle, or no isolated critical point: extremes are on edges
        return
    x = ((c * slope[0] - b * slope[1]) / (2 * det), (a * slope[1] - b * slope[0]) / (2 * det))
    if all(_side(u, v, x) * _side(u, v, inner) > 0 for u, v in edges):
        yield x


def _side(u: Vector, v: Vector, x: Vector) -> Fraction:
    return (v[0] - u[0]) * (x[1] - u[1]) - (v[1] - u[1]) * (x[0] - u[0])


def _form(matrix: Matrix, x: Vector, y: Vector) -> Fraction:
    rows = (sum((a * v for a, v in zip(row, y, strict=True)), start=_ZERO) for row in matrix)
    return sum((u * r for u, r in zip(x, rows, strict=True)), start=_ZERO)
