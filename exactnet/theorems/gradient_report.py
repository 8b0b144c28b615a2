"""The gradient theorem on an instance: its event, measured over exact gradients.

The theorem is about a probability over initialisations. Each initialisation is decided exactly; the
probability is estimated, with a Clopper-Pearson interval. "holds" says that the interval lies above
1 - delta, "fails" that it lies below: an observation, at the interval's confidence.
"""

import time
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from typing import TypeVar

from exactnet.errors import LimitReached
from exactnet.exact.rationals import RationalLike
from exactnet.fractals.curves import ApproximationCurve
from exactnet.fractals.ifs import IFS, as_ifs
from exactnet.limits import Limits, Progress, from_now, silent
from exactnet.theorems.gradients.sums import GradientEnclosure
from exactnet.theorems.logistic_gradient import enclose_gradient
from exactnet.theorems.report import (
    Comparison,
    Hypothesis,
    ReportPlot,
    ReportTable,
    TheoremReport,
)
from exactnet.theorems.trials.hypotheses import as_delta, common_centre, hypotheses
from exactnet.theorems.trials.setup import Networks, Setup, initialisation_count
from exactnet.theorems.trials.tables import (
    Trials,
    clear_table,
    confidence,
    curve_table,
    depth_plot,
    depth_table,
    logistic_table,
    notes,
)
from exactnet.theorems.trials.trial import Observation, observe

STATEMENT = (
    "A network of t hidden layers of width k, normal initialisation, the hinge in its linear "
    "regime: with probability > 1 - delta every entry of the population gradient is <= "
    "5(P(j) - 1/2) in magnitude, where j = ceil(log(t k^2/delta)) to the base 1/sum |det A_i|."
)
EVENT = "probability that all entries are <= 5(P(j) - 1/2), observed"
OBSERVED = "an observation, not a proof: seeded initialisations, 95 % Clopper-Pearson intervals"
CONTRAST, WIDTH = 5, Fraction(1, 1000)

T = TypeVar("T")


def gradient_theorem(
    ifs: IFS,
    depth: int,
    curve: ApproximationCurve | None = None,
    layers: int = 2,
    width: int = 20,
    initialisations: int | None = None,
    seed: int = 0,
    delta: RationalLike = "1/10",
    loss: str = "hinge",
    dtype: str = "float32",
    limits: Limits | None = None,
    progress: Progress = silent,
) -> TheoremReport:
    """The gradient theorem for D_depth: hypotheses, the measured event, zero gradients.

    ``curve`` is ``curves.fine(depth)`` unless given. Initialisation k is
    ``initial_network([width] * layers, d, (seed, k), dtype)``; networks with |f| >= 1 somewhere on
    K_0 are outside the theorem and counted apart. ``left`` is a 95 % confidence interval of the
    probability that all entries are <= 5(P(j) - 1/2), ``right`` is 1 - delta. Fewer
    initialisations are reported if a limit ends the work.

    With ``loss="logistic"`` the theorem does not apply; the report shows certified bounds on the
    gradients, which do not vanish.

    >>> from exactnet.fractals import gallery
    >>> report = gradient_theorem(gallery.cantor(), 3, initialisations=40)
    >>> report.verdict.value, report.right, report.sizes["j"], report.sizes["linear"]
    ('holds', Fraction(9, 10), 23, 37)

    Raises InputError and InputTypeError for sizes, seeds and losses that are none, LimitReached if
    no initialisation was finished. Cost: that of ``conditional_gradients``, an initialisation.
    """
    as_ifs(ifs)
    start = time.monotonic()
    count = initialisation_count(initialisations, ifs.dim, loss)
    networks = Networks(layers, width, ifs.dim, seed, dtype)
    setup = Setup.of(ifs, depth, curve, networks, delta)
    bounded = from_now(limits)
    if loss == "logistic":
        report = _logistic(setup, count, bounded, progress)
    else:
        report = _hinge(setup, count, 1 - as_delta(delta), bounded, progress)
    return replace(report, seconds=time.monotonic() - start)


