"""The certificates in proofs/rejected: near misses, each refused for its reason."""

import json
import subprocess
import sys
from typing import Any

import pytest
from spoiled import REJECTED, accepted, make

from exactnet.verification import check

REASONS: dict[str, str] = json.loads((REJECTED / "reasons.json").read_text())


@pytest.mark.parametrize("name", accepted.NAMES)
def test_what_they_are_made_from_is_accepted(name: str) -> None:
    assert check.check(check.parse(accepted.text(name).encode()))


@pytest.mark.parametrize("name", REASONS)
def test_a_spoiled_certificate_is_rejected_for_its_reason(name: str) -> None:
    with pytest.raises(check.Rejected) as caught:
        check.check(check.read(str(REJECTED / f"{name}.json")))
    assert REASONS[name] in str(caught.value)


def test_the_files_are_the_accepted_ones_spoiled_in_a_few_places() -> None:
    assert make.main(["--check"]) == 0, "run python proofs/rejected/make.py"
    made = list(make.certificates())
    assert {name for name, _, _ in made} == set(REASONS)
    assert {path.stem for path in REJECTED.glob("*.json")} == {*REASONS, "reasons"}
    assert all(1 <= len(changes) <= 3 for *_, changes in make.SPOILED)
    assert all(REASONS.values())


def test_every_kind_and_every_rule_is_spoiled() -> None:
    documents: list[Any] = [json.loads(content) for _, _, content in make.certificates()]
    spoiled = {
        (d["claim"]["kind"], d["evidence"]["rule"], d["evidence"].get("method")) for d in documents
    }
    for kind, (_, rules) in check.KINDS.items():
        for rule in rules:
            methods = check.Levels.TREES if rule == "levels" else (None,)
            assert spoiled >= {(kind, rule, method) for method in methods}


def test_the_file_alone_says_accepted_rejected_or_malformed() -> None:
    def run(name: str) -> tuple[int, str]:
        command = [sys.executable, "-I", "-S", check.__file__, str(REJECTED / f"{name}.json")]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.stdout == ""
        return done.returncode, done.stderr

    assert run("cover-simplex-missing") == (1, "rejected: the simplices leave a gap in R^d\n")
    malformed = "malformed: '1/0' is not a rational\n"
    assert run("form-number-3") == (2, malformed)
