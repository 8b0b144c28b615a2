"""``exactnet COMMAND``: parse arguments, call one function, turn errors into one line.

Exit status: 0 proved or done, 1 refuted, 2 bad input or usage, 3 unknown (a limit, or a bug of
ours), 130 interrupted.
"""

import argparse
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
from exactnet.bridges.files import ApproximationWarning
from exactnet.cli import (
    bounds,
    commands,
    completion,
    equivalent,
    experiment,
    export,
    fizzbuzz,
    gallery,
    line,
    prune,
    regions,
    report,
    sample,
    theorem,
    train,
)
from exactnet.cli.inputs import add_construction
from exactnet.cli.output import BAD_INPUT, INTERRUPTED, UNKNOWN
from exactnet.errors import ConsistencyError, ExactnetError, LimitReached
from exactnet.verification.prove import ROUTES

MAX_MESSAGE = 500
MODULES = (
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
    """Usage errors are one line, like every other error."""

    def error(self, message: str) -> NoReturn:
        shown = message if len(message) <= MAX_MESSAGE else f"{message[:MAX_MESSAGE]}..."
        self.exit(BAD_INPUT, f"{self.prog}: {shown}. Try '{self.prog} --help'.\n")


def parser() -> argparse.ArgumentParser:
    """The whole command line."""
    top = _Parser(prog="exactnet", description="Exact, machine-checked analysis of ReLU networks.")
    top.add_argument("--version", action="version", version=f"exactnet {exactnet.__version__}")
    sub = top.add_subparsers(dest="command", required=True, metavar="COMMAND", parser_class=_Parser)
    fractals = sub.add_parser("fractals", help="list the named fractals and what is known of them")
    fractals.add_argument("ifs", nargs="*", metavar="IFS", help="these only, or your own files")
    fractals.set_defaults(run=commands.fractals)
    compiling = sub.add_parser("compile", help="compile a fractal to an exact network file")
    _ifs_arguments(compiling, depth_required=False)
    compiling.add_argument("-o", "--output", required=True, metavar="FILE", help="network file")
    compiling.set_defaults(run=commands.compile_network)
    proving = sub.add_parser("prove", help="prove that a network realises K_n, or refute it")
    _ifs_arguments(proving, depth_required=False)
    proving.add_argument("--network", metavar="FILE", help="prove this network, not a fresh one")
    proving.add_argument("--route", choices=ROUTES, default="auto", help="default: auto")
    proving.add_argument("--all-depths", action="store_true", help="prove every depth at once")
    proving.add_argument("--certificate", metavar="FILE", help="write what the checker needs")
    proving.add_argument("--time-limit", type=float, default=300.0, metavar="SECONDS")
    proving.add_argument("--memory-limit", type=int, default=4096, metavar="MIB")
    proving.set_defaults(run=commands.prove_network)
    checking = sub.add_parser("check", help="check a certificate, trusting no prover")
    checking.add_argument("file", metavar="FILE", help="a certificate file")
    checking.set_defaults(run=commands.check)
    added = [module.add_to(sub) for module in MODULES]
    for command in (fractals, compiling, proving, checking, *added):
        command.add_argument("--json", action="store_true", help="print one JSON object")
    top.set_defaults(top=top)
    return top


def _ifs_arguments(command: argparse.ArgumentParser, depth_required: bool) -> None:
    command.add_argument("ifs", metavar="IFS", help="a gallery name or a JSON file")
    command.add_argument("--depth", type=int, required=depth_required, metavar="N")
    add_construction(command)


def _as_value(argument: str) -> str:
    """A space before -1,1 makes argparse take it as a value, not an option."""
    return f" {argument}" if _NEGATIVE.fullmatch(argument) else argument


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit status."""
    given = sys.argv[1:] if arguments is None else arguments
    options = parser().parse_args([_as_value(argument) for argument in given])
    with _noticing_interrupts() as interrupts, _plain_warnings():
        try:
            return int(options.run(options))
        except KeyboardInterrupt as stop:
            return _fail(INTERRUPTED, " ".join(["interrupted.", *map(str, stop.args)]))
        except Exception as error:
            if os.environ.get("EXACTNET_TRACEBACK"):
                raise
            if interrupts:
                return _fail(INTERRUPTED, "interrupted.")
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
    """What is not exact about a file is one line of standard error, like an error."""
    with warnings.catch_warnings():
        usual = warnings.showwarning

        def show(
            message: Warning | str, category: type[Warning], filename: str, lineno: int,
            file: TextIO | None = None, line: str | None = None,
        ) -> None:  # fmt: skip
            if not issubclass(category, ApproximationWarning):
                usual(message, category, filename, lineno, file, line)
            elif sys.stderr is not None:
                print(f"exactnet: note: {message}", file=sys.stderr)

        warnings.simplefilter("always", ApproximationWarning)
        warnings.showwarning = show
        yield


def _explained(error: Exception) -> tuple[int, str]:
    """The exit status and the line for an error; a bug of ours must not look like "refuted"."""
    if isinstance(error, (LimitReached, ConsistencyError)):
        return UNKNOWN, str(error)
    if isinstance(error, ExactnetError):
        return BAD_INPUT, str(error)
    if isinstance(error, MemoryError):
        return UNKNOWN, "out of memory. Choose a smaller depth or another method."
    if isinstance(error, OSError):  # files have their own errors: this is standard output
        return BAD_INPUT, f"output: {error.strerror or error}."
    kind = type(error).__name__
    return UNKNOWN, f"internal error, {kind}: {error}. EXACTNET_TRACEBACK=1 shows where; report it."


def _fail(status: int, error: str) -> int:
    text = " ".join(error.split())
    shown = text if len(text) <= MAX_MESSAGE else f"{text[:MAX_MESSAGE]}..."
    if sys.stderr is not None:
        print(f"exactnet: {shown}", file=sys.stderr)
    return status


def run() -> NoReturn:
    """The console script."""
    if sys.stdout is None:  # started with standard output closed
        sys.exit(_fail(BAD_INPUT, "output: standard output is closed."))
    status = main()
    if status == BAD_INPUT:  # what a full disk left in the buffer must not be tried again
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(status)
