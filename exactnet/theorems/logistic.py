"""Certified bounds on the expected logistic loss log(1 + e^(-y f)) on a fractal distribution.

phi(z) = log(1 + e^z) is convex, 0 < phi'' <= min(1/4, e^-|z|). Between two nodes a < b it lies
below its chord and above its tangent at the midpoint, they differ by at most (b-a)^2 max phi''/8.
So with f cut at nodes the loss is between the integrals of two piecewise affine functions of f,
which are exact; the values of phi at the nodes are rational bounds (``exact.exponentials``).
"""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from itertools import pairwise

from exactnet.errors import InputError
from exactnet.exact.exponentials import enclose_sigmoid, enclose_softplus
from exactnet.exact.radicals import enclose
from exactnet.exact.rationals import RationalLike, as_rational
from exactnet.exact.rows import Row
from exactnet.fractals.distribution import FractalDistribution
from exactnet.geometry.polyhedron import Polyhedron
from exactnet.limits import UNLIMITED, Limits
from exactnet.networks.network import ReluNetwork
from exactnet.theorems.gradients.moments import Moments, moments_of
from exactnet.theorems.loss import AffineCell, affine_cells, check_network, exact_loss

BITS = 128
FINEST = Fraction(1, 10**9)
ZERO = Fraction(0)

Interval = tuple[Fraction, Fraction]


@dataclass(frozen=True, slots=True)
class Slab:
    """Where f is between two neighbouring nodes."""

    low: Fraction
    high: Fraction

    def chord(self) -> tuple[Fraction, Fraction]:
        """(slope, intercept) of an affine function of z above phi."""
        ends = [enclose_softplus(z, BITS)[1] for z in (self.low, self.high)]
        slope = (ends[1] - ends[0]) / (self.high - self.low)
        return slope, ends[0] - slope * self.low

    def tangent(self) -> tuple[Fraction, Fraction]:
        """(slope, intercept) of an affine function of z below phi."""
        middle = (self.low + self.high) / 2
        least, most = enclose_sigmoid(middle, BITS)
        slope, error = (least + most) / 2, (most - least) * (self.high - self.low) / 4
        return slope, enclose_softplus(middle, BITS)[0] - slope * middle - error

    def sigmoid(self) -> tuple[Fraction, Fraction]:
        """The middle and the radius of an interval around phi' = 1 / (1 + e^-z)."""
        least, most = enclose_sigmoid(self.low, BITS)[0], enclose_sigmoid(self.high, BITS)[1]
        return (least + most) / 2, (most - least) / 2


@dataclass(frozen=True, slots=True, eq=False)
class SlabPiece:
    """A part of a network's cell on which f lies in a slab, with its moments."""

    cell: AffineCell
    polytope: Polyhedron
    slab: Slab
    parts: Moments


