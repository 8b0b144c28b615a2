"""The checker's own arithmetic, limits and statements; bench/checker_mutations.py runs them too.

So a test here is a plain function, and whatever belongs to the checker is looked up in ``check``.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from fractions import Fraction as F
from io import StringIO
from itertools import permutations, product
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from spoiled import accepted, make

from exactnet.verification import check

HALF = F(1, 2)
NO_UNITS = [{"weight": [["1"]], "bias": ["0"]}]
ABSOLUTE = [
    {"weight": [["1", "0"], ["0", "2"]], "bias": ["0", "-1/3"], "activation": ["abs", "relu"]},
    {"weight": [["1", "1/2"], ["0", "-1"]], "bias": ["1", "1/5"]},
]


@contextmanager
def limit(name: str, value: int) -> Iterator[None]:
    """Another value of one of the checker's limits."""
    old = getattr(check, name)
    setattr(check, name, value)
    try:
        yield
    finally:
        setattr(check, name, old)


def verdict(document: Any) -> str:
    """What the checker says of a JSON object."""
    return check.check(check.parse(json.dumps(document).encode()))


def says(document: Any, kind: str, text: str) -> None:
    """Assert that it is rejected, or malformed, in these words."""
    with pytest.raises(check.Rejected, match=text) as caught:
        verdict(document)
    assert type(caught.value).__name__ == kind


def changed(name: str, *changes: tuple[str, Any]) -> Any:
    """An accepted certificate with some places changed."""
    document = accepted.document(name)
    for place, change in changes:
        make.put(document, place, change)
    return document


# Reading ------------------------------------------------------------------------------------------


def test_the_size_and_the_memory_of_a_file_are_limited_exactly() -> None:
    data = accepted.text("touching").encode()
    brackets = data.count(b"[") + data.count(b"{") + data.count(b'"') // 2
    memory = 3 * len(data) + 100 * brackets + 80 * data.count(b",")
    for name, value in (("MAX_BYTES", len(data)), ("MAX_MEMORY", memory)):
        with limit(name, value):
            assert check.parse(data)
        with limit(name, value - 1), pytest.raises(check.Malformed, match="too large"):
            check.parse(data)


def test_a_file_is_read_to_its_end_or_refused() -> None:
    data = accepted.text("touching").encode()
    with TemporaryDirectory() as folder, limit("MAX_BYTES", len(data)):
        path = Path(folder) / "certificate.json"
        path.write_bytes(data)
        assert check.read(str(path)) == json.loads(data)
        path.write_bytes(data + b"!")
        with pytest.raises(check.Malformed, match="too large"):
            check.read(str(path))
        with pytest.raises(check.Malformed, match="cannot be read: No such file"):
            check.read(str(path) + "?")


def test_what_is_no_plain_json_is_malformed() -> None:
    for data, message in (
        (b"", "not JSON"),
        (b"{}", "with the keys"),
        (b"[1.5]", "1.5 is not an exact number"),
        (b"[1e9]", "1e9 is not an exact number"),
        (b"[NaN]", "NaN is not an exact number"),
        (b"[-Infinity]", "-Infinity is not an exact number"),
        (b'{"a": 1, "a": 1}', "a key occurs twice"),
        ("[\u0661]".encode(), "ASCII text"),
        (b'["\\u0031"]', "ASCII text without backslashes"),
        (b"\xff", "ASCII text"),
        (b"[" * 10_000, "the nesting is too deep"),
        (b"[" + b"1" * 4001 + b"]", "a number of 4001 digits"),
        (b"[" + b"1" * 4000 + b"]", "with the keys"),
    ):
        with pytest.raises(check.Malformed, match=message):
            check.parse(data)


def test_rationals_are_integers_or_quotients_in_decimal() -> None:
    for text, value in (("0", 0), ("-7", -7), ("3/6", HALF), ("-3/6", -HALF), ("01/02", HALF)):
        assert check.rational(text) == value
    long = "9" * 4000
    assert check.rational(f"-{long}/{long}") == -1
    for wrong in (
        long + "9",
        f"1/{long}9",
        True,
        None,
        [],
        0.5,
        "",
        "-",
        "1/",
        "/2",
        "1/0",
        "2/-1",
    ):
        with pytest.raises(check.Malformed, match="is not a rational"):
            check.rational(wrong)


