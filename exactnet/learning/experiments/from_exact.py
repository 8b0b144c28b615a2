"""(g) Starting from the exact network, from it perturbed, and from random weights."""

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

from exactnet.fractals import gallery
from exactnet.learning import figures
from exactnet.learning.architectures import Dense
from exactnet.learning.experiments.base import FULL, SEEDS, Experiment, labels, small_training
from exactnet.learning.plans import Analysis, Cell, Plan, RandomStart, Start
from exactnet.learning.results import Results, Trend
from exactnet.learning.sources import FractalSource
from exactnet.learning.starts import ExactStart, exact_network

MARGIN = Fraction(1, 8)
LEVELS = 2
STARTS = ("exact", "perturbed 1/10000", "perturbed 1/1000", "perturbed 1/100", "random")
LOSSES = ("hinge", "logistic")


def plan(small: bool) -> Plan:
    """Five starts and two losses, all of the exact network's shape."""
    source = FractalSource(gallery.get("cantor-2d"), LEVELS, "uniform", "shell", MARGIN)
    widths = tuple(layer.outputs for layer in exact_network(source).layers[:-1])
    training = small_training(4_000) if small else FULL
    cells = [
        Cell(
            labels(loss=loss, start=start), source, Dense(2, widths),
            replace(training, loss=loss), _start(start),
        )
        for loss in LOSSES
        for start in STARTS
    ]  # fmt: skip
    analysis = Analysis(2, 1, 300, margins=2) if small else Analysis(10, 10, 600, margins=10)
    return Plan("from-exact", tuple(cells), SEEDS, analysis)


def _start(name: str) -> Start:
    if name == "random":
        return RandomStart()
    return ExactStart(Fraction(name.partition(" ")[2] or 0))


def draw(results: Results, folder: Path) -> list[Path]:
    """Learning curves by start, for each loss; one that was perturbed beside the exact network."""
    found = [
        figures.learning_curves(folder / f"{loss}.png", results, "start", loss=loss)
        for loss in LOSSES
    ]
    return found + figures.decisions(folder, results, loss="hinge", start=STARTS[2])


def trends(results: Results) -> list[Trend]:
    """Does it stay, return, find it: what was found, as statements to check again."""
    found = []
    for loss in LOSSES:
        for start in STARTS:
            here = {"loss": loss, "start": start}
            near = loss == "hinge" and start in STARTS[:2]
            say = results.above if near else results.below
            side = "above" if near else "below"
            found.append(say(f"{loss}, from {start}: ends {side} accuracy 0.99", 0.99, **here))
        exact, random = ({"loss": loss, "start": start} for start in ("exact", "random"))
        found.append(results.trend(f"{loss}: from exact above from random", exact, random))
    return found


EXPERIMENT = Experiment(
    "from-exact", "from the exact network, from it perturbed, from random", plan, draw, trends
)
