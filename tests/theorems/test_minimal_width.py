"""Minimal widths: closed forms against Z3, cvc5 and exhaustive linear programmes."""

import random
from fractions import Fraction as F
from itertools import combinations_with_replacement, pairwise, product

import cvc5
import pytest
import z3

import exactnet as en
from exactnet.exact import lp
from exactnet.fractals.labelling import Labelling
from exactnet.theorems.line.narrow import (
    changes_within,
    least_width,
    two_by_two,
    width_for_changes,
    zigzag_network,
)
from exactnet.theorems.line.networks import LineSigns, signs_of
from exactnet.theorems.widths import minimal as minimal_module
from exactnet.theorems.widths.below_dimension import turning_instance
from exactnet.theorems.widths.candidates import candidates
from exactnet.theorems.widths.labelled_points import Sample, samples_of, shallow_network
from exactnet.theorems.widths.lower_bounds import LowerBound, lower_bounds
from exactnet.theorems.widths.minimal import minimal_width
from exactnet.theorems.widths.search import search_width
from exactnet.theorems.widths.sections import axis_line, section
from exactnet.verification import smt

CANTOR, UNEVEN, DUST = en.gallery.cantor(), en.gallery.uneven_cantor(), en.gallery.cantor_dust()
LIMITS = en.Limits(seconds=10**6)  # they count from here on


def alternating(count, first, spread=1):
    return [
        Sample((F(x) if spread == 1 else F(x * x, 3),), first * (-1) ** x) for x in range(count)
    ]


def random_net(rng, shape):
    layers = []
    for a, b in pairwise(shape):
        rows = [[F(rng.randint(-6, 6), rng.randint(1, 3)) for _ in range(a)] for _ in range(b)]
        layers.append((rows, [F(rng.randint(-6, 6), rng.randint(1, 3)) for _ in range(b)]))
    return en.ReluNetwork.of(layers)


@pytest.mark.parametrize(
    ("n", "domain", "width"),
    [(0, "base", 1), (1, "base", 2), (2, "base", 5), (0, "space", 2), (1, "space", 3)],
)
def test_the_cantor_set_has_these_minimal_widths_with_one_hidden_layer(n, domain, width):
    found = minimal_width(CANTOR, n, domain=domain)
    assert found.value == width == found.network.width
    claim = en.realizes(found.network, CANTOR, n, domain=CANTOR.base if domain == "base" else None)
    assert en.prove(claim, route="z3").verdict is en.Proved  # the other route than the one taken
    assert found.upper.result.route == "regions"
    if width > 1:  # both routes to the lower end
        assert {b.route for b in found.lower if b.width == width} >= {"line", "points"}


def test_everywhere_the_second_cantor_set_takes_seven_units():
    found = lower_bounds(CANTOR, 2, 1, True)[0]
    assert found.width == 7
    assert minimal_width(CANTOR, 2, domain="space", limits=en.Limits(seconds=30)).bracket == (7, 7)


@pytest.mark.parametrize("first", [1, -1])
@pytest.mark.parametrize("spread", [1, 2])
@pytest.mark.parametrize("count", range(2, 8))
def test_z3_finds_weights_for_alternating_points_exactly_from_the_least_width_on(
    count, spread, first
):
    points = alternating(count, first, spread)
    width = least_width(1, LineSigns(first, tuple(F(x) for x in range(count - 1))))
    net = shallow_network(points, width, LIMITS)
    assert all((net(s.point)[0] >= 0) == (s.sign > 0) for s in points)
    if width > 1:
        assert shallow_network(points, width - 1, LIMITS) is None


