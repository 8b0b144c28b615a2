"""Regions while training: the counts are those of the networks that were there."""

from dataclasses import replace
from pathlib import Path

import pytest
from plans_for_tests import DIVERGING, plan

import exactnet as en
from exactnet.errors import InputError
from exactnet.learning import moments, training
from exactnet.learning.execution import RESULTS, run_plan
from exactnet.learning.moments import RegionsAt
from exactnet.learning.plans import Analysis, Plan
from exactnet.learning.region_figures import learning_with_regions
from exactnet.learning.results import Results
from exactnet.learning.tasks import run_task
from exactnet.viewing import canvas


def watching(steps: int = 60, **changes: int) -> Plan:
    look = Analysis(**{"watched": 3, "moments": 3, "moment_seconds": 30} | changes)
    return replace(plan(steps), analysis=look)


def test_the_counts_are_those_of_shorter_runs(tmp_path: Path) -> None:
    whole = watching()
    with Results.open(run_plan(whole, tmp_path / "long", workers=1)) as results:
        counts = results.store.regions(0)
    assert sorted(counts) == [0, 1, 2]
    for steps in (0, 20, 40, 60):
        short = whole.with_training(steps=steps)
        folder = tmp_path / str(steps)
        with Results.open(run_plan(short, folder, workers=1)) as results:
            for seed in (0, 2):
                net = whole.cells[0].architecture.network(results.store.parameters(0, seed))
                cx = en.enumerate_regions(net, en.gallery.cantor().base)
                assert RegionsAt(steps, len(cx), True) in counts[seed]
    assert all([one.step for one in found] == [0, 20, 40, 60] for found in counts.values())


class _Killed(Exception):  # noqa: N818  # stands for a signal
    pass


def test_a_resumed_run_has_the_moments_from_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = watching(900)
    run_plan(whole, tmp_path / "whole", workers=1)
    monkeypatch.setattr(training, "CHECKPOINT_SECONDS", -1.0)
    folder = tmp_path / "killed"
    with pytest.raises(_Killed):
        run_plan(whole, folder, workers=1, progress=_stop)
    assert list((folder / "checkpoints").iterdir())
    run_plan(whole, folder, workers=1, resume=True)
    with Results.open(folder / RESULTS) as ours, Results.open(tmp_path / "whole" / RESULTS) as all_:
        assert ours.store.rows() == all_.store.rows()
        assert len(ours.store.regions(1)[0]) == 4


def _stop(text: str) -> None:
    """In the third of four stacks, after an evaluation."""
    if int(text.split()[1]) >= 70:
        raise _Killed


def test_a_limit_gives_certified_lower_bounds_and_a_picture_that_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = watching()
    task = whole.tasks()[0]
    exact = run_task(whole, task, None, lambda _: None).regions[0]
    monkeypatch.setattr(moments, "Limits", lambda seconds: en.Limits(seconds=seconds, cells=2))
    bounds = run_task(whole, task, None, lambda _: None).regions[0]
    assert not any(one.complete for one in bounds)
    for low, true in zip(bounds, exact, strict=True):
        assert 1 <= low.count <= true.count
    said: list[str] = []
    monkeypatch.setattr(canvas, "title", lambda _, head, below: said.append(f"{head}: {below}"))
    with Results.open(run_plan(whole, tmp_path, workers=1)) as results:
        learning_with_regions(tmp_path / "l.png", results, "curve")
    assert said[1:] == [
        "Regions while training: exact, on $K_0$; 3 seeds each; hollow triangles: at least so many"
    ]


def test_without_counts_the_picture_has_one_panel(tmp_path: Path) -> None:
    found = []
    for name, watched in (("none", 0), ("some", 1)):
        path = run_plan(watching(3, watched=watched), tmp_path / name, workers=1)
        with Results.open(path) as results:
            found.append(learning_with_regions(tmp_path / f"{name}.svg", results, "curve"))
    panels = [picture.read_text().count('id="axes_') for picture in found]
    assert panels == [1, 2]


def test_a_run_that_diverged_has_no_counts(tmp_path: Path) -> None:
    broken = replace(plan(rate=DIVERGING, optimiser="sgd"), analysis=watching().analysis)
    with Results.open(run_plan(broken, tmp_path, workers=1)) as results:
        bad = {seed for name, seed, _ in results.store.diverged() if name == "curve=coarse"}
        assert bad
        assert not bad & set(results.store.regions(0))


def test_the_last_count_is_the_final_row(tmp_path: Path) -> None:
    both = watching(regions=2)
    with Results.open(run_plan(both, tmp_path, workers=1)) as results:
        for seed, count in results.store.values(0, "regions").items():
            assert results.store.regions(0)[seed][-1] == RegionsAt(60, int(str(count)), True)


def test_moments_are_evaluations_and_the_plan_refuses_what_has_no_meaning() -> None:
    assert Analysis(moments=2).steps((0, 5)) == (0, 5)
    assert Analysis(moments=1).steps((0,)) == (0,)
    with pytest.raises(InputError, match=r"Plan.analysis: expected counts >= 0"):
        Analysis(moments=0)
    with pytest.raises(InputError, match=r"Plan.analysis: expected counts >= 0"):
        Analysis(watched=-1)
