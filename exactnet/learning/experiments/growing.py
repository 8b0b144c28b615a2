"""(d) The one-dimensional Cantor set with growing n: coarse, uniform and fine curves."""

from pathlib import Path

from exactnet.fractals import gallery
from exactnet.learning import figures
from exactnet.learning.architectures import Dense
from exactnet.learning.experiments.base import FULL, SEEDS, Experiment, labels, small_training
from exactnet.learning.plans import Analysis, Cell, Plan
from exactnet.learning.region_figures import learning_with_regions
from exactnet.learning.results import Results, Trend
from exactnet.learning.sources import FractalSource

CURVES = ("coarse", "uniform", "fine")
SMALL, LARGE = (1, 2, 3, 4, 6, 8), tuple(range(1, 11))


def plan(small: bool) -> Plan:
    """Three curves for every n."""
    training = small_training(6_000) if small else FULL
    cells = [
        Cell(
            labels(n=n, curve=curve),
            FractalSource(gallery.get("cantor"), n, curve),
            Dense(1, (20 if small else 200,) * (3 if small else 5)),
            training,
        )
        for n in (SMALL if small else LARGE)
        for curve in CURVES
    ]
    return Plan("growing", tuple(cells), SEEDS, _analysis(small))


def _analysis(small: bool) -> Analysis:
    """All of every seed: counting and integrating are quick on a line."""
    seconds = 300 if small else 3600
    return Analysis(10, 10, seconds, watched=2, moments=10, moment_seconds=seconds, margins=10)


def draw(results: Results, folder: Path) -> list[Path]:
    """Accuracy by n, error mass by level, learning curves of the largest n."""
    numbers = [int(n) for n in results.labels("n")]
    ours = {c: [results.estimate(n=n, curve=c) for n in numbers] for c in CURVES}
    return [
        figures.by_number(
            folder / "accuracy.png", "n", numbers, ours, [], "Accuracy with growing n"
        ),
        figures.by_number(
            folder / "regions.png", "n", numbers,
            {c: [results.estimate("regions", n=n, curve=c) for n in numbers] for c in CURVES},
            [], "Linear regions of trained networks (proper, exact)", "regions",
        ),
        figures.error_masses(folder / "levels.png", results, "n", curve="uniform"),
        learning_with_regions(folder / "learning.png", results, "n", curve="fine"),
    ]  # fmt: skip


def trends(results: Results) -> list[Trend]:
    """Fine falls towards 1/2 with n; coarse stays above fine."""
    numbers = results.labels("n")
    first, last, middle = numbers[0], numbers[-1], numbers[len(numbers) // 2]
    fine = {"curve": "fine"}
    return [
        results.trend(
            f"fine: n = {first} above n = {middle}", {"n": first, **fine}, {"n": middle, **fine}
        ),
        results.trend(
            f"fine: n = {middle} above n = {last}", {"n": middle, **fine}, {"n": last, **fine}
        ),
        results.near(f"fine, n = {last}: within 0.02 of 1/2", 0.5, 0.02, n=last, curve="fine"),
        *(
            results.trend(
                f"n = {n}: coarse above fine", {"n": n, "curve": "coarse"}, {"n": n, **fine}
            )
            for n in numbers[1:]
        ),
    ]


EXPERIMENT = Experiment(
    "growing", "1-D Cantor set with growing n, coarse against fine", plan, draw, trends
)
