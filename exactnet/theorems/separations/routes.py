"""What proves an entry: its function compared with the network whole, or part by part."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction

from exactnet.constructions.separations.record import Separation
from exactnet.errors import ConstructionError
from exactnet.exact.rationals import Vector, to_text
from exactnet.geometry.box import Box
from exactnet.limits import Limits, Progress
from exactnet.networks.network import ReluNetwork
from exactnet.regions.segment import breakpoints_along
from exactnet.theorems.separations.composed import (
    constituent_of_tree,
    product_tree_bound,
    rounded_up,
    sphere_sine_bound,
)
from exactnet.theorems.separations.disc import ball_error
from exactnet.theorems.separations.equality import distance
from exactnet.theorems.separations.ridges import read_ridges
from exactnet.verification.verdicts import Result, Verdict, Violation

MAX_INPUTS = 4  # beyond, equality on the whole complex takes long
MAX_BENDS = 4200


@dataclass(frozen=True, slots=True)
class Settings:
    """What every proof is given."""

    entry: Separation
    net: ReluNetwork
    limits: Limits
    progress: Progress


def claim_of(entry: Separation) -> str:
    """What is proved of an entry, as a sentence.

    >>> from exactnet.constructions.separations import get
    >>> claim_of(get("tree-product", n=2, pieces=4))
    '|f - (x1*x2)| <= 1/16 on [-1, 1]^2'
    """
    f, where = entry.target.expression, _domain(entry)
    if entry.norm == "sup":
        return f"|f - ({f})| <= {to_text(entry.error)} on {where}"
    if entry.norm == "L1":
        return f"the integral of |f - {f}| over {where} is at most {to_text(entry.error)}"
    if entry.norm == "labels":
        return f"f has the labels of {f} at {len(entry.points)} points"
    return f"f = {f} on {where}"


def _domain(entry: Separation) -> str:
    if entry.name == "sphere-sine":
        d = entry.parameter("d")
        return f"S^{d - 1} x S^{d - 1}"
    box = entry.target.domain
    sides = {f"[{to_text(a)}, {to_text(b)}]" for a, b in zip(box.lower, box.upper, strict=True)}
    power = f"^{box.dim}" if box.dim > 1 else ""
    return f"{sides.pop()}{power}" if len(sides) == 1 else "its box"


Prover = Callable[[Settings, str], Result]


def provers_of(entry: Separation) -> list[tuple[str, Prover]]:
    """What can prove an entry, the better one first."""
    if entry.norm == "labels":
        return [("evaluation", _labels)]
    if entry.norm == "L1":
        return [("regions", _ball)]
    if entry.norm == "sup":
        return [("parts", _sine if entry.name == "sphere-sine" else _products)]
    bends = entry.target.bends
    small = bends is not None and entry.target.domain.dim <= MAX_INPUTS and len(bends) <= MAX_BENDS
    parts = {"l1-radial": _ramp, "tree-max": _tree, "tree-distance": _tree}.get(entry.name)
    found: list[tuple[str, Prover]] = [("regions", _vertices)] if small else []
    return found + ([("parts", parts)] if parts else [])


def _vertices(given: Settings, route: str) -> Result:
    found = distance(given.net, given.entry.target, given.limits, given.progress)
    if not found.value:
        return proved(given, route, found.rests_on)
    return refuted(given, route, found.point)


def _ramp(given: Settings, route: str) -> Result:
    """[|x|_1 - 1]_+ from its ridges: each p_i is |u| on the side, s is max(0, t - 1)."""
    box = given.entry.target.domain
    ridges = read_ridges(given.net).normalised(Fraction(1), Fraction(1))
    units = [tuple(int(i == j) for j in range(box.dim)) for i in range(box.dim)]
    if sorted(ridges.directions) != sorted(units):
        raise ConstructionError.about("l1-radial", "functions of x_i", "others", "Use regions.")
    end = box.upper[0]
    for p in ridges.inner:
        _same(p, -end, end, (Fraction(0),), abs)
    top = end * box.dim
    _same(ridges.outer, Fraction(0), top, (Fraction(1),), lambda t: max(Fraction(0), t - 1))
    why = (
        "the network is s(p_1(x_1) + ... + p_d(x_d)) (read off its weights)",
        f"p_i(u) = |u| for |u| <= {end} and s(t) = max(0, t - 1) for 0 <= t <= {top}: exact pieces",
    )
    return proved(given, route, why)


def _same(
    net: ReluNetwork,
    low: Fraction,
    high: Fraction,
    bends: Vector,
    f: Callable[[Fraction], Fraction],
) -> None:
    """ConstructionError unless a network R -> R is f on [low, high], which bends at ``bends``."""
    places = {x for (x,) in breakpoints_along(net, [low], [high]).points()} | set(bends)
    if any(net([x])[0] != f(x) for x in places):
        raise ConstructionError.about("parts", "the function's own parts", "others", "Use regions.")


def _tree(given: Settings, route: str) -> Result:
    """A tree of a piecewise linear constituent, equal to its function wherever values can lie."""
    entry = given.entry
    parts = entry.parts if given.net == entry.network else ()
    one = constituent_of_tree(given.net, parts)
    kind = entry.name.removeprefix("tree-")
    reach = 2 ** (len(parts) - 1)  # |a - b| doubles what values can be, the maximum does not
    target = replace(
        entry.target, domain=Box.cube(2, reach), bends=((1, -1, 0),),
        enclose=_PAIRS[kind], variables=("a", "b"),
    )  # fmt: skip
    found = distance(one, target, given.limits, given.progress)
    if found.value:
        raise ConstructionError.about("tree", kind, "another constituent", "Use regions.")
    why = (
        f"the network is the tree of {2 ** len(parts) - 1} equal constituents (weight by weight)",
        f"the constituent is {_WORDS[kind]} on [-{reach}, {reach}]^2, where its arguments lie: "
        f"{found.rests_on[0]}, exact evaluation at {found.points} vertices",
    )
    return proved(given, route, why)


_PAIRS = {
    "max": lambda x: (max(x), max(x)),
    "distance": lambda x: (abs(x[0] - x[1]), abs(x[0] - x[1])),
}
_WORDS = {"max": "max(a, b)", "distance": "|a - b|"}


def _products(given: Settings, route: str) -> Result:
    entry = given.entry
    parts = entry.parts if given.net == entry.network else ()
    bound = product_tree_bound(given.net, parts, given.limits)
    return _within(given, route, bound.value, bound.rests_on)


def _sine(given: Settings, route: str) -> Result:
    bound = sphere_sine_bound(given.entry, given.net, given.limits)
    return _within(given, route, bound.value, bound.rests_on)


def _ball(given: Settings, route: str) -> Result:
    found = ball_error(given.net, given.entry.target.domain, given.limits, given.progress)
    exact = f"the error is {to_text(found.integral)} - {to_text(found.factor)} pi exactly"
    if len(exact) > 200:
        low, high = (rounded_up(end) for end in found.interval)
        exact = f"the error is a rational less {to_text(found.factor)} pi, {low} to {high}"
    return _within(given, route, found.interval[1], (*found.rests_on, exact))


def _labels(given: Settings, route: str) -> Result:
    for x, label in given.entry.points:
        if _label(given.net(x)) != label:
            return refuted(given, route, x)
    why = f"exact evaluation at all {len(given.entry.points)} points"
    return proved(given, route, (why,))


def _label(outputs: Vector) -> int:
    """The index of the largest output, -1 for a tie; with one output whether it is at least 1/2."""
    if len(outputs) == 1:
        return int(2 * outputs[0] >= 1)
    best = max(outputs)
    return outputs.index(best) if outputs.count(best) == 1 else -1


def _within(given: Settings, route: str, bound: Fraction, why: tuple[str, ...]) -> Result:
    if bound > given.entry.error:
        raise ConstructionError.about(
            "error", f"at most {to_text(given.entry.error)}", f"a bound of {rounded_up(bound)}",
            "The bound may be too coarse.",
        )  # fmt: skip
    return proved(given, route, (*why, f"together at most {rounded_up(bound)}"))


def proved(given: Settings, route: str, why: tuple[str, ...]) -> Result:
    """Proved, resting on the lines given."""
    return Result(Verdict.PROVED, route, claim_of(given.entry), why)


def refuted(given: Settings, route: str, x: Vector) -> Result:
    """Refuted by a point."""
    why = ("evaluation of the network and of the function at one rational point",)
    found = Violation(x, given.net(x))
    return Result(Verdict.REFUTED, route, claim_of(given.entry), why, found)


def unknown(given: Settings, route: str, reason: str) -> Result:
    """Open, for a reason."""
    return Result(Verdict.UNKNOWN, route, claim_of(given.entry), (), reason=reason)
