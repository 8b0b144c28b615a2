"""A patch while it is being cut: growing arrays, the kernel's parameters, the order of cells."""

from dataclasses import dataclass

import numpy as np

from exactnet.regions.kernel import columns as col
from exactnet.regions.kernel import extract, split
from exactnet.regions.patch import Array, Patch
from exactnet.regions.plan import LayerPlan

ROOM = 1024  # rows for new faces in the smallest patch


@dataclass(slots=True)
class Work:
    """The arrays that ``kernel.split`` cuts by one layer; more rows than in use."""

    patch: Patch
    plan: LayerPlan
    par: Array
    vmask: Array
    fmask: Array
    table: Array
    pool: Array
    values: Array
    rho: Array
    head: Array
    entries: Array
    touched: Array
    scratch: Array
    answer: Array
    origin: Array
    frames: Array

    @classmethod
    def of(cls, patch: Patch, plan: LayerPlan, max_cells: int) -> "Work":
        """Make room around a patch whose signs for the layer are known."""
        assert patch.vmask is not None
        faces, vertices, d = len(patch.table), len(patch.vhist), patch.dim
        par = np.zeros(col.PARAMETERS, dtype=np.int64)
        par[:] = (
            vertices, faces, len(patch.pool), 1, patch.unit, 1, col.FRESH, patch.cells,
            -1, -1, d, plan.units, int(patch.exact), max_cells,
        )  # fmt: skip
        more_f, more_v = 2 * faces + ROOM, 2 * vertices + ROOM
        signed = patch.vmask[:, : plan.words] | patch.vmask[:, plan.words :]
        work = cls(
            patch=patch,
            plan=plan,
            par=par,
            vmask=_extended(patch.vmask, more_v),
            fmask=np.empty((faces + more_f, 2 * plan.words), dtype=np.uint64),
            table=_extended(patch.table, more_f),
            pool=_extended(patch.pool, 2 * len(patch.pool) + 4 * ROOM),
            values=_extended(patch.values, more_v),
            rho=_extended(patch.rho, more_v),
            head=np.empty(plan.units * (d + 1), dtype=np.uint32),
            entries=np.empty((4 * faces + 16 * plan.units + ROOM, 2), dtype=np.uint32),
            touched=np.bitwise_or.reduce(~signed, axis=0) & plan.splits,
            scratch=np.empty(192, dtype=np.uint32),
            answer=np.zeros(2 * plan.words, dtype=np.uint64),
            origin=np.empty(vertices + more_v, dtype=np.uint32),
            frames=np.empty((1 if patch.exact else faces, d + 1), dtype=np.uint32),
        )
        work._prepare()
        return work

    def _prepare(self) -> None:
        candidates = np.empty(1024, dtype=np.uint32)
        while not split.prepare_lists(
            self.par, self.vmask, self.fmask, self.table, self.pool, self.head, self.entries,
            self.plan.splits, self.patch.unit - 1, self.frames, self.floats, candidates,
        ):  # fmt: skip
            self.entries = np.empty((2 * len(self.entries), 2), dtype=np.uint32)

    @property
    def floats(self) -> Array:
        """The values as floats, or a stand-in when they are integers."""
        return np.zeros((1, 1)) if self.patch.exact else self.values

    @property
    def integers(self) -> Array:
        """The values as integers, or a stand-in when they are floats."""
        return self.values if self.patch.exact else np.zeros((1, 1), dtype=np.int64)

    @property
    def cells(self) -> int:
        """The number of cells now."""
        return int(self.par[col.CELLS])

    @property
    def finished(self) -> bool:
        """Whether every unit of the layer has cut."""
        return bool(self.par[col.UNIT] >= self.par[col.UNITS])

    def cut(self) -> int:
        """Run the kernel; why it returned."""
        code = split.split_by_units(
            self.par, self.vmask, self.fmask, self.table, self.pool, self.floats, self.integers,
            self.rho, self.patch.bound, self.head, self.entries, self.plan.splits, self.touched,
            self.scratch, self.answer, self.origin, self.frames,
        )  # fmt: skip
        return int(code)

    def grow(self) -> None:
        """Double what is full."""
        par, grown = self.par, False
        if par[col.VERTICES] + 1 > len(self.vmask):
            more, grown = len(self.vmask), True
            self.vmask, self.values = _extended(self.vmask, more), _extended(self.values, more)
            self.rho, self.origin = _extended(self.rho, more), _extended(self.origin, more)
        if par[col.FACES] + 2 > len(self.table):
            more, grown = len(self.table), True
            self.table, self.fmask = _extended(self.table, more), _extended(self.fmask, more)
        if par[col.POOL] + len(self.scratch) + 8 > len(self.pool):
            self.pool, grown = _extended(self.pool, len(self.pool) + len(self.scratch)), True
        if par[col.ENTRIES] + 3 * par[col.UNITS] > len(self.entries):
            more, grown = len(self.entries) + 3 * int(par[col.UNITS]), True
            self.entries = _extended(self.entries, more)
        if not grown:
            self.scratch = np.empty(2 * len(self.scratch), dtype=np.uint32)

    def ordered_cells(self) -> Array:
        """The cells in lexicographic order of the sign vectors, as far as they are decided."""
        faces, words = int(self.par[col.FACES]), self.plan.words
        cells = np.flatnonzero(self.table[:faces, col.DIM] == self.patch.dim).astype(np.int32)
        masks = self.fmask
        if not self.finished:
            masks, done = masks.copy(), int(self.par[col.UNIT])
            for word in range(words):
                count = min(max(done - 64 * word, 0), 64)
                masks[:, word] &= np.uint64((1 << count) - 1)
        keys = np.empty((words + 1, len(cells)), dtype=np.uint64)
        extract.order_keys(cells, self.table, masks, words, keys)
        if self.patch.layer == 0:  # the cells before this layer are cones, in no order
            keys = np.roll(keys, 1, axis=0)
        return cells[np.lexsort(keys)]

    def take(self, cells: Array, offset: int, words: int) -> Patch:
        """Some cells with all their faces; the layer's bits are at ``offset`` in the histories."""
        patch, plan, par = self.patch, self.plan, self.par
        old, seen, offsets, mark, vmark = extract.number_faces(
            cells, self.table, self.pool, int(par[col.FACES]), int(par[col.VERTICES])
        )
        table = np.empty((len(old), col.FACE_COLUMNS), dtype=np.uint32)
        pool = np.empty(int(self.table[old, col.LENGTH].sum()), dtype=np.uint32)
        extract.renumber(old, self.table, self.pool, mark, vmark, table, pool)
        fhist = patch.fhist[self.table[old, col.ORIGIN]]
        new = seen >= len(patch.vhist)
        vhist = np.empty((len(seen), patch.vhist.shape[1]), dtype=np.uint64)
        vhist[~new] = patch.vhist[seen[~new]]
        vhist[new] = patch.fhist[self.origin[seen[new]]]
        sizes = (plan.words, plan.units, offset, words)
        extract.append_signs(vhist, seen, self.vmask, *sizes)  # final even in mid-layer
        if self.finished:
            extract.append_signs(fhist, old, self.fmask, *sizes)
        rays = {int(vmark[v]): ray for v, ray in patch.rays.items() if vmark[v] >= 0}
        return Patch(
            layer=patch.layer + int(self.finished),
            unit=0 if self.finished else int(par[col.UNIT]),
            table=table,
            pool=pool,
            offsets=offsets,
            vhist=vhist,
            fhist=fhist,
            values=self.values[seen],
            rho=self.rho[seen],
            bound=patch.bound,
            vmask=None if self.finished else self.vmask[seen],
            rays=rays,
        )


def _extended(array: Array, more: int) -> Array:
    larger = np.empty((len(array) + more, *array.shape[1:]), dtype=array.dtype)
    larger[: len(array)] = array
    return larger
