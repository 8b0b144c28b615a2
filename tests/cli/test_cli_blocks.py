"""``exactnet fizzbuzz``, ``equivalent`` and ``prune``."""

import json
from pathlib import Path

import pytest
from runner import Capture, run

import exactnet as en

TENT = en.ReluNetwork.of([([[1], [1]], [0, "-1/2"]), ([[2, -4]], [0])])
ZIGZAG = en.blocks.interpolant([(0, 0), ("1/2", 1), (1, 0)])


def classic(n: int) -> str:
    return ("fizz" if n % 3 == 0 else "") + ("buzz" if n % 5 == 0 else "") or str(n)


def test_fizzbuzz_prints_one_answer_a_line(capsys: Capture) -> None:
    for method in ("hats", "zigzag", "comb", "fold"):
        status, out, err = run(capsys, "fizzbuzz", "--method", method)
        assert (status, err) == (0, "")
        assert out.splitlines() == [classic(n) for n in range(1, 101)]
    status, out, _ = run(capsys, "fizzbuzz", "--to", "5000")
    assert out.splitlines() == [classic(n) for n in range(1, 5001)]


def test_fizzbuzz_takes_any_words_and_writes_its_network(capsys: Capture, tmp_path: Path) -> None:
    file = str(tmp_path / "game.json")
    arguments = ["fizzbuzz", "--to", "28", "--words", "2=even, 7=seven", "-o", file, "--json"]
    status, out, err = run(capsys, *arguments)
    found = json.loads(out)
    assert (status, err, found["verdict"], found["file"]) == (0, "", "proved", file)
    assert found["answers"][13] == "evenseven"
    assert found["classes"] == ["number", "even", "seven", "evenseven"]
    net = en.load_network(file)
    assert (net.inputs, net.outputs, net.neurons) == (10, 4, found["neurons"])
    bits = [14 >> i & 1 for i in range(10)]
    assert max(range(4), key=lambda k: net(bits)[k]) == 3


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--to", "0"], "--to: expected a number 1..1048575, got 0. Change it."),
        (["--to", "9" * 30], f"--to: expected a number 1..1048575, got {'9.99e+29'}. Change it."),
        (["--words", "1=a"], "words: expected moduli 2..1048576, got 1. Change it."),
        (
            ["--words", "3=a,3=b"],
            "words: expected each modulus once, got 3 twice. Drop one of them.",
        ),
        (["--words", "3=a,5=a"], "words: expected each word once, got a twice. Drop one of them."),
        (
            ["--words", "2.5=a"],
            "--words: expected pairs such as 3=fizz,5=buzz, got '2.5=a'. Separate by commas.",
        ),
        (
            ["--words", f"{'7' * 50}=a"],
            f"--words: expected moduli 2..1048576, got {'7' * 40}. Change it.",
        ),
        (
            ["--words", ""],
            "--words: expected pairs such as 3=fizz,5=buzz, got ''. Separate by commas.",
        ),
        (["--words", "3="], "words: expected words of 1..40 letters, got ''. Choose another one."),
    ],
)
def test_bad_games_are_refused_in_one_line(
    capsys: Capture, arguments: list[str], message: str
) -> None:
    assert run(capsys, "fizzbuzz", *arguments) == (2, "", f"exactnet: {message}\n")


def test_a_full_disk_or_a_missing_folder_is_one_line(capsys: Capture, tmp_path: Path) -> None:
    status, out, err = run(capsys, "fizzbuzz", "-o", str(tmp_path / "no" / "game.json"))
    assert (status, out, err.count("\n")) == (2, "", 1)


def saved(folder: Path, **networks: en.ReluNetwork) -> list[str]:
    for name, net in networks.items():
        net.save(folder / f"{name}.json")
    return [str(folder / f"{name}.json") for name in networks]


