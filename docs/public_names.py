"""The public names of the package, and the pages of the reference on which they are.

Public is what ``exactnet`` and the modules that it offers re-export (``from a import b as b``, or
``__all__``), and what a module without re-exports defines under a name without underscore.
"""

import ast
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parent.parent
ROOMS = ("exactnet", "exactnet.testing", "exactnet.testing.strategies", "exactnet.viewing.picture")
SHORT = {"exactnet": "en", "exactnet.testing.strategies": "st"}
ENTRY = re.compile(r"^::: ([\w.]+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Name:
    """A public name: as it is written, and where the object is defined."""

    written: str
    home: str


@cache
def public_names() -> tuple[Name, ...]:
    """Every public name once, in alphabetic order within its module."""
    found: dict[str, Name] = {}
    for room in ROOMS:
        for name in _names_in(room, SHORT.get(room, room)):
            found.setdefault(name.home, name)
    return tuple(found.values())


def _names_in(module: str, prefix: str) -> list[Name]:
    names = []
    for name, home in sorted(_exports(module).items()):
        written = f"{prefix}.{name}"
        if _file(home) is None:
            names.append(Name(written, home))
        elif prefix != home:  # a module: its names, one level down
            names += _names_in(home, written)
    return names


@cache
def _exports(module: str) -> dict[str, str]:
    """The public names of a module, each with the full name of what it is."""
    path = _file(module)
    assert path is not None
    tree = ast.parse(path.read_text(encoding="utf-8"))
    imported = {
        alias.asname or alias.name: (f"{node.module}.{alias.name}", alias.asname == alias.name)
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.level == 0
        for alias in node.names
    }
    listed = next(filter(None, map(_listed, tree.body)), None)
    if listed is None:
        listed = [name for name, (_, again) in imported.items() if again]
    if listed:
        own = {name: f"{module}.{name}" for name in listed if name not in imported}
        return own | {n: _resolved(imported[n][0]) for n in listed if n in imported}
    kinds = (ast.ClassDef, ast.FunctionDef)
    own = [node.name for node in tree.body if isinstance(node, kinds)]
    return {name: f"{module}.{name}" for name in own if not name.startswith("_")}


def _listed(node: ast.stmt) -> list[str] | None:
    """The names in ``__all__``, if this statement is it."""
    if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
        return list(ast.literal_eval(node.value))
    return None


def _resolved(home: str) -> str:
    """Where a name that may be imported once more is defined."""
    module, _, name = home.rpartition(".")
    if _file(home) is not None or _file(module) is None:
        return home
    return _exports(module).get(name, home)


def _file(module: str) -> Path | None:
    base = ROOT / module.replace(".", "/")
    return next((p for p in (base.with_suffix(".py"), base / "__init__.py") if p.exists()), None)


@cache
def documented() -> dict[str, str]:
    """Full names of objects and modules, each with its page in docs/reference."""
    pages = sorted((ROOT / "docs" / "reference").glob("*.md"))
    return {
        name: page.name
        for page in pages
        for name in ENTRY.findall(page.read_text(encoding="utf-8"))
    }


def page_of(name: Name) -> str | None:
    """The page on which a name is, by itself or with its whole module."""
    return documented().get(name.home) or documented().get(name.home.rpartition(".")[0])


def index() -> str:
    """All public names by module, each a link."""
    groups: dict[str, list[str]] = {}
    for name in public_names():
        module, _, last = name.written.rpartition(".")
        groups.setdefault(module, []).append(f"[{last}]({page_of(name)}#{name.home})")
    return "\n\n".join(f"**{module}**: {', '.join(links)}" for module, links in groups.items())
