"""Prefractals: membership against the list of all cells, and cells against their addresses."""

from fractions import Fraction as F
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies_lower import interval_systems

from exactnet.errors import ExactnetError, InputError, InputTypeError
from exactnet.fractals import gallery
from exactnet.fractals.ifs import IFS
from exactnet.fractals.prefractal import Cell, Prefractal, as_depth
from exactnet.geometry.box import Box

NAMES = gallery.names()


def in_cell(cell: Cell, x: tuple[F, ...]) -> bool:
    """Whether the cell's parallelepiped holds x, by its own inequalities."""
    return cell.map.inverse()(x) in cell.base


@st.composite
def points_near(draw: st.DrawFn, ifs: IFS, depth: int) -> tuple[F, ...]:
    """A point of a coarse grid, or one on or near a cell of K_depth: the boundary cases."""
    if draw(st.booleans()):
        steps = [draw(st.integers(-1, 28)) for _ in range(ifs.dim)]
        return tuple(
            a + (b - a) * F(k, 27)
            for a, b, k in zip(ifs.base.lower, ifs.base.upper, steps, strict=True)
        )
    address = tuple(draw(st.integers(1, ifs.r)) for _ in range(depth))
    local = draw(st.sampled_from([ifs.base.centre, *ifs.base.vertices()]))
    nudge = draw(st.sampled_from([F(0), F(0), F(1, 500), F(-1, 500)]))
    return tuple(v + nudge for v in ifs.prefractal(depth).cell(address).map(local))


@pytest.mark.parametrize("name", NAMES)
@given(data=st.data())
@settings(max_examples=12)
def test_membership_is_membership_in_some_cell_and_every_address_found_is_one(
    name: str, data: st.DataObject
) -> None:
    ifs = gallery.get(name)
    depth = data.draw(st.integers(0, 2))
    prefractal = ifs.prefractal(depth)
    x = data.draw(points_near(ifs, depth))
    holding = {cell.address: cell for cell in prefractal.cells() if in_cell(cell, x)}
    assert (x in prefractal) == bool(holding)
    located = prefractal.locate(x)
    for local, address in located.items():
        assert local in ifs.base
        assert prefractal.cell(address).map(local) == x
        assert address in holding
    assert set(located) == {cell.map.inverse()(x) for cell in holding.values()}


@given(interval_systems(), st.integers(0, 3))
@settings(max_examples=50)
def test_the_cells_of_an_interval_system_are_the_iterated_images_of_its_base(
    case: tuple[IFS, list[tuple[F, F]]], depth: int
) -> None:
    ifs, _ = case
    sets = [tuple(ifs.base.vertices())]
    for _ in range(depth):
        sets = [tuple(f(v) for v in piece) for f in ifs.maps for piece in sets]
    cells = list(ifs.prefractal(depth).cells())
    assert [tuple(cell.vertices()) for cell in cells] == sets
    lengths = [abs(piece[1][0] - piece[0][0]) for piece in sets]
    assert [cell.volume for cell in cells] == lengths
    assert ifs.prefractal(depth).volume() == sum(lengths)
    assert [cell.centre[0] for cell in cells] == [(p[0][0] + p[1][0]) / 2 for p in sets]


@pytest.mark.parametrize("name", NAMES)
def test_cells_come_in_the_order_of_their_addresses_and_nest_in_those_of_the_depth_before(
    name: str,
) -> None:
    ifs = gallery.get(name)
    before, prefractal = ifs.prefractal(1), ifs.prefractal(2)
    cells = list(prefractal.cells())
    assert [cell.address for cell in cells] == list(product(range(1, ifs.r + 1), repeat=2))
    assert prefractal.volume() == sum(cell.volume for cell in cells)
    for cell in cells:
        assert prefractal.cell(cell.address) == cell
        assert cell.map == ifs.maps[cell.address[0] - 1].after(ifs.maps[cell.address[1] - 1])
        assert all(v in prefractal for v in cell.vertices())
        assert all(in_cell(before.cell(cell.address[:1]), v) for v in cell.vertices())


