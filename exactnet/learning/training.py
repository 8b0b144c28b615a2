"""Training many seeds at once: the loop, its evaluations, its checkpoints."""

import math
import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from exactnet.bridges.torch.library import torch
from exactnet.errors import ExactnetError, FileError, InputError
from exactnet.learning.architectures import Architecture, Arrays
from exactnet.learning.batches import batches_of
from exactnet.learning.checkpoints import REMEDY, load_arrays, save_arrays
from exactnet.learning.keeping import Keep, Kept
from exactnet.learning.losses import LOSS, right
from exactnet.learning.settings import Training
from exactnet.learning.sources import Source
from exactnet.learning.stack import Stack

Progress = Callable[[int], None]  # steps done so far

EVALUATED, NUMBERS = 2_000, 2**23  # examples at a time; numbers in their largest layer
CHECKPOINT_SECONDS = 20.0
PATIENCE = 50  # steps between two looks at the clock and at who wants us to stop


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What is known of a network after ``step`` steps.

    ``training_loss`` is the mean of the batches since the last evaluation, None at the start.
    """

    step: int
    training_loss: float | None
    test_loss: float
    accuracy: float

    @property
    def finite(self) -> bool:
        """Whether the losses are numbers."""
        losses = (self.test_loss, 0.0 if self.training_loss is None else self.training_loss)
        return all(math.isfinite(loss) for loss in losses)


@dataclass(frozen=True, slots=True, eq=False)
class Trained:
    """A finished run of one seed.

    ``diverged`` is the step at which a loss, or in the end a parameter, was no finite number, if
    any; the evaluations are those before it, and the parameters are then worthless. ``kept`` are
    the parameters at the job's ``Keep``.
    """

    seed: int
    parameters: Arrays
    evaluations: tuple[Evaluation, ...]
    diverged: int | None = None
    kept: tuple[tuple[int, Arrays], ...] = ()


@dataclass(frozen=True, slots=True)
class Job:
    """Runs that differ in their seeds and starts only; ``starts`` has each seed's parameters."""

    architecture: Architecture
    source: Source
    training: Training
    seeds: tuple[int, ...]
    digest: str = ""
    keep: Keep = field(default_factory=Keep)

    def __post_init__(self) -> None:
        check_fit(self.architecture, self.source, self.training)
        if not self.seeds or min(self.seeds) < 0 or len(set(self.seeds)) < len(self.seeds):
            raise InputError.about(
                "seeds", "different integers >= 0", f"{list(self.seeds)!s:.40}", "Correct them."
            )


def check_fit(architecture: Architecture, source: Source, training: Training) -> None:
    """InputError unless the outputs fit the loss and the classes, and the inputs the examples."""
    classes, outputs = source.classes, list(architecture.shapes.values())[-1][0]
    several = training.loss == "cross-entropy"
    if several != (classes > 2) or outputs != (classes if several else 1):
        raise InputError.about(
            "loss", "cross-entropy and an output a class, or hinge or logistic and one output",
            f"{training.loss} with {classes} classes and {outputs} outputs", "Match them.",
        )  # fmt: skip
    if not architecture.takes(source.shape):
        raise InputError.about(
            "architecture", f"inputs for examples of shape {source.shape}", "others", "Match them."
        )


def train(
    job: Job,
    starts: Sequence[Arrays],
    checkpoint: "str | os.PathLike[str] | None" = None,
    progress: Progress = lambda _: None,
) -> tuple[Trained, ...]:
    """Train every seed of a job from its start; one result a seed, in their order.

    One CPU thread is used: to use more cores, train several jobs in processes. What becomes of a
    seed depends on its start, the settings and the device, and on the CPU not on the other seeds.
    With ``checkpoint`` the state is written there every now and then, and read from there at the
    start; the result is the same as without the interruption.

    ``progress`` is called often with the steps done, first with those of the checkpoint; what it
    raises ends the training.

    Raises InputError for a checkpoint of another run and for starts of another network, FileError
    for a damaged checkpoint and one that cannot be written.
    """
    with one_thread():
        loop = _Loop(job, starts)
        if checkpoint is not None and os.path.exists(checkpoint):  # noqa: PTH110  # may be a link
            _restore(loop, checkpoint)
        loop.run(checkpoint, progress)
        return loop.results()


def _restore(loop: "_Loop", checkpoint: "str | os.PathLike[str]") -> None:
    """Go on from a checkpoint file; its digest says whose it is, not that it is whole."""
    try:
        loop.restore(load_arrays(checkpoint, loop.job.digest))
    except (KeyError, ValueError) as error:
        if isinstance(error, ExactnetError):
            raise
        raise FileError.about(
            os.fspath(checkpoint), "the arrays of this run", "others", REMEDY
        ) from None


