"""Triangulations of the plane with rational vertices, checked when they are made."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from typing import TypeAlias

from exactnet.errors import InputError, InputTypeError
from exactnet.exact import linalg
from exactnet.exact.rationals import RationalLike, Vector, as_matrix, show_point
from exactnet.exact.rows import Row, dot, homogeneous, integer_row

Triangle: TypeAlias = tuple[int, int, int]

MAX_TRIANGLES = 2000
_ONE = Fraction(1)


@dataclass(frozen=True, slots=True)
class Triangulation:
    """Triangles, as triples of numbers of vertices, any two of which meet in a common face.

    Their union need be neither convex nor connected.

    >>> square = Triangulation.of([(0, 0), (1, 0), (1, 1), (0, 1)], [(0, 1, 2), (0, 2, 3)])
    >>> square.gradient(0, [0, 1, 0, 2])
    (Fraction(1, 1), Fraction(-1, 1), Fraction(0, 1))

    Raises InputError for flat triangles, triangles that overlap, a vertex on another one's edge
    (a hanging node), vertices that coincide or that no triangle uses.
    """

    vertices: tuple[Vector, ...]
    triangles: tuple[Triangle, ...]

    def __post_init__(self) -> None:
        _check_vertices(self.vertices)
        _check_triangles(self.vertices, self.triangles)
        places = [homogeneous(vertex) for vertex in self.vertices]
        rows = [self.rows(k) for k in range(len(self))]
        for j, k in _near(self):
            _check_pair(self, places, rows, j, k)

    @classmethod
    def of(
        cls, vertices: Sequence[Sequence[RationalLike]], triangles: Sequence[Sequence[int]]
    ) -> "Triangulation":
        """Build from pairs of rationals and triples of positions, counted from 0."""
        points = as_matrix(vertices, "vertices", 2)
        triples: list[Triangle] = []
        for k, triangle in enumerate(triangles):
            items = tuple(triangle) if isinstance(triangle, Iterable) else ()
            if len(items) != 3 or not all(type(i) is int for i in items):
                raise InputTypeError.about(
                    f"triangles[{k}]", "three integers", f"{triangle!r:.40}", "Name its vertices."
                )
            triples.append((items[0], items[1], items[2]))
        return cls(points, tuple(triples))

    def corners(self, k: int) -> tuple[Vector, ...]:
        """The three vertices of a triangle."""
        return tuple(self.vertices[i] for i in self.triangles[k])

    def rows(self, k: int) -> tuple[Row, ...]:
        """Integer forms over (x, y, 1), each >= 0 exactly on one edge's side of a triangle."""
        a, b, c = self.corners(k)
        turns = [_edge(a, b), _edge(b, c), _edge(c, a)]
        sign = 1 if _at(turns[0], c) > 0 else -1
        return tuple(integer_row([sign * v for v in row]) for row in turns)

    def gradient(self, k: int, values: Sequence[Fraction | int]) -> Vector:
        """(p, q, r): the values of a triangle's vertices are those of p x + q y + r."""
        corners = tuple((*v, _ONE) for v in self.corners(k))
        known = [Fraction(values[i]) for i in self.triangles[k]]
        return linalg.mat_vec(linalg.inverse(corners), known)

    def __contains__(self, x: Vector) -> bool:
        return any(all(_at(row, x) >= 0 for row in self.rows(k)) for k in range(len(self)))

    def __len__(self) -> int:
        """The number of triangles."""
        return len(self.triangles)


def _edge(a: Vector, b: Vector) -> Vector:
    """The form that vanishes on the line from a to b and is > 0 on its left."""
    dx, dy = b[0] - a[0], b[1] - a[1]
    return -dy, dx, dy * a[0] - dx * a[1]


def _at(row: Sequence[Fraction | int], x: Vector) -> Fraction:
    return row[0] * x[0] + row[1] * x[1] + row[2]


