"""Checks of a complex by routes that share nothing with the way it was built."""

import random
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from exactnet.errors import ConsistencyError
from exactnet.networks.layer import IDENTITY

if TYPE_CHECKING:
    from exactnet.exact.rationals import Vector
    from exactnet.regions.complex import RegionComplex


def verify(cx: "RegionComplex", seed: int, points: int) -> list[str]:
    """Check a complex; what was checked, in words. ConsistencyError if anything is wrong.

    Euler's relation; every facet bounds two cells or lies in the boundary of the domain; on a box,
    the volumes of the cells add up to the box's, exactly; the cells are those that have a lowest
    vertex of their own, counted vertex by vertex; random rational points lie in a face that has
    their sign vector, evaluated by the definition, and the cell's affine function has f's value.
    """
    done = [_euler(cx), _facets(cx)]
    if cx.box is not None:
        done += [_volumes(cx), _lowest_vertices(cx)]
    return [*done, _membership(cx, seed, points)]


def _require(fact: bool, what: str, got: object) -> None:
    if not fact:
        raise ConsistencyError.about("verify", what, str(got)[:80], "Report this bug.")


def _euler(cx: "RegionComplex") -> str:
    expected = 1 if cx.box is not None else (-1) ** cx.dim
    _require(cx.euler == expected, f"Euler number {expected}", cx.euler)
    return f"Euler's relation: sum (-1)^k f_k = {expected}"


def _facets(cx: "RegionComplex") -> str:
    lonely = np.flatnonzero(cx.facet_cells[:, 1] < 0)
    bits = cx.engine.domain.bits
    flags = cx.history(cx.dim - 1)[lonely, 0] & np.uint64((1 << bits) - 1)
    on_boundary = flags != np.uint64((1 << bits) - 1)
    _require(bool(on_boundary.all()), "facets with two cells inside the domain", lonely[:4])
    return f"{len(cx.facet_cells)} facets: two cells each, one on the boundary of the domain"


def _volumes(cx: "RegionComplex") -> str:
    assert cx.box is not None
    total = sum((cx.volume(cell) for cell in range(len(cx))), start=Fraction(0))
    _require(total == cx.box.volume(), f"total volume {cx.box.volume()}", total)
    return f"the volumes of {len(cx)} cells add up to {total}"


def _lowest_vertices(cx: "RegionComplex") -> str:
    """Each cell has one lowest vertex for a generic order, and each edge end looks up or down.

    A vertex is the lowest of a cell exactly when all the cell's edges at it go up; counted over
    vertices without looking at the cells' own lowest points, the number must be that of cells.
    """
    order = {v: key for key, v in enumerate(sorted(range(len(cx.finite[0])), key=cx.vertex))}
    starts, members = cx.cell_vertices
    edges = cx.patch.pool[: 2 * cx.f_vector[1]].reshape(-1, 2).tolist()
    lower: list[set[int]] = [set() for _ in range(len(order))]
    for u, w in edges:
        low, high = (u, w) if order[u] < order[w] else (w, u)
        lower[high].add(low)
    found = 0
    for cell in range(len(cx)):
        vertices = set(members[starts[cell] : starts[cell + 1]].tolist())
        found += sum(not lower[v] & vertices for v in vertices)
    _require(found == len(cx), f"{len(cx)} lowest vertices", found)
    return f"{found} lowest vertices, one a cell"


def _membership(cx: "RegionComplex", seed: int, points: int) -> str:
    random_ = random.Random(seed)
    signs = [cx.signs(k) for k in range(cx.dim + 1)]
    for _ in range(points):
        x = _random_point(cx, random_)
        k, index = cx.locate(x)
        found = tuple(signs[k][index].tolist())
        _require(found == signs_at(cx, x), "the sign vector of a point", x)
        if k == cx.dim:
            _require(cx.affine_piece(index)(x) == cx.network(x), "the value at a point", x)
    return f"{points} random points have the signs and values of their faces"


def _random_point(cx: "RegionComplex", random_: random.Random) -> "Vector":
    if cx.box is None:
        return tuple(Fraction(random_.randint(-4000, 4000), 97) for _ in range(cx.dim))
    return tuple(
        a + (b - a) * Fraction(random_.randint(0, 1024), 1024)
        for a, b in zip(cx.box.lower, cx.box.upper, strict=True)
    )


def signs_at(cx: "RegionComplex", x: "Vector") -> tuple[int, ...]:
    """The sign vector at a point by the definition of the network, on Fractions."""
    signs: list[int] = []
    values = list(x)
    for layer in cx.network.layers[:-1]:
        sums = [
            sum((w * v for w, v in zip(row, values, strict=True)), start=b)
            for row, b in zip(layer.weight, layer.bias, strict=True)
        ]
        signs += [
            1 if slope == IDENTITY else (t > 0) - (t < 0)
            for t, slope in zip(sums, layer.slopes, strict=True)
        ]
        values = [t if t >= 0 else s * t for t, s in zip(sums, layer.slopes, strict=True)]
    return tuple(signs)
