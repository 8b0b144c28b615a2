"""Hypothesis strategies for the lower rooms, and the arithmetic their tests write out by hand."""

from fractions import Fraction as F
from itertools import pairwise

from hypothesis import strategies as st

from exactnet.fractals.ifs import IFS
from exactnet.geometry.affine import AffineMap
from exactnet.geometry.box import Box
from exactnet.networks.network import ReluNetwork

Point = tuple[F, ...]
Grid = tuple[Point, ...]

rationals = st.builds(F, st.integers(-12, 12), st.integers(1, 6))
big_rationals = st.fractions()


def points(dim: int) -> st.SearchStrategy[Point]:
    """Rational points with small entries."""
    return st.tuples(*[rationals] * dim)


def matrices(rows: int, columns: int) -> st.SearchStrategy[Grid]:
    """Matrices of small rationals, singular ones included."""
    return st.tuples(*[points(columns)] * rows)


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


def invertible(dim: int) -> st.SearchStrategy[Grid]:
    """Invertible square matrices."""
    return matrices(dim, dim).filter(lambda a: det(a) != 0)


@st.composite
def affine_maps(draw: st.DrawFn, dim: int) -> AffineMap:
    """Invertible affine maps of R^dim."""
    return AffineMap(draw(invertible(dim)), draw(points(dim)))


@st.composite
def boxes(draw: st.DrawFn, dim: int) -> Box:
    """Boxes with small rational corners."""
    sides = []
    for _ in range(dim):
        low, length = draw(rationals), draw(st.builds(F, st.integers(1, 9), st.integers(1, 4)))
        sides.append((low, low + length))
    return Box.of(sides)


@st.composite
def interval_systems(draw: st.DrawFn, touching: bool = False) -> tuple[IFS, list[tuple[F, F]]]:
    """An IFS on an interval together with its images, from left to right.

    The images are read off increasing marks, so their gaps are known without asking the library;
    with ``touching`` some neighbour pair shares an end point.
    """
    base = draw(boxes(1))
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


activations = st.sampled_from(["relu", "relu", "abs", "identity", {"leaky": "1/3"}, {"leaky": -2}])


@st.composite
def networks(
    draw: st.DrawFn, inputs: int | None = None, outputs: int | None = None, hidden: int = 3
) -> ReluNetwork:
    """Small networks of up to ``hidden`` hidden layers with every kind of unit."""
    first = inputs or draw(st.integers(1, 3))
    middle = draw(st.lists(st.integers(1, 3), max_size=hidden))
    sizes = [first, *middle, outputs or draw(st.integers(1, 2))]
    layers = [
        (draw(matrices(after, before)), draw(points(after))) for before, after in pairwise(sizes)
    ]
    units = [[draw(activations) for _ in range(size)] for size in middle]
    return ReluNetwork.of(layers, units)


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
