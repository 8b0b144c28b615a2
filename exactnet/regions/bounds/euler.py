"""The talk's bound (e k / d)^(t d), certified: e is only ever a pair of rationals around it."""

from fractions import Fraction

from exactnet.errors import InputError
from exactnet.regions.bounds.sizes import Interval, check_sizes


def euler_number(terms: int = 40) -> Interval:
    """Rational bounds on e: the first ``terms`` terms of sum 1/i!, and the same plus 2/terms!.

    What is left out is (1/terms!)(1 + 1/(terms+1) + ...), which is less than 2/terms!.

    >>> euler_number(4)
    (Fraction(8, 3), Fraction(11, 4))
    """
    check_sizes(terms=terms)
    total, factorial = Fraction(0), 1
    for i in range(terms):
        total += Fraction(1, factorial)
        factorial *= i + 1
    return total, total + Fraction(2, factorial)


def talk(d: int, t: int, k: int) -> Interval:
    """A certified interval around the talk's (e k / d)^(t d), an upper bound only for k >= d.

    From sum_{i<=d} C(k, i) <= (e k / d)^d, which is true for 1 <= d <= k. Malach & Shalev-Shwartz
    (arXiv 1903.03488) state it for all k; for k < d it can fail (d = 2, t = 1, k = 1: two regions,
    but e/2 squared is less than 1.85), so such k are refused. Use ``composed`` there.

    >>> low, high = talk(2, 1, 4)
    >>> low > 29, high < 30
    (True, True)
    """
    check_sizes(d=d, t=t, k=k)
    if k < d:
        raise InputError.about(
            "bounds.talk",
            f"a width k >= d = {d}",
            f"k = {k}",
            "Below that the formula is no bound; use bounds.composed.",
        )
    return _powers(d, t, k, terms=40)


def talk_admits(d: int, t: int, k: int, regions: int) -> bool:
    """Whether regions <= (e k / d)^(t d): the talk's formula, for every k >= 1, decided exactly.

    The enclosure of e is refined until ``regions`` is outside the enclosure of the power. That
    ends: equality would make e^(t d) the rational regions (d/k)^(t d), but no power e^q with
    rational q != 0 is rational (Lambert 1761), so the distance is positive, and the enclosures
    shrink to a point. (That e itself is irrational would do for t d = 1 only.)

    For k < d a False says that the formula fails, not that the regions cannot exist:

    >>> talk_admits(2, 1, 4, 29), talk_admits(2, 1, 4, 30)
    (True, False)
    >>> talk_admits(2, 1, 1, 2)  # and yet one hyperplane makes two regions
    False
    """
    check_sizes(d=d, t=t, k=k, regions=regions)
    terms = 8
    while True:
        low, high = _powers(d, t, k, terms)
        if regions <= low:
            return True
        if regions >= high:
            return False
        terms *= 2


def _powers(d: int, t: int, k: int, terms: int) -> Interval:
    low, high = euler_number(terms)
    return (low * k / d) ** (t * d), (high * k / d) ** (t * d)
