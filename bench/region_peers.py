"""One peer on one network, for ``bench/regions.py``: NumPy and the peer are all this imports.

    python bench/region_peers.py TOOL NETWORK.npz [NETWORK.npz ...] [--repeats N]

TOOL is regioncam or relucent. Prints one line of JSON a network: the number of cells on
[-1, 1]^d, the median CPU seconds (the first run apart if there are more), the peak memory of the
process so far in MiB, and the error if there was one ("missing" when it is not installed).
"""

import argparse
import json
import logging
import resource
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]
Layers = list[tuple[Array, Array]]
SHORT = 0.05  # seconds that are measured at least
ENOUGH = 1.0  # seconds after which no run is repeated


def read(path: str) -> Layers:
    with np.load(path) as file:
        return [(file[f"W{k}"], file[f"b{k}"]) for k in range(len(file.files) // 2)]


def regioncam(layers: Layers) -> Callable[[], int]:
    """The planar subdivision in float32, layer by layer; two inputs only."""
    import regioncam as tool

    if layers[0][0].shape[1] != 2:
        raise NotImplementedError("two inputs only")
    hidden = [(np.ascontiguousarray(weight.T), bias) for weight, bias in layers[:-1]]

    def count() -> int:
        camera = tool.Regioncam(size=1)
        for weight, bias in hidden:
            camera.linear(weight, bias)
            camera.relu()
        return int(camera.num_faces)

    return count


def relucent(layers: Layers) -> Callable[[], int]:
    """Search from cell to cell with linear programmes; certified at the end, as by default."""
    import relucent as tool
    from relucent.model.model import LinearLayer, ReLULayer, ReLUNetwork

    tool.update_settings(VERBOSE=0)
    logging.disable(logging.WARNING)
    parts: list[Any] = []
    for weight, bias in layers:
        wide = weight.astype(np.float64), bias.astype(np.float64)[None]
        parts += [LinearLayer(*wide), ReLULayer()]
    network = ReLUNetwork(parts[:-1])
    d = layers[0][0].shape[1]
    start = np.linspace(0.0123, 0.0357, d)[None] * np.sqrt(1 + np.arange(d))

    def count() -> int:
        complex_ = tool.Complex(network)
        complex_.bfs(start, cube_radius=1, cube_mode="intersect", nworkers=1)
        return len(complex_)

    return count


def cpu_seconds() -> float:
    """The CPU time of this process and of the workers it has waited for."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in used)


TOOLS = {"regioncam": regioncam, "relucent": relucent}


def measure(tool: str, path: str, repeats: int) -> dict[str, Any]:
    record: dict[str, Any] = {"tool": tool, "count": None, "seconds": None, "error": None}
    try:
        count = TOOLS[tool](read(path))
        times: list[float] = []
        while len(times) <= repeats or sum(times) < SHORT:
            if sum(times) > ENOUGH:
                break
            began = cpu_seconds()
            record["count"] = count()
            times.append(cpu_seconds() - began)
        record["seconds"] = median(times[1:] or times)
    except ImportError as error:
        record["error"] = "missing" if error.name == tool else f"{type(error).__name__}: {error}"
    except BaseException as error:  # a Rust panic is no Exception
        if isinstance(error, KeyboardInterrupt):
            raise
        record["error"] = f"{type(error).__name__}: {error}"
    record["peak_mib"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return record


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="one peer, some networks")
    parser.add_argument("tool", choices=TOOLS)
    parser.add_argument("networks", nargs="+", type=str)
    parser.add_argument("--repeats", type=int, default=5)
    options = parser.parse_args(arguments)
    warnings.simplefilter("ignore")
    for path in options.networks:
        record = {"network": Path(path).stem} | measure(options.tool, path, options.repeats)
        print(json.dumps(record), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
