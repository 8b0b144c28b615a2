"""``exactnet report``."""

import json
from pathlib import Path

from runner import Capture, run


def test_the_files_are_named_in_text_and_json(capsys: Capture, tmp_path: Path) -> None:
    arguments = ["report", "cantor", "--depth", "2", "-o", str(tmp_path), "--theorems", "1,3"]
    status, out, err = run(capsys, *arguments)
    assert (status, err, out.splitlines()[0]) == (0, "", f"proved: {tmp_path / 'index.html'}")
    status, out, _ = run(capsys, *arguments, "--curve", "fine", "--json")
    found = json.loads(out)
    assert (status, found["verdict"], found["page"]) == (0, "proved", str(tmp_path / "index.html"))
    assert all(Path(path).exists() for path in found["files"])
    assert "fine" in (tmp_path / "index.html").read_text(encoding="utf-8")


def test_a_depth_separation_has_a_page_too(capsys: Capture, tmp_path: Path) -> None:
    status, out, err = run(capsys, "report", "telgarsky", "--size", "k=3", "-o", str(tmp_path))
    assert (status, err, out.splitlines()[0]) == (0, "", f"proved: {tmp_path / 'index.html'}")


def test_bad_input_is_one_line(capsys: Capture, tmp_path: Path) -> None:
    for arguments in (
        ["vicsek", "--depth", "1"],
        ["cantor", "--depth", "2", "--curve", "talk-1"],
        ["cantor", "--depth", "2", "--curve", "masses:1/2"],
        ["cantor", "--depth", "2", "--theorems", "5"],
        ["cantor"],
        ["cantor", "--depth", "2", "--size", "k=3"],
        ["telgarsky", "--depth", "2"],
        ["telgarsky", "--size", "k=0"],
        ["telgarsky", "--curve", "fine"],
    ):
        status, out, err = run(capsys, "report", *arguments, "-o", str(tmp_path / "x"))
        assert (status, out, len(err.splitlines())) == (2, "", 1)
