"""Boxes against their defining inequalities."""

from fractions import Fraction as F
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies_lower import Point, rationals

from exactnet.errors import ExactnetError, InputError, InputTypeError
from exactnet.exact.rows import dot, homogeneous
from exactnet.geometry.box import Box, interval_rows
from exactnet.testing.strategies import boxes, points

boxes_and_points = st.integers(1, 3).flatmap(lambda d: st.tuples(boxes(d), points(d)))


def inside(box: Box, x: Point) -> bool:
    return all(box.lower[j] <= x[j] <= box.upper[j] for j in range(len(x)))


@given(boxes_and_points)
def test_membership_the_outer_rows_and_the_map_to_the_cube_agree(case: tuple[Box, Point]) -> None:
    box, x = case
    expected = inside(box, x)
    assert (x in box) == expected
    assert all(dot(row, homogeneous(x)) <= 0 for row in box.outer_rows()) == expected
    assert all(-1 <= v <= 1 for v in box.to_cube()(x)) == expected


@given(boxes_and_points)
def test_each_outer_row_vanishes_on_one_facet_and_all_facets_are_different(
    case: tuple[Box, Point],
) -> None:
    box, _ = case
    corners = list(box.vertices())
    facets = [
        frozenset(v for v in corners if dot(row, homogeneous(v)) == 0) for row in box.outer_rows()
    ]
    assert len(set(facets)) == 2 * box.dim
    assert all(len(facet) == 2 ** (box.dim - 1) for facet in facets)


@given(st.integers(1, 3).flatmap(boxes))
def test_the_vertices_are_all_choices_of_ends_and_the_centre_is_their_mean(box: Box) -> None:
    corners = list(box.vertices())
    assert corners[0] == box.lower
    assert corners[-1] == box.upper
    assert len(set(corners)) == 2**box.dim
    assert all(v[j] in (box.lower[j], box.upper[j]) for v in corners for j in range(box.dim))
    mean = tuple(sum((v[j] for v in corners), start=F(0)) / len(corners) for j in range(box.dim))
    assert box.centre == mean


@given(st.integers(1, 3).flatmap(boxes), st.integers(1, 5))
def test_scaling_keeps_the_centre_and_multiplies_the_volume(box: Box, factor: int) -> None:
    for size in (F(factor), F(1, factor), F(factor, 3)):
        scaled = box.scaled(size)
        assert scaled.centre == box.centre
        assert scaled.volume() == size**box.dim * box.volume()


@given(boxes(2))
def test_a_box_cut_in_two_has_the_sum_of_the_volumes(box: Box) -> None:
    middle = box.centre[0]
    left = Box(box.lower, (middle, box.upper[1]))
    right = Box((middle, box.lower[1]), box.upper)
    assert left.volume() + right.volume() == box.volume()
    assert left.volume() == (middle - box.lower[0]) * (box.upper[1] - box.lower[1])


@given(st.integers(1, 3).flatmap(boxes))
def test_the_map_to_the_cube_takes_corners_to_sign_vectors_in_order(box: Box) -> None:
    images = [box.to_cube()(v) for v in box.vertices()]
    assert images == list(product((-1, 1), repeat=box.dim))


@given(points(2), points(2), points(2))
def test_interval_rows_hold_exactly_between_the_bounds_even_when_flat_or_empty(
    lower: Point, upper: Point, x: Point
) -> None:
    for low, high in ((lower, upper), (lower, lower), (x, x)):
        rows = interval_rows(low, high)
        expected = all(a <= v <= b for a, v, b in zip(low, x, high, strict=True))
        assert all(dot(row, homogeneous(x)) <= 0 for row in rows) == expected


@given(st.integers(1, 4), rationals.filter(lambda v: v > 0))
def test_a_cube_is_centred_at_the_origin(dim: int, side: F) -> None:
    cube = Box.cube(dim, side)
    assert cube == Box.of([(-side, side)] * dim)
    assert cube.centre == (F(0),) * dim
    assert cube.volume() == (2 * side) ** dim
    assert Box.cube(dim) == Box.of([(-1, 1)] * dim)


@pytest.mark.parametrize(
    ("sides", "error", "message"),
    [
        ([(1, 0)], InputError, "Box side 0: expected lower < upper, got [1, 0]. Swap or widen it."),
        (
            [(0, 1), ("1/2", "1/2")],
            InputError,
            "Box side 1: expected lower < upper, got [1/2, 1/2]",
        ),
        ([], InputError, "Box: expected at least one side, got none. Give [(-1, 1)]."),
        ([(0, 1, 2)], InputError, "Box[0]: expected 2 number(s), got 3."),
        ([[]], InputError, "Box[0]: expected 2 number(s), got 0."),
        ([(0, 0.5)], InputTypeError, "Box[0][1]: expected int, str or Fraction, got float 0.5."),
        ("01", InputTypeError, "Box: expected a list of pairs (lower, upper), got str."),
        (5, InputTypeError, "Box: expected a list of pairs (lower, upper), got int."),
        (["01"], InputTypeError, "Box[0]: expected a list of rationals, got str."),
        ([(0, "1/0")], InputError, "Box[0][1]: expected a non-zero denominator, got '1/0'."),
    ],
)
def test_a_bad_box_is_refused_by_the_side_at_fault(
    sides: list[tuple[object, ...]], error: type[ExactnetError], message: str
) -> None:
    with pytest.raises(error) as caught:
        Box.of(sides)
    assert message in str(caught.value)


def test_a_point_of_another_dimension_is_an_error_rather_than_outside() -> None:
    with pytest.raises(ValueError, match="zip"):
        assert (F(0),) in Box.cube(2)
