"""A plan's tasks in processes of their own, which end when their parent does.

A worker trains and writes its checkpoints; rows go back to the parent, which writes them.
"""

import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from pathlib import Path
from queue import Empty
from typing import Any

from exactnet.errors import ExactnetError
from exactnet.learning.plans import Plan, Task
from exactnet.learning.store import Outcome
from exactnet.learning.tasks import run_task

POLL, GRACE = 0.2, 2.0  # seconds

_worker: dict[str, Any] = {}


def in_processes(
    plan: Plan, tasks: list[Task], root: Path, workers: int, note: Callable[[int, int], None]
) -> Iterator[tuple[Task, Outcome]]:
    """The tasks' outcomes as they come, the largest first; ``note`` is told of steps done.

    ExactnetError for a process that was killed or could not start.
    """
    context = multiprocessing.get_context("spawn")
    reports, stop = context.Queue(), context.Event()
    order = sorted(tasks, key=lambda task: -task.work)
    pool = ProcessPoolExecutor(
        min(workers, len(tasks)), context, _set_up, (reports, stop, os.getpid())
    )
    try:
        waiting = {pool.submit(_remote, plan, task, str(root)): task for task in order}
        yield from _finished(waiting, reports, note)
    except BrokenProcessPool:
        raise ExactnetError.about(
            "workers", "processes that live", "one that was killed or could not start",
            "Go on with --resume; in a script, call under if __name__ == '__main__'.",
        ) from None  # fmt: skip
    finally:
        stop.set()
        pool.shutdown(wait=True, cancel_futures=True)
        reports.close()


def _finished(
    waiting: "dict[Future[Outcome], Task]", reports: Any, note: Callable[[int, int], None]
) -> Iterator[tuple[Task, Outcome]]:
    """What is finished, as long as something is not; what is reported meanwhile is passed on.

    Of tasks that finish together, the one that failed comes last: what the others give is kept.
    """
    while waiting:
        finished, _ = wait(waiting, POLL, FIRST_COMPLETED)
        with suppress(Empty):
            while True:
                note(*reports.get_nowait())
        for future in sorted(finished, key=lambda one: one.exception() is not None):
            yield waiting.pop(future), future.result()


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
    _worker["told"] = 0.0  # the first report of a task says where it starts

    def note(steps: int) -> None:
        if _worker["stop"].is_set():
            raise _StoppedError("stopped")
        if time.monotonic() - _worker["told"] > POLL:
            _worker["told"] = time.monotonic()
            _worker["reports"].put((task.number, steps))

    return run_task(plan, task, Path(root), note)