def best_gap(points, units):
    """The largest t <= 1 with f >= 0 on positives, f <= -t on negatives, for fixed patterns.

    A unit is (sign, first, last): it is on for points first..last-1, a prefix or a suffix.
    """
    k = len(units)
    rows, bounds = [], []
    for x, sample in enumerate(points):
        f = [F(0)] * (2 * k + 2)
        f[-2] = F(1)
        for i, (sign, start, end) in enumerate(units):
            on = start <= x < end
            before = [F(0)] * (2 * k + 2)
            before[2 * i], before[2 * i + 1] = sample.point[0], F(1)
            rows.append([-v if on else v for v in before])
            bounds.append(F(0))
            if on:
                f = [a + sign * b for a, b in zip(f, before, strict=True)]
        row = [-sample.sign * v for v in f]
        row[-1] = F(int(sample.sign < 0))
        rows.append(row)
        bounds.append(F(0))
    rows.append([F(0)] * (2 * k + 1) + [F(1)])
    bounds.append(F(1))
    goal = (F(0),) * (2 * k + 1) + (F(1),)
    best = lp.maximise(goal, tuple(map(tuple, rows)), tuple(bounds))
    assert isinstance(best, lp.Optimum)  # its multipliers have been checked
    return best.value


@pytest.mark.parametrize(("count", "width"), [(2, 1), (3, 1), (3, 2), (4, 2), (5, 2)])
@pytest.mark.parametrize("first", [1, -1])
def test_linear_programmes_over_all_patterns_agree_with_the_closed_form(count, width, first):
    points = alternating(count, first)
    sides = {(0, m) for m in range(count + 1)} | {(m, count) for m in range(count)}
    units = [(sign, *side) for sign in (1, -1) for side in sorted(sides)]
    best = max(best_gap(points, chosen) for chosen in combinations_with_replacement(units, width))
    assert (best > 0) == (width >= width_for_changes(1, count - 1))


@pytest.mark.parametrize("shape", [(2,), (3,), (2, 2), (2, 3), (3, 2), (2, 2, 2), (1, 4), (3, 3)])
def test_random_networks_never_change_their_sign_more_often_than_the_lemmas_say(shape):
    rng = random.Random(str(shape))
    most = 0
    for _ in range(150):
        net = random_net(rng, (1, *shape, 1))
        most = max(most, len(signs_of(net, F(-40), F(40)).changes))
    assert 0 < most <= changes_within(len(shape), max(shape))


@pytest.mark.parametrize("first", [1, -1])
def test_two_layers_of_two_units_make_six_uneven_changes_where_they_are_asked_to(first):
    rng = random.Random(first)
    for _ in range(40):
        steps = [F(rng.randint(1, 9), rng.randint(1, 5)) for _ in range(5)]
        z = [F(rng.randint(-5, 5))]
        for step in steps:
            z.append(z[-1] + step)
        signs = LineSigns(first, tuple(z))
        net = two_by_two(signs)
        if steps[0] == steps[-1]:
            assert net is None
            continue
        assert (net.depth, net.width) == (2, 2)
        assert signs_of(net, z[0] - 9, z[-1] + 9) == signs
        assert all(net([x])[0] == 0 for x in z)
        for k, (a, b) in enumerate(pairwise((z[0] - 5, *z, z[-1] + 5))):
            assert net([(a + b) / 2])[0] * first * (-1) ** k > 0


def test_networks_of_two_by_two_units_near_those_that_work_stay_uneven():
    rng = random.Random(5)
    base = two_by_two(LineSigns(1, tuple(map(F, (1, 2, 3, 4, 5, 15)))))
    seen = 0
    for _ in range(400):
        layers = [
            (
                [[w * (1 + F(rng.randint(-20, 20), 1000)) for w in row] for row in layer.weight],
                [b * (1 + F(rng.randint(-20, 20), 1000)) for b in layer.bias],
            )
            for layer in base.layers
        ]
        z = signs_of(en.ReluNetwork.of(layers), F(-50), F(50)).changes
        assert len(z) <= 6
        if len(z) == 6:
            seen += 1
            assert z[1] - z[0] != z[5] - z[4]
    assert seen > 5


