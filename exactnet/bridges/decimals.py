"""Rationals as decimal text for formats without fractions: in full, or not at all."""

from fractions import Fraction

from exactnet.bridges.rounding import FloatFormat


def to_decimal(value: Fraction) -> str:
    """The finite decimal expansion of a dyadic rational, every digit of it.

    >>> to_decimal(Fraction(-3, 8)), to_decimal(Fraction(2))
    ('-0.375', '2.0')

    Raises ValueError if there is none.
    """
    places = value.denominator.bit_length() - 1
    if value.denominator != 1 << places:
        raise ValueError(f"{value} is not dyadic")
    digits = str(abs(value.numerator) * 5**places).zfill(places + 1)
    whole, part = (digits[:-places], digits[-places:]) if places else (digits, "0")
    return f"{'-' if value < 0 else ''}{whole}.{part}"


def floor_to(fmt: FloatFormat, value: Fraction) -> Fraction:
    """The largest number of a format (with any exponent) that is at most a rational.

    >>> from exactnet.bridges.rounding import FLOAT32
    >>> floor_to(FLOAT32, Fraction(1, 3)) < Fraction(1, 3) < ceiling_to(FLOAT32, Fraction(1, 3))
    True
    """
    spacing = fmt.ulp(value)
    return (value / spacing).__floor__() * spacing


def ceiling_to(fmt: FloatFormat, value: Fraction) -> Fraction:
    """The smallest number of a format (with any exponent) that is at least a rational."""
    return -floor_to(fmt, -value)
