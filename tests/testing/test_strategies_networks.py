"""Networks: sizes as asked for, degeneracies really there, failures shrunk to what matters."""

import re
from collections.abc import Callable
from fractions import Fraction as F
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as hs
from minimal import minimal
from strategies_lower import pre_activations

import exactnet as en
from exactnet.errors import InputError
from exactnet.exact.linalg import rank
from exactnet.networks.layer import RELU, Layer
from exactnet.testing import strategies as st

Row = tuple[F, ...]


def rows(layer: Layer) -> list[Row]:
    return [(*row, b) for row, b in zip(layer.weight, layer.bias, strict=True)]


def are_multiples(a: Row, b: Row, sign: int) -> bool:
    """Whether a = c b or c a = b for some c with that sign (0 is a multiple of everything)."""
    crossed = all(x * w == y * v for (x, y), (v, w) in combinations(zip(a, b, strict=True), 2))
    return crossed and all(x * y * sign >= 0 for x, y in zip(a, b, strict=True))


def some_pair(net: en.ReluNetwork, related: Callable[[Row, Row], bool]) -> bool:
    pairs = [pair for layer in net.layers[:-1] for pair in combinations(rows(layer), 2)]
    return any(related(a, b) for a, b in pairs)


def has_zero_row(net: en.ReluNetwork) -> bool:
    return any(not any(row) for layer in net.layers[:-1] for row in layer.weight)


def has_dead_unit(net: en.ReluNetwork) -> bool:
    """A relu unit whose largest value on [-1, 1]^d is 0, by intervals."""
    ranges = [(F(-1), F(1))] * net.inputs
    for layer in net.layers[:-1]:
        after = []
        for row, slope in zip(rows(layer), layer.slopes, strict=True):
            ends = [sorted((w * a, w * b)) for w, (a, b) in zip(row, ranges, strict=False)]
            low = row[-1] + sum(end[0] for end in ends)
            high = row[-1] + sum(end[1] for end in ends)
            if slope == RELU and high <= 0:
                return True
            values = [v if v >= 0 else slope * v for v in (low, high)] + [F(0)] * (low < 0 < high)
            after.append((min(values), max(values)))
        ranges = after
    return False


def has_common_point(net: en.ReluNetwork) -> bool:
    """All hyperplanes of the first layer meet in a point (Rouché, Capelli)."""
    return rank(net.layers[0].weight) == rank(tuple(rows(net.layers[0])))


SHOWS = {
    "zero row": has_zero_row,
    "dead unit": has_dead_unit,
    "duplicate unit": lambda net: some_pair(net, lambda a, b: are_multiples(a, b, 1)),
    "opposite unit": lambda net: some_pair(net, lambda a, b: are_multiples(a, b, -1)),
    "parallel units": lambda net: some_pair(net, lambda a, b: any(
        are_multiples(a[:-1], b[:-1], sign) for sign in (1, -1))),
    "common point": has_common_point,
}  # fmt: skip


def test_every_degeneracy_is_looked_for_here() -> None:
    assert set(SHOWS) == set(st.DEGENERACIES)


@pytest.mark.parametrize("activations", [("relu",), st.ACTIVATIONS], ids=["relu", "all"])
@pytest.mark.parametrize("kind", st.DEGENERACIES)
def test_a_degeneracy_that_is_asked_for_is_there(kind: str, activations: object) -> None:
    @settings(max_examples=40)
    @given(st.relu_networks(degenerate=kind, activations=activations))
    def check(net: en.ReluNetwork) -> None:
        assert net.depth >= 1
        assert SHOWS[kind](net)

    check()


@given(st.relu_networks(degenerate=True))
def test_true_means_one_of_them_at_least(net: en.ReluNetwork) -> None:
    assert any(shows(net) for shows in SHOWS.values())


@pytest.mark.parametrize("kind", st.DEGENERACIES)
def test_true_draws_each_of_them(kind: str) -> None:
    others = [other for other in SHOWS if other != kind]
    alone = minimal(
        st.relu_networks(inputs=2, outputs=1, layers=1, width=3, degenerate=True),
        lambda net: SHOWS[kind](net) and (
            kind == "parallel units" or not all(SHOWS[other](net) for other in others)),
    )  # fmt: skip
    assert SHOWS[kind](alone)


def test_the_default_has_them_now_and_then_and_networks_without_any() -> None:
    assert minimal(st.relu_networks(inputs=1), has_zero_row)
    strategy = st.relu_networks(inputs=2, outputs=1, layers=1, width=3)
    plain = minimal(strategy, lambda net: not any(shows(net) for shows in SHOWS.values()))
    assert not any(shows(plain) for shows in SHOWS.values())


