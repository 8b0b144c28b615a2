"""Closed convex polyhedra by their extreme rays in homogeneous integer coordinates.

A polyhedron P in R^d is kept as the cone over P x {1}: a vertex x is the primitive integer ray
(x*s, s) with s > 0, a direction of recession v is (v, 0). Cutting by a halfspace is one step of
the double description method (Motzkin et al. 1953): new rays lie on edges between a ray with
positive and one with negative value, and two rays span an edge exactly when no third ray lies on
every constraint that both lie on. Bounded, unbounded and lower-dimensional polyhedra need no
special case, and nothing is ever rounded. The cone must be pointed, so all of R^d is represented
by its 2^d orthants.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from itertools import product
from math import factorial, prod
from operator import and_, or_

from exactnet.exact.linalg import integer_determinant
from exactnet.exact.rationals import Vector
from exactnet.exact.rows import Row, centre, dehomogenised, dot, homogeneous, primitive
from exactnet.geometry.box import Box


@dataclass(frozen=True, slots=True)
class Polyhedron:
    """Extreme rays, and for each the bit mask of the constraints that it lies on.

    >>> square = Polyhedron.of_box(Box.of([(-1, 1), (-1, 1)]))
    >>> low, high = square.split((1, 1, 0))
    >>> len(low.rays), len(high.rays)
    (3, 3)
    """

    rays: tuple[Row, ...]
    masks: tuple[int, ...]
    constraints: int  # how many constraint bits are in use

    @classmethod
    def of_box(cls, box: Box) -> "Polyhedron":
        """The box as a polyhedron."""
        rays, masks = [], []
        for choice in product((0, 1), repeat=box.dim):
            corner = tuple((box.lower, box.upper)[c][j] for j, c in enumerate(choice))
            rays.append(homogeneous(corner))
            masks.append(sum(1 << (2 * j + c) for j, c in enumerate(choice)))
        return cls(tuple(rays), tuple(masks), 2 * box.dim)

    @classmethod
    def orthants(cls, dim: int) -> Iterator["Polyhedron"]:
        """The 2^dim closed orthants, which together cover R^dim."""
        for signs in product((1, -1), repeat=dim):
            rays = [(0,) * dim + (1,)]
            masks = [(1 << dim) - 1]
            for j, sign in enumerate(signs):
                rays.append(tuple(sign if k == j else 0 for k in range(dim + 1)))
                masks.append(((1 << (dim + 1)) - 1) & ~(1 << j))
            yield cls(tuple(rays), tuple(masks), dim + 1)

    def values(self, row: Row) -> list[int]:
        """The affine form ``row`` on every ray, up to each ray's positive scale."""
        return [dot(row, ray) for ray in self.rays]

    def has_point(self) -> bool:
        """Whether any point is finite (False for a cone of directions only)."""
        return any(ray[-1] for ray in self.rays)

    def interior_point(self) -> Vector:
        """A rational point in the relative interior."""
        return dehomogenised(centre(self.rays))

    def vertices(self) -> list[Vector]:
        """The finite extreme points."""
        return [dehomogenised(ray) for ray in self.rays if ray[-1]]

    def volume(self) -> Fraction:
        """The exact d-dimensional volume of a bounded polyhedron; 0 without interior.

        Every face is the union of the cones from its first vertex over the facets without it.
        """
        size = len(self.rays[0])
        total = Fraction(0)
        for simplex in self.simplices(range(len(self.rays))):
            rays = [self.rays[k] for k in simplex]
            total += Fraction(abs(integer_determinant(rays)), prod(ray[-1] for ray in rays))
        return total / factorial(size - 1)

    def simplices(self, order: Iterable[int]) -> list[tuple[int, ...]]:
        """The polyhedron cut into simplices of full dimension, as numbers of rays.

        Every face is cut from its first ray in ``order``; so two polyhedra that put the rays of a
        common face in the same order cut that face in the same way.
        """
        return self._simplices(tuple(order), len(self.rays[0]) - 1)

    def _simplices(self, face: tuple[int, ...], dim: int) -> list[tuple[int, ...]]:
        """A face cut into simplices of dimension ``dim``; none if it has a smaller dimension."""
        if dim == 0:
            return [face[:1]]
        common = reduce(and_, (self.masks[k] for k in face))
        bits = reduce(or_, (self.masks[k] for k in face)) & ~common
        smaller = {
            tuple(k for k in face if self.masks[k] >> bit & 1)
            for bit in range(bits.bit_length())
            if bits >> bit & 1
        }
        facets = [f for f in smaller if not any(set(f) < set(g) for g in smaller)]
        return [
            (face[0], *simplex)
            for facet in facets
            if face[0] not in facet
            for simplex in self._simplices(facet, dim - 1)
            if len(simplex) == dim
        ]

    def split(self, row: Row) -> tuple["Polyhedron | None", "Polyhedron | None"]:
        """The closed parts with row <= 0 and row >= 0; None for a part without relative interior.

        A polyhedron that lies on the hyperplane altogether is returned as the first part.
        """
        values = self.values(row)
        if max(values) <= 0:
            return self, None
        if min(values) >= 0:
            return None, self
        return self._half(values, -1), self._half(values, 1)

    def below(self, row: Row) -> "Polyhedron | None":
        """The closed part with row <= 0, of whatever dimension; None when it is empty."""
        values = self.values(row)
        if max(values) <= 0:
            return self
        if min(values) > 0:
            return None
        part = self._half(values, -1)
        return part if part.has_point() else None

    def _half(self, values: list[int], side: int) -> "Polyhedron":
        bit = 1 << self.constraints
        rays, masks = [], []
        for ray, mask, value in zip(self.rays, self.masks, values, strict=True):
            if value * side >= 0:
                rays.append(ray)
                masks.append(mask if value else mask | bit)
        for i, j in self._crossing_edges(values):
            a, b = abs(values[i]), abs(values[j])
            between = [b * x + a * y for x, y in zip(self.rays[i], self.rays[j], strict=True)]
            rays.append(primitive(between))
            masks.append(self.masks[i] & self.masks[j] | bit)
        return Polyhedron(tuple(rays), tuple(masks), self.constraints + 1)

    def _crossing_edges(self, values: list[int]) -> Iterator[tuple[int, int]]:
        positive = [k for k, value in enumerate(values) if value > 0]
        negative = [k for k, value in enumerate(values) if value < 0]
        for i, j in product(positive, negative):
            common = self.masks[i] & self.masks[j]
            if not any(
                mask & common == common for k, mask in enumerate(self.masks) if k not in (i, j)
            ):
                yield i, j
