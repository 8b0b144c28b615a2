"""The commands shown in the README are run, and print what it shows (but for the seconds)."""

import re
import shlex
from pathlib import Path

import pytest

from exactnet.cli.main import main

ROOT = Path(__file__).parent.parent
SECONDS = re.compile(r"in \d+\.\d\d s")


def shown() -> list[tuple[str, str]]:
    """Each command line of the console blocks, with the output shown below it."""
    blocks = re.findall(r"```console\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    pairs = []
    for block in blocks:
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, output = part.partition("\n")
            pairs.append((command, output))
    return pairs


def test_the_readme_shows_its_two_commands_and_some_sessions() -> None:
    text = (ROOT / "README.md").read_text()
    assert "make demo" in text
    assert "make test" in text
    assert len(shown()) >= 4


def test_every_command_prints_what_is_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    for command, output in shown():
        program, *arguments = shlex.split(command)
        assert program == "exactnet"
        main(arguments)
        printed = capsys.readouterr()
        assert printed.err == ""
        assert SECONDS.sub("in _ s", printed.out) == SECONDS.sub("in _ s", output)


def test_every_link_to_a_file_leads_somewhere() -> None:
    for page in [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]:
        for target in re.findall(r"\]\(([^)#]+)\)", page.read_text()):
            if not target.startswith("http"):
                assert (page.parent / target).exists(), (page.name, target)
