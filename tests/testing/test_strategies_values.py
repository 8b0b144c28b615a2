"""Numbers, points and matrices: bounds, what can be drawn, what draws shrink to."""

import re
import struct
from fractions import Fraction as F

import pytest
from hypothesis import given, settings
from hypothesis import strategies as hs
from minimal import minimal
from strategies_lower import det

from exactnet.errors import InputError, InputTypeError
from exactnet.testing import strategies as st
from exactnet.testing.farey import neighbours, simplest

small = hs.builds(F, hs.integers(-30, 30), hs.integers(1, 9))
intervals = hs.tuples(small, small).map(sorted)


def up_to(most: int, low: F, high: F) -> list[F]:
    """Every rational of an interval with a denominator up to ``most``, by trying them all."""
    found = {
        F(p, q)
        for q in range(1, most + 1)
        for p in range(low.__floor__() * q, high.__ceil__() * q + 1)
    }
    return sorted(value for value in found if low <= value <= high)


@given(intervals)
def test_the_simplest_number_has_the_smallest_denominator_and_then_the_smallest_size(
    ends: list[F],
) -> None:
    low, high = ends
    found = simplest(low, high)
    candidates = up_to(max(low.denominator, high.denominator), low, high)
    assert found == min(candidates, key=lambda v: (v.denominator, abs(v)))


@given(small, hs.integers(0, 8))
def test_the_simplest_number_of_a_half_line_is_zero_or_the_nearest_integer(end: F, _: int) -> None:
    assert simplest(end, None) == max(0, end.__ceil__())
    assert simplest(None, end) == min(0, end.__floor__())


@given(small, hs.integers(0, 8))
def test_farey_neighbours_are_the_next_of_all_numbers_with_small_denominators(
    value: F, extra: int
) -> None:
    most = value.denominator + extra
    row = up_to(most, value - 1, value + 1)
    here = row.index(value)
    assert neighbours(value, most) == (row[here - 1], row[here + 1])


@given(hs.data(), intervals, hs.none() | hs.integers(1, 12))
def test_rationals_keep_their_bounds(data: hs.DataObject, ends: list[F], most: int | None) -> None:
    low, high = ends
    if most is not None and most < simplest(low, high).denominator:
        with pytest.raises(InputError, match="max_denominator"):
            st.rationals(min_value=low, max_value=high, max_denominator=most)
        return
    strategy = st.rationals(min_value=low, max_value=high, max_denominator=most)
    drawn = data.draw(strategy)
    assert low <= drawn <= high
    assert most is None or drawn.denominator <= most


@pytest.mark.parametrize(
    ("low", "high", "most"), [("-3/2", "1/2", 4), (0, 1, 6), ("2/7", "3/7", 9), (5, 5, 1)]
)
def test_every_number_within_the_bounds_can_be_drawn(
    low: F | str, high: F | str, most: int
) -> None:
    strategy = st.rationals(min_value=low, max_value=high, max_denominator=most)
    for wanted in up_to(most, F(low), F(high)):
        assert minimal(strategy, lambda x, wanted=wanted: x == wanted) == wanted


@pytest.mark.parametrize(
    ("strategy", "expected"),
    [
        (st.rationals(), F(0)),
        (st.rationals(min_value="2/7", max_value="3/7"), F(1, 3)),
        (st.rationals(min_value="-9/2", max_value="-7/2"), F(-4)),
        (st.rationals(min_value="5/2"), F(3)),
        (st.rationals(max_value="-5/2"), F(-3)),
        (st.dyadics(), F(0)),
        (st.dyadics(min_value="1/3", max_value="2/3"), F(1, 2)),
    ],
)
def test_numbers_shrink_to_the_simplest_one(strategy: object, expected: F) -> None:
    assert minimal(strategy) == expected


@pytest.mark.parametrize("seed", range(3))
def test_a_failing_bound_is_found_and_shrunk_to_the_edge(seed: int) -> None:
    assert minimal(st.rationals(), lambda x: x > F(7, 2), seed) == 4
    assert minimal(st.rationals(max_denominator=6), lambda x: x.denominator > 3, seed) == F(1, 4)
    assert minimal(st.rationals(), lambda x: x < 0, seed) == -1


def test_bounds_are_drawn_often() -> None:
    strategy = st.rationals(min_value="-22/7", max_value="355/113")
    seen = []

    @settings(derandomize=True, max_examples=300)
    @given(strategy)
    def collect(x: F) -> None:
        seen.append(x)

    collect()
    assert min(seen.count(end) for end in (F(-22, 7), F(355, 113))) >= 5


