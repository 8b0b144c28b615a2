"""Exact losses against sample means, on random networks and distributions.

    python bench/loss.py [--pairs 50] [--samples 1000000] [--seed 0]

Prints a Markdown table, one row a (network, distribution, loss): the exact value, seconds for it,
the sample mean and its distance in standard errors. Exits with 1 when a distance exceeds 4.
"""

import argparse
import sys
import time
from itertools import pairwise

import numpy as np

from exactnet.errors import InputError
from exactnet.fractals import curves, gallery
from exactnet.fractals.distribution import FractalDistribution
from exactnet.networks.network import ReluNetwork
from exactnet.theorems.loss import exact_loss

Layers = list[tuple[np.ndarray, np.ndarray]]
SIZES = {1: [(20, 20, 20), (50,), (10, 10)], 2: [(20,), (10, 10), (8, 8, 8)], 3: [(8,), (5, 5)]}


def forward(layers: Layers, x: np.ndarray) -> np.ndarray:
    for weight, bias in layers[:-1]:
        x = np.maximum(x @ weight.T + bias, 0)
    return (x @ layers[-1][0].T + layers[-1][1])[:, 0]


def random_distribution(rng: np.random.Generator) -> FractalDistribution:
    ifs = gallery.get(str(rng.choice(gallery.names())))
    depth = int(rng.integers(1, {1: 8, 2: 5, 3: 3}[ifs.dim]))
    curve = curves.weights([int(w) for w in rng.integers(0, 4, depth)] + [1])
    margin = "1/8" if rng.random() < 0.3 else None
    negatives = "central" if rng.random() < 0.5 else "shell"
    try:
        return FractalDistribution(ifs, depth + 1, curve, negatives, margin)
    except InputError:  # no central box
        return FractalDistribution(ifs, depth + 1, curve, "shell", margin)


def random_network(rng: np.random.Generator, dist: FractalDistribution) -> Layers:
    d = dist.ifs.dim
    sizes = (d, *SIZES[d][int(rng.integers(len(SIZES[d])))], 1)
    layers = [
        (rng.normal(size=(b, a)) / a**0.5, rng.normal(size=b) / 2) for a, b in pairwise(sizes)
    ]
    values = forward(layers, dist.sample(2000, 1)[0])
    layers[-1] = (3 * layers[-1][0], 3 * (layers[-1][1] - np.median(values)))
    return layers


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="exact losses against sample means")
    parser.add_argument("--pairs", type=int, default=50)
    parser.add_argument("--samples", type=int, default=10**6)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args(arguments)
    rng, worst = np.random.default_rng(options.seed), 0.0
    print("| fractal | n | negatives | widths | loss | exact | seconds | mean | distance |")
    print("|---|---|---|---|---|---|---|---|---|")
    for pair in range(options.pairs):
        dist = random_distribution(rng)
        layers = random_network(rng, dist)
        net = ReluNetwork.from_floats(layers)
        x, y = dist.sample(options.samples, seed=options.seed + pair)
        f = forward(layers, x)
        wrong, hinge = ((f >= 0) != (y > 0)).astype(float), np.maximum(0, 1 - y * f)
        for loss, seen in (("zero-one", wrong), ("hinge", hinge)):
            start = time.perf_counter()
            exact = float(exact_loss(net, dist, loss))
            seconds = time.perf_counter() - start
            distance = (seen.mean() - exact) / (seen.std() / len(y) ** 0.5)
            worst = max(worst, abs(distance))
            widths = "-".join(str(layer.outputs) for layer in net.layers[:-1])
            print(
                f"| {dist.ifs.name} | {dist.depth} | {dist.negatives} | {widths} | {loss} "
                f"| {exact:.6f} | {seconds:.2f} | {seen.mean():.6f} | {distance:+.2f} |",
                flush=True,
            )
    print(f"\nlargest distance: {worst:.2f} standard errors of {2 * options.pairs}")
    return int(worst > 4)


if __name__ == "__main__":
    sys.exit(main())
