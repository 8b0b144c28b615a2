"""Extreme values of a piecewise affine function over the parts of a fractal distribution."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from exactnet.exact.rationals import Vector
from exactnet.exact.rows import Row, dehomogenised, dot
from exactnet.fractals.parts import Node, Parts, cut
from exactnet.geometry.polyhedron import Polyhedron
from exactnet.limits import Limits

Form = tuple[Row, int]


@dataclass(frozen=True, slots=True)
class Extreme:
    """An extreme value of f and a point of the part's support where it is taken."""

    value: Fraction
    point: Vector


class ExtremeSearch:
    """The greatest f over negatives of level 1..n, parts 0..n-1, and the least over positives, n.

    Starts from values that are taken somewhere; what cannot change them is not looked into.
    """

    def __init__(self, parts: Parts, known: Sequence[Extreme], limits: Limits) -> None:
        self.parts, self.limits, self.best = parts, limits, list(known)
        self.wanted: tuple[int, ...] = ()
        self.form: Form | None = None
        self.make: Callable[[], Form] = lambda: ((), 1)

    def add(self, polytope: Polyhedron, wanted: tuple[int, ...], make: Callable[[], Form]) -> None:
        """Look at a polytope inside K_0 for some parts only.

        ``make()`` gives (row, scale) with f = row . (x, 1) / scale there; it is called once at
        most, when the polytope is found to meet such a part.
        """
        self.wanted, self.make, self.form = wanted, make, None
        self._visit(polytope, self.parts.root)

    def _visit(self, piece: Polyhedron, node: Node) -> None:
        """Look at a piece, which lies in the node's cell, and below the node."""
        self.limits.check_now_and_then(0)
        useful = [k for k in self.wanted if k >= node.level]
        if useful and self.form is not None:
            values = self._values(piece, self.form)
            useful = [k for k in useful if self._better(k, values)]
        if node.level in useful:
            for drawn in self._drawn(piece, node):
                self._note(node.level, drawn)
        if any(k > node.level for k in useful):
            for child in self.parts.children(node):
                inside = cut(piece, child.facets)
                if inside is not None:
                    self._visit(inside, child)

    def _values(self, piece: Polyhedron, form: Form) -> list[Fraction]:
        """f at the vertices."""
        row, scale = form
        return [Fraction(dot(row, ray), scale * ray[-1]) for ray in piece.rays]

    def _better(self, part: int, values: Sequence[Fraction]) -> bool:
        known = self.best[part].value
        return min(values) < known if part == self.parts.depth else max(values) > known

    def _drawn(self, piece: Polyhedron, node: Node) -> Iterator[Polyhedron]:
        """What a piece has of the part that is drawn in the node's cell, in convex pieces."""
        if node.level < self.parts.depth and self.parts.central is None:
            yield from without(piece, [child.facets for child in self.parts.children(node)])
            return
        inside = piece if node.core is None else cut(piece, node.core)
        if inside is not None:
            yield inside

    def _note(self, part: int, piece: Polyhedron) -> None:
        self.form = self.form or self.make()
        values = self._values(piece, self.form)
        if self._better(part, values):
            value = min(values) if part == self.parts.depth else max(values)
            self.best[part] = Extreme(value, dehomogenised(piece.rays[values.index(value)]))


def without(piece: Polyhedron, holes: Sequence[Sequence[Row]]) -> list[Polyhedron]:
    """Convex pieces, disjoint up to their borders, whose union is the closure of piece - holes.

    A hole is given by its facets, rows <= 0 inside it. Nothing without interior is kept.

    >>> from exactnet.geometry.box import Box
    >>> line = Polyhedron.of_box(Box.of([(-1, 1)]))
    >>> hole = [(3, -1), (-3, -1)]  # [-1/3, 1/3]
    >>> [sorted(str(x) for (x,) in one.vertices()) for one in without(line, [hole])]
    [['1', '1/3'], ['-1', '-1/3']]
    """
    left = [piece]
    for facets in holes:
        left = [outside for one in left for outside in _outside(one, facets)]
    return left


def _outside(piece: Polyhedron, facets: Sequence[Row]) -> Iterator[Polyhedron]:
    """A piece minus one hole."""
    if any(min(piece.values(row)) >= 0 for row in facets):
        yield piece
        return
    inner: Polyhedron | None = piece
    for row in facets:
        if inner is None:
            return
        inner, outer = inner.split(row)
        if outer is not None:
            yield outer
