"""Sign changes on a line against Z3, least losses against all labellings, laws against regions."""

from collections.abc import Callable, Sequence
from fractions import Fraction as F
from itertools import combinations_with_replacement, pairwise, product

import pytest
import z3
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies_lower import interval_systems

from exactnet.errors import ConsistencyError, InputError, InputTypeError, LimitReached
from exactnet.exact.radicals import BinaryRadical, ExactReal
from exactnet.fractals import curves, gallery
from exactnet.fractals.curves import ApproximationCurve
from exactnet.fractals.distribution import FractalDistribution
from exactnet.fractals.ifs import IFS
from exactnet.geometry.box import Box
from exactnet.limits import Limits
from exactnet.networks.network import ReluNetwork
from exactnet.theorems.line.bracket import best_network, network_loss
from exactnet.theorems.line.law import Mass, line_law
from exactnet.theorems.line.narrow import changes_within
from exactnet.theorems.line.networks import (
    LineSigns,
    network_of_signs,
    padded,
    shallow_changes,
    shallow_width,
    signs_of,
)
from exactnet.theorems.line.optimum import (
    best_signs,
    best_signs_for,
    loss_of,
    lower_bound,
)
from exactnet.theorems.line.table import Prices
from exactnet.theorems.loss import conditional_losses, exact_loss

# ---------------------------------------------------------------- sign changes


def alternates(width: int, changes: int, first: int) -> bool:
    """Whether Z3 finds a network with one hidden layer whose sign alternates at changes + 1 points.

    Sides of the units and the gaps that their breakpoints lie in are tried one by one; the first
    two points are 0 and 1 (an affine change of coordinates).
    """
    points = [z3.RealVal(0), z3.RealVal(1), *z3.Reals(" ".join(f"x{i}" for i in range(2, 9)))]
    points = points[: changes + 1]
    bends, factors = z3.RealVector("t", width), z3.RealVector("d", width)
    constant = z3.Real("c")
    for places in combinations_with_replacement(range(changes + 2), width):
        for sides in product((1, -1), repeat=width):
            solver = z3.Tactic("qfnra-nlsat").solver()
            solver.add(*(a < b for a, b in pairwise(points)))
            values: list[z3.ArithRef] = [constant] * len(points)
            for bend, factor, place, side in zip(bends, factors, places, sides, strict=True):
                for i, x in enumerate(points):
                    solver.add(x <= bend if i < place else x >= bend)
                    if (i >= place) == (side > 0):
                        values[i] = values[i] + factor * side * (x - bend)
            for i, value in enumerate(values):
                solver.add(value >= 0 if first * (-1) ** i > 0 else value < 0)
            verdict = solver.check()
            assert verdict in (z3.sat, z3.unsat)
            if verdict == z3.sat:
                return True
    return False


@pytest.mark.parametrize("first", [1, -1])
@pytest.mark.parametrize("width", [1, 2, 3])
def test_z3_finds_as_many_sign_changes_as_the_lemma_and_no_more(width: int, first: int) -> None:
    most = shallow_changes(width)
    assert alternates(width, most, first)
    if width < 3:
        assert not alternates(width, most + 1, first)


def test_four_sign_changes_with_three_units_by_hand() -> None:
    """Slopes 2, -1, 1, -1: the widely stated "at most k" is wrong for k = 3."""
    net = ReluNetwork.of([([[1], [1], [-1]], [-1, -3, 5]), ([[-3, 2, -2]], [9])])
    assert [net([x])[0] for x in (-1, F(1, 2), 1, 2, 3, 4, 5, 6)] == [-3, 0, 1, 0, -1, 0, 1, 0]
    assert len(signs_of(net, F(-1), F(7)).changes) == 4


patterns = st.builds(
    LineSigns,
    st.sampled_from([1, -1]),
    st.sets(st.fractions(-9, 9, max_denominator=6), max_size=8).map(lambda s: tuple(sorted(s))),
)


