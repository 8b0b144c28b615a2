"""Proofs that the deep network of an entry is its function, or within its error of it."""

import time
from dataclasses import replace

from exactnet.constructions.separations.circuits import (
    CanonicalCircuit,
    Circuit,
    HierarchicalCircuit,
    tensor,
)
from exactnet.constructions.separations.record import Separation
from exactnet.errors import ConstructionError, InputError, LimitReached
from exactnet.limits import Limits, Progress, from_now, silent
from exactnet.networks.network import ReluNetwork
from exactnet.theorems.separations.routes import Settings, provers_of, refuted, unknown
from exactnet.theorems.separations.search import points_of, worst_of
from exactnet.verification.verdicts import Result, Verdict

ROUTES = ("auto", "regions", "parts")
TRIED = 200  # points at which a refutation is looked for


def prove_separation(
    entry: Separation,
    network: ReluNetwork | None = None,
    route: str = "auto",
    limits: Limits | None = None,
    progress: Progress = silent,
) -> Result:
    """Whether a network (default: the entry's own) is the function, as the norm of the entry says.

    Equal on the domain: by the region complex, whose vertices decide ("regions"), or by the parts
    of which the network is composed ("parts"). Within the error: exact extremes of the parts on
    their pieces, and rational enclosures of pi and the sine. A refutation is a rational point.

    >>> from exactnet.constructions.separations import get
    >>> prove_separation(get("l1-radial", d=3)).verdict
    <Verdict.PROVED: 'proved'>
    >>> other = get("telgarsky", k=3).network
    >>> print(prove_separation(get("telgarsky", k=4), other).counterexample.words())
    x = (1/8) is inside, but f(x) = (1)

    Raises InputError for another route, or a network of other sizes.
    """
    start = time.monotonic()
    if route not in ROUTES:
        raise InputError.about(
            "route", f"one of {', '.join(ROUTES)}", f"{route!r:.20}", "Pick one."
        )
    bounded = from_now(limits)
    if not isinstance(entry.network, ReluNetwork):
        result = _circuit(entry, network)
    else:
        net = entry.network if network is None else network
        _check(entry, net)
        result = _decided(Settings(entry, net, bounded, progress), route)
    return replace(result, seconds=time.monotonic() - start)


def _check(entry: Separation, net: ReluNetwork) -> None:
    box = entry.target.domain
    if net.inputs != box.dim or net.outputs != entry.relu.outputs:
        raise InputError.about(
            "network", f"{box.dim} inputs and {entry.relu.outputs} outputs",
            f"{net.inputs} and {net.outputs}", "The function has those.",
        )  # fmt: skip


def _decided(given: Settings, route: str) -> Result:
    entry = given.entry
    provers = provers_of(entry)
    if route != "auto":
        provers = [one for one in provers if one[0] == route]
    if not provers:
        return unknown(given, route, f"there is no proof of {entry.title} by that route")
    reasons = []
    for name, prover in provers:
        try:
            return prover(given, name)
        except (ConstructionError, LimitReached) as error:
            reasons.append(str(error))
    found = _refuted_somewhere(given)
    return unknown(given, provers[-1][0], "; ".join(reasons)) if found is None else found


def _refuted_somewhere(given: Settings) -> Result | None:
    """A point at which the network is too far from the function, if a search finds one."""
    if given.entry.norm not in ("sup", "equal"):
        return None
    worst, where = worst_of(given.entry, given.net, points_of(given.entry, TRIED))
    if where is None or worst <= given.entry.error:
        return None
    return refuted(given, "evaluation", where)


def _circuit(entry: Separation, network: ReluNetwork | None) -> Result:
    """The two circuits of an entry have the same tensor, compared entry by entry."""
    if network is not None:
        raise InputError.about("network", "none for circuits", "a ReLU network", "Drop it.")
    deep, flat = entry.network, None if entry.shallow is None else entry.shallow.network
    if not isinstance(deep, HierarchicalCircuit) or not isinstance(flat, CanonicalCircuit):
        raise InputError.about("circuit", "a deep and a flat circuit", "others", "Rebuild it.")
    return _same_tensor(entry, deep, flat)


def _same_tensor(entry: Separation, deep: Circuit, flat: Circuit) -> Result:
    claim = f"deep and flat circuit compute the same function on Q^{deep.order * deep.dim}"
    first, second = tensor(deep), tensor(flat)
    verdict = Verdict.PROVED if first == second else Verdict.REFUTED
    why = f"both are multilinear, with the same {len(first)} coefficients (exact evaluation)"
    return Result(verdict, "coefficients", claim, (why,))
