"""Exact integrals of affine functions over polytopes against the parts of a fractal distribution.

A distribution of depth n has n + 1 parts: the negatives of level l = 1..n and the positives, each a
probability measure. With U_w the uniform distribution on the cell F_w(K_0), A_i the matrix of F_i
and s = |det A_1| + ... + |det A_r|, the uniform distribution on a cell minus its children is

    (U_w - sum_i |det A_i| U_wi) / (1 - s)

(images have disjoint interiors). So every integral is a sum over cells of integrals against U_w,
and those are computed by walking down the tree of cells with what is left of the polytope. Below a
cell that lies in the polytope altogether nothing need be cut: a mean over all words is an iterated
mean over letters.
"""

from collections.abc import Callable, Sequence
from fractions import Fraction

from exactnet.exact import linalg
from exactnet.exact.rationals import Vector
from exactnet.exact.rows import Row
from exactnet.exact.sums import BalancedSum
from exactnet.fractals.parts import ONE, Node, Parts, cut
from exactnet.geometry.affine import AffineMap
from exactnet.geometry.integrals import integrals
from exactnet.geometry.polyhedron import Polyhedron

Tick = Callable[[], None]


class Integral:
    """A sum of integrals of affine forms, rows over (x, 1), over polytopes inside K_0.

    >>> from exactnet.fractals import gallery
    >>> box = gallery.cantor().base  # on [-1, 1], images [-1, -1/3] and [1/3, 1]
    >>> total = Integral(Parts(gallery.cantor(), 1, core=box, central=None), count=2)
    >>> low, high = Polyhedron.of_box(box).split((1, 0))
    >>> total.add(high, [(0, 1), (1, 0)])  # 1 and x, over [0, 1]
    >>> [[str(v) for v in row] for row in total.values()]  # negatives of level 1, positives
    [['1/2', '1/12'], ['1/2', '1/3']]

    Cost: one cut for every cell that a polytope's boundary meets.

    ``cells[k]`` is the sum over |w| = k of the integrals against U_w, ``letters[k]`` the same with
    weights |det A| of the last letter, ``cores[k]`` that against the boxes drawn from.
    """

    def __init__(self, parts: Parts, count: int, tick: Tick = lambda: None) -> None:
        self.parts, self.tick, n = parts, tick, parts.depth
        self.cells, self.letters, self.cores = (
            [[BalancedSum() for _ in range(count)] for _ in range(n + 1)] for _ in range(3)
        )
        self.shells = parts.central is None
        self.base = parts.ifs.base.volume()
        self.forms: tuple[Row, ...] = ()
        self.factor = ONE

    def add(self, polytope: Polyhedron, forms: Sequence[Row], factor: Fraction = ONE) -> None:
        """Add factor times the integrals of the forms over a polytope inside K_0."""
        self.forms, self.factor = tuple(forms), factor
        self.visit(polytope, self.parts.root)

    def visit(self, piece: Polyhedron, node: Node, known: Vector | None = None) -> None:
        """Add what the piece, which lies in the cell, contributes at and below the cell.

        ``known``: the piece's volume and its integrals, when it was not cut since the last cell.
        """
        self.tick()
        values = known or integrals(piece, (self._one(), *self.forms))
        full = self.base * node.ratio
        if not values[0]:
            return
        if values[0] == full:
            self._whole(node)
            return
        if self.shells:
            self._accumulate(self.cells[node.level], values[1:], ONE / full)
            self._accumulate(self.letters[node.level], values[1:], node.letter / full)
        if node.level == self.parts.depth or not self.shells:
            self._add_core(piece, node, values)
        if node.level < self.parts.depth:
            for child in self.parts.children(node):
                inside = cut(piece, child.facets)
                if inside is not None:
                    self.visit(inside, child, values if inside is piece else None)

    def _add_core(self, piece: Polyhedron, node: Node, values: Vector) -> None:
        box = self.parts.core if node.level == self.parts.depth else self.parts.central
        if box is None:
            return
        if node.core is not None:
            inside = cut(piece, node.core)
            if inside is None:
                return
            values = (ONE, *integrals(inside, self.forms))
        self._accumulate(self.cores[node.level], values[1:], ONE / (box.volume() * node.ratio))

    def _whole(self, node: Node) -> None:
        """The cell lies in the polytope: means of forms over it and over all cells below."""
        rows = [_composed(row, node.map) for row in self.forms]
        box, r, count = self.parts.ifs.base.centre, self.parts.ifs.r, ONE
        for level in range(node.level, self.parts.depth + 1):
            at = [_value(row, box) for row in rows]
            if self.shells:
                self._accumulate(self.cells[level], at, count)
            drawn = self.parts.core if level == self.parts.depth else self.parts.central
            if drawn is not None:
                self._accumulate(
                    self.cores[level], [_value(row, drawn.centre) for row in rows], count
                )
            if self.shells and level == node.level:
                self._accumulate(self.letters[level], at, node.letter)
            if level == self.parts.depth:
                break
            if self.shells:
                weighted = self._letters_below(rows)
                self._accumulate(self.letters[level + 1], weighted, count)
            rows = [self._mean(row) for row in rows]
            count *= r

    def _letters_below(self, rows: Sequence[Vector]) -> list[Fraction]:
        """sum_i |det A_i| (row at the centre of F_i(K_0))."""
        maps, centre = self.parts.ifs.maps, self.parts.ifs.base.centre
        return [
            sum((abs(f.determinant()) * _value(row, f(centre)) for f in maps), start=Fraction(0))
            for row in rows
        ]

    def _mean(self, row: Vector) -> Vector:
        """The mean of row o F_i over i."""
        composed = [_composed(row, f) for f in self.parts.ifs.maps]
        return tuple(sum(c, start=Fraction(0)) / len(composed) for c in zip(*composed, strict=True))

    def _one(self) -> Row:
        return (0,) * self.parts.ifs.dim + (1,)

    def values(self) -> list[Vector]:
        """One vector a part; words of one length are equally likely."""
        r, n, gap = self.parts.ifs.r, self.parts.depth, self.parts.gap
        cells, letters, drawn = (
            [[total.value() / r**level for total in row] for level, row in enumerate(rows)]
            for rows in (self.cells, self.letters, self.cores)
        )
        if not self.shells or not gap:  # without a gap there are no negatives at all
            return [tuple(row) for row in drawn]
        negatives = [
            tuple((whole - r * below) / gap for whole, below in zip(cells[k], after, strict=True))
            for k, after in enumerate(letters[1:])
        ]
        return [*negatives, tuple(drawn[n])]

    def _accumulate(
        self, target: list[BalancedSum], values: Sequence[Fraction], factor: Fraction | int
    ) -> None:
        factor = self.factor * factor
        for total, value in zip(target, values, strict=True):
            if value:
                total.add(value * factor)


def _composed(row: Sequence[Fraction | int], f: AffineMap) -> Vector:
    """The affine form row o f over (x, 1)."""
    normal = tuple(map(Fraction, row[:-1]))
    slopes = linalg.mat_vec(linalg.transpose(f.matrix), normal)
    return (*slopes, linalg.inner(normal, f.translation) + row[-1])


def _value(row: Vector, x: Vector) -> Fraction:
    return linalg.inner(row[:-1], x) + row[-1]
