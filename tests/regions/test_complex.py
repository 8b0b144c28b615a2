"""The complex of a network: every face against definitions, incidence laws and metamorphic twins.

What is compared is recomputed in Fractions from the layers alone (``complexes``).
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction as F
from itertools import pairwise, product
from math import comb, prod
from pathlib import Path

import networkx as nx
import numpy as np
import pytest
from complexes import (
    TENT,
    boxes,
    by_arithmetic,
    corners,
    mean,
    networks,
    patterns_everywhere,
    rescaled,
    rows,
    same_complex,
    settings_for,
    signs_at,
)
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies_lower import pre_activations

import exactnet as en
from exactnet.errors import InputError, InputTypeError, LimitReached
from exactnet.geometry.box import Box
from exactnet.networks.layer import Layer
from exactnet.regions.complex import RegionComplex
from exactnet.regions.reference import enumerate_cells

CROSS = en.ReluNetwork.of([([[1, 0], [0, 1]], [0, 0]), ([[1, 1]], [0])])
FLAT = en.ReluNetwork.of([([[1, 2], [-1, 0]], [3, "1/2"])])  # no hidden layer


# Every face


@given(net=networks(), data=st.data())
@settings(max_examples=40)
def test_every_face_has_the_signs_of_the_mean_of_its_vertices(
    net: en.ReluNetwork, data: st.DataObject
) -> None:
    cx = en.enumerate_regions(net, data.draw(boxes(net.inputs)))
    points = [cx.vertex(v) for v in range(cx.f_vector[0])]
    assert len(set(points)) == len(points)
    for k in range(cx.dim + 1):
        own = corners(cx, k)
        assert len(set(own)) == len(own)
        for signs, vertices in zip(rows(cx, k), own, strict=True):
            assert len(vertices) > k
            assert signs == signs_at(net, mean([points[v] for v in vertices]))
    for cell, vertices in enumerate(corners(cx, cx.dim)):
        assert set(cx.vertices(cell)) == {points[v] for v in vertices}


@given(net=networks(dims=(1, 2, 3)), data=st.data())
@settings(max_examples=60)
def test_cells_are_those_of_the_reference_in_lexicographic_order(
    net: en.ReluNetwork, data: st.DataObject
) -> None:
    box = data.draw(boxes(net.inputs))
    cx = en.enumerate_regions(net, box)
    signs = rows(cx, cx.dim)
    assert signs == sorted(set(signs))
    found = {cell.pattern: set(cell.polyhedron.vertices()) for cell in enumerate_cells(net, box)}
    patterns = [tuple(row) for row in cx.patterns().tolist()]
    assert dict(zip(patterns, map(set, map(cx.vertices, range(len(cx)))), strict=True)) == found
    assert len(patterns) == len(found)


@given(case=settings_for())
@settings(max_examples=40)
def test_a_facet_has_one_or_two_cells_and_a_ridge_of_a_cell_lies_in_two_of_its_facets(
    case: tuple[en.ReluNetwork, Box | None],
) -> None:
    net, box = case
    cx = en.enumerate_regions(net, box)
    d = cx.dim
    owners: dict[int, list[int]] = {f: [] for f in range(cx.f_vector[d - 1])}
    for cell in range(len(cx)):
        facets = cx.boundary(d, cell)
        assert len(set(facets)) == len(facets)
        for facet in facets:
            owners[facet].append(cell)
        if d > 1:
            ridges = Counter(r for facet in facets for r in cx.boundary(d - 1, facet))
            assert set(ridges.values()) <= {2}
    assert [sorted(c for c in cells if c >= 0) for cells in cx.facet_cells.tolist()] == [
        owners[f] for f in sorted(owners)
    ]
    for facet, cells in owners.items():
        if box is None:
            assert len(cells) == 2
            continue
        points = [cx.vertex(v) for v in corners(cx, d - 1)[facet]]
        walls = [(j, end) for j, sides in enumerate(zip(box.lower, box.upper, strict=True))
                 for end in sides]  # fmt: skip
        outer = any(all(x[j] == end for x in points) for j, end in walls)
        assert len(cells) == (1 if outer else 2)


@given(net=networks(dims=(2, 3, 4)), data=st.data())
@settings(max_examples=40)
def test_the_faces_of_a_single_face_satisfy_eulers_relation(
    net: en.ReluNetwork, data: st.DataObject
) -> None:
    cx = en.enumerate_regions(net, data.draw(boxes(net.inputs)))
    for k in range(1, cx.dim + 1):
        for face in range(cx.f_vector[k]):
            below, total = {face}, (-1) ** k
            for level in range(k, 0, -1):
                below = {g for f in below for g in cx.boundary(level, f)}
                total += (-1) ** (level - 1) * len(below)
            assert total == 1


@given(case=settings_for(), seed=st.integers(0, 99))
@settings(max_examples=60)
def test_verify_agrees_and_the_euler_number_is_that_of_the_domain(
    case: tuple[en.ReluNetwork, Box | None], seed: int
) -> None:
    net, box = case
    cx = en.enumerate_regions(net, box)
    assert cx.euler == (1 if box is not None else (-1) ** cx.dim)
    done = cx.verify(seed, points=10)
    assert len(done) == (3 if box is None else 5)


@given(net=networks(), data=st.data())
@settings(max_examples=40)
def test_volumes_fill_the_box_and_weighted_centroids_are_its_centre(
    net: en.ReluNetwork, data: st.DataObject
) -> None:
    box = data.draw(boxes(net.inputs))
    cx = en.enumerate_regions(net, box)
    volumes = [cx.volume(cell) for cell in range(len(cx))]
    assert min(volumes) > 0
    assert sum(volumes) == prod(b - a for a, b in zip(box.lower, box.upper, strict=True))
    centroids = [cx.centroid(cell) for cell in range(len(cx))]
    moments = [
        sum(v * x[j] for v, x in zip(volumes, centroids, strict=True)) for j in range(cx.dim)
    ]
    assert moments == [c * sum(volumes) for c in box.centre]
    for cell, x in enumerate(centroids):
        assert signs_at(net, x) == rows(cx, cx.dim)[cell]
        assert signs_at(net, cx.interior_point(cell)) == rows(cx, cx.dim)[cell]


@given(net=networks(dims=(2,)), data=st.data())
@settings(max_examples=40)
def test_areas_are_those_of_the_shoelace_formula(net: en.ReluNetwork, data: st.DataObject) -> None:
    cx = en.enumerate_regions(net, data.draw(boxes(2)))
    edges = corners(cx, 1)
    for cell in range(len(cx)):
        sides = [[cx.vertex(v) for v in edges[e]] for e in cx.boundary(2, cell)]
        p = cx.interior_point(cell)
        cross = [(a[0] - p[0]) * (b[1] - p[1]) - (a[1] - p[1]) * (b[0] - p[0]) for a, b in sides]
        assert cx.volume(cell) == sum(map(abs, cross)) / 2


@given(case=settings_for(dims=(1, 2, 3), outputs=2))
@settings(max_examples=50)
def test_the_affine_piece_of_a_cell_is_the_network_on_its_closure(
    case: tuple[en.ReluNetwork, Box | None],
) -> None:
    net, box = case
    cx = en.enumerate_regions(net, box)
    for cell in range(len(cx)):
        piece = cx.affine_piece(cell)
        x = cx.interior_point(cell)
        assert piece == net.affine_piece(x)
        for point in (x, *cx.vertices(cell)):
            values = pre_activations(net, point)[-1]
            assert piece(point) == values == net(point)


@given(net=networks(dims=(1, 2, 3)), data=st.data())
@settings(max_examples=40)
def test_every_face_is_located_by_a_point_of_its_relative_interior(
    net: en.ReluNetwork, data: st.DataObject
) -> None:
    cx = en.enumerate_regions(net, data.draw(boxes(net.inputs)))
    points = [cx.vertex(v) for v in range(cx.f_vector[0])]
    for k in range(cx.dim + 1):
        for face, vertices in enumerate(corners(cx, k)):
            own = [points[v] for v in sorted(vertices)]
            assert cx.locate(mean(own)) == (k, face)
            weights_ = [F(j + 1) for j in range(len(own))]
            skew = tuple(
                sum(w * x[j] for w, x in zip(weights_, own, strict=True)) / sum(weights_)
                for j in range(cx.dim)
            )
            assert cx.locate(skew) == (k, face)


# Networks that are the same in another guise

HUGE = [F(10) ** 400, F(1, 10**400), F(3) ** 50, F(1, 3**50), F(10) ** 200, F(1)]


@given(case=settings_for(dims=(1, 2, 3)), factors=st.lists(st.sampled_from(HUGE), min_size=1))
@settings(max_examples=80)
def test_units_of_any_size_give_the_same_complex(
    case: tuple[en.ReluNetwork, Box | None], factors: list[F]
) -> None:
    net, box = case
    plain = en.enumerate_regions(net, box)
    twin = rescaled(net, factors)
    again = en.enumerate_regions(twin, box)
    assert same_complex(plain, again)
    assert again.counts() == plain.counts()
    assert en.count_regions(twin, box, workers=1) == plain.counts()["proper"]


@given(case=settings_for())
@settings(max_examples=60)
def test_both_arithmetics_give_the_same_complex(case: tuple[en.ReluNetwork, Box | None]) -> None:
    net, box = case
    integers = by_arithmetic(net, box, exact=True)
    floats = by_arithmetic(net, box, exact=False)
    assert integers is not None
    assert floats is not None
    assert integers.patch.exact
    assert not floats.patch.exact
    assert same_complex(integers, floats)
    pieces = [np.unique(cx.piece_classes, return_inverse=True)[1] for cx in (integers, floats)]
    pairs = set(zip(*(p.tolist() for p in pieces), strict=True))
    assert len(pairs) == len({a for a, _ in pairs}) == len({b for _, b in pairs})


def test_counts_of_networks_with_huge_weights_come_without_warnings() -> None:
    """Bounds become infinite, and infinity times a zero weight is no number."""
    for size in (300, 400):
        net = en.ReluNetwork.of([([[10**size]], [0]), ([[0]], [1])])
        counts = en.enumerate_regions(net).counts()
        assert list(counts.values()) == [2, 2, 1, 1, 1, 1]
        steep = en.ReluNetwork.of([([[10**size]], [0]), ([[10**size]], [0]), ([[10**size]], [1])])
        assert list(en.enumerate_regions(steep).counts().values()) == [2] * 6


def test_a_network_beyond_64_bits_is_enumerated_by_floats_and_is_still_exact() -> None:
    big = 3**50
    net = en.ReluNetwork.of([([[big], [big]], [-1, -2]), ([[1, 1]], [0])])
    cx = en.enumerate_regions(net, [(0, 1)])
    assert not cx.patch.exact
    assert {cx.vertex(v) for v in range(4)} == {(0,), (F(1, big),), (F(2, big),), (1,)}
    assert cx.f_vector == (4, 3)
    assert by_arithmetic(net, Box.of([(0, 1)]), exact=True) is None


@pytest.mark.parametrize("size", [18, 60, 200, 300, 400, -18, -60, -200, -300, -400])
@pytest.mark.parametrize("weight", [0, 100, 200, 400])
def test_boxes_of_any_size_are_exact_for_weights_of_any_size(size: int, weight: int) -> None:
    t, w = F(10) ** size, F(10) ** (weight if size < 0 else -weight)
    net = en.ReluNetwork.of([([[w, 0]], [F(-3, 2) * w * t]), ([[1]], [0])])
    cx = en.enumerate_regions(net, [(t, 2 * t), (0, 1)])
    assert rows(cx, 2) == [(-1,), (1,)]
    assert cx.volume(0) == cx.volume(1) == t / 2
    mixed = en.enumerate_regions(net, [(-1, 2 * t), (-t, 1 + t)])
    patterns = {cell.pattern for cell in enumerate_cells(net, mixed.box)}
    assert {tuple(p) for p in mixed.patterns().tolist()} == patterns
    assert mixed.verify(points=20)


@given(net=networks(dims=(1, 2, 3), hidden=(1, 3)), data=st.data())
@settings(max_examples=40)
def test_a_box_cut_in_two_has_the_faces_of_both_halves(
    net: en.ReluNetwork, data: st.DataObject
) -> None:
    """The cut as one more unit: its faces are those of either half, less the common ones."""
    box = data.draw(boxes(net.inputs))
    j = data.draw(st.integers(0, net.inputs - 1))
    cut = box.lower[j] + (box.upper[j] - box.lower[j]) * data.draw(
        st.sampled_from([F(1, 2), F(1, 3)])
    )
    low = Box(box.lower, tuple(cut if i == j else v for i, v in enumerate(box.upper)))
    high = Box(tuple(cut if i == j else v for i, v in enumerate(box.lower)), box.upper)
    first, second, *others = net.layers
    row = tuple(F(int(i == j)) for i in range(net.inputs))
    widened = Layer((*first.weight, row), (*first.bias, -cut), (*first.slopes, F(0)))
    following = replace(second, weight=tuple((*r, F(0)) for r in second.weight))
    whole = en.enumerate_regions(en.ReluNetwork((widened, following, *others)), box)
    halves = [en.enumerate_regions(net, half) for half in (low, high)]
    for k in range(net.inputs + 1):
        at = whole.signs(k)[:, first.outputs]
        assert [int((at <= 0).sum()), int((at >= 0).sum())] == [h.f_vector[k] for h in halves]
    for cell in range(len(whole)):
        side = int(whole.signs()[cell, first.outputs] > 0)
        k, index = halves[side].locate(whole.interior_point(cell))
        assert k == net.inputs
        assert halves[side].volume(index) == whole.volume(cell)


@given(net=networks(dims=(1, 2, 3), hidden=(1, 2)), data=st.data())
@settings(max_examples=40)
def test_order_and_repetition_of_units_change_only_their_names(
    net: en.ReluNetwork, data: st.DataObject
) -> None:
    box = data.draw(st.one_of(st.none(), boxes(net.inputs)))
    first, second, *others = net.layers
    order = data.draw(st.permutations(range(first.outputs)))
    order = [*order, data.draw(st.integers(0, first.outputs - 1))]  # one unit twice
    seen: set[int] = set()
    keep = [k for k in order if not (k in seen or seen.add(k))]
    mixed = Layer(
        tuple(first.weight[k] for k in order),
        tuple(first.bias[k] for k in order),
        tuple(first.slopes[k] for k in order),
    )
    following = replace(
        second,
        weight=tuple((*(row[k] for k in keep), F(0)) for row in second.weight),
    )
    other = en.enumerate_regions(en.ReluNetwork((mixed, following, *others)), box)
    cx = en.enumerate_regions(net, box)
    size = first.outputs
    back = [order.index(k) for k in range(size)] + list(range(size + 1, net.neurons + 1))
    for k in range(net.inputs + 1):
        assert Counter(tuple(r[j] for j in back) for r in rows(other, k)) == Counter(rows(cx, k))
    assert other.counts() == cx.counts()


@given(net=networks(dims=(1, 2, 3), spanning=True), data=st.data())
@settings(max_examples=40)
def test_an_affine_change_of_coordinates_moves_the_complex_along(
    net: en.ReluNetwork, data: st.DataObject
) -> None:
    """On R^d: x = A y + b with A unimodular; every face keeps its signs, every vertex is moved."""
    d = net.inputs
    shift = data.draw(st.tuples(*[st.fractions(-3, 3, max_denominator=3)] * d))
    shear = [[F(int(i == j)) for j in range(d)] for i in range(d)]
    for i in range(d):
        for j in range(i):
            shear[i][j] = F(data.draw(st.integers(-2, 2)))
    first = net.layers[0]
    columns = list(zip(*shear, strict=True))
    weight = tuple(
        tuple(sum((a * b for a, b in zip(row, c, strict=True)), F(0)) for c in columns)
        for row in first.weight
    )
    bias = tuple(
        b + sum((a * s for a, s in zip(row, shift, strict=True)), F(0))
        for row, b in zip(first.weight, first.bias, strict=True)
    )
    moved = en.ReluNetwork((Layer(weight, bias, first.slopes), *net.layers[1:]))
    here, there = en.enumerate_regions(net), en.enumerate_regions(moved)
    assert here.counts() == there.counts()
    if here.walls:
        return
    assert here.f_vector == there.f_vector
    images = {
        tuple(
            sum((a * v for a, v in zip(row, y, strict=True)), s)
            for row, s in zip(shear, shift, strict=True)
        )
        for y in map(there.vertex, range(there.f_vector[0]))
    }
    assert images == set(map(here.vertex, range(here.f_vector[0])))


# The dual graph


@given(case=settings_for(dims=(1, 2, 3)))
@settings(max_examples=60)
def test_an_edge_of_the_graph_is_a_facet_at_which_exactly_its_units_flip(
    case: tuple[en.ReluNetwork, Box | None],
) -> None:
    net, box = case
    cx = en.enumerate_regions(net, box)
    graph = cx.graph()
    assert nx.is_connected(graph)
    assert set(graph) == set(range(len(cx)))
    inner = [f for f, cells in enumerate(cx.facet_cells.tolist()) if min(cells) >= 0]
    assert sorted(f for _, _, f in graph.edges(data="facet")) == inner
    signs, facets = cx.signs(), cx.signs(cx.dim - 1)
    for a, b, data_ in graph.edges(data=True):
        assert data_["facet"] in set(cx.boundary(cx.dim, a)) & set(cx.boundary(cx.dim, b))
        units = [int(u) for u in data_["units"].split()]
        on = [graph.nodes[cell]["pattern"] for cell in (a, b)]
        assert units == [k for k, (p, q) in enumerate(zip(*on, strict=True)) if p != q]
        assert not facets[data_["facet"], units].any()
        assert (signs[a, units] != signs[b, units]).all()
        assert units or cx.walls
    for cell, values in graph.nodes(data=True):
        assert values["pattern"] == "".join(map(str, net.pattern(cx.interior_point(cell))))
    pieces = [cx.affine_piece(cell) for cell in range(len(cx))]
    for a, b in product(range(min(len(cx), 12)), repeat=2):
        assert (graph.nodes[a]["piece"] == graph.nodes[b]["piece"]) == (pieces[a] == pieces[b])


def test_a_graph_survives_the_way_through_graphml(tmp_path: Path) -> None:
    net = en.ReluNetwork.of(
        [
            ([[1, 1], [1, -1], [2, 0]], [0, 1, -1]),
            ([[1, 1, -2], [0, 1, 1]], [-1, 0]),
            ([[1, 2]], [0]),
        ],
        [["relu", "abs", "identity"], ["relu", {"leaky": "1/3"}]],
    )
    graph = en.enumerate_regions(net, Box.cube(2, 2)).graph()
    assert graph.number_of_edges() > 5
    nx.write_graphml(graph, tmp_path / "dual.graphml")
    back = nx.read_graphml(tmp_path / "dual.graphml", node_type=int)
    assert dict(back.nodes(data=True)) == dict(graph.nodes(data=True))
    assert {frozenset(e): graph.edges[e] for e in graph.edges} == {
        frozenset(e): back.edges[e] for e in back.edges
    }
    assert back.graph["regions"] == len(graph)


# Particular networks


def test_a_network_without_hidden_layers_is_one_cell() -> None:
    cx = en.enumerate_regions(FLAT, [(0, 1), (0, 2)])
    assert (cx.f_vector, cx.signs().tolist()) == ((4, 4, 1), [[]])
    assert cx.counts() == dict.fromkeys(cx.counts(), 1)
    assert cx.affine_piece(0)((F(1), F(1))) == (6, F(-1, 2))
    assert (cx.volume(0), cx.centroid(0), cx.locate([0, 0])[0]) == (2, (F(1, 2), 1), 0)
    space = en.enumerate_regions(FLAT)
    assert space.counts() == dict.fromkeys(space.counts(), 1)
    assert len({tuple(map(abs, v)) for c in range(4) for v in space.directions(c)}) == 2
    assert cx.graph().number_of_edges() == 0


@pytest.mark.parametrize("lines", range(2, 9))
def test_a_pencil_of_lines_has_two_sectors_a_line(lines: int) -> None:
    rows_ = [[k, k * k - 7] for k in range(1, lines + 1)]
    net = en.ReluNetwork.of([(rows_, [0] * lines), ([[1] * lines], [0])])
    for cx in (en.enumerate_regions(net), en.enumerate_regions(net, Box.cube(2))):
        assert cx.counts()["proper"] == 2 * lines
    cx = en.enumerate_regions(net, Box.cube(2))
    centre = [v for v in range(cx.f_vector[0]) if cx.vertex(v) == (0, 0)]
    assert len(centre) == 1
    assert sum(centre[0] in c for c in corners(cx, 1)) == 2 * lines


def test_dead_zero_and_duplicate_units_cut_nothing() -> None:
    plain = en.ReluNetwork.of([([[1, 1], [1, -1]], [0, 0]), ([[1, 1]], [0])])
    crowded = en.ReluNetwork.of(
        [
            ([[1, 1], [1, -1], [0, 0], [0, 0], [1, 1], [-3, -3], [1, 0]], [0, 0, 0, 5, 0, 0, -9]),
            ([[1, 1, 1, 0, 0, 0, 1]], [0]),
        ]
    )
    box = Box.cube(2, 2)
    assert en.enumerate_regions(crowded, box).f_vector == en.enumerate_regions(plain, box).f_vector
    signs = en.enumerate_regions(crowded, box).signs()
    assert {tuple(column) for column in signs[:, 2:4].T.tolist()} == {(0,) * 4, (1,) * 4}
    assert set(signs[:, 6].tolist()) == {-1}


def test_layers_of_one_unit_cut_one_after_the_other() -> None:
    """| ... | |x| - 1 | ... - 1|: one more fold a layer."""
    folds = [([[1]], [0 if k == 0 else -1]) for k in range(6)]
    net = en.ReluNetwork.of([*folds, ([[1]], [0])], [["abs"]] * 6)
    cx = en.enumerate_regions(net, [(-7, 7)])
    inner = sorted(cx.vertex(v)[0] for v in range(cx.f_vector[0]))
    assert inner == [-7, *range(-5, 6), 7]
    space = en.enumerate_regions(net)
    assert sorted(space.vertex(v)[0] for v in range(space.f_vector[0])) == inner[1:-1]


def generic(d: int, hidden: tuple[int, ...], seed: int) -> en.ReluNetwork:
    rng = np.random.default_rng(seed)
    sizes = [d, *hidden, 1]
    layers = [
        (rng.integers(-9, 10, (b, a)).tolist(), rng.integers(-4, 5, b).tolist())
        for a, b in pairwise(sizes)
    ]
    return en.ReluNetwork.of(layers)


@pytest.mark.parametrize(("d", "hidden"), [(5, (3, 2)), (5, (6,)), (6, (2, 2)), (6, (3,))])
def test_five_and_six_dimensions(d: int, hidden: tuple[int, ...]) -> None:
    net = generic(d, hidden, seed=d + len(hidden))
    cx = en.enumerate_regions(net, Box.cube(d))
    patterns = {cell.pattern for cell in enumerate_cells(net, Box.cube(d))}
    assert len(cx) == len(patterns) >= 4
    assert {tuple(p) for p in cx.patterns().tolist()} == patterns
    assert cx.euler == 1
    assert sum(cx.volume(cell) for cell in range(len(cx))) == 2**d
    floats = by_arithmetic(net, Box.cube(d), exact=False)
    assert floats is not None
    assert same_complex(cx, floats)
    space = en.enumerate_regions(net)
    assert space.euler == (-1) ** d
    assert space.counts()["proper"] == len(patterns_everywhere(net))


@pytest.mark.parametrize(("d", "n"), [(1, 6), (2, 7), (3, 6), (4, 6), (5, 6)])
def test_hyperplanes_in_general_position_have_the_faces_that_theory_counts(d: int, n: int) -> None:
    """f_k = C(n, d-k) sum_i C(n-d+k, i), i <= k (Buck 1943); points of the moment curve."""
    units = [[t**j for j in range(d)] for t in range(1, n + 1)]
    net = en.ReluNetwork.of([(units, [t**d for t in range(1, n + 1)]), ([[1] * n], [0])])
    expected = tuple(
        comb(n, d - k) * sum(comb(n - d + k, i) for i in range(k + 1)) for k in range(d + 1)
    )
    assert en.enumerate_regions(net).f_vector == expected


# What is refused


SPACE7 = en.ReluNetwork.of([([[1] * 7], [0]), ([[1]], [0])])


@pytest.mark.parametrize(
    ("net", "box", "kind", "message"),
    [
        (SPACE7, None, InputError, "regions: expected at most 6 inputs, got 7"),
        (CROSS, [(0, 1)], InputError, "box: expected 2 sides, one an input, got 1"),
        (CROSS, [(0, 1), (1, 1)], InputError, r"lower < upper, got \[1, 1\]"),
        (CROSS, "box", InputTypeError, r"box: expected a list of pairs .* got str"),
        (CROSS, [(0, 0.5), (0, 1)], InputTypeError, r"box\[0\]\[1\]: expected .* got float 0.5"),
    ],
)
def test_bad_domains_are_named(net: en.ReluNetwork, box: object, kind: type, message: str) -> None:
    with pytest.raises(kind, match=message):
        en.enumerate_regions(net, box)  # type: ignore[arg-type]


def _misuses(cx: RegionComplex) -> Iterator[tuple[object, str]]:
    yield lambda: cx.boundary(0, 0), "boundary: expected a dimension k >= 1, got 0"
    yield lambda: cx.boundary(3, 0), r"dimension: expected an integer 0\.\.2, got 3"
    yield lambda: cx.signs(-1), r"dimension: expected an integer 0\.\.2, got -1"
    yield lambda: cx.vertex(9), "index: expected 0 <= index < 9, got 9"
    yield lambda: cx.vertex(1.0), r"index: expected 0 <= index < 9, got 1\.0"  # type: ignore[arg-type]
    yield lambda: cx.vertices("1"), "index: expected 0 <= index < 4, got '1'"  # type: ignore[arg-type]
    yield lambda: cx.volume(-1), "index: expected 0 <= index < 4, got -1"
    yield lambda: cx.affine_piece(4), "index: expected 0 <= index < 4, got 4"
    yield lambda: cx.locate([2, 0]), "locate: expected a point of the box"
    yield lambda: cx.locate([0]), r"x: expected 2 number\(s\), got 1"


def test_indices_dimensions_and_points_outside_are_refused() -> None:
    cx = en.enumerate_regions(CROSS, Box.cube(2))
    refused = 0
    for call, message in _misuses(cx):
        with pytest.raises(InputError, match=message):
            call()  # type: ignore[operator]
        refused += 1
    assert refused == 10
    for k, v in ((np.int64(2), np.uint32(3)), (2, 3)):  # NumPy's integers are integers
        assert cx.boundary(k, v) == cx.boundary(2, 3)
    with pytest.raises(InputTypeError, match="float"):
        cx.locate([0.5, 0])


def test_limits_end_an_enumeration_with_their_reason() -> None:
    saw = en.chain([TENT] * 16)
    with pytest.raises(LimitReached, match="limit of 1000 cells"):
        en.enumerate_regions(saw, [(0, 1)], en.Limits(cells=1000))
    with pytest.raises(LimitReached, match="time limit"):
        en.enumerate_regions(saw, [(0, 1)], en.Limits(seconds=1e-6))
    seen: list[str] = []
    assert len(en.enumerate_regions(en.chain([TENT] * 8), [(0, 1)], progress=seen.append)) == 256
    assert seen
    assert all(line.startswith("regions: ") for line in seen)
