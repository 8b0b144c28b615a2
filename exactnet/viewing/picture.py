"""Pictures of a network: regions and decision in one, two or three inputs, or on a slice."""

import os
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from exactnet.errors import InputError
from exactnet.exact.rationals import RationalLike, as_vector, to_text
from exactnet.fractals.ifs import IFS
from exactnet.fractals.prefractal import Prefractal
from exactnet.geometry.box import Box
from exactnet.limits import Limits, Progress, silent
from exactnet.networks.network import ReluNetwork
from exactnet.networks.restrict import restrict_to_plane
from exactnet.viewing import canvas
from exactnet.viewing.decision import MAX_OUTPUTS, DecisionComplex
from exactnet.viewing.line import draw_line
from exactnet.viewing.plane import draw_cells, draw_plane, frame
from exactnet.viewing.shapes import check_box, check_cells
from exactnet.viewing.space import draw_space

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Sides = Sequence[Sequence[RationalLike]]
Path = str | os.PathLike[str]


def save_picture(
    ifs: IFS,
    net: ReluNetwork,
    depth: int,
    path: Path,
    limits: Limits | None = None,
    progress: Progress = silent,
) -> int:
    """Draw K_depth beside the linear regions of a network on the base box, d = 2.

    Left: the cells of K_n. Right: every region of the network, coloured by its affine piece, with
    the cells of K_n outlined (see ``save_regions``). Returns the number of regions drawn.

    Raises InputError for other dimensions or endings, FileError if the file cannot be written,
    LimitReached for more cells or regions, or time, than the limits allow.
    """
    canvas.check_path(path)
    if ifs.dim != 2 or net.inputs != 2:
        raise InputError.about(
            "picture",
            "a fractal and a network in 2 dimensions",
            f"{ifs.dim} and {net.inputs}",
            "Choose d = 2.",
        )
    fractal, limits = ifs.prefractal(depth), limits or Limits()
    check_box(ifs.base)
    check_cells(fractal, limits)
    cut = DecisionComplex.of(net, ifs.base, limits, progress)
    progress("drawing")
    figure, (left, right) = canvas.figure(11.2, 5.9, columns=2)
    _draw_fractal(left, ifs, fractal, limits)
    draw_plane(right, cut)
    draw_cells(right, fractal, False, limits)
    _titles(right, cut, fractal)
    canvas.save(figure, path)
    return cut.regions


def draw_fractal(ifs: IFS, depth: int, limits: Limits | None = None) -> "Figure":
    """The cells of K_depth, d = 2 (LimitReached beyond the limits)."""
    figure, [axes] = canvas.figure(6.4, 6.7)
    _draw_fractal(axes, ifs, ifs.prefractal(depth), limits or Limits())
    return figure


def _draw_fractal(axes: "Axes", ifs: IFS, fractal: Prefractal, limits: Limits) -> None:
    """The cells of a prefractal in their base, with a title."""
    cells = draw_cells(axes, fractal, True, limits)
    frame(axes, ifs.base, ("$x_1$", "$x_2$"))
    name = ifs.name.replace("$", r"\$")
    canvas.title(axes, f"$K_{{{fractal.depth}}}$ of {name}", f"{cells:,} cells")


def check_picture(net: ReluNetwork, path: Path) -> None:
    """InputError unless ``save_regions`` can draw such a network in such a file."""
    canvas.check_path(path)
    if net.inputs > 3:
        raise InputError.about(
            "picture", "a network with 1, 2 or 3 inputs", str(net.inputs), "Draw a slice of it."
        )
    if net.outputs > MAX_OUTPUTS:
        raise InputError.about(
            "picture", f"at most {MAX_OUTPUTS} outputs", str(net.outputs), "Keep some of them."
        )


def save_regions(
    net: ReluNetwork,
    path: Path,
    box: Box | Sides | None = None,
    ifs: IFS | None = None,
    depth: int | None = None,
    limits: Limits | None = None,
    progress: Progress = silent,
) -> int:
    """Draw the regions of a network with 1, 2 or 3 inputs on a box (default [-1, 1]^d).

    One input: the graph, a full dot at each exact breakpoint (hollow: the pattern changes, the
    function does not bend). Two: the regions, coloured by affine piece: the same piece has the same
    colour, pieces that share an edge differ, the hue is the direction of the gradient; white edges
    separate regions of one piece. Three: the decision surface as exact polygons, the regions on
    the walls behind it. In each, the decision boundary {f = 0} (or where the largest output
    changes) is exact, and with ``ifs`` and ``depth`` the cells of K_depth are marked.

    PNG, SVG or PDF. Returns the number of regions, the full-dimensional activation regions.

    Raises InputError for more inputs or another ending, FileError if the file cannot be written,
    LimitReached when a limit is reached.
    """
    check_picture(net, path)
    figure, regions = draw_regions(net, box, ifs, depth, limits, progress)
    canvas.save(figure, path)
    return regions


