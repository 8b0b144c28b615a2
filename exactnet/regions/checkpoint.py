"""The record of a count: a text file with one line a finished part, safe against kill -9.

The first line says what is counted (a digest of network and domain, and the number of parts); each
further line is ``{"part": k, "cells": n}``. Lines are written whole and flushed to the disk; what a
killed process left of a last line is dropped.
"""

import hashlib
import json
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import BinaryIO

from exactnet.errors import FileError, InputError
from exactnet.networks.network import ReluNetwork
from exactnet.regions.setting import Setting

FORMAT = "exactnet-count/1"
LINE = 500  # bytes that no line of a record comes near


@dataclass(slots=True)
class Checkpoint:
    """An open record; without a file it records nothing."""

    file: BinaryIO | None = None
    path: str = ""
    done: dict[int, int] = field(default_factory=dict)

    @classmethod
    @contextmanager
    def open(
        cls,
        path: "str | os.PathLike[str] | None",
        net: ReluNetwork,
        setting: Setting,
        parts: int,
    ) -> "Iterator[Checkpoint]":
        """Start or continue a record (InputError if it is of another count)."""
        if path is None:
            yield cls()
            return
        head = {"format": FORMAT, "count": digest(net, setting), "parts": parts}
        where = os.fspath(path)
        try:
            file = open(where, "a+b", buffering=0)  # noqa: PTH123, SIM115  # makes or keeps it
        except OSError as error:
            raise _unusable(where, error) from error
        with file:
            yield cls._started(file, where, head)

    @classmethod
    def _started(cls, file: BinaryIO, where: str, head: dict[str, object]) -> "Checkpoint":
        try:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise FileError.about(
                    where, "a file on a disk", "a device or pipe", "Name a file to keep a record."
                )
            _lock(file, where)
            record = cls(file, where, _read(file, where, head))
            if file.seek(0, os.SEEK_END) == 0:
                record.write(head)
        except FileError:
            raise
        except OSError as error:
            raise _unusable(where, error) from error
        return record

    def add(self, part: int, cells: int) -> None:
        """Record a finished part, on the disk when this returns."""
        if self.file is not None:
            self.write({"part": part, "cells": cells})

    def write(self, line: dict[str, object]) -> None:
        """Append one line; if the disk is full, what was there before stays."""
        assert self.file is not None
        end = self.file.seek(0, os.SEEK_END)
        try:
            left = json.dumps(line).encode() + b"\n"
            while left:  # an unbuffered file may take less than all
                left = left[self.file.write(left) :]
            os.fsync(self.file.fileno())
        except OSError as error:
            self.file.truncate(end)
            raise _unusable(self.path, error) from error


def digest(net: ReluNetwork, setting: Setting) -> str:
    """A digest of the network and the domain that a count is about."""
    box = setting.box
    sides = (
        None
        if box is None
        else [[str(a), str(b)] for a, b in zip(box.lower, box.upper, strict=True)]
    )
    text = json.dumps([net.document(), sides], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _unusable(where: str, error: OSError) -> FileError:
    return FileError.about(
        where, "a writable checkpoint file", error.strerror or str(error), "Check path and disk."
    )


def _lock(file: BinaryIO, where: str) -> None:
    """Refuse a record that another process is writing, where the system can tell."""
    try:
        import fcntl
    except ImportError:
        return
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise FileError.about(
            where, "a record that is not in use", "one that another count writes", "Wait for it."
        ) from error


def _read(file: BinaryIO, where: str, head: dict[str, object]) -> dict[int, int]:
    """The finished parts. A torn last line is cut off, of a record of this count only."""
    file.seek(0)
    most = LINE * (int(str(head["parts"])) + 2000)
    text = file.read(most + 1)
    if (json.dumps(head).encode() + b"\n").startswith(text):  # killed within the first line
        file.truncate(0)
        return {}
    whole = text.rfind(b"\n") + 1
    lines = text[:whole].splitlines() or [text]
    parsed = [_line(line, where, number) for number, line in enumerate(lines, 1)]
    if parsed[0] != head or len(text) > most:
        raise InputError.about(
            where, "the record of this count", "a file of another", "Name a new file."
        )
    file.truncate(whole)
    done = {}
    for number, line in enumerate(parsed[1:], 2):
        part, cells = line.get("part"), line.get("cells")
        if (
            set(line) != {"part", "cells"}
            or type(part) is not int
            or type(cells) is not int
            or not (0 <= part < int(str(head["parts"])) and cells > 0)
            or part in done
        ):
            raise InputError.about(
                f"{where}:{number}", "a finished part", "something else", "Name a new file."
            )
        done[part] = cells
    return done


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """An object whose keys are different; ValueError for any other."""
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key twice")
    return found


def _line(line: bytes, where: str, number: int) -> dict[str, object]:
    try:
        parsed = json.loads(line, object_pairs_hook=_once) if len(line) < LINE else None
    except (ValueError, RecursionError):
        parsed = None
    if not isinstance(parsed, dict):
        raise InputError.about(
            f"{where}:{number}", "a line of a count's record", "something else", "Name a new file."
        )
    return parsed