@given(patterns)
def test_every_pattern_is_made_by_a_network_as_narrow_as_the_lemma_says(signs: LineSigns) -> None:
    net = network_of_signs(signs)
    count = len(signs.changes)
    assert net.depth == 1 and net.width == max(1, shallow_width(count))
    assert shallow_changes(shallow_width(count)) >= count
    assert count == 0 or shallow_changes(shallow_width(count) - 1) < count
    at = [F(-10), *signs.changes, F(10)]
    expected = signs.first
    for a, b in pairwise(at):
        for share in (F(1, 7), F(1, 2), F(6, 7)):
            (value,) = net([a + share * (b - a)])
            assert value * expected > 0
        expected = -expected
    assert all(net([z]) == (0,) for z in signs.changes)
    assert signs_of(net, F(-10), F(10)) == signs
    assert signs_of(padded(net, 4), F(-10), F(10)) == signs and padded(net, 4).depth == 4


small = st.integers(-3, 3).map(F)


@st.composite
def relu_networks(draw: st.DrawFn) -> ReluNetwork:
    layers, width = draw(st.integers(1, 3)), draw(st.integers(1, 4))
    sizes = [1, *[width] * layers, 1]
    return ReluNetwork.of([
        ([[draw(small) for _ in range(a)] for _ in range(b)], [draw(small) for _ in range(b)])
        for a, b in pairwise(sizes)
    ])  # fmt: skip


@settings(max_examples=200)
@given(relu_networks())
def test_no_network_changes_its_sign_more_often_than_the_lemmas_allow(net: ReluNetwork) -> None:
    changes = len(signs_of(net, F(-50), F(50)).changes)
    assert changes <= changes_within(net.depth, net.width) <= (net.width + 1) ** net.depth


def test_a_sign_that_touches_zero_in_a_point_does_not_change() -> None:
    tent = ReluNetwork.of([([[1], [-1]], [0, 0]), ([[-1, -1]], [0])])
    assert signs_of(tent, F(-1), F(1)) == LineSigns(-1, ())
    flat = ReluNetwork.of([([[1]], [0]), ([[-1]], [0])])  # 0, then negative
    assert signs_of(flat, F(-1), F(1)) == LineSigns(1, (F(0),))


# ---------------------------------------------------------------- all labellings


def pieces(dist: FractalDistribution) -> list[tuple[F, F, ExactReal, ExactReal]]:
    """Intervals with their positive and negative mass, from the cells' sorted end points."""
    found: list[tuple[F, F, ExactReal, ExactReal]] = []
    ifs, n = dist.ifs, dist.depth
    for level in range(n):
        for cell in ifs.prefractal(level).cells():
            children = sorted(
                tuple(sorted(cell.map(f(v))[0] for v in ifs.base.vertices())) for f in ifs.maps
            )
            low, high = sorted(v[0] for v in cell.vertices())
            ends = [low, *(x for child in children for x in child), high]
            gaps = [(a, b) for a, b in zip(ends[::2], ends[1::2], strict=True) if a < b]
            whole = sum((b - a for a, b in gaps), start=F(0))
            mass = dist.curve.levels[level] / ifs.r**level
            found += [(a, b, F(0), mass * ((b - a) / whole)) for a, b in gaps]
    for cell in ifs.prefractal(n).cells():
        low, high = sorted(v[0] for v in cell.vertices())
        found.append((low, high, F(1, 2 * ifs.r**n), F(0)))
    return sorted(found)


def brute_force(parts: Sequence[tuple[F, F, ExactReal, ExactReal]]) -> list[ExactReal]:
    """The least loss of all labellings, by number of changes."""
    best: list[ExactReal] = [F(9)] * len(parts)  # more than all masses
    for labels in product((1, -1), repeat=len(parts)):
        changes = sum(a != b for a, b in pairwise(labels))
        loss: ExactReal = F(0)
        for label, (_, _, positive, negative) in zip(labels, parts, strict=True):
            loss = loss + (negative if label > 0 else positive)
        best[changes] = min(best[changes], loss)
    for c in range(1, len(best)):
        best[c] = min(best[c], best[c - 1])
    return best


