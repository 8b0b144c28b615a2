"""What is said of results: exact readings of networks, estimates, trends, pictures' numbers."""

import importlib.util
import sys
from fractions import Fraction as F
from pathlib import Path

import numpy as np
import pytest
from plans_for_tests import plan

import exactnet as en
from exactnet.exact.radicals import decimal
from exactnet.fractals import curves, gallery
from exactnet.learning.analysis import Learned, claim_rows, loss_rows, region_rows
from exactnet.learning.architectures import Dense, initial_parameters
from exactnet.learning.execution import run_plan
from exactnet.learning.experiments.from_exact import plan as exact_plan
from exactnet.learning.experiments.registry import EXPERIMENTS
from exactnet.learning.published import CURVES, GRID, WIDTHS
from exactnet.learning.results import Results, Trend, mean_curve
from exactnet.learning.settings import Training
from exactnet.learning.sources import FractalSource
from exactnet.learning.starts import ExactStart, exact_network
from exactnet.learning.statistics import Estimate, estimate
from exactnet.limits import Limits

DUST = gallery.cantor_dust()


@pytest.mark.parametrize("j", range(4))
@pytest.mark.parametrize("negatives", ["shell", "central"])
def test_the_network_of_k_j_is_nearest_to_k_j(j: int, negatives: str) -> None:
    dist = en.FractalDistribution(DUST, 3, curves.weights([3, 2, 1]), negatives)
    found = Learned.of(en.compile_ifs(DUST, j), dist)
    assert found.nearest == j
    assert found.disagreements[j] == 0
    assert found.loss == 1 - dist.P(j)


def test_a_network_that_says_no_is_nearest_to_nothing() -> None:
    dist = en.FractalDistribution(DUST, 3, curves.fine(3))
    assert Learned.of(en.ReluNetwork.of([([[0, 0]], [-1])]), dist).nearest is None
    assert Learned.of(en.ReluNetwork.of([([[0, 0]], [1])]), dist).nearest == 0


def test_disagreements_are_those_of_samples() -> None:
    dist = en.FractalDistribution(gallery.cantor(), 3, curves.uniform(3))
    arrays = initial_parameters(Dense(1, (6, 6)), Training(), np.random.default_rng(4))
    net = Dense(1, (6, 6)).network(arrays)
    found = Learned.of(net, dist)
    x, _ = dist.sample(3000, seed=5)
    points = [[F(v) for v in point] for point in x.tolist()]
    ours = [net(point)[0] >= 0 for point in points]
    for j, value in enumerate(found.disagreements):
        cells = dist.ifs.prefractal(j)
        share = sum(a != (p in cells) for a, p in zip(ours, points, strict=True)) / 3000
        assert share == pytest.approx(float(F(decimal(value, 9))), abs=0.04)


def test_rows_of_an_exact_network_say_that_it_is_right() -> None:
    source = FractalSource(gallery.cantor(), 2, "uniform")
    net = en.compile_ifs(source.ifs, 2)
    rows = {**loss_rows(net, source, Limits()), **region_rows(net, source, Limits())}
    assert (rows["exact_loss"], rows["nearest"], rows["claim"]) == ("0.000000000000", 2, "proved")
    assert rows["regions"] == en.enumerate_regions(net, source.ifs.base).counts()["proper"]


def test_a_counterexample_is_one() -> None:
    source = FractalSource(gallery.cantor(), 2, "uniform")
    net = en.compile_ifs(source.ifs, 1)
    rows = claim_rows(net, source, Limits())
    point = [F(str(rows["counterexample"]).strip("()"))]
    assert rows["claim"] == "refuted"
    assert (net(point)[0] >= 0) != (point in source.ifs.prefractal(2))


def test_a_limit_is_said_and_is_no_result() -> None:
    source = FractalSource(DUST, 3, "uniform")
    arrays = initial_parameters(Dense(2, (30, 30)), Training(), np.random.default_rng(0))
    net = Dense(2, (30, 30)).network(arrays)
    rows = loss_rows(net, source, Limits(seconds=1e-6))
    assert set(rows) == {"exact"}
    assert "time limit" in str(rows["exact"])


