"""FizzBuzz as published: the settings, the exact readings, the experiment."""

import json
from fractions import Fraction as F
from math import comb
from pathlib import Path

import numpy as np
import pytest
import torch

from exactnet.cli.main import main
from exactnet.constructions.fizzbuzz import fizzbuzz
from exactnet.learning.architectures import Arrays, Dense, initial_parameters
from exactnet.learning.experiments.registry import EXPERIMENTS
from exactnet.learning.fizzbuzz_data import FizzBuzzSource, fizzbuzz_rows, patterns
from exactnet.learning.settings import Training
from exactnet.learning.sources import INITIAL, ORDER, TEST, TRAIN, stream
from exactnet.learning.training import Job, train
from exactnet.networks.network import ReluNetwork
from exactnet.verification.fizzbuzz import prove_fizzbuzz

WORDS = ("number", "fizz", "buzz", "fizzbuzz")
CARRYING = ReluNetwork.of(
    [([[1, -1, 2, -3, 1, 1, -5, 1, 1, 1]] * 2, [-1, -1]), ([[1, 1]] * 4, [0] * 4)],
    [["identity", "relu"]],
)


def word(n: int) -> str:
    return WORDS[(n % 3 == 0) + 2 * (n % 5 == 0)]


def small(steps: int = 24, **changes: object) -> tuple[Dense, Training]:
    cell = EXPERIMENTS["fizzbuzz"].plan(True).cells[0]
    training = Training(
        **{
            name: getattr(cell.training, name)
            for name in (
                "loss", "optimiser", "rate", "batch", "initial", "scale", "training_examples",
                "test_examples", "short_batches",
            )
        } | {"steps": steps, "evaluate_every": steps} | changes
    )  # fmt: skip
    assert isinstance(cell.architecture, Dense)
    return cell.architecture, training


def test_the_settings_are_the_published_ones() -> None:
    for size in (True, False):
        plan = EXPERIMENTS["fizzbuzz"].plan(size)
        training = plan.cells[0].training
        assert (training.optimiser, training.rate, training.batch) == ("sgd", F(1, 20), 128)
        assert (training.loss, training.initial, training.scale) == (
            "cross-entropy", "normal", F(1, 100),
        )  # fmt: skip
        assert training.steps == 10_000 * 8
        assert plan.cells[0].architecture == Dense(10, (100,), 4, biases=False)
        assert len(plan.seeds) >= 10
    x, y = FizzBuzzSource().examples(TRAIN, 3, 0, 10**6)
    numbers = (x * 2 ** np.arange(10)).sum(1).tolist()
    assert numbers == list(range(101, 1024))
    assert [WORDS[k] for k in y] == [word(n) for n in numbers]
    x, y = FizzBuzzSource().examples(TEST, 3, 0, 10**6)
    assert (x * 2 ** np.arange(10)).sum(1).tolist() == list(range(1, 101))
    assert [WORDS[k] for k in y] == [word(n) for n in range(1, 101)]


