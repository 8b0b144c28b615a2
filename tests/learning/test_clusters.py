"""A sweep on a Dask cluster: the rows of local workers, also when a worker dies."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from plans_for_tests import DIVERGING, plan

from exactnet.cli.main import main
from exactnet.errors import ExactnetError, InputError
from exactnet.learning import clusters
from exactnet.learning.execution import CHECKPOINTS, RESULTS, run_plan
from exactnet.learning.store import Store

distributed = pytest.importorskip("distributed")


def rows(folder: Path) -> list[tuple[object, ...]]:
    with Store.open(folder / RESULTS) as store:
        return store.rows()


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[object, ...]]:
    folder = tmp_path_factory.mktemp("whole")
    run_plan(plan(), folder, workers=1)
    return rows(folder)


@pytest.fixture(scope="module")
def client() -> Iterator[Any]:
    with (
        distributed.LocalCluster(
            n_workers=2,
            threads_per_worker=2,
            processes=False,
            dashboard_address=":0",
            protocol="tcp://",
        ) as cluster,
        distributed.Client(cluster, set_as_default=False) as found,
    ):
        yield found


def test_a_cluster_gives_the_rows_of_local_workers(
    client: Any, tmp_path: Path, whole: list[tuple[object, ...]]
) -> None:
    said: list[str] = []
    run_plan(plan(), tmp_path, client=client, progress=said.append)
    assert rows(tmp_path) == whole
    assert said[-1].startswith("test: 100 %")
    assert not (tmp_path / CHECKPOINTS).exists()


def test_the_command_takes_a_schedulers_address(
    client: Any, tmp_path: Path, whole: list[tuple[object, ...]],
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    file = tmp_path / "plan.json"
    file.write_text(json.dumps(replace(plan(), name="growing").document()))
    command = ["experiment", "growing", "--plan", str(file), "-o", str(tmp_path / "out")]
    main([*command, "--scheduler", client.scheduler.address])
    assert "Check the plan." in capsys.readouterr().err  # figures of cells that are not in it
    assert rows(tmp_path / "out") == whole


def test_what_goes_wrong_in_a_task_is_said_as_at_home(client: Any, tmp_path: Path) -> None:
    run_plan(plan(rate=DIVERGING, optimiser="sgd"), tmp_path / "far", client=client)
    run_plan(plan(rate=DIVERGING, optimiser="sgd"), tmp_path / "here", workers=1)
    assert rows(tmp_path / "far") == rows(tmp_path / "here")


def test_other_versions_are_refused(
    client: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = clusters.versions(plan(3))
    monkeypatch.setattr(clusters, "run_remotely", _older)
    with pytest.raises(InputError, match=rf"workers with torch {ours['torch'][:3]}.*got 0.1"):
        run_plan(plan(3), tmp_path, client=client)


def _older(whole_plan: Any, task: Any) -> Any:
    return clusters.versions(whole_plan) | {"torch": "0.1"}, None


class _Dead(Exception):  # noqa: N818  # named and placed like Dask's own
    pass


_Dead.__module__ = "distributed.scheduler"


class _Future:
    def __init__(self, key: int, make: Callable[[], Any]) -> None:
        self.key, self.make = key, make

    def add_done_callback(self, call: Callable[[Any], None]) -> None:
        call(self)

    def result(self) -> Any:
        return self.make()


class _Client:
    """Runs tasks at once; the third one's workers die."""

    def __init__(self, error: Exception) -> None:
        self.error, self.sent, self.cancelled = error, 0, 0

    def ncores(self) -> dict[str, int]:
        return {"one": 1}

    def submit(self, function: Callable[..., Any], *arguments: Any, pure: bool) -> _Future:
        assert not pure
        self.sent += 1
        broken = self.sent == 3

        def make() -> Any:
            if broken:
                raise self.error
            return function(*arguments)

        return _Future(self.sent, make)

    def cancel(self, futures: list[_Future]) -> None:
        self.cancelled = len(futures)


def test_a_cluster_that_gives_up_loses_nothing_finished(
    tmp_path: Path, whole: list[tuple[object, ...]]
) -> None:
    client = _Client(_Dead("run_remotely"))
    with pytest.raises(ExactnetError, match=r"workers that live, got _Dead. Finished tasks are"):
        run_plan(plan(), tmp_path, client=client)
    assert client.cancelled == 1
    with Store.open(tmp_path / RESULTS) as store:
        assert len(store.done()) == 2
    run_plan(plan(), tmp_path, resume=True, workers=1)
    assert rows(tmp_path) == whole


def test_an_error_of_the_program_is_not_called_a_dead_worker(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError):
        run_plan(plan(3), tmp_path, client=_Client(ZeroDivisionError()))


def test_a_cluster_without_workers_is_refused(tmp_path: Path) -> None:
    class Empty(_Client):
        def ncores(self) -> dict[str, int]:
            return {}

    with pytest.raises(InputError, match="expected a cluster with workers, got one without"):
        run_plan(plan(3), tmp_path, client=Empty(ZeroDivisionError()))


SCRIPT = """
import sys
from distributed import LocalCluster
if __name__ == "__main__":
    with LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=":0",
                      protocol="tcp://") as cluster:
        print(cluster.scheduler_address, *(w.pid for w in cluster.workers.values()), flush=True)
        sys.stdin.read()
"""


@pytest.mark.slow
def test_a_worker_that_is_killed_changes_no_row(
    tmp_path: Path, whole: list[tuple[object, ...]]
) -> None:
    script = tmp_path / "cluster.py"
    script.write_text(SCRIPT)
    with subprocess.Popen(
        [sys.executable, str(script)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        address, *pids = process.stdout.readline().split()
        killed: list[int] = []

        def kill(_: str) -> None:
            if not killed:
                killed.append(int(pids[0]))
                os.kill(killed[0], signal.SIGKILL)

        with distributed.Client(address, set_as_default=False) as client:
            run_plan(plan(), tmp_path / "out", client=client, progress=kill)
        process.communicate()
    assert killed
    assert rows(tmp_path / "out") == whole
