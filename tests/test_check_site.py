"""The check of the built site finds what it is for."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

SCRIPT = Path(__file__).parent.parent / "docs" / "check_site.py"


@pytest.fixture(scope="module")
def check() -> ModuleType:
    spec = importlib.util.spec_from_file_location("check_site", SCRIPT)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look it up
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("tag", "wrong"),
    [
        ('<a href="there.html#here">', ""),
        ('<a href="#top">', ""),
        ('<a href="https://example.org/x">', ""),
        ('<img src="data:image/png;base64,AA">', ""),
        ('<a href="elsewhere.html">', "no such file"),
        ('<a href="there.html#nowhere">', "no such anchor"),
        ('<script src="https://example.org/x.js"></script>', "is loaded from elsewhere"),
        ('<link rel="stylesheet" href="https://example.org/x.css">', "is loaded from elsewhere"),
    ],
)
def test_a_link_is_followed(check: ModuleType, tmp_path: Path, tag: str, wrong: str) -> None:
    (tmp_path / "there.html").write_text('<p id="here">')
    (tmp_path / "page.html").write_text(f'<p id="top">{tag}')
    found = check.broken(tmp_path)
    assert [line.rpartition(": ")[2] for line in found] == [wrong] * bool(wrong)
