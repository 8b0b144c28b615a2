"""``exactnet completion``: a script that teaches a shell to complete commands, names and files."""

import argparse
from collections.abc import Iterable, Iterator, Mapping

from exactnet.cli import output
from exactnet.constructions import separations
from exactnet.errors import ExactnetError
from exactnet.fractals import gallery

SHELLS = ("bash", "zsh", "fish", "tcsh")
_FILES = ("FILE", "PATH", "QUERY", "FILE_OR_DIR")
_FRACTALS = ("IFS", "IFS_OR_FILE", "FILE_OR_IFS")


def add_to(sub: "argparse._SubParsersAction[argparse.ArgumentParser]") -> argparse.ArgumentParser:
    """Declare the command; ``top``, the whole parser, is added by the caller."""
    command = sub.add_parser("completion", help="print a completion script for a shell")
    command.add_argument("shell", choices=SHELLS)
    command.set_defaults(run=run)
    return command


def run(options: argparse.Namespace) -> int:
    """Print the script."""
    try:
        import shtab
    except ImportError:
        raise ExactnetError.about(
            "completion",
            "shtab",
            "an installation without it",
            "pip install 'exactnet[completion]'.",
        ) from None
    fractals = names_or_files((*gallery.names(), *separations.names()))
    completers = dict.fromkeys(_FILES, shtab.FILE) | dict.fromkeys(_FRACTALS, fractals)
    _teach(options.top, completers | {"DIR": shtab.DIRECTORY})
    script = shtab.complete(options.top, options.shell)
    if options.json:
        return output.as_json({"shell": options.shell, "script": script})
    output.show(script)
    return 0


def names_or_files(names: Iterable[str]) -> dict[str, object]:
    """A completer of shtab: one of some names, or a file."""
    words = " ".join(names)
    return {
        "bash": "_exactnet_names",
        "zsh": "_exactnet_names",
        "fish": f"(printf '%s\\n' {words}; __fish_complete_path (commandline -ct))",
        "tcsh": f"`echo {words}`",
        "preamble": {
            "bash": f'_exactnet_names() {{ compgen -W "{words}" -- $1; compgen -f -- $1; }}\n',
            "zsh": f"_exactnet_names() {{ compadd {words}; _files; }}\n",
        },
    }


def _teach(parser: argparse.ArgumentParser, completers: Mapping[str, object]) -> None:
    """Give every argument the completer for what its help calls it, as shtab looks for it."""
    for action in _actions(parser):
        if action.metavar in completers:
            action.complete = completers[str(action.metavar)]  # type: ignore[attr-defined]


def _actions(parser: argparse.ArgumentParser) -> Iterator[argparse.Action]:
    """Every argument of a parser and of its commands."""
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for command in action.choices.values():
                yield from _actions(command)
        else:
            yield action
