"""From PyTorch modules to exact networks: what is stored, and nothing else."""

import os
import warnings
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from math import prod
from typing import Any

from exactnet.bridges.files import AssumptionWarning
from exactnet.bridges.torch import layers, pools
from exactnet.bridges.torch.files import read_torch_file
from exactnet.bridges.torch.library import dtype_name, exact_vector, nn
from exactnet.bridges.torch.state import Part, TorchReading, assemble, state_reading
from exactnet.errors import InputError, InputTypeError
from exactnet.exact import linalg
from exactnet.exact.rationals import Vector
from exactnet.networks.network import ReluNetwork


def from_torch(source: object, input_shape: Sequence[int] | None = None) -> ReluNetwork:
    """The exact network of a module, a state_dict or a file: every float is the rational it stores.

    A module is an ``nn.Sequential`` (nested ones are flattened) in evaluation mode of Linear,
    Conv2d, BatchNorm1d/2d, MaxPool2d, AvgPool2d, ReLU, LeakyReLU, PReLU, Flatten, Unflatten,
    Dropout and Identity; ``input_shape`` is the shape of one example, needed when the first layer
    is a convolution or a pool. MaxPool2d becomes hidden layers of relu and identity units.
    Adjoining affine layers are composed exactly into one. A path is read without executing anything
    (see ``read_torch_file``).

    A state_dict does not name its activations. Its numbered layers are read with a ReLU between any
    two and nothing after the last (see ``read_state``): if the module has others, the network read
    is another one, so pass the module. A path to a state_dict that ``save_torch`` did not write
    gives an AssumptionWarning.

    >>> from exactnet.bridges.torch.export import to_torch
    >>> net = ReluNetwork.of([([[1], [3]], [0, "-1/2"]), ([[2, -4]], [0])], [["abs", "relu"]])
    >>> from_torch(to_torch(net)) == net
    True

    Raises InputError or InputTypeError naming the layer that has no exact piecewise-linear meaning.
    """
    if isinstance(source, (str, os.PathLike)):
        reading = read_torch_file(source)
        for note in reading.notes:
            warnings.warn(note, AssumptionWarning, stacklevel=2)
        return reading.network
    return read_torch(source, input_shape).network


def read_torch(source: object, input_shape: Sequence[int] | None = None) -> TorchReading:
    """As ``from_torch``, with notes: irrational factors, rounded slopes, assumed activations."""
    if isinstance(source, (str, os.PathLike)):
        return read_torch_file(source)
    if isinstance(source, Mapping):
        return state_reading(source, "state_dict")
    return _read_module(source, input_shape)


def _read_module(module: object, input_shape: Sequence[int] | None) -> TorchReading:
    """The layers of a module, one after the other."""
    if not isinstance(module, nn.Module):
        raise InputTypeError.about(
            "from_torch", "a module, a state_dict or a path", type(module).__name__, "Give one."
        )
    reader = _Reader(None if input_shape is None else _as_shape(input_shape))
    for where, one in layers.in_order(module, "layer "):
        take = _TAKE.get(type(one))
        if take is None:
            known = ", ".join(kind.__name__ for kind in _TAKE)
            raise InputError.about(
                where, f"a layer among {known}", type(one).__name__, layers.remedy(one)
            )
        take(reader, one, where)
    reader.flush()
    return TorchReading(assemble(reader.done, "from_torch"), tuple(filter(None, reader.notes)))


