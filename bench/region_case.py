"""Our own measurements on one network, in a process of their own, for ``bench/regions.py``.

    python bench/region_case.py NAME [--repeats N] [--budget SECONDS]
    python bench/region_case.py NAME --count | --reference | --start | --workers

Prints one line of JSON; seconds are CPU seconds, with ``--workers`` and ``--start`` seconds by the
clock. Names are those of ``region_networks.py``, and ``cantor:N`` and
``cantor-dust:N`` for the exact networks of those fractals.
"""

import argparse
import json
import resource
import sys
import time
from collections.abc import Callable
from fractions import Fraction
from functools import partial
from statistics import median
from typing import Any

import numpy as np
import region_networks as networks

import exactnet as en
from exactnet.geometry.box import Box
from exactnet.regions import parts
from exactnet.regions.blas import one_thread
from exactnet.regions.counting import count_regions
from exactnet.regions.engine import Engine, OverflowsError
from exactnet.regions.patch import Patch
from exactnet.regions.reference import enumerate_cells
from exactnet.regions.setting import Setting

Clock = Callable[[], float]
SHORT = 0.05  # seconds that are measured at least
BLOCK = 1024  # vertices that are evaluated at once


def exact_network(name: str) -> tuple[en.ReluNetwork, Box]:
    """The network of a name, exactly, and its box."""
    kind, sizes, _ = networks.parse(name)
    if kind in networks.FRACTALS:
        ifs = en.gallery.get(kind)
        return en.compile_ifs(ifs, sizes[0]), ifs.base
    layers = [
        ([[Fraction(float(v)) for v in row] for row in weight], [Fraction(float(v)) for v in bias])
        for weight, bias in networks.arrays(name)
    ]
    net = en.ReluNetwork.of(layers)
    return net, Box.cube(net.inputs)


def count_cells(engine: Engine) -> int:
    """The kernel alone, in the arithmetic that is known to do, in pieces as ``count_regions``."""
    return sum(p.cells for p in engine.patches(engine.start(), parts.cells_at_once(engine)))


def prepare(net: en.ReluNetwork, box: Box) -> tuple[Engine, int]:
    """An engine in the first arithmetic that does, after its first run, and the count."""
    for exact in (True, False):
        engine = Engine(net, Setting.of(net, box).domain, exact)
        try:
            return engine, count_cells(engine)
        except OverflowsError:
            continue
    raise AssertionError("the float filter overflowed")


def timed(
    action: Callable[[], object], repeats: int, budget: float, clock: Clock = time.process_time
) -> float:
    """The median of ``repeats`` runs: fewer beyond ``budget`` seconds, more up to 0.05 s."""
    times: list[float] = []
    while not times or (len(times) < repeats and sum(times) < budget) or sum(times) < SHORT:
        began = clock()
        kept = action()
        times.append(clock() - began)
        del kept
    return median(times)


def peak_mib() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def points(patch: Patch) -> Any:
    """The vertices as a (V, d) array of doubles."""
    homogeneous = patch.values[:, -patch.dim - 1 :].astype(np.float64)
    return np.ascontiguousarray(homogeneous[:, 1:] / homogeneous[:, :1])


def forward(net: en.ReluNetwork) -> Callable[[Any], None]:
    """One float64 evaluation of all layers at all points: products, shifts, activations."""
    layers = [
        (
            np.array(layer.weight, dtype=np.float64).T.copy(),
            np.array(layer.bias, dtype=np.float64),
            np.array(layer.slopes, dtype=np.float64),
        )
        for layer in net.layers
    ]

    def evaluate(x: Any) -> None:
        for weight, bias, slopes in layers:
            x = x @ weight
            x += bias
            if not slopes.any():
                np.maximum(x, 0, out=x)
            elif not (slopes == 1).all():
                x = np.where(x < 0, slopes * x, x)

    return evaluate


