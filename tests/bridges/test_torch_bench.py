"""The benches of the PyTorch bridge run, and their labels are those of the library."""

import importlib.util
import subprocess
import sys
from fractions import Fraction
from pathlib import Path
from types import ModuleType

import pytest

import exactnet as en

BENCH = Path(__file__).parents[2] / "bench"


def load(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, BENCH / f"{name}.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


def test_a_fresh_process_with_torch_alone_classifies_exported_points() -> None:
    command = [sys.executable, str(BENCH / "exported.py"), "--small", "--points", "4000"]
    run = subprocess.run(command, capture_output=True, text=True, check=True)
    assert run.stdout.count("torch alone: 0 of 4000 points misclassified") == 2
    assert run.stdout.count("the file: proved by") == 2


@pytest.mark.parametrize(
    ("name", "depth", "margin"), [("cantor-dust", 3, None), ("rotated-dust", 2, "1/4")]
)
def test_the_labels_of_the_bench_are_the_librarys(
    name: str, depth: int, margin: str | None
) -> None:
    bench = load("exported")
    labelling = en.Labelling.of(en.gallery.get(name), depth, margin)
    points, found = bench.sample(labelling, 16, 400)
    assert sorted(set(found)) == [-1, 1]
    for point, label in zip(points, found, strict=True):
        assert labelling.label([Fraction(int(v), 2**16) for v in point]) == label


def test_torch_gives_the_exact_values_on_the_grid(capsys: pytest.CaptureFixture[str]) -> None:
    assert load("torch_speed").main(["--quick"]) == 0
    printed = capsys.readouterr().out
    assert "torch cpu float32" in printed
    assert "All values equal." in printed
