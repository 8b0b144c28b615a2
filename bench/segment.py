"""How fast the exact breakpoints of a network on a line are found.

    python bench/segment.py [--networks 784-100-100-10 784-256-256-10] [--stretch 1 8] [--plain 10]

The weights are random float32 numbers, taken exactly; the points have coordinates k/255, as images
do, and the segment between them is stretched about its midpoint. Prints a Markdown table. The last
columns are for the plain exact tier, the walk in Fractions: its pieces/s over at most ``--plain``
seconds (0 leaves it out), its first layer included, and the ratio of the two rates.
"""

import argparse
import sys
import time
from fractions import Fraction
from itertools import pairwise, takewhile

import numpy as np

import exactnet as en
from exactnet.regions.segment import breakpoints_along
from exactnet.regions.segment_reference import walk_along

Point = list[Fraction]
HEADER = "| network | stretch | pieces | seconds | pieces/s | plain pieces/s | ratio |"


def random_network(sizes: list[int], rng: np.random.Generator) -> en.ReluNetwork:
    """A relu network with float32 weights of variance 2/inputs, exactly."""
    layers = []
    for inputs, outputs in pairwise(sizes):
        weight = (rng.normal(size=(outputs, inputs)) * (2 / inputs) ** 0.5).astype(np.float32)
        bias = (rng.normal(size=outputs) / 10).astype(np.float32)
        layers.append(
            (
                [[Fraction(float(value)) for value in row] for row in weight],
                [Fraction(float(value)) for value in bias],
            )
        )
    return en.ReluNetwork.of(layers)


def segment(inputs: int, stretch: int, rng: np.random.Generator) -> tuple[Point, Point]:
    """Two points with a given factor between them and two images, on one line."""
    a, b = ([Fraction(int(v), 255) for v in rng.integers(0, 256, inputs)] for _ in range(2))
    centre = [(v + w) / 2 for v, w in zip(a, b, strict=True)]
    return tuple(  # type: ignore[return-value]
        [m + stretch * (v - m) for v, m in zip(end, centre, strict=True)] for end in (a, b)
    )


def plain_rate(net: en.ReluNetwork, ends: tuple[Point, Point], limit: float) -> float:
    """Pieces a second of the plain tier, stopped after ``limit`` seconds."""
    began = time.perf_counter()
    within = takewhile(lambda _: time.perf_counter() - began < limit, walk_along(net, *ends))
    count = sum(1 for _ in within) or 1
    return count / (time.perf_counter() - began)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="breakpoints on a line, pieces a second")
    parser.add_argument("--networks", nargs="+", default=["784-100-100-10", "784-256-256-10"])
    parser.add_argument("--stretch", nargs="+", type=int, default=[1, 8])
    parser.add_argument("--plain", type=float, default=10.0)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args(arguments)
    print(f"{HEADER}\n|---|---|---|---|---|---|---|")
    for name in options.networks:
        rng = np.random.default_rng(options.seed)
        sizes = [int(size) for size in name.split("-")]
        net = random_network(sizes, rng)
        for stretch in options.stretch:
            ends = segment(sizes[0], stretch, rng)
            began = time.perf_counter()
            pieces = len(breakpoints_along(net, *ends))
            seconds = time.perf_counter() - began
            row = [name, stretch, pieces, f"{seconds:.3f}", f"{pieces / seconds:.0f}"]
            if options.plain:
                plain = plain_rate(net, ends, options.plain)
                row += [f"{plain:.2f}", f"{pieces / seconds / plain:.0f}"]
            else:
                row += ["-", "-"]
            print(f"| {' | '.join(map(str, row))} |", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
