"""What is proved of the depth separations, each number by a second route."""

import math
from fractions import Fraction as F
from itertools import combinations, pairwise, product
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import exactnet as en
from exactnet.constructions.piecewise_linear import interpolant
from exactnet.constructions.separations import get, names
from exactnet.constructions.separations.squares import square
from exactnet.constructions.separations.telgarsky import tent_power, wave
from exactnet.errors import ConstructionError, InputError
from exactnet.geometry.box import Box
from exactnet.networks.algebra import add, select
from exactnet.networks.layer import Layer
from exactnet.networks.network import ReluNetwork
from exactnet.regions.segment import breakpoints_along
from exactnet.theorems.report import Outcome
from exactnet.theorems.separations.breaks import breaks_needed
from exactnet.theorems.separations.circle import shallow_units, sign_changes_around
from exactnet.theorems.separations.disc import ball_error, fewest_error, integral
from exactnet.theorems.separations.equality import distance
from exactnet.theorems.separations.one_layer import one_layer_form
from exactnet.theorems.separations.quadratic import Quadratic, gap
from exactnet.theorems.separations.ridges import read_ridges
from exactnet.theorems.separations.search import points_of, worst_of
from exactnet.theorems.separations.waves import (
    allowed_nodes,
    fewest_distance,
    label_optimum,
    most_pieces,
)
from exactnet.verification.equivalence import equivalent

INSTANCES = [
    ("telgarsky", {"k": 6}), ("telgarsky-2016", {"L": 2}), ("l1-radial", {"d": 1}),
    ("l1-radial", {"d": 3}), ("l1-radial", {"d": 9}), ("ball", {"d": 2, "pieces": 8}),
    ("ball", {"d": 3, "pieces": 4}), ("circuit", {}), ("circuit", {"N": 4, "M": 3, "upper": 2}),
    ("sphere-sine", {"d": 2, "pieces": 32, "knots": 4}), ("tree-max", {"n": 2}),
    ("tree-max", {"n": 4}), ("tree-max", {"n": 16}), ("tree-distance", {"n": 2}),
    ("tree-distance", {"n": 4}), ("tree-distance", {"n": 8}), ("tree-product", {"n": 2}),
    ("tree-product", {"n": 4, "pieces": 8}), ("sawtooth", {}),
    ("parity", {"bits": 9}), ("fizzbuzz", {"bits": 8}),
]  # fmt: skip


@pytest.mark.parametrize(("name", "sizes"), INSTANCES)
def test_every_instance_is_proved_and_its_statement_holds(name: str, sizes: dict[str, int]) -> None:
    entry = get(name, **sizes)
    result = en.prove_separation(entry)
    assert result.verdict is en.Proved and result.rests_on
    report = en.examine_separation(entry)
    assert report.verdict is Outcome.HOLDS
    assert result.claim in {c.left for c in report.comparisons}
    if "shallow at least" in report.sizes and "shallow units" in report.sizes:
        assert report.sizes["shallow at least"] <= report.sizes["shallow units"]


def test_every_name_is_among_the_instances() -> None:
    assert {name for name, _ in INSTANCES} == set(names())


def spoiled(net: ReluNetwork, layer: int, source: Random) -> ReluNetwork:
    """The network with one weight, which was not 0, moved by a tenth."""
    layers = list(net.layers)
    old = layers[layer]
    places = [(i, j) for i, row in enumerate(old.weight) for j, w in enumerate(row) if w]
    i, j = source.choice(places)
    weight = [list(row) for row in old.weight]
    weight[i][j] += F(1, 10)
    layers[layer] = Layer(tuple(map(tuple, weight)), old.bias, old.slopes)
    return ReluNetwork(tuple(layers))


@pytest.mark.parametrize(
    ("name", "sizes"),
    [("telgarsky", {"k": 4}), ("l1-radial", {"d": 2}), ("tree-max", {"n": 4}),
     ("tree-distance", {"n": 4}), ("sawtooth", {"pieces": 3, "levels": 2})],
)  # fmt: skip
def test_one_wrong_weight_is_refuted_by_a_point_where_the_function_differs(
    name: str, sizes: dict[str, int]
) -> None:
    entry, source = get(name, **sizes), Random(3)
    for layer in range(entry.relu.depth + 1):
        wrong = spoiled(entry.relu, layer, source)
        result = en.prove_separation(entry, wrong)
        assert result.verdict is en.Refuted and result.counterexample is not None
        x = result.counterexample.point
        assert x in entry.target.domain
        assert wrong(x)[0] != entry.target.value(x)


