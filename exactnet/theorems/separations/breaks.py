"""How many breaks a tube around a function forces on whatever stays inside it.

A network with one hidden layer of k units has at most k breaks on a line, one with t layers of
width k at most (k+1)^t - 1 (``bounds.composed``).
"""

from collections.abc import Sequence
from fractions import Fraction

from exactnet.exact.trigonometry import Interval


def breaks_needed(points: Sequence[tuple[Fraction, Interval]], error: Fraction) -> int:
    """How many breaks any piecewise affine function within ``error`` of f must have.

    ``points`` are x and rationals around f(x), x rising. From left to right a window is closed as
    soon as no affine function stays within the error at its points; by Helly's theorem three of
    them show that. The open windows are disjoint and each has a break in it.

    >>> square = [(Fraction(k, 8), (Fraction(k * k, 64),) * 2) for k in range(-8, 9)]
    >>> [breaks_needed(square, Fraction(1, e)) for e in (1, 4, 16, 64)]
    [0, 1, 2, 4]
    """
    count, start, stop = 0, 0, 2
    while stop < len(points):
        if _some_three_apart(points, start, stop, error):
            count += 1
            start, stop = stop, stop + 2
        else:
            stop += 1
    return count


def _some_three_apart(
    points: Sequence[tuple[Fraction, Interval]], start: int, stop: int, error: Fraction
) -> bool:
    """Whether points a < b < stop of the window admit no affine function within the error."""
    x, (low, high) = points[stop]
    for a in range(start, stop - 1):
        u, (first_low, first_high) = points[a]
        for b in range(a + 1, stop):
            v, (middle_low, middle_high) = points[b]
            share = (v - u) / (x - u)
            upper = (1 - share) * first_high + share * high + error
            lower = (1 - share) * first_low + share * low - error
            if upper < middle_low - error or lower > middle_high + error:
                return True
    return False
