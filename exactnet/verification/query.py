"""Queries as verifiers pose them: whether there is an input for which linear inequalities hold.

A query is a disjunction of cases, each a conjunction of inequalities on inputs and outputs, over
the reals. "No" is what is hoped for: VNN-LIB files describe what must not happen.
"""

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from exactnet.errors import ConsistencyError, InputError, LimitReached
from exactnet.exact.rationals import RationalLike, Vector, as_vector, show_point, to_text
from exactnet.limits import Limits, Progress, from_now, silent
from exactnet.networks.network import ReluNetwork, as_network
from exactnet.verification.certificates.documents import (
    Certificate,
    Document,
    for_checker,
    network_document,
)
from exactnet.verification.certificates.trees import Tree, Violated, prove_implication
from exactnet.verification.check import MAX_MEMORY, Implication, Malformed, Rejected, excluded
from exactnet.verification.claims import plain_outputs
from exactnet.verification.verdicts import Promise, Result, Verdict, Violation

RESTS_ON = ("Farkas multipliers, found by exact linear programmes (the certificate)",)
RELATIONS = (">=", ">")


@dataclass(frozen=True, slots=True)
class Inequality:
    """row . (x, y, 1) >= 0, or > 0 if strict, with x the inputs and y the outputs."""

    row: Vector
    strict: bool = False

    def holds(self, x: Vector, y: Vector) -> bool:
        """Whether inputs and outputs satisfy it."""
        terms = (a * v for a, v in zip(self.row, (*x, *y, Fraction(1)), strict=True) if a)
        value = sum(terms, start=Fraction(0))
        return value > 0 or (value == 0 and not self.strict)


@dataclass(frozen=True, slots=True)
class Query:
    """Whether there is an x for which all inequalities of one of the cases hold."""

    inputs: int
    outputs: int
    cases: tuple[tuple[Inequality, ...], ...]

    def __post_init__(self) -> None:
        size = self.inputs + self.outputs + 1
        for i, case in enumerate(self.cases):
            for k, inequality in enumerate(case):
                if len(inequality.row) != size:
                    raise InputError.about(
                        f"query[{i}][{k}]", f"{size} numbers (inputs, outputs, constant)",
                        f"{len(inequality.row)}", "Write 0 for what does not matter.",
                    )  # fmt: skip

    @classmethod
    def of(
        cls,
        inputs: int,
        outputs: int,
        cases: Iterable[Iterable[tuple[Sequence[RationalLike], str]]],
    ) -> "Query":
        """A query from rows over (inputs, outputs, 1), each with its relation to 0.

        >>> query = Query.of(1, 1, [[([1, 0, 0], ">="), ([0, 1, -2], ">")]])  # x >= 0 and y > 2
        >>> query.case_of((1,), (3,))
        0

        Raises InputError for a row of another length, or another relation than ">=" and ">".
        """
        checked = tuple(
            tuple(
                _inequality(row, relation, f"query[{i}][{k}]")
                for k, (row, relation) in enumerate(case)
            )
            for i, case in enumerate(cases)
        )
        return cls(inputs, outputs, checked)

    def case_of(self, x: Sequence[RationalLike], y: Sequence[RationalLike]) -> int | None:
        """The first case that inputs and outputs satisfy, if there is one."""
        x, y = as_vector(x, "inputs", self.inputs), as_vector(y, "outputs", self.outputs)
        held = (i for i, case in enumerate(self.cases) if all(row.holds(x, y) for row in case))
        return next(held, None)


def _inequality(row: Sequence[RationalLike], relation: str, where: str) -> Inequality:
    values = as_vector(row, where)
    if relation not in RELATIONS:
        raise InputError.about(
            where, "the relation >= or >", f"{relation!r:.20}", "Negate the row."
        )
    return Inequality(values, relation == ">")


@dataclass(frozen=True, slots=True)
class Satisfying(Violation):
    """A rational input that satisfies a query, the network's outputs there, and in which case."""

    case: int

    def words(self) -> str:
        """The point in a sentence."""
        shown = show_point(self.outputs)
        return f"x = {show_point(self.point)} satisfies the query: f(x) = {shown}"


