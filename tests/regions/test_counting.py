"""Counts in parts, threads, processes and sessions: one number, whatever the way to it."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from fractions import Fraction as F
from itertools import pairwise
from pathlib import Path
from threading import Event

import pytest
from complexes import TENT, networks, patterns_everywhere, rescaled, settings_for
from hypothesis import given, settings
from hypothesis import strategies as st

import exactnet as en
from exactnet.errors import ExactnetError, InputError, LimitReached
from exactnet.geometry.box import Box
from exactnet.limits import Limits
from exactnet.networks.layer import IDENTITY, Layer
from exactnet.regions import parts
from exactnet.regions.engine import Engine
from exactnet.regions.forward import OverflowsError
from exactnet.regions.kernel import extract
from exactnet.regions.patch import Patch
from exactnet.regions.reference import enumerate_cells
from exactnet.regions.setting import Setting

SAW = en.chain([TENT] * 9)
UNIT = Box.of([(0, 1)])
DUST = en.gallery.cantor_dust()


@contextmanager
def small_parts(small: int = 4, number: int = 5, at_once: int = 3) -> Iterator[None]:
    """Many small parts, cut into pieces again, as they are of counts in the millions."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(parts, "SMALL", small)
        patched.setattr(parts, "PARTS", number)
        patched.setattr(parts, "cells_at_once", lambda _: at_once)
        yield


def reference(net: en.ReluNetwork, box: Box | None) -> int:
    if box is None:
        return len(patterns_everywhere(net))
    return sum(1 for _ in enumerate_cells(net, box))


@pytest.mark.parametrize("workers", [1, 2])
@given(case=settings_for(dims=(1, 2, 3)), sizes=st.sampled_from([(1, 2, 1), (4, 5, 3), (2, 9, 8)]))
@settings(max_examples=60)
def test_counting_in_parts_gives_the_number_of_cells(
    workers: int, case: tuple[en.ReluNetwork, Box | None], sizes: tuple[int, int, int]
) -> None:
    net, box = case
    expected = en.enumerate_regions(net, box).counts()["proper"]
    assert expected == reference(net, box)
    with small_parts(*sizes):
        for twin in (net, rescaled(net, [F(3) ** 50, F(1, 3**45)])):
            found = en.count_regions(twin, box, workers=workers)
            assert (found, found.complete, found.reason) == (expected, True, "")


def cells_of(patch: Patch) -> list[frozenset[bytes]]:
    """The cells of a patch, each as the sign histories of its vertices."""
    starts, members = extract.cell_vertices(
        patch.table, patch.pool, patch.offsets, len(patch.vhist)
    )
    names = [row.tobytes() for row in patch.vhist]
    return [frozenset(names[v] for v in members[a:b]) for a, b in pairwise(starts.tolist())]


@given(case=settings_for(dims=(1, 2, 3)), number=st.integers(1, 7))
@settings(max_examples=60)
def test_both_arithmetics_cut_a_count_into_the_same_parts(
    case: tuple[en.ReluNetwork, Box | None], number: int
) -> None:
    """What a checkpoint relies on: part k is the same set of cells on every machine."""
    net, box = case
    with small_parts(3, number):
        found = []
        for exact in (True, False):
            engine = Engine(net, Setting.of(net, box).domain, exact)
            few, pieces = parts.divide(engine)
            found.append((few, list(map(cells_of, pieces)), [(p.layer, p.unit) for p in pieces]))
    assert found[0] == found[1]
    few, cells, _ = found[0]
    flat = [cell for part in cells for cell in part]
    assert len(set(flat)) == len(flat)
    assert (few > 0) != (len(cells) > 0)


@given(net=networks(dims=(1, 2, 3), hidden=(1, 2)), data=st.data())
@settings(max_examples=40)
def test_a_first_layer_of_low_rank_is_counted_on_fewer_inputs(
    net: en.ReluNetwork, data: st.DataObject
) -> None:
    """Units of w . x for a few w only: no artificial hyperplane is needed to count."""
    first = net.layers[0]
    d, extra = net.inputs, data.draw(st.integers(1, 2))
    columns = [[data.draw(st.sampled_from([0, 1, -2])) for _ in range(d)] for _ in range(extra)]
    weight = tuple(
        (*row, *(sum(a * c for a, c in zip(row, column, strict=True)) for column in columns))
        for row in first.weight
    )
    wide = en.ReluNetwork((Layer(weight, first.bias, first.slopes), *net.layers[1:]))
    with small_parts():
        found = en.count_regions(wide, workers=1)
    assert found == len(patterns_everywhere(wide)) == en.enumerate_regions(wide).counts()["proper"]
    if IDENTITY not in first.slopes:
        assert found == len(patterns_everywhere(net))