def plane_samples(z, p, q):
    """The points of a pattern on the path (relu(x - p), relu(q - x)) that Lemma 5 is about."""
    ends = (z[0] - 1, *z, z[-1] + 1)
    samples = [Sample((max(x - p, F(0)), max(q - x, F(0))), 0) for x in z]
    for k, (a, b) in enumerate(pairwise(ends)):
        x = (a + b) / 2
        samples.append(Sample((max(x - p, F(0)), max(q - x, F(0))), (-1) ** k))
    return [*samples, Sample((F(0), q - p), 1), Sample((q - p, F(0)), 1)]


def test_z3_agrees_with_lemma_5_for_first_layers_on_a_grid():
    even, uneven = (tuple(map(F, z)) for z in ((1, 2, 3, 4, 5, 6), (1, 2, 3, 4, 5, 7)))
    shares = [F(k, 8) for k in (0, 1, 4, 7, 8)]
    found = {True: 0, False: 0}
    for z in (even, uneven):
        for s, t in product(shares, shares):
            p, q = z[1] + s * (z[2] - z[1]), z[3] + t * (z[4] - z[3])
            steep = (z[5] - p) * (q - z[3]) > (z[4] - z[3]) * (q - z[0])
            flat = (z[5] - p) * (z[2] - z[1]) < (z[2] - p) * (q - z[0])
            inner = 0 < s < 1 and 0 < t < 1
            exists = shallow_network(plane_samples(z, p, q), 2, LIMITS) is not None
            assert exists == (inner and (steep or flat)), (z, p, q)
            found[exists] += z == uneven
    assert found[True] and found[False]


def test_two_hidden_layers_of_two_units_suffice_only_for_uneven_gaps():
    assert minimal_width(CANTOR, 2, 2).bracket == (3, 3)
    found = minimal_width(UNEVEN, 2, 2)
    assert (found.value, found.network.depth, found.network.width) == (2, 2, 2)
    claim = en.realizes(found.network, UNEVEN, 2, domain=UNEVEN.base)
    assert en.prove(claim, route="z3").verdict is en.Proved


@pytest.mark.parametrize("shift", [0, 1])
@pytest.mark.parametrize("domain", ["base", "space"])
def test_three_cells_inside_the_base_take_three_units_twice_if_the_outer_ones_are_equal(
    shift, domain
):
    last = F(1 + shift, 10)
    maps = [([["1/10"]], ["-4/5"]), ([["1/5"]], [0]), ([[last]], ["3/5"])]
    three = en.IFS.of(maps)
    assert minimal_width(three, 1, 1, domain).value == 5
    assert minimal_width(three, 1, 2, domain).value == (2 if shift else 3)


@pytest.mark.parametrize("inside", [1, -1])
def test_zigzags_have_the_sign_wanted_on_every_interval(inside):
    intervals = [(F(0), F(1)), (F(3, 2), F(4)), (F(5), F(21, 4))]
    net = zigzag_network(intervals, inside)
    for x in (F(k, 16) for k in range(-32, 128)):
        closed = any(a <= x <= b for a, b in intervals)
        opened = any(a < x < b for a, b in intervals)
        assert (net([x])[0] >= 0) == (closed if inside == 1 else not opened)


@pytest.mark.parametrize("ifs", [CANTOR, UNEVEN, DUST, en.gallery.rotated_dust()])
@pytest.mark.parametrize("everywhere", [False, True])
def test_sections_alternate_where_the_prefractal_does(ifs, everywhere):
    label = Labelling(ifs, 2).label
    cells = list(ifs.prefractal(2).cells())
    lines = [axis_line(cells[0].centre, axis) for axis in range(ifs.dim)]
    other = cells[-1].centre
    lines.append((other, tuple(b - a for a, b in zip(cells[0].centre, other, strict=True))))
    for line in lines:
        found = section(ifs, 2, line, everywhere)
        points = found.points()
        assert [label(x) for x, _ in points] == [sign for _, sign in points]
        assert all(a != b for (_, a), (_, b) in pairwise(points))
        for s in found.signs.changes:
            tiny = F(1, 10**6)
            assert {label(found.at(s - tiny)), label(found.at(s + tiny))} == {1, -1}


