"""Approximation curves: how much of the negative mass lies at which level of detail.

A depth-n fractal distribution puts mass m_l on the negatives of level l = 1..n (points of K_(l-1)
off K_l) and 1/2 on the positives K_n, m_1 + ... + m_n = 1/2. Its approximation curve is

    P(j) = 1 - Pr[x in K_j and y = -1] = 1/2 + m_1 + ... + m_j,

so P(0) = 1/2, P(n) = 1, and P does not decrease. A curve is its masses. The talk's sampler, with
weights w_1..w_n and S their sum, stops at level l with probability 1 - (1/2)^(w_l / S), hence

    P(j) = 3/2 - 2^(-(w_1 + ... + w_j) / S):

sums of rational powers of two, kept as such and compared exactly (``exact.radicals``).

Curves are coarse when P rises early, fine when it rises late; fine ones are hard for gradients.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import reduce
from itertools import accumulate, pairwise
from operator import add

from exactnet.errors import InputError, InputTypeError, nearest
from exactnet.exact.radicals import (
    BinaryRadical,
    ExactReal,
    collapsed,
    decimal,
    power_of_two,
)
from exactnet.exact.rationals import RationalLike, as_vector, to_text

HALF, ZERO = Fraction(1, 2), Fraction(0)
MAX_LEVELS = 256  # the tree of cells is walked recursively
TALK: tuple[tuple[int, ...], ...] = (
    (1, 1, 1, 1, 1),
    (0, 0, 1, 1, 1),
    (0, 0, 0, 1, 1),
    tuple(level**5 for level in range(1, 6)),
    tuple(level**9 for level in range(1, 6)),
    (0, 0, 0, 0, 1),
)


@dataclass(frozen=True, slots=True)
class ApproximationCurve:
    """The masses m_1..m_n of the negatives, level by level; exact, non-negative, summing to 1/2.

    >>> curve = masses(["1/8", 0, "3/8"])
    >>> curve.depth, curve.mass(1), [str(curve.P(j)) for j in range(4)]
    (3, Fraction(1, 8), ['1/2', '5/8', '5/8', '1'])
    """

    levels: tuple[ExactReal, ...]
    name: str = field(default="masses", compare=False)

    def __post_init__(self) -> None:
        _check_count(len(self.levels), "curve")
        for level, value in enumerate(self.levels, 1):
            if not isinstance(value, (Fraction, BinaryRadical)):
                raise InputTypeError.about(
                    f"mass {level}", "an exact number", type(value).__name__, "Use curves.masses."
                )
            if value < 0:
                raise InputError.about(f"mass {level}", "at least 0", _shown(value), "Raise it.")
        total = _sum(self.levels)
        if total != HALF:
            raise InputError.about(
                "masses", "a sum of 1/2", _shown(total), "The positives have the other half."
            )

    @property
    def depth(self) -> int:
        """n, the number of levels."""
        return len(self.levels)

    @property
    def is_rational(self) -> bool:
        """Whether all masses are rational numbers."""
        return all(isinstance(value, Fraction) for value in self.levels)

    def mass(self, level: int) -> ExactReal:
        """The probability of a negative of a level 1..n."""
        return self.levels[self._index(level, 1) - 1]

    def P(self, j: int) -> ExactReal:  # noqa: N802  # the talk's name
        """1 - Pr[x in K_j and y = -1] = 1/2 + m_1 + ... + m_j, for j = 0..n.

        >>> print(talk(1).P(1))
        3/2 - 2^(-1/5)
        """
        return collapsed(HALF + _sum(self.levels[: self._index(j, 0)]))

    def decimals(self, digits: int = 4) -> tuple[str, ...]:
        """P(0)..P(n) in decimals, every digit proven.

        >>> talk(3).decimals()
        ('0.5000', '0.5000', '0.5000', '0.5000', '0.7929', '1.0000')
        """
        return tuple(decimal(self.P(j), digits) for j in range(self.depth + 1))

    def _index(self, level: int, least: int) -> int:
        if not isinstance(level, int) or isinstance(level, bool):
            raise InputTypeError.about("level", "an integer", type(level).__name__, "Use 1.")
        if not least <= level <= self.depth:
            raise InputError.about(
                "level", f"{least}..{self.depth}", str(level), "The curve has those levels."
            )
        return level


def masses(values: Iterable[RationalLike]) -> ApproximationCurve:
    """The curve with the given rational masses m_1..m_n, which sum to 1/2.

    >>> masses(["1/4", "1/3"])
    Traceback (most recent call last):
        ...
    exactnet.errors.InputError: masses: expected a sum of 1/2, got 7/12. The positives have the \
