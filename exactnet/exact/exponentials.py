"""Certified rational bounds on exponentials and logarithms: integers and Taylor series, no floats.

Numbers are integers times 2^-scale; every operation rounds the lower bound down and the upper bound
up, and what a series leaves out is added to the upper bound.
"""

from fractions import Fraction
from functools import lru_cache

from exactnet.errors import InputError, shown
from exactnet.exact.rationals import to_text

MAX_BITS = 10_000
GUARD = 24

Interval = tuple[Fraction, Fraction]


@lru_cache(maxsize=4096, typed=True)
def enclose_decay(t: Fraction, bits: int) -> Interval:
    """Rationals around e^(-t), t >= 0, at most 2^-bits apart.

    With y = t / 2^k <= 1/2, e^y is between the sum of y^i / i! over i < m and the same plus
    2 y^m / m!. Then e^(-t) is 1 / (e^y)^(2^k), by repeated squaring.

    >>> low, high = enclose_decay(Fraction(1), 40)
    >>> low < Fraction(36787944117144232160, 10**20) < high, high - low < Fraction(1, 2**40)
    (True, True)
    """
    if t < 0:
        raise InputError.about(
            "enclose_decay", "t >= 0", to_text(Fraction(t))[:40], "Use e^t = 1 / e^(-t)."
        )
    _check_bits(bits)
    if t >= bits:  # e > 2
        return Fraction(0), Fraction(1, 1 << bits)
    halvings = max(0, (2 * t.numerator // t.denominator).bit_length())
    scale = bits + 2 * halvings + GUARD
    numerator, denominator = t.numerator << scale, t.denominator << halvings
    low, high = numerator // denominator, -(-numerator // denominator)
    low, high = _exponential(low, scale, 0), _exponential(high, scale, 1)
    one = 1 << 2 * scale
    low, high = one // high, -(-one // low)
    for _ in range(halvings):
        low, high = low * low >> scale, -(-high * high >> scale)
    return Fraction(low, 1 << scale), Fraction(high, 1 << scale)


def _exponential(y: int, scale: int, up: int) -> int:
    """e^(y / 2^scale) 2^scale, 0 <= y / 2^scale <= 1/2 (and a unit), rounded down or up."""
    total = term = 1 << scale
    i = 1
    while term > up:
        term = term * y // (i << scale) + up
        total += term
        i += 1
    return total + 2 * up  # the rest is at most twice the last term, which is one unit


@lru_cache(maxsize=4096, typed=True)
def enclose_log1p(u: Fraction, bits: int) -> Interval:
    """Rationals around log(1 + u), 0 <= u <= 1, at most 2^-bits apart.

    log(1 + u) = 2 (z + z^3/3 + z^5/5 + ...) with z = u / (2 + u) <= 1/3; what is left out after a
    term is at most 1/8 of it.

    >>> low, high = enclose_log1p(Fraction(1), 40)
    >>> low < Fraction(69314718055994530942, 10**20) < high, high - low < Fraction(1, 2**40)
    (True, True)
    """
    if not 0 <= u <= 1:
        raise InputError.about(
            "enclose_log1p", "0 <= u <= 1", to_text(Fraction(u))[:40], "Halve 1 + u."
        )
    _check_bits(bits)
    scale = bits + GUARD
    z = u / (2 + u)
    numerator, denominator = z.numerator << scale, z.denominator
    low = _series(numerator // denominator, z * z, 0)
    high = _series(-(-numerator // denominator), z * z, 1)
    return Fraction(low, 1 << scale), Fraction(high, 1 << scale)


def _series(power: int, square: Fraction, up: int) -> int:
    """2 (z + z^3/3 + ...) for z = power and z^2, in units, rounded down or up."""
    total, i = 0, 1
    while power > up:
        total += power // i + up
        power = power * square.numerator // square.denominator + up
        i += 2
    return 2 * (total + 2 * up)  # what is left starts with less than one unit


def enclose_softplus(t: Fraction, bits: int) -> Interval:
    """Rationals around log(1 + e^t) = max(t, 0) + log(1 + e^-|t|), at most 2^-bits apart.

    >>> low, high = enclose_softplus(Fraction(0), 40)
    >>> low < Fraction(69314718055994530942, 10**20) < high
    True
    """
    ends = enclose_decay(abs(t), bits + 2)
    low, high = (enclose_log1p(end, bits + 2)[k] for k, end in enumerate(ends))
    return max(t, Fraction(0)) + low, max(t, Fraction(0)) + high


def enclose_sigmoid(t: Fraction, bits: int) -> Interval:
    """Rationals around 1 / (1 + e^-t), at most 2^-bits apart.

    >>> enclose_sigmoid(Fraction(0), 40) > (Fraction(49, 100),) * 2
    True
    """
    low, high = enclose_decay(abs(t), bits)
    ends = (1 / (1 + high), 1 / (1 + low))
    return ends if t >= 0 else (1 - ends[1], 1 - ends[0])


def _check_bits(bits: int) -> None:
    if not isinstance(bits, int) or not 1 <= bits <= MAX_BITS:
        raise InputError.about("bits", f"1..{MAX_BITS}", shown(bits, 20), "Choose there.")
