"""The bounds for the sizes of a network."""

from dataclasses import replace

from exactnet.networks.layer import IDENTITY, RELU
from exactnet.networks.network import ReluNetwork
from exactnet.regions.bounds.rows import BoundRow, table

_RELU_ONLY = ("serra", "hinz")


def network_table(net: ReluNetwork) -> list[BoundRow]:
    """Every bound for the sizes of a network; the reasons why not, where there is none.

    Two bounds are about relu units, so there absolute value and leaky units count twice.

    >>> net = ReluNetwork.of([([[1], [1]], [0, 1]), ([[1, 1]], [0])])
    >>> [row.value for row in network_table(net) if row.name == "zaslavsky"]
    [3]
    """
    if not net.depth:
        why = "needs a hidden layer, got none"
        return [replace(row, value=None, note=why) for row in table(net.inputs, [1])]
    widths = [layer.outputs for layer in net.layers[:-1]]
    rows = table(net.inputs, widths)
    bent = [sum(s not in (RELU, IDENTITY) for s in layer.slopes) for layer in net.layers[:-1]]
    if not any(bent):
        return rows
    safe = table(net.inputs, [w + b for w, b in zip(widths, bent, strict=True)])
    note = "; abs and leaky units counted twice"
    return [
        replace(other, note=other.note.replace("; relu units", note)) if row.name in _RELU_ONLY
        else row
        for row, other in zip(rows, safe, strict=True)
    ]  # fmt: skip
