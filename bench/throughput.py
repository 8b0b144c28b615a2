"""Many seeds at once against one by one: steps a second of all networks together.

    python bench/throughput.py [--quick] [--device cuda]

*one by one* is an ``nn.Sequential`` with ``torch.optim.Adam(fused=True)`` for each seed in turn,
*vmap* ``torch.func`` over the same module, *stack* what ``exactnet.learning`` does. One CPU thread;
medians of three runs, taken in turn. All start from the same weights and batches; the bench stops
if their losses after three steps differ by more than rounding.
"""

import argparse
import statistics
import sys
import time
from collections.abc import Callable
from fractions import Fraction

import torch
from torch.func import functional_call, grad_and_value, vmap

from exactnet.fractals import gallery
from exactnet.learning.architectures import Arrays, Dense, initial_parameters
from exactnet.learning.batches import Batches
from exactnet.learning.losses import hinge
from exactnet.learning.settings import Training
from exactnet.learning.sources import INITIAL, FractalSource, stream
from exactnet.learning.stack import Stack, as_device
from exactnet.learning.training import Job, one_thread

Step = Callable[[torch.Tensor, torch.Tensor], torch.Tensor]
CASES = ((5, 10, 10), (5, 50, 10), (5, 100, 10), (5, 200, 10), (2, 50, 10), (5, 50, 50))


def module(architecture: Dense, start: Arrays, device: torch.device) -> torch.nn.Sequential:
    layers: list[torch.nn.Module] = []
    for k in range(architecture.layers):
        units, inputs = start[f"{2 * k}.weight"].shape
        layers += [torch.nn.Linear(inputs, units), torch.nn.ReLU()]
    net = torch.nn.Sequential(*layers[:-1])
    net.load_state_dict({name: torch.from_numpy(value) for name, value in start.items()})
    return net.to(device)


def alone(job: Job, starts: list[Arrays], device: torch.device) -> Step:
    nets = [module(job.architecture, start, device) for start in starts]
    rate = float(job.training.rate)
    optimisers = [torch.optim.Adam(net.parameters(), lr=rate, fused=True) for net in nets]

    def step(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
        found = []
        for k, (net, optimiser) in enumerate(zip(nets, optimisers, strict=True)):
            loss = torch.relu(1 - y[k] * net(x[k])[:, 0]).mean()
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            found.append(loss.detach())
        return torch.stack(found)

    return step


def mapped(job: Job, starts: list[Arrays], device: torch.device) -> Step:
    net = module(job.architecture, starts[0], device)
    stacked = {
        name: torch.stack([torch.from_numpy(start[name]) for start in starts]).to(device)
        for name in starts[0]
    }
    optimiser = torch.optim.Adam(list(stacked.values()), lr=float(job.training.rate), fused=True)

    def loss(parameters: dict[str, torch.Tensor], x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
        return torch.relu(1 - y * functional_call(net, parameters, (x,))[:, 0]).mean()

    gradient = vmap(grad_and_value(loss))

    def step(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
        found, losses = gradient(stacked, x, y)
        for name, parameter in stacked.items():
            parameter.grad = found[name]
        optimiser.step()
        return losses

    return step


def together(job: Job, starts: list[Arrays], _: torch.device) -> Step:
    stack = Stack(job.architecture, job.training, starts)

    def step(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
        losses = hinge(stack.forward(x), y)
        stack.step(losses)
        return losses.detach()

    return step


def speed(step: Step, batches: Batches, device: torch.device, seconds: float) -> float:
    done, began = 0, time.perf_counter()
    while time.perf_counter() - began < seconds:
        step(*batches.at(done))
        done += 1
    if device.type == "cuda":
        torch.cuda.synchronize()
    return done / (time.perf_counter() - began)


def row(depth: int, width: int, seeds: int, device: torch.device, seconds: float) -> str:
    source = FractalSource(gallery.cantor(2), 5, "talk-1", "central")
    training = Training(
        steps=1000, training_examples=5_000, test_examples=1, rate=Fraction(1, 200),
        device=device.type,
    )  # fmt: skip
    job = Job(Dense(2, (width,) * depth), source, training, tuple(range(seeds)))
    starts = [
        initial_parameters(job.architecture, training, stream(INITIAL, seed)) for seed in job.seeds
    ]
    ways = {name: make(job, starts, device) for name, make in WAYS.items()}
    batches = Batches(job, Stack(job.architecture, training, starts))
    losses = []
    for step in ways.values():
        for k in range(3):
            last = step(*batches.at(k))
        losses.append(last)
    if any(not torch.allclose(losses[0], other, rtol=1e-3, atol=1e-4) for other in losses[1:]):
        raise SystemExit(f"{depth} x {width}: the three ways differ: {losses}")
    rounds = [
        {name: speed(step, batches, device, seconds) for name, step in ways.items()}
        for _ in range(3)
    ]
    rates = {name: seeds * statistics.median(one[name] for one in rounds) for name in ways}
    cells = " | ".join(f"{rates[name]:,.0f}" for name in WAYS)
    return f"| {depth} x {width} | {seeds} | {cells} | {rates['stack'] / rates['one by one']:.1f} |"


WAYS: dict[str, Callable[[Job, list[Arrays], torch.device], Step]] = {
    "one by one": alone, "vmap": mapped, "stack": together,
}  # fmt: skip


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="training many seeds at once")
    parser.add_argument("--quick", action="store_true", help="one small case, briefly")
    parser.add_argument("--device", choices=("cpu", "cuda"), default="cpu")
    options = parser.parse_args(arguments)
    device = as_device(options.device)
    print(f"| layers | seeds | {' | '.join(WAYS)} | stack / one by one |")
    print("|---|---|---|---|---|---|")
    with one_thread():
        for case in CASES[:1] if options.quick else CASES:
            print(row(*case, device, 0.05 if options.quick else 1.5), flush=True)
    name = torch.cuda.get_device_name() if device.type == "cuda" else "one CPU thread"
    print(f"\nSteps a second summed over the networks; batch 100, {name}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
