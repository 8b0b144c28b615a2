"""Definition 3: the fewest pieces of a polyhedral complex on whose cells the network is affine.

If every open region is convex and they meet in whole facets, they are such a complex. (Convex ones
need not: a facet of one may be shared by two others.) Otherwise each region that is not convex
needs at least two pieces, and merging cells as long as their union is convex gives upper bounds: a
tiling by convex polyhedra is a complex as soon as it is facet-to-facet (Gruber & Ryshkov 1989).
"""

import random
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from exactnet.exact.integer_matrices import IntegerMatrix
from exactnet.exact.rows import Row, primitive
from exactnet.regions.exact_vertices import Intersection
from exactnet.regions.kernel.columns import LENGTH, START
from exactnet.regions.patch import Array

if TYPE_CHECKING:
    from exactnet.regions.complex import RegionComplex

MAX_MERGED = 300  # merging is tried for complexes with at most so many cells
ORDERS = 24  # orders of merging that are tried


def convex_regions(
    cx: "RegionComplex", labels: Array, regions: int, proper: int
) -> tuple[int, int]:
    """Bounds (lo, hi) on definition 3; equal when every open region is convex."""
    tiling = Tiling(cx)
    sizes = np.bincount(labels, minlength=regions)
    order, ends = np.argsort(labels, kind="stable"), np.concatenate([[0], np.cumsum(sizes)])
    members = [order[a:b].tolist() for a, b in pairwise(ends.tolist())]
    bent = [group for group in members if len(group) > 1 and not tiling.is_convex(group)]
    if not bent:
        if tiling.is_facet_to_facet([group for group in members if len(group) > 1], labels):
            return regions, regions
        return regions + 1, proper
    low = regions + len(bent)
    if len(cx) > MAX_MERGED:
        return low, proper
    fixed = [group for group in members if group not in bent]
    counts = [tiling.merged(fixed, bent, random.Random(seed)) for seed in range(ORDERS)]
    return low, min([proper, *(count for count in counts if count is not None)])


class Tiling:
    """The facets of a complex with their hyperplanes, for questions about unions of cells."""

    def __init__(self, cx: "RegionComplex") -> None:
        self.cx = cx
        self.sides = cx.facet_cells.tolist()
        self.facets: list[list[int]] = [[] for _ in range(len(cx))]
        for facet, cells in enumerate(self.sides):
            for cell in cells:
                if cell >= 0:
                    self.facets[cell].append(facet)
        self.planes: dict[int, Row] = {}

    def plane(self, facet: int) -> Row:
        """The hyperplane of a facet as an integer form, normalised in sign."""
        if facet not in self.planes:
            self.planes[facet] = _hyperplane(self.cx, facet)
        return self.planes[facet]

    def border(self, cells: list[int]) -> list[int]:
        """The facets with some of the cells on one side only."""
        inside = set(cells)
        return [
            facet
            for cell in cells
            for facet in self.facets[cell]
            if sum(side in inside for side in self.sides[facet]) == 1
        ]

    def is_convex(self, cells: list[int]) -> bool:
        """Whether a union of cells, connected through facets, lies on one side of its facets."""
        starts, members = self.cx.cell_vertices
        ids = {v for cell in cells for v in members[starts[cell] : starts[cell + 1]].tolist()}
        planes = list({self.plane(facet) for facet in self.border(cells)})
        if not planes:
            return True
        rays = [self.cx.ray(v) for v in ids]
        values = IntegerMatrix.of(planes).times(list(zip(*rays, strict=True)))
        return all(min(row) >= 0 or max(row) <= 0 for row in values)

    def merged(
        self, fixed: list[list[int]], bent: list[list[int]], order: random.Random
    ) -> int | None:
        """Pieces after merging cells of bent regions in some order; None if not facet-to-facet."""
        groups = [*fixed, *(part for region in bent for part in self._merge(region, order))]
        owner = np.empty(len(self.facets), dtype=np.int64)
        for k, group in enumerate(groups):
            owner[group] = k
        joined = [group for group in groups if len(group) > 1]
        return len(groups) if self.is_facet_to_facet(joined, owner) else None

    def is_facet_to_facet(self, groups: list[list[int]], owner: Array) -> bool:
        """Whether each facet of these convex unions of cells has one union on its other side.

        Cells by themselves meet in whole facets, so only unions of several have to be looked at.
        """
        for group in groups:
            inside, across = set(group), dict[Row, set[int]]()
            for facet in self.border(group):
                a, b = self.sides[facet]
                other = b if a in inside else a
                whose = int(owner[other]) if other >= 0 else -1
                across.setdefault(self.plane(facet), set()).add(whose)
            if any(len(owners) > 1 for owners in across.values()):
                return False
        return True

    def _merge(self, region: list[int], order: random.Random) -> list[list[int]]:
        groups = {cell: [cell] for cell in region}
        inner = [f for f in {f for c in region for f in self.facets[c]}
                 if all(side in groups for side in self.sides[f])]  # fmt: skip
        inner.sort()
        order.shuffle(inner)
        for facet in inner:
            a, b = (groups[side] for side in self.sides[facet])
            if a is not b and self.is_convex([*a, *b]):
                union = [*a, *b]
                for cell in union:
                    groups[cell] = union
        return list({id(group): group for group in groups.values()}.values())


def _hyperplane(cx: "RegionComplex", facet: int) -> Row:
    plane = Intersection(cx.dim)
    for v in facet_vertices(cx, facet):
        if plane.complete:
            break
        plane.add(cx.ray(v))
    row = primitive(plane.ray())
    lead = next(v for v in row if v)
    return row if lead > 0 else tuple(-v for v in row)


def facet_vertices(cx: "RegionComplex", facet: int) -> list[int]:
    """The internal ids of the vertices of a (d-1)-face, rays at infinity included."""
    patch, d = cx.patch, cx.dim
    faces = {int(cx.finite[d - 1][facet])}
    for _ in range(d - 1):
        spans = [(patch.table[f, START], patch.table[f, LENGTH]) for f in faces]
        faces = {int(g) for start, length in spans for g in patch.pool[start : start + length]}
    return sorted(faces)
