"""What the scripts of examples/ and bench/ print, as parts of the pages."""

import contextlib
import io
import runpy
import sys
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parent.parent


def table(script: str, *options: str) -> Callable[[], str]:
    """What a script prints, when the part is written."""
    return lambda: _output(script, *options)


def block(script: str, *options: str) -> Callable[[], str]:
    """The same as a block of text."""
    return lambda: f"```text\n{_output(script, *options)}```"


def source(file: str) -> str:
    """A file of the repository, as a block with its name."""
    path = ROOT / file
    language = {".mjs": "js", ".py": "python", ".sh": "sh"}[path.suffix]
    return f'```{language} title="{path.name}"\n{path.read_text(encoding="utf-8")}```'


def _output(script: str, *options: str) -> str:
    """What a script prints on standard output."""
    printed = io.StringIO()
    arguments, sys.argv = sys.argv, [script, *options]
    sys.path.insert(0, str(ROOT / "bench"))
    try:
        with contextlib.redirect_stdout(printed), contextlib.suppress(SystemExit):
            runpy.run_path(str(ROOT / script), run_name="__main__")
    finally:
        sys.argv = arguments
        sys.path.remove(str(ROOT / "bench"))
    return printed.getvalue()
