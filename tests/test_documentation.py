"""Pages of docs/: what they show is run, what they name exists, public names have a place."""

import importlib
import importlib.util
import re
import shlex
import sys
from pathlib import Path
from types import ModuleType

import pytest
from test_shown_commands import PAGES, ROOT

import exactnet as en
from exactnet import bridges, testing, theorems
from exactnet.cli.main import parser

DOCS = ROOT / "docs"
FENCE = re.compile(r"^```([^\n]*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
TAUGHT = [page for page in PAGES if page.parent.name in ("how-to", "tutorial", "explanation")]
WORDS = """activation pattern|activation region|address|affine piece|approximation curve|attractor|
base|box|breakpoint|cell|certificate|checker|claim|coarse|complex|counterexample|cover|cylinder|
depth|disjoint|distribution|face|facet|Farkas multipliers|fine|fold|frame|gap|generator map|
halfspace|H-representation|IFS|labelling|level set|linear region|loss|margin|obligation|polyhedron|
polytope|prefractal|proper|refuted|ridge|route|separation|shell|sign vector|simplex|touching|tree|
V-representation|verdict|wall|width|witness""".replace("\n", "").split("|")
EVIDENCE = sorted((DOCS / "explanation").glob("*.md"))


@pytest.fixture(scope="module")
def names() -> ModuleType:
    spec = importlib.util.spec_from_file_location("public_names", DOCS / "public_names.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look it up
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("page", TAUGHT, ids=lambda page: page.name)
def test_every_block_of_a_lesson_is_run(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    shown = "\n".join(re.findall(r"^\$ .*$", text, re.MULTILINE))
    for name, block in FENCE.findall(text):
        title = re.search(r'title="([\w.]+)"', name)
        if title is None:
            assert name in ("console", "text") or ">>> " in block, block
        elif title[1].endswith((".py", ".sh", ".mjs", ".json")):
            used = title[1] in shown or title[1].removesuffix(".py") in shown
            assert used, f"{title[1]} is shown, and never run"


def test_every_test_that_is_named_as_evidence_exists() -> None:
    text = "".join(page.read_text(encoding="utf-8") for page in EVIDENCE)
    named = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", text)
    assert len(named) > 20
    for file, name in named:
        assert f"def {name}(" in (ROOT / file).read_text(encoding="utf-8"), (file, name)


def test_every_coq_theorem_that_is_named_as_evidence_exists() -> None:
    theory = "".join(path.read_text() for path in (ROOT / "proofs" / "theory").glob("*.v"))
    text = "".join(page.read_text(encoding="utf-8") for page in EVIDENCE)
    lines = re.findall(r"^- Coq: (.*)$", text, re.MULTILINE)
    names = [name for line in lines for name in re.findall(r"`(\w+)`", line)]
    assert len(names) > 10
    for name in names:
        assert re.search(rf"^(Theorem|Corollary|Lemma|Definition) {name}\b", theory, re.MULTILINE)


def test_every_command_that_is_named_as_evidence_is_one() -> None:
    text = "".join(page.read_text(encoding="utf-8") for page in EVIDENCE)
    commands = re.findall(r"^- Command: `exactnet ([^`]*)`$", text, re.MULTILINE)
    assert len(commands) > 4
    for command in commands:
        assert parser().parse_args(shlex.split(command)).run


def test_every_public_name_is_on_a_page_of_the_reference(names: ModuleType) -> None:
    public = names.public_names()
    assert len(public) > 120
    assert [name.written for name in public if names.page_of(name) is None] == []


def test_every_entry_of_the_reference_can_be_imported(names: ModuleType) -> None:
    for home in names.documented():
        module, _, name = home.rpartition(".")
        assert hasattr(importlib.import_module(module), name) or importlib.import_module(home)


@pytest.mark.parametrize("room", [en, bridges, theorems, testing], ids=lambda room: room.__name__)
def test_what_a_module_offers_at_run_time_is_public(names: ModuleType, room: ModuleType) -> None:
    homes = {name.home for name in names.public_names()}
    for attribute in dir(room):
        value = getattr(room, attribute)
        home = f"{getattr(value, '__module__', '')}.{getattr(value, '__qualname__', '')}"
        if home.startswith("exactnet.") and not home.endswith(".") and attribute[0] != "_":
            assert home in homes, attribute


def test_the_glossary_has_the_words_of_the_field() -> None:
    text = (DOCS / "glossary.md").read_text(encoding="utf-8")
    bold = " ".join(re.findall(r"\*\*(.*?)\*\*", text)).casefold()
    assert [word for word in WORDS if word.casefold() not in bold] == []