@pytest.mark.parametrize(
    ("name", "curve"),
    [
        ("cantor", curves.uniform(1)),
        ("cantor-reversed", curves.weights([1, 2])),
        ("uneven-cantor", curves.weights([3, 1])),
        ("cantor", curves.uniform(3)),
        ("uneven-cantor", curves.fine(3)),
        ("cantor-reversed", curves.masses(["1/16", "3/16", "1/4"])),
    ],
)
def test_the_least_losses_are_those_of_all_labellings(name: str, curve: ApproximationCurve) -> None:
    dist = FractalDistribution(gallery.get(name), curve.depth, curve)
    masses = line_law(dist).under(curve)
    expected = brute_force(pieces(dist))
    found = best_signs_for(masses, range(len(expected) + 3))
    assert [o.loss for o in found[: len(expected)]] == expected
    assert {o.loss for o in found[len(expected) :]} == {0}
    for optimum in found:
        assert len(optimum.signs.changes) <= optimum.changes
        assert loss_of(masses, optimum.signs) == optimum.loss


@settings(max_examples=40)
@given(
    st.booleans().flatmap(lambda touching: interval_systems(touching=touching)),
    st.integers(1, 2),
)
def test_so_they_are_on_random_systems(system: tuple[IFS, object], depth: int) -> None:
    ifs = system[0]
    if sum(abs(f.determinant()) for f in ifs.maps) == 1:
        return
    dist = FractalDistribution(ifs, depth, curves.uniform(depth))
    parts = pieces(dist)
    if len(parts) > 11:
        return
    masses = line_law(dist).under(dist.curve)
    expected = brute_force(parts)
    assert [best_signs(masses, c).loss for c in range(len(parts))] == expected


weights = st.integers(0, 6).map(lambda v: F(v, 24))
random_masses = st.lists(st.tuples(weights, weights), min_size=1, max_size=8).map(
    lambda pairs: [Mass(F(i), F(i + 1), p, q) for i, (p, q) in enumerate(pairs)]
)


@given(random_masses, st.integers(0, 8))
def test_positives_and_negatives_may_share_an_interval(masses: list[Mass], changes: int) -> None:
    expected = brute_force([(m.low, m.high, m.positive, m.negative) for m in masses])
    optimum = best_signs(masses, changes)
    assert optimum.loss == expected[min(changes, len(masses) - 1)] == loss_of(masses, optimum.signs)


@given(random_masses, st.integers(0, 6), st.sampled_from([1, -1]), st.data())
def test_no_prices_prove_more_than_is_true(
    masses: list[Mass], changes: int, first: int, data: st.DataObject
) -> None:
    runs = len(best_signs(masses, changes).prices[0].values)
    values = tuple(data.draw(st.integers(-6, 6).map(lambda v: F(v, 24))) for _ in range(runs))
    bound = lower_bound(masses, Prices(first, changes, values))
    for labels in product((1, -1), repeat=len(masses)):
        if sum(a != b for a, b in pairwise((first, *labels))) <= changes:
            wrong = [
                m.negative if s > 0 else m.positive for m, s in zip(masses, labels, strict=True)
            ]
            assert bound <= sum(wrong)


@pytest.mark.parametrize(("first", "last"), [(1, F(-1, 2)), (-1, F(1, 2))])
def test_an_odd_change_is_paid_for(first: int, last: F) -> None:
    half, none = F(1, 2), F(0)
    masses = [Mass(F(0), F(1), half, none), Mass(F(1), F(2), none, half)][::first]
    assert lower_bound(masses, Prices(first, 1, (none, last))) == 0
    assert lower_bound(masses, Prices(first, 0, (none, last))) == half


