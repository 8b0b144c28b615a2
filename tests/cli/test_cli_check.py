"""``exactnet check --network``: a certificate may be right, and about another network."""

import json
from pathlib import Path

import pytest
from runner import Capture, run

import exactnet as en
from exactnet.bridges import to_onnx


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    mine = en.ReluNetwork.of([([[1], ["1/2"]], [0, "-1/4"]), ([[1, -1]], [0])])
    mine.save("mine.json")
    to_onnx(mine, "mine.onnx", "float32")
    en.ReluNetwork.of([([[1], ["1/2"]], [0, "-1/4"]), ([[1, -1]], ["1/8"])]).save("other.json")
    cert = en.prove_property(mine, en.Box.of([(0, 1)]), [[0, -1, 2]]).certificate
    assert cert is not None
    cert.save("mine.cert.json")
    every = en.prove_all_depths(en.gallery.cantor()).certificate
    assert every is not None
    every.save("every.cert.json")
    return tmp_path


@pytest.mark.parametrize("file", ["mine.json", "mine.onnx"])
def test_the_same_weights_are_the_same_network(folder: Path, capsys: Capture, file: str) -> None:
    status, out, err = run(capsys, "check", "mine.cert.json", "--network", file)
    assert (status, err) == (0, "") and out.startswith("accepted: the 2 given inequalities")


def test_a_claim_about_another_network_is_rejected(folder: Path, capsys: Capture) -> None:
    status, out, _ = run(capsys, "check", "mine.cert.json", "--network", "other.json", "--json")
    found = json.loads(out)
    assert (status, found["verdict"], found["claim"]) == (1, "rejected", None)
    assert found["reason"].endswith("one about another network. It says nothing about yours.")
    assert run(capsys, "check", "mine.cert.json")[0] == 0


def test_a_claim_about_no_network_has_none_to_compare(folder: Path, capsys: Capture) -> None:
    status, out, err = run(capsys, "check", "every.cert.json", "--network", "mine.json")
    assert (status, out) == (2, "")
    assert "expected a claim about one network, got one of kind 'realises-all'." in err
