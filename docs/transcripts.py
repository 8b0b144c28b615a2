"""What a new user types for three goals, and what is printed: the page docs/transcripts.md.

``python docs/generate.py --only transcripts`` copies the repository to an empty folder, runs
``make demo`` there as README.md says, and then every command below with that environment. Nothing
is typed by hand but the files and the commands in this module.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
LEFT_OUT = shutil.ignore_patterns(".venv", ".git", "build", "*.egg-info", "__pycache__", ".*_cache")
PROGRESS = re.compile(
    r"^(?:WARNING: Location|\S*python3? -|touch|\S*pip install).*\n", re.MULTILINE
)


@dataclass(frozen=True, slots=True)
class Goal:
    """A title, and steps: a command, or a file as (name, text)."""

    title: str
    steps: tuple[str | tuple[str, str], ...]


FRACTAL = """
import exactnet as en

ifs = en.IFS.of(
    maps=[([["1/5", 0], [0, "1/2"]], [0, 0]), ([["1/2", 0], [0, "1/5"]], ["1/2", "4/5"])],
    base=[(0, 1), (0, 1)],
    name="mine",
)
print(ifs.contact.value, "images at distance", ifs.gap)
net = en.compile_ifs(ifs, depth=4)
print(net.depth, "hidden layers, width", net.width)
print("n = 4:", en.prove(en.realizes(net, ifs, depth=4)).verdict.value)
every = en.prove_all_depths(ifs)
print("every n:", every.verdict.value)
every.certificate.save("mine.cert.json")
net.save("mine.json")
"""
TRAINING = """
import torch
from torch.nn import Linear, ReLU

torch.manual_seed(0)
model = torch.nn.Sequential(Linear(2, 16), ReLU(), Linear(16, 16), ReLU(), Linear(16, 1))
x = torch.rand(1000, 2) * 2 - 1
y = (x[:, :1] * x[:, 1:] > 0).float() * 2 - 1  # two opposite quadrants
adam = torch.optim.Adam(model.parameters(), lr=0.01)
for step in range(500):
    adam.zero_grad()
    torch.relu(1 - y * model(x)).mean().backward()
    adam.step()
torch.save(model.state_dict(), "model.pt")
"""
UNDER_TEST = '''
"""The code under test: drop the hidden units that see no input."""


def without_idle_units(layers):
    (weight, bias), (after, shift) = layers
    live = [k for k, row in enumerate(weight) if any(row)] or [0]
    return [
        ([weight[k] for k in live], [bias[k] for k in live]),
        ([[row[k] for k in live] for row in after], shift),
    ]
'''
REPAIRED = '''
"""The code under test: drop the hidden units that see no input, keep what they add."""


def without_idle_units(layers):
    (weight, bias), (after, shift) = layers
    live = [k for k, row in enumerate(weight) if any(row)] or [0]
    idle = [k for k in range(len(bias)) if k not in live and bias[k] > 0]
    added = [sum(row[k] * bias[k] for k in idle) for row in after]
    return [
        ([weight[k] for k in live], [bias[k] for k in live]),
        ([[row[k] for k in live] for row in after], [a + b for a, b in zip(shift, added)]),
    ]
'''
TESTS = """
import pytest
from hypothesis import given, settings
from smaller import without_idle_units

import exactnet as en
from exactnet.testing import assert_equivalent
from exactnet.testing import strategies as st


@pytest.mark.exactnet
@settings(derandomize=True)  # the same examples each time
@given(st.relu_networks(inputs=2, outputs=1, layers=1, degenerate="zero row"))
def test_idle_units_can_go(net):
    layers = [(layer.weight, layer.bias) for layer in net.layers]
    assert_equivalent(en.ReluNetwork.of(without_idle_units(layers)), net)
"""
GOALS = (
    Goal(
        "Prove a fractal of one's own",
        (
            ("mine.py", FRACTAL),
            "python mine.py",
            "exactnet check mine.cert.json",
            "exactnet regions mine.json --box 0,1 0,1 --plot mine.png",
        ),
    ),
    Goal(
        "Count the regions of a torch model",
        (
            ("train.py", TRAINING),
            "python train.py",
            "exactnet regions model.pt --plot regions.png --certificate regions.cert.json",
            "exactnet check regions.cert.json",
        ),
    ),
    Goal(
        "Add a property test to a suite",
        (
            ("smaller.py", UNDER_TEST),
            ("test_smaller.py", TESTS),
            "pytest -q test_smaller.py",
            ("smaller.py", REPAIRED),
            "pytest -q test_smaller.py",
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class Step:
    """A command, what it printed, and the seconds it took."""

    command: str
    output: str
    seconds: float


def run_command(command: str, folder: Path, programs: Path) -> Step:
    """Run one command in a folder, as at a terminal; ``programs`` comes first on the path."""
    paths = {"PATH": f"{programs}{os.pathsep}{os.environ['PATH']}", "NO_COLOR": "1"}
    variables = {name: value for name, value in os.environ.items() if name != "CI"}
    start = time.monotonic()
    done = subprocess.run(
        command, shell=True, cwd=folder, env=variables | paths, text=True, check=False,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=1800,
    )  # fmt: skip
    home = programs.parent.parent.resolve()
    printed = done.stdout.replace(f"{home}{os.sep}", "").replace(f"{ROOT}{os.sep}", "")
    return Step(command, printed, time.monotonic() - start)


def run_goal(goal: Goal, folder: Path, programs: Path) -> list[Step | tuple[str, str]]:
    """All steps of a goal in a folder."""
    done: list[Step | tuple[str, str]] = []
    for step in goal.steps:
        if isinstance(step, str):
            done.append(run_command(step, folder, programs))
        else:
            (folder / step[0]).write_text(step[1].lstrip("\n"), encoding="utf-8")
            done.append(step)
    return done


def shown(steps: list[Step | tuple[str, str]]) -> str:
    """The steps as Markdown, with the seconds of all commands together."""
    parts = []
    for step in steps:
        if isinstance(step, Step):
            text = f"$ {step.command}\n{step.output}".rstrip()
            parts.append(f"```text\n{text}\n```")
        else:
            parts.append(f'```python title="{step[0]}"\n{step[1].strip()}\n```')
    seconds = sum(step.seconds for step in steps if isinstance(step, Step))
    return "\n\n".join([*parts, f"All commands together: {seconds:.0f} s."])


def main() -> str:
    """The whole page, from a fresh copy of the repository on."""
    with tempfile.TemporaryDirectory() as folder:
        clone, work = Path(folder, "exactnet"), Path(folder, "work")
        shutil.copytree(ROOT, clone, ignore=LEFT_OUT)
        work.mkdir()
        demo = run_command("make demo", clone, Path(sys.base_prefix, "bin"))
        output = PROGRESS.sub("", demo.output)
        parts = ["## The set-up", shown([Step(demo.command, output, demo.seconds)])]
        for goal in GOALS:
            parts += [f"## {goal.title}", shown(run_goal(goal, work, clone / ".venv" / "bin"))]
    return "\n\n".join(parts)
