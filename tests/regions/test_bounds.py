"""Bounds: known values, the talk's counterexamples below k = d, and the enclosure of e."""

from decimal import Decimal, localcontext
from fractions import Fraction as F

import pytest

import exactnet as en
from exactnet.regions.bounds import euler_number


@pytest.mark.parametrize(("d", "k"), [(1, 2), (2, 4), (3, 6), (4, 8)])
def test_the_talks_bound_needs_k_at_least_d(d: int, k: int) -> None:
    assert en.bounds.talk(d, 1, k)[0] > en.bounds.zaslavsky(d, k)
    with pytest.raises(en.InputError, match="no bound"):
        en.bounds.talk(k, 1, d)


@pytest.mark.parametrize(("k", "d", "regions"), [(1, 2, 2), (2, 4, 4), (3, 6, 8)])
def test_below_k_equal_d_the_formula_is_less_than_the_true_count(
    k: int, d: int, regions: int
) -> None:
    assert en.bounds.zaslavsky(d, k) == regions > (euler_number()[1] * k / d) ** d


def test_e_lies_in_its_enclosure_and_the_enclosure_is_narrow() -> None:
    low, high = euler_number()
    with localcontext() as context:
        context.prec = 60
        e = F(Decimal(1).exp())
    assert low < e < high
    assert high - low < F(1, 10**45)


def test_montufar_is_never_above_the_composed_bound() -> None:
    for widths in ([3, 3], [1, 9, 9], [5, 2, 7]):
        assert en.bounds.montufar(3, widths) <= en.bounds.composed(3, len(widths), max(widths))
    assert en.bounds.montufar(3, [1, 9]) == 2 * 10


@pytest.mark.parametrize("bad", [0, -1, 1.5, "3"])
def test_bad_sizes_are_named(bad: object) -> None:
    with pytest.raises(en.InputError, match=r"bounds\.k: expected an integer >= 1"):
        en.bounds.zaslavsky(2, bad)
