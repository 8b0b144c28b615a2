"""The smallest width that each bound on the number of regions allows, for so many hidden layers.

Realising K_n takes r^n regions, one a cell: regions are convex, and there are negatives between
every two cells. So a width k with bound(d, t layers of width k) < r^n is too small. Every bound
grows with k, so there is a smallest width that it allows.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from exactnet.errors import InputError
from exactnet.regions import bounds
from exactnet.theorems.values import Interval, Value

MAX_LAYERED = 400  # above this width serra and hinz are left out: binomials of the width add up

MAX_SHOWN_BITS = 8192
MAX_LAYERS = 64  # of the questions asked here

Admits = Callable[[int], bool]


@dataclass(frozen=True, slots=True)
class RequiredWidths:
    """The smallest widths for t hidden layers; None where a bound is not for this case.

    ``talk`` encloses the real number (d/e) M^(1/(td)), M the number of regions, and
    ``talk_width`` is it rounded up: a bound for widths k >= d only. ``line`` is the smallest k
    with (k+1)^t >= M, for d = 1.
    """

    layers: int
    talk: Interval
    talk_width: int
    composed: int
    montufar: int | None
    serra: int | None
    hinz: int | None
    zaslavsky: int | None
    trivial: int
    line: int | None


def required_widths(d: int, layers: int, regions: int) -> RequiredWidths:
    """The smallest width that each bound allows networks with so many regions.

    >>> need = required_widths(2, 1, 64)  # the corner dust, n = 3
    >>> need.talk_width, need.composed, need.trivial, need.line
    (6, 11, 6, None)
    >>> required_widths(1, 2, 32).line, required_widths(1, 2, 32).serra
    (5, 5)
    """
    composed = smallest(lambda k: bounds.composed(d, layers, k) >= regions)

    def layered(bound: Callable[[int, Sequence[int]], int]) -> int | None:
        if composed > MAX_LAYERED:
            return None
        return smallest(lambda k: bound(d, [k] * layers) >= regions)

    return RequiredWidths(
        layers,
        talk_width(d, layers, regions),
        smallest(lambda k: bounds.talk_admits(d, layers, k, regions)),
        composed,
        layered(bounds.montufar),
        layered(bounds.serra),
        layered(bounds.hinz),
        smallest(lambda k: bounds.zaslavsky(d, k) >= regions) if layers == 1 else None,
        max(1, -(-(regions - 1).bit_length() // layers)),
        smallest(lambda k: (k + 1) ** layers >= regions) if d == 1 else None,
    )


def as_count(name: str, value: object, most: int) -> int:
    """An integer from 1 to ``most``, or an InputError that names the argument.

    >>> as_count("layers", 3, 64)
    3
    """
    whole = isinstance(value, int) and not isinstance(value, bool)
    if not isinstance(value, int) or not whole or not 1 <= value <= most:
        large = isinstance(value, int) and abs(value) >= 10**20
        got = "an integer of more than 20 digits" if large else f"{value!r:.20}"
        raise InputError.about(
            name, f"an integer from 1 to {most}", got, "Count layers, or units of a layer."
        )
    return value


def readable(value: Value) -> Value | str:
    """The value, or its size in words where it has more digits than Python prints.

    >>> readable(12), readable(3**9000)
    (12, 'at least 2^14264')
    """
    first = value[0] if isinstance(value, tuple) else value
    if isinstance(first, (int, Fraction)) and first >= 1 << MAX_SHOWN_BITS:
        return f"at least 2^{int(first).bit_length() - 1}"
    return value


def smallest(admits: Admits) -> int:
    """The least k >= 1 with admits(k), for a condition that stays true once it is.

    >>> smallest(lambda k: k * k >= 10**40)
    100000000000000000000
    """
    high = 1
    while not admits(high):
        high *= 2
    low = high // 2  # not admitted, or 0
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if admits(middle) else (middle, high)
    return high


def talk_width(d: int, layers: int, regions: int, bits: int = 40) -> Interval:
    """Rationals around (d/e) regions^(1/(t d)), the talk's bound on the width.

    >>> low, high = talk_width(5, 1, 2)
    >>> low > Fraction("2.1129"), high < Fraction("2.1130")
    (True, True)
    """
    degree = layers * d
    scaled = integer_root(regions << bits * degree, degree)
    low, high = bounds.euler_number(24 + bits // 2)
    return outwards(
        Fraction(d * scaled, 1 << bits) / high, Fraction(d * (scaled + 1), 1 << bits) / low
    )


def outwards(low: Fraction, high: Fraction, digits: int = 12) -> Interval:
    """A wider interval whose ends have few decimals.

    >>> outwards(Fraction(1, 3), Fraction(2, 3), 2)
    (Fraction(33, 100), Fraction(67, 100))
    """
    scale = 10**digits
    return Fraction(low * scale // 1, scale), Fraction(-(-high * scale // 1), scale)


def integer_root(value: int, degree: int) -> int:
    """The largest integer x >= 0 with x^degree <= value, by Newton's method.

    >>> integer_root(10**30 - 1, 3), integer_root(0, 5)
    (9999999999, 0)
    """
    if value < 2 or degree == 1:
        return value
    x = 1 << -(-value.bit_length() // degree)  # above the root
    while True:
        y = ((degree - 1) * x + value // x ** (degree - 1)) // degree
        if y >= x:
            return x
        x = y
