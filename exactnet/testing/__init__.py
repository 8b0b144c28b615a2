"""For test suites: Hypothesis strategies, assertions that prove, and a pytest plugin.

``pip install 'exactnet[testing]'``, then

    from exactnet.testing import strategies as st
    from exactnet.testing import assert_equivalent, assert_realizes, assert_region_count

The assertions need neither Hypothesis nor pytest; the plugin is there wherever both are installed.
The names below are loaded when they are first used:

>>> from exactnet import ReluNetwork
>>> from exactnet.testing import assert_region_count
>>> assert_region_count(ReluNetwork.of([([[1]], [0]), ([[1]], [0])]), 2)
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from exactnet.testing.assertions import assert_equivalent as assert_equivalent
    from exactnet.testing.assertions import assert_realizes as assert_realizes
    from exactnet.testing.counted import assert_region_count as assert_region_count
    from exactnet.testing.defaults import limits_for_assertions as limits_for_assertions
    from exactnet.testing.failures import RefutedError as RefutedError
    from exactnet.testing.failures import UndecidedError as UndecidedError
    from exactnet.testing.sources import network_of as network_of

_HOMES = {
    "RefutedError": "failures",
    "UndecidedError": "failures",
    "assert_equivalent": "assertions",
    "assert_realizes": "assertions",
    "assert_region_count": "counted",
    "limits_for_assertions": "defaults",
    "network_of": "sources",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module 'exactnet.testing' has no attribute {name!r}")
    return getattr(import_module(f"exactnet.testing.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOMES})
