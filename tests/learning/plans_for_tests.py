"""Small plans for the tests of the learning laboratory."""

from fractions import Fraction
from typing import Any

from exactnet.fractals import gallery
from exactnet.learning.architectures import Dense
from exactnet.learning.experiments.base import labels
from exactnet.learning.plans import Analysis, Cell, Plan
from exactnet.learning.settings import Training
from exactnet.learning.sources import FractalSource


def training(**changes: object) -> Training:
    """A short training."""
    settings = {
        "steps": 60, "evaluate_every": 20, "training_examples": 400, "test_examples": 200,
        "batch": 50,
    }  # fmt: skip
    return Training(**(settings | changes))  # type: ignore[arg-type]


def plan(steps: int = 60, widths: tuple[int, ...] = (6, 5), **changes: Any) -> Plan:
    """Two curves on the one-dimensional Cantor set, four seeds in two stacks."""
    settings = training(steps=steps, evaluate_every=max(1, steps // 3), **changes)
    cells = tuple(
        Cell(
            labels(curve=curve), FractalSource(gallery.cantor(), 2, curve), Dense(1, widths),
            settings,
        )
        for curve in ("coarse", "fine")
    )  # fmt: skip
    return Plan(
        "test", cells, (0, 1, 2, 3), Analysis(1, 1, 20, watched=1, moments=2, margins=1), stack=2
    )


DIVERGING = Fraction(10**30)
