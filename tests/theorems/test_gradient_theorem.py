"""The gradient theorem: its lemma, its event, its hypotheses, and what limits do."""

from fractions import Fraction as F

import pytest
from backpropagation import on_a_line, sensitivities

from exactnet.errors import ConsistencyError, InputError, InputTypeError, LimitReached
from exactnet.fractals import curves, gallery
from exactnet.fractals.distribution import FractalDistribution
from exactnet.fractals.ifs import IFS
from exactnet.limits import Limits
from exactnet.networks.network import ReluNetwork
from exactnet.theorems import gradient_report
from exactnet.theorems.confidence import clopper_pearson
from exactnet.theorems.gradient import conditional_gradients, exact_gradient
from exactnet.theorems.gradient_report import gradient_theorem
from exactnet.theorems.gradients.cells import steepest
from exactnet.theorems.gradients.moments import clear_level
from exactnet.theorems.initialisation import initial_network
from exactnet.theorems.report import Outcome
from exactnet.theorems.trials.hypotheses import common_centre
from exactnet.theorems.trials.trial import Case, Observation, observe

BOUND = F(5, 2)


def unit_cantor() -> IFS:
    return gallery.cantor_reversed()


# ---------------------------------------------------------------- the lemma


def test_gradients_vanish_where_no_breakpoint_is_inside_a_finest_but_one_cell() -> None:
    """By exact sums and by backpropagation between breakpoints, not by the shortcut."""
    ifs, n, cleared = unit_cantor(), 6, 0
    dist = FractalDistribution(ifs, n, curves.fine(n))
    for k in range(40):
        net = initial_network([4, 3], seed=(1, k))
        found = conditional_gradients(net, dist)
        level = clear_level(dist.parts, [cell.polytope for cell in found.cells])
        linear = max(cell.reach for cell in found.cells) < 1
        zero = exact_gradient(net, dist).is_zero
        if linear and level is not None and level <= n - 1:
            cleared += 1
            assert zero
            negatives, positives = on_a_line(net, ifs, n)
            assert negatives[-1] == [-value for value in positives]
        assert found.is_zero(dist.curve) == zero
    assert 10 < cleared < 40


@pytest.mark.parametrize(
    "ifs", [gallery.cantor(), unit_cantor(), gallery.cantor(2, "1/12")], ids=["1", "reversed", "2"]
)
def test_entries_are_bounded_by_what_is_coarser_than_the_clear_level(ifs: IFS) -> None:
    """|entry| <= 2 (P(j) - 1/2) sup |df/dtheta|, j the level from which no bend matters."""
    n, met = 4 if ifs.dim == 1 else 2, set()
    for k in range(25):
        net = initial_network([3 if ifs.dim == 1 else 2], ifs.dim, seed=(2, k))
        dist = FractalDistribution(ifs, n, curves.uniform(n))
        found = conditional_gradients(net, dist)
        level = clear_level(dist.parts, [cell.polytope for cell in found.cells])
        if level is None or max(cell.reach for cell in found.cells) >= 1:
            continue
        met.add(level)
        largest = steepest(found.forward, found.cells)
        at = [v for cell in found.cells for v in cell.polytope.vertices()]
        around = max(abs(v) for x in at for v in sensitivities(net, x))
        assert around <= largest  # at a bend one of its sides
        for curve in (curves.uniform(n), curves.weights(range(1, n + 1))):
            bound = 2 * (curve.P(level) - F(1, 2)) * largest
            assert found.under(curve).largest() <= bound
    assert len(met) > 1


def test_without_a_common_centroid_gradients_do_not_vanish() -> None:
    ifs = IFS.of([([["1/3"]], [0]), ([["1/3"]], ["1/2"])], base=[(0, 1)])
    assert not common_centre(ifs).holds
    dist = FractalDistribution(ifs, 1, curves.fine(1))
    line = ReluNetwork.of([([["1/3"]], ["1/10"])])  # no breakpoint at all, |f| < 1
    assert not exact_gradient(line, dist).is_zero
    assert exact_gradient(line, FractalDistribution(unit_cantor(), 1, curves.fine(1))).is_zero


