"""Where a network is largest on a box: at a vertex of its complex, all of which are evaluated."""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import islice

from exactnet.exact.integer_matrices import IntegerMatrix
from exactnet.exact.rationals import Vector
from exactnet.exact.rows import Row, dehomogenised
from exactnet.geometry.box import Box
from exactnet.limits import Limits, Progress
from exactnet.networks.network import ReluNetwork

AT_ONCE = 2048  # vertices between two looks at the limits


def highest(
    net: ReluNetwork, box: Box, limits: Limits, progress: Progress
) -> tuple[Fraction, Vector]:
    """The largest |output| of a network on a box, and the least vertex at which it is taken.

    >>> hat = ReluNetwork.of([([[1], [1]], [0, "-1/3"]), ([[3, -6]], [0])])
    >>> highest(hat, Box.of([(-1, "1/2")]), Limits(), print)
    largest value: 3 cells
    (Fraction(1, 1), (Fraction(1, 3),))
    """
    sizes = _Sizes(net)
    best, point = Fraction(-1), box.lower
    rays = _vertices(net, box, limits, progress)
    while some := list(islice(rays, AT_ONCE)):
        limits.check_now_and_then(0)
        for ray, size in zip(some, sizes.at(some), strict=True):
            scale = ray[-1] * sizes.factor
            left, right = size * best.denominator, best.numerator * scale
            if left > right:
                best, point = Fraction(size, scale), dehomogenised(ray)
            elif left == right:
                point = min(point, dehomogenised(ray))
    return best, point


def _vertices(net: ReluNetwork, box: Box, limits: Limits, progress: Progress) -> Iterator[Row]:
    """The vertices of the complex as integer rays (x s, s), s > 0, part by part."""
    from exactnet.regions.faces import complex_parts

    cells = 0
    for part in complex_parts(net, box, limits):
        yield from map(part.ray, range(len(part.patch.vhist)))
        cells += part.cells
        limits.check(cells)
        progress(f"largest value: {cells} cells")


class _Sizes:
    """The largest |output| of a network at many rays, times s and times ``factor``."""

    def __init__(self, net: ReluNetwork) -> None:
        self.net, self.factor = net, 1
        self.matrices = [IntegerMatrix.of(layer.rows) for layer in net.layers]
        for layer in net.layers:
            self.factor *= layer.scale * layer.slope_scale

    def at(self, rays: Sequence[Row]) -> list[int]:
        """One integer a ray."""
        *values, scales = map(list, zip(*rays, strict=True))
        factor = 1
        for layer, matrix in zip(self.net.layers, self.matrices, strict=True):
            before = matrix.times([*values, [s * factor for s in scales]])
            on = layer.slope_scale
            slopes = [s.numerator * (on // s.denominator) for s in layer.slopes]
            values = [
                [t * on if t > 0 else t * slope for t in row]
                for row, slope in zip(before, slopes, strict=True)
            ]
            factor *= layer.scale * on
        return [max(map(abs, column)) for column in zip(*values, strict=True)]
