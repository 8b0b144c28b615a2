"""The notebooks in docs/notebooks run and still show what their .ipynb says."""

import importlib.util
import json
import re
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

DOCS = Path(__file__).parent.parent / "docs"
NAMES = ["fractal-proof", "theorem-reports", "training-regions"]


@pytest.fixture(scope="module")
def notebook() -> ModuleType:
    spec = importlib.util.spec_from_file_location("notebook", DOCS / "notebook.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_notebook_is_run_here_and_has_a_page(notebook: ModuleType) -> None:
    assert notebook.names() == NAMES
    for name in NAMES:
        page = (DOCS / "notebooks" / f"{name}.md").read_text(encoding="utf-8")
        assert f"<!-- notebook: {name} -->" in page


def words(output: dict[str, Any], is_measured: bool) -> tuple[Any, ...]:
    """What is compared: text without pictures, and without numbers where they are measured."""
    data = output.get("data", {})
    text = output.get("text") or data.get("text/html") or data["text/plain"]
    if is_measured:
        text = re.sub(r"[-\d., ]+|proved|refuted|Violation.*", "", text)
    return output["output_type"], sorted(data), text


@pytest.mark.parametrize("name", NAMES)
def test_a_notebook_shows_what_is_kept(notebook: ModuleType, name: str) -> None:
    script, kept = notebook.kept(name)
    assert sum(map(len, kept)) > 5
    for cell, before, now in zip(script, kept, notebook.run(script), strict=True):
        pairs = zip(before, now, strict=True)
        for old, new in pairs:
            assert words(new, cell.is_measured) == words(old, cell.is_measured), cell.source


def test_a_page_shows_text_code_and_outputs_in_order(notebook: ModuleType) -> None:
    page = notebook.page("fractal-proof")
    places = [page.index(part) for part in ("half_turn", "<b>face</b>", "## The network", "<img")]
    assert places == sorted(places)


def test_an_edited_script_does_not_go_with_old_outputs(
    notebook: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notebook, "FOLDER", tmp_path)
    script = tmp_path / "small.py"
    script.write_text("# %% [markdown]\n# Adds.\n\n# %%\nprint(2)\n1 + 1\n")
    assert notebook.main(["small"]) == 0
    assert notebook.page("small").count("```text\n2\n```") == 2
    assert json.loads((tmp_path / "small.ipynb").read_text())["nbformat"] == 4
    script.write_text(script.read_text().replace("1 + 1", "1 + 2"))
    with pytest.raises(SystemExit, match=r"Run python docs/notebook.py small"):
        notebook.page("small")
