"""Running the command line in process, and networks for it to read."""

import os
import subprocess
import time
from fractions import Fraction as F
from itertools import pairwise
from pathlib import Path
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


def wait_for_work(process: "subprocess.Popen[str]", seconds: float) -> None:
    """Wait until a process has used so much processor time: it is past its imports, at work.

    Where the system does not tell, the same number of seconds.
    """
    stat = Path(f"/proc/{process.pid}/stat")
    if not stat.exists():
        time.sleep(seconds)
        return
    ticks = seconds * os.sysconf("SC_CLK_TCK")
    while process.poll() is None:
        fields = stat.read_text().rpartition(")")[2].split()
        if int(fields[11]) + int(fields[12]) >= ticks:
            return
        time.sleep(0.05)


def dense(sizes: list[int], seed: int = 0) -> en.ReluNetwork:
    """A network whose weights are the binary values of random floats."""
    random = Random(seed)

    def row(length: int, scale: float) -> list[F]:
        return [F(random.gauss(0, scale)) for _ in range(length)]

    return en.ReluNetwork.of(
        [([row(a, (2 / a) ** 0.5) for _ in range(b)], row(b, 0.3)) for a, b in pairwise(sizes)]
    )
