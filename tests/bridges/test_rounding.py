"""Rounding into binary formats, against NumPy and Python's own floats."""

from fractions import Fraction as F

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies_lower import networks, rationals

from exactnet import ConstructionError, InputError, ReluNetwork, compile_ifs, gallery
from exactnet.bridges import compile_held, round_network, rounding_report
from exactnet.bridges.rounding import BFLOAT16, FLOAT16, FLOAT32, FLOAT64, FORMATS, as_format

wide = st.builds(
    lambda n, d, e: F(n, d) * F(2) ** e,
    st.integers(-(10**9), 10**9),
    st.integers(1, 10**6),
    st.integers(-170, 60),
)


@given(wide)
def test_rounding_to_double_is_pythons_own(value: F) -> None:
    assert FLOAT64.nearest(value) == F(float(value))


@given(st.floats(width=64, allow_nan=False, allow_infinity=False))
def test_narrow_formats_round_doubles_as_numpy_does(value: float) -> None:
    for fmt, dtype in ((FLOAT32, np.float32), (FLOAT16, np.float16)):
        with np.errstate(over="ignore", under="ignore"):
            expected = float(dtype(value))
        if np.isinf(expected):
            with pytest.raises(InputError, match=f"expected numbers of {fmt.name}"):
                fmt.nearest(F(value))
        else:
            assert fmt.nearest(F(value)) == F(expected)


@given(wide)
def test_the_nearest_number_is_held_and_no_farther_than_half_an_ulp(value: F) -> None:
    for fmt in (BFLOAT16, FLOAT32, FLOAT64):
        rounded = fmt.nearest(value)
        assert fmt.holds(rounded)
        assert abs(rounded - value) <= fmt.ulp(value) / 2
        assert fmt.nearest(rounded) == rounded
        assert fmt.nearest(-value) == -rounded
        assert fmt.holds(value) == (rounded == value)


@pytest.mark.parametrize("fmt", FORMATS.values(), ids=FORMATS)
def test_the_ends_of_a_format(fmt: object) -> None:
    fmt = as_format(fmt)
    smallest = fmt.ulp(F(0))
    assert fmt.holds(smallest)
    assert fmt.nearest(smallest / 2) == 0
    assert fmt.nearest(smallest * F(3, 4)) == smallest
    assert fmt.holds(fmt.largest)
    assert not fmt.holds(fmt.largest * 2)
    assert fmt.nearest(fmt.largest + fmt.ulp(fmt.largest) / 4) == fmt.largest
    with pytest.raises(InputError, match="Use a wider dtype"):
        fmt.nearest(fmt.largest + fmt.ulp(fmt.largest) / 2)


@given(networks())
def test_the_report_lists_exactly_the_numbers_that_change(net: ReluNetwork) -> None:
    rounded = round_network(net, "float16")
    flat = [
        [v for layer in one.layers for v in (*sum(layer.weight, ()), *layer.bias, *layer.slopes)]
        for one in (net, rounded.network)
    ]
    changed = [(a, b) for a, b in zip(*flat, strict=True) if a != b]
    assert sorted(changed) == sorted((c.exact, c.rounded) for c in rounded.report.changes)
    assert rounded.report.exact == (rounded.network == net)
    assert rounding_report(rounded.network, "float16").exact
    assert rounded.report.largest == max((abs(a - b) for a, b in changed), default=0)
    if rounded.report.worst is not None:
        assert rounded.report.worst.ulps <= F(1, 2)


def test_the_reports_words() -> None:
    net = ReluNetwork.of([([["1/3"]], ["1/4"]), ([[1]], [0])], [[{"leaky": "1/10"}]])
    report = rounding_report(net, np.float16)
    assert [change.place for change in report.changes] == [
        "layer 0 weight[0][0]",
        "layer 0 slope[0]",
    ]
    assert report.words().startswith("float16 changes 2 of 5 numbers; worst: layer 0 ")
    thirds = [([["1/3"]], ["1/3"]), ([["1/3"]], ["1/3"])]
    leaky = rounding_report(ReluNetwork.of(thirds, [[{"leaky": "1/10"}]]), "float32")
    assert len(leaky.changes) == leaky.numbers == 5
    assert rounding_report(compile_ifs(gallery.cantor_dust(), 6), "float16").exact


def test_integer_inverses_are_held_and_rotations_are_not() -> None:
    assert compile_held(gallery.cantor(), 3, "bfloat16").depth == 7
    with pytest.raises(ConstructionError, match=r"weight\[0\]\[0\] = 12/5. Use surviving"):
        compile_held(gallery.rotated_dust(), 2, "float64")
    with pytest.raises(InputError, match="dtype: expected one of float16, bfloat16"):
        compile_held(gallery.cantor(), 1, "int8")


@given(rationals)
def test_no_rational_is_taken_for_a_float(value: F) -> None:
    assert FLOAT32.holds(value) == (value.denominator & (value.denominator - 1) == 0)
