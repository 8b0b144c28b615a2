"""Queries decided, against Z3 on an encoding of its own; certificates, and what spoils them."""

import copy
import random
from collections import Counter
from collections.abc import Sequence
from fractions import Fraction as F
from itertools import pairwise
from typing import Any

import pytest
import z3
from hypothesis import given, settings
from hypothesis import strategies as st

import exactnet as en
from exactnet.errors import ConsistencyError, ExactnetError
from exactnet.limits import Limits
from exactnet.testing import strategies as own
from exactnet.verification import check, query
from exactnet.verification.query import Inequality, Query, Satisfying, prove_query
from exactnet.verification.verdicts import Result

Fact = tuple[Sequence[Any], str]
ABSOLUTE = en.ReluNetwork.of([([[1], [-1]], [0, 0]), ([[1, 1]], [0])])  # |x|
LINE = [([1, 0, 1], ">="), ([-1, 0, 1], ">=")]  # -1 <= x <= 1, over (x, y, 1)


# The oracle ---------------------------------------------------------------------------------------


def number(value: Any) -> z3.RatNumRef:
    exact = F(value)
    return z3.Q(exact.numerator, exact.denominator)


def unit(total: z3.ArithRef, activation: Any) -> z3.ArithRef:
    """One unit, by its name in the format of networks."""
    if activation == "identity":
        return total
    if activation == "abs":
        return z3.If(total < 0, -total, total)
    below = number(0) if activation == "relu" else number(activation["leaky"]) * total
    return z3.If(total > 0, total, below)


def formula(claim: Any) -> z3.BoolRef:
    """That an input satisfies the query of a claim, read from its JSON object."""
    layers = claim["network"]
    x = values = [z3.Real(f"x{j}") for j in range(len(layers[0]["weight"][0]))]
    for k, layer in enumerate(layers):
        plain = ["identity" if k == len(layers) - 1 else "relu"] * len(layer["bias"])
        sums = [
            z3.Sum([number(w) * v for w, v in zip(row, values, strict=True)]) + number(shift)
            for row, shift in zip(layer["weight"], layer["bias"], strict=True)
        ]
        units = layer.get("activation", plain)
        values = [unit(total, kind) for total, kind in zip(sums, units, strict=True)]
    everything = [*x, *values, number(1)]
    cases = []
    for case in claim["query"]:
        facts = []
        for row, strict in case:
            total = z3.Sum([number(a) * v for a, v in zip(row, everything, strict=True)])
            facts.append(total > 0 if strict else total >= 0)
        cases.append(z3.And(facts))
    return z3.Or(cases)


def satisfiable(claim: Any) -> bool:
    """What Z3 says."""
    solver = z3.Solver()
    solver.add(formula(claim))
    found = str(solver.check())
    assert found in ("sat", "unsat")
    return found == "sat"


def claim_of(net: en.ReluNetwork, asked: Query) -> Any:
    """The claim of a certificate, written here."""
    kinds = {F(0): "relu", F(1): "identity", F(-1): "abs"}
    layers = [
        {
            "weight": [[str(v) for v in row] for row in layer.weight],
            "bias": [str(v) for v in layer.bias],
            "activation": [kinds.get(a, {"leaky": str(a)}) for a in layer.slopes],
        }
        for layer in net.layers
    ]
    facts = [[[[str(v) for v in one.row], int(one.strict)] for one in case] for case in asked.cases]
    return {"network": layers, "query": facts}


def confirm(result: Result, net: en.ReluNetwork, asked: Query) -> None:
    """Assert that a verdict is Z3's, and that its certificate is accepted."""
    possible = satisfiable(claim_of(net, asked))
    assert result.verdict is (en.Refuted if possible else en.Proved)
    certificate = result.certificate
    assert certificate is not None
    words = certificate.checked()
    if not possible:
        assert result.counterexample is None
        assert words.startswith("no input of the network satisfies")
        assert satisfiable(certificate.claim) is False
        return
    found = result.counterexample
    assert isinstance(found, Satisfying)
    assert found.outputs == net(found.point)
    assert found.case == asked.case_of(found.point, found.outputs)
    for inequality in asked.cases[found.case]:
        values = (*found.point, *found.outputs, F(1))
        value = sum((a * v for a, v in zip(inequality.row, values, strict=True)), start=F(0))
        assert value > 0 if inequality.strict else value >= 0


# Drawn queries ------------------------------------------------------------------------------------

