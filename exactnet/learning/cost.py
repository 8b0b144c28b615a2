"""What an experiment costs on this machine: steps a second by cell, and the projected total."""

import time
from dataclasses import dataclass, replace

from exactnet.bridges.torch.library import torch
from exactnet.learning.batches import batches_of
from exactnet.learning.losses import LOSS
from exactnet.learning.plans import Plan, Task
from exactnet.learning.stack import Stack
from exactnet.learning.training import Job, one_thread
from exactnet.limits import Progress, silent

MEASURED_SECONDS = 0.7
EXAMPLES = 2_000


@dataclass(frozen=True, slots=True)
class Cost:
    """The measured speed of a cell and what its full settings take: ``seconds`` of one process."""

    cell: str
    steps_per_second: float  # steps of one network; a stack of many does as many together
    run: float  # seconds
    seconds: float


def costs(plan: Plan, progress: Progress = silent) -> tuple[Cost, ...]:
    """Measure each cell on a stack of its seeds; analysis is not included."""
    firsts: dict[str, Task] = {}
    for task in plan.tasks():
        firsts.setdefault(task.cell.name, task)
    found = []
    for name, task in firsts.items():
        progress(f"measuring {name}")
        speed = steps_per_second(task)
        training = task.cell.training
        passes = len(training.evaluations) * training.test_examples / (3 * training.batch)
        a_run = (training.steps + passes) / speed  # an evaluation is about a third of a step
        found.append(Cost(name, speed, a_run, a_run * len(plan.seeds)))
    return tuple(found)


def steps_per_second(task: Task, seconds: float = MEASURED_SECONDS) -> float:
    """Steps a second, summed over the networks of a task's stack, after some to warm up."""
    with one_thread():
        steps = _Steps(task)
        count = 3 if steps.timed(1) < seconds else 1
        passed, made = 0.0, 0
        while passed < seconds:
            passed += steps.timed(count)
            made += count
        return made * len(task.seeds) / passed


class _Steps:
    """The steps of a task's stack, on few examples, without evaluations."""

    def __init__(self, task: Task) -> None:
        cell = task.cell
        small = min(EXAMPLES, cell.training.training_examples)
        self.training = replace(
            cell.training, steps=10**6, training_examples=max(small, cell.training.batch),
            test_examples=1,
        )  # fmt: skip
        starts = [cell.start.parameters(cell, seed) for seed in task.seeds]
        self.stack = Stack(cell.architecture, self.training, starts)
        job = Job(cell.architecture, cell.source, self.training, task.seeds)
        self.batches, self.loss = batches_of(job, self.stack), LOSS[self.training.loss]
        self.done = 0

    def timed(self, count: int) -> float:
        """The seconds that some more steps take."""
        began = time.perf_counter()
        for _ in range(count):
            x, y = self.batches.at(self.done)
            self.stack.step(self.loss(self.stack.forward(x), y))
            self.done += 1
        _settle(self.training.device)
        return time.perf_counter() - began


def _settle(device: str) -> None:
    if device == "cuda":
        torch.cuda.synchronize()
