"""The law of one coordinate under a fractal distribution: densities that are steps, exactly.

Suppose coordinate a of F_i(x) depends on coordinate a of x alone, for every i (in one dimension
always). Then a cell F_w(K_0) lies over an interval, the image of a side of K_0 under an affine map
of the line, and the uniform distribution U_w on the cell is uniform on that interval. The negatives
of a level are (U_w - sum_i |det A_i| U_wi) / (1 - sum_i |det A_i|), averaged over words w of one
length (see ``fractals.moments``), or uniform on a box in each cell. So every part of the
distribution has a density on the line that is constant between finitely many points.

Words are equally likely in a fractal distribution. With ``shares`` (s_1..s_r) a word has the
probability s_w1 ... s_wn instead: that is a distribution whose mass is not equally spread.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from exactnet.errors import InputError
from exactnet.exact.radicals import ExactReal, collapsed
from exactnet.exact.rationals import RationalLike, Vector, as_vector
from exactnet.fractals.curves import ApproximationCurve
from exactnet.fractals.distribution import FractalDistribution, central_box
from exactnet.fractals.ifs import IFS
from exactnet.networks.network import ReluNetwork
from exactnet.regions.segment import breakpoints_along

MAX_CELLS = 2**13

Line = tuple[Fraction, Fraction]  # the map x -> a x + b
Uniform = tuple[Fraction, Fraction, int, Fraction]  # from, to, part, mass


@dataclass(frozen=True, slots=True)
class Stretch:
    """An open interval on which every part has a constant density.

    ``parts`` are its probabilities under the negatives of level 1..n and under the positives.
    """

    low: Fraction
    high: Fraction
    parts: Vector


@dataclass(frozen=True, slots=True)
class Mass:
    """What an interval holds: the probability of a positive in it, and of a negative in it."""

    low: Fraction
    high: Fraction
    positive: ExactReal
    negative: ExactReal


@dataclass(frozen=True, slots=True)
class LineLaw:
    """The law of one coordinate, part by part; stretches without any mass are left out.

    >>> from exactnet.fractals import curves, gallery
    >>> law = line_law(FractalDistribution(gallery.cantor(), 1, curves.uniform(1)))
    >>> [(str(s.low), str(s.high), *map(str, s.parts)) for s in law.stretches]
    [('-1', '-1/3', '0', '1/2'), ('-1/3', '1/3', '1', '0'), ('1/3', '1', '0', '1/2')]
    """

    stretches: tuple[Stretch, ...]

    def under(self, curve: ApproximationCurve) -> tuple[Mass, ...]:
        """The masses of the stretches, in their order, for the levels' masses of a curve."""
        masses = []
        for stretch in self.stretches:
            negative: ExactReal = Fraction(0)
            for mass, share in zip(curve.levels, stretch.parts[:-1], strict=True):
                negative = negative + mass * share if share else negative
            positive = stretch.parts[-1] / 2
            masses.append(Mass(stretch.low, stretch.high, positive, collapsed(negative)))
        return tuple(masses)

    def through(self, net: ReluNetwork) -> "LineLaw":
        """The law of net(x), for a network from R to R that is constant on no stretch."""
        low, high = self.stretches[0].low, self.stretches[-1].high
        pieces = breakpoints_along(net, [low], [high])
        ends = [x for (x,) in pieces.points()]
        values = [v for (v,) in pieces.values()]
        steps: list[Uniform] = []
        place = 0
        for stretch in self.stretches:
            while ends[place + 1] <= stretch.low:
                place += 1
            last = place
            while ends[last] < stretch.high:
                steps += _image(stretch, ends[last : last + 2], values[last : last + 2])
                last += 1
        return _law(steps, len(self.stretches[0].parts))


