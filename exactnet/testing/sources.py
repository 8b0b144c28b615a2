"""Whatever a test suite has in hand, as the exact network that it denotes."""

import os
from collections.abc import Mapping, Sequence

from exactnet.bridges.files import load_network
from exactnet.errors import InputTypeError
from exactnet.networks.network import ReluNetwork


def network_of(source: object, input_shape: Sequence[int] | None = None) -> ReluNetwork:
    """The exact network of a ReluNetwork, a file, a PyTorch module or state_dict, or an ONNX model.

    Files are those of ``load_network`` (JSON, ONNX, NNet, NumPy, PyTorch). Floats are the rationals
    that they store, and what a runtime rounds while it computes is not part of the network.
    ``input_shape`` is that of ``from_torch``.

    >>> net = ReluNetwork.of([([[1]], [0])])
    >>> network_of(net) is net
    True

    Raises InputTypeError for anything else, and what the bridges raise.
    """
    if isinstance(source, ReluNetwork):
        return source
    if isinstance(source, (str, os.PathLike)):
        return load_network(source)
    packages = {kind.__module__.split(".")[0] for kind in type(source).__mro__}
    if isinstance(source, Mapping) or "torch" in packages:
        from exactnet.bridges.torch.importing import from_torch

        return from_torch(source, input_shape)
    if "onnx" in packages:
        from exactnet.bridges.onnx.importing import from_onnx

        return from_onnx(source)
    raise InputTypeError.about(
        "network",
        "a ReluNetwork, a path, a PyTorch module or an ONNX model",
        type(source).__name__,
        "Convert it, perhaps with exactnet.bridges.",
    )
