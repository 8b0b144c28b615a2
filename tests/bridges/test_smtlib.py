"""SMT-LIB: other solvers read our text and answer as our verdicts."""

import re
from fractions import Fraction as F
from pathlib import Path

import cvc5
import pytest
import z3

import exactnet as en
from exactnet.bridges.smtlib import to_smtlib


def ask_z3(text: str) -> tuple[str, list[F] | None]:
    solver = z3.SolverFor("QF_LRA")
    solver.from_string(text.replace("(check-sat)", "").replace("(exit)", ""))
    answer = str(solver.check())
    if answer != "sat":
        return answer, None
    model = solver.model()
    names = sorted({d.name() for d in model.decls() if d.name().startswith("x_")})
    return answer, [F(str(model[z3.Real(name)])) for name in names]


def ask_cvc5(text: str) -> tuple[str, list[F] | None]:
    solver = cvc5.Solver()
    solver.setOption("produce-models", "true")
    reader = cvc5.InputParser(solver)
    reader.setStringInput(cvc5.InputLanguage.SMT_LIB_2_6, text.replace("(exit)", ""), "claim")
    said = ""
    while not (command := reader.nextCommand()).isNull():
        said += command.invoke(solver, reader.getSymbolManager())
    if said.strip() != "sat":
        return said.strip(), None
    terms = reader.getSymbolManager().getDeclaredTerms()
    point = {str(t): solver.getValue(t).getRealValue() for t in terms if str(t).startswith("x_")}
    return "sat", [F(point[name]) for name in sorted(point)]


def claims() -> list[tuple[str, en.Claim]]:
    found = []
    for name in ("cantor", "cantor-dust"):
        ifs = en.gallery.get(name)
        for n in (1, 2):
            for method, margin in (("exact", None), ("margin", "1/8")):
                net = en.compile_ifs(ifs, n, method, margin)
                found.append((f"{name} {n} {method}", en.realizes(net, ifs, n, margin)))
                c = F(1, 2) if margin else F(0)
                more = en.realizes(net, ifs, n, margin, threshold=c + F(1, 2**40))
                found.append((f"{name} {n} {method}, asking too much", more))
        wrong = en.compile_ifs(ifs, 1)
        found.append((f"{name}, another depth", en.realizes(wrong, ifs, 2)))
        box = en.Box.of([("1/3", "5/6")] * ifs.dim)
        found.append((f"{name} in a box", en.realizes(wrong, ifs, 2, domain=box)))
    return found


CLAIMS = claims()


@pytest.mark.parametrize("ask", [ask_z3, ask_cvc5])
@pytest.mark.parametrize("claim", [one for _, one in CLAIMS], ids=[name for name, _ in CLAIMS])
def test_solvers_answer_as_our_verdicts(ask: object, claim: en.Claim, tmp_path: Path) -> None:
    path = tmp_path / "claim.smt2"
    text = to_smtlib(claim, path)
    assert path.read_text() == text
    answer, point = ask(text)  # type: ignore[operator]
    verdict = en.prove(claim, "regions").verdict if claim.domain else en.prove(claim).verdict
    assert answer == {en.Proved: "unsat", en.Refuted: "sat"}[verdict]
    if point is not None:
        label = claim.labelling.label(point)
        assert claim.violated(label, claim.network(point)[0])


def test_the_two_parts_make_the_whole() -> None:
    ifs = en.gallery.cantor()
    good, small = en.compile_ifs(ifs, 2), en.compile_ifs(ifs, 1)  # K_1 is larger than K_2
    parts = ("positives", "negatives", "any")
    answers = {
        name: [ask_z3(to_smtlib(en.realizes(net, ifs, 2), part=part))[0] for part in parts]
        for name, net in (("good", good), ("small", small))
    }
    assert answers == {"good": ["unsat"] * 3, "small": ["unsat", "sat", "sat"]}


def test_units_of_every_kind_are_written() -> None:
    net = en.ReluNetwork.of(
        [([[1], [1], [1], ["-1/3"]], [0, 1, "-1/2", 0]), ([[1, 1, -2, "1/7"]], ["-9/10"])],
        [["relu", "abs", "identity", {"leaky": "1/10"}]],
    )
    claim = en.realizes(net, en.gallery.cantor(), 0)
    text = to_smtlib(claim)
    solver = z3.SolverFor("QF_LRA")
    declared = re.findall(r"\(declare-const (\S+) Real\)", text)
    assert declared == ["x_0", "h0_0", "h0_1", "h0_2", "h0_3", "y_0"]
    lines = [line for line in text.splitlines() if not line.startswith(("(check", "(exit"))]
    solver.from_string("\n".join(lines[:-1]))  # without the question
    for x in (F(-3), F(-1, 4), F(0), F(2, 3), F(5)):
        solver.push()
        solver.add(z3.Real("x_0") == z3.RealVal(str(x)))
        assert solver.check() == z3.sat
        value = solver.model()[z3.Real("y_0")]
        assert F(str(value)) == net([x])[0]
        solver.pop()


def test_one_map_alone_may_be_applied_very_often() -> None:
    ifs = en.IFS.of([([["1/2"]], ["1/4"])], base=[(-1, 1)])
    claim = en.realizes(en.ReluNetwork.of([([[1]], ["-1/2"])]), ifs, 900)  # K_900 is about 1/2
    answer, point = ask_z3(to_smtlib(claim, part="negatives"))
    assert answer == "sat" and claim.labelling.label(point) == -1
    assert ask_z3(to_smtlib(claim, part="positives"))[0] == "sat"
    shallow = en.realizes(en.compile_ifs(ifs, 3), ifs, 3)
    assert ask_z3(to_smtlib(shallow))[0] == "unsat"


def test_what_cannot_be_written_is_refused() -> None:
    ifs = en.gallery.cantor_dust()
    with pytest.raises(en.InputError, match="depth: expected at most 4096 cells"):
        to_smtlib(en.realizes(en.compile_ifs(ifs, 7), ifs, 7))
    with pytest.raises(en.InputError, match="part: expected one of any"):
        to_smtlib(en.realizes(en.compile_ifs(ifs, 1), ifs, 1), part="gaps")
