"""The tree of cells F_w(K_0) as integer halfspaces, and what a polyhedron has to do with it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction

from exactnet.exact.rationals import Vector
from exactnet.exact.rows import Row, dehomogenised, dot, primitive
from exactnet.fractals.labelling import Labelling
from exactnet.fractals.prefractal import inverses
from exactnet.geometry.affine import AffineMap
from exactnet.geometry.box import interval_rows
from exactnet.geometry.polyhedron import Polyhedron

Tick = Callable[[], None]  # called at every step, to keep limits
MAX_KEPT = 4096  # coarse levels with at most so many cells are kept, finer ones made anew


@dataclass(slots=True)
class Node:
    """One cell F_w(L): its inverse map, its facets as forms <= 0 inside, children on demand.

    L is the labelling's enclosure. At the leaves ``core`` holds the forms of the positive part,
    None where a cell has none.
    """

    labelling: Labelling
    level: int
    expansion: AffineMap
    facets: tuple[Row, ...] = ()
    core: tuple[Row, ...] | None = None
    _children: list["Node"] = field(default_factory=list)

    @classmethod
    def root(cls, labelling: Labelling) -> "Node":
        """The tree of a labelling; nodes are made when first visited."""
        return cls._make(labelling, 0, AffineMap.identity(labelling.ifs.dim))

    @classmethod
    def _make(cls, labelling: Labelling, level: int, expansion: AffineMap) -> "Node":
        node = cls(labelling, level, expansion)
        node.facets = pull_back(labelling.enclosure.outer_rows(), expansion)
        if level == labelling.depth:
            bounds = labelling.core(expansion)
            if bounds is not None:
                node.core = pull_back(interval_rows(*bounds), expansion)
        return node

    @property
    def is_leaf(self) -> bool:
        """Whether this is a cell of the full depth."""
        return self.level == self.labelling.depth

    def children(self) -> list["Node"]:
        """The cells one level finer."""
        if self._children:
            return self._children
        found = [
            Node._make(self.labelling, self.level + 1, inverse.after(self.expansion))
            for inverse in inverses(self.labelling.ifs.maps)
        ]
        if self.labelling.ifs.r ** (self.level + 1) <= MAX_KEPT:
            self._children = found
        return found


def pull_back(rows: tuple[Row, ...], f: AffineMap) -> tuple[Row, ...]:
    """The forms row o f, as primitive integer rows."""
    matrix = f.homogeneous_rows()
    columns = tuple(zip(*matrix, strict=True))
    return tuple(primitive([dot(row, column) for column in columns]) for row in rows)


def escaping_point(polyhedron: Polyhedron, node: Node, tick: Tick) -> Vector | None:
    """A point of the polyhedron that no leaf cell below the node contains; None if all do.

    Exact for closed sets of any dimension: what is left over after cutting along facets has its
    relative interior strictly outside every cell it was cut by. What one child leaves over is
    handed to the next, because touching or enlarged cells may share points.
    """
    left = next(_beyond(iter((polyhedron,)), node, tick), None)
    return None if left is None else left.interior_point()


def _beyond(pieces: Iterator[Polyhedron], node: Node, tick: Tick) -> Iterator[Polyhedron]:
    """What the leaf cells below a node leave over of the pieces, lazily."""
    for piece in pieces:
        tick()
        inside, outside = _cut(piece, node.facets)
        yield from outside
        if inside is not None and not node.is_leaf:
            left = iter((inside,))
            for child in node.children():
                left = _beyond(left, child, tick)
            yield from left


def _cut(piece: Polyhedron, facets: tuple[Row, ...]) -> tuple[Polyhedron | None, list[Polyhedron]]:
    """The part inside all facets, and the parts outside, which cover the rest."""
    for row in facets:
        values = piece.values(row)
        if min(values) >= 0 and max(values) > 0:
            return None, [piece]
    outside: list[Polyhedron] = []
    for row in facets:
        below, above = piece.split(row)
        if above is not None:
            outside.append(above)
        if below is None:
            return None, outside
        piece = below
    return piece, outside


def low_point(polyhedron: Polyhedron, node: Node, row: Row, tick: Tick) -> Vector | None:
    """A positive point of the polyhedron below the node at which the form is negative.

    A form that is non-negative on the vertices of a bounded polyhedron is so on all of it, hence
    only vertices of the polyhedron cut down to a cell's core have to be looked at.
    """
    tick()
    if node.is_leaf and node.core is None:
        return None
    piece = polyhedron
    for facet in (node.core or ()) if node.is_leaf else node.facets:
        if min(piece.values(row)) >= 0:
            return None
        below = piece.below(facet)
        if below is None:
            return None
        piece = below
    if node.is_leaf:
        negative = (ray for ray in piece.rays if dot(row, ray) < 0)
        return next(map(dehomogenised, negative), None)
    for child in node.children():
        point = low_point(piece, child, row, tick)
        if point is not None:
            return point
    return None


def shifted_row(row: Row, scale: int, threshold: Fraction) -> Row:
    """The integer form row/scale - threshold, up to a positive factor."""
    shifted = [threshold.denominator * v for v in row]
    shifted[-1] -= threshold.numerator * scale
    return primitive(shifted)
