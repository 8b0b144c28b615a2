"""The record of a count: what is refused, what is dropped, and what survives a full disk."""

import errno
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from complexes import TENT
from hypothesis import given, settings
from hypothesis import strategies as st

import exactnet as en
from exactnet.errors import FileError, InputError
from exactnet.geometry.box import Box
from exactnet.limits import Limits
from exactnet.regions import parts
from exactnet.regions.checkpoint import Checkpoint, digest
from exactnet.regions.setting import Setting

SAW = en.chain([TENT] * 7)
UNIT = Box.of([(0, 1)])
CELLS = 2**7


@pytest.fixture(autouse=True)
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """A count of 128 cells in 8 parts."""
    monkeypatch.setattr(parts, "SMALL", 8)
    monkeypatch.setattr(parts, "PARTS", 8)


def count(file: Path, net: en.ReluNetwork = SAW, box: Box | None = UNIT) -> int:
    return int(en.count_regions(net, box, workers=1, resume=file))


@pytest.fixture
def record(tmp_path: Path) -> Path:
    """The finished record of a count."""
    file = tmp_path / "record"
    assert count(file) == CELLS
    return file


def test_a_record_is_a_head_and_one_line_a_part(record: Path) -> None:
    head, *lines = map(json.loads, record.read_text().splitlines())
    assert head == {
        "format": "exactnet-count/1",
        "count": digest(SAW, Setting.of(SAW, UNIT)),
        "parts": len(lines),
    }
    assert [line["part"] for line in lines] == list(range(len(lines)))
    assert sum(line["cells"] for line in lines) == CELLS
    assert len(lines) > 4


def test_a_torn_last_line_is_dropped_wherever_it_is_torn(record: Path) -> None:
    """A prefix of a record, as kill -9 may leave it, leads to the same total and record."""
    whole = record.read_bytes()
    breaks = [k for k, byte in enumerate(whole) if byte == ord("\n")]
    near = {k + step for k in breaks for step in (0, 1, 2)} | {k - 5 for k in breaks}
    for end in sorted(near | {0, 1, 40}):
        record.write_bytes(whole[:end])
        assert count(record) == CELLS
        lines = record.read_bytes().splitlines(keepends=True)
        assert sorted(lines) == sorted(whole.splitlines(keepends=True))
        kept = whole[:end].rfind(b"\n") + 1
        assert record.read_bytes()[:kept] == whole[:kept]


def test_parts_on_record_are_believed_and_not_counted_again(record: Path) -> None:
    """A record is data of the user's: a changed number changes the sum, so parts are not redone."""
    head, first, *others = record.read_text().splitlines()
    more = {**json.loads(first), "cells": json.loads(first)["cells"] + 1000}
    record.write_text("\n".join([head, json.dumps(more), *others]) + "\n")
    assert count(record) == CELLS + 1000


OTHERS: list[tuple[en.ReluNetwork, Box]] = [
    (en.chain([TENT] * 8), UNIT),
    (SAW, Box.of([(0, 2)])),
    (SAW, Box.of([("1/1000", 1)])),
    (
        en.chain([*[TENT] * 6, en.ReluNetwork.of([([[1], [1]], [0, "-1/3"]), ([[2, -4]], [0])])]),
        UNIT,
    ),
]


@pytest.mark.parametrize("other", range(len(OTHERS)))
def test_the_record_of_another_count_is_refused_and_left_as_it_was(
    other: int, record: Path
) -> None:
    before = record.read_bytes()
    with pytest.raises(InputError) as caught:
        count(record, *OTHERS[other])
    assert str(caught.value) == (
        f"{record}: expected the record of this count, got a file of another. Name a new file."
    )
    assert record.read_bytes() == before
    assert count(record) == CELLS


def test_the_number_of_parts_belongs_to_the_count(
    record: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parts, "PARTS", 3)
    with pytest.raises(InputError, match="the record of this count"):
        count(record)


def test_a_digest_tells_networks_and_domains_apart_and_knows_equal_ones() -> None:
    same = en.ReluNetwork.of([([["2/2"], [1]], [0, "-2/4"]), ([[2, -4]], [0])])
    assert same is not TENT
    unit = Setting.of(TENT, UNIT)
    assert digest(same, Setting.of(same, [(0, "3/3")])) == digest(TENT, unit)
    leaky = en.ReluNetwork.of(
        [([[1], [1]], [0, "-1/2"]), ([[2, -4]], [0])], [["relu", {"leaky": "1/9"}]]
    )
    several = {
        digest(TENT, unit),
        digest(leaky, unit),
        digest(SAW, unit),
        digest(TENT, Setting.of(TENT, None)),
        digest(TENT, Setting.of(TENT, [(0, 2)])),
    }
    assert len(several) == 5


def spoil(line: str) -> Callable[[list[str]], list[str]]:
    return lambda lines: [*lines[:2], line, *lines[2:]]


