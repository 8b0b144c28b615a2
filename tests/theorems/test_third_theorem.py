"""Theorem 3 on instances: both sides, what fails without each hypothesis, the plane."""

import json
from collections.abc import Callable
from fractions import Fraction as F
from itertools import pairwise

import numpy as np
import pytest

from exactnet.errors import InputError, InputTypeError
from exactnet.fractals import curves, gallery
from exactnet.fractals.distribution import FractalDistribution
from exactnet.fractals.ifs import IFS
from exactnet.limits import Limits
from exactnet.theorems.line.bracket import best_network
from exactnet.theorems.loss import exact_loss
from exactnet.theorems.report import Comparison, Outcome, TheoremReport
from exactnet.theorems.third.counterexample import (
    PlaneCounterexample,
    counterexample_on,
    plane_counterexample,
    row_of_boxes,
)
from exactnet.theorems.third.sides import shallow_bound
from exactnet.theorems.third_theorem import theorem3

TOUCHING = IFS.of([([["1/2"]], ["-1/2"]), ([["1/4"]], ["1/4"])], name="touching")


def failed(report: TheoremReport) -> dict[str, str]:
    return {h.name: h.evidence for h in report.hypotheses if not h.holds}


def slides(report: TheoremReport) -> list[Comparison]:
    return [c for c in report.comparisons if "slides' bound" in c.name]


# ---------------------------------------------------------------- part 1


@pytest.mark.parametrize(
    ("name", "n", "layers"),
    [("cantor", 5, 11), ("cantor-reversed", 4, 9), ("uneven-cantor", 3, 7), ("cantor-dust", 3, 7),
     ("cantor-3d", 2, 5), ("sheared-dust", 2, 5)],
)  # fmt: skip
def test_part_one_holds_where_images_are_disjoint(name: str, n: int, layers: int) -> None:
    ifs, curve = gallery.get(name), curves.weights(range(1, n + 1))
    report = theorem3(ifs, n, curve, part=1)
    assert report.verdict is Outcome.HOLDS
    rows = report.table("Part 1: the network for K_j").rows
    assert [row[0] for row in rows] == list(range(n + 1))
    for row in rows:
        assert row[1] == curve.P(row[0]) and row[2] == row[3] == 1 - curve.P(row[0])
    assert (rows[-1][4], rows[-1][5]) == (layers, 2 * n + 2) and rows[-1][6] <= rows[-1][7]
    assert {c.relation for c in report.comparisons} == {"=", "<="}


def test_folded_networks_reach_the_same_loss_with_fewer_layers() -> None:
    rows = theorem3(gallery.cantor_dust(), 3, part=1).table("Part 1: the network for K_j").rows
    assert [(row[3], row[9], row[10]) for row in rows] == [
        (F(1, 2), 1, 4), (F(1, 3), 2, 4), (F(1, 6), 3, 4), (0, 4, 4)
    ]  # fmt: skip
    assert [row[8] for row in rows] == [row[3] for row in rows]


# ---------------------------------------------------------------- part 2 on the line


def test_the_cantor_set_of_depth_five() -> None:
    report = theorem3(gallery.cantor(), 5)
    assert report.verdict is Outcome.HOLDS and report.seconds < 60
    assert (report.left, report.right) == (F(3, 20), F(9, 20))
    assert report.sizes["smallest width with loss 0, t = 1"] == 61
    by_width = {row[0]: row[-1] for row in report.table("Part 2: both sides by width").rows}
    # a change of sign saves 1/20 at level 1, then 1/40 twice, ...: two changes a gap
    assert [by_width[k] for k in (1, 2, 3, 5, 7)] == [
        F(9, 20), F(2, 5), F(7, 20), F(3, 10), F(11, 40)
    ]  # fmt: skip
    assert by_width[61] == 0
    json.dumps(report.document())
    assert "theorem 3 on cantor-1d, n = 5" in report.text()


@pytest.mark.parametrize("number", range(1, 7))
def test_the_talks_curves(number: int) -> None:
    report = theorem3(gallery.cantor(), 5, curves.talk(number), width=3)
    assert report.verdict is Outcome.HOLDS
    dist = FractalDistribution(gallery.cantor(), 5, curves.talk(number))
    assert report.right == exact_loss(best_network(dist, 1, 3).network, dist)
    assert report.left == max(
        shallow_bound(curves.talk(number), 4, 2, j) for j in range(6)
    )  # fmt: skip


