"""Products of integer matrices, by FLINT."""

from collections.abc import Sequence
from dataclasses import dataclass

from flint import fmpz_mat

Rows = tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True)
class IntegerMatrix:
    """An integer matrix kept in FLINT's form, for many products with the same left factor.

    FLINT multiplies large matrices modulo machine-word primes and lifts the result, which is much
    faster than sums of Python's integers.

    >>> IntegerMatrix.of([[1, 2], [3, 4]]).times([[5], [-(10**20)]])
    ((-199999999999999999995,), (-399999999999999999985,))
    """

    matrix: fmpz_mat

    @classmethod
    def of(cls, rows: Sequence[Sequence[int]]) -> "IntegerMatrix":
        """Build from rows."""
        return cls(fmpz_mat(len(rows), len(rows[0]), [value for row in rows for value in row]))

    def times(self, right: Sequence[Sequence[int]]) -> Rows:
        """The exact product, by its rows."""
        entries = [int(entry) for entry in (self.matrix * IntegerMatrix.of(right).matrix).entries()]
        columns = len(right[0])
        return tuple(tuple(entries[k : k + columns]) for k in range(0, len(entries), columns))


def product(left: Sequence[Sequence[int]], right: Sequence[Sequence[int]]) -> Rows:
    """The exact product of two integer matrices, given and returned by their rows."""
    return IntegerMatrix.of(left).times(right)
