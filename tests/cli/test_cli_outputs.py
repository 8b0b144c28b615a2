"""What is written: looked at before the work, and never in the place of what is read."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from runner import Capture, run

import exactnet as en
from exactnet.bridges import to_npz
from exactnet.verification.certificates.documents import Certificate


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("own.json").write_text(json.dumps(en.gallery.cantor().document()))
    en.compile_ifs(en.gallery.cantor(), 1).save("net.json")
    to_npz(en.compile_ifs(en.gallery.cantor(), 1), "net.npz")
    Path("folder").mkdir()
    return tmp_path


COMPILE = ("compile", "cantor", "--depth", "1", "-o")
REFUSED = {
    (*COMPILE, "nowhere/x.json"): "--output: expected a file in a folder that exists",
    (*COMPILE, "folder"): "--output: expected the name of a file, got a folder",
    (*COMPILE, ""): "--output: expected the name of a file, got ''",
    (*COMPILE, "-"): "--output: expected the name of a file, got '-'",
    (*COMPILE, "x.onnx"): "--output: expected a name that ends in .json, got 'x.onnx'",
    ("compile", "own.json", "--depth", "1", "-o", "./own.json"): "another file than the input",
    ("prune", "net.json", "-o", "net.json"): "--output: expected another file than the input",
    ("prove", "own.json", "--all-depths", "--certificate", "own.json"): "another file than",
    ("export", "net.npz", "--to", "npz", "-o", "./net.npz"): "--output: expected another file than",
    ("regions", "net.json", "--plot", "no/x.png"): "--plot: expected a file in a folder",
    ("regions", "net.json", "--graph", "no/x.graphml"): "--graph: expected a file in a folder",
    ("equivalent", "net.json", "net.json", "--certificate", "no/c"): "--certificate: expected a",
}


@pytest.mark.parametrize("arguments", REFUSED, ids=" ".join)
def test_a_file_that_must_not_be_written_is_refused_first(
    folder: Path, capsys: Capture, arguments: tuple[str, ...]
) -> None:
    before = {path: path.read_bytes() for path in folder.iterdir() if path.is_file()}
    status, out, err = run(capsys, *arguments)
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert REFUSED[arguments] in err
    assert {path: path.read_bytes() for path in folder.iterdir() if path.is_file()} == before


MEANT = {
    ("complie",): "Did you mean 'compile'? Try 'exactnet --help'.",
    ("prove", "cantor", "--depht", "2"): "Did you mean '--depth'? Try 'exactnet prove --help'.",
    ("prove", "cantor", "--depth", "1", "--route", "region"): "Did you mean 'regions'?",
    ("prove", "Cantor_dust", "--depth", "1"): "Did you mean 'cantor-dust'?",
    ("prove", "telgarski"): "Did you mean 'telgarsky'?",
    ("gallery", "telgarski"): "Did you mean 'telgarsky'?",
    ("gallery", "cantor"): "got the fractal 'cantor'. See exactnet fractals cantor.",
    ("fractals", "telgarsky"): "See exactnet gallery telgarsky.",
    ("prove", "net.json", "--depth", "1"): "got a network. Give it to --network",
    ("regions", "gone.txt"): "gone.txt: expected a readable JSON file",
    ("regions", "net.json", "--method", "margin"): "--method: expected a fractal",
    ("regions", "net.json", "--absolute"): "--absolute: expected a fractal",
}


@pytest.mark.parametrize("arguments", MEANT, ids=" ".join)
def test_an_error_says_what_may_be_meant(
    folder: Path, capsys: Capture, arguments: tuple[str, ...]
) -> None:
    status, out, err = run(capsys, *arguments)
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert MEANT[arguments] in err


def test_a_listed_fractal_can_be_given_back_as_a_file(folder: Path, capsys: Capture) -> None:
    _, out, _ = run(capsys, "fractals", "vicsek", "--json")
    (entry,) = json.loads(out)["fractals"]
    Path("copy.json").write_text(json.dumps({key: entry[key] for key in ("base", "maps")}))
    assert en.IFS.load("copy.json").maps == en.gallery.vicsek().maps


def test_sides_of_a_box_may_be_given_one_by_one(folder: Path, capsys: Capture) -> None:
    en.compile_ifs(en.gallery.cantor_dust(), 1).save("dust.json")
    once = run(capsys, "bounds", "--network", "dust.json", "--box", "0,1", "-1,1", "--json")
    each = run(capsys, "bounds", "--network", "dust.json", "--box=0,1", "--box=-1,1", "--json")
    assert once == each and once[0] == 0


def test_bounds_of_many_inputs_are_printed_without_a_count(folder: Path, capsys: Capture) -> None:
    en.ReluNetwork.of([([[1] * 7, [2] * 7], [0, 1]), ([[1, 1]], [0])]).save("wide.json")
    status, out, _ = run(capsys, "bounds", "--network", "wide.json")
    assert status == 0 and "not counted: a box of so many dimensions" in out
    status, out, _ = run(capsys, "bounds", "--network", "wide.json", "--json")
    found = json.loads(out)
    assert (status, found["regions"], found["bounds"]["trivial"]) == (0, None, 4)
    status, out, _ = run(capsys, "bounds", "--network", "wide.json", "--unbounded")
    assert status == 0 and "exactly 3" in out


def test_help_is_a_command_too(capsys: Capture) -> None:
    status, out, err = run(capsys, "help", "prune")
    assert (status, err) == (0, "")
    assert out.startswith("usage: exactnet prune")


def test_a_terminal_without_a_letter_shows_its_code(folder: Path) -> None:
    Path("own.json").write_text(
        json.dumps(en.gallery.cantor().document() | {"name": "\u00dcml\u00e4ut"}), "utf-8"
    )
    plain = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    done = subprocess.run(
        [sys.executable, "-m", "exactnet", "fractals", "own.json"],
        env=os.environ | plain, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert "\\xdcml\\xe4ut" in done.stdout


def test_a_verdict_is_printed_though_its_certificate_cannot_be_written(
    folder: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise en.FileError.about("c.json", "a writable file", "No space left", "Nothing changed.")

    monkeypatch.setattr(Certificate, "save", full)
    arguments = ("prove", "cantor", "--all-depths", "--certificate", "c.json")
    status, out, err = run(capsys, *arguments)
    assert (status, err) == (2, "") and out.startswith("proved by induction")
    assert "  no certificate: c.json: expected a writable file, got No space left." in out
    status, out, _ = run(capsys, *arguments, "--json")
    found = json.loads(out)
    assert (status, found["verdict"], found["certificate"]) == (2, "proved", None)
