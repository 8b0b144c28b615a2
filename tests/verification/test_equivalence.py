"""Equivalence decided, against the reference enumerator, Z3 and the construction of the pairs."""

import random
from collections import Counter
from fractions import Fraction as F

import pytest
import z3
from hypothesis import given, settings
from hypothesis import strategies as st
from rewrites import MOVES, changed, draw, rewritten
from strategies_lower import networks

import exactnet as en
from exactnet.errors import InputError
from exactnet.geometry.box import Box
from exactnet.limits import Limits
from exactnet.networks.layer import IDENTITY
from exactnet.networks.network import ReluNetwork
from exactnet.regions.reference import enumerate_cells
from exactnet.testing.strategies import boxes, points
from exactnet.verification.equivalence import Difference, equivalent
from exactnet.verification.verdicts import Result

PAIRS = 500


def equal_on_cells(f: ReluNetwork, g: ReluNetwork, box: Box | None) -> bool:
    """By the reference enumerator: f and g have one affine function on every cell of both."""
    for cell in enumerate_cells(en.algebra.stack([f, g]), box):
        half = len(cell.rows) // 2
        if cell.rows[:half] != cell.rows[half:]:
            return False
    return True


def equal_by_z3(f: ReluNetwork, g: ReluNetwork, box: Box | None) -> bool:
    solver = z3.Solver()
    x = [z3.Real(f"x{j}") for j in range(f.inputs)]
    if box is not None:
        for v, a, b in zip(x, box.lower, box.upper, strict=True):
            solver.add(v >= rational(a), v <= rational(b))
    pairs = zip(formula(f, x), formula(g, x), strict=True)
    solver.add(z3.Or([a != b for a, b in pairs]))
    return str(solver.check()) == "unsat"


def rational(value: F) -> z3.RatNumRef:
    return z3.Q(value.numerator, value.denominator)


def formula(net: ReluNetwork, values: list[z3.ArithRef]) -> list[z3.ArithRef]:
    for layer in net.layers:
        sums = [
            z3.Sum([rational(w) * v for w, v in zip(row, values, strict=True)]) + rational(b)
            for row, b in zip(layer.weight, layer.bias, strict=True)
        ]
        values = [
            t if s == IDENTITY else z3.If(t >= 0, t, rational(s) * t)
            for t, s in zip(sums, layer.slopes, strict=True)
        ]
    return values


def confirm_point(result: Result, f: ReluNetwork, g: ReluNetwork, box: Box | None) -> None:
    found = result.counterexample
    assert isinstance(found, Difference)
    assert box is None or found.point in box
    assert found.left == f(found.point)
    assert found.right == g(found.point)
    assert found.outputs == tuple(a - b for a, b in zip(found.left, found.right, strict=True))
    assert any(found.outputs)


def test_five_hundred_pairs_are_decided_and_all_confirmed() -> None:
    """Half are equal by construction; of the others cells say which are."""
    source = random.Random(8)
    seen: Counter[tuple[bool, str, str]] = Counter()
    for k in range(PAIRS):
        f = draw(source)
        box = None if k % 4 < 2 else Box.cube(f.inputs, source.randint(1, 3))
        by_construction = k % 2 == 0
        g = rewritten(f, source)
        if not by_construction:
            g = changed(g, source)
        result = equivalent(f, g, box)
        assert (result.verdict is en.Proved) == equal_on_cells(f, g, box)
        if by_construction:
            assert result.verdict is en.Proved
        if result.verdict is en.Refuted:
            confirm_point(result, f, g, box)
        seen[by_construction, result.verdict.value, result.route] += 1
    assert sum(seen.values()) == PAIRS
    assert seen[True, "proved", "rewriting"] > 9 * PAIRS // 20
    assert (
        sum(n for (equal, verdict, _), n in seen.items() if not equal and verdict == "proved") > 9
    )
    assert seen[False, "refuted", "evaluation"] > PAIRS // 3


@pytest.mark.parametrize("move", MOVES)
def test_every_kind_of_rewriting_keeps_the_function(move: object) -> None:
    source = random.Random(3)
    for _ in range(20):
        f = draw(source)
        g = move(f, source)  # type: ignore[operator]
        assert equal_on_cells(f, g, None)
        assert equivalent(f, g).verdict is en.Proved


@settings(max_examples=40)
@given(st.data())
def test_verdicts_are_those_of_z3(data: st.DataObject) -> None:
    f = data.draw(networks(data.draw(st.integers(1, 2)), hidden=2))
    g = data.draw(networks(f.inputs, f.outputs, hidden=2))
    box = data.draw(st.none() | boxes(f.inputs))
    near = en.algebra.add([f, en.algebra.minimum([g, en.algebra.add([g], [1], 1)])])
    for left, right in ((f, g), (en.algebra.add([f, g]), near)):
        result = equivalent(left, right, box)
        assert (result.verdict is en.Proved) == equal_by_z3(left, right, box)
        if result.verdict is en.Refuted:
            confirm_point(result, left, right, box)