def test_integers_are_no_booleans_and_in_range() -> None:
    assert [check.whole(k, "k", 3) for k in range(3)] == [0, 1, 2]
    for wrong in (-1, 3, True, "1", None):
        with pytest.raises(check.Malformed, match="k: expected an integer from 0 to 2"):
            check.whole(wrong, "k", 3)
    with pytest.raises(check.Malformed, match="from 0 to any"):
        check.whole(-1, "k")
    assert (check.coordinate(-2), check.coordinate(5)) == (-2, 5)
    with pytest.raises(check.Malformed, match="a coordinate"):
        check.coordinate(True)


def test_objects_have_exactly_their_keys() -> None:
    for name, place in (
        ("disjoint", "claim/ifs"),
        ("disjoint", "claim/ifs/maps/0"),
        ("disjoint", "evidence"),
        ("touching", "claim"),
        ("touching", "evidence"),
        ("property", "claim"),
        ("property", "evidence"),
        ("property", "claim/network/1"),
        ("property", "evidence/tree"),
        ("property", "evidence/tree/end"),
        ("property", "evidence/tree/end/off/end"),
        ("property-units", "claim/network/0/activation/2"),
        ("violation", "evidence"),
        ("unsatisfiable", "claim"),
        ("unsatisfiable", "evidence"),
        ("unsatisfiable", "evidence/trees/0"),
        ("satisfiable", "claim"),
        ("satisfiable", "evidence"),
        ("all-penalty", "claim"),
        ("all-penalty", "evidence"),
        ("all-penalty", "evidence/rejects/end"),
        ("all-penalty", "evidence/undone/0/end/off/end"),
        ("fold", "evidence"),
        ("cover", "claim"),
        ("cover", "claim/labelling"),
        ("cover", "evidence"),
        ("cover-outer", "claim/labelling"),
        ("refuted", "claim"),
        ("refuted", "evidence"),
        ("regions", "claim"),
        ("regions", "evidence"),
    ):
        says(
            changed(name, (place + "/more", 0)), "Malformed", "expected an? .*with the keys|belong"
        )


def test_nesting_that_python_does_not_bear_is_malformed() -> None:
    deep: Any = 0
    for _ in range(1000):
        deep = {"steps": [], "end": {"split": 0, "off": deep, "on": 0}}
    with pytest.raises(check.Malformed, match="the nesting is too deep"):
        check.check(changed("property", ("evidence/tree", deep)))


def test_the_exit_status_tells_the_verdicts_apart() -> None:
    wrong = changed("disjoint", ("evidence/pairs", []))
    cases = (
        (0, accepted.text("disjoint"), "accepted: the 2 images"),
        (1, json.dumps(wrong), "rejected: a pair of images is missing"),
        (2, "{", "malformed: not JSON"),
    )
    with TemporaryDirectory() as folder:
        path = Path(folder) / "certificate.json"
        for status, text, message in cases:
            path.write_text(text)
            with redirect_stdout(StringIO()) as out, redirect_stderr(StringIO()) as err:
                assert check.main([str(path)]) == status
            shown, hidden = (out, err) if status == 0 else (err, out)
            assert shown.getvalue().startswith(message)
            assert (shown.getvalue().count("\n"), hidden.getvalue()) == (1, "")
        for arguments in ([], [str(path), str(path)]):
            with redirect_stderr(StringIO()) as err:
                assert check.main(arguments) == 2
            assert err.getvalue() == "usage: python check.py FILE\n"


# Arithmetic ---------------------------------------------------------------------------------------


def determinant(rows: list[list[int]]) -> int:
    """By Leibniz' formula."""
    total = 0
    for p in permutations(range(len(rows))):
        term = 1
        for i, j in enumerate(p):
            term *= rows[i][j] * (-1) ** sum(p[k] > j for k in range(i))
        total += term
    return total


def test_signs_of_determinants_are_those_of_leibniz_formula() -> None:
    random = Random(0)
    for d in (2, 3, 4):
        for _ in range(30):
            rows = [[random.choice((0, 0, 1, -1, 2, 7)) for _ in range(d)] for _ in range(d)]
            value = determinant(rows)
            assert check.determinant_sign(rows) == (value > 0) - (value < 0)
    assert check.determinant_sign([[0, 1, 2], [0, 3, 4], [0, 5, 6]]) == 0


