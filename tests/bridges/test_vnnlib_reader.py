"""VNN-LIB files read: they mean what a formula tree means, and what is not one is refused."""

import random
import re
from collections import Counter
from collections.abc import Sequence
from fractions import Fraction as F
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import exactnet as en
from exactnet.bridges.vnnlib import formula, sexpr
from exactnet.bridges.vnnlib.export import VnnQuery, to_vnnlib
from exactnet.bridges.vnnlib.reader import read_vnnlib
from exactnet.errors import FileError
from exactnet.verification.query import Query

INPUTS, OUTPUTS = 2, 3
ONE = "(declare-const X_0 Real) (declare-const Y_0 Real)"
TWO = """(vnnlib-version <2.0>)
(declare-network f
  (declare-input X real [1,2])
  (declare-output Y real [3])
)
"""


def read(text: str | bytes, folder: Path) -> Query:
    """The query that a text is."""
    file = folder / "query.vnnlib"
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    return read_vnnlib(file)


# Formula trees ------------------------------------------------------------------------------------
# A tree is nested tuples: ("and", f, g), ("<=", t, u, v), ("*", "2", t), ("x", 3), or a number.

Tree = Any
numbers = st.sampled_from(
    ["0", "1", "-1", "2.5", "-0.125", "1e1", "-3E-1", "1.5e+1", "007", "0.333"]
)
places = st.integers(0, INPUTS + OUTPUTS - 1).map(lambda k: ("x", k))


def terms(depth: int) -> st.SearchStrategy[Tree]:
    """Linear terms."""
    if not depth:
        return numbers | places
    below = terms(depth - 1)
    constants = numbers | st.tuples(st.just("+"), numbers, numbers)
    return (
        below
        | st.lists(below, min_size=1, max_size=3).map(lambda parts: ("+", *parts))
        | st.lists(below, min_size=1, max_size=3).map(lambda parts: ("-", *parts))
        | st.tuples(constants, below).map(lambda pair: ("*", *pair))
        | st.tuples(constants, below, constants).map(lambda three: ("*", *three))
        | st.tuples(below, st.sampled_from(["2", "-0.5", "1e2"])).map(lambda pair: ("/", *pair))
    )


def formulas(depth: int) -> st.SearchStrategy[Tree]:
    """Formulas with chains of comparisons."""
    heads = st.sampled_from(["<=", "<", ">=", ">", "=", "=="])
    parts = st.lists(terms(2), min_size=2, max_size=3)
    found = st.tuples(heads, parts).map(lambda pair: (pair[0], *pair[1])) | st.tuples(
        st.just("!="), terms(2), terms(2)
    )
    if not depth:
        return found | st.sampled_from(["true", "false"])
    below = formulas(depth - 1)
    some = st.lists(below, max_size=3)
    return (
        found
        | some.map(lambda parts: ("and", *parts))
        | some.map(lambda parts: ("or", *parts))
        | below.map(lambda part: ("not", part))
    )


def value(tree: Tree, point: Sequence[F]) -> F:
    """A term at a point."""
    if isinstance(tree, str):
        return F(tree)
    head, *rest = tree
    if head == "x":
        return point[rest[0]]
    values = [value(part, point) for part in rest]
    total = values[0]
    if head == "-" and len(values) == 1:
        return -total
    for other in values[1:]:
        total = {"+": total + other, "-": total - other, "*": total * other}.get(head, total)
        if head == "/":
            total /= other
    return total


def holds(tree: Tree, point: Sequence[F]) -> bool:
    """A formula at a point."""
    if isinstance(tree, str):
        return tree == "true"
    head, *rest = tree
    if head in ("and", "or"):
        return (all if head == "and" else any)(holds(part, point) for part in rest)
    if head == "not":
        return not holds(rest[0], point)
    return all(
        {"<=": a <= b, "<": a < b, ">=": a >= b, ">": a > b, "!=": a != b}.get(head, a == b)
        for a, b in pairwise(value(part, point) for part in rest)
    )


