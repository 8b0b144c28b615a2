"""Building blocks as entries: sawtooths, which compose; parity and FizzBuzz, which fold bits."""

from fractions import Fraction
from itertools import product

from exactnet.constructions.fizzbuzz import fizzbuzz as game
from exactnet.constructions.parity import parity as parity_network
from exactnet.constructions.sawtooth import sawtooth as sawtooth_network
from exactnet.constructions.separations.record import Separation, Shallow, Statement, Target
from exactnet.constructions.separations.telgarsky import shallow_teeth, teeth
from exactnet.errors import ConstructionError, InputError
from exactnet.exact.rationals import Vector
from exactnet.exact.trigonometry import Interval
from exactnet.geometry.box import Box

MAX_PIECES = 4096

_SAWTOOTH = (
    Statement(
        "On [0, 1] a network with t layers of k units has at most (k+1)^t pieces; sawtooths reach "
        "k^t.", "exactnet", "own",
    ),
)  # fmt: skip
_PARITY = (
    Statement(
        "ceil(log2 n) layers of one abs unit compute the parity of n bits; one hidden layer of n "
        "relu units does too.", "exactnet", "own",
    ),
)  # fmt: skip

_FIZZBUZZ = (
    Statement(
        "A network with one hidden layer of 100 ReLUs, trained on 101..1023, gets 10 of the "
        "numbers 1..100 wrong.",
        "the talk's opening (Malach, Shalev-Shwartz 2019)", "secondary source",
    ),
    Statement(
        "On ten bits 10 relu units in one hidden layer are right everywhere, or 6 abs units in "
        "three layers (exactnet.constructions.fizzbuzz).", "exactnet", "own",
    ),
)  # fmt: skip


def sawtooth(pieces: int, levels: int) -> Separation:
    """The sawtooth with pieces^levels pieces on [0, 1].

    >>> entry = sawtooth(3, 2)
    >>> entry.network.neurons, entry.shallow.units, entry.network(["1/9"])
    (6, 9, (Fraction(1, 1),))
    """
    count = pieces**levels
    if count > MAX_PIECES:
        raise InputError.about(
            "sawtooth", f"at most {MAX_PIECES} pieces", f"{pieces}^{levels}", "Take fewer."
        )
    return Separation(
        "sawtooth", (("pieces", pieces), ("levels", levels)), teeth(count),
        sawtooth_network(pieces, levels), "equal", Fraction(0), _SAWTOOTH,
        Shallow(shallow_teeth(count), Fraction(0), "one unit a piece, no fewer"),
    )  # fmt: skip


def parity(bits: int) -> Separation:
    """The parity of n bits: its values at the corners of the cube.

    >>> entry = parity(5)
    >>> entry.network.depth, entry.network.neurons, entry.shallow.units, len(entry.points)
    (3, 3, 5, 32)
    """
    names = tuple(f"x{i}" for i in range(1, bits + 1))
    target = Target(f"Mod({' + '.join(names)}, 2)", names, Box(*_cube(bits)), _parity)
    corners = product((Fraction(0), Fraction(1)), repeat=bits)
    return Separation(
        "parity", (("bits", bits),), target, parity_network(bits, "fold"), "labels", Fraction(0),
        _PARITY, Shallow(parity_network(bits, "wide"), Fraction(0), "the zigzag of the sum"),
        points=tuple((x, int(sum(x)) % 2) for x in corners),
    )  # fmt: skip


def fizzbuzz(bits: int) -> Separation:
    """FizzBuzz on the bits of n, lowest first: the class is 1 for fizz, 2 for buzz, 3 for both.

    >>> entry = fizzbuzz(10)
    >>> entry.network.depth, entry.network.neurons, entry.shallow.units, len(entry.points)
    (3, 6, 10, 1024)
    """
    deep, wide = game(bits=bits, method="fold"), game(bits=bits, method="zigzag")
    names = tuple(f"x{i}" for i in range(1, bits + 1))
    number = " + ".join(f"{2**i}*{name}" for i, name in enumerate(names))
    said = [f"Piecewise(({k}, Eq(Mod({number}, {m}), 0)), (0, True))" for k, m in ((1, 3), (2, 5))]
    target = Target(" + ".join(said), names, Box(*_cube(bits)), _words)
    points = tuple((deep.input(n), _class(n)) for n in range(2**bits))
    return Separation(
        "fizzbuzz", (("bits", bits),), target, deep.network, "labels", Fraction(0), _FIZZBUZZ,
        Shallow(wide.network, Fraction(0), "a zigzag for each word"), points=points,
    )  # fmt: skip


def _words(x: Vector) -> Interval:
    number = sum((_bit(v) << i for i, v in enumerate(x)), start=0)
    value = Fraction(_class(number))
    return value, value


def _class(n: int) -> int:
    return (n % 3 == 0) + 2 * (n % 5 == 0)


def _bit(value: Fraction) -> int:
    if value not in (0, 1):
        raise ConstructionError.about("bits", "0 and 1", "another number", "Use corners.")
    return int(value)


def _cube(dim: int) -> tuple[Vector, Vector]:
    return (Fraction(0),) * dim, (Fraction(1),) * dim


def _parity(x: Vector) -> Interval:
    value = Fraction(sum(map(_bit, x)) % 2)
    return value, value
