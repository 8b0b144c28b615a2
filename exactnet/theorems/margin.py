"""The minimal margin of a network on a fractal distribution: the least of y f(x), exactly.

f is affine on every cell of the network's complex, and each part of the distribution is uniform on
polytopes: cells of K_n, shrunk ones, or cells minus their children, which hyperplanes cut into
convex pieces. An affine function has its extrema over a polytope at vertices. So the least f over
the positives and the greatest over the negatives of a level are values at vertices of intersections
of network cells with such pieces. f is continuous, so only full-dimensional intersections count,
and extrema over the supports, which are closed, are the essential ones under the distribution.

Samples, at which f is evaluated exactly, give a value for each part to start with. The complex is
refined by the level sets of f near those values, and only its cells beyond them are looked into.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from exactnet.exact.integer_matrices import IntegerMatrix
from exactnet.fractals.curves import ApproximationCurve
from exactnet.fractals.distribution import FractalDistribution
from exactnet.fractals.sampling import Sampler
from exactnet.limits import UNLIMITED, Limits
from exactnet.networks.network import ReluNetwork
from exactnet.regions.faces import Part, complex_parts
from exactnet.regions.levels import with_level_units
from exactnet.regions.signs import as_integers
from exactnet.theorems.loss import check_network
from exactnet.theorems.margin_search import Extreme, ExtremeSearch, Form

SAMPLES = 2_000  # a part
PLACES = 24  # binary ones of the levels that the complex is refined by


@dataclass(frozen=True, slots=True)
class Margin:
    """The least f over the positives, the greatest over the negatives of level 1..n.

    Negatives are taken with their limit points: those of a shell include the border of its holes.
    """

    positives: Extreme
    negatives: tuple[Extreme, ...]
    curve: ApproximationCurve

    @property
    def value(self) -> Fraction:
        """The largest c with y f(x) >= c almost surely under D_n; levels without mass do not count.

        Below 0 exactly where f < 0 at some positives or f > 0 at some negatives.
        """
        masses = zip(self.curve.levels, self.negatives, strict=True)
        return min(self.positives.value, *(-one.value for mass, one in masses if mass != 0))

    @property
    def everywhere(self) -> Fraction:
        """The same with the negatives of all levels, whatever their mass."""
        return min(self.positives.value, *(-one.value for one in self.negatives))


def exact_margin(
    net: ReluNetwork, dist: FractalDistribution, limits: Limits | None = None
) -> Margin:
    """The minimal margin of a network with one output, with the points where it is taken.

    With whole shells and no ``margin`` in the distribution, a border point of K_n is a limit of
    positives and of negatives, so the margin is at most 0 if level n has mass. The margin network
    reaches 1/2 on the positives of its own margin:

    >>> from exactnet.constructions.compile import compile_ifs
    >>> from exactnet.fractals import curves, gallery
    >>> dust = gallery.cantor_dust()
    >>> dist = FractalDistribution(dust, 2, curves.uniform(2), margin="1/8")
    >>> exact_margin(compile_ifs(dust, 2, "margin"), dist).value
    Fraction(1, 2)
    >>> found = exact_margin(compile_ifs(dust, 1), dist)  # 0 on K_1, with the negatives of level 2
    >>> found.value, [str(one.value) for one in found.negatives]
    (Fraction(0, 1), ['0', '0'])

    Cost: the network's complex on K_0 with n + 1 level sets; of its cells, those that may hold an
    extreme value are cut by the cells of the K_j that they meet. Raises LimitReached beyond the
    limits, InputError for a network of another shape and a depth that floats cannot sample.
    """
    check_network(net, dist, "exact_margin")
    bounds = limits or UNLIMITED
    known = [_sampled(net, dist, part) for part in range(dist.depth + 1)]
    search = ExtremeSearch(dist.parts, known, bounds)
    levels = tuple(_rounded(one.value, up=part == dist.depth) for part, one in enumerate(known))
    last, own = IntegerMatrix.of(net.layers[-1].rows), (1 << net.neurons) - 1
    for part in complex_parts(with_level_units(net, 0, levels), dist.ifs.base, bounds):
        for cell, wanted in _beyond(part, dist.depth):

            def form(part: Part = part, cell: int = cell) -> Form:
                on = as_integers(part.patch.fhist[cell])[0] >> part.engine.domain.bits & own
                rows, scale = part.engine.layers.activations_on_cell(on, net.depth)
                (row,) = last.times([*rows, (*(0,) * net.inputs, scale)])
                return row, scale * net.layers[-1].scale

            search.add(part.polyhedron(part.dim, cell), wanted, form)
    return Margin(search.best[-1], tuple(search.best[:-1]), dist.curve)


def _sampled(net: ReluNetwork, dist: FractalDistribution, part: int) -> Extreme:
    """A value that f takes on a part: at the sample where floats say that it is extreme."""
    masses = [float(k == part) for k in range(dist.depth + 1)]
    x, _ = Sampler.of(dist.parts, "float64").sample(masses, SAMPLES, 0)
    values = _in_floats(net, x)
    chosen = int(values.argmin() if part == dist.depth else values.argmax())
    point = tuple(map(Fraction, x[chosen].tolist()))
    return Extreme(net(point)[0], point)


def _in_floats(net: ReluNetwork, x: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """f at points, rounded; zeros if a weight is too large for a float. Only hints."""
    try:
        layers = [
            [np.array(part, dtype=np.float64) for part in (one.weight, one.bias, one.slopes)]
            for one in net.layers
        ]
    except OverflowError:
        return np.zeros(len(x))
    with np.errstate(all="ignore"):
        for weight, bias, slopes in layers:
            x = x @ weight.T + bias
            x = np.where(x < 0, slopes * x, x)
    return x[:, 0]


def _rounded(value: Fraction, up: bool) -> Fraction:
    """A short binary fraction beside a value, on the side that leaves out nothing beyond it."""
    scale = 1 << PLACES
    return Fraction(-(-value * scale // 1) if up else value * scale // 1, scale)


def _beyond(part: Part, depth: int) -> Iterator[tuple[int, tuple[int, ...]]]:
    """Cells on which f is beyond the levels of some parts, and those parts."""
    first = int(part.patch.offsets[part.dim])
    above = [set(part.faces_where(part.dim, k - depth - 1, False)) for k in range(depth)]
    high = set(part.faces_where(part.dim, -1, at_least=True))
    for cell in range(first, first + part.cells):
        wanted = [k for k in range(depth) if cell in above[k]]
        if cell not in high:
            wanted.append(depth)
        if wanted:
            yield cell, tuple(wanted)