def draw_regions(
    net: ReluNetwork,
    box: Box | Sides | None = None,
    ifs: IFS | None = None,
    depth: int | None = None,
    limits: Limits | None = None,
    progress: Progress = silent,
) -> tuple["Figure", int]:
    """The figure of ``save_regions`` and the number of regions."""
    box, limits = _as_box(box, net.inputs), limits or Limits()
    fractal = None if ifs is None or depth is None else ifs.prefractal(depth)
    if fractal is not None:
        if fractal.base.dim != net.inputs:
            raise InputError.about(
                "picture", f"a fractal in dimension {net.inputs}, as the network",
                f"dimension {fractal.base.dim}", "Choose another.",
            )  # fmt: skip
        check_cells(fractal, limits)
    cut = DecisionComplex.of(net, box, limits, progress)
    progress("drawing")
    figure, [axes] = canvas.figure(*((8.0, 4.8) if net.inputs == 1 else (6.4, 6.7)))
    _draw(axes, cut, fractal, limits)
    _titles(axes, cut, fractal)
    return figure, cut.regions


def save_slice(
    net: ReluNetwork,
    path: Path,
    origin: Iterable[RationalLike],
    first: Iterable[RationalLike],
    second: Iterable[RationalLike],
    box: Box | Sides | None = None,
    limits: Limits | None = None,
    progress: Progress = silent,
) -> int:
    """Draw the regions of a network on the plane origin + s first + t second, (s, t) in a box.

    The plane is composed into the first layer exactly; what is drawn are the regions of the whole
    network cut by the plane. Returns their number. See ``save_regions``.
    """
    canvas.check_path(path)
    start, u, v = (tuple(vector) for vector in (origin, first, second))
    plane = restrict_to_plane(net, start, [u, v])
    cut = DecisionComplex.of(plane, _as_box(box, 2), limits, progress)
    progress("drawing")
    figure, [axes] = canvas.figure(6.4, 6.7)
    draw_plane(axes, cut, ("$s$", "$t$"))
    _titles(axes, cut, below=_plane(start, u, v))
    canvas.save(figure, path)
    return cut.regions


def _as_box(box: Box | Sides | None, dim: int) -> Box:
    """The box to draw, [-1, 1]^d where none is given; InputError for one that cannot be drawn."""
    if box is None:
        return Box.cube(dim)
    found = box if isinstance(box, Box) else Box.of(box, "box")
    check_box(found)
    return found


def _draw(axes: "Axes", cut: DecisionComplex, fractal: Prefractal | None, limits: Limits) -> None:
    if cut.net.inputs == 1:
        draw_line(axes, cut, fractal, limits)
    elif cut.net.inputs == 2:
        draw_plane(axes, cut)
        if fractal is not None:
            draw_cells(axes, fractal, False, limits)
    else:
        draw_space(axes, cut, fractal, limits)


def _titles(
    axes: "Axes", cut: DecisionComplex, fractal: Prefractal | None = None, below: str = ""
) -> None:
    """How many regions and pieces there are, and how to read the picture."""
    regions, pieces = f"{cut.regions:,}", f"{cut.pieces:,}"
    text = "\n".join(part for part in (below, _legend(cut), _marked(cut, fractal)) if part)
    canvas.title(axes, f"{regions} regions, {pieces} affine pieces", text)


def _marked(cut: DecisionComplex, fractal: Prefractal | None) -> str:
    """How the cells of a prefractal are drawn, if there is one."""
    if fractal is None:
        return ""
    mark = {1: "bars", 2: "outlines", 3: "frames"}[cut.net.inputs]
    return f"red {mark}: the cells of $K_{{{fractal.depth}}}$"


def _legend(cut: DecisionComplex) -> str:
    """What is drawn, in words."""
    several, there = cut.net.outputs > 1, bool(cut.boundary.any())
    parts = []
    if cut.net.inputs == 2:
        parts.append(
            f"colour: affine piece, hue: direction of $\\nabla f{'_1' if several else ''}$"
        )
    if there:
        mark = {1: "red mark", 2: "bold", 3: "surface"}[cut.net.inputs]
        parts.append(f"{mark}: {'another output is largest' if several else '$f = 0$'}")
        if cut.net.inputs == 3 and not several:
            parts.append("orange where seen from $f > 0$, blue from $f < 0$")
    elif cut.net.inputs == 3:
        parts.append(
            f"no {'change of the largest output' if several else 'zero of $f$'} in the box"
        )
    if cut.net.inputs == 2 and cut.zero.any():
        parts.append("hatched: $f = 0$ throughout")
    return ", ".join(parts)


def _plane(*vectors: tuple[RationalLike, ...]) -> str:
    """origin + s first + t second, shortened."""
    shown = [", ".join(to_text(v) for v in as_vector(vector, "plane")) for vector in vectors]
    short = [f"({text})" if len(text) <= 24 else f"({text[:21]}...)" for text in shown]
    return f"slice at {short[0]} + s {short[1]} + t {short[2]}"
