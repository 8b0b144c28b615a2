"""The kernels against Python integers: bits, wide products, packed signs, and the error bounds.

The float filter is sound when every stored value is as near to the exact one as its bound says.
That is checked at every vertex of every patch, layer by layer, in pieces of layers too, against
the pre-activations, in integers of any size, at the exact vertex.
"""

import random
from collections.abc import Iterator
from fractions import Fraction as F
from itertools import pairwise
from math import gcd, isfinite
from operator import mul

import networkx as nx
import numpy as np
import pytest
from complexes import (
    KINDS,
    by_arithmetic,
    networks,
    patterns_everywhere,
    settings_for,
    signs_at,
)
from hypothesis import given, settings
from hypothesis import strategies as st

import exactnet as en
from exactnet.errors import ConsistencyError
from exactnet.exact import linalg
from exactnet.exact.rows import Row, primitive
from exactnet.geometry.box import Box
from exactnet.networks.layer import IDENTITY
from exactnet.regions.engine import Engine
from exactnet.regions.exact_vertices import Intersection
from exactnet.regions.forward import OverflowsError
from exactnet.regions.kernel import bits, extract, wide
from exactnet.regions.patch import Patch
from exactnet.regions.plan import as_float
from exactnet.regions.reference import enumerate_cells
from exactnet.regions.setting import Setting

WORD = st.integers(0, 2**64 - 1)
ULP = F(1, 2**53)


# Bits and wide integers


@given(WORD.filter(bool))
def test_the_lowest_bit_of_a_word(word: int) -> None:
    assert bits.lowest(np.uint64(word)) == (word & -word).bit_length() - 1


def test_the_lowest_bit_of_every_power_of_two() -> None:
    for k in range(64):
        assert bits.lowest(np.uint64(1 << k)) == k
        assert bits.lowest(np.uint64((2**64 - 1) ^ ((1 << k) - 1))) == k


@given(WORD)
def test_reversing_bits_reverses_the_binary_digits(word: int) -> None:
    assert int(bits.reversed_bits(np.uint64(word))) == int(f"{word:064b}"[::-1], 2)


def halves(value: int) -> tuple[np.uint64, np.uint64]:
    return np.uint64(value >> 64), np.uint64(value & (2**64 - 1))


big = st.one_of(
    st.integers(0, 2**128 - 1),
    st.builds(lambda a, k: (a << k) % 2**128, st.integers(0, 2**20), st.integers(0, 127)),
)


@given(a=big, b=big, common=st.integers(1, 2**40))
def test_the_binary_gcd_of_128_bit_numbers_is_the_gcd(a: int, b: int, common: int) -> None:
    for x, y in ((a, b), (a % 2**88 * common, b % 2**88 * common)):
        if x or y:
            high, low = wide.gcd128(*halves(x), *halves(y))
            assert (int(high) << 64) + int(low) == gcd(x, y)


@given(WORD, WORD)
def test_the_upper_half_of_a_product(a: int, b: int) -> None:
    assert int(_high(np.uint64(a), np.uint64(b))) == a * b >> 64


@bits.njit
def _high(a, b):  # type: ignore[no-untyped-def]
    return wide.high_product(a, b)


signed = st.one_of(
    st.integers(-(2**62) + 1, 2**62 - 1),
    st.integers(-50, 50),
    st.builds(lambda a, k: a << k, st.integers(-3, 3), st.integers(0, 59)),
)


@given(data=st.data(), size=st.integers(1, 6))
@settings(max_examples=300)
def test_a_combination_in_64_bits_is_the_primitive_one_or_says_that_it_does_not_fit(
    data: st.DataObject, size: int
) -> None:
    """|w_j| u + |u_j| w divided by its content: entry j becomes 0, and so may others."""
    j = data.draw(st.integers(0, size))
    scale = data.draw(st.sampled_from([1, 1, 6, 2**20]))
    rows = [data.draw(st.lists(signed, min_size=size + 1, max_size=size + 1)) for _ in range(2)]
    u, w = ([int(v / scale) * scale if scale > 1 else v for v in row] for row in rows)
    u[j], w[j] = abs(u[j]) or 1, -(abs(w[j]) or 1)
    table = np.array([u, w, [0] * (size + 1)], dtype=np.int64)
    exact = primitive([abs(w[j]) * a + abs(u[j]) * b for a, b in zip(u, w, strict=True)])
    if not any(exact):
        return
    if wide.primitive_combination(table, 2, 0, 1, j):
        assert tuple(table[2].tolist()) == exact
        assert exact[j] == 0
    else:
        assert max(map(abs, exact)) > 2**62 * (1 - 1e-12)


