"""Convolutional networks on images: training, exact answers, the experiment, kill and resume."""

import hashlib
import json
import runpy
import signal
import subprocess
import sys
import time
from dataclasses import replace
from fractions import Fraction as F
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from cifar_for_tests import binary_members, images, write

from exactnet.cli.main import main
from exactnet.errors import ExactnetError, InputError
from exactnet.learning import archives, cost, exact_images, image_logits
from exactnet.learning.architectures import Arrays, initial_parameters
from exactnet.learning.convolutional import Convolutional
from exactnet.learning.exact_images import Answer, answers, decided, image_rows, surely
from exactnet.learning.execution import CHECKPOINTS, RESULTS, run_plan
from exactnet.learning.experiments.base import labels
from exactnet.learning.experiments.registry import EXPERIMENTS
from exactnet.learning.image_logits import enclosed, integer_logits
from exactnet.learning.images import ImageSource, digits
from exactnet.learning.plans import Analysis, Cell, Plan
from exactnet.learning.published import CHANNELS, CIFAR10
from exactnet.learning.results import Results
from exactnet.learning.settings import Training
from exactnet.learning.shared import SharedBatches
from exactnet.learning.sources import INITIAL, ORDER, TEST, TRAIN, stream
from exactnet.learning.stack import Stack
from exactnet.learning.store import Store
from exactnet.learning.training import Job, Trained, train
from exactnet.limits import Limits

HERE = Path(__file__).parent
DIGITS = ImageSource()
ONE = (1, 8, 8)
LAYOUTS = [
    Convolutional(ONE, (3, 4), 10),
    Convolutional(ONE, (3,), 10, "valid"),
    Convolutional(ONE, (3, 2), 10, stride=2),
    Convolutional(ONE, (3, 4), 10, pooled=2),
    Convolutional((2, 7, 6), (3, 4), 5, pooled=1, kernel=3),
]


def settings(**changes: Any) -> Training:
    found = {
        "steps": 12, "loss": "cross-entropy", "batch": 20, "training_examples": 110,
        "test_examples": 50, "evaluate_every": 4, "rate": F(1, 100),
    }  # fmt: skip
    return Training(**(found | changes))


def parameters(architecture: Convolutional, seed: int = 0, **changes: Any) -> Arrays:
    return initial_parameters(architecture, settings(**changes), stream(INITIAL, seed))


def run(job: Job) -> tuple[Trained, ...]:
    return train(job, [parameters(job.architecture, s, dtype=job.training.dtype)  # type: ignore[arg-type]
                       for s in job.seeds])  # fmt: skip


@pytest.mark.parametrize("architecture", LAYOUTS)
def test_a_stack_gives_what_torchs_own_layers_give(architecture: Convolutional) -> None:
    arrays = [parameters(architecture, seed) for seed in range(3)]
    x = torch.randn(3, 6, *architecture.image)
    stacked = {k: torch.from_numpy(np.stack([a[k] for a in arrays])) for k in arrays[0]}
    found = architecture.forward(stacked, x)
    for k, one in enumerate(arrays):
        assert torch.allclose(found[k], architecture.module(one)(x[k]), atol=1e-5)
    maps = [tuple(h.shape[1:]) for h in _hidden(architecture, arrays[0], x[0])]
    assert tuple(maps) == architecture.maps


def _hidden(architecture: Convolutional, arrays: Arrays, x: torch.Tensor) -> list[torch.Tensor]:
    """What is behind every ReLU, or its pool."""
    found, layers = [], list(architecture.module(arrays))
    for k, layer in enumerate(layers):
        x = layer(x)
        last = isinstance(layer, torch.nn.ReLU) and not isinstance(
            layers[k + 1], torch.nn.MaxPool2d
        )
        if last or isinstance(layer, torch.nn.MaxPool2d):
            found.append(x)
    return found