def _hinge(
    setup: Setup, count: int, wanted: Fraction, limits: Limits, progress: Progress
) -> TheoremReport:
    centred = common_centre(setup.dist.ifs).holds

    def trial(number: int) -> Observation:
        return observe(setup.networks(number), setup.dist, setup.cases, centred, limits)

    seen, stopped = _until_a_limit(count, trial, progress)
    trials = Trials(setup.cases, tuple(seen))
    linear, main = trials.linear, setup.named[0]
    within = sum(entry.within for entry in trials.entries(main))
    interval = confidence(within, len(linear))
    tables, plots, more = _tables(setup, trials, limits)
    return TheoremReport(
        "gradient",
        STATEMENT,
        setup.words(),
        (*hypotheses(setup.dist.ifs, "hinge"), _regime(trials)),
        (_comparison(interval, wanted),) if interval else (),
        setup.sizes(len(seen)) | {"linear": len(linear), "within": within},
        tables,
        plots,
        rests_on=("exact gradients, from the regions of every network", OBSERVED),
        notes=(*notes(trials, main, setup.level, centred), *stopped, *more),
    )


def _comparison(interval: tuple[Fraction, Fraction], wanted: Fraction) -> Comparison:
    holds = True if interval[0] > wanted else False if interval[1] < wanted else None
    return Comparison(EVENT, interval, ">", wanted, holds)


def _regime(trials: Trials) -> Hypothesis:
    """Whether the theorem is about any of the networks."""
    linear, count = len(trials.linear), len(trials.observations)
    words = f"|f| < 1 on K_0, exactly, for {linear} of {count} initialisations"
    if linear < count:
        words += "; the others are counted apart"
    return Hypothesis("hinge in its linear regime", linear > 0, words)


def _tables(
    setup: Setup, trials: Trials, limits: Limits
) -> tuple[tuple[ReportTable, ...], tuple[ReportPlot, ...], list[str]]:
    """Tables and plots; those of breakpoints in one dimension."""
    tables = [curve_table(trials, setup.named, setup.level)]
    if not setup.depths:
        return tuple(tables), (), []
    tables += [depth_table(trials, setup.depths), clear_table(trials)]
    first = trials.observations[:CONTRAST]
    found, stopped = _until_a_limit(len(first), _bounds(setup, limits), silent, least=0)
    hinge = [trials.entry(seen, setup.named[0]).largest for seen in first]
    tables.append(logistic_table(found, hinge))
    return tuple(tables), (depth_plot(trials, setup.depths),), stopped


def _bounds(setup: Setup, limits: Limits) -> Callable[[int], GradientEnclosure]:
    def bounds(number: int) -> GradientEnclosure:
        return enclose_gradient(setup.networks(number), setup.dist, "logistic", WIDTH, limits)

    return bounds


def _logistic(setup: Setup, count: int, limits: Limits, progress: Progress) -> TheoremReport:
    found, stopped = _until_a_limit(count, _bounds(setup, limits), progress)
    nonzero = sum(enclosure.excludes_zero for enclosure in found)
    return TheoremReport(
        "gradient",
        STATEMENT,
        setup.words(),
        hypotheses(setup.dist.ifs, "logistic"),
        (),
        setup.sizes(len(found)) | {"certainly not 0": nonzero},
        (logistic_table(found, []),),
        rests_on=("certified bounds: exact integrals of bounds on the logistic function",),
        notes=(f"the gradient is certainly not 0 for {nonzero} of {len(found)}", *stopped),
    )


def _until_a_limit(
    count: int, make: Callable[[int], T], progress: Progress, least: int = 1
) -> tuple[list[T], list[str]]:
    """The results for 0, 1, ..., and a note if a limit ended them early."""
    found: list[T] = []
    for number in range(count):
        progress(f"gradient theorem: initialisation {number + 1} of {count}")
        try:
            found.append(make(number))
        except LimitReached as reached:
            if len(found) < least:
                raise
            return found, [f"stopped after {number} of {count} initialisations: {reached}"]
    return found, []
