"""The talk's theorems on concrete instances: hypotheses checked, both sides computed exactly."""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from exactnet.theorems.first_theorem import theorem1 as theorem1

_HOME = {  # loaded when first used: most need Numba or Z3
    "theorem1": "first_theorem",
}


def __getattr__(name: str) -> object:
    if name not in _HOME:
        raise AttributeError(f"module 'exactnet.theorems' has no attribute {name!r}")
    return getattr(import_module(f"exactnet.theorems.{_HOME[name]}"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOME})