@pytest.mark.parametrize("short", [False, True])
def test_training_is_that_of_torchs_own_layers_and_optimiser(short: bool) -> None:
    training = settings(dtype="float64", short_batches=short, optimiser="sgd")
    architecture = LAYOUTS[0]
    job = Job(architecture, DIGITS, training, (4, 9))
    for result in run(job):
        net = architecture.module(parameters(architecture, result.seed, dtype="float64"))
        net.requires_grad_()
        optimiser = torch.optim.SGD(net.parameters(), lr=0.01)
        x, y = (torch.from_numpy(v) for v in DIGITS.examples(TRAIN, 0, 0, 110))
        epoch = 6 if short else 5
        for step in range(12):
            order = stream(ORDER, result.seed, step // epoch).permutation(110)
            chosen = order[step % epoch * 20 : step % epoch * 20 + 20]
            assert len(chosen) == (10 if short and step % epoch == 5 else 20)
            loss = torch.nn.functional.cross_entropy(net(x[chosen].double()), y[chosen].long())
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
        ours = architecture.module(result.parameters).state_dict()
        for name, value in net.state_dict().items():
            assert torch.allclose(ours[name], value, rtol=1e-9, atol=1e-11)


@pytest.mark.parametrize("architecture", LAYOUTS[:4])
def test_a_seed_does_not_depend_on_the_seeds_beside_it(architecture: Convolutional) -> None:
    together = run(Job(architecture, DIGITS, settings(), (0, 1, 2)))
    for seeds in ((1,), (2, 0)):
        for result in run(Job(architecture, DIGITS, settings(), seeds)):
            other = together[result.seed]
            assert result.evaluations == other.evaluations
            assert all(np.array_equal(v, other.parameters[k]) for k, v in result.parameters.items())


def test_batches_are_the_images_in_the_seeds_own_order() -> None:
    job = Job(LAYOUTS[0], DIGITS, settings(short_batches=True), (3, 5))
    batches = SharedBatches(
        job, Stack(LAYOUTS[0], job.training, [parameters(LAYOUTS[0])] * 2), DIGITS
    )
    x, y = DIGITS.examples(TRAIN, 0, 0, 110)
    for step in (0, 5, 6, 11):
        found, classes = batches.at(step)
        for k, seed in enumerate(job.seeds):
            order = stream(ORDER, seed, step // 6).permutation(110)
            part = order[step % 6 * 20 : step % 6 * 20 + 20]
            assert np.array_equal(found[k].numpy(), x[part])
            assert np.array_equal(classes[k].numpy(), y[part])
    assert np.array_equal(batches.test[0][1].numpy(), DIGITS.examples(TEST, 0, 0, 50)[0])


def test_the_digits_are_those_that_ship() -> None:
    found = digits()
    assert (len(found.train.labels), len(found.test.labels)) == (1438, 359)
    assert (found.train.pixels.min(), found.train.pixels.max()) == (0, 16)
    assert set(found.test.labels.tolist()) == set(range(10))
    x, _ = DIGITS.examples(TEST, 0, 0, 7)
    exact = [F(int(p) - 8, 8) for p in found.test.pixels[:7].reshape(-1)]
    assert [F(float(v)) for v in x.reshape(-1)] == exact


@pytest.mark.parametrize("architecture", LAYOUTS)
def test_integers_floats_and_the_exact_network_agree(architecture: Convolutional) -> None:
    arrays = parameters(architecture, 3)
    net = architecture.network(arrays)
    rng = np.random.default_rng(5)
    pixels = rng.integers(0, 17, (4, *architecture.image)) - 8
    logits, error, _ = enclosed(architecture, arrays, pixels / 8)
    for k, image in enumerate(pixels):
        exact = net([F(int(v), 8) for v in image.reshape(-1)])
        whole = integer_logits(architecture, arrays, image, 8)
        assert len({F(i) / v for i, v in zip(whole, exact, strict=True)}) == 1
        for value, bound, true in zip(logits[k], error[k], exact, strict=True):
            assert abs(F(float(value)) - true) <= F(float(bound))
            assert float(bound) < 1e-9


def test_errors_enclosed_cover_what_rounding_does_to_large_numbers() -> None:
    architecture = Convolutional((1, 3, 3), (40,), 3, kernel=3)
    rng = np.random.default_rng(6)
    big = {n: rng.normal(size=s) * 10.0 ** rng.integers(-9, 9, s)
           for n, s in architecture.shapes.items()}  # fmt: skip
    pixels = rng.integers(-128, 128, (5, 1, 3, 3))
    logits, error, _ = enclosed(architecture, big, pixels / 128)
    scale = None
    net = architecture.network(big)
    for k, image in enumerate(pixels):
        exact = net([F(int(v), 128) for v in image.reshape(-1)])
        gaps = [abs(F(float(v)) - t) for v, t in zip(logits[k], exact, strict=True)]
        assert all(gap <= F(float(e)) for gap, e in zip(gaps, error[k], strict=True))
        scale = max(gaps) if scale is None else max(scale, *gaps)
    assert scale is not None and scale > 0  # there was something to cover


@pytest.mark.parametrize("architecture", [LAYOUTS[0], LAYOUTS[3]])
def test_answers_are_the_exact_networks(
    architecture: Convolutional, monkeypatch: pytest.MonkeyPatch
) -> None:
    arrays = parameters(architecture, 1)
    net = architecture.network(arrays)
    found = answers(architecture, arrays, DIGITS, 25, Limits())
    pictures = DIGITS.images(TEST, 25)
    for k, answer in enumerate(found.answers):
        exact = net([F(int(v) - 8, 8) for v in pictures.pixels[k].reshape(-1)])
        assert answer == decided(list(map(int, _scaled(exact))), int(pictures.labels[k]))
    assert (found.open, found.in_integers) == (0, 0)
    monkeypatch.setattr(image_logits, "TINY", 1e9)  # nothing is sure any more
    again = answers(architecture, arrays, DIGITS, 25, Limits())
    assert again.answers == found.answers
    assert (again.open, again.in_integers, again.patterns) == (0, 25, set())
    monkeypatch.setattr(exact_images, "MAX_PRODUCTS", 0)
    rows = image_rows(architecture, arrays, DIGITS, 25, Limits())
    assert rows["exact"] == "25 of 25 undecided"
    assert rows["exact_errors_at_least"] == 0


def _scaled(values: tuple[F, ...]) -> list[F]:
    scale = 1
    for value in values:
        scale = max(scale, value.denominator)
    return [value * scale for value in values]


def test_time_that_runs_out_leaves_images_open() -> None:
    rows = image_rows(LAYOUTS[0], parameters(LAYOUTS[0]), DIGITS, 25, Limits(seconds=1e-9))
    assert rows["exact"] == "25 of 25 undecided"
    assert "exact_errors" not in rows


def test_equal_logits_are_wrong_and_close_ones_are_left_to_integers() -> None:
    assert decided([3, 5, 5], 1) == Answer(False, 1)
    assert decided([3, 5, 4], 1) == Answer(True, 1)
    close, bounds = np.array([1.0, 1.0 + 1e-15, 0.0]), np.full(3, 1e-14)
    assert surely(close, bounds, 0) == Answer(None, None)
    assert surely(close, bounds, 2) == Answer(False, None)
    assert surely(close, np.full(3, 1e-17), 1) == Answer(True, 1)
    assert surely(np.array([np.nan, 1.0, 0.0]), bounds, 1).right is None
    assert surely(np.array([np.inf, 1.0, 0.0]), np.array([np.inf, 0, 0]), 0).right is None


def test_patterns_are_those_of_the_exact_network() -> None:
    architecture = Convolutional(ONE, (2,), 10, "valid")
    arrays = parameters(architecture, 2)
    found = answers(architecture, arrays, DIGITS, 60, Limits())
    first = architecture.network(arrays).layers[0]
    seen = set()
    for image in DIGITS.images(TEST, 60).pixels.reshape(60, -1):
        x = [F(int(v) - 8, 8) for v in image]
        rows = zip(first.weight, first.bias, strict=True)
        seen.add(tuple(sum(w * v for w, v in zip(row, x, strict=True)) + b > 0 for row, b in rows))
    assert len(found.patterns) == len(seen) > 1


def plan(steps: int = 12, source: ImageSource = DIGITS) -> Plan:
    """Two architectures, three seeds in two stacks."""
    cells = tuple(
        Cell(
            labels(depth=depth, channels=2), source,
            Convolutional(source.shape, (2,) * depth, 10),
            settings(steps=steps, evaluate_every=max(1, steps // 3), short_batches=True),
        )
        for depth in (1, 2)
    )  # fmt: skip
    return Plan("test", cells, (0, 1, 2), Analysis(losses=2, seconds=20), stack=2)


def rows(folder: Path) -> list[tuple[object, ...]]:
    with Store.open(folder / RESULTS) as store:
        return store.rows()


def test_killed_and_resumed_gives_the_rows_of_an_uninterrupted_run(tmp_path: Path) -> None:
    run_plan(plan(120), tmp_path / "whole", workers=1)
    code = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "from test_images import plan\n"
        "from exactnet.learning import execution, training\n"
        "training.CHECKPOINT_SECONDS = -1.0\n"
        "execution.run_plan(plan(120), sys.argv[2], workers=1)\n"
    )
    folder = tmp_path / "killed"
    process = subprocess.Popen([sys.executable, "-c", code, str(HERE), str(folder)])
    wanted = folder / CHECKPOINTS / "1.npz"
    deadline = time.monotonic() + 120
    while not wanted.exists() and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL
    with Store.open(folder / RESULTS) as store:
        assert store.done() == {0}
    run_plan(plan(120), folder, resume=True, workers=1)
    assert rows(folder) == rows(tmp_path / "whole")


def test_exact_rows_say_what_floats_say_of_a_trained_network(tmp_path: Path) -> None:
    path = run_plan(plan(), tmp_path, workers=1)
    with Results.open(path) as results:
        for index in range(2):
            exact = results.store.values(index, "exact_errors")
            accuracy = results.store.values(index, "accuracy")
            assert set(exact) == {0, 1}
            assert set(accuracy) == {0, 1, 2}
            for seed, count in exact.items():
                assert round((1 - float(str(accuracy[seed]))) * 50) == count
                wrong = str(results.store.values(index, "wrong")[seed]).split()
                assert len(wrong) == count


def archive(folder: Path) -> tuple[Path, str]:
    path = folder / "cifar-10-binary.tar.gz"
    return path, write(path, binary_members(images(60, 20)))


def test_the_experiment_runs_on_an_archive(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, digest = archive(tmp_path)
    given = ["--data", str(path), "--checksum", digest, "--small", "--seeds", "2", "--steps", "2"]
    layout = ["--padding", "valid", "--stride", "4", "--batch", "20", "--workers", "1"]
    where = ["-o", str(tmp_path / "out"), "--json"]
    assert main(["experiment", "cifar10", *given, *layout, *where]) == 2  # 32, 7, 1, none
    assert "maps of a pixel or more" in capsys.readouterr().err
    layout[1] = "same"
    assert main(["experiment", "cifar10", *given, *layout, *where]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["references"] == []
    assert len(found["figures"]) == 3
    [table] = found["tables"]
    assert table["title"] == "errors on 20 test images, exact"
    assert len(table["rows"]) == 9
    assert {row["floats count the same"] for row in table["rows"]} == {"2 of 2"}
    with Results.open(tmp_path / "out" / RESULTS) as results:
        architecture = results.plan.cells[-1].architecture
    assert isinstance(architecture, Convolutional)
    assert (architecture.padding, architecture.stride) == ("same", 4)
    assert architecture.maps[-1] == (8, 1, 1)


def test_published_numbers_stand_beside_official_images_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, digest = archive(tmp_path)
    md5 = hashlib.md5(path.read_bytes()).hexdigest()
    monkeypatch.setattr(archives, "OFFICIAL", (archives.Official(path.name, md5, digest),))
    experiment = EXPERIMENTS["cifar10"]
    assert experiment.on_images is not None
    source = ImageSource(str(tmp_path))
    full = experiment.on_images(False, source, {})
    assert {cell.training.steps for cell in full.cells} == {60_000}
    widths = {cell.architecture.shapes["0.weight"] for cell in full.cells}
    assert widths == {(k, 3, 5, 5) for k in CHANNELS}
    few = tuple(
        replace(cell, architecture=replace(cell.architecture, channels=(2,)),  # type: ignore[type-var]
                training=settings(steps=1, batch=10, training_examples=50))
        for cell in full.cells
    )  # fmt: skip
    plan_ = replace(full, cells=few, seeds=(0, 1), analysis=Analysis())
    with Results.open(run_plan(plan_, tmp_path / "out", workers=1)) as results:
        found = experiment.references(results)
        assert [one.published for one in found] == [v for row in CIFAR10 for v in row]
        assert len(experiment.figures(results, tmp_path)) == 2  # no exact rows, no mistakes
        assert experiment.tables(results) == []
        assert "neither padding" in experiment.remarks(results)[0]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["curves", "--data", "digits"], "--data: expected an experiment on images, got 'curves'"),
        (["fizzbuzz", "--pooled", "1"], "--pooled: expected an experiment on images"),
        (["cifar10", "--padding", "same", "--plan", "x.json"], "--padding: expected no --plan"),
        (["cifar10", "--small", "--pooled", "2"], "pooled layers 0..1, got 2"),
        (["cifar10", "--small", "--stride", "0"], "stride 1..512, got 0"),
        (["cifar10", "--batch", "2000", "--small", "--workers", "1", "-o", "out"],
         "at most the 1438 training examples there are, got 2000"),
    ],
)  # fmt: skip
def test_options_that_mean_nothing_are_refused(
    options: list[str], message: str, capsys: pytest.CaptureFixture[str], tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    assert main(["experiment", *options]) == 2
    assert message in capsys.readouterr().err


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"padding": "full"}, "Convolutional.padding: expected same or valid, got 'full'"),
        ({"image": (8, 8)}, "sides of image 3..3, got 2"),
        ({"channels": ()}, "layers 1..64, got 0"),
        ({"channels": (0,)}, "channels 1..4096, got 0"),
        ({"channels": (2.5,)}, "expected integers"),
        ({"padding": "valid", "channels": (2, 2)}, r"maps of a pixel or more, got"),
        ({"pooled": 3, "channels": (2,) * 4, "image": (1, 4, 4)}, "maps of a pixel or more"),
    ],
)
def test_layouts_without_meaning_are_refused(changes: dict[str, Any], message: str) -> None:
    fields = {"image": ONE, "channels": (2,), "outputs": 10} | changes
    with pytest.raises((InputError, TypeError), match=message):
        Convolutional(**fields)


def test_a_network_too_large_for_a_matrix_is_refused() -> None:
    architecture = Convolutional((3, 32, 32), (8, 8), 10)
    with pytest.raises(InputError, match="matrices of at most 2000000 numbers, got 67108864"):
        architecture.network(parameters(architecture))


def test_without_scikit_learn_the_remedy_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    digits.cache_clear()
    monkeypatch.setitem(sys.modules, "sklearn.datasets", None)
    with pytest.raises(
        ExactnetError, match=r"digits: expected scikit-learn, .*exactnet\[learning\]"
    ):
        digits()


def test_the_bench_of_the_cost_runs(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cost, "MEASURED_SECONDS", 0.01)
    path = Path(__file__).parents[2] / "bench" / "images.py"
    bench = runpy.run_path(str(path))
    assert bench["main"](["--quick"]) == 0
    printed = capsys.readouterr().out
    assert printed.count("| depth=") == 9
    assert "10 seeds of 100 steps" in printed