def test_inverses_are_inverse_and_singular_maps_rejected() -> None:
    f = ([[F(0), F(-1, 12), F(1)], [HALF, F(1, 8), F(0)], [F(2), F(0), F(3)]], [F(1), F(2), F(3)])
    assert check.after(f, check.inverse(f)) == check.identity(3)
    assert check.after(check.inverse(f), f) == check.identity(3)
    singular = ([[F(1), F(2)], [F(2), F(4)]], [F(0), F(0)])
    with pytest.raises(check.Rejected, match="not invertible"):
        check.inverse(singular)


def test_rows_become_coprime_integers() -> None:
    assert check.integers([F(4, 3), F(-2), F(2, 5)]) == [10, -15, 3]


def test_homogeneous_evaluation_agrees_with_evaluation() -> None:
    net = check.Network.of(ABSOLUTE)
    layers = [check.scaled(layer) for layer in net.layers]
    for point in ([-3, 1, 2], [3, 0, 1], [0, 1, 6], [0, 2, 7]):
        positive, negative, last, scale = check.evaluated(layers, point)
        x = [F(v, point[-1]) for v in point[:-1]]
        z = [x[0], 2 * x[1] - F(1, 3)]
        assert F(last, scale) == net(x)[0] == abs(z[0]) + max(z[1], 0) / 2 + 1
        assert positive == sum(2**k for k in range(2) if z[k] > 0)
        assert negative == sum(2**k for k in range(2) if z[k] < 0)


def test_affine_maps_of_patterns_take_slopes_of_negative_units() -> None:
    net = check.Network.of(ABSOLUTE)
    assert check.linear_map(net, 0b11) == (1, 1, 0, -2, F(5, 6), F(8, 15))
    assert check.linear_map(net, 0b01) == (1, 0, 0, 0, 1, F(1, 5))
    assert check.linear_map(net, 0b10) == (-1, 1, 0, -2, F(5, 6), F(8, 15))


def test_the_group_of_turns_is_closed() -> None:
    for generators, size in (
        ([(2, -1)], 4),
        ([(2, 1), (-1, 2)], 8),
        ([(2, 3, 1), (2, 1, 3), (-1, 2, 3)], 48),
        ([(-1, -2, -3)], 2),
    ):
        group = {tuple(range(1, len(generators[0]) + 1))}
        with limit("MAX_GROUP", size):
            check.enlarge(group, generators)
        assert len(group) == size
        closed = {tuple((1, -1)[v < 0] * g[abs(v) - 1] for v in t) for t in group for g in group}
        assert closed == group
        with limit("MAX_GROUP", size - 1), pytest.raises(check.Rejected, match="too large"):
            check.enlarge({tuple(range(1, len(generators[0]) + 1))}, generators)
    assert check.signed([[F(0), F(-1)], [F(1), F(0)]]) == (-2, 1)
    for wrong in ([[0, 2], [1, 0]], [[1, 0], [1, 0]], [[1, 1], [0, 1]], [[0, 0], [0, 1]]):
        assert check.signed([[F(v) for v in row] for row in wrong]) is None


# Networks, labellings, limits ---------------------------------------------------------------------


def test_boxes_are_scaled_about_their_centres() -> None:
    ifs = check.IFS(accepted.document("disjoint-odd")["claim"]["ifs"])
    label = check.Labelling(ifs, {"margin": "1/2", "side": "outer", "threshold": 0})
    assert label.enclosure() == [[-HALF, F(5, 2)], [-1, 5]]
    assert label.box(HALF) == [[HALF, F(3, 2)], [1, 3]]


def test_boxes_are_closed() -> None:
    box = [[F(0), F(1)], [F(2), F(3)]]
    for x, y in product((F(0), F(1)), (F(2), F(3))):
        assert check.within([x, y], box)
    for x, y in ((-1, 2), (2, 2), (0, 1), (0, 4)):
        assert not check.within([F(x), F(y)], box)


