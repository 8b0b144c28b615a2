"""Rational enclosures of pi and of sin(pi q) for rational q.

Everything is fixed-point integer arithmetic, rounded outwards: an enclosure of so many bits is a
pair of rationals with the denominator 2^bits around the number.
"""

from fractions import Fraction
from functools import lru_cache
from typing import TypeAlias

from exactnet.errors import InputError, shown
from exactnet.exact.rationals import RationalLike, as_rational

Interval: TypeAlias = tuple[Fraction, Fraction]

MAX_BITS = 20_000
GUARD = 24  # bits by which the inner arithmetic is finer than what is asked for


@lru_cache(maxsize=64)
def enclose_pi(bits: int = 64) -> Interval:
    """Rationals (low, high) around pi, at most 2^-bits apart.

    Machin: pi = 16 arctan(1/5) - 4 arctan(1/239); the series alternate and fall, so every partial
    sum is on a known side.

    >>> low, high = enclose_pi(40)
    >>> low < Fraction(31415926535898, 10**13) and high > Fraction(31415926535897, 10**13)
    True
    """
    scale = _checked(bits) + GUARD
    fifth, other = _arctan_of_inverse(5, scale), _arctan_of_inverse(239, scale)
    low = 16 * fifth[0] - 4 * other[1]
    high = 16 * fifth[1] - 4 * other[0]
    return Fraction(low, 1 << scale), Fraction(high, 1 << scale)


def enclose_sin_pi(q: RationalLike, bits: int = 64) -> Interval:
    """Rationals (low, high) around sin(pi q), at most 2^-bits apart; equal where it is rational.

    sin(pi q) is rational only for 2q or 6q an integer (Niven); here 2q, where it is -1, 0 or 1. The
    argument is reduced exactly to [0, 1/2], on which the sine rises and its series alternates.

    >>> enclose_sin_pi("7/2")
    (Fraction(-1, 1), Fraction(-1, 1))
    >>> low, high = enclose_sin_pi("1/6", bits=50)
    >>> low <= Fraction(1, 2) <= high, high - low <= Fraction(1, 2**50)
    (True, True)
    """
    turn = as_rational(q, "q") % 2
    sign = 1 if turn < 1 else -1
    turn %= 1
    turn = min(turn, 1 - turn)
    if turn in (0, Fraction(1, 2)):
        exact = Fraction(int(2 * turn) * sign)
        return exact, exact
    scale = _checked(bits) + GUARD
    pi = enclose_pi(bits + GUARD)
    low = _sine(turn * pi[0], scale)[0]
    high = _sine(turn * pi[1], scale)[1]
    ends = (Fraction(low, 1 << scale), min(Fraction(1), Fraction(high, 1 << scale)))
    return ends if sign > 0 else (-ends[1], -ends[0])


def _arctan_of_inverse(n: int, scale: int) -> tuple[int, int]:
    """arctan(1/n) for n >= 2 in units of 2^-scale, rounded down and up."""
    term, total, k, slack = (1 << scale) // n, 0, 0, 0
    while term:
        total += (term // (2 * k + 1)) * (-1) ** k
        term //= n * n
        k += 1
        slack += 2  # each term was rounded down twice, each time by less than one unit
    return total - slack - 1, total + slack + 1


def _sine(x: Fraction, scale: int) -> tuple[int, int]:
    """Sin(x) for 0 < x < 2 in units of 2^-scale, rounded down and up.

    The terms x^(2k+1)/(2k+1)! fall for x < sqrt(6). Each is carried as an integer rounded down;
    rounding of x and of a term's factors costs less than three units a term.
    """
    one = 1 << scale
    point = x.numerator * one // x.denominator
    square = point * point >> scale
    term, total, k, slack = point, 0, 0, 0
    while term:
        total += term * (-1) ** k
        term = (term * square >> scale) // ((2 * k + 2) * (2 * k + 3))
        k += 1
        slack += 6
    return total - slack - 6, total + slack + 6


def _checked(bits: int) -> int:
    if not isinstance(bits, int) or isinstance(bits, bool) or not 1 <= bits <= MAX_BITS:
        raise InputError.about("bits", f"1..{MAX_BITS}", shown(bits, 20), "Choose there.")
    return bits
