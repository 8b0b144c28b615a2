"""Claims as SMT-LIB 2 problems in QF_LRA, for any solver of linear real arithmetic: no rounding.

The network is unrolled with one variable per pre-activation and one if-then-else per unit, which
carries solvers further than nested terms or big-M constants. The text is written here and not by
Z3, so that solvers reading it check our own Z3 route as well.
"""

import os
from collections.abc import Iterator, Sequence
from fractions import Fraction

from exactnet.errors import InputError
from exactnet.exact.rationals import to_text
from exactnet.exact.rows import Row
from exactnet.exact.strict_json import write_text
from exactnet.fractals.labelling import Labelling
from exactnet.fractals.prefractal import inverses
from exactnet.geometry.affine import AffineMap
from exactnet.geometry.box import interval_rows
from exactnet.networks.layer import IDENTITY, RELU
from exactnet.networks.network import ReluNetwork
from exactnet.verification.claims import Claim

PARTS = ("any", "positives", "negatives")
MAX_CELLS = 4096


def to_smtlib(claim: Claim, path: str | os.PathLike[str] | None = None, part: str = "any") -> str:
    """The SMT-LIB text that asks for a point at which a claim fails; nothing is rounded.

    ``unsat`` means that the claim holds, ``sat`` that it is refuted by the model's x_0, x_1, ...
    ``part`` "positives" asks for a rejected positive point only, "negatives" for an accepted
    negative one; the claim holds if both are ``unsat``.

    >>> from exactnet import compile_ifs, gallery, realizes
    >>> claim = realizes(compile_ifs(gallery.cantor(), 1), gallery.cantor(), depth=1)
    >>> text = to_smtlib(claim)
    >>> text.splitlines()[-2:]
    ['(check-sat)', '(exit)']

    Raises InputError for more than 4096 cells. Cost: r^n cells.
    """
    if part not in PARTS:
        raise InputError.about("part", f"one of {', '.join(PARTS)}", f"{part!r:.40}", "Pick one.")
    labelling = claim.labelling
    if labelling.ifs.r > 1 and labelling.ifs.r**labelling.depth > MAX_CELLS:
        raise InputError.about(
            "depth", f"at most {MAX_CELLS} cells", "more", "Choose a smaller depth."
        )
    text = "\n".join([*_head(claim, part), *_lines(claim, part), "(check-sat)", "(exit)", ""])
    if path is not None:
        write_text(path, text)
    return text


def unrolled(net: ReluNetwork) -> Iterator[str]:
    r"""Declarations and equations of a network: inputs x_0, ..., outputs y_0, ...

    >>> net = ReluNetwork.of([([["1/2"]], [-1]), ([[1]], [0])])
    >>> print("\n".join(unrolled(net)))
    (declare-const x_0 Real)
    (declare-const h0_0 Real)
    (assert (= h0_0 (+ (* (/ 1.0 2.0) x_0) (- 1.0))))
    (declare-const y_0 Real)
    (assert (= y_0 (ite (>= h0_0 0.0) h0_0 0.0)))
    """
    terms = [f"x_{j}" for j in range(net.inputs)]
    yield from (f"(declare-const {term} Real)" for term in terms)
    for k, layer in enumerate(net.layers):
        prefix = "y" if k == net.depth else f"h{k}"
        names = [f"{prefix}_{i}" for i in range(layer.outputs)]
        for name, row, shift in zip(names, layer.weight, layer.bias, strict=True):
            yield f"(declare-const {name} Real)"
            yield f"(assert (= {name} {linear(row, terms, shift)}))"
        terms = [_unit(name, slope) for name, slope in zip(names, layer.slopes, strict=True)]


def number(value: Fraction) -> str:
    """A rational as an SMT-LIB term.

    >>> number(Fraction(-3, 4))
    '(- (/ 3.0 4.0))'
    """
    top, _, bottom = to_text(abs(value)).partition("/")
    term = f"(/ {top}.0 {bottom}.0)" if bottom else f"{top}.0"
    return f"(- {term})" if value < 0 else term


