"""The algebra of exact networks: sums, stacks, products, maxima and minima as networks.

Every function takes networks and returns one network, equal at every rational point to the
operation on their values. ``chain`` (composition) and ``affine_network`` belong here too and live
in ``compose``. Networks of different depth are padded by layers of identity units, which carry
values without adding a boundary; ``relu_only`` writes those units, and abs and leaky ones, with
relu for exports that know nothing else. All raise InputError for an empty list or shapes that do
not agree, InputTypeError for what is no network.
"""

from collections.abc import Sequence
from fractions import Fraction

from exactnet.errors import InputError, shown
from exactnet.exact import linalg
from exactnet.exact.rationals import (
    Matrix,
    RationalLike,
    Vector,
    as_rational,
    as_sequence,
    as_vector,
)
from exactnet.geometry.affine import AffineMap
from exactnet.networks.compose import affine_network, chain, check_networks
from exactnet.networks.layer import IDENTITY, RELU, Layer
from exactnet.networks.network import ReluNetwork
from exactnet.networks.relu_only import relu_only

__all__ = [
    "add", "affine_network", "chain", "maximum", "minimum", "parallel", "relu_only", "select",
    "stack",
]  # fmt: skip

_ZERO, _ONE = Fraction(0), Fraction(1)


def select(inputs: int, coordinates: Sequence[int]) -> ReluNetwork:
    """The network x -> (x_j for j in coordinates) on R^inputs; coordinates count from 0.

    >>> select(3, [2, 0])([5, 6, 7])
    (Fraction(7, 1), Fraction(5, 1))

    Raises InputError for no coordinates or some outside 0..inputs-1.
    """
    if not isinstance(inputs, int) or isinstance(inputs, bool) or inputs < 1:
        raise InputError.about("inputs", "an integer >= 1", shown(inputs, 20), "Change it.")
    chosen = as_sequence(coordinates, "coordinates", "a list of integers")
    whole = all(isinstance(j, int) and not isinstance(j, bool) for j in chosen)
    if not chosen or not whole or not all(j in range(inputs) for j in chosen):
        raise InputError.about(
            "coordinates", f"integers 0..{inputs - 1}", shown(coordinates, 40), "Count from 0."
        )
    matrix = tuple(tuple(Fraction(int(k == j)) for k in range(inputs)) for j in chosen)
    return affine_network(AffineMap(matrix, (_ZERO,) * len(matrix)))


def stack(networks: Sequence[ReluNetwork]) -> ReluNetwork:
    """The network x -> (f_1(x), ..., f_k(x)); the f_i may differ in depth.

    As deep as the deepest; its units are those of the f_i, and for each missing layer of one that
    is not so deep min(inputs, outputs) identity units, before it or behind it.

    >>> hat = ReluNetwork.of([([[1], [1]], [0, "-1/2"]), ([[2, -4]], [0])])
    >>> both = stack([hat, chain([hat, hat])])
    >>> both(["1/4"]), both.depth, both.neurons
    ((Fraction(1, 2), Fraction(1, 1)), 2, 7)
    """
    check_networks(networks, "stack")
    for net in networks:
        _agree("stack", "inputs", networks[0].inputs, net.inputs)
    depth = max(net.depth for net in networks)
    columns = [_padded(net, depth) for net in networks]
    layers = [_beside([column[0] for column in columns], shared=True)]
    layers += [_beside([column[k] for column in columns]) for k in range(1, depth + 1)]
    return ReluNetwork(tuple(layers))


def parallel(networks: Sequence[ReluNetwork]) -> ReluNetwork:
    """The network (x_1, ..., x_k) -> (f_1(x_1), ..., f_k(x_k)), each with inputs of its own.

    >>> absolute = ReluNetwork.of([([[1]], [0]), ([[1]], [0])], [["abs"]])
    >>> parallel([absolute, absolute])([-1, -2])
    (Fraction(1, 1), Fraction(2, 1))
    """
    check_networks(networks, "parallel")
    depth = max(net.depth for net in networks)
    columns = [_padded(net, depth) for net in networks]
    return ReluNetwork(tuple(_beside([column[k] for column in columns]) for k in range(depth + 1)))


