"""``exactnet sample``, ``train`` and ``experiment``."""

import csv
import json
import sys
from fractions import Fraction as F
from pathlib import Path

import numpy as np
import pytest
from runner import Capture, run

import exactnet as en
from exactnet.fractals import curves
from exactnet.learning.margins import shortened

TRAIN = (
    "train", "cantor", "--depth", "2", "--layers", "2", "--width", "8", "--steps", "40",
    "--training-examples", "500", "--test-examples", "200",
)  # fmt: skip
TINY = ("--steps", "4", "--seeds", "2", "--training-examples", "200", "--test-examples", "50")


def test_samples_are_those_of_the_distribution(tmp_path: Path, capsys: Capture) -> None:
    common = ("sample", "cantor-dust", "--depth", "3", "--curve", "weights:1,2,3", "--count", "300")
    arrays, text = tmp_path / "s.npz", tmp_path / "s.csv"
    status, out, err = run(capsys, *common, "--seed", "7", "-o", str(arrays), "--json")
    assert (status, err) == (0, "")
    assert run(capsys, *common, "--seed", "7", "-o", str(text))[0] == 0
    dist = en.FractalDistribution(en.gallery.cantor_dust(), 3, curves.weights([1, 2, 3]))
    x, y = dist.sample(300, seed=7)
    with np.load(arrays) as loaded:
        assert np.array_equal(loaded["x"], x)
        assert np.array_equal(loaded["y"], y)
    lines = list(csv.reader(text.read_text().splitlines()))
    assert lines[0] == ["x1", "x2", "y"]
    assert [[float(v) for v in line] for line in lines[1:]] == np.column_stack([x, y]).tolist()
    found = json.loads(out)
    assert (found["count"], found["positives"]) == (300, int((y == 1).sum()))


@pytest.mark.parametrize("ending", ["json", "pt", "safetensors", "npz"])
def test_a_trained_network_is_exported_exactly(
    ending: str, tmp_path: Path, capsys: Capture
) -> None:
    path = tmp_path / f"model.{ending}"
    status, out, err = run(capsys, *TRAIN, "-o", str(path), "--json")
    found = json.loads(out)
    assert (status, err) == (0, "")
    net = en.load_network(path)
    dist = en.FractalDistribution(en.gallery.cantor(), 2, curves.uniform(2))
    assert F(found["exact_loss"]) == round(en.exact_loss(net, dist), 12)
    assert (net.depth, net.width) == (2, 8)
    x, y = dist.sample(4000, seed=3)
    answers = [net([F(v) for v in point])[0] >= 0 for point in x.tolist()]
    margin = en.exact_margin(net, dist)
    assert found["margin"] == shortened(margin.value)
    points = [[F(v) for v in point] for point in x[:300].tolist()]
    seen = [int(label) * net(p)[0] for p, label in zip(points, y[:300].tolist(), strict=True)]
    assert margin.value <= min(seen)
    wrong = sum(answers != (y > 0))
    assert abs(wrong / 4000 - float(F(found["exact_loss"]))) < 0.04


def test_training_is_the_same_again_and_on_from_its_checkpoint(
    tmp_path: Path, capsys: Capture
) -> None:
    first, second = tmp_path / "a.json", tmp_path / "b.json"
    assert run(capsys, *TRAIN, "-o", str(first))[0] == 0
    assert run(capsys, *TRAIN, "--resume", str(tmp_path / "state.npz"), "-o", str(second))[0] == 0
    assert first.read_text() == second.read_text()


def test_an_experiment_runs_and_says_what_it_found(tmp_path: Path, capsys: Capture) -> None:
    folder = tmp_path / "out"
    common = ("experiment", "growing", "--small", *TINY, "-o", str(folder))
    status, out, err = run(capsys, *common, "--workers", "1", "--json")
    found = json.loads(out)
    assert (status, err) == (0, "")
    assert all(Path(picture).stat().st_size > 5_000 for picture in found["figures"])
    assert len(found["figures"]) == 4
    assert {"statement", "holds", "difference", "interval", "seeds"} == set(found["trends"][0])
    status, out, _ = run(capsys, *common, "--check")
    assert "trends: mean differences over seeds with 95 % intervals" in out
    assert status in (0, 1)
    status, _, err = run(capsys, *common)
    assert status == 2
    assert "expected no results yet, got some. Go on with --resume" in err


