"""The Z3 route: the unrolled network and the cells of K_n, two satisfiability questions.

Is there a positive point with f < c? Is there a negative one with f > -c? Membership is written
from the maps F_w and their inverses, cell by cell, independently of the regions route. The
formulas have r^n cells, so this route is for small n.
"""

from exactnet.errors import LimitReached
from exactnet.exact.rationals import Vector
from exactnet.fractals.labelling import Labelling
from exactnet.fractals.prefractal import inverses
from exactnet.geometry.affine import AffineMap
from exactnet.geometry.box import interval_rows
from exactnet.limits import Limits, Progress
from exactnet.verification import smt
from exactnet.verification.claims import Claim

RESTS_ON: tuple[str, ...] = ("Z3 (linear real arithmetic) on the unrolled network",)
MAX_CELLS = 4096
MAX_DEPTH = 64  # with a single map, formulas nest once a level


def find_violation(claim: Claim, limits: Limits, progress: Progress) -> Vector | None:
    """A violating point, or None when Z3 finds that there is none; LimitReached otherwise."""
    labelling = claim.labelling
    cells = labelling.ifs.r**labelling.depth
    if labelling.depth > MAX_DEPTH:
        raise LimitReached(f"the Z3 route is for fractal depths up to {MAX_DEPTH}")
    if cells > MAX_CELLS:
        raise LimitReached(f"{cells} cells are more than the {MAX_CELLS} of the Z3 route")
    x = smt.variables("x", labelling.ifs.dim)
    outputs, equations = smt.encode(claim.network, x)
    f, c = outputs[0], smt.number(claim.threshold)
    if claim.domain is not None:
        equations += [smt.below(row, x) for row in claim.domain.outer_rows()]
    progress("z3: looking for a positive point that is rejected")
    wrong = f < c
    point = smt.find_model([*equations, positive(labelling, x), wrong], x, limits)
    if point is None:
        progress("z3: looking for a negative point that is accepted")
        wrong = f > -c if claim.threshold else f >= 0
        point = smt.find_model([*equations, negative(labelling, x), wrong], x, limits)
    return point


def positive(labelling: Labelling, x: list[smt.Term]) -> smt.Formula:
    """x lies in the positive part of some cell."""
    cells = []
    for cell in labelling.prefractal.cells():
        expansion = cell.map.inverse()
        core = labelling.core(expansion)
        if core is not None:
            cells.append(_inside(interval_rows(*core), expansion, x))
    return smt.Or(cells)


def negative(labelling: Labelling, x: list[smt.Term]) -> smt.Formula:
    """x lies in no enclosure F_w(L); coarse cells are excluded before their children."""
    rows = labelling.enclosure.outer_rows()

    def off(expansion: AffineMap, level: int) -> smt.Formula:
        outside = smt.Not(_inside(rows, expansion, x))
        if level == labelling.depth:
            return outside
        finer = [off(g.after(expansion), level + 1) for g in inverses(labelling.ifs.maps)]
        return smt.Or(outside, smt.And(finer))

    return off(AffineMap.identity(labelling.ifs.dim), 0)


def _inside(
    rows: tuple[tuple[int, ...], ...], expansion: AffineMap, x: list[smt.Term]
) -> smt.Formula:
    local = smt.image(expansion, x)
    return smt.And([smt.below(row, local) for row in rows])
