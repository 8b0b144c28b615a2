"""``exactnet theorem``."""

import json
from pathlib import Path

import pytest
from runner import Capture, run


def test_theorem_1_prints_hypotheses_sizes_and_evidence(capsys: Capture, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    status, out, err = run(capsys, "theorem", "1", "cantor", "--depth", "5", "--page", str(page))
    assert (status, err) == (0, "")
    assert out.splitlines()[0] == "theorem 1 on cantor, n = 5: d = 1, r = 2: holds"
    assert "width against 5dr: 6 <= 10, yes" in out
    assert out.splitlines()[-1] == f"  page: {page}"
    assert "holds" in page.read_text(encoding="utf-8")


def test_json_has_the_keys_of_the_contract(capsys: Capture) -> None:
    status, out, err = run(capsys, "theorem", "1", "cantor-dust", "--depth", "3", "--json")
    found = json.loads(out)
    assert (status, err, found["verdict"]) == (0, "", "holds")
    assert (found["left"], found["right"], found["sizes"]["hidden layers"]) == (19, 40, 7)
    assert {"name", "holds", "evidence"} == set(found["hypotheses"][0])


@pytest.mark.parametrize(
    ("arguments", "verdict", "left", "right"),
    [
        (["2", "cantor", "--depth", "2"], "holds", 2, 1),
        (["2", "sierpinski", "--depth", "1", "--time-limit", "3"], "does not apply", 27, 1),
        (["3", "cantor", "--depth", "3"], "holds", "1/12", "5/12"),
        (["3", "cantor-dust", "--depth", "1"], "does not apply", "1/2", "1/2"),
        (["3", "cantor-dust", "--depth", "1", "--part", "1"], "holds", "1/2", "1/2"),
        (
            ["3", "cantor", "--depth", "2", "--width", "4", "--scale", "1"],
            "does not apply",
            0,
            "1/8",
        ),
        (["gradient", "cantor", "--depth", "2", "--initialisations", "40"], "holds", None, "9/10"),
        (["conjecture", "cantor", "--depth", "2", "--initialisations", "1"], "unknown", None, None),
    ],
)
def test_every_theorem_has_its_verdict_and_both_sides(
    capsys: Capture, arguments: list[str], verdict: str, left: object, right: object
) -> None:
    status, out, err = run(capsys, "theorem", *arguments, "--json")
    found = json.loads(out)
    assert (status, err, found["verdict"]) == (0, "", verdict)
    if arguments[0] != "gradient":  # there the left side is a confidence interval
        assert (found["left"], found["right"]) == (left, right)
    else:
        assert (len(found["left"]), found["right"]) == (2, right)
    if verdict == "does not apply":
        assert any(not h["holds"] and h["evidence"] for h in found["hypotheses"])


def test_a_false_hypothesis_is_named(capsys: Capture) -> None:
    _, out, _ = run(capsys, "theorem", "1", "sierpinski", "--depth", "2")
    assert out.splitlines()[0].endswith("does not apply")
    assert "hypothesis images pairwise disjoint: no (F_1(K_0) and F_2(K_0) share" in out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["4", "cantor", "--depth", "1"], "expected one of 1, 2, 3"),
        (["1", "cantor"], "--depth"),
        (["1", "cantor", "--depth", "-1"], "depth: expected"),
        (["1", "nothing", "--depth", "1"], "nothing"),
        (["1", "cantor", "--depth", "1", "--width", "3"], "--width: expected for theorem 1"),
        (["1", "cantor", "--depth", "1e9"], "invalid int value"),
    ],
)
def test_bad_input_is_one_line_and_status_2(
    capsys: Capture, arguments: list[str], words: str
) -> None:
    status, out, err = run(capsys, "theorem", *arguments)
    assert (status, out, len(err.splitlines())) == (2, "", 1)
    assert words in err


def test_a_page_that_cannot_be_written_is_an_error(capsys: Capture, tmp_path: Path) -> None:
    target = tmp_path / "no" / "page.html"
    status, _, err = run(capsys, "theorem", "1", "cantor", "--depth", "1", "--page", str(target))
    assert (status, len(err.splitlines())) == (2, 1)
