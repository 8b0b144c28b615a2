"""What Hypothesis is told about this package: how to draw its types, and how to show them.

Hypothesis loads this module through its entry point when it is imported; where the package is used
without being installed, the strategies do. A strategy is made when it is first asked for.
"""

from collections.abc import Callable
from importlib import import_module
from typing import Any

from hypothesis import strategies
from hypothesis.vendor.pretty import for_type_by_name

from exactnet.constructions.construction import Construction
from exactnet.fractals.curves import ApproximationCurve
from exactnet.fractals.distribution import FractalDistribution
from exactnet.fractals.ifs import IFS
from exactnet.fractals.labelling import Labelling
from exactnet.fractals.prefractal import Prefractal
from exactnet.geometry.affine import AffineMap
from exactnet.geometry.box import Box
from exactnet.networks.network import ReluNetwork
from exactnet.testing import words
from exactnet.verification.claims import Claim
from exactnet.verification.property import Halfspaces
from exactnet.verification.query import Query

STRATEGIES: dict[type[Any], tuple[str, str]] = {
    AffineMap: ("shapes", "affine_maps"),
    ApproximationCurve: ("laws", "curves"),
    Box: ("shapes", "boxes"),
    Claim: ("compiled", "claims"),
    Construction: ("compiled", "constructions"),
    FractalDistribution: ("laws", "distributions"),
    Halfspaces: ("asked", "halfspaces"),
    IFS: ("systems", "ifs"),
    Labelling: ("laws", "labellings"),
    Prefractal: ("systems", "prefractals"),
    Query: ("asked", "queries"),
    ReluNetwork: ("nets", "all_networks"),
}
CALLS: dict[type[Any], Callable[[Any], str]] = {
    AffineMap: words.map_call,
    Box: words.box_call,
    IFS: words.ifs_call,
    ReluNetwork: words.network_call,
}


def register() -> None:
    """Let ``from_type`` and ``@given(...)`` draw the public types, and failures show calls.

    >>> register()
    >>> strategies.from_type(Box)
    boxes()
    """
    for kind in STRATEGIES:
        strategies.register_type_strategy(kind, _strategy)
    for kind, call in CALLS.items():
        for_type_by_name(kind.__module__, kind.__name__, _printer(call))


def _strategy(kind: type[Any]) -> "strategies.SearchStrategy[Any]":
    module, name = STRATEGIES[kind]
    made: strategies.SearchStrategy[Any]
    made = getattr(import_module(f"exactnet.testing.{module}"), name)()
    return made


def _printer(call: Callable[[Any], str]) -> Callable[[Any, Any, bool], None]:
    def show(value: Any, printer: Any, cycle: bool) -> None:
        printer.text(call(value))

    return show
