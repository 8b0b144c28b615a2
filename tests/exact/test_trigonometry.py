"""Enclosures of pi and sin(pi q), against FLINT's ball arithmetic and the laws of the sine."""

from fractions import Fraction as F

import flint
import pytest
from hypothesis import given
from hypothesis import strategies as st

from exactnet.errors import InputError
from exactnet.exact.trigonometry import enclose_pi, enclose_sin_pi

turns = st.builds(F, st.integers(-400, 400), st.integers(1, 60))
precisions = st.integers(1, 200)


def ball(value: flint.arb) -> tuple[F, F]:
    """The ends of a ball of FLINT as rationals."""
    middle, radius = value.mid().fmpq(), value.rad().fmpq()
    low, high = middle - radius, middle + radius
    return F(int(low.p), int(low.q)), F(int(high.p), int(high.q))


@given(turns, precisions)
def test_the_sine_lies_in_its_enclosure_which_is_as_narrow_as_asked(q: F, bits: int) -> None:
    low, high = enclose_sin_pi(q, bits)
    assert 0 <= high - low <= F(1, 2**bits)
    with flint.ctx.workprec(bits + 80):
        theirs = ball(flint.arb(flint.fmpq(q.numerator, q.denominator)).sin_pi())
    assert low <= theirs[1] and theirs[0] <= high
    assert low - F(1, 2 ** (bits + 70)) <= theirs[0] and theirs[1] <= high + F(1, 2 ** (bits + 70))


@pytest.mark.parametrize("bits", [1, 10, 64, 1000, 20000])
def test_pi_lies_in_its_enclosure(bits: int) -> None:
    low, high = enclose_pi(bits)
    assert 0 < high - low <= F(1, 2**bits)
    with flint.ctx.workprec(bits + 80):
        theirs = ball(flint.arb.pi())
    assert low < theirs[0] and theirs[1] < high


@given(turns)
def test_the_enclosures_obey_the_laws_of_the_sine(q: F) -> None:
    low, high = enclose_sin_pi(q)
    assert enclose_sin_pi(q + 2) == (low, high)
    assert enclose_sin_pi(-q) == enclose_sin_pi(q + 1) == (-high, -low)
    assert enclose_sin_pi(1 - q) == (low, high)
    other = enclose_sin_pi(q + F(1, 2))  # the cosine
    squares = [sorted((a * a, b * b)) for a, b in ((low, high), other)]
    slack = F(1, 2**60)
    assert squares[0][0] + squares[1][0] - slack <= 1 <= squares[0][1] + squares[1][1] + slack


@pytest.mark.parametrize("twice", range(-6, 7))
def test_multiples_of_a_quarter_turn_are_exact(twice: int) -> None:
    low, high = enclose_sin_pi(F(twice, 2))
    assert low == high == (0, 1, 0, -1)[twice % 4]


@pytest.mark.parametrize("bits", [0, -1, 20001, "8", True])
def test_silly_precisions_are_refused(bits: int) -> None:
    with pytest.raises(InputError, match=r"bits: expected 1..20000, got"):
        enclose_pi(bits)
