"""One SQLite file an experiment: its plan, versions, every run's evaluations and final rows.

A run's rows are written in one transaction when its stack has been trained and looked at; what was
written stays when a later write fails. Times are in a table of their own: all other rows depend on
the plan, the device and the versions only.
"""

import json
import os
import platform
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import astuple, dataclass
from importlib.metadata import version
from pathlib import Path

import numpy as np

from exactnet.bridges.torch.library import torch
from exactnet.bridges.untrusted import shown
from exactnet.errors import FileError, InputError
from exactnet.exact.strict_json import parse_document
from exactnet.learning.architectures import Arrays
from exactnet.learning.checkpoints import packed, unpacked
from exactnet.learning.kinds import read_plan
from exactnet.learning.moments import RegionsAt
from exactnet.learning.plans import Plan, Task
from exactnet.learning.training import Evaluation, Trained

Value = float | int | str | None

REMEDY = "Use another folder, or a copy of the file."

_TABLES = """
CREATE TABLE IF NOT EXISTS experiment (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS run (
  cell INTEGER, seed INTEGER, name TEXT NOT NULL, labels TEXT NOT NULL, diverged INTEGER,
  PRIMARY KEY (cell, seed));
CREATE TABLE IF NOT EXISTS evaluation (
  cell INTEGER, seed INTEGER, step INTEGER, training_loss REAL, test_loss REAL NOT NULL,
  accuracy REAL NOT NULL, PRIMARY KEY (cell, seed, step));
CREATE TABLE IF NOT EXISTS region (
  cell INTEGER, seed INTEGER, step INTEGER, count INTEGER NOT NULL, complete INTEGER NOT NULL,
  PRIMARY KEY (cell, seed, step));
CREATE TABLE IF NOT EXISTS result (
  cell INTEGER, seed INTEGER, name TEXT, value, PRIMARY KEY (cell, seed, name));
CREATE TABLE IF NOT EXISTS network (
  cell INTEGER, seed INTEGER, parameters BLOB NOT NULL, PRIMARY KEY (cell, seed));
CREATE TABLE IF NOT EXISTS task (number INTEGER PRIMARY KEY, seconds REAL, steps_per_second REAL);
"""


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """What a task gives: its runs, rows and region counts by seed, the seconds of training."""

    task: int
    runs: tuple[Trained, ...]
    rows: tuple[Mapping[str, Value], ...]
    seconds: float
    regions: tuple[tuple[RegionsAt, ...], ...]


