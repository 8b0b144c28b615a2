"""Functions of a norm (Safran & Shamir 2017): the L1-radial ramp, and the indicator of a ball.

[|x_1| + ... + |x_d| - 1]_+ takes 2d units and one more. The indicator of the unit ball is not
continuous, so no network is it; ours is 1 on the whole ball, falls to 0 in a thin shell around it
and lies between 0 and 1 everywhere. So its distance in L1 is its integral less the ball's volume: a
rational number less a rational multiple of pi.
"""

from fractions import Fraction
from itertools import product

from exactnet.constructions.piecewise_linear import interpolant
from exactnet.constructions.separations.record import Separation, Shallow, Statement, Target
from exactnet.constructions.separations.squares import ridges, square
from exactnet.errors import InputError
from exactnet.exact.rationals import Vector
from exactnet.exact.trigonometry import Interval
from exactnet.geometry.box import Box
from exactnet.networks.compose import chain
from exactnet.networks.network import ReluNetwork

SIDE = 2  # the box of both functions is [-2, 2]^d

_SOURCE = (
    "I. Safran, O. Shamir, Depth-Width Tradeoffs in Approximating Natural Functions with Neural "
    "Networks, ICML 2017, arXiv 1610.09887"
)
_L1 = (
    Statement(
        "Functions that are radial in the L1 norm are better approximated by deeper networks, even "
        "if the shallower ones are much larger.", _SOURCE, "abstract",
    ),
    Statement(
        "A ReLU network with 2d + 1 units computes [|x|_1 - 1]_+; one with one hidden layer and "
        "error e needs of the order of min(1/e, exp(d)) units.", _SOURCE, "memory",
    ),
)  # fmt: skip
_BALL = (
    Statement(
        "Indicators of balls are better approximated by deeper networks, even if the shallower "
        "ones are much larger.", _SOURCE, "abstract",
    ),
    Statement(
        "There is a distribution on R^d for which one hidden layer of at most c exp(c' d) units "
        "has a mean squared error of at least c''/d^4; two hidden layers of polynomial width do.",
        _SOURCE, "memory",
    ),
    Statement(
        "d = 2: a continuous function with R affine pieces has the L1 distance (pi - 2)/(R^2 + 2) "
        "or more from the indicator of the disc (proof: exactnet.theorems.separations.disc).",
        "exactnet", "own",
    ),
)  # fmt: skip


def l1_radial(d: int) -> Separation:
    """[|x|_1 - 1]_+ on [-2, 2]^d, exactly, by 2d + 1 units in two hidden layers.

    >>> entry = l1_radial(3)
    >>> entry.network.neurons, entry.network([1, "-1/2", "1/4"]), entry.shallow.error
    (7, (Fraction(3, 4),), Fraction(1, 2))
    """
    units = [[s * int(j == i) for j in range(d)] for i in range(d) for s in (1, -1)]
    size = len(units)
    net = ReluNetwork.of([(units, [0] * size), ([[1] * size], [-1]), ([[1]], [0])])
    axes = [(*(int(j == i) for j in range(d)), 0) for i in range(d)]
    sides = [(*signs, -1) for signs in product((1, -1), repeat=d)]
    target = Target(
        f"Max(0, {' + '.join(f'Abs(x{i})' for i in range(1, d + 1))} - 1)",
        tuple(f"x{i}" for i in range(1, d + 1)), Box.cube(d, SIDE), _ramp, (*axes, *sides),
    )  # fmt: skip
    if d == 1:
        shallow = Shallow(
            ReluNetwork.of([([[1], [-1]], [-1, -1]), ([[1, 1]], [0])]), Fraction(0),
            "two units, equal to it",
        )  # fmt: skip
    else:
        shallow = Shallow(
            ReluNetwork.of([(units, [0] * size), ([[1] * size], ["-1/2"])]), Fraction(1, 2),
            "|x|_1 - 1/2; none is equal to it",
        )  # fmt: skip
    return Separation("l1-radial", (("d", d),), target, net, "equal", Fraction(0), _L1, shallow)


def _ramp(x: Vector) -> Interval:
    value = max(Fraction(0), sum(map(abs, x), start=Fraction(-1)))
    return value, value


def ball(d: int, pieces: int) -> Separation:
    """The indicator of the unit ball on [-2, 2]^d, by squares in ``pieces`` pieces each.

    S = sum of lower squares lies between |x|^2 - t and |x|^2, t = d h^2/4 and h = 4/pieces; the
    second layer falls from 1 at S = 1 to 0 at S = 1 + t. So it is 1 on the ball and 0 where
    |x|^2 >= 1 + 2t.

    >>> entry = ball(2, 8)
    >>> entry.network.neurons, entry.network([1, 0]), entry.network(["3/2", 0])
    (18, (Fraction(1, 1),), (Fraction(0, 1),))
    """
    if pieces % 2:
        raise InputError.about("pieces", "an even number", str(pieces), "Take one more.")
    ramp = d * Fraction(2 * SIDE, pieces) ** 2 / 4
    axes = [[int(j == i) for j in range(d)] for i in range(d)]
    upper = ridges(axes, square(SIDE, pieces), Fraction(1))  # S + ramp
    fall = interpolant([(1 + ramp, 1), (1 + 2 * ramp, 0)], left=0, right=0)
    net = chain([upper, fall])
    names = tuple(f"x{i}" for i in range(1, d + 1))
    target = Target(
        f"Heaviside(1 - ({' + '.join(f'{name}**2' for name in names)}))",
        names, Box.cube(d, SIDE), _indicator,
    )  # fmt: skip
    return Separation(
        "ball", (("d", d), ("pieces", pieces)), target, net, "L1", _shell(d, ramp), _BALL,
        no_shallow="no network with one hidden layer and a small error is exhibited",
    )  # fmt: skip


def _indicator(x: Vector) -> Interval:
    value = Fraction(int(sum(v * v for v in x) <= 1))
    return value, value


def _shell(d: int, ramp: Fraction) -> Fraction:
    """A rational bound on the volume of the shell 1 <= |x|^2 <= 1 + 2 ramp: the error claimed."""
    outer = 1 + 2 * ramp
    if d == 2:
        return Fraction(22, 7) * (outer - 1)
    power = 1 + 3 * ramp + 3 * ramp**2 / 2  # (1 + 2t)^(3/2) <= 1 + 3t + 3t^2/2
    return Fraction(4, 3) * Fraction(22, 7) * (power - 1)
