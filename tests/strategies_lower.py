"""Drawn systems and networks for the tests, and the arithmetic that they write out by hand."""

from fractions import Fraction as F

from hypothesis import strategies as st

from exactnet.fractals.ifs import IFS
from exactnet.networks.network import ReluNetwork
from exactnet.testing import strategies as own

Point = tuple[F, ...]
Grid = tuple[Point, ...]

rationals = own.rationals(min_value=-12, max_value=12, max_denominator=6)


def networks(
    inputs: int | None = None, outputs: int | None = None, hidden: int = 3
) -> st.SearchStrategy[ReluNetwork]:
    """Small networks of up to ``hidden`` hidden layers with every kind of unit."""
    return own.relu_networks(
        inputs=inputs,
        outputs=outputs,
        layers=range(hidden + 1),
        width=range(1, 4),
        activations=own.ACTIVATIONS,
    )


@st.composite
def interval_systems(draw: st.DrawFn, touching: bool = False) -> tuple[IFS, list[tuple[F, F]]]:
    """An IFS on an interval together with its images, from left to right.

    The images are read off increasing marks, so their gaps are known without asking the library;
    with ``touching`` some neighbour pair shares an end point.
    """
    base = draw(own.boxes(1))
    low, high = base.lower[0], base.upper[0]
    count = draw(st.integers(2, 4))
    marks = sorted(draw(st.sets(st.integers(0, 24), min_size=2 * count, max_size=2 * count)))
    if touching:
        k = draw(st.integers(1, count - 1))
        marks[2 * k] = marks[2 * k - 1]
    ends = [low + (high - low) * F(mark, 24) for mark in marks]
    images = list(zip(ends[::2], ends[1::2], strict=True))
    maps = []
    for a, b in images:
        slope = (b - a) / (high - low)
        if draw(st.booleans()):
            maps.append(([[slope]], [a - slope * low]))
        else:
            maps.append(([[-slope]], [b + slope * low]))
    return IFS.of(maps, base=[(low, high)]), images


def det(a: Grid) -> F:
    """The determinant by expansion along the first row."""
    if not a:
        return F(1)
    return sum(
        (
            (-1) ** j * value * det(tuple(row[:j] + row[j + 1 :] for row in a[1:]))
            for j, value in enumerate(a[0])
        ),
        start=F(0),
    )


def times(a: Grid, x: Point) -> Point:
    """The product of a matrix and a vector, written out."""
    result = []
    for row in a:
        total = F(0)
        for j in range(len(row)):
            total += row[j] * x[j]
        result.append(total)
    return tuple(result)


def pre_activations(net: ReluNetwork, x: Point) -> list[Point]:
    """What every layer receives before its activation: a plain loop over Fractions."""
    seen = []
    for layer in net.layers:
        before = []
        for row, shift in zip(layer.weight, layer.bias, strict=True):
            total = shift
            for weight, value in zip(row, x, strict=True):
                total = total + weight * value
            before.append(total)
        seen.append(tuple(before))
        x = tuple(t if t > 0 else t * slope for t, slope in zip(before, layer.slopes, strict=True))
    return seen
