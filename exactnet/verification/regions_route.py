"""The regions route: the network's complex, refined by the levels of f, against the cells of K_n.

The hyperplanes f = c and f = -c are added to the network's own, so that on every face of the
complex f stays on one side of both. Then

- no negative is accepted iff every closed face on which f is too large (f >= 0 for c = 0, else
  f > -c) is covered by the enclosures F_w(L). Faces with all vertices in one enclosure are;
  others are cut along the enclosures' facets until something is left over or nothing is;
- every positive is accepted iff {f >= c}, a closed union of cells, contains every core F_w(C). It
  does iff the volumes of its parts in each core add up to the core's: f < c is open, so where it
  meets a core with interior it takes volume from it.

Both are decided in integers. The volumes need cores with interior and all of R^d; otherwise each
cell with f < c is cut down to every core it could meet.
"""

from collections.abc import Iterator
from fractions import Fraction
from math import prod

from exactnet.errors import LimitReached
from exactnet.exact.rationals import Vector
from exactnet.exact.rows import dot
from exactnet.geometry.box import Box
from exactnet.geometry.polyhedron import Polyhedron
from exactnet.limits import Limits, Progress
from exactnet.regions.faces import Part, complex_parts
from exactnet.regions.levels import with_level_units
from exactnet.regions.reference import enumerate_cells
from exactnet.verification.celltree import Node, Tick, escaping_point, low_point, shifted_row
from exactnet.verification.claims import Claim

RESTS_ON: tuple[str, ...] = (
    "the exact enumeration of the network's complex (integer arithmetic)",
    "the cells of K_n against those of the complex (exact volumes and cutting)",
)

MAX_DEPTH = 256  # the tree of cells is walked recursively


def find_violation(claim: Claim, limits: Limits, progress: Progress) -> Vector | None:
    """A violating point, or None when the whole complex was checked; LimitReached otherwise."""
    if claim.labelling.depth > MAX_DEPTH:
        raise LimitReached(f"the regions route is for fractal depths up to {MAX_DEPTH}")
    search = _Search(claim, limits, progress)
    point = search.negatives_and_volumes()
    return search.positive() if point is None else point


class _Search:
    """One claim, the tree of its cells, and what is known of the volumes in each core."""

    def __init__(self, claim: Claim, limits: Limits, progress: Progress) -> None:
        self.claim, self.limits, self.progress = claim, limits, progress
        self.root = Node.root(claim.labelling)
        self.volumes: dict[tuple[int, ...], Fraction] = {}
        self.cells = self.steps = 0

    def tick(self) -> None:
        """Keep the limits."""
        self.steps += 1
        if self.steps % 256 == 0:
            self.limits.check(self.cells)
            self.progress(f"regions: {self.cells} cells checked")

    def negatives_and_volumes(self) -> Vector | None:
        """A negative point that is accepted; meanwhile, the volumes of {f >= c} in the cores."""
        claim = self.claim
        strict = claim.threshold > 0
        levels = (claim.threshold, -claim.threshold) if strict else (claim.threshold,)
        net = with_level_units(claim.network, 0, levels)
        for part in complex_parts(net, claim.domain, self.limits):
            self.cells += part.cells
            for face in _accepted(part, strict):
                self.tick()
                polyhedron = part.polyhedron(*face)
                if not _enclosed(polyhedron, self.root):
                    point = escaping_point(polyhedron, self.root, self.tick)
                    if point is not None:
                        return point
            if claim.domain is None:
                for cell in part.faces_where(part.dim, -2 if strict else -1, at_least=True):
                    self.tick()
                    self._add_volumes(part.polyhedron(part.dim, cell), self.root, ())
        return None

    def positive(self) -> Vector | None:
        """A positive point with f < c, in the first core whose volume is not filled."""
        if self.claim.domain is not None:
            return self._low_point(self.claim.domain)
        for path, node in _leaves(self.root, (), self.tick):
            wanted = _core_volume(node)
            if wanted is None or (wanted and self.volumes.get(path, Fraction(0)) == wanted):
                continue
            point = self._low_point(_surrounding(node))
            if point is not None:
                return point
        return None

    def _add_volumes(self, piece: Polyhedron, node: Node, path: tuple[int, ...]) -> None:
        rows = (node.core or ()) if node.is_leaf else node.facets
        if node.is_leaf and node.core is None:
            return
        for row in rows:
            values = piece.values(row)
            if min(values) >= 0:
                return
            if max(values) > 0:
                below = piece.below(row)
                if below is None:
                    return
                piece = below
        if node.is_leaf:
            self.volumes[path] = self.volumes.get(path, Fraction(0)) + piece.volume()
            return
        for k, child in enumerate(node.children()):
            self.tick()
            self._add_volumes(piece, child, (*path, k))

    def _low_point(self, box: Box) -> Vector | None:
        """A positive point of a box with f < c, cell by cell."""
        claim = self.claim
        for cell in enumerate_cells(claim.network, box):
            row = shifted_row(cell.rows[0], cell.scale, claim.threshold)
            point = low_point(cell.polyhedron, self.root, row, self.tick)
            if point is not None:
                return point
        return None


def _accepted(part: Part, strict: bool) -> Iterator[tuple[int, int]]:
    """The faces (k, index) that negatives must not meet: where f > -c, or f >= 0 for c = 0."""
    if strict:
        for cell in part.faces_where(part.dim, -1, at_least=False):
            yield part.dim, cell
        return
    inner: set[int] = set()
    for k in range(part.dim, -1, -1):
        faces = part.faces_where(k, -1, at_least=True)
        for face in faces:
            if face not in inner:
                yield k, face
        inner = {int(g) for face in faces for g in part.boundary(k, face)} if k else set()


def _enclosed(polyhedron: Polyhedron, node: Node) -> bool:
    """Whether the polyhedron lies in the enclosure of one leaf (False when it may not)."""
    while all(dot(row, ray) <= 0 for row in node.facets for ray in polyhedron.rays):
        if node.is_leaf:
            return True
        first = polyhedron.rays[0]
        node = next(
            (
                child
                for child in node.children()
                if all(dot(row, first) <= 0 for row in child.facets)
            ),
            node.children()[0],
        )
    return False


def _leaves(
    node: Node, path: tuple[int, ...], tick: Tick
) -> Iterator[tuple[tuple[int, ...], Node]]:
    tick()
    if node.is_leaf:
        yield path, node
        return
    for k, child in enumerate(node.children()):
        yield from _leaves(child, (*path, k), tick)


def _core_volume(node: Node) -> Fraction | None:
    """The volume of a leaf's core; None when the cell holds no positive points."""
    bounds = node.labelling.core(node.expansion)
    if bounds is None:
        return None
    sides = (b - a for a, b in zip(*bounds, strict=True))
    return prod(sides, start=Fraction(1)) / abs(node.expansion.determinant())


def _surrounding(node: Node) -> Box:
    """A box around a leaf."""
    cell = node.expansion.inverse()
    corners = [cell(v) for v in node.labelling.ifs.base.vertices()]
    return Box(
        tuple(map(min, zip(*corners, strict=True))), tuple(map(max, zip(*corners, strict=True)))
    )
