"""A count cut into parts: the same ones on every machine; and how they are handed out."""

import queue
from collections.abc import Callable, Generator
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import Any

from exactnet.errors import ExactnetError
from exactnet.geometry.box import Box
from exactnet.networks.network import ReluNetwork
from exactnet.regions.blas import one_thread
from exactnet.regions.engine import Engine
from exactnet.regions.forward import OverflowsError
from exactnet.regions.kernel import columns as col
from exactnet.regions.patch import Patch
from exactnet.regions.setting import Setting
from exactnet.regions.work import Work

PARTS = 96  # a large count has so many parts
SMALL = 50_000  # cells up to which a count is done at once, memory permitting
BUDGET = 2**26  # bytes of a patch while it is cut; up to eight times this is in use at a time
ALONE = 2**28  # bytes of a patch up to which a last layer that is nearly done is not divided

Results = Generator[tuple[int, int], None, None]


def cells_at_once(engine: Engine) -> int:
    """The number of cells beyond which a patch is cut into pieces."""
    return min(SMALL, _fitting(engine, BUDGET))


def _fitting(engine: Engine, budget: int) -> int:
    """The number of cells that take ``budget`` bytes while they are cut, at least 2000.

    A cell in dimension d comes with about 2^d faces; a face takes some 200 bytes in the arrays of
    the kernel, a vertex 16 bytes a unit of the widest layer.
    """
    widest = max((plan.units for plan in engine.plans), default=1)
    faces = 2 ** (engine.net.inputs + 1)
    return int(max(2000, budget // (200 * faces + 16 * widest)))


def divide(engine: Engine) -> tuple[int, list[Patch]]:
    """The number of regions if there are few, else 0 and the parts that are left to count."""
    patch, small = engine.start(), min(SMALL, _fitting(engine, BUDGET))
    while not engine.finished(patch):
        work = engine.cut(patch, small)
        if _nearly_done(engine, work):
            work = engine.cut_on(work, min(SMALL, _fitting(engine, ALONE)))
        if work.finished and patch.layer + 1 == len(engine.plans):
            return work.cells, []
        if work.cells > small:
            return 0, list(engine.pieces(work, -(-work.cells // PARTS)))
        patch = next(engine.pieces(work))
    return patch.cells, []


def _nearly_done(engine: Engine, work: Work) -> bool:
    """Whether all cells fit, should the last layer's other units cut as those so far.

    They will cut more, because there are more cells to cut: twice as many cells must fit.
    """
    if work.finished or work.patch.layer + 1 < len(engine.plans):
        return False
    units = int(work.par[col.UNIT])
    more = (work.cells - work.patch.cells) * (work.plan.units - units) // max(1, units)
    return 2 * (work.cells + more) <= min(SMALL, _fitting(engine, ALONE))


def count(engine: Engine, patch: Patch) -> int:
    """The number of cells that the rest of the network cuts a patch into."""
    return sum(work.cells for work in engine.patches(patch, cells_at_once(engine)))


def in_threads(counter: Callable[[int], int], left: list[int], workers: int) -> Results:
    """Count parts in threads (the kernels run without the interpreter's lock), as they finish.

    An error, or Ctrl-C, does not wait for the other threads: whoever asked makes them stop.
    """
    with one_thread():
        if workers == 1:
            for k in left:
                yield k, counter(k)
            return
        waiting, pool = islice(left, workers, None), ThreadPoolExecutor(workers)
        try:
            running = {pool.submit(counter, k): k for k in islice(left, workers)}
            while running:
                for future in wait(running, return_when=FIRST_COMPLETED).done:
                    k = running.pop(future)
                    following = next(waiting, None)
                    if following is not None:
                        running[pool.submit(counter, following)] = following
                    yield k, future.result()
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def on_cluster(counter: Callable[[int], Any], left: list[int], client: Any) -> Results:
    """Count parts on a Dask cluster, as they finish; a few are under way for each core.

    Raises ExactnetError when the scheduler is lost, or too many workers with one part.
    """
    finished: queue.Queue[Any] = queue.Queue()
    waiting, running = iter(left), {}

    def submit() -> None:
        k = next(waiting, None)
        if k is not None:
            function, spec, patch = counter(k)
            future = client.submit(function, spec, patch, pure=False)
            running[future.key] = (k, future)
            future.add_done_callback(finished.put)

    for _ in range(2 * max(1, sum(client.ncores().values()))):
        submit()
    try:
        while running:
            future = finished.get()
            k, _ = running.pop(future.key)
            submit()
            yield k, int(future.result())
    except Exception as error:
        if type(error).__module__.partition(".")[0] != "distributed":
            raise
        raise ExactnetError.about(
            "client", "a cluster that answers to the end", type(error).__name__,
            "Call again: with a checkpoint what is finished is not counted anew.",
        ) from error  # fmt: skip
    finally:
        client.cancel([future for _, future in running.values()])


@dataclass(frozen=True, slots=True, eq=False)
class Job:
    """What a worker process needs beside its parts; it equals itself only, and is sent once."""

    net: ReluNetwork
    box: Box | None
    exact: bool


def count_remotely(job: Job, patch: Patch) -> int:
    """Count one part in a worker process of a cluster; -1 if 64-bit integers are too small."""
    try:
        with one_thread():
            return count(_engine(job), patch)
    except OverflowsError:
        return -1


@lru_cache(maxsize=4)
def _engine(job: Job) -> Engine:
    return Engine(job.net, Setting.of(job.net, job.box).domain, job.exact)