def text_of(tree: Tree, version: str, source: random.Random) -> str:
    """A tree in the words of a version, with white space and comments anywhere."""

    def space(least: str = "") -> str:
        options = [" ", "\n", "\t", "\r\n", ' ; a comment ( [ " \u00e9\n', ";\n"]
        return least + "".join(source.choices(options, k=source.choice((0, 0, 0, 1, 2))))

    if isinstance(tree, str):
        return tree
    head, *rest = tree
    if head == "x":
        k = rest[0]
        if version == "1.0":
            return f"X_{k}" if k < INPUTS else f"Y_{k - INPUTS}"
        name, index = ("X", ["0", str(k)]) if k < INPUTS else ("Y", [str(k - INPUTS)])
        return name + source.choice(["", " "]) + "[" + source.choice([",", " , "]).join(index) + "]"
    parts = [text_of(part, version, source) for part in rest]
    return f"({space()}{head}{''.join(space(' ') + part for part in parts)}{space()})"


def document(trees: Sequence[Tree], version: str, source: random.Random) -> str:
    """A file in which all formulas are asserted."""
    if version == "1.0":
        names = [f"X_{k}" for k in range(INPUTS)] + [f"Y_{k}" for k in range(OUTPUTS)]
        source.shuffle(names)
        words = [("declare-const {} Real", "declare-fun {} () Real")[k % 2] for k in range(5)]
        lines = [f"({word.format(name)})" for word, name in zip(words, names, strict=True)]
    else:
        lines = [TWO]
    lines += [f"(assert {text_of(tree, version, source)})" for tree in trees]
    return source.choice(["", "\n", "\r\n"]).join(lines)


@settings(max_examples=150, deadline=None)
@given(st.lists(formulas(2), max_size=3), st.randoms(use_true_random=False), st.data())
def test_a_query_is_satisfied_where_the_formulas_are(
    tmp_path_factory: pytest.TempPathFactory,
    trees: list[Tree],
    source: random.Random,
    data: st.DataObject,
) -> None:
    folder = tmp_path_factory.getbasetemp()
    old, new = (read(document(trees, version, source), folder) for version in ("1.0", "2.0"))
    assert old == new
    assert (old.inputs, old.outputs) == (INPUTS, OUTPUTS)
    some = st.sampled_from([F(0), F(1), F(-1), F(5, 2), F(-1, 8), F(10), F(1, 3)])
    for _ in range(5):
        point = data.draw(st.lists(some, min_size=5, max_size=5))
        found = old.case_of(point[:INPUTS], point[INPUTS:])
        assert (found is not None) == all(holds(tree, point) for tree in trees)


def test_such_trees_are_satisfied_about_as_often_as_not(tmp_path: Path) -> None:
    """What the test before relies on: without it, it could be about empty queries only."""
    seen: Counter[bool] = Counter()

    @settings(max_examples=100, database=None, deadline=None)
    @given(formulas(2), st.lists(st.integers(-2, 2), min_size=5, max_size=5))
    def count(tree: Tree, point: list[int]) -> None:
        seen[holds(tree, [F(v) for v in point])] += 1

    count()
    assert min(seen[True], seen[False]) > 15


# Our own files ------------------------------------------------------------------------------------


def scaled(row: Sequence[F]) -> tuple[F, ...]:
    """A positive multiple of a row, the same for all of them."""
    size = next((abs(v) for v in row if v), F(1))
    return tuple(v / size for v in row)


def asked(query: VnnQuery) -> list[tuple[tuple[F, ...], bool]]:
    """The inequalities of a query by its own numbers, over (x, y, 1), up to scale."""
    rows = [[*row[:-1], F(0), row[-1]] for row in query.inside()]
    rows.append([-v for v in query.goal()])  # a violation: the goal, not above 0
    return sorted((scaled(row), False) for row in rows)