def add(
    networks: Sequence[ReluNetwork],
    coefficients: Sequence[RationalLike] | None = None,
    constant: RationalLike = 0,
) -> ReluNetwork:
    """The network x -> c_1 f_1(x) + ... + c_k f_k(x) + constant; all c_i are 1 by default.

    So ``add([f, g], [1, -1])`` is the difference and ``add([f], [3])`` a multiple. The constant is
    added to every output. Sizes are those of ``stack``.

    >>> absolute = ReluNetwork.of([([[1]], [0]), ([[1]], [0])], [["abs"]])
    >>> add([absolute, select(1, [0])], ["1/2", "1/2"], -1)([-3])  # relu(x) - 1
    (Fraction(-1, 1),)
    """
    check_networks(networks, "add")
    outputs = networks[0].outputs
    for net in networks:
        _agree("add", "outputs", outputs, net.outputs)
    factors = (
        (_ONE,) * len(networks)
        if coefficients is None
        else as_vector(coefficients, "coefficients", len(networks))
    )
    row = [[c * Fraction(int(i == j)) for c in factors for i in range(outputs)]
           for j in range(outputs)]  # fmt: skip
    shift = (as_rational(constant, "constant"),) * outputs
    return chain([stack(networks), affine_network(AffineMap(_matrix(row), shift))])


def maximum(networks: Sequence[ReluNetwork]) -> ReluNetwork:
    """The network x -> max_i f_i(x), output by output.

    A tree of pairs, max(a, b) = a + relu(b - a) with a carried by an identity unit: ceil(log2 k)
    hidden layers beyond the deepest f_i, of which layer l has about k/2^(l-1) units an output.

    >>> largest = maximum([select(3, [j]) for j in range(3)])
    >>> largest([1, 5, -2]), largest.depth, largest.neurons
    ((Fraction(5, 1),), 2, 5)
    """
    return _extremum(networks, _ONE, "maximum")


def minimum(networks: Sequence[ReluNetwork]) -> ReluNetwork:
    """The network x -> min_i f_i(x), output by output; min(a, b) = a - relu(a - b).

    >>> minimum([select(2, [0]), select(2, [1])])([3, -2])
    (Fraction(-2, 1),)
    """
    return _extremum(networks, -_ONE, "minimum")


def _extremum(networks: Sequence[ReluNetwork], sign: Fraction, where: str) -> ReluNetwork:
    check_networks(networks, where)
    for net in networks:
        _agree(where, "outputs", networks[0].outputs, net.outputs)
    parts, count = [stack(networks)], len(networks)
    while count > 1:
        parts.append(_round(count, networks[0].outputs, sign))
        count = -(-count // 2)
    return chain(parts)


def _round(count: int, outputs: int, sign: Fraction) -> ReluNetwork:
    """Groups of ``outputs`` values -> half as many, the larger (or smaller) of each two."""
    units: list[list[Fraction]] = []
    slopes: list[Fraction] = []
    readout: list[dict[int, Fraction]] = []
    for first in range(0, count, 2):
        for j in range(outputs):
            a, b = first * outputs + j, (first + 1) * outputs + j
            readout.append({len(units): _ONE})
            units.append(_sparse({a: _ONE}, count * outputs))
            slopes.append(IDENTITY)
            if first + 1 < count:
                readout[-1][len(units)] = sign
                units.append(_sparse({a: -sign, b: sign}, count * outputs))
                slopes.append(RELU)
    rows = _matrix([_sparse(row, len(units)) for row in readout])
    hidden = Layer(_matrix(units), (_ZERO,) * len(units), tuple(slopes))
    return ReluNetwork((hidden, *affine_network(AffineMap(rows, (_ZERO,) * len(rows))).layers))


def _padded(net: ReluNetwork, depth: int) -> tuple[Layer, ...]:
    """The layers, and identity layers where the network is narrower until it is deep enough."""
    missing = depth - net.depth
    if not missing:
        return net.layers
    carry = _carry(min(net.inputs, net.outputs))
    behind = net.outputs <= net.inputs
    return (*net.layers, *[carry] * missing) if behind else (*[carry] * missing, *net.layers)


def _carry(size: int) -> Layer:
    return Layer(linalg.identity(size), (_ZERO,) * size, (IDENTITY,) * size)


def _beside(layers: Sequence[Layer], shared: bool = False) -> Layer:
    """One layer out of several; each reads its own part of the inputs unless they are shared."""
    total = sum(layer.inputs for layer in layers)
    weight: list[Vector] = []
    first = 0
    for layer in layers:
        left, right = (_ZERO,) * first, (_ZERO,) * (total - first - layer.inputs)
        weight += layer.weight if shared else ((*left, *row, *right) for row in layer.weight)
        first += layer.inputs
    bias = tuple(b for layer in layers for b in layer.bias)
    return Layer(tuple(weight), bias, tuple(s for layer in layers for s in layer.slopes))


def _sparse(entries: dict[int, Fraction], size: int) -> list[Fraction]:
    return [entries.get(k, _ZERO) for k in range(size)]


def _matrix(rows: Sequence[Sequence[Fraction]]) -> Matrix:
    return tuple(map(tuple, rows))


def _agree(where: str, what: str, expected: int, got: int) -> None:
    if expected != got:
        raise InputError.about(
            where, f"networks with {expected} {what}", f"one with {got}", "Make the shapes agree."
        )
