"""Theorem 2 as a report: bounds by brute force, hypotheses named, counterexamples re-proved."""

import json
import random
from fractions import Fraction as F

import pytest

import exactnet as en
from exactnet.regions import bounds
from exactnet.theorems.counts import integer_root, smallest
from exactnet.theorems.report import Outcome
from exactnet.theorems.second_theorem import theorem2
from exactnet.theorems.values import outwards
from exactnet.theorems.widths import realisation
from exactnet.theorems.widths.below_dimension import (
    coordinate_units,
    diagonal_instance,
    regions_table,
    turning_instance,
    widths_table,
)
from exactnet.theorems.widths.hypotheses import mass_in_cells, negatives_between
from exactnet.theorems.widths.required import (
    required_widths,
    talk_width,
)
from exactnet.theorems.widths.tables import BY_BOUND, MINIMAL, REGIONS, SIZES
from exactnet.verification.verdicts import Result, Verdict

CANTOR, DUST = en.gallery.cantor(), en.gallery.cantor_dust()
UNHURRIED = en.Limits(seconds=300)  # the default of 45 s is too little on a busy machine


@pytest.fixture(scope="module")
def cantor5():
    return theorem2(CANTOR, 5, limits=UNHURRIED)


@pytest.fixture(scope="module")
def dust3():
    return theorem2(DUST, 3, limits=UNHURRIED)


def test_the_cantor_set_at_n_5(cantor5):
    assert cantor5.verdict is Outcome.HOLDS
    assert cantor5.sizes == {
        "d": 1, "r": 2, "n": 5, "cells": 32, "hidden layers": 6, "width": 2, "regions": 64,
    }  # fmt: skip
    assert (cantor5.left, cantor5.right) == (2, 1)
    assert cantor5.table(MINIMAL).rows[0][:3] == (1, 61, 61)
    assert cantor5.table(MINIMAL).rows[5][:3] == (6, 2, 2)
    assert cantor5.seconds < 60


def test_the_corner_dust_at_n_3(dust3):
    assert dust3.verdict is Outcome.HOLDS
    assert dust3.sizes["regions"] == 484 >= dust3.sizes["cells"] == 64
    assert (dust3.left, dust3.right) == (4, 2)
    assert dust3.table(MINIMAL).rows[0][:3] == (1, 13, None)
    assert dust3.seconds < 60


@pytest.mark.parametrize("name", ["cantor5", "dust3"])
def test_the_regions_are_those_of_the_network_and_below_every_upper_bound(name, request):
    report = request.getfixturevalue(name)
    ifs, n = (CANTOR, 5) if name == "cantor5" else (DUST, 3)
    net = en.compile_ifs(ifs, n, "fold")
    counted = en.enumerate_regions(net, box=ifs.base).counts()["proper"]
    assert report.sizes["regions"] == counted
    rows = {row[0]: row for row in report.table(REGIONS).rows}
    assert rows["counted on K_0"][2] == counted
    for row in bounds.table(ifs.dim, [layer.outputs for layer in net.layers[:-1]]):
        shown = rows[row.name][2]
        if isinstance(row.value, int):
            assert shown == row.value
            assert row.kind != "upper" or counted <= shown
        elif row.value is not None:
            assert shown[0] <= row.value[0] <= row.value[1] <= shown[1]
    assert all(c.holds for c in report.comparisons)
    assert {c.name for c in report.comparisons} >= {
        "regions against serra", "regions against talk", "regions on K_0 against r^n",
    }  # fmt: skip


@pytest.mark.parametrize("d", [1, 2, 3])
@pytest.mark.parametrize("t", [1, 2, 3])
@pytest.mark.parametrize("regions", [1, 2, 7, 32, 64])
def test_the_smallest_width_by_each_bound_is_where_that_bound_crosses(d, t, regions):
    need = required_widths(d, t, regions)
    crossings = [
        (need.composed, lambda k: bounds.composed(d, t, k)),
        (need.montufar, lambda k: bounds.montufar(d, [k] * t)),
        (need.serra, lambda k: bounds.serra(d, [k] * t)),
        (need.hinz, lambda k: bounds.hinz(d, [k] * t)),
        (need.trivial, lambda k: bounds.trivial([k] * t)),
    ]
    if t == 1:
        crossings.append((need.zaslavsky, lambda k: bounds.zaslavsky(d, k)))
    if d == 1:
        crossings.append((need.line, lambda k: (k + 1) ** t))
    for width, bound in crossings:
        assert bound(width) >= regions
        assert width == 1 or bound(width - 1) < regions


@pytest.mark.parametrize(
    ("d", "t", "regions"), [(1, 1, 32), (2, 1, 64), (5, 1, 2), (2, 3, 4**40), (3, 2, 1)]
)
def test_the_talks_width_is_enclosed_and_decided_alike(d, t, regions):
    low, high = talk_width(d, t, regions)
    assert 0 < low < high
    width = required_widths(d, t, regions).talk_width
    assert width - 1 < high
    assert low <= width
    e_low, e_high = bounds.euler_number()
    assert (e_low * low / d) ** (t * d) <= regions <= (e_high * high / d) ** (t * d)
    for k in range(1, 12):
        if not low <= k <= high:
            assert bounds.talk_admits(d, t, k, regions) == (k > high)


