"""Strategies for numbers: rationals, dyadic rationals, points and matrices of them."""

from collections.abc import Callable
from fractions import Fraction
from functools import partial
from math import ceil, floor

from exactnet.errors import InputError, InputTypeError
from exactnet.exact import linalg
from exactnet.exact.rationals import Matrix, RationalLike, Vector, as_rational
from exactnet.testing.farey import simplest
from exactnet.testing.hypothesis_library import DrawFn, SearchStrategy, strategies, strategy

Numbers = SearchStrategy[Fraction]


@strategy
def rationals(
    *,
    min_value: RationalLike | None = None,
    max_value: RationalLike | None = None,
    max_denominator: int | None = None,
) -> Callable[[DrawFn], Fraction]:
    """Exact rationals between two bounds (inclusive), with denominators up to a bound.

    Shrinks towards small denominators, then towards 0; bounds with a denominator are drawn often.

    >>> from hypothesis import given
    >>> @given(rationals(min_value="2/7", max_denominator=5))
    ... def test(x):
    ...     assert x >= Fraction(1, 3)
    >>> test()

    Raises InputTypeError for float bounds, InputError when no such number exists.
    """
    low, high = _bounds("rationals", min_value, max_value)
    simple = simplest(low, high)
    _check_denominator("rationals.max_denominator", max_denominator, low, high, simple)
    least = simple.denominator
    ends = [
        end
        for end in (low, high)
        if end is not None and 1 < end.denominator <= (max_denominator or end.denominator)
    ]
    return partial(_rational, low, high, least, max_denominator, ends)


