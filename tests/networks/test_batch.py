"""Batches against one point at a time, in 64 bits and beyond."""

from fractions import Fraction as F

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies_lower import networks, pre_activations

from exactnet.errors import InputError
from exactnet.networks.batch import evaluate_batch
from exactnet.networks.network import ReluNetwork

LIMIT = 2**63


def check(net: ReluNetwork, rows: list[list[int]], denominator: int, dtype: object) -> np.dtype:
    """The batch equals the plain loop, value by value; the dtype that it worked in."""
    points = np.array(rows, dtype=dtype).reshape(len(rows), net.inputs)
    values, scale = evaluate_batch(net, points, denominator)
    assert values.shape == (len(rows), net.outputs)
    assert type(scale) is int
    assert scale > 0
    for row, outputs in zip(rows, values, strict=True):
        expected = pre_activations(net, tuple(F(v, denominator) for v in row))[-1]
        assert tuple(F(int(v), scale) for v in outputs) == expected
    return values.dtype


@st.composite
def batches(draw: st.DrawFn, largest: int) -> tuple[ReluNetwork, list[list[int]], int]:
    net = draw(networks())
    entry = st.integers(-largest, largest)
    row = st.lists(entry, min_size=net.inputs, max_size=net.inputs)
    return net, draw(st.lists(row, max_size=4)), draw(st.integers(1, largest))


@given(batches(100))
def test_small_batches_equal_the_plain_loop_in_either_arithmetic(
    batch: tuple[ReluNetwork, list[list[int]], int],
) -> None:
    net, rows, denominator = batch
    for dtype in (np.int8, np.int64, object):
        check(net, rows, denominator, dtype)


@given(st.sampled_from([2**k for k in (30, 40, 50, 56, 60, 62, 63, 80)]).flatmap(batches))
def test_batches_near_and_beyond_64_bits_equal_the_plain_loop(
    batch: tuple[ReluNetwork, list[list[int]], int],
) -> None:
    net, rows, denominator = batch
    check(net, rows, denominator, object)


def test_denominators_of_weights_and_slopes_go_into_one_scale() -> None:
    net = ReluNetwork.of(
        [([["1/2"], ["-1/3"]], ["1/5", 0]), ([[1, "1/7"]], ["1/11"])], [["relu", {"leaky": "2/3"}]]
    )
    assert check(net, [[-3], [0], [1], [30]], 4, np.int32) == np.int64


