"""Stacked training against PyTorch's own modules, against itself interrupted, and alone."""

import io
import struct
import zipfile
from collections.abc import Iterator
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
from exactnet.learning.checkpoints import load_arrays, save_arrays, unpacked
from exactnet.learning.keeping import Keep
from exactnet.learning.losses import right
from exactnet.learning.settings import Training
from exactnet.learning.sources import (
    INITIAL,
    ORDER,
    TEST,
    TRAIN,
    FractalSource,
    stream,
    stream_seed,
)
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


def archived(member: bytes, method: int = zipfile.ZIP_STORED) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        archive.writestr("a.npy", member)
    return stream.getvalue()


def headed(text: str) -> bytes:
    """An archive of an array with this header."""
    line = text.encode() + b"\n"
    return archived(b"\x93NUMPY\x01\x00" + struct.pack("<H", len(line)) + line + b"\0" * 8)


def odd_archives() -> Iterator[bytes]:
    """Archives on which decoders fail in their own ways."""
    for method in (zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA):
        data = bytearray(archived(b"x" * 3000, method))
        data[40:60] = b"\xff" * 20
        yield bytes(data)
    locked = bytearray(archived(b"x"))
    for place in (6, bytes(locked).find(b"PK\x01\x02") + 8):
        locked[place] |= 1  # encrypted
    yield bytes(locked)
    for shape in (10**15, 10**30):
        yield headed(f"{{'descr': '<f8', 'fortran_order': False, 'shape': ({shape},)}}")
    for text in ("{", "(" * 2000, '"' * 3):
        yield headed(text)
    yield archived(b"no array at all")


def test_whatever_an_archive_holds_the_error_is_one_line() -> None:
    for data in odd_archives():
        with pytest.raises(FileError, match=r"^f: expected a .npz archive of arrays, got .+Delete"):
            unpacked(data, "f")


@pytest.mark.parametrize("optimiser", ["adam", "sgd"])
def test_a_checkpoint_with_other_arrays_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, optimiser: str
) -> None:
    monkeypatch.setattr(module, "CHECKPOINT_SECONDS", -1.0)
    settings = training(optimiser=optimiser)
    job = Job(Dense(2, (6, 4)), SOURCE, settings, (0, 5), "d", Keep((0, 20), 1))
    path = tmp_path / "state.npz"
    run(job, path)
    whole = load_arrays(path, "d")
    assert {"kept.0.0.0.weight", "kept.20.0.4.bias"} <= set(whole)
    changes = [
        {"table": whole["table"][:, :1]}, {"table": whole["table"][:0]}, {"done": np.array(21)},
        {"done": np.array("x")}, {"stack.rows": whole["stack.rows"][:1]},
        {"stack.rows": whole["stack.rows"].astype(float)}, {"stack.more": np.zeros(2)},
        {"kept.0.0.0.weight": np.zeros((1, 1))},
    ]  # fmt: skip
    for arrays in (*(whole | change for change in changes), {"done": whole["done"]}):
        save_arrays(path, "d", arrays)
        with pytest.raises(FileError, match=r"the arrays of this run, got others\. Delete"):
            run(job, path)


def test_streams_of_long_seeds_are_their_own() -> None:
    seen = set()
    for seed in (0, 5, 2**32, 5 + 7 * 2**32, 5 + 7 * 2**64, 2**63 - 1):
        for index in (0, 7, 2**20):
            seen |= {stream(w, seed, index).bytes(16) for w in (TRAIN, ORDER)}
            seen.add(stream_seed(TEST, seed, index).to_bytes(16, "big"))
    assert len(seen) == 6 * 3 * 3
    ours, plain = stream(ORDER, 5, 7), np.random.default_rng([ORDER, 5, 7])
    assert ours.bytes(16) == plain.bytes(16)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"rate": Fraction(1, 10**400)}, "Training.rate: expected 0, or a size .* a smaller one"),
        ({"rate": Fraction(10**400)}, "Training.rate: .* from 10.-30 to 10.30, got a larger"),
        ({"bias": Fraction(-(10**39))}, "Training.bias: .* got a larger number"),
        ({"steps": 10**9, "evaluate_every": 1}, "at most 1000000 evaluations, got 1000000000"),
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


def test_an_output_that_is_no_number_is_never_right() -> None:
    nan = float("nan")
    outputs = torch.tensor([[[nan, 1.0], [2.0, 1.0], [0.0, nan], [1.0, 2.0]]])
    assert right(outputs, torch.tensor([[0, 0, 1, 0]])).tolist() == [[False, True, False, False]]
    assert right(torch.tensor([[[nan], [0.0]]]), torch.tensor([[-1, 1]])).tolist() == [
        [False, True]
    ]


def test_a_loss_must_fit_the_outputs() -> None:
    with pytest.raises(InputError, match="loss: expected cross-entropy and an output a class"):
        Job(Dense(2, (3,), outputs=4), SOURCE, training(), (0,))
    with pytest.raises(InputError, match="loss: expected"):
        Job(Dense(2, (3,)), SOURCE, training(loss="cross-entropy"), (0,))
    with pytest.raises(InputError, match=r"architecture: expected inputs for examples of .*2"):
        Job(Dense(3, (3,)), SOURCE, training(), (0,))
    with pytest.raises(InputError, match="seeds: expected different integers >= 0"):
        Job(Dense(2, (3,)), SOURCE, training(), (1, 1))


def test_cuda_that_is_not_there_is_one_clear_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(InputError, match=r"device: expected a CUDA device, .* Use --device cpu"):
        run(Job(Dense(2, (3,)), SOURCE, training(device="cuda"), (0,)))
