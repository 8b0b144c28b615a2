"""(c) Sierpinski, Vicsek, pentaflake: sets whose pieces touch, beyond the theorems' hypotheses."""

from pathlib import Path

from exactnet.fractals import gallery
from exactnet.learning import figures
from exactnet.learning.architectures import Dense
from exactnet.learning.experiments.base import FULL, SEEDS, Experiment, labels, small_training
from exactnet.learning.plans import Analysis, Cell, Plan
from exactnet.learning.results import Results, Trend
from exactnet.learning.sources import FractalSource

NAMES = ("sierpinski", "vicsek", "pentaflake")
SMALL = ("weights:1,1,1", "weights:0,1,1", "fine")
LARGE = tuple(f"talk-{k}" for k in range(1, 7))


def plan(small: bool) -> Plan:
    """Three fractals by curve, from coarse to fine: n = 5, or n = 3 if small."""
    training = small_training(8_000) if small else FULL
    cells = [
        Cell(
            labels(fractal=name, curve=number),
            FractalSource(gallery.get(name), 3 if small else 5, curve),
            Dense(2, (32,) * 4 if small else (200,) * 5),
            training,
        )
        for name in NAMES
        for number, curve in enumerate(SMALL if small else LARGE, 1)
    ]
    analysis = Analysis(1, 1, 300 if small else 3600, margins=1)
    return Plan("fractals", tuple(cells), SEEDS, analysis)


def draw(results: Results, folder: Path) -> list[Path]:
    """Accuracy by curve for each fractal; a learned network beside an exact one."""
    numbers = [int(k) for k in results.labels("curve")]
    ours = {f: [results.estimate(fractal=f, curve=k) for k in numbers] for f in NAMES}
    found = [
        figures.by_number(
            folder / "accuracy.png", "curve, coarse to fine", numbers, ours, [],
            "Accuracy by curve, fractals whose pieces touch",
        )
    ]  # fmt: skip
    for name in NAMES:
        found += figures.decisions(folder, results, fractal=name, curve=1)
        found.append(
            figures.error_masses(folder / f"levels-{name}.png", results, "curve", fractal=name)
        )
    return found


def trends(results: Results) -> list[Trend]:
    """Coarse above fine for each fractal."""
    last = results.labels("curve")[-1]
    return [
        results.trend(
            f"{name}: the coarsest curve above the finest",
            {"fractal": name, "curve": 1},
            {"fractal": name, "curve": last},
        )
        for name in NAMES
    ]


EXPERIMENT = Experiment(
    "fractals", "Sierpinski, Vicsek and pentaflake squares by curve", plan, draw, trends
)
