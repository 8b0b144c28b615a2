"""Networks on a line with the fewest units a layer: what is impossible, and what is built.

Sign changes are those of ``line.networks``, whose lemmas are used. Two more:

Lemma 4. With t hidden layers of at most k units, Z_t <= (B_(t-1) + 1) Z_1: the bends of the first
t-1 layers cut the line into that many pieces at most, and on each the network has one hidden
layer. (A change counts for the piece on which f < 0 just beside it.) This improves Lemma 3 for
k = 2 only: 2, 6, 14 changes for t = 1, 2, 3.

Lemma 5. Two hidden layers of two units make six changes z_1 < ... < z_6 if and only if the second
and the sixth stretch differ in length, z_2 - z_1 != z_6 - z_5.

Proof. Let f >= 0 come first (else take -f and exchange closed and open). By Lemma 4 the first layer
must cut the line into three pieces with two changes each, and on none may both its units be off:
up to factors they are relu(x - p) and relu(q - x) with z_2 < p < z_3, z_4 < q < z_5. In the plane
the line becomes the boundary of a convex set: down the second axis to the corner c = (0, q - p),
straight to the corner c' = (q - p, 0), out along the first axis. f is negative on an open arc A, B,
C of each of these edges and bends upwards inside each. A bend inside an edge is where the edge
crosses the line of a unit of the second layer, and a line crosses a convex curve twice at most.
So both units bend upwards, f = -m + a_1 relu(l_1) + a_2 relu(l_2) with a_1, a_2 > 0, and {f < 0} is
where all of a_1 l_1, a_2 l_2 and a_1 l_1 + a_2 l_2 are < m (m > 0, since f < 0 somewhere). Each end
of the curve and each corner violates one of the three; one of them cannot be violated by two of
these points if A, B or C lies between them, except by both ends. So c violates one, c' another, the
ends the third, and the three lines pass through the points of z_2, z_3; of z_4, z_5; of z_1, z_6.
Their normals are, up to positive factors,
    u = -(z_3 - z_2, z_3 - p),    v = -(q - z_4, z_5 - z_4),    w = (q - z_1, z_6 - p),
and one of them is a positive combination of the other two (its line belongs to a_1 l_1 + a_2 l_2).
That is not w, the only positive one. It is u if and only if w is steeper than v, and v if and only
if w is less steep than u:
    (z_6 - p)(q - z_4) > (z_5 - z_4)(q - z_1)   or   (z_6 - p)(z_3 - z_2) < (z_3 - p)(q - z_1).
The first is most easily met for p near z_2 and q near z_5, and then says z_6 - z_5 > z_2 - z_1;
the second likewise, z_6 - z_5 < z_2 - z_1. Conversely these lines define f (``two_by_two``). qed
"""

from collections.abc import Sequence
from fractions import Fraction

from exactnet.constructions.branches import affine_layer, relu_layer
from exactnet.constructions.fold import Zigzag
from exactnet.networks.compose import chain
from exactnet.networks.network import ReluNetwork
from exactnet.theorems.counts import as_count, smallest
from exactnet.theorems.line.networks import LineSigns, shallow_changes

Normal = tuple[Fraction, Fraction]
HalfPlane = tuple[Normal, Fraction]  # normal . h < bound

_ONE = Fraction(1)


def changes_within(layers: int, width: int) -> int:
    """An upper bound on the sign changes on a line with so many hidden layers; exact for one.

    Lemmas 2, 3 and 4; never more than (k+1)^t.

    >>> [changes_within(t, 2) for t in (1, 2, 3)], changes_within(2, 3), changes_within(5, 1)
    ([2, 6, 14], 16, 1)
    """
    as_count("layers", layers)
    most, bends = shallow_changes(width), width
    if width < 2:
        return most
    for _ in range(layers - 1):
        pieces = bends + 1
        bends += width * most
        most = min(bends + 1, pieces * shallow_changes(width))
    return most


def least_width(layers: int, signs: LineSigns) -> int:
    """A lower bound on the width of networks with these signs; exact for one layer (1 at least).

    >>> def evenly(c): return LineSigns(1, tuple(map(Fraction, range(c))))
    >>> [least_width(1, evenly(c)) for c in range(7)], [least_width(2, evenly(c)) for c in (6, 7)]
    ([1, 1, 2, 3, 3, 4, 5], [3, 3])
    """
    changes = len(signs.changes)
    least = width_for_changes(layers, changes)
    return 3 if layers == 2 and least == 2 and changes == 6 and _equal_outer(signs) else least