@pytest.mark.parametrize("name", ["cantor", "uneven-cantor"])
@pytest.mark.parametrize("layers", [1, 2, 3])
def test_the_inequality_holds_at_every_level_and_scale(name: str, layers: int) -> None:
    ifs = gallery.get(name)
    for curve in (curves.uniform(4), curves.fine(4), curves.coarse(4)):
        dist = FractalDistribution(ifs, 4, curve)
        for width in (1, 2, 3, 7):
            best = best_network(dist, layers, width)
            for scale in range(1, 5):
                if width < 2**scale:
                    for j in range(5):
                        left = (1 - F(2) ** (scale * layers - j)) * (1 - curve.P(j))
                        assert left <= best.lower <= best.upper


def test_one_size_shows_every_level_and_the_bound_by_sign_changes() -> None:
    report = theorem3(gallery.cantor(), 5, curves.fine(5), width=1, part=2)
    assert report.verdict is Outcome.HOLDS
    rows = report.table("Part 2: both sides by level").rows
    assert [row[2] for row in rows] == list(range(6))
    assert [(row[4], row[5]) for row in rows[3:]] == [
        (F(3, 8), F(7, 16)), (F(7, 16), F(15, 32)), (0, 0)
    ]  # fmt: skip
    assert {row[6] for row in rows} == {F(31, 64)}
    assert theorem3(gallery.cantor(), 5, curves.fine(5), width=1, level=3).left == F(3, 8)


def test_more_layers_leave_a_bracket_that_decides_the_inequality() -> None:
    report = theorem3(gallery.cantor(), 5, curves.fine(5), layers=2, width=2, part=2)
    assert report.verdict is Outcome.HOLDS
    low, high = report.right  # type: ignore[misc]
    assert report.left <= low < high < F(1, 2)  # type: ignore[operator]
    names = [series.name for series in report.plots[1].series]
    assert names == [
        "slides' bound", "by sign changes", "L(H_t,k) from below", "L(H_t,k) from above"
    ]  # fmt: skip


def test_plots_show_the_sides_against_j_and_against_k() -> None:
    report = theorem3(gallery.cantor(), 4)
    by_level, by_width, deep = report.plots
    assert (by_level.x, by_width.x, deep.x) == ("j", "k", "j")
    lines = {s.name: dict(s.points) for s in by_level.series}
    assert lines["1 - P(j)"][1] == F(3, 8) and lines["L(H_t,k)"][4] == report.right
    best = {s.name: dict(s.points) for s in by_width.series}
    for k, value in best["L(H_t,k)"].items():
        assert best["slides' bound"][k] <= value and best["by sign changes"][k] <= value


# ---------------------------------------------------------------- hypotheses


@pytest.mark.parametrize(
    ("make", "name", "evidence"),
    [
        (
            lambda: theorem3(TOUCHING, 3),
            "images pairwise disjoint",
            "F_1(K_0) and F_2(K_0) share the point (0)",
        ),
        (
            lambda: theorem3(gallery.vicsek(), 2, part=1),
            "images pairwise disjoint",
            "F_1(K_0) and F_5(K_0) share the point (-1/3, -1/3)",
        ),
        (
            lambda: theorem3(gallery.cantor(), 3, width=4, scale=2),
            "part 2: k < r^s",
            "k = 4, r^s = 2^2 = 4",
        ),
        (
            lambda: theorem3(IFS.of([([["1/2"]], ["1/4"])]), 2),
            "part 2: k < r^s",
            "k = 1, r^s = 1^1 = 1",
        ),
        (
            lambda: theorem3(gallery.cantor(), 3, shares=["3/4", "1/4"]),
            "part 2: mass spread equally over the cells of level j",
            "positive masses 3/8 and 1/8 of F_1(K_0) and F_2(K_0), j = 1",
        ),
        (
            lambda: theorem3(gallery.cantor_dust(), 2, part=2, shares=["1/2", "1/4", "1/8", "1/8"]),
            "part 2: mass spread equally over the cells of level j",
            "probabilities 1/2 and 1/4 of F_1(K_0) and F_2(K_0)",
        ),
        (
            lambda: theorem3(gallery.cantor_dust(), 3),
            "part 2: d = 1",
            "d = 2; on cantor-dust, n = 3, curve fine, one hidden layer of 3 units has loss 1/3, "
            "below the slides' bound 3/8 (s = 1, j = 2)",
        ),
    ],
)
def test_a_false_hypothesis_is_named_and_the_verdict_is_does_not_apply(
    make: Callable[[], TheoremReport], name: str, evidence: str
) -> None:
    report = make()
    assert report.verdict is Outcome.DOES_NOT_APPLY
    assert failed(report)[name] == evidence
    assert report.document()["verdict"] == "does not apply"


