"""A plan's tasks on a Dask cluster, whose client is given: nothing here imports it.

A task is sent whole and comes back whole; nothing is written where it runs, so workers share no
disk with the caller and a checkpoint is not used. If a worker dies, the scheduler gives its task to
another, from its start: the rows are the same, as they depend on the plan only. What came back is
in the result file already.
"""

import queue
from collections.abc import Callable, Iterator
from threading import Lock
from typing import Any

from exactnet.errors import ExactnetError, InputError
from exactnet.learning.plans import Plan, Task
from exactnet.learning.store import Outcome, versions
from exactnet.learning.tasks import run_task

_one_at_a_time = Lock()


def on_cluster(
    plan: Plan, tasks: list[Task], client: Any, note: Callable[[int, int], None]
) -> Iterator[tuple[Task, Outcome]]:
    """The outcomes as they come, the largest tasks first; ``note`` is told which are finished.

    A worker trains one task at a time, with one thread. Raises InputError for a cluster without
    workers, and for one whose versions are others than the caller's: rows would not be those of
    one place. ExactnetError if a task's workers died again and again, or the cluster is gone.
    """
    if not client.ncores():
        raise InputError.about(
            "--scheduler", "a cluster with workers", "one without", "Start 'dask worker ADDRESS'."
        )
    finished: queue.Queue[Any] = queue.Queue()
    running = {}
    for task in sorted(tasks, key=lambda task: -task.work):
        future = client.submit(run_remotely, plan, task, pure=False)
        note(task.number, 0)
        running[future.key] = (task, future)
        future.add_done_callback(finished.put)
    try:
        while running:
            task, future = running.pop(finished.get().key)
            found, outcome = _result(future)
            _check_versions(found, versions(plan))
            note(task.number, task.cell.training.steps)
            yield task, outcome
    finally:
        client.cancel([future for _, future in running.values()])


def run_remotely(plan: Plan, task: Task) -> tuple[dict[str, str], Outcome]:
    """A task in a worker of a cluster, whose threads wait for each other; and its versions."""
    with _one_at_a_time:
        return versions(plan), run_task(plan, task, None, lambda _: None)


def _result(future: Any) -> tuple[dict[str, str], Outcome]:
    """What a future holds; what goes wrong with the cluster, not in the task, as one line."""
    try:
        result: tuple[dict[str, str], Outcome] = future.result()
        return result
    except ExactnetError:
        raise
    except Exception as error:
        homes = {cls.__module__.split(".")[0] for cls in type(error).__mro__}
        if homes & {"distributed", "asyncio", "concurrent"}:
            raise ExactnetError.about(
                "--scheduler", "workers that live", f"{type(error).__name__}",
                "Finished tasks are kept; go on with --resume.",
            ) from error  # fmt: skip
        raise


def _check_versions(theirs: dict[str, str], ours: dict[str, str]) -> None:
    for name, version in ours.items():
        if theirs.get(name) != version:
            raise InputError.about(
                "--scheduler", f"workers with {name} {version}", f"{theirs.get(name)!s:.40}",
                "Install the same everywhere.",
            )  # fmt: skip