@pytest.mark.parametrize("version", ["1.0", "2.0"])
@pytest.mark.parametrize(
    ("name", "depth", "options"),
    [
        ("cantor-dust", 2, {}),
        ("cantor-dust", 1, {"shift": "1/3", "rounding": "inward"}),
        ("vicsek", 1, {"shift": "-1/7", "dtype": "float32"}),
        ("cantor-reversed", 2, {"part": "negatives"}),
        ("rotated-dust", 1, {"part": "positives"}),
    ],
)
def test_what_we_write_reads_back_as_the_same_inequalities(
    version: str, name: str, depth: int, options: dict[str, Any], tmp_path: Path
) -> None:
    ifs = en.gallery.get(name)
    claim = en.realizes(en.compile_ifs(ifs, depth, "margin", "1/8"), ifs, depth, "1/8")
    path = tmp_path / "all.vnnlib"
    made = to_vnnlib(claim, path, version=version, **options)
    query = read_vnnlib(path)
    assert (query.inputs, query.outputs) == (claim.network.inputs, 1)
    assert len(query.cases) == len(made.queries)
    for case, one in zip(query.cases, made.queries, strict=True):
        assert sorted((scaled(i.row), i.strict) for i in case) == asked(one)
    for one, (_, text) in zip(made.queries, made.texts(), strict=True):
        [case] = read(text, tmp_path).cases
        assert sorted((scaled(i.row), i.strict) for i in case) == asked(one)


# Files that people have ---------------------------------------------------------------------------

ROBUST = """; two inputs around (0.5, 0.25), label 0
(declare-const X_0 Real)
(declare-const X_1 Real)

(declare-const Y_0 Real)
(declare-const Y_1 Real)
(declare-const Y_2 Real)

(assert (>= X_0 4.9e-1))
(assert (<= X_0 5.1E-1))
(assert (>= X_1 .24))
(assert (<= X_1 0.26))

(assert (or
    (and (>= Y_1 Y_0))
    (and (>= Y_2 Y_0))
))
"""


def test_a_robustness_query_has_a_case_for_every_other_label(tmp_path: Path) -> None:
    for text in (ROBUST, ROBUST.replace("\n", "\r\n"), "\ufeff" + ROBUST,
                 re.sub("\\s+", " ", ROBUST.partition("\n")[2])):  # fmt: skip
        query = read(text, tmp_path)
        assert (query.inputs, query.outputs, [len(c) for c in query.cases]) == (2, 3, [5, 5])
        assert query.case_of(("0.5", "0.24"), (1, 1, 0)) == 0
        assert query.case_of(("0.49", "0.25"), (1, 0, 2)) == 1
        assert query.case_of(("0.5", "0.25"), (1, "0.999", "0.9")) is None
        assert query.case_of(("0.5100001", "0.25"), (0, 1, 1)) is None


def test_queries_with_a_conjunction_of_outputs_in_each_case(tmp_path: Path) -> None:
    """As ACAS Xu's properties have: a disjunction, and inputs in cases too."""
    names = [*(f"X_{k}" for k in range(5)), *(f"Y_{k}" for k in range(5))]
    lines = [f"(declare-const {name} Real)" for name in names]
    lines += [f"(assert (<= X_{k} 0.5))\n(assert (>= X_{k} -0.5))" for k in range(1, 5)]
    lines.append("(assert (or (and (<= X_0 0.7) (>= X_0 0.6)) (and (<= X_0 -0.3)(>= X_0 -0.35))))")
    lines.append("(assert (or (and (<= Y_3 Y_0) (<= Y_3 Y_1)) (and (<= Y_4 Y_0) (<= Y_4 Y_1))))")
    query = read("\n".join(lines), tmp_path)
    assert [len(case) for case in query.cases] == [12] * 4
    assert query.case_of((".65", 0, 0, 0, 0), (2, 2, 3, 1, 9)) is not None
    assert query.case_of((".5", 0, 0, 0, 0), (2, 2, 3, 1, 9)) is None


@pytest.mark.parametrize("kind", ["real", "Real", "float32", "Float32", "float64", "bfloat16"])
def test_floats_mean_the_reals(kind: str, tmp_path: Path) -> None:
    text = TWO.replace("real", kind) + "(assert (> Y[2] 0.1))"
    query = read(text, tmp_path)
    assert query.case_of((0, 0), (0, 0, F(1, 10) + F(1, 10**40))) == 0
    assert query.case_of((0, 0), (0, 0, F(1, 10))) is None


