"""The commands on docs/transcripts.md still print what is shown there, but for numbers."""

import importlib.util
import re
import sys
from pathlib import Path
from types import ModuleType

import pytest

DOCS = Path(__file__).parent.parent / "docs"


@pytest.fixture(scope="module")
def transcripts() -> ModuleType:
    spec = importlib.util.spec_from_file_location("transcripts", DOCS / "transcripts.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look it up
    spec.loader.exec_module(module)
    return module


def words(text: str) -> list[str]:
    """A text without what depends on the machine: numbers, and lines about them."""
    text = re.sub(r"Explanation:\n(?: .*\n)*", "", text)
    text = re.sub(r"convex .*|^ *# .*", "", text, flags=re.MULTILINE)
    return re.sub(r"[\d.]+(?:e\+\d+)?", "#", text).split()


@pytest.mark.parametrize("number", range(3))
def test_a_goal_is_reached_as_shown(transcripts: ModuleType, number: int, tmp_path: Path) -> None:
    goal = transcripts.GOALS[number]
    page = (DOCS / "transcripts.md").read_text(encoding="utf-8")
    section = page.partition(f"## {goal.title}\n")[2].partition("\n## ")[0]
    steps = transcripts.run_goal(goal, tmp_path, Path(sys.executable).parent)
    blocks = re.findall(r"^```\w+[^\n]*\n(.*?)^```$", section, re.DOTALL | re.MULTILINE)
    for block, step in zip(blocks, steps, strict=True):
        if isinstance(step, transcripts.Step):
            assert words(block) == words(f"$ {step.command}\n{step.output}")
        else:
            assert block.strip() == step[1].strip()


def test_each_goal_with_its_set_up_takes_less_than_five_minutes() -> None:
    page = (DOCS / "transcripts.md").read_text(encoding="utf-8")
    set_up, *goals = map(int, re.findall(r"All commands together: (\d+) s", page))
    assert len(goals) == 3
    assert set_up + max(goals) < 300
