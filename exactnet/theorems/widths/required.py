"""The smallest width that each bound on the number of regions allows, for so many hidden layers.

Realising K_n takes r^n regions, one a cell: regions are convex, and there are negatives between
every two cells. So a width k with bound(d, t layers of width k) < r^n is too small. Every bound
grows with k, so there is a smallest width that it allows.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from exactnet.regions import bounds
from exactnet.theorems.counts import integer_root, smallest
from exactnet.theorems.values import Interval, outwards

MAX_LAYERED = 400  # above this width serra and hinz are left out: binomials of the width add up


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
