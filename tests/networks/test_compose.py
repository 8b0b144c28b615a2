"""Chains against the composition of functions."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies_lower import Point, networks

from exactnet.errors import InputError
from exactnet.geometry.affine import AffineMap
from exactnet.networks.compose import affine_network, chain
from exactnet.networks.network import ReluNetwork
from exactnet.testing.strategies import affine_maps, points


@st.composite
def chains(draw: st.DrawFn) -> tuple[list[ReluNetwork], Point]:
    sizes = draw(st.lists(st.integers(1, 3), min_size=2, max_size=4))
    parts = [draw(networks(before, after, hidden=2)) for before, after in pairwise(sizes)]
    return parts, draw(points(sizes[0]))


@given(chains())
def test_a_chain_computes_one_network_after_the_other(
    case: tuple[list[ReluNetwork], Point],
) -> None:
    parts, x = case
    whole = chain(parts)
    y = x
    for part in parts:
        y = part(y)
    assert whole(x) == y
    assert whole.depth == sum(part.depth for part in parts)
    assert whole.neurons == sum(part.neurons for part in parts)
    bits: tuple[int, ...] = ()
    for part in parts:
        bits += part.pattern(x)
        x = part(x)
    assert whole.pattern(case[1]) == bits


@given(networks(2, 2, hidden=2), networks(2, 2, hidden=2), networks(2, 2, hidden=2))
def test_chaining_is_associative_and_one_network_is_its_own_chain(
    f: ReluNetwork, g: ReluNetwork, h: ReluNetwork
) -> None:
    assert chain([chain([f, g]), h]) == chain([f, chain([g, h])]) == chain([f, g, h])
    assert chain([f]) == f


@given(st.integers(1, 3).flatmap(lambda d: st.tuples(affine_maps(d), affine_maps(d), points(d))))
def test_affine_networks_compose_as_affine_maps(case: tuple[AffineMap, AffineMap, Point]) -> None:
    f, g, x = case
    net = affine_network(f)
    assert net.depth == 0
    assert net(x) == f(x)
    assert chain([affine_network(g), net]) == affine_network(f.after(g))


@given(networks(2, 2, hidden=2), st.integers(2, 6), points(2))
def test_equal_levels_share_their_layers(net: ReluNetwork, count: int, x: Point) -> None:
    tower = chain([net] * count)
    y = x
    for _ in range(count):
        y = net(y)
    assert tower(x) == y
    if net.depth:
        assert len({id(layer) for layer in tower.layers}) == len(net.layers) + 1


def test_networks_whose_shapes_differ_do_not_chain() -> None:
    f = ReluNetwork.of([([[1], [1]], [0, 0])])
    with pytest.raises(InputError) as caught:
        chain([f, f])
    assert str(caught.value) == (
        "chain: expected a network with 2 inputs, got 1. Only networks whose shapes agree compose."
    )
