"""The reference enumerator against points, volumes, Zaslavsky and hand counts."""

from fractions import Fraction as F
from itertools import combinations, product

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import exactnet as en
from exactnet.exact import linalg
from exactnet.geometry.box import Box
from exactnet.regions.reference import LinearCell, enumerate_cells
from exactnet.testing.strategies import relu_networks


def networks(dims: tuple[int, ...] = (1, 2, 3)) -> st.SearchStrategy[en.ReluNetwork]:
    """Small networks with weights in {-2..2}: half of all hyperplanes coincide or vanish."""
    return relu_networks(
        inputs=st.sampled_from(dims),
        outputs=1,
        layers=range(1, 4),
        activations=["relu", "relu", "relu", "abs", "identity", {"leaky": "1/3"}],
        elements=st.integers(-2, 2).map(F),
    )


def value(cell: LinearCell, x: tuple[F, ...]) -> F:
    row = cell.rows[0]
    return (sum(a * v for a, v in zip(row, x, strict=False)) + row[-1]) / F(cell.scale)


def area(cell: LinearCell) -> F:
    """The exact area of a convex polygon, as a fan of triangles in the order of its edges."""
    rays, masks = cell.polyhedron.rays, cell.polyhedron.masks
    points = cell.polyhedron.vertices()
    order, left = [0], set(range(1, len(rays)))
    while left:
        nxt = next(
            k for k in left
            if not any(
                m & (masks[order[-1]] & masks[k]) == masks[order[-1]] & masks[k]
                for j, m in enumerate(masks) if j not in (order[-1], k)
            )
        )  # fmt: skip
        order.append(nxt)
        left.remove(nxt)
    ring = [points[k] for k in order]
    twice = sum(a[0] * b[1] - a[1] * b[0] for a, b in zip(ring, ring[1:] + ring[:1], strict=True))
    return abs(twice) / 2


@given(net=networks(), data=st.data())
@settings(max_examples=80)
def test_every_point_lies_in_a_cell_and_the_cell_knows_its_value(
    net: en.ReluNetwork, data: st.DataObject
) -> None:
    cells = list(enumerate_cells(net, Box.cube(net.inputs, 2)))
    x = data.draw(st.tuples(*[st.fractions(-2, 2, max_denominator=8)] * net.inputs))
    assert all(net.pattern(cell.polyhedron.interior_point()) == cell.pattern for cell in cells)
    matches = [cell for cell in cells if cell.pattern == net.pattern(x)]
    assert len(matches) <= 1
    for cell in matches:
        assert value(cell, x) == net(x)[0]


@given(net=networks())
@settings(max_examples=80)
def test_patterns_are_distinct_and_values_agree_on_every_vertex(net: en.ReluNetwork) -> None:
    cells = list(enumerate_cells(net, Box.cube(net.inputs, 2)))
    assert len({cell.pattern for cell in cells}) == len(cells)
    for cell in cells:
        for vertex in cell.polyhedron.vertices():
            assert value(cell, vertex) == net(vertex)[0]


@given(net=networks(dims=(2,)))
@settings(max_examples=60)
def test_the_areas_of_the_cells_add_up_to_the_box(net: en.ReluNetwork) -> None:
    assert sum(area(cell) for cell in enumerate_cells(net, Box.cube(2, 2))) == 16


@given(net=networks(dims=(1,)))
@settings(max_examples=60)
def test_lengths_add_up_in_one_dimension(net: en.ReluNetwork) -> None:
    total = F(0)
    for cell in enumerate_cells(net, Box.cube(1, 2)):
        (low,), (high,) = sorted(cell.polyhedron.vertices())
        assert low < high
        total += high - low
    assert total == 4