def _rational(
    low: Fraction | None,
    high: Fraction | None,
    least: int,
    most: int | None,
    ends: list[Fraction],
    draw: DrawFn,
) -> Fraction:
    q = draw(strategies.integers(1, most))
    bottom, top = _numerators(low, high, q)
    if bottom is not None and top is not None and bottom > top:
        q = max(q // least, 1) * least  # a multiple of the smallest denominator has a numerator
        bottom, top = _numerators(low, high, q)
    p = draw(strategies.integers(bottom, top))
    choice = draw(strategies.integers(0, 3 * len(ends))) if ends else 0
    return ends[choice - 2 * len(ends) - 1] if choice > 2 * len(ends) else Fraction(p, q)


def _numerators(
    low: Fraction | None, high: Fraction | None, q: int
) -> tuple[int | None, int | None]:
    return (
        None if low is None else ceil(low * q),
        None if high is None else floor(high * q),
    )


@strategy
def dyadics(
    *,
    min_value: RationalLike | None = None,
    max_value: RationalLike | None = None,
    bits: int = 8,
) -> Callable[[DrawFn], Fraction]:
    """Numbers p / 2^k with |p| < 2^bits and 0 <= k <= bits: floats hold them exactly.

    With the default of 8 bits every format from bfloat16 and float16 up holds them. Shrinks towards
    integers, then towards 0.

    >>> from hypothesis import given
    >>> @given(dyadics(bits=8))
    ... def test(x):
    ...     assert Fraction(float(x)) == x
    >>> test()

    Raises InputTypeError for float bounds, InputError when no such number exists.
    """
    if not isinstance(bits, int) or not 1 <= bits <= 53:
        raise InputError.about("dyadics.bits", "an integer 1..53", f"{bits!r:.20}", "Use 24.")
    low, high = _bounds("dyadics", min_value, max_value)
    ranges = _dyadic_ranges(low, high, bits)

    def dyadic(draw: DrawFn) -> Fraction:
        k, bottom, top = ranges[draw(strategies.integers(0, len(ranges) - 1))]
        return Fraction(draw(strategies.integers(bottom, top)), 2**k)

    return dyadic


def _dyadic_ranges(
    low: Fraction | None, high: Fraction | None, bits: int
) -> list[tuple[int, int, int]]:
    """For every exponent k the smallest and the largest p, where there is one."""
    most, ranges = 2**bits - 1, []
    for k in range(bits + 1):
        bottom = -most if low is None else max(-most, ceil(low * 2**k))
        top = most if high is None else min(most, floor(high * 2**k))
        if bottom <= top:
            ranges.append((k, bottom, top))
    if not ranges:
        raise InputError.about(
            "dyadics",
            f"a range with a number p / 2^k, |p| < 2^{bits}, k <= {bits}",
            f"[{low}, {high}]",
            "Raise bits, or widen the range.",
        )
    return ranges


def _small() -> list[Fraction]:
    """0, 1, 2, 1/2, 3, ..., then -1, -2, ...: |p| <= 3 q, q <= 4; the first ones several times.

    Hypothesis shrinks towards the front, by halving: what fails for negative numbers only ends at
    -1 when these are together, but not if signs alternate.
    """
    found = {Fraction(p, q) for q in range(1, 5) for p in range(3 * q + 1)}
    simple = sorted(found, key=lambda v: (v.numerator + 2 * (v.denominator - 1), v))
    positive = [v for v in simple for _ in range(4 if v in (0, 1) else 1)]
    return positive + [-v for v in positive if v]


SMALL: Numbers = strategies.sampled_from(_small())


def points(dim: int, *, elements: Numbers | None = None) -> SearchStrategy[Vector]:
    """Points of R^dim with rational coordinates (default: small ones).

    >>> from hypothesis import given
    >>> @given(points(2))
    ... def test(x):
    ...     assert len(x) == 2
    >>> test()
    """
    return _points(_size(dim, "points.dim"), elements)


def _points(dim: int, elements: Numbers | None) -> SearchStrategy[Vector]:
    return strategies.tuples(*[SMALL if elements is None else elements] * dim)


@strategy
def matrices(
    rows: int, columns: int, *, elements: Numbers | None = None, invertible: bool = False
) -> Callable[[DrawFn], Matrix]:
    """Matrices of rationals, singular ones included unless ``invertible``; shrinks to 0, or to I.

    A singular draw A becomes A + t I with the smallest t = 1, 2, ... that is no eigenvalue of -A,
    so that nothing is rejected.

    >>> from hypothesis import given
    >>> @given(matrices(2, 2, invertible=True))
    ... def test(a):
    ...     assert linalg.determinant(a) != 0
    >>> test()

    Raises InputError for an invertible matrix that is not square.
    """
    _size(rows, "matrices.rows")
    _size(columns, "matrices.columns")
    if invertible and rows != columns:
        raise InputError.about(
            "matrices", "a square matrix if invertible", f"{rows}x{columns}", "Make it square."
        )
    grid = strategies.tuples(*[_points(columns, elements)] * rows)
    if invertible:
        grid = grid.map(shifted)
    return lambda draw: draw(grid)


def shifted(a: Matrix) -> Matrix:
    """A + t I for the smallest t = 0, 1, 2, ... for which it is invertible."""
    while linalg.determinant(a) == 0:
        a = tuple(
            tuple(value + int(i == j) for j, value in enumerate(row)) for i, row in enumerate(a)
        )
    return a


def _size(value: object, where: str) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise InputTypeError.about(where, "an integer", type(value).__name__, "Give a number.")
    if value < 1:
        raise InputError.about(where, "an integer >= 1", str(value)[:20], "Raise it.")
    return value


def _bounds(
    where: str, min_value: RationalLike | None, max_value: RationalLike | None
) -> tuple[Fraction | None, Fraction | None]:
    low = None if min_value is None else as_rational(min_value, f"{where}.min_value")
    high = None if max_value is None else as_rational(max_value, f"{where}.max_value")
    if low is not None and high is not None and low > high:
        raise InputError.about(where, "min_value <= max_value", f"{low} > {high}", "Swap them.")
    return low, high


def _check_denominator(
    where: str, most: object, low: Fraction | None, high: Fraction | None, simple: Fraction
) -> None:
    if most is None:
        return
    if _size(most, where) < simple.denominator:
        raise InputError.about(
            where,
            f"at least {simple.denominator} (the smallest in [{low}, {high}] is that of {simple})",
            str(most),
            "Raise it, or widen the range.",
        )
