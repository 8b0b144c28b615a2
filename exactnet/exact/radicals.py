"""Sums of rationals times rational powers of two: the masses of the talk's distributions.

The numbers 2^(-e), e rational with 0 <= e < 1, are linearly independent over Q: with N the common
denominator of any finitely many of them they are different powers of 2^(-1/N), whose minimal
polynomial 2 x^N - 1 has degree N (Eisenstein). So a sum is zero exactly when all its coefficients
are, equality is decided by comparing terms, and the sign of a non-zero sum by enclosing it ever
more closely: this ends, because the sum is not zero.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache, total_ordering
from math import isqrt
from typing import TypeAlias

from exactnet.errors import InputError, InputTypeError, shown
from exactnet.exact.rationals import MAX_DIGITS, as_rational, to_text

MAX_BITS = 100_000


@total_ordering
@dataclass(frozen=True, slots=True, eq=False)
class BinaryRadical:
    """The number sum_k c_k 2^(-e_k), c_k != 0 rational, 0 <= e_1 < e_2 < ... < 1 rational.

    Build with ``power_of_two`` and arithmetic. Comparisons, with rationals too, are exact.

    >>> x = Fraction(3, 2) - power_of_two(Fraction(-1, 5))
    >>> print(x)
    3/2 - 2^(-1/5)
    >>> x < Fraction(63, 100), x - x == 0, decimal(x, 10)
    (True, True, '0.6294494367')
    >>> low, high = x.enclosure(20)
    >>> low < x < high and high - low <= Fraction(1, 2**20)
    True
    """

    terms: tuple[tuple[Fraction, Fraction], ...]  # (exponent e, coefficient), by exponent

    @classmethod
    def of(cls, terms: Iterable[tuple[Fraction, Fraction]]) -> "BinaryRadical":
        """The sum of c 2^(-e) over pairs (e, c), any rational e: brought to the unique form."""
        collected: dict[Fraction, Fraction] = {}
        for exponent, coefficient in terms:
            whole = exponent.numerator // exponent.denominator
            if abs(whole) > MAX_BITS:
                raise InputError.about(
                    "power of two", f"an exponent up to {MAX_BITS}", shown(whole), "Scale it down."
                )
            place = exponent - whole
            value = collected.get(place, Fraction(0)) + coefficient * Fraction(2) ** -whole
            collected[place] = value
        return cls(tuple((e, c) for e, c in sorted(collected.items()) if c))

    @property
    def rational(self) -> Fraction | None:
        """The number as a Fraction, None when it is irrational."""
        if not self.terms:
            return Fraction(0)
        return self.terms[0][1] if len(self.terms) == 1 and not self.terms[0][0] else None

    def enclosure(self, bits: int) -> tuple[Fraction, Fraction]:
        """Rationals (low, high) with low <= x <= high and high - low <= 2^-bits.

        Proven: see ``enclose_power``; low < x < high where x is irrational.
        """
        if not isinstance(bits, int) or not 0 <= bits <= MAX_BITS:
            raise InputError.about("bits", f"0..{MAX_BITS}", shown(bits, 20), "Choose there.")
        size = sum((abs(c) for _, c in self.terms), start=Fraction(0))
        inner = bits + (size.numerator // size.denominator).bit_length()
        low = high = Fraction(0)
        for exponent, c in self.terms:
            ends = enclose_power(exponent, inner)
            low += c * ends[c < 0]
            high += c * ends[c > 0]
        return low, high

    def sign(self) -> int:
        """-1, 0 or 1, exactly."""
        if not self.terms:
            return 0
        bits = 32
        while True:
            low, high = self.enclosure(bits)
            if low > 0 or high < 0:
                return 1 if low > 0 else -1
            bits *= 2

    def __add__(self, other: "ExactReal | int") -> "BinaryRadical":
        if isinstance(other, BinaryRadical):
            return BinaryRadical.of((*self.terms, *other.terms))
        if isinstance(other, (int, Fraction)):
            return BinaryRadical.of((*self.terms, (Fraction(0), Fraction(other))))
        return NotImplemented

    __radd__ = __add__

    def __neg__(self) -> "BinaryRadical":
        return self * -1

    def __sub__(self, other: "ExactReal | int") -> "BinaryRadical":
        return self + (-other)

    def __rsub__(self, other: "ExactReal | int") -> "BinaryRadical":
        return -self + other

    def __mul__(self, other: "ExactReal | int") -> "BinaryRadical":
        if isinstance(other, BinaryRadical):
            return BinaryRadical.of((e + f, c * b) for e, c in self.terms for f, b in other.terms)
        if isinstance(other, (int, Fraction)):
            return BinaryRadical.of((e, c * other) for e, c in self.terms)
        return NotImplemented

    __rmul__ = __mul__

    def __truediv__(self, other: Fraction | int) -> "BinaryRadical":
        if isinstance(other, (int, Fraction)):
            return self * (1 / Fraction(other))
        return NotImplemented

    def __eq__(self, other: object) -> bool:
        if isinstance(other, (int, Fraction)):
            return self.rational == other
        return self.terms == other.terms if isinstance(other, BinaryRadical) else NotImplemented

    def __hash__(self) -> int:
        rational = self.rational
        return hash(self.terms) if rational is None else hash(rational)

    def __lt__(self, other: "ExactReal | int") -> bool:
        if isinstance(other, (int, Fraction, BinaryRadical)):
            return (self - other).sign() < 0
        return NotImplemented

    def __float__(self) -> float:
        """A float next to the number (for samplers and pictures only)."""
        low, high = self.enclosure(80)
        return float((low + high) / 2)

    def __str__(self) -> str:
        text = " + ".join(_term(e, c) for e, c in self.terms) or "0"
        return text.replace("+ -", "- ")

    __repr__ = __str__


ExactReal: TypeAlias = Fraction | BinaryRadical


def _term(exponent: Fraction, coefficient: Fraction) -> str:
    if not exponent:
        return to_text(coefficient)
    power = f"2^({to_text(-exponent)})"
    if abs(coefficient) == 1:
        return power if coefficient > 0 else f"-{power}"
    return f"{to_text(coefficient)}*{power}"


def power_of_two(exponent: Fraction | int) -> ExactReal:
    """2^exponent for a rational exponent.

    >>> power_of_two(-3), power_of_two(Fraction(1, 2)) * power_of_two(Fraction(1, 2)) == 2
    (Fraction(1, 8), True)
    """
    return collapsed(BinaryRadical.of([(-as_rational(exponent, "exponent"), Fraction(1))]))


def collapsed(value: ExactReal | int) -> ExactReal:
    """The same number, as a Fraction where it is rational."""
    if isinstance(value, BinaryRadical):
        rational = value.rational
        return value if rational is None else rational
    return Fraction(value)


def enclose(value: ExactReal, bits: int) -> tuple[Fraction, Fraction]:
    """Rationals around an exact number, at most 2^-bits apart; a rational encloses itself."""
    return value.enclosure(bits) if isinstance(value, BinaryRadical) else (value, value)


def decimal(value: ExactReal, digits: int) -> str:
    """The number rounded to so many decimals: every digit is proven (ties of rationals to even).

    >>> decimal(Fraction(1, 8), 2), decimal(-power_of_two(Fraction(1, 2)), 4)
    ('0.12', '-1.4142')

    Raises InputError for digits outside 0..4300.
    """
    if not isinstance(digits, int) or isinstance(digits, bool):
        raise InputTypeError.about("digits", "an integer", type(digits).__name__, "Use 4.")
    if not 0 <= digits <= MAX_DIGITS:
        raise InputError.about("digits", f"0..{MAX_DIGITS}", shown(digits, 20), "Use 4.")
    bits = 4 * digits + 16
    while True:
        low, high = enclose(value, bits)
        scaled = round(low * 10**digits), round(high * 10**digits)
        if scaled[0] == scaled[1]:
            break
        bits *= 2
    whole, part = (to_text(Fraction(v)) for v in divmod(abs(scaled[0]), 10**digits))
    sign = "-" if scaled[0] < 0 else ""
    return f"{sign}{whole}" + (f".{part:0>{digits}}" if digits else "")


@lru_cache(maxsize=4096)
def enclose_power(exponent: Fraction, bits: int) -> tuple[Fraction, Fraction]:
    """Rationals around 2^(-exponent), 0 <= exponent < 1, at most 2^-bits apart.

    2^(-exponent) is the product of the roots r_k = 2^(-2^(-k)) over the ones in the binary
    expansion of the exponent, times 2^(-rest) with 1 - rest <= 2^(-rest) <= 1. Each r_k is the
    square root of r_(k-1), rounded down and up by integer square roots.

    >>> low, high = enclose_power(Fraction(2, 3), 50)
    >>> low**3 < Fraction(1, 4) < high**3
    True
    """
    if not exponent:
        return Fraction(1), Fraction(1)
    steps = bits + 2
    scale = steps + steps.bit_length() + 6  # fixed point: each step loses a few units of it
    one = 1 << scale
    root_low = root_high = one >> 1  # r_0 = 1/2
    low = high = one
    rest = exponent
    for _ in range(steps):
        root_low, root_high = isqrt(root_low << scale), isqrt((root_high << scale) - 1) + 1
        rest *= 2
        if rest >= 1:
            rest -= 1
            low = low * root_low >> scale
            high = -(-high * root_high >> scale)
    if rest:
        low = low * (((1 << steps) - 1) << (scale - steps)) >> scale
    return Fraction(low, one), Fraction(high, one)
