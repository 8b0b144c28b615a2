"""Equivalence: random pairs against the reference enumerator, and its cost beside a region count.

    python bench/equivalence.py [--pairs 500] [--seed 8]

Half of the pairs are rewritten (units permuted, rescaled, split, dead ones and layers added), half
have one weight changed as well. The reference enumerator says of each pair whether both have one
affine function on every cell. Then max(a, min(b, c)) against min(max(a, b), max(a, c)), which no
rewriting shows to be equal, for random a, b, c. Exit status 1 if any verdict is wrong.
"""

import argparse
import random
import sys
import time
from collections import Counter
from itertools import pairwise
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from rewrites import changed, draw, rewritten

import exactnet as en
from exactnet.geometry.box import Box
from exactnet.regions.reference import enumerate_cells

SHAPES = ([1, 32, 32, 1], [2, 16, 16, 1], [2, 24, 24, 1], [3, 10, 10, 1], [4, 6, 6, 1])


def pairs(count: int, seed: int) -> bool:
    """Decide random pairs and print how; whether all verdicts are right."""
    source = random.Random(seed)
    seen: Counter[tuple[str, str]] = Counter()
    wrong, spent = 0, 0.0
    for k in range(count):
        f = draw(source)
        box = None if k % 4 < 2 else Box.cube(f.inputs, source.randint(1, 3))
        kind = "rewritten" if k % 2 == 0 else "changed"
        g = rewritten(f, source)
        g = changed(g, source) if kind == "changed" else g
        result = en.equivalent(f, g, box)
        spent += result.seconds
        wrong += (result.verdict is en.Proved) != _equal(f, g, box)
        seen[kind, f"{result.verdict.value} by {result.route}"] += 1
    for kind in ("rewritten", "changed"):
        shown = ", ".join(f"{n} {how}" for (k, how), n in sorted(seen.items()) if k == kind)
        print(f"{kind}: {shown}")
    print(f"{count} pairs in {spent:.1f} s, wrong verdicts: {wrong}")
    return not wrong


def _equal(f: en.ReluNetwork, g: en.ReluNetwork, box: Box | None) -> bool:
    half = f.outputs
    cells = enumerate_cells(en.algebra.stack([f, g]), box)
    return all(cell.rows[:half] == cell.rows[half:] for cell in cells)


def laws() -> bool:
    """The distributive law for networks of several shapes; whether all are proved."""
    high, low = en.algebra.maximum, en.algebra.minimum
    good = True
    print("\nshape of a, b, c  cells of both  s to count  s to prove")
    for shape in SHAPES:
        a, b, c = (_dense(shape, seed) for seed in (1, 2, 3))
        left, right = high([a, low([b, c])]), low([high([a, b]), high([a, c])])
        box = Box.cube(shape[0])
        began = time.perf_counter()
        cells = en.count_regions(en.algebra.stack([left, right]), box, workers=1)
        counted = time.perf_counter() - began
        result = en.equivalent(left, right, box)
        good = good and result.verdict is en.Proved
        name = "-".join(map(str, shape))
        print(f"{name:<16}  {int(cells):>13}  {counted:>10.2f}  {result.seconds:>10.2f}")
    return good


def _dense(sizes: list[int], seed: int) -> en.ReluNetwork:
    source = random.Random(seed)
    return en.ReluNetwork.from_floats(
        [
            (
                [[source.gauss(0, 1) for _ in range(before)] for _ in range(after)],
                [source.gauss(0, 1) for _ in range(after)],
            )
            for before, after in pairwise(sizes)
        ]
    )


def main(arguments: list[str] | None = None) -> int:
    """Both parts; the exit status."""
    parser = argparse.ArgumentParser(description="equivalence of networks")
    parser.add_argument("--pairs", type=int, default=500)
    parser.add_argument("--seed", type=int, default=8)
    options = parser.parse_args(arguments)
    en.count_regions(_dense([1, 2, 1], 0), [(0, 1)])  # compiled kernels, loaded once
    right = pairs(options.pairs, options.seed)
    return int(not (laws() and right))


if __name__ == "__main__":
    sys.exit(main())
