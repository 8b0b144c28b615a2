"""Piecewise linear squares and sums of ridge functions, the smooth part of deep networks."""

from collections.abc import Sequence
from fractions import Fraction

from exactnet.constructions.piecewise_linear import interpolant
from exactnet.networks.algebra import add
from exactnet.networks.compose import chain
from exactnet.networks.network import ReluNetwork


def square(side: int, pieces: int) -> ReluNetwork:
    """u^2 on [-side, side], interpolated at pieces + 1 equidistant knots.

    With the step h it is never below u^2, and at most h^2/4 above, in the middle of each piece.

    >>> net = square(2, 4)
    >>> net(["1/2"]), net([1]), net.neurons
    ((Fraction(1, 2),), (Fraction(1, 1),), 4)
    """
    return interpolant([(t, t * t) for t in equidistant(side, pieces)])


def equidistant(side: int, pieces: int) -> list[Fraction]:
    """The ends of so many pieces of [-side, side], all of one length."""
    return [Fraction(-side) + Fraction(2 * side * i, pieces) for i in range(pieces + 1)]


def ridges(rows: Sequence[Sequence[int]], p: ReluNetwork, factor: Fraction) -> ReluNetwork:
    """x -> factor times the sum of p(row . x) over the rows.

    >>> both = ridges([[1, 1], [1, -1]], square(2, 4), Fraction(1, 4))
    >>> both([1, "1/2"])
    (Fraction(3, 4),)
    """
    terms = [chain([ReluNetwork.of([([row], [0])]), p]) for row in rows]
    return add(terms, [factor] * len(terms))