def test_an_image_of_few_directions_is_counted_and_one_of_many_refused_at_once() -> None:
    """784 inputs: what rank the first layer has is found without 784 hyperplanes."""
    rng = random.Random(0)
    two = [[rng.randint(-9, 9) for _ in range(784)] for _ in range(2)]
    rows = [*two, [a + b for a, b in zip(*two, strict=True)]]
    net = en.ReluNetwork.of([(rows, [0, 0, 1]), ([[1] * 3], [0])])
    assert en.count_regions(net) == 7
    many = [[rng.randint(-9, 9) for _ in range(784)] for _ in range(30)]
    for activation in ("relu", "identity"):
        wide = en.ReluNetwork.of([(many, [0] * 30), ([[1] * 30], [0])], [[activation] * 30])
        with pytest.raises(InputError, match="expected at most 6 inputs, got 784"):
            en.count_regions(wide)


@pytest.mark.parametrize("name", ["cantor", "cantor-dust", "vicsek", "sierpinski", "rotated-dust"])
def test_counts_of_the_gallery_do_not_depend_on_the_parts(name: str) -> None:
    ifs = en.gallery.get(name)
    method = "exact" if ifs.contact.value != "touching" else "margin"
    net = en.compile_ifs(ifs, 2, method)
    expected = len(en.enumerate_regions(net, ifs.base))
    with small_parts(10, 7, 16):
        assert en.count_regions(net, ifs.base, workers=2) == expected
    assert en.count_regions(net, ifs.base) == expected


def test_part_counts_are_bounded_by_the_size_at_once_while_they_are_made() -> None:
    """No patch that is cut further has more cells than one unit can make of the allowed number."""
    seen: list[int] = []
    engine = Engine(SAW, Setting.of(SAW, UNIT).domain, True)
    stack: list[Patch] = [engine.start()]
    for work in engine.patches(stack[0], 16):
        seen.append(work.cells)
    assert sum(seen) == 512
    assert max(seen) <= 2 * 16
    assert len(seen) >= 16


# Limits


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("most", [1, 40, 200, 511])
def test_a_limit_on_cells_gives_a_lower_bound(workers: int, most: int) -> None:
    with small_parts(8, 16, 8):
        found = en.count_regions(SAW, UNIT, workers=workers, limits=Limits(cells=most))
        assert not found.complete
        assert found.reason == f"the limit of {most} cells was reached"
        assert most < found <= 512
        whole = en.count_regions(SAW, UNIT, workers=workers, limits=Limits(cells=512))
        assert (whole, whole.complete) == (512, True)


def test_a_limit_on_time_gives_a_lower_bound_soon() -> None:
    net = en.compile_ifs(DUST, 7)
    for workers in (1, 2):
        started = time.monotonic()
        found = en.count_regions(net, DUST.base, workers=workers, limits=Limits(seconds=0.5))
        assert time.monotonic() - started < 5
        assert not found.complete
        assert found.reason == "the time limit of 0.5 s was reached"
        assert 1 <= found < 5_000_000
    early = en.count_regions(net, DUST.base, limits=Limits(seconds=1e-9))
    assert not early.complete
    assert 1 <= early < 100_000


def test_limits_count_from_the_start_of_each_count() -> None:
    old = Limits(seconds=60, started=-1e6)
    with small_parts(8, 16, 8):
        assert en.count_regions(SAW, UNIT, limits=old).complete


def test_a_limit_is_met_by_a_bound_that_a_checkpoint_completes_later(tmp_path: Path) -> None:
    file = tmp_path / "count"
    with small_parts(8, 16, 8):
        bounds = []
        for most in (100, 200, 300, 400, 600):
            bounds.append(en.count_regions(SAW, UNIT, resume=file, limits=Limits(cells=most)))
    assert [int(b) for b in bounds] == sorted(bounds)
    assert [b.complete for b in bounds] == [False] * 4 + [True]
    assert bounds[-1] == 512


# Interruption


def lines_of(file: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in file.read_text().splitlines()]


def parts_in(file: Path) -> list[int]:
    return [int(str(line["part"])) for line in lines_of(file)[1:]]


