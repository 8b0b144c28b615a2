"""Options that the learning commands share: every field of ``Training``, and distributions."""

import argparse
from fractions import Fraction
from typing import TYPE_CHECKING

from exactnet.errors import InputError
from exactnet.exact.rationals import as_rational
from exactnet.fractals.labelling import NEGATIVES
from exactnet.learning.settings import DEVICES, DRAWS, DTYPES, LOSSES, OPTIMISERS

if TYPE_CHECKING:
    from exactnet.fractals.ifs import IFS
    from exactnet.learning.sources import FractalSource

_CHOICES = {
    "loss": LOSSES, "optimiser": OPTIMISERS, "initial": DRAWS, "dtype": DTYPES, "device": DEVICES,
}  # fmt: skip
_COUNTS = {
    "steps": "steps of the optimiser",
    "batch": "examples a step",
    "training_examples": "examples in the training set",
    "test_examples": "examples in the test set",
    "evaluate_every": "steps between evaluations",
}
_NUMBERS = {
    "rate": "learning rate",
    "scale": "standard deviation of the first weights; default 1/sqrt(fan-in)",
    "bias": "first biases",
}


def add_training(command: argparse.ArgumentParser) -> None:
    """An option for every training setting; those not given stay as they are."""
    group = command.add_argument_group("training (default: the talk's settings)")
    for name, known in _CHOICES.items():
        group.add_argument(f"--{name}", choices=known)
    for name, what in _COUNTS.items():
        group.add_argument(f"--{name.replace('_', '-')}", type=int, metavar="N", help=what)
    for name, what in _NUMBERS.items():
        group.add_argument(f"--{name}", metavar="P/Q", help=f"{what}, such as 1/200 or 0.005")
    group.add_argument("--fresh", action="store_true", default=None, help="new examples each step")
    group.add_argument(
        "--short-batches", action="store_true", default=None,
        help="use the last examples of an epoch too, fewer than a batch",
    )  # fmt: skip


def training_changes(options: argparse.Namespace) -> dict[str, object]:
    """The settings that were given."""
    names = (*_CHOICES, *_COUNTS, *_NUMBERS, "fresh", "short_batches")
    given = {name: getattr(options, name) for name in names if getattr(options, name) is not None}
    return {
        name: as_rational(value, f"--{name}") if name in _NUMBERS else value
        for name, value in given.items()
    }


def add_source(command: argparse.ArgumentParser) -> None:
    """A fractal distribution."""
    command.add_argument("ifs", metavar="IFS", help="a gallery name or a JSON file")
    command.add_argument("--depth", type=int, required=True, metavar="N", help="of the fractal")
    command.add_argument(
        "--curve", default="uniform", metavar="CURVE",
        help="coarse, uniform (default), fine, talk-1 .. talk-6, weights:1,2,3 or masses:1/4,1/4",
    )  # fmt: skip
    command.add_argument("--negatives", choices=NEGATIVES, default="shell", help="default: shell")
    command.add_argument("--margin", metavar="P/Q", help="positives in cells shrunk by this")


def source_of(options: argparse.Namespace, ifs: "IFS") -> "FractalSource":
    """The distribution that the options describe."""
    from exactnet.learning.sources import FractalSource

    margin = None if options.margin is None else as_rational(options.margin, "--margin")
    return FractalSource(ifs, options.depth, options.curve, options.negatives, margin)


def check_seed(seed: int) -> int:
    """A seed is an integer >= 0."""
    if not 0 <= seed < 2**64:
        raise InputError.about("--seed", "an integer from 0 to 2^64 - 1", f"{seed}"[:40], "Use 0.")
    return seed


def seconds_text(seconds: float) -> str:
    """A duration for people.

    >>> seconds_text(42.3), seconds_text(4000), seconds_text(400_000)
    ('42 s', '1.1 h', '4.6 d')
    """
    for unit, size in (("d", 86400), ("h", 3600), ("min", 60)):
        if seconds >= 2 * size or (unit == "h" and seconds >= size):
            return f"{Fraction(round(10 * seconds / size), 10).__float__():.1f} {unit}"
    return f"{seconds:.0f} s"
