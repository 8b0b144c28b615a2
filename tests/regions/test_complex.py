"""The complex of a network: every face against definitions, incidence laws and metamorphic twins.

Signs, values and coordinates are recomputed here in Fractions from the layers alone.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction as F
from itertools import pairwise, product
from math import comb, prod
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies_lower import Point, pre_activations

import exactnet as en
from exactnet.errors import InputError, InputTypeError, LimitReached
from exactnet.geometry.box import Box
from exactnet.networks.layer import IDENTITY, Layer
from exactnet.regions.complex import RegionComplex
from exactnet.regions.engine import Engine
from exactnet.regions.forward import OverflowsError
from exactnet.regions.reference import enumerate_cells
from exactnet.regions.setting import Setting

KINDS = ["relu", "relu", "relu", "abs", "identity", {"leaky": "1/3"}, {"leaky": -2}]
WIDEST = {1: 5, 2: 4, 3: 3, 4: 3, 5: 2, 6: 2}
weights = st.sampled_from([1, -1, 2, -2, 0])
Signs = tuple[int, ...]


@st.composite
def networks(
    draw: st.DrawFn,
    dims: tuple[int, ...] = (1, 2, 3, 4),
    hidden: tuple[int, int] = (0, 3),
    outputs: int = 1,
    spanning: bool = False,
) -> en.ReluNetwork:
    """Weights in {-2..2} and all kinds of units: half of all hyperplanes coincide or vanish.

    ``spanning``: the first layer has d independent units that bend, so R^d needs no help.
    """
    d = draw(st.sampled_from(dims))
    depth = draw(st.sampled_from([k for k in (2, 1, 3, 0) if hidden[0] <= k <= hidden[1]]))
    widths = [draw(st.sampled_from(range(WIDEST[d], 0, -1))) for _ in range(depth)]
    sizes = [d, *widths, outputs]
    layers, units = [], []
    for before, after in pairwise(sizes):
        rows = st.lists(weights, min_size=before, max_size=before)
        layers.append(
            (
                draw(st.lists(rows, min_size=after, max_size=after)),
                draw(st.lists(weights, min_size=after, max_size=after)),
            )
        )
        units.append(draw(st.lists(st.sampled_from(KINDS), min_size=after, max_size=after)))
    if spanning and widths:
        _span(draw, d, layers, units)
    return en.ReluNetwork.of(layers, units[:-1])


def _span(draw: st.DrawFn, d: int, layers: list[tuple[Any, Any]], units: list[list[Any]]) -> None:
    """Give the first layer d more units, with a triangular matrix, and the second their columns."""
    rows = [
        [draw(weights) if j < i else draw(st.sampled_from([1, -1])) if j == i else 0
         for j in range(d)]
        for i in range(d)
    ]  # fmt: skip
    layers[0][0].extend(rows)
    layers[0][1].extend(draw(st.lists(weights, min_size=d, max_size=d)))
    bending = [kind for kind in KINDS if kind != "identity"]
    units[0].extend(draw(st.lists(st.sampled_from(bending), min_size=d, max_size=d)))
    for row in layers[1][0]:
        row.extend(draw(st.lists(weights, min_size=d, max_size=d)))


@st.composite
def boxes(draw: st.DrawFn, d: int) -> Box:
    """Boxes around the origin with corners in sixths."""
    ends = st.fractions("1/6", 3, max_denominator=6)
    return Box.of([(-draw(ends), draw(ends)) for _ in range(d)])


@st.composite
def settings_for(
    draw: st.DrawFn, dims: tuple[int, ...] = (1, 2, 3, 4), outputs: int = 1
) -> tuple[en.ReluNetwork, Box | None]:
    """A network and where to enumerate it: a box, or R^d (half the time without help)."""
    where = draw(st.sampled_from(["box", "box", "space", "spanned"]))
    net = draw(networks(dims, outputs=outputs, spanning=where == "spanned"))
    return net, draw(boxes(net.inputs)) if where == "box" else None


def signs_at(net: en.ReluNetwork, x: Point) -> Signs:
    """The sign of every hidden unit at a point, by the definition of the network."""
    return tuple(
        1 if slope == IDENTITY else (t > 0) - (t < 0)
        for layer, before in zip(net.layers[:-1], pre_activations(net, x), strict=False)
        for t, slope in zip(before, layer.slopes, strict=True)
    )


def rows(cx: RegionComplex, k: int) -> list[Signs]:
    """The sign vectors of the k-faces."""
    return [tuple(row) for row in cx.signs(k).tolist()]


def mean(points: list[Point]) -> Point:
    return tuple(sum(column, start=F(0)) / len(points) for column in zip(*points, strict=True))


def corners(cx: RegionComplex, k: int) -> list[frozenset[int]]:
    """The vertices of every k-face, found by walking down its boundary."""
    found = [frozenset([v]) for v in range(cx.f_vector[0])]
    for level in range(1, k + 1):
        found = [
            frozenset().union(*(found[g] for g in cx.boundary(level, f)))
            for f in range(cx.f_vector[level])
        ]
    return found


def rescaled(net: en.ReluNetwork, factors: list[F]) -> en.ReluNetwork:
    """The same function with the hidden units multiplied by positive factors (in turn)."""
    layers, before, used = [], [F(1)] * net.inputs, 0
    for k, layer in enumerate(net.layers):
        last = k == net.depth
        own = [F(1) if last else factors[(used + j) % len(factors)] for j in range(layer.outputs)]
        used += layer.outputs
        weight = tuple(
            tuple(w * f / g for w, g in zip(row, before, strict=True))
            for row, f in zip(layer.weight, own, strict=True)
        )
        bias = tuple(b * f for b, f in zip(layer.bias, own, strict=True))
        layers.append(Layer(weight, bias, layer.slopes))
        before = own
    return en.ReluNetwork(tuple(layers))


def by_arithmetic(net: en.ReluNetwork, box: Box | None, exact: bool) -> RegionComplex | None:
    """The complex by 64-bit integers, or by filtered floats; None when 64 bits are too few."""
    setting = Setting.of(net, box)
    engine = Engine(net, setting.domain, exact)
    try:
        return RegionComplex(net, setting.box, setting.walls, engine, engine.whole(engine.start()))
    except OverflowsError:
        return None


def same_complex(a: RegionComplex, b: RegionComplex) -> bool:
    """Whether two complexes have the same signs, vertices and incidences, number by number."""
    return (
        a.f_vector == b.f_vector
        and all(np.array_equal(a.history(k), b.history(k)) for k in range(a.dim + 1))
        and all(a.vertex(v) == b.vertex(v) for v in range(a.f_vector[0]))
        and all(
            a.boundary(k, f) == b.boundary(k, f)
            for k in range(1, a.dim + 1)
            for f in range(a.f_vector[k])
        )
    )


CROSS = en.ReluNetwork.of([([[1, 0], [0, 1]], [0, 0]), ([[1, 1]], [0])])
FLAT = en.ReluNetwork.of([([[1, 2], [-1, 0]], [3, "1/2"])])  # no hidden layer
TENT = en.ReluNetwork.of([([[1], [1]], [0, "-1/2"]), ([[2, -4]], [0])])


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


@given(net=networks(dims=(1, 2, 3), hidden=(1, 3), spanning=True))
@settings(max_examples=60)
def test_on_all_of_space_cells_are_in_lexicographic_order_too(net: en.ReluNetwork) -> None:
    cx = en.enumerate_regions(net)
    assert cx.walls == 0
    signs = rows(cx, net.inputs)
    assert signs == sorted(set(signs))
    assert {tuple(p) for p in cx.patterns().tolist()} == patterns_everywhere(net)


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


# All of R^d


def surrounding(cx: RegionComplex) -> Box:
    """A box with every vertex of the complex strictly inside."""
    points = list(map(cx.vertex, range(cx.f_vector[0])))
    return Box.of([(min(c) - 1, max(c) + 2) for c in zip(*points, strict=True)])


def definite(cx: RegionComplex) -> dict[str, int]:
    """The counts, of definition 3 the lower bound: the upper one comes from a random search."""
    convex = cx.counts()["convex"]
    return {**cx.counts(), "convex": convex if isinstance(convex, int) else convex[0]}


@given(
    net=st.booleans().flatmap(
        lambda spanning: networks(dims=(1, 2, 3), hidden=(1, 3), spanning=spanning)
    )
)
@settings(max_examples=60)
def test_all_of_space_looks_like_a_box_around_all_vertices(net: en.ReluNetwork) -> None:
    """Every face is pointed, so it meets the inside of such a box, in one face of the box's."""
    space = en.enumerate_regions(net)
    box = surrounding(space)
    boxed = en.enumerate_regions(net, box)
    counts = [definite(cx) for cx in (space, boxed)]
    assert counts[0] == counts[1]
    assert counts[0]["proper"] == len(boxed)
    if space.walls:
        return
    bits = np.uint64((1 << (2 * space.dim)) - 1)
    for k in range(space.dim + 1):
        inner = boxed.history(k)[:, 0] & bits == bits
        assert int(inner.sum()) == space.f_vector[k]
        seen = map(tuple, boxed.signs(k)[inner].tolist())
        assert Counter(seen) == Counter(rows(space, k))
    touching = {
        boxed.facet_cells[f].max() for f in range(len(boxed.facet_cells))
        if boxed.facet_cells[f].min() < 0
    }  # fmt: skip
    reach = {rows(boxed, boxed.dim)[cell] for cell in touching}
    for cell, signs in enumerate(rows(space, space.dim)):
        assert bool(space.directions(cell)) == (signs in reach)


