"""Parity, sawtooths, extrema and lattices, by brute force."""

from fractions import Fraction as F
from itertools import product
from math import ceil, log2

import pytest
from hypothesis import given
from hypothesis import strategies as st

import exactnet as en
from exactnet.constructions.blocks import (
    folding,
    interpolant,
    largest,
    lattice,
    parity,
    sawtooth,
    smallest,
)
from exactnet.errors import ExactnetError
from exactnet.networks.layer import ABS, RELU
from exactnet.testing.strategies import points


@pytest.mark.parametrize("bits", range(1, 10))
@pytest.mark.parametrize("method", ["wide", "fold"])
def test_parity_is_exact_on_every_input(bits: int, method: str) -> None:
    net = parity(bits, method)
    inputs = list(product((0, 1), repeat=bits))
    values, scale = en.evaluate_batch(net, inputs)
    assert [value == scale for (value,) in values.tolist()] == [sum(x) % 2 == 1 for x in inputs]
    assert all(value in (0, scale) for (value,) in values.tolist())


@pytest.mark.parametrize("bits", [2, 3, 7, 8, 9, 64, 100, 1000])
def test_parity_has_the_sizes_it_is_said_to_have(bits: int) -> None:
    wide, deep = parity(bits), parity(bits, "fold")
    assert (wide.depth, wide.neurons) == (1, bits)
    assert set(wide.layers[0].slopes) == {RELU}
    assert (deep.depth, deep.width) == (ceil(log2(bits)), 1)
    assert {s for layer in deep.layers[:-1] for s in layer.slopes} == {ABS}
    for ones in (0, 1, bits // 2, bits - 1, bits):
        x = [int(k < ones) for k in range(bits)]
        assert wide(x) == deep(x) == (ones % 2,)


@pytest.mark.parametrize(("pieces", "levels"), [(1, 1), (2, 1), (2, 5), (3, 3), (5, 2)])
def test_sawtooths_have_their_values_and_as_many_pieces(pieces: int, levels: int) -> None:
    teeth, count = sawtooth(pieces, levels), pieces**levels
    assert (teeth.depth, teeth.width) == ((levels, pieces) if pieces > 1 else (0, 0))
    for k in range(2 * count + 1):
        x = F(k, 2 * count)
        assert teeth([x])[0] == (F(1, 2) if k % 2 else k // 2 % 2)
    assert en.count_regions(teeth, [(0, 1)]) == count


@given(st.integers(1, 4), st.integers(1, 4))
def test_sawtooths_compose_as_their_pieces_multiply(p: int, q: int) -> None:
    both = en.chain([sawtooth(q), sawtooth(p)])
    assert en.equivalent(both, sawtooth(p * q), [(0, 1)]).verdict is en.Proved


def test_a_sawtooth_is_the_shallow_interpolant_of_its_teeth() -> None:
    shallow = interpolant([(F(k, 16), k % 2) for k in range(17)])
    assert en.equivalent(sawtooth(2, 4), shallow).verdict is en.Proved
    assert (sawtooth(2, 4).neurons, shallow.neurons) == (8, 16)


@pytest.mark.parametrize(("dim", "pieces", "levels"), [(1, 3, 2), (2, 2, 2), (2, 3, 1), (3, 2, 1)])
def test_a_folding_has_regions_exponential_in_depth_and_dimension(
    dim: int, pieces: int, levels: int
) -> None:
    net = folding(dim, pieces, levels)
    assert (net.depth, net.width) == (levels, dim * pieces)
    assert en.count_regions(net, [(0, 1)] * dim) == pieces ** (levels * dim)
    x = [F(k + 1, 7) for k in range(dim)]
    assert net(x) == tuple(sawtooth(pieces, levels)([v])[0] for v in x)


@given(st.integers(1, 9).flatmap(points))
def test_the_largest_and_the_smallest_are_found(x: tuple[F, ...]) -> None:
    n = len(x)
    high, low = largest(n), smallest(n)
    assert high(x) == (max(x),)
    assert low(x) == (min(x),)
    assert high.depth == low.depth == ceil(log2(n))
    sizes = []
    while n > 1:
        sizes.append(n)
        n = -(-n // 2)
    assert [layer.outputs for layer in high.layers[:-1]] == sizes


rows = st.lists(points(3), min_size=1, max_size=4)


@given(st.lists(rows, min_size=1, max_size=4), points(2))
def test_a_lattice_is_a_maximum_of_minima(terms: list[list[tuple[F, ...]]], x: tuple[F, F]) -> None:
    net = lattice(terms)
    wanted = max(min(a * x[0] + b * x[1] + c for a, b, c in term) for term in terms)
    assert net(x) == (wanted,)
    longest = max(map(len, terms))
    assert net.depth <= ceil(log2(longest)) + ceil(log2(len(terms)))


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: parity(0), "bits: expected an integer 1..4096, got 0. Take fewer bits."),
        (lambda: parity(2.0), "bits: expected an integer 1..4096, got 2.0. Take fewer bits."),
        (lambda: parity(3, "deep"), "method: expected 'wide' or 'fold', got 'deep'. Pick one."),
        (lambda: sawtooth(0), "pieces: expected an integer >= 1, got 0. Change it."),
        (lambda: sawtooth(2, True), "levels: expected an integer >= 1, got True. Change it."),
        (
            lambda: sawtooth(10**6, 10**6),
            "sawtooth: expected at most 1000000 units, got 1000000000000. Take fewer pieces.",
        ),
        (
            lambda: sawtooth(400_000, 2),
            "sawtooth: expected at most 4000000 weights a layer, got 160000000000. Take fewer "
            "pieces.",
        ),
        (
            lambda: folding(70, 100, 2),
            "sawtooth: expected at most 4000000 weights a layer, got 49000000. Take fewer pieces.",
        ),
        (lambda: largest(0), "numbers: expected an integer 1..256, got 0. Change it."),
        (
            lambda: lattice([]),
            "lattice: expected at least one term, got none. Give [[row, ...], ...].",
        ),
        (
            lambda: lattice(5),
            "terms: expected a list of lists of rows, got int. Use a list or tuple.",
        ),
        (
            lambda: lattice([[[1, 2]], []]),
            "terms[1]: expected rows (a_1, ..., a_d, b), got none. "
            "Give at least one function of one variable.",
        ),
        (
            lambda: lattice([[[1, 2]], [[1, 2, 3]]]),
            "terms[1][0]: expected 2 number(s), got 3. Give one number per coordinate.",
        ),
    ],
)
def test_bad_sizes_are_refused(make: object, message: str) -> None:
    with pytest.raises(ExactnetError) as caught:
        make()  # type: ignore[operator]
    assert str(caught.value) == message
