"""Points in and off sets: always on the right side, and often where it is decided."""

import re
from fractions import Fraction as F
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as hs
from minimal import minimal
from strategies_lower import Point

import exactnet as en
from exactnet.errors import InputError, InputTypeError
from exactnet.fractals.prefractal import Prefractal
from exactnet.geometry.box import Box
from exactnet.testing import strategies as st

DUST = en.gallery.cantor_dust().prefractal(2)
VICSEK = en.gallery.vicsek().prefractal(2)
UNIT = Box.of([(0, 1), (0, 1)])


def inside(box: Box, x: Point) -> bool:
    return all(a <= v <= b for a, v, b in zip(box.lower, x, box.upper, strict=True))


def in_a_cell(prefractal: Prefractal, x: Point) -> bool:
    """Membership by the images of x under the inverse maps, one cell at a time."""
    return any(inside(prefractal.base, cell.map.inverse()(x)) for cell in prefractal.cells())


def distance_to_a_cell(prefractal: Prefractal, x: Point) -> F:
    """How far x is outside the nearest cell, in the cell's own coordinates and its sup-norm."""
    base = prefractal.base
    excess = []
    for cell in prefractal.cells():
        local = cell.map.inverse()(x)
        sides = zip(base.lower, local, base.upper, strict=True)
        excess.append(max(max(a - v, v - b, F(0)) / (b - a) for a, v, b in sides))
    return min(excess)


@settings(max_examples=60)
@given(hs.data(), st.prefractals(depth=range(3)))
def test_points_are_in_the_prefractal_or_off_it(
    data: hs.DataObject, prefractal: Prefractal
) -> None:
    assert in_a_cell(prefractal, data.draw(st.points_in(prefractal)))
    assert not in_a_cell(prefractal, data.draw(st.points_off(prefractal)))


@given(hs.data(), st.boxes())
def test_points_are_in_the_box_or_off_it(data: hs.DataObject, box: Box) -> None:
    assert inside(box, data.draw(st.points_in(box)))
    assert not inside(box, data.draw(st.points_off(box)))


@settings(max_examples=60)
@given(hs.data(), st.labellings(depth=range(3)))
def test_points_are_positive_or_negative(data: hs.DataObject, labelling: en.Labelling) -> None:
    try:
        positives = st.points_in(labelling)
    except InputError:
        assert labelling.absolute
        assert all(labelling.core(c.map.inverse()) is None for c in labelling.prefractal.cells())
    else:
        assert labelling.label(data.draw(positives)) == 1
    assert labelling.label(data.draw(st.points_off(labelling))) == -1


@settings(max_examples=60)
@given(hs.data(), st.prefractals(ifs=st.ifs(maps=range(2, 4), disjoint=True), depth=range(1, 3)))
def test_points_off_stay_within_a_box(data: hs.DataObject, prefractal: Prefractal) -> None:
    x = data.draw(st.points_off(prefractal, within=prefractal.base))
    assert inside(prefractal.base, x)
    assert not in_a_cell(prefractal, x)


@pytest.mark.parametrize(
    "condition",
    [
        lambda x: x in {v for cell in DUST.cells() for v in cell.vertices()},
        lambda x: x == (F(1), F(1)),
        lambda x: max(map(abs, x)) < 1,
        lambda x: DUST.locate(x).popitem()[1] == (4, 3),
    ],
    ids=["corner of a cell", "corner of the base", "interior of the base", "given address"],
)
def test_the_points_of_a_prefractal_that_matter_are_drawn(condition: object) -> None:
    assert callable(condition)
    assert condition(minimal(st.points_in(DUST), condition))


def test_points_where_cells_touch_are_drawn() -> None:
    assert minimal(st.points_in(VICSEK), lambda x: len(VICSEK.locate(x)) > 1) in VICSEK


@pytest.mark.parametrize("steps", [1, 20, 50])
@pytest.mark.parametrize("prefractal", [DUST, VICSEK, en.gallery.rotated_dust().prefractal(1)])
def test_points_very_near_outside_are_drawn(prefractal: Prefractal, steps: int) -> None:
    def near(x: Point) -> bool:
        return 0 < distance_to_a_cell(prefractal, x) <= F(1, 2**steps)

    assert near(minimal(st.points_off(prefractal), near))


@pytest.mark.parametrize("signs", list(product((-1, 0, 1), repeat=2)))
def test_points_beyond_every_corner_and_side_are_drawn(signs: tuple[int, int]) -> None:
    def beyond(x: Point) -> bool:
        return tuple((v > 1) - (v < 0) for v in x) == signs

    if signs == (0, 0):
        with pytest.raises(InputError, match="sticks out"):
            st.points_off(UNIT, within=Box.of([("1/4", "1/2")] * 2))
    else:
        assert beyond(minimal(st.points_off(UNIT), beyond))


def test_points_in_gaps_and_far_away_are_drawn() -> None:
    level_1 = en.gallery.cantor_dust().prefractal(1)
    assert minimal(st.points_off(DUST), lambda x: in_a_cell(level_1, x)) not in DUST
    assert max(map(abs, minimal(st.points_off(DUST), lambda x: max(map(abs, x)) > 1000))) == 1001


def test_points_shrink_to_simple_ones() -> None:
    assert minimal(st.points_in(UNIT)) == (0, 0)
    assert minimal(st.points_in(Box.cube(2))) == (0, 0)
    assert minimal(st.points_in(Box.of([("2/7", "3/7")]))) == (F(1, 3),)
    assert minimal(st.points_off(UNIT)) == (F(-1, 2), 0)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (
            lambda: st.points_in(en.gallery.cantor()),
            InputTypeError,
            "points_in: expected a Box, a Prefractal or a Labelling, got IFS. For an IFS write "
            "ifs.prefractal(3).",
        ),
        (
            lambda: st.points_off(DUST, within=[(-1, 1)]),
            InputTypeError,
            "points_off.within: expected a Box, got list. Write Box.of([(-1, 1)]).",
        ),
        (
            lambda: st.points_off(UNIT, within=UNIT),
            InputError,
            "points_off: expected a box that sticks out of the set, got 4000 points of it inside. "
            "Leave out 'within', or enlarge it.",
        ),
        (
            lambda: st.points_in(
                en.Labelling.of(en.gallery.cantor(), 3, margin="1/2", absolute=True)
            ),
            InputError,
            "points_in: expected a labelling with positives, got cells within the margin. "
            "Lower it.",
        ),
    ],
)
def test_sets_without_such_points_are_an_error_at_the_call(
    call: object, error: type[Exception], message: str
) -> None:
    assert callable(call)
    with pytest.raises(error, match=re.escape(message) + "$"):
        call()
