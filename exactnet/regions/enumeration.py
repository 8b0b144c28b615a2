"""enumerate_regions: the whole complex at once."""

from exactnet.errors import ConsistencyError
from exactnet.geometry.box import Box
from exactnet.limits import UNLIMITED, Limits, Progress, silent
from exactnet.networks.network import ReluNetwork
from exactnet.regions.blas import one_thread
from exactnet.regions.complex import RegionComplex
from exactnet.regions.engine import Engine, arithmetics
from exactnet.regions.forward import OverflowsError
from exactnet.regions.setting import Setting, Sides
from exactnet.regions.warm import warm_up


def enumerate_regions(
    net: ReluNetwork,
    box: Box | Sides | None = None,
    limits: Limits | None = None,
    progress: Progress = silent,
) -> RegionComplex:
    """The polyhedral complex of a network on a box, or on all of R^d (``box=None``).

    Everything in it is exact, for every network of rationals: weights that were floats are their
    binary values, units may be relu, leaky, abs or carried, hyperplanes may coincide, units may be
    dead. Cost: proportional to the number of faces, about 2^d times that of cells, which for depth
    t and width k can reach (sum_{i<=d} C(k, i))^t. d = 1..6; what d costs is measured in
    docs/regions.md. One core: the faces of neighbouring cells are shared, so parts enumerated apart
    would have to be sewn together (``count_regions``, which only adds numbers, uses all cores).

    >>> tent = ReluNetwork.of([([[3], [-3]], ["-3/2", "3/2"]), ([[1, 1]], ["-1/2"])])
    >>> cx = enumerate_regions(tent, box=[(0, 1)])
    >>> len(cx), [str(x) for (x,) in map(cx.vertex, range(3))]
    (2, ['0', '1/2', '1'])

    Raises InputError for d > 6, LimitReached when a limit is reached.
    """
    setting = Setting.of(net, box)
    limits = limits or UNLIMITED

    def tick(cells: int) -> None:
        limits.check_now_and_then(cells)
        progress(f"regions: {cells} cells")

    warm_up()
    for exact in arithmetics(net):
        engine = Engine(net, setting.domain, exact, tick)
        try:
            with one_thread():
                patch = engine.whole(engine.start())
        except OverflowsError:
            continue
        return RegionComplex(net, setting.box, setting.walls, engine, patch)
    raise ConsistencyError.about(
        "enumerate_regions", "a float filter that never overflows", "an overflow", "Report this."
    )