def test_the_exact_start_is_the_exact_network() -> None:
    cell = exact_plan(True).cells[0]
    assert isinstance(cell.source, FractalSource)
    arrays = ExactStart().parameters(cell, 0)
    net = cell.architecture.network(arrays)
    exact = exact_network(cell.source)
    assert [layer.outputs for layer in net.layers] == [layer.outputs for layer in exact.layers]
    for ours, theirs in zip(net.layers, exact.layers, strict=True):
        for row, wanted in zip(ours.weight, theirs.weight, strict=True):
            assert [F(float(np.float32(float(v)))) for v in wanted] == list(row)
    dist = cell.source.distribution
    assert en.exact_loss(exact, dist) == 0
    assert en.exact_loss(exact, dist, "hinge") == 0
    assert en.exact_loss(net, dist) == 0
    noisy = ExactStart(F(1, 100)).parameters(cell, 1)
    assert not np.array_equal(noisy["0.weight"], arrays["0.weight"])
    assert np.array_equal(noisy["0.weight"], ExactStart(F(1, 100)).parameters(cell, 1)["0.weight"])


def test_intervals_cover_the_mean_as_often_as_they_say() -> None:
    rng = np.random.default_rng(0)
    found = [estimate(rng.normal(3, 2, 10).tolist()) for _ in range(2000)]
    covered = sum(one.low <= 3 <= one.high for one in found) / 2000
    assert covered == pytest.approx(0.95, abs=0.015)


def test_a_trend_holds_fails_or_is_undecided() -> None:
    assert Trend("s", Estimate(1, 0.5, 1.5, 10)).holds is True
    assert Trend("s", Estimate(-1, -1.5, -0.5, 10)).holds is False
    assert Trend("s", Estimate(1, -0.5, 2.5, 10)).holds is None
    assert mean_curve([[1.0, 2.0], [3.0]]) == [2.0, 2.0]


def test_trends_compare_seed_by_seed(tmp_path: Path) -> None:
    run_plan(plan(), tmp_path, workers=1)
    with Results.open(tmp_path / "results.sqlite") as results:
        a, b = results.values(curve="coarse"), results.values(curve="fine")
        trend = results.trend("s", {"curve": "coarse"}, {"curve": "fine"})
        assert trend.difference == estimate([a[s] - b[s] for s in range(4)])
        assert results.curve(curve="fine")[0] == [0, 20, 40, 60]
        kept = results.store.parameters(0, 0)
        net = results.plan.cells[0].architecture.network(kept)
        source = results.plan.cells[0].source
        assert isinstance(source, FractalSource)
        loss = results.store.values(0, "exact_loss")[0]
        assert loss == decimal(en.exact_loss(net, source.distribution), 12)


def test_published_numbers_agree_with_each_other() -> None:
    assert CURVES[0] == GRID[4][WIDTHS.index(200)]
    assert len(CURVES) == 6
    assert [len(row) for row in GRID] == [6] * 5


@pytest.mark.parametrize("name", sorted(set(EXPERIMENTS) - {"cifar10", "fizzbuzz"}))
def test_small_and_full_settings_differ_in_size_only(name: str) -> None:
    small, full = (EXPERIMENTS[name].plan(size) for size in (True, False))
    assert len(small.seeds) >= 10
    for plan_ in (small, full):
        for cell in plan_.cells:
            settings = cell.training
            rate = F(1, 1000) if (plan_ is small and name == "curves") else F(1, 200)
            assert (settings.rate, settings.batch, settings.optimiser) == (rate, 100, "adam")
            assert (settings.initial, settings.scale, settings.bias) == (
                "truncated",
                None,
                F(1, 10),
            )
    assert {cell.training.steps for cell in full.cells} == {1_000_000}


def test_the_throughput_bench_runs(capsys: pytest.CaptureFixture[str]) -> None:
    path = Path(__file__).parents[2] / "bench" / "throughput.py"
    spec = importlib.util.spec_from_file_location("throughput", path)
    assert spec is not None and spec.loader is not None
    bench = importlib.util.module_from_spec(spec)
    sys.modules["throughput"] = bench
    spec.loader.exec_module(bench)
    assert bench.main(["--quick"]) == 0
    assert "| 5 x 10 | 10 |" in capsys.readouterr().out
