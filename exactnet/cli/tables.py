"""Bounds beside each other, for people and for scripts."""

from dataclasses import replace
from math import floor

from exactnet.cli import output
from exactnet.exact.rationals import to_text
from exactnet.geometry.box import Box
from exactnet.networks.layer import IDENTITY, RELU
from exactnet.networks.network import ReluNetwork
from exactnet.regions import bounds
from exactnet.regions.bounds import BoundRow

_RELU_ONLY = ("serra", "hinz")


def bound_rows(net: ReluNetwork) -> list[BoundRow]:
    """Every bound for the sizes of a network; the reasons why not, where there is none.

    Two bounds are about relu units, so there absolute value and leaky units count twice.
    """
    if not net.depth:
        why = "needs a hidden layer, got none"
        return [replace(row, value=None, note=why) for row in bounds.table(net.inputs, [1])]
    widths = [layer.outputs for layer in net.layers[:-1]]
    rows = bounds.table(net.inputs, widths)
    bent = [sum(s not in (RELU, IDENTITY) for s in layer.slopes) for layer in net.layers[:-1]]
    if not any(bent):
        return rows
    safe = bounds.table(net.inputs, [w + b for w, b in zip(widths, bent, strict=True)])
    note = "; abs and leaky units counted twice"
    return [
        replace(other, note=other.note.replace("; relu units", note)) if row.name in _RELU_ONLY
        else row
        for row, other in zip(rows, safe, strict=True)
    ]  # fmt: skip


def bounds_document(rows: list[BoundRow]) -> dict[str, object]:
    """Name -> an integer, a pair of rationals around the number, or null."""
    return {
        row.name: [to_text(end) for end in row.value] if isinstance(row.value, tuple) else row.value
        for row in rows
    }


def print_bounds(rows: list[BoundRow]) -> None:
    """One line a bound: name, kind, value (the whole part of an interval), note."""
    lines = [(row.name, row.kind, _shown(row), row.note) for row in rows]
    output.table(("bound", "kind", "value", "note"), lines)


def _shown(row: BoundRow) -> str:
    if row.value is None:
        return "-"
    return output.short(floor(row.value[0]) if isinstance(row.value, tuple) else row.value)


def domain_text(net: ReluNetwork, box: Box | None) -> str:
    """The domain in words.

    >>> net = ReluNetwork.of([([[1, 1]], [0])])
    >>> domain_text(net, Box.cube(2)), domain_text(net, Box.of([(0, 1), (0, "1/2")]))
    ('[-1, 1]^2', '[0, 1] x [0, 1/2]')
    """
    if box is None:
        return f"R^{net.inputs}"
    ends = zip(box.lower, box.upper, strict=True)
    sides = [f"[{to_text(a)}, {to_text(b)}]" for a, b in ends]
    if len(set(sides)) == 1:
        return sides[0] if len(sides) == 1 else f"{sides[0]}^{len(sides)}"
    return " x ".join(sides)


def domain_document(box: Box | None) -> list[list[str]] | None:
    """The sides of a box, as in the file of a fractal; null for R^d."""
    if box is None:
        return None
    return [[to_text(a), to_text(b)] for a, b in zip(box.lower, box.upper, strict=True)]
