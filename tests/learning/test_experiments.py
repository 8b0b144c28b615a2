"""Every experiment runs, is drawn, and says what it found; networks and steps are cut to little."""

from dataclasses import replace
from pathlib import Path

import pytest

from exactnet.learning.architectures import Dense
from exactnet.learning.execution import run_plan
from exactnet.learning.experiments.registry import EXPERIMENTS
from exactnet.learning.plans import Analysis, Cell, Plan, RandomStart
from exactnet.learning.results import Results
from exactnet.learning.settings import Training


def smaller(cell: Cell) -> Cell:
    """Six units a layer, unless the start fixes the network."""
    settings = Training(
        20, cell.training.loss, training_examples=200, test_examples=100, evaluate_every=10
    )
    architecture = cell.architecture
    if isinstance(architecture, Dense) and isinstance(cell.start, RandomStart):
        architecture = replace(architecture, widths=(6,) * len(architecture.widths))
    return replace(cell, architecture=architecture, training=settings)


def smaller_plan(plan: Plan, analysis: Analysis) -> Plan:
    cells = tuple(smaller(cell) for cell in plan.cells)
    return replace(plan, cells=cells, seeds=(0, 1), analysis=analysis)


@pytest.mark.parametrize("name", sorted(set(EXPERIMENTS) - {"from-exact"}))
def test_an_experiment_is_drawn_and_has_trends(name: str, tmp_path: Path) -> None:
    experiment = EXPERIMENTS[name]
    path = run_plan(
        smaller_plan(experiment.plan(True), Analysis(1, 2, 60, watched=1, margins=1)),
        tmp_path,
        workers=1,
    )
    with Results.open(path) as results:
        pictures = experiment.figures(results, tmp_path)
        assert pictures
        assert len(set(pictures)) == len(pictures)
        assert all(picture.stat().st_size > 5_000 for picture in pictures)
        assert all(trend.difference.count == 2 for trend in experiment.trends(results))
        assert len(experiment.trends(results)) >= 3
        for one in experiment.references(results):
            assert one.difference == one.ours.mean - one.published


def test_the_exact_start_stays_and_is_drawn(tmp_path: Path) -> None:
    experiment = EXPERIMENTS["from-exact"]
    path = run_plan(smaller_plan(experiment.plan(True), Analysis()), tmp_path, workers=1)
    with Results.open(path) as results:
        assert len(experiment.figures(results, tmp_path)) == 2
        exact = {"loss": "hinge", "start": "exact"}
        assert results.values(**exact) == {0: 1.0, 1: 1.0}
        assert results.values("moved", **exact) == {0: 0.0, 1: 0.0}
        assert results.values("moved", loss="logistic", start="exact")[0] > 0
        stays, *_ = experiment.trends(results)
        assert stays.holds
