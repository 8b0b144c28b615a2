"""Exact volumes and centres of mass of cells, by cutting them into simplices."""

from fractions import Fraction
from math import factorial, prod
from typing import TYPE_CHECKING

from exactnet.errors import InputError
from exactnet.exact.linalg import integer_determinant
from exactnet.exact.rationals import Vector
from exactnet.exact.rows import Row, centre, dehomogenised
from exactnet.regions.kernel.columns import LENGTH, START

if TYPE_CHECKING:
    from exactnet.regions.complex import RegionComplex


def interior_point(rays: list[Row]) -> Vector:
    """A point in the interior of the polyhedron with these vertices and directions."""
    return dehomogenised(centre(rays))


def simplices(cx: "RegionComplex", cell: int) -> list[tuple[int, ...]]:
    """A triangulation of a cell by its own vertices (internal ids): the pulling triangulation.

    Every face is the union of the joins of its first vertex with the simplices of the facets that
    do not contain it. The same face is cut in the same way in every cell that it bounds.
    """
    known: dict[int, list[tuple[int, ...]]] = {}
    return _triangulated(cx, int(cx.finite[cx.dim][cell]), cx.dim, known)


def _triangulated(
    cx: "RegionComplex", f: int, k: int, known: dict[int, list[tuple[int, ...]]]
) -> list[tuple[int, ...]]:
    if f in known:
        return known[f]
    start = cx.patch.table[f, START]
    members = cx.patch.pool[start : start + cx.patch.table[f, LENGTH]].tolist()
    if k == 1:
        result = [tuple(sorted(members))]
    else:
        parts = [_triangulated(cx, g, k - 1, known) for g in members]
        apex = min(v for part in parts for simplex in part for v in simplex)
        result = [
            (apex, *simplex)
            for part in parts
            if not any(apex in simplex for simplex in part)
            for simplex in part
        ]
    known[f] = result
    return result


def _weighted(cx: "RegionComplex", cell: int) -> list[tuple[Fraction, list[Row]]]:
    """The simplices of a cell with d! times their volumes."""
    found = []
    for simplex in simplices(cx, cell):
        rays = [cx.ray(v) for v in simplex]
        if any(not ray[-1] for ray in rays):
            raise InputError.about(
                "volume", "a bounded cell", f"cell {cell}, which is unbounded", "Give a box."
            )
        scale = prod(ray[-1] for ray in rays)
        found.append((Fraction(abs(integer_determinant(rays)), scale), rays))
    return found


def volume(cx: "RegionComplex", cell: int) -> Fraction:
    """The exact volume of a bounded cell."""
    parts = _weighted(cx, cell)
    return sum((part for part, _ in parts), start=Fraction(0)) / factorial(cx.dim)


def centroid(cx: "RegionComplex", cell: int) -> Vector:
    """The exact centre of mass of a bounded cell."""
    parts = _weighted(cx, cell)
    total = sum((part for part, _ in parts), start=Fraction(0)) * (cx.dim + 1)
    points = [(part, [dehomogenised(ray) for ray in rays]) for part, rays in parts]
    return tuple(
        sum((part * sum(x[j] for x in xs) for part, xs in points), start=Fraction(0)) / total
        for j in range(cx.dim)
    )
