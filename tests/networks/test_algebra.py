"""The algebra of networks against the same operations on their values."""

from fractions import Fraction as F
from math import ceil, log2

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies_lower import Point, networks, rationals

import exactnet as en
from exactnet.errors import ExactnetError
from exactnet.networks import algebra
from exactnet.networks.layer import RELU
from exactnet.networks.network import ReluNetwork
from exactnet.testing.strategies import points

Case = tuple[list[ReluNetwork], Point]


@st.composite
def families(draw: st.DrawFn, same_outputs: bool = True, most: int = 4) -> Case:
    """Networks on one space, of different depths, and a point of it."""
    inputs, outputs = draw(st.integers(1, 3)), draw(st.integers(1, 2))
    count = draw(st.integers(1, most))
    wanted = outputs if same_outputs else None
    nets = [draw(networks(inputs, wanted, hidden=2)) for _ in range(count)]
    return nets, draw(points(inputs))


def joined(parts: list[Point]) -> Point:
    return tuple(value for part in parts for value in part)


@given(families(same_outputs=False))
def test_a_stack_has_the_outputs_of_all_its_networks(case: Case) -> None:
    nets, x = case
    whole = algebra.stack(nets)
    assert whole(x) == joined([net(x) for net in nets])
    assert whole.depth == max(net.depth for net in nets)
    carried = [(whole.depth - net.depth) * min(net.inputs, net.outputs) for net in nets]
    assert whole.neurons == sum(net.neurons for net in nets) + sum(carried)


@given(families(same_outputs=False), st.data())
def test_parallel_networks_read_inputs_of_their_own(case: Case, data: st.DataObject) -> None:
    nets, _ = case
    xs = [data.draw(points(net.inputs)) for net in nets]
    whole = algebra.parallel(nets)
    assert whole.inputs == sum(net.inputs for net in nets)
    assert whole(joined(xs)) == joined([net(x) for net, x in zip(nets, xs, strict=True)])


@given(families(), st.data())
def test_a_sum_adds_values(case: Case, data: st.DataObject) -> None:
    nets, x = case
    factors = data.draw(points(len(nets)))
    constant = data.draw(rationals)
    values = [net(x) for net in nets]
    expected = tuple(
        sum((c * value[j] for c, value in zip(factors, values, strict=True)), start=constant)
        for j in range(nets[0].outputs)
    )
    assert algebra.add(nets, factors, constant)(x) == expected
    assert algebra.add(nets)(x) == tuple(map(sum, zip(*values, strict=True)))


@given(families(most=6))
def test_maximum_and_minimum_are_pointwise_and_as_deep_as_said(case: Case) -> None:
    nets, x = case
    values = list(zip(*(net(x) for net in nets), strict=True))
    high, low = algebra.maximum(nets), algebra.minimum(nets)
    assert high(x) == tuple(map(max, values))
    assert low(x) == tuple(map(min, values))
    deepest = max(net.depth for net in nets)
    assert high.depth == low.depth == deepest + ceil(log2(len(nets)))


@given(families(most=3), st.data())
def test_addition_distributes_over_the_maximum_and_negation_exchanges_the_two(
    case: Case, data: st.DataObject
) -> None:
    nets, x = case
    h = data.draw(networks(nets[0].inputs, nets[0].outputs, hidden=1))
    left = algebra.add([algebra.maximum(nets), h])
    assert left(x) == algebra.maximum([algebra.add([net, h]) for net in nets])(x)
    negated = algebra.minimum([algebra.add([net], [-1]) for net in nets])
    assert algebra.maximum(nets)(x) == algebra.add([negated], [-1])(x)


@given(networks(hidden=3), st.data())
def test_relu_only_keeps_the_function_and_the_depth(net: ReluNetwork, data: st.DataObject) -> None:
    x = data.draw(points(net.inputs))
    plain = algebra.relu_only(net)
    assert plain(x) == net(x)
    assert plain.depth == net.depth
    assert plain.neurons <= 2 * net.neurons
    assert all(slope == RELU for layer in plain.layers[:-1] for slope in layer.slopes)