@pytest.mark.parametrize("name", ["tree-product", "sphere-sine", "ball"])
def test_no_approximation_is_proved_that_is_worse_than_claimed(name: str) -> None:
    entry = get(name)
    last = entry.relu.layers[-1]
    lifted = Layer(last.weight, (last.bias[0] + 2 * entry.error,), last.slopes)
    result = en.prove_separation(entry, ReluNetwork((*entry.relu.layers[:-1], lifted)))
    assert result.verdict is (en.Unknown if name == "ball" else en.Refuted)
    if result.counterexample is not None:
        low, high = entry.target.enclose(result.counterexample.point)
        value = result.counterexample.outputs[0]  # type: ignore[union-attr]
        assert max(value - high, low - value) > entry.error


@pytest.mark.parametrize("name", ["parity", "fizzbuzz"])
def test_a_network_that_is_wrong_or_undecided_at_one_corner_is_refuted_there(name: str) -> None:
    entry = get(name, bits=4)
    last = entry.relu.layers[-1]
    biases = [(last.bias[0] + F(1, 2), *last.bias[1:])] if name == "parity" else [
        (last.bias[0], last.bias[1] + 100, *last.bias[2:]), (last.bias[0] + 1, *last.bias[1:]),
    ]  # fmt: skip
    for bias in biases:
        wrong = ReluNetwork((*entry.relu.layers[:-1], Layer(last.weight, bias, last.slopes)))
        result = en.prove_separation(entry, wrong)
        assert result.verdict is en.Refuted and result.counterexample is not None
        assert result.counterexample.point in {x for x, _ in entry.points}


def test_two_routes_agree_where_both_exist() -> None:
    for name, sizes in (
        ("tree-max", {"n": 4}),
        ("tree-distance", {"n": 4}),
        ("l1-radial", {"d": 3}),
    ):
        entry = get(name, **sizes)
        for route in ("regions", "parts"):
            result = en.prove_separation(entry, route=route)
            assert (result.verdict, result.route) == (en.Proved, route)
    with pytest.raises(InputError, match="one of auto, regions, parts"):
        en.prove_separation(get("telgarsky"), route="magic")
    with pytest.raises(InputError, match="1 inputs and 1 outputs, got 2 and 1"):
        en.prove_separation(get("telgarsky"), get("l1-radial").relu)


def by_brute_force(labels: list[int], changes: int) -> int:
    """The fewest mistakes over all labellings with so many changes, tried one by one."""
    count = len(labels)
    best = count
    for many in range(changes + 1):
        for cuts in combinations(range(1, count), many):
            for first in (0, 1):
                ends = [0, *cuts, count]
                guess = [(first + k) % 2 for k, (a, b) in enumerate(pairwise(ends))
                         for _ in range(a, b)]  # fmt: skip
                best = min(best, sum(g != y for g, y in zip(guess, labels, strict=True)))
    return best


@pytest.mark.parametrize(("k", "nodes"), [(3, 1), (3, 2), (3, 3), (4, 1), (4, 2), (4, 3)])
def test_the_share_of_wrong_labels_is_the_exact_optimum(k: int, nodes: int) -> None:
    entry = get("telgarsky", k=k)
    found = label_optimum(entry, 1, nodes)
    labels = [label for _, label in entry.points]
    assert found.share == F(by_brute_force(labels, found.changes), 2**k)


@pytest.mark.parametrize("k", range(4, 13))
def test_telgarskys_sixth_is_exceeded_in_every_class_of_his_theorem(k: int) -> None:
    for layers in range(1, k):
        nodes = allowed_nodes(k, layers)
        assert (2 * (nodes + 1)) ** layers > 2 ** (k - 3)
        if nodes and k <= 9:
            assert (2 * nodes) ** layers <= 2 ** (k - 3)
            assert label_optimum(get("telgarsky", k=k), layers, nodes).share >= F(1, 6)
    assert allowed_nodes(k, 1) == 2 ** (k - 4)


def l1_from_wave(net: ReluNetwork, power: int) -> F:
    """The integral of |net - wave| over [0, 1], piece by piece, between zeros of the difference."""
    places = {x for (x,) in breakpoints_along(net, [0], [1]).points()}
    places |= {F(i, 2**power) for i in range(2**power + 1)}
    total = F(0)
    for a, b in pairwise(sorted(places)):
        u, v = (net([x])[0] - wave(2**power, x) for x in (a, b))
        if u * v >= 0:
            total += (b - a) * abs(u + v) / 2
        else:
            total += (b - a) * (u * u + v * v) / (2 * (abs(u) + abs(v)))
    return total


