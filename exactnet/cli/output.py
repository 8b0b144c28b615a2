"""Printing: JSON, tables, colours on terminals only, progress on standard error."""

import json
import os
import re
import shutil
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from fractions import Fraction

from exactnet.exact.rationals import MAX_BITS, to_text
from exactnet.limits import silent
from exactnet.verification.verdicts import Verdict

BAD_INPUT, UNKNOWN, INTERRUPTED = 2, 3, 130  # exit statuses beside 0 and 1

approximations: list[str] = []  # what this command has read that is not exact
assumptions: list[str] = []  # what a file that it has read leaves open

_COLOURS = {Verdict.PROVED: "32", Verdict.REFUTED: "31", Verdict.UNKNOWN: "33"}


def show(text: str) -> None:
    """Print a line at once. A reader that has gone away is no error, and the verdict stands."""
    try:
        print(text, flush=True)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def as_json(document: dict[str, object]) -> int:
    """Print one JSON object; the exit status 0. Integers may be of any length.

    Where a network stands for irrational numbers of its file, "approximations" says how near;
    where a file leaves open which network is meant, "assumptions" says what was taken.
    """
    long: list[int] = []
    notes = {"approximations": list(approximations), "assumptions": list(assumptions)}
    known = {name: said for name, said in notes.items() if said}
    text = json.dumps(_without_long(document | known, long), indent=1)
    show(_PLACE.sub(lambda match: to_text(Fraction(long[int(match[1])])), text))
    return 0


_PLACE = re.compile(r'"\\u0000([0-9]+)"')  # a long integer's place in JSON text


def _without_long(value: object, long: list[int]) -> object:
    """The same with marks in place of integers that Python will not write, which go to a list."""
    if isinstance(value, dict):
        return {key: _without_long(entry, long) for key, entry in value.items()}
    if isinstance(value, (list, tuple)):
        return [_without_long(entry, long) for entry in value]
    if isinstance(value, int) and value.bit_length() > MAX_BITS:
        long.append(value)
        return f"\0{len(long) - 1}"
    return value


def short(value: int) -> str:
    """An integer for a table: in full up to 24 digits, else its size.

    >>> short(2**64), short(-(10**5000))
    ('18446744073709551616', '-1.00e+5000')
    """
    digits = to_text(Fraction(abs(value)))
    sign = "-" if value < 0 else ""
    if len(digits) <= 24:
        return sign + digits
    return f"{sign}{digits[0]}.{digits[1:3]}e+{len(digits) - 1}"


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print left-aligned columns."""
    widths = [max(len(line[k]) for line in [heads, *rows]) for k in range(len(heads))]
    for line in [heads, *rows]:
        show("  ".join(cell.ljust(w) for cell, w in zip(line, widths, strict=True)).rstrip())


def verdict(value: Verdict) -> str:
    """The verdict as text, coloured on a terminal unless NO_COLOR is set."""
    return coloured(value.value, _COLOURS[value])


def coloured(text: str, colour: str) -> str:
    """The text in a colour on a terminal, unless NO_COLOR is set."""
    if sys.stdout.isatty() and not os.environ.get("NO_COLOR"):
        return f"\033[{colour}m{text}\033[0m"
    return text


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
