"""Binary trees of one two-variable function (Poggio et al. 2017): maximum, |x - y|, product.

A tree over n = 2^L inputs applies the same network to neighbours, level by level. Where the
constituent is piecewise linear so is the tree, exactly. The product is (u^2 - v^2)/4 with u = x + y
and v = x - y, both squares interpolated on [-2, 2] with the step h: that is within h^2/16 of x y,
and between -1 and 1, since 0 <= q(u) <= 4. As |dxy/dx| <= 1 on [-1, 1]^2, errors add up: the tree
is within (n - 1) h^2/16 of the product of all inputs.

The shallow rival of the product is polarisation: n! 2^(n-1) x_1 ... x_n is the sum over signs
s in {1} x {-1, 1}^(n-1) of (s_2 ... s_n) (s_1 x_1 + ... + s_n x_n)^n, so one hidden layer that
interpolates t^n along 2^(n-1) directions does it, within the error of one interpolation over n!.
"""

from collections.abc import Callable
from fractions import Fraction
from itertools import product as tuples
from math import comb, factorial, prod

from exactnet.constructions.piecewise_linear import interpolant
from exactnet.constructions.separations.record import Separation, Shallow, Statement, Target
from exactnet.constructions.separations.squares import equidistant, ridges, square
from exactnet.errors import InputError, shown
from exactnet.exact.rationals import Vector
from exactnet.exact.rows import Row
from exactnet.exact.trigonometry import Interval
from exactnet.geometry.box import Box
from exactnet.networks.algebra import add, maximum, parallel, select
from exactnet.networks.compose import chain
from exactnet.networks.network import ReluNetwork

_SOURCE = (
    "T. Poggio, H. Mhaskar, L. Rosasco, B. Miranda, Q. Liao, Why and When Can Deep-but Not "
    "Shallow-Networks Avoid the Curse of Dimensionality: A Review, IJAC 14:503-519, 2017"
)
_STATEMENTS = (
    Statement(
        "For compositional functions with the hierarchy of the network, deep networks avoid the "
        "curse of dimensionality that shallow ones suffer.", _SOURCE, "secondary source",
    ),
    Statement(
        "Accuracy e for n inputs and constituents with m derivatives: O((n-1) e^(-2/m)) units "
        "deep, O(e^(-n/m)) shallow.", _SOURCE, "memory",
    ),
)  # fmt: skip

_QUARTER = Fraction(1, 4)
MAX_UNITS = 30_000  # of a shallow network that is written out
MAX_WRITTEN = 4  # inputs up to which the bends of the tree of distances are listed


def gadget(kind: str, pieces: int = 0) -> ReluNetwork:
    """The network of one constituent: "max", "distance" or "product".

    >>> [str(gadget(kind, 8)(["1/2", -1])[0]) for kind in ("max", "distance", "product")]
    ['1/2', '3/2', '-1/2']
    """
    if kind == "max":
        return maximum([select(2, [0]), select(2, [1])])
    if kind == "distance":
        return ReluNetwork.of([([[1, -1], [-1, 1]], [0, 0]), ([[1, 1]], [0])])
    if kind != "product":
        raise InputError.about("kind", "max, distance or product", shown(kind, 20), "Pick one.")
    u, v = (
        ridges([[1, 1]], square(2, pieces), _QUARTER),
        ridges([[1, -1]], square(2, pieces), _QUARTER),
    )
    return add([u, v], [1, -1])


def levels(constituent: ReluNetwork, n: int) -> tuple[ReluNetwork, ...]:
    """The levels of the tree over n inputs: the constituent n/2, n/4, ..., 1 times side by side."""
    if n < 2 or n & (n - 1):
        raise InputError.about("n", "a power of 2", str(n), "Try 4.")
    found = []
    while n > 1:
        n //= 2
        found.append(parallel([constituent] * n))
    return tuple(found)