@given(st.data(), st.integers(1, 5))
def test_no_function_with_few_pieces_comes_closer_to_the_wave(
    data: st.DataObject, power: int
) -> None:
    knots = sorted(
        data.draw(st.sets(st.fractions(0, 1, max_denominator=40), min_size=2, max_size=9))
    )
    values = [data.draw(st.fractions(-1, 2, max_denominator=8)) for _ in knots]
    net = interpolant(zip(knots, values, strict=True))
    assert l1_from_wave(net, power) >= fewest_distance(power, len(knots) - 1)


def test_the_bound_on_the_distance_from_the_wave_is_attained_by_the_constant() -> None:
    half = interpolant([(0, "1/2"), ("1/2", "1/2"), (1, "1/2")])
    for power in (1, 4):
        assert l1_from_wave(half, power) == fewest_distance(power, 1) == F(1, 4)
    assert fewest_distance(6, most_pieces(2, 4)) == F(3, 16)


def largest_on_grid(net: ReluNetwork, function: Quadratic, steps: int) -> F:
    places = [F(k, steps) for k in range(-steps, steps + 1)]
    return max(abs(net(x)[0] - function(x)) for x in product(places, repeat=net.inputs))


small = st.fractions(-2, 2, max_denominator=4)


@settings(max_examples=25)
@given(st.data(), st.sampled_from([1, 2]))
def test_the_gap_to_a_quadratic_is_attained_and_nowhere_exceeded(
    data: st.DataObject, d: int
) -> None:
    def row(length: int) -> list[F]:
        return [data.draw(small) for _ in range(length)]

    net = ReluNetwork.of([([row(d) for _ in range(3)], row(3)), ([row(3)], row(1))])
    entries = row(3)
    matrix = ((entries[0],),) if d == 1 else (
        (entries[0], entries[1]), (entries[1], entries[2])
    )  # fmt: skip
    function = Quadratic(matrix, tuple(row(d)), data.draw(small))
    found = gap(net, function, Box.cube(d))
    assert abs(net(found.point)[0] - function(found.point)) == found.value
    assert found.point in Box.cube(d)
    assert largest_on_grid(net, function, 16) <= found.value


def test_one_product_is_off_by_exactly_what_is_claimed() -> None:
    entry = get("tree-product", n=2, pieces=6)
    half = F(1, 2)
    found = gap(entry.relu, Quadratic(((F(0), half), (half, F(0))), (F(0),) * 2, F(0)), Box.cube(2))
    assert found.value == entry.error == F(4, 6) ** 2 / 16


@pytest.mark.parametrize(
    ("name", "sizes", "count"),
    [("tree-product", {"n": 2, "pieces": 4}, 500), ("tree-product", {"n": 4, "pieces": 8}, 1500),
     ("sphere-sine", {"d": 2, "pieces": 32, "knots": 4}, 400),
     ("sphere-sine", {"d": 2, "pieces": 24, "knots": 3}, 400),
     ("sphere-sine", {"d": 3, "pieces": 64, "knots": 4}, 150)],
)  # fmt: skip
def test_certified_errors_are_at_most_four_times_the_worst_found(
    name: str, sizes: dict[str, int], count: int
) -> None:
    entry = get(name, **sizes)
    assert en.prove_separation(entry).verdict is en.Proved
    worst, where = worst_of(entry, entry.relu, points_of(entry, count))
    assert where is not None
    assert worst <= entry.error <= 4 * worst


@pytest.mark.parametrize(("d", "pieces", "steps"), [(2, 4, 96), (2, 8, 160), (3, 4, 24)])
def test_the_l1_error_of_the_ball_is_what_a_fine_grid_finds(
    d: int, pieces: int, steps: int
) -> None:
    entry = get("ball", d=d, pieces=pieces)
    low, high = ball_error(entry.relu, entry.target.domain).interval
    assert high - low < F(1, 10**12)
    middles = [F(4 * k + 2, steps) - 2 for k in range(steps)]
    total = F(0)
    for x in product([m for m in middles if m > 0], repeat=d):  # symmetric in every coordinate
        value = F(int(sum(v * v for v in x) <= 1))
        total += abs(entry.relu(x)[0] - value)
    found = total * 2**d * F(4, steps) ** d
    assert abs(found - low) < low / 20
    assert found <= entry.error <= 4 * found


def test_the_ball_needs_pieces_for_small_errors() -> None:
    errors = []
    for pieces in (4, 8, 16):
        entry = get("ball", d=2, pieces=pieces)
        low, high = ball_error(entry.relu, entry.target.domain).interval
        cx = en.enumerate_regions(entry.relu, entry.target.domain)
        affine = cx.counts()["affine"]
        assert fewest_error(affine) <= low
        errors.append((high, len(cx)))
    assert errors[0][0] > 3 * errors[1][0] > 9 * errors[2][0]
    assert errors[0][1] < errors[1][1] < errors[2][1]


