"""Plans run whole: in one process or several, killed and resumed, on a full disk."""

import errno
import json
import os
import queue
import signal
import subprocess
import sys
import time
from concurrent.futures import Future
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from plans_for_tests import DIVERGING, plan

from exactnet.errors import FileError, InputError
from exactnet.exact.strict_json import parse_document
from exactnet.learning import execution, workers
from exactnet.learning.architectures import Dense
from exactnet.learning.execution import CHECKPOINTS, RESULTS, run_plan
from exactnet.learning.experiments.registry import EXPERIMENTS
from exactnet.learning.plans import Plan, Task
from exactnet.learning.starts import ExactStart
from exactnet.learning.store import Store

HERE = Path(__file__).parent


def rows(folder: Path) -> list[tuple[object, ...]]:
    with Store.open(folder / RESULTS) as store:
        return store.rows()


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[object, ...]]:
    folder = tmp_path_factory.mktemp("whole")
    run_plan(plan(), folder, workers=1)
    return rows(folder)


def test_every_run_leaves_its_rows(whole: list[tuple[object, ...]]) -> None:
    count = {
        name: sum(row[0] == name for row in whole) for name in ("run", "evaluation", "network")
    }
    assert count == {"run": 8, "evaluation": 8 * 4, "network": 8}
    final = {row[3]: row[4] for row in whole if row[:3] == ("result", 0, 0)}
    assert final["exact"] == "yes"
    assert {"accuracy", "exact_loss", "nearest", "regions", "claim", "moved"} <= set(final)
    assert {"margin", "margin_point", "margin_positives", "margin_1", "margin_2"} <= set(final)
    others = {row[3] for row in whole if row[:3] == ("result", 0, 1)}
    assert "accuracy" in others
    assert "exact_loss" not in others


def test_processes_give_the_same_rows(tmp_path: Path, whole: list[tuple[object, ...]]) -> None:
    run_plan(plan(), tmp_path, workers=2)
    assert rows(tmp_path) == whole
    assert not (tmp_path / CHECKPOINTS).exists()


def test_results_are_not_written_over(tmp_path: Path) -> None:
    run_plan(plan(3), tmp_path, workers=1)
    before = rows(tmp_path)
    with pytest.raises(InputError, match=r"expected no results yet, got some. Go on with --resume"):
        run_plan(plan(3), tmp_path, workers=1)
    with pytest.raises(
        InputError, match="expected results of this very plan, got those of another"
    ):
        run_plan(plan(6), tmp_path, resume=True, workers=1)
    run_plan(plan(3), tmp_path, resume=True, workers=1)
    assert rows(tmp_path) == before


def test_killed_and_resumed_gives_the_rows_of_an_uninterrupted_run(tmp_path: Path) -> None:
    long = plan(steps=900)
    run_plan(long, tmp_path / "whole", workers=1)
    code = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "from plans_for_tests import plan\n"
        "from exactnet.learning import execution, training\n"
        "training.CHECKPOINT_SECONDS = -1.0\n"
        "execution.run_plan(plan(steps=900), sys.argv[2], workers=1)\n"
    )
    folder = tmp_path / "killed"
    process = subprocess.Popen([sys.executable, "-c", code, str(HERE), str(folder)])
    wanted = folder / CHECKPOINTS / "1.npz"  # the first stack is done, the second is on its way
    deadline = time.monotonic() + 120
    while not wanted.exists() and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL
    with Store.open(folder / RESULTS) as store:
        assert store.done() == {0}
    run_plan(long, folder, resume=True, workers=1)
    assert rows(folder) == rows(tmp_path / "whole")


WIDE = {"steps": 6, "widths": (40, 40)}  # networks take more room than empty tables