@given(random_masses, patterns.filter(lambda s: len(s.changes) < 4))
def test_no_prediction_is_better_wherever_it_changes(masses: list[Mass], signs: LineSigns) -> None:
    moved = LineSigns(signs.first, tuple(z / 2 + 4 for z in signs.changes))
    assert best_signs(masses, len(signs.changes)).loss <= loss_of(masses, moved)


def test_irrational_masses_need_no_rounding() -> None:
    dist = FractalDistribution(gallery.cantor(), 5, curves.talk(1))
    masses = line_law(dist).under(dist.curve)
    for optimum in best_signs_for(masses, (1, 4, 9, 62)):
        assert isinstance(optimum.loss, BinaryRadical) or optimum.loss == 0
        assert {lower_bound(masses, prices) for prices in optimum.prices} >= {optimum.loss}
        assert loss_of(masses, optimum.signs) == optimum.loss
    prices = optimum.prices[0]
    with pytest.raises(ConsistencyError, match="prices: expected 63, got 62"):
        lower_bound(masses, Prices(1, 1, prices.values[1:]))


# ---------------------------------------------------------------- networks


@pytest.mark.parametrize(
    ("name", "n", "negatives", "margin"),
    [("cantor", 4, "shell", None), ("cantor", 3, "central", "1/8"),
     ("uneven-cantor", 3, "shell", "1/3"), ("cantor-reversed", 3, "shell", None)],
)  # fmt: skip
def test_the_networks_attain_the_least_losses_by_integration_over_regions(
    name: str, n: int, negatives: str, margin: str | None
) -> None:
    curve = curves.weights(range(1, n + 1))
    dist = FractalDistribution(gallery.get(name), n, curve, negatives, margin)
    for layers, width in ((1, 1), (1, 2), (1, 3), (1, 6), (2, 2), (2, 4), (3, 3), (5, 6)):
        best = best_network(dist, layers, width)
        assert (best.network.depth, best.network.width <= width) == (layers, True)
        assert exact_loss(best.network, dist) == best.upper >= best.lower
        assert layers > 1 or best.exact


@settings(max_examples=60)
@given(relu_networks())
def test_no_network_beats_the_bracket_of_its_size(net: ReluNetwork) -> None:
    dist = FractalDistribution(gallery.cantor(), 3, curves.fine(3))
    loss = exact_loss(net, dist)
    assert loss >= best_network(dist, net.depth, net.width).lower
    assert loss == network_loss(line_law(dist).under(dist.curve), net)


def test_folding_reaches_what_shallow_networks_of_the_same_width_do_not() -> None:
    dist = FractalDistribution(gallery.cantor(), 5, curves.fine(5))
    assert best_network(dist, 1, 8).upper > best_network(dist, 2, 8).upper == 0
    assert best_network(dist, 4, 3).network.neurons < 31 == shallow_width(32)


# ---------------------------------------------------------------- laws


@pytest.mark.parametrize(
    ("name", "negatives", "margin"),
    [("cantor", "shell", "1/4"), ("uneven-cantor", "shell", None), ("cantor-2d", "central", None),
     ("cantor-dust", "shell", "1/2"), ("tetrahedron-dust", "shell", None),
     ("sheared-dust", "shell", None)],
)  # fmt: skip
def test_laws_agree_with_probabilities_from_polytopes(
    name: str, negatives: str, margin: str | None
) -> None:
    ifs = gallery.get(name)
    axis = ifs.dim - 1
    dist = FractalDistribution(ifs, 2, curves.masses(["1/8", "3/8"]), negatives, margin)
    masses = line_law(dist, axis).under(dist.curve)
    low, high = masses[0].low, masses[-1].high
    for a, b in ((F(1, 9), F(3, 4)), (F(0), F(1, 3)), (F(4, 5), F(1)), (F(2, 5), F(3, 5))):
        left, right = low + a * (high - low), low + b * (high - low)
        sides = list(zip(ifs.base.lower, ifs.base.upper, strict=True))
        sides[axis] = (left, right)
        for label, kind in ((1, "positive"), (-1, "negative")):
            held: ExactReal = F(0)
            for mass in masses:
                inside = min(mass.high, right) - max(mass.low, left)
                if inside > 0:
                    held = held + getattr(mass, kind) * (inside / (mass.high - mass.low))
            assert held == dist.probability(Box.of(sides), label)


