"""``exactnet completion``."""

import subprocess
import sys

import pytest
from runner import Capture, run


@pytest.mark.parametrize("shell", ["bash", "zsh", "tcsh"])
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