def test_dimensions_are_limited() -> None:
    maps = [{"matrix": [["0"] * k + ["1"] + ["0"] * (9 - k) for k in range(10)]}]
    maps[0]["translation"] = ["0"] * 10  # type: ignore[assignment]
    assert check.IFS({"base": [["0", "1"]] * 10, "maps": maps}).dim == 10
    with pytest.raises(check.Malformed, match="dimension: expected an integer from 0 to 10"):
        check.IFS({"base": [["0", "1"]] * 11, "maps": maps})
    for inputs in (10, 11):
        net = check.Network.of([{"weight": [["1"] * inputs], "bias": ["0"]}])
        if inputs == 10:
            assert check.Cover(net, []).dim == 10
        else:
            with pytest.raises(check.Malformed, match="more than 10 dimensions"):
                check.Cover(net, [])


def test_work_and_memory_are_limited() -> None:
    document = accepted.document("property")
    claim = document["claim"]
    inside = check.table(claim["inside"], 2)
    net = check.Network.of(claim["network"])
    volume = check.Implication(net, inside, [], []).volume
    with limit("MAX_FORMS", volume):
        check.Implication(net, inside, [], [])
    with limit("MAX_FORMS", volume - 1), pytest.raises(check.Rejected, match="too large"):
        check.Implication(net, inside, [], [])
    for name in ("property", "disjoint", "cover", "violation", "refuted", "regions", "all-fold"):
        document = accepted.document(name)
        verdict(document)
        done, kept = check.Work.done, check.Work.held
        with limit("MAX_KEPT", kept):
            verdict(document)
        if kept:
            with limit("MAX_KEPT", kept - 1):
                says(document, "Rejected", "checking it would take too much memory")
        with limit("MAX_WORK", done):
            verdict(document)
        with limit("MAX_WORK", done - 1):
            says(document, "Rejected", "checking it would take too long")
        with limit("MAX_WORK", 0):  # nobody is checking
            check.combined(({0: F(1)}, F(1)))
    unit = check.Network.of([*NO_UNITS, *NO_UNITS])
    with limit("MAX_MEMORY", 1):
        assert len(check.Cover(unit, [[k, 1] for k in range(4)]).points) == 4
        with pytest.raises(check.Rejected, match="too many points"):
            check.Cover(unit, [[k, 1] for k in range(5)])


def test_undoing_is_limited() -> None:
    ifs = check.IFS(accepted.document("refuted")["claim"]["ifs"])
    label = check.Labelling(ifs, {"margin": None, "threshold": 0})
    with limit("MAX_UNDONE", 6):
        assert check.labels(ifs, label, 3, [F(-1)]) == (True, True)
    with limit("MAX_UNDONE", 5), pytest.raises(check.Rejected, match="too many cells"):
        check.labels(ifs, label, 3, [F(-1)])


def test_depths_are_limited() -> None:
    for name in ("cover", "refuted"):
        says(changed(name, ("claim/depth", 1001)), "Malformed", "from 0 to 1000")
    says(changed("cover", ("claim/depth", 1000)), "Rejected", "not one list")
    verdict(changed("refuted", ("claim/depth", 1000), ("evidence/point", ["-1"]), *_ZERO))
    one = changed("cover", ("claim/ifs/maps", lambda maps: maps[:1]), *_ONE_CELL)
    for n, reason in ((64, "beyond the core"), (65, "not one list of simplices a cell")):
        says({**one, "claim": {**one["claim"], "depth": n}}, "Rejected", reason)


_ZERO = (("claim/network", [{"weight": [["0"]], "bias": ["-1"]}]),)
_ONE_CELL = (
    ("evidence/cells", lambda cells: cells[:1]),
    ("evidence/ramps", lambda ramps: ramps[:1]),
)


def test_points_on_the_border_are_inside() -> None:
    corner = changed("violation-corner", ("evidence/point", ["1", "-1"]))
    assert "violates the property at (1, -1)" in verdict(corner)


# Trees --------------------------------------------------------------------------------------------


def refuses(inside: list[list[int]], network: Any, steps: Any, end: Any) -> None:
    """Assert that multipliers of facts that are not strict do not refute 0 >= 0."""
    rows = [[F(v) for v in row] for row in inside]
    implication = check.Implication(check.Network.of(network), rows, [], [])
    with pytest.raises(check.Rejected, match="contradict nothing"):
        implication.require_proved({"steps": steps, "end": end})


