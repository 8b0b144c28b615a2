"""What is no network, fractal or claim is one line that says how to get one."""

from collections.abc import Callable
from pathlib import Path

import pytest

import exactnet as en

CANTOR = en.gallery.cantor()
NET = en.compile_ifs(CANTOR, 1)
WRONG: dict[str, tuple[Callable[[], object], str]] = {
    "compile": (lambda: en.compile_ifs("cantor", 2), "ifs: expected an IFS, got str."),
    "theorem1": (lambda: en.theorems.theorem1("cantor", 2), "ifs: expected an IFS, got str."),
    "theorem2": (lambda: en.theorems.theorem2("cantor", 2), "ifs: expected an IFS, got str."),
    "theorem3": (lambda: en.theorems.theorem3("cantor", 2), "ifs: expected an IFS, got str."),
    "gradient": (lambda: en.theorems.gradient_theorem("cantor", 2), "ifs: expected an IFS"),
    "conjecture": (lambda: en.theorems.observe_conjecture("cantor", 2), "ifs: expected an IFS"),
    "realizes swapped": (lambda: en.realizes(CANTOR, NET, 2), "ifs: expected an IFS, got ReluN"),
    "realizes": (lambda: en.realizes("n.json", CANTOR, 2), "network: expected a ReluNetwork"),
    "prove": (lambda: en.prove(NET), "claim: expected a Claim, got ReluNetwork. Write realizes("),
    "regions": (lambda: en.enumerate_regions("n.json"), "network: expected a ReluNetwork, got str"),
    "count": (lambda: en.count_regions("n.json", box=[(0, 1)]), "network: expected a ReluNetwork"),
    "line": (lambda: en.breakpoints_along("n.json", [0], [1]), "network: expected a ReluNetwork"),
    "equivalent": (lambda: en.equivalent(NET, "b.json"), "g: expected a ReluNetwork, got str."),
    "prune": (lambda: en.prune("n.json"), "network: expected a ReluNetwork, got str."),
    "property": (lambda: en.prove_property("n", [], []), "network: expected a ReluNet"),
    "query": (lambda: en.prove_query("n", en.Query.of(1, 1, [])), "network: expected"),
    "limits": (lambda: en.prune(NET, limits=5), "limits: expected Limits, got int. Write Limits("),
    "then": (lambda: en.prove_property(NET, [], [0, 0, 1]), "then[0]: expected a list of rational"),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_kind_of_argument_is_named(name: str) -> None:
    call, text = WRONG[name]
    with pytest.raises(en.InputTypeError) as caught:
        call()
    assert str(caught.value).startswith(text)
    assert "\n" not in str(caught.value)


def test_a_verdict_has_no_truth_value() -> None:
    refuted = en.prove(en.realizes(NET, CANTOR, 2))
    for value in (refuted, refuted.verdict, en.Proved):
        with pytest.raises(en.InputTypeError, match=r"Write verdict is exactnet\.Proved\."):
            bool(value)
    assert refuted.verdict == "refuted" and refuted.verdict is en.Refuted


def test_sides_and_rows_are_told_apart() -> None:
    line = en.ReluNetwork.of([([[1]], [0]), ([[1]], [0])])  # relu(x)
    half = [[0, -1, "1/2"]]  # f <= 1/2
    with pytest.raises(en.InputError, match="a list of pairs, which may be sides or rows"):
        en.prove_property(line, [(-2, 1)], half)
    assert en.prove_property(line, en.Box.of([(-2, 1)]), half).verdict is en.Refuted
    assert en.prove_property(line, en.Halfspaces([(-2, 1)]), half).verdict is en.Proved  # x <= 1/2
    plane = en.ReluNetwork.of([([[1, 1]], [0]), ([[1]], [0])])
    sides, rows = [(0, 1), (0, 1)], [[1, 0, 0], [-1, 0, 1], [0, 1, 0], [0, -1, 1]]
    for inside in (sides, en.Box.of(sides), rows, en.Halfspaces(rows)):
        assert en.prove_property(plane, inside, [[0, 0, -1, 2]]).verdict is en.Proved
        assert en.prove_property(plane, inside, [[0, 0, -1, 1]]).verdict is en.Refuted


def test_objects_show_themselves_in_a_line(tmp_path: Path) -> None:
    cx = en.enumerate_regions(NET, box=[(-1, 1)])
    shown = [repr(v) for v in (CANTOR, NET, en.compile_ifs(CANTOR, 9), cx)]
    shown += [repr(en.LevelSet.of(NET, [(-1, 1)]).boundary), repr(en.prove_all_depths(CANTOR))]
    assert shown[:2] == [
        "<IFS cantor-1d: 2 maps of R^1>",
        "<ReluNetwork 1-6-5-3-1, 3 hidden layers>",
    ]
    assert all(len(text) < 120 and "Fraction" not in text for text in shown)


def test_an_ifs_is_saved_as_it_is_loaded(tmp_path: Path) -> None:
    en.gallery.vicsek().save(tmp_path / "v.json")
    assert en.IFS.load(tmp_path / "v.json").maps == en.gallery.vicsek().maps


@pytest.mark.parametrize("name", ["n.onnx", "n.PT", "n.npz"])
def test_exact_json_is_not_written_under_another_name(tmp_path: Path, name: str) -> None:
    with pytest.raises(en.InputError, match="expected a name for exact JSON"):
        NET.save(tmp_path / name)
    assert not list(tmp_path.iterdir())
