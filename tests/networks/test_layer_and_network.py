"""The network against a plain loop over Fractions, and its affine pieces against evaluation."""

from fractions import Fraction as F

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from strategies_lower import Point, networks, pre_activations

from exactnet.errors import ExactnetError, InputError, InputTypeError
from exactnet.exact.rows import homogeneous
from exactnet.networks.layer import ABS, IDENTITY, RELU, Layer, as_slope, slope_document
from exactnet.networks.network import ReluNetwork
from exactnet.testing.strategies import points

Case = tuple[ReluNetwork, Point]


@st.composite
def cases(draw: st.DrawFn) -> Case:
    net = draw(networks())
    return net, draw(st.one_of(points(net.inputs), st.tuples(*[st.fractions()] * net.inputs)))


@given(cases())
def test_integer_evaluation_equals_a_plain_loop_over_fractions(case: Case) -> None:
    net, x = case
    expected = pre_activations(net, x)[-1]
    assert net(x) == expected
    assert net([str(v) for v in x]) == expected
    values, scale = net.evaluate_homogeneous(homogeneous(x))
    assert scale > 0
    assert tuple(F(v, scale) for v in values) == expected


@given(cases(), st.integers(2, 99))
def test_a_multiple_of_a_ray_has_the_same_outputs(case: Case, factor: int) -> None:
    net, x = case
    ray = tuple(factor * v for v in homogeneous(x))
    values, scale = net.evaluate_homogeneous(ray)
    assert tuple(F(v, scale) for v in values) == net(x)


@given(cases())
def test_the_pattern_marks_the_units_on_their_right_slope(case: Case) -> None:
    net, x = case
    received = pre_activations(net, x)[:-1]
    slopes = [layer.slopes for layer in net.layers[:-1]]
    expected = [
        1 if slope == 1 or value > 0 else 0
        for values, layer in zip(received, slopes, strict=True)
        for value, slope in zip(values, layer, strict=True)
    ]
    assert list(net.pattern(x)) == expected
    assert len(expected) == net.neurons


@given(cases())
def test_the_affine_piece_at_a_point_has_the_value_of_the_network_there(case: Case) -> None:
    net, x = case
    assert net.affine_piece(x)(x) == net(x)


@given(cases(), st.data())
def test_near_a_point_without_ties_the_network_is_its_affine_piece(
    case: Case, data: st.DataObject
) -> None:
    """A segment within which no pre-activation changes its sign, found by halving."""
    net, x = case
    at_x = [v for layer in pre_activations(net, x)[:-1] for v in layer]
    assume(all(at_x))
    direction = data.draw(points(net.inputs))
    piece = net.affine_piece(x)
    size = F(1)
    while True:
        ends = [tuple(a + s * size * b for a, b in zip(x, direction, strict=True)) for s in (1, -1)]
        signs = [[v for layer in pre_activations(net, y)[:-1] for v in layer] for y in ends]
        if all(v * w > 0 for values in signs for v, w in zip(values, at_x, strict=True)):
            break
        size /= 2
    for y in ends:
        assert net(y) == piece(y)
        assert net.pattern(y) == net.pattern(x)
    assert [a + b for a, b in zip(*map(net, ends), strict=True)] == [2 * v for v in net(x)]


def test_the_affine_piece_at_a_tie_is_the_one_with_the_unit_off() -> None:
    net = ReluNetwork.of([([[1]], [0]), ([[1]], [0])])
    assert net.pattern([0]) == (0,)
    assert net.affine_piece([0]).weight == ((0,),)
    leaky = ReluNetwork.of([([[1]], [0]), ([[1]], [0])], [[{"leaky": "1/3"}]])
    assert leaky.affine_piece([0]).weight == ((F(1, 3),),)


def test_one_layer_object_used_twice_counts_twice() -> None:
    step = Layer(((F(2),),), (F(1),), (IDENTITY,))
    net = ReluNetwork((step, step))
    assert net([-5]) == (-17,)
    assert net.affine_piece([-5])((F(-5),)) == (-17,)
    assert ReluNetwork.from_document(net.document(), "here") == net


