"""Functions of an inner product on two spheres (Daniely 2017): sin(pi d^3 <x, x'>).

On S^(d-1) x S^(d-1), where |x| = |x'| = 1,

    <x, x'> = ((x_1 + x'_1)^2 + ... + (x_d + x'_d)^2) / 2 - 1.

The first hidden layer interpolates the d squares, the second the sine: two hidden layers (depth 3
where the output counts as a layer). The error of the sum of squares is in [0, d h^2/8] for the
step h, so the sine is taken half of that lower; it moves by at most pi d^3 d h^2/16.
"""

from fractions import Fraction

from exactnet.constructions.piecewise_linear import interpolant
from exactnet.constructions.separations.record import Separation, Statement, Target
from exactnet.constructions.separations.squares import ridges, square
from exactnet.errors import InputError
from exactnet.exact.rationals import Vector
from exactnet.exact.trigonometry import Interval, enclose_pi, enclose_sin_pi
from exactnet.geometry.box import Box
from exactnet.networks.compose import chain
from exactnet.networks.network import ReluNetwork

_SOURCE = "A. Daniely, Depth Separation for Neural Networks, COLT 2017, PMLR 65:690-696"
_STATEMENTS = (
    Statement(
        "Depth-two networks with exponentially bounded weights need 2^Omega(d log d) neurons to "
        "approximate sin(pi d^3 <x, x'>), also with respect to the uniform distribution on "
        "S^(d-1) x S^(d-1); polynomial-size depth-three networks do.", _SOURCE, "abstract",
    ),
    Statement(
        "Any L-Lipschitz g(<x, x'>) is within e of a depth-three network of width O(d^2 L/e) with "
        "weights O(1 + L).",
        "Daniely 2017, as in the lecture notes Mathematical Aspects of Deep Learning, MIT",
        "secondary source",
    ),
    Statement(
        "Any network with one hidden layer of fewer than d^3 units, whatever its weights, is at "
        "least 1 away at some point (proof: exactnet.theorems.separations.circle).",
        "exactnet", "own",
    ),
)  # fmt: skip

MAX_WEIGHTS = 300_000
SINE_BITS = 24  # of the values of the sine at the knots


def sphere_sine(d: int, pieces: int, knots: int) -> Separation:
    """sin(pi d^3 <x, x'>): squares in ``pieces`` pieces, ``knots`` pieces a half-wave of the sine.

    >>> entry = sphere_sine(2, 32, 4)
    >>> entry.network.depth, entry.network.neurons, entry.network.inputs
    (2, 113, 4)
    >>> x = ["3/5", "4/5", "4/5", "3/5"]
    >>> low, high = entry.target.enclose(tuple(map(Fraction, x)))
    >>> low - entry.error < entry.network(x)[0] < high + entry.error
    True
    """
    waves = d**3
    _check_size(d * pieces, 2 * waves * knots)
    step = Fraction(4, pieces)
    gap = d * step**2 / 8  # the sum of squares is too large by at most this
    sums = _sum_of_squares(d, pieces)
    sine = _sine(waves, knots, gap)
    names = tuple(f"{letter}{i}" for letter in ("x", "y") for i in range(1, d + 1))
    product = " + ".join(f"x{i}*y{i}" for i in range(1, d + 1))

    def enclose(x: Vector) -> Interval:
        turn = sum((a * b for a, b in zip(x[:d], x[d:], strict=True)), start=Fraction(0))
        return enclose_sin_pi(waves * turn)

    target = Target(f"sin({waves}*pi*({product}))", names, Box.cube(2 * d), enclose)
    return Separation(
        "sphere-sine", (("d", d), ("pieces", pieces), ("knots", knots)), target,
        chain([sums, sine]), "sup", _bound(waves, knots, gap), _STATEMENTS,
        no_shallow="none with one hidden layer and an error below 1 is exhibited",
        parts=(sums, sine), counted=(chain([_sum_of_squares(d, pieces, 1), sine]), Box.cube(d, 2)),
    )  # fmt: skip


def _check_size(first: int, second: int) -> None:
    if first * second > MAX_WEIGHTS:
        raise InputError.about(
            "sphere-sine", f"at most {MAX_WEIGHTS} weights between the layers",
            f"about {first} * {second}", "Take fewer pieces or knots.",
        )  # fmt: skip


def _sum_of_squares(d: int, pieces: int, times: int = 2) -> ReluNetwork:
    """The sum of (x_i + x'_i)^2/2, interpolated: about <x, x'> + 1. ``times=1``: of x_i^2/2."""
    rows = [[int(j % d == i) for j in range(times * d)] for i in range(d)]
    return ridges(rows, square(2, pieces), Fraction(1, 2))


def _sine(waves: int, knots: int, gap: Fraction) -> ReluNetwork:
    """s -> sin(pi waves (s - 1 - gap/2)), interpolated over every s that the sums can take."""
    step = Fraction(1, waves * knots)
    margin = -(-(gap / 2) // step)  # steps beyond -1 and 1
    places = [-1 + step * i for i in range(-margin, 2 * waves * knots + margin + 1)]
    values = []
    for t in places:
        low, high = enclose_sin_pi(waves * t, SINE_BITS + 8)
        values.append(Fraction(round((low + high) * 2 ** (SINE_BITS - 1)), 2**SINE_BITS))
    return interpolant([(t + 1 + gap / 2, v) for t, v in zip(places, values, strict=True)])


def _bound(waves: int, knots: int, gap: Fraction) -> Fraction:
    """What the error is at most: 17/16 (pi/knots)^2/8 for the sine, pi waves gap/2 for the squares.

    The first is the error of interpolation and a sixteenth more for how it is certified.
    """
    pi = enclose_pi()[1]
    total = (pi / knots) ** 2 * 17 / 128 + pi * waves * gap / 2 + Fraction(1, 2**SINE_BITS)
    return Fraction(-(-total * 2**12 // 1), 2**12)
