"""Faces as floats: every polygon is its exact cell, rounded."""

from fractions import Fraction as F
from itertools import pairwise
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from strategies_lower import networks

from exactnet.geometry.box import Box
from exactnet.networks.network import ReluNetwork
from exactnet.regions.complex import RegionComplex
from exactnet.regions.enumeration import enumerate_regions
from exactnet.viewing.shapes import float_points, on_side, polygons, segments


def dense(sizes: list[int], seed: int = 0) -> ReluNetwork:
    """A network whose weights are binary values of random floats."""
    random = Random(seed)

    def row(length: int) -> list[F]:
        return [F(random.gauss(0, 1)) for _ in range(length)]

    pairs = pairwise(sizes)
    return ReluNetwork.of([([row(a) for _ in range(b)], row(b)) for a, b in pairs])


def area(shape: np.ndarray) -> float:
    """The area of a polygon with its corners in counterclockwise order (shoelace)."""
    x, y = shape.T
    return float(np.sum(x * np.roll(y, -1) - np.roll(x, -1) * y)) / 2


def check_cells(cx: RegionComplex) -> None:
    shapes = polygons(cx, float_points(cx), np.arange(len(cx)))
    assert len(shapes) == len(cx)
    for cell, shape in enumerate(shapes):
        exact = {tuple(float(x) for x in v) for v in cx.vertices(cell)}
        assert len(shape) == len(exact)
        for point in shape:
            assert min(np.abs(point - other).max() for other in exact) < 1e-5
        assert area(shape) == pytest.approx(float(cx.volume(cell)), rel=1e-6, abs=1e-7)


@settings(max_examples=30)
@given(networks(2, 1))
def test_polygons_are_the_cells_in_order_around_them(net: ReluNetwork) -> None:
    check_cells(enumerate_regions(net, [("-1/3", 2), (-1, 1)]))


def test_polygons_of_a_network_of_floats_are_its_cells() -> None:
    cx = enumerate_regions(dense([2, 8, 8, 1]), [(-1, 1)] * 2)
    assert not cx.patch.exact
    check_cells(cx)


def test_a_vertex_whose_error_bound_is_coarse_is_computed_exactly() -> None:
    cx = enumerate_regions(dense([2, 6, 1]), [(-1, 1)] * 2)
    expected = float_points(cx)
    cx.patch.rho[:] = np.inf
    cx.patch.values[:] = 7
    assert np.allclose(float_points(cx), expected, rtol=0, atol=1e-9)


@settings(max_examples=20)
@given(networks(2, 1))
def test_segments_are_the_edges(net: ReluNetwork) -> None:
    cx = enumerate_regions(net, [(-1, 1), (-1, 1)])
    for k, ends in enumerate(segments(cx, float_points(cx))):
        exact = np.array([[float(x) for x in cx.vertex(v)] for v in cx.boundary(1, k)])
        assert min(np.abs(ends - exact).max(), np.abs(ends - exact[::-1]).max()) < 1e-9


def test_facets_in_space_are_flat_polygons_that_close_the_cells() -> None:
    cx = enumerate_regions(dense([3, 5, 4, 1]), [(-1, 1)] * 3)
    points = float_points(cx)
    facets = np.arange(cx.f_vector[2])
    for shape in polygons(cx, points, facets):
        steps = np.roll(shape, -1, axis=0) - shape
        turns = np.cross(steps, np.roll(steps, -1, axis=0))
        assert np.all(turns @ turns[np.argmax(np.abs(turns).sum(axis=1))] > -1e-12)  # convex
    for j in range(3):
        for upper in (False, True):
            shapes = polygons(cx, points, np.flatnonzero(on_side(cx, j, upper)))
            others = [k for k in range(3) if k != j]
            assert sum(abs(area(shape[:, others])) for shape in shapes) == pytest.approx(4)
            assert all(np.allclose(shape[:, j], 1 if upper else -1) for shape in shapes)


def test_no_faces_make_no_polygons() -> None:
    cx = enumerate_regions(dense([2, 3, 1]), Box.cube(2))
    assert polygons(cx, float_points(cx), np.arange(0)) == []
