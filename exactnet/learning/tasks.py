"""One task of a plan: trained, then looked at."""

import time
from collections.abc import Callable
from pathlib import Path

from exactnet.learning.analysis import final_rows
from exactnet.learning.moments import keep_of, regions_while_training
from exactnet.learning.plans import Plan, Task
from exactnet.learning.store import Outcome
from exactnet.learning.training import Job, train

CHECKPOINTS = "checkpoints"


def run_task(plan: Plan, task: Task, root: Path | None, progress: Callable[[int], None]) -> Outcome:
    """Train a task from its start or, under ``root``, its checkpoint; look at the networks."""
    cell = task.cell
    keep = keep_of(cell, task.seeds, plan.watched, plan.analysis)
    job = Job(cell.architecture, cell.source, cell.training, task.seeds, task.digest, keep)
    starts = [cell.start.parameters(cell, seed) for seed in task.seeds]
    began = time.perf_counter()
    runs = train(job, starts, None if root is None else checkpoint_path(root, task), progress)
    seconds = time.perf_counter() - began
    rows = tuple(
        final_rows(cell, run, start, plan.analysis, plan.seeds.index(run.seed))
        for run, start in zip(runs, starts, strict=True)
    )
    regions = tuple(
        regions_while_training(cell, run, found, plan.analysis)
        for run, found in zip(runs, rows, strict=True)
    )
    return Outcome(task.number, runs, rows, seconds, regions)


def checkpoint_path(root: Path, task: Task) -> Path:
    """Where a task's checkpoint is."""
    return root / CHECKPOINTS / f"{task.number}.npz"
