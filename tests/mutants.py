"""Networks with one number changed, for tests that look for wrong verdicts."""

from fractions import Fraction

import exactnet as en
from exactnet.networks.layer import Layer


def changed(net: en.ReluNetwork, k: int, i: int, j: int, by: Fraction) -> en.ReluNetwork:
    """The network with one number changed: weight[i][j] of layer k, or bias[i] for j = -1."""
    layer = net.layers[k]
    weight, bias = [list(row) for row in layer.weight], list(layer.bias)
    if j < 0:
        bias[i] += by
    else:
        weight[i][j] += by
    new = Layer(tuple(map(tuple, weight)), tuple(bias), layer.slopes)
    return en.ReluNetwork((*net.layers[:k], new, *net.layers[k + 1 :]))