class _Loop:
    """The state of a job between two steps."""

    def __init__(self, job: Job, starts: Sequence[Arrays]) -> None:
        self.job = job
        self.stack = Stack(job.architecture, job.training, starts)
        self.loss = LOSS[job.training.loss]
        self.batches = batches_of(job, self.stack)
        self.at_once = max(1, min(EVALUATED, NUMBERS // job.architecture.largest))
        self.done, self.stops = 0, job.training.evaluations
        self.table: list[npt.NDArray[np.float64]] = []  # an evaluation: (S, 3)
        self.sums = torch.zeros(len(job.seeds), dtype=torch.float64, device=self.stack.device)
        self.kept = Kept(job.keep)

    def run(self, checkpoint: "str | os.PathLike[str] | None", progress: Progress) -> None:
        """All steps that are left."""
        written = time.monotonic()
        progress(self.done)
        for stop in self.stops[len(self.table) :]:
            while self.done < stop:
                self._step()
                if self.done % PATIENCE == 0:
                    progress(self.done)
            self._evaluate()
            progress(self.done)
            if checkpoint is not None and time.monotonic() - written > CHECKPOINT_SECONDS:
                save_arrays(checkpoint, self.job.digest, self.state())
                written = time.monotonic()

    def _step(self) -> None:
        x, y = self.batches.at(self.done)
        losses = self.loss(self.stack.forward(x), y)
        self.sums += losses.detach()
        self.stack.step(losses)
        self.done += 1

    def _evaluate(self) -> None:
        """Losses and accuracies on the test sets, and the mean loss of the batches so far."""
        x, y = self.batches.test
        lost, good = torch.zeros_like(self.sums), torch.zeros_like(self.sums)
        with torch.no_grad():
            for first in range(0, y.shape[1], self.at_once):
                part = slice(first, first + self.at_once)
                outputs, labels = self.stack.forward(x[:, part]), y[:, part]
                lost += self.loss(outputs, labels).double() * labels.shape[1]
                good += right(outputs, labels).sum(1)
        last = self.stops[len(self.table) - 1] if self.table else 0
        mean = self.sums / max(self.done - last, 1)
        self.table.append(
            torch.stack([mean, lost / y.shape[1], good / y.shape[1]], 1).cpu().numpy()
        )
        self.sums.zero_()
        self.kept.note(self.done, self.stack)

    def state(self) -> Arrays:
        """What a checkpoint holds; it is taken right after an evaluation."""
        state = {f"stack.{name}": value for name, value in self.stack.state().items()}
        table = {"table": np.stack(self.table), "done": np.array(self.done)}
        return {**state, **self.kept.state(), **table}

    def restore(self, state: Arrays) -> None:
        """Go on from a checkpoint; KeyError or ValueError for arrays that are not its own."""
        table, done, seeds = state["table"], int(state["done"].item()), len(self.job.seeds)
        if table.shape[1:] != (seeds, 3) or table.dtype != float or not len(table):
            raise ValueError("a table of other evaluations")
        if done not in self.stops[len(table) - 1 : len(table)]:
            raise ValueError("steps at which nothing is evaluated")
        self.stack.restore({k[6:]: v for k, v in state.items() if k.startswith("stack.")})
        self.kept.restore(state, self.job.architecture.shapes, seeds)
        self.table, self.done = list(table), done

    def results(self) -> tuple[Trained, ...]:
        """What became of every seed."""
        return tuple(self._result(k, seed) for k, seed in enumerate(self.job.seeds))

    def _result(self, k: int, seed: int) -> Trained:
        steps = self.stops
        rows = [table[k].tolist() for table in self.table]
        found = [
            Evaluation(step, row[0] if step else None, row[1], row[2])
            for step, row in zip(steps, rows, strict=True)
        ]
        bad = next((n for n, one in enumerate(found) if not one.finite), len(found))
        parameters = self.stack.arrays(k)
        if bad < len(found):
            return Trained(seed, parameters, tuple(found[:bad]), found[bad].step)
        finite = all(np.isfinite(values).all() for values in parameters.values())
        end = None if finite else steps[-1]
        return Trained(seed, parameters, tuple(found), end, self.kept.of(k))


@contextmanager
def one_thread() -> Iterator[None]:
    """PyTorch with one thread of the CPU, so that sums have one order; on CUDA likewise."""
    before, cudnn = torch.get_num_threads(), torch.backends.cudnn
    torch.set_num_threads(1)
    try:
        with cudnn.flags(cudnn.enabled, deterministic=True, allow_tf32=False):
            yield
    finally:
        torch.set_num_threads(before)
