"""Bounds on exponentials against FLINT's ball arithmetic."""

from fractions import Fraction as F

import pytest
from flint import arb, ctx
from hypothesis import given
from hypothesis import strategies as st

from exactnet.errors import InputError
from exactnet.exact.exponentials import (
    enclose_decay,
    enclose_log1p,
    enclose_sigmoid,
    enclose_softplus,
)

rationals = st.builds(F, st.integers(-400, 400), st.integers(1, 60))


def ball(value: F) -> arb:
    ctx.prec = 2000
    return arb(value.numerator) / arb(value.denominator)


def contains(interval: tuple[F, F], true: arb) -> bool:
    return bool(ball(interval[0]) <= true) and bool(true <= ball(interval[1]))


@given(rationals, st.integers(1, 600))
def test_the_bounds_contain_the_value_and_are_as_narrow_as_asked(t: F, bits: int) -> None:
    x = ball(t)
    for interval, true in (
        (enclose_decay(abs(t), bits), (-ball(abs(t))).exp()),
        (enclose_softplus(t, bits), (1 + x.exp()).log()),
        (enclose_sigmoid(t, bits), 1 / (1 + (-x).exp())),
    ):
        assert t == 0 or contains(interval, true)
        assert 0 <= interval[1] - interval[0] <= F(1, 2**bits)


@given(st.fractions(0, 1), st.integers(1, 600))
def test_bounds_on_log_1_plus_u(u: F, bits: int) -> None:
    low, high = enclose_log1p(u, bits)
    assert u in (0, 1) or contains((low, high), (1 + ball(u)).log())
    assert 0 <= high - low <= F(1, 2**bits)


def test_special_values() -> None:
    for bits in (1, 53, 5000):
        assert enclose_decay(F(0), bits)[0] <= 1 <= enclose_decay(F(0), bits)[1]
        low, high = enclose_sigmoid(F(0), bits)
        assert low <= F(1, 2) <= high
        assert contains(enclose_log1p(F(1), bits), arb(2).log()) or bits > 1900
    assert enclose_decay(F(10**9), 40) == (0, F(1, 2**40))


def test_values_outside_are_refused() -> None:
    with pytest.raises(InputError, match="t >= 0, got -1"):
        enclose_decay(F(-1), 10)
    with pytest.raises(InputError, match="0 <= u <= 1, got 2"):
        enclose_log1p(F(2), 10)
    for bits in (0, 10**5, 1.0):
        with pytest.raises(InputError, match=r"bits: expected 1\.\.10000"):
            enclose_log1p(F(1), bits)  # type: ignore[arg-type]