def test_what_is_never_negative_is_carried_by_one_unit() -> None:
    hat = ReluNetwork.of([([[1], [1]], [0, "-1/2"]), ([[2, 4]], [0])])  # of non-negative values
    carried = algebra.stack([algebra.chain([hat, hat, hat]), hat])
    plain = algebra.relu_only(carried)
    assert plain.neurons == carried.neurons
    signed = ReluNetwork.of([([[1], [1]], [0, "-1/2"]), ([[2, -4]], [0])])
    carried = algebra.stack([algebra.chain([signed, signed, signed]), signed])
    assert algebra.relu_only(carried).neurons == carried.neurons + 2


@given(networks(inputs=2, outputs=1, hidden=2))
def test_identity_units_of_a_stack_add_no_region(net: ReluNetwork) -> None:
    box = [(-2, 2), (-3, 1)]
    deeper = algebra.stack([net, algebra.chain([algebra.select(2, [1]), *[_line()] * 3])])
    assert en.count_regions(deeper, box) == en.count_regions(net, box)


def _line() -> ReluNetwork:
    return ReluNetwork.of([([["1/2"]], [1]), ([[3]], [0])], [["identity"]])


def test_composition_is_the_chain_there_always_was() -> None:
    assert algebra.chain is en.chain


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (
            lambda f, g: algebra.add(f),
            "add: expected a list of networks, got ReluNetwork. Write add([f, g]).",
        ),
        (
            lambda f, g: algebra.stack([]),
            "stack: expected at least one network, got none. Give a list of networks.",
        ),
        (
            lambda f, g: algebra.stack([f, g]),
            "stack: expected networks with 1 inputs, got one with 2. Make the shapes agree.",
        ),
        (
            lambda f, g: algebra.maximum([f, algebra.stack([f, f])]),
            "maximum: expected networks with 1 outputs, got one with 2. Make the shapes agree.",
        ),
        (
            lambda f, g: algebra.add([f, f], [1]),
            "coefficients: expected 2 number(s), got 1. Give one number per coordinate.",
        ),
        (
            lambda f, g: algebra.add([f], [0.5]),
            "coefficients[0]: expected int, str or Fraction, got float 0.5. Write '1/2' for 1/2, "
            "or Fraction(0.5) for the value stored in binary.",
        ),
        (
            lambda f, g: algebra.minimum([f, "g"]),
            "minimum[1]: expected a ReluNetwork, got str. Build it first.",
        ),
        (
            lambda f, g: algebra.select(2, [2]),
            "coordinates: expected integers 0..1, got [2]. Count from 0.",
        ),
        (
            lambda f, g: algebra.select(2, [True]),
            "coordinates: expected integers 0..1, got [True]. Count from 0.",
        ),
        (
            lambda f, g: algebra.select(2, 1),
            "coordinates: expected a list of integers, got int. Use a list or tuple.",
        ),
        (
            lambda f, g: algebra.select("2", [0]),
            "inputs: expected an integer >= 1, got '2'. Change it.",
        ),
        (
            lambda f, g: algebra.chain(f),
            "chain: expected a list of networks, got ReluNetwork. Write chain([f, g]).",
        ),
        (
            lambda f, g: algebra.chain([f, None]),
            "chain[1]: expected a ReluNetwork, got NoneType. Build it first.",
        ),
    ],
)
def test_what_cannot_be_combined_is_refused(make: object, message: str) -> None:
    f, g = algebra.select(1, [0]), algebra.select(2, [0])
    with pytest.raises(ExactnetError) as caught:
        make(f, g)  # type: ignore[operator]
    assert str(caught.value) == message


def test_a_difference_of_equal_networks_is_zero_and_constants_are_exact() -> None:
    f = ReluNetwork.of([([[1], [-1]], [0, 0]), ([[1, 1]], [0])])
    assert algebra.add([f, f], [1, -1], "1/3")(["22/7"]) == (F(1, 3),)
