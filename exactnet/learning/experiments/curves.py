"""(a) Six approximation curves: a depth-5 network on the two-dimensional Cantor set, n = 5."""

from fractions import Fraction
from pathlib import Path

from exactnet.fractals import gallery
from exactnet.learning import figures
from exactnet.learning.architectures import Dense
from exactnet.learning.experiments.base import FULL, SEEDS, Experiment, labels, small_training
from exactnet.learning.plans import Analysis, Cell, Plan
from exactnet.learning.published import CURVES, NOTE
from exactnet.learning.region_figures import learning_with_regions
from exactnet.learning.results import Reference, Results, Trend
from exactnet.learning.sources import FractalSource

LEVELS = 5
SMALL_RATE = Fraction(1, 1000)  # with 1/200 only curve 1 leaves 1/2 in so few steps
NUMBERS = tuple(range(1, 7))


def plan(small: bool) -> Plan:
    """Curves #1..#6; negatives in the central squares, as in the talk's sampler."""
    training = small_training(12_000, rate=SMALL_RATE) if small else FULL
    width = 64 if small else 200
    ifs = gallery.get("cantor-2d")
    cells = [
        Cell(
            labels(curve=number),
            FractalSource(ifs, LEVELS, f"talk-{number}", "central"),
            Dense(2, (width,) * 5),
            training,
        )
        for number in NUMBERS
    ]
    analysis = (
        Analysis(losses=1, regions=1, seconds=300, watched=1, moment_seconds=30)
        if small
        else Analysis(10, 10, 3600, watched=2, moments=10, moment_seconds=3600, margins=10)
    )
    return Plan("curves", tuple(cells), SEEDS, analysis)


def draw(results: Results, folder: Path) -> list[Path]:
    """Accuracy by curve, learning curves, error mass by level, decision regions."""
    lines = [
        figures.Line("P(4)", [float(_fourth(results, k)) for k in NUMBERS], "curve"),
        figures.Line(NOTE, list(CURVES), "reference"),
    ]
    ours = [results.estimate(curve=k) for k in NUMBERS]
    return [
        figures.by_number(
            folder / "accuracy.png", "curve", NUMBERS, {"trained": ours}, lines,
            "Accuracy by approximation curve",
        ),
        learning_with_regions(folder / "learning.png", results, "curve"),
        figures.error_masses(folder / "levels.png", results, "curve"),
        *figures.decisions(folder, results, curve=1),
    ]  # fmt: skip


def trends(results: Results) -> list[Trend]:
    """Coarse above fine."""
    return [
        results.trend("curve 1 (coarsest) above curve 6 (fine)", {"curve": 1}, {"curve": 6}),
        results.trend("curve 1 above curve 2", {"curve": 1}, {"curve": 2}),
        results.trend("curve 2 above curve 3", {"curve": 2}, {"curve": 3}),
        results.trend("curve 2 above curve 6", {"curve": 2}, {"curve": 6}),
        results.above("curve 6 above accuracy 1/2", 0.5, curve=6),
    ]


def references(results: Results) -> list[Reference]:
    """The talk's accuracies."""
    return [
        Reference(f"curve {k}", value, results.estimate(curve=k))
        for k, value in zip(NUMBERS, CURVES, strict=True)
    ]


def _fourth(results: Results, number: int) -> float:
    source = results.cell(curve=number).source
    assert isinstance(source, FractalSource)
    return float(source.distribution.curve.decimals(6)[LEVELS - 1])


EXPERIMENT = Experiment(
    "curves", "six approximation curves, 2-D Cantor set, n = 5, depth 5", plan, draw, trends,
    references,
)  # fmt: skip
