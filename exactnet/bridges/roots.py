"""Inverse square roots: the rational one if there is one, else the nearest float64."""

from collections.abc import Sequence
from fractions import Fraction
from math import isqrt

from exactnet.bridges.decimals import floor_to
from exactnet.bridges.rounding import FLOAT64, at_most, floor_log2
from exactnet.exact.rationals import Vector


def inverse_root(value: Fraction) -> Fraction:
    """1/sqrt(value) if that is rational, else the number of float64 nearest to it.

    sqrt(p/q) for p/q in lowest terms is rational exactly when p and q are squares. Otherwise the
    largest float64 below the root is found by integers, and the root is above the middle m to the
    next one exactly when m^2 value < 1; it cannot be the middle itself, which is rational.

    >>> inverse_root(Fraction(9, 4)), inverse_root(Fraction(2)) == Fraction(2**-0.5)
    (Fraction(2, 3), True)

    Raises ValueError for value <= 0.
    """
    if value <= 0:
        raise ValueError(f"expected a positive number, got {value}")
    p, q = value.denominator, value.numerator
    if isqrt(p) ** 2 == p and isqrt(q) ** 2 == q:
        return Fraction(isqrt(p), isqrt(q))
    bits = FLOAT64.precision + 2 + max(floor_log2(value), 0)  # of the root behind the point
    below = Fraction(isqrt((p << 2 * bits) // q), 1 << bits)
    low = floor_to(FLOAT64, below)
    high = low + FLOAT64.ulp(low)
    middle = (low + high) / 2
    return high if middle * middle * value < 1 else low


def inverse_roots(values: Sequence[Fraction]) -> tuple[Vector, Fraction]:
    """``inverse_root`` of each value, and a bound on their relative errors (0: all are exact).

    The error of s for 1/sqrt(v) is |s sqrt(v) - 1|, and that is at most the rational number
    |s^2 v - 1| = |s sqrt(v) - 1| (s sqrt(v) + 1).
    """
    roots = tuple(map(inverse_root, values))
    errors = (abs(s * s * v - 1) for s, v in zip(roots, values, strict=True))
    return roots, max(errors, default=Fraction(0))


def root_words(name: str, error: Fraction) -> str:
    """What became of the factors 1/sqrt(name), in words.

    >>> root_words("var + eps", inverse_roots([Fraction(4), Fraction(1, 9)])[1])
    'every factor 1/sqrt(var + eps) is rational and exact'
    """
    if not error:
        return f"every factor 1/sqrt({name}) is rational and exact"
    return (
        f"1/sqrt({name}) is irrational and taken as the float64 next to it; "
        f"it differs from the real number by a relative error of at most {at_most(error)}"
    )
