"""A complex in parts of bounded size, with exact polyhedra for its faces: what provers read."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from exactnet.exact.rows import Row, primitive
from exactnet.geometry.box import Box
from exactnet.geometry.polyhedron import Polyhedron
from exactnet.limits import Limits
from exactnet.networks.network import ReluNetwork
from exactnet.regions.engine import Engine, arithmetics
from exactnet.regions.forward import OverflowsError
from exactnet.regions.kernel.columns import LENGTH, START
from exactnet.regions.parts import cells_at_once
from exactnet.regions.patch import Patch
from exactnet.regions.setting import Setting
from exactnet.regions.warm import warm_up
from exactnet.regions.work import Work


def complex_parts(net: ReluNetwork, box: Box | None, limits: Limits) -> "Iterator[Part]":
    """All cells of a network's complex, a bounded number at a time, with their faces.

    A face on the border of two parts appears in both. On R^d cells may be cut by artificial
    hyperplanes, and faces at infinity are left out.
    """
    setting = Setting.of(net, box)
    warm_up()
    finished = 0
    for exact in arithmetics(net):
        engine = Engine(net, setting.domain, exact, lambda cells: limits.check_now_and_then(0))
        try:
            for number, patch in enumerate(_patches(engine)):
                if number >= finished:  # the same parts in the same order in both arithmetics
                    yield Part(engine, patch)
                    finished = number + 1
            return
        except OverflowsError:
            continue


def _patches(engine: Engine) -> Iterator[Patch]:
    for result in engine.patches(engine.start(), cells_at_once(engine)):
        if isinstance(result, Work):
            yield from engine.pieces(result)
        else:
            yield result


@dataclass(frozen=True, slots=True)
class Part:
    """Some cells of a complex with their faces; faces of dimension k >= 1 go by internal id."""

    engine: Engine
    patch: Patch

    @property
    def dim(self) -> int:
        """d."""
        return self.patch.dim

    @property
    def cells(self) -> int:
        """The number of cells."""
        return self.patch.cells

    def boundary(self, k: int, face: int) -> list[int]:
        """The (k-1)-faces of a k-face, k >= 1."""
        start = int(self.patch.table[face, START])
        members: list[int] = self.patch.pool[
            start : start + self.patch.table[face, LENGTH]
        ].tolist()
        return members

    def faces_where(self, k: int, unit: int, at_least: bool) -> list[int]:
        """The finite k-faces on which a unit (from the end: -1, -2) is >= 0, or > 0 inside."""
        patch, offsets = self.patch, self.patch.offsets
        first = int(offsets[k]) if k else 0
        history = patch.fhist[first : offsets[k + 1]] if k else patch.vhist
        bit, half = self.engine.bit_offsets[-1] + unit, self.engine.words
        column = bit >> 6 if not at_least else half + (bit >> 6)
        flag = (history[:, column] >> np.uint64(bit & 63)) & np.uint64(1) > 0
        chosen = ~flag if at_least else flag
        if self.engine.domain.facets[0][:-1] == (0,) * self.dim:  # R^d: bit 0 is set off infinity
            chosen &= history[:, 0] & np.uint64(1) > 0
        found: list[int] = (np.flatnonzero(chosen) + first).tolist()
        return found

    def ray(self, vertex: int) -> Row:
        """The exact vertex as an integer ray."""
        if self.patch.exact:
            row = self.patch.values[vertex].tolist()
            return primitive((*row[-self.dim :], row[-self.dim - 1]))
        return self.engine.ray(self.patch, vertex)

    def polyhedron(self, k: int, face: int) -> Polyhedron:
        """A face as a polyhedron, its constraints numbered like its facets."""
        if k == 0:
            return Polyhedron((self.ray(face),), (0,), 0)
        if k == 1:
            u, w = self.boundary(1, face)
            return Polyhedron((self.ray(u), self.ray(w)), (1, 2), 2)
        masks: dict[int, int] = {}
        facets = self.boundary(k, face)
        for number, facet in enumerate(facets):
            for v in self._vertices(k - 1, facet):
                masks[v] = masks.get(v, 0) | 1 << number
        return Polyhedron(tuple(map(self.ray, masks)), tuple(masks.values()), len(facets))

    def _vertices(self, k: int, face: int) -> set[int]:
        faces = {face}
        for level in range(k, 0, -1):
            faces = {g for f in faces for g in self.boundary(level, f)}
        return faces
