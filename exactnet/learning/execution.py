"""Running a plan: tasks in this process or spread over several, rows written as they finish.

The process that was started writes the result file; workers train, write their checkpoints and hand
rows back. Killed at any time, the same call with ``resume`` goes on from the last checkpoints.
"""

import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from pathlib import Path
from queue import Empty
from typing import Any

from exactnet.errors import ExactnetError, FileError, InputError
from exactnet.learning.clusters import on_cluster
from exactnet.learning.plans import Plan, Task
from exactnet.learning.stack import as_device
from exactnet.learning.store import Outcome, Store
from exactnet.learning.tasks import CHECKPOINTS, checkpoint_path, run_task
from exactnet.limits import Progress, silent

RESULTS, LOCK = "results.sqlite", "lock"
POLL, GRACE = 0.2, 2.0  # seconds
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
    spread = _spread if workers > 1 and len(tasks) > 1 else _in_turn
    return spread(plan, tasks, root, workers, clock)


class _Clock:
    """How much work is done, and when the rest will be."""

    def __init__(self, plan: Plan, tasks: list[Task], progress: Progress) -> None:
        self.name, self.tasks, self.progress = plan.name, {t.number: t for t in tasks}, progress
        self.first: dict[int, int] = {}
        self.steps: dict[int, int] = {}
        self.began = time.monotonic()

    def note(self, number: int, steps: int) -> None:
        """A task has done so many steps."""
        self.first.setdefault(number, steps if steps > 1000 else 0)
        self.steps[number] = steps
        whole = {n: self._share(t, t.cell.training.steps) for n, t in self.tasks.items()}
        skipped = sum(self._share(self.tasks[n], s) for n, s in self.first.items())
        made = sum(self._share(self.tasks[n], s) for n, s in self.steps.items()) - skipped
        total = sum(whole.values()) - skipped
        passed = time.monotonic() - self.began
        left = f", {passed * (total - made) / made:.0f} s left" if made > 0 else ""
        percent = 100 * (made + skipped) / max(total + skipped, 1)
        self.progress(f"{self.name}: {percent:.0f} %{left}, {self.tasks[number].cell.name}")

    @staticmethod
    def _share(task: Task, steps: int) -> float:
        return task.work * (steps + 1) / (task.cell.training.steps + 1)


def _in_turn(
    plan: Plan, tasks: list[Task], root: Path, _: int, clock: _Clock
) -> Iterator[tuple[Task, Outcome]]:
    for task in tasks:
        yield task, run_task(plan, task, root, lambda steps, n=task.number: clock.note(n, steps))  # type: ignore[misc]


def _spread(
    plan: Plan, tasks: list[Task], root: Path, workers: int, clock: _Clock
) -> Iterator[tuple[Task, Outcome]]:
    """Tasks in processes of their own, the largest first; results as they come."""
    context = multiprocessing.get_context("spawn")
    reports, stop = context.Queue(), context.Event()
    order = sorted(tasks, key=lambda task: -task.work)
    pool = ProcessPoolExecutor(
        min(workers, len(tasks)), context, _set_up, (reports, stop, os.getpid())
    )
    try:
        waiting: dict[Future[Outcome], Task] = {
            pool.submit(_remote, plan, task, str(root)): task for task in order
        }
        while waiting:
            finished, _ = wait(waiting, POLL, FIRST_COMPLETED)
            with suppress(Empty):
                while True:
                    clock.note(*reports.get_nowait())
            for future in finished:
                yield waiting.pop(future), future.result()
    except BrokenProcessPool:
        raise ExactnetError.about(
            "workers", "processes that live", "one that was killed", "Go on with --resume."
        ) from None
    finally:
        stop.set()
        pool.shutdown(wait=True, cancel_futures=True)
        reports.close()


_worker: dict[str, Any] = {}


def _set_up(reports: Any, stop: Any, parent: int) -> None:
    """Prepare a worker process; Ctrl-C is for its parent, which tells it to stop."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _worker.update(reports=reports, stop=stop, told=0.0)
    threading.Thread(target=_watch, args=(stop, parent), daemon=True).start()


def _watch(stop: Any, parent: int) -> None:
    """End a worker whose parent was killed, or that is too busy to notice that it should stop."""
    while os.getppid() == parent and not stop.is_set():
        time.sleep(POLL)
    if os.getppid() == parent:
        time.sleep(GRACE)
    os._exit(1)


class _StoppedError(ExactnetError):
    """The parent wants no more of this task."""


def _remote(plan: Plan, task: Task, root: str) -> Outcome:
    def note(steps: int) -> None:
        if _worker["stop"].is_set():
            raise _StoppedError("stopped")
        if time.monotonic() - _worker["told"] > POLL:
            _worker["told"] = time.monotonic()
            _worker["reports"].put((task.number, steps))

    return run_task(plan, task, Path(root), note)


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
        yield