@given(hs.data(), hs.integers(1, 4), hs.integers(1, 3), hs.integers(0, 3), hs.integers(1, 5))
def test_sizes_are_those_asked_for(
    data: hs.DataObject, inputs: int, outputs: int, layers: int, width: int
) -> None:
    net = data.draw(st.relu_networks(inputs=inputs, outputs=outputs, layers=layers, width=width))
    assert (net.inputs, net.outputs, net.depth) == (inputs, outputs, layers)
    assert all(layer.outputs == width for layer in net.layers[:-1])
    ranged = data.draw(st.relu_networks(inputs=range(2, 4), layers=range(1, 4), width=range(2, 4)))
    assert 2 <= ranged.inputs <= 3
    assert 1 <= ranged.depth <= 3
    assert all(2 <= layer.outputs <= 3 for layer in ranged.layers[:-1])
    chosen = data.draw(st.relu_networks(width=hs.sampled_from([1, 4]), layers=hs.just(1)))
    assert chosen.width in (1, 4)


@settings(max_examples=5)
@given(st.relu_networks(inputs=2, layers=2, width=41, outputs=1))
def test_networks_of_almost_2000_weights_are_no_problem(net: en.ReluNetwork) -> None:
    assert net.neurons == 82


@given(st.relu_networks(elements=hs.sampled_from([F(1), F(-2)])))
def test_weights_are_drawn_from_the_given_elements(net: en.ReluNetwork) -> None:
    assert {v for layer in net.layers for row in rows(layer) for v in row} <= {1, -2}


@given(st.relu_networks(elements=st.dyadics(bits=3), degenerate=True))
def test_degeneracies_keep_numbers_dyadic(net: en.ReluNetwork) -> None:
    denominators = {v.denominator for layer in net.layers for row in rows(layer) for v in row}
    assert all(q.bit_count() == 1 for q in denominators)


@given(st.relu_networks(activations=st.ACTIVATIONS), hs.data())
def test_networks_evaluate_as_written_out(net: en.ReluNetwork, data: hs.DataObject) -> None:
    x = data.draw(st.points(net.inputs))
    assert net(x) == pre_activations(net, x)[-1]


def test_every_kind_of_unit_is_drawn() -> None:
    for slope in (0, -1, 1, F(1, 3), -2):
        net = minimal(
            st.relu_networks(inputs=1, outputs=1, activations=st.ACTIVATIONS),
            lambda net, slope=slope: any(slope in layer.slopes for layer in net.layers[:-1]),
        )
        assert net.depth == net.width == 1


def test_networks_shrink_to_nothing() -> None:
    assert minimal(st.relu_networks()) == en.ReluNetwork.of([([[0]], [0])])
    smallest = en.ReluNetwork.of([([[0]], [0]), ([[0]], [0])])
    assert minimal(st.relu_networks(layers=1)) == smallest


@pytest.mark.parametrize("seed", range(3))
def test_a_failure_is_shrunk_to_the_units_that_matter(seed: int) -> None:
    def bends_left(net: en.ReluNetwork) -> bool:
        return net.depth > 0 and net([0] * net.inputs)[0] != net([-1] + [0] * (net.inputs - 1))[0]

    net = minimal(st.relu_networks(), bends_left, seed)
    assert (net.inputs, net.outputs, net.depth, net.width) == (1, 1, 1, 1)
    assert all(abs(v) <= 1 for layer in net.layers for row in rows(layer) for v in row)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: st.relu_networks(degenerate="dead"),
            "relu_networks.degenerate: expected True, False, or some of zero row, dead unit, "
            "duplicate unit, opposite unit, parallel units, common point, got 'dead'. Check the "
            "spelling.",
        ),
        (
            lambda: st.relu_networks(layers=0, degenerate=True),
            "relu_networks.layers: expected at least 1 for a degeneracy, got 0. Raise it.",
        ),
        (
            lambda: st.relu_networks(width=1, degenerate=["duplicate unit"]),
            "relu_networks.width: expected at least 2 for that degeneracy, got 1. Raise it.",
        ),
        (
            lambda: st.relu_networks(width=-1),
            "relu_networks.width: expected an integer or a range within 1..1000, got -1. "
            "Change it.",
        ),
        (
            lambda: st.relu_networks(width=60, layers=2),
            "relu_networks: expected at most 2000 weights and biases, got up to 4022. Lower width, "
            "layers or inputs.",
        ),
        (
            lambda: st.relu_networks(activations=("tanh",)),
            "relu_networks.activations: expected 'relu', 'identity', 'abs' or {'leaky': a}, "
            "got 'tanh'. Use one.",
        ),
    ],
)
def test_impossible_networks_are_an_error_at_the_call(call: object, message: str) -> None:
    assert callable(call)
    with pytest.raises(InputError, match=re.escape(message) + "$"):
        call()