@pytest.mark.parametrize(
    ("weight", "bias", "largest", "dtype"),
    [
        (1, 0, LIMIT - 1, np.int64),
        (1, 0, LIMIT, object),
        (1, 1, LIMIT - 2, np.int64),
        (1, 1, LIMIT - 1, object),
        (2, 0, LIMIT // 2 - 1, np.int64),
        (2, 0, LIMIT // 2, object),
        (LIMIT - 1, 0, 1, np.int64),
        (LIMIT, 0, 0, object),
        (F(1, LIMIT - 1), 0, 1, np.int64),
        (F(1, LIMIT), 0, 1, object),
    ],
    ids=range(10),
)
def test_python_integers_take_over_exactly_where_64_bits_could_overflow(
    weight: F, bias: int, largest: int, dtype: type
) -> None:
    net = ReluNetwork.of([([[weight]], [bias])])
    assert check(net, [[largest], [-largest]], 1, object) == dtype


def test_sums_that_cancel_are_bounded_by_their_largest_partial_sum() -> None:
    net = ReluNetwork.of([([[1, -1]], [0])])
    half = LIMIT // 2
    assert check(net, [[half, half], [half - 1, -half]], 1, np.int64).kind == "O"
    assert check(net, [[half - 1, half - 1]], 1, np.int64) == np.int64


@pytest.mark.parametrize(
    ("dtype", "values", "worked"),
    [
        (np.int64, [-LIMIT, LIMIT - 1], object),
        (np.uint64, [2 * LIMIT - 1, 0], object),
        (np.uint64, [LIMIT - 1, 0], np.int64),
        (np.int8, [-128, 127], np.int64),
        (np.uint8, [255, 0], np.int64),
    ],
)
def test_the_extreme_values_of_every_integer_type_are_exact(
    dtype: type, values: list[int], worked: type
) -> None:
    net = ReluNetwork.of([([[1]], [0]), ([[1]], [0])], [["abs"]])
    assert check(net, [[v] for v in values], 1, dtype) == worked


def test_a_slope_beyond_64_bits_is_exact_even_on_a_unit_that_is_always_zero() -> None:
    net = ReluNetwork.of([([[0]], [0]), ([[1]], [1])], [[{"leaky": 10**30}]])
    assert check(net, [[5], [-5]], 1, np.int64).kind == "O"


def test_a_numpy_denominator_does_not_overflow_in_the_scale() -> None:
    net = ReluNetwork.of([([["1/1000003"]], [0]), ([["1/1000003"]], [0])])
    values, scale = evaluate_batch(net, [[1]], np.int64(10**9))
    assert scale == 1000003**2 * 10**9
    assert F(int(values[0, 0]), scale) == net([F(1, 10**9)])[0]


@pytest.mark.parametrize("kind", [np.int8, np.int64, np.uint64])
def test_numpy_integers_among_the_objects_do_not_overflow(kind: type) -> None:
    net = ReluNetwork.of([([[3], [-3]], [0, 2**62]), ([[5, 1]], [0])])
    values, scale = evaluate_batch(net, np.array([[kind(100)], [10**30]], dtype=object))
    expected = [300 * 5 + 2**62 - 300, 15 * 10**30]
    assert [F(int(v), scale) for (v,) in values] == expected
    assert {type(v) for (v,) in values} == {int}


def test_an_empty_batch_has_no_outputs() -> None:
    net = ReluNetwork.of([([[1, 2]] * 3, [0] * 3)])
    values, scale = evaluate_batch(net, np.zeros((0, 2), dtype=int), 7)
    assert values.shape == (0, 3)
    assert scale == 7


@pytest.mark.parametrize(
    ("points", "got"),
    [
        ([1, 2], "shape (2,), dtype int64"),
        ([[1], [2]], "shape (2, 1), dtype int64"),
        ([[[1, 2]]], "shape (1, 1, 2), dtype int64"),
        ([], "shape (0,), dtype float64"),
        ([[0.5, 1]], "shape (1, 2), dtype float64"),
        ([[True, False]], "shape (1, 2), dtype bool"),
        ([["1", "2"]], "shape (1, 2), dtype <U1"),
        ([[F(1, 2), 1]], "shape (1, 2), dtype object"),
        (np.array([[0.5, 1]], dtype=object), "shape (1, 2), dtype object"),
        (np.array([[True, 1]], dtype=object), "shape (1, 2), dtype object"),
    ],
)
def test_points_that_are_not_rows_of_integers_are_refused(points: object, got: str) -> None:
    net = ReluNetwork.of([([[1, 1]], [0])])
    with pytest.raises(InputError) as caught:
        evaluate_batch(net, points)
    assert str(caught.value) == (
        f"numerators: expected an (m, 2) array of integers, got {got}. Scale the points to "
        "integers."
    )


def test_rows_of_several_lengths_are_refused() -> None:
    with pytest.raises(InputError, match="numerators: expected rows of one length, got rows of"):
        evaluate_batch(ReluNetwork.of([([[1]], [0])]), [[1], [1, 2]])


@pytest.mark.parametrize("denominator", [0, -1, 1.5, F(1, 2), "1"])
def test_a_denominator_that_is_no_positive_integer_is_refused(denominator: int) -> None:
    net = ReluNetwork.of([([[1]], [0])])
    with pytest.raises(InputError) as caught:
        evaluate_batch(net, [[1]], denominator)
    assert str(caught.value) == (
        f"denominator: expected an integer >= 1, got {denominator!r}. Use 1."
    )
