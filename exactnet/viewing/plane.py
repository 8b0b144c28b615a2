"""Two inputs: the regions of a network as polygons coloured by affine piece, and its decision."""

from typing import TYPE_CHECKING

import numpy as np

from exactnet.fractals.prefractal import Prefractal
from exactnet.geometry.box import Box
from exactnet.limits import Limits
from exactnet.regions.patch import Array
from exactnet.viewing import canvas
from exactnet.viewing.colours import FRACTAL, INK, PAPER, piece_colours
from exactnet.viewing.decision import DecisionComplex
from exactnet.viewing.shapes import cell_corners, float_points, polygons, segments

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def draw_plane(
    axes: "Axes", cut: DecisionComplex, names: tuple[str, str] = ("$x_1$", "$x_2$")
) -> None:
    """The regions by piece, thin edges, cells with f = 0 hatched, the decision boundary on top."""
    cx = cut.cx
    points = float_points(cx)
    shapes = polygons(cx, points, np.arange(len(cx)))
    canvas.fill(axes, shapes, piece_colours(cx)[cx.piece_classes])
    canvas.hatch(axes, [shapes[k] for k in np.flatnonzero(cut.zero)])
    edges = segments(cx, points)
    if cut.regions <= canvas.TOO_MANY:
        first, second = cut.sides
        bends = cut.own & (cx.piece_classes[first] != cx.piece_classes[second])
        _edges(axes, edges[cut.own & ~bends], PAPER, 0.5, alpha=0.75)
        _edges(axes, edges[bends], INK, 0.5, alpha=0.6)
    canvas.lines(axes, edges[cut.boundary], INK, 0.8 if cut.zero.any() else 1.5)
    assert cx.box is not None
    frame(axes, cx.box, names)
    canvas.wheel(axes)


def _edges(axes: "Axes", ends: Array, colour: str, width: float, **style: float) -> None:
    """Segments, thinner where they are short, so that small cells are not drowned in ink."""
    if len(ends):
        lengths = np.hypot(*(ends[:, 1] - ends[:, 0]).T) / np.ptp(ends)
        canvas.lines(axes, ends, colour, width * np.clip(lengths / 0.08, 0.3, 1.0), **style)


def draw_cells(
    axes: "Axes", fractal: Prefractal, filled: bool, limits: Limits | None = None
) -> int:
    """The cells of a prefractal, filled or outlined; how many there are (LimitReached)."""
    around = cell_corners(fractal, limits or Limits())[
        :, [0, 1, 3, 2]
    ]  # the corners of a box come in lexicographic order
    if filled:
        canvas.fill(axes, around, FRACTAL)
    else:
        canvas.fill(axes, around, "none", edgecolors=FRACTAL, linewidths=0.8, zorder=3)
    return len(around)


def frame(axes: "Axes", box: Box, names: tuple[str, str]) -> None:
    """Axes that end where the box does."""
    lower, upper = ([float(v) for v in side] for side in (box.lower, box.upper))
    axes.set_xlim(lower[0], upper[0])
    axes.set_ylim(lower[1], upper[1])
    axes.set_aspect("equal")
    axes.set_xlabel(names[0], color=INK)
    axes.set_ylabel(names[1], color=INK, rotation=0, labelpad=8)