def test_polygons_do_not_undercut_the_bound_on_the_disc() -> None:
    """A ramp around an inscribed polygon, from its edges' affine functions: few pieces, close."""
    for edges in (4, 8):
        turns = [(F(1), F(0)), (F(3, 5), F(4, 5)), (F(0), F(1)), (F(-3, 5), F(4, 5))]
        normals = turns[::2] if edges == 4 else turns
        forms = [sign for x in normals for sign in (x, tuple(-v for v in x))]
        far = en.algebra.maximum([ReluNetwork.of([([f], [0])]) for f in forms])
        steep = en.chain([far, interpolant([(1, 1), ("11/10", 0)], left=0, right=0)])
        assert all(steep(x)[0] == 1 for x in ((0, 0), ("3/5", "4/5"), (1, 0)))
        box = Box.cube(2, 2)
        cx = en.enumerate_regions(steep, box)
        total, _ = integral(steep, box)
        assert total - F(355, 113) >= fewest_error(cx.counts()["affine"])


def test_networks_below_the_indicator_are_not_measured() -> None:
    entry = get("ball", d=2, pieces=8)
    less = add([entry.relu], ["1/2"])
    with pytest.raises(ConstructionError, match="the value 1 on the whole ball"):
        ball_error(less, entry.target.domain)
    with pytest.raises(ConstructionError, match="values between 0 and 1"):
        ball_error(add([entry.relu], [2]), entry.target.domain)


def test_a_network_with_a_dent_inside_the_ball_is_not_measured() -> None:
    """Ridges that rise from 0 to the end of the axis: a lower bound -c u^2 on them has c < 0."""
    hidden = [[0, 1], [0, 1], [0, 1], [0, 1], [1, 0], [-1, 0]]
    ramp_with_a_dent, size = [2, -36, 72, -36], [2, 2]  # 2u + 4, 9 less at -1/2; 2|u|
    row = [*ramp_with_a_dent, *size]
    net = ReluNetwork.of([
        (hidden, [2, "3/4", "1/2", "1/4", 0, 0]), ([row, row], ["23/4", "21/4"]), ([[2, -2]], [0]),
    ])  # fmt: skip
    assert net([0, 0]) == (1,) and net([0, "-1/2"]) == (0,)
    with pytest.raises(ConstructionError, match="the value 1 on the whole ball"):
        ball_error(net, Box.cube(2, 2))


def test_the_ball_has_to_lie_in_the_box() -> None:
    with pytest.raises(InputError, match="a box around the unit ball"):
        ball_error(get("ball", d=2, pieces=8).relu, Box.of([(-2, 2), (0, 2)]))


def circle(d: int, count: int) -> list[tuple[F, ...]]:
    """Rational points (e_1, x') with x' once around the circle of the first two coordinates."""
    halves = [F(k, count) for k in range(-count, count)]
    quarter = [((1 - t * t) / (1 + t * t), 2 * t / (1 + t * t)) for t in halves]
    around = [*quarter, *((-x, -y) for x, y in quarter)]
    first = (F(1), *[F(0)] * (d - 1))
    return [(*first, x, y, *[F(0)] * (d - 2)) for x, y in around]


@pytest.mark.parametrize("width", [1, 2, 3, 6])
def test_one_hidden_layer_changes_sign_at_most_four_times_a_unit_around_the_circle(
    width: int,
) -> None:
    source = Random(width)
    points = circle(2, 300)
    for _ in range(15):
        weight = [[source.randint(-9, 9) for _ in range(4)] for _ in range(width)]
        bias = [source.randint(-9, 9) for _ in range(width)]
        readout = [source.randint(-9, 9) for _ in range(width)]
        net = ReluNetwork.of([(weight, bias), ([readout], [source.randint(-9, 9)])])
        assert sign_changes_around([net(x)[0] for x in points]) <= 4 * width


def test_the_sine_on_the_sphere_changes_sign_too_often_for_fewer_units() -> None:
    entry = get("sphere-sine", d=2, pieces=32, knots=4)
    changes = 4 * 2**3 - 2
    assert sign_changes_around([entry.relu(x)[0] for x in circle(2, 300)]) >= changes
    assert 4 * (shallow_units(2) - 1) < changes <= 4 * shallow_units(2)


