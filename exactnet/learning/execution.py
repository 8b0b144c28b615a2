"""Running a plan: tasks in this process or spread over several, rows written as they finish.

The process that was started writes the result file; workers train, write their checkpoints and hand
rows back. Killed at any time, the same call with ``resume`` goes on from the last checkpoints.
"""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from exactnet.errors import FileError, InputError
from exactnet.learning.clusters import on_cluster
from exactnet.learning.plans import Plan, Task
from exactnet.learning.stack import as_device
from exactnet.learning.store import Outcome, Store
from exactnet.learning.tasks import CHECKPOINTS, checkpoint_path, run_task
from exactnet.learning.training import check_fit
from exactnet.learning.workers import in_processes
from exactnet.limits import Progress, silent

RESULTS, LOCK = "results.sqlite", "lock"
MAX_WORKERS = 256


def run_plan(
    plan: Plan,
    folder: str | os.PathLike[str],
    *,
    resume: bool = False,
    workers: int | None = None,
    client: Any = None,
    progress: Progress = silent,
) -> Path:
    """Run every task of a plan that is not done yet; the path of the result file.

    ``folder`` gets results.sqlite and, until a task is done, its checkpoint. ``workers`` processes
    train with one thread each (default: one a core on the CPU, one in all on CUDA); results do not
    depend on their number. A ``dask.distributed`` ``client`` takes their place on a cluster (see
    ``clusters``).

    Raises InputError for results of another plan and for a device that is not there, FileError if
    something cannot be written (earlier results stay), ExactnetError for a worker that was killed.
    """
    for cell in plan.cells:
        as_device(cell.training.device)
        check_fit(cell.architecture, cell.source, cell.training)
    count = _workers(plan, workers)
    root = _made(Path(folder))
    with _locked(root / LOCK), Store.open(root / RESULTS, write=True) as store:
        store.begin(plan, resume)
        done = store.done()
        tasks = [task for task in plan.tasks() if task.number not in done]
        clock = _Clock(plan, tasks, progress)
        index = {cell: k for k, cell in enumerate(plan.cells)}
        for task, outcome in _outcomes(plan, tasks, root, count, client, clock):
            store.add(task, index[task.cell], outcome)
            with suppress(OSError):
                checkpoint_path(root, task).unlink()
    with suppress(OSError):
        (root / CHECKPOINTS).rmdir()
    return root / RESULTS


def _outcomes(
    plan: Plan, tasks: list[Task], root: Path, workers: int, client: Any, clock: "_Clock"
) -> Iterator[tuple[Task, Outcome]]:
    """The tasks done, wherever that is."""
    if client is not None:
        return on_cluster(plan, tasks, client, clock.note)
    if workers > 1 and len(tasks) > 1:
        return in_processes(plan, tasks, root, workers, clock.note)
    return _in_turn(plan, tasks, root, clock)


class _Clock:
    """How much work is done, and when the rest will be.

    Work is that of steps; those of a task's first report were done before this run.
    """

    def __init__(self, plan: Plan, tasks: list[Task], progress: Progress) -> None:
        self.name, self.tasks, self.progress = plan.name, {t.number: t for t in tasks}, progress
        self.steps: dict[int, int] = {}
        self.whole, self.made, self.skipped = sum(task.work for task in tasks), 0.0, 0.0
        self.began = time.monotonic()

    def note(self, number: int, steps: int) -> None:
        """A task has done so many steps."""
        task = self.tasks[number]
        work = task.work / max(task.cell.training.steps, 1)
        if number in self.steps:
            self.made += work * (steps - self.steps[number])
        else:
            self.skipped += work * steps
        self.steps[number] = steps
        left = self.whole - self.skipped - self.made
        passed = time.monotonic() - self.began
        until = f", {passed * left / self.made:.0f} s left" if self.made > 0 else ""
        percent = 100 * (self.made + self.skipped) / self.whole
        self.progress(f"{self.name}: {percent:.0f} %{until}, {task.cell.name}")


def _in_turn(
    plan: Plan, tasks: list[Task], root: Path, clock: _Clock
) -> Iterator[tuple[Task, Outcome]]:
    for task in tasks:
        yield task, run_task(plan, task, root, lambda steps, n=task.number: clock.note(n, steps))  # type: ignore[misc]


def _workers(plan: Plan, workers: int | None) -> int:
    """How many processes."""
    if workers is not None and not 1 <= workers <= MAX_WORKERS:
        raise InputError.about("workers", f"1..{MAX_WORKERS}", f"{workers}"[:20], "Try 2.")
    if workers is not None:
        return workers
    if any(cell.training.device == "cuda" for cell in plan.cells):
        return 1
    cores = getattr(os, "sched_getaffinity", None)
    return len(cores(0)) if cores else (os.cpu_count() or 1)


def _made(root: Path) -> Path:
    """The folder, with one for checkpoints in it."""
    try:
        (root / CHECKPOINTS).mkdir(parents=True, exist_ok=True)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "a bad path"
        raise FileError.about(
            os.fspath(root), "a folder that can be written", reason, "Choose another --output."
        ) from error
    return root


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Refuse a folder in which another process runs an experiment, where the system can tell."""
    try:
        import fcntl
    except ImportError:
        yield
        return
    try:
        file = path.open("a")
    except OSError as error:
        raise FileError.about(
            os.fspath(path), "a writable file", str(error.strerror), "Choose another --output."
        ) from error
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise FileError.about(
                os.fspath(path.parent), "a folder that is not in use", "one where a run goes on",
                "Wait for it.",
            ) from error  # fmt: skip
        except OSError:
            pass  # a file system without locks
        yield
