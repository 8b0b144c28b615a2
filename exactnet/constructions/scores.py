"""Scores of a sum of bits: >= 1 at the multiples in its range, <= -1 at the other integers."""

from collections.abc import Callable
from fractions import Fraction
from itertools import pairwise

from exactnet.constructions.piecewise_linear import PiecewiseLinear, interpolant
from exactnet.constructions.residues import Residue
from exactnet.networks.algebra import add, chain
from exactnet.networks.layer import ABS, IDENTITY, RELU, Layer
from exactnet.networks.network import ReluNetwork

_ZERO, _ONE, _HALF = Fraction(0), Fraction(1), Fraction(1, 2)


def hats(residue: Residue) -> ReluNetwork:
    """Three relu units a multiple: a hat that is 1 there and 0 at its neighbours.

    >>> hats(Residue.of(3, 10)).neurons
    9
    """
    each = [interpolant([(a - 1, 0), (a, 1), (a + 1, 0)], left=0, right=0)
            for a in residue.multiples]  # fmt: skip
    return add(each, [2] * len(each), -1)


def zigzag(residue: Residue) -> ReluNetwork:
    """Lines of slopes 2 and -2 through the borders; the first is twice as steep.

    Then for four borders or more the first slope is minus one change of slope, and as many units
    as kinks are enough (see ``piecewise_linear``). One border needs no unit at all.

    >>> zigzag(Residue.of(3, 10)).neurons
    5
    """
    borders = residue.borders
    sign = 1 if residue.low % residue.modulus else -1
    slopes = [Fraction(2 * sign * (-1) ** k) for k in range(len(borders))]
    if len(borders) > 3:
        slopes[0] *= 2
    if len(borders) == 1:
        return PiecewiseLinear(borders, (_ZERO,), slopes[0], slopes[0]).network()
    knots, values = [], []
    pieces = zip(borders, slopes, strict=True)
    for (z, s), (w, t) in pairwise(pieces):
        knots.append((z * s - w * t) / (s - t))
        values.append(s * (knots[-1] - z))
    return PiecewiseLinear(tuple(knots), tuple(values), slopes[0], slopes[-1]).network()


def comb(residue: Residue) -> ReluNetwork:
    """Two hidden layers of two relu units, where that is less than a zigzag: for six borders.

    With t the distance from the middle multiple, v = relu(t + x) and w = relu(y - t), x = m - 1/4
    and y = m - 1/2, the first unit of the second layer is 0 up to t = -m and from t = m on, the
    second is 0 from t = 0 to t = m; their sum is 0 at m, equal at -m and 0, and larger at all other
    integers.

    >>> comb(Residue.of(5, 10)).neurons
    4
    """
    if residue.changes != 6 or len(residue.multiples) != 3:
        return zigzag(residue)
    m = Fraction(residue.modulus)
    x, y = m - Fraction(1, 4), m - _HALF
    height = 2 * (m * m - x * y)
    steep = _HALF + 2 * (height + y / 2)
    rows = ((_HALF - steep, -steep), (2 * m - 1, 2 * m))
    shifts = (steep * (y + m), -(2 * m - 1) * x - 2 * m * y)
    middle = residue.multiples[1]
    first = Layer(((_ONE,), (-_ONE,)), (x - middle, y + middle), (RELU, RELU))
    hidden = (first, Layer(rows, shifts, (RELU, RELU)))
    plain = ReluNetwork((*hidden, Layer(((_ONE, _ONE),), (_ZERO,), (IDENTITY,))))
    near = (a + s for a in residue.multiples for s in (-1, 1))
    least = min(plain([a])[0] for a in near if residue.low <= a <= residue.high)
    return add([plain], [-2 / (least - height)], (least + height) / (least - height))


def fold(residue: Residue) -> ReluNetwork:
    """Abs units, one a layer: ceil(log2 p) + 1 of them for p multiples; 1 - 2 distance at the end.

    >>> fold(Residue.of(3, 10)).depth, fold(Residue.of(3, 10)).neurons
    (3, 3)
    """
    if residue.changes == 1:
        return zigzag(residue)
    comb_ = [Fraction(a) for a in residue.multiples]
    parts = []
    while len(comb_) > 1:
        middle = (comb_[0] + comb_[-1]) / 2
        parts.append(_distance(middle))
        comb_ = sorted({abs(a - middle) for a in comb_})
    parts.append(add([_distance(comb_[0])], [-2], 1))
    return chain(parts)


def _distance(point: Fraction) -> ReluNetwork:
    return ReluNetwork(
        (Layer(((_ONE,),), (-point,), (ABS,)), Layer(((_ONE,),), (_ZERO,), (IDENTITY,)))
    )


SCORES: dict[str, Callable[[Residue], ReluNetwork]] = {
    "hats": hats, "zigzag": zigzag, "comb": comb, "fold": fold,
}  # fmt: skip
