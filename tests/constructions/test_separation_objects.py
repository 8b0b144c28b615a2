"""The depth separations as objects: networks against their functions, circuits, the registry."""

import math
from fractions import Fraction as F
from itertools import product
from random import Random

import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

import exactnet as en
from exactnet.constructions.extrema import largest
from exactnet.constructions.separations import families, get, names
from exactnet.constructions.separations.circuits import (
    CanonicalCircuit,
    HierarchicalCircuit,
    hierarchical,
    matricisation,
    tensor,
)
from exactnet.constructions.separations.record import Separation
from exactnet.constructions.separations.telgarsky import (
    mirror_power,
    shallow_teeth,
    tent_power,
    wave,
)
from exactnet.constructions.separations.trees import polarised_error
from exactnet.errors import ConstructionError, InputError, InputTypeError
from exactnet.exact import linalg
from exactnet.networks.network import ReluNetwork
from exactnet.verification.equivalence import equivalent

EXACT = [
    ("telgarsky", {"k": 1}), ("telgarsky", {"k": 5}), ("telgarsky-2016", {"L": 2}),
    ("l1-radial", {"d": 1}), ("l1-radial", {"d": 2}), ("l1-radial", {"d": 3}),
    ("tree-max", {"n": 2}), ("tree-max", {"n": 4}), ("tree-distance", {"n": 4}),
    ("tree-distance", {"n": 8}), ("sawtooth", {"pieces": 3, "levels": 2}),
]  # fmt: skip
WITHIN = [
    ("tree-product", {"n": 2, "pieces": 4}), ("tree-product", {"n": 4, "pieces": 6}),
    ("sphere-sine", {"d": 2, "pieces": 16, "knots": 2}),
]  # fmt: skip


def network(entry: Separation) -> ReluNetwork:
    assert isinstance(entry.network, ReluNetwork)
    return entry.network


def grid(entry: Separation, steps: int) -> list[tuple[F, ...]]:
    """Rational points of the box: a grid with coordinates that are no multiples of the breaks."""
    box = entry.target.domain
    sides = [
        [low + (high - low) * F(k, steps) for k in range(steps + 1)]
        for low, high in zip(box.lower, box.upper, strict=True)
    ]
    if (steps + 1) ** box.dim <= 400:
        return list(product(*sides))
    source = Random(0)
    return [tuple(map(source.choice, sides)) for _ in range(400)]


@pytest.mark.parametrize(("name", "sizes"), EXACT)
@pytest.mark.parametrize("steps", [5, 7])
def test_exact_networks_are_their_functions_on_rational_grids(
    name: str, sizes: dict[str, int], steps: int
) -> None:
    entry = get(name, **sizes)
    assert entry.norm == "equal" and entry.error == 0
    for x in grid(entry, steps):
        assert network(entry)(x)[0] == entry.target.value(x)
        if entry.shallow is not None and entry.shallow.error == 0:
            assert isinstance(entry.shallow.network, ReluNetwork)
            assert entry.shallow.network(x)[0] == entry.target.value(x)


@pytest.mark.parametrize(("name", "sizes"), EXACT + WITHIN)
def test_the_expression_means_the_function(name: str, sizes: dict[str, int]) -> None:
    entry = get(name, **sizes)
    f = sympy.sympify(entry.target.expression)
    symbols = sympy.symbols(entry.target.variables)
    for x in grid(entry, 3)[:40]:
        values = {s: sympy.Rational(v.numerator, v.denominator)
                  for s, v in zip(symbols, x, strict=True)}  # fmt: skip
        low, high = entry.target.enclose(x)
        found = f.subs(values)
        assert sympy.Rational(low.numerator, low.denominator) <= found
        assert found <= sympy.Rational(high.numerator, high.denominator)


def iterated(k: int, x: F) -> F:
    """The mirror map by its definition, k times."""
    for _ in range(k):
        x = max(F(0), 2 * max(F(0), x) - 4 * max(F(0), x - F(1, 2)))
    return x


@given(st.integers(1, 8), st.fractions(-1, 2, max_denominator=300))
def test_the_mirror_map_iterates(k: int, x: F) -> None:
    assert mirror_power(k)([x])[0] == iterated(k, x)
    if 0 <= x <= 1:
        assert tent_power(k)([x])[0] == iterated(k, x) == wave(2**k, x)


@pytest.mark.parametrize("k", [1, 2, 4])
def test_three_ways_to_a_triangle_wave_are_one_function_on_the_interval(k: int) -> None:
    side = [(0, 1)]
    assert equivalent(tent_power(k), mirror_power(k), side).verdict is en.Proved
    assert equivalent(tent_power(k), shallow_teeth(2**k), side).verdict is en.Proved
    everywhere = equivalent(tent_power(k), mirror_power(k)).verdict
    assert everywhere is (en.Refuted if k == 1 else en.Proved)


