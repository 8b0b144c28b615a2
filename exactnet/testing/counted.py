"""The assertion on the number of linear regions."""

from dataclasses import dataclass

from exactnet.errors import InputError, InputTypeError, LimitReached
from exactnet.geometry.box import Box
from exactnet.limits import Limits, from_now
from exactnet.networks.network import ReluNetwork
from exactnet.testing import reports
from exactnet.testing.defaults import limits_in_force
from exactnet.testing.failures import RefutedError, UndecidedError
from exactnet.testing.sources import network_of
from exactnet.verification.domains import Domain, as_domain, words

SMALL = 20_000  # regions up to which a report counts by every definition


@dataclass(frozen=True, slots=True)
class _Count:
    """What is known of a number: it lies in low..high (None: no upper bound), and why."""

    low: int
    high: int | None
    reason: str = ""

    def words(self) -> str:
        """The number, or the bounds."""
        if self.low == self.high:
            return str(self.low)
        return f"{self.low} or more" if self.high is None else f"{self.low} to {self.high}"


def assert_region_count(
    network: object,
    expected: int,
    *,
    definition: str = "proper",
    box: Domain = None,
    limits: Limits | None = None,
) -> None:
    """Assert the number of linear regions of a network on a box, or on R^d, by a definition.

    Definitions are those of ``RegionComplex.counts``; "proper" is counted in bounded memory.

    >>> tent = ReluNetwork.of([([[3], [-3]], ["-3/2", "3/2"]), ([[1, 1]], ["-1/2"])])
    >>> assert_region_count(tent, 2, box=[(0, 1)])

    Raises RefutedError with the number, UndecidedError at a limit (default 300 s) or where "convex"
    is not known.
    """
    __tracebackhide__ = True
    _check(expected, definition)
    net = network_of(network)
    domain = as_domain(box, net.inputs)
    limits = from_now(limits, limits_in_force())
    found = _count(net, domain, definition, limits)
    if found.low == found.high == expected:
        return
    if found.low <= expected and (found.high is None or expected <= found.high):
        raise UndecidedError(
            f"not decided: {found.words()} regions ({definition}), expected {expected} "
            f"({found.reason})"
        )
    headline = f"expected {expected} regions ({definition}), got {found.words()}"
    raise RefutedError(headline, _report(net, domain, found, expected))


def _check(expected: object, definition: str) -> None:
    from exactnet.regions.meanings import DEFINITIONS

    if definition not in DEFINITIONS:
        raise InputError.about(
            "definition", f"one of {', '.join(DEFINITIONS)}", f"{definition!r:.40}", "Pick one."
        )
    if not isinstance(expected, int) or isinstance(expected, bool):
        raise InputTypeError.about(
            "expected", "an integer", type(expected).__name__, "Give the number of regions."
        )


def _count(net: ReluNetwork, box: Box | None, definition: str, limits: Limits) -> _Count:
    from exactnet.regions.counting import count_regions
    from exactnet.regions.enumeration import enumerate_regions

    if definition == "proper":
        number = count_regions(net, box, limits=limits)
        return _Count(int(number), int(number) if number.complete else None, number.reason)
    try:
        found = dict(enumerate_regions(net, box, limits).counts())[definition]
    except LimitReached as reached:
        return _Count(0, None, str(reached))
    if isinstance(found, int):
        return _Count(found, found)
    assert isinstance(found, list)  # convex
    return _Count(found[0], found[1], "only bounds are known")


def _report(net: ReluNetwork, box: Box | None, found: _Count, expected: int) -> list[str]:
    counts = _by_definition(net, box, found, expected)
    return [reports.entry("on", words(box)), *counts, reports.entry("network", reports.size(net))]


def _by_definition(net: ReluNetwork, box: Box | None, found: _Count, expected: int) -> list[str]:
    """The counts by all definitions where that is quick: another one may be meant."""
    from exactnet.regions.enumeration import enumerate_regions
    from exactnet.regions.meanings import DEFINITIONS

    if found.high is None or found.high > SMALL:
        return []
    lines = []
    for name, count in enumerate_regions(net, box).counts().items():
        mark = "  <- the expected number" if count == expected else ""
        lines.append(reports.entry(name, f"{count}: {DEFINITIONS[name]}{mark}"))
    return lines
