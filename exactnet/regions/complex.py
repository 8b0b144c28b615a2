"""The polyhedral complex of a network: cells, faces of every dimension, signs, exact vertices."""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from operator import index
from typing import TYPE_CHECKING

import numpy as np

from exactnet.errors import InputError
from exactnet.exact.rationals import RationalLike, Vector, as_vector
from exactnet.exact.rows import Row, dehomogenised
from exactnet.geometry.box import Box
from exactnet.networks.network import AffinePiece, ReluNetwork
from exactnet.notebook import facts
from exactnet.regions import adjacency, affine, definitions, measure, slopes, verify
from exactnet.regions.definitions import RegionCounts
from exactnet.regions.engine import Engine
from exactnet.regions.kernel import extract
from exactnet.regions.kernel.columns import LENGTH, START
from exactnet.regions.patch import Array, Patch
from exactnet.regions.slopes import Lipschitz

if TYPE_CHECKING:
    import networkx as nx


@dataclass(frozen=True, eq=False)
class RegionComplex:
    """The complex into which the units of a network cut a box, or all of R^d.

    Faces of dimension k = 0..d are numbered from 0 within each dimension; the d-faces are the
    *cells*, in lexicographic order of their sign vectors (without walls). Relative interiors of
    faces partition the domain, and each has one sign vector in {-1, 0, 1}^N (an identity unit
    counts as 1). On R^d unbounded faces have rays as well as vertices; faces at infinity are not
    counted.

    ``walls`` is the number of artificial hyperplanes: 0, except on R^d when the first layer alone
    does not span it. Cells that differ only by a wall are one region in every count.

    >>> from exactnet.regions.enumeration import enumerate_regions
    >>> cross = ReluNetwork.of([([[1, 0], [0, 1]], [0, 0]), ([[1, 1]], [0])])
    >>> cx = enumerate_regions(cross, box=[(-1, 1), (-1, 1)])
    >>> cx.f_vector, cx.euler
    ((9, 12, 4), 1)
    >>> cx.signs(2).tolist()
    [[-1, -1], [-1, 1], [1, -1], [1, 1]]
    >>> cx.affine_piece(3).weight, cx.locate(["1/2", 0])
    (((Fraction(1, 1), Fraction(1, 1)),), (1, 9))
    """

    network: ReluNetwork
    box: Box | None
    walls: int
    engine: Engine
    patch: Patch

    @property
    def dim(self) -> int:
        """d, the dimension of the domain."""
        return self.network.inputs

    def __len__(self) -> int:
        """The number of cells."""
        return self.patch.cells

    def __repr__(self) -> str:
        """Its numbers of faces, from vertices to cells."""
        where = f"on R^{self.dim}" if self.box is None else f"on a box of R^{self.dim}"
        return f"<RegionComplex {where}, faces {' '.join(map(str, self.f_vector))}>"

    def _repr_html_(self) -> str:
        """The complex in a notebook."""
        domain = f"R^{self.dim}" if self.box is None else " x ".join(
            f"[{low}, {high}]" for low, high in zip(self.box.lower, self.box.upper, strict=True)
        )  # fmt: skip
        faces = [(f"faces of dimension {k}", n) for k, n in enumerate(self.f_vector)]
        return facts("Region complex", [("domain", domain), *faces, ("Euler", self.euler)])

    @cached_property
    def finite(self) -> tuple[Array, ...]:
        """For each dimension the internal ids of the faces that are not at infinity."""
        offsets = self.patch.offsets
        ids = [np.arange(len(self.patch.vhist))]
        ids += [np.arange(offsets[k], offsets[k + 1]) for k in range(1, self.dim + 1)]
        if self.box is None:
            one = np.uint64(1)
            ids[0] = ids[0][self.patch.vhist[:, 0] & one > 0]
            ids[1:] = [f[self.patch.fhist[f, 0] & one > 0] for f in ids[1:]]
        return tuple(ids)

    @property
    def f_vector(self) -> tuple[int, ...]:
        """The number of faces of dimension 0..d."""
        return tuple(len(ids) for ids in self.finite)

    @property
    def euler(self) -> int:
        """sum (-1)^k f_k: 1 on a box, (-1)^d on R^d."""
        return sum((-1) ** k * count for k, count in enumerate(self.f_vector))

    def history(self, k: int) -> Array:
        """The packed sign histories of the k-faces (domain bits first)."""
        ids = self.finite[self._dimension(k)]
        return self.patch.vhist[ids] if k == 0 else self.patch.fhist[ids]

    def signs(self, k: int | None = None) -> Array:
        """The sign vectors of the k-faces (default: cells), an (f_k, N) array of -1, 0, 1."""
        history = np.ascontiguousarray(self.history(self.dim if k is None else k))
        half, bits = history.shape[1] // 2, self.engine.domain.bits
        flags = np.unpackbits(history.view(np.uint8), axis=1, bitorder="little")
        units = slice(bits, bits + self.network.neurons)
        positive, negative = flags[:, : 64 * half][:, units], flags[:, 64 * half :][:, units]
        return positive.astype(np.int8) - negative.astype(np.int8)

    def patterns(self) -> Array:
        """The activation patterns of the cells, an (f_d, N) array of 0 and 1."""
        return (self.signs() > 0).astype(np.uint8)

    def boundary(self, k: int, index: int) -> list[int]:
        """The (k-1)-faces in the boundary of a k-face, k >= 1."""
        if not self._dimension(k) >= 1:
            raise InputError.about("boundary", "a dimension k >= 1", str(k), "Points have none.")
        f = self.finite[k][self._index(k, index)]
        start, length = self.patch.table[f, START], self.patch.table[f, LENGTH]
        members = self.patch.pool[start : start + length]
        position = np.searchsorted(self.finite[k - 1], members)
        inside = position < len(self.finite[k - 1])
        position, members = position[inside], members[inside]
        return sorted(position[self.finite[k - 1][position] == members].tolist())

    @cached_property
    def facet_cells(self) -> Array:
        """For every (d-1)-face the one or two cells it bounds, -1 where the domain ends."""
        if self.dim == 1:
            ends = np.full((len(self.patch.vhist), 2), -1, dtype=np.int32)
            for cell, (u, w) in enumerate(self.patch.pool.reshape(-1, 2).tolist()):
                for v in (u, w):
                    ends[v, 0 if ends[v, 0] < 0 else 1] = cell
            return ends[self.finite[0]]
        sides: Array = extract.facet_cells(self.patch.table, self.patch.pool, self.patch.offsets)
        inside: Array = sides[self.finite[self.dim - 1] - self.patch.offsets[self.dim - 1]]
        return inside

    @cached_property
    def cell_vertices(self) -> tuple[Array, Array]:
        """Internal vertex ids by cell as (starts, members); rays at infinity included."""
        patch = self.patch
        starts, members = extract.cell_vertices(
            patch.table, patch.pool, patch.offsets, len(patch.vhist)
        )
        return starts, members

    def ray(self, vertex: int) -> Row:
        """The exact vertex with an internal id as an integer ray (x s, s), s = 0 at infinity."""
        patch = self.patch
        if patch.exact:
            row = patch.values[vertex].tolist()
            return (*row[-self.dim :], row[-self.dim - 1])
        return self.engine.ray(patch, vertex)

    def vertex(self, index: int) -> Vector:
        """The exact coordinates of a vertex."""
        return dehomogenised(self.ray(int(self.finite[0][self._index(0, index)])))

    def vertices(self, cell: int) -> list[Vector]:
        """The exact vertices of a cell."""
        return [dehomogenised(ray) for ray in self._rays_of(cell) if ray[-1]]

    def directions(self, cell: int) -> list[Vector]:
        """The directions of the unbounded edges of a cell, as integer vectors; none on a box."""
        return [as_vector(ray[:-1], "direction") for ray in self._rays_of(cell) if not ray[-1]]

    def _rays_of(self, cell: int) -> list[Row]:
        starts, members = self.cell_vertices
        index = self._index(self.dim, cell)
        return [self.ray(v) for v in members[starts[index] : starts[index + 1]].tolist()]

    def interior_point(self, cell: int) -> Vector:
        """A rational point in the interior of a cell."""
        return measure.interior_point(self._rays_of(cell))

    def affine_piece(self, cell: int) -> AffinePiece:
        """The affine function that the network equals on a cell."""
        return affine.piece(self, self._index(self.dim, cell))

    @cached_property
    def piece_classes(self) -> Array:
        """A number for every cell, equal exactly where the affine functions are equal."""
        return affine.classes(self)

    def counts(self) -> RegionCounts:
        """The number of linear regions by each of the six definitions (see ``RegionCounts``)."""
        return definitions.count(self)

    def graph(self) -> "nx.Graph":
        """The adjacency of cells through facets as a networkx graph (see ``adjacency.graph``)."""
        return adjacency.graph(self)

    def lipschitz(self, norm: str = "2") -> Lipschitz:
        """The exact Lipschitz constant of the network on a convex domain (see ``slopes``)."""
        return slopes.lipschitz(self, norm)

    def volume(self, cell: int) -> Fraction:
        """The exact volume of a bounded cell."""
        return measure.volume(self, self._index(self.dim, cell))

    def centroid(self, cell: int) -> Vector:
        """The exact centre of mass of a bounded cell."""
        return measure.centroid(self, self._index(self.dim, cell))

    def locate(self, x: Iterable[RationalLike]) -> tuple[int, int]:
        """The face (k, index) that has the point x in its relative interior."""
        return adjacency.locate(self, as_vector(x, "x", self.dim))

    def verify(self, seed: int = 0, points: int = 100) -> list[str]:
        """Check the complex by independent routes (see ``verify.verify``); what was checked."""
        return verify.verify(self, seed, points)

    def _dimension(self, k: int) -> int:
        number = _number(k)
        if not 0 <= number <= self.dim:
            raise InputError.about(
                "dimension", f"an integer 0..{self.dim}", f"{k!r:.20}", "Faces have those."
            )
        return number

    def _index(self, k: int, index: int) -> int:
        number, count = _number(index), len(self.finite[k])
        if not 0 <= number < count:
            raise InputError.about(
                "index", f"0 <= index < {count}", f"{index!r:.20}", f"There are {count} {k}-faces."
            )
        return number


def _number(value: object) -> int:
    """An integer of any type, NumPy's too; -1 for anything else."""
    try:
        return index(value)  # type: ignore[arg-type]
    except TypeError:
        return -1
