"""The numbers in reports: exact, or certified intervals; for scripts and for people."""

from fractions import Fraction
from typing import TypeAlias

from exactnet.exact.radicals import BinaryRadical, decimal, enclose
from exactnet.exact.rationals import to_text

Exact: TypeAlias = int | Fraction | BinaryRadical
Interval: TypeAlias = tuple[Exact, Exact]  # certified: the number lies between the two
Value: TypeAlias = Exact | Interval
Cell: TypeAlias = Value | str | bool | None

SHORT = 9  # characters of a fraction that is shown as it is
LONG = 40  # characters of an exact number that is shown beside its decimals
DIGITS = 6
MAX_BITS = 8192  # larger numbers are shown by their size


def as_json(value: Cell) -> object:
    """Integers stay, other exact numbers become text, an interval a pair.

    >>> as_json(Fraction(1, 3)), as_json((Fraction(1, 3), 1)), as_json(None), as_json(3**9000)
    ('1/3', ['1/3', 1], None, 'at least 2^14264')
    """
    if isinstance(value, tuple):
        return [as_json(end) for end in value]
    if isinstance(value, Fraction):
        return as_json(value.numerator) if value.denominator == 1 else to_text(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return _size(value) or value
    if isinstance(value, BinaryRadical):
        return str(value)
    return value


def shown(value: Cell) -> str:
    """The value for a table: short fractions as they are, others in proven decimals.

    >>> shown(Fraction(1, 3)), shown(Fraction(10**9, 10**10 - 1)), shown(True), shown(None)
    ('1/3', '0.100000', 'yes', '-')
    >>> shown((Fraction(1, 3), Fraction(2, 3)))
    '0.333333..0.666667'
    """
    if value is None or isinstance(value, bool):
        return "-" if value is None else "yes" if value else "no"
    if isinstance(value, tuple):
        return "..".join(_end(end, up) for end, up in zip(value, (False, True), strict=True))
    return value if isinstance(value, str) else _size(value) or _exact(value)


def _exact(value: Exact) -> str:
    if isinstance(value, BinaryRadical):
        return decimal(value, DIGITS)
    text = to_text(Fraction(value))
    return text if isinstance(value, int) or len(text) <= SHORT else decimal(value, DIGITS)


def spelled(value: Cell) -> str:
    """The value for a line: exactly where that fits, with decimals unless it is short.

    >>> spelled(Fraction(1, 3)), spelled(Fraction(1234567, 7654321))
    ('1/3', '1234567/7654321 ~ 0.161290')
    """
    text = shown(value)
    if not isinstance(value, (Fraction, BinaryRadical)) or _size(value):
        return text
    exact = to_text(value) if isinstance(value, Fraction) else str(value)
    if exact == text:
        return text
    return f"{exact} ~ {text}" if len(exact) <= LONG else f"~ {text}"


def outwards(low: Fraction, high: Fraction, digits: int = 12) -> tuple[Fraction, Fraction]:
    """A wider interval whose ends have few decimals.

    >>> outwards(Fraction(1, 3), Fraction(2, 3), 2)
    (Fraction(33, 100), Fraction(67, 100))
    """
    scale = 10**digits
    return Fraction(low * scale // 1, scale), Fraction(-(-high * scale // 1), scale)


def _end(value: Exact, up: bool) -> str:
    """An end of an interval, rounded outwards."""
    size = _size(value)
    if size or isinstance(value, int):
        return size or str(value)
    exact = value if isinstance(value, Fraction) else enclose(value, 8 * DIGITS)[up]
    if exact.denominator == 1:
        return str(exact.numerator)
    return decimal(outwards(exact, exact, DIGITS)[up], DIGITS)


def _size(value: Exact) -> str:
    """The size of a number with more digits than Python prints; empty for others."""
    low, high = (value, value) if isinstance(value, int) else enclose(value, 8)
    whole = int(low) if low > 0 else int(high)
    bits = abs(whole).bit_length() - 1
    if bits < MAX_BITS:
        return ""
    return f"at least 2^{bits}" if whole > 0 else f"at most -2^{bits}"
