"""Three inputs: the exact decision surface in its box, the regions on the walls behind it."""

from typing import TYPE_CHECKING, Any

import numpy as np

from exactnet.exact.rationals import to_text
from exactnet.fractals.prefractal import Prefractal
from exactnet.geometry.box import Box
from exactnet.limits import Limits
from exactnet.regions.patch import Array
from exactnet.viewing import canvas
from exactnet.viewing.colours import FRACTAL, INK, oklch, piece_colours
from exactnet.viewing.decision import DecisionComplex
from exactnet.viewing.shapes import cell_corners, float_points, on_side, polygons

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# The view: orthographic, x_1 to the lower right, x_2 to the upper right, x_3 up.
_AZIMUTH, _ELEVATION = np.radians(-57.0), np.radians(24.0)
_TOWARDS = np.array(
    [np.cos(_ELEVATION) * np.cos(_AZIMUTH), np.cos(_ELEVATION) * np.sin(_AZIMUTH),
     np.sin(_ELEVATION)]
)  # fmt: skip
_RIGHT = np.array([-np.sin(_AZIMUTH), np.cos(_AZIMUTH), 0.0])
_SCREEN = np.stack([_RIGHT, np.cross(_TOWARDS, _RIGHT)], axis=1)
_LIGHT = np.array([0.35, -0.55, 0.76])
_FRONT = _TOWARDS > 0  # whether the viewer sees the upper side of each coordinate


def draw_space(
    axes: "Axes", cut: DecisionComplex, fractal: Prefractal | None, limits: Limits
) -> None:
    """The decision surface before the three hidden walls; without one, the three visible walls."""
    cx = cut.cx
    assert cx.box is not None
    points = _to_cube(cx.box, float_points(cx))
    surface = np.flatnonzero(cut.boundary)
    _walls(axes, cut, points, visible=not len(surface))
    if len(surface):
        _surface(axes, cut, points, surface)
    _wires(axes, bool(len(surface)))
    if fractal is not None:
        _cells(axes, cell_corners(fractal, limits), cx.box)
    _labels(axes, cx.box)
    axes.set_xlim(-1.75, 1.75)
    axes.set_ylim(-1.75, 1.75)
    axes.set_aspect("equal")
    axes.axis("off")


def _to_cube(box: Box, points: Array) -> Array:
    low, high = (np.array([float(v) for v in side]) for side in (box.lower, box.upper))
    return np.asarray((2 * points - low - high) / (high - low))


def _walls(axes: "Axes", cut: DecisionComplex, points: Array, visible: bool) -> None:
    """The regions where they meet the walls of the box, coloured by affine piece."""
    cx = cut.cx
    colours = piece_colours(cx)[cx.piece_classes]
    for j in range(3):
        facets = np.flatnonzero(on_side(cx, j, upper=bool(_FRONT[j]) == visible))
        shade = 1.0 if visible else 0.5
        shades = (0.86 + 0.14 * _LIGHT[j] if visible else 1.0) * colours[cut.sides[0][facets]]
        faces = [shape @ _SCREEN for shape in polygons(cx, points, facets)]
        canvas.fill(
            axes, faces, shades * shade + (1 - shade), edgecolors=INK if visible else "#b9bec7",
            linewidths=0.35 if visible else 0.25,
        )  # fmt: skip


def _surface(axes: "Axes", cut: DecisionComplex, points: Array, facets: Array) -> None:
    """The decision surface from back to front: shaded by its slope, coloured by what is before it.

    Before a facet is the cell on the viewer's side: f > 0 there or f < 0, or which output wins.
    """
    shapes = polygons(cut.cx, points, facets)
    centres = np.array([shape.mean(axis=0) for shape in shapes])
    normals = np.array([_normal(shape) for shape in shapes])
    normals *= np.where(normals @ _TOWARDS < 0, -1.0, 1.0)[:, None]
    first, second = (side[facets] for side in cut.sides)
    ahead = np.einsum("ij,ij->i", _cell_centres(cut, points)[first] - centres, normals) > 0
    before = cut.decided[np.where(ahead | (second < 0), first, second)]
    light = 0.62 + 0.38 * np.abs(normals @ _LIGHT)
    colours = _side_colours(before, cut.net.outputs) * light[:, None]
    order = np.argsort(centres @ _TOWARDS)
    canvas.fill(
        axes, [shapes[k] @ _SCREEN for k in order], colours[order], alpha=0.94,
        edgecolors=INK, linewidths=0.3,
    )  # fmt: skip


def _normal(shape: Array) -> Array:
    """The unit normal of a convex polygon in space."""
    return np.asarray(np.linalg.svd(shape - shape.mean(axis=0), full_matrices=True)[2][2])


def _cell_centres(cut: DecisionComplex, points: Array) -> Array:
    starts, members = cut.cx.cell_vertices
    counts = np.diff(starts)[:, None]
    return np.asarray(np.add.reduceat(points[members], starts[:-1]) / counts)


def _side_colours(before: Array, outputs: int) -> Array:
    """Warm where f > 0, cold where f < 0, light where f = 0; a hue for each of several outputs."""
    if outputs > 1:
        size = np.ones(len(before))
        return oklch(0.8 * size, 0.11 * size, before * 2 * np.pi / outputs + 0.5)
    known = oklch(np.array([0.72, 0.96, 0.83]), np.array([0.1, 0.0, 0.13]), np.array([4.3, 0, 1.2]))
    return np.asarray(known[before + 1])


def _wires(axes: "Axes", before: bool) -> None:
    """The edges of the box; those that meet in the nearest corner only where nothing is opaque."""
    corners = np.array(list(np.ndindex(2, 2, 2))) * 2.0 - 1
    near = np.where(_FRONT, 1.0, -1.0)
    for a, b in _cube_edges():
        ends = corners[[a, b]]
        hidden = (ends == -near).all(axis=1).any()
        front = (ends == near).all(axis=1).any()
        if before or not hidden:
            style: dict[str, Any] = {
                "zorder": 0.5 if hidden else 3,
                "alpha": 0.35 if front else 0.8,
            }
            canvas.lines(axes, (ends @ _SCREEN)[None], INK, 0.8, **style)


def _cube_edges() -> list[tuple[int, int]]:
    """Pairs of corners of a cube, in lexicographic order, that share an edge."""
    return [(a, a | bit) for a in range(8) for bit in (1, 2, 4) if not a & bit]


def _cells(axes: "Axes", corners: Array, box: Box) -> None:
    """The cells of a prefractal as wire frames."""
    ends = (_to_cube(box, corners) @ _SCREEN)[:, np.array(_cube_edges())]
    canvas.lines(axes, ends.reshape(-1, 2, 2), FRACTAL, 0.6, zorder=4)


def _labels(axes: "Axes", box: Box) -> None:
    """Names and ends of the coordinates along three outer edges."""
    for j, spot in enumerate([(0, -1, -1), (1, 0, -1), (-1, -1, 0)]):
        outward = 1.13 * (np.array(spot) != 0) * np.array(spot)
        ends = [to_text(box.lower[j]), f"$x_{j + 1}$", to_text(box.upper[j])]
        for value, text in zip((-1, 0, 1), ends, strict=True):
            place = outward.astype(float)
            place[j] = value
            u, v = place @ _SCREEN
            axes.text(u, v, f"{text:.12}", fontsize=8 if value else 11, color=INK,
                      ha="center", va="center")  # fmt: skip
