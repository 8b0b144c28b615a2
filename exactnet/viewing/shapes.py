"""Faces of a complex, and cells of a prefractal, as arrays of floats, in bulk."""

import numpy as np

from exactnet.errors import InputError, LimitReached
from exactnet.fractals.prefractal import Prefractal
from exactnet.geometry.box import Box
from exactnet.limits import Limits
from exactnet.regions.complex import RegionComplex
from exactnet.regions.kernel.columns import LENGTH, START
from exactnet.regions.patch import Array

LARGEST, SMALLEST = 1e150, 1e-150  # sizes that leave room for products of two
PRECISION = 1e-6  # of the box, far below a pixel: coarser vertices are computed exactly first


def float_points(cx: RegionComplex) -> Array:
    """The coordinates of all vertices of a complex on a box, rounded, by internal id.

    The enumeration has them as integers, or as floats with an error bound; where the bound is too
    coarse for drawing, the exact vertex is rounded instead.
    """
    assert cx.box is not None
    patch, d = cx.patch, cx.dim
    with np.errstate(all="ignore"):
        ends = patch.values[:, -d - 1 :].astype(np.float64)
        points = ends[:, 1:] / ends[:, :1]
        if patch.exact:
            return points
        errors = patch.rho[:, None] * patch.bound[0, -d - 1 :]
        reach = (errors[:, 1:] + np.abs(points) * errors[:, :1]) / ends[:, :1]
    extent = [float(b - a) for a, b in zip(cx.box.lower, cx.box.upper, strict=True)]
    for v in np.flatnonzero(~(reach <= np.array(extent) * PRECISION).all(axis=1)).tolist():
        *place, scale = cx.ray(v)
        points[v] = [x / scale for x in place]
    return np.asarray(points)


def segments(cx: RegionComplex, points: Array) -> Array:
    """The 1-faces as an (f_1, 2, d) array."""
    table = cx.patch.table[cx.finite[1]]
    return np.asarray(points[cx.patch.pool[table[:, START, None] + np.arange(2)]])


def polygons(cx: RegionComplex, points: Array, faces: Array) -> list[Array]:
    """The corners of 2-faces, given by number, each polygon in order around it.

    A corner of a polygon is an end of two of its edges. Corners are sorted by their angle around
    the centre in the polygon's plane, which is that of its two main axes.
    """
    if not len(faces):
        return []
    owner, corners = _corners(cx, cx.finite[2][faces])
    starts = np.flatnonzero(np.diff(owner, prepend=-1))
    counts = np.diff(np.append(starts, len(owner)))
    places = points[corners]
    centres = np.add.reduceat(places, starts) / counts[:, None]
    offsets = places - centres[owner]
    if cx.dim > 2:
        moments = np.add.reduceat(offsets[:, :, None] * offsets[:, None, :], starts)
        axes = np.linalg.eigh(moments)[1][:, :, -2:]
        offsets = np.einsum("ij,ijk->ik", offsets, axes[owner])
    order = np.lexsort((np.arctan2(offsets[:, 1], offsets[:, 0]), owner))
    return np.split(places[order], starts[1:])


def _corners(cx: RegionComplex, faces: Array) -> tuple[Array, Array]:
    """(polygon, vertex) for every corner of every 2-face, given by internal ids."""
    table, pool = cx.patch.table, cx.patch.pool
    lengths = table[faces, LENGTH].astype(np.int64)
    owner = np.repeat(np.arange(len(faces)), lengths)
    within = np.arange(len(owner)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    edges = pool[table[faces, START][owner] + within]
    ends = pool[table[edges, START, None] + np.arange(2)]
    keys = np.unique(owner[:, None] * len(cx.patch.vhist) + ends)
    return keys // len(cx.patch.vhist), keys % len(cx.patch.vhist)


def on_side(cx: RegionComplex, coordinate: int, upper: bool) -> Array:
    """Which facets lie in a side of the box, by their exact signs."""
    bit = np.uint64(2 * coordinate + int(upper))
    return np.asarray(cx.history(cx.dim - 1)[:, 0] >> bit & np.uint64(1) == 0)


def check_cells(fractal: Prefractal, limits: Limits) -> None:
    """LimitReached if a prefractal has more cells than the limits allow; nothing is listed.

    >>> from exactnet.geometry.affine import AffineMap
    >>> from exactnet.geometry.box import Box
    >>> thirds = (AffineMap.of([["1/3"]], [0]), AffineMap.of([["1/3"]], ["2/3"]))
    >>> check_cells(Prefractal(thirds, Box.of([(0, 1)]), 99), Limits())
    Traceback (most recent call last):
        ...
    exactnet.errors.LimitReached: K_99 has 2^99 cells, more than the limit of 5000000
    """
    maps, depth = len(fractal.maps), fractal.depth
    if maps**depth > limits.cells:
        raise LimitReached(
            f"K_{depth} has {maps}^{depth} cells, more than the limit of {limits.cells}"
        )


def cell_corners(fractal: Prefractal, limits: Limits) -> Array:
    """The corners of the cells of a prefractal as an (r^n, 2^d, d) array, rounded.

    Corners of a cell come in the order of ``Box.vertices``. LimitReached beyond the limits; takes
    the time and memory of r^n cells.
    """
    check_cells(fractal, limits)
    corners: list[list[list[float]]] = []
    for cell in fractal.cells():
        limits.check_now_and_then(len(corners))
        corners.append([[float(x) for x in vertex] for vertex in cell.vertices()])
    return np.array(corners)


def check_box(box: Box) -> None:
    """InputError unless floats tell the points of a box apart well enough to draw them.

    >>> check_box(Box.of([(10**20, 10**20 + 1)]))
    Traceback (most recent call last):
        ...
    exactnet.errors.InputError: picture: expected wider sides so far from 0, got side 1. Move it.
    """
    for k, (low, high) in enumerate(zip(box.lower, box.upper, strict=True), 1):
        far = max(abs(low), abs(high))
        if not SMALLEST <= high - low <= LARGEST:
            raise InputError.about(
                "picture", f"sides of {SMALLEST:.0e} to {LARGEST:.0e}", f"side {k}",
                "Choose another box.",
            )  # fmt: skip
        if (high - low) * 10**6 < far:
            raise InputError.about("picture", "wider sides so far from 0", f"side {k}", "Move it.")
