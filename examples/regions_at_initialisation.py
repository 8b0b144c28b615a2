"""How many regions does a random network have? Exact counts, the estimate N^2/2, and the bounds.

Three ways to spend 24 hidden units on 2 inputs: the upper bounds explode with depth, the counts at
random initialisation do not (Hanin & Rolnick 2019). Weights have variance 2/fan-in, biases
variance 1/64, both rounded to multiples of 1/64: from there on everything is exact.
"""

import random
from fractions import Fraction
from itertools import pairwise

import exactnet as en

SHAPES = ((24,), (12, 12), (6, 6, 6, 6))
SAMPLES, SEED, GRID = 20, 2019, 64
BOX = en.Box.of([(-1, 1), (-1, 1)])


def initialised(widths: tuple[int, ...], rng: random.Random) -> en.ReluNetwork:
    """A random network with one output and dyadic weights."""

    def draw(deviation: float) -> Fraction:
        return Fraction(round(rng.gauss(0, deviation) * GRID), GRID)

    layers = []
    for before, after in pairwise((2, *widths, 1)):
        weight = [[draw((2 / before) ** 0.5) for _ in range(before)] for _ in range(after)]
        layers.append((weight, [draw(1 / 8) for _ in range(after)]))
    return en.ReluNetwork.of(layers)


def main() -> list[dict[str, object]]:
    rng = random.Random(SEED)
    facts: list[dict[str, object]] = []
    for widths in SHAPES:
        counts = [int(en.count_regions(initialised(widths, rng), BOX)) for _ in range(SAMPLES)]
        mean, estimate = Fraction(sum(counts), SAMPLES), en.bounds.hanin_rolnick(2, widths)
        print(f"widths {'-'.join(map(str, widths))}: {SAMPLES} networks on [-1, 1]^2")
        print(f"  regions: {min(counts)} to {max(counts)}, mean {float(mean):.1f}")
        print(f"  expected (hanin_rolnick, T = 1): about {estimate}")
        for kind in ("upper", "lower"):
            rows = [row for row in en.bounds.table(2, widths) if row.kind == kind]
            shown = [f"{row.name} {row.value}" for row in rows if isinstance(row.value, int)]
            print(f"  {kind}: {', '.join(shown)}")
        facts.append({"widths": widths, "counts": counts, "mean": mean, "estimate": estimate})
    return facts


if __name__ == "__main__":
    main()
