"""Curves, distributions, labellings, constructions and claims."""

import re
from fractions import Fraction as F
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as hs
from minimal import minimal
from strategies_lower import det

import exactnet as en
from exactnet.errors import InputError
from exactnet.fractals.curves import ApproximationCurve
from exactnet.testing import strategies as st


@given(st.curves())
def test_curves_rise_from_one_half_to_one(curve: ApproximationCurve) -> None:
    values = [curve.P(j) for j in range(curve.depth + 1)]
    assert 1 <= curve.depth <= 5
    assert (values[0], values[-1]) == (F(1, 2), 1)
    assert all(before <= after for before, after in pairwise(values))


def test_rational_and_irrational_curves_are_drawn_as_asked() -> None:
    for wanted in (True, False):
        curve = minimal(st.curves(), lambda curve, wanted=wanted: curve.is_rational is wanted)
        assert curve.is_rational is wanted
    assert minimal(st.curves()) == en.curves.coarse(1)
    assert minimal(st.curves(depth=3), lambda curve: curve.P(2) == F(1, 2)) == en.curves.fine(3)


@given(hs.data(), hs.integers(1, 8))
def test_curves_have_the_depth_and_kind_asked_for(data: hs.DataObject, depth: int) -> None:
    curve = data.draw(st.curves(depth=depth, rational=True))
    assert curve.depth == depth
    assert curve.is_rational


@settings(max_examples=40)
@given(st.distributions())
def test_distributions_leave_room_for_negatives(dist: en.FractalDistribution) -> None:
    assert sum(abs(det(f.matrix)) for f in dist.ifs.maps) < 1
    assert dist.curve.depth == dist.depth
    assert sum(component.mass for component in dist.components()) == 1


def test_a_given_system_and_curve_are_used() -> None:
    dust, fine = en.gallery.cantor_dust(), en.curves.fine(2)
    dist = minimal(st.distributions(ifs=dust, curve=fine), lambda dist: dist.margin is not None)
    assert (dist.ifs, dist.curve, dist.depth, dist.margin) == (dust, fine, 2, F(1, 2))


@settings(max_examples=40)
@given(hs.data())
def test_labellings_have_the_margin_asked_for(data: hs.DataObject) -> None:
    assert data.draw(st.labellings(margin="1/8")).margin == F(1, 8)
    assert data.draw(st.labellings(margin=hs.just(F(1, 3)), depth=1)).margin == F(1, 3)


def test_labellings_of_every_side_are_drawn() -> None:
    for side, absolute in (("inner", False), ("inner", True), ("outer", False)):
        kind = (side, absolute)
        found = minimal(
            st.labellings(depth=1),
            lambda x, kind=kind: x.margin is not None and (x.side, x.absolute) == kind,
        )
        assert (found.side, found.absolute) == kind
    assert minimal(st.labellings()).margin is None


@settings(max_examples=15)
@given(st.constructions())
def test_constructions_are_what_is_claimed_of_them(made: en.Construction) -> None:
    claim = en.Claim(made.network, made.labelling, made.threshold)
    assert en.prove(claim).verdict is en.Proved


@settings(max_examples=10)
@given(st.claims(depth=range(1, 3), holds=True), st.claims(depth=range(1, 3), holds=False))
def test_claims_hold_or_fail_as_asked(true: en.Claim, false: en.Claim) -> None:
    assert en.prove(true).verdict is en.Proved
    assert en.prove(false).verdict is en.Refuted


def test_false_claims_that_fail_only_just_outside_are_drawn() -> None:
    claim = minimal(
        st.claims(depth=1, holds=False),
        lambda claim: 0 < claim.network(claim.labelling.ifs.base.lower)[0] < F(1, 1000)
        or 0 < claim.network(claim.labelling.ifs.maps[0](claim.labelling.ifs.base.lower))[0] < F(
            1, 1000),
    )  # fmt: skip
    assert en.prove(claim).verdict is en.Refuted


@pytest.mark.parametrize("method", ["exact", "margin", "fold", "union"])
def test_constructions_by_each_method_are_drawn(method: str) -> None:
    @settings(max_examples=5)
    @given(st.constructions(method=method, depth=1))
    def check(made: en.Construction) -> None:
        assert made.method == method

    check()


def test_an_unknown_method_is_an_error_at_the_call() -> None:
    message = (
        "constructions.method: expected one of exact, margin, fold, union, got 'z3'. Pick one."
    )
    with pytest.raises(InputError, match=re.escape(message) + "$"):
        st.constructions(method="z3")
