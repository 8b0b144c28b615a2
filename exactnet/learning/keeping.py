"""Parameters on the way, for those who look at a network while it is trained."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from exactnet.learning.checkpoints import Arrays

if TYPE_CHECKING:
    from exactnet.learning.stack import Stack

PREFIX = "kept."


@dataclass(frozen=True, slots=True)
class Keep:
    """Whose parameters are kept: those of the first ``runs`` of a job, and after which steps.

    Only steps after which the job is evaluated count.
    """

    steps: tuple[int, ...] = ()
    runs: int = 0


class Kept:
    """The parameters that were kept so far, by step and run; they are part of a checkpoint."""

    def __init__(self, keep: Keep) -> None:
        self.keep = keep
        self.runs: dict[int, list[Arrays]] = {}

    def note(self, step: int, stack: "Stack") -> None:
        """Keep what is to be kept of this step."""
        if step in self.keep.steps:
            count = min(self.keep.runs, len(stack.rows))
            self.runs[step] = [stack.arrays(k) for k in range(count)]

    def of(self, k: int) -> tuple[tuple[int, Arrays], ...]:
        """Steps and parameters of run k."""
        return tuple((step, runs[k]) for step, runs in sorted(self.runs.items()) if k < len(runs))

    def state(self) -> Arrays:
        """All of it under names of its own."""
        return {
            f"{PREFIX}{step}.{k}.{name}": values
            for step, runs in self.runs.items()
            for k, arrays in enumerate(runs)
            for name, values in arrays.items()
        }

    def restore(self, state: Arrays, shapes: Mapping[str, tuple[int, ...]], count: int) -> None:
        """Go on from a state of ``count`` networks; ValueError for arrays that do not fit."""
        for step in self.keep.steps:
            keys = [
                {name: f"{PREFIX}{step}.{k}.{name}" for name in shapes}
                for k in range(min(self.keep.runs, count))
            ]
            if all(key in state for names in keys for key in names.values()):
                self.runs[step] = [{n: state[key] for n, key in names.items()} for names in keys]
        for arrays in (arrays for runs in self.runs.values() for arrays in runs):
            if any(array.shape != shapes[name] for name, array in arrays.items()):
                raise ValueError("kept parameters of another shape")
