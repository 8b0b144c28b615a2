"""The mirror map and its powers (Telgarsky 2015, 2016): 2^k pieces from k layers of two units.

m(x) = relu(2 relu(x) - 4 relu(x - 1/2)) is the tent on [0, 1] and 0 elsewhere. Its k-th power is
the triangle wave with 2^k pieces of slope +-2^k, so it takes the values 0 and 1 at the points i/2^k
in turn.
"""

from fractions import Fraction

from exactnet.constructions.separations.record import Separation, Shallow, Statement, Target
from exactnet.exact.rationals import Vector
from exactnet.exact.trigonometry import Interval
from exactnet.geometry.box import Box
from exactnet.networks.compose import chain
from exactnet.networks.network import ReluNetwork

_TENT = ReluNetwork.of([([[1], [1]], [0, "-1/2"]), ([[2, -4]], [0])])
_MIRROR = ReluNetwork.of([([[1], [1]], [0, "-1/2"]), ([[2, -4]], [0]), ([[1]], [0])])

_STATEMENTS_2015 = (
    Statement(
        "Let m <= 2^((k-3)/l - 1). Of the 2^k points i/2^k with alternating labels every network "
        "with l layers of at most m ReLU nodes misses at least 1/6; a network with 2 nodes in each "
        "of 2k layers misses none.",
        "M. Telgarsky, Representation Benefits of Deep Feedforward Networks, 2015, "
        "arXiv 1509.08101",
        "abstract",
    ),
)
_STATEMENTS_2016 = (
    Statement(
        "For every k there are networks with Theta(k^3) layers, Theta(1) nodes a layer and "
        "Theta(1) distinct parameters that no network with O(k) layers approximates unless it "
        "has Omega(2^k) nodes.",
        "M. Telgarsky, Benefits of Depth in Neural Networks, COLT 2016, PMLR 49:1517-1539",
        "abstract",
    ),
    Statement(
        "The power L^2 + 2 of the tent is computed by 2 L^2 + 4 layers with 3 L^2 + 6 nodes; every "
        "g with at most L layers and at most 2^L nodes has the L1 distance 1/32 or more from it on "
        "[0, 1].",
        "M. Telgarsky, Deep Learning Theory Lecture Notes, section on depth separations",
        "memory",
    ),
)


def wave(pieces: int, x: Fraction) -> Fraction:
    """The triangle wave with so many pieces at a point of [0, 1], by its formula.

    >>> [str(wave(4, Fraction(i, 8))) for i in range(5)]
    ['0', '1/2', '1', '1/2', '0']
    """
    phase: Fraction = x * pieces % 2
    return min(phase, 2 - phase)


def tent_power(k: int) -> ReluNetwork:
    """The k-th power of the tent: k hidden layers of two units.

    It is the k-th power of m on [0, 1], and for k >= 2 on all of R; the tent alone falls below 0
    beyond 1, where m is 0.

    >>> net = tent_power(5)
    >>> net.depth, net.width, net(["3/32"])
    (5, 2, (Fraction(1, 1),))
    """
    return chain([_TENT] * k)


def mirror_power(k: int) -> ReluNetwork:
    """The k-th power of m as Telgarsky writes it, on all of R: 2k hidden layers, 3k units.

    >>> net = mirror_power(2)
    >>> net.depth, net.neurons, net([2]), net(["1/4"])
    (4, 6, (Fraction(0, 1),), (Fraction(1, 1),))
    """
    return chain([_MIRROR] * k)


def shallow_teeth(pieces: int) -> ReluNetwork:
    """The triangle wave with so many pieces on [0, 1], by one hidden layer with a unit a piece.

    No one has fewer. At each of the p - 1 bends inside (0, 1) some unit bends; if no other unit
    were there, each of them would change the slope by +-2p, and the first slope, which is p, would
    be minus the sum of some of these.

    >>> shallow_teeth(8).neurons, shallow_teeth(8)(["1/8"])
    (8, (Fraction(1, 1),))
    """
    readout = [pieces, *(2 * pieces * (-1) ** i for i in range(1, pieces))]
    bias = [Fraction(-i, pieces) for i in range(pieces)]
    return ReluNetwork.of([([[1]] * pieces, bias), ([readout], [0])])


def teeth(pieces: int) -> Target:
    """The triangle wave with so many pieces on [0, 1], as a function."""

    def enclose(x: Vector) -> Interval:
        value = wave(pieces, x[0])
        return value, value

    bends = tuple((pieces, -i) for i in range(1, pieces))
    return Target(f"1 - Abs(Mod({pieces}*x, 2) - 1)", ("x",), Box.of([(0, 1)]), enclose, bends)


def telgarsky(k: int) -> Separation:
    """Telgarsky 2015: the k-th power of the mirror map and its 2^k alternating points."""
    points = tuple(((Fraction(i, 2**k),), i % 2) for i in range(2**k))
    return _separation("telgarsky", (("k", k),), k, _STATEMENTS_2015, points)


def telgarsky_2016(layers: int) -> Separation:
    """Telgarsky 2016: the tent's power L^2 + 2 against networks with L layers and 2^L nodes."""
    return _separation("telgarsky-2016", (("L", layers),), layers**2 + 2, _STATEMENTS_2016, ())


def _separation(
    name: str,
    parameters: tuple[tuple[str, int], ...],
    power: int,
    statements: tuple[Statement, ...],
    points: tuple[tuple[Vector, int], ...],
) -> Separation:
    pieces = 2**power
    words = "one unit a piece; no fewer for equality on [0, 1] (see shallow_teeth)"
    shallow = Shallow(shallow_teeth(pieces), Fraction(0), words)
    return Separation(
        name, parameters, teeth(pieces), tent_power(power), "equal", Fraction(0), statements,
        shallow, points=points,
    )  # fmt: skip
