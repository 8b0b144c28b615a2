"""The reference enumerator: every full-dimensional cell of a network's complex, in plain integers.

A cell is a maximal polyhedron on which every hidden unit keeps its sign; the network is affine on
it. Layer by layer the pre-activations are affine on a cell, and each one that takes both signs on
the cell's rays splits it. No linear programme, no float, no tolerance; coincident hyperplanes,
vertices on hyperplanes and dead units need no special case, because a cell is split only when some
ray is strictly on each side. Cells are produced depth first, so memory is that of one branch.

This module favours being short and evident over being fast; it is what faster ones are tested on.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from math import gcd
from operator import mul

from exactnet.exact.rows import Row, primitive
from exactnet.geometry.box import Box
from exactnet.geometry.polyhedron import Polyhedron
from exactnet.networks.layer import IDENTITY, Layer
from exactnet.networks.network import Pattern, ReluNetwork


@dataclass(frozen=True, slots=True)
class LinearCell:
    """A cell, its activation pattern, and the network there: outputs = rows . (x, 1) / scale."""

    polyhedron: Polyhedron
    pattern: Pattern
    rows: tuple[Row, ...]
    scale: int


def enumerate_cells(net: ReluNetwork, box: Box | None) -> Iterator[LinearCell]:
    """Stream the full-dimensional cells of the network on a box.

    On a box each cell is one full-dimensional activation region (definition 2 of THEORY; "proper"
    in counts). With ``box=None`` all of R^d is covered orthant by orthant, so a region that meets
    several orthants is produced once for each: right for proofs, not for counting. Exponential in
    the input dimension and, at worst, in depth times the logarithm of the width.

    >>> tent = ReluNetwork.of([([[3], [-3]], ["-3/2", "3/2"]), ([[1, 1]], ["-1/2"])])
    >>> [str(v) for cell in enumerate_cells(tent, Box.of([(0, 1)]))
    ...  for v in cell.polyhedron.interior_point()]
    ['2/3', '1/3']
    """
    d = net.inputs
    start = Polyhedron.orthants(d) if box is None else iter([Polyhedron.of_box(box)])
    identity = tuple(tuple(int(i == j) for j in range(d + 1)) for i in range(d))
    for polyhedron in start:
        stack = [(LinearCell(polyhedron, (), identity, 1), 0)]
        while stack:
            cell, index = stack.pop()
            layer = net.layers[index]
            before, scale = _affine(layer, cell)
            if index == net.depth:
                yield LinearCell(cell.polyhedron, cell.pattern, before, scale)
                continue
            for piece, bits in _split(cell.polyhedron, before, layer):
                stack.append((_activate(cell, piece, bits, before, scale, layer), index + 1))


def _affine(layer: Layer, cell: LinearCell) -> tuple[tuple[Row, ...], int]:
    """The layer's pre-activations on the cell, as integer rows over (x, 1) with one scale."""
    columns = tuple(zip(*cell.rows, strict=True))
    rows = []
    for weights in layer.rows:
        row = [sum(map(mul, weights, column)) for column in columns]  # stops before the bias
        row[-1] += weights[-1] * cell.scale
        rows.append(tuple(row))
    return tuple(rows), cell.scale * layer.scale


def _split(
    polyhedron: Polyhedron, before: tuple[Row, ...], layer: Layer
) -> list[tuple[Polyhedron, list[int]]]:
    """The pieces on which every unit keeps its sign, with one bit a unit."""
    pieces: list[tuple[Polyhedron, list[int]]] = [(polyhedron, [])]
    for row, slope in zip(before, layer.slopes, strict=True):
        if slope == IDENTITY:
            for _, bits in pieces:
                bits.append(1)
            continue
        values = polyhedron.values(row)
        if max(values) <= 0 or min(values) >= 0:  # constant sign on the whole cell
            bit = int(max(values) > 0)
            for _, bits in pieces:
                bits.append(bit)
            continue
        normal = primitive(row)
        following: list[tuple[Polyhedron, list[int]]] = []
        for piece, bits in pieces:
            below, above = piece.split(normal)
            if below is not None:
                following.append((below, [*bits, 0]))
            if above is not None:
                following.append((above, [*bits, 1]))
        pieces = following
    return pieces


def _activate(
    cell: LinearCell,
    piece: Polyhedron,
    bits: list[int],
    before: tuple[Row, ...],
    scale: int,
    layer: Layer,
) -> LinearCell:
    factors = [
        layer.slope_scale if bit else slope.numerator * (layer.slope_scale // slope.denominator)
        for bit, slope in zip(bits, layer.slopes, strict=True)
    ]
    scale *= layer.slope_scale
    rows = [tuple(factor * v for v in row) for factor, row in zip(factors, before, strict=True)]
    divisor = gcd(scale, *(v for row in rows for v in row))
    if divisor > 1:
        scale //= divisor
        rows = [tuple(v // divisor for v in row) for row in rows]
    return LinearCell(piece, (*cell.pattern, *bits), tuple(rows), scale)
