"""count_regions: the number of proper regions, streamed in bounded memory, in parallel, resumable.

The complex is first cut into a few hundred parts, always the same ones (cells are ordered by their
sign vectors, which no arithmetic, machine or number of workers changes). Each part is counted on
its own, depth first; where it grows beyond a fixed number of cells it is cut into smaller pieces,
so the memory in use depends on that number and on d, not on the count.
"""

import os
from collections.abc import Callable, Iterable, Iterator
from threading import Lock
from typing import TYPE_CHECKING, Any

from exactnet.errors import InputError, LimitReached
from exactnet.geometry.box import Box
from exactnet.limits import UNLIMITED, Limits, Progress, from_now, silent
from exactnet.networks.network import ReluNetwork
from exactnet.regions import parts
from exactnet.regions.blas import one_thread
from exactnet.regions.checkpoint import Checkpoint
from exactnet.regions.engine import Engine, arithmetics
from exactnet.regions.enumeration import enumerate_regions
from exactnet.regions.forward import OverflowsError
from exactnet.regions.patch import Patch
from exactnet.regions.setting import Setting, Sides, essential
from exactnet.regions.warm import warm_up

if TYPE_CHECKING:
    from os import PathLike


class RegionCount(int):
    """A number of proper regions; a certified lower bound where ``complete`` is False.

    ``reason`` says why a count is not complete.
    """

    complete: bool
    reason: str

    @classmethod
    def of(cls, value: int, reason: str = "") -> "RegionCount":
        """A count, complete unless there is a reason."""
        result = cls(value)
        result.complete, result.reason = not reason, reason
        return result


def count_regions(
    net: ReluNetwork,
    box: Box | Sides | None = None,
    *,
    workers: int | None = None,
    client: Any = None,
    resume: "str | PathLike[str] | None" = None,
    limits: Limits | None = None,
    progress: Progress = silent,
) -> RegionCount:
    """The exact number of proper (full-dimensional) activation regions on a box or on R^d.

    Memory: for each worker a few patches of bounded size, whatever the count: they depend on d and
    on the widest layer (``parts.cells_at_once``; docs/benchmarks-regions.md). ``workers`` threads
    count at a time (default: all cores); a ``dask.distributed`` ``client`` takes their place on a
    cluster. With ``resume`` a checkpoint file records every finished part; a later call with the
    same network, domain and file goes on from there, even if this one was killed. ``limits`` on
    seconds or cells end the count early: the result is then a certified lower bound.

    >>> tent = ReluNetwork.of([([[1], [1]], [0, "-1/2"]), ([[2, -4]], [0])])
    >>> from exactnet.networks.compose import chain
    >>> count_regions(chain([tent] * 10), box=[(0, 1)])
    1024

    d = 1..6; on R^d also more, if the first layer carries nothing and its rank is at most 6.
    Raises InputError for other networks and for a checkpoint of another count, FileError if it
    cannot be written.
    """
    if workers is not None and (not isinstance(workers, int) or workers < 1):
        raise InputError.about("workers", "an integer >= 1", f"{workers!r:.20}", "Try 2.")
    if box is None:
        reduced = essential(net)
        if reduced is None:
            return _by_patterns(net, limits, progress)
        net = reduced
    warm_up()
    limits = from_now(limits, UNLIMITED)
    job = _Job(net, Setting.of(net, box), limits, progress)
    return job.run(workers or os.cpu_count() or 1, client, resume)


def count_along(
    networks: Iterable[ReluNetwork],
    box: Box | Sides | None = None,
    *,
    workers: int | None = None,
    limits: Limits | None = None,
    progress: Progress = silent,
) -> Iterator[RegionCount]:
    """The counts of a sequence of networks, such as the checkpoints of a training run, one by one.

    Networks are taken as they come, so an iterator that loads them keeps one in memory; limits are
    for each network.

    >>> tent = ReluNetwork.of([([[1], [1]], [0, "-1/2"]), ([[2, -4]], [0])])
    >>> [int(n) for n in count_along([tent, tent], box=[(-1, 1)])]
    [3, 3]
    """
    for number, net in enumerate(networks, 1):
        progress(f"regions: network {number}")
        yield count_regions(net, box, workers=workers, limits=limits, progress=progress)