def test_tensors_are_in_the_order_of_their_memory(tmp_path: Path) -> None:
    text = """(vnnlib-version <2.0>) (declare-network net (declare-input pixels float32 [1,2,3])
    (declare-output Y_out float32 [])) (assert (<= pixels[0,1,2] Y_out)) (assert (< Y_out[] 3.0))"""
    query = read(text, tmp_path)
    assert (query.inputs, query.outputs) == (6, 1)
    assert [one.row for one in query.cases[0]] == [
        (0, 0, 0, 0, 0, -1, 1, 0),
        (0, 0, 0, 0, 0, 0, -1, 3),
    ]


def test_statements_of_smt_lib_around_the_query_are_read_over(tmp_path: Path) -> None:
    text = f"""(set-info :source "a (text; with [brackets") (set-logic QF_LRA)
    {ONE} (assert (< X_0 Y_0)) (check-sat) (get-model) (exit)"""
    assert len(read(text, tmp_path).cases) == 1


def test_numbers_are_decimals(tmp_path: Path) -> None:
    for text, exact in [
        ("0.1", F(1, 10)), ("-1", -1), ("1e-3", F(1, 1000)), ("2.5E+2", 250), (".5", F(1, 2)),
        ("3.", 3), ("+7", 7), ("(- 3)", -3), ("(- 0.5 1.5 1)", -2), ("(/ 1 3)", F(1, 3)),
        (f"3.{'14' * 40}", F("3." + "14" * 40)),
    ]:  # fmt: skip
        [[one]] = read(f"{ONE} (assert (>= X_0 {text}))", tmp_path).cases
        assert one.row == (1, 0, -exact)


# Refusals -----------------------------------------------------------------------------------------

