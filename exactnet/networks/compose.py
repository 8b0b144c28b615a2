"""Composition: networks chained into one, adjoining affine layers merged."""

from collections.abc import Sequence

from exactnet.errors import InputError, InputTypeError
from exactnet.exact import linalg
from exactnet.geometry.affine import AffineMap
from exactnet.networks.layer import IDENTITY, Layer
from exactnet.networks.network import ReluNetwork


def affine_network(f: AffineMap) -> ReluNetwork:
    """The network without hidden layers that computes an affine map."""
    return ReluNetwork((Layer(f.matrix, f.translation, (IDENTITY,) * f.dim),))


def chain(networks: Sequence[ReluNetwork]) -> ReluNetwork:
    """The composition of networks, the first one applied first; hidden depths add up.

    The affine readout of one network and the first layer of the next become one layer. Repeated
    junctions are computed once and shared, so n equal levels cost the memory of one.

    >>> relu = ReluNetwork.of([([[1]], [-1]), ([[2]], [3])])
    >>> both = chain([relu, relu])
    >>> both.depth, both([2]) == relu(relu([2]))
    (2, True)

    Raises InputError for no networks or shapes that do not agree, InputTypeError for other objects.
    """
    check_networks(networks, "chain")
    merged: dict[tuple[int, int], Layer] = {}
    layers = list(networks[0].layers)
    for after in networks[1:]:
        readout, entry = layers.pop(), after.layers[0]
        if readout.outputs != entry.inputs:
            raise InputError.about(
                "chain",
                f"a network with {readout.outputs} inputs",
                f"{entry.inputs}",
                "Only networks whose shapes agree compose.",
            )
        key = (id(readout), id(entry))  # both are kept alive by ``networks`` and ``merged``
        if key not in merged:
            merged[key] = _merge(readout, entry)
        layers += [merged[key], *after.layers[1:]]
    return ReluNetwork(tuple(layers))


def check_networks(networks: Sequence[ReluNetwork], where: str) -> None:
    """Refuse what is no list of at least one network."""
    if isinstance(networks, ReluNetwork) or not isinstance(networks, Sequence):
        raise InputTypeError.about(
            where, "a list of networks", type(networks).__name__, f"Write {where}([f, g])."
        )
    if not networks:
        raise InputError.about(where, "at least one network", "none", "Give a list of networks.")
    for k, net in enumerate(networks):
        if not isinstance(net, ReluNetwork):
            raise InputTypeError.about(
                f"{where}[{k}]", "a ReluNetwork", type(net).__name__, "Build it first."
            )


def _merge(readout: Layer, entry: Layer) -> Layer:
    weight = linalg.mat_mul(entry.weight, readout.weight)
    bias = linalg.add(linalg.mat_vec(entry.weight, readout.bias), entry.bias)
    return Layer(weight, bias, entry.slopes)