networks = own.relu_networks(
    inputs=range(1, 3),
    outputs=range(1, 4),
    layers=range(3),
    width=range(1, 4),
    activations=own.ACTIVATIONS,
)
degenerate = own.relu_networks(
    inputs=range(1, 3), layers=range(1, 3), width=range(1, 5), degenerate=True
)
entries = own.rationals(min_value=-3, max_value=3, max_denominator=3)
relations = st.sampled_from([">=", ">"])


@st.composite
def facts(draw: st.DrawFn, net: en.ReluNetwork, kind: str) -> Fact:
    """A row about inputs only, about an output against another, or about everything."""
    size = net.inputs + net.outputs + 1
    row = draw(st.lists(entries, min_size=size, max_size=size))
    if kind == "inputs":
        row[net.inputs : -1] = [F(0)] * net.outputs
    elif kind == "outputs":
        row[: net.inputs] = [F(0)] * net.inputs
    return row, draw(relations)


@st.composite
def cases(draw: st.DrawFn, net: en.ReluNetwork) -> list[Fact]:
    """Some facts in any order, in a box more often than not."""
    kinds = st.lists(st.sampled_from(["inputs", "outputs", "both"]), max_size=4)
    found = [draw(facts(net, kind)) for kind in draw(kinds)]
    if draw(st.integers(0, 2)):
        for j in range(net.inputs):
            for sign in (1, -1):
                row = [0] * (net.inputs + net.outputs) + [draw(st.integers(0, 2))]
                row[j] = sign
                found.append((row, draw(relations)))
    return draw(st.permutations(found))


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_the_verdict_is_that_of_z3_and_its_certificate_is_accepted(data: st.DataObject) -> None:
    net = data.draw(networks | degenerate)
    listed = data.draw(st.lists(cases(net), max_size=2))
    asked = Query.of(net.inputs, net.outputs, listed)
    confirm(prove_query(net, asked), net, asked)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_the_largest_output_on_a_box_is_where_queries_change_sides(data: st.DataObject) -> None:
    """With the maximum m of one output: y >= m is satisfied, y > m is not, nor is y >= m + 1."""
    net = data.draw(own.relu_networks(inputs=1, outputs=1, layers=1, width=range(1, 4)))
    size = [([1, 0, 1], ">="), ([-1, 0, 1], ">=")]
    breaks = {F(-1), F(1)}
    for (weight,), bias in zip(net.layers[0].weight, net.layers[0].bias, strict=True):
        if weight and -1 < -bias / weight < 1:
            breaks.add(-bias / weight)
    most = max(net((x,))[0] for x in breaks)
    for amount, relation, verdict in (
        (most, ">=", en.Refuted),
        (most, ">", en.Proved),
        (most + F(1, 10**9), ">=", en.Proved),
        (most - F(1, 10**9), ">", en.Refuted),
    ):
        asked = Query.of(1, 1, [[*size, ([0, 1, -amount], relation)]])
        assert prove_query(net, asked).verdict is verdict


# Spoiled certificates -----------------------------------------------------------------------------


def drawn(source: random.Random) -> tuple[en.ReluNetwork, Query]:
    """A small network, and a query that it nearly satisfies, or just does, on [-1, 1]."""

    def value() -> F:
        return F(source.randint(-4, 4), source.choice((1, 2, 3)))

    outputs = source.choice((1, 2))
    kinds = ["relu", "abs", {"leaky": "1/3"}, {"leaky": "2"}, "identity"]
    hidden = [[[value()], [value()]], [value(), value()]]
    rows, shifts = [[value(), value()] for _ in range(outputs)], [value() for _ in range(outputs)]
    net = en.ReluNetwork.of([tuple(hidden), (rows, shifts)], [source.choices(kinds, k=2)])
    listed: list[list[Fact]] = []
    for _ in range(source.choice((1, 2))):
        row = [value(), *(value() for _ in range(outputs))]
        ends = {F(-1), F(1)}
        for (w,), shift in zip(*hidden, strict=True):
            if w and abs(shift) < abs(w):
                ends.add(-shift / w)
        most = max(sum(map(F.__mul__, row, (x, *net((x,)))), start=F(0)) for x in ends)
        near = source.choice([([*row, -most], ">"), ([*row, -most - F(1, 9)], ">=")])
        near = source.choice([near, near, ([*row, -most], ">=")])
        zeros = [0] * outputs
        bounds = [([sign, *zeros, 1], source.choice([">=", ">"])) for sign in (1, -1)]
        other = [([value(), *zeros, value()], ">"), ([value(), *row[1:], value()], ">=")]
        case = [*bounds, near, *source.sample(other, source.choice((0, 0, 1)))]
        listed.append(source.sample(case, len(case)))
    return net, Query.of(1, outputs, listed)