def prove_query(
    network: ReluNetwork,
    query: Query,
    limits: Limits | None = None,
    progress: Progress = silent,
) -> Result:
    """Whether no input satisfies a query: proved, or refuted by one that does.

    Unless the middle of its box satisfies it, each case is refuted by a tree over the signs of
    units with Farkas multipliers at its leaves, in the worst case two leaves to the power of the
    number of units. See docs/reference/certificate-format.md, "unsatisfiable" and "satisfiable".

    >>> net = ReluNetwork.of([([[1], [-1]], [0, 0]), ([[1, 1]], [0])])  # |x|
    >>> inside = [([1, 0, 1], ">="), ([-1, 0, 1], ">=")]  # -1 <= x <= 1
    >>> prove_query(net, Query.of(1, 1, [[*inside, ([0, 1, -1], ">")]])).verdict  # |x| > 1
    <Verdict.PROVED: 'proved'>
    >>> found = prove_query(net, Query.of(1, 1, [[*inside, ([0, 1, -1], ">=")]])).counterexample
    >>> found.outputs
    (Fraction(1, 1),)

    Raises InputError for a query with other numbers of inputs or outputs.
    """
    start = time.monotonic()
    limits = from_now(limits)
    _check_shape(network, query)
    count = len(query.cases)
    words = f"no input satisfies the query ({count} case{'' if count == 1 else 's'})"
    try:
        result = _answer(network, query, limits, progress)
    except LimitReached as reached:
        result = Result(Verdict.UNKNOWN, "tree", words, (), reason=str(reached))
    return replace(result, claim=words, seconds=time.monotonic() - start)


def _answer(network: ReluNetwork, query: Query, limits: Limits, progress: Progress) -> Result:
    trees: list[Tree] = []
    try:
        net = for_checker(network)
    except Malformed as error:  # numbers too long for a certificate
        raise LimitReached(f"certificate: {error}") from None
    for k, case in enumerate(query.cases):
        progress(f"query: case {k + 1} of {len(query.cases)}")
        limits.check_now_and_then(0)
        middle = _middle(case, query.inputs)
        outputs = plain_outputs(network, middle)
        if all(inequality.holds(middle, outputs) for inequality in case):
            return _refuted(network, query, middle)
        facts = [(row.row, row.strict) for row in case]
        inside, alternatives, given = excluded(net, facts)
        try:
            tree = prove_implication(net, inside, [], alternatives, limits, given=given)
        except Violated as violated:
            return _refuted(network, query, violated.args[0])
        _confirm(Implication(net, inside, [], alternatives, given), tree)
        trees.append(tree)

    def make() -> Certificate:
        evidence: Document = {"rule": "trees", "trees": trees}
        return Certificate(_claim("unsatisfiable", network, query), evidence)

    return Result(Verdict.PROVED, "tree", "", RESTS_ON, promise=Promise(make))


def _middle(case: tuple[Inequality, ...], inputs: int) -> Vector:
    """The middle of the box in which a case looks for an input: worth a try before any proof."""
    low: dict[int, Fraction] = {}
    high: dict[int, Fraction] = {}
    for row in (one.row for one in case):
        about = [j for j, v in enumerate(row[:-1]) if v]
        if len(about) == 1 and about[0] < inputs:
            k = about[0]
            ends, sharper = (low, max) if row[k] > 0 else (high, min)
            bound = -row[-1] / row[k]
            ends[k] = sharper(ends.get(k, bound), bound)
    ends_of = ((low.get(k, high.get(k, 0)), high.get(k, low.get(k, 0))) for k in range(inputs))
    return tuple(Fraction(a + b) / 2 for a, b in ends_of)


def _confirm(implication: Implication, tree: Tree) -> None:
    """Let the checker read a tree."""
    try:
        implication.require_proved(tree)
    except Rejected as error:
        raise ConsistencyError.about(
            "query", "a tree that the checker accepts", str(error), "Report this bug."
        ) from None


def _claim(kind: str, network: ReluNetwork, query: Query) -> Document:
    """The claim of a certificate."""
    return {
        "kind": kind,
        "network": network_document(network),
        "query": [
            [[[to_text(v) if v else 0 for v in row.row], int(row.strict)] for row in case]
            for case in query.cases
        ],
    }


def _refuted(network: ReluNetwork, query: Query, point: Vector) -> Result:
    """The result for a point, after plain evaluation and the checker have confirmed it."""
    outputs = plain_outputs(network, point)
    case = query.case_of(point, outputs)
    if case is None:
        raise ConsistencyError.about(
            "query", "a point that satisfies it", show_point(point), "Report this bug."
        )
    evidence: Document = {"rule": "point", "case": case, "point": [to_text(v) for v in point]}
    promise = Promise.none("certificate: the query is too large")
    if 80 * sum(map(len, query.cases)) * len((*point, *outputs)) <= MAX_MEMORY:  # of its commas
        made = Certificate(_claim("satisfiable", network, query), evidence)
        try:
            made.checked()
            promise = Promise(lambda: made)
        except Malformed as error:
            promise = Promise.none(f"certificate: {error}")
    return Result(
        Verdict.REFUTED,
        "tree",
        "",
        ("evaluation at one rational point",),
        Satisfying(point, outputs, case),
        promise=promise,
    )


def _check_shape(network: ReluNetwork, query: Query) -> None:
    as_network(network)
    wanted, got = (network.inputs, network.outputs), (query.inputs, query.outputs)
    if wanted != got:
        raise InputError.about(
            "query",
            f"{wanted[0]} inputs and {wanted[1]} outputs, as the network has",
            f"{got[0]} and {got[1]}",
            "Take the query that belongs to the network.",
        )
