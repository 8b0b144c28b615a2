"""Bugs that exporters, pruners and quantisers have had, as changes of a network.

Each is found within 100 drawn networks whatever the seed, and shrunk to a case that can be read.
Networks with random weights hide those that need a degeneracy.
"""

import random
from collections.abc import Callable
from fractions import Fraction as F
from itertools import pairwise

import pytest
import torch
from hypothesis import Phase, given, seed, settings
from torch import nn

import exactnet as en
from exactnet.networks.layer import IDENTITY, RELU, Layer
from exactnet.testing import RefutedError, assert_equivalent, network_of
from exactnet.testing import strategies as st

Rows = list[tuple[tuple[F, ...], F]]


def rebuilt(net: en.ReluNetwork, layers: list[Rows]) -> en.ReluNetwork:
    pairs = [([row for row, _ in rows], [b for _, b in rows]) for rows in layers]
    return en.ReluNetwork.of(pairs)


def rows_of(net: en.ReluNetwork) -> list[Rows]:
    return [list(zip(layer.weight, layer.bias, strict=True)) for layer in net.layers]


def selected(layers: list[Rows], k: int, used: list[int]) -> None:
    """Keep some units of a hidden layer, and what they send."""
    layers[k] = [layers[k][j] for j in used]
    layers[k + 1] = [(tuple(row[j] for j in used), b) for row, b in layers[k + 1]]


def leaves_out_units_without_weights(net: en.ReluNetwork) -> en.ReluNetwork:
    layers = rows_of(net)
    for k in range(net.depth):
        selected(layers, k, [j for j, (row, _) in enumerate(layers[k]) if any(row)] or [0])
    return rebuilt(net, layers)


def merges_units_with_equal_weights(net: en.ReluNetwork) -> en.ReluNetwork:
    """The second of two such units is sent as the first: right only if the biases agree too."""
    layers = rows_of(net)
    for k in range(net.depth):
        first: dict[tuple[F, ...], int] = {}
        for j, (row, _) in enumerate(layers[k]):
            first.setdefault(row, j)
        layers[k] = [layers[k][first[row]] for row, _ in layers[k]]
    return rebuilt(net, layers)


def guesses_the_orientation_from_the_shape(net: en.ReluNetwork) -> en.ReluNetwork:
    layers = rows_of(net)
    for k, rows in enumerate(layers):
        weight = [row for row, _ in rows]
        if len(weight) == len(weight[0]):
            turned = list(zip(*weight, strict=True))
            layers[k] = [(row, b) for row, (_, b) in zip(turned, rows, strict=True)]
    return rebuilt(net, layers)


def writes_six_digits(net: en.ReluNetwork) -> en.ReluNetwork:
    def written(value: F) -> F:
        return F(f"{float(value):.5e}")

    return rebuilt(
        net, [[(tuple(map(written, row)), written(b)) for row, b in rows] for rows in rows_of(net)]
    )


def puts_relu_behind_the_last_layer(net: en.ReluNetwork) -> en.ReluNetwork:
    last = net.layers[-1]
    one = tuple(tuple(F(int(i == j)) for j in range(last.outputs)) for i in range(last.outputs))
    readout = Layer(one, (F(0),) * last.outputs, (IDENTITY,) * last.outputs)
    hidden = Layer(last.weight, last.bias, (RELU,) * last.outputs)
    return en.ReluNetwork((*net.layers[:-1], hidden, readout))


def wraps_around_in_eight_bits(net: en.ReluNetwork) -> en.ReluNetwork:
    """A quantiser to multiples of 1/32 that forgets to saturate."""

    def stored(value: F) -> F:
        return F((round(value * 32) + 128) % 256 - 128, 32)

    return rebuilt(
        net, [[(tuple(map(stored, row)), stored(b)) for row, b in rows] for rows in rows_of(net)]
    )