def _by_patterns(net: ReluNetwork, limits: Limits | None, progress: Progress) -> RegionCount:
    """On R^d where carried inputs hide directions from the first layer: the distinct patterns."""
    limits = from_now(limits, UNLIMITED)
    try:
        complex_ = enumerate_regions(net, None, limits, progress)
    except LimitReached as reached:
        walls = Setting.of(net, None).walls  # they cut a region into 2^walls cells at most
        return RegionCount.of(max(1, -(-limits.seen[0] // 2**walls)), str(reached))
    return RegionCount.of(complex_.counts()["proper"])


class _Job:
    """One count: its parts, what is known of each, and the limits."""

    def __init__(
        self, net: ReluNetwork, setting: Setting, limits: Limits, progress: Progress
    ) -> None:
        self.net, self.setting, self.limits, self.progress = net, setting, limits, progress
        self.stopped, self.at_hand = False, 1
        self.done: dict[int, int] = {}
        self.found, self.parts = 0, list[Patch]()
        self.float_parts: list[Patch] | None = None
        self.lock = Lock()

    def run(self, workers: int, client: Any, resume: "str | PathLike[str] | None") -> RegionCount:
        """Count all parts, or until a limit is reached."""
        try:
            with one_thread():
                self._divide()
            with Checkpoint.open(resume, self.net, self.setting, len(self.parts)) as record:
                self.done = dict(record.done)
                self._count(workers, client, record)
        except LimitReached as reached:
            return RegionCount.of(self._lower_bound(), str(reached))
        return RegionCount.of(self.found + sum(self.done.values()))

    def _divide(self) -> None:
        for exact in arithmetics(self.net):
            self.engine = Engine(self.net, self.setting.domain, exact, self._tick)
            try:
                self.found, self.parts = parts.divide(self.engine)
                return
            except OverflowsError:
                continue

    def _tick(self, cells: int) -> None:
        if self.stopped:
            raise LimitReached("stopped")
        if self.parts:  # the cells of one part say nothing about the whole
            cells = 0
        self.at_hand = max(self.at_hand, cells)
        self.limits.check_now_and_then(cells)

    def _lower_bound(self) -> int:
        pending = sum(p.cells for k, p in enumerate(self.parts) if k not in self.done)
        return max(self.found + sum(self.done.values()) + pending, self.at_hand)

    def _count(self, workers: int, client: Any, record: Checkpoint) -> None:
        left = [k for k in range(len(self.parts)) if k not in self.done]
        runner = parts.on_cluster if client is not None else parts.in_threads
        results = runner(self._counter(client), left, client if client is not None else workers)
        try:
            for k, answer in results:
                cells = self._count_by_floats(k) if answer < 0 else answer  # < 0: it overflowed
                self.done[k] = cells
                record.add(k, cells)
                counted = self.found + sum(self.done.values())
                self.progress(f"regions: {counted}, {len(self.done)} of {len(self.parts)} parts")
                self.limits.check(counted)
        finally:
            self.stopped = True
            results.close()

    def _counter(self, client: Any) -> Callable[[int], Any]:
        if client is not None:
            spec = parts.Job(self.net, self.setting.box, self.engine.exact)
            # Once to each worker, not with each part; under a key of its own, since one that an
            # earlier count has just released may be gone again before the workers ask for it.
            [sent] = client.scatter([spec], broadcast=True, hash=False)
            return lambda k: (parts.count_remotely, sent, self.parts[k])
        return self._count_part

    def _count_part(self, k: int) -> int:
        try:
            return parts.count(self.engine, self.parts[k])
        except OverflowsError:
            return self._count_by_floats(k)

    def _count_by_floats(self, k: int) -> int:
        """A part for which 64-bit integers are too small: the same cells in other arithmetic."""
        engine = Engine(self.net, self.setting.domain, False, self._tick)
        with self.lock:
            if self.float_parts is None:
                self.float_parts = parts.divide(engine)[1]
        return parts.count(engine, self.float_parts[k])
