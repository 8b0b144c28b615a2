"""The integrals of x and 1 over a polytope against each part of a fractal distribution."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from exactnet.exact.rationals import Vector
from exactnet.exact.sums import BalancedSum
from exactnet.fractals.moments import Integral
from exactnet.fractals.parts import Node, Parts, cut
from exactnet.geometry.polyhedron import Polyhedron

Tick = Callable[[], None]


@dataclass(frozen=True, slots=True)
class Moments:
    """For each part the vector (E x_1 1_P, ..., E x_d 1_P, Pr P) of a polytope P.

    ``negatives[l - 1]`` is for the negatives of level l = 1..n. ``positives[k]`` is for the
    positives of the distribution of depth k = 0..n with the same IFS, None where that is not known:
    with a margin or with central negatives only depth n is.
    """

    negatives: tuple[Vector, ...]
    positives: tuple[Vector | None, ...]


def moments_of(parts: Parts, polytope: Polyhedron, tick: Tick = lambda: None) -> Moments:
    """The moments of a polytope inside K_0.

    >>> from exactnet.fractals import gallery
    >>> box = gallery.cantor().base
    >>> low, high = Polyhedron.of_box(box).split((1, 0))
    >>> found = moments_of(Parts(gallery.cantor(), 1, core=box, central=None), high)
    >>> [str(v) for v in found.negatives[0]], [str(v) for v in found.positives[1]]
    (['1/12', '1/2'], ['1/3', '1/2'])
    """
    size = parts.ifs.dim + 1
    total = Integral(parts, size, tick)
    total.add(polytope, [tuple(int(i == j) for j in range(size)) for i in range(size)])
    r, n, gap = parts.ifs.r, parts.depth, parts.gap
    if not total.shells:
        drawn = [_values(total.cores[k], r**k) for k in range(n + 1)]
        return Moments(tuple(drawn[:-1]), (*(None,) * n, drawn[-1]))
    cells = [_values(total.cells[k], r**k) for k in range(n + 1)]
    letters = [_values(total.letters[k], r ** (k - 1)) for k in range(1, n + 1)]
    negatives = tuple(
        tuple((whole - below) / gap for whole, below in zip(cell, after, strict=True))
        if any(cell)
        else cell
        for cell, after in zip(cells, letters, strict=False)
    )
    if parts.core == parts.ifs.base:
        return Moments(negatives, tuple(cells))
    return Moments(negatives, (*(None,) * n, _values(total.cores[n], r**n)))


def _values(sums: Sequence[BalancedSum], count: int) -> Vector:
    values = [total.value() for total in sums]
    return tuple(value / count for value in values) if any(values) else tuple(values)


def clear_level(parts: Parts, polytopes: Sequence[Polyhedron]) -> int | None:
    """The smallest j <= n such that every cell of K_j lies in one of the polytopes, or None.

    The polytopes fill K_0 and have disjoint interiors. For the pieces of a network this is the
    smallest j such that no breakpoint (in higher dimension: no bend) is inside a cell of K_j.

    >>> from exactnet.fractals import gallery
    >>> box = gallery.cantor().base
    >>> parts = Parts(gallery.cantor(), 3, core=box, central=None)
    >>> [clear_level(parts, [p for p in Polyhedron.of_box(box).split(row) if p is not None])
    ...  for row in ((1, -1), (1, 0), (4, -3), (5, -4))]  # cut at 1, 0, 3/4, and 4/5, in the set
    [0, 1, 2, None]
    """
    deepest = _deepest_cut(parts, parts.root, list(polytopes))
    return None if deepest == parts.depth else deepest + 1


def _deepest_cut(parts: Parts, node: Node, pieces: list[Polyhedron]) -> int:
    """The level of the finest cell at or below the node with several pieces in it; else -1."""
    if len(pieces) == 1:
        return -1
    deepest = node.level
    if deepest < parts.depth:
        for child in parts.children(node):
            inside = [cut(piece, child.facets) for piece in pieces]
            found = [piece for piece in inside if piece is not None]
            deepest = max(deepest, _deepest_cut(parts, child, found))
            if deepest == parts.depth:
                break
    return deepest
