"""Batches of one set for all seeds, which is stored once, as bytes."""

from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

import numpy as np

from exactnet.bridges.torch.library import DTYPES, torch
from exactnet.errors import InputError
from exactnet.learning.archives import Images
from exactnet.learning.sources import ORDER, TEST, TRAIN, stream

if TYPE_CHECKING:
    from exactnet.learning.stack import Stack
    from exactnet.learning.training import Job


@runtime_checkable
class Shared(Protocol):
    """A source whose sets are the same for all seeds."""

    @property
    def centre(self) -> int:
        """A pixel p is the number (p - centre) / centre."""
        ...

    def images(self, which: int, count: int) -> Images:
        """The first ``count`` of the set TRAIN or TEST."""
        ...


class SharedBatches:
    """As ``batches.Batches``: each seed has its own order, the images are drawn step by step."""

    def __init__(self, job: "Job", stack: "Stack", source: Shared) -> None:
        self.job, self.device, self.centre = job, stack.device, source.centre
        settings = job.training
        self.dtype = DTYPES[settings.dtype]
        test = source.images(TEST, settings.test_examples)
        x, y = self._moved(test.pixels), self._moved(test.labels).to(self.dtype)
        seeds = len(job.seeds)
        self.test = (self._numbers(x).expand(seeds, *x.shape), y.expand(seeds, *y.shape))
        train = source.images(TRAIN, settings.training_examples)
        self.pixels, self.labels = self._moved(train.pixels), self._moved(train.labels)
        self.count = len(train.labels)
        self.period = periods(self.count, settings.batch, settings.short_batches)
        self.turn, self.orders = -1, torch.empty(0)

    def at(self, step: int) -> "tuple[torch.Tensor, torch.Tensor]":
        """The batch of a step, (S, B, ...) and (S, B)."""
        turn, place = divmod(step, self.period)
        if turn != self.turn:
            orders = [stream(ORDER, s, turn).permutation(self.count) for s in self.job.seeds]
            self.turn, self.orders = turn, self._moved(np.stack(orders))
        batch = self.job.training.batch
        chosen = self.orders[:, place * batch : (place + 1) * batch]
        return self._numbers(self.pixels[chosen]), self.labels[chosen].to(self.dtype)

    def _numbers(self, pixels: "torch.Tensor") -> "torch.Tensor":
        return (pixels.to(self.dtype) - self.centre) / self.centre

    def _moved(self, array: Any) -> "torch.Tensor":
        return torch.tensor(array, device=self.device)


def periods(count: int, batch: int, short: bool) -> int:
    """The batches of an epoch; with ``short``, the examples left over make one too.

    >>> periods(923, 128, False), periods(923, 128, True)
    (7, 8)
    """
    found = -(-count // batch) if short else count // batch
    if not found:
        raise InputError.about(
            "Training.batch", f"at most the {count} training examples there are", f"{batch}",
            "Take a smaller batch.",
        )  # fmt: skip
    return found
