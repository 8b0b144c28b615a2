"""Bounds on the number of linear regions, as exact integers or certified rational intervals."""

from fractions import Fraction
from math import comb, prod

from exactnet.errors import InputError

Interval = tuple[Fraction, Fraction]


def zaslavsky(d: int, k: int) -> int:
    """Regions of k hyperplanes in general position in R^d: sum_{i<=d} C(k, i) (Zaslavsky 1975).

    An upper bound for any one-hidden-layer relu network of width k.

    >>> zaslavsky(2, 4)
    11
    """
    _check(d=d, k=k)
    return sum(comb(k, i) for i in range(d + 1))


def composed(d: int, t: int, k: int) -> int:
    """(sum_{i<=d} C(k, i))^t: an upper bound for depth t and width k, for all k >= 1.

    Each hidden layer cuts every region of the layers before it at most like k hyperplanes.

    >>> composed(2, 3, 4)
    1331
    """
    _check(d=d, t=t, k=k)
    return prod([zaslavsky(d, k)] * t)


def montufar(d: int, widths: list[int]) -> int:
    """The bound of Montufar (2017): prod_l sum_{j<=m} C(n_l, j) for hidden widths n_1, n_2, ...

    Here m = min(d, n_1, ..., n_(l-1)): a layer cannot cut more dimensions than reach it.

    >>> montufar(2, [4, 4, 4])
    1331
    """
    _check(d=d, layers=len(widths), **{f"width_{k}": width for k, width in enumerate(widths, 1)})
    bounds = [min([d, *widths[:layer]]) for layer in range(len(widths))]
    return prod(zaslavsky(m, n) for m, n in zip(bounds, widths, strict=True))


def euler_number(terms: int = 40) -> Interval:
    """Rational bounds on e: the partial sum of 1/i! and the same plus 2/terms!."""
    total, factorial = Fraction(0), 1
    for i in range(terms):
        total += Fraction(1, factorial)
        factorial *= i + 1
    return total, total + Fraction(2, factorial)


def talk(d: int, t: int, k: int) -> Interval:
    """A certified interval around the talk's (e k / d)^(t d), an upper bound only for k >= d.

    Malach & Shalev-Shwartz state it for all k; for k < d it is false (d = 2, t = 1, k = 1: two
    regions, but e/2 squared is less than 1.85), so such k are refused. Use ``composed`` there.

    >>> low, high = talk(2, 1, 4)
    >>> low > 29, high < 30
    (True, True)
    """
    _check(d=d, t=t, k=k)
    if k < d:
        raise InputError.about(
            "bounds.talk",
            f"a width k >= d = {d}",
            f"k = {k}",
            "Below that the formula is no bound; use bounds.composed.",
        )
    low, high = euler_number()
    return (low * k / d) ** (t * d), (high * k / d) ** (t * d)


def _check(**values: int) -> None:
    for name, value in values.items():
        if not isinstance(value, int) or value < 1:
            raise InputError.about(f"bounds.{name}", "an integer >= 1", f"{value!r:.20}", "Fix it.")
