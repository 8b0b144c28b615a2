"""The conjecture on instances: exact parts agree with other routes, and nothing is concluded."""

from fractions import Fraction as F
from typing import Any

import pytest

from exactnet import theorems
from exactnet.errors import InputError, InputTypeError
from exactnet.fractals import curves, gallery
from exactnet.fractals.distribution import FractalDistribution
from exactnet.fractals.ifs import IFS
from exactnet.limits import Limits
from exactnet.networks.network import ReluNetwork
from exactnet.theorems.conjecture import TABLE, observe_conjecture
from exactnet.theorems.gradient_report import gradient_theorem
from exactnet.theorems.loss import exact_loss
from exactnet.theorems.report import Outcome, TheoremReport


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


def test_in_the_plane_a_width_is_asked_for_what_theorem_2_asks_it_for() -> None:
    """For {f >= 0} = K_n, with disjoint images: loss 0 is less, where levels have no negatives."""
    rows = observe_conjecture(gallery.cantor_dust(), 2, None, 1, 3, 1).table(TABLE).rows
    assert rows[1][1] == "1 hidden layer; {f >= 0} = K_n needs width >= 5"
    half = [["1/2", 0], [0, "1/2"]]
    below = IFS.of([(half, ["-1/2", "-1/2"]), (half, ["1/2", "-1/2"])])  # K_n is a flat box
    rows = observe_conjecture(below, 2, None, 1, 3, 1).table(TABLE).rows
    assert "width >=" not in str(rows[1]) and "images touch" in str(rows[1][3])
    one_unit = ReluNetwork.of([([[0, 1]], [1]), ([[-1]], ["1/2"])])
    assert exact_loss(one_unit, FractalDistribution(below, 2, curves.fine(2), margin="1/8")) == 0


def test_the_clock_runs_on_while_gradients_are_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[Limits] = []

    def spy(*args: object, limits: Limits, **more: object) -> TheoremReport:
        given.append(limits)
        return gradient_theorem(*args, limits=limits, **more)  # type: ignore[arg-type]

    monkeypatch.setattr("exactnet.theorems.conjecture.gradient_theorem", spy)
    observe_conjecture(gallery.cantor(), 2, initialisations=1, limits=Limits(60))
    assert given[0].seconds < 60


def test_without_time_every_question_is_left_open() -> None:
    report = observe_conjecture(gallery.cantor(), 2, initialisations=1, limits=Limits(1e-9))
    assert [row[2] for row in report.table(TABLE).rows] == [None, None]
    assert "gradients: the time limit of 1e-09 s was reached" in report.notes


@pytest.mark.parametrize(
    ("trained", "message"),
    [
        ("seed 0", r"trained: expected \(description, exact loss\) pairs, got str"),
        (["seed 0"], r"trained\[0\]: expected a pair \(description, exact loss\), got str"),
        ([("seed 0", 0.25)], r"trained\[0\]: expected int, str or Fraction, got float 0.25"),
    ],
)
def test_losses_of_trained_networks_are_exact_or_refused(trained: Any, message: str) -> None:
    with pytest.raises(InputTypeError, match=message):
        observe_conjecture(gallery.cantor(), 1, initialisations=1, trained=trained)


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
