"""What the derivatives of a network's output are on one cell of its complex.

With one output f, hidden layers a^1..a^t and a^0 = x, on a cell every a^k is an affine function of
x, and with b^k_i the derivative of f by the pre-activation of unit i of layer k (the readout is
layer t), which is constant there,

    df/dW^k_ij = b^k_i a^k_j(x),        df/d(bias^k_i) = b^k_i.

All are kept as integers: every b^k has one scale for all cells, and so has every a^k.
"""

from dataclasses import dataclass

from exactnet.exact.integer_matrices import Rows
from exactnet.exact.rows import Row, dot
from exactnet.networks.layer import IDENTITY
from exactnet.networks.network import ReluNetwork
from exactnet.regions.exact_vertices import ExactLayers, scaled_slopes


@dataclass(frozen=True, slots=True)
class Derivatives:
    """A network on one cell, layer by layer (hidden layers, then the readout).

    ``inputs[k]`` are the forms over (x, 1) of what layer k reads, and the constant 1 last;
    ``backward[k]`` the derivatives of f by its pre-activations; both times their scales.
    ``kinks`` are the hidden units, numbered through all layers, that vanish on the whole cell and
    bend f there: with one of them f has no derivative by the unit's bias.
    """

    inputs: tuple[Rows, ...]
    backward: tuple[Row, ...]
    kinks: tuple[int, ...]


class Differentiator:
    """Derivatives of a network with one output, cell by cell.

    >>> net = ReluNetwork.of([([[1], [1]], [0, "-1/2"]), ([[2, -4]], [0])])
    >>> right = Differentiator(net).on_cell(0b11)  # both units on
    >>> right.inputs, right.backward
    ((((1, 0), (0, 1)), ((2, 0), (2, -1), (0, 2))), ((2, -4), (1,)))
    >>> Differentiator(net).input_scales, Differentiator(net).backward_scales
    ((1, 2), (1, 1))
    """

    def __init__(self, net: ReluNetwork) -> None:
        self.net, self.layers = net, ExactLayers(net)
        below, inputs = 1, [1]
        for layer in net.layers[:-1]:
            below *= layer.scale * layer.slope_scale
            inputs.append(below)
        above, backward = 1, [1]
        for layer, hidden in zip(net.layers[:0:-1], net.layers[-2::-1], strict=True):
            above *= layer.scale * hidden.slope_scale
            backward.append(above)
        self.input_scales, self.backward_scales = tuple(inputs), tuple(reversed(backward))
        self.slopes = [scaled_slopes(layer) for layer in net.layers]
        self.columns = [tuple(zip(*layer.rows, strict=True))[:-1] for layer in net.layers]

    def on_cell(self, on: int, zero: int = 0) -> Derivatives:
        """The derivatives on a cell; ``on`` and ``zero`` have a bit for each hidden unit.

        A unit that is 0 on the whole cell takes its left slope.
        """
        constant = (0,) * self.net.inputs
        inputs = tuple(
            (*self.layers.activations_on_cell(on, k)[0], (*constant, scale))
            for k, scale in enumerate(self.input_scales)
        )
        row: Row = (1,)
        backward, kinks = [row], []
        for k in range(self.net.depth, 0, -1):
            arriving = [dot(row, column) for column in self.columns[k]]
            first, hidden = self.layers.below[k - 1].bit_length(), self.net.layers[k - 1]
            if zero:
                kinks += [
                    first + i
                    for i, (b, slope) in enumerate(zip(arriving, hidden.slopes, strict=True))
                    if b and slope != IDENTITY and zero >> first + i & 1
                ]
            row = tuple(
                b * (hidden.slope_scale if on >> i & 1 else slope)
                for i, (b, slope) in enumerate(
                    zip(arriving, self.slopes[k - 1], strict=True), first
                )
            )
            backward.append(row)
        return Derivatives(inputs, tuple(reversed(backward)), tuple(sorted(kinks)))
