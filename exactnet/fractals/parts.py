"""The parts of a fractal distribution, cell by cell, as integer halfspaces."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from exactnet.exact.rows import Row, dot, primitive
from exactnet.fractals.ifs import IFS
from exactnet.fractals.prefractal import inverses
from exactnet.geometry.affine import AffineMap
from exactnet.geometry.box import Box
from exactnet.geometry.polyhedron import Polyhedron

MAX_KEPT = 2**14  # coarse levels with at most so many cells are kept, finer ones made anew
ONE = Fraction(1)


@dataclass(slots=True)
class Node:
    """A cell F_w(K_0): its map and inverse, |det| of the map and of its last letter, facets.

    ``core`` are the facets of F_w(C), C the box that negatives (inside the tree) or positives (at
    its leaves) are drawn from, where this is not the whole cell.
    """

    level: int
    map: AffineMap
    inverse: AffineMap
    ratio: Fraction
    letter: Fraction
    facets: tuple[Row, ...]
    core: tuple[Row, ...] | None
    children: list["Node"] = field(default_factory=list)


@dataclass(slots=True)
class Parts:
    """The parts of a distribution: what is drawn in a cell, by boxes in its own coordinates.

    ``core`` is the box of the positives in a cell of level n, ``central`` that of the negatives in
    a cell above, None for the whole cell minus its children.
    """

    ifs: IFS
    depth: int
    core: Box
    central: Box | None
    root: Node = field(init=False)
    gap: Fraction = field(init=False)

    def __post_init__(self) -> None:
        self.gap = ONE - sum((abs(f.determinant()) for f in self.ifs.maps), start=Fraction(0))
        unit = AffineMap.identity(self.ifs.dim)
        self.root = self._node(0, unit, unit, ONE, ONE)

    def _node(
        self, level: int, f: AffineMap, inverse: AffineMap, ratio: Fraction, letter: Fraction
    ) -> Node:
        box = self.core if level == self.depth else self.central
        inner = None if box is None or box == self.ifs.base else _pulled_back(box, inverse)
        return Node(level, f, inverse, ratio, letter, _pulled_back(self.ifs.base, inverse), inner)

    def children(self, node: Node) -> list[Node]:
        """The cells one level finer."""
        if node.children:
            return node.children
        made = []
        for f, inverse in zip(self.ifs.maps, inverses(self.ifs.maps), strict=True):
            letter = abs(f.determinant())
            below = (node.map.after(f), inverse.after(node.inverse))
            made.append(self._node(node.level + 1, *below, node.ratio * letter, letter))
        if self.ifs.r ** (node.level + 1) <= MAX_KEPT:
            node.children = made
        return made

    def overlap(self, polytope: Polyhedron) -> Fraction:
        """The volume of the part of a polytope in the images F_1(K_0)..F_r(K_0)."""
        pieces = (cut(polytope, child.facets) for child in self.children(self.root))
        return sum((piece.volume() for piece in pieces if piece is not None), start=Fraction(0))


def _pulled_back(box: Box, inverse: AffineMap) -> tuple[Row, ...]:
    """The facets of F(box) as integer forms, each <= 0 inside."""
    columns = tuple(zip(*inverse.homogeneous_rows(), strict=True))
    return tuple(primitive([dot(row, column) for column in columns]) for row in box.outer_rows())


def cut(piece: Polyhedron, facets: Sequence[Row]) -> Polyhedron | None:
    """The part inside all facets; None when it has no interior."""
    for row in facets:
        values = piece.values(row)
        if min(values) >= 0:
            return None
        if max(values) > 0:
            below = piece.below(row)
            if below is None:
                return None
            piece = below
    return piece