@given(
    net=st.booleans().flatmap(
        lambda spanning: networks(dims=(1, 2, 3), hidden=(1, 3), spanning=spanning)
    )
)
@settings(max_examples=40)
def test_directions_lead_out_of_every_box_inside_their_cell(net: en.ReluNetwork) -> None:
    cx = en.enumerate_regions(net)
    for cell, signs in enumerate(rows(cx, cx.dim)):
        x, ways = cx.interior_point(cell), cx.directions(cell)
        for way in ways:
            assert any(way)
            for far in (F(1, 3), F(10), F(10**9)):
                there = tuple(a + far * b for a, b in zip(x, way, strict=True))
                assert signs_at(net, there) == signs
        if ways:
            with pytest.raises(InputError, match="expected a bounded cell, got cell"):
                cx.volume(cell)
        else:
            assert cx.volume(cell) > 0


def patterns_everywhere(net: en.ReluNetwork) -> set[Signs]:
    """The proper patterns on R^d by the reference, orthant by orthant."""
    return {cell.pattern for cell in enumerate_cells(net, None)}


@given(net=networks(dims=(2, 3, 4), hidden=(1, 2)), data=st.data())
@settings(max_examples=60)
def test_a_first_layer_that_does_not_span_the_space_is_no_matter(
    net: en.ReluNetwork, data: st.DataObject
) -> None:
    """Its rows are made multiples of one row, so that artificial hyperplanes are needed."""
    first, row = net.layers[0], data.draw(st.tuples(*[weights] * net.inputs))
    kinds = data.draw(st.sampled_from(["all", "identity", "own"]))
    multiples = [data.draw(weights) for _ in range(first.outputs)]
    slopes = (IDENTITY,) * first.outputs if kinds == "identity" else first.slopes
    weight = tuple(tuple(F(m * v) for v in row) for m in multiples)
    flat = en.ReluNetwork(
        (
            Layer(first.weight if kinds == "identity" else weight, first.bias, slopes),
            *net.layers[1:],
        )
    )
    cx = en.enumerate_regions(flat)
    assert cx.walls >= net.inputs - 1
    wanted = patterns_everywhere(flat)
    assert {tuple(p) for p in cx.patterns().tolist()} == wanted
    assert cx.counts()["proper"] == len(wanted) == en.count_regions(flat, workers=1)
    boxed = en.enumerate_regions(flat, surrounding(cx))
    assert {tuple(p) for p in boxed.patterns().tolist()} == wanted
    assert definite(boxed) == definite(cx)
    for v in range(cx.f_vector[0]):
        assert rows(cx, 0)[v] == signs_at(flat, cx.vertex(v))