GARBAGE = [
    # what is done to the lines, the line that is blamed, what was expected there
    (spoil("garbage"), 3, "a line of a count's record"),
    (spoil(""), 3, "a line of a count's record"),
    (spoil("[]"), 3, "a line of a count's record"),
    (spoil("null"), 3, "a line of a count's record"),
    (spoil("1"), 3, "a line of a count's record"),
    (spoil("[" * 400), 3, "a line of a count's record"),
    (spoil("[" * 100_000), 3, "a line of a count's record"),
    (spoil('{"part": 0, "cells": ' + "9" * 600 + "}"), 3, "a line of a count's record"),
    (spoil('{"part": 0, "part": 1, "cells": 4}'), 3, "a line of a count's record"),
    (spoil('{"part": 0}'), 3, "a finished part"),
    (spoil("{}"), 3, "a finished part"),
    (spoil('{"part": 0, "cells": -4}'), 3, "a finished part"),
    (spoil('{"part": 0, "cells": 0}'), 3, "a finished part"),
    (spoil('{"part": 7, "cells": true}'), 3, "a finished part"),
    (spoil('{"part": true, "cells": 4}'), 3, "a finished part"),
    (spoil('{"part": false, "cells": 4}'), 3, "a finished part"),
    (spoil('{"part": -1, "cells": 4}'), 3, "a finished part"),
    (spoil('{"part": 1000, "cells": 4}'), 3, "a finished part"),
    (spoil('{"part": 1.0, "cells": 4}'), 3, "a finished part"),
    (spoil('{"part": 1, "cells": 4.0}'), 3, "a finished part"),
    (spoil('{"part": 1, "cells": NaN}'), 3, "a finished part"),
    (spoil('{"part": "1", "cells": 4}'), 3, "a finished part"),
    (spoil('{"part": null, "cells": null}'), 3, "a finished part"),
    (spoil('{"part": [1], "cells": 4}'), 3, "a finished part"),
    (lambda lines: [*lines, lines[-1]], -1, "a finished part"),  # twice
    (lambda lines: [lines[0], *lines], 2, "a finished part"),  # a second head
    (lambda lines: lines[1:], None, "the record of this count"),  # no head
    (lambda lines: ["garbage", *lines[1:]], 1, "a line of a count's record"),
    (lambda lines: ["{}", *lines[1:]], None, "the record of this count"),
]


@pytest.mark.parametrize("case", range(len(GARBAGE)))
def test_lines_that_are_no_finished_parts_are_refused_with_their_number(
    case: int, record: Path
) -> None:
    change, number, expected = GARBAGE[case]
    lines = record.read_text().splitlines()
    # an unfinished record, so that no line is blamed for naming a part twice
    lines = change([line for line in lines if not re.search(r'"part": [017],', line)])
    assert len(lines) > 4
    record.write_text("\n".join(lines) + "\n")
    before = record.read_bytes()
    with pytest.raises(InputError) as caught:
        count(record)
    place = "" if number is None else f":{number if number > 0 else len(lines)}"
    assert str(caught.value).startswith(f"{record}{place}: expected {expected}, got ")
    assert record.read_bytes() == before


@given(junk=st.binary(max_size=60))
@settings(max_examples=100)
def test_files_of_arbitrary_bytes_are_refused_and_left_as_they_were(
    junk: bytes, tmp_path_factory: pytest.TempPathFactory
) -> None:
    file = tmp_path_factory.mktemp("junk") / "record"
    file.write_bytes(junk)
    if b'{"format": "exactnet-count/1"'.startswith(junk):  # as if killed while writing it
        assert count(file) == CELLS
        return
    with pytest.raises(InputError):
        count(file)
    assert file.read_bytes() == junk


def test_a_file_that_is_no_record_is_not_shortened(tmp_path: Path) -> None:
    """A mistyped name must not cost a file: no torn line is dropped before the head is known."""
    for text in ("my thesis, without a line end", "first line\nsecond, not ended", '{"format": 1}'):
        file = tmp_path / "thesis"
        file.write_text(text)
        with pytest.raises(InputError):
            count(file)
        assert file.read_text() == text


# In use, out of reach, full


def test_a_record_in_use_is_refused(record: Path) -> None:
    setting = Setting.of(SAW, UNIT)
    head = json.loads(record.read_text().splitlines()[0])
    with (
        Checkpoint.open(record, SAW, setting, head["parts"]) as open_,
        pytest.raises(
            FileError, match="expected a record that is not in use, got one that"
        ) as caught,
    ):
        assert len(open_.done) == head["parts"]
        count(record)
    assert str(caught.value).startswith(f"{record}: ")
    assert count(record) == CELLS


