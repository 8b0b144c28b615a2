"""Pruned networks against the networks that they came from, cell by cell and by hand."""

from fractions import Fraction as F

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies_lower import Point, networks

import exactnet as en
from exactnet.errors import InputError
from exactnet.geometry.box import Box
from exactnet.limits import Limits
from exactnet.networks.layer import IDENTITY
from exactnet.networks.network import ReluNetwork
from exactnet.regions.reference import enumerate_cells
from exactnet.testing.strategies import boxes, points
from exactnet.verification.pruning import prune


def differs(f: ReluNetwork, g: ReluNetwork, box: Box | None) -> bool:
    """Whether f and g differ, by the reference enumerator of f beside g."""
    both = en.algebra.stack([f, g])
    for cell in enumerate_cells(both, box):
        half = len(cell.rows) // 2
        if cell.rows[:half] != cell.rows[half:]:
            return True
    return False


@st.composite
def cases(draw: st.DrawFn) -> tuple[ReluNetwork, Box | None]:
    net = draw(networks(draw(st.integers(1, 2)), hidden=3))
    return net, draw(st.none() | boxes(net.inputs))


@settings(max_examples=60)
@given(cases())
def test_a_pruned_network_is_the_same_function_by_every_cell(
    case: tuple[ReluNetwork, Box | None],
) -> None:
    net, box = case
    small = prune(net, box)
    assert not differs(net, small.network, box)
    assert small.network.neurons <= net.neurons
    assert small.complete
    gone = len(small.removed)
    assert small.network.neurons == net.neurons - gone + small.carried[1] - small.carried[0]
    for unit in small.removed:
        assert net.layers[unit.layer].slopes[unit.unit] != IDENTITY
        assert unit.why


@settings(max_examples=60)
@given(cases())
def test_every_unit_that_is_left_bends_inside_the_domain(
    case: tuple[ReluNetwork, Box | None],
) -> None:
    net, box = case
    small = prune(net, box).network
    slopes = [s for layer in small.layers[:-1] for s in layer.slopes]
    seen: list[set[int]] = [set() for _ in slopes]
    for cell in enumerate_cells(small, box):
        for bits, bit in zip(seen, cell.pattern, strict=True):
            bits.add(bit)
    for bits, slope in zip(seen, slopes, strict=True):
        assert slope == IDENTITY or bits == {0, 1}


@settings(max_examples=40)
@given(cases())
def test_pruning_a_pruned_network_removes_nothing(case: tuple[ReluNetwork, Box | None]) -> None:
    net, box = case
    once = prune(net, box)
    again = prune(once.network, box)
    assert again.network.neurons == once.network.neurons
    assert not again.removed


@given(networks(2, hidden=2), points(2))
def test_without_a_box_the_function_stays_everywhere(net: ReluNetwork, x: Point) -> None:
    assert prune(net).network(x) == net(x)


def test_each_reason_is_told() -> None:
    net = ReluNetwork.of(
        [
            ([[1, 0], [-2, 0], [0, 1], [0, 0], [1, 1], [1, 1]], [0, 0, -9, 3, 9, 1]),
            ([[1, 1, 5, 1, 1, 0]], [-2]),
            ([[1]], [0]),
        ],
        [["relu", "relu", "relu", "relu", {"leaky": "1/3"}, "relu"]],
    )
    small = prune(net, [(-1, 1), (-1, 1)])
    assert {(r.unit, r.why) for r in small.removed if r.layer == 0} == {
        (1, "bends where unit 0 of layer 0 does"),
        (2, "never on"),
        (3, "constant"),
        (4, "never off"),
        (5, "no output depends on it"),
    }
    assert (1, 0, "never off") in {(r.layer, r.unit, r.why) for r in small.removed}
    assert small.network.depth == 1


def test_signs_that_only_the_cells_show_are_used() -> None:
    """|x| - 2|x - 1| + ... never reaches 1/2 here, which intervals do not see."""
    hats = [([[1], [1], [1]], [0, -1, -2]), ([[1, -2, 1]], ["-3/2"]), ([[1]], [0])]
    net = ReluNetwork.of(hats)  # relu(hat(x) - 3/2) = 0
    small = prune(net, [(-3, 3)])
    assert small.network.neurons == 0
    assert "the exact enumeration of the network's complex (integer arithmetic)" in small.rests_on


def test_beyond_six_inputs_signs_rest_on_proof_trees() -> None:
    row = [1] * 7
    net = ReluNetwork.of(
        [([row, row], [0, -1]), ([[1, -1], [1, -1]], ["-2", "-1/2"]), ([[1, 1]], [0])]
    )
    small = prune(net)
    assert small.complete
    assert [r.why for r in small.removed] == ["never on"]
    assert any("Farkas" in line for line in small.rests_on)
    x = [F(k, 7) for k in range(7)]
    assert small.network(x) == net(x)


def test_a_limit_leaves_what_was_proved_by_then() -> None:
    net = en.chain([ReluNetwork.of([([[1], [1]], [0, "-1/2"]), ([[2, -4]], [0])])] * 12)
    dead = en.algebra.stack([net, ReluNetwork.of([([[0]], [-1]), ([[1]], [0])])])
    small = prune(dead, [(-1, 1)], Limits(cells=10))
    assert not small.complete
    assert "limit" in small.reason
    assert [r.why for r in small.removed] == ["constant"]
    assert small.network(["1/3"]) == dead(["1/3"])


def test_a_network_with_nothing_to_remove_is_returned_as_it_is() -> None:
    net = en.compile_ifs(en.gallery.cantor(), 1)
    small = prune(net)
    assert small.network is net or small.network.neurons < net.neurons
    tent = ReluNetwork.of([([[1], [1]], [0, "-1/2"]), ([[2, -4]], [0])])
    assert prune(tent).network is tent


def test_a_box_of_another_dimension_is_refused() -> None:
    tent = ReluNetwork.of([([[1], [1]], [0, "-1/2"]), ([[2, -4]], [0])])
    with pytest.raises(InputError, match=r"box: expected 1 sides, one an input, got 2\."):
        prune(tent, [(0, 1), (0, 1)])
