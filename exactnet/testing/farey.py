"""Rationals with small denominators: the simplest one of an interval, and neighbours."""

from fractions import Fraction
from math import ceil, floor


def simplest(low: Fraction | None, high: Fraction | None) -> Fraction:
    """The number of [low, high] with the smallest denominator, and of these the nearest to 0.

    Continued fractions: integer parts are shared until the bounds have an integer between them.

    >>> simplest(Fraction(2, 7), Fraction(3, 7)), simplest(Fraction(-9, 2), Fraction(-7, 2))
    (Fraction(1, 3), Fraction(-4, 1))
    """
    if (low is None or low <= 0) and (high is None or high >= 0):
        return Fraction(0)
    if high is not None and high < 0:
        return -simplest(-high, None if low is None else -low)
    assert low is not None
    if high is None:
        return Fraction(ceil(low))
    shared = []
    while ceil(low) > floor(high):
        shared.append(floor(low))
        low, high = 1 / (high - shared[-1]), 1 / (low - shared[-1])
    value = Fraction(ceil(low))
    for part in reversed(shared):
        value = part + 1 / value
    return value


def neighbours(value: Fraction, most: int) -> tuple[Fraction, Fraction]:
    """The next numbers below and above that have denominators up to ``most`` (Farey neighbours).

    ``most`` is at least the denominator b of the value a / b. Of p / q below it, a q - b p = 1 with
    the largest such q is the nearest; of those above, b p - a q = 1.

    >>> neighbours(Fraction(2, 5), 7)
    (Fraction(1, 3), Fraction(3, 7))
    """
    a, b = value.numerator, value.denominator
    inverse = pow(a, -1, b) if b > 1 else 0
    below, above = most - (most - inverse) % b, most - (most + inverse) % b
    return value - Fraction(1, b * below), value + Fraction(1, b * above)