def test_a_record_that_another_process_writes_is_refused(record: Path) -> None:
    holder = (
        "import fcntl, sys\n"
        "file = open(sys.argv[1], 'a+b')\n"
        "fcntl.flock(file, fcntl.LOCK_EX)\n"
        "print('locked', flush=True)\n"
        "sys.stdin.read()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", holder, str(record)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == b"locked\n"
        with pytest.raises(FileError, match="not in use"):
            count(record)
        child.communicate()
    assert count(record) == CELLS


def test_paths_that_cannot_be_written_are_named(tmp_path: Path) -> None:
    for path in (tmp_path / "no" / "such" / "directory", tmp_path):
        with pytest.raises(FileError, match="expected a writable checkpoint file, got ") as caught:
            count(path)
        assert str(caught.value).startswith(f"{path}: ")
    assert list(tmp_path.iterdir()) == []


def test_what_is_no_file_on_a_disk_is_refused_and_not_read(tmp_path: Path) -> None:
    """/dev/full, like /dev/zero, would be read without end; a pipe keeps nothing."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for path in (Path("/dev/full"), pipe):
        with pytest.raises(FileError) as caught:
            count(path)
        assert str(caught.value) == (
            f"{path}: expected a file on a disk, got a device or pipe. "
            "Name a file to keep a record."
        )


def test_of_a_file_too_large_to_be_this_record_no_more_is_read(record: Path) -> None:
    with record.open("ab") as file:
        file.write(record.read_bytes().splitlines(keepends=True)[1])
        file.truncate(2**33)  # a hole
    with pytest.raises(InputError, match="expected the record of this count"):
        count(record)
    assert record.stat().st_size == 2**33


def test_without_a_path_nothing_is_recorded() -> None:
    with Checkpoint.open(None, SAW, Setting.of(SAW, UNIT), 8) as open_:
        open_.add(0, 5)
        assert open_.done == {}
        assert open_.file is None


@contextmanager
def full_disk(after: int, function: str) -> Iterator[list[int]]:
    """``os.fsync`` fails from some call on."""
    calls: list[int] = []
    plain = getattr(os, function)

    def fail(descriptor: int) -> None:
        calls.append(descriptor)
        if len(calls) > after:
            raise OSError(errno.ENOSPC, "No space left on device")
        plain(descriptor)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(os, function, fail)
        yield calls


@pytest.mark.parametrize("after", [1, 2, 4])
def test_a_disk_that_fills_up_leaves_the_lines_that_were_written(
    after: int, tmp_path: Path, record: Path
) -> None:
    file = tmp_path / "filling"
    with (
        full_disk(after, "fsync") as calls,
        pytest.raises(FileError, match="writable checkpoint file, got No space left on device"),
    ):
        count(file)
    assert len(calls) == after + 1
    assert file.read_bytes() == b"".join(record.read_bytes().splitlines(keepends=True)[:after])
    assert count(file) == CELLS
    assert sorted(file.read_bytes().splitlines()) == sorted(record.read_bytes().splitlines())


LIMITED = """
import resource, sys
import exactnet as en
from exactnet.regions import parts
parts.SMALL = parts.PARTS = 8
tent = en.ReluNetwork.of([([[1], [1]], [0, "-1/2"]), ([[2, -4]], [0])])
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), resource.RLIM_INFINITY))
try:
    en.count_regions(en.chain([tent] * 7), [(0, 1)], workers=1, resume=sys.argv[1])
except en.FileError as error:
    print(error)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="limits on the size of files as on Linux")
def test_a_file_that_may_not_grow_keeps_its_whole_lines(tmp_path: Path, record: Path) -> None:
    """The system itself refuses to write the end of the fourth line."""
    whole = record.read_bytes().splitlines(keepends=True)
    size = len(b"".join(whole[:4])) - 5
    file = tmp_path / "limited"
    done = subprocess.run(
        [sys.executable, "-c", LIMITED, str(file), str(size)],
        capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    expected = rf"{re.escape(str(file))}: expected a writable checkpoint file, got File too large"
    assert re.match(expected, done.stdout), (done.stdout, done.stderr)
    assert done.stderr == ""
    kept = file.read_bytes()
    assert kept[: kept.rfind(b"\n") + 1] == b"".join(whole[:3])
    assert count(file) == CELLS


def test_what_a_progress_callback_raises_is_not_blamed_on_the_file(tmp_path: Path) -> None:
    """Pipes break and clusters time out; the record is fine."""
    for error in (BrokenPipeError(errno.EPIPE, "Broken pipe"), TimeoutError("cluster")):

        def fail(line: str, error: OSError = error) -> None:
            if "2 of" in line:
                raise error

        with pytest.raises(type(error)) as caught:
            file = tmp_path / type(error).__name__
            en.count_regions(SAW, UNIT, workers=1, resume=file, progress=fail)
        assert caught.value is error
        assert count(file) == CELLS


def test_a_limit_leaves_a_record_and_a_lower_bound(tmp_path: Path) -> None:
    file = tmp_path / "record"
    bound = en.count_regions(SAW, UNIT, workers=1, resume=file, limits=Limits(cells=60))
    assert not bound.complete
    on_record = sum(json.loads(line)["cells"] for line in file.read_text().splitlines()[1:])
    assert 60 < on_record <= bound <= CELLS
    assert count(file) == CELLS
