"""The regions route: every cell of the network's complex against the cells of K_n.

On each cell f is affine. The claim fails on positives iff some vertex of (cell n F_w(core)) has
f < c; it fails on negatives iff the part of the cell where f is too large is not covered by the
enclosures F_w(L). Both are decided by cutting polyhedra along integer hyperplanes.
"""

from exactnet.errors import LimitReached
from exactnet.exact.rationals import Vector
from exactnet.regions.reference import LinearCell, enumerate_cells
from exactnet.verification.celltree import Node, Tick, escaping_point, low_point, shifted_row
from exactnet.verification.claims import Claim
from exactnet.verification.verdicts import Limits, Progress

RESTS_ON: tuple[str, ...] = (
    "the exact enumeration of the network's complex (integer arithmetic)",
    "the cutting of its cells along the cells of K_n",
)

MAX_DEPTH = 256  # the tree of cells is walked recursively


def find_violation(claim: Claim, limits: Limits, progress: Progress) -> Vector | None:
    """A violating point, or None when the whole complex was checked; LimitReached otherwise."""
    if claim.labelling.depth > MAX_DEPTH:
        raise LimitReached(f"the regions route is for fractal depths up to {MAX_DEPTH}")
    root = Node.root(claim.labelling)
    steps = count = 0

    def tick() -> None:
        nonlocal steps
        steps += 1
        if steps % 256 == 0:
            limits.check(count)
            progress(f"regions: {count} cells checked")

    for cell in enumerate_cells(claim.network, claim.domain):
        count += 1
        if count % 64 == 0:
            limits.check(count)
        point = _positive_violation(claim, cell, root, tick)
        point = point or _negative_violation(claim, cell, root, tick)
        if point is not None:
            return point
    return None


def _positive_violation(claim: Claim, cell: LinearCell, root: Node, tick: Tick) -> Vector | None:
    """A positive point with f < c."""
    row = shifted_row(cell.rows[0], cell.scale, claim.threshold)
    return low_point(cell.polyhedron, root, row, tick)


def _negative_violation(claim: Claim, cell: LinearCell, root: Node, tick: Tick) -> Vector | None:
    """A negative point with f > -c (with f >= 0 for c = 0)."""
    row = shifted_row(cell.rows[0], cell.scale, -claim.threshold)
    values = cell.polyhedron.values(row)
    if max(values) < 0 or (claim.threshold > 0 and max(values) == 0):
        return None
    accepted = cell.polyhedron.below(tuple(-v for v in row))
    return None if accepted is None else escaping_point(accepted, root, tick)