LATTICE = st.tuples(*[networks(2, 2, hidden=1)] * 3)


@settings(max_examples=30)
@given(LATTICE)
def test_the_distributive_law_is_proved_cell_by_cell(nets: tuple[ReluNetwork, ...]) -> None:
    a, b, c = nets
    high, low = en.algebra.maximum, en.algebra.minimum
    left = high([a, low([b, c])])
    result = equivalent(left, low([high([a, b]), high([a, c])]))
    assert result.verdict is en.Proved
    assert result.rests_on


@given(networks(2, hidden=2), points(2), st.integers(1, 10**9))
def test_a_constant_is_found_however_small(net: ReluNetwork, x: tuple[F, F], size: int) -> None:
    result = equivalent(net, en.algebra.add([net], [1], F(1, size)))
    found = result.counterexample
    assert isinstance(found, Difference)
    assert found.outputs == (F(-1, size),) * net.outputs


def spike(height: F, width: F) -> ReluNetwork:
    """A hat of a width around 1/3 + 1/997, zero elsewhere."""
    centre = F(1, 3) + F(1, 997)
    rows = [centre - width, centre, centre + width]
    c = height / width
    return ReluNetwork.of([([[1]] * 3, [-v for v in rows]), ([[c, -2 * c, c]], [0])])


def test_a_spike_that_no_sample_meets_is_found_by_the_cells() -> None:
    f = en.algebra.chain([ReluNetwork.of([([[1], [1]], [0, "-1/2"]), ([[2, -4]], [0])])] * 3)
    g = en.algebra.add([f, spike(F(1, 10**30), F(1, 10**12))])
    result = equivalent(f, g, [(0, 1)])
    assert (result.verdict, result.route) == (en.Refuted, "regions")
    confirm_point(result, f, g, Box.of([(0, 1)]))
    assert equivalent(f, g, [("1/2", 1)]).verdict is en.Proved


def test_a_difference_in_one_of_several_outputs_is_found() -> None:
    f = ReluNetwork.of([([[1], [-1]], [0, 0]), ([[1, 0], [0, 1]], [0, 0])])
    g = ReluNetwork.of([([[1], [-1]], [0, -1]), ([[1, 0], [0, 1]], [0, 0])])
    found = equivalent(f, g).counterexample
    assert isinstance(found, Difference)
    assert found.outputs[0] == 0 != found.outputs[1]
    assert equivalent(f, g, [(0, 1)]).verdict is en.Proved


def test_beyond_six_inputs_a_tree_decides() -> None:
    ones = [1] * 7
    s, t = ReluNetwork.of([([ones], [0])]), ReluNetwork.of([([[*ones[:-1], -2]], [1])])
    zero = ReluNetwork.of([([[0] * 7], [0])])
    high, low = en.algebra.maximum, en.algebra.minimum
    left, right = high([s, low([t, zero])]), low([high([s, t]), high([s, zero])])
    result = equivalent(left, right)
    assert (result.verdict, result.route) == (en.Proved, "tree")
    wrong = low([high([s, t]), high([s, en.algebra.add([zero], [1], "1/1000")])])
    result = equivalent(left, wrong, [(-9, 9)] * 7)
    assert result.verdict is en.Refuted
    confirm_point(result, left, wrong, Box.cube(7, 9))


def test_a_proof_has_a_certificate_that_the_checker_accepts() -> None:
    f = ReluNetwork.of([([[1], [-1]], [0, 0]), ([[1, 1]], [0])])
    g = ReluNetwork.of([([[-3]], [0]), ([["1/3"]], [0])], [["abs"]])
    for box in (None, [(-1, 2)]):
        certificate = equivalent(f, g, box).certificate
        assert certificate is not None
        assert "imply 2 on the network's outputs" in certificate.checked()


def test_a_limit_gives_unknown_with_its_reason() -> None:
    tent = ReluNetwork.of([([[1], [1]], [0, "-1/2"]), ([[2, -4]], [0])])
    a = en.chain([tent] * 9)
    b, c = en.algebra.add([a], [1], "-1/3"), ReluNetwork.of([([["1/2"]], [0])])
    high, low = en.algebra.maximum, en.algebra.minimum
    left, right = high([c, low([a, b])]), low([high([c, a]), high([c, b])])
    result = equivalent(left, right, [(0, 1)], Limits(cells=100))
    assert result.verdict is en.Unknown
    assert "cells" in result.reason
    assert equivalent(left, right, [(0, 1)]).verdict is en.Proved


def test_networks_of_different_shapes_are_refused() -> None:
    f, g = en.algebra.select(1, [0]), en.algebra.select(2, [0])
    with pytest.raises(InputError) as caught:
        equivalent(f, g)
    assert str(caught.value) == (
        "equivalent: expected networks with 1 inputs and 1 outputs, got one with 2 and 1. "
        "Only networks of one shape can be equal."
    )