@st.composite
def spread_networks(draw: st.DrawFn) -> en.ReluNetwork:
    """Weights from 2^-40 to 2^40: vertices very near each other, very far out, nearly parallel."""
    entries = st.builds(lambda m, e: m * F(2) ** e, st.integers(-3, 3), st.integers(-40, 40))
    net = draw(networks(dims=(1, 2), hidden=(1, 3), spanning=draw(st.booleans())))
    layers = [
        Layer(
            tuple(tuple(draw(entries) for _ in row) for row in layer.weight),
            tuple(draw(entries) for _ in layer.bias),
            layer.slopes,
        )
        for layer in net.layers
    ]
    return en.ReluNetwork(tuple(layers))


@given(net=spread_networks(), data=st.data())
@settings(max_examples=100)
def test_weights_of_very_different_sizes_give_the_cells_of_the_reference(
    net: en.ReluNetwork, data: st.DataObject
) -> None:
    box = data.draw(st.one_of(st.none(), boxes(net.inputs)))
    cx = en.enumerate_regions(net, box)
    patterns = {cell.pattern for cell in enumerate_cells(net, box)}
    assert {tuple(p) for p in cx.patterns().tolist()} == patterns
    assert cx.counts()["proper"] == len(patterns)
    assert cx.verify(points=5)
    for v in range(cx.f_vector[0]):
        assert rows(cx, 0)[v] == signs_at(net, cx.vertex(v))


