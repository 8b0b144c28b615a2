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

from typing import TYPE_CHECKING

from exactnet.lazy import loader as _loader

if TYPE_CHECKING:
    from exactnet.testing.assertions import assert_equivalent as assert_equivalent
    from exactnet.testing.assertions import assert_realizes as assert_realizes
    from exactnet.testing.assertions import assert_within as assert_within
    from exactnet.testing.counted import assert_region_count as assert_region_count
    from exactnet.testing.defaults import limits_for_assertions as limits_for_assertions
    from exactnet.testing.failures import RefutedError as RefutedError
    from exactnet.testing.failures import UndecidedError as UndecidedError
    from exactnet.testing.sources import network_of as network_of

__getattr__, __dir__ = _loader(
    __name__,
    {
        "RefutedError": "failures",
        "UndecidedError": "failures",
        "assert_equivalent": "assertions",
        "assert_realizes": "assertions",
        "assert_region_count": "counted",
        "assert_within": "assertions",
        "limits_for_assertions": "defaults",
        "network_of": "sources",
    },
)
