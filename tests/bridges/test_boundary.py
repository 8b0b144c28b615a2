"""The boundary family: its files are what the script writes, its answers are certified."""

import csv
import json
from fractions import Fraction as F
from pathlib import Path

import pytest

import exactnet as en
from exactnet.bridges.files import load_network

BASE = Path(__file__).parents[2] / "bench/boundary"
CERTIFICATES = sorted(BASE.glob("certificates/*.json"))


def test_the_folder_is_what_the_script_writes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(BASE.parent))
    import boundary

    boundary.write(tmp_path)
    kept = {p.relative_to(BASE): p.read_bytes() for p in BASE.rglob("*") if p.is_file()}
    made = {p.relative_to(tmp_path): p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()}
    assert set(made) == set(kept)
    same = [name for name in made if name.parent.name != "certificates"]  # one of many proofs
    assert [name for name in same if made[name] != kept[name]] == []
    assert sum(map(len, made.values())) < 400_000


@pytest.mark.parametrize("path", CERTIFICATES, ids=[path.stem for path in CERTIFICATES])
def test_certificates_are_about_the_models_and_accepted(path: Path) -> None:
    assert en.check_certificate(path)
    claim = json.loads(path.read_text())["claim"]
    net = load_network(BASE / f"onnx/{path.name.split('.')[0]}.onnx")
    assert len(claim["network"]) == len(net.layers)
    for written, layer in zip(claim["network"], net.layers, strict=True):
        assert set(written) == {"weight", "bias"}  # all units are relu
        assert tuple(tuple(map(F, row)) for row in written["weight"]) == layer.weight
        assert tuple(map(F, written["bias"])) == layer.bias
    [row] = claim["then"]
    constant = F(row[-1])
    slack = F(1, 2**50) if path.name.endswith(".sat.json") else F(0)
    exact = path.name.startswith("dust-1-exact")
    assert -constant - slack == (F(0) if exact else F(1, 2))


def test_every_instance_has_an_answer_and_a_certificate() -> None:
    with (BASE / "answers.csv").open() as stream:
        answers = list(csv.DictReader(stream))
    lines = (BASE / "instances.csv").read_text().splitlines()
    assert [line.split(",")[1] for line in lines] == [
        f"vnnlib/{row['instance']}.vnnlib" for row in answers
    ]
    assert len(answers) == 96
    for row in answers:
        assert (BASE / "certificates" / row["certificate"]).is_file()
        assert row["certificate"].endswith(f".{row['answer']}.json")
        assert (".plus-" in row["instance"]) == (row["answer"] == "unsat")
