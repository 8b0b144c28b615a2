"""``exactnet completion``."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from runner import Capture, run


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish", "tcsh"])
def test_completion_knows_every_command(capsys: Capture, shell: str) -> None:
    status, script, err = run(capsys, "completion", shell)
    assert (status, err) == (0, "")
    for command in ("prove", "theorem", "regions", "report", "completion"):
        assert command in script
    if shell == "bash":
        subprocess.run(["bash", "-n"], input=script, text=True, check=True)


def test_completion_without_its_extra_names_it(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "shtab", None)
    status, out, err = run(capsys, "completion", "bash")
    assert (status, out) == (2, "")
    assert "pip install 'exactnet[completion]'" in err


TYPED = """
source "$1"; shift
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMPREPLY=()
completer=$(complete -p exactnet); completer=${completer##*-F }; completer=${completer%% *}
$completer exactnet "${COMP_WORDS[-1]}" "${COMP_WORDS[-2]}"
printf '%s\\n' "${COMPREPLY[@]}"
"""


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("pro", ["prove"]),
        ("prove cantor-d", ["cantor-dust", "cantor-d.json"]),
        ("report telgarsky-", ["telgarsky-2016"]),
        ("prove cantor --method m", ["margin"]),
        ("check cantor-", ["cantor-d.json"]),
    ],
)
def test_bash_completes_commands_names_choices_and_files(
    capsys: Capture, tmp_path: Path, typed: str, offered: list[str]
) -> None:
    if shutil.which("bash") is None:
        pytest.skip("bash is not installed")
    status, script, _ = run(capsys, "completion", "bash")
    assert status == 0
    (tmp_path / "script").write_text(script)
    (tmp_path / "cantor-d.json").touch()
    call = ["bash", "-c", TYPED, "typed", "./script", "exactnet", *typed.split()]
    done = subprocess.run(call, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout.split() == offered
