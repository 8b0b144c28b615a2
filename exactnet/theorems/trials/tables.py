"""Counts, confidence intervals, tables and notes of the gradient theorem's report."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from exactnet.exact.radicals import ExactReal
from exactnet.theorems.confidence import clopper_pearson
from exactnet.theorems.gradients.sums import GradientEnclosure
from exactnet.theorems.report import ReportPlot, ReportTable, Series
from exactnet.theorems.trials.trial import Case, Entry, Observation
from exactnet.theorems.values import Cell, outwards

Interval = tuple[Fraction, Fraction]


@dataclass(frozen=True, slots=True)
class Trials:
    """The observations of all initialisations, in order, each with an entry a case."""

    cases: tuple[Case, ...]
    observations: tuple[Observation, ...]

    @property
    def linear(self) -> list[Observation]:
        """Those that the theorem is about."""
        return [seen for seen in self.observations if seen.linear]

    def entry(self, seen: Observation, case: Case) -> Entry:
        """A case's entry of an observation."""
        return next(
            entry
            for known, entry in zip(self.cases, seen.entries, strict=True)
            if known.curve == case.curve
        )

    def entries(self, case: Case) -> list[Entry]:
        """A case's entries, of networks in the linear regime."""
        return [self.entry(seen, case) for seen in self.linear]


def confidence(count: int, trials: int) -> Interval | None:
    """The Clopper-Pearson interval, None of nothing."""
    return clopper_pearson(count, trials) if trials else None


def largest(entries: Sequence[Entry]) -> Interval | None:
    """Bounds on the largest entry of all."""
    if not entries:
        return None
    return outwards(max(e.largest[0] for e in entries), max(e.largest[1] for e in entries))


def curve_table(trials: Trials, named: Sequence[Case], level: int) -> ReportTable:
    """The event and the zeros, curve by curve."""
    rows: list[tuple[Cell, ...]] = []
    for case in named:
        entries = trials.entries(case)
        within, zero = sum(e.within for e in entries), sum(e.zero for e in entries)
        rows.append((
            case.name,
            case.curve.P(min(level, case.curve.depth)),
            case.bound,
            within,
            confidence(within, len(entries)),
            zero,
            confidence(zero, len(entries)),
            largest(entries),
        ))  # fmt: skip
    heads = (
        "curve", "P(j)", "bound", "within it", "95 % interval", "exactly 0", "95 % interval",
        "largest entry",
    )  # fmt: skip
    return ReportTable("Gradients by curve", heads, tuple(rows))


def depth_table(trials: Trials, depths: Sequence[Case]) -> ReportTable:
    """Zeros by the depth of the fractal, all negatives on its finest level."""
    rows: list[tuple[Cell, ...]] = []
    for case in depths:
        entries, n = trials.entries(case), case.curve.depth
        zero = sum(e.zero for e in entries)
        clear = sum(seen.must_vanish(case) for seen in trials.linear)
        rows.append((n, zero, confidence(zero, len(entries)), clear, largest(entries)))
    heads = ("n", "exactly 0", "95 % interval", "no breakpoint in K_(n-1)", "largest entry")
    return ReportTable("All negatives on level n", heads, tuple(rows))


def depth_plot(trials: Trials, depths: Sequence[Case]) -> ReportPlot:
    """The share of zero gradients by depth, and that of networks without breakpoints there."""
    points: dict[str, list[tuple[ExactReal, ExactReal]]] = {
        name: [] for name in ("exactly 0", "95 %, lower", "95 %, upper", "no breakpoint in K_(n-1)")
    }
    count = len(trials.linear)
    for case in depths if count else ():
        zero = sum(e.zero for e in trials.entries(case))
        clear = sum(seen.must_vanish(case) for seen in trials.linear)
        low, high = clopper_pearson(zero, count)
        shares = (Fraction(zero, count), low, high, Fraction(clear, count))
        for line, value in zip(points.values(), shares, strict=True):
            line.append((Fraction(case.curve.depth), value))
    series = tuple(Series(name, tuple(line)) for name, line in points.items())
    return ReportPlot("Zero gradients, all negatives on level n", "n", "share", series)


def clear_table(trials: Trials) -> ReportTable:
    """At which level breakpoints stop to matter."""
    counts = Counter(seen.clear for seen in trials.linear)
    levels = sorted(counts, key=lambda level: (level is None, level or 0))
    rows = tuple(("none" if level is None else level, counts[level]) for level in levels)
    return ReportTable(
        "Smallest j with no breakpoint inside a cell of K_j", ("j", "networks"), rows
    )


def notes(trials: Trials, case: Case, level: int, centred: bool) -> list[str]:
    """What the numbers are worth, and why gradients vanish."""
    found, n = [], case.curve.depth
    if level > n:
        found.append(
            f"vacuous: j = {level} > n = {n}, and P(j) = P(n) = 1 makes the bound 5/2 for any curve"
        )
    elif not case.bound:
        found.append(
            "P(j) = 1/2 makes the bound 0: the event is that the gradient is exactly 0 (the "
            "slides' strict < would be false of every gradient)"
        )
    outside = [seen for seen in trials.observations if not seen.linear]
    if outside:
        within = sum(trials.entry(seen, case).within for seen in outside)
        found.append(
            f"{len(outside)} initialisations leave the linear regime, where the theorem says "
            f"nothing; {within} of them are within the bound"
        )
    return [*found, *_explanation(trials, case, centred)]


def _explanation(trials: Trials, case: Case, centred: bool) -> list[str]:
    j, seen = case.coarsest, trials.linear
    if not centred or not j:
        return []
    clear = sum(observation.must_vanish(case) for observation in seen)
    zero = sum(entry.zero for entry in trials.entries(case))
    return [
        f"why gradients vanish: all negatives are deeper than level {j}. If f has no bend inside a "
        f"cell of K_{j} and |f| < 1, every derivative of f is affine on each of these cells, where "
        "positives and negatives have equal mass and one centroid, so the gradient is exactly 0. "
        f"That is so for {clear} of {len(seen)} networks; the gradient is 0 for {zero}"
    ]


def logistic_table(found: Sequence[GradientEnclosure], hinge: Sequence[Interval]) -> ReportTable:
    """Certified bounds on the largest entry of the logistic loss's gradient, beside the hinge's."""
    rows = tuple(
        (
            number,
            outwards(*hinge[number]) if number < len(hinge) else None,
            outwards(*enclosure.largest()),
            enclosure.excludes_zero,
        )
        for number, enclosure in enumerate(found)
    )
    heads = ("initialisation", "largest entry, hinge", "logistic", "logistic certainly not 0")
    return ReportTable("The logistic loss, for contrast", heads, rows)