def floor(net: en.ReluNetwork, vertices: Any, repeats: int) -> float:
    """Seconds of the forward evaluation, in one go or block by block, whichever is quicker."""
    evaluate = forward(net)

    def blocks() -> None:
        for first in range(0, len(vertices), BLOCK):
            evaluate(vertices[first : first + BLOCK])

    evaluate(vertices[:BLOCK])
    whole = timed(lambda: evaluate(vertices), repeats, 1.0) if vertices.size < 10**7 else np.inf
    return min(whole, timed(blocks, repeats, 1.0))


def prepare_seconds(name: str, repeats: int) -> float:
    """The time from a network to an engine; its plan is kept with the network object."""
    times = []
    for _ in range(repeats):
        net, box = exact_network(name)
        domain = Setting.of(net, box).domain
        began = time.process_time()
        Engine(net, domain, False)
        times.append(time.process_time() - began)
    return median(times)


def measure(name: str, repeats: int, budget: float) -> dict[str, Any]:
    """Preparation, count, whole complex, and the forward evaluation of its vertices."""
    net, box = exact_network(name)
    prepare(*exact_network(f"torch:{net.inputs}-4-4"))  # compiled, or loaded from the cache
    prepare(*exact_network(f"ternary:{net.inputs}-4-4"))
    record: dict[str, Any] = {"base_mib": peak_mib()}
    engine, cells = prepare(net, box)
    record |= {"cells": cells, "integers": engine.exact}
    record["prepare"] = prepare_seconds(name, repeats)
    record["count"] = timed(lambda: count_regions(net, box, workers=1), repeats, budget)
    record["agrees"] = count_regions(net, box, workers=1) == cells
    record["count_mib"] = peak_mib()
    record["engine"] = timed(lambda: count_cells(engine), repeats, budget)
    record["complex"] = timed(lambda: engine.whole(engine.start()), repeats, budget)
    whole = engine.whole(engine.start())
    record["vertices"] = len(whole.vhist)
    record["agrees"] &= whole.cells == cells
    record["complex_mib"] = peak_mib()
    record["blas"] = floor(net, points(whole), repeats)
    return record


def count(name: str) -> dict[str, Any]:
    """Our number of cells."""
    engine, cells = prepare(*exact_network(name))
    return {"cells": cells, "integers": engine.exact}


def reference(name: str) -> dict[str, Any]:
    """The number of cells by the plain exact enumerator."""
    began = time.perf_counter()
    cells = sum(1 for _ in enumerate_cells(*exact_network(name)))
    return {"cells": cells, "seconds": time.perf_counter() - began}


def start(name: str) -> dict[str, Any]:
    """The first count in a process: compiled now, or loaded from the cache."""
    net, box = exact_network(name)
    began = time.perf_counter()
    cells = count_regions(net, box, workers=1)
    return {"cells": cells, "first": time.perf_counter() - began}


def workers(name: str, repeats: int, budget: float) -> dict[str, Any]:
    """``count_regions`` on one core and on two; how long one core divides, and all CPU seconds."""
    net, box = exact_network(name)
    record: dict[str, Any] = {"cells": count_regions(net, box, workers=1)}
    engine, _ = prepare(net, box)
    with one_thread():
        record["divide"] = timed(partial(parts.divide, engine), repeats, budget, time.perf_counter)
    record["agrees"] = record["cells"] == count_regions(net, box, workers=2)
    for number in (1, 2):
        count = partial(count_regions, net, box, workers=number)
        record[f"workers {number}"] = timed(count, repeats, budget, time.perf_counter)
        record[f"CPU {number}"] = timed(count, repeats, budget)
    record["peak_mib"] = peak_mib()
    return record


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="our own measurements on one network")
    parser.add_argument("name")
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--budget", type=float, default=4.0)
    for mode in ("count", "reference", "start", "workers"):
        parser.add_argument(f"--{mode}", dest="mode", action="store_const", const=mode)
    options = parser.parse_args(arguments)
    plain = {"count": count, "reference": reference, "start": start}
    if options.mode in plain:
        record = plain[options.mode](options.name)
    else:
        action = workers if options.mode == "workers" else measure
        record = action(options.name, options.repeats, options.budget)
    print(json.dumps(record), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
