"""Long sums of rationals with unrelated denominators."""

from fractions import Fraction

from flint import fmpq

from exactnet.exact.linalg import to_flint, to_fraction


class BalancedSum:
    """A sum that adds numbers of like sizes, as they come: partial sums of 1, 2, 4, ... terms.

    The denominator of a sum of volumes grows with every term. Adding one term at a time takes
    quadratic time in the number of terms, balanced sums little more than linear time.

    >>> total = BalancedSum()
    >>> for k in range(1, 6):
    ...     total.add(Fraction(1, k))
    >>> total.value()
    Fraction(137, 60)
    """

    __slots__ = ("_count", "_partial")

    def __init__(self) -> None:
        self._count = 0
        self._partial: list[fmpq] = []

    def add(self, value: Fraction) -> None:
        """Add one term."""
        if not value:
            return
        term, count = to_flint(value), self._count
        while count & 1:
            term += self._partial.pop()
            count >>= 1
        self._partial.append(term)
        self._count += 1

    def value(self) -> Fraction:
        """The sum so far."""
        total = fmpq(0)
        for term in reversed(self._partial):
            total += term
        return to_fraction(total)
