"""One row of a layer in floating point: a sum of products, and how far floats can be from it.

The standard model (Higham, Accuracy and Stability of Numerical Algorithms, chapters 2 and 3): a sum
of t products, in any order, with or without fused multiply-add, in the given precision or a wider
one that is rounded at the end, is off by at most ((1 + u)^(t+1) - 1) sum |w_k x_k|, plus
2^(lowest - precision) for each operation that may underflow. Products by powers of two do not
round, and rows of one such term make no error at all. Nonzero terms alone count: a product with 0
and a sum with 0 are exact.

Numbers are integers times 2^-SCALE.
"""

from dataclasses import dataclass
from fractions import Fraction

from exactnet.bridges.rounding import FloatFormat
from exactnet.errors import InputError
from exactnet.exact.rationals import Vector
from exactnet.networks.layer import Layer
from exactnet.networks.network import ReluNetwork

SCALE = 256
ONE = 1 << SCALE


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a layer as integers over 2^shift, without its zeros, and its rounding factors."""

    terms: tuple[tuple[int, int], ...]
    bias: int
    shift: int
    slope: Fraction
    growth: int
    underflow: int


Rows = tuple[tuple[Row, ...], ...]


def held_rows(net: ReluNetwork, fmt: FloatFormat, flush: bool = False) -> Rows:
    """The layers prepared for ``enclose``; InputError if the format does not hold a weight."""
    known: dict[int, tuple[Row, ...]] = {}
    result = []
    for k, layer in enumerate(net.layers):
        if id(layer) not in known:
            known[id(layer)] = tuple(
                _row(layer, i, fmt, flush, f"layer {k}") for i in range(layer.outputs)
            )
        result.append(known[id(layer)])
    return tuple(result)


def as_fraction(value: int) -> Fraction:
    """The rational that an integer on the grid stands for."""
    return Fraction(value, ONE)


def _row(layer: Layer, i: int, fmt: FloatFormat, flush: bool, where: str) -> Row:
    weight, bias, slope = layer.weight[i], layer.bias[i], layer.slopes[i]
    if not all(map(fmt.holds, (*weight, bias, slope))):
        raise InputError.about(
            where, f"weights that {fmt.name} holds", "others", "Use round_network(net, dtype)."
        )
    if flush and any(0 < abs(v) < fmt.smallest_normal for v in (*weight, bias, slope)):
        raise InputError.about(
            where, "no subnormal weights if they are flushed", "some", "Use flush=False."
        )
    shift = max(v.denominator for v in (*weight, bias)).bit_length() - 1
    terms = tuple((j, int(w * 2**shift)) for j, w in enumerate(weight) if w)
    count = len(terms) + bool(bias)
    products = any(abs(w.numerator) & (abs(w.numerator) - 1) for w in weight)
    factors = count + products if products or count > 1 else 0  # sums, a last rounding, products
    growth = (1 + fmt.unit) ** factors - 1
    exact = not factors and all(w.denominator == 1 for w in weight) and not flush
    lost = Fraction(0) if exact else (1 + growth) * _tiny(weight, count, fmt, flush)
    return Row(terms, int(bias * 2**shift), shift, slope, up(growth), up(lost))


def _tiny(weight: Vector, count: int, fmt: FloatFormat, flush: bool) -> Fraction:
    """What underflow costs a sum of products: half the smallest number for each operation.

    Where subnormal numbers are flushed, 2^lowest for each operand and each result instead.
    """
    if not flush:
        return 2 * count * fmt.smallest_normal * fmt.unit
    return (3 * sum(map(abs, weight), start=Fraction(0)) + 6 * count + 2) * fmt.smallest_normal


def down(value: Fraction) -> int:
    """A rational on the grid, rounded down."""
    return value.numerator * ONE // value.denominator


def up(value: Fraction) -> int:
    """A rational on the grid, rounded up."""
    return -(-value.numerator * ONE // value.denominator)
