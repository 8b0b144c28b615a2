"""What an experiment is: plans for two sizes, figures of the results, trends, published numbers."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from exactnet.learning.images import ImageSource
from exactnet.learning.plans import Label, Plan
from exactnet.learning.results import Reference, Results, Trend
from exactnet.learning.settings import Training

SEEDS = tuple(range(10))
FULL = Training()


@dataclass(frozen=True, slots=True)
class Table:
    """Lines of text in columns."""

    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Experiment:
    """A named experiment.

    ``plan(small)`` is its configuration, ``figures(results, folder)`` writes pictures and returns
    their paths, ``tables`` and ``remarks`` are printed with the trends. ``on_images(small, source,
    layout)`` is the plan for other images, and fields of ``Convolutional``, where that has a
    meaning.
    """

    name: str
    summary: str
    plan: Callable[[bool], Plan]
    figures: Callable[[Results, Path], list[Path]]
    trends: Callable[[Results], list[Trend]]
    references: Callable[[Results], list[Reference]] = lambda _: []
    tables: Callable[[Results], list[Table]] = lambda _: []
    remarks: Callable[[Results], list[str]] = lambda _: []
    on_images: Callable[[bool, ImageSource, Mapping[str, Any]], Plan] | None = None


def labels(**values: object) -> tuple[Label, ...]:
    """Labels of a cell."""
    return tuple(Label(name, str(value)) for name, value in values.items())


def small_training(steps: int, **changes: object) -> Training:
    """The talk's settings with fewer steps and examples; ten evaluations."""
    sizes = {"training_examples": 20_000, "test_examples": 2_000} | changes
    return Training(steps=steps, evaluate_every=max(1, steps // 10), **sizes)  # type: ignore[arg-type]
