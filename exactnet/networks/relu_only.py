"""Plain relu networks: identity, abs and leaky units written with relu units."""

from fractions import Fraction

from exactnet.exact.rationals import Vector
from exactnet.networks.layer import RELU, Layer
from exactnet.networks.network import ReluNetwork

_ZERO, _ONE = Fraction(0), Fraction(1)


def relu_only(net: ReluNetwork) -> ReluNetwork:
    """The same function with relu units only; the depth stays.

    A unit that maps t to s t for t < 0 becomes relu(t) - s relu(-t), two units: s = 1 carries t,
    s = -1 is |t|. One unit is enough where weights and biases show that t >= 0 (they are all
    non-negative, on values that are), so what relu gave is carried by relu. The two units of an
    identity unit cut the plane along t = 0, which an identity unit does not.

    >>> carried = ReluNetwork.of([([[1], [1]], [0, 0]), ([[1, 1]], [0])], [["abs", "identity"]])
    >>> plain = relu_only(carried)
    >>> plain([-3]), plain([2]), plain.width
    ((Fraction(0, 1),), (Fraction(4, 1),), 4)
    """
    layers: list[Layer] = []
    combine: list[Vector] = []  # the old units of the last layer in terms of the new ones
    signs = [False] * net.inputs  # which old units are never negative
    for k, layer in enumerate(net.layers):
        weight = [_through(row, combine) for row in layer.weight] if k else list(layer.weight)
        if k == net.depth:
            layers.append(Layer(tuple(weight), layer.bias, layer.slopes))
            break
        sure = [
            b >= 0 and all(not w or (w > 0 and sign) for w, sign in zip(row, signs, strict=True))
            for row, b in zip(layer.weight, layer.bias, strict=True)
        ]
        new, combine = _units(weight, layer, sure)
        layers.append(new)
        signs = [known or slope <= 0 for known, slope in zip(sure, layer.slopes, strict=True)]
    return ReluNetwork(tuple(layers))


def _units(weight: list[Vector], layer: Layer, sure: list[bool]) -> tuple[Layer, list[Vector]]:
    """The new layer, and each old unit as a combination of new ones."""
    rows: list[Vector] = []
    bias: list[Fraction] = []
    parts: list[dict[int, Fraction]] = []
    for row, b, slope, known in zip(weight, layer.bias, layer.slopes, sure, strict=True):
        parts.append({len(rows): _ONE})
        rows.append(row)
        bias.append(b)
        if slope != RELU and not known:
            parts[-1][len(rows)] = -slope
            rows.append(tuple(-w for w in row))
            bias.append(-b)
    size = len(rows)
    combine = [tuple(part.get(k, _ZERO) for k in range(size)) for part in parts]
    return Layer(tuple(rows), tuple(bias), (RELU,) * size), combine


def _through(row: Vector, combine: list[Vector]) -> Vector:
    """A row over old units as a row over new ones."""
    total = [_ZERO] * len(combine[0])
    for weight, part in zip(row, combine, strict=True):
        if weight:
            for j, value in enumerate(part):
                if value:
                    total[j] += weight * value
    return tuple(total)
