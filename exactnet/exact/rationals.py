"""Reading and writing exact rationals: ints, ``"p/q"`` strings, Fractions, SymPy rationals.

Floats are refused, never rounded: ``0.1`` is not one tenth, and silently taking its binary
value would make every later "exact" answer be about another number.
"""

import math
import numbers
import re
from collections.abc import Iterable, Mapping, Sequence, Set
from fractions import Fraction
from typing import TypeAlias

from flint import fmpz

from exactnet.errors import InputError, InputTypeError

Vector: TypeAlias = tuple[Fraction, ...]
Matrix: TypeAlias = tuple[Vector, ...]
RationalLike: TypeAlias = int | str | Fraction | numbers.Rational

MAX_DIGITS = 4300  # Python's own limit for int(str), as a bound on a number in a file
MAX_BITS = 14_284  # integers of so many bits have at most MAX_DIGITS digits
MAX_EXPONENT = 1000  # |e| in "1e-5"; beyond it the number is a mistake or an attack

_FRACTION = re.compile(r"\s*([+-]?[0-9]+)(?:/([0-9]+))?\s*", re.ASCII)
_DECIMAL = re.compile(r"\s*[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE]([+-]?[0-9]+))?\s*", re.ASCII)


def as_rational(value: object, where: str = "as_rational") -> Fraction:
    """The exact rational that ``value`` denotes.

    >>> as_rational("1/10"), as_rational("0.1"), as_rational(3)
    (Fraction(1, 10), Fraction(1, 10), Fraction(3, 1))
    >>> as_rational(0.1)
    Traceback (most recent call last):
        ...
    exactnet.errors.InputTypeError: as_rational: expected int, str or Fraction, got float 0.1. \
Write '1/10' for one tenth, or Fraction(0.1) for the value stored in binary.

    Raises InputTypeError for floats and unknown objects, InputError for malformed strings, zero
    denominators, and numbers of more than 4300 digits or exponents beyond 1000.
    """
    if isinstance(value, Fraction):
        return value
    if isinstance(value, str):
        return _parse(value, where)
    if isinstance(value, numbers.Rational) and not isinstance(value, bool):
        return Fraction(int(value.numerator), int(value.denominator))
    expected = "int, str or Fraction"
    if isinstance(value, float):
        value = float(value)  # a NumPy float64 is a float with another repr
        raise InputTypeError.about(where, expected, f"float {value!r}", _instead_of(value))
    raise InputTypeError.about(
        where, expected, type(value).__name__, "Write the number as an integer or as 'p/q'."
    )


def _instead_of(value: float) -> str:
    """What to write in place of a float."""
    if not math.isfinite(value):
        return "Write a finite number such as '1/10'."
    if value == 0.1:
        nearby = "'1/10' for one tenth"
    else:
        simple = str(Fraction(repr(value)))
        nearby = f"'{simple}' for {simple}" if len(simple) <= 40 else f"'{value!r}'"
    return f"Write {nearby}, or Fraction({value!r}) for the value stored in binary."


def _parse(text: str, where: str) -> Fraction:
    shown = text if len(text) <= 40 else f"{text[:37]}..."
    if len(text) > 2 * MAX_DIGITS + 2:  # a sign and a slash
        raise InputError.about(
            where,
            f"a number of at most {MAX_DIGITS} digits",
            f"{len(text)} characters",
            "Shorten the number.",
        )
    match = _FRACTION.fullmatch(text)
    if match:
        if any(len((part or "").lstrip("+-")) > MAX_DIGITS for part in match.groups()):
            raise InputError.about(
                where, f"at most {MAX_DIGITS} digits", f"'{shown}'", "Shorten the number."
            )
        denominator = int(match[2]) if match[2] else 1
        if denominator == 0:
            raise InputError.about(
                where, "a non-zero denominator", f"'{shown}'", "Write a number with p/q, q > 0."
            )
        return Fraction(int(match[1]), denominator)
    match = _DECIMAL.fullmatch(text)
    if match is None:
        raise InputError.about(
            where, "a rational such as '3/4' or '0.75'", f"'{shown}'", "Rewrite the number so."
        )
    if len(text) > MAX_DIGITS:
        raise InputError.about(
            where, f"at most {MAX_DIGITS} characters", f"'{shown}'", "Shorten the number."
        )
    exponent = match[1] or "0"
    if len(exponent) > 6 or abs(int(exponent)) > MAX_EXPONENT:
        raise InputError.about(
            where,
            f"an exponent between -{MAX_EXPONENT} and {MAX_EXPONENT}",
            f"'{shown}'",
            "Write the number as 'p/q'.",
        )
    return Fraction(text.strip())


