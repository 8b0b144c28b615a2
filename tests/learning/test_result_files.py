"""Result files: few runs, other versions, and files that somebody changed."""

import json
import shutil
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from math import inf, isnan
from pathlib import Path

import pytest
from plans_for_tests import DIVERGING, plan

from exactnet.cli.main import main
from exactnet.errors import FileError, InputError
from exactnet.learning import figures, store
from exactnet.learning.execution import RESULTS, run_plan
from exactnet.learning.experiments.registry import EXPERIMENTS
from exactnet.learning.plans import Analysis
from exactnet.learning.results import Results, Trend, mean_curve
from exactnet.learning.statistics import estimate


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("finished")
    run_plan(plan(30), folder, workers=1)
    return folder


@pytest.fixture
def changed(finished: Path, tmp_path: Path) -> Iterator[sqlite3.Connection]:
    """A copy of the results, open for changes; each statement counts at once."""
    shutil.copytree(finished, tmp_path, dirs_exist_ok=True)
    connection = sqlite3.connect(tmp_path / RESULTS, isolation_level=None)
    yield connection
    connection.close()


def test_one_run_has_no_interval_and_none_has_no_mean() -> None:
    one, none = estimate([0.5]), estimate([])
    assert (one.mean, one.low, one.high, one.count) == (0.5, -inf, inf, 1)
    assert isnan(none.mean)
    assert Trend("s", one).holds is None
    assert Trend("s", none).holds is None
    assert none.document == (None, [None, None])
    assert one.document == (0.5, [None, None])
    assert mean_curve([]) == []


@pytest.mark.parametrize("name", sorted(set(EXPERIMENTS) - {"from-exact"}))
def test_an_experiment_whose_runs_diverge_is_drawn_and_decides_nothing(
    name: str, tmp_path: Path
) -> None:
    experiment = EXPERIMENTS[name]
    small = replace(experiment.plan(True), seeds=(0,), analysis=Analysis(1, 1, 20, margins=1))
    changes = {"scale": DIVERGING, "bias": DIVERGING, "steps": 2, "evaluate_every": 1}
    sizes = {"batch": 10, "training_examples": 50, "test_examples": 20, "optimiser": "sgd"}
    path = run_plan(small.with_training(**changes, **sizes, rate=DIVERGING), tmp_path, workers=1)
    with Results.open(path) as results:
        assert results.store.diverged()
        assert all(picture.exists() for picture in experiment.figures(results, tmp_path))
        trends = [trend for trend in experiment.trends(results) if trend.difference.count == 0]
        assert all(trend.holds is None for trend in trends)
        assert trends
        experiment.tables(results)
        experiment.remarks(results)
        experiment.references(results)


def test_one_seed_is_a_result_without_intervals(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    few = ["--small", "--seeds", "1", "--steps", "2", "--training-examples", "100"]
    where = ["-o", str(tmp_path), "--workers", "1", "--json"]
    assert main(["experiment", "grid", *few, *where]) == 0
    document = json.loads(capsys.readouterr().out, parse_constant=pytest.fail)
    assert {trend["holds"] for trend in document["trends"]} == {None}
    assert {tuple(one["interval"]) for one in document["references"]} == {(None, None)}
    assert main(["experiment", "grid", *few, *where[:-1], "--resume"]) == 0
    assert "(one run)" in capsys.readouterr().out


def test_bars_show_intervals_where_there_are_some(tmp_path: Path) -> None:
    found = {"a": [estimate([0.5]), estimate([]), estimate([0.5, 0.7])], "b": [estimate([])] * 3}
    path = figures.by_number(tmp_path / "bars.png", "n", [1, 2, 3], found, [], "Title")
    assert path.stat().st_size > 5_000


def test_rows_of_two_versions_are_not_mixed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_plan(plan(30), tmp_path, workers=1)
    connection = sqlite3.connect(tmp_path / RESULTS)
    ours = store.versions(plan(30))
    monkeypatch.setattr(store, "versions", lambda _: {**ours, "torch": "0.1"})
    run_plan(plan(30), tmp_path, resume=True, workers=1)  # nothing is left to do
    with connection:
        connection.execute("DELETE FROM task WHERE number = 3")
    connection.close()
    with pytest.raises(InputError, match=r"to go on with torch .*, got 0.1. Install that, or"):
        run_plan(plan(30), tmp_path, resume=True, workers=1)


def test_a_plan_that_was_removed_is_not_replaced(
    changed: sqlite3.Connection, tmp_path: Path
) -> None:
    changed.execute("DELETE FROM experiment")
    with pytest.raises(FileError, match="got rows without a plan"):
        run_plan(plan(30, widths=(3,)), tmp_path, resume=True, workers=1)


@pytest.mark.parametrize("value", ["x'ff00'", "NULL", "5"])
def test_a_plan_that_is_no_text_is_one_error(
    changed: sqlite3.Connection, tmp_path: Path, value: str
) -> None:
    changed.execute("DROP TABLE experiment")
    changed.execute("CREATE TABLE experiment (name TEXT PRIMARY KEY, value)")
    changed.execute(f"INSERT INTO experiment VALUES ('plan', {value})")
    with pytest.raises(FileError, match="expected a result file as it was written, got no plan"):
        Results.open(tmp_path / RESULTS).__enter__()


def test_rows_that_were_changed_are_one_error(changed: sqlite3.Connection, tmp_path: Path) -> None:
    for statement in (
        "UPDATE result SET value = 'abc' WHERE name = 'accuracy'",
        "UPDATE evaluation SET accuracy = 'abc'",
        "UPDATE network SET parameters = 'abc' WHERE seed = 0",
        "DELETE FROM network WHERE seed = 1",
    ):
        changed.execute(statement)
    with Results.open(tmp_path / RESULTS) as results:
        for read, message in (
            (lambda: results.values(curve="fine"), "got 'abc' for a number"),
            (lambda: results.curve(curve="fine"), "got an evaluation that is no number"),
            (lambda: results.store.parameters(0, 0), "Use another folder, or a copy"),
            (lambda: results.store.parameters(0, 1), "got a finished run without its network"),
        ):
            with pytest.raises(FileError, match=message):
                read()
