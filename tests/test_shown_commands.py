"""Commands shown on pages are run and print what is shown, but for seconds; links lead somewhere.

A line "..." at the end of an output stands for the rest of it; a block with a title is a file.
``echo $?`` shows the last exit status. Other programs run in a process of their own; a page with
one that is not installed is skipped.
"""

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from exactnet.cli.main import main

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
SECONDS = re.compile(r"in \d+\.\d\d ?s")
FENCED = re.compile(r"^```.*?^```$", re.DOTALL | re.MULTILINE)
BLOCK = re.compile(r'^```(console|\w+ title="([\w.]+)")\n(.*?)^```', re.DOTALL | re.MULTILINE)


def blocks(page: Path) -> list[tuple[str, str]]:
    """The console blocks ("", text) and the files (name, text) of a page, in order."""
    found = BLOCK.findall(page.read_text(encoding="utf-8"))
    return [(name, text) for _, name, text in found]


def commands(text: str) -> list[tuple[str, str]]:
    """Each command line of a console block, with the output shown below it."""
    parts = re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]
    return [(part.partition("\n")[0], part.partition("\n")[2]) for part in parts]


PROGRAMS = ("node", "pytest", "python", "sh")
BESIDE = Path(sys.executable).parent


def run_other(call: list[str]) -> tuple[int, str]:
    """Exit status and output of a program that a reader would type, in the current folder."""
    assert call[0] in PROGRAMS
    settings = {
        "PATH": f"{BESIDE}{os.pathsep}{os.environ['PATH']}",
        "NO_COLOR": "1",
        "DASK_LOGGING__DISTRIBUTED": "error",  # a busy machine makes it warn of slow workers
    }
    done = subprocess.run(
        call, env=os.environ | settings, text=True, stdout=-1, stderr=-2, check=False, timeout=300
    )
    return done.returncode, done.stdout


def require_installed(page: Path) -> None:
    for name, block in blocks(page):
        for command, _ in () if name else commands(block):
            program = command.split()[0]
            found = program not in PROGRAMS or (BESIDE / program).exists()
            if not found and shutil.which(program) is None:
                pytest.skip(f"{program} is not installed")


def run_exactnet(arguments: list[str], capfd: pytest.CaptureFixture[str]) -> tuple[int, str]:
    """Exit status and output of one of our own commands, in this process."""
    status = main(arguments)
    printed = capfd.readouterr()
    return status, printed.out + printed.err


def with_console(page: Path) -> bool:
    return any(not name for name, _ in blocks(page))


def same(printed: str, shown: str) -> bool:
    """Whether a command printed what a page shows."""
    printed, shown = (SECONDS.sub("in _ s", text) for text in (printed, shown))
    if shown.endswith("...\n"):
        return printed.startswith(shown.removesuffix("...\n"))
    return printed == shown


def test_the_readme_shows_its_two_commands_and_some_sessions() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert "make demo" in text
    assert "make test" in text
    assert sum(len(commands(text)) for name, text in blocks(ROOT / "README.md") if not name) >= 4


@pytest.mark.parametrize("page", list(filter(with_console, PAGES)), ids=lambda page: page.name)
def test_every_command_prints_what_is_shown(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    require_installed(page)
    status = 0
    for name, block in blocks(page):
        if name:
            (tmp_path / name).write_text(block, encoding="utf-8")
            continue
        for command, output in commands(block):
            call, _, wanted = command.partition(" | grep ")
            program, *arguments = shlex.split(call)
            if program == "exactnet":
                status, printed = run_exactnet(arguments, capfd)
            elif call == "echo $?":
                printed = f"{status}\n"
            else:
                status, printed = run_other([program, *arguments])
            lines = printed.splitlines(keepends=True)
            word = "".join(shlex.split(wanted))
            text = "".join(line for line in lines if word in line)
            assert same(text, output), (command, printed)


def test_every_link_to_a_file_leads_somewhere() -> None:
    for page in PAGES:
        text = FENCED.sub("", page.read_text(encoding="utf-8"))
        for target in re.findall(r"\]\(([^)#]+)\)", text):
            if not target.startswith("http"):
                assert (page.parent / target).exists(), (page.name, target)
