"""Stacked training against PyTorch's own modules, against itself interrupted, and alone."""

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
import torch
from plans_for_tests import training

from exactnet.errors import FileError, InputError
from exactnet.fractals import gallery
from exactnet.learning import training as module
from exactnet.learning.architectures import Dense, initial_parameters
from exactnet.learning.checkpoints import load_arrays, save_arrays
from exactnet.learning.settings import Training
from exactnet.learning.sources import INITIAL, ORDER, TEST, TRAIN, FractalSource, stream
from exactnet.learning.training import Job, Trained, train

SOURCE = FractalSource(gallery.cantor(2), 2, "uniform")


def run(job: Job, checkpoint: Path | None = None) -> tuple[Trained, ...]:
    starts = [
        initial_parameters(job.architecture, job.training, stream(INITIAL, seed))
        for seed in job.seeds
    ]
    return train(job, starts, checkpoint)


def equal(a: Trained, b: Trained) -> bool:
    same = all(np.array_equal(a.parameters[k], b.parameters[k]) for k in a.parameters)
    return same and a.evaluations == b.evaluations and a.diverged == b.diverged


def by_module(job: Job, seed: int) -> tuple[torch.nn.Sequential, list[float]]:
    """One network by ``nn.Sequential`` and the optimisers' plain implementations; losses a step."""
    settings = job.training
    start = initial_parameters(job.architecture, settings, stream(INITIAL, seed))
    kind = getattr(torch, settings.dtype)
    layers: list[torch.nn.Module] = []
    for k in range(job.architecture.layers):
        weight = torch.from_numpy(start[f"{2 * k}.weight"])
        linear = torch.nn.Linear(*reversed(weight.shape), dtype=kind)
        with torch.no_grad():
            linear.weight.copy_(weight)
            linear.bias.copy_(torch.from_numpy(start[f"{2 * k}.bias"]))
        layers += [linear, torch.nn.ReLU()]
    net = torch.nn.Sequential(*layers[:-1])
    rate = float(settings.rate)
    adam = settings.optimiser == "adam"
    optimiser: torch.optim.Optimizer = (
        torch.optim.Adam(net.parameters(), lr=rate, foreach=False)
        if adam
        else torch.optim.SGD(net.parameters(), lr=rate)
    )
    x, y = job.source.examples(TRAIN, seed, 0, settings.training_examples)
    epoch = settings.training_examples // settings.batch
    found = []
    for step in range(settings.steps):
        order = stream(ORDER, seed, step // epoch).permutation(len(y))
        place = step % epoch
        chosen = order[place * settings.batch : (place + 1) * settings.batch]
        value = net(torch.from_numpy(x[chosen]).to(kind))[:, 0] * torch.from_numpy(y[chosen])
        each = {"hinge": (1 - value).clamp(min=0), "logistic": torch.log1p(torch.exp(-value))}
        loss = each[settings.loss].mean()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        found.append(loss.item())
    return net, found


@pytest.mark.parametrize("loss", ["hinge", "logistic"])
@pytest.mark.parametrize("optimiser", ["adam", "sgd"])
def test_a_stack_does_what_torchs_own_modules_do(loss: str, optimiser: str) -> None:
    settings = training(loss=loss, optimiser=optimiser, dtype="float64", steps=40)
    job = Job(Dense(2, (7, 5)), SOURCE, settings, (3, 8))
    for result, seed in zip(run(job), job.seeds, strict=True):
        net, losses = by_module(job, seed)
        for name, value in net.state_dict().items():
            assert np.allclose(result.parameters[name], value.numpy(), rtol=1e-9, atol=1e-11)
        for one, mean in zip(result.evaluations[1:], np.reshape(losses, (2, 20)), strict=True):
            assert one.training_loss == pytest.approx(mean.mean(), rel=1e-9)
        x, y = SOURCE.examples(TEST, seed, 0, settings.test_examples)
        answers = np.where(net(torch.from_numpy(x))[:, 0].detach().numpy() >= 0, 1, -1)
        assert result.evaluations[-1].accuracy == (answers == y).mean()


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize(
    ("dim", "widths"),
    [(1, (5,)), (1, (1, 3)), (2, (7,)), (2, (10, 10)), (2, (33, 20, 1)), (2, (64,) * 3), (3, (2,))],
)
def test_a_seed_does_not_depend_on_the_seeds_beside_it(
    dim: int, widths: tuple[int, ...], dtype: str
) -> None:
    source = FractalSource(gallery.cantor(dim), 2, "coarse")
    settings = training(dtype=dtype)
    together = run(Job(Dense(dim, widths), source, settings, (0, 1, 2, 3, 4)))
    for seeds in ((2,), (4, 1), (3, 0, 2)):
        for result in run(Job(Dense(dim, widths), source, settings, seeds)):
            assert equal(result, together[result.seed])


@pytest.mark.parametrize("fresh", [True, False])
@pytest.mark.parametrize("optimiser", ["adam", "sgd"])
def test_going_on_from_a_checkpoint_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fresh: bool, optimiser: str
) -> None:
    monkeypatch.setattr(module, "CHECKPOINT_SECONDS", -1.0)
    monkeypatch.setattr(module, "PATIENCE", 1)
    settings = training(fresh=fresh, optimiser=optimiser)
    job = Job(Dense(2, (6, 4)), SOURCE, settings, (0, 5), "d")
    whole = run(job)
    path = tmp_path / "state.npz"
    starts = [initial_parameters(job.architecture, settings, stream(INITIAL, s)) for s in job.seeds]

    def stop(done: int) -> None:
        if done == 31:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        train(job, starts, path, stop)
    assert int(load_arrays(path, "d")["done"]) == 20
    again = train(job, starts, path)
    assert all(equal(a, b) for a, b in zip(whole, again, strict=True))


