"""Experiments as data: cells (one configuration each) times seeds, and what is looked at after.

A plan is a value with a JSON form and a digest; running it again, or going on with it after a kill,
gives the same rows.
"""

import hashlib
import json
from dataclasses import dataclass, field, replace
from math import prod
from typing import Any, Protocol, runtime_checkable

from exactnet.errors import InputError
from exactnet.learning.architectures import Architecture, Arrays, initial_parameters
from exactnet.learning.records import from_document, register, to_document
from exactnet.learning.settings import Training
from exactnet.learning.sources import INITIAL, Source, stream

FORMAT = "exactnet-experiment/1"
MAX_SEEDS, MAX_CELLS, MAX_LABEL = 10_000, 10_000, 100
SEED_END = 2**63  # what a result file holds
MAX_SECONDS = 10**7


@runtime_checkable
class Start(Protocol):
    """Where training starts."""

    def parameters(self, cell: "Cell", seed: int) -> Arrays:
        """The parameters of a seed before the first step."""
        ...


@register(Start, "random")
@dataclass(frozen=True, slots=True)
class RandomStart:
    """Random parameters as the cell's training settings say."""

    def parameters(self, cell: "Cell", seed: int) -> Arrays:
        """Drawn from the seed's own stream."""
        return initial_parameters(cell.architecture, cell.training, stream(INITIAL, seed))


