"""``exactnet completion``: a script that teaches a shell to complete commands and options."""

import argparse

from exactnet.cli import output
from exactnet.errors import ExactnetError

SHELLS = ("bash", "zsh", "tcsh")


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
    script = shtab.complete(options.top, options.shell)
    if options.json:
        return output.as_json({"shell": options.shell, "script": script})
    output.show(script)
    return 0
