"""The one module that needs Matplotlib: axes, polygons, lines, and whole files or none."""

import io
import os
from pathlib import Path
from typing import Any

import numpy as np

from exactnet.errors import ExactnetError, InputError
from exactnet.exact.strict_json import write_bytes
from exactnet.viewing.colours import GREY, INK, PAPER, STRONGEST, hue_of, oklch

try:
    import matplotlib as mpl
    from matplotlib.axes import Axes
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.backends.backend_pdf import FigureCanvasPdf
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.collections import LineCollection, PolyCollection
    from matplotlib.figure import Figure
    from matplotlib.ticker import MaxNLocator
except ImportError as error:
    raise ExactnetError.about(
        "pictures", "Matplotlib", "an installation without it", "pip install 'exactnet[plot]'."
    ) from error

_CANVAS = {".png": FigureCanvasAgg, ".svg": FigureCanvasSVG, ".pdf": FigureCanvasPdf}
_DATELESS = {
    ".png": {"Software": None}, ".svg": {"Date": None, "Creator": None},
    ".pdf": {"CreationDate": None, "Producer": None, "Creator": None},
}  # fmt: skip
DPI = 160
MANY = 5_000  # polygons or lines beyond which vector files hold them as an image
TOO_MANY = 40_000  # regions beyond which their edges would hide them


def check_path(path: str | os.PathLike[str]) -> str:
    """The ending of a picture file; InputError unless it is one that can be drawn."""
    suffix = Path(path).suffix.lower()
    if suffix not in _CANVAS:
        raise InputError.about(
            "picture", "a .png, .svg or .pdf file", f"'{suffix:.20}'", "Rename it."
        )
    return suffix


def figure(width: float, height: float, columns: int = 1) -> tuple[Figure, list[Axes]]:
    """A blank figure in inches with one row of axes, ticks outside and no frame lines above."""
    result = Figure(figsize=(width, height), layout="constrained", facecolor=PAPER)
    axes = [result.add_subplot(1, columns, k + 1) for k in range(columns)]
    for one in axes:
        one.tick_params(colors=GREY, labelsize=8)
        for spine in one.spines.values():
            spine.set(color="#9aa1ad", linewidth=0.6)
    return result, axes


def title(axes: Axes, head: str, below: str) -> None:
    """A title, and smaller grey lines between it and the axes."""
    pad = 8 + 11 * (below.count("\n") + bool(below))
    axes.set_title(head, loc="left", fontsize=11, color=INK, y=1.0, pad=pad)
    axes.text(0, 1.012, below, transform=axes.transAxes, fontsize=7.5, color=GREY, va="bottom")


def whole_ticks(axes: Axes) -> None:
    """Ticks of the horizontal axis at integers only."""
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))


def fill(axes: Axes, shapes: Any, colours: Any, **style: Any) -> None:
    """Filled polygons. Few get an edge of their own colour: no seams show between them."""
    if len(shapes):
        options: dict[str, Any] = {"linewidths": 0.3, "edgecolors": "face"}
        if len(shapes) > MANY:
            options = {"edgecolors": "none", "antialiaseds": False, "rasterized": True}
        axes.add_collection(PolyCollection(shapes, facecolors=colours, **options | style))


def hatch(axes: Axes, shapes: Any) -> None:
    """Polygons in white with grey stripes."""
    with mpl.rc_context({"hatch.linewidth": 0.5, "hatch.color": "#8b919c"}):
        fill(axes, shapes, PAPER, hatch="///////", linewidths=0.0, zorder=1.5)


def lines(axes: Axes, ends: Any, colour: str, width: Any, **style: Any) -> None:
    """Straight segments, an (m, 2, 2) array, with one width or one a segment."""
    if len(ends):
        options: dict[str, Any] = {"capstyle": "round", "rasterized": len(ends) > 4 * MANY}
        axes.add_collection(
            LineCollection(ends, colors=colour, linewidths=width, **options | style)
        )


def wheel(axes: Axes) -> None:
    """A small wheel above the upper right corner: which hue means which direction of gradient."""
    inset = axes.inset_axes((0.93, 1.015, 0.07, 0.07))
    angles = np.linspace(0, 2 * np.pi, 49)
    rim = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    wedges = [np.array([rim[k], rim[k + 1], 0.45 * rim[k + 1], 0.45 * rim[k]]) for k in range(48)]
    middle = (angles[:-1] + angles[1:]) / 2
    fill(inset, wedges, oklch(np.full(48, 0.82), np.full(48, STRONGEST), hue_of(middle)))
    inset.text(-1.35, 0, "$\\nabla f$", ha="right", va="center", fontsize=8, color=GREY)
    inset.set(xlim=(-1.1, 1.1), ylim=(-1.1, 1.1), aspect="equal")
    inset.axis("off")


def save(result: Figure, path: str | os.PathLike[str]) -> None:
    """Write a figure, all or nothing, the same bytes each time (FileError if that fails)."""
    write_bytes(path, rendered(result, check_path(path)))


def rendered(result: Figure, suffix: str) -> bytes:
    """The bytes of a figure's .png, .svg or .pdf file."""
    _CANVAS[suffix](result)
    buffer = io.BytesIO()
    with mpl.rc_context({"svg.hashsalt": "exactnet"}):
        result.savefig(buffer, format=suffix[1:], dpi=DPI, metadata=_DATELESS[suffix])
    return buffer.getvalue()
