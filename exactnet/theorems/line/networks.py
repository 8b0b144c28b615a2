"""Sign patterns on a line, and what networks of a given size can make of them.

A *sign change* of a piecewise affine f on R is a point at which {f >= 0} and {f < 0} meet, when
single points are ignored (f = -|x| has none: the prediction is -1 almost everywhere).

Lemma 1. On the line every affine piece of f has at most one sign change. For at a change z we have
f(z) = 0 and f < 0 on one side; the piece on that side is not constant, so z is its only zero.

Lemma 2. With one hidden layer of k units, the most sign changes are 0, 1, 2 for k = 0, 1, 2 and
k + 1 for k >= 3. Every pattern with at most so many changes occurs, wherever they are, with either
sign first.

Proof. f is a constant plus k terms, each d relu(x - t) ("right") or d relu(t - x) ("left"): it has
at most k + 1 pieces, so at most k + 1 changes. If it has k + 1, all pieces have one, all k
breakpoints t_1 < ... < t_k differ, and the slopes s_0, ..., s_k alternate in sign: neighbouring
changes are of opposite kinds. With d_i = s_i - s_(i-1) the change of slope at t_i, the sum of d_i
over the left units is -s_0, since only they act far to the left. k = 1: no left unit gives s_0 = 0,
one gives s_1 = s_0 + d_1 = 0. k = 2: no left unit gives s_0 = 0, two give s_2 = 0; the first alone
gives s_1 = 0; the second alone gives s_2 = s_0 + d_1 + d_2 = d_1 = s_1 - s_0, which has the sign of
s_1. So k + 1 is out of reach for k <= 2. For k >= 3 and given z_1 < ... < z_(k+1) put t_1 a third
of the way from z_1 to z_2 and t_i midway from z_i to z_(i+1), i >= 2: slopes 2, -1, 1, -1, ... make
f vanish at every z_i, and make d_3 = -2 = -s_0. So the third unit is a left one, the others are
right ones, and the constant is 2 (t_3 - z_1). For c <= k changes all units are right ones: f = 1
left of z_1 - 1, then slopes -1, 1, -1, ... with breakpoints midway. For the other first
sign take -f. qed

So a bound of k changes, as for functions that start flat, holds for k <= 2 only.

Lemma 3. With t hidden layers of at most k units: at most 1 change for k = 1 (f is monotone).
In general let S be the points at which some unit of the first l layers bends, B_l of them, and let
Z_l bound the sign changes of what layer l + 1 sees. Then B_1 <= k, Z_1 is Lemma 2's number,
B_(l+1) <= B_l + k Z_l since relu(g) bends where g does or where g changes its sign, and
Z_(l+1) <= B_(l+1) + 1 by Lemma 1. For k >= 3 this is (k+1)^t, for k = 2 less.
"""

from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from exactnet.exact.rationals import Vector
from exactnet.networks.compose import chain
from exactnet.networks.network import ReluNetwork
from exactnet.regions.segment import breakpoints_along
from exactnet.theorems.counts import as_count

MOST = (0, 1, 2)


@dataclass(frozen=True, slots=True)
class LineSigns:
    """The prediction on a line, up to single points: ``first`` on the far left, then alternating.

    >>> LineSigns(1, (Fraction(0), Fraction(1))).sign_at(Fraction(1, 2))
    -1
    """

    first: int
    changes: Vector

    def sign_at(self, x: Fraction) -> int:
        """The sign at a point that is no change."""
        return self.sign_after(sum(z < x for z in self.changes))

    def sign_after(self, count: int) -> int:
        """The sign to the right of so many changes."""
        return self.first if count % 2 == 0 else -self.first


def shallow_changes(width: int) -> int:
    """The most sign changes on a line of a network with one hidden layer of so many units.

    Exact, for every k >= 0: Lemma 2 of the module.

    >>> [shallow_changes(k) for k in range(6)]
    [0, 1, 2, 4, 5, 6]
    """
    as_count("width", width, least=0)
    return MOST[width] if width < len(MOST) else width + 1