def line_law(
    dist: FractalDistribution, axis: int = 0, shares: Sequence[RationalLike] | None = None
) -> LineLaw:
    """The exact law of coordinate ``axis``; words are equally likely, or as ``shares`` say.

    Raises InputError where the maps mix the coordinate with others, or where the cells lie over
    more than 8192 intervals. Cost: those times the depth.
    """
    ifs, n = dist.ifs, dist.depth
    if not reads_alone(ifs, axis):
        raise InputError.about(
            "axis",
            f"maps whose coordinate {axis} depends on coordinate {axis} alone",
            "a map that mixes it with others",
            "Use another axis.",
        )
    side = (ifs.base.lower[axis], ifs.base.upper[axis])
    core = (dist.core.lower[axis], dist.core.upper[axis])
    words: dict[Line, Fraction] = {(Fraction(1), Fraction(0)): Fraction(1)}
    central = central_box(ifs) if dist.negatives == "central" else None
    steps: list[Uniform] = []
    weights = as_shares(ifs, shares)
    for level in range(n):
        after, letters = _finer(ifs, axis, words, weights)
        if central is None:
            steps += _uniform(words, side, level, 1 / dist.parts.gap)
            steps += _uniform(letters, side, level, -1 / dist.parts.gap)
        else:
            drawn = (central.lower[axis], central.upper[axis])
            steps += _uniform(words, drawn, level, Fraction(1))
        words = after
    steps += _uniform(words, core, n, Fraction(1))
    return _law(steps, n + 1)


def reads_alone(ifs: IFS, axis: int) -> bool:
    """Whether the coordinate of F_i(x) depends on the same coordinate of x only, for every i."""
    return all(not value for f in ifs.maps for j, value in enumerate(f.matrix[axis]) if j != axis)


def as_shares(ifs: IFS, shares: Sequence[RationalLike] | None) -> Vector:
    """The probabilities of the maps: r positive rationals with sum 1, equal ones by default."""
    if shares is None:
        return (Fraction(1, ifs.r),) * ifs.r
    given = as_vector(shares, "shares", ifs.r)
    if min(given) <= 0 or sum(given) != 1:
        raise InputError.about(
            "shares",
            f"{ifs.r} positive rationals with sum 1",
            f"{[str(v) for v in given]}"[:60],
            "They are the maps' probabilities.",
        )
    return given


def _finer(
    ifs: IFS, axis: int, words: dict[Line, Fraction], shares: Vector
) -> tuple[dict[Line, Fraction], dict[Line, Fraction]]:
    """The maps F_w of one more letter on the axis: with their shares, and with share_w |det A_i|.

    Words with one map on the axis are put together.
    """
    after: dict[Line, Fraction] = defaultdict(Fraction)
    letters: dict[Line, Fraction] = defaultdict(Fraction)
    for (a, b), weight in words.items():
        for f, share in zip(ifs.maps, shares, strict=True):
            line = (a * f.matrix[axis][axis], a * f.translation[axis] + b)
            after[line] += weight * share
            letters[line] += weight * abs(f.determinant())
    if len(after) > MAX_CELLS:
        raise InputError.about(
            "depth",
            f"cells over at most {MAX_CELLS} intervals",
            f"more on axis {axis}",
            "Choose a smaller depth.",
        )
    return after, letters


def _uniform(
    words: dict[Line, Fraction], side: Line, part: int, factor: Fraction
) -> Iterable[Uniform]:
    """Every word's mass times the factor, uniform on the image of the side."""
    for (a, b), weight in words.items():
        ends = sorted((a * side[0] + b, a * side[1] + b))
        yield ends[0], ends[1], part, weight * factor


def _image(
    stretch: Stretch, ends: Sequence[Fraction], values: Vector | list[Fraction]
) -> Iterable[Uniform]:
    """What of a stretch lies between two breakpoints, carried to the values there."""
    left, right = max(stretch.low, ends[0]), min(stretch.high, ends[1])
    slope = (values[1] - values[0]) / (ends[1] - ends[0])
    if not slope:
        raise InputError.about(
            "LineLaw.through", "a network that is constant nowhere", "a flat piece", "Tilt it."
        )
    image = sorted(values[0] + slope * (x - ends[0]) for x in (left, right))
    share = (right - left) / (stretch.high - stretch.low)
    for part, mass in enumerate(stretch.parts):
        if mass:
            yield image[0], image[1], part, mass * share


def _law(steps: Iterable[Uniform], count: int) -> LineLaw:
    """The sum of uniform masses, signed ones included, as stretches."""
    jumps: dict[Fraction, dict[int, Fraction]] = defaultdict(lambda: defaultdict(Fraction))
    for low, high, part, mass in steps:
        density = mass / (high - low)
        jumps[low][part] += density
        jumps[high][part] -= density
    here = [Fraction(0)] * count
    stretches = []
    for low, high in pairwise(sorted(jumps)):
        for part, jump in jumps[low].items():
            here[part] += jump
        if any(here):
            stretches.append(Stretch(low, high, tuple(d * (high - low) for d in here)))
    return LineLaw(tuple(stretches))
