"""From an exact network to plain PyTorch modules, and to files that PyTorch alone can read."""

import io
import os
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

from exactnet.bridges.rounding import as_format, round_network
from exactnet.bridges.torch.library import DTYPES, moved, nn, safetensors, torch
from exactnet.bridges.torch.state import ACTIVATIONS, MARK
from exactnet.errors import InputError
from exactnet.exact.strict_json import write_bytes
from exactnet.networks.layer import RELU, Layer
from exactnet.networks.network import ReluNetwork

TENSOR_FILES = (".pt", ".pth", ".safetensors")


def to_torch(
    net: ReluNetwork, dtype: object = "float64", device: object = "cpu"
) -> "nn.Sequential":
    """The network as an ``nn.Sequential`` of PyTorch's own modules, with rounded weights.

    Affine layers are ``nn.Linear``. A hidden layer of relu units is followed by ``nn.ReLU``; one
    with carried values, absolute values or leaky units by an ``nn.PReLU`` that holds one slope a
    unit (0 relu, 1 identity, -1 abs) and does not require a gradient, so that training the weights
    leaves the kinds of the units alone. PReLU wants a batch: inputs of shape (m, d).

    Every number becomes the nearest one of ``dtype`` (ties to even); ``rounding_report`` says
    which change. ``from_torch`` gives back exactly what the module stores, wherever it is.

    >>> net = ReluNetwork.of([([[1], [1]], [0, "-1/2"]), ([[2, -4]], [0])])
    >>> module = to_torch(net, "float32")
    >>> module(module[0].weight.new_tensor([[0.25], [1.0]])).tolist()
    [[0.5], [0.0]]

    Raises InputError where a number overflows, and for a device that this machine does not have.
    """
    fmt = as_format(dtype)
    kind = {"dtype": DTYPES[fmt.name]}
    modules: list[nn.Module] = []
    rounded = round_network(net, fmt).network
    for k, layer in enumerate(rounded.layers):
        modules.append(_linear(layer, kind["dtype"]))
        if k < rounded.depth:
            modules.append(_activation(layer, kind["dtype"]))
    return moved(nn.Sequential(*modules), device)


def save_torch(net: ReluNetwork, path: str | os.PathLike[str], dtype: object = "float64") -> None:
    """Write the state_dict of ``to_torch`` to .pt, .pth or .safetensors, all or nothing.

    Read it anywhere with ``torch.load(path, weights_only=True)``; keys "0.weight", "0.bias",
    "2.weight", ... are those of the Sequential, whose other entries are ``nn.ReLU``. Beside the
    tensors, in the metadata that PyTorch hands on and safetensors files have, stands which
    activations are meant.
    """
    suffix = tensor_suffix(path)
    state = to_torch(net, dtype).state_dict()
    if suffix == ".safetensors":
        write_bytes(path, safetensors().save(dict(state), {"format": "pt", MARK: ACTIVATIONS}))
        return
    vars(state)["_metadata"][MARK] = {"activations": ACTIVATIONS}
    stream = io.BytesIO()
    torch.save(state, stream)
    write_bytes(path, stream.getvalue())


def tensor_suffix(path: str | os.PathLike[str]) -> str:
    """The ending of a file of tensors; InputError unless it is one that we read and write."""
    suffix = Path(path).suffix.lower()
    if suffix not in TENSOR_FILES:
        raise InputError.about(
            "path", f"a {', '.join(TENSOR_FILES)} file", f"'{suffix:.20}'", "Rename it."
        )
    return suffix


def _linear(layer: Layer, dtype: "torch.dtype") -> "nn.Linear":
    module = nn.Linear(layer.inputs, layer.outputs, dtype=dtype)
    with torch.no_grad():
        module.weight.copy_(
            _tensor([v for row in layer.weight for v in row], dtype).reshape(
                layer.outputs, layer.inputs
            )
        )
        module.bias.copy_(_tensor(layer.bias, dtype))
    return module


def _activation(layer: Layer, dtype: "torch.dtype") -> "nn.Module":
    if all(slope == RELU for slope in layer.slopes):
        return nn.ReLU()
    module = nn.PReLU(layer.outputs, dtype=dtype)
    with torch.no_grad():
        module.weight.copy_(_tensor(layer.slopes, dtype))
    module.weight.requires_grad_(False)
    return module


def _tensor(values: Sequence[Fraction], dtype: "torch.dtype") -> "torch.Tensor":
    """Numbers that the format holds; Python's floats carry each of them exactly."""
    return torch.tensor([float(value) for value in values], dtype=dtype)
