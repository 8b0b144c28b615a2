"""Share of initialisations with a population gradient that is exactly zero, and what it costs.

    python bench/gradient.py [--initialisations 1000] [--seed 0] [--depths 4 6 8 10 12]
                             [--fractals cantor-reversed cantor] [--samples 100000] [--tables ...]

Networks with 2 hidden layers of 20, truncated normal/sqrt(fan_in) weights, biases 0.1, float32; all
negatives on the finest level n. "cantor-reversed" is on [0, 1], "cantor" on [-1, 1]: the same set
up to an affine map, but not the same inputs for a network. Prints Markdown tables: ``zeros``, with
95 % Clopper-Pearson intervals, beside shares from an earlier simulation, 0, 7, 37, 63 and 83 %;
and ``autograd``, the exact gradients against those of PyTorch on samples. Exits with 1 when a share
lies outside the interval of the simulated one, or a difference is more than samples explain.

Those percentages are the roundings of 0, 2, 11, 19 and 25 out of 30, and 30 is the smallest number
of networks for which such counts exist; their intervals are those of 30 networks.
"""

import argparse
import sys
import time
from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from exactnet.exact.radicals import decimal
from exactnet.fractals import curves, gallery
from exactnet.fractals.distribution import FractalDistribution
from exactnet.networks.network import ReluNetwork
from exactnet.theorems.confidence import clopper_pearson
from exactnet.theorems.gradient import conditional_gradients
from exactnet.theorems.gradients.cells import steepest
from exactnet.theorems.initialisation import initial_network
from exactnet.theorems.trials.trial import Case, Observation, observe

SIMULATED = {4: 0, 6: 2, 8: 11, 10: 19, 12: 25}  # of OF networks
OF = 30
YES = {True: "yes", False: "no"}
WIDTHS = [20, 20]
BOUND = Fraction(5, 2)


def observed(name: str, depths: Sequence[int], options: argparse.Namespace) -> list[Observation]:
    """All initialisations; one computation serves every depth."""
    ifs = gallery.get(name)
    dist = FractalDistribution(ifs, max(depths), curves.fine(max(depths)))
    cases = [Case("fine", curves.fine(n), BOUND) for n in depths]
    return [
        observe(initial_network(WIDTHS, 1, (options.seed, k)), dist, cases, True)
        for k in range(options.initialisations)
    ]


def zeros(options: argparse.Namespace) -> bool:
    """The table of zero gradients; whether some fractal agrees with every simulated share."""
    agreeing = []
    for name in options.fractals:
        start = time.perf_counter()
        seen = observed(name, options.depths, options)
        seconds = time.perf_counter() - start
        good, away = True, []
        print("| fractal | n | exactly 0 | share | 95 % interval | simulated, of 30 | agrees "
              "| of linear ones | with no breakpoint in K_(n-1) | largest entry |")  # fmt: skip
        print("|---|---|---|---|---|---|---|---|---|---|")
        linear = [o for o in seen if o.linear]
        for k, n in enumerate(options.depths):
            zero = sum(o.entries[k].zero for o in seen)
            share = Fraction(zero, len(seen))
            low, high = clopper_pearson(zero, len(seen))
            both = sum(o.entries[k].zero for o in linear)
            clear = sum(o.clear is not None and o.clear < n for o in linear)
            most = max(o.entries[k].largest[0] for o in linear)
            earlier, agrees = simulated(n, share)
            good &= agrees
            away.append(abs(share - Fraction(SIMULATED.get(n, 0), OF)))
            print(
                f"| {name} | {n} | {zero} of {len(seen)} | {decimal(share, 3)} "
                f"| {decimal(low, 3)}..{decimal(high, 3)} | {earlier} | {YES[agrees]} "
                f"| {both} | {clear} | {float(most):.2g} |"
            )
        print(
            f"\n{name}: {len(linear)} of {len(seen)} networks have |f| < 1 on K_0; on average "
            f"{float(sum(away) / len(away)):.3f} from the simulated shares; "
            f"{1000 * seconds / len(seen):.0f} ms a network, all depths together\n"
        )
        agreeing.append(good)
    return any(agreeing)