def test_training_is_plain_gradient_descent_with_a_short_last_batch() -> None:
    architecture, training = small(dtype="float64")
    starts = [initial_parameters(architecture, training, stream(INITIAL, s)) for s in (0, 1)]
    results = train(Job(architecture, FizzBuzzSource(), training, (0, 1)), starts)
    x, y = (torch.from_numpy(v) for v in FizzBuzzSource().examples(TRAIN, 0, 0, 923))
    for result, start in zip(results, starts, strict=True):
        first, last = (torch.tensor(start[k], requires_grad=True) for k in ("0.weight", "2.weight"))
        for step in range(24):
            order = stream(ORDER, result.seed, step // 8).permutation(923)
            chosen = order[step % 8 * 128 : step % 8 * 128 + 128]
            assert len(chosen) == (27 if step % 8 == 7 else 128)
            logits = torch.relu(x[chosen].double() @ first.T) @ last.T
            torch.nn.functional.cross_entropy(logits, y[chosen]).backward()
            with torch.no_grad():
                for weight in (first, last):
                    assert weight.grad is not None
                    weight.sub_(0.05 * weight.grad)
                    weight.grad = None
        assert np.allclose(result.parameters["0.weight"], first.detach().numpy(), rtol=1e-9)
        assert np.allclose(result.parameters["2.weight"], last.detach().numpy(), rtol=1e-9)


def random_network(seed: int) -> tuple[Arrays, ReluNetwork]:
    architecture = Dense(10, (12,), 4, biases=False)
    arrays = initial_parameters(architecture, Training(), np.random.default_rng(seed))
    return arrays, architecture.network(arrays)


@pytest.mark.parametrize("seed", [0, 1])
def test_readings_are_what_fractions_say(seed: int) -> None:
    _, net = random_network(seed)
    rows = fizzbuzz_rows(net)
    wrong, training, margins = [], 0, []
    for n in range(1, 1024):
        logits = net([F(n >> k & 1) for k in range(10)])
        right = WORDS.index(word(n))
        margin = logits[right] - max(v for k, v in enumerate(logits) if k != right)
        if n <= 100:
            margins.append(margin)
            if margin <= 0:
                wrong.append(f"{n}:{WORDS[logits.index(max(logits))]}")
        training += n > 100 and margin <= 0
    assert rows["wrong"] == " ".join(wrong)
    assert (rows["exact_errors"], rows["exact_training_errors"]) == (len(wrong), training)
    assert F(str(rows["least_margin"])) == pytest.approx(float(min(margins)), abs=1e-11)
    assert rows["claim"] == "refuted"
    assert rows["counterexample"] == int(wrong[0].partition(":")[0])
    assert rows["regions_at_most"] == 2 * sum(comb(11, i) for i in range(10))


def test_the_exact_network_of_18_units_is_right_everywhere() -> None:
    game = fizzbuzz(method="hats")
    rows = fizzbuzz_rows(game.network)
    assert game.network.neurons == 18
    assert (rows["exact_errors"], rows["exact_training_errors"], rows["wrong"]) == (0, 0, "")
    assert rows["claim"] == prove_fizzbuzz(game).verdict.value == "proved"
    assert "regions_at_most" not in rows  # it has biases


def test_one_spoiled_weight_is_noticed_by_both_routes() -> None:
    game = fizzbuzz()
    layers = [(layer.weight, layer.bias) for layer in game.network.layers]
    weight, bias = layers[0]
    spoiled = (((weight[0][0] + 3, *weight[0][1:]), *weight[1:]), bias)
    net = ReluNetwork.of([spoiled, *layers[1:]])
    rows, proof = fizzbuzz_rows(net), prove_fizzbuzz(game, net)
    assert (rows["claim"], proof.verdict.value) == ("refuted", "refuted")
    assert proof.counterexample is not None
    assert rows["counterexample"] == proof.counterexample.number  # type: ignore[union-attr]


def test_equal_logits_are_wrong() -> None:
    zero = ReluNetwork.of([([[0] * 10], [0]), ([[0]] * 4, [0] * 4)])
    rows = fizzbuzz_rows(zero)
    assert rows["exact_errors"] == 100
    assert str(rows["wrong"]).startswith("1:undecided 2:undecided")


def test_patterns_are_the_networks_own() -> None:
    for net in (random_network(2)[1], fizzbuzz(method="comb").network, CARRYING):
        seen = {net.pattern([F(n >> k & 1) for k in range(10)]) for n in range(1024)}
        assert patterns(net) == len(seen) > 1


def test_the_experiment_lists_the_wrong_numbers_of_every_seed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given = ["experiment", "fizzbuzz", "--small", "--steps", "16", "--workers", "1"]
    where = ["-o", str(tmp_path / "out")]
    assert main([*given, *where, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    [table] = found["tables"]
    exact, *trained = table["rows"]
    assert exact["network"] == "exact, 18 ReLUs, proved right on 0..1023"
    assert exact["wrong of 1..100"] == "0"
    assert len(trained) == 10
    for row in trained:
        assert len(row["number:what is said"].split()) == int(row["wrong of 1..100"]) > 0
    assert found["references"][0]["published"] == 0.9
    assert "published, one run: 10 of 100 wrong, outside the" in found["remarks"][0]
    assert main([*given, *where, "--resume"]) == 0
    printed = capsys.readouterr().out
    assert "exact, 18 ReLUs, proved right on 0..1023" in printed
    assert printed.count("hidden=1, seed") == 10


def test_full_settings_have_a_deeper_network_too() -> None:
    full = EXPERIMENTS["fizzbuzz"].plan(False)
    assert [cell.label("hidden") for cell in full.cells] == ["1", "2"]
    assert len(full.seeds) == 100