@settings(max_examples=30)
@given(st.data(), st.sampled_from([1, 2, 3]))
def test_one_hidden_layer_is_found_again(data: st.DataObject, d: int) -> None:
    width = data.draw(st.integers(1, 4))
    weight = [[data.draw(st.integers(-2, 2)) for _ in range(d)] for _ in range(width)]
    bias = [data.draw(st.integers(-1, 1)) for _ in range(width)]
    net = ReluNetwork.of([(weight, bias), ([[data.draw(small) for _ in range(width)]], [1])])
    box = Box.cube(d, 2)
    found = one_layer_form(net, box)
    assert found.network is not None and found.network.depth == 1
    assert len(found.forms) <= width
    assert equivalent(found.network, net, box).verdict is en.Proved


def test_two_jumps_along_one_hyperplane_exclude_one_hidden_layer() -> None:
    largest = en.algebra.maximum([select(3, [j]) for j in range(3)])
    found = one_layer_form(largest, Box.cube(3))
    assert found.network is None and found.differ is not None
    small_jump, large_jump = found.differ
    step = F(1, 10**6)
    for jump in (small_jump, large_jump):
        normal = jump.form[:-1]
        near = [tuple(v + s * step * w for v, w in zip(jump.point, normal, strict=True))
                for s in (-1, 0, 1)]  # fmt: skip
        below, here, above = (largest(x)[0] for x in near)
        size = sum(w * w for w in normal)
        assert above + below - 2 * here == jump.size * step * size


def test_the_ramp_of_the_one_norm_has_a_shallow_rival_half_away() -> None:
    entry = get("l1-radial", d=3)
    assert entry.shallow is not None and isinstance(entry.shallow.network, ReluNetwork)
    assert distance(entry.shallow.network, entry.target).value == entry.shallow.error == F(1, 2)


@pytest.mark.parametrize("pieces", [2, 5, 9, 16])
def test_a_tube_forces_no_more_breaks_than_an_interpolant_in_it_has(pieces: int) -> None:
    net = square(1, pieces)
    points = [(F(k, 60), (F(k * k, 3600),) * 2) for k in range(-60, 61)]
    error = max(abs(net([x])[0] - low) for x, (low, _) in points)
    needed = breaks_needed(points, error / 2)  # a shift by half the error fits in the tube
    assert pieces - 2 <= needed <= pieces - 1
    widened = [(x, (low - F(1, 1000), high + F(1, 1000))) for x, (low, high) in points]
    assert breaks_needed(widened, error / 2) <= needed


@settings(max_examples=40)
@given(st.data())
def test_ridges_are_read_back(data: st.DataObject) -> None:
    ints = st.integers(-3, 3)
    rows = [[1, 0, 2], [0, 1, -1], [2, 0, 4], [-1, 0, -2], [0, 0, 3]]
    bias = [data.draw(ints) for _ in rows]
    lead = [data.draw(ints.filter(bool)) for _ in rows]
    factors = [data.draw(ints.filter(bool)) for _ in range(2)]
    second = [[f * w for w in lead] for f in factors]
    net = ReluNetwork.of(
        [(rows, bias), (second, [data.draw(ints), 1]), ([[data.draw(ints), 2]], [data.draw(ints)])]
    )
    found = read_ridges(net)
    assert set(found.directions) == {(1, 0, 2), (0, 1, -1), (0, 0, 1)}
    x = [data.draw(small) for _ in range(3)]
    scaled = found.scaled(data.draw(small.filter(bool)))
    assert found(tuple(x)) == scaled(tuple(x)) == net(x)


def test_other_networks_are_no_ridges() -> None:
    two = ReluNetwork.of([([[1, 0], [0, 1]], [0, 0]), ([[1, 1], [1, -1]], [0, 0]), ([[1, 1]], [0])])
    with pytest.raises(ConstructionError, match="unit 2 of the second layer"):
        read_ridges(two)
    with pytest.raises(ConstructionError, match="1 hidden layers"):
        read_ridges(tent_power(1))


def test_a_limit_leaves_a_proof_open() -> None:
    result = en.prove_separation(get("tree-max", n=4), route="regions", limits=en.Limits(cells=3))
    assert result.verdict is en.Unknown and "limit" in result.reason


def test_product_trees_beat_the_exhibited_rival_ever_more() -> None:
    ratios = []
    for n in (2, 4, 8):
        entry = get("tree-product", n=n, pieces=8)
        assert entry.shallow is not None and entry.shallow.error <= entry.error
        ratios.append(F(entry.shallow.units, entry.relu.neurons))
    assert ratios[0] == 1 < ratios[1] < ratios[2]
    assert math.floor(ratios[2]) > 40
