"""Versions that are written in several places; objects in notebooks."""

import re
import tomllib
from html.parser import HTMLParser
from pathlib import Path

import exactnet as en

ROOT = Path(__file__).parent.parent


def test_the_version_is_the_same_everywhere() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    citation = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    assert project["version"] == en.__version__
    assert re.search(rf"^version: {re.escape(en.__version__)}$", citation, re.MULTILINE)
    assert f"## {en.__version__}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_every_development_requirement_is_pinned() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = [line for lines in project["optional-dependencies"].values() for line in lines]
    names = {re.split(r"[><=\[;]", line)[0] for line in (*project["dependencies"], *extras)}
    pinned = (ROOT / "constraints.txt").read_text(encoding="utf-8").lower()
    missing = [name for name in names - {"exactnet"} if f"\n{name.lower()}==" not in pinned]
    assert missing == []


class Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def test_objects_show_themselves_in_notebooks() -> None:
    ifs = en.gallery.cantor_dust()
    net = en.compile_ifs(ifs, 1)
    sizes = " - ".join(map(str, (2, *(layer.outputs for layer in net.layers))))
    shown = {
        "disjoint": ifs,
        sizes: net,
        "Euler": en.enumerate_regions(net, ifs.base),
        "proved": en.prove(en.realizes(net, ifs, 1)),
        "holds": en.theorems.theorem1(ifs, 1),
    }
    for part, value in shown.items():
        parser = Words()
        parser.feed(value._repr_html_())
        assert part in " ".join(parser.words)
    assert ifs._repr_latex_().startswith("$$")
    assert r"F_{4}(x)" in ifs._repr_latex_()


def test_names_are_escaped_in_notebooks() -> None:
    ifs = en.IFS.of([([["1/3"]], [0])], name="<script>alert(1)</script>")
    assert "<script>" not in ifs._repr_html_()
