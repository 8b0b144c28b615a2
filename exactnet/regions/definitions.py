"""The six definitions of a linear region (Stargalla, Hertrich, Reichman 2025, arXiv 2505.16716).

1. activation: non-empty sets of inputs with one activation pattern, of any dimension;
2. proper: those with interior;
3. convex: the fewest pieces of a polyhedral complex on whose cells the network is affine;
4. open: maximal open connected sets on which the network is affine;
5. closed: maximal closed connected unions of cells on which the network is affine;
6. affine: distinct affine functions that the network has on cells.

Each number is at least the next. Finding 3 is hard in general; see ``convexity``.
"""

from typing import TYPE_CHECKING, TypedDict

import numpy as np

from exactnet.regions.convexity import convex_regions
from exactnet.regions.kernel import extract
from exactnet.regions.patch import Array

if TYPE_CHECKING:
    from exactnet.regions.complex import RegionComplex


class RegionCounts(TypedDict):
    """The number of regions by definition; convex is [lo, hi] where only bounds are known."""

    activation: int
    proper: int
    convex: int | list[int]
    open: int
    closed: int
    affine: int


def count(cx: "RegionComplex") -> RegionCounts:
    """The number of linear regions of a complex by each definition."""
    proper = _distinct(_patterns(cx, cx.dim))
    opened, regions = open_regions(cx)
    low, high = convex_regions(cx, opened, regions, proper)
    return RegionCounts(
        activation=activation_regions(cx),
        proper=proper,
        convex=low if low == high else [low, high],
        open=regions,
        closed=_closed_regions(cx),
        affine=int(cx.piece_classes.max()) + 1,
    )


def _patterns(cx: "RegionComplex", k: int) -> Array:
    """The positive signs of the k-faces without the domain's bits, packed."""
    history = cx.history(k)
    words = history[:, : history.shape[1] // 2].copy()
    for word in range(words.shape[1]):
        bits = min(max(cx.engine.domain.bits - 64 * word, 0), 64)
        words[:, word] &= np.uint64(2**64 - (1 << bits)) if bits < 64 else np.uint64(0)
    return words


def _distinct(words: Array) -> int:
    if not len(words):
        return 0
    rows = np.ascontiguousarray(words).view(f"V{8 * words.shape[1]}").reshape(-1)
    return len(np.unique(rows))


def activation_regions(cx: "RegionComplex") -> int:
    """Definition 1: every face has a pattern in its relative interior, and these are all."""
    return _distinct(np.concatenate([_patterns(cx, k) for k in range(cx.dim + 1)]))


def open_regions(cx: "RegionComplex") -> tuple[Array, int]:
    """Definition 4: the region of every cell, and how many there are.

    An open connected set stays connected without the faces of codimension 2, so cells are joined
    through facets across which the function does not change.
    """
    sides = cx.facet_cells
    sides = sides[sides[:, 1] >= 0]
    same = cx.piece_classes[sides[:, 0]] == cx.piece_classes[sides[:, 1]]
    left, right = sides[same, 0].astype(np.int64), sides[same, 1].astype(np.int64)
    labels, found = extract.components(len(cx), left, right)
    return labels, int(found)


def _closed_regions(cx: "RegionComplex") -> int:
    """Definition 5: cells with one function are joined when they share a point, so a vertex.

    On R^d cells may also meet in directions only, which are no points; there every common face
    that is not at infinity has a vertex, since the complex is cut into pointed cones.
    """
    starts, members = cx.cell_vertices
    if cx.box is None:
        keep = np.isin(members, cx.finite[0])
        counts = np.concatenate([[0], np.cumsum(keep)])
        starts, members = counts[starts], members[keep]
    left, right = extract.shared_vertex_pairs(
        starts, members, cx.piece_classes.astype(np.int64), len(cx.patch.vhist)
    )
    return int(extract.components(len(cx), left, right)[1])
