"""Is n a multiple of m? A sum of the bits of n that has few multiples of m in its range.

With coefficients c_i congruent to 2^i mod m, a = sum c_i bit_i is congruent to n, so n is a
multiple exactly if a is. Taking each c_i between -m and m, a runs over a short range that holds few
multiples of m; a piecewise-linear function of a that is >= 1 at those and <= -1 at the other
integers of the range tells (see ``scores``). Each *change*, from a multiple to its neighbour, costs
it a piece.
"""

from collections import Counter
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from itertools import product
from math import prod

from exactnet.errors import InputError, shown

MAX_CHOICES = 4096  # ways to choose the signs of coefficients that are compared

_HALF = Fraction(1, 2)


@dataclass(frozen=True, slots=True)
class Residue:
    """The coefficients of a sum a of bits with a = n mod ``modulus``, and its range.

    >>> three = Residue.of(3, bits=10)
    >>> three.coefficients, (three.low, three.high), three.multiples, three.changes
    ((1, -1, 1, -1, 1, -1, 1, -1, 1, -1), (-5, 5), (-3, 0, 3), 6)
    """

    modulus: int
    coefficients: tuple[int, ...]

    @classmethod
    def of(cls, modulus: int, bits: int) -> "Residue":
        """Coefficients with the fewest changes, as far as they are searched."""
        residues = [pow(2, i, modulus) for i in range(bits)]
        counts = Counter(residues)
        best = _nearest(modulus, residues)
        if prod(count + 1 for count in counts.values()) <= MAX_CHOICES:
            for negative in product(*(range(count + 1) for count in counts.values())):
                chosen = dict(zip(counts, negative, strict=True))
                tried = cls(modulus, _signed(modulus, residues, chosen))
                if (tried.changes, tried.high - tried.low) < (best.changes, best.high - best.low):
                    best = tried
        return best

    @property
    def low(self) -> int:
        """The smallest value of the sum."""
        return sum(min(c, 0) for c in self.coefficients)

    @property
    def high(self) -> int:
        """The largest value of the sum."""
        return sum(max(c, 0) for c in self.coefficients)

    @property
    def multiples(self) -> tuple[int, ...]:
        """The multiples of the modulus in the range."""
        m = self.modulus
        return tuple(range(-(-self.low // m) * m, self.high + 1, m))

    @property
    def borders(self) -> tuple[Fraction, ...]:
        """Half-way between each multiple and its neighbours in the range."""
        low, high = self.low, self.high
        both = (at for a in self.multiples for at in (a - _HALF, a + _HALF))
        return tuple(at for at in both if low < at < high)

    @property
    def changes(self) -> int:
        """How often a multiple follows or precedes another number in the range: the borders."""
        low, high, m = self.low, self.high, self.modulus
        return 2 * (high // m - (low - 1) // m) - (low % m == 0) - (high % m == 0)


def _nearest(modulus: int, residues: list[int]) -> Residue:
    return Residue(modulus, tuple(r if 2 * r <= modulus else r - modulus for r in residues))


def _signed(modulus: int, residues: list[int], negative: dict[int, int]) -> tuple[int, ...]:
    """Residues, or residues less the modulus for the first ``negative[r]`` of each."""
    left, chosen = dict(negative), []
    for r in residues:
        chosen.append(r - modulus if r and left[r] else r)
        left[r] -= left[r] > 0
    return tuple(chosen)


def fewest_changes(modulus: int, bits: int) -> int:
    """A lower bound on changes along *any* linear form of the bits that tells multiples apart.

    From the smallest to the largest value of the form one can flip the bits one by one, each flip
    raising the form, in any order. The bits that the flips take from 1 to 0 depend on the form;
    for each choice of them the best order is found over counts of residues. (A bit on which the
    residue depends has a weight other than 0: 0 and 2^i differ in their answer.)

    >>> fewest_changes(3, 10), fewest_changes(5, 10)
    (6, 6)

    Raises InputError where there are more than MAX_CHOICES choices.
    """
    counts = Counter(pow(2, i, modulus) for i in range(bits))
    counts.pop(0, None)
    choices = prod(count + 1 for count in counts.values())
    if choices > MAX_CHOICES:
        raise InputError.about(
            "fewest_changes", f"at most {MAX_CHOICES} choices", shown(choices), "Take fewer bits."
        )
    found = bits
    for negative in product(*(range(count + 1) for count in counts.values())):
        steps: Counter[int] = Counter()
        start = 0
        for (r, count), flipped in zip(counts.items(), negative, strict=True):
            steps[r] += count - flipped
            steps[modulus - r] += flipped
            start += r * flipped
        sizes = tuple(sorted((r, count) for r, count in steps.items() if count))
        found = min(found, _most_changes(modulus, start % modulus, sizes))
    return found


def _most_changes(modulus: int, start: int, steps: tuple[tuple[int, int], ...]) -> int:
    """The most changes between 0 and not 0 on a walk from ``start`` that takes all the steps."""
    sizes = [r for r, _ in steps]

    @lru_cache(None)
    def most(at: int, left: tuple[int, ...]) -> int:
        best = 0
        for k, count in enumerate(left):
            if count:
                to = (at + sizes[k]) % modulus
                rest = (*left[:k], count - 1, *left[k + 1 :])
                best = max(best, int((to == 0) != (at == 0)) + most(to, rest))
        return best

    return most(start, tuple(count for _, count in steps))