other half.
    """
    return ApproximationCurve(as_vector(values, "masses"))


def weights(values: Iterable[RationalLike], name: str = "weights") -> ApproximationCurve:
    """The talk's curve of non-negative weights: m_l = 2^(-W_(l-1)/S) - 2^(-W_l/S).

    W_l = w_1 + ... + w_l and S = W_n; reached with probability 2^(-W_(l-1)/S), level l ends the
    talk's sampler with probability q_l = 1 - 2^(-w_l/S).

    >>> print(*weights([1, 1]).levels)
    1 - 2^(-1/2) -1/2 + 2^(-1/2)
    """
    given = as_vector(values, "weights")
    if not given or min(given) < 0 or not sum(given):
        raise InputError.about(
            "weights",
            "numbers >= 0, not all 0",
            f"{[_shown(v) for v in given]}"[:60],
            "Try [1, 1].",
        )
    total = sum(given, start=ZERO)
    reached = [power_of_two(-part / total) for part in accumulate(given, initial=ZERO)]
    levels = tuple(collapsed(before - after) for before, after in pairwise(reached))
    return ApproximationCurve(levels, name)


def talk(number: int) -> ApproximationCurve:
    """The talk's curve #1..#6 for n = 5: weights 1; 0,0,1,1,1; 0,0,0,1,1; l^5; l^9; 0,0,0,0,1.

    >>> talk(4).decimals()[4], talk(6).P(4)
    ('0.6842', Fraction(1, 2))
    """
    if not isinstance(number, int) or isinstance(number, bool) or not 1 <= number <= len(TALK):
        raise InputError.about("talk", "a curve 1..6", f"{number!r:.20}", "1 is coarse, 6 fine.")
    return weights(TALK[number - 1], f"talk-{number}")


def coarse(depth: int) -> ApproximationCurve:
    """All negatives at the first level: P(1) = 1, the network for K_1 already has loss 0."""
    _check_count(depth, "coarse")
    return ApproximationCurve((HALF,) + (ZERO,) * (depth - 1), "coarse")


def fine(depth: int) -> ApproximationCurve:
    """All negatives at the last level: P(j) = 1/2 for all j < n (the talk's #6 for n = 5)."""
    _check_count(depth, "fine")
    return ApproximationCurve((ZERO,) * (depth - 1) + (HALF,), "fine")


def uniform(depth: int) -> ApproximationCurve:
    """Every level has mass 1/(2n): P(j) = (1 + j/n)/2."""
    _check_count(depth, "uniform")
    return ApproximationCurve((Fraction(1, 2 * depth),) * depth, "uniform")


_NAMED: dict[str, Callable[[int], ApproximationCurve]] = {
    "coarse": coarse,
    "fine": fine,
    "uniform": uniform,
    **{f"talk-{k}": lambda _, k=k: talk(k) for k in range(1, 7)},  # type: ignore[misc]
}


def names() -> tuple[str, ...]:
    """The names that ``get`` accepts."""
    return tuple(_NAMED)


def get(name: str, depth: int) -> ApproximationCurve:
    """The named curve of a depth, for command lines; the talk's are for depth 5.

    >>> get("uniform", 4).P(1)
    Fraction(5, 8)
    """
    if not isinstance(name, str) or name not in _NAMED:
        raise InputError.about(
            "curve", f"one of {', '.join(_NAMED)}", f"'{name!s:.40}'", nearest(name, _NAMED)
        )
    curve = _NAMED[name](depth)
    if curve.depth != depth:
        raise InputError.about(
            f"curve {name}", f"depth {curve.depth}", f"{depth}", "Use weights or another curve."
        )
    return curve


def _sum(values: Sequence[ExactReal]) -> ExactReal:
    return collapsed(reduce(add, values, ZERO))


def _shown(value: ExactReal) -> str:
    return f"{to_text(value) if isinstance(value, Fraction) else value!s:.60}"


def _check_count(count: int, where: str) -> None:
    if not isinstance(count, int) or isinstance(count, bool):
        raise InputTypeError.about(where, "a depth", type(count).__name__, "Give an integer.")
    if not 1 <= count <= MAX_LEVELS:
        raise InputError.about(
            where, f"1..{MAX_LEVELS} levels", str(count)[:20], "Depth 0 has no negatives."
        )
