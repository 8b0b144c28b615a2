"""The two tables of names in a package: what type checkers see is what a user gets."""

import ast
from importlib import import_module
from pathlib import Path

import pytest

PACKAGES = ("exactnet", "exactnet.bridges", "exactnet.testing", "exactnet.theorems")


def declared(package: str) -> dict[str, str]:
    """The names under ``if TYPE_CHECKING``, and where they come from."""
    tree = ast.parse(Path(str(import_module(package).__file__)).read_text(encoding="utf-8"))
    return {
        str(alias.asname): f"{node.module}.{alias.name}"
        for block in tree.body
        if isinstance(block, ast.If)
        for node in block.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }


@pytest.mark.parametrize("package", PACKAGES)
def test_a_lazy_name_is_the_object_that_type_checkers_see(package: str) -> None:
    module = import_module(package)
    for name, home in declared(package).items():
        parent, _, last = home.rpartition(".")
        held = import_module(parent)
        if not hasattr(held, last):
            held, last = import_module(home), ""
        assert getattr(module, name) is (getattr(held, last) if last else held), name


@pytest.mark.parametrize("package", PACKAGES)
def test_every_lazy_name_is_declared_and_listed(package: str) -> None:
    module = import_module(package)
    (find,) = (
        c.cell_contents for c in module.__dir__.__closure__ if isinstance(c.cell_contents, dict)
    )
    assert set(find) == set(declared(package)) <= set(dir(module))


@pytest.mark.parametrize("package", PACKAGES)
def test_another_name_is_refused_as_python_does(package: str) -> None:
    with pytest.raises(AttributeError, match=f"module '{package}' has no attribute 'nonsense'"):
        getattr(import_module(package), "nonsense")  # noqa: B009