def test_searching_roots_and_roundings_are_exact():
    rng = random.Random(1)
    for _ in range(200):
        bound = rng.randint(1, 10**9)
        assert smallest(lambda k, bound=bound: k >= bound) == bound
        value, degree = rng.randint(0, 10**30), rng.randint(1, 9)
        root = integer_root(value, degree)
        assert root**degree <= value < (root + 1) ** degree
        low, high = sorted(F(rng.randint(-99, 99), rng.randint(1, 99)) for _ in range(2))
        wide = outwards(low, high, 3)
        assert low - F(1, 1000) < wide[0] <= low <= high <= wide[1] < high + F(1, 1000)
        assert all(end * 1000 == int(end * 1000) for end in wide)


@pytest.mark.parametrize("name", ["sierpinski", "vicsek", "pentaflake"])
@pytest.mark.parametrize("n", [1, 3])
def test_touching_images_are_named_and_the_theorem_does_not_apply(name, n):
    ifs = en.gallery.get(name)
    found = negatives_between(ifs, n)
    assert not found.holds
    addresses = [
        [int(v) for v in part.split(")")[0].split(",")] for part in found.evidence.split("(")[1:3]
    ]
    point = [F(v) for v in found.evidence.rsplit("(", 1)[1].split(")")[0].split(",")]
    for address in addresses:
        assert len(address) == n
        local = ifs.prefractal(n).cell(tuple(address)).map.inverse()(tuple(point))
        assert local in ifs.base
    assert addresses[0] != addresses[1]
    if n == 1:
        report = theorem2(ifs, n, limits=en.Limits(seconds=6))
        assert report.verdict is Outcome.DOES_NOT_APPLY
        failing = {h.name for h in report.hypotheses if not h.holds}
        assert failing == {"images pairwise disjoint", "negatives between every two cells"}


def test_every_cell_has_the_mass_that_the_report_says():
    dist = en.FractalDistribution(DUST, 2, curve=en.curves.uniform(2))
    assert "1/32" in mass_in_cells(DUST, 2).evidence
    for cell in DUST.prefractal(2).cells():
        corners = cell.vertices()
        sides = [(min(v[j] for v in corners), max(v[j] for v in corners)) for j in range(2)]
        assert dist.probability(en.Box.of(sides), 1) == F(1, 32)


def test_a_network_that_is_wrong_is_refuted_and_nothing_is_concluded():
    tent = en.ReluNetwork.of([([[1], [-1]], [0, 0]), ([[1, 1]], ["-1/2"])])  # |x| - 1/2
    report = theorem2(CANTOR, 1, network=tent)
    assert report.verdict is Outcome.DOES_NOT_APPLY
    (failed,) = [h for h in report.hypotheses if not h.holds]
    assert failed.name == "the network realises K_n"
    assert "is positive, but f(x) = " in failed.evidence


def test_a_network_of_your_own_that_is_right_within_the_base_is_taken():
    net = en.ReluNetwork.of([([[1], [-1]], [0, 0]), ([[1, 1]], ["-1/3"])])
    report = theorem2(CANTOR, 1, network=net, layers=2)
    assert report.verdict is Outcome.HOLDS
    assert report.sizes["regions"] == 2
    assert report.sizes["width"] == 2
    assert len(report.table(BY_BOUND).rows) == 2


def test_a_unit_of_absolute_value_counts_twice_in_the_bounds_and_once_in_the_width():
    net = en.ReluNetwork.of([([[1]], [0]), ([[1]], ["-1/3"])], [["abs"]])
    report = theorem2(CANTOR, 1, network=net)
    assert report.verdict is Outcome.HOLDS
    assert report.left == 1
    rows = {row[0]: row[2] for row in report.table(REGIONS).rows}
    assert (rows["counted on K_0"], rows["trivial"]) == (2, 4)


def test_without_a_proof_the_verdict_is_open(monkeypatch):
    gave_up = Result(Verdict.UNKNOWN, "regions", "a claim", (), reason="the limit was reached")
    monkeypatch.setattr(realisation, "prove", lambda *_, **__: gave_up)
    report = theorem2(CANTOR, 1)
    assert report.verdict is Outcome.UNKNOWN
    assert any("neither proved nor refuted: the limit" in note for note in report.notes)


def test_counts_that_stop_early_are_lower_bounds_and_decide_only_what_they_can():
    report = theorem2(CANTOR, 12, method="exact", layers=1, limits=en.Limits(seconds=20, cells=60))
    assert any("in part" in note for note in report.notes)
    assert not any(c.name.startswith("regions against") for c in report.comparisons)
    assert report.table(REGIONS).rows[0][1] == "at least"


def test_the_formula_for_regions_fails_below_d():
    for k, d, counted, (low, high), allowed in regions_table().rows:
        points = [[F(1 if code >> i & 1 else -1) for i in range(d)] for code in range(2**d)]
        assert counted == len({coordinate_units(d, k).pattern(x) for x in points}) == 2**k
        assert low < high < counted
        assert not allowed
    ends = [row[3] for row in regions_table().rows]
    expected = [F("1.847"), F("3.412"), F("6.303")]
    assert all(
        x < low < high < x + F(1, 1000) for x, (low, high) in zip(expected, ends, strict=True)
    )