def examples_until(
    strategy: object, broken: Callable[[object], object], number: int, *, shrink: bool
) -> tuple[int, object, RefutedError]:
    """How many examples are drawn until one differs, and what it is shrunk to."""
    tried: list[object] = []
    failed_at: list[int] = []
    phases = [Phase.generate, Phase.shrink] if shrink else [Phase.generate]

    @seed(number)
    @settings(database=None, deadline=None, phases=phases)
    @given(strategy)
    def exporting_changes_nothing(source: object) -> None:
        tried.append(source)
        try:
            assert_equivalent(source, broken(source))
        except RefutedError:
            failed_at.append(len(tried))
            raise

    with pytest.raises(RefutedError) as caught:
        exporting_changes_nothing()
    return failed_at[0], tried[-1], caught.value


FIXED_POINT = st.dyadics(min_value=-4, max_value=4, bits=5)
CASES = [
    (leaves_out_units_without_weights, st.relu_networks(degenerate=True), 2),
    (merges_units_with_equal_weights, st.relu_networks(degenerate=True), 2),
    (guesses_the_orientation_from_the_shape, st.relu_networks(), 3),
    (writes_six_digits, st.relu_networks(elements=st.dyadics(bits=24)), 1),
    (puts_relu_behind_the_last_layer, st.relu_networks(), 1),
    (wraps_around_in_eight_bits, st.relu_networks(elements=FIXED_POINT), 1),
]  # fmt: skip


cases = pytest.mark.parametrize(
    ("broken", "strategy", "units"), CASES, ids=[case[0].__name__ for case in CASES]
)


@pytest.mark.parametrize("number", range(4))
@cases
def test_a_bug_is_found_within_100_examples(
    broken: Callable[[object], object], strategy: object, units: int, number: int
) -> None:
    examples, net, error = examples_until(strategy, broken, number, shrink=False)
    assert examples < 100
    assert isinstance(net, en.ReluNetwork)
    assert error.point is not None
    assert net(error.point) != network_of(broken(net))(error.point)


@cases
def test_a_bug_is_shrunk_to_a_few_units(
    broken: Callable[[object], object], strategy: object, units: int
) -> None:
    _, net, error = examples_until(strategy, broken, 0, shrink=True)
    assert isinstance(net, en.ReluNetwork)
    assert net.depth <= 2
    assert max(net.inputs, net.outputs, net.width) <= units
    assert len(str(error).splitlines()) <= 12


def loses_the_first_bias(module: nn.Sequential) -> en.ReluNetwork:
    """Weights and biases are taken from two lists, which go out of step without a bias."""
    linears = [part for part in module.modules() if isinstance(part, nn.Linear)]
    biases = [part.bias for part in linears if part.bias is not None]
    layers = []
    for part in linears:
        bias = biases.pop(0) if biases else torch.zeros(part.out_features)
        size = len(part.weight)
        layers.append((part.weight.detach(), [*bias.detach().tolist(), *[0.0] * size][:size]))
    return en.ReluNetwork.from_floats(layers)


def test_an_exporter_of_modules_that_takes_a_bias_for_granted_is_found_out() -> None:
    modules = st.torch_modules(inputs=1, layers=1, width=range(1, 3))
    examples, shrunk, _ = examples_until(modules, loses_the_first_bias, 0, shrink=True)
    assert examples < 100
    assert isinstance(shrunk, nn.Module)
    assert network_of(shrunk).width == 1


def random_network(rng: random.Random) -> en.ReluNetwork:
    layers = []
    for before, after in pairwise((2, 6, 6, 1)):
        numbers = [
            [F(rng.randint(-9999, 9999), 4096) for _ in range(before + 1)] for _ in range(after)
        ]
        layers.append(([row[:-1] for row in numbers], [row[-1] for row in numbers]))
    return en.ReluNetwork.of(layers)


@pytest.mark.parametrize(
    "broken", [leaves_out_units_without_weights, merges_units_with_equal_weights]
)
def test_random_weights_never_show_what_needs_a_degeneracy(
    broken: Callable[[en.ReluNetwork], en.ReluNetwork],
) -> None:
    rng = random.Random(0)
    assert all(broken(net) == net for net in (random_network(rng) for _ in range(300)))
