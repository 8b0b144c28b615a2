"""Piecewise-linear functions on triangulations of the plane, as networks.

Let g_k be the affine function on triangle T_k. Suppose that for all j and k some affine h_jk has

    h_jk >= g_j on T_j    and    h_jk <= g_k on T_k,        with h_jj = g_j.

Then f = max_j min_k h_jk is g_k on every T_k: no term is above g_k there, since its h_jk is not,
and term k is no lower. All of this is compared at corners. An h_jk always exists: two triangles
that meet in a common face are separated by a line through just that face, and g_j plus a multiple
of the line's form will do; so the domain need be neither convex nor connected. Usually another g_i
serves (on a convex domain always, the lattice representation of Tarela & Martinez 1999), so few
extra functions are made, each by a linear programme, and each term keeps few of its h.

The same for the hat function of each vertex (1 there, 0 at others) gives f as a sum; where the
triangles around the vertex form a convex star that is relu of one minimum (He, Li, Xu & Zheng
2020). Large meshes have far smaller networks this way.
"""

from collections.abc import Sequence
from fractions import Fraction

from exactnet.constructions.extrema import lattice
from exactnet.errors import ConsistencyError, InputError, shown
from exactnet.exact.lp import Optimum, maximise
from exactnet.exact.rationals import RationalLike, Vector, as_vector
from exactnet.geometry.triangulation import Triangulation
from exactnet.networks.algebra import add
from exactnet.networks.atoms import Atoms
from exactnet.networks.layout import laid_out
from exactnet.networks.network import ReluNetwork

METHODS = ("auto", "lattice", "hats")
LARGE = 32  # triangles beyond which "auto" does not try the lattice

_ZERO, _ONE = Fraction(0), Fraction(1)


def surface(
    mesh: Triangulation, values: Sequence[RationalLike], method: str = "auto"
) -> ReluNetwork:
    """The network that is linear on each triangle and has the given values at the vertices.

    Exact on the union of the triangles; beyond it the network goes on in some piecewise-linear
    way. "lattice" is one maximum of minima, "hats" a sum of hat functions, "auto" the one with
    fewer units ("hats" above LARGE triangles). ``prove_surface`` proves the result triangle by
    triangle.

    >>> square = Triangulation.of([(0, 0), (1, 0), (1, 1), (0, 1)], [(0, 1, 2), (0, 2, 3)])
    >>> saddle = surface(square, [0, 1, 0, 1])  # |x - y|
    >>> saddle(["1/4", 1]), saddle.depth, saddle.neurons
    ((Fraction(3, 4),), 1, 2)

    Raises InputError for a wrong number of values.
    """
    if method not in METHODS:
        raise InputError.about("method", f"one of {', '.join(METHODS)}", shown(method, 20), "Pick.")
    heights = as_vector(values, "values", len(mesh.vertices))
    made = []
    if method == "lattice" or (method == "auto" and len(mesh) <= LARGE):
        made.append(lattice(_terms(mesh, heights)))
    if method != "lattice":
        made.append(_sum_of_hats(mesh, heights))
    return min(made, key=lambda net: (net.neurons, net.depth))


def _sum_of_hats(mesh: Triangulation, heights: Vector) -> ReluNetwork:
    hats, factors = [], []
    for v, height in enumerate(heights):
        if height:
            unit = tuple(Fraction(int(k == v)) for k in range(len(heights)))
            hats.append(lattice(_terms(mesh, unit)))
            factors.append(height)
    if not hats:
        return lattice([[[0, 0, 0]]])
    return laid_out(Atoms.of(add(hats, factors), across=False)).network


def _terms(mesh: Triangulation, heights: Vector) -> list[list[Vector]]:
    """The rows of max_j min_k h_jk, as few as a greedy choice leaves."""
    search = _Lattice(mesh, heights)
    sets = list(dict.fromkeys(search.term(j) for j in range(len(mesh))))
    kept = _cover([search.reached(chosen) for chosen in sets], len(mesh))
    return [[search.pool[h] for h in sorted(sets[t])] for t in kept]


class _Lattice:
    """The affine functions in use, and for each the triangles on which it is not too high."""

    def __init__(self, mesh: Triangulation, heights: Vector) -> None:
        self.mesh, self.heights = mesh, heights
        self.pool: list[Vector] = []
        self.values: list[Vector] = []  # of pool[h] at the vertices
        self.below: list[frozenset[int]] = []  # triangles k where pool[h] <= g_k
        self.above: list[frozenset[int]] = []  # where pool[h] >= g_k
        for row in dict.fromkeys(mesh.gradient(k, heights) for k in range(len(mesh))):
            self._take(row)

    def _take(self, row: Vector) -> int:
        """Add a function to the pool."""
        values = tuple(row[0] * x + row[1] * y + row[2] for x, y in self.mesh.vertices)
        gaps = [value - height for value, height in zip(values, self.heights, strict=True)]
        self.pool.append(row)
        self.values.append(values)
        self.below.append(self._triangles({v for v, gap in enumerate(gaps) if gap <= 0}))
        self.above.append(self._triangles({v for v, gap in enumerate(gaps) if gap >= 0}))
        return len(self.pool) - 1

    def _triangles(self, vertices: set[int]) -> frozenset[int]:
        """Those with all corners among given vertices."""
        triangles = enumerate(self.mesh.triangles)
        return frozenset(k for k, corners in triangles if vertices.issuperset(corners))

    def term(self, j: int) -> frozenset[int]:
        """Functions that are >= g_j on T_j, and for each k one that is <= g_k on T_k."""
        fit = [h for h in range(len(self.pool)) if j in self.above[h]]
        missing = set(range(len(self.mesh))).difference(*(self.below[h] for h in fit))
        while missing:
            h = self._take(self._between(j, min(missing)))
            fit.append(h)
            missing -= self.below[h]
        kept = _cover([self.below[h] for h in fit], len(self.mesh))
        return frozenset(fit[k] for k in kept)

    def _between(self, j: int, k: int) -> Vector:
        """An affine function that is >= g_j on T_j and <= g_k on T_k."""
        rows, limits = [], []
        for sign, triangle in ((-1, self.mesh.triangles[j]), (1, self.mesh.triangles[k])):
            for v in triangle:
                rows.append(tuple(sign * c for c in (*self.mesh.vertices[v], _ONE)))
                limits.append(sign * self.heights[v])
        found = maximise((_ZERO,) * 3, tuple(rows), tuple(limits))
        if not isinstance(found, Optimum):
            raise ConsistencyError.about(
                "surface", "a function between two triangles", f"none for {j}, {k}", "Report this."
            )
        return found.point

    def reached(self, chosen: frozenset[int]) -> frozenset[int]:
        """The triangles on which the minimum, which is nowhere above f, is f.

        It is concave and g_k is affine, so it is g_k on T_k if it is so at the corners.
        """
        lowest = (min(column) for column in zip(*(self.values[h] for h in chosen), strict=True))
        pairs = enumerate(zip(lowest, self.heights, strict=True))
        return self._triangles({v for v, (low, height) in pairs if low == height})


def _cover(sets: Sequence[frozenset[int]], size: int) -> list[int]:
    """Positions of sets that together hold 0..size-1, chosen greedily."""
    missing, chosen = set(range(size)), []
    while missing:
        best = max(range(len(sets)), key=lambda k: len(missing & sets[k]))
        chosen.append(best)
        missing -= sets[best]
    return chosen