@dataclass(frozen=True, slots=True)
class Label:
    """A coordinate of a cell in its experiment, such as curve = 3; for rows and axes."""

    name: str
    value: str

    def __post_init__(self) -> None:
        text = f"{self.name}={self.value}"
        if len(text) > MAX_LABEL or not text.isprintable() or "$" in text:
            raise InputError.about(
                "label", f"at most {MAX_LABEL} printable characters without $",
                f"{text!a:.40}", "Shorten it.",
            )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Cell:
    """One configuration: what is learned, by what, how, from where; run with every seed."""

    labels: tuple[Label, ...]
    source: Source
    architecture: Architecture
    training: Training
    start: Start = field(default_factory=RandomStart)

    @property
    def name(self) -> str:
        """The labels in one line.

        >>> from exactnet.learning.architectures import Dense
        >>> from exactnet.learning.sources import FractalSource
        >>> from exactnet.fractals import gallery
        >>> source = FractalSource(gallery.cantor(), 2, "fine")
        >>> Cell((Label("curve", "fine"), Label("n", "2")), source, Dense(1, (4,)), Training()).name
        'curve=fine n=2'
        """
        return " ".join(f"{label.name}={label.value}" for label in self.labels)

    def label(self, name: str) -> str:
        """The value of a label; InputError for a cell without it."""
        for label in self.labels:
            if label.name == name:
                return label.value
        raise InputError.about(
            f"cell '{self.name:.40}'", f"a label '{name:.40}'", "none of that name",
            "Check the plan.",
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Analysis:
    """What is computed exactly of trained networks.

    Losses for the first ``losses`` seeds of each cell, region counts for the first ``regions``,
    minimal margins for the first ``margins``, each within ``seconds``. For the first ``watched``,
    regions are counted too at ``moments`` + 1 evaluations, from the start to the end, each within
    ``moment_seconds``.
    """

    losses: int = 0
    regions: int = 0
    seconds: int = 60
    watched: int = 0
    moments: int = 4
    moment_seconds: int = 60
    margins: int = 0

    def __post_init__(self) -> None:
        counts = (self.losses, self.regions, self.margins, self.watched)
        seconds = (self.seconds, self.moment_seconds)
        if min(counts) < 0 or min(*seconds, self.moments) < 1 or max(seconds) > MAX_SECONDS:
            raise InputError.about(
                "Plan.analysis", f"counts >= 0, moments >= 1 and seconds 1..{MAX_SECONDS}",
                f"{self}"[9:60], "Correct it.",
            )  # fmt: skip

    def steps(self, evaluations: tuple[int, ...]) -> tuple[int, ...]:
        """The evaluations at which regions are counted, as evenly spaced as they are.

        >>> Analysis(moments=4).steps((0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100))
        (0, 20, 50, 70, 100)
        """
        last = len(evaluations) - 1
        moments = max(1, min(self.moments, last))
        chosen = {k * last // moments for k in range(moments + 1)}
        return tuple(evaluations[k] for k in sorted(chosen))


@dataclass(frozen=True, slots=True)
class Plan:
    """A whole experiment. ``stack`` networks at most are trained together."""

    name: str
    cells: tuple[Cell, ...]
    seeds: tuple[int, ...]
    analysis: Analysis = field(default_factory=Analysis)
    stack: int = 16

    def __post_init__(self) -> None:
        names = [cell.name for cell in self.cells]
        if not 1 <= len(self.cells) <= MAX_CELLS or len(set(names)) < len(names):
            raise InputError.about(
                "Plan.cells", f"1..{MAX_CELLS} cells with labels of their own", f"{len(names)}",
                "Label each cell differently.",
            )  # fmt: skip
        good = 1 <= len(self.seeds) <= MAX_SEEDS and len(set(self.seeds)) == len(self.seeds)
        if not good or not 0 <= min(self.seeds) <= max(self.seeds) < SEED_END:
            raise InputError.about(
                "Plan.seeds", f"1..{MAX_SEEDS} different integers from 0 to 2^63 - 1",
                f"{self.seeds!s:.40}", "Try --seeds 10.",
            )  # fmt: skip
        if not 1 <= self.stack <= MAX_SEEDS:
            raise InputError.about(
                "Plan.stack", f"1..{MAX_SEEDS} networks", f"{self.stack}"[:20], "Try 16."
            )

    @classmethod
    def from_document(cls, document: dict[str, object], where: str) -> "Plan":
        """The plan of a JSON object (InputError naming the place for what does not fit)."""
        given = dict(document)
        if given.pop("format", None) != FORMAT:
            raise InputError.about(
                where, f"the format {FORMAT}", f"{document.get('format')!r:.40}", "Correct it."
            )
        plan: Plan = from_document(cls, given, where)
        return plan

    def document(self) -> dict[str, object]:
        """The plan as a JSON object."""
        return {"format": FORMAT, **to_document(self)}

    @property
    def digest(self) -> str:
        """What tells this plan from others."""
        return digest(self.document())

    def tasks(self) -> "tuple[Task, ...]":
        """The stacks to be trained, in order."""
        groups = [self.seeds[k : k + self.stack] for k in range(0, len(self.seeds), self.stack)]
        return tuple(
            Task(number, cell, seeds)
            for number, (cell, seeds) in enumerate(
                (cell, seeds) for cell in self.cells for seeds in groups
            )
        )

    @property
    def watched(self) -> tuple[int, ...]:
        """The seeds whose regions are counted while they are trained."""
        return self.seeds[: self.analysis.watched]

    def with_training(self, **changes: Any) -> "Plan":
        """The plan with some training settings changed in every cell."""
        cells = tuple(
            replace(cell, training=replace(cell.training, **changes)) for cell in self.cells
        )
        return replace(self, cells=cells)


@dataclass(frozen=True, slots=True)
class Task:
    """Seeds of one cell that are trained in one go."""

    number: int
    cell: Cell
    seeds: tuple[int, ...]

    @property
    def digest(self) -> str:
        """What tells this task from others."""
        return digest([to_document(self.cell), list(self.seeds)])

    @property
    def work(self) -> int:
        """Roughly proportional to the time it takes: steps x seeds x (parameters + a constant)."""
        weights = sum(prod(shape) for shape in self.cell.architecture.shapes.values())
        return max(1, self.cell.training.steps) * len(self.seeds) * (weights + 2_000)


def digest(document: object) -> str:
    """The SHA-256 digest of a JSON value."""
    return hashlib.sha256(json.dumps(document, sort_keys=True).encode()).hexdigest()
