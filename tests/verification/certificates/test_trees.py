"""Proof trees: found and accepted, or a point that violates the implication; never neither."""

from fractions import Fraction as F
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from strategies_lower import networks, rationals

import exactnet as en
from exactnet.errors import LimitReached
from exactnet.limits import Limits
from exactnet.verification import check
from exactnet.verification.certificates.documents import for_checker
from exactnet.verification.certificates.pruning import pruned
from exactnet.verification.certificates.trees import Violated, _Search, prove_implication

Statement = tuple[check.Network, list[Any], list[Any], list[Any]]


@st.composite
def statements(draw: st.DrawFn) -> Statement:
    """Implications about small networks, true ones and false ones."""
    net = for_checker(draw(networks(hidden=2)))
    m, outputs = net.inputs, net.outputs

    def row(size: int) -> st.SearchStrategy[list[F]]:
        return st.lists(rationals, min_size=size, max_size=size)

    def goals(size: int) -> st.SearchStrategy[Any]:
        goal = st.tuples(row(size), st.booleans())
        return st.lists(st.lists(goal, min_size=1, max_size=2), min_size=0, max_size=3)

    box = [[F(s * (j == k)) for j in range(m)] + [F(2)] for k in range(m) for s in (1, -1)]
    inside = box + draw(st.lists(row(m + 1), max_size=2))
    polyhedron = st.lists(row(m + 1), min_size=1, max_size=3)
    outside = draw(st.lists(polyhedron, max_size=2))
    return net, inside, outside, draw(goals(m + outputs + 1))


def value(row: list[F], x: list[F]) -> F:
    total = row[-1]
    for a, v in zip(row[:-1], x, strict=True):
        total += a * v
    return total


def holds_at(statement: Statement, x: list[F]) -> bool:
    """The implication at one input, by its definition."""
    net, inside, outside, alternatives = statement
    if any(value(row, x) < 0 for row in inside):
        return True
    if any(all(value(row, x) >= 0 for row in rows) for rows in outside):
        return True
    v = [*x, *net(x)]
    return any(
        all(value(row, v) > 0 if strict else value(row, v) >= 0 for row, strict in goals)
        for goals in alternatives
    )


@given(statement=statements(), data=st.data())
@settings(max_examples=120)
def test_an_implication_has_a_tree_or_a_point_against_it(
    statement: Statement, data: st.DataObject
) -> None:
    try:
        tree = prove_implication(*statement, Limits())
    except Violated as violated:
        assert not holds_at(statement, list(violated.args[0]))
        return
    except LimitReached:  # the format has no cases for alternatives that are true in turns
        assert len(statement[3]) > 1
        return
    check.Implication(*statement).require_proved(tree)
    for _ in range(5):
        x = data.draw(st.lists(rationals, min_size=statement[0].inputs, max_size=4), "x")
        assert holds_at(statement, x[: statement[0].inputs])


@given(statement=statements(), data=st.data())
@settings(max_examples=120)
def test_what_is_given_of_inputs_and_outputs_is_a_hypothesis(
    statement: Statement, data: st.DataObject
) -> None:
    net = statement[0]
    size = net.inputs + net.outputs + 1
    row = st.lists(rationals, min_size=size, max_size=size)
    known = data.draw(st.lists(st.tuples(row, st.booleans()), min_size=1, max_size=2), "given")

    def holds(x: list[F]) -> bool:
        v = [*x, *net(x)]
        return all(value(r, v) > 0 if strict else value(r, v) >= 0 for r, strict in known)

    try:
        tree = prove_implication(*statement, Limits(), given=known)
    except Violated as violated:
        x = list(violated.args[0])
        assert holds(x)
        assert not holds_at(statement, x)
        return
    except LimitReached:
        assert len(statement[3]) > 1
        return
    check.Implication(*statement, known).require_proved(tree)
    for _ in range(5):
        x = data.draw(st.lists(rationals, min_size=net.inputs, max_size=4), "x")[: net.inputs]
        assert not holds(x) or holds_at(statement, x)


@given(statement=statements())
@settings(max_examples=60)
def test_the_order_of_cases_changes_no_verdict(statement: Statement) -> None:
    units = range(len(statement[0].slopes))
    found = []
    for prefer in ((), tuple(units), tuple(reversed(units))):
        try:
            tree = prove_implication(*statement, Limits(), prefer)
            check.Implication(*statement).require_proved(tree)
            found.append(True)
        except Violated:
            found.append(False)
        except LimitReached:
            assert len(statement[3]) > 1
    assert len(set(found)) <= 1


