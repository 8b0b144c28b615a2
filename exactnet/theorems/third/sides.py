"""What Theorem 3 is asked on an instance, and the left side of its second part."""

from dataclasses import dataclass, field
from fractions import Fraction

from exactnet.exact.radicals import ExactReal, collapsed
from exactnet.exact.rationals import Vector
from exactnet.fractals.curves import ApproximationCurve
from exactnet.fractals.distribution import FractalDistribution
from exactnet.limits import Limits
from exactnet.theorems.report import (
    Comparison,
    Hypothesis,
    ReportPlot,
    ReportTable,
)

PART_TWO = "part 2: "


@dataclass(frozen=True, slots=True)
class Question:
    """The instance: a distribution, t hidden layers, pairs (s, k), the levels j, limits.

    ``shares`` are the maps' probabilities where these are not equal.
    """

    dist: FractalDistribution
    shares: Vector | None
    layers: int
    sizes: tuple[tuple[int, int], ...]
    levels: tuple[int, ...]
    limits: Limits

    @property
    def curve(self) -> ApproximationCurve:
        """The approximation curve."""
        return self.dist.curve

    @property
    def r(self) -> int:
        """The number of maps."""
        return self.dist.ifs.r

    def best_level(self, scale: int) -> tuple[int, ExactReal]:
        """The level with the largest left side, the coarsest of them, and that side."""
        sides = [(self.left(scale, j), j) for j in self.levels]
        best, level = sides[0]
        for side, j in sides:
            if side > best:
                best, level = side, j
        return level, best

    def left(self, scale: int, level: int) -> ExactReal:
        """(1 - r^(st-j)) (1 - P(j))."""
        return shallow_bound(self.curve, self.r ** (scale * self.layers), self.r, level)


@dataclass(frozen=True, slots=True)
class Findings:
    """One part's share of the report."""

    hypotheses: list[Hypothesis] = field(default_factory=list)
    comparisons: list[Comparison] = field(default_factory=list)
    tables: list[ReportTable] = field(default_factory=list)
    plots: list[ReportPlot] = field(default_factory=list)
    rests_on: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    sizes: dict[str, int] = field(default_factory=dict)


def shallow_bound(curve: ApproximationCurve, mixed: int, r: int, level: int) -> ExactReal:
    """(1 - mixed / r^j) (1 - P(j)): what is lost if at most so many cells of level j are mixed.

    A network that has one sign on a cell errs on all its positives or on all its negatives, and
    each cell has at least the mass (1 - P(j)) / r^j of either, as P(j) >= 1/2. The slides have
    mixed = r^(st); for networks of width k on the line it is the number of sign changes.

    >>> from exactnet.fractals import curves
    >>> shallow_bound(curves.fine(5), 2, 2, 4)
    Fraction(7, 16)
    """
    return collapsed((1 - curve.P(level)) * (1 - Fraction(mixed, r**level)))
