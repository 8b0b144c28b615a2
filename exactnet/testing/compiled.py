"""Strategies for constructions, and for claims that are known to hold or to fail."""

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

from exactnet.constructions.compile import METHODS, WITH_MARGIN, construct
from exactnet.constructions.construction import Construction
from exactnet.errors import InputError
from exactnet.fractals import gallery
from exactnet.fractals.hypotheses import Contact
from exactnet.fractals.ifs import IFS
from exactnet.networks.network import ReluNetwork
from exactnet.testing.hypothesis_library import (
    DrawFn,
    SearchStrategy,
    Size,
    sizes,
    strategies,
    strategy,
)
from exactnet.testing.systems import systems
from exactnet.verification.claims import Claim

FOLDING = strategies.sampled_from([gallery.cantor(), gallery.cantor_reversed(), gallery.cantor(2)])


@strategy
def constructions(
    *,
    ifs: "IFS | SearchStrategy[IFS] | None" = None,
    depth: Size = None,
    method: str | None = None,
) -> Callable[[DrawFn], Construction]:
    """Networks compiled from systems, with what is claimed of them; depth 0 to 2.

    Without ``method`` it is "exact", "margin" or "union", whichever applies. For "fold" the systems
    are named ones unless ``ifs`` is given; a given system must suit the method.

    >>> from hypothesis import given, settings
    >>> @settings(max_examples=5, deadline=None)
    ... @given(constructions(depth=1, method="exact"))
    ... def test(made):
    ...     assert made.network.depth == 3
    >>> test()
    """
    if method is not None and method not in METHODS:
        raise InputError.about(
            "constructions.method", f"one of {', '.join(METHODS)}", f"{method!r:.40}", "Pick one."
        )
    drawn = FOLDING if method == "fold" and ifs is None else systems(ifs)
    if method == "exact":
        drawn = drawn.filter(_disjoint)
    depths = sizes(depth, "constructions.depth", range(3), 1000)

    def construction(draw: DrawFn) -> Construction:
        system, n = draw(drawn), draw(depths)
        if method is not None:
            return construct(system, n, method)
        usual = ("exact", *WITH_MARGIN) if _disjoint(system) else WITH_MARGIN
        return construct(system, n, draw(strategies.sampled_from(usual)))

    return construction


def _disjoint(system: IFS) -> bool:
    return system.contact is Contact.DISJOINT


@strategy
def claims(
    *,
    ifs: "IFS | SearchStrategy[IFS] | None" = None,
    depth: Size = None,
    holds: bool | None = None,
) -> Callable[[DrawFn], Claim]:
    """Claims that a network realises a prefractal, true ones or false ones, for testing provers.

    True claims are those of ``constructions``. A false one adds c != 0 to the output of a network.
    With c < 0 every positive fails, since constructions reach their threshold and no more. With
    c > 0, drawn for the margin-free ones only, points that are near enough to K_n fail, since f is
    continuous and 0 on its border: for small c they are hard to find. ``holds=None`` draws either.

    >>> from hypothesis import given, settings
    >>> from exactnet import Refuted, prove
    >>> @settings(max_examples=5, deadline=None)
    ... @given(claims(depth=1, holds=False))
    ... def test(claim):
    ...     assert prove(claim).verdict is Refuted
    >>> test()
    """
    made = constructions(ifs=ifs, depth=depth)

    def claim(draw: DrawFn) -> Claim:
        built = draw(made)
        true = draw(strategies.booleans()) if holds is None else holds
        network = built.network
        if not true:
            size = Fraction(1, 2 ** draw(strategies.integers(0, 40)))
            above = draw(strategies.booleans()) and not built.threshold
            network = shifted(network, size if above else -size)
        return Claim(network, built.labelling, built.threshold)

    return claim


def shifted(network: ReluNetwork, amount: Fraction) -> ReluNetwork:
    """The network f + amount."""
    last = network.layers[-1]
    moved = replace(last, bias=tuple(value + amount for value in last.bias))
    return ReluNetwork((*network.layers[:-1], moved))