def tree_max(n: int) -> Separation:
    """max(x_1, ..., x_n) on [-1, 1]^n, exactly.

    >>> entry = tree_max(4)
    >>> entry.network.depth, entry.network.neurons, entry.network([0, 1, "1/2", -1])
    (2, 6, (Fraction(1, 1),))
    """
    names = _names(n)
    bends = tuple(_form(n, {i: 1, j: -1}) for i in range(n) for j in range(i + 1, n))

    def enclose(x: Vector) -> Interval:
        return max(x), max(x)

    shallow = None
    if n == 2:
        net = ReluNetwork.of([([[1, -1], [0, 1], [0, -1]], [0] * 3), ([[1, 1, -1]], [0])])
        shallow = Shallow(net, Fraction(0), "x_2 + relu(x_1 - x_2), x_2 by two units")
    return _exact("tree-max", n, f"Max({', '.join(names)})", "max", enclose, bends, shallow)


def tree_distance(n: int) -> Separation:
    """||x_1 - x_2| - |x_3 - x_4|| and so on: the tree of |a - b|, exactly, on [-1, 1]^n.

    >>> entry = tree_distance(4)
    >>> entry.target.expression, entry.network([1, 0, -1, "1/2"])
    ('Abs(Abs(x1 - x2) - Abs(x3 - x4))', (Fraction(1, 2),))
    """
    names = list(_names(n))
    while len(names) > 1:
        names = [f"Abs({a} - {b})" for a, b in zip(names[::2], names[1::2], strict=True)]

    def enclose(x: Vector) -> Interval:
        values = list(x)
        while len(values) > 1:
            values = [abs(a - b) for a, b in zip(values[::2], values[1::2], strict=True)]
        return values[0], values[0]

    shallow = None
    if n == 2:
        shallow = Shallow(gadget("distance"), Fraction(0), "one hidden layer is enough for n = 2")
    elif n == 4:
        shallow = Shallow(_four_distances(), Fraction(0), "||a|-|b|| = |a-b| + |a+b| - |a| - |b|")
    bends = _signed_differences(n) if n <= MAX_WRITTEN else None
    return _exact("tree-distance", n, names[0], "distance", enclose, bends, shallow)


def tree_product(n: int, pieces: int) -> Separation:
    """x_1 x_2 ... x_n on [-1, 1]^n within (n-1) h^2/16, h = 4/pieces.

    >>> entry = tree_product(4, 8)
    >>> entry.error, entry.network.neurons, entry.network.depth, entry.shallow.units
    (Fraction(3, 64), 48, 2, 144)
    >>> entry.shallow.error <= entry.error
    True
    """
    if pieces % 2:
        raise InputError.about("pieces", "an even number", str(pieces), "Take one more.")

    def enclose(x: Vector) -> Interval:
        value = prod(x, start=Fraction(1))
        return value, value

    parts = levels(gadget("product", pieces), n)
    error = (n - 1) * Fraction(4, pieces) ** 2 / 16
    rival = 2 ** (n - 1) * polarised_pieces(n, error)
    names = _names(n)
    target = Target("*".join(names), names, Box.cube(n), enclose)
    written = rival <= MAX_UNITS
    return Separation(
        "tree-product", (("n", n), ("pieces", pieces)), target, chain(parts), "sup", error,
        _STATEMENTS, polarised(n, error) if written else None,
        "" if written else f"polarisation would take {rival} units, more than {MAX_UNITS}", parts,
    )  # fmt: skip


def polarised(n: int, error: Fraction) -> Shallow:
    """The product of n inputs by one hidden layer, within an error (n even).

    t^n is interpolated on [-n, n] in ``polarised_pieces`` pieces.

    >>> rival = polarised(2, Fraction(1, 16))
    >>> rival.units, rival.network(["1/2", "1/2"]), rival.error
    (8, (Fraction(1, 4),), Fraction(1, 16))
    """
    pieces = polarised_pieces(n, error)
    one = interpolant([(t, t**n) for t in equidistant(n, pieces)])
    scale = Fraction(1, factorial(n) * 2 ** (n - 1))
    rows: list[list[Fraction]] = []
    bias: list[Fraction] = []
    readout: list[Fraction] = []
    constant = Fraction(0)
    for tail in tuples((1, -1), repeat=n - 1):
        factor = scale * prod(tail)
        rows += [[sign * s for s in (1, *tail)] for (sign,) in one.layers[0].weight]
        bias += one.layers[0].bias
        readout += [factor * c for c in one.layers[1].weight[0]]
        constant += factor * one.layers[1].bias[0]
    net = ReluNetwork.of([(rows, bias), ([readout], [constant])])
    words = f"polarisation: t^{n} in {pieces} equal pieces along {2 ** (n - 1)} directions"
    return Shallow(net, polarised_error(n, pieces), words)


