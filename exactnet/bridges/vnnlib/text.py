"""VNN-LIB queries, and their texts in version 1.0 or 2.0 of the standard.

Both versions denote the same set: conjunctions of the same inequalities with the same decimals, in
the same order. 1.0 declares one constant a number (X_0, X_1, ..., Y_0). 2.0 declares the network
with its tensors in the shapes that our ONNX exports with ``batch=1`` have, and indexes them
(X[0,1], Y[0,0]). Its element type ``real`` says that the query is about the function over the
reals; with float32 in its place it would be about a runtime's rounded values. The grammar is the
one of the VNN-LIB Standard 2.0 (December 2025, appendix); its numbers have no exponents.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from exactnet.bridges.decimals import to_decimal
from exactnet.exact.rationals import Vector, to_text
from exactnet.exact.rows import Row
from exactnet.geometry.box import interval_rows

VERSIONS = ("1.0", "2.0")
NETWORK = "f"  # the name in 2.0: solvers take --network f=FILE


@dataclass(frozen=True, slots=True)
class VnnQuery:
    """The question for an x with lower <= x <= upper, rows <= 0 and f(x) beyond the threshold.

    ``positive`` queries ask for f <= threshold, the others for f >= threshold. ``rows`` are integer
    forms on (x, 1) for cells that are no boxes. ``note`` says what an answer proves.
    """

    name: str
    positive: bool
    lower: Vector
    upper: Vector
    rows: tuple[Row, ...]
    threshold: Fraction
    note: str

    def inside(self) -> list[list[Fraction]]:
        """The region as rows a with a . (x, 1) >= 0, as ``prove_property`` wants them."""
        rows = [*interval_rows(self.lower, self.upper), *self.rows]
        return [[Fraction(-v) for v in row] for row in rows]

    def goal(self, slack: Fraction = Fraction(0)) -> list[Fraction]:
        """The row over (x, f, 1) that says f >= threshold + slack (positive), or the mirror image.

        Proved with a slack > 0 it shows that the answer is "unsat"; refuted with slack 0, "sat".
        """
        sign = 1 if self.positive else -1
        zeros = [Fraction(0)] * len(self.lower)
        return [*zeros, Fraction(sign), -sign * self.threshold - slack]

    def atoms(self, version: str = "1.0") -> list[str]:
        """The conjuncts in VNN-LIB."""
        found = []
        for j, (low, high) in enumerate(zip(self.lower, self.upper, strict=True)):
            x = _name("X", j, version)
            found += [f"(>= {x} {to_decimal(low)})", f"(<= {x} {to_decimal(high)})"]
        found += [_halfspace(row, version) for row in self.rows]
        relation, y = "<=" if self.positive else ">=", _name("Y", 0, version)
        return [*found, f"({relation} {y} {to_decimal(self.threshold)})"]


@dataclass(frozen=True, slots=True)
class VnnProperties:
    """The queries of a claim, and in words what was rounded and what is left out.

    ``version`` is the one of the standard in which the texts are.
    """

    queries: tuple[VnnQuery, ...]
    notes: tuple[str, ...]
    version: str = "1.0"

    def text(self) -> str:
        """One VNN-LIB property: the disjunction of all queries."""
        return _document(self.queries, self.notes, self.version)

    def texts(self) -> Iterator[tuple[str, str]]:
        """The name of every query with its VNN-LIB property."""
        for query in self.queries:
            yield query.name, _document([query], self.notes, self.version)


def _name(tensor: str, j: int, version: str) -> str:
    """The entry j of the one example."""
    return f"{tensor}_{j}" if version == "1.0" else f"{tensor}[0,{j}]"


def _halfspace(row: Row, version: str) -> str:
    """An integer row <= 0 in VNN-LIB."""
    terms = [f"(* {_whole(v)} {_name('X', j, version)})" for j, v in enumerate(row[:-1]) if v]
    left = terms[0] if len(terms) == 1 else f"(+ {' '.join(terms)})"
    return f"(<= {left} {_whole(-row[-1])})"


def _whole(value: int) -> str:
    return f"{to_text(Fraction(value))}.0"


def _document(queries: Sequence[VnnQuery], notes: Sequence[str], version: str) -> str:
    """The text of a property with one query, or of the disjunction of several."""
    comments = [f"; {note}" for note in notes]
    comments += [f"; {query.name}: {query.note}" for query in queries]
    dim = len(queries[0].lower)
    if version == "1.0":
        lines = [*comments, *(f"(declare-const X_{j} Real)" for j in range(dim))]
        lines.append("(declare-const Y_0 Real)")
    else:
        lines = ["(vnnlib-version <2.0>)", *comments, f"(declare-network {NETWORK}"]
        lines += [f"  (declare-input X real [1,{dim}])", "  (declare-output Y real [1,1])", ")"]
    if len(queries) == 1:
        lines += [f"(assert {atom})" for atom in queries[0].atoms(version)]
    else:
        cases = [f"  (and {' '.join(query.atoms(version))})" for query in queries]
        lines += ["(assert (or", *cases, "))"]
    return "\n".join([*lines, ""])