@given(st.dyadics())
def test_dyadic_numbers_are_exact_in_half_precision(x: F) -> None:
    assert F(struct.unpack("e", struct.pack("e", float(x)))[0]) == x


@given(st.dyadics(bits=24))
def test_dyadic_numbers_of_24_bits_are_exact_in_float32(x: F) -> None:
    assert F(struct.unpack("f", struct.pack("f", float(x)))[0]) == x


@given(st.dyadics(min_value="-1/3", max_value="5/8", bits=5))
def test_dyadic_numbers_keep_their_bounds(x: F) -> None:
    assert F(-1, 3) <= x <= F(5, 8)
    assert abs(x.numerator) < 32
    assert x.denominator in (1, 2, 4, 8, 16, 32)


@given(hs.integers(1, 4).flatmap(lambda d: st.matrices(d, d, invertible=True)))
def test_invertible_matrices_are(a: tuple[tuple[F, ...], ...]) -> None:
    assert det(a) != 0


def test_matrices_shrink_to_zero_or_to_the_identity() -> None:
    assert minimal(st.matrices(2, 2)) == ((0, 0), (0, 0))
    assert minimal(st.matrices(2, 2, invertible=True)) == ((1, 0), (0, 1))


@given(st.points(3, elements=st.rationals(min_value=2)))
def test_points_have_the_given_elements(x: tuple[F, ...]) -> None:
    assert len(x) == 3
    assert min(x) >= 2


def test_strategies_show_the_call_that_made_them() -> None:
    strategy = st.rationals(min_value="1/2", max_denominator=5)
    assert repr(strategy) == "rationals(min_value='1/2', max_denominator=5)"
    assert repr(st.boxes(dim=2)) == "boxes(dim=2)"
    assert repr(st.relu_networks(inputs=2, degenerate=True)) == (
        "relu_networks(inputs=2, degenerate=True)"
    )


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (
            lambda: st.rationals(min_value=0.5),
            InputTypeError,
            "rationals.min_value: expected int, str or Fraction, got float 0.5. "
            "Write '1/2' for 1/2, or Fraction(0.5) for the value stored in binary.",
        ),
        (
            lambda: st.rationals(min_value=2, max_value=1),
            InputError,
            "rationals: expected min_value <= max_value, got 2 > 1. Swap them.",
        ),
        (
            lambda: st.rationals(min_value="2/5", max_value="3/7", max_denominator=4),
            InputError,
            "rationals.max_denominator: expected at least 5 (the smallest in [2/5, 3/7] is that of "
            "2/5), got 4. Raise it, or widen the range.",
        ),
        (
            lambda: st.rationals(max_denominator=0),
            InputError,
            "rationals.max_denominator: expected an integer >= 1, got 0. Raise it.",
        ),
        (
            lambda: st.rationals(max_denominator="7"),
            InputTypeError,
            "rationals.max_denominator: expected an integer, got str. Give a number.",
        ),
        (
            lambda: st.dyadics(min_value="1/3", max_value="2/5", bits=1),
            InputError,
            "dyadics: expected a range with a number p / 2^k, |p| < 2^1, k <= 1, got [1/3, 2/5]. "
            "Raise bits, or widen the range.",
        ),
        (
            lambda: st.dyadics(bits=99),
            InputError,
            "dyadics.bits: expected an integer 1..53, got 99. Use 24.",
        ),
        (
            lambda: st.matrices(2, 3, invertible=True),
            InputError,
            "matrices: expected a square matrix if invertible, got 2x3. Make it square.",
        ),
        (
            lambda: st.points(0),
            InputError,
            "points.dim: expected an integer >= 1, got 0. Raise it.",
        ),
        (
            lambda: st.boxes(dim=2, min_value=1, max_value=1),
            InputError,
            "boxes: expected bounds with two different numbers between them, got only 1 in [1, 1]. "
            "Widen the range, or raise max_denominator.",
        ),
        (
            lambda: st.boxes(dim=range(0)),
            InputError,
            "boxes.dim: expected an integer or a range within 1..16, got range(0, 0). Change it.",
        ),
        (
            lambda: st.boxes(dim=17),
            InputError,
            "boxes.dim: expected an integer or a range within 1..16, got 17. Change it.",
        ),
        (
            lambda: st.boxes(dim="2"),
            InputTypeError,
            "boxes.dim: expected an integer, a range or a strategy, got str. Try range(1, 4).",
        ),
    ],
)
def test_impossible_arguments_are_an_error_at_the_call(
    call: object, error: type[Exception], message: str
) -> None:
    assert callable(call)
    with pytest.raises(error, match=re.escape(message) + "$"):
        call()