def from_floats(values: object, where: str) -> object:
    """Nested lists or an array of floats as the exact rationals that they store in binary.

    >>> from_floats([0.5, [0.1]], "weights")
    (Fraction(1, 2), (Fraction(3602879701896397, 36028797018963968),))

    Raises InputError for infinities and NaN, InputTypeError for what is no number.
    """
    if hasattr(values, "tolist"):  # a NumPy array of any float type; a tensor that is on the CPU
        values = values.tolist()
    if isinstance(values, (list, tuple)):
        return tuple(from_floats(value, f"{where}[{k}]") for k, value in enumerate(values))
    if isinstance(values, float):
        if not math.isfinite(values):
            raise InputError.about(where, "a finite float", f"{values!r}", "Did training diverge?")
        return Fraction(values)
    return as_rational(values, where)


def as_vector(values: object, where: str, length: int | None = None) -> Vector:
    """A tuple of exact rationals; ``length`` (if given) is checked. SymPy columns are welcome.

    Raises InputError for another length, and what ``as_rational`` raises.

    >>> as_vector(["1/2", 3], "point", length=2)
    (Fraction(1, 2), Fraction(3, 1))
    """
    if getattr(values, "is_Matrix", False):  # a SymPy row or column
        values = list(values)  # type: ignore[call-overload]
    items = as_sequence(values, where, "a list of rationals")
    if length is not None and len(items) != length:
        raise InputError.about(
            where, f"{length} number(s)", f"{len(items)}", "Give one number per coordinate."
        )
    return tuple(as_rational(item, f"{where}[{k}]") for k, item in enumerate(items))


def as_matrix(rows: object, where: str, columns: int | None = None) -> Matrix:
    """A tuple of rows of exact rationals, all of one length (``columns`` if given)."""
    items = as_sequence(rows, where, "a list of rows")
    matrix: list[Vector] = []
    for k, row in enumerate(items):
        matrix.append(as_vector(row, f"{where}[{k}]", columns))
        columns = len(matrix[-1])
    return tuple(matrix)


def as_sequence(values: object, where: str, expected: str = "a list") -> Sequence[object]:
    """The items of anything ordered, as a tuple; InputTypeError for text, sets and single values.

    >>> as_sequence(iter([1, 2]), "layers")
    (1, 2)
    """
    if hasattr(values, "tolist"):  # NumPy arrays and SymPy matrices
        values = values.tolist()
    unordered = isinstance(values, (str, bytes, Mapping, Set))
    if unordered or not isinstance(values, Iterable):
        raise InputTypeError.about(where, expected, type(values).__name__, "Use a list or tuple.")
    return tuple(values)


def to_text(value: Fraction) -> str:
    """The canonical text of a rational in files and reports: ``"p/q"`` or ``"p"``, of any length.

    >>> to_text(Fraction(-3, 4)), to_text(Fraction(2))
    ('-3/4', '2')
    """
    numerator = str(fmpz(value.numerator))  # FLINT: Python's str refuses long integers
    return numerator if value.denominator == 1 else f"{numerator}/{fmpz(value.denominator)!s}"


def from_text(text: str) -> Fraction:
    """The inverse of ``to_text``, for text that we made ourselves, of any length.

    >>> from_text("-3/4")
    Fraction(-3, 4)
    """
    numerator, _, denominator = text.partition("/")
    return Fraction(int(fmpz(numerator)), int(fmpz(denominator or "1")))


def is_readable(value: Fraction) -> bool:
    """Whether a number is short enough to be read back from a file."""
    return max(value.numerator.bit_length(), value.denominator.bit_length()) <= MAX_BITS


def common_denominator(values: Iterable[Fraction]) -> int:
    """The least positive integer D with D*v an integer for every v.

    >>> common_denominator([Fraction(1, 4), Fraction(1, 6)])
    12
    """
    return math.lcm(*(value.denominator for value in values))


def show_point(point: Vector) -> str:
    """A rational point as text, for messages.

    >>> show_point((Fraction(0), Fraction(1, 2)))
    '(0, 1/2)'
    """
    return f"({', '.join(to_text(v) for v in point)})"
