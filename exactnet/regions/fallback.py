"""Exact answers, in integers of any size, where the float filter cannot decide a sign."""

import numpy as np

from exactnet.exact.rows import Row
from exactnet.regions.domain import Domain
from exactnet.regions.exact_vertices import ExactLayers, between
from exactnet.regions.kernel import columns as col
from exactnet.regions.kernel import extract
from exactnet.regions.patch import Array, Patch
from exactnet.regions.plan import as_float
from exactnet.regions.signs import vertex_ray
from exactnet.regions.work import Work


class Fallback:
    """Exact vertices and signs of one network's patches."""

    def __init__(self, layers: ExactLayers, domain: Domain) -> None:
        self.layers, self.domain = layers, domain

    def ray(self, patch: Patch, v: int) -> Row:
        """The exact vertex of a patch, as an integer ray."""
        if v not in patch.rays:
            if patch.owners is None:
                patch.owners = extract.vertex_cells(
                    patch.table, patch.pool, patch.offsets, len(patch.vhist)
                )
            cell = patch.fhist[patch.owners[v]]
            layers = patch.layer + int(patch.unit > 0)
            patch.rays[v] = vertex_ray(self.layers, self.domain, layers, patch.vhist[v], cell)
        return patch.rays[v]

    def decide(self, patch: Patch, words: int, pairs: Array) -> None:
        """Write the signs of (vertex, unit) pairs into a patch's masks."""
        assert patch.vmask is not None
        last, before = -1, [0]
        for v, k in pairs.tolist():
            if v != last:
                last, ray = v, self.ray(patch, v)
                before = self.layers.pre_activations(ray, patch.layer)
                patch.values[v] = self._row(ray, before, patch)
                patch.rho[v] = 1.0
            if before[k]:
                column = (k >> 6) + (words if before[k] < 0 else 0)
                patch.vmask[v, column] |= np.uint64(1 << (k & 63))

    def answer(self, work: Work) -> None:
        """The signs at the new vertex of the edge at which the kernel stopped."""
        edge, unit = int(work.par[col.HELP]), int(work.par[col.UNIT])
        u, w = (int(work.table[edge, c]) for c in (col.ROOT_U, col.ROOT_W))
        ray = between(
            self._ray_in(work, u), self._ray_in(work, w),
            self._before(work, u)[unit], self._before(work, w)[unit],
        )  # fmt: skip
        before = self.layers.pre_activations(ray, work.patch.layer)
        work.answer[:] = 0
        for k, value in enumerate(before):
            if value:
                side = 0 if value > 0 else work.plan.words
                work.answer[side + (k >> 6)] |= np.uint64(1 << (k & 63))
        work.par[col.ANSWERED] = edge
        x = int(work.par[col.VERTICES])
        work.values[x], work.rho[x] = self._row(ray, before, work.patch), 1.0
        work.patch.rays[x], work.before[x] = ray, before

    def _ray_in(self, work: Work, v: int) -> Row:
        """The exact vertex during a cut: old, or new between the roots of its edge."""
        if v not in work.patch.rays and v >= len(work.patch.vhist):
            _, u, w, unit = work.origin[v].tolist()
            work.patch.rays[v] = between(
                self._ray_in(work, u), self._ray_in(work, w),
                self._before(work, u)[unit], self._before(work, w)[unit],
            )  # fmt: skip
        return self.ray(work.patch, v)

    def _before(self, work: Work, v: int) -> list[int]:
        if v not in work.before:
            ray = self._ray_in(work, v)
            work.before[v] = self.layers.pre_activations(ray, work.patch.layer)
        return work.before[v]

    def _row(self, ray: Row, before: list[int], patch: Patch) -> Array:
        """The exact values at a vertex, rounded."""
        weight = self.domain.weight(ray)
        factor = weight * self.layers.factor(patch.layer)
        row = [as_float(value / factor)[0] for value in before]
        ends = [as_float(value / weight)[0] for value in (ray[-1], *ray[:-1])]
        return np.array([*row, *ends])