def test_the_middle_thirds_remain_when_open_middle_thirds_are_removed() -> None:
    ifs = IFS.of([([["1/3"]], [0]), ([["1/3"]], ["2/3"])], base=[(0, 1)])
    intervals = [(F(0), F(1))]
    for depth in range(5):
        prefractal = ifs.prefractal(depth)
        for k in range(-3, 3**5 + 4):
            x = F(k, 3**5)
            assert ((x,) in prefractal) == any(a <= x <= b for a, b in intervals)
        intervals = [
            part for a, b in intervals for part in ((a, a + (b - a) / 3), (b - (b - a) / 3, b))
        ]


def test_membership_is_decided_at_the_largest_depth() -> None:
    prefractal = gallery.cantor().prefractal(1000)
    assert [1] in prefractal
    assert ["1/2"] in prefractal  # 1/2 = -1 + 2 * 0.2020...: no digit 1 in base 3
    assert [0] not in prefractal
    end = 1 - F(2, 3**1000)
    assert [end] in prefractal
    assert [end - F(1, 3**1001)] not in prefractal
    assert prefractal.locate((F(1),)) == {(F(1),): (2,) * 1000}
    assert prefractal.volume() == 2 * F(2, 3) ** 1000


def test_a_point_where_many_cells_touch_is_followed_once_per_place_in_a_cell() -> None:
    located = gallery.vicsek().prefractal(40).locate((F(1, 3), F(1, 3)))
    assert len(located) == 2
    assert set(located) == {(F(1), F(1)), (F(-1), F(-1))}


def test_a_point_may_be_written_in_any_exact_way() -> None:
    prefractal = gallery.cantor_dust().prefractal(1)
    assert ["1/2", 1] in prefractal
    assert iter([F(1, 2), "1e0"]) in prefractal
    assert ("0", "1/2") not in prefractal


@pytest.mark.parametrize(
    ("point", "error", "message"),
    [
        ([0.5, 0], InputTypeError, "point[0]: expected int, str or Fraction, got float 0.5."),
        (["1/0", 0], InputError, "point[0]: expected a non-zero denominator, got '1/0'."),
        ([0], InputError, "point: expected 2 number(s), got 1."),
        ([], InputError, "point: expected 2 number(s), got 0."),
        ("00", InputTypeError, "point: expected a list of rationals, got str."),
    ],
)
def test_a_bad_point_is_an_error_rather_than_outside(
    point: object, error: type[ExactnetError], message: str
) -> None:
    with pytest.raises(error) as caught:
        gallery.cantor_dust().prefractal(1).__contains__(point)
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("depth", "error", "message"),
    [
        (-1, InputError, "depth: expected 0 <= depth <= 1000, got -1. Choose a depth in that"),
        (1001, InputError, "depth: expected 0 <= depth <= 1000, got 1001."),
        (10**5000, InputError, "0 <= depth <= 1000, got an integer of more than 20 digits."),
        (1.0, InputTypeError, "depth: expected an integer, got float. Give the fractal depth n"),
        (True, InputTypeError, "depth: expected an integer, got bool."),
        ("1", InputTypeError, "depth: expected an integer, got str."),
        (None, InputTypeError, "depth: expected an integer, got NoneType."),
        (F(1), InputTypeError, "depth: expected an integer, got Fraction."),
    ],
    ids=range(8),
)
def test_a_bad_depth_is_refused(depth: int, error: type[ExactnetError], message: str) -> None:
    for ask in (as_depth, gallery.cantor().prefractal):
        with pytest.raises(error) as caught:
            ask(depth)
        assert message in str(caught.value)


@pytest.mark.parametrize("number", [0, -1, 3, True, "1"])
def test_an_address_counts_the_maps_from_one(number: object) -> None:
    with pytest.raises(InputError) as caught:
        gallery.cantor().prefractal(2).cell((1, number))  # type: ignore[arg-type]
    assert str(caught.value) == (
        f"address: expected map numbers from 1 to 2, got {number!r}. Count from 1."
    )


def test_depth_zero_is_the_base() -> None:
    ifs = gallery.sheared_dust()
    prefractal = ifs.prefractal(0)
    assert [cell.address for cell in prefractal.cells()] == [()]
    assert prefractal.volume() == 4
    assert prefractal == Prefractal(ifs.maps, Box.cube(2), 0)
