"""Which units are ever on, and which ever off, on a domain: decided by all cells of the complex."""

from dataclasses import dataclass

import numpy as np

from exactnet.geometry.box import Box
from exactnet.limits import Limits
from exactnet.networks.network import ReluNetwork
from exactnet.regions.faces import complex_parts
from exactnet.regions.patch import Array


@dataclass(frozen=True, slots=True)
class Seen:
    """For each hidden unit, in order, whether its pre-activation is > 0 (< 0) somewhere.

    Identity units count as on everywhere.
    """

    positive: tuple[bool, ...]
    negative: tuple[bool, ...]
    cells: int


def unit_signs(net: ReluNetwork, box: Box | None, limits: Limits) -> Seen:
    """The signs that units take on a box or on R^d (d <= 6), cell by cell in bounded memory.

    A sign on an open set shows in a cell; one that no cell has is taken nowhere, since a
    pre-activation that is > 0 at a point is so near it. Ends early when every unit was seen both
    ways.

    >>> from exactnet.limits import UNLIMITED
    >>> net = ReluNetwork.of([([[1], [1]], [0, -1]), ([[1, -2]], [-1]), ([[1]], [0])])
    >>> unit_signs(net, Box.of([(-1, 2)]), UNLIMITED)
    Seen(positive=(True, True, False), negative=(True, True, True), cells=3)
    """
    positive = np.zeros(net.neurons, dtype=bool)
    negative = positive.copy()
    cells = 0
    for part in complex_parts(net, box, limits):
        patch, engine = part.patch, part.engine
        offsets = patch.offsets
        history = patch.fhist[offsets[part.dim] : offsets[part.dim + 1]]
        cells += part.cells
        limits.check(cells)
        merged = np.bitwise_or.reduce(history, axis=0)
        on, off = _flags(merged, engine.domain.bits, net.neurons)
        positive |= on
        negative |= off
        if bool((positive & negative).all()):
            break
    return Seen(tuple(positive.tolist()), tuple(negative.tolist()), cells)


def _flags(history: Array, first: int, units: int) -> tuple[Array, Array]:
    """The bits of the units in a packed sign history: positive and negative."""
    half = len(history) // 2
    bits = np.unpackbits(np.ascontiguousarray(history).view(np.uint8), bitorder="little")
    flags = bits.reshape(2, 64 * half)[:, first : first + units].astype(bool)
    return flags[0], flags[1]