def test_without_the_cluster_package_the_error_says_what_to_install(
    tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    command = ("experiment", "grid", "--scheduler", "tcp://127.0.0.1:1", "-o", str(tmp_path / "o"))
    status, out, err = run(capsys, *command)
    assert (status, out) == (2, "")
    assert "got an installation without it. pip install 'exactnet[cluster]'." in err
    assert not (tmp_path / "o").exists()


@pytest.mark.parametrize("limited", [False, True])
def test_the_margin_is_printed_or_said_to_be_unknown(
    limited: bool, tmp_path: Path, capsys: Capture
) -> None:
    extra = ("--time-limit", "1e-9") if limited else ()
    status, out, err = run(capsys, *TRAIN, *extra, "-o", str(tmp_path / "m.json"))
    assert (status, err) == (3 if limited else 0, "")
    assert ("margin: unknown, the time limit of 1e-09 s" in out) is limited
    assert ("margin, the least y f(x): " in out) is not limited


def test_experiments_are_listed_with_their_plans(tmp_path: Path, capsys: Capture) -> None:
    status, out, _ = run(capsys, "experiment")
    assert status == 0
    names = [line.split()[0] for line in out.splitlines()[1:]]
    assert names[:3] == ["curves", "grid", "fractals"]
    status, out, _ = run(capsys, "experiment", "curves", "--print-plan")
    plan = json.loads(out)
    training = plan["cells"][0]["training"]
    assert (training["steps"], training["rate"], training["batch"]) == (1_000_000, "1/200", 100)
    assert (training["loss"], training["optimiser"], training["bias"]) == ("hinge", "adam", "1/10")
    file = tmp_path / "plan.json"
    file.write_text(out)
    assert run(capsys, "experiment", "curves", "--plan", str(file), "--print-plan")[1] == out


def test_the_cost_of_an_experiment_is_measured(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    from exactnet.learning import cost

    monkeypatch.setattr(cost, "MEASURED_SECONDS", 0.01)
    status, out, _ = run(capsys, "experiment", "curves", "--small", "--cost", "--json")
    found = json.loads(out)
    assert status == 0
    assert len(found["cells"]) == 6
    total = sum(cell["seconds"] for cell in found["cells"])
    assert found["seconds"] == pytest.approx(total)
    for cell in found["cells"]:
        assert cell["run"] * cell["steps_per_second"] > 12_000


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ("experiment", "grid", "--scheduler", "tcp://x:1", "--workers", "2"),
            "--scheduler: expected no --workers, got both",
        ),
        (
            ("experiment", "grid", "--scheduler", "127.0.0.1:1"),
            "--scheduler: expected the address of a running Dask scheduler",
        ),
        (("experiment", "curve"), "experiment: expected one of curves, grid"),
        (("experiment", "curves", "--seeds", "0"), "--seeds: expected 1..1000, got 0"),
        (("experiment", "curves", "--rate", "fast"), "--rate: expected a rational"),
        (("experiment", "curves", "--small", "--check", "-o", "no-such"), "expected a result file"),
        ((*TRAIN, "-o", "x.txt"), "--output: expected .json, .pt"),
        ((*TRAIN, "-o", "x.json", "--curve", "talk-1"), "curve talk-1: expected depth 5, got 2"),
        ((*TRAIN, "-o", "x.json", "--seed", "-1"), "--seed: expected an integer from 0"),
        ((*TRAIN, "-o", "x.json", "--bias", "nan"), "--bias: expected a rational"),
        (
            (*TRAIN, "-o", "x.json", "--rate", "1e30", "--optimiser", "sgd"),
            "expected finite losses, got an infinite one or NaN",
        ),
        (("sample", "cantor", "--depth", "2", "--count", "5", "-o", "x.txt"), "expected a .npz or"),
        (("sample", "cantor", "--depth", "2", "--count", "0", "-o", "x.npz"), "--count: expected"),
        (
            ("sample", "cantor", "--depth", "2", "--count", "5", "-o", "/no/such/x.npz"),
            "--output: expected a file in a folder that exists",
        ),
    ],
)
def test_bad_input_is_one_line(
    arguments: tuple[str, ...], message: str, capsys: Capture, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    status, out, err = run(capsys, *arguments)
    assert (status, out) == (2, "")
    assert message in err
    assert err.count("\n") == 1
    assert list(tmp_path.iterdir()) == []
