"""`make proofs` refuses what is not proved: false or admitted lemmas, axioms, missing theorems."""

import doctest
import importlib.util
import json
import os
import shutil
import subprocess
from pathlib import Path
from types import ModuleType

import pytest

PROOFS = Path(__file__).parent.parent.parent / "proofs"

needs_coq = pytest.mark.skipif(
    not all(map(shutil.which, ("make", "coqc", "coqchk"))),
    reason="Coq is not installed (proofs/install-coq.sh installs it)",
)

TRUE = """From Coq Require Import Reals.
From Exactnet Require Import Network.
Lemma right : relu = relu.
Proof. reflexivity. Qed.
"""
FALSE = TRUE.replace("Lemma right : relu = relu", "Lemma wrong : relu = Ropp")
PROVED = "Lemma right : 1 = 1.\nProof. reflexivity. Qed.\n"
ADMITTED = "Lemma wrong : 1 = 2.\nProof. Admitted.\n"
AXIOM = "Axiom wrong : 1 = 2.\n"
UNGUARDED = "Unset Guard Checking.\nFixpoint wrong (n : nat) : False := wrong n.\n"


@pytest.fixture(scope="module")
def rules() -> ModuleType:
    spec = importlib.util.spec_from_file_location("rules", PROOFS / "check_assumptions.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def make(folder: Path, target: str, **theory: str) -> subprocess.CompletedProcess[str]:
    """Run a rule of the project's Makefile on a folder with these files as its whole theory."""
    for name in ("Makefile", "_CoqProject", "check_assumptions.py"):
        shutil.copy(PROOFS / name, folder)
    (folder / "theory").mkdir()
    (folder / "checker").mkdir()
    for name, text in theory.items():
        (folder / "theory" / f"{name}.v").write_text(text)
    (folder / "assumptions.v").write_text(
        "From Exactnet Require Lemma.\nLocate Exactnet.Lemma.wrong.\n"
        "Print Assumptions Exactnet.Lemma.wrong.\n"
    )
    alone = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    return subprocess.run(
        ["make", "-C", str(folder), target],
        capture_output=True,
        text=True,
        timeout=60,
        env=alone,
        check=False,
    )


@needs_coq
def test_a_true_lemma_compiles_and_a_false_one_does_not(tmp_path: Path) -> None:
    network = (PROOFS / "theory" / "Network.v").read_text()
    for name, text in (("true", TRUE), ("false", FALSE)):
        (tmp_path / name).mkdir()
        run = make(tmp_path / name, "compile", Network=network, Lemma=text)
        assert "coqc theory/Lemma.v" in run.stdout
        assert (run.returncode == 0) == (name == "true")
        assert ("Unable to unify" in run.stderr) == (name == "false")


@needs_coq
def test_coqchk_accepts_a_theory_that_is_proved(tmp_path: Path) -> None:
    run = make(tmp_path, "check", Lemma=PROVED)
    assert run.returncode == 0
    assert "axioms in all modules: none" in run.stdout


@needs_coq
@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        (ADMITTED, "Axioms: Exactnet.Lemma.wrong is not allowed"),
        (AXIOM, "Axioms: Exactnet.Lemma.wrong is not allowed"),
        (UNGUARDED, "unsafe (co)fixpoints: Exactnet.Lemma.wrong is not allowed"),
    ],
    ids=["admitted", "axiom", "unguarded"],
)
def test_coqchk_finds_what_is_assumed_though_no_theorem_uses_it(
    tmp_path: Path, text: str, complaint: str
) -> None:
    run = make(tmp_path, "check", Lemma=text)
    assert run.returncode != 0
    assert complaint in run.stderr


@needs_coq
def test_the_list_of_assumptions_names_an_admitted_lemma(tmp_path: Path) -> None:
    run = make(tmp_path, "assumptions", Lemma=ADMITTED)
    assert run.returncode != 0
    assert "Exactnet.Lemma.wrong: the axiom Lemma.wrong is not allowed" in run.stderr


@needs_coq
@pytest.mark.parametrize(
    ("certificate", "status", "line"),
    [
        ({"claim": {"kind": "regions"}, "evidence": {}}, 0, "'regions' is not translated"),
        ({"claim": {}, "evidence": {}}, 2, "not a certificate of this format"),
    ],
    ids=["another-kind", "malformed"],
)
def test_a_certificate_is_left_to_the_other_checker_only_if_its_kind_is_not_translated(
    tmp_path: Path, certificate: dict[str, object], status: int, line: str
) -> None:
    (tmp_path / "instances").mkdir()
    shutil.copy(PROOFS / "instances" / "to_coq.py", tmp_path / "instances")
    text = json.dumps({"format": "exactnet-certificate/1", **certificate})
    (tmp_path / "instances" / "some-name.json").write_text(text)
    run = make(tmp_path, "compile", Lemma=PROVED)
    assert run.returncode == status
    assert "instances/some-name.json: to_coq: " in run.stdout
    assert line in run.stdout
    assert "coqc build/instances/some_name.v" not in run.stdout


# The reading of Coq's output ----------------------------------------------------------------------

SIG = "ClassicalDedekindReals.sig_not_dec : forall P : Prop, {~ ~ P} + {~ P}"
CLASSIC = "Classical_Prop.classic : forall P : Prop, P \\/ ~ P"


def printed(rules: ModuleType, changes: dict[str, list[str]]) -> str:
    """What coqtop prints if every main theorem rests on one axiom of the reals, but for changes."""
    lines = []
    for name in [*rules.MAIN, *(name for name in changes if name not in rules.MAIN)]:
        short = name.removeprefix("Exactnet.")
        lines += [f"Constant {name}", f"  (shorter name to refer to it ... is {short})"]
        axioms = changes.get(name, [SIG])
        lines += ["Axioms:", *axioms] if axioms else ["Closed under the global context"]
    return "\n".join(lines) + "\n"