@pytest.mark.parametrize("workers", [1, 2])
def test_control_c_leaves_a_record_to_go_on_from(
    workers: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "count"

    def interrupt(line: str) -> None:
        if "6 of" in line:
            raise KeyboardInterrupt

    with small_parts(8, 16, 8):
        with pytest.raises(KeyboardInterrupt):
            en.count_regions(SAW, UNIT, workers=workers, resume=file, progress=interrupt)
        first = parts_in(file)
        assert len(first) == 6
        counted: list[int] = []
        plain = parts.count

        def spy(engine: Engine, patch: Patch) -> int:
            counted.append(patch.cells)
            return plain(engine, patch)

        monkeypatch.setattr(parts, "count", spy)
        assert en.count_regions(SAW, UNIT, workers=workers, resume=file) == 512
    every = parts_in(file)
    assert every[:6] == first
    assert sorted(every) == list(range(len(every)))
    assert len(counted) == len(every) - 6
    with small_parts(8, 16, 8):
        counted.clear()
        assert en.count_regions(SAW, UNIT, workers=workers, resume=file) == 512
    assert counted == []


COUNT = """
import sys
import exactnet as en
ifs = en.gallery.cantor_dust()
print(int(en.count_regions(en.compile_ifs(ifs, 6), ifs.base, workers=1, resume=sys.argv[1])))
"""


def test_a_count_killed_in_the_middle_goes_on_where_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "count"
    child = subprocess.Popen([sys.executable, "-c", COUNT, str(file)])
    try:
        deadline = time.monotonic() + 60
        while not (file.exists() and file.read_bytes().count(b"\n") > 8):
            assert child.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.005)
    finally:
        os.kill(child.pid, signal.SIGKILL)
        child.wait()
    assert child.returncode == -signal.SIGKILL
    before = file.read_bytes()
    whole = before[: before.rindex(b"\n") + 1]
    seen: list[str] = []
    net = en.compile_ifs(DUST, 6)
    assert en.count_regions(net, DUST.base, resume=file, progress=seen.append) == 814_803
    assert file.read_bytes().startswith(whole)
    every = parts_in(file)
    assert sorted(every) == list(range(len(every)))
    assert len(seen) == len(every) - whole.count(b"\n") + 1
    assert 0 < len(seen) < len(every)


