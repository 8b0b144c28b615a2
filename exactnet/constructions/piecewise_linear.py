"""Continuous piecewise-linear functions of one variable as networks with one hidden layer.

A sum of K relu units bends at K points at most, so a function with K kinks needs K units, each
with its own kink: Delta_k relu(x - t_k), or Delta_k relu(t_k - x), which bends the same way. Left
of all kinks only the units of the second kind have a slope, so K units (and a constant) are
enough exactly when the left slope is minus the sum of some of the Delta_k. If no subset has that
sum, K + 1 units are needed, and enough: both kinds at one kink.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate, pairwise
from math import gcd

from exactnet.constructions.branches import affine_layer, relu_layer
from exactnet.errors import InputError
from exactnet.exact.rationals import (
    RationalLike,
    Vector,
    as_rational,
    as_sequence,
    as_vector,
    common_denominator,
    to_text,
)
from exactnet.geometry.affine import AffineMap
from exactnet.networks.compose import affine_network
from exactnet.networks.network import ReluNetwork

MAX_SUMS = 4096  # subset sums that are looked at

_ZERO, _ONE = Fraction(0), Fraction(1)


@dataclass(frozen=True, slots=True)
class PiecewiseLinear:
    """The function through (knots[k], values[k]), linear between them and of given end slopes."""

    knots: Vector
    values: Vector
    left: Fraction
    right: Fraction

    def __post_init__(self) -> None:
        for name in ("knots", "values"):
            object.__setattr__(self, name, as_vector(getattr(self, name), name))
        for name in ("left", "right"):
            object.__setattr__(self, name, as_rational(getattr(self, name), name))
        if not self.knots or len(self.knots) != len(self.values):
            raise InputError.about(
                "PiecewiseLinear", "as many values as knots, at least one",
                f"{len(self.knots)} knots and {len(self.values)} values", "Give pairs (x, y).",
            )  # fmt: skip
        for a, b in pairwise(self.knots):
            if a >= b:
                raise InputError.about(
                    "PiecewiseLinear", "increasing knots", f"{to_text(a)} before {to_text(b)}",
                    "Sort them.",
                )  # fmt: skip

    @classmethod
    def through(
        cls,
        points: Iterable[Sequence[RationalLike]],
        left: RationalLike | None = None,
        right: RationalLike | None = None,
    ) -> "PiecewiseLinear":
        """The function through points (x, y), in any order; end segments go on by default.

        Raises InputError for an empty table or two values at one x.
        """
        table = as_sequence(points, "points", "a list of pairs (x, y)")
        pairs = [as_vector(p, f"points[{k}]", 2) for k, p in enumerate(table)]
        if not pairs:
            raise InputError.about("points", "at least one pair (x, y)", "none", "Give a table.")
        pairs.sort()
        for (a, _), (b, _) in pairwise(pairs):
            if a == b:
                raise InputError.about(
                    "points", "one value for each x", f"two for x = {to_text(a)}", "Drop one."
                )
        knots, values = zip(*pairs, strict=True)
        inner = _slopes(knots, values) or [_ZERO]
        return cls(
            knots,
            values,
            inner[0] if left is None else as_rational(left, "left"),
            inner[-1] if right is None else as_rational(right, "right"),
        )

    def __call__(self, x: RationalLike) -> Fraction:
        """The value at x, by looking it up."""
        at = as_rational(x, "x")
        if at <= self.knots[0]:
            return self.values[0] + self.left * (at - self.knots[0])
        for (a, u), (b, v) in pairwise(zip(self.knots, self.values, strict=True)):
            if at <= b:
                return u + (v - u) * (at - a) / (b - a)
        return self.values[-1] + self.right * (at - self.knots[-1])

    @property
    def slopes(self) -> tuple[Fraction, ...]:
        """The slopes from left to right, one more than knots."""
        return (self.left, *_slopes(self.knots, self.values), self.right)

    @property
    def kinks(self) -> tuple[tuple[Fraction, Fraction], ...]:
        """Where the slope changes, and by how much."""
        changes = (b - a for a, b in pairwise(self.slopes))
        return tuple((t, c) for t, c in zip(self.knots, changes, strict=True) if c)

    def network(self) -> ReluNetwork:
        """The function as a network; no hidden layer where it is affine."""
        kinks = self.kinks
        if not kinks:
            return affine_network(AffineMap(((self.left,),), (self(0),)))
        falling = _subset(-self.left, [c for _, c in kinks])
        units = [(t, c, -_ONE if falling and k in falling else _ONE)
                 for k, (t, c) in enumerate(kinks)]  # fmt: skip
        if falling is None:
            (first, change, _), *rest = units
            units = [(first, -self.left, -_ONE), (first, self.left + change, _ONE), *rest]
        start = kinks[0][0]
        known = (c * max(_ZERO, sign * (start - t)) for t, c, sign in units)
        constant = self(start) - sum(known, start=_ZERO)
        hidden = relu_layer([(sign, -sign * t) for t, _, sign in units])
        return ReluNetwork((hidden, affine_layer([[c for _, c, _ in units]], [constant])))


def interpolant(
    points: Iterable[Sequence[RationalLike]],
    left: RationalLike | None = None,
    right: RationalLike | None = None,
) -> ReluNetwork:
    """The network of the piecewise-linear function through points (x, y) of rationals.

    Outside the table it goes on with slopes ``left`` and ``right`` (default: those of the first
    and the last segment). One hidden layer of K or K + 1 relu units, K the number of kinks;
    K + 1 only if no K units can do it (decided up to MAX_SUMS subset sums of the kinks).

    >>> hat = interpolant([(0, 0), (1, 1), (2, 0)], left=0, right=0)
    >>> hat.neurons, [str(hat([x])[0]) for x in (-1, "1/3", "3/2", 5)]
    (3, ['0', '1/3', '1/2', '0'])
    >>> interpolant([(0, 0), ("1/2", 1), (1, 0)]).neurons  # one kink, but both ends slope
    2

    Raises InputError for an empty table or two values at one x.
    """
    return PiecewiseLinear.through(points, left, right).network()


def _slopes(knots: Vector, values: Vector) -> list[Fraction]:
    pairs = pairwise(zip(knots, values, strict=True))
    return [(v - u) / (b - a) for (a, u), (b, v) in pairs]


def _subset(total: Fraction, changes: Sequence[Fraction]) -> frozenset[int] | None:
    """A set of positions whose changes add up to the total; None if none was found."""
    scale = common_denominator([total, *changes])
    goal, *sizes = (int(value * scale) for value in (total, *changes))
    if goal % gcd(*sizes):  # which divides every sum
        return None
    found: dict[int, tuple[int, int]] = {}  # a sum: what it adds to, and the position added
    for k, size in enumerate(sizes):
        if not goal or goal in found:
            break
        if len(found) > MAX_SUMS:
            return _prefix(goal, sizes)
        for reached in (0, *found):
            if reached + size:
                found.setdefault(reached + size, (reached, k))
    if goal and goal not in found:
        return None
    chosen = set()
    while goal:
        goal, position = found[goal]
        chosen.add(position)
    return frozenset(chosen)


def _prefix(total: int, changes: Sequence[int]) -> frozenset[int] | None:
    """The first k positions, if their changes add up to the total: a constant piece."""
    sums = list(accumulate(changes))
    return frozenset(range(sums.index(total) + 1)) if total in sums else None