def verdict(rules: ModuleType, folder: Path, kind: str, text: str) -> int:
    (folder / "output.txt").write_text(text)
    status = rules.main([kind, str(folder / "output.txt")])
    assert isinstance(status, int)
    return status


def test_the_doctests_of_the_script_hold(rules: ModuleType) -> None:
    result = doctest.testmod(rules)
    assert result.attempted > 0
    assert result.failed == 0


def test_the_expected_axioms_are_accepted_and_printed_for_each_theorem(
    rules: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = printed(
        rules,
        {
            "Exactnet.Fold.fold_theorem": [],
            "Exactnet.Theorem2.theorem2_width": [SIG, CLASSIC],
            "Exactnet.Instances.dust.dust_all_n": [SIG],
        },
    )
    assert verdict(rules, tmp_path, "theorems", text) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == len(rules.MAIN) + 1
    assert "Exactnet.Fold.fold_theorem: no axioms" in lines
    assert "Exactnet.Theorem2.theorem2_width: sig_not_dec, classic" in lines


def test_the_classical_axiom_is_only_for_theorems_about_e(rules: ModuleType) -> None:
    named = {name for name, axioms in rules.MAIN.items() if axioms != rules.REALS}
    assert named == {
        "Exactnet.Regions.regions_exponential",
        "Exactnet.Regions.exponential_form_fails_below",
        "Exactnet.Theorem2.theorem2_width",
        "Exactnet.Theorem2.theorem2_ifs_width",
        "Exactnet.Theorem2.width_bound_fails_below",
    }


@pytest.mark.parametrize(
    ("name", "axiom"),
    [
        ("Exactnet.Separation.theorem_1", CLASSIC),
        ("Exactnet.Instances.dust.dust_all_n", CLASSIC),
        ("Exactnet.Theorem2.theorem2_width", "Separation.helper : 1 = 2"),
        ("Exactnet.Theorem3.theorem3", "dec : forall P : Prop, {P} + {~ P}"),
        ("Exactnet.Theorem3.theorem3", "my_sig_not_dec : False"),
        ("Exactnet.Theorem3.theorem3", "wrong is assumed to be guarded."),
    ],
)
def test_an_unexpected_axiom_is_refused(
    rules: ModuleType, tmp_path: Path, name: str, axiom: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert verdict(rules, tmp_path, "theorems", printed(rules, {name: [SIG, axiom]})) == 1
    expected = f"{name}: the axiom {axiom.split(maxsplit=1)[0]} is not allowed"
    assert capsys.readouterr().err.splitlines() == [f"check_assumptions: {expected}"]


def test_a_missing_theorem_is_refused(
    rules: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = printed(rules, {}).replace(
        "Constant Exactnet.Theorem3.theorem3\n", "Constant Another.x\n"
    )
    assert verdict(rules, tmp_path, "theorems", text) == 1
    complaints = capsys.readouterr().err
    assert "Exactnet.Theorem3.theorem3: missing from the output" in complaints
    assert "Another.x: expected a main theorem" in complaints


@pytest.mark.parametrize(
    "text",
    [
        "Axioms:\nfoo : False\n",
        "No object of suffix Exactnet.Nowhere.nothing\n",
        "Constant Exactnet.Theorem3.theorem3\n",
        "Constant Exactnet.Theorem3.theorem3\nAxioms:\nAxioms:\n",
        "Constant Exactnet.Theorem3.theorem3\nSection Variables:\n",
    ],
)
def test_an_output_that_is_not_understood_is_refused(
    rules: ModuleType, tmp_path: Path, text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert verdict(rules, tmp_path, "theorems", text) == 2
    assert capsys.readouterr().err.startswith("check_assumptions: expected ")


SUMMARY = """
CONTEXT SUMMARY
===============

* Theory: Set is predicative

* Axioms:
    Coq.Reals.ClassicalDedekindReals.sig_not_dec
    Coq.Logic.Classical_Prop.classic

* Constants/Inductives relying on type-in-type: <none>

* Inductives whose positivity is assumed: <none>
"""


def test_the_summary_of_coqchk_is_accepted(rules: ModuleType, tmp_path: Path) -> None:
    assert verdict(rules, tmp_path, "context", SUMMARY) == 0


@pytest.mark.parametrize(
    ("old", "new", "status"),
    [
        ("Coq.Logic.Classical_Prop.classic", "Exactnet.Classical_Prop.classic", 1),
        ("Set is predicative", "Set is impredicative", 1),
        ("type-in-type: <none>", "type-in-type:\n    Exactnet.Theorem3.theorem3", 1),
        ("assumed: <none>", "assumed: Exactnet.Network.net", 1),
        ("* Axioms:", "* Nothing:", 2),
        ("CONTEXT SUMMARY", "Fatal Error:", 2),
    ],
)
def test_a_summary_with_anything_else_is_refused(
    rules: ModuleType, tmp_path: Path, old: str, new: str, status: int
) -> None:
    assert old in SUMMARY
    assert verdict(rules, tmp_path, "context", SUMMARY.replace(old, new)) == status


def test_every_main_theorem_is_asked_for(rules: ModuleType) -> None:
    text = (PROOFS / "assumptions.v").read_text()
    for name in rules.MAIN:
        assert f"\nLocate {name}.\nPrint Assumptions {name}.\n" in text
    assert text.count("Print Assumptions") == len(rules.MAIN) + 1  # one in its opening comment