def width_for_changes(layers: int, changes: int) -> int:
    """A lower bound on the width of networks with so many sign changes: where they are, or not.

    >>> width_for_changes(1, 2**1000) == 2**1000 - 1, width_for_changes(3, 14)
    (True, 2)
    """
    return smallest(lambda k: changes_within(layers, k) >= changes)


def _equal_outer(signs: LineSigns) -> bool:
    z = signs.changes
    return z[1] - z[0] == z[5] - z[4]


def two_by_two(signs: LineSigns) -> ReluNetwork | None:
    """Two hidden layers of two units with these six sign changes, or None where there are none.

    >>> signs = LineSigns(1, tuple(map(Fraction, (1, 2, 3, 4, 5, 7))))
    >>> net = two_by_two(signs)
    >>> net.width, [net([z])[0] == 0 for z in signs.changes], net([0])[0] > 0 > net([6])[0]
    (2, [True, True, True, True, True, True], True)
    >>> two_by_two(LineSigns(1, tuple(map(Fraction, range(6))))) is None
    True
    """
    z = signs.changes
    if len(z) != 6 or _equal_outer(signs):
        return None
    share = Fraction(1, 4)
    while True:
        p, q = z[1] + share * (z[2] - z[1]), z[4] - share * (z[4] - z[3])
        ends: HalfPlane = (q - z[0], z[5] - p), (z[5] - p) * (q - z[0])
        first: HalfPlane = (z[1] - z[2], p - z[2]), (p - z[2]) * (q - z[1])
        second: HalfPlane = (z[3] - q, z[3] - z[4]), (z[3] - q) * (z[4] - p)
        for third, other in ((first, second), (second, first)):
            factors = _combination(ends[0], other[0], third[0])
            if factors is not None:
                scaled = [_scaled(h, f) for h, f in zip((ends, other), factors, strict=True)]
                return _from_planes(p, q, scaled, third[1], signs.first)
        share /= 2


def _combination(a: Normal, b: Normal, c: Normal) -> tuple[Fraction, Fraction] | None:
    """Positive s, t with s a + t b = c, if there are any."""
    whole = _cross(a, b)
    if not whole:
        return None
    s, t = _cross(c, b) / whole, _cross(a, c) / whole
    return (s, t) if s > 0 and t > 0 else None


def _cross(a: Normal, b: Normal) -> Fraction:
    return a[0] * b[1] - a[1] * b[0]


def _scaled(plane: HalfPlane, factor: Fraction) -> HalfPlane:
    (x, y), bound = plane
    return (factor * x, factor * y), factor * bound


def _from_planes(
    p: Fraction, q: Fraction, planes: Sequence[HalfPlane], third: Fraction, first: int
) -> ReluNetwork:
    """f < 0 where h satisfies both half-planes and the sum of the normals is < third."""
    depth = planes[0][1] + planes[1][1] - third  # the m of the proof
    rows = [[x, y, depth - bound] for (x, y), bound in planes]
    sign = Fraction(first)
    return ReluNetwork(
        (
            relu_layer([[_ONE, -p], [-_ONE, q]]),
            relu_layer(rows),
            affine_layer([[sign, sign]], [-sign * depth]),
        )
    )


def zigzag_network(intervals: Sequence[tuple[Fraction, Fraction]], inside: int) -> ReluNetwork:
    """Two hidden layers, the first with a unit an interval: all intervals folded onto [-1, 1].

    With ``inside`` = 1, f >= 0 exactly on the closed intervals; with -1, f < 0 exactly on the open
    ones. Any disjoint intervals will do; the width is their number, 2 at least.

    >>> net = zigzag_network([(Fraction(0), Fraction(1)), (Fraction(3), Fraction(7))], 1)
    >>> net.depth, net.width, [net([x])[0] >= 0 for x in ("-1/9", 0, 1, 2, 3, 7, "64/9")]
    (2, 2, [False, True, True, False, True, True, False])
    """
    zigzag = Zigzag.over(tuple(intervals), True)
    rows = [[sign, shift] for _, sign, shift in zigzag.units]
    weights = [[coefficient for coefficient, _, _ in zigzag.units]]
    fold = ReluNetwork((relu_layer(rows), affine_layer(weights, [zigzag.constant])))
    sign = Fraction(inside)
    test = ReluNetwork(
        (relu_layer([[_ONE, Fraction(0)], [-_ONE, Fraction(0)]]),
         affine_layer([[-sign, -sign]], [sign]))
    )  # fmt: skip
    return chain([fold, test])
