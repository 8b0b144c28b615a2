"""Inverse square roots: the rational one if there is one, else the nearest float64."""

from fractions import Fraction
from math import isqrt

from exactnet.bridges.decimals import floor_to
from exactnet.bridges.rounding import FLOAT64, floor_log2


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
