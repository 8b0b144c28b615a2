"""Certified errors of composed networks: parts compared exactly, their errors added up."""

from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from exactnet.constructions.separations.record import Separation
from exactnet.errors import ConstructionError
from exactnet.exact.radicals import decimal
from exactnet.exact.rationals import to_text
from exactnet.exact.rows import Row
from exactnet.exact.trigonometry import enclose_pi, enclose_sin_pi
from exactnet.geometry.box import Box
from exactnet.limits import Limits
from exactnet.networks.algebra import parallel
from exactnet.networks.compose import chain
from exactnet.networks.network import ReluNetwork
from exactnet.regions.segment import breakpoints_along
from exactnet.theorems.separations.quadratic import Quadratic, gap
from exactnet.theorems.separations.ridges import read_ridges

CUTS = 8  # parts of a piece on which the sine's curvature is bounded

_ZERO, _ONE, _HALF = Fraction(0), Fraction(1), Fraction(1, 2)


@dataclass(frozen=True, slots=True)
class Bound:
    """A proven upper bound on the error in the sup norm, and what it rests on."""

    value: Fraction
    rests_on: tuple[str, ...]


def rounded_up(value: Fraction, digits: int = 6) -> str:
    """A decimal that is not below a number >= 0, for messages about bounds.

    >>> rounded_up(Fraction(1, 3), 2), rounded_up(Fraction(2))
    ('0.34', '2')
    """
    if value.denominator == 1:
        return to_text(value)
    scaled = -(-value * 10**digits // 1)
    return decimal(Fraction(scaled, 10**digits), digits)


def constituent_of_tree(net: ReluNetwork, parts: tuple[ReluNetwork, ...]) -> ReluNetwork:
    """The two-input network of which ``net`` is the binary tree; ConstructionError if it is none.

    The last part is the constituent, each part before it twice as many of it side by side, and
    ``net`` their composition: compared weight by weight.
    """
    if not parts or chain(parts) != net:
        raise ConstructionError.about(
            "tree", "the composition of its levels", "another network", "Prove it otherwise."
        )
    one = parts[-1]
    for level, part in enumerate(reversed(parts)):
        if part != parallel([one] * 2**level):
            raise ConstructionError.about(
                "tree", "the same constituent at every node", f"level {level}", "Check the parts."
            )
    return one


def product_tree_bound(
    net: ReluNetwork, parts: tuple[ReluNetwork, ...], limits: Limits | None = None
) -> Bound:
    """The error of a tree of approximate products on [-1, 1]^n: (n - 1) times that of one.

    Both factors of every product stay in [-1, 1] if the constituent does on [-1, 1]^2. Then
    |p(a, b) - a' b'| <= |p(a, b) - a b| + |a - a'| |b| + |a'| |b - b'|.
    """
    one = constituent_of_tree(net, parts)
    square, zero = Box.cube(2), (_ZERO, _ZERO)
    found = gap(one, Quadratic(((_ZERO, _HALF), (_HALF, _ZERO)), zero, _ZERO), square, limits)
    inside = gap(one, Quadratic((zero, zero), zero, _ZERO), square, limits)
    if inside.value > 1:
        raise ConstructionError.about(
            "product", "values in [-1, 1] on [-1, 1]^2", f"{inside.value}", "Clip it."
        )
    nodes = 2 ** len(parts) - 1
    return Bound(
        nodes * found.value,
        (
            f"the network is the tree of one constituent, {nodes} times (weight by weight)",
            f"the constituent is at most {found.value} from x y on [-1, 1]^2 and stays in [-1, 1]: "
            f"exact extremes on the {found.cells} cells of its region complex",
            "errors of factors in [-1, 1] add up",
        ),
    )


def sphere_sine_bound(entry: Separation, net: ReluNetwork, limits: Limits | None = None) -> Bound:
    """The error of s(p_1(x_1 + x'_1) + ...) against sin(pi D <x, x'>), D = d^3, on the spheres.

    Exact extremes of p_i(u) - u^2/2 bound the error of T = <x, x'> + 1 + constant. s is compared
    with the sine at CUTS points of each piece, enclosed, and between them by (b - a)^2/8 times the
    largest second derivative. The sine is pi D-Lipschitz, and T's error taken from its middle.
    """
    d = entry.parameter("d")
    waves = d**3
    found = read_ridges(net).normalised(Fraction(2), Fraction(2))
    if sorted(found.directions) != sorted(_diagonals(d)):
        raise ConstructionError.about(
            "sphere", "functions of x_i + x'_i", "others", "The bound is about those."
        )
    low = high = _ZERO
    half_square = Quadratic(((_HALF,),), (_ZERO,), _ZERO)
    for p in found.inner:
        one = gap(p, half_square, Box.of([(-2, 2)]), limits)
        low, high = low + one.low, high + one.high
    shift, spread = (low + high) / 2, (high - low) / 2
    pi = enclose_pi()[1]
    outer = _sine_error(found.outer, waves, shift + 1, 1 + spread)
    return Bound(
        outer + pi * waves * spread,
        (
            "the network is s(p_1(x_1 + x'_1) + ... + p_d(x_d + x'_d)) (read off its weights)",
            f"the sum is <x, x'> + 1 and a constant, within {spread}, on the product of spheres: "
            "exact extremes of p_i(u) - u^2/2 on its pieces",
            f"s is within {rounded_up(outer)} of the sine: at {CUTS} points of each piece by "
            "rational enclosures, between them by (b - a)^2/8 times (pi d^3)^2, which bounds the "
            "second derivative",
            "the sine is pi d^3-Lipschitz, pi enclosed by rationals",
        ),
    )


def _sine_error(s: ReluNetwork, waves: int, centre: Fraction, reach: Fraction) -> Fraction:
    """A bound on |s(t + centre) - sin(pi waves t)| for |t| <= reach, by parts of each piece."""
    pieces = breakpoints_along(s, [centre - reach], [centre + reach])
    points = [x - centre for (x,) in pieces.points()]
    cut = [a + (b - a) * k / CUTS for a, b in pairwise(points) for k in range(CUTS)]
    ends = [(t, s([t + centre])[0]) for t in (*cut, points[-1])]
    far = []
    for t, value in ends:
        low, high = enclose_sin_pi(waves * t)
        far.append(max(value - low, high - value, _ZERO))
    bend = (enclose_pi()[1] * waves) ** 2 / 8
    return max(
        max(a, b) + (v[0] - u[0]) ** 2 * bend
        for (u, v), (a, b) in zip(pairwise(ends), pairwise(far), strict=True)
    )


def _diagonals(d: int) -> list[Row]:
    return [tuple(int(j % d == i) for j in range(2 * d)) for i in range(d)]