def test_a_dead_breakpoint_does_not_matter() -> None:
    """The converse of the lemma is false: a unit that does not reach the output may bend."""
    first = ([["1/2"], [1]], ["1/10", "-1/4"])  # the second unit bends at 1/4, in the Cantor set
    dist = FractalDistribution(unit_cantor(), 3, curves.fine(3))
    case = Case("fine", dist.curve, BOUND)
    unread = ReluNetwork.of([first, ([["1/3", 0]], ["1/10"]), ([["1/2"]], [0])])
    seen = observe(unread, dist, [case], True)
    assert seen.clear is None and seen.linear
    assert not seen.entries[0].zero  # the weight 0 that would read it has a derivative
    dead = ReluNetwork.of([first, ([[0, 0]], [-1]), ([[1]], [0])])
    seen = observe(dead, dist, [case], True)
    assert seen.clear is None and seen.entries[0].zero


def test_a_gradient_that_contradicts_the_lemma_is_a_bug(monkeypatch: pytest.MonkeyPatch) -> None:
    from exactnet.theorems.trials import trial

    monkeypatch.setattr(trial, "clear_level", lambda *_: 0)
    dist = FractalDistribution(unit_cantor(), 3, curves.fine(3))
    with pytest.raises(ConsistencyError, match="by the lemma"):
        observe(initial_network([20, 20]), dist, [Case("fine", dist.curve, BOUND)], True)


# ---------------------------------------------------------------- observations


def test_observations_agree_with_exact_gradients() -> None:
    dist = FractalDistribution(gallery.cantor(), 4, curves.fine(4))
    some = [curves.fine(4), curves.weights([1, 1, 1, 1]), curves.coarse(2), curves.uniform(3)]
    cases = [Case(c.name, c, F(1, 50)) for c in some]
    for k in range(6):
        net = initial_network([5, 4], seed=(3, k))
        seen = observe(net, dist, cases, True)
        for case, entry in zip(cases, seen.entries, strict=True):
            alone = FractalDistribution(dist.ifs, case.curve.depth, case.curve)
            largest = exact_gradient(net, alone).largest()
            assert entry.zero == (largest == 0)
            assert entry.within == (largest <= case.bound)
            assert entry.largest[0] <= largest <= entry.largest[1]
        assert seen.reach == max(abs(net([x])[0]) for x in (-1, 1, *(v[0] for v in bends(net))))


def bends(net: ReluNetwork) -> list[tuple[F, ...]]:
    from exactnet.regions.segment import breakpoints_along

    return list(breakpoints_along(net, [-1], [1]).points())


def test_a_bound_that_is_attained_is_decided_exactly() -> None:
    net = initial_network([4], seed=1)
    dist = FractalDistribution(gallery.cantor(), 3, curves.weights([1, 2, 3]))
    largest = exact_gradient(net, dist).largest()
    for bound, within in ((largest, True), (largest - F(1, 2**300), False)):
        (entry,) = observe(net, dist, [Case("talk", dist.curve, bound)], True).entries
        assert entry.within is within


# ---------------------------------------------------------------- reports


def test_the_report_of_the_cantor_set() -> None:
    report = gradient_theorem(gallery.cantor(), 5, initialisations=40, width=8)
    assert report.verdict is Outcome.HOLDS and all(h.holds for h in report.hypotheses)
    linear = report.sizes["linear"]
    assert report.left == clopper_pearson(report.sizes["within"], linear)
    assert report.right == F(9, 10)
    assert f"vacuous: j = {report.sizes['j']} > n = 5" in " ".join(report.notes)
    table = report.table("Gradients by curve")
    assert [row[0] for row in table.rows] == [
        "fine = talk-6", "coarse", "uniform", *(f"talk-{k}" for k in range(1, 6)),
    ]  # fmt: skip
    for row in table.rows:
        assert row[6] == clopper_pearson(row[5], linear)  # type: ignore[arg-type]
    depths = report.table("All negatives on level n")
    assert [row[0] for row in depths.rows] == [1, 2, 3, 4, 5]
    assert depths.rows[-1][1] == table.rows[0][5] >= depths.rows[-1][3]
    levels = report.table("Smallest j with no breakpoint inside a cell of K_j")
    assert sum(row[1] for row in levels.rows) == linear  # type: ignore[misc]
    logistic = report.table("The logistic loss, for contrast")
    assert all(row[3] is True for row in logistic.rows)
    (plot,) = report.plots
    assert plot.series[0].name == "exactly 0"
    assert report.document()["verdict"] == "holds"
    assert "an observation" in report.text()