def test_a_full_disk_is_one_error_and_loses_nothing(tmp_path: Path) -> None:
    full = tmp_path / "full"
    code = (
        "import resource, sys; sys.path.insert(0, sys.argv[1])\n"
        "from plans_for_tests import plan\n"
        "from exactnet.learning.execution import run_plan\n"
        "from exactnet.errors import FileError\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[3]),) * 2)\n"
        "try:\n    run_plan(plan(steps=6, widths=(40, 40)), sys.argv[2], resume=True, workers=1)\n"
        "except FileError as error:\n    print(error)\n"
    )
    for limit in (1_000, 90_000):
        found = subprocess.run(
            [sys.executable, "-c", code, str(HERE), str(full), str(limit)],
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        assert "expected a result file that can be read and written" in found.stdout, limit
        assert found.stderr == ""
    with Store.open(full / RESULTS) as store:
        kept = store.done()
    assert kept
    assert kept < {0, 1, 2, 3}
    run_plan(plan(**WIDE), full, resume=True, workers=1)
    run_plan(plan(**WIDE), tmp_path / "whole", workers=1)
    assert rows(full) == rows(tmp_path / "whole")


@pytest.mark.skipif(os.geteuid() != 0, reason="mounting a small disk needs root")
def test_a_small_disk_that_fills_up_loses_nothing(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=96k", "tmpfs", str(disk)], check=False,
        capture_output=True,
    )  # fmt: skip
    if made.returncode:
        pytest.skip("mounting is not permitted")
    try:
        with pytest.raises(FileError, match="Earlier results are kept; free the disk"):
            run_plan(plan(**WIDE), disk, workers=1)
        with Store.open(disk / RESULTS) as store:
            assert store.done() < {0, 1, 2, 3}
        subprocess.run(["mount", "-o", "remount,size=10m", str(disk)], check=True)
        run_plan(plan(**WIDE), disk, resume=True, workers=1)
        run_plan(plan(**WIDE), tmp_path / "whole", workers=1)
        assert rows(disk) == rows(tmp_path / "whole")
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def test_a_loss_that_is_no_number_is_recorded_and_the_rest_stays(tmp_path: Path) -> None:
    run_plan(plan(rate=DIVERGING, optimiser="sgd"), tmp_path, workers=1)
    with Store.open(tmp_path / RESULTS) as store:
        [first, *_] = store.diverged()
        assert first[0] == "curve=coarse"
        assert store.values(0, "diverged")[first[1]] == first[2]
        assert all(one.step < first[2] for one in store.evaluations(0)[first[1]])
        assert 0 in [one.step for one in store.evaluations(0)[first[1]]]
        assert len(store.evaluations(1)) == 4


def test_a_folder_in_use_is_refused(tmp_path: Path) -> None:
    code = (
        "import sys, time; from pathlib import Path\n"
        "from exactnet.learning.execution import _locked\n"
        "with _locked(Path(sys.argv[1]) / 'lock'):\n    print('held', flush=True); time.sleep(60)\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        with pytest.raises(FileError, match="expected a folder that is not in use"):
            run_plan(plan(3), tmp_path, workers=1)
        process.kill()


def test_a_plan_is_its_json_document() -> None:
    for one in (plan(), *(e.plan(small) for e in EXPERIMENTS.values() for small in (True, False))):
        text = json.dumps(one.document())
        again = Plan.from_document(parse_document(text, "plan"), "plan")
        assert again == one
        assert again.digest == one.digest
    assert plan(3).digest != plan(6).digest


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        (("seeds",), [0, 0], "Plan.seeds: expected 1..10000 different integers"),
        (("seeds",), "0", "plan.seeds: expected a list, got str"),
        (("format",), "x", "plan: expected the format exactnet-experiment/1, got 'x'"),
        (("colour",), 1, "got the unknown 'colour'"),
        (("cells", 0, "source", "kind"), "magic", r"plan.cells\[0\].source.kind: expected one of"),
        (("cells", 0, "source", "kind"), [], r"plan.cells\[0\].source.kind: expected one of"),
        (("cells", 0, "labels", 0, "value"), "\ud800", "label: expected at most 100 printable"),
        (("seeds",), [2**63], "different integers from 0 to 2.63 - 1"),
        (("stack",), 0, "Plan.stack: expected 1..10000 networks, got 0"),
        (("analysis", "seconds"), 10**8, "moments >= 1 and seconds 1..10000000"),
        (("cells", 0, "start"), {"kind": "exact", "noise": "1e400"}, "noise from 0 to 1000000"),
        (("cells", 0, "source", "curve"), "steep", "curve: expected one of coarse"),
        (("cells", 0, "training", "rate"), "x", r"training.rate: expected a rational"),
        (("cells", 0, "training", "fresh"), 1, "fresh: expected a value of type bool, got int"),
        (("cells", 0, "architecture", "widths"), [0], "Dense: expected 1..4096 units, got 0"),
        (("cells", 1, "labels"), [{"name": "curve", "value": "coarse"}], "labels of their own"),
    ],
)
def test_documents_that_do_not_fit_are_refused(
    path: tuple[str | int, ...], value: object, message: str
) -> None:
    document = plan().document()
    place: object = document
    for step in path[:-1]:
        place = place[step]  # type: ignore[index]
    place[path[-1]] = value  # type: ignore[index]
    with pytest.raises((InputError, TypeError), match=message):
        Plan.from_document(document, "plan")


