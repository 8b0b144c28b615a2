"""The decision boundary of a network: exact on examples by hand, and against other routes."""

from fractions import Fraction as F

import numpy as np
import pytest
from hypothesis import given, settings
from strategies_lower import networks

from exactnet.errors import InputError
from exactnet.geometry.box import Box
from exactnet.networks.network import ReluNetwork
from exactnet.regions.complex import RegionComplex
from exactnet.regions.levels import LevelSet
from exactnet.regions.reference import enumerate_cells
from exactnet.viewing.decision import MAX_OUTPUTS, DecisionComplex

SQUARE = Box.cube(2)


def facet(cx: RegionComplex, index: int) -> frozenset[tuple[F, ...]]:
    """The exact vertices of an edge of a complex."""
    return frozenset(cx.vertex(v) for v in cx.boundary(1, index))


def boundary(cut: DecisionComplex) -> set[frozenset[tuple[F, ...]]]:
    return {facet(cut.cx, k) for k in np.flatnonzero(cut.boundary).tolist()}


def segment(*ends: tuple[object, object]) -> frozenset[tuple[F, ...]]:
    return frozenset((F(str(x)), F(str(y))) for x, y in ends)


def test_the_boundary_of_a_bent_line_is_its_three_exact_segments() -> None:
    net = ReluNetwork.of([([[1, 0], [0, 1]], [0, 0]), ([[1, 1]], ["-1/2"])])
    cut = DecisionComplex.of(net, SQUARE)
    assert boundary(cut) == {
        segment(("1/2", -1), ("1/2", 0)),
        segment(("1/2", 0), (0, "1/2")),
        segment((-1, "1/2"), (0, "1/2")),
    }
    assert (cut.regions, cut.pieces, len(cut.cx)) == (4, 4, 7)
    assert not cut.zero.any()


def test_a_cell_where_f_vanishes_is_told_from_its_outline() -> None:
    net = ReluNetwork.of([([[1, 0]], [0]), ([[-1]], [0])])
    cut = DecisionComplex.of(net, SQUARE)
    [zero] = np.flatnonzero(cut.zero).tolist()
    corners = {(F(x), F(y)) for x in (-1, 0) for y in (-1, 1)}
    assert set(cut.cx.vertices(zero)) == corners
    assert set().union(*boundary(cut)) == corners
    assert len(boundary(cut)) == 4


def test_facets_inside_the_zero_set_are_no_boundary() -> None:
    net = ReluNetwork.of([([[1, 0], [0, 1]], [0, 0]), ([[0, -1]], [0])])
    cut = DecisionComplex.of(net, SQUARE)
    assert cut.zero.sum() == 2
    assert segment((0, -1), (0, 0)) not in boundary(cut)
    assert segment((-1, 0), (0, 0)) in boundary(cut)


def test_with_several_outputs_the_boundary_is_where_the_largest_changes() -> None:
    net = ReluNetwork.of([([[1, 0], [0, 1], [0, 0]], [0, 0, 0])])  # x, y and 0
    cut = DecisionComplex.of(net, SQUARE)
    assert boundary(cut) == {
        segment((0, 0), (1, 1)), segment((0, -1), (0, 0)), segment((-1, 0), (0, 0)),
    }  # fmt: skip
    assert (cut.regions, cut.pieces) == (1, 1)
    assert not cut.zero.any()


def test_one_unit_and_no_unit_are_networks_too() -> None:
    line = DecisionComplex.of(ReluNetwork.of([([[2]], [-1])]), Box.of([(0, 1)]))
    assert (line.regions, line.pieces) == (1, 1)
    assert [line.cx.vertex(k) for k in np.flatnonzero(line.boundary)] == [(F(1, 2),)]
    constant = DecisionComplex.of(ReluNetwork.of([([[0, 0]], [0])]), SQUARE)
    assert (constant.zero.tolist(), constant.boundary.sum()) == ([True], 4)


@settings(max_examples=30)
@given(networks(2, 1))
def test_boundary_zeros_and_counts_agree_with_evaluation_and_the_reference(
    net: ReluNetwork,
) -> None:
    cut = DecisionComplex.of(net, SQUARE)
    for ends in boundary(cut):
        for weight in (F(0), F(1, 3), F(1)):
            a, b = sorted(ends)
            x = [u + weight * (v - u) for u, v in zip(a, b, strict=True)]
            assert net(x) == (0,)
    for cell, sign in enumerate(cut.decided.tolist()):
        [value] = net(cut.cx.interior_point(cell))
        assert (value > 0) - (value < 0) == sign
        assert cut.zero[cell] == (sign == 0)
    cells = list(enumerate_cells(net, SQUARE))
    assert cut.regions == len(cells)
    assert cut.pieces == len({net.affine_piece(c.polyhedron.interior_point()) for c in cells})


@settings(max_examples=30)
@given(networks(2, 1))
def test_the_boundary_is_the_level_set_without_its_inner_edges(net: ReluNetwork) -> None:
    cut, level = DecisionComplex.of(net, SQUARE), LevelSet.of(net, SQUARE)
    edges = {facet(level.complex, k) for k in level.boundary.members[1]}
    inner = {
        facet(level.complex, k)
        for k, sides in enumerate(level.complex.facet_cells.tolist())
        if set(sides) <= set(level.boundary.members[2])
    }
    assert boundary(cut) == edges - inner
    assert cut.zero.sum() == len(level.boundary.members[2])


@settings(max_examples=20)
@given(networks(2, 3, hidden=2))
def test_each_cell_has_the_output_that_is_largest_on_it(net: ReluNetwork) -> None:
    cut = DecisionComplex.of(net, SQUARE)
    for cell, winner in enumerate(cut.decided.tolist()):
        values = net(cut.cx.interior_point(cell))
        assert values[winner] == max(values)
        assert winner == values.index(max(values))


@settings(max_examples=30)
@given(networks(2, 1))
def test_own_facets_are_those_of_the_networks_own_complex(net: ReluNetwork) -> None:
    cut = DecisionComplex.of(net, SQUARE)
    for k, (a, b) in enumerate(cut.cx.facet_cells.tolist()):
        pairs = [net.pattern(cut.cx.interior_point(c)) for c in (a, b) if c >= 0]
        assert cut.own[k] == (len(set(pairs)) == 2)


def test_too_many_outputs_are_refused() -> None:
    net = ReluNetwork.of([([[1, 0]] * (MAX_OUTPUTS + 1), [0] * (MAX_OUTPUTS + 1))])
    with pytest.raises(InputError, match=r"picture: expected at most 16 outputs, got 17\. Keep"):
        DecisionComplex.of(net, SQUARE)
