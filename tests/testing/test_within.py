"""``assert_within`` passes when a bound is proved; a refutation shows the largest difference."""

import re
from fractions import Fraction as F

import pytest
import torch
from hypothesis import given, settings
from torch import nn

import exactnet as en
from exactnet.errors import InputError, InputTypeError
from exactnet.geometry.box import Box
from exactnet.testing import RefutedError, UndecidedError, assert_equivalent, assert_within
from exactnet.testing import strategies as st
from exactnet.testing.reports import with_decimal

THIRD = en.ReluNetwork.of([([[1], [-1]], [0, 0]), ([["1/3", "1/3"]], [0])])
NEAR = en.ReluNetwork.of([([[1], [-1]], [0, 0]), ([["3/8", "1/4"]], [0])])
SIDES = [(-1, 1)]


def test_a_bound_that_holds_passes_with_the_largest_difference() -> None:
    result = assert_within(THIRD, NEAR, "1/12", box=SIDES)
    assert result.verdict is en.Proved
    assert result.largest is not None
    assert result.largest.value == F(1, 12)


def test_a_bound_that_does_not_hold_is_refuted_at_the_worst_point() -> None:
    with pytest.raises(RefutedError) as caught:
        assert_within(THIRD, NEAR, "1/13", box=SIDES)
    assert caught.value.point == (F(-1),)
    assert str(caught.value).splitlines() == [
        "the networks a and b differ by more than 1/13 on [-1, 1]",
        "  x           -1",
        "  value       a(x) = 1/3 (0.333333)",
        "              b(x) = 1/4 (0.25)",
        "              a(x) - b(x) = 1/12 (0.0833333)",
        "  a           1-2-1: ReluNetwork.of([([[1], [-1]], [0, 0]), ([['1/3', '1/3']], [0])])",
        "  b           1-2-1: ReluNetwork.of([([[1], [-1]], [0, 0]), ([['3/8', '1/4']], [0])])",
        "  decided     by regions: evaluation of both networks at one rational point",
        "  largest     |a - b| <= 1/12 (0.0833333) in every output",
        "  to copy     [-1]",
    ]


def test_only_outputs_beyond_the_bound_are_shown() -> None:
    a = en.ReluNetwork.of([([[1], [1]], [0, 0])])
    b = en.ReluNetwork.of([([["11/10"], ["3/2"]], [0, 0])])
    with pytest.raises(RefutedError, match="value 2") as caught:
        assert_within(a, b, "1/4", box=[(0, 1)])
    assert "value 1" not in str(caught.value)


def test_a_module_in_half_precision_is_compared_with_its_original() -> None:
    torch.manual_seed(0)
    module = nn.Sequential(nn.Linear(2, 8), nn.ReLU(), nn.Linear(8, 1))
    half = nn.Sequential(nn.Linear(2, 8), nn.ReLU(), nn.Linear(8, 1)).half()
    half.load_state_dict(module.state_dict())
    result = assert_within(module, half, "1/1000", box=[(-1, 1)] * 2)
    assert result.largest is not None
    worst = result.largest.value
    assert 0 < worst < F(1, 1000)
    with pytest.raises(RefutedError, match=re.escape(with_decimal(worst))):
        assert_within(module, half, worst / 2, box=[(-1, 1)] * 2)


@settings(max_examples=25)
@given(st.relu_networks(inputs=1, outputs=1, activations=st.ACTIVATIONS), st.boxes(1))
def test_within_zero_is_equivalence(net: en.ReluNetwork, box: Box) -> None:
    assert assert_within(net, en.algebra.relu_only(net), 0, box=box).verdict is en.Proved
    other = en.algebra.add([net], [1], "1/7")
    assert_within(net, other, "1/7", box=box)
    for refuted in (
        lambda: assert_equivalent(net, other, box=box),
        lambda: assert_within(net, other, "1/8", box=box),
    ):
        with pytest.raises(RefutedError):
            refuted()


def test_seven_inputs_are_decided_without_the_largest_difference() -> None:
    a, b = (en.ReluNetwork.of([([[w] * 7], [0]), ([[1]], [0])]) for w in (1, "8/7"))
    assert assert_within(a, b, 1, box=[(-1, 1)] * 7).largest is None
    with pytest.raises(RefutedError) as caught:
        assert_within(a, b, "1/2", box=[(-1, 1)] * 7)
    assert not any(line.startswith("largest") for line in caught.value.report)


def test_a_limit_is_undecided_and_bad_input_an_error() -> None:
    brief = en.Limits(seconds=1e-9)
    with pytest.raises(UndecidedError, match=r"^not decided: \|f - g\| <= 1 .*time limit"):
        assert_within(THIRD, NEAR, 1, box=SIDES, limits=brief)
    with pytest.raises(InputError, match=r"^within: expected a box, got all of R\^d"):
        assert_within(THIRD, NEAR, 1, box=None)
    with pytest.raises(InputTypeError, match="float"):
        assert_within(THIRD, NEAR, 0.001, box=SIDES)  # type: ignore[arg-type]