@pytest.mark.parametrize(
    ("activation", "slope", "image"),
    [
        ("relu", RELU, F(0)),
        ("identity", IDENTITY, F(-3, 2)),
        ("abs", ABS, F(3, 2)),
        ({"leaky": "1/10"}, F(1, 10), F(-3, 20)),
        ({"leaky": -2}, F(-2), F(3)),
    ],
)
def test_each_unit_keeps_positive_values_and_has_its_own_left_slope(
    activation: object, slope: F, image: F
) -> None:
    assert as_slope(activation, "unit") == slope
    assert as_slope(slope_document(slope), "unit") == slope
    net = ReluNetwork.of([([[1]], [0]), ([[1]], [0])], [[activation]])
    assert net(["-3/2"]) == (image,)
    assert net(["3/2"]) == (F(3, 2),)
    assert net.layers[0].activate((F(-3, 2),)) == (image,)


@pytest.mark.parametrize(
    ("activation", "error", "message"),
    [
        (
            "ReLU",
            InputError,
            "unit: expected 'relu', 'identity', 'abs' or {'leaky': a}, got 'ReLU'",
        ),
        ({"leaky": 0.1}, InputTypeError, "unit.leaky: expected int, str or Fraction, got float"),
        ({"leaky": 1, "other": 2}, InputError, "unit: expected 'relu', 'identity', 'abs' or"),
        ({}, InputError, "got {}. Use one."),
        (None, InputError, "got None. Use one."),
        (0, InputError, "got 0. Use one."),
        (["relu"], InputError, "got ['relu']. Use one."),
    ],
)
def test_an_unknown_activation_is_refused(
    activation: object, error: type[ExactnetError], message: str
) -> None:
    with pytest.raises(error) as caught:
        as_slope(activation, "unit")
    assert message in str(caught.value)


def test_the_sizes_of_a_network_count_hidden_layers_and_units() -> None:
    net = ReluNetwork.of([([[1, 0]] * 3, [0] * 3), ([[1] * 3] * 2, [0, 0]), ([[1, 1]], [0])])
    assert (net.depth, net.width, net.inputs, net.outputs, net.neurons) == (2, 3, 2, 1, 5)
    affine = ReluNetwork.of([([[1, 0]] * 3, [0] * 3)])
    assert (affine.depth, affine.width, affine.outputs, affine.neurons) == (0, 0, 3, 0)
    assert affine.pattern([1, 2]) == ()
    assert net.layers[0].is_affine() is False
    assert affine.layers[0].is_affine() is True


LINE = ([[1]], [0])


@pytest.mark.parametrize(
    ("layers", "activations", "error", "message"),
    [
        ([], None, InputError, "ReluNetwork: expected at least one layer, got none. Add the"),
        ([([], [])], None, InputError, "got a 0x0 weight and 0 biases. Make the shapes agree."),
        ([([[]], [0])], None, InputError, "got a 1x0 weight and 1 biases."),
        (
            [([[1], [1]], [0])],
            None,
            InputError,
            "layer 0: expected one bias per row of a non-empty",
        ),
        (
            [LINE, ([[1, 2]], [0])],
            None,
            InputError,
            "layer 1: expected 1 columns (the units before",
        ),
        ([([[1, 2], [3]], [0, 0])], None, InputError, "layer 0.weight[1]: expected 2 number(s)"),
        (
            [LINE, ([[0.5]], [0])],
            None,
            InputTypeError,
            "layer 1.weight[0][0]: expected int, str or",
        ),
        ([([[1]], [0.5])], None, InputTypeError, "layer 0.bias[0]: expected int, str or Fraction"),
        ([([["1/0"]], [0])], None, InputError, "layer 0.weight[0][0]: expected a non-zero denom"),
        (
            [([[1]], 0)],
            None,
            InputTypeError,
            "layer 0.bias: expected a list of rationals, got int.",
        ),
        ([([[1]],)], None, InputError, "layer 0: expected a pair (weight, bias), got ([[1]],)."),
        (["ab"], None, InputError, "layer 0: expected a pair (weight, bias), got 'ab'. Give both."),
        ([LINE, 7], None, InputError, "layer 1: expected a pair (weight, bias), got 7."),
        (
            [LINE, LINE],
            [["abs", "abs"]],
            InputError,
            "layer 0.activation: expected 1 entries, got 2",
        ),
        (
            [LINE, LINE],
            [["tanh"]],
            InputError,
            "layer 0.activation[0]: expected 'relu', 'identity'",
        ),
        ([LINE, LINE], ["abs"], InputTypeError, "layer 0.activation: expected a list, one entry"),
        ([LINE, LINE], [None], InputTypeError, "layer 0.activation: expected a list, one entry"),
        ([LINE, LINE], "abs", InputTypeError, "activations: expected a list, got str."),
        (5, None, InputTypeError, "layers: expected a list of (weight, bias) pairs, got int."),
        ({0: LINE}, None, InputTypeError, "layers: expected a list of (weight, bias) pairs, got"),
    ],
    ids=range(20),
)
def test_a_bad_network_is_refused_with_the_layer_at_fault(
    layers: list[tuple[object, object]],
    activations: list[list[object]] | None,
    error: type[ExactnetError],
    message: str,
) -> None:
    with pytest.raises(error) as caught:
        ReluNetwork.of(layers, activations)
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("weight", "bias", "slopes", "got"),
    [
        ((), (), (), "0 rows of lengths [], 0 biases and 0 slopes"),
        (((),), (F(0),), (RELU,), "1 rows of lengths [0], 1 biases and 1 slopes"),
        (((F(1),), (F(1), F(2))), (F(0),) * 2, (RELU,) * 2, "2 rows of lengths [1, 2]"),
        (((F(1),),), (F(0),) * 2, (RELU,), "1 rows of lengths [1], 2 biases and 1 slopes"),
        (((F(1),),), (F(0),), (RELU,) * 2, "1 rows of lengths [1], 1 biases and 2 slopes"),
    ],
)
def test_a_layer_checks_its_own_shapes(
    weight: tuple[tuple[F, ...], ...], bias: tuple[F, ...], slopes: tuple[F, ...], got: str
) -> None:
    with pytest.raises(InputError) as caught:
        Layer(weight, bias, slopes)
    assert f"Layer: expected rows of one length, and a bias and a slope for each, got {got}" in str(
        caught.value
    )


