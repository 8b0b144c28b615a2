"""Printing: JSON, tables, colours on terminals only, progress on standard error."""

import json
import os
import shutil
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from exactnet.verification.verdicts import Verdict, silent

_COLOURS = {Verdict.PROVED: "32", Verdict.REFUTED: "31", Verdict.UNKNOWN: "33"}


def show(text: str) -> None:
    """Print a line at once. A reader that has gone away is no error, and the verdict stands."""
    try:
        print(text, flush=True)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def as_json(document: dict[str, object]) -> int:
    """Print one JSON object; the exit status 0."""
    show(json.dumps(document, indent=1))
    return 0


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print left-aligned columns."""
    widths = [max(len(line[k]) for line in [heads, *rows]) for k in range(len(heads))]
    for line in [heads, *rows]:
        show("  ".join(cell.ljust(w) for cell, w in zip(line, widths, strict=True)).rstrip())


def verdict(value: Verdict) -> str:
    """The verdict as text, coloured on a terminal unless NO_COLOR is set."""
    if sys.stdout.isatty() and not os.environ.get("NO_COLOR"):
        return f"\033[{_COLOURS[value]}m{value.value}\033[0m"
    return value.value


@contextmanager
def progress() -> Iterator[Callable[[str], None]]:
    """A callback that keeps one line of standard error current; silent when not a terminal."""
    if not sys.stderr.isatty():
        yield silent
        return
    last = [0.0]

    def show(message: str) -> None:
        now = time.monotonic()
        if now - last[0] > 0.1:
            last[0] = now
            width = shutil.get_terminal_size().columns - 1
            sys.stderr.write(f"\r\033[K{message[:width]}")
            sys.stderr.flush()

    try:
        yield show
    finally:
        sys.stderr.write("\r\033[K")
        sys.stderr.flush()
