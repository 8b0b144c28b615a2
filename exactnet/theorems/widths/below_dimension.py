"""Below width d the talk's formulas fail: the numbers, and networks that show it.

(e k/d)^(t d) is no bound on the regions for k < d, and (d/e) r^(n/(t d)) is no bound on the width.
For the width there are two instances with d = 5, r = 2, n = t = 1, both with networks of width 2:

- on K_0: a base whose sides are halved from one axis to the next, and maps that halve and turn
  axis 1 to 2, ..., 5 to 1. They contract, and the images fill K_0 but for a gap across the first
  axis: {f >= 0} = K_1 on all of K_0. On a cube with maps that contract in the sup-norm this cannot
  happen (``lower_bounds``, directions).
- in the talk's sense, on [-1, 1]^5: the corner cells x/4 +- (3/4, ..., 3/4), negatives in the
  central cube between them, loss exactly 0. D_1 has mass in every part of K_1.
"""

from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from exactnet.exact import linalg
from exactnet.exact.radicals import ExactReal
from exactnet.fractals import curves
from exactnet.fractals.distribution import FractalDistribution
from exactnet.fractals.ifs import IFS
from exactnet.geometry.box import Box
from exactnet.limits import Limits
from exactnet.networks.network import ReluNetwork
from exactnet.regions import bounds
from exactnet.regions.counting import count_regions
from exactnet.theorems.loss import exact_loss
from exactnet.theorems.report import ReportTable
from exactnet.theorems.values import Cell, Interval, outwards
from exactnet.theorems.widths.required import talk_width
from exactnet.verification.claims import realizes
from exactnet.verification.prove import prove
from exactnet.verification.verdicts import Result

REGIONS = "Below k = d: regions that (e k/d)^d does not allow"
WIDTHS = "Below k = d: widths that (d/e) r^(n/(td)) does not allow"
PAIRS = ((1, 2), (2, 4), (3, 6))
DIM = 5

_ZERO, _HALF, _ONE = Fraction(0), Fraction(1, 2), Fraction(1)


@dataclass(frozen=True, slots=True)
class NarrowInstance:
    """A network of one hidden layer of width 2 that realises an instance with d = 5, r = 2, n = 1.

    ``result`` is the proof of {f >= 0} = K_1 on K_0, or None where ``loss`` is what is known.
    """

    ifs: IFS
    network: ReluNetwork
    result: Result | None
    loss: ExactReal | None


def coordinate_units(d: int, k: int) -> ReluNetwork:
    """One hidden layer of k <= d units that tells 2^k orthants apart."""
    rows = [[_ONE if j == i else _ZERO for j in range(d)] for i in range(k)]
    return ReluNetwork.of([(rows, [0] * k), ([[1] * k], [0])])


def formula(d: int, k: int) -> Interval:
    """Rationals around (e k/d)^d, for any k.

    >>> low, high = formula(2, 1)
    >>> low > Fraction("1.847"), high < Fraction("1.848")
    (True, True)
    """
    low, high = bounds.euler_number()
    return outwards((low * k / d) ** d, (high * k / d) ** d)


@lru_cache(maxsize=1)
def regions_table() -> ReportTable:
    """(k, d) with one hidden layer: the regions of a network, counted, and the formula's number.

    >>> [(row[0], row[1], row[2], row[4]) for row in regions_table().rows]
    [(1, 2, 2, False), (2, 4, 4, False), (3, 6, 8, False)]
    """
    rows: list[tuple[Cell, ...]] = []
    for k, d in PAIRS:
        counted = int(count_regions(coordinate_units(d, k), box=Box.cube(d)))
        rows.append((k, d, counted, formula(d, k), bounds.talk_admits(d, 1, k, counted)))
    return ReportTable(REGIONS, ("k", "d", "regions", "(e k/d)^d", "allowed"), tuple(rows))


@lru_cache(maxsize=1)
def turning_instance() -> NarrowInstance:
    """K_1 within K_0, exactly, by two units in five dimensions.

    >>> found = turning_instance()
    >>> found.network.width, found.result.verdict.value
    (2, 'proved')
    """
    sides = [2 ** (DIM - 1 - j) for j in range(DIM)]
    turn = [[_HALF if i == (j + 1) % DIM else _ZERO for j in range(DIM)] for i in range(DIM)]
    last = [Fraction(sides[0]) - _HALF, *[_ZERO] * (DIM - 1)]
    base = [(0, side) for side in sides]
    ifs = IFS.of([(turn, [_ZERO] * DIM), (turn, last)], base=base, name="turning")
    middle = Fraction(sides[0], 2)
    network = _two_units((_ONE, *[_ZERO] * (DIM - 1)), middle, middle - _HALF)
    return NarrowInstance(ifs, network, prove(realizes(network, ifs, 1, domain=ifs.base)), None)


@lru_cache(maxsize=1)
def diagonal_instance() -> NarrowInstance:
    """D_1 with central negatives on [-1, 1]^5: two units have loss 0.

    >>> found = diagonal_instance()
    >>> found.network.width, found.loss
    (2, Fraction(0, 1))
    """
    quarter = tuple(tuple(v / 4 for v in row) for row in linalg.identity(DIM))
    maps = [(quarter, [Fraction(3 * sign, 4)] * DIM) for sign in (-1, 1)]
    ifs = IFS.of(maps, name="diagonal")
    network = _two_units((_ONE,) * DIM, _ZERO, Fraction(DIM, 2))
    dist = FractalDistribution(ifs, 1, curve=curves.fine(1), negatives="central")
    loss = exact_loss(network, dist, limits=Limits(seconds=60))
    return NarrowInstance(ifs, network, None, loss)


def _two_units(weights: tuple[Fraction, ...], middle: Fraction, half: Fraction) -> ReluNetwork:
    """|weights.x - middle| - half."""
    rows = [list(weights), [-w for w in weights]]
    return ReluNetwork.of([(rows, [-middle, middle]), ([[1, 1]], [-half])])


def widths_table() -> ReportTable:
    """The two instances: width 2, against a bound above 2."""
    turning, diagonal = turning_instance(), diagonal_instance()
    bound = talk_width(DIM, 1, 2)
    allowed = bounds.talk_admits(DIM, 1, 2, 2)
    proof = turning.result.verdict.value if turning.result is not None else None
    rows: tuple[tuple[Cell, ...], ...] = (
        ("f >= 0 exactly on K_1, within K_0", DIM, turning.network.width, bound, allowed, proof),
        (
            "D_1 with central negatives: loss 0",
            DIM,
            diagonal.network.width,
            bound,
            allowed,
            "proved" if diagonal.loss == 0 else "refuted",
        ),
    )
    heads = ("realised", "d", "width", "(d/e) r^(n/(td))", "allowed", "verdict")
    return ReportTable(WIDTHS, heads, rows)
