"""Clopper-Pearson intervals, from exact binomial tails."""

from fractions import Fraction
from math import comb

from exactnet.errors import InputError, InputTypeError
from exactnet.exact.rationals import RationalLike, as_rational

BITS = 16  # the ends are multiples of 2^-16
LEVEL = Fraction(95, 100)
MAX_TRIALS = 10_000

Interval = tuple[Fraction, Fraction]


def clopper_pearson(successes: int, trials: int, level: RationalLike = LEVEL) -> Interval:
    """An interval that contains the probability of success with confidence ``level`` or more.

    With a = (1 - level)/2 the lower end is the largest multiple p of 2^-16 with
    Pr[Bin(trials, p) >= successes] <= a, the upper end the smallest with
    Pr[Bin(trials, p) <= successes] <= a: the interval of Clopper and Pearson (Biometrika 26, 1934)
    with its ends rounded outwards. The tails are monotone in p and computed exactly.

    >>> [str(round(end, 4)) for end in clopper_pearson(8, 10)]
    ['4439/10000', '2437/2500']
    >>> clopper_pearson(0, 10)[0], clopper_pearson(36, 36)[0] > Fraction(9, 10)
    (Fraction(0, 1), True)
    """
    for where, value in (("trials", trials), ("successes", successes)):
        if not isinstance(value, int) or isinstance(value, bool):
            raise InputTypeError.about(where, "an integer", type(value).__name__, "Count them.")
    if not 0 <= successes <= trials or not 1 <= trials <= MAX_TRIALS:
        raise InputError.about(
            "clopper_pearson",
            f"0 <= successes <= trials and 1 <= trials <= {MAX_TRIALS}",
            f"{successes} of {trials}"[:40],
            "Count again.",
        )
    confidence = as_rational(level, "level")
    if not 0 < confidence < 1:
        raise InputError.about("level", "0 < level < 1", str(confidence)[:40], "Try '95/100'.")
    tail = (1 - confidence) / 2
    return _lower(successes, trials, tail), 1 - _lower(trials - successes, trials, tail)


def _lower(successes: int, trials: int, tail: Fraction) -> Fraction:
    """The largest multiple p of 2^-BITS with Pr[Bin(trials, p) >= successes] <= tail."""
    if not successes:
        return Fraction(0)
    low, high = 0, 1 << BITS  # the statement is true of low and false of high
    while high - low > 1:
        middle = (low + high) // 2
        if upper_tail(successes, trials, Fraction(middle, 1 << BITS)) <= tail:
            low = middle
        else:
            high = middle
    return Fraction(low, 1 << BITS)


def upper_tail(successes: int, trials: int, p: Fraction) -> Fraction:
    """Pr[Bin(trials, p) >= successes], exactly.

    >>> upper_tail(1, 2, Fraction(1, 2))
    Fraction(3, 4)
    """
    if not successes:
        return Fraction(1)
    if 2 * successes > trials:
        return _sum(successes, trials, p)
    return 1 - _sum(trials - successes + 1, trials, 1 - p)


def _sum(successes: int, trials: int, p: Fraction) -> Fraction:
    """sum over k >= successes of C(trials, k) p^k (1 - p)^(trials - k), in integers.

    With p = a/c and b = c - a, the term C(n, k) a^k b^(n - k) gives the next one by an exact
    division: times (n - k) a, over (k + 1) b.
    """
    a, c = p.numerator, p.denominator
    b = c - a
    if not b:
        return Fraction(1)
    term = comb(trials, successes) * a**successes * b ** (trials - successes)
    total = term
    for k in range(successes, trials):
        term = term * ((trials - k) * a) // ((k + 1) * b)
        total += term
    return Fraction(total, c**trials)
