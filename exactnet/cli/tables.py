"""Bounds, sizes and domains, for people and for scripts."""

from math import floor

from exactnet.cli import output
from exactnet.exact.rationals import to_text
from exactnet.fractals.ifs import IFS
from exactnet.geometry.box import Box
from exactnet.networks.network import ReluNetwork
from exactnet.regions.bounds import BoundRow


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


def sizes(ifs: IFS, depth: int, net: ReluNetwork) -> dict[str, object]:
    """Depth and width of a network for K_n, beside those of Theorem 1."""
    return {
        "depth": net.depth,
        "width": net.width,
        "bound_depth": 2 * depth + 1,
        "bound_width": 5 * ifs.dim * ifs.r,
    }


def sizes_text(sizes: dict[str, object]) -> str:
    """The same in words."""
    return (
        f"{sizes['depth']} hidden layers (Theorem 1: {sizes['bound_depth']}), "
        f"width {sizes['width']} (Theorem 1: {sizes['bound_width']})"
    )