def test_floats_know_the_vertices_on_artificial_hyperplanes_too() -> None:
    big = 3**50
    net = en.ReluNetwork.of([([[big, 0], [1, 0]], [0, -1]), ([[1, 1]], [0])])
    cx = en.enumerate_regions(net)
    assert cx.walls == 1
    assert not cx.patch.exact
    assert {cx.vertex(v)[0] for v in range(cx.f_vector[0])} == {0, 1}
    assert cx.counts() == en.enumerate_regions(rescaled(net, [F(1, big), F(1)])).counts()


def test_a_point_off_the_artificial_hyperplanes_is_located_in_the_cell_that_holds_it() -> None:
    half = en.ReluNetwork.of([([[1, 0]], [0]), ([[1]], [0])])
    cx = en.enumerate_regions(half)
    assert cx.walls == 1
    for x in ((1, 5), (1, -5), (-2, 3), (-2, -3)):
        k, index = cx.locate(x)
        assert k == 2
        signs = [(v > 0) - (v < 0) for v in map(F, x)]
        inside = cx.interior_point(index)
        assert [(v > 0) - (v < 0) for v in inside] == signs
    assert cx.locate((0, 0)) == (0, 0)


@pytest.mark.parametrize("readout", [0, 1, F(1, 2**90)])
def test_a_vertex_too_far_out_to_tell_from_infinity_keeps_its_signs(readout: F) -> None:
    """At x = 2^62 the homogeneous scale is below an ulp of the coordinate, but it is not zero."""
    net = en.ReluNetwork.of(
        [([[F(1, 2**37)]], [0]), ([[1]], [-(2**25)]), ([[readout]], [1]), ([[1]], [0])]
    )
    cx = en.enumerate_regions(net)
    assert cx.signs().tolist() == [[-1, -1, 1], [1, -1, 1], [1, 1, 1]]
    assert [cx.vertex(v) for v in range(2)] == [(0,), (2**62,)]
    assert cx.signs(0).tolist() == [[0, -1, 1], [1, 0, 1]]


def test_a_plane_with_such_a_vertex_is_not_torn() -> None:
    net = en.ReluNetwork.of(
        [
            ([[1, -(2**34)], [0, 1]], [0, 0]),
            ([[1, F(-1, 2**38)]], [1]),
            ([[1]], [-(2**34)]),
            ([[1]], [0]),
        ]
    )
    cx = en.enumerate_regions(net)
    assert {tuple(p) for p in cx.patterns().tolist()} == patterns_everywhere(net)
    assert cx.verify(points=20)


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
    assert refused == 8
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