def test_an_error_in_one_thread_ends_the_others_and_is_raised(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(engine: Engine, patch: Patch) -> int:
        raise ZeroDivisionError

    with small_parts(8, 16, 8):
        monkeypatch.setattr(parts, "count", fail)
        for workers in (1, 2):
            with pytest.raises(ZeroDivisionError):
                en.count_regions(SAW, UNIT, workers=workers)


def test_an_error_does_not_wait_for_parts_that_take_long(monkeypatch: pytest.MonkeyPatch) -> None:
    """As Ctrl-C must not: the other thread is told to stop before anybody waits for it."""
    ended: list[str] = []

    def fail_or_work(engine: Engine, patch: Patch) -> int:
        if not busy.is_set():
            busy.set()
            try:
                for _ in range(20_000):
                    engine.tick(0)
                    time.sleep(0.001)
            except LimitReached as reached:
                ended.append(str(reached))
                raise
            return 1
        raise ZeroDivisionError

    busy = Event()
    with small_parts(8, 16, 8):
        monkeypatch.setattr(parts, "count", fail_or_work)
        started = time.monotonic()
        with pytest.raises(ZeroDivisionError):
            en.count_regions(SAW, UNIT, workers=2)
        assert time.monotonic() - started < 10
    while not ended and time.monotonic() - started < 20:
        time.sleep(0.01)
    assert ended == ["stopped"]


def test_a_part_that_overflows_is_counted_by_floats(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every other part is made to overflow; the others stay with integers."""
    plain, used = parts.count, list[bool]()

    def overflow(engine: Engine, patch: Patch) -> int:
        used.append(engine.exact)
        if engine.exact and len(used) % 2:
            raise OverflowsError
        return plain(engine, patch)

    with small_parts(8, 16, 8):
        monkeypatch.setattr(parts, "count", overflow)
        for workers in (1, 2):
            assert en.count_regions(SAW, UNIT, workers=workers) == 512
    assert set(used) == {True, False}


# Elsewhere


@pytest.fixture(scope="module")
def client() -> Iterator[object]:
    distributed = pytest.importorskip("distributed")
    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None
        ) as cluster,
        distributed.Client(cluster) as connected,
    ):
        yield connected


@pytest.mark.slow
@pytest.mark.filterwarnings("default")
def test_a_cluster_counts_the_same(client: object, tmp_path: Path) -> None:
    net = en.compile_ifs(DUST, 4)
    alone = len(en.enumerate_regions(net, DUST.base))
    file = tmp_path / "count"

    def interrupt(line: str) -> None:
        if "20 of" in line:
            raise KeyboardInterrupt

    with small_parts(2000, 40):
        with pytest.raises(KeyboardInterrupt):
            en.count_regions(net, DUST.base, client=client, resume=file, progress=interrupt)
        assert len(parts_in(file)) == 20
        together = en.count_regions(net, DUST.base, client=client, resume=file)
        assert (together, together.complete) == (alone, True)
        assert sorted(parts_in(file)) == list(range(len(parts_in(file))))
        limited = en.count_regions(net, DUST.base, client=client, limits=Limits(cells=10_000))
        assert not limited.complete
        assert 10_000 < limited < alone
        floats = rescaled(en.compile_ifs(DUST, 3), [F(3) ** 50])
        assert en.count_regions(floats, DUST.base, client=client) == 4252


class Lost:
    """A client that answers a few times; then its scheduler is gone."""

    def __init__(self, answers: int, error: type[Exception]) -> None:
        self.answers, self.error, self.cancelled = answers, error, 0

    def ncores(self) -> dict[str, int]:
        return {"a": 1, "b": 1}

    def scatter(self, values: list[object], **_: object) -> list[object]:
        return values

    def cancel(self, futures: list[object]) -> None:
        self.cancelled += len(futures)

    def submit(self, function: Callable[..., int], *arguments: object, **_: object) -> object:
        self.answers -= 1
        error = None if self.answers >= 0 else self.error()

        class Future:
            key = str(self.answers)

            def result(self) -> int:
                if error is not None:
                    raise error
                return function(*arguments)

            def add_done_callback(self, call: Callable[[object], None]) -> None:
                call(self)

        return Future()


def test_a_cluster_that_is_lost_is_named_and_what_it_finished_is_kept(tmp_path: Path) -> None:
    gone = type("FutureCancelledError", (Exception,), {"__module__": "distributed.client"})
    file = tmp_path / "count"
    with small_parts(8, 16, 8):
        for error, kind in ((gone, ExactnetError), (ZeroDivisionError, ZeroDivisionError)):
            client = Lost(5, error)
            with pytest.raises(kind) as caught:
                en.count_regions(SAW, UNIT, client=client, resume=file)
            assert client.cancelled == 4  # two a core
            if kind is ExactnetError:
                assert str(caught.value) == (
                    "client: expected a cluster that answers to the end, got FutureCancelledError. "
                    "Call again: with a checkpoint what is finished is not counted anew."
                )
        assert len(parts_in(file)) == 10
        assert en.count_regions(SAW, UNIT, resume=file) == 512


# Sequences and bad input


def test_counts_along_a_sequence_are_the_counts_one_by_one() -> None:
    nets = [en.chain([TENT] * k) for k in range(1, 5)]
    taken: list[int] = []

    def load() -> Iterator[en.ReluNetwork]:
        for k, net in enumerate(nets):
            taken.append(k)
            yield net

    seen: list[str] = []
    counts = en.count_along(load(), UNIT, workers=1, progress=seen.append)
    assert taken == []
    assert next(counts) == 2
    assert taken == [0]
    assert [int(n) for n in counts] == [4, 8, 16]
    assert [line for line in seen if "network" in line] == [
        f"regions: network {k}" for k in range(1, 5)
    ]
    assert [int(n) for n in en.count_along([TENT, SAW], [(-1, 1)])] == [3, 513]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: en.count_regions(SAW, UNIT, workers=0),
            "workers: expected an integer >= 1, got 0",
        ),
        (lambda: en.count_regions(SAW, UNIT, workers=1.5), "workers: .* got 1.5"),
        (lambda: en.count_regions(SAW, [(0, 1), (0, 1)]), "box: expected 1 sides"),
    ],
)
def test_bad_arguments_are_named(call: Callable[[], object], message: str) -> None:
    with pytest.raises(InputError, match=message):
        call()


def test_limits_end_a_count_early_where_carried_inputs_hide_directions_too() -> None:
    """R^d without units that bend in the first layer: the whole complex is enumerated."""
    layers = [(layer.weight, layer.bias) for layer in SAW.layers]
    carried = en.ReluNetwork.of([([[1]], [0]), *layers], [["identity"]])
    assert en.count_regions(carried) == en.count_regions(SAW) == 514
    found = en.count_regions(carried, limits=Limits(cells=100))
    assert not found.complete
    assert 1 <= found <= 514
