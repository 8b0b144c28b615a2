"""Regions while training: exact counts at some evaluations of a run."""

from collections.abc import Mapping
from dataclasses import dataclass

from exactnet.learning.keeping import Keep
from exactnet.learning.plans import Analysis, Cell
from exactnet.learning.sources import FractalSource
from exactnet.learning.training import Trained
from exactnet.limits import Limits
from exactnet.regions.counting import count_along


@dataclass(frozen=True, slots=True)
class RegionsAt:
    """The proper regions on K_0 after ``step`` steps; a certified lower bound if not complete."""

    step: int
    count: int
    complete: bool


def keep_of(cell: Cell, seeds: tuple[int, ...], watched: tuple[int, ...], look: Analysis) -> Keep:
    """What a stack of seeds, the watched ones first, has to keep."""
    if not isinstance(cell.source, FractalSource):
        return Keep()
    count = sum(seed in watched for seed in seeds)
    return Keep(look.steps(cell.training.evaluations), count) if count else Keep()


def regions_while_training(
    cell: Cell, run: Trained, rows: Mapping[str, object], analysis: Analysis
) -> tuple[RegionsAt, ...]:
    """A count for every kept moment of a run: none for one that diverged.

    The last network is not counted again if ``rows`` has its number.
    """
    if run.diverged is not None:
        return ()
    known, kept = rows.get("regions"), list(run.kept)
    found: list[RegionsAt] = []
    if kept and isinstance(known, int):
        found.append(RegionsAt(kept.pop()[0], known, True))
    assert not kept or isinstance(cell.source, FractalSource)
    if kept and isinstance(cell.source, FractalSource):
        networks = (cell.architecture.network(arrays) for _, arrays in kept)
        counts = count_along(
            networks, cell.source.ifs.base, workers=1,
            limits=Limits(seconds=analysis.moment_seconds),
        )  # fmt: skip
        steps = (step for step, _ in kept)
        found += [RegionsAt(s, int(c), c.complete) for s, c in zip(steps, counts, strict=True)]
    return tuple(sorted(found, key=lambda one: one.step))