HEAD = ONE + "\n"  # one line
ASSERT = [  # formulas after HEAD, on line 2, and what is said of them
    ("(<= X_0 1)) )", "line 2: expected an open parenthesis before ')', got none"),
    ("(<= X_0 1)", "line 2: expected a ')' for every '(', got none for the one on this line"),
    ("(" * 101, "line 2: expected at most 100 open parentheses, got more"),
    ("(<= X[0 1))", "line 2: expected brackets and quotes that match, got '['"),
    ("(<= X_0 \"1))", "line 2: expected brackets and quotes that match, got '\"'"),
    ("(<= X_0 \u00a01))", "line 2: expected brackets and quotes that match, got '?'"),
    ("(<= X_0 1e999999999))", "line 2: expected an exponent between -1000 and 1000, got '1e999"),
    ("(<= X_0 1e-1001))", "line 2: expected an exponent between"),
    (f"(<= X_0 {'1' * 5000}))", "line 2: expected at most 4300 digits, got '1111"),
    ("(<= X_0 (* 1e999 1e999 1e999 1e999 1e999)))", "line 2: expected numbers of 4300 digits"),
    ("(<= X_0 nan))", "line 2: expected a declared name, got 'nan'"),
    ("(<= X_0 -inf))", "line 2: expected a rational such as '3/4' or '0.75', got '-inf'"),
    ("(<= X_0 0x1))", "line 2: expected a rational such as"),
    ("(<= X_0 1,5))", "line 2: expected a rational such as"),
    ("(<= X_0 \u0661))", "line 2: expected a rational such as"),
    ("(<= X_0 \0))", "line 2: expected a number or a name, got '?'"),
    ("(<= X_0 \"1\"))", "line 2: expected a rational such as"),
    ("(<= X_1 1))", "line 2: expected a declared constant, got X_1"),
    ("(<= Y_00 1))", "line 2: expected a declared name, got 'Y_00'"),
    ("(<= x_0 1))", "line 2: expected a declared name, got 'x_0'"),
    ("(<= X[0] 1))", "line 2: expected an entry of a declared tensor, got X[0]"),
    ("(<= X_0 (* X_0 Y_0)))", "line 2: expected a linear term, got a product of unknowns"),
    ("(<= (* X_0 0 Y_0) 1))", None),
    ("(<= (* X_0 Y_0 0) 1))", "line 2: expected a linear term, got a product of unknowns"),
    ("(<= X_0 (/ 1 0)))", "line 2: expected a number other than 0 to divide by, got 0"),
    ("(<= X_0 (/ 1 (- 1 1.0))))", "line 2: expected a number other than 0 to divide by, got 0"),
    ("(<= 1 (/ 1 X_0)))", "line 2: expected a number other than 0 to divide by, got an unknown"),
    ("(<= X_0 (/ 1 2 3)))", "line 2: expected a linear term of +, -, * and /, got '/'"),
    ("(<= X_0 (^ Y_0 2)))", "line 2: expected a linear term of +, -, * and /, got '^'"),
    ("(<= X_0 (ite (< X_0 0) 1 2)))", "line 2: expected a"),
    ("(<= X_0 ()))", "line 2: expected a linear term of +, -, * and /, got ''"),
    ("(<= X_0 (+)))", "line 2: expected a linear term of +, -, * and /, got '+'"),
    ("(<= X_0))", "line 2: expected and, or, not, <=, <, >=, >, =, == or != with what they"),
    ("(=> (< X_0 1) (< X_0 2)))", "line 2: expected and, or, not, <=, <, >=, >, =, =="),
    ("(not (< X_0 1) (< X_0 2)))", "line 2: expected and, or, not"),
    ("(!= X_0 1 2))", "line 2: expected two terms to tell apart, got 3"),
    ("X_0)", "line 2: expected a formula, got 'X_0'"),
    ("())", "line 2: expected and, or, not"),
    ("(<= X_0 1) (<= X_0 2))", "line 2: expected one formula in an assert, got 2"),
    (")", "line 2: expected one formula in an assert, got 0"),
    ("(<= X_0 1))\n(assert-soft (<= X_0 1))", "line 3: expected a declaration or (assert ...)"),
    ("(<= X_0 1))\n(push 1)", "line 3: expected a declaration or (assert ...), got 'push'"),
    ("(<= X_0 1))\r(let)", "line 3: expected a declaration or (assert ...), got 'let'"),
    ("(<= X_0 1))\nend", "line 3: expected a declaration or (assert ...), got 'end'"),
    ("(<= X_0 1))\n(check-sat)\n(assert true)", "line 4: expected no assertion after (check-sat)"),
]  # fmt: skip
WHOLE = [  # whole files
    ("", "declarations of X_0, X_1, ... without a gap, got none"),
    ("(declare-const X_0 Real)", "declarations of Y_0, Y_1, ... without a gap, got none"),
    (HEAD + "(declare-const X_2 Real)", "X_0, X_1, ... without a gap, got 2 of them"),
    (HEAD + "(declare-const X_0 Real)", "line 2: expected every constant once, got X_0 again"),
    (HEAD + "(declare-const X_1 Int)", "line 2: expected (declare-const X_0 Real), or Y_0, got"),
    (HEAD + "(declare-const Z_1 Real)", "got 'declare-const Z_1 Real'"),
    (HEAD + "(declare-const Y_01 Real)", "got 'declare-const Y_01 Real'"),
    (HEAD + "(declare-fun X_1 (Real) Real)", "got 'declare-fun X_1 (Real) Real'"),
    (HEAD + "(declare-fun)", "line 2: expected (declare-const X_0 Real)"),
    (HEAD + TWO, "line 3: expected one network, got a second declaration"),
    (TWO + HEAD, "line 6: expected (declare-const X_0 Real), or Y_0, got"),
    ("(vnnlib-version <3.0>)", "line 1: expected version <1.0> or <2.0>, got <3.0>"),
    ("(vnnlib-version 2.0)", "line 1: expected version <1.0> or <2.0>, got 2.0"),
    ("(vnnlib-version)", "line 1: expected version <1.0> or <2.0>, got none"),
    (TWO + "(declare-network g (declare-input A real [1]) (declare-output B real [1]))",
     "line 6: expected one network, got a second declaration"),
    (TWO.replace("f\n", "f\n(isomorphic-to g)\n"), "line 3: expected (declare-input NAME TYPE"),
    (TWO.replace("f\n", "f\n(isomorphic-to g)\n"), "got 'isomorphic-to g'"),
    (TWO.replace("f\n", "f\n(equal-to g)\n"), "got 'equal-to g'"),
    (TWO.replace("f\n", "\n"), "line 2: expected a name after declare-network, got none"),
    ("(declare-network)", "line 1: expected a name after declare-network, got none"),
    ("(declare-network f)", "line 1: expected one declare-input and one declare-output"),
    (TWO.replace("  (declare-output", "  (declare-hidden H real [1] \"h (1)\")\n  (declare-output"),
     "line 4: expected (declare-input NAME TYPE [SHAPE]) or (declare-output NAME TYPE [SHAPE]), "
     "got 'declare-hidden H real [1] \"h (1)\"'"),
    (TWO.replace("[1,2]", "[1,2] \"input:0\""), "got 'declare-input X real [1,2] \"input:0\"'"),
    (TWO.replace("[1,2]", "[1,2] initialized"), "got 'declare-input X real [1,2] initialized'"),
    (TWO.replace("[1,2]", "[1,2] (more)"), "got 'declare-input X real [1,2] (more)'"),
    (TWO.replace("[1,2]", "[0,2]"), "got 'declare-input X real [0,2]'"),
    (TWO.replace("[1,2]", "[-1,2]"), "got 'declare-input X real [-1,2]'"),
    (TWO.replace("[1,2]", "[N,2]"), "got 'declare-input X real [N,2]'"),
    (TWO.replace("[1,2]", "[1,2,]"), "got 'declare-input X real [1,2,]'"),
    (TWO.replace("[1,2]", "[999999999,999999999]"), "expected at most 1000000 numbers, got 99999"),
    (TWO.replace("real [1", "int8 [1"), "line 3: expected real numbers or floats, got 'int8'"),
    (TWO.replace("real [3", "bool [3"), "line 4: expected real numbers or floats, got 'bool'"),
    (TWO.replace("  (declare-output", "  (declare-input Z real [1])\n  (declare-output"),
     "line 4: expected one input and one output tensor, got 'Z' as well"),
    (TWO.replace("Y", "X"), "line 4: expected one input and one output tensor, got 'X' as well"),
    (re.sub(r"(\(declare-input.*)\n(.*)\n", r"\2\n\1\n", TWO),
     "expected the input before the output, got the output first"),
    (TWO + "(assert (<= X[0,2] 1.0))", "line 6: expected an entry of X[1, 2], Y[3], got X[0,2]"),
    (TWO + "(assert (<= X[1,0] 1.0))", "line 6: expected an entry of X[1, 2], Y[3], got X[1,0]"),
    (TWO + "(assert (<= X[0] 1.0))", "line 6: expected an entry of X[1, 2], Y[3], got X[0]"),
    (TWO + "(assert (<= X[] 1.0))", "line 6: expected an entry of X[1, 2], Y[3], got X[]"),
    (TWO + "(assert (<= Y[-1] 1.0))", "line 6: expected a rational such as '3/4' or '0.75', got "),
    (TWO + "(assert (<= Z[0] 1.0))", "line 6: expected an entry of X[1, 2], Y[3], got Z[0]"),
    (TWO + "(assert (<= X 1.0))", "line 6: expected a declared name, got 'X'"),
    (TWO + "(assert (<= X_0 1.0))", "line 6: expected a declared name, got 'X_0'"),
    (TWO + "(assert (<= [0] 1.0))", "line 6: expected a rational such as '3/4' or '0.75', got '["),
    (b"\xff\xfe(\0", "expected a VNN-LIB file in UTF-8, got other bytes. Convert it."),
    (b"\x1f\x8b\x08\0", "expected a VNN-LIB file in UTF-8, got a gzip archive. Unpack it."),
]  # fmt: skip