@pytest.mark.parametrize("everywhere", [False, True])
@pytest.mark.parametrize("ifs", [CANTOR, DUST, en.gallery.sheared_dust(), turning_instance().ifs])
def test_networks_that_are_proved_have_the_signs_of_the_samples(ifs, everywhere):
    net = en.compile_ifs(ifs, 1)
    samples = samples_of(ifs, 1, everywhere)
    assert {s.sign for s in samples} >= {-1, 0}
    for sample in samples:
        value = net(sample.point)[0]
        assert (value > 0) - (value < 0) in ((0,) if sample.sign == 0 else (sample.sign, 0))
        assert (value < 0) == (sample.sign < 0)


def smtlib(samples, width, monkeypatch):
    """The questions that shallow_network puts to Z3, as text."""
    texts = []

    def record(formulas, wanted, limits):
        solver = z3.SolverFor("QF_LRA")
        solver.add(*formulas)
        texts.append("(set-logic QF_LRA)\n" + solver.to_smt2())

    with monkeypatch.context() as patch:
        patch.setattr(smt, "find_model", record)
        assert shallow_network(samples, width, LIMITS) is None
    return texts


def ask_cvc5(text):
    solver = cvc5.Solver()
    reader = cvc5.InputParser(solver)
    reader.setStringInput(cvc5.InputLanguage.SMT_LIB_2_6, text, "question")
    answers = []
    while not (command := reader.nextCommand()).isNull():
        answers.append(str(command.invoke(solver, reader.getSymbolManager())).strip())
    return next(a for a in answers if a in ("sat", "unsat", "unknown"))


def test_the_corner_dust_takes_five_units_in_one_hidden_layer():
    found = minimal_width(DUST, 1)
    assert found.value == 5
    assert found.lower[0].route == "points"
    net = found.network
    assert (net.depth, net.width) == (1, 5)
    assert en.prove(en.realizes(net, DUST, 1, domain=DUST.base), route="z3").verdict is en.Proved
    points = found.lower[0].points
    assert len(points) == 25
    for sample in points:  # the proved network has these signs, so the points ask for nothing more
        value = net(sample.point)[0]
        assert value == 0 if sample.sign == 0 else (value >= 0) == (sample.sign > 0)


def test_another_solver_finds_no_three_units_for_the_corner_dust(monkeypatch):
    texts = smtlib(samples_of(DUST, 1, False), 3, monkeypatch)
    assert len(texts) == 4  # 3, 2, 1, 0 units with the sign +
    assert {ask_cvc5(text) for text in texts} == {"unsat"}


def test_the_search_learns_from_counterexamples():
    few = (Sample((F(-1),), 1), Sample((F(0),), -1), Sample((F(1),), 1))
    points, net, result = search_width(CANTOR, 1, 2, few, False, LIMITS, lambda _: None)
    assert len(points) > len(few)
    assert net.width == 2
    assert result.verdict is en.Proved
    assert search_width(CANTOR, 1, 1, few, False, LIMITS, lambda _: None) == (few, None, None)


@pytest.mark.parametrize("ifs", [CANTOR, UNEVEN, DUST])
@pytest.mark.parametrize("n", [1, 2])
def test_minimal_widths_fall_with_layers_and_grow_with_the_domain(ifs, n):
    quick = en.Limits(seconds=3)
    highs = []
    for t in (1, 2, 3, 4):
        base = lower_bounds(ifs, n, t, False)[0].width
        assert base <= lower_bounds(ifs, n, t, True)[0].width
        found = candidates(ifs, n, t, False)
        highs.append(found[0].network.width if found else None)
        assert all(c.network.depth <= t for c in found)
        proved = minimal_width(ifs, n, t, limits=quick) if t > 1 or ifs.dim == 1 else None
        if proved is not None:
            low, high = proved.bracket
            assert low <= high
            assert proved.network.depth == t
            assert proved.upper.result.verdict is en.Proved
    known = [h for h in highs if h is not None]
    assert known == sorted(known, reverse=True)