def test_only_strict_facts_refute_equality() -> None:
    relu = [{"weight": [["1"]], "bias": ["0"]}, {"weight": [["1"]], "bias": ["0"]}]
    linear = [{**relu[0], "activation": ["identity"]}, relu[1]]
    zero = [[1, 0], [-1, 0]]
    refuses(zero, NO_UNITS, [], {"contradiction": [[0, 1], [1, 1]]})
    refuses([], linear, [], {"contradiction": [[0, 1], [1, 1]]})
    refuses([[1, 0]], relu, [[0, 1, [[0, 1]]]], {"contradiction": [[1, 1], [3, 1]]})
    cases = [{"steps": [], "end": {"contradiction": [[k, 1], [4, 1]]}} for k in (0, 1)]
    refuses(zero, relu, [], {"split": 0, "off": cases[0], "on": cases[1]})


def test_a_strict_fact_counts_if_its_multiplier_is_positive() -> None:
    net = check.Network.of(NO_UNITS)
    rows = [[F(1), F(0)], [F(-1), F(0)]]
    about = check.Implication(net, rows, [[[F(1), F(0)]]], [])

    def tree(multipliers: Any) -> Any:
        case = {"steps": [], "end": {"contradiction": multipliers}}
        return {"steps": [], "end": {"beyond": 0, "cases": [case]}}

    about.require_proved(tree([[0, 1], [2, 1]]))  # x >= 0 and -x > 0
    about.require_proved(tree([[0, 1], [2, 1], [1, 0]]))
    with pytest.raises(check.Rejected, match="contradict nothing"):
        about.require_proved(tree([[0, 1], [1, 1], [2, 0]]))
    with pytest.raises(check.Rejected, match="negative multiplier"):
        about.require_proved(tree([[0, 1], [2, "-1/2"]]))


def test_a_case_that_comes_again_and_again_is_kept_once() -> None:
    row = [F(v) for v in range(1, 100)]
    line = [{"weight": [list(map(str, row[:-1]))], "bias": [str(row[-1])]}, *NO_UNITS]
    about = check.Implication(check.Network.of(line), [row], [], [])
    first, again = about.case(0, 1), about.case(0, 1)
    assert first[0] is again[0] and first[1] is again[1]


def test_a_case_is_excluded_by_its_last_fact_about_outputs() -> None:
    net = check.Network.of(ABSOLUTE)  # rows over (x, y, u, v, 1)
    inner, border = [1, 0, 0, 0, 2], [0, -1, 0, 0, 3]
    first, last = [0, 1, 0, 5, -1], [0, 0, -1, 0, 4]

    def split(*pairs: Any) -> Any:
        return check.excluded(net, [([F(v) for v in row], strict) for row, strict in pairs])

    for strict in (False, True):
        turned = [[([0, 0, 1, 0, -4], not strict)]]
        case = [(first, True), (inner, False), (last, strict), (border, True)]
        assert split(*case) == ([[1, 0, 2]], turned, [(first, True), (border, True)])
        assert split((last, strict), (border, False)) == ([[0, -1, 3]], turned, [])
        assert split((inner, False), (border, True)) == ([[1, 0, 2]], [], [(border, True)])
    assert split() == ([], [], [])
    turned = [[([0, -1, 0, -5, 1], True)]]
    assert split((last, False), (first, False)) == ([], turned, [(last, False)])


def test_what_is_given_is_numbered_after_the_units() -> None:
    net = [{"weight": [["1"]], "bias": ["0"]}, {"weight": [["2"]], "bias": ["0"]}]
    row, above = [[F(1), F(1)]], ([F(0), F(1), F(-3)], True)
    about = check.Implication(check.Network.of(net), row, [], [], [above])
    assert about.facts[3:] == [({1: F(2), check.ONE: F(-3)}, True)]
    assert [strict for _, strict in about.facts] == [False, False, False, True]


# Covers -------------------------------------------------------------------------------------------