def test_part_one_does_not_mind_what_part_two_needs() -> None:
    assert theorem3(gallery.cantor_dust(), 3, part=1).verdict is Outcome.HOLDS
    assert theorem3(gallery.cantor(), 3, part=1, shares=["3/4", "1/4"]).verdict is Outcome.HOLDS
    both = theorem3(gallery.cantor_dust(), 3)
    assert all(c.holds for c in both.comparisons if c.name.startswith("part 1"))
    assert both.table("Part 2: a counterexample in the plane").rows[0][-2:] == (F(3, 8), F(1, 3))


def test_without_equal_masses_the_inequality_is_false() -> None:
    report = theorem3(gallery.cantor(), 3, curves.fine(3), width=1, shares=["99/100", "1/100"])
    statement = report.comparisons[0]
    assert (statement.left, statement.holds) == (F(1, 4), False)
    assert statement.right < F(3, 200)  # type: ignore[operator]


def test_with_many_units_the_inequality_is_false() -> None:
    report = theorem3(gallery.cantor(), 3, curves.fine(3), width=7, scale=1)
    assert (report.left, report.right, report.comparisons[0].holds) == (F(1, 4), 0, False)


def test_masses_need_be_equal_at_level_j_alone() -> None:
    uneven = theorem3(gallery.cantor(), 3, shares=["3/4", "1/4"], level=0)
    assert uneven.verdict is Outcome.HOLDS  # one cell: trivially equal, trivially true
    equal = theorem3(gallery.cantor(), 3, shares=["1/2", "1/2"])
    assert equal.verdict is Outcome.HOLDS and "shares" not in equal.instance


# ---------------------------------------------------------------- the plane


def loss_by_columns(found: PlaneCounterexample) -> F:
    """The loss of a network that reads x_1, from the areas of cells cut into vertical strips."""
    ifs, n = found.ifs, found.distribution.depth
    assert all(row[1] == 0 for row in found.network.layers[0].weight)
    cuts: list[F] = []
    for cell in ifs.prefractal(n).cells():
        cuts += [v[0] for v in cell.vertices()]
    cuts = sorted({F(-1), *cuts, F(1)})
    accepted = [
        (a, b) for a, b in pairwise(cuts)
        if found.network([(a + b) / 2, 0])[0] >= 0
    ]  # fmt: skip

    def area(corners: list[tuple[F, ...]]) -> tuple[F, F]:
        xs, ys = sorted({c[0] for c in corners}), sorted({c[1] for c in corners})
        width = sum((max(F(0), min(b, xs[1]) - max(a, xs[0])) for a, b in accepted), start=F(0))
        return width * (ys[1] - ys[0]), (xs[1] - xs[0]) * (ys[1] - ys[0])

    negative = positive = F(0)
    for cell in ifs.prefractal(n - 1).cells():  # all negatives are on level n
        inside, whole = area(cell.vertices())
        for f in ifs.maps:
            below = area([cell.map(f(v)) for v in ifs.base.vertices()])
            inside, whole = inside - below[0], whole - below[1]
            positive += 1 - below[0] / below[1]
        negative += inside / whole
    return (negative / ifs.r ** (n - 1) + positive / ifs.r**n) / 2