class _Reader:
    """The layers so far, and the affine map that waits for its activation."""

    def __init__(self, shape: layers.Shape | None) -> None:
        self.shape = shape
        self.dtype = "float32"
        self.notes: list[str] = []
        self.done: list[Part] = []
        self.pending: layers.Dense | None = None

    def size(self, where: str) -> int:
        """The number of values between two layers."""
        if self.shape is None:
            raise InputError.about(where, "a known input shape", "none", "Give input_shape=(d,).")
        return prod(self.shape)

    def flush(self) -> None:
        """A trailing affine map is the readout."""
        if self.pending is not None:
            self.done.append(Part(self.pending.weight, self.pending.bias, None))
            self.pending = None

    def compose(self, after: layers.Dense) -> None:
        """An affine map behind what is waiting."""
        if self.pending is not None:
            weight = linalg.mat_mul(after.weight, self.pending.weight)
            bias = linalg.add(linalg.mat_vec(after.weight, self.pending.bias), after.bias)
            after = layers.Dense(weight, bias)
        self.pending = after

    def linear(self, module: Any, where: str) -> None:
        """Linear."""
        self.dtype = dtype_name(module.weight, f"{where}.weight")
        dense, self.shape = layers.linear(module, self.shape, where)
        self.compose(dense)

    def convolution(self, module: Any, where: str) -> None:
        """Conv2d."""
        self.dtype = dtype_name(module.weight, f"{where}.weight")
        dense, self.shape = layers.convolution(module, self.shape, where)
        self.compose(dense)

    def norm(self, module: Any, where: str) -> None:
        """BatchNorm1d and BatchNorm2d."""
        scaling, self.shape, note = layers.batch_norm(module, self.shape, where)
        self.notes.append(note)
        start = self.waiting(where)
        weight = tuple(
            tuple(s * w for w in row) for s, row in zip(scaling.scale, start.weight, strict=True)
        )
        shifted = (s * b for s, b in zip(scaling.scale, start.bias, strict=True))
        self.pending = layers.Dense(weight, linalg.add(tuple(shifted), scaling.shift))

    def average(self, module: Any, where: str) -> None:
        """AvgPool2d."""
        dense, self.shape = pools.average_pool(module, self.shape, where)
        self.compose(dense)

    def largest(self, module: Any, where: str) -> None:
        """MaxPool2d: the hidden layers of a network, whose readout waits."""
        net, self.shape = pools.max_pool(module, self.shape, where)
        for k, layer in enumerate(net.layers):
            self.compose(layers.Dense(layer.weight, layer.bias))
            if k < net.depth and self.pending is not None:
                self.done.append(Part(self.pending.weight, self.pending.bias, layer.slopes))
                self.pending = None

    def waiting(self, where: str) -> layers.Dense:
        """The affine map so far, the identity if there is none."""
        if self.pending is None:
            size = self.size(where)
            self.pending = layers.Dense(linalg.identity(size), (Fraction(0),) * size)
        return self.pending

    def activate(self, slope: Vector, where: str) -> None:
        """A layer of units: one slope for all, or one a channel."""
        size = self.size(where)
        if size % len(slope):
            raise InputError.about(where, f"1 or {size} slopes", f"{len(slope)}", "Match them.")
        each = size // len(slope)
        dense = self.waiting(where)
        self.done.append(
            Part(dense.weight, dense.bias, tuple(s for s in slope for _ in range(each)))
        )
        self.pending = None

    def relu(self, _: Any, where: str) -> None:
        """ReLU."""
        self.activate((Fraction(0),), where)

    def leaky(self, module: Any, where: str) -> None:
        """LeakyReLU."""
        slope, note = layers.leaky_slope(module, self.dtype, where)
        self.notes.append(note)
        self.activate((slope,), where)

    def prelu(self, module: Any, where: str) -> None:
        """PReLU: one slope, or one a channel (the first axis of an example)."""
        slopes = exact_vector(module.weight, f"{where}.weight")
        if len(slopes) != 1 and self.shape is not None and len(slopes) != self.shape[0]:
            raise InputError.about(
                where, f"{self.shape[0]} slopes", f"{len(slopes)}", "One a channel."
            )
        self.activate(slopes, where)

    def dropout(self, module: Any, where: str) -> None:
        """Dropout, which does nothing in evaluation mode."""
        if module.training and module.p > 0:
            raise InputError.about(where, "evaluation mode", "training mode", "Call eval() first.")

    def identity(self, _: Any, __: str) -> None:
        """Identity."""

    def flatten(self, module: Any, where: str) -> None:
        """Flatten of a whole example."""
        if (module.start_dim, module.end_dim) != (1, -1):
            raise InputError.about(
                where, "start_dim=1, end_dim=-1", f"{module.start_dim}, {module.end_dim}", "Use it."
            )
        self.shape = None if self.shape is None else (prod(self.shape),)

    def unflatten(self, module: Any, where: str) -> None:
        """Unflatten of a whole example."""
        sizes = module.unflattened_size
        if module.dim != 1 or not all(isinstance(v, int) and v > 0 for v in sizes):
            raise InputError.about(where, "dim=1 and positive sizes", f"{sizes}", "Use those.")
        shape = tuple(sizes)
        if self.shape is not None and self.shape != (prod(shape),):
            raise InputError.about(where, f"{prod(shape)} inputs", f"{self.shape}", "Match them.")
        self.shape = shape


_Take = Callable[[_Reader, Any, str], None]
_TAKE: dict[type[Any], _Take] = {
    nn.Linear: _Reader.linear,
    nn.Conv2d: _Reader.convolution,
    nn.BatchNorm1d: _Reader.norm,
    nn.BatchNorm2d: _Reader.norm,
    nn.MaxPool2d: _Reader.largest,
    nn.AvgPool2d: _Reader.average,
    nn.ReLU: _Reader.relu,
    nn.LeakyReLU: _Reader.leaky,
    nn.PReLU: _Reader.prelu,
    nn.Flatten: _Reader.flatten,
    nn.Unflatten: _Reader.unflatten,
    nn.Dropout: _Reader.dropout,
    nn.Dropout2d: _Reader.dropout,
    nn.Identity: _Reader.identity,
}


def _as_shape(given: Sequence[int]) -> layers.Shape:
    shape = tuple(given)
    if not shape or not all(isinstance(v, int) and v > 0 for v in shape):
        raise InputError.about(
            "input_shape", "positive integers", f"{shape}", "Write (channels, height, width)."
        )
    return shape
