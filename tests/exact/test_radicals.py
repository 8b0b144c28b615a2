"""Sums of powers of two: field laws, certified enclosures, exact order."""

from fractions import Fraction as F

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exactnet.errors import InputError, InputTypeError
from exactnet.exact.radicals import BinaryRadical, collapsed, decimal, enclose_power, power_of_two
from exactnet.exact.sums import BalancedSum

exponents = st.fractions(-3, 3, max_denominator=12)
coefficients = st.fractions(-9, 9, max_denominator=5)
numbers = st.lists(st.tuples(exponents, coefficients), max_size=4).map(BinaryRadical.of)


@given(numbers, numbers, numbers)
def test_sums_and_products_obey_the_laws_of_a_ring(
    a: BinaryRadical, b: BinaryRadical, c: BinaryRadical
) -> None:
    assert a + b == b + a
    assert a * b == b * a
    assert (a + b) * c == a * c + b * c
    assert a - a == 0
    assert hash(a - b + b) == hash(a)


@given(numbers, numbers)
def test_order_agrees_with_enclosures_and_is_total(a: BinaryRadical, b: BinaryRadical) -> None:
    assert (a < b) + (a == b) + (a > b) == 1
    (low, high), (other_low, other_high) = a.enclosure(60), b.enclosure(60)
    assert not (a < b and low > other_high)
    assert not (a > b and high < other_low)


@given(st.integers(1, 40), st.integers(0, 40), st.integers(0, 300))
def test_enclosures_of_powers_are_certified_by_integer_powers(p: int, more: int, bits: int) -> None:
    q = p + 1 + more
    exponent = F(p, q)
    low, high = enclose_power(exponent, bits)
    assert high - low <= F(1, 2**bits)
    assert low**exponent.denominator < F(1, 2**exponent.numerator) < high**exponent.denominator


def test_rationals_and_radicals_mix() -> None:
    root = power_of_two(F(1, 2))
    assert collapsed(root * root) == 2
    assert isinstance(collapsed(root - root), F)
    assert F(7, 5) < root < F(3, 2)
    assert root > 1
    assert 1 - root == -(root - 1)
    assert root / 2 == power_of_two(F(-1, 2))
    assert F(1, 3) + root != F(4, 3)
    assert float(root) == 2**0.5
    assert str(2 - root) == "2 - 2*2^(-1/2)"


def test_decimals_have_as_many_proven_digits_as_are_asked_for() -> None:
    assert decimal(F(10**5000, 3), 2) == "3" * 5000 + ".33"
    assert decimal(-F(1, 3), 4300) == "-0." + "3" * 4300
    for digits in (-1, 4301):
        with pytest.raises(InputError, match=rf"digits: expected 0..4300, got {digits}"):
            decimal(power_of_two(F(1, 2)), digits)


def test_an_exponent_is_rational() -> None:
    assert power_of_two(-2) == F(1, 4)
    with pytest.raises(InputTypeError, match="exponent: expected int, str or Fraction, got float"):
        power_of_two(0.5)


def test_numbers_that_floats_cannot_tell_apart_are_ordered() -> None:
    root = power_of_two(F(-1, 2))
    low, high = root.enclosure(400)  # type: ignore[union-attr]
    assert low < root < high
    assert float(low) == float(high)


def test_decimals_are_rounded_correctly_at_near_ties() -> None:
    root = power_of_two(F(1, 2))
    near = F(5, 10**5) - root / 10**60
    assert decimal(F(5, 10**5), 4) == "0.0000"
    assert decimal(near, 4) == "0.0000"
    assert decimal(F(15, 10**5) + root / 10**60, 4) == "0.0002"


def test_absurd_requests_are_refused() -> None:
    with pytest.raises(InputError, match=r"bits: expected 0\.\.100000"):
        BinaryRadical.of([(F(1, 2), F(1))]).enclosure(10**9)
    with pytest.raises(InputError, match="power of two: expected an exponent"):
        power_of_two(10**9)


@given(st.lists(st.fractions(max_denominator=99)))
def test_a_balanced_sum_is_the_sum(values: list[F]) -> None:
    total = BalancedSum()
    for value in values:
        total.add(value)
    assert total.value() == sum(values)