@given(net=networks())
@settings(max_examples=40)
def test_the_patterns_on_a_grid_are_among_the_patterns_of_the_cells(net: en.ReluNetwork) -> None:
    found = {cell.pattern for cell in enumerate_cells(net, Box.cube(net.inputs, 2))}
    steps = [F(k, 7) + F(1, 1009) for k in range(-14, 14, 3)]
    for x in product(steps, repeat=net.inputs):
        moved = tuple(v + F(j, 997) for j, v in enumerate(x))
        nearby = net.affine_piece(moved)
        assert nearby(moved) == net(moved)
        off_walls = all(_pre_activations(net, moved))
        if off_walls and all(abs(v) < 2 for v in moved):
            assert net.pattern(moved) in found


def _pre_activations(net: en.ReluNetwork, x: tuple[F, ...]) -> list[F]:
    """Pre-activations that are not identically zero because of a zero row, at x."""
    values, point = [], x
    for layer in net.layers[:-1]:
        before = linalg.add(linalg.mat_vec(layer.weight, point), layer.bias)
        values += list(before)
        point = layer.activate(before)
    return values


@given(
    d=st.integers(1, 3),
    rows=st.lists(st.tuples(*[st.integers(-9, 9)] * 4), min_size=1, max_size=5),
)
@settings(max_examples=60)
def test_generic_arrangements_have_zaslavskys_number_of_regions(
    d: int, rows: list[tuple[int, ...]]
) -> None:
    normals = [row[:d] for row in rows]
    generic = all(
        linalg.determinant(tuple(tuple(F(v) for v in normals[k]) for k in chosen)) != 0
        for chosen in combinations(range(len(rows)), d)
    )
    lifted = [(*row[:d], row[3]) for row in rows]
    simple = all(
        linalg.determinant(tuple(tuple(F(v) for v in lifted[k]) for k in chosen)) != 0
        for chosen in combinations(range(len(rows)), d + 1)
    )
    assume(generic and simple and (len(rows) >= d or len(set(normals)) == len(rows)))
    assume(len(rows) >= d)
    net = en.ReluNetwork.of(
        [([list(n) for n in normals], [row[3] for row in rows]), ([[1] * len(rows)], [0])]
    )
    patterns = {cell.pattern for cell in enumerate_cells(net, None)}
    assert len(patterns) == en.bounds.zaslavsky(d, len(rows))


@pytest.mark.parametrize("depth", range(1, 8))
def test_the_sawtooth_doubles_its_pieces(depth: int) -> None:
    tent = en.ReluNetwork.of([([[1], [1]], [0, "-1/2"]), ([[2, -4]], [0])])
    saw = en.chain([tent] * depth)
    assert sum(1 for _ in enumerate_cells(saw, Box.of([(0, 1)]))) == 2**depth


def test_carried_values_add_no_boundary() -> None:
    carried = en.ReluNetwork.of(
        [([[1, 0], [0, 1]], [0, 0]), ([[1, 1]], [0])], [["identity", "relu"]]
    )
    assert sum(1 for _ in enumerate_cells(carried, Box.cube(2))) == 2


@given(net=networks(dims=(1, 2)))
@settings(max_examples=40)
def test_unbounded_enumeration_sees_every_pattern_of_the_box(net: en.ReluNetwork) -> None:
    everywhere = {cell.pattern for cell in enumerate_cells(net, None)}
    inside = {cell.pattern for cell in enumerate_cells(net, Box.cube(net.inputs, 3))}
    assert inside <= everywhere


def test_theorem_1_networks_have_at_least_r_to_the_n_regions_and_at_most_the_bounds() -> None:
    for name in ("cantor", "cantor-dust"):
        ifs = en.gallery.get(name)
        for depth in (1, 2):
            net = en.compile_ifs(ifs, depth)
            count = sum(1 for _ in enumerate_cells(net, ifs.base))
            widths = [layer.outputs for layer in net.layers[:-1]]
            assert ifs.r**depth <= count <= en.bounds.montufar(ifs.dim, widths)
            assert count <= en.bounds.composed(ifs.dim, net.depth, net.width)
            assert count <= en.bounds.talk(ifs.dim, net.depth, net.width)[0]
