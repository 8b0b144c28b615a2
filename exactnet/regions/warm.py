"""The first use of the kernels in a process: loading them takes a moment, compiling them longer."""

import sys
from functools import lru_cache
from threading import Timer

from exactnet.geometry.box import Box
from exactnet.networks.network import ReluNetwork
from exactnet.regions.blas import one_thread
from exactnet.regions.domain import Domain
from exactnet.regions.engine import Engine

PATIENCE = 1.5  # seconds: loading compiled kernels takes less


@lru_cache(maxsize=1)
def warm_up() -> None:
    """Load the kernels from their cache or compile them, and say so on a terminal if it takes long.

    Numba keeps the compiled code beside the package, or in the user's cache directory where that is
    not writable, so it is compiled once an installation.
    """
    timer = Timer(PATIENCE, _say)
    timer.daemon = True
    timer.start()
    try:
        net = ReluNetwork.of([([[1, 1, 1], [1, -1, 2]], [0, 0]), ([[1, 1]], [1]), ([[1]], [0])])
        domain = Domain.of_box(Box.cube(3))
        with one_thread():
            for exact in (True, False):
                engine = Engine(net, domain, exact)
                engine.whole(engine.start())
    finally:
        timer.cancel()


def _say() -> None:
    if sys.stderr is not None and sys.stderr.isatty():
        print("exactnet: compiling the region kernels (once; about 20 s)", file=sys.stderr)
