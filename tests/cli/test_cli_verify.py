"""``exactnet verify``: a VNN-LIB query about a network file."""

import json
import re
import subprocess
import sys
from fractions import Fraction as F
from pathlib import Path

import pytest
from runner import Capture, dense, run

import exactnet as en
from exactnet.bridges.onnx.export import to_onnx

ABSOLUTE = en.ReluNetwork.of([([[1], [-1]], [0, 0]), ([[1, 1]], [0])])
QUERY = """(declare-const X_0 Real)
(declare-const Y_0 Real)
(assert (>= X_0 -1))
(assert (<= X_0 1))
(assert (or (> Y_0 {}) (< Y_0 -0.5)))
"""


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with |x| and two queries, in which the command runs."""
    monkeypatch.chdir(tmp_path)
    ABSOLUTE.save("absolute.json")
    Path("above.vnnlib").write_text(QUERY.format("1"))
    Path("half.vnnlib").write_text(QUERY.format("0.75"))
    return tmp_path


def test_the_answer_is_unsat_and_the_checker_agrees(capsys: Capture, files: Path) -> None:
    arguments = ["verify", "absolute.json", "above.vnnlib", "--certificate", "proof.json"]
    status, out, err = run(capsys, *arguments)
    lines = re.sub(r"in [0-9.]+ s", "in T s", out).splitlines()
    assert (status, err) == (0, "")
    assert lines == [
        "unsat: above.vnnlib about absolute.json",
        "proved by tree in T s",
        "  claim: no input satisfies the query (2 cases)",
        "  rests on: a certificate, which the checker accepted",
        "  certificate: proof.json (exactnet check proof.json)",
    ]
    status, out, err = run(capsys, "check", "proof.json")
    assert (status, err) == (0, "")
    assert "no input of the network satisfies the query (2 cases)" in out


def test_the_answer_is_sat_with_a_point(capsys: Capture, files: Path) -> None:
    arguments = ["verify", "absolute.json", "half.vnnlib", "--certificate", "point.json"]
    status, out, err = run(capsys, *arguments)
    assert (status, err) == (1, "")
    assert out.startswith("sat: half.vnnlib about absolute.json\nrefuted by tree in ")
    point = re.search(r"counterexample: x = \((.*)\) satisfies the query: f\(x\) = \((.*)\)", out)
    assert point is not None
    assert F(3, 4) < abs(F(point[1])) == F(point[2]) <= 1
    status, out, _ = run(capsys, "check", "point.json")
    assert status == 0
    assert f"satisfies the query at ({point[1]})" in out


def test_json_has_the_answer_and_the_numbers(capsys: Capture, files: Path) -> None:
    keys = {
        "verdict", "route", "claim", "rests_on", "answer", "cases", "outputs", "counterexample",
        "certificate", "seconds",
    }  # fmt: skip
    status, out, err = run(capsys, "verify", "absolute.json", "above.vnnlib", "--json")
    found = json.loads(out)
    assert (status, err, set(found)) == (0, "", keys)
    assert (found["answer"], found["verdict"], found["cases"]) == ("unsat", "proved", 2)
    assert (found["counterexample"], found["outputs"], found["certificate"]) == (None, None, None)
    arguments = ["verify", "absolute.json", "half.vnnlib", "--json", "--certificate", "c.json"]
    status, out, err = run(capsys, *arguments)
    found = json.loads(out)
    assert (status, err, set(found)) == (1, "", keys)
    assert (found["answer"], found["verdict"], found["certificate"]) == ("sat", "refuted", "c.json")
    [x], [y] = found["counterexample"], found["outputs"]
    assert F(y) == abs(F(x)) > F(3, 4)


def test_an_onnx_file_and_version_2_of_the_format(capsys: Capture, files: Path) -> None:
    to_onnx(ABSOLUTE, "absolute.onnx")
    header = """(vnnlib-version <2.0>) (declare-network f
      (declare-input X float32 [1,1]) (declare-output Y float32 [1,1]))"""
    text = re.sub(r"([XY])_0", r"\1[0,0]", QUERY.partition("Y_0 Real)\n")[2])
    Path("above2.vnnlib").write_text(header + text.format("1.0"))
    Path("half2.vnnlib").write_text(header + text.format("0.75"))
    for query, status, answer in (("above2", 0, "unsat"), ("half2", 1, "sat")):
        found = run(capsys, "verify", "absolute.onnx", f"{query}.vnnlib")
        assert (found[0], found[1].partition(":")[0], found[2]) == (status, answer, "")


def test_a_limit_gives_unknown_and_writes_nothing(capsys: Capture, files: Path) -> None:
    dense([4, 12, 12, 1]).save("large.json")
    names = "".join(f"(declare-const X_{k} Real)" for k in range(4))
    box = "".join(f"(assert (<= X_{k} 1)) (assert (>= X_{k} -1))" for k in range(4))
    Path("q.vnnlib").write_text(f"{names}(declare-const Y_0 Real){box}(assert (> Y_0 30))")
    limit = ["--time-limit", "0.05", "--certificate", "none.json"]
    status, out, err = run(capsys, "verify", "large.json", "q.vnnlib", *limit)
    assert (status, err) == (3, "")
    assert out.startswith("unknown: q.vnnlib about large.json\nunknown by tree")
    assert "reason: the time limit of 0.05 s was reached" in out
    status, out, err = run(capsys, "verify", "large.json", "q.vnnlib", *limit, "--json")
    found = json.loads(out)
    assert (status, found["answer"], found["certificate"]) == (3, "unknown", None)
    assert "time limit" in found["reason"]
    assert not Path("none.json").exists()


def test_bad_input_is_one_line(capsys: Capture, files: Path) -> None:
    Path("two.vnnlib").write_text("(declare-const X_1 Real)" + QUERY.format("1"))
    Path("bad.vnnlib").write_text("\x1b[2J(assert")
    Path("line.vnnlib").write_text(QUERY.format("X_0") + "(assert (> (* X_0 Y_0) 1))")
    for arguments, message in [
        (["above.vnnlib", "absolute.json"], "verify: expected a network file, then a VNN-LIB file"),
        (["absolute.json", "absolute.json"], "absolute.json, line 3: expected brackets and quotes"),
        (["absolute.json", "absolute.onnx"], "absolute.onnx: expected a VNN-LIB file, got No such"),
        (["absolute.json", "two.vnnlib"], "query: expected 1 inputs and 1 outputs, as the network"),
        (["absolute.json", "bad.vnnlib"], "bad.vnnlib, line 1: expected brackets and quotes that"),
        (["absolute.json", "line.vnnlib"], "line.vnnlib, line 6: expected a linear term, got a"),
        (["absolute.json", "."], ".: expected a regular file, got a directory. Give a VNN-LIB"),
        (["none.json", "above.vnnlib"], "none.json: expected"),
        (["absolute.json", "above.vnnlib", "--time-limit", "0"], "limit seconds: expected a pos"),
        (["absolute.json", "above.vnnlib", "--certificate", "no/c.json"], "no/c.json"),
        (["absolute.json"], "the following arguments are required: QUERY"),
    ]:
        for more in ([], ["--json"]):
            status, out, err = run(capsys, "verify", *arguments, *more)
            assert (status, out) == (2, ""), arguments
            assert message in err
            assert err.count("\n") == 1
            assert err.strip().isprintable()


def test_the_command_alone_prints_no_traceback(files: Path) -> None:
    command = [sys.executable, "-m", "exactnet", "verify", "above.vnnlib", "absolute.json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert "Traceback" not in done.stderr
    assert done.stderr.count("\n") == 1
