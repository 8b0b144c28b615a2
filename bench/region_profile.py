"""Where the time of a count goes, in a process of its own, for ``bench/regions.py``.

    python bench/region_profile.py NAME

Prints one line of JSON: the seconds of a count (one core, warm, CPU time, without the profiler),
the share of each stage in it (by ``cProfile``), and how many faces were prepared and made.
"""

import cProfile
import json
import pstats
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import region_case as case

from exactnet.regions.counting import count_regions
from exactnet.regions.kernel import columns as col
from exactnet.regions.work import Work

PROFILED = 0.5  # seconds that are profiled at least
STAGES = {  # functions that do not call each other
    "cut": ("work.py", "cut"),  # the kernel: new vertices, edges, faces
    "lists": ("work.py", "of"),  # room, the masks and frames of all faces, lists by unit
    "pieces": ("engine.py", "pieces"),  # parts taken out of a complex, vertices made more accurate
    "forward": ("engine.py", "_forward"),  # the next layer's values at all vertices
}


@contextmanager
def face_counts() -> Iterator[dict[str, int]]:
    """How many faces are prepared for cutting, and how many cutting adds."""
    counts, of, cut = {"prepared": 0, "made": 0}, Work.of.__func__, Work.cut  # type: ignore[attr-defined]

    def counted_of(cls: type[Work], *arguments: Any) -> Work:
        work: Work = of(cls, *arguments)
        counts["prepared"] += int(work.par[col.FACES])
        return work

    def counted_cut(work: Work) -> int:
        before = int(work.par[col.FACES])
        code = cut(work)
        counts["made"] += int(work.par[col.FACES]) - before
        return code

    Work.of, Work.cut = classmethod(counted_of), counted_cut  # type: ignore[assignment, method-assign]
    try:
        yield counts
    finally:
        Work.of, Work.cut = classmethod(of), cut  # type: ignore[method-assign, assignment]


def stages(profile: cProfile.Profile) -> dict[str, float]:
    """The share of each stage in all the profiled time."""
    found = pstats.Stats(profile)
    total = found.total_tt  # type: ignore[attr-defined]
    shares = dict.fromkeys(STAGES, 0.0)
    for (file, _, name), (_, _, _, seconds, _) in found.stats.items():  # type: ignore[attr-defined]
        for stage, (at, function) in STAGES.items():
            if name == function and file.endswith(f"regions/{at}"):
                shares[stage] += seconds / total
    return shares


def main(name: str) -> int:
    net, box = case.exact_network(name)
    case.prepare(*case.exact_network(f"torch:{net.inputs}-4-4"))
    once = partial(count_regions, net, box, workers=1)
    cells = int(once())
    seconds = case.timed(once, 5, 4.0)
    with face_counts() as counts:
        once()
    profile = cProfile.Profile()
    for _ in range(1 + int(PROFILED / seconds)):
        profile.runcall(once)
    record = {"cells": cells, "count": seconds, "shares": stages(profile), **counts}
    print(json.dumps(record), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
