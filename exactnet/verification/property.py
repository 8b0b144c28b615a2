"""Properties of any network: a polyhedron of inputs is mapped into halfspaces."""

import time
from collections.abc import Iterable, Sequence
from dataclasses import replace
from fractions import Fraction

from exactnet.errors import InputError, LimitReached
from exactnet.exact.rationals import RationalLike, as_rational, to_text
from exactnet.geometry.box import Box
from exactnet.limits import Limits
from exactnet.networks.network import ReluNetwork
from exactnet.verification.certificates.documents import (
    Certificate,
    Document,
    for_checker,
    network_document,
)
from exactnet.verification.certificates.trees import Violated, prove_implication
from exactnet.verification.verdicts import Promise, Result, Verdict, Violation

RESTS_ON = ("Farkas multipliers, found by exact linear programmes (the certificate)",)


def prove_property(
    network: ReluNetwork,
    inside: "Box | Iterable[Sequence[RationalLike]]",
    then: Iterable[Sequence[RationalLike]],
    limits: Limits | None = None,
) -> Result:
    """Whether every input in a polyhedron satisfies inequalities on inputs and outputs.

    ``inside`` is a box, or rows (a_1, ..., a_m, b), each meaning a.x + b >= 0; ``then`` are rows
    over the inputs, the outputs and 1. A proof is a tree of cases by the signs of units with Farkas
    multipliers at its leaves (see docs/reference/certificate-format.md); a refutation is a point.
    In the worst case the tree has two leaves to the power of the number of units.

    >>> from exactnet import ReluNetwork
    >>> net = ReluNetwork.of([([[1], [-1]], [0, 0]), ([[1, 1]], [0])])  # |x|
    >>> prove_property(net, Box.of([(-1, 1)]), [[0, -1, 1]]).verdict  # 1 - |x| >= 0
    <Verdict.PROVED: 'proved'>
    >>> prove_property(net, Box.of([(-1, 1)]), [[0, 1, "-1/2"]]).counterexample.point
    (Fraction(0, 1),)
    """
    start = time.monotonic()
    limits = replace(limits or Limits(), started=start)
    m, outputs = network.inputs, network.outputs
    rows = _box_rows(inside, m) if isinstance(inside, Box) else _rows(inside, m + 1, "inside")
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
        made.checked()  # independent evaluation
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


def _rows(given: Iterable[Sequence[RationalLike]], size: int, where: str) -> list[list[Fraction]]:
    rows = [[as_rational(v, where) for v in row] for row in given]
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