def test_the_counterexample_in_the_plane_is_one() -> None:
    found = plane_counterexample()
    ifs, dist, net = found.ifs, found.distribution, found.network
    assert ifs == gallery.cantor_dust() and dist.depth == 3 and dist.curve == curves.fine(3)
    assert not ifs.touching_pair and (ifs.dim, net.depth, net.width) == (2, 1, 3)
    assert net.width < ifs.r**found.scale and found.scale * net.depth < found.level <= dist.depth
    assert found.bound == (1 - F(4) ** (1 - 2)) * (1 - dist.P(2)) == F(3, 8)
    assert found.loss == F(1, 3) == exact_loss(net, dist) == loss_by_columns(found) < found.bound


def test_a_sample_agrees_that_the_bound_is_beaten() -> None:
    found = plane_counterexample()
    x, y = found.distribution.sample(200_000, seed=3)
    hidden, last = found.network.layers
    values = np.maximum(x @ np.array(hidden.weight, float).T + np.array(hidden.bias, float), 0)
    f = values @ np.array(last.weight, float)[0] + float(last.bias[0])
    wrong = ((f >= 0) != (y > 0)).mean()
    error = (wrong * (1 - wrong) / len(y)) ** 0.5
    assert abs(wrong - 1 / 3) < 4 * error < 3 / 8 - 1 / 3


def test_other_planes_break_it_and_a_line_does_not() -> None:
    found = counterexample_on(FractalDistribution(row_of_boxes(), 4, curves.fine(4)))
    assert found is not None and (found.width, found.loss, found.bound) == (1, F(1, 3), F(3, 8))
    assert exact_loss(found.network, found.distribution) == F(1, 3)
    for n in (3, 4, 5):
        assert counterexample_on(FractalDistribution(gallery.cantor(), n, curves.fine(n))) is None
    assert counterexample_on(FractalDistribution(gallery.vicsek(), 3, curves.fine(3))) is None


def test_on_its_own_instance_the_dust_refutes_the_slides() -> None:
    report = theorem3(gallery.cantor_dust(), 3, curves.fine(3), part=2)
    statement = slides(report)[0]
    assert (statement.left, statement.right, statement.holds) == (F(3, 8), (0, F(1, 3)), False)
    assert report.verdict is Outcome.DOES_NOT_APPLY
    mixed = theorem3(gallery.rotated_dust(), 3, curves.fine(3), part=2)
    assert slides(mixed)[0].right == (0, F(1, 2)) and slides(mixed)[0].holds is None


# ---------------------------------------------------------------- limits and refusals


def test_a_limit_leaves_the_sides_open() -> None:
    report = theorem3(gallery.cantor(), 5, limits=Limits(seconds=1e-9))
    assert report.verdict is Outcome.UNKNOWN
    assert any("time limit" in note for note in report.notes)
    assert slides(report)[0].right == (0, F(1, 2)) and slides(report)[0].holds is None


@pytest.mark.parametrize(
    ("keywords", "error", "message"),
    [
        ({"part": 3}, InputError, "part: expected 1, 2 or None for both, got 3"),
        ({"width": 0}, InputError, "width: expected 1..100000, got 0"),
        ({"layers": "2"}, InputTypeError, "layers: expected an integer, got str"),
        ({"layers": True}, InputTypeError, "layers: expected an integer, got bool"),
        ({"scale": 10**30}, InputError, "scale: expected 1..64"),
        ({"level": 4}, InputError, "level: expected 0..3, got 4"),
        ({"curve": curves.fine(2)}, InputError, "expected a curve of depth 3, got depth 2"),
        ({"margin": 2}, InputError, "margin"),
        ({"shares": ["1/2", "1/3"]}, InputError, "shares: expected 2 positive rationals"),
        ({"shares": [0.5, 0.5]}, InputTypeError, "float"),
    ],
)
def test_bad_requests_are_refused(
    keywords: dict[str, object], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message.replace("(", r"\(")):
        theorem3(gallery.cantor(), 3, **keywords)  # type: ignore[arg-type]


def test_a_bound_that_is_not_positive_is_said_to_be_so() -> None:
    report = theorem3(gallery.cantor(), 4, layers=2, width=3, part=2)
    assert report.left == 0 and report.verdict is Outcome.HOLDS
    words = "part 2, s = 2, t = 2: no level asked has t < j/s, the slides' bound is not positive"
    assert words in report.notes
    assert theorem3(gallery.cantor(), 4, width=3, part=2).notes == ()