def test_two_units_realise_an_instance_in_five_dimensions_where_the_formula_asks_for_three():
    turning = turning_instance()
    ifs, net = turning.ifs, turning.network
    assert (ifs.dim, ifs.r, net.depth, net.width) == (5, 2, 1, 2)
    assert all(c.sup_norm < 1 and c.euclidean for c in ifs.contractions)
    assert ifs.contact.value == "disjoint"
    claim = en.realizes(net, ifs, 1, domain=ifs.base)
    assert en.prove(claim, route="z3").verdict is en.Proved
    assert turning.result.verdict is en.Proved
    rng = random.Random(3)
    seen = set()
    for _ in range(300):
        x = [F(rng.randint(0, 32 * side), 32) for side in (16, 8, 4, 2, 1)]
        if rng.random() < 0.5:
            x[0] = rng.choice([F(rng.randint(0, 20), 32), 16 - F(rng.randint(0, 20), 32)])
        inside = x in ifs.prefractal(1)
        seen.add(inside)
        assert (net(x)[0] >= 0) == inside
    assert seen == {True, False}
    low, _ = talk_width(5, 1, 2)
    assert low > 2
    assert widths_table().rows[0][2:] == (2, talk_width(5, 1, 2), False, "proved")


def test_the_report_on_that_instance_holds_and_says_that_the_talks_form_is_no_bound():
    turning = turning_instance()
    report = theorem2(turning.ifs, 1, network=turning.network, limits=en.Limits(seconds=20))
    assert report.verdict is Outcome.HOLDS
    assert not any("(d/e)" in c.name for c in report.comparisons)
    assert any("width 2 < d = 5" in note and "2.1129" in note for note in report.notes)


def test_two_units_have_loss_zero_on_a_distribution_with_central_negatives():
    diagonal = diagonal_instance()
    assert diagonal.loss == 0
    dist = en.FractalDistribution(diagonal.ifs, 1, curve=en.curves.fine(1), negatives="central")
    points, labels = dist.sample(20_000, seed=4)
    exact = [[F(v) for v in point] for point in points[:300].tolist()]
    signs = [1 if diagonal.network(x)[0] >= 0 else -1 for x in exact]
    assert signs == labels[:300].tolist()
    assert (abs(points.sum(axis=1)) >= 2.5).tolist() == (labels == 1).tolist()


def test_sizes_that_are_asked_for_are_ruled_out_or_not():
    report = theorem2(DUST, 2, layers=3, width=3)
    rows = report.table(SIZES).rows
    assert [(row[0], row[1], row[-1]) for row in rows] == [
        (1, 7, False), (2, 49, True), (3, 343, True),
    ]  # fmt: skip


def test_the_report_is_json_with_certified_intervals_as_pairs(cantor5):
    document = json.loads(json.dumps(cantor5.document()))
    assert document["verdict"] == "holds"
    row = next(t for t in document["tables"] if t["title"] == BY_BOUND)["rows"][0]
    low, high = (F(end) for end in row[1])
    assert low < F("11.7721427") < high + F(1, 10**6)
    assert {h["name"] for h in document["hypotheses"]} >= {
        "images pairwise disjoint", "the network realises K_n", "positive mass in every cell",
    }  # fmt: skip
    assert len(cantor5.rests_on) == len(set(cantor5.rests_on))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"method": "best"}, "method: expected one of exact, margin, fold, union, got 'best'."),
        ({"layers": 0}, "layers: expected 1..64, got 0."),
        ({"layers": True}, "layers: expected an integer, got bool."),
        ({"layers": "3"}, "layers: expected an integer, got str."),
        ({"width": 0}, "width: expected 1..1000000, got 0."),
        ({"width": 10**30}, "width: expected 1..1000000, got an integer of more than 20 digits."),
        ({"width": 2.0}, "width: expected an integer, got float."),
        ({"depth": -1}, "depth: expected 0 <= depth"),
        (
            {"network": en.compile_ifs(DUST, 1)},
            "claim: expected a network with 1 inputs and 1 output",
        ),
        (
            {"network": en.ReluNetwork.of([([[1]], [0])])},
            "network: expected a hidden layer, got none.",
        ),
        (
            {"network": en.compile_ifs(CANTOR, 1), "method": "fold"},
            "theorem2: expected a network or a method, got both.",
        ),
    ],
)
def test_bad_arguments_are_refused(arguments, message):
    with pytest.raises((en.InputError, en.InputTypeError)) as error:
        theorem2(CANTOR, **({"depth": 1} | arguments))
    assert message in str(error.value)


def test_a_method_that_does_not_apply_is_named_with_its_reason():
    report = theorem2(en.gallery.rotated_dust(), 1, method="fold", limits=en.Limits(seconds=4))
    assert report.verdict is Outcome.DOES_NOT_APPLY
    assert report.left is None
    assert any(note.startswith("fold: ") for note in report.notes)
