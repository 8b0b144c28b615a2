"""Networks with two hidden layers of the form s(p_1(a_1 . x) + ... + p_m(a_m . x)), read back.

The first layer's units are grouped by the direction of their weights; every unit of the second
layer must read one and the same combination of them, times a factor and plus a bias. What is read
is algebra on the weights, so bounds proved of s and the p_i hold for the network.
"""

from dataclasses import dataclass
from fractions import Fraction

from exactnet.errors import ConstructionError
from exactnet.exact.rationals import Vector
from exactnet.exact.rows import Row, integer_row
from exactnet.networks.layer import IDENTITY, Layer
from exactnet.networks.network import ReluNetwork

_ZERO, _ONE = Fraction(0), Fraction(1)


@dataclass(frozen=True, slots=True)
class Ridges:
    """``outer`` of the sum of ``inner[i]`` at <directions[i], x>, each a network from R to R.

    >>> net = ReluNetwork.of(
    ...     [([[1, 1], [-1, -1], [0, 2]], [0, 0, 1]), ([[1, 1, 1], [2, 2, 2]], [0, -1]),
    ...      ([[1, -1]], [5])])
    >>> found = read_ridges(net)
    >>> found.directions, [inner([-3])[0] for inner in found.inner]
    (((0, 1), (1, 1)), [Fraction(0, 1), Fraction(3, 1)])
    >>> found([1, "-4"]) == net([1, "-4"])
    True
    """

    directions: tuple[Row, ...]
    inner: tuple[ReluNetwork, ...]
    outer: ReluNetwork

    def __call__(self, x: Vector) -> Vector:
        """The value at a point, by the parts."""
        total = _ZERO
        for direction, p in zip(self.directions, self.inner, strict=True):
            place = sum((a * Fraction(v) for a, v in zip(direction, x, strict=True)), start=_ZERO)
            total += p([place])[0]
        return self.outer([total])

    def scaled(self, factor: Fraction) -> "Ridges":
        """The same function with every inner network times a factor, not 0, undone by the outer.

        What a network's weights show is the inner functions up to such a factor.
        """
        first, *rest = self.outer.layers
        weight = tuple(tuple(w / factor for w in row) for row in first.weight)
        outer = ReluNetwork((Layer(weight, first.bias, first.slopes), *rest))
        inner = []
        for p in self.inner:
            *hidden, last = p.layers
            row = tuple(w * factor for w in last.weight[0])
            inner.append(ReluNetwork((*hidden, Layer((row,), last.bias, last.slopes))))
        return Ridges(self.directions, tuple(inner), outer)

    def normalised(self, at: Fraction, value: Fraction) -> "Ridges":
        """Scaled so that p_1(at) + p_1(-at) - 2 p_1(0) is 2 ``value``; unchanged where it is 0."""
        p = self.inner[0]
        bent = p([at])[0] + p([-at])[0] - 2 * p([0])[0]
        return self.scaled(2 * value / bent) if bent else self


def read_ridges(net: ReluNetwork) -> Ridges:
    """The parts of a network of this form; ConstructionError with the unit that does not fit."""
    if net.depth != 2 or net.outputs != 1:
        raise _other(f"{net.depth} hidden layers and {net.outputs} outputs")
    first, second, last = net.layers
    lead = next((row for row in second.weight if any(row)), None)
    if lead is None:
        raise _other("a second layer that reads nothing")
    factors = [_factor(row, lead, k) for k, row in enumerate(second.weight, 1)]
    outer = ReluNetwork((Layer(tuple((f,) for f in factors), second.bias, second.slopes), last))
    groups: dict[Row, list[tuple[Fraction, int]]] = {}
    for k, row in enumerate(first.weight):
        if not any(row):
            raise _other(f"unit {k + 1} of the first layer, which reads no input")
        direction = oriented(row)
        at = next(j for j, v in enumerate(direction) if v)
        groups.setdefault(direction, []).append((row[at] / direction[at], k))
    ordered = sorted(groups.items())
    inner = tuple(_inner(first, lead, members) for _, members in ordered)
    return Ridges(tuple(direction for direction, _ in ordered), inner, outer)


def _inner(first: Layer, lead: Vector, members: list[tuple[Fraction, int]]) -> ReluNetwork:
    hidden = Layer(
        tuple((factor,) for factor, _ in members),
        tuple(first.bias[k] for _, k in members),
        tuple(first.slopes[k] for _, k in members),
    )
    return ReluNetwork(
        (hidden, Layer((tuple(lead[k] for _, k in members),), (_ZERO,), (IDENTITY,)))
    )


def _factor(row: Vector, lead: Vector, unit: int) -> Fraction:
    """The number f with row = f * lead."""
    at = next(j for j, v in enumerate(lead) if v)
    factor = row[at] / lead[at]
    if any(a != factor * b for a, b in zip(row, lead, strict=True)):
        raise _other(f"unit {unit} of the second layer, which reads another combination")
    return factor


def oriented(row: Vector) -> Row:
    """The primitive integer row on the same line, its first entry that is not 0 positive."""
    form = integer_row(row)
    return form if next(v for v in form if v) > 0 else tuple(-v for v in form)


def _other(got: str) -> ConstructionError:
    return ConstructionError.about(
        "ridges", "a network s(sum of p_i(a_i . x))", got, "Prove it by another route."
    )
