"""Where a command will write, looked at before it works."""

import argparse
from pathlib import Path

from exactnet.bridges.files import is_network_file
from exactnet.errors import InputError

_FILES = ("output", "certificate", "plot", "graph", "page")
_INPUTS = ("ifs", "target", "network", "file", "first", "second", "query")
_EXACT_JSON = ("compile", "prune", "fizzbuzz")  # their --output is an exact network file
_FOLDERS = ("report", "export", "experiment")  # their --output may be a folder


def check_outputs(options: argparse.Namespace) -> None:
    """InputError for a file that could not be written, or that would replace what is read."""
    for name in _FILES:
        path = getattr(options, name, None)
        if path is None:
            continue
        where = f"--{name}"
        _check_inputs(options, path, where)
        if name != "output" or options.command not in _FOLDERS:
            _check_place(path, where)
        if name == "output" and options.command in _EXACT_JSON and is_network_file(path):
            raise InputError.about(
                where, "a name that ends in .json", f"'{path:.60}'",
                "Write that, and give it to 'exactnet export' for the other format.",
            )  # fmt: skip


def _check_place(path: str, where: str) -> None:
    """The folder has to be there, and no folder may have the name."""
    try:
        is_folder, has_folder = Path(path).is_dir(), Path(path).parent.is_dir()
    except (OSError, ValueError):
        is_folder, has_folder = False, False
    if path in ("", "-") or is_folder:
        got = "a folder" if path and is_folder else f"'{path}'"
        raise InputError.about(where, "the name of a file", got, "Name the file.")
    if not has_folder:
        raise InputError.about(
            where, "a file in a folder that exists", f"'{path:.60}'", "Make the folder first."
        )


def _check_inputs(options: argparse.Namespace, path: str, where: str) -> None:
    """What is written must not replace what is read."""
    for name in _INPUTS:
        given = getattr(options, name, None)
        if isinstance(given, str) and _same(given, path):
            raise InputError.about(
                where, "another file than the input", f"'{path:.60}'", "Choose a new name."
            )


def _same(a: str, b: str) -> bool:
    try:
        return Path(a).samefile(b)
    except (OSError, ValueError):  # one of them does not exist, or is the name of a fractal
        return False
