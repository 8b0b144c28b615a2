"""Where a network decides: its complex cut further by the output, so that {f = 0} is made of faces.

The output becomes hidden units of one more layer: one that cuts where f = 0, and an identity that
carries f on to the readout. So the enumerator itself finds the decision boundary, with exact signs
and in every dimension, and affine pieces stay what they were. With several outputs the cuts are
where two of them are equal, and the boundary is where the largest one changes.
"""

from dataclasses import dataclass
from functools import cached_property
from itertools import combinations

import numpy as np

from exactnet.errors import InputError
from exactnet.exact.linalg import identity
from exactnet.exact.rationals import Matrix, Vector
from exactnet.geometry.box import Box
from exactnet.limits import Limits, Progress, silent
from exactnet.networks.layer import IDENTITY, RELU, Layer
from exactnet.networks.network import ReluNetwork
from exactnet.regions.complex import RegionComplex
from exactnet.regions.enumeration import enumerate_regions
from exactnet.regions.patch import Array

MAX_OUTPUTS = 16


@dataclass(frozen=True, eq=False)
class DecisionComplex:
    """The complex of a network on a box, cut further where its output is zero (or two are equal).

    >>> hat = ReluNetwork.of([([[1], [1]], [0, "-1/2"]), ([[4, -8]], [-1])])
    >>> cut = DecisionComplex.of(hat, Box.of([(0, 1)]))
    >>> cut.regions, [str(x) for k in np.flatnonzero(cut.boundary) for x in cut.cx.vertex(k)]
    (2, ['1/4', '3/4'])
    """

    net: ReluNetwork
    cx: RegionComplex

    @classmethod
    def of(
        cls, net: ReluNetwork, box: Box, limits: Limits | None = None, progress: Progress = silent
    ) -> "DecisionComplex":
        """Enumerate the regions of a network and its decision boundary on a box."""
        return cls(net, enumerate_regions(_with_output_units(net), box, limits, progress))

    @cached_property
    def hidden(self) -> Array:
        """The signs of the network's own hidden units on the cells."""
        return self.cx.signs()[:, : self.net.neurons]

    @cached_property
    def decided(self) -> Array:
        """On every cell the sign of f, or with several outputs which of them is largest."""
        cuts = self._cuts(self.cx.dim)
        if self.net.outputs == 1:
            return np.asarray(cuts[:, 0])
        losing = np.zeros((len(cuts), self.net.outputs), dtype=bool)
        for column, (i, j) in zip(cuts.T, combinations(range(self.net.outputs), 2), strict=True):
            losing[:, i] |= column < 0
            losing[:, j] |= column >= 0
        return np.asarray(np.argmin(losing, axis=1))

    @property
    def zero(self) -> Array:
        """The cells on which a single output is identically zero."""
        return np.asarray((self.decided == 0) & (self.net.outputs == 1))

    @cached_property
    def boundary(self) -> Array:
        """The facets on which f = 0, without those inside {f = 0}; or where the largest changes."""
        first, second = self.sides
        if self.net.outputs > 1:
            changes = self.decided[first] != self.decided[second]
            return np.asarray((second >= 0) & changes)
        inside = self.zero[first] & self.zero[second] & (second >= 0)
        return np.asarray((self._cuts(self.cx.dim - 1)[:, 0] == 0) & ~inside)

    @cached_property
    def own(self) -> Array:
        """The facets inside the box that the network's own hidden units cut."""
        first, second = self.sides
        changes = (self.hidden[first] != self.hidden[second]).any(axis=1)
        return np.asarray((second >= 0) & changes)

    @property
    def sides(self) -> tuple[Array, Array]:
        """The two cells of every facet, the second one -1 where the box ends."""
        first, second = self.cx.facet_cells.T
        return first, second

    @cached_property
    def regions(self) -> int:
        """The number of cells of the network itself."""
        rows = np.packbits(self.cx.patterns()[:, : self.net.neurons], axis=1)
        return len(np.unique(rows, axis=0)) if rows.shape[1] else 1

    @cached_property
    def pieces(self) -> int:
        """The number of affine pieces."""
        return int(self.cx.piece_classes.max()) + 1

    def _cuts(self, k: int) -> Array:
        """The signs of the cutting units on the k-faces."""
        first = self.net.neurons
        return self.cx.signs(k)[:, first : self.cx.network.neurons - self.net.outputs]


def _with_output_units(net: ReluNetwork) -> ReluNetwork:
    """The same function with one more hidden layer: the cuts, then the outputs themselves."""
    if net.outputs > MAX_OUTPUTS:
        raise InputError.about(
            "picture", f"at most {MAX_OUTPUTS} outputs", str(net.outputs), "Keep some of them."
        )
    weight, bias = _cuts_of(net.layers[-1])
    cuts, outputs = len(bias), net.outputs
    layer = Layer(
        (*weight, *net.layers[-1].weight),
        (*bias, *net.layers[-1].bias),
        (RELU,) * cuts + (IDENTITY,) * outputs,
    )
    chosen = identity(cuts + outputs)[cuts:]
    readout = Layer(chosen, (bias[0] * 0,) * outputs, (IDENTITY,) * outputs)
    return ReluNetwork((*net.layers[:-1], layer, readout))


def _cuts_of(last: Layer) -> tuple[Matrix, Vector]:
    """The forms whose zeros are the decision: the output itself, or differences of two."""
    if last.outputs == 1:
        return last.weight, last.bias
    pairs = list(combinations(range(last.outputs), 2))
    weight = tuple(
        tuple(a - b for a, b in zip(last.weight[i], last.weight[j], strict=True)) for i, j in pairs
    )
    return weight, tuple(last.bias[i] - last.bias[j] for i, j in pairs)