def test_zeros_of_one_simplex_lie_in_one_and_the_same_cell() -> None:
    flat = [  # 0 on [-1, 1], negative elsewhere
        {"weight": [["1"], ["-1"]], "bias": ["-1", "-1"]},
        {"weight": [["-1", "-1"]], "bias": ["0"]},
    ]
    claim = {
        "kind": "realises",
        "ifs": accepted.document("cover")["claim"]["ifs"],
        "depth": 1,
        "network": flat,
        "labelling": {"margin": None, "threshold": 0},
    }
    evidence = {
        "rule": "cover",
        "points": [[-1, 0], [-1, 1], [-1, 3], [1, 3], [1, 1], [1, 0]],
        "cells": [[[1, 2]], [[3, 4]]],
        "ramps": [[], []],
        "rest": [[0, 1], [2, 3], [4, 5]],
    }
    document = {"format": check.FORMAT, "claim": claim, "evidence": evidence}
    says(document, "Rejected", "f = 0 off the cells")
    joined = [{"matrix": [["2/3"]], "translation": [shift]} for shift in ("-1/3", "1/3")]
    claim["ifs"] = {"base": [["-1", "1"]], "maps": joined}  # cells that share [-1/3, 1/3]
    evidence["cells"] = [[[1, 2], [2, 3]], [[2, 3], [3, 4]]]
    assert verdict(document).startswith("n = 1: f >= 0 on K_1")


# Chains -------------------------------------------------------------------------------------------


def require_chain(n: int, step: Any, output: Any, network: Any) -> None:
    """That a network is the chain of n steps, from [-1, 1], and an output."""
    ifs = check.IFS(accepted.document("all-fold")["claim"]["ifs"])
    label = check.Labelling(ifs, {"margin": None, "threshold": 0})
    parts = {"prepare": NO_UNITS, "steps": [step], "output": output}
    evidence = {"rule": "levels", "method": "fold", **parts, **dict.fromkeys(("turns", "folds"))}
    evidence |= dict.fromkeys(("elsewhere", "accepts", "rejects"))
    check.Levels(ifs, label, evidence, n).require_network(check.Network.of(network))


ROOF = [{"weight": [["1"], ["-1"]], "bias": ["0", "0"]}, {"weight": [["-1", "-1"]], "bias": ["1"]}]


def test_affine_steps_are_multiplied_into_the_network() -> None:
    step = [{"weight": [["2"]], "bias": ["1"]}]
    network = [{"weight": [["4"], ["-4"]], "bias": ["3", "-3"]}, ROOF[1]]
    require_chain(2, step, ROOF, network)
    with pytest.raises(check.Rejected, match="the parts are not the network"):
        require_chain(1, step, ROOF, network)


def test_a_network_has_the_levels_of_its_parts() -> None:
    joint = {"weight": [["-1", "-1"], ["1", "1"]], "bias": ["1", "-1"]}
    chain = [ROOF[0], joint, joint, ROOF[1]]
    require_chain(2, ROOF, ROOF, chain)
    with pytest.raises(check.Rejected, match="more levels than the network has"):
        require_chain(2, ROOF, ROOF, chain[1:])
    with pytest.raises(check.Rejected, match="the parts are not the network"):
        require_chain(1, ROOF, ROOF, chain)


def test_no_products_of_parts_are_taken_that_the_network_has_no_room_for() -> None:
    idle = 300
    step = [
        {"weight": [*ROOF[0]["weight"], *[[0]] * idle], "bias": [*ROOF[0]["bias"], *[0] * idle]},
        {"weight": [["-1", "-1", *[0] * idle]], "bias": ["1"]},
    ]
    line = [{"weight": [["1"]], "bias": ["0"]}]
    rows = [{"weight": [[0]] * (idle + 2), "bias": [0] * (idle + 2)}]
    columns = [{"weight": [[0] * (idle + 2)], "bias": [0]}]
    for network in (line * 9, rows + columns + line * 9):
        before = check.Work.done
        with pytest.raises(check.Rejected, match="the parts are not the network"):
            require_chain(4, step, ROOF, network)
        assert check.Work.done - before < idle**2


# Statements ---------------------------------------------------------------------------------------