def steps(tree: Any) -> int:
    """The number of steps in a tree."""
    end = tree["end"]
    below = [end[key] for key in ("off", "on") if key in end] + end.get("cases", [])
    return len(tree["steps"]) + sum(map(steps, below))


@given(statement=statements())
@settings(max_examples=80)
def test_pruned_trees_prove_the_same_with_no_step_unused(statement: Statement) -> None:
    search = _Search(*statement, Limits(), ())
    root = search.root()
    try:
        tree = search.tree(root)
    except (Violated, LimitReached):
        assume(False)
    facts = len(root.system.facts)
    smaller = pruned(tree, facts)
    about = check.Implication(*statement)
    assert len(about.facts) == facts
    about.require_proved(tree)
    about.require_proved(smaller)
    assert steps(smaller) <= steps(tree)
    assert pruned(smaller, facts) == smaller


def test_pruning_drops_what_only_dropped_steps_use() -> None:
    use = [[0, 1]]
    tree = {
        "steps": [[0, 1, [[0, 1]]], [1, 1, [[4, 1]]], [2, 1, [[1, 1]]]],
        "end": {
            "split": 3,
            "off": {"steps": [[4, 1, [[6, 1]]]], "end": {"contradiction": [[9, 2], [7, 3]]}},
            "on": {"steps": [[5, 0, use]], "end": {"alternative": 0, "because": [[[8, 1]], use]}},
        },
    }
    assert pruned(tree, 4) == {
        "steps": [[2, 1, [[1, 1]]]],
        "end": {
            "split": 3,
            "off": {"steps": [[4, 1, [[4, 1]]]], "end": {"contradiction": [[7, 2], [5, 3]]}},
            "on": {"steps": [], "end": {"alternative": 0, "because": [[[6, 1]], use]}},
        },
    }


@given(net=networks(hidden=2, outputs=1), bound=rationals)
@settings(max_examples=60)
def test_properties_are_proved_or_refuted_with_a_certificate(net: en.ReluNetwork, bound: F) -> None:
    box = en.Box.of([(-1, 1)] * net.inputs)
    rows = [[*[F(0)] * net.inputs, F(1), bound]]
    result = en.prove_property(net, box, rows)
    assert result.certificate is not None
    words = result.certificate.checked()
    if result.verdict is en.Proved:
        assert words.endswith("imply 1 on the network's outputs")
    else:
        assert result.verdict is en.Refuted
        assert net(result.counterexample.point)[0] + bound < 0


UNIT = en.ReluNetwork.of([([[1]], [0]), ([[1]], [0])])


@pytest.mark.parametrize(
    ("inside", "then"),
    [
        ([[1, 0]], [[0, -1, 100]]),  # the violation lies far out on a ray
        ([], [[1, 0, 0]]),  # nothing is known of the input
        ([], [[0, 0, -1]]),  # a constant is negative
        ([[0, 1]], [[0, 0, -1]]),
    ],
)
def test_properties_of_unbounded_inputs_are_refuted_at_a_point(inside: Any, then: Any) -> None:
    result = en.prove_property(UNIT, en.Halfspaces(inside), then)
    assert result.verdict is en.Refuted
    assert result.certificate is not None
    assert "violates the property" in result.certificate.checked()


@pytest.mark.parametrize("inside", [[[0, -1]], [[1, -2], [-1, 1]]])
def test_whatever_you_like_is_true_of_no_input(inside: Any) -> None:
    result = en.prove_property(UNIT, en.Halfspaces(inside), [[0, 0, -1]])
    assert result.verdict is en.Proved
    assert result.certificate is not None
    assert result.certificate.checked()


def test_alternatives_that_are_true_in_turns_get_no_verdict() -> None:
    net = for_checker(en.ReluNetwork.of([([[1]], [0])]))
    turns = [[([F(s), F(0), F(0)], False)] for s in (1, -1)]
    with pytest.raises(LimitReached, match="no cases to tell these alternatives apart"):
        prove_implication(net, [], [], turns, Limits())


def test_networks_too_large_for_trees_are_left_undecided(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(check, "MAX_FORMS", 5)
    net = en.ReluNetwork.of([([[1], [1]], [0, "-1/2"]), ([[2, -4]], [0])])
    result = en.prove_property(net, en.Box.of([(-1, 1)]), [[0, 1, 1]])
    assert result.verdict is en.Unknown
    assert "too large for a tree" in result.reason