def test_a_run_that_diverges_leaves_the_others_alone() -> None:
    settings = training()
    architecture = Dense(2, (6, 4))
    seeds = (0, 1, 2)
    starts = [initial_parameters(architecture, settings, stream(INITIAL, s)) for s in seeds]
    alone = train(Job(architecture, SOURCE, settings, seeds), starts)
    bad = {**starts[1], "0.weight": starts[1]["0.weight"] * np.float32(np.inf)}
    mixed = train(Job(architecture, SOURCE, settings, seeds), [starts[0], bad, starts[2]])
    assert (mixed[1].diverged, mixed[1].evaluations) == (0, ())
    assert equal(mixed[0], alone[0]) and equal(mixed[2], alone[2])


def test_a_loss_that_overflows_on_the_way_is_noticed_where_it_is_seen() -> None:
    settings = training(rate=Fraction(10**30), optimiser="sgd")
    [result] = run(Job(Dense(2, (6, 4)), SOURCE, settings, (0,)))
    assert result.diverged == 20
    assert [one.step for one in result.evaluations] == [0]


def test_initial_weights_are_those_of_the_talk() -> None:
    arrays = initial_parameters(Dense(2, (400, 400)), Training(), np.random.default_rng(1))
    middle = arrays["2.weight"] * 20.0
    assert abs(middle).max() <= 2
    # the variance of a normal variable cut at two standard deviations
    assert middle.var() == pytest.approx(0.7737, abs=0.01)
    assert set(arrays["0.bias"].tolist()) == {float(np.float32(0.1))}
    normal = initial_parameters(
        Dense(2, (400, 400)), Training(initial="normal", scale=Fraction(3)),
        np.random.default_rng(1),
    )  # fmt: skip
    assert normal["2.weight"].std() == pytest.approx(3, rel=0.01)
    assert abs(normal["2.weight"]).max() > 6


def test_networks_are_read_exactly() -> None:
    architecture = Dense(2, (5, 4))
    arrays = initial_parameters(architecture, Training(), np.random.default_rng(2))
    net = architecture.network(arrays)
    assert net.layers[1].weight[2][3] == Fraction(float(arrays["2.weight"][2, 3]))
    point = np.array([0.25, -0.5], dtype=np.float64)
    h = point
    for k in range(3):
        h = arrays[f"{2 * k}.weight"].astype(float) @ h + arrays[f"{2 * k}.bias"]
        h = np.maximum(h, 0) if k < 2 else h
    assert float(net([Fraction(1, 4), Fraction(-1, 2)])[0]) == pytest.approx(h[0], rel=1e-12)


def test_a_damaged_or_foreign_checkpoint_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "state.npz"
    save_arrays(path, "one", {"a": np.arange(3000.0)})
    assert load_arrays(path, "one")["a"].sum() == 2999 * 1500
    with pytest.raises(InputError, match="the checkpoint of this run, got one of another"):
        load_arrays(path, "two")
    data = path.read_bytes()
    for damaged in (data[: len(data) // 2], data[:900] + b"x" + data[901:], b"", b"PK"):
        path.write_bytes(damaged)
        with pytest.raises(FileError, match=r"expected a .npz archive of arrays, got .*Delete it"):
            load_arrays(path, "one")
    np.savez(path, allow_pickle=True, a=np.array([{}], dtype=object))
    with pytest.raises(FileError, match="Delete it"):
        load_arrays(path, "one")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"loss": "square"}, "Training.loss: expected one of hinge, logistic, cross-entropy"),
        ({"steps": -1}, "Training.steps: expected 0..1000000000, got -1"),
        ({"steps": True}, "Training.steps: expected an integer, got bool"),
        ({"rate": 0.005}, "Training.rate: expected a Fraction, got float"),
        ({"rate": Fraction(0)}, "expected rate > 0"),
        ({"batch": 401}, "at most the 400 training examples, got 401"),
    ],
)
def test_settings_without_meaning_are_refused(changes: dict[str, object], message: str) -> None:
    with pytest.raises((InputError, TypeError), match=message):
        training(**changes)


def test_a_loss_must_fit_the_outputs() -> None:
    with pytest.raises(InputError, match="loss: expected cross-entropy and an output a class"):
        Job(Dense(2, (3,), outputs=4), SOURCE, training(), (0,))
    with pytest.raises(InputError, match="loss: expected"):
        Job(Dense(2, (3,)), SOURCE, training(loss="cross-entropy"), (0,))
    with pytest.raises(InputError, match="seeds: expected different integers >= 0"):
        Job(Dense(2, (3,)), SOURCE, training(), (1, 1))


def test_cuda_that_is_not_there_is_one_clear_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(InputError, match=r"device: expected a CUDA device, .* Use --device cpu"):
        run(Job(Dense(2, (3,)), SOURCE, training(device="cuda"), (0,)))
