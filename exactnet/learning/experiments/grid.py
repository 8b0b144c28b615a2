"""(b) Depth 1 to 5 by width 10 to 400 on the good curve: #1 (see ``published``)."""

from pathlib import Path

from exactnet.fractals import gallery
from exactnet.learning import figures
from exactnet.learning.architectures import Dense
from exactnet.learning.experiments.base import FULL, SEEDS, Experiment, labels, small_training
from exactnet.learning.plans import Analysis, Cell, Plan
from exactnet.learning.published import GRID, WIDTHS
from exactnet.learning.results import Reference, Results, Trend
from exactnet.learning.sources import FractalSource

LEVELS = 5
DEPTHS = tuple(range(1, 6))
SMALL_WIDTHS = (10, 20, 50)


def plan(small: bool) -> Plan:
    """The grid on curve #1."""
    training = small_training(5_000) if small else FULL
    source = FractalSource(gallery.get("cantor-2d"), LEVELS, "talk-1", "central")
    cells = [
        Cell(labels(depth=depth, width=width), source, Dense(2, (width,) * depth), training)
        for depth in DEPTHS
        for width in (SMALL_WIDTHS if small else WIDTHS)
    ]
    analysis = Analysis() if small else Analysis(1, 1, 3600, margins=1)
    return Plan("grid", tuple(cells), SEEDS, analysis)


def draw(results: Results, folder: Path) -> list[Path]:
    """Accuracy by width, a line a depth, and the talk's points."""
    return [
        figures.by_depth(
            folder / "accuracy.png", results, "width", figures.runs(results),
            figures.Published(WIDTHS, GRID, "$10^6$ steps; which line is which depth is a reading"),
        ),
        figures.learning_curves(
            folder / "learning.png", results, "depth", width=results.labels("width")[-1]
        ),
    ]  # fmt: skip


def trends(results: Results) -> list[Trend]:
    """Deeper above shallower at each width."""
    found = []
    for width in results.labels("width"):
        found += [
            results.trend(
                f"depth {deep} above depth {shallow} at width {width}",
                {"depth": deep, "width": width},
                {"depth": shallow, "width": width},
            )
            for shallow, deep in ((1, 2), (2, 5), (1, 5))
        ]
    return found


def references(results: Results) -> list[Reference]:
    """The talk's accuracies."""
    return [
        Reference(
            f"depth {depth}, width {width}",
            GRID[depth - 1][WIDTHS.index(int(width))],
            results.estimate(depth=depth, width=width),
        )
        for depth in DEPTHS
        for width in results.labels("width")
        if int(width) in WIDTHS
    ]


EXPERIMENT = Experiment(
    "grid", "depth 1 to 5 by width on curve #1, 2-D Cantor set, n = 5", plan, draw, trends,
    references,
)  # fmt: skip