def test_large_numbers_whose_combination_is_small_fit() -> None:
    """Products of 124 bits with a content of 62: the quotient is exact."""
    p, q = 2**61 - 1, 2**60 + 33
    rows = [[p, q, 5], [-q, p, 7]]
    exact = primitive([q * a + p * b for a, b in zip(*rows, strict=True)])
    assert max(map(abs, exact)) >= 2**62
    assert not wide.primitive_combination(np.array([*rows, [0] * 3], dtype=np.int64), 2, 0, 1, 0)
    table = np.array([[p, q, -q], [-q, q, 2 * q], [0, 0, 0]], dtype=np.int64)
    assert p * q > 2**120
    assert wide.primitive_combination(table, 2, 0, 1, 0)
    assert table[2].tolist() == [0, *primitive([q + p, 2 * p - q])]


@given(st.lists(signed, min_size=1, max_size=6))
def test_dividing_a_row_by_its_content_makes_it_primitive(row: list[int]) -> None:
    table = np.array([row], dtype=np.int64)
    wide.divide_by_content(table, 0)
    assert tuple(table[0].tolist()) == primitive(row)


# Packed signs


@given(
    units=st.lists(st.integers(1, 150), min_size=1, max_size=4),
    domain=st.integers(1, 12),
    seed=st.integers(0, 2**32 - 1),
)
def test_sign_masks_of_layers_are_read_from_histories_as_they_were_written(
    units: list[int], domain: int, seed: int
) -> None:
    rng = random.Random(seed)
    half = -(-(domain + sum(units)) // 64)
    rows, offset = 5, domain
    history = np.zeros((rows, 2 * half), dtype=np.uint64)
    source = np.array(rng.sample(range(rows), rows), dtype=np.int64)
    written = []
    for count in units:
        words = -(-count // 64)
        positive = [rng.getrandbits(count) for _ in range(rows)]
        negative = [rng.getrandbits(count) for _ in range(rows)]
        masks = np.array(
            [
                [(part >> (64 * w)) & (2**64 - 1) for part in pair for w in range(words)]
                for pair in zip(positive, negative, strict=True)
            ],
            dtype=np.uint64,
        )
        extract.append_signs(history, source, masks, words, count, offset, half)
        written.append((words, count, offset, masks[source]))
        offset += count
    for words, count, at, masks in written:
        assert np.array_equal(extract.read_signs(history, words, count, at, half), masks)


@given(st.integers(1, 4).flatmap(lambda d: st.lists(
    st.tuples(*[st.one_of(st.integers(-2, 2), st.integers(-(2**90), 2**90))] * (d + 1)),
    min_size=1, max_size=6,
)))  # fmt: skip
def test_forms_meet_in_a_ray_as_soon_as_their_rank_allows(forms: list[Row]) -> None:
    dim = len(forms[0]) - 1
    meeting = Intersection(dim)
    for k, form in enumerate(forms, 1):
        rank = linalg.rank(tuple(tuple(map(F, row)) for row in forms[:k]))
        if not meeting.complete:
            meeting.add(form)
            assert meeting.complete == (rank == dim)
    if meeting.complete:
        ray = meeting.ray()
        assert primitive(ray) == ray
        assert any(ray)
        assert rank > dim or not any(sum(map(mul, form, ray)) for form in forms)
    else:
        with pytest.raises(ConsistencyError, match="units that meet in one point"):
            meeting.ray()


@given(st.integers(1, 12), st.lists(st.tuples(st.integers(0, 11), st.integers(0, 11))))
def test_components_are_those_of_networkx(count: int, pairs: list[tuple[int, int]]) -> None:
    pairs = [(a % count, b % count) for a, b in pairs]
    left, right = (np.array([p[k] for p in pairs], dtype=np.int64) for k in (0, 1))
    labels, found = extract.components(count, left, right)
    graph = nx.Graph(pairs)
    graph.add_nodes_from(range(count))
    groups = sorted(map(sorted, nx.connected_components(graph)))
    assert found == len(groups)
    assert [sorted(np.flatnonzero(labels == k).tolist()) for k in range(found)] == groups


@pytest.mark.parametrize("units", [59, 60, 63, 64, 65, 130])
@pytest.mark.parametrize("exact", [True, False])
def test_layers_of_more_than_a_word_of_units(units: int, exact: bool) -> None:
    """In one dimension: kinks at 1..n in the first layer, and at three halves in the second."""
    row = [1] + [0] * (units - 1)
    late = [1, units // 2, units - 2]
    net = en.ReluNetwork.of(
        [
            ([[1]] * units, [-k for k in range(1, units + 1)]),
            ([row] * 3, [F(-2 * k + 1, 2) for k in late]),
            ([[1] * 3], [0]),
        ]
    )
    cx = by_arithmetic(net, Box.of([(0, units + 2)]), exact)
    assert cx is not None
    signs = [tuple(row) for row in cx.signs().tolist()]
    assert signs == sorted(set(signs))
    kinks = sorted(cx.vertex(v)[0] for v in range(cx.f_vector[0]))
    assert kinks == sorted([0, units + 2, *range(1, units + 1), *(F(2 * k + 1, 2) for k in late)])
    assert signs == sorted(signs_at(net, ((a + b) / 2,)) for a, b in pairwise(kinks))


@given(st.fractions())
def test_the_nearest_float_is_within_half_an_ulp_or_says_so(value: F) -> None:
    nearest, good = as_float(value)
    assert good
    assert abs(F(nearest) - value) <= ULP * abs(value)


@pytest.mark.parametrize("exponent", [-5000, -400, -251, -249, 0, 249, 251, 400, 5000])
@pytest.mark.parametrize("sign", [1, -1])
def test_floats_out_of_range_keep_their_sign_and_are_not_trusted(exponent: int, sign: int) -> None:
    value = sign * F(10) ** exponent / 3
    nearest, good = as_float(value)
    assert (nearest > 0) == (sign > 0)
    assert good == (abs(exponent) < 250)
    assert isfinite(nearest)


# Every stored row


def patches(engine: Engine, max_cells: int) -> Iterator[tuple[Patch, int]]:
    """All patches on the way, with the layer of their values; before polishing too, if it did."""
    stack = [engine.start()]
    while stack:
        patch = stack.pop()
        if engine.finished(patch):
            continue
        work = engine.cut(patch, max_cells)
        check_start(work.patch)
        layer, offset = work.patch.layer, engine.bit_offsets[work.patch.layer]
        whole = work.take(work.ordered_cells(), offset, engine.words)
        size = 2**62 if work.cells <= max_cells else max(1, max_cells // 8)
        following = list(engine.pieces(work, size))
        if len(following) > 1 or not np.array_equal(whole.values, following[0].values):
            yield whole, layer
        for piece in following:
            yield piece, layer
        stack += reversed(following)


def check_start(patch: Patch) -> None:
    """What ``kernel.locate`` takes for granted: bounds are at least 16 ulp of the values."""
    if patch.exact:
        return
    finite = np.isfinite(patch.rho)
    limit = patch.bound[0] * (1 + 2.0**-46 * patch.rho[finite, None])
    fits = np.abs(patch.values[finite]) * 2.0**-49 <= limit
    assert (fits | ~np.isfinite(limit)).all()


def pre_activations(net: en.ReluNetwork, ray: Row, layer: int) -> list[F]:
    """What a layer receives at a ray (x s, s), times s: in integers, with one factor for all."""
    values, scale, factor = list(ray[:-1]), ray[-1], 1
    for current in net.layers[:layer]:
        before = [sum(map(mul, row, (*values, scale))) for row in current.rows]
        times = current.slope_scale
        values = [
            t * times if t > 0 else t * int(slope * times)
            for t, slope in zip(before, current.slopes, strict=True)
        ]
        factor *= current.scale * times
        scale = ray[-1] * factor
    last = net.layers[layer]
    return [F(sum(map(mul, row, (*values, scale))), factor * last.scale) for row in last.rows]


def exact_row(engine: Engine, ray: Row, layer: int) -> list[F]:
    """Pre-activations, scale and coordinates at a ray, divided by its weight in the domain."""
    weight = engine.domain.weight(ray)
    row = [*pre_activations(engine.net, ray, layer), *map(F, (ray[-1], *ray[:-1]))]
    return [v / weight for v in row]


def within(stored: float, true: F, radius: float) -> bool:
    """|stored - true| <= radius, in integers; a radius that is not finite claims nothing."""
    if not isfinite(radius):
        return True
    (p, q), (r, t) = stored.as_integer_ratio(), radius.as_integer_ratio()
    n, m = true.numerator, true.denominator
    return abs(p * m - n * q) * t <= r * q * m


def check_patch(engine: Engine, patch: Patch, layer: int) -> None:
    """Assert that all rows are within their bounds, and that signs are those of the definition."""
    for v, (row, rho) in enumerate(zip(patch.values.tolist(), patch.rho.tolist(), strict=True)):
        assert not rho < 1
        ray = engine.ray(patch, v)
        exact = exact_row(engine, ray, layer)
        radii = (rho * patch.bound[0]).tolist()
        for k, (stored, true, radius) in enumerate(zip(row, exact, radii, strict=True)):
            assert within(stored, true, radius), (v, k, stored, float(true), radius)
        _check_signs(engine, patch, v, layer, exact)


def _check_signs(engine: Engine, patch: Patch, v: int, layer: int, exact: list[F]) -> None:
    """The last layer in the history of a vertex is its signs there (carried units count as 1)."""
    half, first = engine.words, engine.bit_offsets[layer]
    for k, slope in enumerate(engine.net.layers[layer].slopes):
        word, bit = (first + k) >> 6, np.uint64((first + k) & 63)
        plus = int(patch.vhist[v, word] >> bit) & 1
        minus = int(patch.vhist[v, half + word] >> bit) & 1
        assert plus - minus == (1 if slope == IDENTITY else (exact[k] > 0) - (exact[k] < 0))


def check_floats(net: en.ReluNetwork, box: Box | None, max_cells: int) -> list[float]:
    """Check all patches of a network; error bounds of the units as shares of the largest value."""
    engine = Engine(net, Setting.of(net, box).domain, exact=False)
    shares: list[float] = []
    for patch, layer in patches(engine, max_cells):
        check_patch(engine, patch, layer)
        with np.errstate(all="ignore"):
            largest = np.abs(patch.values[:, : -1 - patch.dim]).max(axis=0)
            bounds = patch.rho[:, None] * patch.bound[0, : -1 - patch.dim] / largest
        shares += bounds[:, largest > 0].reshape(-1).tolist()
    return shares


@pytest.mark.parametrize("power", [0, 60, 125, 200, 240])
def test_a_value_that_underflows_in_floats_is_not_taken_for_zero(power: int) -> None:
    """t t (relu(x + 1) - 2 relu(x)) changes its sign at x = 1, however small t is."""
    t = F(1, 10**power)
    net = en.ReluNetwork.of([([[t], [t]], [t, 0]), ([[t, -2 * t]], [0]), ([[1]], [0])])
    check_floats(net, Box.of([(-3, 3)]), 2**62)
    assert len(en.enumerate_regions(net, [(-3, 3)])) == 4
    assert en.count_regions(net, [(-3, 3)]) == 4


@given(case=settings_for(), max_cells=st.sampled_from([2**62, 3, 9]))
@settings(max_examples=60)
def test_float_values_of_degenerate_networks_are_within_their_bounds(
    case: tuple[en.ReluNetwork, Box | None], max_cells: int
) -> None:
    check_floats(*case, max_cells)


@given(case=settings_for(), max_cells=st.sampled_from([2**62, 3, 9]))
@settings(max_examples=40)
def test_integer_values_are_the_exact_ones(
    case: tuple[en.ReluNetwork, Box | None], max_cells: int
) -> None:
    net, box = case
    engine = Engine(net, Setting.of(net, box).domain, exact=True)
    for patch, layer in patches(engine, max_cells):
        for v in range(len(patch.vhist)):
            row = patch.values[v].tolist()
            ray = (*row[-net.inputs :], row[-net.inputs - 1])
            assert ray[-1] >= 0
            assert any(ray)
            exact = exact_row(engine, ray, layer)
            multiple = next(F(a) / b for a, b in zip(row, exact, strict=True) if b)
            assert multiple > 0
            assert [F(a) for a in row] == [multiple * b for b in exact]
            _check_signs(engine, patch, v, layer, exact)


def entries(rng: np.random.Generator, kind: str, *shape: int) -> list[object]:
    """Weights of one kind, as exact Fractions."""
    if kind == "float32":
        drawn = rng.normal(size=shape).astype(np.float32).astype(float)
    elif kind == "spread":
        drawn = np.ldexp(rng.normal(size=shape), rng.integers(-40, 40, shape))
    elif kind == "parallel":
        noise = np.ldexp(rng.integers(-8, 9, shape).astype(float), -30)
        drawn = rng.integers(-1, 2, shape) + noise
    elif kind == "extreme":  # rows near either end of what floats hold: products are beyond it
        powers = rng.choice([-240, -120, 0, 120, 240], (shape[0], 1))
        drawn = rng.normal(size=shape) * 10.0**powers
    else:
        sizes = [F(1), F(10) ** 300, F(1, 10**300), F(3) ** 50, F(1, 3**50)]
        values = [F(int(m)) * sizes[k] for m, k in zip(
            rng.integers(-2, 3, shape).reshape(-1), rng.integers(0, 5, shape).reshape(-1),
            strict=True)]  # fmt: skip
        array = np.array(values, dtype=object).reshape(shape)
        return array.tolist()  # type: ignore[no-any-return]
    return np.vectorize(F, otypes=[object])(drawn).tolist()  # type: ignore[no-any-return]


def random_network(seed: int, kind: str, space: bool) -> tuple[en.ReluNetwork, Box | None]:
    rng = np.random.default_rng([seed, space])
    d = 1 + seed % 4
    widest = {1: 4, 2: 4, 3: 3, 4: 3}[d]
    hidden = [d if space else widest, *map(int, rng.integers(1, widest + 1, 1 + seed % 2))]
    layers, units = [], []
    for before, after in pairwise([d, *hidden, 1]):
        rows = entries(rng, kind, after, before + 1)
        layers.append(([row[:-1] for row in rows], [row[-1] for row in rows]))  # type: ignore[index]
        units.append([KINDS[k] for k in rng.integers(0, len(KINDS), after)])
    if space:
        units[0] = ["relu"] * d
    if space:
        return en.ReluNetwork.of(layers, units[:-1]), None
    far = [F(1), F(1, 3), F(5), F(1, 10**260)][seed // 4 % 4 if kind == "huge" else 0]
    return en.ReluNetwork.of(layers, units[:-1]), Box.of([(-2 * far, far)] * d)


SEEDS = range(24)
WEIGHTS = ["float32", "spread", "parallel", "extreme", "huge"]


@pytest.mark.parametrize("space", [False, True], ids=["box", "space"])
@pytest.mark.parametrize("kind", WEIGHTS)
def test_float_values_are_within_their_bounds(kind: str, space: bool) -> None:
    """Every vertex of every patch; of float32 networks all but some bounds are small as well."""
    shares: list[float] = []
    for seed in SEEDS:
        net, box = random_network(seed, kind, space)
        shares += check_floats(net, box, [2**62, 3, 9][seed % 3])
    assert len(shares) > 1000
    if kind == "float32":
        assert sorted(shares)[-len(shares) // 100] < 1e-6


@pytest.mark.parametrize("space", [False, True], ids=["box", "space"])
@pytest.mark.parametrize("kind", WEIGHTS)
def test_such_networks_have_the_cells_of_the_reference(kind: str, space: bool) -> None:
    for seed in SEEDS[:16]:
        net, box = random_network(seed, kind, space)
        cx = en.enumerate_regions(net, box)
        wanted = (
            patterns_everywhere(net)
            if box is None
            else {cell.pattern for cell in enumerate_cells(net, box)}
        )
        assert {tuple(p) for p in cx.patterns().tolist()} == wanted, (kind, space, seed)


def test_a_bound_that_proves_too_much_would_be_noticed() -> None:
    """The check above fails when a stored value, or a bound, is off by a little."""
    net, box = random_network(1, "float32", False)
    engine = Engine(net, Setting.of(net, box).domain, exact=False)
    patch, layer = next(patches(engine, 2**62))
    check_patch(engine, patch, layer)
    patch.values[0, 0] += 3 * float(patch.rho[0] * patch.bound[0, 0])
    with pytest.raises(AssertionError):
        check_patch(engine, patch, layer)


def test_the_depth_of_a_chain_does_not_spoil_the_filter() -> None:
    """Sixteen layers of float32 folds: bounds grow from layer to layer and are made small again."""
    rng = np.random.default_rng(5)
    layers = []
    for _ in range(16):
        rows = entries(rng, "float32", 3, 4)
        layers.append(([row[:-1] for row in rows], [row[-1] for row in rows]))  # type: ignore[index]
    layers[0] = ([row[:2] for row in layers[0][0]], layers[0][1])
    net = en.ReluNetwork.of([*layers, ([[1, 1, 1]], [0])], [["abs"] * 3] * 16)
    shares = check_floats(net, Box.cube(2), 40)
    assert len(shares) > 1000
    assert sorted(shares)[-len(shares) // 20] < 1e-6
    cx = en.enumerate_regions(net, Box.cube(2))
    assert len(cx) == sum(1 for _ in enumerate_cells(net, Box.cube(2)))


def test_sums_of_many_terms_are_within_their_bounds() -> None:
    """Layers so wide that sums are cut into blocks."""
    rng = np.random.default_rng(6)
    layers = []
    for before, after in pairwise([1, 230, 97, 40, 1]):
        rows = entries(rng, "float32", after, before + 1)
        layers.append(([row[:-1] for row in rows], [row[-1] for row in rows]))  # type: ignore[index]
    net = en.ReluNetwork.of(layers)
    shares = check_floats(net, Box.of([("-1/8", "1/8")]), 2**62)
    assert len(shares) > 5000
    assert sorted(shares)[-len(shares) // 20] < 1e-6


@given(net=networks(dims=(1, 2), hidden=(1, 2)))
@settings(max_examples=30)
def test_64_bits_overflow_with_an_error_and_never_wrap(net: en.ReluNetwork) -> None:
    """Weights of 59 bits: the integer tier gives the exact complex or refuses."""
    big_ = 2**58 + 1
    layers = [
        (
            [[w * big_ if (i + j) % 2 else w for j, w in enumerate(row)]
             for i, row in enumerate(layer.weight)],
            [b * (big_ - 7) for b in layer.bias],
        )
        for layer in net.layers
    ]  # fmt: skip
    units = [[_kind(s) for s in layer.slopes] for layer in net.layers[:-1]]
    steep = en.ReluNetwork.of(layers, units)
    box = Box.cube(net.inputs, 2)
    patterns = {cell.pattern for cell in enumerate_cells(steep, box)}
    engine = Engine(steep, Setting.of(steep, box).domain, exact=True)
    try:
        engine.whole(engine.start())
    except OverflowsError:
        pass
    else:
        cx = by_arithmetic(steep, box, exact=True)
        assert cx is not None
        assert {tuple(p) for p in cx.patterns().tolist()} == patterns
    assert len(en.enumerate_regions(steep, box)) == len(patterns)


def _kind(slope: F) -> object:
    return {F(0): "relu", F(1): "identity", F(-1): "abs"}.get(slope, {"leaky": slope})