def _check_vertices(vertices: tuple[Vector, ...]) -> None:
    seen: dict[Vector, int] = {}
    for k, vertex in enumerate(vertices):
        if vertex in seen:
            raise InputError.about(
                "vertices", "distinct points", f"{show_point(vertex)} at {seen[vertex]} and {k}",
                "Name one of them only.",
            )  # fmt: skip
        seen[vertex] = k


def _check_triangles(vertices: tuple[Vector, ...], triangles: tuple[Triangle, ...]) -> None:
    if not triangles or len(triangles) > MAX_TRIANGLES:
        raise InputError.about(
            "triangles", f"1..{MAX_TRIANGLES} triangles", str(len(triangles)), "Split the domain."
        )
    unused = set(range(len(vertices)))
    for k, triangle in enumerate(triangles):
        if not all(0 <= i < len(vertices) for i in triangle):
            raise InputError.about(
                f"triangles[{k}]", f"vertices 0..{len(vertices) - 1}", f"{triangle}", "Add them."
            )
        a, b, c = (vertices[i] for i in triangle)
        if not _at(_edge(a, b), c):
            raise InputError.about(
                f"triangles[{k}]", "three corners that are not on a line",
                ", ".join(map(show_point, (a, b, c))), "Drop the flat triangle.",
            )  # fmt: skip
        unused -= set(triangle)
    if unused:
        raise InputError.about(
            "vertices", "vertices of triangles only", f"vertex {min(unused)} in none", "Drop it."
        )


def _near(mesh: Triangulation) -> Iterator[tuple[int, int]]:
    """Pairs of triangles whose bounding boxes meet, found from left to right."""
    boxes = []
    for k in range(len(mesh)):
        xs, ys = zip(*mesh.corners(k), strict=True)
        boxes.append((min(xs), max(xs), min(ys), max(ys), k))
    open_: list[tuple[Fraction, Fraction, Fraction, Fraction, int]] = []
    for box in sorted(boxes):
        open_ = [other for other in open_ if box[0] <= other[1]]
        for other in open_:
            if box[2] <= other[3] and other[2] <= box[3]:
                yield min(box[4], other[4]), max(box[4], other[4])
        open_.append(box)


def _check_pair(
    mesh: Triangulation, places: list[Row], rows: list[tuple[Row, ...]], j: int, k: int
) -> None:
    """Two triangles meet in a common face: no corner of one in the other, no edges that cross.

    If the intersection is more than the common face, it is a convex polygon, segment or point with
    an extreme point that is no common corner: a corner of one triangle in the other, or where two
    edges cross.
    """
    first, second = mesh.triangles[j], mesh.triangles[k]
    for one, other in ((j, k), (k, j)):
        for i in mesh.triangles[one]:
            if i in mesh.triangles[other]:
                continue
            signs = [dot(row, places[i]) for row in rows[other]]
            if min(signs) >= 0:
                _refuse(mesh, j, k, i, other, hanging=min(signs) == 0)
    if set(first) == set(second) or any(
        _cross(places, e, f) for e in combinations(first, 2) for f in combinations(second, 2)
    ):
        _refuse(mesh, j, k)


def _cross(places: list[Row], e: tuple[int, int], f: tuple[int, int]) -> bool:
    """Whether two edges cross in a point that is an end of neither."""
    (a, b), (c, d) = ((places[i], places[j]) for i, j in (e, f))
    one, two = _line(a, b), _line(c, d)
    return dot(one, c) * dot(one, d) < 0 and dot(two, a) * dot(two, b) < 0


def _line(a: Row, b: Row) -> Row:
    """The form that vanishes on two points (x s, y s, s): their cross product."""
    return a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]


def _refuse(
    mesh: Triangulation, j: int, k: int, vertex: int = -1, other: int = -1, hanging: bool = False
) -> None:
    if vertex < 0 or not hanging:
        got = f"triangles {j} and {k}, which overlap"
    else:
        place = show_point(mesh.vertices[vertex])
        got = f"vertex {vertex} at {place} on an edge of triangle {other}: a hanging node"
    raise InputError.about(
        "triangles", "triangles that meet in common vertices or edges", got, "Refine or repair it."
    )
