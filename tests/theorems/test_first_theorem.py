"""Theorem 1 as a report: sizes recounted, networks evaluated, failing hypotheses named."""

from fractions import Fraction as F
from random import Random

import pytest

from exactnet import theorems
from exactnet.constructions.compile import compile_ifs
from exactnet.fractals import gallery
from exactnet.fractals.ifs import IFS
from exactnet.limits import Limits
from exactnet.theorems.first_theorem import TABLE, theorem1
from exactnet.theorems.report import Outcome
from exactnet.verification.claims import realizes
from exactnet.verification.prove import prove
from exactnet.verification.pruning import prune
from exactnet.verification.verdicts import Verdict

DISJOINT = ["cantor", "cantor-reversed", "uneven-cantor", "cantor-dust", "rotated-dust"]
TOUCHING = ["sierpinski", "vicsek", "pentaflake"]


@pytest.mark.parametrize("name", DISJOINT)
@pytest.mark.parametrize("depth", [0, 1, 3])
def test_the_theorem_holds_where_the_images_are_disjoint(name: str, depth: int) -> None:
    ifs = gallery.get(name)
    report = theorem1(ifs, depth)
    net = compile_ifs(ifs, depth)
    assert report.verdict is Outcome.HOLDS
    assert (report.left, report.right) == (net.width, 5 * ifs.dim * ifs.r)
    assert report.sizes["hidden layers"] == net.depth == 2 * depth + 1
    assert {row[5] for row in report.table(TABLE).rows} == {"proved"}


@pytest.mark.parametrize("name", TOUCHING)
def test_touching_images_are_named_and_nothing_is_concluded(name: str) -> None:
    ifs = gallery.get(name)
    report = theorem1(ifs, 2)
    assert report.verdict is Outcome.DOES_NOT_APPLY
    (failed,) = [h for h in report.hypotheses if not h.holds]
    assert failed.name == "images pairwise disjoint"
    pair = ifs.touching_pair
    assert pair is not None
    assert pair.shared is not None
    assert "share the point" in failed.evidence
    rows = report.table(TABLE).rows
    assert [row[0] for row in rows] == ["margin", "margin, pruned", "union"]
    assert any("share" in note for note in report.notes)


@pytest.mark.parametrize("d", [1, 2])
def test_one_map_is_enough(d: int) -> None:
    """Coq's theorem_1 asks for r >= 1: 3d + 1 units a layer, at most 5d."""
    third = [[F(i == j, 3) for j in range(d)] for i in range(d)]
    report = theorem1(IFS.of([(third, [0] * d)]), 2)
    assert report.verdict is Outcome.HOLDS
    assert (report.left, report.right) == (3 * d + 1, 5 * d)


def test_the_smallest_network_is_the_smallest_of_the_table_and_right_at_random_points() -> None:
    ifs, depth = gallery.cantor_dust(), 2
    report = theorem1(ifs, depth)
    rows = [row for row in report.table(TABLE).rows if row[1] == "f >= 0 exactly on K_n"]
    assert report.sizes["smallest units"] == min(int(str(row[4])) for row in rows)
    best = min(rows, key=lambda row: int(str(row[4])))
    net, prefractal = compile_ifs(ifs, depth, str(best[0])), ifs.prefractal(depth)
    assert (net.depth, net.width, net.neurons) == best[2:5]
    random = Random(1)
    inside = 0
    for cell in prefractal.cells():
        for _ in range(8):
            u = tuple(F(random.randint(-9, 9), 8) for _ in range(2))
            point = cell.map(u)
            inside += point in prefractal
            assert (net(point)[0] >= 0) == (point in prefractal)
    assert inside > 32


@pytest.mark.parametrize("name", ["cantor", "cantor-dust", "sierpinski"])
def test_pruned_networks_keep_their_claim_on_k0_by_another_route(name: str) -> None:
    ifs, depth = gallery.get(name), 2 if name == "cantor" else 1
    rows = [row for row in theorem1(ifs, depth).table(TABLE).rows if "pruned" in str(row[0])]
    assert rows
    for row in rows:
        method = str(row[0]).split(",")[0]
        small = prune(compile_ifs(ifs, depth, method), ifs.base).network
        assert (small.depth, small.width, small.neurons) == row[2:5]
        margin = "1/8" if method == "margin" else None
        claim = realizes(small, ifs, depth, margin, domain=ifs.base)
        assert prove(claim, route="regions").verdict is Verdict.PROVED


def test_a_limit_gives_an_open_comparison_never_a_proof() -> None:
    report = theorem1(gallery.cantor_dust(), 3, limits=Limits(seconds=1e-9))
    assert report.verdict is Outcome.UNKNOWN
    assert {row[5] for row in report.table(TABLE).rows} == {"unknown"}
    assert "smallest units" not in report.sizes


def test_theorems_are_public_names() -> None:
    assert theorems.theorem1 is theorem1
    assert "theorem1" in dir(theorems)
    with pytest.raises(AttributeError, match="theorem4"):
        theorems.theorem4  # noqa: B018
