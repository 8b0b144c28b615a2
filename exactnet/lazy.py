"""Names of a package that are loaded when they are first used (PEP 562).

What a package offers may need NumPy, Numba, Z3 or torch; who asks for something else must not wait
for them. Beside the table of homes a package imports the same names under ``TYPE_CHECKING``.
"""

from collections.abc import Callable, Mapping
from importlib import import_module
from sys import modules


def loader(
    package: str, homes: Mapping[str, str]
) -> tuple[Callable[[str], object], Callable[[], list[str]]]:
    """``__getattr__`` and ``__dir__`` of a package.

    Args:
        package: its ``__name__``.
        homes: for each name the module below the package that defines it, as ``regions.counting``;
            a module itself is ``networks.algebra:`` with a colon.

    >>> find, _ = loader("exactnet", {"Limits": "limits", "algebra": "networks.algebra:"})
    >>> find("Limits").__module__, find("algebra").__name__
    ('exactnet.limits', 'exactnet.networks.algebra')
    """

    def find(name: str) -> object:
        if name not in homes:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        home, colon, _ = homes[name].partition(":")
        module = import_module(f"{package}.{home}")
        return module if colon else getattr(module, name)

    def names() -> list[str]:
        return sorted({*vars(modules[package]), *homes})

    return find, names