@pytest.mark.parametrize(("formula", "message"), ASSERT)
def test_what_is_no_linear_formula_is_refused_with_its_line(
    formula: str, message: str | None, tmp_path: Path
) -> None:
    if message is None:
        assert read(f"{HEAD}(assert {formula}", tmp_path).cases
        return
    with pytest.raises(FileError, match=re.escape(message)) as caught:
        read(f"{HEAD}(assert {formula}", tmp_path)
    error = str(caught.value)
    assert error.startswith(str(tmp_path / "query.vnnlib"))
    assert error.isprintable()
    assert len(error) < 400


@pytest.mark.parametrize(("text", "message"), WHOLE)
def test_what_is_no_query_is_refused_with_its_line(
    text: str | bytes, message: str, tmp_path: Path
) -> None:
    with pytest.raises(FileError, match=re.escape(message)) as caught:
        read(text, tmp_path)
    assert str(caught.value).startswith(str(tmp_path / "query.vnnlib"))
    assert str(caught.value).isprintable()


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    for path, message in [
        (tmp_path, "expected a regular file, got a directory. Give a VNN-LIB file."),
        (tmp_path / "none.vnnlib", "expected a VNN-LIB file, got No such file or directory."),
        ("a\0b", "expected a VNN-LIB file, got a bad path."),
        ("/dev/zero", "expected a regular file, got a device or a pipe."),
    ]:
        with pytest.raises(FileError, match=re.escape(message)):
            read_vnnlib(path)


