"""The batches of all seeds of a job, by their number alone."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from exactnet.bridges.torch.library import torch
from exactnet.learning.shared import Shared, SharedBatches, periods
from exactnet.learning.sources import FRESH, ORDER, TEST, TRAIN, Examples, stream

if TYPE_CHECKING:
    from exactnet.learning.stack import Stack
    from exactnet.learning.training import Job

FRESH_BATCHES = 100  # drawn at a time


class Batches:
    """The batches of all seeds by their number alone, so that training can go on anywhere."""

    def __init__(self, job: "Job", stack: "Stack") -> None:
        self.job, self.stack = job, stack
        settings = job.training
        self.test = self._stacked(TEST, 0, settings.test_examples)
        self.fixed = None if settings.fresh else self._drawn(TRAIN, 0, settings.training_examples)
        count = FRESH_BATCHES * settings.batch if self.fixed is None else len(self.fixed[0][1])
        self.period = periods(count, settings.batch, settings.short_batches)
        self.turn, self.current = -1, self.test

    def at(self, step: int) -> "tuple[torch.Tensor, torch.Tensor]":
        """The batch of a step, (S, B, ...) and (S, B)."""
        turn, place = divmod(step, self.period)
        if turn != self.turn:
            self.turn, self.current = turn, self._turn(turn)
        part = slice(place * self.job.training.batch, (place + 1) * self.job.training.batch)
        return self.current[0][:, part], self.current[1][:, part]

    def _turn(self, turn: int) -> "tuple[torch.Tensor, torch.Tensor]":
        """An epoch in its own order for each seed, or the next fresh batches."""
        if self.fixed is None:
            return self._stacked(FRESH, turn, self.period * self.job.training.batch)
        orders = [stream(ORDER, s, turn).permutation(len(self.fixed[0][1])) for s in self.job.seeds]
        return self._tensors(
            [(x[order], y[order]) for (x, y), order in zip(self.fixed, orders, strict=True)]
        )

    def _stacked(self, which: int, index: int, count: int) -> "tuple[torch.Tensor, torch.Tensor]":
        return self._tensors(self._drawn(which, index, count))

    def _drawn(self, which: int, index: int, count: int) -> list[Examples]:
        return [self.job.source.examples(which, s, index, count) for s in self.job.seeds]

    def _tensors(self, sets: Sequence[Examples]) -> "tuple[torch.Tensor, torch.Tensor]":
        kind: Any = self.job.training.dtype
        x = torch.from_numpy(np.stack([np.asarray(x, dtype=kind) for x, _ in sets]))
        y = torch.from_numpy(np.stack([np.asarray(y, dtype=kind) for _, y in sets]))
        return x.to(self.stack.device), y.to(self.stack.device)


def batches_of(job: "Job", stack: "Stack") -> Batches | SharedBatches:
    """The batches of a job."""
    if isinstance(job.source, Shared):
        return SharedBatches(job, stack, job.source)
    return Batches(job, stack)