def test_equal_functions_are_proved_with_a_certificate(capsys: Capture, tmp_path: Path) -> None:
    f, g = saved(tmp_path, f=TENT, g=en.algebra.relu_only(en.algebra.stack([TENT])))
    certificate = str(tmp_path / "c.json")
    status, out, _ = run(capsys, "equivalent", f, g, "--certificate", certificate, "--json")
    found = json.loads(out)
    assert (status, found["verdict"], found["claim"]) == (0, "proved", "f = g on all of R^d")
    assert found["rests_on"] == ["a certificate, which the checker accepted"]
    assert run(capsys, "check", certificate)[0] == 0


def test_a_difference_is_shown_exactly(capsys: Capture, tmp_path: Path) -> None:
    f, g = saved(tmp_path, f=TENT, g=ZIGZAG)
    assert run(capsys, "equivalent", f, g, "--box", "0,1")[0] == 0
    status, out, _ = run(capsys, "equivalent", f, g, "--json")
    found = json.loads(out)
    assert (status, found["verdict"], found["route"]) == (1, "refuted", "evaluation")
    point = found["counterexample"]
    assert found["first"] == [str(v) for v in TENT(point)]
    assert found["second"] == [str(v) for v in ZIGZAG(point)]
    assert found["difference"] == [str(TENT(point)[0] - ZIGZAG(point)[0])]
    lines = run(capsys, "equivalent", f, g)[1].splitlines()
    assert lines[0].startswith("refuted by evaluation in ")
    assert lines[3] == f"  difference: ({found['difference'][0]})"


def test_a_limit_is_unknown_and_bad_files_are_one_line(capsys: Capture, tmp_path: Path) -> None:
    f, two = saved(tmp_path, f=TENT, two=en.blocks.largest(2))
    status, out, _ = run(capsys, "equivalent", f, f, "--time-limit", "1e-9", "--json")
    assert (status, json.loads(out)["verdict"]) == (3, "unknown")
    status, _, err = run(capsys, "equivalent", f, two)
    assert status == 2
    assert err == (
        "exactnet: equivalent: expected networks with 1 inputs and 1 outputs, got one with 2 "
        "and 1. Only networks of one shape can be equal.\n"
    )
    status, _, err = run(capsys, "equivalent", f, str(tmp_path / "none.json"))
    assert (status, err.count("\n")) == (2, 1)
    status, _, err = run(capsys, "equivalent", f, f, "--box", "0,1", "0,1")
    assert (status, err.count("\n")) == (2, 1)


def test_prune_writes_the_smaller_network_and_its_reasons(capsys: Capture, tmp_path: Path) -> None:
    wide = en.ReluNetwork.of([([[1], [2], [-1]], [0, 0, -3]), ([[1, 1, 1]], [0])])
    (file,) = saved(tmp_path, wide=wide)
    small = str(tmp_path / "small.json")
    status, out, _ = run(capsys, "prune", file, "--box", "-1,1", "-o", small, "--json")
    found = json.loads(out)
    assert (status, found["neurons"], found["complete"]) == (0, [3, 1], True)
    assert [entry["why"] for entry in found["removed"]] == [
        "bends where unit 0 of layer 0 does",
        "never on",
    ]
    assert run(capsys, "equivalent", file, small, "--box", "-1,1")[0] == 0
    assert run(capsys, "equivalent", file, small)[0] == 1
    status, out, _ = run(capsys, "prune", file, "--box", "-1,1")
    assert out.splitlines() == [
        "3 units, depth 1 -> 1 units, depth 1: the same function on [-1, 1]",
        "  layer 0, unit 1: bends where unit 0 of layer 0 does",
        "  layer 0, unit 2: never on",
        "  rests on: exact rewriting: affine parts substituted, units that bend alike merged",
        "  rests on: interval bounds on pre-activations",
        "  every unit that is left takes both signs there",
    ]
    assert run(capsys, "prune", file, "--time-limit", "1e-9")[0] == 3
