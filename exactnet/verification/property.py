"""Properties of any network: a polyhedron of inputs is mapped into halfspaces."""

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TypeAlias

from exactnet.errors import ConsistencyError, InputError, LimitReached
from exactnet.exact.rationals import RationalLike, Vector, as_vector, show_point, to_text
from exactnet.geometry.box import Box
from exactnet.limits import Limits, from_now
from exactnet.networks.network import ReluNetwork, as_network
from exactnet.verification.certificates.documents import (
    Certificate,
    Document,
    for_checker,
    network_document,
)
from exactnet.verification.certificates.trees import Violated, prove_implication
from exactnet.verification.claims import plain_outputs
from exactnet.verification.verdicts import Promise, Result, Verdict, Violation

Inequalities: TypeAlias = "Iterable[Sequence[RationalLike]]"
Rows: TypeAlias = Sequence[Sequence[Fraction]]
RESTS_ON = ("Farkas multipliers, found by exact linear programmes (the certificate)",)


@dataclass(frozen=True, slots=True)
class Halfspaces:
    """A polyhedron {x: a.x + b >= 0 for all rows (a_1, ..., a_m, b)}; it may be unbounded.

    >>> Halfspaces([[1, 0, -1]]).rows  # x_1 >= 1 in the plane
    ((1, 0, -1),)
    """

    rows: tuple[Sequence[RationalLike], ...]

    def __init__(self, rows: "Inequalities") -> None:
        object.__setattr__(self, "rows", tuple(map(tuple, rows)))


def prove_property(
    network: ReluNetwork,
    inside: "Box | Halfspaces | Inequalities",
    then: "Inequalities",
    limits: Limits | None = None,
) -> Result:
    """Whether every input in a polyhedron satisfies inequalities on inputs and outputs.

    ``inside`` is a box (or its sides), or Halfspaces (or their rows). For one input a list of pairs
    may mean either and is refused: write Box.of or Halfspaces. ``then`` are rows over the inputs,
    the outputs and 1, each meaning >= 0. A proof is a tree of cases by the signs of units, with
    Farkas multipliers at its leaves (see docs/reference/certificate-format.md); a refutation is a
    point. In the worst case the tree has two leaves to the power of the number of units.

    >>> from exactnet import ReluNetwork
    >>> net = ReluNetwork.of([([[1], [-1]], [0, 0]), ([[1, 1]], [0])])  # |x|
    >>> prove_property(net, Box.of([(-1, 1)]), [[0, -1, 1]]).verdict  # 1 - |x| >= 0
    <Verdict.PROVED: 'proved'>
    >>> prove_property(net, Box.of([(-1, 1)]), [[0, 1, "-1/2"]]).counterexample.point
    (Fraction(0, 1),)
    """
    start = time.monotonic()
    limits = from_now(limits)
    m, outputs = as_network(network).inputs, network.outputs
    rows = _polyhedron(inside, m)
    goals = _rows(then, m + outputs + 1, "then")
    words = f"{len(rows)} inequalities on the inputs imply {len(goals)} on the outputs"
    claim: Document = {
        "network": network_document(network),
        "inside": [[to_text(v) for v in row] for row in rows],
        "then": [[to_text(v) for v in row] for row in goals],
    }
    try:
        tree = prove_implication(
            for_checker(network), rows, [], [[(row, False) for row in goals]], limits
        )
        made = Certificate({"kind": "property", **claim}, {"rule": "tree", "tree": tree})
        result = Result(Verdict.PROVED, "tree", words, RESTS_ON, promise=Promise(lambda: made))
    except Violated as violated:
        point: tuple[Fraction, ...] = violated.args[0]
        shown = [to_text(v) for v in point]
        made = Certificate({"kind": "violation", **claim}, {"rule": "point", "point": shown})
        _confirm(network, rows, goals, point)
        result = Result(
            Verdict.REFUTED,
            "tree",
            words,
            ("evaluation at one rational point",),
            Violation(point, network(point)),
            promise=Promise(lambda: made),
        )
    except LimitReached as reached:
        result = Result(Verdict.UNKNOWN, "tree", words, (), reason=str(reached))
    return replace(result, seconds=time.monotonic() - start)


def _polyhedron(inside: "Box | Halfspaces | Inequalities", inputs: int) -> list[list[Fraction]]:
    """The rows of what the inputs are in."""
    if isinstance(inside, Box):
        return _box_rows(inside, inputs)
    if isinstance(inside, Halfspaces):
        return _rows(inside.rows, inputs + 1, "inside")
    entries = [as_vector(entry, f"inside[{k}]") for k, entry in enumerate(inside)]
    pairs = bool(entries) and all(len(entry) == 2 for entry in entries)
    if pairs and inputs == 1:
        raise InputError.about(
            "inside",
            "a Box or Halfspaces where there is one input",
            "a list of pairs, which may be sides or rows",
            "Write Box.of([(lo, hi)]) or Halfspaces([(a, b)]).",
        )
    if pairs:
        return _box_rows(Box.of(entries, "inside"), inputs)
    return _rows(entries, inputs + 1, "inside")


def _confirm(net: ReluNetwork, rows: Rows, goals: Rows, point: Vector) -> None:
    """Evaluate a violation by the definition."""
    known = (*point, *plain_outputs(net, point))

    def value(row: Sequence[Fraction], at: Vector) -> Fraction:
        return sum((a * v for a, v in zip(row[:-1], at, strict=True)), start=row[-1])

    held = all(value(row, point) >= 0 for row in rows)
    if not held or all(value(row, known) >= 0 for row in goals):
        raise ConsistencyError.about(
            "prove_property", "a point that violates it", show_point(point), "Report this bug."
        )


def _rows(given: Iterable[Sequence[RationalLike]], size: int, where: str) -> list[list[Fraction]]:
    rows = [list(as_vector(row, f"{where}[{k}]")) for k, row in enumerate(given)]
    for k, row in enumerate(rows):
        if len(row) != size:
            raise InputError.about(
                f"{where}[{k}]",
                f"{size} numbers (weights, then the constant)",
                str(len(row)),
                "Write 0 for what does not matter.",
            )
    return rows


def _box_rows(box: Box, inputs: int) -> list[list[Fraction]]:
    if box.dim != inputs:
        raise InputError.about("inside", f"{inputs} sides", str(box.dim), "Give one an input.")
    rows = []
    for j, (low, high) in enumerate(zip(box.lower, box.upper, strict=True)):
        unit = [Fraction(int(k == j)) for k in range(inputs)]
        rows += [[*unit, -low], [*(-v for v in unit), high]]
    return rows