def spoiled(document: Any, source: random.Random) -> Any:
    """The certificate with one thing of its claim changed."""
    document = copy.deepcopy(document)
    claim = document["claim"]
    case = source.choice(claim["query"])
    fact = source.choice(case)
    what = source.choice(["number", "number", "strict", "drop", "network", "network"])
    if what == "number":
        row, k = fact[0], source.randrange(len(fact[0]))
        row[k] = str(F(row[k]) + source.choice((1, -1, F(1, 7), F(-1, 7))))
    elif what == "strict":
        fact[1] = 1 - fact[1]
    elif what == "drop":
        case.remove(fact)
    else:
        layer = source.choice(claim["network"])
        row = source.choice([*layer["weight"], layer["bias"]])
        k = source.randrange(len(row))
        row[k] = str(F(row[k]) + source.choice((1, -1, F(1, 7))))
    return document


def accepted(document: Any) -> bool:
    try:
        check.check(copy.deepcopy(document))
    except check.Rejected:
        return False
    return True


def test_no_certificate_of_a_false_claim_is_accepted() -> None:
    source = random.Random(4)
    seen: Counter[tuple[bool, bool]] = Counter()
    for _ in range(40):
        net, asked = drawn(source)
        result = prove_query(net, asked)
        confirm(result, net, asked)
        if result.verdict is not en.Proved:
            continue
        assert result.certificate is not None
        document = result.certificate.document
        for _ in range(12):
            wrong = spoiled(document, source)
            possible = satisfiable(wrong["claim"])
            assert not (possible and accepted(wrong))
            seen[possible, accepted(wrong)] += 1
    assert seen[True, False] > 60
    assert seen[False, True] > 10


def test_a_point_is_accepted_exactly_where_it_satisfies_its_case() -> None:
    source = random.Random(5)
    seen: Counter[bool] = Counter()
    for _ in range(40):
        net, asked = drawn(source)
        result = prove_query(net, asked)
        if result.verdict is not en.Refuted:
            continue
        assert result.certificate is not None
        document = result.certificate.document
        for _ in range(10):
            wrong = spoiled(document, source)
            claim, evidence = wrong["claim"], wrong["evidence"]
            if source.random() < 0.5:
                evidence["point"] = [str(F(source.randint(-4, 4), 4))]
            x = z3.Real("x0")
            holds = z3.Solver()
            one = {**claim, "query": [claim["query"][evidence["case"]]]}
            holds.add(formula(one), x == number(evidence["point"][0]))
            expected = str(holds.check()) == "sat"
            assert accepted(wrong) == expected
            seen[expected] += 1
    assert min(seen[True], seen[False]) > 50


# Special cases ------------------------------------------------------------------------------------


def test_a_query_without_cases_has_no_answer_and_an_empty_case_has_any() -> None:
    nothing = prove_query(ABSOLUTE, Query.of(1, 1, []))
    assert nothing.verdict is en.Proved
    assert nothing.certificate is not None
    assert nothing.certificate.checked().endswith("satisfies the query (0 cases)")
    anything = prove_query(ABSOLUTE, Query.of(1, 1, [[([1, 0, 0], ">"), ([-1, 0, 0], ">")], []]))
    assert isinstance(anything.counterexample, Satisfying)
    assert anything.counterexample.case == 1


@pytest.mark.parametrize(
    ("case", "verdict"),
    [
        ([([0, 1, 0], ">=")], en.Refuted),
        ([([0, -1, 0], ">")], en.Proved),  # |x| < 0
        ([([0, -1, 0], ">=")], en.Refuted),  # |x| <= 0, at 0 only
        ([([0, -1, 0], ">="), ([1, 0, 0], ">")], en.Proved),  # and x > 0
        ([([-1, 1, 0], ">")], en.Refuted),  # |x| > x
        ([([-1, 1, 0], ">"), ([1, 0, 0], ">=")], en.Proved),
        ([([1, 0, -(10**30)], ">"), ([0, -1, 10**30], ">=")], en.Proved),
        ([([1, 0, 0], ">"), ([-1, 0, 0], ">=")], en.Proved),  # no output
        ([([1, 0, 0], ">"), ([-1, 0, "1/1000000"], ">")], en.Refuted),
        ([([0, 0, 0], ">")], en.Proved),
        ([([0, 0, 0], ">=")], en.Refuted),
        ([([0, 0, -1], ">=")], en.Proved),
        ([([0, 1, -1], ">="), ([0, -1, 1], ">="), ([1, 0, 0], ">")], en.Refuted),  # |x| = 1
        ([([0, 1, -1], ">"), ([0, -1, 1], ">=")], en.Proved),
    ],
)
def test_queries_about_all_inputs(case: list[Fact], verdict: object) -> None:
    asked = Query.of(1, 1, [case])
    result = prove_query(ABSOLUTE, asked)
    assert result.verdict is verdict
    confirm(result, ABSOLUTE, asked)


