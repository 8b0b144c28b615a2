"""The indicator of a ball in L1: the exact error of a network that dominates it, and a lower bound.

If N = 1 on the ball B and N >= 0, then the integral of |N - 1_B| is that of N less the volume of B:
a rational number, cell by cell, less pi or 4 pi/3.

Lower bound in the plane. Let N be continuous with R affine pieces on a box that holds the disc of
squared radius 5/3, and P = {N >= 1/2}. The border of P lies on the R lines where a piece is 1/2.
In the annulus 1 - t < r^2 < 1 + t one line meets at most the directions of two arcs of length
arctan(w) each, w^2 = 2t/(1 - t): a chord that touches the inner circle is the worst. With w = 2/R,
that is t = 2/(R^2 + 2), all lines together meet directions of measure 4 at most. In every other
direction the open radial segment across the annulus lies in P or off it, so 1/2 <= |N - 1_B| on one
half of it, an area of t/2 a radian. Hence

    integral |N - 1_B| >= (2 pi - 4)(t/2)/2 = (pi - 2)/(R^2 + 2).
"""

from dataclasses import dataclass
from fractions import Fraction

from exactnet.errors import ConstructionError, InputError
from exactnet.exact.sums import BalancedSum
from exactnet.exact.trigonometry import Interval, enclose_pi
from exactnet.geometry.box import Box
from exactnet.limits import UNLIMITED, Limits, Progress, silent
from exactnet.networks.network import ReluNetwork
from exactnet.regions.enumeration import enumerate_regions
from exactnet.regions.segment import breakpoints_along
from exactnet.theorems.separations.quadratic import Quadratic, gap
from exactnet.theorems.separations.ridges import read_ridges

_VOLUMES = {2: Fraction(1), 3: Fraction(4, 3)}  # of the unit ball, over pi


@dataclass(frozen=True, slots=True)
class BallError:
    """The L1 distance of a network from the indicator of the unit ball on a box.

    It is ``integral`` - ``factor`` pi; ``interval`` are rationals around it.
    """

    integral: Fraction
    factor: Fraction
    interval: Interval
    cells: int
    rests_on: tuple[str, ...]


def ball_error(
    net: ReluNetwork, box: Box, limits: Limits | None = None, progress: Progress = silent
) -> BallError:
    """The exact L1 error of a network that is 1 on the unit ball and >= 0 on the box.

    >>> from exactnet.constructions.separations import get
    >>> entry = get("ball", d=2, pieces=8)
    >>> error = ball_error(entry.network, entry.target.domain)
    >>> low, high = error.interval
    >>> error.factor, Fraction(1, 3) < low < high < Fraction(2, 5)
    (Fraction(1, 1), True)

    Raises ConstructionError for a network that cannot be shown to dominate the indicator,
    InputError for dimensions other than 2 and 3 and for a box without the whole ball, LimitReached.
    """
    if net.inputs not in _VOLUMES or box.dim != net.inputs:
        raise InputError.about("ball", "2 or 3 inputs", str(net.inputs), "Choose d = 2 or 3.")
    if max(box.lower) > -1 or min(box.upper) < 1:
        raise InputError.about("box", "a box around the unit ball", str(box), "Use [-2, 2]^d.")
    evidence = _dominates(net, box)
    total, cells = integral(net, box, limits, progress)
    factor = _VOLUMES[net.inputs]
    pi = enclose_pi()
    interval = (total - factor * pi[1], total - factor * pi[0])
    rests_on = (*evidence, f"the integral of the network over the {cells} cells of its complex")
    return BallError(total, factor, interval, cells, rests_on)


def integral(
    net: ReluNetwork, box: Box, limits: Limits | None = None, progress: Progress = silent
) -> tuple[Fraction, int]:
    """The integral of the first output over a box, and the number of cells.

    >>> hat = ReluNetwork.of([([[1], [1]], [0, "-1/2"]), ([[2, -4]], [0])])
    >>> integral(hat, Box.of([(0, 1)]))
    (Fraction(1, 2), 2)
    """
    bounded = limits or UNLIMITED
    cx = enumerate_regions(net, box, bounded, progress)
    total = BalancedSum()
    for cell in range(len(cx)):
        bounded.remaining()
        piece = cx.affine_piece(cell)
        if any(piece.weight[0]):
            total.add(cx.volume(cell) * piece(cx.centroid(cell))[0])
        elif piece.bias[0]:
            total.add(cx.volume(cell) * piece.bias[0])
    return total.value(), len(cx)


def fewest_error(pieces: int) -> Fraction:
    """A rational just below (pi - 2)/(R^2 + 2): what R affine pieces in the plane cannot undercut.

    >>> fewest_error(10) > Fraction(1, 90)
    True
    """
    return (enclose_pi()[0] - 2) / (pieces**2 + 2)


def _dominates(net: ReluNetwork, box: Box) -> tuple[str, ...]:
    """Evidence that 0 <= N <= 1 on the box and N = 1 on the unit ball, or ConstructionError.

    N = s(p_1(x_1) + ... + p_d(x_d)). With p_i(u) >= a_i - b u^2 the sum is at least
    a_1 + ... + a_d - max(b, 0) on the ball; s must be 1 from there on.
    """
    found = read_ridges(net).normalised(box.upper[0], -(box.upper[0] ** 2))
    axes = [sum(abs(v) for v in direction) for direction in found.directions]
    if len(axes) != net.inputs or any(size != 1 for size in axes):
        raise _not_shown("one function of each coordinate", "other directions")
    places = [direction.index(1) for direction in found.directions]
    end, first = box.upper[places[0]], found.inner[0]
    curve = (first([0])[0] - first([end])[0]) / end**2
    low = high = least = Fraction(0)
    for j, p in zip(places, found.inner, strict=True):
        side = Box.of([(box.lower[j], box.upper[j])])
        least += gap(p, Quadratic(((-curve,),), (Fraction(0),), Fraction(0)), side).low
        values = [v for (v,) in breakpoints_along(p, side.lower, side.upper).values()]
        low, high = low + min(values), high + max(values)
    threshold = least - max(curve, Fraction(0))
    steps = breakpoints_along(found.outer, [low], [high])
    if any(not 0 <= v <= 1 for (v,) in steps.values()):
        raise _not_shown("values between 0 and 1", "others")
    above = breakpoints_along(found.outer, [threshold], [high])
    if threshold >= high or any(v != 1 for (v,) in above.values()):
        raise _not_shown("the value 1 on the whole ball", "less somewhere")
    return (
        "the network is s(p_1(x_1) + ... + p_d(x_d)) (read off its weights)",
        f"the sum of the p_i is at least {least} - {curve} |x|^2 (exact extremes on their pieces), "
        f"and s is 1 from {threshold} on, between 0 and 1 everywhere (exact pieces)",
    )


def _not_shown(expected: str, got: str) -> ConstructionError:
    return ConstructionError.about("ball", expected, got, "Only networks above 1_B are measured.")