def polarised_pieces(n: int, error: Fraction) -> int:
    """The least even number of pieces for which ``polarised_error`` is small enough.

    >>> polarised_pieces(4, Fraction(1, 64))
    28
    """
    high = 2
    while polarised_error(n, high) > error:
        high *= 2
    low = high // 2
    while high - low > 2:
        middle = (low + high) // 4 * 2
        if polarised_error(n, middle) > error:
            low = middle
        else:
            high = middle
    return high


def polarised_error(n: int, pieces: int) -> Fraction:
    """A bound on the error on [-1, 1]^n of the polarised product with t^n in so many pieces.

    The interpolation error e(t) is between 0 and h^2/8 n(n-1) (|t| + h)^(n-2). Signs s with a
    positive product add it, the others subtract it, so the error is at most the sum over one kind.
    With m = n - 2, (|t| + h)^m <= (1-a)^(1-m) t^m + a^(1-m) h^m by convexity for 0 < a < 1; the sum
    of (s . x)^m over either kind is half of that over all s, because s_1 ... s_n is orthogonal to
    monomials of lower degree; and the mean of (s . x)^m over signs is largest at x = (1, ..., 1).

    >>> polarised_error(2, 8), polarised_error(4, 64) < Fraction(1, 400)
    (Fraction(1, 64), True)
    """
    step, m = Fraction(2 * n, pieces), n - 2
    if m:
        share = step / (step + 2)
        moment = Fraction(sum(comb(n, k) * (n - 2 * k) ** m for k in range(n + 1)), 2**n)
        mean = (1 - share) ** (1 - m) * moment + share ** (1 - m) * step**m
    else:
        mean = Fraction(1)
    return step**2 * n * (n - 1) * mean / (16 * factorial(n))


def _exact(
    name: str, n: int, expression: str, kind: str, enclose: Callable[[Vector], Interval],
    bends: tuple[Row, ...] | None, shallow: Shallow | None,
) -> Separation:  # fmt: skip
    parts = levels(gadget(kind), n)
    target = Target(expression, _names(n), Box.cube(n), enclose, bends)
    return Separation(
        name, (("n", n),), target, chain(parts), "equal", Fraction(0), _STATEMENTS, shallow,
        no_shallow="" if shallow else "no network with one hidden layer equals it, however wide",
        parts=parts,
    )  # fmt: skip


def _four_distances() -> ReluNetwork:
    """||a| - |b|| with a = x_1 - x_2, b = x_3 - x_4, by one hidden layer of six units.

    |a-b| + |a+b| - |a| - |b|, where |t| = 2 relu(t) - t for the first two: what is left of them is
    -2a, and -|a| - 2a = relu(-a) - 3 relu(a).

    >>> _four_distances()([1, 0, -1, "1/2"])
    (Fraction(1, 2),)
    """
    a, b = [1, -1, 0, 0], [0, 0, 1, -1]
    apart, together = [1, -1, -1, 1], [1, -1, 1, -1]
    rows = [apart, together, a, [-v for v in a], b, [-v for v in b]]
    return ReluNetwork.of([(rows, [0] * 6), ([[2, 2, -3, 1, -1, -1]], [0])])


def _names(n: int) -> tuple[str, ...]:
    return tuple(f"x{i}" for i in range(1, n + 1))


def _form(n: int, entries: dict[int, int]) -> Row:
    return (*(entries.get(i, 0) for i in range(n)), 0)


def _signed_differences(n: int) -> tuple[Row, ...]:
    """The forms inside the absolute values, with every choice of signs below them."""
    found: list[Row] = []
    below = [[_form(n, {i: 1})] for i in range(n)]
    while len(below) > 1:
        joined = []
        for left, right in zip(below[::2], below[1::2], strict=True):
            here = {_signless(tuple(a - b for a, b in zip(x, y, strict=True)))
                    for x in left for y in right}  # fmt: skip
            joined.append([form for row in sorted(here) for form in (row, tuple(-v for v in row))])
            found += sorted(here)
        below = joined
    return tuple(found)


def _signless(form: Row) -> Row:
    return form if next(v for v in form if v) > 0 else tuple(-v for v in form)
