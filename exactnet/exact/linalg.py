"""Linear algebra over Q. Inverses and determinants are FLINT's; products are plain sums."""

from collections.abc import Sequence
from fractions import Fraction

from flint import fmpq, fmpq_mat, fmpz_mat

from exactnet.exact.rationals import Matrix, Vector


def identity(size: int) -> Matrix:
    """The identity matrix of the given size."""
    return tuple(tuple(Fraction(int(i == j)) for j in range(size)) for i in range(size))


def inner(a: Sequence[Fraction], b: Sequence[Fraction]) -> Fraction:
    """The inner product; zero entries are skipped (our matrices are mostly zeros)."""
    return sum((x * y for x, y in zip(a, b, strict=True) if x and y), start=Fraction(0))


def mat_vec(a: Matrix, x: Sequence[Fraction]) -> Vector:
    """The product of a matrix and a vector."""
    return tuple(inner(row, x) for row in a)


def mat_mul(a: Matrix, b: Matrix) -> Matrix:
    """The product of two matrices; zero entries are skipped."""
    width = len(b[0])
    rows = []
    for row in a:
        total = [Fraction(0)] * width
        for factor, other in zip(row, b, strict=True):
            if factor:
                scaled = other if factor == 1 else [value and factor * value for value in other]
                total = [y + x if x and y else x or y for x, y in zip(scaled, total, strict=True)]
        rows.append(tuple(total))
    return tuple(rows)


def add(a: Sequence[Fraction], b: Sequence[Fraction]) -> Vector:
    """The sum of two vectors."""
    return tuple(x + y for x, y in zip(a, b, strict=True))


def transpose(a: Matrix) -> Matrix:
    """Rows become columns."""
    return tuple(zip(*a, strict=True))


def to_fraction(value: fmpq) -> Fraction:
    """A FLINT rational as a Fraction."""
    return Fraction(int(value.p), int(value.q))


def to_flint(value: Fraction) -> fmpq:
    """A Fraction as a FLINT rational."""
    return fmpq(value.numerator, value.denominator)


def _flint_matrix(a: Matrix) -> fmpq_mat:
    return fmpq_mat(len(a), len(a[0]), [to_flint(value) for row in a for value in row])


def determinant(a: Matrix) -> Fraction:
    """The determinant of a square matrix.

    >>> determinant(((Fraction(1), Fraction(2)), (Fraction(3), Fraction(4))))
    Fraction(-2, 1)
    """
    return to_fraction(_flint_matrix(a).det())


def integer_determinant(rows: Sequence[Sequence[int]]) -> int:
    """The determinant of a square integer matrix, given by its rows.

    >>> integer_determinant([[1, 2], [3, 4]])
    -2
    """
    return int(fmpz_mat(len(rows), len(rows), [v for row in rows for v in row]).det())


def inverse(a: Matrix) -> Matrix:
    """The inverse of a square matrix; ZeroDivisionError when there is none."""
    size = len(a)
    inverted = _flint_matrix(a).inv()
    return tuple(tuple(to_fraction(inverted[i, j]) for j in range(size)) for i in range(size))


def rank(a: Matrix) -> int:
    """The rank of a matrix.

    >>> rank(((Fraction(1), Fraction(2)), (Fraction(2), Fraction(4))))
    1
    """
    return int(_flint_matrix(a).rref()[1])


def is_positive_definite(a: Matrix) -> bool:
    """Whether a symmetric matrix is positive definite (Sylvester's criterion, exact).

    >>> is_positive_definite(((Fraction(2), Fraction(1)), (Fraction(1), Fraction(1))))
    True
    """
    return all(determinant(tuple(row[:k] for row in a[:k])) > 0 for k in range(1, len(a) + 1))


def sup_norm(a: Matrix) -> Fraction:
    """The operator norm for the sup-norm: the largest absolute row sum."""
    return max(sum((abs(value) for value in row), start=Fraction(0)) for row in a)
