"""``exactnet export``: every format, what was rounded, and files that other commands accept."""

import json
from pathlib import Path

import pytest
from cli.runner import Capture, run

import exactnet as en
from exactnet.bridges.files import load_network


@pytest.mark.parametrize(
    ("kind", "file"),
    [("onnx", "n.onnx"), ("npz", "n.npz"), ("nnet", "n.nnet"), ("torch", "n.pt")],
)
def test_weights_are_exported_and_accepted_again(
    capsys: Capture, tmp_path: Path, kind: str, file: str
) -> None:
    path = str(tmp_path / file)
    arguments = ["export", "cantor-dust", "--depth", "2", "--method", "margin", "--to", kind]
    status, out, err = run(capsys, *arguments, "-o", path, "--json")
    report = json.loads(out)
    assert (status, err) == (0, "")
    assert (report["to"], report["files"], report["exact"], report["changed"]) == (
        kind, [path], True, 0,
    )  # fmt: skip
    assert load_network(path) == en.compile_ifs(en.gallery.cantor_dust(), 2, "margin")
    proving = ["prove", "cantor-dust", "--depth", "2", "--method", "margin", "--network", path]
    assert run(capsys, *proving)[0] == 0
    status, out, _ = run(capsys, "regions", path, "--count", "--json")
    assert (status, json.loads(out)["counts"]["proper"] > 100) == (0, True)
    assert run(capsys, "line", path, "--from", "-1,-1", "--to", "1,1")[0] == 0
    assert run(capsys, "bounds", path)[0] == 0


def test_what_was_rounded_is_printed_and_the_proof_finds_it(
    capsys: Capture, tmp_path: Path
) -> None:
    path = str(tmp_path / "n.onnx")
    arguments = ["export", "rotated-dust", "--depth", "2", "--to", "onnx", "-o", path]
    status, out, _ = run(capsys, *arguments)
    assert status == 0
    assert "rounded: float32 changes 314 of 919 numbers; worst: layer " in out
    report = json.loads(run(capsys, *arguments, "--json")[1])
    assert (report["dtype"], report["changed"], report["exact"]) == ("float32", 314, False)
    assert run(capsys, "prove", "rotated-dust", "--depth", "2", "--network", path)[0] == 1


def test_claims_are_exported(capsys: Capture, tmp_path: Path) -> None:
    base = ["export", "cantor-dust", "--depth", "1", "--method", "margin"]
    smt = str(tmp_path / "c.smt2")
    status, out, _ = run(capsys, *base, "--to", "smtlib", "-o", smt)
    assert status == 0 and "rounded: nothing" in out and "unsat: f >= 1/2" in out
    assert Path(smt).read_text().startswith("; claim: f >= 1/2")
    single = str(tmp_path / "c.vnnlib")
    asked = [*base, "--to", "vnnlib", "--part", "positives", "--shift", "1/3"]
    report = json.loads(run(capsys, *asked, "-o", single, "--json")[1])
    assert (report["queries"], report["files"]) == (4, [single])
    assert any(note.startswith("rounded outwards") for note in report["notes"])
    folder = str(tmp_path / "bench")
    status, out, _ = run(capsys, *base, "--to", "vnnlib", "-o", folder)
    assert status == 0 and "7 queries" in out and "exact numbers" in out
    assert len((tmp_path / "bench/instances.csv").read_text().splitlines()) == 7


def test_a_network_of_ones_own_is_exported_with_the_claim(capsys: Capture, tmp_path: Path) -> None:
    path = str(tmp_path / "n.json")
    en.compile_ifs(en.gallery.cantor(), 1).save(path)
    target = str(tmp_path / "c.smt2")
    arguments = ["export", "cantor", "--depth", "2", "--network", path, "--to", "smtlib"]
    assert run(capsys, *arguments, "-o", target)[0] == 0
    ifs = en.gallery.cantor()
    from exactnet.bridges.smtlib import to_smtlib

    assert Path(target).read_text() == to_smtlib(en.realizes(load_network(path), ifs, 2))
    nnet = str(tmp_path / "n.nnet")
    assert run(capsys, "export", path, "--to", "nnet", "-o", nnet)[0] == 0
    assert load_network(nnet) == load_network(path)


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (["cantor", "--to", "onnx", "-o", "n.onnx"], "--depth: expected the depth n of cantor"),
        (["cantor", "--depth", "1", "--to", "onnx", "-o", "n.txt"], "ends in .onnx"),
        (["cantor", "--depth", "1", "--to", "xml", "-o", "n"], "got 'xml'"),
        (["cantor", "--depth", "1", "--to", "onnx"], "required: -o/--output"),
        (
            ["cantor", "--depth", "1", "--to", "npz", "-o", "n.npz", "--dtype", "bfloat16"],
            "dtype: expected exact, float16, float32 or float64",
        ),
        (
            ["cantor", "--depth", "1", "--to", "onnx", "-o", "n.onnx", "--dtype", "exact"],
            "dtype: expected one of",
        ),
        (["n.json", "--to", "smtlib", "-o", "c"], "--to smtlib: expected a fractal"),
        (["n.json", "--to", "onnx", "-o", "c.onnx", "--network", "n.json"], "two network files"),
        (["gone.onnx", "--to", "nnet", "-o", "c"], "gone.onnx: expected an ONNX file"),
        (
            ["cantor", "--depth", "1", "--to", "smtlib", "-o", "c", "--shift", "1"],
            "--shift: expected --to vnnlib, got --to smtlib",
        ),
        (
            ["cantor", "--depth", "1", "--to", "smtlib", "-o", "c", "--dtype", "float32"],
            "--dtype: expected a format with weights, got queries in c",
        ),
        (
            ["cantor", "--depth", "1", "--to", "vnnlib", "-o", "c.vnnlib", "--dtype", "float32"],
            "--dtype: expected a format with weights, got queries in c.vnnlib",
        ),
        (
            ["cantor", "--depth", "1", "--to", "npz", "-o", "c.npz", "--part", "positives"],
            "--part: expected --to vnnlib or smtlib, got --to npz",
        ),
        (
            ["cantor", "--depth", "1", "--to", "smtlib", "-o", "c", "--rounding", "inward"],
            "--rounding: expected --to vnnlib, got --to smtlib",
        ),
        (["cantor", "--depth", "1", "--to", "vnnlib", "-o", "c", "--shift", "x"], "a rational"),
        (["rotated-dust", "--depth", "1", "--to", "vnnlib", "-o", "c"], "maps that take boxes"),
        (["cantor", "--depth", "1", "--to", "vnnlib", "-o", "n.json/x"], "a folder to write to"),
    ],
)
def test_bad_input_is_one_line_and_status_2(
    capsys: Capture,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
    text: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    en.compile_ifs(en.gallery.cantor(), 1).save("n.json")
    status, out, err = run(capsys, "export", *arguments)
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert text in err
    assert [path.name for path in tmp_path.iterdir()] == ["n.json"]
