"""A matricised tensor as a picture: one square an entry, red above zero, blue below."""

import os
from fractions import Fraction
from typing import TYPE_CHECKING

from exactnet.constructions.separations.circuits import Circuit, matricisation
from exactnet.exact import linalg
from exactnet.exact.rationals import Matrix
from exactnet.viewing import canvas

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_PARTS = 16  # shades


def save_matricisations(net: Circuit, path: str | os.PathLike[str]) -> tuple[int, int]:
    """Draw two matricisations of a circuit's tensor, with their ranks, which are returned.

    Left: every other input indexes the rows, so each product of neighbours is cut apart. Right: the
    first half of the inputs does, and most products stay whole. Entries are shaded by the logarithm
    of their size. PNG, SVG or PDF; FileError if the file cannot be written.
    """
    canvas.check_path(path)
    split, kept = matricisation(net), matricisation(net, range(net.order // 2))
    ranks = linalg.rank(split), linalg.rank(kept)
    figure, axes = canvas.figure(9.6, 5.5, columns=2)
    heads = ("every other input indexes the rows", "the first half of the inputs does")
    for one, matrix, rank, head in zip(axes, (split, kept), ranks, heads, strict=True):
        _draw(one, matrix)
        canvas.title(one, f"rank {rank} of {len(matrix)}", head)
    canvas.save(figure, path)
    return ranks


def _draw(axes: "Axes", matrix: Matrix) -> None:
    rows, columns = len(matrix), len(matrix[0])
    sizes = [_bits(v) for row in matrix for v in row]
    least, most = min(sizes), max(*sizes, min(sizes) + 1)
    shapes, colours = [], []
    for i, row in enumerate(matrix):
        for j, value in enumerate(row):
            top = rows - i
            shapes.append([(j, top - 1), (j + 1, top - 1), (j + 1, top), (j, top)])
            shade = 1 + _PARTS * (_bits(value) - least) // (most - least) if value else 0
            colours.append(_colour(shade, value > 0))
    canvas.fill(axes, shapes, colours)
    axes.set(xlim=(0, columns), ylim=(0, rows), aspect="equal", xticks=[], yticks=[])


def _bits(value: Fraction) -> int:
    """The size of a number: a quarter of a binary digit is one unit."""
    return (abs(value.numerator) ** 4 // value.denominator**4).bit_length()


def _colour(shade: int, positive: bool) -> tuple[float, float, float]:
    fade = 1 - shade / (_PARTS + 1)
    return (0.75 + 0.25 * fade, fade, fade) if positive else (fade, fade, 0.75 + 0.25 * fade)
