"""How far a quantised network is from the one it came from: the exact largest difference on a box.

Weights are rounded to 8-bit integers times a scale, one scale a layer, and to float16. Sampling
shows that they differ by so much somewhere; the largest difference says that it is nowhere more.
"""

import random
from fractions import Fraction
from itertools import pairwise

import exactnet as en
from exactnet.bridges.rounding import at_most

BOX = [(-1, 1), (-1, 1)]


def network(sizes: list[int], seed: int) -> en.ReluNetwork:
    """A network whose weights are the binary values of random floats."""
    rng = random.Random(seed)
    return en.ReluNetwork.from_floats(
        [
            ([[rng.gauss(0, before**-0.5) for _ in range(before)] for _ in range(after)],
             [rng.gauss(0, 0.1) for _ in range(after)])
            for before, after in pairwise(sizes)
        ]
    )  # fmt: skip


def in_8_bits(net: en.ReluNetwork) -> en.ReluNetwork:
    """Every weight and bias as scale * (-127..127), with one rational scale for each layer."""
    layers = []
    for layer in net.layers:
        numbers = [abs(v) for row in (*layer.weight, layer.bias) for v in row]
        scale = max(numbers) / 127
        rows = [[scale * round(w / scale) for w in row] for row in layer.weight]
        layers.append((rows, [scale * round(b / scale) for b in layer.bias]))
    return en.ReluNetwork.of(layers)


def main() -> dict[str, tuple[Fraction, Fraction]]:
    net, rng = network([2, 10, 10, 1], seed=3), random.Random(0)
    samples = [[Fraction(rng.randint(-999, 999), 999) for _ in BOX] for _ in range(1000)]
    versions = {"int8": in_8_bits(net), "float16": en.bridges.round_network(net, "float16").network}
    facts = {}
    for name, small in versions.items():
        sampled = max(abs(net(x)[0] - small(x)[0]) for x in samples)
        largest = en.largest_difference(net, small, BOX)
        print(f"{name}: {float(sampled):.5f} at a sample, {at_most(largest.value)} at most")
        print(f"  taken at ({', '.join(f'{float(v):.4f}' for v in largest.point)})")
        facts[name] = sampled, largest.value
    return facts


if __name__ == "__main__":
    main()