def shallow_width(changes: int) -> int:
    """The fewest units of one hidden layer that make so many sign changes on a line.

    >>> [shallow_width(c) for c in range(7)]
    [0, 1, 2, 3, 3, 4, 5]
    """
    as_count("changes", changes, least=0)
    return changes if changes < 4 else changes - 1


def network_of_signs(signs: LineSigns, axis: int = 0, dim: int = 1) -> ReluNetwork:
    """A network with one hidden layer and these signs, as narrow as Lemma 2 allows (1 at least).

    It reads coordinate ``axis`` of R^dim, and is 0 at every change.

    >>> signs = LineSigns(-1, tuple(map(Fraction, (1, 2, 3, 4))))
    >>> net = network_of_signs(signs)
    >>> net.width, [str(net([z])[0]) for z in (0, 1, "3/2", 2, 3, 4, 5)]
    (3, ['-2', '0', '1/2', '0', '0', '0', '-1'])
    """
    z, count = signs.changes, len(signs.changes)
    middles = [(a + b) / 2 for a, b in pairwise(z)]
    if count < 4:
        bends, constant = ([z[0] - 1, *middles] if z else []), Fraction(1)
        slopes = [Fraction((-1) ** i) for i in range(1, count + 1)]
        sign, left, slope = signs.first, None, Fraction(0)
    else:
        bends = [z[0] + (z[1] - z[0]) / 3, *middles[1:]]
        constant = 2 * (bends[2] - z[0])
        slopes = [Fraction((-1) ** i) for i in range(1, count)]
        sign, left, slope = -signs.first, 2, Fraction(2)
    rows, shifts, factors = [], [], []
    for i, (bend, after) in enumerate(zip(bends, slopes, strict=True)):
        side = -1 if i == left else 1
        rows.append([Fraction(side) if j == axis else Fraction(0) for j in range(dim)])
        shifts.append(-side * bend)
        factors.append(sign * (after - slope))
        slope = after
    if not rows:
        rows, shifts, factors = [[Fraction(0)] * dim], [Fraction(0)], [Fraction(0)]
    return ReluNetwork.of([(rows, shifts), ([factors], [sign * constant])])


def signs_of(net: ReluNetwork, low: Fraction, high: Fraction) -> LineSigns:
    """The signs of a network from R to R on an interval, from its exact pieces.

    >>> tent = ReluNetwork.of([([[1], [1]], [0, -1]), ([[2, -4]], [-1])])
    >>> signs_of(tent, Fraction(-1), Fraction(2))
    LineSigns(first=-1, changes=(Fraction(1, 2), Fraction(3, 2)))
    """
    pieces = breakpoints_along(net, [low], [high])
    ends = list(zip([x for (x,) in pieces.points()], [v for (v,) in pieces.values()], strict=True))
    found: list[tuple[Fraction, int]] = []
    for (a, fa), (b, fb) in pairwise(ends):
        crosses = min(fa, fb) < 0 < max(fa, fb)
        if not crosses:
            found.append((a, -1 if min(fa, fb) < 0 else 1))
        else:
            zero = a + fa / (fa - fb) * (b - a)
            found += [(a, 1 if fa > 0 else -1), (zero, 1 if fb > 0 else -1)]
    changes = tuple(at for (_, before), (at, sign) in pairwise(found) if before != sign)
    return LineSigns(found[0][1], changes)


def padded(net: ReluNetwork, layers: int) -> ReluNetwork:
    """The network with hidden layers of one unit added up to ``layers``: same sign everywhere.

    f and max(f, -1) = relu(f + 1) - 1 have the same sign.
    """
    carry = ReluNetwork.of([([[1]], [1]), ([[1]], [-1])])
    return chain([net, *[carry] * (layers - net.depth)])