def test_cells_that_cannot_be_trained_are_refused_before_any_is(tmp_path: Path) -> None:
    good, other = plan().cells
    wide = replace(other, architecture=Dense(2, (3,)))
    with pytest.raises(InputError, match=r"architecture: expected inputs for .* \(1,\)"):
        run_plan(replace(plan(), cells=(good, wide)), tmp_path / "new", workers=1)
    assert not (tmp_path / "new").exists()
    source = replace(other.source, margin=Fraction(1, 8))  # type: ignore[type-var]
    foreign = replace(other, source=source, start=ExactStart())
    with pytest.raises(InputError, match="start: expected parameters of the architecture"):
        run_plan(replace(plan(), cells=(foreign,)), tmp_path / "start", workers=1)


def test_the_time_left_counts_what_was_done_in_this_run(monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    now = iter([0.0, 10.0, 20.0, 30.0])
    monkeypatch.setattr(execution.time, "monotonic", lambda: next(now))
    tasks = [task for task in plan(100).tasks() if task.cell == plan(100).cells[0]]
    clock = execution._Clock(plan(100), tasks, said.append)
    clock.note(0, 50)  # from a checkpoint
    clock.note(0, 100)
    clock.note(1, 0)
    assert said == [
        "test: 25 %, curve=coarse",
        "test: 50 %, 40 s left, curve=coarse",
        "test: 50 %, 60 s left, curve=coarse",
    ]


def test_a_task_that_fails_does_not_take_those_beside_it_with_it() -> None:
    tasks = plan().tasks()
    futures: dict[Future[Any], Task] = {Future(): task for task in tasks}
    for future, task in futures.items():
        if task.number in (0, 2):
            future.set_exception(FileError("full"))
        else:
            future.set_result(task.number)
    kept = []
    with pytest.raises(FileError, match="full"):
        for task, outcome in workers._finished(futures, queue.Queue(), lambda *_: None):
            kept.append((task.number, outcome))
    assert sorted(kept) == [(1, 1), (3, 3)]


def test_a_folder_on_a_file_system_without_locks_is_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_locks(*_: object) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr("fcntl.flock", no_locks)
    assert run_plan(plan(3), tmp_path, workers=1).exists()


def test_a_document_has_no_floats_and_all_keys_without_defaults() -> None:
    with pytest.raises(InputError, match=r"got the float 0.005"):
        parse_document('{"rate": 0.005}', "plan")
    document = plan().document()
    del document["stack"]
    assert Plan.from_document(document, "plan") == replace(plan(), stack=16)
    del document["cells"]
    with pytest.raises(InputError, match="got none called 'cells'"):
        Plan.from_document(document, "plan")
    document = plan().document()
    assert document["cells"][0]["training"]["rate"] == str(Fraction(1, 200))  # type: ignore[index]


def test_workers_end_when_the_process_that_started_them_is_killed(tmp_path: Path) -> None:
    code = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "from plans_for_tests import plan\n"
        "from exactnet.learning.execution import run_plan\n"
        "if __name__ == '__main__':\n    run_plan(plan(steps=10**8), sys.argv[2], workers=2)\n"
    )
    script = tmp_path / "main.py"
    script.write_text(code)
    process = subprocess.Popen([sys.executable, str(script), str(HERE), str(tmp_path / "out")])
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    if not children.exists():
        process.kill()
        process.wait()
        pytest.skip("needs /proc")
    deadline = time.monotonic() + 60
    started: list[str] = []
    while len(started) < 3 and time.monotonic() < deadline:  # two workers, a resource tracker
        started = children.read_text().split()
        time.sleep(0.05)
    process.kill()
    process.wait()
    while any(Path(f"/proc/{pid}").exists() for pid in started) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert len(started) == 3
    assert not [pid for pid in started if Path(f"/proc/{pid}").exists()]


def test_results_are_read_by_a_process_that_knows_no_experiment(tmp_path: Path) -> None:
    for name, experiment in EXPERIMENTS.items():
        (tmp_path / name).mkdir()
        with Store.open(tmp_path / name / RESULTS, write=True) as store:
            store.begin(experiment.plan(True), False)
    code = (
        "import sys; from pathlib import Path\n"
        "from exactnet.learning.results import Results\n"
        "for path in sorted(Path(sys.argv[1]).glob('*/results.sqlite')):\n"
        "    with Results.open(path) as results:\n        print(results.plan.name)\n"
    )
    found = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=True
    )
    assert found.stdout.split() == sorted(EXPERIMENTS)
