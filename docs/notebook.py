"""Run the notebooks in docs/notebooks and keep what they show.

    python docs/notebook.py [NAME ...]     run these (default: all) and write NAME.ipynb

A notebook is a script in the percent format, which Jupyter opens through jupytext: a cell starts
with ``# %%``, one of text with ``# %% [markdown]``. NAME.ipynb holds the same cells with their
outputs, and docs/hooks.py shows it on the page NAME.md, where that has ``<!-- notebook: NAME -->``.
A cell tagged ``measured`` shows numbers that depend on the machine, such as seconds or what a
training run arrives at.
"""

import ast
import base64
import contextlib
import io
import json
import os
import re
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "notebooks"
MARK = re.compile(r"^# %%(.*)$", re.MULTILINE)
Output = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Cell:
    """Text or code."""

    source: str
    is_text: bool = False
    is_measured: bool = False


def names() -> list[str]:
    """All notebooks."""
    return sorted(path.stem for path in FOLDER.glob("*.py"))


def cells(text: str) -> list[Cell]:
    r"""The cells of a script in the percent format.

    >>> cells("# %% [markdown]\n# # Title\n# text\n")
    [Cell(source='# Title\ntext', is_text=True, is_measured=False)]
    >>> cells('# %% tags=["measured"]\n1 + 1\n')
    [Cell(source='1 + 1', is_text=False, is_measured=True)]
    """
    parts = MARK.split(text)[1:]
    return [
        _cell(head, body.strip("\n")) for head, body in zip(parts[::2], parts[1::2], strict=True)
    ]


def _cell(head: str, body: str) -> Cell:
    if "[markdown]" in head:
        return Cell(re.sub(r"^# ?", "", body, flags=re.MULTILINE), is_text=True)
    return Cell(body, is_measured='"measured"' in head)


def run(script: list[Cell]) -> list[list[Output]]:
    """The outputs of each cell, as nbformat 4 has them; in an empty folder of its own."""
    scope: dict[str, Any] = {"__name__": "__main__"}
    before = Path.cwd()
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        try:
            return [[] if cell.is_text else _execute(cell.source, scope) for cell in script]
        finally:
            os.chdir(before)


def _execute(source: str, scope: dict[str, Any]) -> list[Output]:
    tree = ast.parse(source)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    printed, value = io.StringIO(), None
    with contextlib.redirect_stdout(printed):
        exec(compile(tree, "<cell>", "exec"), scope)
        if isinstance(last, ast.Expr):
            value = eval(compile(ast.Expression(last.value), "<cell>", "eval"), scope)
    outputs: list[Output] = []
    if printed.getvalue():
        outputs.append({"output_type": "stream", "name": "stdout", "text": printed.getvalue()})
    if value is not None:
        outputs.append({"output_type": "display_data", "metadata": {}, "data": _shown(value)})
    return outputs


def _shown(value: Any) -> dict[str, str]:
    """A value by the richest of the ways that it offers, and as text."""
    data = {"text/plain": repr(value)}
    if hasattr(value, "_repr_png_"):
        data = {"image/png": base64.b64encode(value._repr_png_()).decode(), "text/plain": "picture"}
    elif hasattr(value, "_repr_html_"):
        data = {"text/html": value._repr_html_(), "text/plain": type(value).__name__}
    return data


def document(script: list[Cell], outputs: list[list[Output]]) -> dict[str, Any]:
    """The notebook as nbformat 4.5."""
    entries = []
    for number, (cell, shown) in enumerate(zip(script, outputs, strict=True)):
        entry: dict[str, Any] = {"id": f"cell-{number}", "metadata": {}, "source": cell.source}
        entry["cell_type"] = "markdown" if cell.is_text else "code"
        if not cell.is_text:
            entry |= {"execution_count": None, "outputs": shown}
        if cell.is_measured:
            entry["metadata"] = {"tags": ["measured"]}
        entries.append(entry)
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    return {
        "cells": entries, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5
    }  # fmt: skip


def kept(name: str) -> tuple[list[Cell], list[list[Output]]]:
    """The cells of a notebook and the outputs in its .ipynb; SystemExit if they do not belong."""
    script = cells((FOLDER / f"{name}.py").read_text(encoding="utf-8"))
    path = FOLDER / f"{name}.ipynb"
    entries = json.loads(path.read_text(encoding="utf-8"))["cells"] if path.exists() else []
    outputs = [entry.get("outputs", []) for entry in entries]
    if len(outputs) != len(script) or document(script, outputs)["cells"] != entries:
        raise SystemExit(
            f"notebook: expected {path.name} made from {name}.py, got another one. "
            f"Run python docs/notebook.py {name}."
        )
    return script, outputs


def page(name: str) -> str:
    """The notebook as Markdown: text, code, and what it showed."""
    parts = []
    for cell, outputs in zip(*kept(name), strict=True):
        parts.append(cell.source if cell.is_text else f"```python\n{cell.source}\n```")
        parts += map(_as_markdown, outputs)
    return "\n\n".join(parts)


def _as_markdown(output: Output) -> str:
    """HTML stays as it is, pictures are part of the page."""
    data = output.get("data", {})
    if "image/png" in data:
        source = f"data:image/png;base64,{data['image/png']}"
        return f'<div class="output" markdown="0"><img alt="picture" src="{source}"></div>'
    if "text/html" in data:
        return f'<div class="output" markdown="0">\n{data["text/html"]}\n</div>'
    text = output.get("text") or data["text/plain"]
    return f'<div class="output" markdown="1">\n\n```text\n{text.rstrip()}\n```\n\n</div>'


def main(arguments: list[str]) -> int:
    """Run the notebooks with these names, or all."""
    for name in arguments or names():
        script = cells((FOLDER / f"{name}.py").read_text(encoding="utf-8"))
        text = json.dumps(document(script, run(script)), indent=1, ensure_ascii=False)
        (FOLDER / f"{name}.ipynb").write_text(text + "\n", encoding="utf-8")
        print(f"{name}.ipynb: {len(script)} cells")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