def simulated(n: int, share: Fraction) -> tuple[str, bool]:
    """The earlier simulation's share and interval, and whether a share lies in it."""
    if n not in SIMULATED:
        return "-", True
    low, high = clopper_pearson(SIMULATED[n], OF)
    words = f"{decimal(Fraction(SIMULATED[n], OF), 2)}, {decimal(low, 2)}..{decimal(high, 2)}"
    return words, low <= share <= high


def sampled(net: ReluNetwork, x: np.ndarray, y: np.ndarray) -> tuple[list[np.ndarray], float]:
    """Hinge gradients of PyTorch on samples, and the seconds of one backward pass."""
    import torch

    parameters = [
        torch.tensor([[float(v) for v in row] for row in rows], dtype=torch.float64)
        for layer in net.layers
        for rows in (layer.weight, [layer.bias])
    ]
    for parameter in parameters:
        parameter.requires_grad_(True)
    start = time.perf_counter()
    values = torch.from_numpy(x)
    for k in range(len(net.layers)):
        values = values @ parameters[2 * k].T + parameters[2 * k + 1]
        if k < net.depth:
            values = values.relu()
    loss = (1 - torch.from_numpy(y.astype(float)) * values[:, 0]).relu().mean()
    loss.backward()
    seconds = time.perf_counter() - start
    return [parameter.grad.numpy() for parameter in parameters], seconds


def autograd(options: argparse.Namespace) -> bool:
    """Exact gradients against sampled ones; whether all are as close as samples can tell."""
    print("| fractal | n | bounds to 2^-80, ms | exact, ms | largest entry | samples "
          "| PyTorch, ms | largest difference | in sup \\|df/dtheta\\|/sqrt(m) |")  # fmt: skip
    print("|---|---|---|---|---|---|---|---|---|")
    fine = True
    for name, n in (("cantor-reversed", 8), ("cantor", 5), ("cantor-dust", 3)):
        ifs = gallery.get(name)
        dist = FractalDistribution(ifs, n, curves.uniform(n))
        for k in range(2):
            net = initial_network(WIDTHS, ifs.dim, (options.seed, k))
            start = time.perf_counter()
            given = conditional_gradients(net, dist)
            given.enclosed(dist.curve)
            bounded = time.perf_counter() - start
            exact = given.under(dist.curve)
            seconds = time.perf_counter() - start
            x, y = dist.sample(options.samples, seed=options.seed + k)
            found, took = sampled(net, x, y)
            flat = np.concatenate([part.ravel() for part in found])
            true = np.array([float(v) for v in exact.entries()])
            difference = float(np.abs(flat - true).max())
            most = float(steepest(given.forward, given.cells))
            noise = difference * options.samples**0.5 / most  # a standard deviation is <= most
            fine &= noise < 5
            print(
                f"| {name} | {n} | {1000 * bounded:.0f} | {1000 * seconds:.0f} "
                f"| {np.abs(true).max():.4f} | {options.samples} | {1000 * took:.0f} "
                f"| {difference:.2e} | {noise:.2f} |"
            )
    return fine


TABLES = {"zeros": zeros, "autograd": autograd}


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="exactly zero gradients")
    parser.add_argument("--initialisations", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--depths", type=int, nargs="+", default=[4, 6, 8, 10, 12])
    parser.add_argument("--fractals", nargs="+", default=["cantor-reversed", "cantor"])
    parser.add_argument("--samples", type=int, default=100_000)
    parser.add_argument("--tables", nargs="+", choices=TABLES, default=list(TABLES))
    options = parser.parse_args(arguments)
    good = True
    for name in options.tables:
        good &= TABLES[name](options)
        print()
    return int(not good)


if __name__ == "__main__":
    sys.exit(main())