# Explosions ---------------------------------------------------------------------------------------


def test_normal_forms_that_explode_are_refused_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(formula, "MAX_INEQUALITIES", 100_000)
    either = "(or (< X_0 1) (> X_0 2))"
    many = " ".join(["(< X_0 1)"] * 30)
    for text in (
        "".join(f"(assert {either})" for _ in range(60)),
        f"(assert (and {' '.join([either] * 60)}))",
        f"(assert (not (or {' '.join(['(= X_0 1)'] * 60)})))",
        f"(assert (or {'true ' * 200})) (assert (or {f'(and {many}) ' * 300}))",
        f"(assert (or {f'(and {many}) ' * 150})) (assert (or {'true ' * 300}))",
    ):
        with pytest.raises(FileError, match="at most 100000 cases with 100000 inequalities"):
            read(HEAD + text, tmp_path)


def test_rows_that_fill_the_memory_are_refused(tmp_path: Path) -> None:
    wide = TWO.replace("[1,2]", "[1000000]")
    with pytest.raises(FileError, match="expected at most 20000000 numbers in all cases, got more"):
        read(wide + "(assert (< X[0] 1.0))" * 21, tmp_path)


def test_as_many_cases_as_allowed_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = HEAD + "(assert (or (< X_0 1) (> X_0 2)))" * 5 + "(assert (< Y_0 1))"
    monkeypatch.setattr(formula, "MAX_CASES", 32)
    monkeypatch.setattr(formula, "MAX_INEQUALITIES", 192)
    assert [len(case) for case in read(text, tmp_path).cases] == [6] * 32
    for name, value in (("MAX_CASES", 31), ("MAX_INEQUALITIES", 191)):
        with monkeypatch.context() as patch:
            patch.setattr(formula, name, value)
            with pytest.raises(FileError, match="expected at most"):
                read(text, tmp_path)


def test_words_and_parentheses_are_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = "(assert (< X[0] 1))"
    monkeypatch.setattr(sexpr, "MAX_PARTS", 8)
    assert len(sexpr.read(text, "text")) == 1
    with pytest.raises(FileError, match="text, line 2: expected at most 8 words and parentheses"):
        sexpr.read(text + "\nmore", "text")


def test_ten_thousand_assertions_take_no_time(tmp_path: Path) -> None:
    lines = [f"(declare-const X_{k} Real)" for k in range(100)]
    lines += [f"(assert (<= X_{k % 100} {k}))" for k in range(10_000)]
    query = read("\n".join(["(declare-const Y_0 Real)", *lines]), tmp_path)
    assert [len(case) for case in query.cases] == [10_000]