def statements(name: str) -> dict[Any, Any]:
    """(inside, outside, alternatives) of every statement of a certificate, by place."""
    document = accepted.document(name)
    claim, evidence = document["claim"], document["evidence"]
    if claim["kind"] == "realises-all":
        parts = {"prepare": claim["prepare"], "output": claim["output"]}
        evidence = {**evidence, **parts, "steps": [claim["step"]]}
    ifs = check.IFS(claim["ifs"])
    label = check.Labelling(ifs, claim["labelling"])
    levels = check.Levels(ifs, label, evidence, claim.get("depth"))
    return {place: tuple(others) for place, _, *others in levels.statements()}


# cantor: G_1(u) = 3u + 2, G_2(u) = 3u - 2
CUBE = [[-1, 0, 1], [1, 0, 1]]
IMAGES = [[[-3, 0, -1], [3, 0, 3]], [[-3, 0, 3], [3, 0, -1]]]
P, MINUS_P = [0, 1, 0], [0, -1, 0]
UNDOES = [
    [([-3, 0, 1, 0, -2], False), ([3, 0, -1, 0, 2], False)],
    [([-3, 0, 1, 0, 2], False), ([3, 0, -1, 0, -2], False)],
]
KEEPS = [([0, -1, 0, 1, 0], False), ([0, 1, 0, -1, 0], False)]


def test_the_statements_of_the_penalty_method_are_those_of_the_format() -> None:
    assert statements("all-penalty") == {
        ("undone", 0): ([*IMAGES[0], P], [], [[*UNDOES[0], *KEEPS]]),
        ("undone", 1): ([*IMAGES[1], P], [], [[*UNDOES[1], *KEEPS]]),
        ("penalised",): ([P], IMAGES, [[([0, -1, 0, 1, 0], True)]]),
        ("accepts",): ([*CUBE, MINUS_P, P], [], [[([0, 0, 1, 0], False)]]),
        ("rejects",): ([P], [[*CUBE, MINUS_P]], [[([0, 0, -1, 0], True)]]),
    }


def test_the_statements_of_the_score_method_are_those_of_the_format() -> None:
    for name, cores, side in (("all-score", [1], F(5, 4)), ("score", [F(11, 12), F(3, 4)], F(1))):
        enclosed = [([0, 0, -1, 0, side], False), ([0, 0, 1, 0, side], False)]
        kept = [
            [([0, -1, 0, 1, -1], False)],
            *([KEEPS[0], *undoes, *enclosed] for undoes in UNDOES),
        ]
        wanted: dict[Any, Any] = {
            ("subtracts",): ([P], [], [[([0, -1, -1, HALF], False), ([0, 1, 1, -HALF], False)]])
        }
        for k, a in enumerate(cores):
            wanted["kept", k] = ([P], [], kept)
            images = [[[-3, 0, a - 2], [3, 0, a + 2]], [[-3, 0, a + 2], [3, 0, a - 2]]]
            for i in range(2):
                wanted["undone", k, i] = ([*images[i], P], [], [[*UNDOES[i], *KEEPS]])
        assert statements(name) == wanted


def test_the_statements_of_the_fold_method_are_those_of_the_format() -> None:
    images = [[[-3, -1], [3, 3]], [[-3, 3], [3, -1]]]
    cube = [[-1, 1], [1, 1]]
    assert statements("all-fold") == {
        ("folds", 0): (images[0], [], [[([-3, 1, -2], False), ([3, -1, 2], False)]]),
        ("folds", 1): (images[1], [], [[([3, 1, -2], False), ([-3, -1, 2], False)]]),
        ("elsewhere",): ([], images, [[([0, 1, -1], True)], [([0, -1, -1], True)]]),
        ("accepts",): (cube, [], [[([0, 1, 0], False)]]),
        ("rejects",): ([], [cube], [[([0, -1, 0], True)]]),
    }
    beyond = statements("all-fold-dust")["elsewhere",][2]
    signs = ([1, 0], [-1, 0], [0, 1], [0, -1])
    assert beyond == [[([0, 0, *sign, -1], True)] for sign in signs]


def test_levels_with_a_margin_say_nothing_of_depth_0() -> None:
    assert verdict(accepted.document("all-score")).startswith("for every n >= 1:")
    assert verdict(accepted.document("all-penalty")).startswith("for every n >= 0:")
