"""The one module that needs Matplotlib: a prefractal beside the regions of its network."""

import os
from collections.abc import Sequence
from fractions import Fraction
from math import atan2
from pathlib import Path

from exactnet.errors import ExactnetError, FileError, InputError
from exactnet.exact.rationals import Vector
from exactnet.fractals.ifs import IFS
from exactnet.networks.network import ReluNetwork
from exactnet.regions.reference import LinearCell, enumerate_cells

try:
    import matplotlib as mpl
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.collections import PolyCollection
    from matplotlib.figure import Figure
except ImportError as error:
    raise ExactnetError.about(
        "pictures", "Matplotlib", "an installation without it", "pip install 'exactnet[plot]'."
    ) from error

_INK, _PAPER, _CELL = "#16324f", "#ffffff", "#e07a1f"
_CANVAS = {".png": FigureCanvasAgg, ".svg": FigureCanvasSVG}


def save_picture(ifs: IFS, net: ReluNetwork, depth: int, path: str | os.PathLike[str]) -> int:
    """Draw K_depth and the linear regions of a network on the base box, d = 2; PNG or SVG.

    Left: the cells of K_n. Right: every region of the network, shaded by its value at the centre
    (darker is lower), with the cells of K_n outlined. Returns the number of regions drawn.

    Raises InputError for other dimensions or endings, FileError if the file cannot be written.
    """
    suffix = Path(path).suffix
    if ifs.dim != 2 or net.inputs != 2:
        raise InputError.about(
            "picture", "a fractal and a network in 2 dimensions", f"{ifs.dim}", "Choose d = 2."
        )
    if suffix not in _CANVAS:
        raise InputError.about("picture", "a .png or .svg file", f"'{suffix}'", "Rename it.")
    cells = list(enumerate_cells(net, ifs.base))
    figure = Figure(figsize=(11, 5.6), layout="constrained", facecolor=_PAPER)
    left, right = figure.subplots(1, 2)
    outlines = [_outline(cell.vertices()) for cell in ifs.prefractal(depth).cells()]
    left.add_collection(PolyCollection(outlines, facecolors=_CELL, edgecolors="none"))
    left.set_title(f"$K_{{{depth}}}$ of {ifs.name}: {len(outlines)} cells")
    polygons = [_outline(cell.polyhedron.vertices()) for cell in cells]
    values = [_value(cell) for cell in cells]
    regions = PolyCollection(
        polygons, array=values, cmap="Blues_r", edgecolors=_INK, linewidths=0.15
    )
    right.add_collection(regions)
    right.add_collection(
        PolyCollection(outlines, facecolors="none", edgecolors=_CELL, linewidths=0.8)
    )
    right.set_title(f"{len(cells)} linear regions of its network, shaded by $f$")
    for axes in (left, right):
        axes.set_xlim(float(ifs.base.lower[0]), float(ifs.base.upper[0]))
        axes.set_ylim(float(ifs.base.lower[1]), float(ifs.base.upper[1]))
        axes.set_aspect("equal")
    figure.colorbar(regions, ax=right, shrink=0.8)
    _CANVAS[suffix](figure)
    try:
        with mpl.rc_context({"svg.hashsalt": "exactnet"}):
            figure.savefig(path, dpi=150, metadata={"Date": None} if suffix == ".svg" else None)
    except OSError as error:
        raise FileError.about(
            os.fspath(path), "a writable file", error.strerror or str(error), "Check the path."
        ) from error
    return len(cells)


def _value(cell: LinearCell) -> float:
    """The network at an interior point of a cell."""
    centre = cell.polyhedron.interior_point()
    row = cell.rows[0]
    total = sum((a * x for a, x in zip(row, centre, strict=False)), start=Fraction(row[-1]))
    return float(total / cell.scale)


def _outline(vertices: Sequence[Vector]) -> list[tuple[float, float]]:
    """The vertices of a convex polygon in order around it, as floats."""
    points = [(float(x), float(y)) for x, y in vertices]
    cx = sum(x for x, _ in points) / len(points)
    cy = sum(y for _, y in points) / len(points)
    return sorted(points, key=lambda p: atan2(p[1] - cy, p[0] - cx))
