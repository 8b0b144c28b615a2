"""Labellings against their definition, cell by cell, with no descent and no local coordinates."""

from fractions import Fraction as F
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies_lower import Point

from exactnet.errors import ExactnetError, InputError, InputTypeError
from exactnet.fractals import gallery
from exactnet.fractals.ifs import IFS
from exactnet.fractals.labelling import Labelling
from exactnet.fractals.prefractal import Cell

NAMES = ("cantor", "cantor-reversed", "uneven-cantor", "cantor-dust", "rotated-dust")
NAMES += ("sheared-dust", "sierpinski", "vicsek", "tetrahedron-dust")
KINDS = ("none", "inner", "outer", "absolute")


def in_scaled(cell: Cell, x: Point, factor: F) -> bool:
    """Whether x lies in the cell scaled by ``factor`` about the cell's own centre."""
    centre = cell.centre
    back = tuple(c + (v - c) / factor for v, c in zip(x, centre, strict=True))
    return cell.map.inverse()(back) in cell.base


def ball_corners(x: Point, radius: F) -> list[Point]:
    offsets = product((radius, -radius), repeat=len(x))
    return [tuple(v + offset for v, offset in zip(x, corner, strict=True)) for corner in offsets]


def expected_label(ifs: IFS, depth: int, kind: str, margin: F, x: Point) -> int | None:
    """The definition: a convex cell holds a ball of the sup-norm iff it holds its corners."""
    cells = list(ifs.prefractal(depth).cells())
    inside = any(in_scaled(cell, x, F(1)) for cell in cells)
    if kind == "none":
        return 1 if inside else -1
    if kind == "outer":
        enlarged = any(in_scaled(cell, x, 1 + margin) for cell in cells)
        return 1 if inside else None if enlarged else -1
    if kind == "inner":
        core = any(in_scaled(cell, x, 1 - margin) for cell in cells)
    else:
        ball = ball_corners(x, margin)
        core = any(all(in_scaled(cell, v, F(1)) for v in ball) for cell in cells)
    return 1 if core else None if inside else -1


def labelling(ifs: IFS, depth: int, kind: str, margin: F) -> Labelling:
    if kind == "none":
        return Labelling.of(ifs, depth)
    side = "outer" if kind == "outer" else "inner"
    return Labelling.of(ifs, depth, margin, side=side, absolute=kind == "absolute")


@st.composite
def cases(draw: st.DrawFn) -> tuple[IFS, int, str, F, Point]:
    """A point on a grid, or at the boundary of a cell, of its core or of its enlargement."""
    ifs = gallery.get(draw(st.sampled_from(NAMES)))
    depth = draw(st.integers(0, 2))
    kind = draw(st.sampled_from(KINDS))
    margin = draw(st.sampled_from([F(1, 100), F(1, 18), F(1, 8), F(2, 5)]))
    if draw(st.booleans()):
        steps = [draw(st.integers(-3, 39)) for _ in range(ifs.dim)]
        sides = zip(ifs.base.lower, ifs.base.upper, steps, strict=True)
        return ifs, depth, kind, margin, tuple(a + (b - a) * F(k, 36) for a, b, k in sides)
    address = tuple(draw(st.integers(1, ifs.r)) for _ in range(depth))
    cell = ifs.prefractal(depth).cell(address)
    factor = draw(st.sampled_from([F(1), 1 - margin, 1 + margin]))
    corner = draw(st.sampled_from([*ifs.base.scaled(factor).vertices(), ifs.base.centre]))
    step = draw(st.sampled_from([F(0), F(1, 10**6), F(-1, 10**6), margin, -margin]))
    return ifs, depth, kind, margin, tuple(v + step for v in cell.map(corner))


@given(cases())
@settings(max_examples=400)
def test_a_label_is_that_of_the_definition_cell_by_cell(
    case: tuple[IFS, int, str, F, Point],
) -> None:
    ifs, depth, kind, margin, x = case
    assert labelling(ifs, depth, kind, margin).label(x) == expected_label(
        ifs, depth, kind, margin, x
    )


# Maps whose linear parts do not commute: the order of an address shows in the shape of its cell.
MIXED = IFS.of(
    [
        ([["3/20", "-1/5"], ["1/5", "3/20"]], ["-3/5", "-3/5"]),
        ([["1/4", "1/8"], [0, "1/4"]], ["5/8", "3/4"]),
        ([["1/3", 0], [0, "-1/5"]], ["-1/2", "1/2"]),
    ]
)


@given(
    st.sampled_from([MIXED, gallery.rotated_dust(), gallery.sheared_dust()]),
    st.integers(0, 2),
    st.sampled_from([F(1, 200), F(1, 80)]),
    st.data(),
)
@settings(max_examples=60)
def test_an_absolute_margin_is_met_exactly_at_the_corners_of_the_core_of_a_slanted_cell(
    ifs: IFS, depth: int, margin: F, data: st.DataObject
) -> None:
    """A ball of radius m moves the j-th local coordinate by m times the sum of |row j|."""
    address = tuple(data.draw(st.integers(1, ifs.r)) for _ in range(depth))
    cell = ifs.prefractal(depth).cell(address)
    halves = [1 - margin * sum(map(abs, row)) for row in cell.map.inverse().matrix]
    signs = data.draw(st.sampled_from(list(product((1, -1), repeat=2))))
    beyond = data.draw(st.sampled_from(list(product((F(0), F(1, 10**6)), repeat=2))))
    local = tuple(s * (h + e) for s, h, e in zip(signs, halves, beyond, strict=True))
    x = cell.map(local)
    found = Labelling.of(ifs, depth, margin, absolute=True).label(x)
    assert found == expected_label(ifs, depth, "absolute", margin, x)
    assert found == (None if any(beyond) else 1)


