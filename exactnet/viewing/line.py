"""One input: the graph of a network, its exact breakpoints, and its regions along the axis."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from exactnet.errors import InputError
from exactnet.exact.rationals import Vector
from exactnet.fractals.prefractal import Prefractal
from exactnet.limits import Limits
from exactnet.regions.patch import Array
from exactnet.regions.segment import breakpoints_along
from exactnet.viewing import canvas
from exactnet.viewing.colours import FRACTAL, INK, oklch, piece_colours
from exactnet.viewing.decision import DecisionComplex
from exactnet.viewing.shapes import LARGEST, cell_corners, float_points, segments

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MARKED = 200  # breakpoints beyond which their marks would hide the graph


def draw_line(
    axes: "Axes", cut: DecisionComplex, fractal: Prefractal | None, limits: Limits
) -> None:
    """The graph of every output over a strip of the regions, with breakpoints and decisions."""
    box = cut.cx.box
    assert box is not None
    pieces = breakpoints_along(cut.net, box.lower, box.upper)
    x = np.array([float(v) for (v,) in pieces.points()])
    y = _floats(pieces.values())
    low, high = min(float(y.min()), 0.0), max(float(y.max()), 0.0)
    height = (high - low) or 1.0
    strip = low - 0.12 * height
    _strip(axes, cut, strip, 0.05 * height)
    axes.axhline(0, color="#9aa1ad", linewidth=0.7, zorder=1)
    inks = _inks(y.shape[1])
    for k, (column, ink) in enumerate(zip(y.T, inks, strict=True), 1):
        axes.plot(x, column, color=ink, linewidth=1.6, zorder=3, label=f"$f_{{{k}}}$")
    if len(x) - 2 <= MARKED:
        _marks(axes, x, y, pieces.merged().parameters, pieces.parameters, inks)
    _decisions(axes, cut, x, y)
    if fractal is not None:
        _bars(axes, cell_corners(fractal, limits), strip + 0.08 * height)
    axes.set_xlim(x[0], x[-1])
    axes.set_ylim(strip - 0.04 * height, high + 0.08 * height)
    axes.set_xlabel("$x$", color=INK)
    axes.set_ylabel("$f$", color=INK, rotation=0, labelpad=8)
    if len(inks) > 1:
        axes.legend(frameon=False, fontsize=9)


def _floats(values: Sequence[Vector]) -> Array:
    """Values of the outputs in floats; InputError for those too large to be drawn."""
    if any(abs(v) > LARGEST for value in values for v in value):
        raise InputError.about(
            "picture", f"outputs up to {LARGEST:.0e}", "larger ones", "Scale the network down."
        )
    return np.array([[float(v) for v in value] for value in values])


def _bars(axes: "Axes", corners: Array, height: float) -> None:
    """The cells of a prefractal as bars at some height."""
    cells = np.concatenate([corners, np.full_like(corners, height)], axis=2)
    canvas.lines(axes, cells, FRACTAL, 3.0, capstyle="butt", zorder=4)


def _inks(outputs: int) -> list[object]:
    """One colour an output; a single one is drawn in ink."""
    if outputs == 1:
        return [INK]
    turns = np.arange(outputs) * 2 * np.pi / outputs + 0.4
    return [*oklch(np.full(outputs, 0.55), np.full(outputs, 0.14), turns)]


def _strip(axes: "Axes", cut: DecisionComplex, base: float, height: float) -> None:
    """The cells as a strip under the graph, coloured by affine piece."""
    points = float_points(cut.cx)[:, 0]
    ends = np.sort(segments(cut.cx, points[:, None])[:, :, 0], axis=1)
    left, right = ends.T
    low, high = np.full(len(ends), base), np.full(len(ends), base + height)
    corners = [(left, low), (right, low), (right, high), (left, high)]
    shapes = np.stack([np.stack(corner, axis=1) for corner in corners], axis=1)
    canvas.fill(axes, shapes, piece_colours(cut.cx)[cut.cx.piece_classes])
    cuts = points[cut.cx.finite[0]][cut.own]
    if len(cuts) <= canvas.MANY:
        lines = np.stack([np.stack([cuts, np.full(len(cuts), y)], axis=1)
                          for y in (base, base + height)], axis=1)  # fmt: skip
        canvas.lines(axes, lines, INK, 0.5, capstyle="butt")


def _marks(
    axes: "Axes", x: Array, y: Array, bends: Vector, parameters: Vector, inks: list[object]
) -> None:
    """Full dots where the function bends, hollow ones where only the pattern changes."""
    kept = set(bends)
    for k, t in enumerate(parameters):
        if 0 < k < len(x) - 1:
            for value, ink in zip(y[k], inks, strict=True):
                inner = ink if t in kept else "#ffffff"
                axes.plot(x[k], value, "o", ms=4, mfc=inner, mec=ink, mew=0.9, zorder=5)


def _decisions(axes: "Axes", cut: DecisionComplex, x: Array, y: Array) -> None:
    """A tick on the axis of f = 0 (or on the highest output, where it changes)."""
    places = float_points(cut.cx)[cut.cx.finite[0], 0][cut.boundary]
    top = np.interp(places, x, y.max(axis=1))
    if len(places) <= MARKED:
        axes.plot(places, top, "|", color=FRACTAL, ms=11, mew=1.6, zorder=6)
