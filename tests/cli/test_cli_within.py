"""``exactnet equivalent --within``: a bound on the difference of two files, and the largest one."""

import json
from fractions import Fraction as F
from pathlib import Path

import pytest
from runner import Capture, dense, run

import exactnet as en

NET = dense([2, 4, 2])
ROUNDED = en.bridges.round_network(NET, "float16").network
BOX = ("--box", "-1,1", "-1,1")
FOUND = en.largest_difference(NET, ROUNDED, [(-1, 1)] * 2)


@pytest.fixture
def files(tmp_path: Path) -> tuple[str, str]:
    """A network and its float16 version."""
    for name, net in (("f", NET), ("g", ROUNDED)):
        net.save(tmp_path / f"{name}.json")
    return str(tmp_path / "f.json"), str(tmp_path / "g.json")


def test_a_bound_is_proved_with_the_largest_difference(
    capsys: Capture, files: tuple[str, str]
) -> None:
    status, out, err = run(capsys, "equivalent", *files, "--within", "1/1000", *BOX, "--json")
    found = json.loads(out)
    assert (status, err) == (0, "")
    assert (found["verdict"], found["route"], found["within"]) == ("proved", "regions", "1/1000")
    assert found["claim"] == "|f - g| <= 1/1000 in every output, on [-1, 1] x [-1, 1]"
    assert found["rests_on"] == list(FOUND.rests_on)
    assert F(found["largest"]) == FOUND.value
    assert tuple(map(F, found["largest_at"])) == FOUND.point
    assert found["largest_output"] == FOUND.output
    assert found["counterexample"] is found["certificate"] is None


def test_the_largest_difference_itself_is_a_bound_and_less_is_refuted(
    capsys: Capture, files: tuple[str, str]
) -> None:
    exactly = str(FOUND.value)
    assert run(capsys, "equivalent", *files, "--within", exactly, *BOX)[0] == 0
    less = str(FOUND.value - F(1, 10**40))
    status, out, _ = run(capsys, "equivalent", *files, "--within", less, *BOX, "--json")
    found = json.loads(out)
    assert (status, found["verdict"], F(found["largest"])) == (1, "refuted", FOUND.value)
    x = [F(v) for v in found["counterexample"]]
    assert tuple(map(F, found["first"])) == NET(x)
    assert tuple(map(F, found["second"])) == ROUNDED(x)
    assert max(abs(F(v)) for v in found["difference"]) == FOUND.value


def test_text_shows_the_exact_value_and_a_decimal_that_is_not_below_it(
    capsys: Capture, tmp_path: Path
) -> None:
    third, near = en.ReluNetwork.of([([["1/3"]], [0])]), en.ReluNetwork.of([([["5/16"]], [0])])
    for name, net in (("f", third), ("g", near)):
        net.save(tmp_path / f"{name}.json")
    f, g = str(tmp_path / "f.json"), str(tmp_path / "g.json")
    status, out, _ = run(capsys, "equivalent", f, g, "--within", "1/40", "--box", "-1,1")
    lines = out.splitlines()
    assert (status, lines[0].split(" in ")[0]) == (0, "proved by regions")
    assert lines[1:3] == [
        "  claim: |f - g| <= 1/40 in every output, on [-1, 1]",
        "  largest difference: 1/48 (at most 0.0209), at x = (-1)",
    ]
    status, out, _ = run(capsys, "equivalent", f, g, "--within", "1/50", "--box", "-1,1")
    assert status == 1
    assert out.splitlines()[1:] == [
        "  claim: |f - g| <= 1/50 in every output, on [-1, 1]",
        "  counterexample: at x = (-1), f(x) = (-1/3) and g(x) = (-5/16)",
        "  difference: (-1/48)",
        "  largest difference: 1/48 (at most 0.0209), at x = (-1)",
        "  rests on: evaluation of both networks at one rational point",
    ]


def test_equal_networks_are_within_zero(capsys: Capture, files: tuple[str, str]) -> None:
    f, _ = files
    status, out, _ = run(capsys, "equivalent", f, f, "--within", "0", *BOX, "--json")
    assert (status, json.loads(out)["largest"]) == (0, "0")
    out = run(capsys, "equivalent", f, f, "--within", "0", *BOX)[1]
    assert "  largest difference: 0 in output 0, at x = (-1, -1)\n" in out


def test_a_limit_is_unknown(capsys: Capture, files: tuple[str, str]) -> None:
    options = ("--within", "1/1000", *BOX, "--time-limit", "1e-9", "--json")
    status, out, _ = run(capsys, "equivalent", *files, *options)
    found = json.loads(out)
    assert (status, found["verdict"], found["largest"]) == (3, "unknown", None)
    assert "time limit" in found["reason"]
    status, out, _ = run(capsys, "equivalent", *files, *options[:-1])
    assert status == 3
    assert "largest difference" not in out


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            ("--within", "1/1000"),
            "--within: expected a box, got no --box. Give one side an input: --box 0,1.",
        ),
        (
            ("--within", "1/1000", *BOX, "--certificate", "c.json"),
            "--certificate: expected no --within, got both. Largest differences have no "
            "certificate yet.",
        ),
        (("--within", "-1/2", *BOX), "bound: expected a rational >= 0, got -1/2. Use 0 or more."),
        (
            ("--within", "1/10", "--box", "0,1"),
            "box: expected 2 sides, one an input, got 1. Give one side a coordinate.",
        ),
    ],
)
def test_bad_options_are_one_line(
    capsys: Capture, files: tuple[str, str], options: tuple[str, ...], message: str
) -> None:
    status, out, err = run(capsys, "equivalent", *files, *options)
    assert (status, out, err) == (2, "", f"exactnet: {message}\n")


def test_a_word_is_no_bound(capsys: Capture, files: tuple[str, str]) -> None:
    for word in ("a", "1/0", "1e999999999", ""):
        status, out, err = run(capsys, "equivalent", *files, "--within", word, *BOX)
        assert (status, out, err.count("\n")) == (2, "", 1)
        assert err.startswith("exactnet: --within: expected ")
