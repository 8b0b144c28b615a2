"""Running the command line in process, and networks for it to read."""

from fractions import Fraction as F
from itertools import pairwise
from random import Random

import pytest

import exactnet as en
from exactnet.cli.main import main

Capture = pytest.CaptureFixture[str]


def run(capsys: Capture, *arguments: str) -> tuple[int, str, str]:
    """Exit status, standard output and standard error of one command, in process."""
    try:
        status = main(list(arguments))
    except SystemExit as stop:
        status = int(stop.code or 0)
    captured = capsys.readouterr()
    return status, captured.out, captured.err


def dense(sizes: list[int], seed: int = 0) -> en.ReluNetwork:
    """A network whose weights are the binary values of random floats."""
    random = Random(seed)

    def row(length: int, scale: float) -> list[F]:
        return [F(random.gauss(0, scale)) for _ in range(length)]

    return en.ReluNetwork.of(
        [([row(a, (2 / a) ** 0.5) for _ in range(b)], row(b, 0.3)) for a, b in pairwise(sizes)]
    )
