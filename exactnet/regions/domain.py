"""What a complex is enumerated on: a box, or all of R^d cut into cones by d hyperplanes."""

from dataclasses import dataclass
from fractions import Fraction
from itertools import product

import numpy as np

from exactnet.exact.linalg import inverse, mat_vec
from exactnet.exact.rationals import Matrix, Vector
from exactnet.exact.rows import Row, dot, homogeneous, integer_row
from exactnet.geometry.box import Box
from exactnet.regions.kernel.columns import FACE_COLUMNS, NEVER, ROOT_U, ROOT_W
from exactnet.regions.kernel.values import FLOOR
from exactnet.regions.patch import Array, Patch
from exactnet.regions.plan import as_float


@dataclass(frozen=True, slots=True)
class Domain:
    """The part of R^d to cover: a starting complex with exact vertices (rays (x s, s), s >= 0)."""

    dim: int
    rays: tuple[Row, ...]
    vertex_bits: tuple[tuple[int, ...], ...]
    faces: tuple[tuple[int, tuple[int, ...]], ...]  # (dimension, boundary), lowest first
    facets: tuple[Row, ...]  # forms, one a domain bit: facets, infinity, artificial walls
    measures: tuple[tuple[Row, Fraction], ...]  # forms and factors of ``weight``

    @property
    def bits(self) -> int:
        """The number of domain bits in a sign history."""
        return len(self.facets)

    @classmethod
    def of_box(cls, box: Box) -> "Domain":
        """A box: one cell."""
        d = box.dim
        sides = list(zip(box.lower, box.upper, strict=True))
        corners = list(product((0, 1), repeat=d))
        rays = tuple(
            homogeneous(tuple(sides[j][c] for j, c in enumerate(corner))) for corner in corners
        )
        bits = tuple(tuple(int(b != c) for c in corner for b in (0, 1)) for corner in corners)
        ids: dict[tuple[int, ...], int] = {corner: k for k, corner in enumerate(corners)}
        faces: list[tuple[int, tuple[int, ...]]] = []
        cube = sorted(product((0, 1, 2), repeat=d), key=lambda f: f.count(2))
        for face in cube[2**d :]:
            boundary = tuple(
                ids[(*face[:j], c, *face[j + 1 :])]
                for j in range(d)
                if face[j] == 2
                for c in (0, 1)
            )
            ids[face] = len(faces)
            faces.append((face.count(2), boundary))
        outer = box.outer_rows()  # upper and lower bound of each coordinate in turn
        facets = tuple(outer[k ^ 1] for k in range(2 * d))
        reach = max(Fraction(max(map(abs, ray)), ray[-1]) for ray in rays)
        measures = (((0,) * d + (1,), reach),)
        return cls(d, rays, bits, tuple(faces), facets, measures)

    @classmethod
    def of_space(cls, walls: Matrix, offsets: Vector, own: int) -> "Domain":
        """R^d, cut into 2^d cones by d independent hyperplanes ``walls`` . x = ``offsets``.

        The first ``own`` are hyperplanes of units; the others are artificial, so histories have a
        bit for each of them.
        """
        d = len(walls)
        inverted = inverse(walls)
        apex = homogeneous(mat_vec(inverted, offsets))
        columns = list(zip(*inverted, strict=True))
        rays, ids = [apex], {}
        for j, column in enumerate(columns):
            for sign in (1, -1):
                ids[(j, sign)] = len(rays)
                rays.append(integer_row([*(sign * v for v in column), Fraction(0)]))
        forms = [
            integer_row((*normal, -offset)) for normal, offset in zip(walls, offsets, strict=True)
        ]
        facets = ((0,) * d + (1,), *forms[own:])
        bits = tuple(tuple(sign_of(dot(form, ray)) for form in facets) for ray in rays)
        faces: list[tuple[int, tuple[int, ...]]] = []
        known: dict[tuple[int, ...], int] = {}
        simplices = []
        for signs in product((0, 1, -1), repeat=d):
            ends = tuple(ids[(j, s)] for j, s in enumerate(signs) if s)
            simplices += [(0, *ends)] if ends else []
            simplices += [ends] if len(ends) > 1 else []
        for simplex in sorted(simplices, key=len):
            known[simplex] = len(faces)
            drop = [simplex[:k] + simplex[k + 1 :] for k in range(len(simplex))]
            edge = len(simplex) == 2
            faces.append((len(simplex) - 1, simplex if edge else tuple(known[s] for s in drop)))
        measures = [(facets[0], Fraction(max(map(abs, apex)), apex[-1]))]
        for j, form in enumerate(forms):
            ray = rays[ids[(j, 1)]]
            measures.append((form, Fraction(max(map(abs, ray)), abs(dot(form, ray)))))
        return cls(d, tuple(rays), bits, tuple(faces), facets, tuple(measures))

    def start(self, words: int, exact: bool) -> Patch | None:
        """The starting patch with sign histories of ``words`` words; None when not exact.

        Its "units" are the coordinates themselves. None if 64-bit integers cannot hold it.
        """
        table, pool = self._faces()
        vhist = np.zeros((len(self.rays), 2 * words), dtype=np.uint64)
        for v, flags in enumerate(self.vertex_bits):
            vhist[v, 0] = sum(1 << k for k, flag in enumerate(flags) if flag > 0)
            vhist[v, words] = sum(1 << k for k, flag in enumerate(flags) if flag < 0)
        dims = table[:, 0]
        offsets = np.searchsorted(dims, np.arange(self.dim + 2)).astype(np.int64)
        fhist = np.zeros((len(table), 2 * words), dtype=np.uint64)
        for f, (dim, boundary) in enumerate(self.faces):
            source = vhist if dim == 1 else fhist
            fhist[f] = np.bitwise_or.reduce(source[list(boundary)], axis=0)
        values, trusted = self._floats()
        if exact:
            integers = self._integers()
            if integers is None:
                return None
            values = integers
        # 2^-49 of the largest value is 16 ulp (see kernel.locate), more than rounding it costs
        bound = np.maximum(np.abs(values.astype(np.float64)).max(axis=0) * 2.0**-49, FLOOR)
        bound[~trusted] = np.inf
        return Patch(
            0, 0, table, pool, offsets, vhist, fhist, values, np.ones(len(values)),
            np.stack([bound, 1.0 / bound]), rays=dict(enumerate(self.rays)),
        )  # fmt: skip

    def _faces(self) -> tuple[Array, Array]:
        table = np.full((len(self.faces), FACE_COLUMNS), NEVER, dtype=np.uint32)
        pool: list[int] = []
        for f, (dim, boundary) in enumerate(self.faces):
            table[f, :4] = dim, len(pool), len(boundary), f
            if dim == 1:
                table[f, ROOT_U : ROOT_W + 1] = boundary
            pool += boundary
        return table, np.array(pool, dtype=np.uint32)

    def _integers(self) -> Array | None:
        if max(abs(v) for ray in self.rays for v in ray) >= 2**61:
            return None
        return np.array([(*ray[:-1], ray[-1], *ray[:-1]) for ray in self.rays], dtype=np.int64)

    def weight(self, ray: Row) -> Fraction:
        """What a ray is divided by to give its float row: linear on each starting cell.

        It is 1 on the rows of the starting vertices, so it stays 1 on all their convex
        combinations, which is what cutting edges and faces makes.
        """
        return sum((abs(dot(form, ray)) * f for form, f in self.measures), start=Fraction(0))

    def _floats(self) -> tuple[Array, Array]:
        """Homogeneous coordinates at most 1, zero only where exactly zero; which columns to trust.

        Columns with numbers that no float comes close to are not trusted at all.
        """
        rows, good = [], []
        for ray in self.rays:
            weight = self.weight(ray)
            row = [as_float(v / weight) for v in ray]
            rows.append([value for value, _ in (*row, *row[:-1])])
            good.append([close for _, close in (*row, *row[:-1])])
        return np.array(rows), np.asarray(np.array(good).all(axis=0))


def sign_of(value: int) -> int:
    """-1, 0 or 1."""
    return (value > 0) - (value < 0)
