"""Approximation curves: the talk's numbers, the sampler's recursion, refusals."""

from collections.abc import Callable
from fractions import Fraction as F

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exactnet.errors import ExactnetError
from exactnet.exact.radicals import collapsed, power_of_two
from exactnet.fractals import curves
from exactnet.fractals.curves import ApproximationCurve

# THEORY, section 5
PUBLISHED = {
    1: {1: ".6294", 2: ".7421", 3: ".8402", 4: ".9257"},
    2: {1: ".5000", 2: ".5000", 3: ".7063", 4: ".8700"},
    3: {3: ".5000", 4: ".7929"},
    4: {4: ".6842"},
    5: {4: ".5838"},
    6: {1: ".5000", 2: ".5000", 3: ".5000", 4: ".5000"},
}


@pytest.mark.parametrize("number", PUBLISHED)
def test_the_talks_curves_have_the_published_digits(number: int) -> None:
    shown = curves.talk(number).decimals(4)
    assert shown[0] == "0.5000"
    assert shown[5] == "1.0000"
    assert {j: shown[j][1:] for j in PUBLISHED[number]} == PUBLISHED[number]


@pytest.mark.parametrize("number", range(1, 7))
def test_the_talks_masses_follow_from_its_sampler(number: int) -> None:
    weights = curves.TALK[number - 1]
    total, left = sum(weights), F(1)
    for level, weight in enumerate(weights, 1):
        go_on = power_of_two(F(-weight, total))  # 1 - q_l
        assert curves.talk(number).mass(level) == left * (1 - go_on)
        left = collapsed(left * go_on)
    assert left == F(1, 2)


@given(st.lists(st.integers(0, 5), min_size=1, max_size=6).filter(any))
def test_p_rises_from_one_half_to_one_and_has_its_closed_form(weights: list[int]) -> None:
    curve = curves.weights(weights)
    values = [curve.P(j) for j in range(curve.depth + 1)]
    assert values[0] == F(1, 2)
    assert values[-1] == 1
    for j, value in enumerate(values):
        assert value == F(3, 2) - power_of_two(-F(sum(weights[:j]), sum(weights)))
        assert j == 0 or (values[j - 1] < value) == (weights[j - 1] > 0)


@pytest.mark.parametrize("n", [1, 2, 7])
def test_simple_curves_are_rational_and_in_order(n: int) -> None:
    coarse, uniform, fine = curves.coarse(n), curves.uniform(n), curves.fine(n)
    assert all(curve.is_rational for curve in (coarse, uniform, fine))
    for j in range(n + 1):
        assert fine.P(j) <= uniform.P(j) <= coarse.P(j)
    assert curves.weights([0] * (n - 1) + [3]) == fine
    assert uniform.P(1) == F(1, 2) + F(1, 2 * n)


def test_names_give_curves() -> None:
    assert curves.get("talk-4", 5) == curves.talk(4)
    assert all(curves.get(name, 5).depth == 5 for name in curves.names())


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: curves.masses(["1/4"]), "masses: expected a sum of 1/2, got 1/4"),
        (lambda: curves.masses([]), r"curve: expected 1..256 levels, got 0"),
        (lambda: curves.masses(["3/4", "-1/4"]), "mass 2: expected at least 0, got -1/4"),
        (lambda: curves.masses([0.5]), "expected int, str or Fraction, got float 0.5"),
        (lambda: ApproximationCurve((0.5,)), "mass 1: expected an exact number, got float"),
        (lambda: curves.weights([0, 0]), "weights: expected numbers >= 0, not all 0"),
        (lambda: curves.weights([]), "weights: expected numbers >= 0, not all 0"),
        (lambda: curves.talk(7), "talk: expected a curve 1..6, got 7"),
        (lambda: curves.talk(True), "talk: expected a curve 1..6, got True"),
        (lambda: curves.fine(0), "fine: expected 1..256 levels, got 0"),
        (lambda: curves.uniform(2.5), "uniform: expected a depth, got float"),
        (lambda: curves.fine(3).P(4), "level: expected 0..3, got 4"),
        (lambda: curves.fine(3).mass(0), "level: expected 1..3, got 0"),
        (lambda: curves.fine(3).mass(True), "level: expected an integer, got bool"),
        (lambda: curves.get("talk-1", 4), "curve talk-1: expected depth 5, got 4"),
        (lambda: curves.get("rough", 4), "curve: expected one of coarse, fine, uniform"),
        (lambda: curves.get(["fine"], 4), "curve: expected one of coarse, fine, uniform"),
    ],
)
def test_bad_curves_are_refused(make: Callable[[], object], message: str) -> None:
    with pytest.raises(ExactnetError, match=message):
        make()
