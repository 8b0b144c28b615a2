"""Random triangulations: convex ones, and ones with bays and holes."""

import random
from fractions import Fraction as F

from exactnet.geometry.triangulation import Triangulation

Vertices = list[tuple[F, F]]
Triples = list[tuple[int, int, int]]


def grid(n: int) -> Triangulation:
    """The unit squares of an n x n grid, each cut along its rising diagonal."""
    vertices = [(i, j) for i in range(n + 1) for j in range(n + 1)]
    place = {v: k for k, v in enumerate(vertices)}
    triangles = []
    for i in range(n):
        for j in range(n):
            a, b, c, d = (place[i + x, j + y] for x, y in ((0, 0), (1, 0), (1, 1), (0, 1)))
            triangles += [(a, b, c), (a, c, d)]
    return Triangulation.of(vertices, triangles)


def convex(source: random.Random, steps: int) -> Triangulation:
    """A triangle into which points were put one after the other."""
    vertices: Vertices = [(F(0), F(0)), (F(9), F(1)), (F(2), F(8))]
    triangles: Triples = [(0, 1, 2)]
    for _ in range(steps):
        a, b, c = triangles.pop(source.randrange(len(triangles)))
        weights = [source.randint(1, 4) for _ in range(3)]
        corners = [vertices[k] for k in (a, b, c)]
        total = sum(weights)
        point = [
            sum((w * v[j] for w, v in zip(weights, corners, strict=True)), start=F(0)) / total
            for j in (0, 1)
        ]
        new = len(vertices)
        vertices.append((point[0], point[1]))
        triangles += [(a, b, new), (b, c, new), (c, a, new)]
    return Triangulation.of(vertices, triangles)


def torn(mesh: Triangulation, source: random.Random, keep: float) -> Triangulation:
    """Some of the triangles only."""
    triangles = [t for t in mesh.triangles if source.random() < keep] or [mesh.triangles[0]]
    used = sorted({k for t in triangles for k in t})
    place = {old: new for new, old in enumerate(used)}
    return Triangulation.of(
        [mesh.vertices[k] for k in used], [[place[k] for k in t] for t in triangles]
    )


def inside(mesh: Triangulation, k: int, source: random.Random) -> tuple[tuple[F, F], list[F]]:
    """A point of a triangle, perhaps on its edges, and its barycentric coordinates."""
    weights = [F(source.randint(0, 5)) for _ in range(3)]
    weights[source.randrange(3)] += 1
    shares = [w / sum(weights) for w in weights]
    corners = mesh.corners(k)
    x, y = (
        sum((s * v[j] for s, v in zip(shares, corners, strict=True)), start=F(0)) for j in (0, 1)
    )
    return (x, y), shares