def test_the_last_layer_must_be_affine() -> None:
    hidden = Layer(((F(1),),), (F(0),), (RELU,))
    with pytest.raises(InputError) as caught:
        ReluNetwork((hidden, hidden))
    assert str(caught.value) == (
        "layer 1: expected an affine last layer, got an activation. Drop it."
    )


@pytest.mark.parametrize(
    ("point", "error", "message"),
    [
        ([1], InputError, "x: expected 2 number(s), got 1."),
        ([1, 2, 3], InputError, "x: expected 2 number(s), got 3."),
        ([1, 0.5], InputTypeError, "x[1]: expected int, str or Fraction, got float 0.5."),
        ("12", InputTypeError, "x: expected a list of rationals, got str."),
    ],
)
def test_a_bad_input_is_refused_by_every_way_to_evaluate(
    point: list[object], error: type[ExactnetError], message: str
) -> None:
    net = ReluNetwork.of([([[1, 1]], [0]), ([[1]], [0])])
    for ask in (net, net.pattern, net.affine_piece):
        with pytest.raises(error) as caught:
            ask(point)
        assert message in str(caught.value)


@pytest.mark.parametrize("kind", [np.float16, np.float32, np.float64])
def test_float_weights_are_the_values_they_store(kind: type) -> None:
    rng = np.random.default_rng(3)
    weight, bias = rng.normal(size=(4, 3)).astype(kind), rng.normal(size=4).astype(kind)
    net = ReluNetwork.from_floats([(weight, bias), ([[1.0] * 4], [0.1])])
    for k in range(4):
        assert net.layers[0].weight[k] == tuple(F(float(v)) for v in weight[k])
        assert net.layers[0].bias[k] == F(float(bias[k]))
    assert net.layers[1].bias == (F(0.1),)


@pytest.mark.parametrize(
    ("layers", "message"),
    [
        ([([[float("nan")]], [0.0])], "layer 0.weight[0][0]: expected a finite float, got nan."),
        ([([[1.0]], [float("inf")])], "layer 0.bias[0]: expected a finite float, got inf."),
        ([([[1.0, 2.0]], [0.0, 1.0])], "layer 0: expected one bias per row"),
        ([([["x"]], [0.0])], "layer 0.weight[0][0]: expected a rational"),
        ([[1.0]], "layer 0: expected a pair (weight, bias)"),
        (5, "layers: expected a list of (weight, bias) pairs, got int."),
        ([([[1j]], [0.0])], "got complex"),
    ],
)
def test_float_weights_that_are_no_numbers_are_refused(layers: object, message: str) -> None:
    with pytest.raises((InputError, InputTypeError)) as caught:
        ReluNetwork.from_floats(layers)
    assert message in str(caught.value)
