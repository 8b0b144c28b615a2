"""Tables of one variable as networks, against looking the values up."""

from fractions import Fraction as F
from itertools import combinations, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies_lower import rationals

import exactnet as en
from exactnet.constructions.blocks import PiecewiseLinear, interpolant
from exactnet.errors import ExactnetError

Table = list[tuple[F, F]]

tables = st.dictionaries(rationals, rationals, min_size=1, max_size=7).map(
    lambda found: list(found.items())
)
slopes = st.none() | rationals


def by_hand(table: Table, left: F | None, right: F | None, x: F) -> F:
    """The interpolant, written out."""
    points = sorted(table)
    steps = [(v - u) / (b - a) for (a, u), (b, v) in pairwise(points)] or [F(0)]
    (first, low), (last, high) = points[0], points[-1]
    if x < first:
        return low + (steps[0] if left is None else left) * (x - first)
    if x > last:
        return high + (steps[-1] if right is None else right) * (x - last)
    for ((a, u), (b, _)), step in zip(pairwise(points), steps, strict=False):
        if a <= x <= b:
            return u + step * (x - a)
    return low


@given(tables, slopes, slopes, rationals)
def test_the_network_and_the_lookup_are_the_interpolant(
    table: Table, left: F | None, right: F | None, x: F
) -> None:
    f = PiecewiseLinear.through(table, left, right)
    net = interpolant(table, left, right)
    for at in (x, *(a for a, _ in table), *((a + x) / 2 for a, _ in table)):
        assert net([at])[0] == f(at) == by_hand(table, left, right, at)


@given(tables, slopes, slopes)
def test_the_kinks_are_the_breakpoints_of_the_network(
    table: Table, left: F | None, right: F | None
) -> None:
    f = PiecewiseLinear.through(table, left, right)
    net = f.network()
    ends = [min(a for a, _ in table) - 1, max(a for a, _ in table) + 1]
    bends = en.breakpoints_along(net, [ends[0]], [ends[1]]).merged()
    inner = [ends[0] + (ends[1] - ends[0]) * t for t in bends.parameters[1:-1]]
    assert inner == [t for t, _ in f.kinks]


@given(tables, slopes, slopes)
def test_there_are_as_few_units_as_one_hidden_layer_can_have(
    table: Table, left: F | None, right: F | None
) -> None:
    f = PiecewiseLinear.through(table, left, right)
    changes = [c for _, c in f.kinks]
    subsets = (s for k in range(len(changes) + 1) for s in combinations(changes, k))
    enough = any(sum(subset, start=F(0)) == -f.left for subset in subsets)
    units = f.network().neurons
    assert units == (len(changes) if enough or not changes else len(changes) + 1)


def test_a_function_with_a_flat_piece_needs_no_unit_beyond_its_kinks() -> None:
    table = [(k, k * k % 7) for k in range(200)]
    flat = [*table, (300, table[-1][1])]
    f = PiecewiseLinear.through(flat, 5, 3)
    assert f.network().neurons == len(f.kinks)


def test_a_function_that_is_built_directly_converts_its_numbers() -> None:
    f = PiecewiseLinear([0, "1/2"], ["1/3", 2], 0, 1)
    assert f == PiecewiseLinear((F(0), F(1, 2)), (F(1, 3), F(2)), F(0), F(1))
    assert f.network()(["1/4"]) == (f("1/4"),) == (F(7, 6),)


def test_an_affine_table_has_no_hidden_layer() -> None:
    line = interpolant([(0, 1), (1, 3), (2, 5)])
    assert line.depth == 0
    assert line(["1/2"]) == (2,)
    assert interpolant([(4, "1/3")])([100]) == (F(1, 3),)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (
            lambda: interpolant([]),
            "points: expected at least one pair (x, y), got none. Give a table.",
        ),
        (
            lambda: interpolant([(0, 1), ("1/2", 2), ("2/4", 3)]),
            "points: expected one value for each x, got two for x = 1/2. Drop one.",
        ),
        (
            lambda: interpolant([(0, 0.5)]),
            "points[0][1]: expected int, str or Fraction, got float 0.5. Write '1/2' for 1/2, "
            "or Fraction(0.5) for the value stored in binary.",
        ),
        (
            lambda: interpolant([(0, 1, 2)]),
            "points[0]: expected 2 number(s), got 3. Give one number per coordinate.",
        ),
        (
            lambda: PiecewiseLinear((F(1), F(0)), (F(0), F(0)), F(0), F(0)),
            "PiecewiseLinear: expected increasing knots, got 1 before 0. Sort them.",
        ),
        (
            lambda: PiecewiseLinear((0, 0.5), (1, 2), 0, 0),
            "knots[1]: expected int, str or Fraction, got float 0.5. Write '1/2' for 1/2, "
            "or Fraction(0.5) for the value stored in binary.",
        ),
        (
            lambda: interpolant(7),
            "points: expected a list of pairs (x, y), got int. Use a list or tuple.",
        ),
    ],
)
def test_bad_tables_are_refused(make: object, message: str) -> None:
    with pytest.raises(ExactnetError) as caught:
        make()  # type: ignore[operator]
    assert str(caught.value) == message