@pytest.mark.parametrize(
    ("kind", "labels"),
    [
        # K_1 of the Cantor set holds [1/3, 1] and [-1, -1/3]; margin 1/10
        ("none", {"1/3": 1, "1": 1, "2/3": 1, "3/10": -1, "0": -1, "11/10": -1}),
        ("inner", {"1/3": None, "11/30": 1, "29/30": 1, "1": None, "3/10": -1}),
        ("absolute", {"1/3": None, "13/30": 1, "9/10": 1, "91/100": None, "3/10": -1}),
        ("outer", {"1/3": 1, "1": 1, "3/10": None, "299/1000": -1, "31/30": None, "11/10": -1}),
    ],
)
def test_the_labels_of_the_first_cantor_step_are_those_worked_out_by_hand(
    kind: str, labels: dict[str, int | None]
) -> None:
    label = labelling(gallery.cantor(), 1, kind, F(1, 10)).label
    assert {text: label([text]) for text in labels} == labels
    assert {text: label([-F(text)]) for text in labels} == labels


def test_cells_too_small_for_the_ball_hold_no_positive_point() -> None:
    exact = Labelling.of(gallery.cantor(), 2, "1/9", absolute=True)
    assert exact.label(["8/9"]) == 1  # the cell [7/9, 1] holds one ball of radius 1/9
    assert exact.label(["7/9"]) is None
    small = Labelling.of(gallery.cantor(), 2, "1/8", absolute=True)
    assert small.label(["8/9"]) is None
    assert small.label([0]) == -1


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("kind", KINDS)
def test_the_core_and_the_enclosure_are_the_boxes_of_one_cell(name: str, kind: str) -> None:
    ifs = gallery.get(name)
    margin = F(1, 50)
    made = labelling(ifs, 1, kind, margin)
    assert made.prefractal == ifs.prefractal(1)
    for cell in made.prefractal.cells():
        core = made.core(cell.map.inverse())
        assert core is not None
        for local in product(*zip(*core, strict=True)):
            assert made.label(cell.map(local)) == 1
    enlarged = kind == "outer"
    volume = ifs.base.volume() * ((1 + margin) ** ifs.dim if enlarged else 1)
    assert made.enclosure.volume() == volume
    assert made.enclosure.centre == ifs.base.centre


CANTOR = gallery.cantor()


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"depth": -1}, InputError, "depth: expected 0 <= depth <= 1000, got -1."),
        ({"depth": 1.0}, InputTypeError, "depth: expected an integer, got float."),
        ({"margin": 0.1}, InputTypeError, "margin: expected int, str or Fraction, got float 0.1."),
        ({"margin": "1/0"}, InputError, "margin: expected a non-zero denominator, got '1/0'."),
        ({"margin": 0}, InputError, "margin: expected 0 < margin < 1, got 0. Try '1/8'."),
        ({"margin": 1}, InputError, "margin: expected 0 < margin < 1, got 1."),
        ({"margin": "-1/8"}, InputError, "margin: expected 0 < margin < 1, got -1/8."),
        ({"side": "left"}, InputError, "side: expected 'inner' or 'outer', got 'left'. Pick one."),
        (
            {"absolute": True},
            InputError,
            "absolute: expected a margin on the inner side, got margin=None, side=inner.",
        ),
        (
            {"absolute": True, "margin": "1/8", "side": "outer"},
            InputError,
            "absolute: expected a margin on the inner side, got margin=1/8, side=outer.",
        ),
    ],
    ids=range(10),
)
def test_a_bad_labelling_is_refused(
    arguments: dict[str, object], error: type[ExactnetError], message: str
) -> None:
    with pytest.raises(error) as caught:
        Labelling.of(**{"ifs": CANTOR, "depth": 1, **arguments})
    assert message in str(caught.value)


def test_a_float_margin_is_refused_by_the_direct_construction_too() -> None:
    with pytest.raises(InputTypeError, match=r"margin: expected int, .* got float 0\.125"):
        Labelling(CANTOR, 1, 0.125)
    assert Labelling(CANTOR, 1, F(1, 8)) == Labelling.of(CANTOR, 1, "1/8")


def test_a_bad_point_is_refused() -> None:
    with pytest.raises(InputTypeError, match=r"got float 0\.5"):
        Labelling.of(CANTOR, 1).label([0.5])
    with pytest.raises(InputError, match=r"point: expected 1 number\(s\), got 2"):
        Labelling.of(CANTOR, 1).label([0, 0])


def test_the_two_sets_are_described_in_words() -> None:
    assert [labelling(CANTOR, 3, kind, F(1, 8)).describe() for kind in KINDS] == [
        ("K_3", "every point off K_3"),
        ("the cells of K_3 shrunk by 1/8", "every point off K_3"),
        ("K_3", "every point off the cells of K_3 enlarged by 1/8"),
        (
            "points whose sup-norm ball of radius 1/8 lies in one cell of K_3",
            "every point off K_3",
        ),
    ]
