"""The dual graph of a complex, and point location."""

from typing import TYPE_CHECKING

import numpy as np

from exactnet.errors import ConsistencyError, ExactnetError, InputError
from exactnet.exact.rationals import Vector, show_point
from exactnet.exact.rows import dot, homogeneous
from exactnet.networks.layer import IDENTITY

if TYPE_CHECKING:
    import networkx as nx

    from exactnet.regions.complex import RegionComplex


def graph(cx: "RegionComplex") -> "nx.Graph":
    """Cells as nodes, an edge where two cells share a facet.

    Node attributes: ``pattern`` (a string of 0 and 1, one a hidden unit) and ``piece`` (equal where
    the affine functions are). Edge attributes: ``facet`` (the index of the (d-1)-face) and
    ``units`` (the hidden units that vanish on it and change sign across it, separated by spaces,
    counted from 0 through all layers). All are integers or strings, so ``networkx.write_graphml``
    takes them.
    """
    try:
        import networkx as nx
    except ImportError as error:
        raise ExactnetError.about(
            "graph", "networkx", "an installation without it", "pip install networkx."
        ) from error
    result = nx.Graph(dimension=cx.dim, regions=len(cx))
    patterns = cx.patterns()
    for cell, (bits, piece) in enumerate(zip(patterns, cx.piece_classes.tolist(), strict=True)):
        result.add_node(cell, pattern="".join(map(str, bits.tolist())), piece=piece)
    for facet, (a, b) in enumerate(cx.facet_cells.tolist()):
        if b >= 0:
            units = " ".join(map(str, np.flatnonzero(patterns[a] != patterns[b]).tolist()))
            result.add_edge(a, b, facet=facet, units=units)
    return result


def locate(cx: "RegionComplex", x: Vector) -> tuple[int, int]:
    """The face (k, index) with the point in its relative interior, by its sign vector."""
    if cx.box is not None and x not in cx.box:
        raise InputError.about(
            "locate", "a point of the box", show_point(x)[:60], "Enumerate a larger box."
        )
    key = _history_at(cx, x)
    for k in range(cx.dim + 1):
        found = np.flatnonzero((cx.history(k) == key).all(axis=1))
        if len(found):
            return k, int(found[0])
    raise ConsistencyError.about("locate", "a face", show_point(x)[:60], "Report this bug.")


def _history_at(cx: "RegionComplex", x: Vector) -> "np.ndarray":
    """The sign history of a point, as the faces have it."""
    ray, engine = homogeneous(x), cx.engine
    positive = negative = 0
    for k, facet in enumerate(engine.domain.facets):
        value = dot(facet, ray)
        box = cx.box is not None  # inside a box bits are set, whatever the sign of the form
        positive |= int(value > 0 or (box and value < 0)) << k
        negative |= int(value < 0 and not box) << k
    unit = engine.domain.bits
    for k, layer in enumerate(cx.network.layers[:-1]):
        values = engine.layers.pre_activations(ray, k)
        for value, slope in zip(values, layer.slopes, strict=True):
            positive |= int(value > 0 or slope == IDENTITY) << unit
            negative |= int(value < 0 and slope != IDENTITY) << unit
            unit += 1
    words = [part >> (64 * k) & (2**64 - 1) for part in (positive, negative)
             for k in range(engine.words)]  # fmt: skip
    return np.array(words, dtype=np.uint64)
