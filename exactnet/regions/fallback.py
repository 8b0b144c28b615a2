"""Exact answers, in integers of any size, where the float filter cannot decide a sign.

A vertex is determined by its signs: the facets of the domain it lies on, and the units that vanish
there, whose affine forms on any cell around it meet in that point only. (A unit that vanishes at
the vertex contributes 0 to later layers on either side, so any cell around it will do.)
"""

from math import inf

import numpy as np

from exactnet.exact.rows import Row, dot
from exactnet.regions.domain import Domain
from exactnet.regions.exact_vertices import ExactLayers, LayerForms
from exactnet.regions.kernel import columns as col
from exactnet.regions.kernel import extract
from exactnet.regions.kernel.values import CEILING
from exactnet.regions.patch import Array, Patch
from exactnet.regions.plan import ratio
from exactnet.regions.signs import Signs, as_integers
from exactnet.regions.work import Work

SIXTEEN_ULP = 2.0**-49


class Fallback:
    """Exact vertices and signs of one network's patches."""

    def __init__(self, layers: ExactLayers, domain: Domain) -> None:
        self.layers, self.domain = layers, domain

    def ray(self, patch: Patch, v: int) -> Row:
        """The exact vertex of a patch, as an integer ray."""
        if v not in patch.rays:
            layers = patch.layer + int(patch.unit > 0)
            forms = self._forms(patch, int(_owners(patch)[1][v]), layers)
            above, below = as_integers(patch.vhist[v])
            signs = Signs(self.domain, above, below, self.layers.carried)
            patch.rays[v] = signs.meeting_point(forms)
        return patch.rays[v]

    def decide(self, patch: Patch, words: int, pairs: Array) -> None:
        """Write the signs of (vertex, unit) pairs of the next layer into a patch's masks.

        What was stored at such a vertex may have been far off, and with it the error bounds, which
        are made of the largest stored values: they are raised to what the exact ones need.
        """
        assert patch.vmask is not None
        last, values = -1, [0]
        for v, k in pairs.tolist():
            if v != last:
                last, ray = v, self.ray(patch, v)
                forms = self._forms(patch, int(_owners(patch)[1][v]), patch.layer + 1)[-1]
                values = [dot(form, ray) for form in forms.rows]
                row, good = self._row(ray, values, forms)
                patch.values[v], patch.rho[v] = row, 1.0 if good else inf
                if good:
                    _raise(patch.bound, row)
            if values[k]:
                column = (k >> 6) + (words if values[k] < 0 else 0)
                patch.vmask[v, column] |= np.uint64(1 << (k & 63))

    def answer(self, work: Work) -> None:
        """The signs at the new vertex of the edge at which the kernel stopped.

        The vertex is where the unit that cuts, what vanishes on the face of the layer's start that
        the edge lies in, and the units of this layer that vanish on the edge meet.
        """
        edge, unit, patch = int(work.par[col.HELP]), int(work.par[col.UNIT]), work.patch
        face = int(work.table[edge, col.ORIGIN])
        forms = self._forms(patch, int(_owners(patch)[0][face]), patch.layer + 1)
        first = self.domain.bits + forms[-1].first
        known = (1 << first) - 1
        above, below = (part & known for part in as_integers(patch.fhist[face]))
        here = [part << first for part in as_integers(work.fmask[edge])]
        both = (here[0] & here[1]) | 1 << (first + unit)  # signs that change along the edge
        carried = self.layers.carried | (both & ~(1 << (first + unit))) >> self.domain.bits
        signs = Signs(self.domain, above | here[0] & ~both, below | here[1] & ~both, carried)
        ray = signs.meeting_point(forms)
        values = [dot(form, ray) for form in forms[-1].rows]
        self._write_answer(work, edge, values)
        x = int(work.par[col.VERTICES])
        work.values[x], good = self._row(ray, values, forms[-1])
        fits = bool((np.abs(work.values[x]) <= patch.bound[0] / SIXTEEN_ULP).all())
        work.rho[x] = 1.0 if good and fits else inf
        patch.rays[x] = ray

    def _forms(self, patch: Patch, cell: int, layers: int) -> tuple[LayerForms, ...]:
        positive = as_integers(patch.fhist[cell])[0] >> self.domain.bits
        return self.layers.forms(positive, layers)

    def _write_answer(self, work: Work, edge: int, values: list[int]) -> None:
        work.answer[:] = 0
        for k, value in enumerate(values):
            if value:
                side = 0 if value > 0 else work.plan.words
                work.answer[side + (k >> 6)] |= np.uint64(1 << (k & 63))
        work.par[col.ANSWERED] = edge

    def _row(self, ray: Row, values: list[int], forms: LayerForms) -> tuple[Array, bool]:
        """The exact values at a vertex, and whether these floats are within half an ulp."""
        weight = self.domain.weight(ray)
        times, divisor = weight.denominator, weight.numerator
        row = [ratio(value * times, divisor * forms.factor) for value in values]
        row += [ratio(value * times, divisor) for value in (ray[-1], *ray[:-1])]
        return np.array([value for value, _ in row]), all(good for _, good in row)


def _raise(bound: Array, row: Array) -> None:
    """Make every error bound at least 16 ulp of a value, as ``kernel.locate`` needs."""
    needed = np.abs(row) * SIXTEEN_ULP
    low = np.flatnonzero(bound[0] < needed)
    bound[0, low] = np.where(needed[low] < CEILING, needed[low], inf)
    bound[1, low] = 1.0 / bound[0, low]


def _owners(patch: Patch) -> tuple[Array, Array]:
    """For every face and every vertex of a patch a cell that it belongs to."""
    if patch.owners is None:
        patch.owners = extract.owners(patch.table, patch.pool, patch.offsets, len(patch.vhist))
    return patch.owners
