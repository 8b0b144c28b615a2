"""What an experiment found: estimates over seeds, trends, distances from the talk."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from os import PathLike

from exactnet.errors import InputError
from exactnet.learning.plans import Cell, Plan
from exactnet.learning.statistics import Estimate, estimate
from exactnet.learning.store import Store


@dataclass(frozen=True, slots=True)
class Trend:
    """A statement about expectations over seeds: ``difference`` > 0.

    ``holds`` is None where the interval contains 0: these seeds do not decide.
    """

    statement: str
    difference: Estimate

    @property
    def holds(self) -> bool | None:
        """True or False where the whole interval lies on one side of 0."""
        if self.difference.low > 0:
            return True
        return False if self.difference.high < 0 else None

    def words(self) -> str:
        """The verdict, the statement, the difference."""
        verdict = {True: "holds", False: "fails", None: "undecided"}[self.holds]
        return f"{verdict}: {self.statement}, difference {self.difference.words()}"


@dataclass(frozen=True, slots=True)
class Reference:
    """A number that the talk published beside ours."""

    what: str
    published: float
    ours: Estimate

    @property
    def difference(self) -> float:
        """Ours minus the talk's."""
        return self.ours.mean - self.published


@dataclass(frozen=True, slots=True)
class Results:
    """Finished runs, by cell and seed."""

    store: Store
    plan: Plan

    @classmethod
    @contextmanager
    def open(cls, path: "str | PathLike[str]") -> "Iterator[Results]":
        """Open a result file for reading."""
        with Store.open(path) as store:
            yield cls(store, store.plan())

    def index(self, **labels: object) -> int:
        """The number of the cell that has these labels."""
        for number, cell in enumerate(self.plan.cells):
            if all(cell.label(name) == str(value) for name, value in labels.items()):
                return number
        raise InputError.about("cell", "labels of a cell", f"{labels!s:.60}", "Check the plan.")

    def cell(self, **labels: object) -> Cell:
        """The cell with these labels."""
        return self.plan.cells[self.index(**labels)]

    def labels(self, name: str) -> list[str]:
        """The values of a label, in the order of the plan."""
        return list(dict.fromkeys(cell.label(name) for cell in self.plan.cells))

    def values(self, name: str = "accuracy", /, **labels: object) -> dict[int, float]:
        """A final number of a cell, by seed; seeds without one are missing."""
        found = self.store.values(self.index(**labels), name)
        return {seed: self.store.number(v) for seed, v in found.items() if v is not None}

    def estimate(self, name: str = "accuracy", /, **labels: object) -> Estimate:
        """Its mean over the seeds."""
        return estimate(list(self.values(name, **labels).values()))

    def trend(
        self,
        statement: str,
        high: Mapping[str, object],
        low: Mapping[str, object],
        name: str = "accuracy",
    ) -> Trend:
        """That a number is larger in one cell than in another, seed by seed."""
        first, second = self.values(name, **high), self.values(name, **low)
        both = sorted(set(first) & set(second))
        return Trend(statement, estimate([first[seed] - second[seed] for seed in both]))

    def above(self, statement: str, least: float, **labels: object) -> Trend:
        """That an accuracy is larger than a number."""
        return Trend(statement, estimate([v - least for v in self.values(**labels).values()]))

    def below(self, statement: str, most: float, **labels: object) -> Trend:
        """That an accuracy is smaller than a number."""
        return Trend(statement, estimate([most - v for v in self.values(**labels).values()]))

    def near(self, statement: str, centre: float, reach: float, **labels: object) -> Trend:
        """That an accuracy differs from a number by less than ``reach``.

        The difference is ``reach`` minus the distance; its interval has the nearest and the
        farthest distance that the accuracy's interval allows.
        """
        found = self.estimate(**labels)
        ends = (abs(found.low - centre), abs(found.high - centre))
        least = 0.0 if found.low <= centre <= found.high else min(ends)
        distance = Estimate(
            reach - abs(found.mean - centre), reach - max(ends), reach - least, found.count
        )
        return Trend(statement, distance)

    def curve(self, **labels: object) -> tuple[list[int], list[list[float]]]:
        """The steps, and each seed's accuracies on the test set after them."""
        index = self.index(**labels)
        steps = list(self.plan.cells[index].training.evaluations)
        found = self.store.evaluations(index)
        return steps, [[one.accuracy for one in run] for run in found.values()]


def mean_curve(runs: Sequence[Sequence[float]]) -> list[float]:
    """The mean over the runs at each step, over those that got so far."""
    longest = max((len(run) for run in runs), default=0)
    columns = ([run[k] for run in runs if k < len(run)] for k in range(longest))
    return [sum(column) / len(column) for column in columns]