def test_laws_go_through_networks() -> None:
    dist = FractalDistribution(gallery.uneven_cantor(), 2, curves.uniform(2))
    law = line_law(dist)
    tilted = ReluNetwork.of([([[5], [-5]], [1, -1]), ([[1, -2]], [0])])  # 5x+1, twice below 0
    out = law.through(tilted)
    assert [sum(p) for p in zip(*(s.parts for s in out.stretches), strict=True)] == [1, 1, 1]
    for c in (-7, -1, 0, 2, 5):
        above = ReluNetwork((*tilted.layers[:-1], *ReluNetwork.of([([[1, -2]], [-c])]).layers))
        losses = conditional_losses(above, dist)
        held = [F(0)] * 3
        for stretch in out.stretches:
            share = max(F(0), stretch.high - max(stretch.low, c)) / (stretch.high - stretch.low)
            held = [h + share * p for h, p in zip(held, stretch.parts, strict=True)]
        assert held == [*losses.negatives, 1 - losses.positives]


def test_shares_weigh_the_words() -> None:
    dist = FractalDistribution(gallery.cantor(), 2, curves.uniform(2))
    masses = line_law(dist, 0, ["3/4", "1/4"]).under(dist.curve)
    positives = [m.positive for m in masses if m.positive]
    assert positives == [F(9, 32), F(3, 32), F(3, 32), F(1, 32)]
    assert [m.negative for m in masses if m.negative] == [F(3, 16), F(1, 4), F(1, 16)]
    even = line_law(dist, 0, ["1/2", "1/2"])
    assert even == line_law(dist)


# ---------------------------------------------------------------- refusals


def cantor(n: int) -> FractalDistribution:
    return FractalDistribution(gallery.cantor(), n, curves.uniform(n))


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: shallow_changes(-1), InputError, "width: expected an integer >= 0, got -1"),
        (lambda: changes_within(0, 1), InputError, "layers: expected an integer >= 1, got 0"),
        (lambda: line_law(cantor(2), 0, [1, 0]), InputError, "shares: expected 2 positive"),
        (lambda: line_law(cantor(2), 0, ["1/2"]), InputError, "shares"),
        (lambda: line_law(cantor(2), 0, [0.5, 0.5]), InputTypeError, "float 0.5"),
        (lambda: line_law(cantor(14)), InputError, "cells over at most 8192 intervals"),
        (
            lambda: line_law(FractalDistribution(gallery.rotated_dust(), 1, curves.fine(1))),
            InputError,
            "axis: expected maps whose coordinate 0 depends on coordinate 0 alone",
        ),
        (
            lambda: best_network(
                FractalDistribution(gallery.cantor_dust(), 1, curves.fine(1)), 1, 2
            ),
            InputError,
            "best_network: expected a distribution on the line, got one in R\\^2",
        ),
        (lambda: best_network(cantor(1), 0, 1), InputError, "layers: expected 1..64, got 0"),
        (lambda: best_network(cantor(1), 10**6, 1), InputError, "layers: expected 1..64"),
        (lambda: best_network(cantor(1), True, 1), InputTypeError, "layers: .* got bool"),
        (lambda: best_network(cantor(1), 1, 0), InputError, "width: expected 1..1000000, got 0"),
        (
            lambda: line_law(cantor(1)).through(ReluNetwork.of([([[0]], [0])])),
            InputError,
            "constant nowhere",
        ),
        (
            lambda: best_signs(line_law(cantor(6)).under(curves.uniform(6)), 9, Limits(1e-9)),
            LimitReached,
            "time limit",
        ),
    ],
)
def test_bad_requests_are_refused(
    make: Callable[[], object], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        make()