def linear(weights: Sequence[Fraction], terms: Sequence[str], shift: Fraction) -> str:
    """sum weights * terms + shift as an SMT-LIB term."""
    parts = [
        term if weight == 1 else f"(* {number(weight)} {term})"
        for weight, term in zip(weights, terms, strict=True)
        if weight
    ]
    if shift or not parts:
        parts.append(number(shift))
    return parts[0] if len(parts) == 1 else f"(+ {' '.join(parts)})"


def below(row: Sequence[Fraction] | Row, terms: Sequence[str]) -> str:
    """The halfspace row . (terms, 1) <= 0."""
    return f"(<= {linear([Fraction(v) for v in row[:-1]], terms, Fraction(row[-1]))} 0.0)"


def _unit(name: str, slope: Fraction) -> str:
    if slope == IDENTITY:
        return name
    left = "0.0" if slope == RELU else f"(* {number(slope)} {name})"
    return f"(ite (>= {name} 0.0) {name} {left})"


def _head(claim: Claim, part: str) -> list[str]:
    asked = {
        "any": "a point at which the claim fails",
        "positives": "a positive point that is rejected",
        "negatives": "a negative point that is accepted",
    }
    return [
        f"; claim: {claim.words()}",
        f"; sat: there is {asked[part]}; unsat: there is none",
        "(set-info :smt-lib-version 2.6)",
        "(set-logic QF_LRA)",
    ]


def _lines(claim: Claim, part: str) -> Iterator[str]:
    yield from unrolled(claim.network)
    x = [f"x_{j}" for j in range(claim.network.inputs)]
    if claim.domain is not None:
        yield from (f"(assert {below(row, x)})" for row in claim.domain.outer_rows())
    c = number(claim.threshold)
    accepted = f"(> y_0 {number(-claim.threshold)})" if claim.threshold else "(>= y_0 0.0)"
    wrong = {
        "positives": f"(and (< y_0 {c}) {_positive(claim.labelling, x)})",
        "negatives": f"(and {accepted} {_negative(claim.labelling, x)})",
    }
    yield (
        f"(assert (or {' '.join(wrong.values())}))" if part == "any" else f"(assert {wrong[part]})"
    )


def _positive(labelling: Labelling, x: list[str]) -> str:
    """x lies in the positive part of some cell."""
    cells = ["false"]
    for cell in labelling.prefractal.cells():
        expansion = cell.map.inverse()
        core = labelling.core(expansion)
        if core is not None:
            cells.append(_inside(interval_rows(*core), expansion, x))
    return f"(or {' '.join(cells)})"


def _negative(labelling: Labelling, x: list[str]) -> str:
    """x lies in no enclosure F_w(L); a point outside a coarse one is outside its children."""
    rows = labelling.enclosure.outer_rows()
    if labelling.ifs.r == 1:  # they are nested: off the innermost, at whatever depth
        [cell] = labelling.prefractal.cells()
        return f"(not {_inside(rows, cell.map.inverse(), x)})"

    def off(expansion: AffineMap, level: int) -> str:
        outside = f"(not {_inside(rows, expansion, x)})"
        if level == labelling.depth:
            return outside
        finer = [off(g.after(expansion), level + 1) for g in inverses(labelling.ifs.maps)]
        return f"(or {outside} (and {' '.join(finer)}))"

    return off(AffineMap.identity(labelling.ifs.dim), 0)


def _inside(rows: Sequence[Row], expansion: AffineMap, x: list[str]) -> str:
    """F_w^-1(x) satisfies the rows, as halfspaces of x itself."""
    pulled = []
    for row in rows:
        weights = [
            sum((a * m[j] for a, m in zip(row, expansion.matrix, strict=False)), Fraction(0))
            for j in range(len(x))
        ]
        moved = zip(row, expansion.translation, strict=False)
        shift = sum((a * t for a, t in moved), Fraction(row[-1]))
        pulled.append(below([*weights, shift], x))
    return f"(and {' '.join(pulled)})"
