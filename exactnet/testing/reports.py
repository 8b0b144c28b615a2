"""Counterexamples as readable text: exact numbers with decimals beside them, labels, cells."""

from decimal import Context
from fractions import Fraction

from exactnet.exact.rationals import Vector, show_point, to_text
from exactnet.fractals.labelling import Labelling
from exactnet.fractals.prefractal import Address, Prefractal
from exactnet.networks.network import ReluNetwork
from exactnet.testing import words
from exactnet.verification.claims import Claim
from exactnet.verification.distance import WithinResult
from exactnet.verification.equivalence import Difference
from exactnet.verification.verdicts import Counterexample, Result

LABEL = 10
SIX_DIGITS = Context(prec=6, Emin=-(10**9), Emax=10**9)


def with_decimal(value: Fraction) -> str:
    """A rational and, unless it is an integer, its first six digits (correctly rounded).

    >>> with_decimal(Fraction(-243, 256)), with_decimal(Fraction(1, 3 * 2**70)), with_decimal(
    ...     Fraction(2))
    ('-243/256 (-0.949219)', '1/3541774862152233910272 (2.82344E-22)', '2')
    """
    if value.denominator == 1:
        return to_text(value)
    rounded = SIX_DIGITS.divide(value.numerator, value.denominator)
    return f"{to_text(value)} ({rounded})"


def entry(label: str, text: str) -> str:
    """A line of a report."""
    return f"{label:<{LABEL}}  {text}"


def coordinates(name: str, values: Vector) -> list[str]:
    """A point, one line a coordinate."""
    if len(values) == 1:
        return [entry(name, with_decimal(values[0]))]
    return [entry(f"{name}_{k}", with_decimal(value)) for k, value in enumerate(values, 1)]


def realisation(claim: Claim, found: Counterexample, result: Result) -> list[str]:
    """Why a network does not realise a prefractal."""
    bound, positive = claim.threshold, found.label == 1
    below = f"<= {to_text(-bound)}" if bound else "< 0"
    wanted = f">= {to_text(bound)}" if positive else below
    return [
        *coordinates("x", found.point),
        entry("label", f"{'positive' if positive else 'negative'}: {place(claim, found.point)}"),
        entry("value", f"f(x) = {with_decimal(found.value)}, expected {wanted}"),
        *_ending(claim.network, found.point, result),
    ]


def place(claim: Claim, x: Vector) -> str:
    """Where a point is in a prefractal: its cell, or the finest level whose cells hold it."""
    labelling = claim.labelling
    level, cells = finest(labelling.prefractal, x)
    n = labelling.depth
    if level is None:
        return f"outside the base, so off K_{n}"
    local, address = next(iter(cells.items()))
    words_ = f"{_cell(address)} of K_{level}, at {show_point(local)} of the base"
    if level == n:
        return f"in {words_}{_others(cells)}{_core(labelling)}"
    return f"off K_{n}: in {words_}, but in no cell of K_{level + 1}{_enlarged(labelling)}"


def finest(prefractal: Prefractal, x: Vector) -> tuple[int | None, dict[Vector, Address]]:
    """The largest j <= n with x in K_j, and the cells that hold x; None if x is off the base."""
    for level in range(prefractal.depth, -1, -1):
        cells = Prefractal(prefractal.maps, prefractal.base, level).locate(x)
        if cells:
            return level, cells
    return None, {}


def difference(
    f: ReluNetwork, g: ReluNetwork, found: Difference, result: Result, bound: Fraction = Fraction(0)
) -> list[str]:
    """Where two networks differ, in the outputs that differ by more than a bound."""
    lines = coordinates("x", found.point)
    for k, (left, right) in enumerate(zip(found.left, found.right, strict=True), 1):
        name = "value" if len(found.left) == 1 else f"value {k}"
        if abs(left - right) > bound:
            lines.append(entry(name, f"a(x) = {with_decimal(left)}"))
            lines.append(entry("", f"b(x) = {with_decimal(right)}"))
            lines.append(entry("", f"a(x) - b(x) = {with_decimal(left - right)}"))
    return [*lines, entry("a", size(f)), entry("b", size(g)), *_ending(None, found.point, result)]


def too_far(
    f: ReluNetwork, g: ReluNetwork, found: Difference, result: WithinResult, bound: Fraction
) -> list[str]:
    """Where two networks differ by more than a bound, and the most by which they differ."""
    lines = difference(f, g, found, result, bound)
    if result.largest is None:
        return lines
    most = f"|a - b| <= {with_decimal(result.largest.value)} in every output"
    return [*lines[:-1], entry("largest", most), lines[-1]]


def size(net: ReluNetwork) -> str:
    """The shape of a network; the network itself if it is small."""
    shape = "-".join(map(str, [net.inputs, *(layer.outputs for layer in net.layers)]))
    call = words.network_call(net)
    return f"{shape}: {call}" if len(call) <= 200 else shape


def _ending(net: ReluNetwork | None, x: Vector, result: Result) -> list[str]:
    lines = [] if net is None else [entry("network", size(net))]
    rests = "; ".join(result.rests_on)
    lines.append(entry("decided", f"by {result.route}: {rests}"))
    return [*lines, entry("to copy", words.vector(x))]


def _cell(address: Address) -> str:
    return f"cell {'.'.join(map(str, address))}" if address else "the base"


def _others(cells: dict[Vector, Address]) -> str:
    more = len(cells) - 1
    return f" (and in {more} more)" if more else ""


def _core(labelling: Labelling) -> str:
    if labelling.margin is None or labelling.side == "outer":
        return ""
    kind = "sup-norm ball" if labelling.absolute else "shrunk cell"
    return f", margin {to_text(labelling.margin)} ({kind})"


def _enlarged(labelling: Labelling) -> str:
    return "" if labelling.side == "inner" else f", nor in one enlarged by {labelling.margin}"
