"""The conjecture on instances: exact parts agree with other routes, and nothing is concluded."""

from fractions import Fraction as F

import pytest

from exactnet import theorems
from exactnet.errors import InputError
from exactnet.fractals import curves, gallery
from exactnet.fractals.distribution import FractalDistribution
from exactnet.limits import Limits
from exactnet.theorems.conjecture import TABLE, observe_conjecture
from exactnet.theorems.report import Outcome


@pytest.mark.parametrize("curve", [None, curves.uniform(3), curves.coarse(3)])
def test_on_a_line_depth_has_loss_zero_and_width_buys_it_slowly(
    curve: curves.ApproximationCurve | None,
) -> None:
    ifs = gallery.cantor()
    report = observe_conjecture(ifs, 3, curve, initialisations=2)
    assert report.verdict is Outcome.UNKNOWN
    rows = report.table(TABLE).rows
    assert (rows[0][0], rows[0][2]) == ("deep", 0)
    dist = FractalDistribution(ifs, 3, curve or curves.fine(3))
    losses = [row[2] for row in rows if row[0] == "best shallow"]
    widths = [int(str(row[1]).rsplit(" ", 1)[1]) for row in rows if row[0] == "best shallow"]
    assert losses == [theorems.best_network(dist, 1, k).upper for k in widths]
    assert losses == sorted(losses, reverse=True)


def test_in_the_plane_the_best_shallow_loss_is_said_to_be_unknown() -> None:
    rows = observe_conjecture(gallery.cantor_dust(), 1, initialisations=1).table(TABLE).rows
    assert rows[0][2] == 0
    assert rows[1][2] is None
    assert "not known in d >= 2" in str(rows[1][3])


def test_touching_images_are_looked_at_with_a_margin() -> None:
    rows = observe_conjecture(gallery.sierpinski(), 1, initialisations=1).table(TABLE).rows
    assert (str(rows[0][1]).startswith("margin"), rows[0][2]) == (True, 0)


def test_trained_networks_stand_beside_the_others() -> None:
    report = observe_conjecture(
        gallery.cantor(), 2, initialisations=1, trained=[("seed 0", F(1, 4))]
    )
    assert ("trained", "seed 0", F(1, 4), "exact, of the weights it ended with") in report.table(
        TABLE
    ).rows


def test_no_depth_and_no_time_are_refused() -> None:
    with pytest.raises(InputError, match="K_0 has no negatives"):
        observe_conjecture(gallery.cantor(), 0)
    report = observe_conjecture(gallery.cantor(), 2, initialisations=1, limits=Limits(60))
    assert report.rests_on