def test_padding_to_the_number_of_layers_keeps_a_proof():
    found = minimal_width(CANTOR, 1, 4)
    assert (found.value, found.network.depth, found.network.width) == (2, 4, 2)
    claim = en.realizes(found.network, CANTOR, 1, domain=CANTOR.base)
    assert en.prove(claim, route="regions").verdict is en.Proved


def test_a_first_layer_narrower_than_d_needs_maps_that_do_not_contract_in_the_cube():
    routes = {b.route: b.width for b in lower_bounds(DUST, 1, 3, False)}
    assert routes["directions"] == 2
    turning = turning_instance()
    assert "directions" not in {b.route for b in lower_bounds(turning.ifs, 1, 1, False)}
    assert minimal_width(turning.ifs, 1, limits=en.Limits(seconds=5)).bracket[0] <= 2
    everywhere = {b.route: b.width for b in lower_bounds(turning.ifs, 1, 1, True)}
    assert everywhere["directions"] == 5


def test_depths_with_more_cells_than_can_be_listed_still_have_a_lower_end():
    found = minimal_width(CANTOR, 300)
    assert found.bracket == (2**301 - 3, None)  # 2^301 - 2 changes
    assert minimal_width(CANTOR, 300, domain="space").bracket == (2**301 - 1, None)
    assert minimal_width(UNEVEN, 300, 64).bracket[0] < 200


def test_touching_images_are_taken_as_the_set_they_are():
    halves = en.IFS.of([([["1/2"]], ["-1/2"]), ([["1/2"]], ["1/2"])])
    assert minimal_width(halves, 3).value == 1  # K_3 = K_0
    thirds = en.IFS.of([([["1/3"]], ["-2/3"]), ([["1/3"]], [0])])
    assert minimal_width(thirds, 1).value == 1  # [-1, 1/3]


def test_a_lower_bound_that_a_network_beats_is_a_bug_that_is_reported(monkeypatch):
    wrong = [LowerBound(9, "line", "wrong on purpose")]
    monkeypatch.setattr(minimal_module, "lower_bounds", lambda *_: wrong)
    with pytest.raises(en.ExactnetError, match="Report this bug"):
        minimal_width(CANTOR, 2)


def test_weights_that_z3_finds_against_the_closed_form_are_a_bug_that_is_reported(monkeypatch):
    net = en.compile_ifs(CANTOR, 1)
    monkeypatch.setattr(minimal_module, "shallow_network", lambda *_: net)
    with pytest.raises(en.ExactnetError, match="two routes disagree"):
        minimal_width(CANTOR, 2)


def test_without_time_the_bounds_remain():
    found = minimal_width(DUST, 1, limits=en.Limits(seconds=1e-9))
    assert found.bracket == (2, None)
    assert found.value is None
    assert "time limit" in found.notes[0]
    assert found.words() == "minimal width at least 2"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"layers": 0}, "layers: expected 1..64, got 0."),
        ({"layers": 65}, "got 65."),
        ({"layers": True}, "layers: expected an integer, got bool."),
        ({"layers": 1.0}, "got float."),
        ({"layers": "2"}, "got str."),
        ({"domain": "cube"}, "domain: expected 'base' or 'space', got 'cube'."),
        ({"domain": None}, "got None."),
        ({"depth": -1}, "depth: expected 0 <= depth <= 1000, got -1."),
    ],
)
def test_bad_arguments_are_refused(arguments, message):
    with pytest.raises((en.InputError, en.InputTypeError)) as error:
        minimal_width(CANTOR, **({"depth": 1} | arguments))
    assert message in str(error.value)