def nodes(reach: Fraction, step: Fraction) -> tuple[Fraction, ...]:
    """Nodes from -reach to reach or beyond, so close that (b - a)^2 max phi'' <= step^2 / 4.

    The step is doubled each time that e^-t, which is less than 2^-t, has fallen by four.

    >>> [str(t) for t in nodes(Fraction(5), Fraction(1))][5:]
    ['0', '1', '2', '3', '4', '6']
    """
    found, enough = [ZERO], int(reach / step).bit_length()
    while found[-1] < reach:
        whole = found[-1].numerator // found[-1].denominator
        found.append(found[-1] + step * 2 ** min(max(0, (whole - 2) // 2), enough))
    return (*(-t for t in found[:0:-1]), *found)


def enclose_loss(
    net: ReluNetwork,
    dist: FractalDistribution,
    loss: str = "logistic",
    width: RationalLike = "1/1000",
    limits: Limits | None = None,
) -> Interval:
    """Rationals low <= E loss <= high, at most ``width`` apart.

    For "hinge" and "zero-one" they enclose the exact loss (``exact_loss``).

    >>> from exactnet.fractals import curves, gallery
    >>> dist = FractalDistribution(gallery.cantor(), 2, curve=curves.fine(2))
    >>> zero = ReluNetwork.of([([[0]], [0])])  # log 2
    >>> low, high = enclose_loss(zero, dist, width="1/1000000")
    >>> low < Fraction(693147, 10**6) < high < Fraction(693148, 10**6)
    True

    Cost: the complex, cut along some sup |f| / sqrt(8 width) level sets. Raises LimitReached beyond
    the limits, InputError for another loss, width or shape of network.
    """
    wanted = as_width(width)
    if loss not in ("logistic", "hinge", "zero-one"):
        raise InputError.about(
            "loss", "'logistic', 'hinge' or 'zero-one'", f"{loss!r:.40}", "Pick one."
        )
    if loss != "logistic":
        bits = (wanted.denominator // wanted.numerator).bit_length() + 1
        return enclose(exact_loss(net, dist, loss, limits), bits)
    check_network(net, dist, "enclose_loss")
    step = Fraction(1)
    while step * step > 16 * wanted:
        step /= 2
    totals = [[0, 0] for _ in range(dist.depth + 1)]
    for piece in slab_pieces(net, dist, step, limits or UNLIMITED):
        _add_piece(totals, piece, dist.depth)
    low, high = ZERO, ZERO
    for component, (least, most) in zip(dist.components(), totals, strict=True):
        mass = enclose(component.mass, BITS)
        low += min(end * Fraction(least, 1 << BITS) for end in mass)
        high += mass[1] * Fraction(most, 1 << BITS)
    return low, high


def _add_piece(totals: list[list[int]], piece: SlabPiece, depth: int) -> None:
    """Add the piece's lower and upper bounds, part by part, in units of 2^-BITS."""
    positives = piece.parts.positives[depth]
    parts = (*piece.parts.negatives, *(() if positives is None else (positives,)))
    above, below = piece.slab.chord(), piece.slab.tangent()
    for k, (total, part) in enumerate(zip(totals, parts, strict=True)):
        if not part[-1]:
            continue
        f = sum((v * m for v, m in zip(piece.cell.row, part, strict=True)), start=ZERO)
        f /= piece.cell.scale
        flip = f if k == depth else ZERO  # phi(-f) = phi(f) - f
        least = below[0] * f + below[1] * part[-1] - flip
        most = above[0] * f + above[1] * part[-1] - flip
        total[0] += (least.numerator << BITS) // least.denominator
        total[1] -= (-most.numerator << BITS) // most.denominator


def as_width(width: RationalLike) -> Fraction:
    """A width that can be reached."""
    wanted = as_rational(width, "width")
    if not FINEST <= wanted <= 1:
        raise InputError.about(
            "width", f"a width from {FINEST} to 1", str(wanted)[:40], "Try '1/1000'."
        )
    return wanted


def slab_pieces(
    net: ReluNetwork, dist: FractalDistribution, step: Fraction, limits: Limits
) -> Iterator[SlabPiece]:
    """The cells of a network on K_0 cut where f is a node, with their moments."""

    def tick() -> None:
        limits.check_now_and_then(0)

    for cell in affine_cells(net, dist.ifs.base, limits):
        for piece, slab in _slabs(cell, step):
            tick()
            yield SlabPiece(cell, piece, slab, moments_of(dist.parts, piece, tick))


def _slabs(cell: AffineCell, step: Fraction) -> Iterator[tuple[Polyhedron, Slab]]:
    values = [
        Fraction(v, ray[-1] * cell.scale)
        for v, ray in zip(cell.polytope.values(cell.row), cell.polytope.rays, strict=True)
    ]
    low, high = min(values), max(values)
    grid = _grid(max(abs(low), abs(high)), step)
    first = min(bisect_right(grid, low), len(grid) - 1) - 1
    rest: Polyhedron | None = cell.polytope
    for a, b in pairwise(grid[first:]):
        if rest is None:
            return
        below, rest = (rest, None) if b >= high else rest.split(_less(cell, b))
        if below is not None:
            yield below, Slab(a, b)


def _grid(reach: Fraction, step: Fraction) -> tuple[Fraction, ...]:
    size = 1
    while size < reach:
        size *= 2
    return _nodes(Fraction(size), step)


_nodes = lru_cache(maxsize=64)(nodes)


def _less(cell: AffineCell, level: Fraction) -> Row:
    """A form with the sign of f - level."""
    row = [v * level.denominator for v in cell.row]
    row[-1] -= level.numerator * cell.scale
    return tuple(row)
