"""Complexes on all of R^d: walls, directions, and weights of very different sizes."""

from collections import Counter
from fractions import Fraction as F

import numpy as np
import pytest
from complexes import (
    boxes,
    networks,
    patterns_everywhere,
    rescaled,
    rows,
    signs_at,
    weights,
)
from hypothesis import given, settings
from hypothesis import strategies as st

import exactnet as en
from exactnet.errors import InputError
from exactnet.geometry.box import Box
from exactnet.networks.layer import IDENTITY, Layer
from exactnet.regions.complex import RegionComplex
from exactnet.regions.reference import enumerate_cells

SPACES = st.booleans().flatmap(
    lambda spanning: networks(dims=(1, 2, 3), hidden=(1, 3), spanning=spanning)
)


@given(net=networks(dims=(1, 2, 3), hidden=(1, 3), spanning=True))
@settings(max_examples=60)
def test_on_all_of_space_cells_are_in_lexicographic_order_too(net: en.ReluNetwork) -> None:
    cx = en.enumerate_regions(net)
    assert cx.walls == 0
    signs = rows(cx, net.inputs)
    assert signs == sorted(set(signs))
    assert {tuple(p) for p in cx.patterns().tolist()} == patterns_everywhere(net)


def surrounding(cx: RegionComplex) -> Box:
    """A box with every vertex of the complex strictly inside."""
    points = list(map(cx.vertex, range(cx.f_vector[0])))
    return Box.of([(min(c) - 1, max(c) + 2) for c in zip(*points, strict=True)])


def definite(cx: RegionComplex) -> dict[str, int]:
    """The counts, of definition 3 the lower bound: the upper one comes from a random search."""
    convex = cx.counts()["convex"]
    return {**cx.counts(), "convex": convex if isinstance(convex, int) else convex[0]}


@given(net=SPACES)
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


@given(net=SPACES)
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
