"""``exactnet train``: one network trained on a fractal distribution, exported exactly."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from exactnet.cli import output
from exactnet.cli.inputs import find_ifs
from exactnet.cli.learning_options import (
    add_source,
    add_training,
    check_seed,
    source_of,
    training_changes,
)
from exactnet.errors import InputError
from exactnet.learning.settings import Training
from exactnet.limits import Limits, from_now

if TYPE_CHECKING:
    from exactnet.learning.training import Trained
    from exactnet.networks.network import ReluNetwork

STEPS = 10_000
ENDINGS = (".json", ".pt", ".pth", ".safetensors", ".npz", ".onnx")


def add_to(sub: "argparse._SubParsersAction[argparse.ArgumentParser]") -> argparse.ArgumentParser:
    """Declare the command."""
    command = sub.add_parser("train", help="train a network on a fractal distribution")
    add_source(command)
    command.add_argument("--layers", type=int, default=3, metavar="t", help="hidden; default: 3")
    command.add_argument("--width", type=int, default=50, metavar="k", help="default: 50")
    command.add_argument("--seed", type=int, default=0, metavar="S", help="default: 0")
    command.add_argument("-o", "--output", required=True, metavar="FILE", help=", ".join(ENDINGS))
    command.add_argument("--resume", metavar="FILE", help="keep the state there; go on from it")
    command.add_argument(
        "--time-limit", type=float, default=300.0, metavar="SECONDS",
        help="for the exact loss, and again for the exact margin",
    )  # fmt: skip
    add_training(command)
    command.set_defaults(run=run)
    return command


def run(options: argparse.Namespace) -> int:
    """Train, export, integrate; status 3 if the exact loss or margin took too long."""
    suffix = Path(options.output).suffix.lower()
    if suffix not in ENDINGS:
        raise InputError.about("--output", ", ".join(ENDINGS), f"'{suffix:.20}'", "Rename it.")
    if not 0 <= options.layers <= 64:
        raise InputError.about("--layers", "0..64", f"{options.layers}"[:20], "Try 3.")
    limits = Limits(seconds=options.time_limit)
    changes = {"steps": STEPS} | training_changes(options)
    steps = int(str(changes["steps"]))
    training = Training(**{"evaluate_every": max(1, steps // 10)} | changes)  # type: ignore[arg-type]
    trained, net = _trained(options, training)
    _save(net, options.output, training.dtype)
    facts = {
        "file": options.output, "steps": training.steps, **_sizes(net, trained),
        **_exact(options, net, limits),
    }  # fmt: skip
    if options.json:
        output.as_json(facts)
    else:
        _print(facts)
    return 0 if {"exact_loss", "margin"} <= set(facts) else output.UNKNOWN


def _sizes(net: "ReluNetwork", trained: "Trained") -> dict[str, object]:
    """The network's sizes and what it does on the test set."""
    last = trained.evaluations[-1]
    return {
        "depth": net.depth,
        "width": net.width,
        "test_accuracy": last.accuracy,
        "test_loss": last.test_loss,
        "evaluations": [[one.step, one.accuracy] for one in trained.evaluations],
    }


def _exact(options: argparse.Namespace, net: "ReluNetwork", limits: Limits) -> dict[str, object]:
    """The rows of the exact loss and of the exact margin."""
    from exactnet.learning.analysis import loss_rows
    from exactnet.learning.margins import margin_rows

    source = source_of(options, find_ifs(options.ifs))
    with output.progress() as progress:
        progress("integrating the loss exactly")
        loss = loss_rows(net, source, from_now(limits))
        progress("looking for the least margin")
        return {**loss, **margin_rows(net, source, from_now(limits))}


def _trained(options: argparse.Namespace, training: Training) -> "tuple[Trained, ReluNetwork]":
    from exactnet.learning.architectures import Dense
    from exactnet.learning.plans import Cell, digest
    from exactnet.learning.records import to_document
    from exactnet.learning.training import Job, train

    source = source_of(options, find_ifs(options.ifs))
    architecture = Dense(source.ifs.dim, (options.width,) * options.layers)
    cell = Cell((), source, architecture, training)
    seed = check_seed(options.seed)
    job = Job(architecture, source, training, (seed,), digest([to_document(cell), seed]))
    with output.progress() as progress:
        [trained] = train(
            job,
            [cell.start.parameters(cell, seed)],
            options.resume,
            lambda done: progress(f"train: {done} of {training.steps} steps"),
        )
    if trained.diverged is not None:
        raise diverged("train", seed, trained.diverged)
    return trained, architecture.network(trained.parameters)


def diverged(what: str, seed: int, step: int) -> InputError:
    """The error of a run whose loss became infinite or no number."""
    return InputError.about(
        f"{what}, seed {seed}", "finite losses", f"an infinite one or NaN by step {step}",
        "Lower --rate; earlier results are kept.",
    )  # fmt: skip


def _save(net: "ReluNetwork", path: str, dtype: str) -> None:
    """Write the network; nothing is rounded, as the weights are numbers of the format."""
    suffix = Path(path).suffix.lower()
    if suffix == ".json":
        net.save(path)
    elif suffix == ".npz":
        from exactnet.bridges.npz import to_npz

        to_npz(net, path, dtype)
    elif suffix == ".onnx":
        from exactnet.bridges.onnx.export import to_onnx

        to_onnx(net, path, dtype)
    else:
        from exactnet.bridges.torch.export import save_torch

        save_torch(net, path, dtype)


def _print(facts: dict[str, object]) -> None:
    output.show(
        f"{facts['file']}: {facts['depth']} hidden layers, width {facts['width']}, "
        f"{facts['steps']} steps"
    )
    output.show(f"  test set: accuracy {facts['test_accuracy']:.4f}, loss {facts['test_loss']:.4f}")
    if "margin" in facts:
        output.show(f"  margin, the least y f(x): {facts['margin']}, at {facts['margin_point']}")
    else:
        output.show(f"  margin: unknown, {facts['margin_unknown']}")
    if "exact_loss" not in facts:
        output.show(f"  exact 0-1 loss: unknown, {facts['exact']}")
        return
    output.show(f"  exact 0-1 loss: {facts['exact_loss']}")
    output.show(f"  nearest K_j: {facts['nearest']} (differs with probability "
                f"{facts['disagreement']})")  # fmt: skip
    for name, value in facts.items():
        if name.startswith("accepted_"):
            output.show(f"  accepts of the negatives of level {name[9:]}: {value}")
    output.show(f"  rejects of the positives: {facts['rejected_positives']}")