@pytest.mark.parametrize("k", [1, 3, 7])
def test_depth_has_two_to_the_k_pieces_and_alternates_on_the_points(k: int) -> None:
    entry = get("telgarsky", k=k)
    assert (entry.relu.depth, entry.relu.neurons) == (k, 2 * k)
    assert en.count_regions(entry.relu, entry.target.domain) == 2**k
    assert [entry.relu(x)[0] for x, _ in entry.points] == [F(i % 2) for i in range(2**k)]
    assert [label for _, label in entry.points] == [i % 2 for i in range(2**k)]


@pytest.mark.parametrize("n", [2, 4, 8])
def test_the_tree_of_maxima_is_the_maximum(n: int) -> None:
    assert equivalent(get("tree-max", n=n).relu, largest(n)).verdict is en.Proved


def test_four_distances_need_one_layer_only() -> None:
    entry = get("tree-distance", n=4)
    assert entry.shallow is not None and isinstance(entry.shallow.network, ReluNetwork)
    assert entry.shallow.network.depth == 1
    assert equivalent(entry.relu, entry.shallow.network).verdict is en.Proved


@pytest.mark.parametrize(("n", "pieces"), [(2, 8), (4, 24), (4, 60), (8, 64)])
def test_polarised_products_stay_within_their_bound(n: int, pieces: int) -> None:
    rival = get("tree-product", n=n, pieces=8).shallow
    assert rival is not None and isinstance(rival.network, ReluNetwork)
    source = Random(n)
    for _ in range(60):
        x = [source.choice([F(1), F(-1), F(source.randint(-16, 16), 16)]) for _ in range(n)]
        assert abs(rival.network(x)[0] - math.prod(x)) <= rival.error
    assert polarised_error(n, 2 * pieces) < polarised_error(n, pieces) / 2


@pytest.mark.parametrize("pieces", [4, 8, 10])
@pytest.mark.parametrize("d", [2, 3])
def test_the_ball_network_dominates_the_indicator(d: int, pieces: int) -> None:
    entry, source = get("ball", d=d, pieces=pieces), Random(pieces)
    ramp = d * F(4, pieces) ** 2 / 4
    for _ in range(200):
        x = [F(source.randint(-64, 64), 32) for _ in range(d)]
        size, value = sum(v * v for v in x), entry.relu(x)[0]
        assert 0 <= value <= 1
        if size <= 1:
            assert value == 1
        if size >= 1 + 2 * ramp:
            assert value == 0


vectors = st.integers(-9, 9).map(F)


@given(st.data(), st.sampled_from([(2, 3, 2, 1), (4, 2, 2, 2), (4, 3, 2, 1), (8, 2, 2, 2)]))
def test_circuits_are_multilinear_with_their_tensor(
    data: st.DataObject, sizes: tuple[int, int, int, int]
) -> None:
    order, dim, width, upper = sizes
    net = hierarchical(order, dim, width, data.draw(st.integers(0, 10**6)), upper)
    xs = [tuple(data.draw(vectors) for _ in range(dim)) for _ in range(order)]
    total = F(0)
    for index, entry in tensor(net).items():
        total += entry * math.prod((xs[i][k] for i, k in enumerate(index)), start=F(1))
    assert net(xs) == net.flattened()(xs) == total