@dataclass(frozen=True, slots=True)
class Store:
    """An open result file."""

    connection: sqlite3.Connection
    path: str

    @classmethod
    @contextmanager
    def open(cls, path: str | os.PathLike[str], write: bool = False) -> "Iterator[Store]":
        """Open the file of an experiment, with ``write`` creating what is not there.

        Raises FileError for a file that is no such database, cannot be written, or a full disk.
        """
        where = os.fspath(path)
        if not write and not Path(path).is_file():
            raise FileError.about(where, "a result file", "none", "Run the experiment first.")
        try:
            with closing(sqlite3.connect(where, timeout=10)) as connection:
                store = cls(connection, where)
                if write:
                    connection.executescript(_TABLES)
                yield store
        except sqlite3.Error as error:
            raise _unusable(where, error) from error

    def begin(self, plan: Plan, resume: bool) -> None:
        """Write the plan and the versions, or see that they are what is there already.

        Versions may be others where no task is left: rows of two versions are never mixed.
        """
        found, ours = self.described(), versions(plan)
        if not found:
            if self.done():
                raise self._foreign("rows without a plan")
            entries = {"plan": json.dumps(plan.document()), "digest": plan.digest, **ours}
            with self._transaction():
                self.connection.executemany("INSERT INTO experiment VALUES (?, ?)", entries.items())
            return
        if self.plan() != plan:
            raise InputError.about(
                self.path, "results of this very plan", "those of another", "Choose another folder."
            )
        if not resume:
            raise InputError.about(
                self.path, "no results yet", "some", "Go on with --resume, or use another folder."
            )
        left = {task.number for task in plan.tasks()} - self.done()
        for name, here in ours.items():
            if left and found.get(name) != here:
                raise InputError.about(
                    self.path, f"to go on with {name} {found.get(name)!s:.40}", here,
                    "Install that, or start anew in another folder.",
                )  # fmt: skip

    def described(self) -> dict[str, str]:
        """The plan's JSON text, its digest, the versions."""
        return dict(self.connection.execute("SELECT name, value FROM experiment"))

    def plan(self) -> Plan:
        """The plan of the experiment."""
        text = self.described().get("plan")
        if not isinstance(text, str):
            raise self._foreign("no plan")
        return read_plan(parse_document(text, self.path), self.path)

    def done(self) -> set[int]:
        """The numbers of the finished tasks."""
        return {number for (number,) in self.connection.execute("SELECT number FROM task")}

    def add(self, task: Task, cell: int, outcome: Outcome) -> None:
        """Write all rows of a finished task."""
        labels = json.dumps({label.name: label.value for label in task.cell.labels})
        steps = task.cell.training.steps * len(task.seeds)
        speed = steps / outcome.seconds if outcome.seconds else None
        with self._transaction():
            for run, rows, counts in zip(outcome.runs, outcome.rows, outcome.regions, strict=True):
                key = (cell, run.seed)
                self._insert("run", [(*key, task.cell.name, labels, run.diverged)])
                self._insert("evaluation", [(*key, *_columns(one)) for one in run.evaluations])
                self._insert("region", [(*key, *astuple(one)) for one in counts])
                self._insert("result", [(*key, name, value) for name, value in rows.items()])
                self._insert("network", [(*key, packed(run.parameters))])
            self._insert("task", [(task.number, outcome.seconds, speed)])

    def _insert(self, table: str, rows: Sequence[tuple[object, ...]]) -> None:
        if rows:
            marks = ", ".join("?" * len(rows[0]))
            self.connection.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        """All of it or nothing."""
        try:
            with self.connection:
                yield
        except sqlite3.Error as error:
            raise _unusable(self.path, error) from error

    def rows(self) -> list[tuple[object, ...]]:
        """Every row but times and versions, in one order: what a rerun must give again."""
        found: list[tuple[object, ...]] = []
        for table in ("run", "evaluation", "region", "result", "network"):
            order = "1, 2, 3" if table != "network" else "1, 2"
            query = f"SELECT * FROM {table} ORDER BY {order}"
            found += [(table, *row) for row in self.connection.execute(query)]
        return found

    def evaluations(self, cell: int) -> dict[int, list[Evaluation]]:
        """The learning curves of a cell, by seed."""
        found: dict[int, list[Evaluation]] = {}
        query = (
            "SELECT seed, step, training_loss, test_loss, accuracy FROM evaluation WHERE cell = ?"
        )
        for seed, *rest in self.connection.execute(f"{query} ORDER BY 1, 2", (cell,)):
            one = Evaluation(*rest)
            numbers = (one.training_loss or 0.0, one.test_loss, one.accuracy)
            if not all(isinstance(value, float) for value in numbers):
                raise self._foreign("an evaluation that is no number")
            found.setdefault(seed, []).append(one)
        return found

    def regions(self, cell: int) -> dict[int, list[RegionsAt]]:
        """The region counts of a cell while it was trained, by seed."""
        found: dict[int, list[RegionsAt]] = {}
        query = "SELECT seed, step, count, complete FROM region WHERE cell = ? ORDER BY 1, 2"
        for seed, step, count, complete in self.connection.execute(query, (cell,)):
            found.setdefault(seed, []).append(RegionsAt(step, count, bool(complete)))
        return found

    def values(self, cell: int, name: str) -> dict[int, Value]:
        """A final row of a cell, by seed."""
        query = "SELECT seed, value FROM result WHERE cell = ? AND name = ? ORDER BY 1"
        return dict(self.connection.execute(query, (cell, name)))

    def diverged(self) -> list[tuple[str, int, int]]:
        """The runs whose loss was no number: cell, seed, step."""
        query = "SELECT name, seed, diverged FROM run WHERE diverged IS NOT NULL ORDER BY cell, 2"
        return list(self.connection.execute(query))

    def parameters(self, cell: int, seed: int) -> Arrays:
        """A trained network's parameters."""
        query = "SELECT parameters FROM network WHERE cell = ? AND seed = ?"
        rows = self.connection.execute(query, (cell, seed)).fetchall()
        if not rows:
            raise self._foreign("a finished run without its network")
        return unpacked(rows[0][0], self.path, REMEDY)

    def number(self, value: Value) -> float:
        """A final row that has to be a number, which may be written as text."""
        try:
            return float(value)  # type: ignore[arg-type]
        except (TypeError, ValueError):
            raise self._foreign(f"'{shown(value)}' for a number") from None

    def _foreign(self, got: str) -> FileError:
        return FileError.about(self.path, "a result file as it was written", got, REMEDY)

    def speeds(self) -> list[tuple[int, float, float]]:
        """Number, seconds and network steps a second of every task."""
        return list(self.connection.execute("SELECT * FROM task ORDER BY 1"))


def versions(plan: Plan) -> dict[str, str]:
    """What results may depend on beside the plan."""
    cuda = any(cell.training.device == "cuda" for cell in plan.cells)
    return {
        "exactnet": version("exactnet"),
        "torch": torch.__version__,
        "numpy": np.__version__,
        "python": platform.python_version(),
        "machine": f"{platform.system()} {platform.machine()}",
        "device": torch.cuda.get_device_name() if cuda else "cpu",
    }


def _columns(one: Evaluation) -> tuple[object, ...]:
    return (one.step, one.training_loss, one.test_loss, one.accuracy)


def _unusable(where: str, error: sqlite3.Error) -> FileError:
    return FileError.about(
        where, "a result file that can be read and written", f"{error!s:.80}",
        "Earlier results are kept; free the disk or correct the path, then --resume.",
    )  # fmt: skip
