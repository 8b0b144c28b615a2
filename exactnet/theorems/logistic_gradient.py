"""Certified bounds on the gradient of the expected logistic loss.

The gradient is E[-y s(-y f) df/dtheta] with s(z) = 1/(1 + e^-z). On a cell df/dtheta is affine, and
where f is between two nodes s(f) is in a known interval, middle +- radius. So every entry is within
radius * E|df/dtheta|, summed over the pieces, of an integral of affine forms.
"""

from collections.abc import Callable, Sequence
from fractions import Fraction
from operator import add

from exactnet.errors import InputError, LimitReached
from exactnet.exact.rationals import RationalLike, Vector
from exactnet.exact.rows import Row, dot
from exactnet.fractals.distribution import FractalDistribution
from exactnet.limits import UNLIMITED, Limits
from exactnet.networks.network import ReluNetwork
from exactnet.theorems.gradient import check_kinks, conditional_gradients
from exactnet.theorems.gradients.cells import HALF, GradientCell, RationalWeights, Weights
from exactnet.theorems.gradients.derivatives import Differentiator
from exactnet.theorems.gradients.sums import GradientEnclosure, enclosed_sum
from exactnet.theorems.logistic import BITS, as_width, slab_pieces
from exactnet.theorems.loss import check_network

FIRST_STEP, LAST_STEP = Fraction(1, 4), Fraction(1, 2**18)


def enclose_gradient(
    net: ReluNetwork,
    dist: FractalDistribution,
    loss: str = "logistic",
    width: RationalLike = "1/1000",
    limits: Limits | None = None,
    kinks: str = "refuse",
) -> GradientEnclosure:
    """Bounds at most ``width`` apart on the derivatives of the expected loss by all parameters.

    For "hinge" they enclose the exact gradient. ``kinks`` is as in ``exact_gradient``; the logistic
    function itself has none.

    >>> from exactnet.fractals import curves, gallery
    >>> dist = FractalDistribution(gallery.cantor(), 3, curve=curves.fine(3))
    >>> line = ReluNetwork.of([([["1/2"]], ["1/4"])])
    >>> enclose_gradient(line, dist, "hinge").excludes_zero
    False
    >>> found = enclose_gradient(line, dist)
    >>> found.excludes_zero, found.largest()[0] > Fraction(1, 20)
    (True, True)

    Cost: the complex, cut along level sets of f whose number is that of 1/width times the sum over
    the pieces of E|df/dtheta| / 8. Raises LimitReached beyond the limits, InputError for another
    loss, width or shape of network and, unless ``kinks="off"``, where there is no gradient.
    """
    wanted, limits = as_width(width), limits or UNLIMITED
    if loss not in ("logistic", "hinge", "zero-one"):
        raise InputError.about("loss", "'logistic' or 'hinge'", f"{loss!r:.40}", "Pick one.")
    if loss != "logistic":
        found = conditional_gradients(net, dist, loss, limits, kinks)
        return _narrow(lambda bits: found.enclosed(dist.curve, bits), wanted)
    check_network(net, dist, "enclose_gradient")
    check_kinks(kinks)
    step = FIRST_STEP
    while True:
        enclosure = _at_step(net, dist, step, limits, kinks)
        if enclosure.width <= wanted:
            return enclosure
        aim = step * wanted / enclosure.width
        if aim < LAST_STEP:
            raise LimitReached(f"bounds {wanted} apart take level sets of f less than 2^-18 apart")
        while step > aim:
            step /= 2


def _narrow(make: Callable[[int], GradientEnclosure], wanted: Fraction) -> GradientEnclosure:
    bits = BITS
    while (enclosure := make(bits)).width > wanted:
        bits *= 2
    return enclosure


def _at_step(
    net: ReluNetwork, dist: FractalDistribution, step: Fraction, limits: Limits, kinks: str
) -> GradientEnclosure:
    """The bounds from nodes at most a step apart."""
    forward, weights = Differentiator(net), Weights(dist.curve.levels, HALF, dist.depth)
    middle, radius = weights.enclosed(BITS)
    most = RationalWeights(
        tuple(map(add, middle.negatives, radius.negatives)),
        -(middle.positives + radius.positives),  # moments subtract positives
        dist.depth,
    )
    cells: list[GradientCell] = []
    moments, radii, slack = [], [], []
    for piece in slab_pieces(net, dist, step, limits):
        cell = GradientCell(
            piece.polytope,
            forward.on_cell(piece.cell.on, piece.cell.zero),
            piece.parts,
            active=(True, True),
            flat=(False, False),
        )
        if kinks == "refuse":
            cell.refuse_kinks(weights)
        centre, spread = piece.slab.sigmoid()
        negatives = tuple(centre * mass for mass in middle.negatives)
        scaled = RationalWeights(negatives, (1 - centre) * middle.positives, dist.depth)
        cells.append(cell)
        moments.append(cell.moments(scaled))
        radii.append(cell.sizes(radius))
        mass = cell.moments(most)
        slack.append(_slack(cell, tuple(spread * value for value in mass)))
    return enclosed_sum(forward, [c.derivatives for c in cells], moments, radii, BITS, slack)


def _slack(cell: GradientCell, mass: Vector) -> tuple[tuple[int, ...], ...]:
    """For every input of every layer a bound on its E|.| against a positive measure.

    ``mass`` are the measure's integrals of x and 1; the unit is 2^-BITS over the input's scale.
    """
    rounded = [(v.numerator << BITS) // v.denominator for v in mass]
    return tuple(
        tuple(_mean_size(row, cell, rounded) for row in rows) for rows in cell.derivatives.inputs
    )


def _mean_size(row: Row, cell: GradientCell, rounded: Sequence[int]) -> int:
    values = cell.polytope.values(row)
    if min(values) >= 0 or max(values) <= 0:
        return abs(dot(row, tuple(rounded))) + sum(map(abs, row))
    rays = cell.polytope.rays
    largest = max(-(-abs(v) // ray[-1]) for v, ray in zip(values, rays, strict=True))
    return largest * (rounded[-1] + 1)
