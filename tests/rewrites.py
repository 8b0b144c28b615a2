"""Networks rewritten without changing the function, and changed in one weight."""

import random
from collections.abc import Callable
from fractions import Fraction as F

from exactnet.networks.layer import IDENTITY, RELU, Layer
from exactnet.networks.network import ReluNetwork

Rows = list[list[F]]


def draw(source: random.Random) -> ReluNetwork:
    """A small network with units of every kind."""
    sizes = [source.randint(1, 2), *(source.randint(1, 4) for _ in range(source.randint(1, 3)))]
    layers = []
    for k, (before, after) in enumerate(zip(sizes, [*sizes[1:], 1], strict=True), 1):
        weight = tuple(tuple(small(source) for _ in range(before)) for _ in range(after))
        bias = tuple(small(source) for _ in range(after))
        last = k == len(sizes)
        slopes = (F(0), F(0), F(0), F(-1), F(1), F(1, 3))
        layers.append(
            Layer(weight, bias, tuple(IDENTITY if last else source.choice(slopes) for _ in bias))
        )
    return ReluNetwork(tuple(layers))


def small(source: random.Random) -> F:
    return F(source.randint(-6, 6), source.choice((1, 1, 2, 3)))


def permuted(net: ReluNetwork, source: random.Random) -> ReluNetwork:
    """The units of one hidden layer in another order."""
    k = source.randrange(net.depth)
    order = list(range(net.layers[k].outputs))
    source.shuffle(order)
    unit, after = net.layers[k], net.layers[k + 1]
    return _with(
        net,
        k,
        Layer(
            tuple(unit.weight[j] for j in order),
            tuple(unit.bias[j] for j in order),
            tuple(unit.slopes[j] for j in order),
        ),
        tuple(tuple(row[j] for j in order) for row in after.weight),
    )


def rescaled(net: ReluNetwork, source: random.Random) -> ReluNetwork:
    """Every unit of one hidden layer times a positive number, undone by the next layer."""
    k = source.randrange(net.depth)
    unit, after = net.layers[k], net.layers[k + 1]
    factors = [F(source.randint(1, 9), source.randint(1, 9)) for _ in unit.bias]
    return _with(
        net,
        k,
        Layer(
            tuple(tuple(c * w for w in row) for c, row in zip(factors, unit.weight, strict=True)),
            tuple(c * b for c, b in zip(factors, unit.bias, strict=True)),
            unit.slopes,
        ),
        tuple(tuple(w / c for w, c in zip(row, factors, strict=True)) for row in after.weight),
    )


def split(net: ReluNetwork, source: random.Random) -> ReluNetwork:
    """One unit twice, with its outgoing weights shared out."""
    k = source.randrange(net.depth)
    unit, after = net.layers[k], net.layers[k + 1]
    j, share = source.randrange(unit.outputs), small(source)
    return _with(
        net,
        k,
        Layer(
            (*unit.weight, unit.weight[j]),
            (*unit.bias, unit.bias[j]),
            (*unit.slopes, unit.slopes[j]),
        ),
        tuple(
            (*row[:j], share * row[j], *row[j + 1 :], (1 - share) * row[j]) for row in after.weight
        ),
    )


def with_dead_unit(net: ReluNetwork, source: random.Random) -> ReluNetwork:
    """One more relu unit, which is never on: minus a sum of relu units, or a constant."""
    k = source.randrange(net.depth)
    unit, after = net.layers[k], net.layers[k + 1]
    positive = k and all(s == RELU for s in net.layers[k - 1].slopes)
    row = tuple(F(-source.randint(0, 3)) if positive else F(0) for _ in unit.weight[0])
    return _with(
        net,
        k,
        Layer((*unit.weight, row), (*unit.bias, F(-source.randint(0, 5))), (*unit.slopes, RELU)),
        tuple((*row, small(source)) for row in after.weight),
    )


def deeper(net: ReluNetwork, source: random.Random) -> ReluNetwork:
    """A layer that carries all values of a layer, by identity units or by pairs of relu units."""
    k = source.randrange(net.depth)
    size = net.layers[k].outputs
    unit = [[F(int(i == j)) for j in range(size)] for i in range(size)]
    after = net.layers[k + 1]
    if source.random() < F(1, 2):
        carry = Layer(tuple(map(tuple, unit)), (F(0),) * size, (IDENTITY,) * size)
        return ReluNetwork((*net.layers[: k + 1], carry, *net.layers[k + 1 :]))
    signed = [*unit, *([-v for v in row] for row in unit)]
    carry = Layer(tuple(map(tuple, signed)), (F(0),) * (2 * size), (RELU,) * (2 * size))
    weight = tuple((*row, *(-w for w in row)) for row in after.weight)
    changed = Layer(weight, after.bias, after.slopes)
    return ReluNetwork((*net.layers[: k + 1], carry, changed, *net.layers[k + 2 :]))


MOVES: tuple[Callable[[ReluNetwork, random.Random], ReluNetwork], ...] = (
    permuted, rescaled, split, with_dead_unit, deeper,
)  # fmt: skip


def rewritten(net: ReluNetwork, source: random.Random) -> ReluNetwork:
    """The same function after some moves."""
    for _ in range(source.randint(1, 4)):
        net = source.choice(MOVES)(net, source)
    return net


def changed(net: ReluNetwork, source: random.Random) -> ReluNetwork:
    """One weight is another number; the function may still be the same."""
    k = source.randrange(net.depth + 1)
    layer = net.layers[k]
    i, j = source.randrange(layer.outputs), source.randrange(layer.inputs)
    step = F(source.choice((-1, 1)), source.choice((1, 7, 10**6)))
    rows = [list(row) for row in layer.weight]
    rows[i][j] += step
    new = Layer(tuple(map(tuple, rows)), layer.bias, layer.slopes)
    return ReluNetwork((*net.layers[:k], new, *net.layers[k + 1 :]))


def _with(net: ReluNetwork, k: int, layer: Layer, weight: tuple[tuple[F, ...], ...]) -> ReluNetwork:
    after = net.layers[k + 1]
    new = Layer(weight, after.bias, after.slopes)
    return ReluNetwork((*net.layers[:k], layer, new, *net.layers[k + 2 :]))
