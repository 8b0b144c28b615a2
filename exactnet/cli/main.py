"""``exactnet COMMAND``: parse arguments, call one function, turn errors into one line.

Exit status: 0 proved or done, 1 refuted, 2 bad input or usage, 3 unknown (a limit, or a bug of
ours), 130 interrupted.
"""

import argparse
import io
import os
import re
import signal
import sys
import threading
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import FrameType
from typing import NoReturn, TextIO

import exactnet
from exactnet.bridges.files import ApproximationWarning, FileNote
from exactnet.cli import (
    bounds,
    check,
    compile,
    completion,
    equivalent,
    experiment,
    export,
    fizzbuzz,
    fractals,
    gallery,
    line,
    output,
    prove,
    prune,
    regions,
    report,
    sample,
    theorem,
    train,
    verify,
)
from exactnet.cli.outputs import check_outputs
from exactnet.errors import ConsistencyError, ExactnetError, LimitReached, nearest

MAX_MESSAGE = 500
MODULES = (  # as --help lists them
    fractals,
    compile,
    prove,
    verify,
    check,
    regions,
    bounds,
    line,
    theorem,
    report,
    export,
    sample,
    train,
    experiment,
    gallery,
    equivalent,
    prune,
    fizzbuzz,
    completion,
)


_NEGATIVE = re.compile(r"-[0-9.]\S*[,/]\S*", re.ASCII)


class _Parser(argparse.ArgumentParser):
    """Usage errors are one line, like every other error, with the word that may be meant."""

    def _check_value(self, action: argparse.Action, value: object) -> None:
        if action.choices is not None and value not in action.choices:
            known = [str(choice) for choice in action.choices]
            expected = f"expected one of {', '.join(known)}, got '{value!s:.40}'"
            raise argparse.ArgumentError(
                action, f"{expected}. {nearest(value, known, '')}".rstrip(". ")
            )

    def unknown(self, words: Sequence[str]) -> NoReturn:
        """End with an error for arguments that the command does not have."""
        options = [*self._option_string_actions]
        remedy = nearest(words[0].partition("=")[0], options, "")
        self.error(f"unrecognized arguments: {' '.join(words)}. {remedy}".rstrip(". "))

    def error(self, message: str) -> NoReturn:
        shown = message if len(message) <= MAX_MESSAGE else f"{message[:MAX_MESSAGE]}..."
        ended = shown if shown.endswith("?") else f"{shown}."
        self.exit(output.BAD_INPUT, f"{self.prog}: {ended} Try '{self.prog} --help'.\n")


def parser() -> argparse.ArgumentParser:
    """The whole command line."""
    top = _Parser(prog="exactnet", description="Exact, machine-checked analysis of ReLU networks.")
    top.add_argument("--version", action="version", version=f"exactnet {exactnet.__version__}")
    sub = top.add_subparsers(dest="command", required=True, metavar="COMMAND", parser_class=_Parser)
    added = [module.add_to(sub) for module in MODULES]
    for command in added:
        command.add_argument("--json", action="store_true", help="print one JSON object")
        command.set_defaults(parser=command)
    top.set_defaults(top=top)
    return top


def _as_value(argument: str) -> str:
    """A space before -1,1 makes argparse take it as a value, not an option."""
    return f" {argument}" if _NEGATIVE.fullmatch(argument) else argument


def _parsed(given: Sequence[str]) -> argparse.Namespace:
    """The options; ``help COMMAND`` is another way to write ``COMMAND --help``."""
    if given and given[0] == "help":
        given = [*given[1:], "--help"]
    top = parser()
    options, rest = top.parse_known_args([_as_value(argument) for argument in given])
    if rest:
        options.parser.unknown(rest)
    return options


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit status."""
    options = _parsed(sys.argv[1:] if arguments is None else arguments)
    with _noticing_interrupts() as interrupts, _plain_warnings():
        try:
            check_outputs(options)
            return int(options.run(options))
        except KeyboardInterrupt as stop:
            return _fail(output.INTERRUPTED, " ".join(["interrupted.", *map(str, stop.args)]))
        except Exception as error:
            if os.environ.get("EXACTNET_TRACEBACK"):
                raise
            if interrupts:
                return _fail(output.INTERRUPTED, "interrupted.")
            return _fail(*_explained(error))


@contextmanager
def _noticing_interrupts() -> Iterator[list[int]]:
    """A list that is not empty after Ctrl-C, which a compiler may turn into another exception."""
    seen: list[int] = []

    def note(signum: int, frame: FrameType | None) -> None:
        seen.append(signum)
        signal.default_int_handler(signum, frame)

    if (
        threading.current_thread() is not threading.main_thread()
        or signal.getsignal(signal.SIGINT) is not signal.default_int_handler
    ):
        yield seen
        return
    signal.signal(signal.SIGINT, note)
    try:
        yield seen
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@contextmanager
def _plain_warnings() -> Iterator[None]:
    """What is not exact about a file is one line of standard error, and a key of JSON output."""
    output.approximations.clear()
    output.assumptions.clear()
    with warnings.catch_warnings():
        usual = warnings.showwarning

        def show(
            message: Warning | str, category: type[Warning], filename: str, lineno: int,
            file: TextIO | None = None, line: str | None = None,
        ) -> None:  # fmt: skip
            if not issubclass(category, FileNote):
                usual(message, category, filename, lineno, file, line)
                return
            approximate = issubclass(category, ApproximationWarning)
            (output.approximations if approximate else output.assumptions).append(str(message))
            if sys.stderr is not None:
                print(f"exactnet: note: {message}", file=sys.stderr)

        warnings.simplefilter("always", FileNote)
        warnings.showwarning = show
        yield


def _explained(error: Exception) -> tuple[int, str]:
    """The exit status and the line for an error; a bug of ours must not look like "refuted"."""
    if isinstance(error, (LimitReached, ConsistencyError)):
        return output.UNKNOWN, str(error)
    if isinstance(error, ExactnetError):
        return output.BAD_INPUT, str(error)
    if isinstance(error, MemoryError):
        return output.UNKNOWN, "out of memory. Choose a smaller depth or another method."
    if isinstance(error, OSError):  # files have their own errors: this is standard output
        return output.BAD_INPUT, f"output: {error.strerror or error}."
    kind = type(error).__name__
    return (
        output.UNKNOWN,
        f"internal error, {kind}: {error}. EXACTNET_TRACEBACK=1 shows where; report it.",
    )


def _fail(status: int, error: str) -> int:
    text = " ".join(error.split())
    shown = text if len(text) <= MAX_MESSAGE else f"{text[:MAX_MESSAGE]}..."
    if sys.stderr is not None:
        print(f"exactnet: {shown}", file=sys.stderr)
    return status


def run() -> NoReturn:
    """The console script."""
    if sys.stdout is None:  # started with standard output closed
        sys.exit(_fail(output.BAD_INPUT, "output: standard output is closed."))
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a terminal that cannot show a letter of a name
            stream.reconfigure(errors="backslashreplace")
    status = main()
    if status == output.BAD_INPUT:  # what a full disk left in the buffer must not be tried again
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(status)