def test_the_order_of_facts_and_cases_is_no_matter() -> None:
    case: list[Fact] = [*LINE, ([0, 1, -1], ">"), ([1, -1, "1/2"], ">=")]
    for seed in range(6):
        mixed = random.Random(seed).sample(case, len(case))
        result = prove_query(ABSOLUTE, Query.of(1, 1, [mixed, mixed]))
        assert result.verdict is en.Proved
        assert result.certificate is not None
        result.certificate.checked()


def test_the_time_limit_gives_unknown_and_says_so() -> None:
    result = prove_query(ABSOLUTE, Query.of(1, 1, [LINE]), Limits(seconds=1e-9))
    assert result.verdict is en.Unknown
    assert "time limit" in result.reason
    assert result.certificate is None


def test_the_middle_of_a_box_is_tried_before_the_search() -> None:
    source = random.Random(6)
    sizes = (3, 60, 60, 1)
    layers = [
        ([[source.randint(-9, 9) for _ in range(a)] for _ in range(b)], [0] * b)
        for a, b in pairwise(sizes)
    ]
    net = en.ReluNetwork.of(layers)
    box: list[Fact] = [([2, 0, 0, 0, -1], ">"), ([-1, 0, 0, 0, 1], ">"), ([0, 3, 0, 0, 1], ">=")]
    outputs = net(("3/4", "-1/3", 0))
    for relation, amount in ((">=", 0), (">", F(1, 10**9))):
        case = [*box, ([0, 0, 0, 1, amount - outputs[0]], relation)]
        found = prove_query(net, Query.of(3, 1, [case]), Limits(seconds=5)).counterexample
        assert isinstance(found, Satisfying)
        assert found.point == (F(3, 4), F(-1, 3), 0)


def test_numbers_that_no_certificate_can_hold_give_unknown_or_a_point() -> None:
    long = "1" * 4200
    wide = en.ReluNetwork.of([([[long]], [0]), ([[1]], [0])])
    result = prove_query(wide, Query.of(1, 1, [LINE]))
    assert (result.verdict, result.reason[:12]) == (en.Unknown, "certificate:")
    found = prove_query(ABSOLUTE, Query.of(1, 1, [[([1, 0, f"-{long}"], ">=")]]))
    assert found.verdict is en.Refuted
    assert found.certificate is None


def test_the_search_is_not_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    def wrong_point(*_: object, **__: object) -> None:
        raise query.Violated((F(2),))

    asked = Query.of(1, 1, [[*LINE, ([0, 1, -1], ">")]])
    monkeypatch.setattr(query, "prove_implication", wrong_point)
    with pytest.raises(ConsistencyError, match=r"query: expected a point that satisfies it"):
        prove_query(ABSOLUTE, asked)
    tree = {"steps": [], "end": {"contradiction": []}}
    monkeypatch.setattr(query, "prove_implication", lambda *_, **__: tree)
    with pytest.raises(ConsistencyError, match=r"query: expected a tree that the checker accepts"):
        prove_query(ABSOLUTE, asked)


def test_bad_queries_are_refused() -> None:
    for make, message in [
        (lambda: Query.of(1, 1, [[([1, 0], ">=")]]), r"query\[0\]\[0\]: expected 3 numbers"),
        (lambda: Query.of(1, 1, [[([1, 0, 0], "<")]]), r"query\[0\]\[0\]: expected the relation"),
        (lambda: Query.of(1, 1, [[], [([1, 0, 0.5], ">")]]), r"query\[1\]\[0\]\[2\]: .*float 0.5"),
        (lambda: Query.of(1, 1, [[("100", ">")]]), r"query\[0\]\[0\]: expected a list"),
        (lambda: Query(1, 2, ((Inequality((F(1),)),),)), r"query\[0\]\[0\]: expected 4 numbers"),
        (lambda: Query.of(1, 1, [LINE]).case_of((0.5,), (1,)), r"inputs\[0\]: .*float 0.5"),
        (lambda: Query.of(1, 1, [LINE]).case_of((1, 2), (1,)), r"inputs: expected 1 number"),
        (lambda: prove_query(ABSOLUTE, Query.of(2, 1, [])), "query: expected 1 inputs and 1"),
        (lambda: prove_query(ABSOLUTE, Query.of(1, 2, [])), "as the network has, got 1 and 2"),
    ]:
        with pytest.raises(ExactnetError, match=message):
            make()