@pytest.mark.parametrize(
    ("order", "dim", "width", "upper"), [(2, 3, 2, 1), (4, 2, 3, 2), (4, 3, 2, 1), (4, 3, 3, 3),
                                         (8, 2, 2, 1), (8, 2, 2, 2)],
)  # fmt: skip
def test_generic_circuits_reach_the_rank_of_the_theorem(
    order: int, dim: int, width: int, upper: int
) -> None:
    least = min(width, dim) ** (order // 2)
    for seed in range(8):
        net = hierarchical(order, dim, width, seed, upper)
        rank = linalg.rank(matricisation(net))
        assert least <= rank <= net.flattened().products
        if upper == 1 and width <= dim:
            assert rank == least == net.flattened().products  # so this is the CP rank


def test_a_neighbouring_matricisation_shows_nothing() -> None:
    net = hierarchical(8, 2, 2, 0, 1)
    assert linalg.rank(matricisation(net)) == 16
    assert linalg.rank(matricisation(net, rows=range(4))) == 1


def test_circuits_with_zero_weights_are_the_exception_that_the_theorem_allows() -> None:
    net = hierarchical(4, 2, 2, 0)
    first = tuple(tuple((row[0], F(0)) for row in m) for m in net.levels[0])
    degenerate = HierarchicalCircuit((first, *net.levels[1:]))
    assert linalg.rank(matricisation(net)) == 4
    assert linalg.rank(matricisation(degenerate)) == 1


@given(st.integers(1, 5), st.integers(0, 10**6))
def test_a_flat_circuit_has_no_rank_beyond_its_products(products: int, seed: int) -> None:
    source = Random(seed)
    factors = tuple(
        tuple(tuple(F(source.randint(-5, 5)) for _ in range(3)) for _ in range(products))
        for _ in range(4)
    )
    flat = CanonicalCircuit(factors, tuple(F(source.randint(-5, 5)) for _ in range(products)))
    assert linalg.rank(matricisation(flat)) <= products


def test_every_family_builds_at_its_defaults_and_names_its_sources() -> None:
    assert len(names()) == len(set(names())) == len(families())
    assert not set(names()) & set(en.gallery.names())
    for family in families():
        entry = get(family.name)
        assert entry.name == family.name
        assert dict(entry.parameters).keys() == {one.name for one in family.parameters}
        assert entry.statements and all(s.claim and s.source for s in entry.statements)
        assert entry.shallow is not None or entry.no_shallow


@pytest.mark.parametrize(
    ("name", "sizes", "error", "words"),
    [
        ("nowhere", {}, InputError, "one of telgarsky"),
        ("telgarsky", {"n": 3}, InputError, "the parameters k, got 'n'"),
        ("telgarsky", {"k": 0}, InputError, r"telgarsky.k: expected 1..12 \(powers of the tent\)"),
        ("telgarsky", {"k": "3"}, InputTypeError, "an integer, got str"),
        ("telgarsky", {"k": True}, InputTypeError, "an integer, got bool"),
        ("telgarsky", {"k": 3.0}, InputTypeError, "an integer, got float"),
        ("tree-max", {"n": 6}, InputError, "a power of 2, got 6"),
        ("tree-product", {"n": 4, "pieces": 5}, InputError, "an even number, got 5"),
        ("ball", {"pieces": 9}, InputError, "an even number, got 9"),
        (["ball"], {}, InputError, "one of telgarsky"),
        ("circuit", {"N": 8, "M": 4}, InputError, "up to 4096, got N=8 M=4 r=2 upper=1. Take a"),
        ("circuit", {"N": 6}, InputError, "a power of 2, got 6"),
        ("sawtooth", {"pieces": 64, "levels": 12}, InputError, "at most 4096 pieces"),
    ],
)
def test_parameters_out_of_range_are_refused(
    name: str, sizes: dict[str, int], error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words):
        get(name, **sizes)


def test_what_is_no_relu_network_or_has_no_exact_value_says_so() -> None:
    with pytest.raises(ConstructionError, match="a ReLU network, got an arithmetic circuit"):
        _ = get("circuit").relu
    with pytest.raises(ConstructionError, match="bounds only"):
        get("sphere-sine").target.value((F(1, 3), F(0), F(1, 2), F(0)))


def ones(rows: int, columns: int) -> tuple[tuple[F, ...], ...]:
    return ((F(1),) * columns,) * rows


@pytest.mark.parametrize(
    ("levels", "words"),
    [
        (((ones(1, 2),) * 2,), "N/2, ..., 1 nodes"),
        (((ones(1, 2),) * 3, (ones(1, 1),)), "two inputs a node"),
        (((ones(1, 2),) * 2, (ones(2, 1),)), "one output"),
        (((ones(1, 2), ones(1, 3)), (ones(1, 1),)), "one shape on level 0"),
        (((ones(2, 2),) * 2, (ones(1, 1),)), "rows of length 2 on level 1"),
    ],
)
def test_circuits_whose_shapes_do_not_fit_are_refused(
    levels: tuple[tuple[tuple[tuple[F, ...], ...], ...], ...], words: str
) -> None:
    with pytest.raises(InputError, match=words):
        HierarchicalCircuit(levels)


def test_a_flat_circuit_has_one_row_an_input_and_product() -> None:
    with pytest.raises(InputError, match="one row of one length"):
        CanonicalCircuit((ones(2, 3), ones(2, 3)), (F(1),))
    with pytest.raises(InputError, match="2 vectors of length 2"):
        hierarchical(2, 2, 1, 0)([(F(1), F(0))])


def test_an_entry_that_claims_equality_has_no_error() -> None:
    entry = get("l1-radial")
    with pytest.raises(InputError, match="0 for equality"):
        Separation("x", (), entry.target, entry.network, "equal", F(1, 2), entry.statements)
    with pytest.raises(InputError, match="labelled points"):
        Separation("x", (), entry.target, entry.network, "labels", F(0), entry.statements)
    with pytest.raises(InputError, match="2 inputs, got 3"):
        Separation(
            "x", (), entry.target, get("l1-radial", d=3).network, "sup", F(1), entry.statements
        )
