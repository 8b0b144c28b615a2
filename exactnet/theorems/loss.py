"""The exact loss of a ReLU network on a fractal distribution: no sampling.

On every cell of the network's complex f is affine, and every part of the distribution is uniform
on polytopes. So the 0-1 loss is a sum of volumes, and the hinge loss max(0, 1 - y f) a sum of
integrals of affine functions, once the complex is refined by f = 0 or by f = 1 and f = -1. Both are
computed part by part of the distribution (negatives of each level, positives); these conditional
losses are rational, and the approximation curve weights them.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction

from exactnet.errors import InputError
from exactnet.exact.integer_matrices import IntegerMatrix
from exactnet.exact.radicals import ExactReal, collapsed
from exactnet.exact.rationals import Vector
from exactnet.exact.rows import Row
from exactnet.fractals.curves import ApproximationCurve
from exactnet.fractals.distribution import FractalDistribution
from exactnet.fractals.moments import Integral
from exactnet.geometry.box import Box
from exactnet.geometry.polyhedron import Polyhedron
from exactnet.limits import UNLIMITED, Limits
from exactnet.networks.network import ReluNetwork, as_network
from exactnet.regions.faces import complex_parts
from exactnet.regions.levels import with_level_units
from exactnet.regions.signs import as_integers

ZERO, ONE = Fraction(0), Fraction(1)


@dataclass(frozen=True, slots=True)
class ConditionalLosses:
    """The expected loss given the part that x comes from: negatives of level 1..n; positives.

    They do not depend on the approximation curve.
    """

    negatives: Vector
    positives: Fraction

    def under(self, curve: ApproximationCurve) -> ExactReal:
        """The loss: m_1 negatives[0] + ... + m_n negatives[n-1] + positives / 2."""
        total: ExactReal = self.positives / 2
        for mass, loss in zip(curve.levels, self.negatives, strict=True):
            total = total + mass * loss
        return collapsed(total)


def exact_loss(
    net: ReluNetwork,
    dist: FractalDistribution,
    loss: str = "zero-one",
    limits: Limits | None = None,
) -> ExactReal:
    """The exact expected loss: a Fraction, or a sum of powers of two if the curve's masses are.

    ``loss`` is "zero-one" (f >= 0 predicts +1; the boundary counts as positive) or "hinge",
    max(0, 1 - y f).

    >>> from exactnet.constructions.compile import compile_ifs
    >>> from exactnet.fractals import curves, gallery
    >>> dust = gallery.cantor_dust()
    >>> dist = FractalDistribution(dust, 3, curve=curves.weights([1, 2, 3]))
    >>> print(exact_loss(compile_ifs(dust, 1), dist), 1 - dist.P(1))
    -1/2 + 2^(-1/6) -1/2 + 2^(-1/6)

    Cost: the network's complex on K_0, each of its cells (for the 0-1 loss those with f >= 0) cut
    by the cells of the K_j that its boundary meets. Raises LimitReached beyond the limits,
    InputError for another loss or shape of network.
    """
    return conditional_losses(net, dist, loss, limits).under(dist.curve)


def conditional_losses(
    net: ReluNetwork,
    dist: FractalDistribution,
    loss: str = "zero-one",
    limits: Limits | None = None,
) -> ConditionalLosses:
    """The exact losses given each part of the distribution, for every curve at once.

    Raises and costs as ``exact_loss`` does.

    >>> from exactnet.fractals import curves, gallery
    >>> dist = FractalDistribution(gallery.cantor(), 2, curve=curves.fine(2))
    >>> half = ReluNetwork.of([([[1]], [0]), ([[1]], ["-1/2"])])  # positive from 1/2 on
    >>> conditional_losses(half, dist)
    ConditionalLosses(negatives=(Fraction(0, 1), Fraction(1, 2)), positives=Fraction(11, 16))
    """
    if not isinstance(loss, str) or loss not in _LOSSES:
        raise InputError.about(
            "loss", " or ".join(f"'{name}'" for name in _LOSSES), f"{loss!r:.40}", "Pick one."
        )
    check_network(net, dist, "exact_loss")
    return _LOSSES[loss](net, dist, limits or UNLIMITED)


def check_network(net: ReluNetwork, dist: FractalDistribution, where: str) -> None:
    """InputError for a network that does not fit the distribution."""
    if as_network(net).inputs != dist.ifs.dim or net.outputs != 1:
        raise InputError.about(
            where,
            f"a network with {dist.ifs.dim} inputs and 1 output",
            f"{net.inputs} and {net.outputs}",
            "Its output's sign is the prediction.",
        )


def _zero_one(net: ReluNetwork, dist: FractalDistribution, limits: Limits) -> ConditionalLosses:
    """Pr[f >= 0] on negatives, Pr[f < 0] on positives, from the volumes of {f >= 0}."""
    one = ((0,) * net.inputs + (1,),)
    accepted = Integral(dist.parts, 1, _ticker(limits))
    for part in complex_parts(with_level_units(net, 0, (ZERO,)), dist.ifs.base, limits):
        for cell in part.faces_where(part.dim, -1, at_least=True):
            accepted.add(part.polyhedron(part.dim, cell), one)
    values = [value for (value,) in accepted.values()]
    return ConditionalLosses(tuple(values[:-1]), ONE - values[-1])


def _hinge(net: ReluNetwork, dist: FractalDistribution, limits: Limits) -> ConditionalLosses:
    """E max(0, 1 + f) on negatives, E max(0, 1 - f) on positives."""
    total = Integral(dist.parts, 2, _ticker(limits))
    zero = (0,) * (net.inputs + 1)
    for cell in affine_cells(net, dist.ifs.base, limits):
        one = (*(0,) * net.inputs, cell.scale)
        plus = tuple(a + b for a, b in zip(one, cell.row, strict=True))
        minus = tuple(a - b for a, b in zip(one, cell.row, strict=True))
        forms = (plus if cell.side >= 0 else zero, minus if cell.side <= 0 else zero)
        total.add(cell.polytope, forms, Fraction(1, cell.scale))
    values = total.values()
    return ConditionalLosses(tuple(plus for plus, _ in values[:-1]), values[-1][1])


@dataclass(frozen=True, slots=True)
class AffineCell:
    """A cell on which f = row . (x, 1) / scale; side is 1 where f >= 1, -1 where f <= -1, else 0.

    ``on`` has a bit for each hidden unit, set where it is on; ``zero`` one for each that vanishes
    on the whole cell.
    """

    polytope: Polyhedron
    row: Row
    scale: int
    side: int
    on: int
    zero: int


def affine_cells(net: ReluNetwork, box: Box, limits: Limits = UNLIMITED) -> Iterator[AffineCell]:
    """The cells of a network with one output on a box, refined by f = 1 and f = -1.

    >>> net = ReluNetwork.of([([[1]], [0]), ([[4]], [-2])])
    >>> [(cell.side, sorted(cell.polytope.vertices())[0][0], cell.row[0] // cell.scale, cell.on)
    ...  for cell in affine_cells(net, Box.of([(-1, 1)]))][1:3]
    [(-1, Fraction(0, 1), 4, 1), (0, Fraction(1, 4), 4, 1)]
    """
    matrix = IntegerMatrix.of(net.layers[-1].rows)
    own = (1 << net.neurons) - 1
    for part in complex_parts(with_level_units(net, 0, (ONE, -ONE)), box, limits):
        high = set(part.faces_where(part.dim, -2, at_least=True))
        above = set(part.faces_where(part.dim, -1, at_least=False))
        first = int(part.patch.offsets[part.dim])
        for cell in range(first, first + part.cells):
            above_zero, below_zero = as_integers(part.patch.fhist[cell])
            on = above_zero >> part.engine.domain.bits & own
            off = below_zero >> part.engine.domain.bits & own
            rows, scale = part.engine.layers.activations_on_cell(on, net.depth)
            (row,) = matrix.times([*rows, (*(0,) * net.inputs, scale)])
            side = 1 if cell in high else 0 if cell in above else -1
            yield AffineCell(
                part.polyhedron(part.dim, cell),
                row,
                scale * net.layers[-1].scale,
                side,
                on,
                own & ~(on | off),
            )


def _ticker(limits: Limits) -> Callable[[], None]:
    return lambda: limits.check_now_and_then(0)


_LOSSES: dict[str, Callable[[ReluNetwork, FractalDistribution, Limits], ConditionalLosses]] = {
    "zero-one": _zero_one,
    "hinge": _hinge,
}