def test_deep_fractals_with_fine_curves_have_zero_gradients() -> None:
    """j <= n - 1, so P(j) = 1/2, and the event is that the gradient is exactly 0."""
    report = gradient_theorem(unit_cantor(), 16, width=2, layers=1, initialisations=60)
    assert report.sizes["j"] == 10
    assert report.verdict is Outcome.HOLDS
    row = report.table("Gradients by curve").rows[0]
    assert row[2] == 0 and row[3] == row[5] == report.sizes["within"]
    assert "the bound 0" in " ".join(report.notes)


def test_networks_outside_the_linear_regime_are_counted_apart() -> None:
    report = gradient_theorem(gallery.cantor(), 2, initialisations=30, seed=1)
    linear = report.sizes["linear"]
    assert 0 < linear < 30
    assert (
        f"{linear} of 30 initialisations; the others are counted" in report.hypotheses[-1].evidence
    )
    assert f"{30 - linear} initialisations leave the linear regime" in " ".join(report.notes)


@pytest.mark.parametrize(
    ("name", "depth", "failed"),
    [
        ("cantor-dust", 1, "dimension one"),
        ("vicsek", 1, "images pairwise disjoint"),
        ("uneven-cantor", 2, "positives and negatives uniform on their sets"),
        ("uneven-cantor", 2, "one centroid for positives and negatives of a cell"),
    ],
)
def test_a_false_hypothesis_ends_it(name: str, depth: int, failed: str) -> None:
    report = gradient_theorem(gallery.get(name), depth, initialisations=2, width=4)
    assert report.verdict is Outcome.DOES_NOT_APPLY
    assert failed in [h.name for h in report.hypotheses if not h.holds]


def test_the_logistic_loss_is_outside_the_theorem_and_its_gradient_not_zero() -> None:
    report = gradient_theorem(gallery.cantor(), 3, loss="logistic", initialisations=4)
    assert report.verdict is Outcome.DOES_NOT_APPLY and report.left is None
    assert report.sizes["certainly not 0"] == 4


@pytest.mark.parametrize(
    ("interval", "holds"),
    [((F(91, 100), F(1)), True), ((F(1, 2), F(89, 100)), False), ((F(8, 10), F(1)), None),
     ((F(9, 10), F(1)), None)],
)  # fmt: skip
def test_the_verdict_is_the_intervals(interval: tuple[F, F], holds: bool | None) -> None:
    assert gradient_report._comparison(interval, F(9, 10)).holds is holds


def test_few_initialisations_leave_it_open() -> None:
    assert gradient_theorem(gallery.cantor(), 2, initialisations=20).verdict is Outcome.UNKNOWN


def test_a_limit_ends_the_work_with_what_there_is() -> None:
    with pytest.raises(LimitReached):
        gradient_theorem(gallery.cantor(), 3, limits=Limits(seconds=1e-9))
    done: list[int] = []

    def trial(number: int) -> int:
        if number == 3:
            raise LimitReached("the time limit of 1 s was reached")
        done.append(number)
        return number

    found, notes = gradient_report._until_a_limit(9, trial, lambda _: None)
    assert found == done == [0, 1, 2]
    assert notes == ["stopped after 3 of 9 initialisations: the time limit of 1 s was reached"]


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"layers": 0}, InputError, r"layers: expected 1\.\.1000, got 0"),
        ({"width": 2.0}, InputTypeError, "width: expected an integer, got float"),
        ({"initialisations": 0}, InputError, "initialisations"),
        ({"seed": "a"}, InputTypeError, "seed"),
        ({"seed": -1}, InputError, "seed"),
        ({"delta": 0}, InputError, "delta: expected 10"),
        ({"delta": 0.1}, InputTypeError, "delta"),
        ({"loss": "zero-one"}, InputError, "loss: expected 'hinge' or 'logistic'"),
        ({"dtype": "float16"}, InputError, "dtype"),
        ({"curve": curves.fine(3)}, InputError, "a curve of depth 2"),
    ],
)
def test_bad_requests_are_refused(
    arguments: dict[str, object], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        gradient_theorem(gallery.cantor(), 2, **arguments)  # type: ignore[arg-type]


def test_an_observation_outside_the_linear_regime_proves_nothing() -> None:
    case = Case("fine", curves.fine(3), BOUND)
    assert not Observation(F(1), 0, ()).must_vanish(case)
    assert not Observation(F(1, 2), 3, ()).must_vanish(case)
    assert not Observation(F(1, 2), None, ()).must_vanish(case)
    assert Observation(F(1, 2), 2, ()).must_vanish(case)
