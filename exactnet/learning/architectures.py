"""Networks of one shape and many seeds: parameters are stacked, a forward pass does all of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from math import prod, sqrt
from typing import Any, Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt

from exactnet.bridges.torch.library import torch
from exactnet.errors import InputError, InputTypeError
from exactnet.exact.rationals import from_floats
from exactnet.learning.records import register
from exactnet.learning.settings import Training
from exactnet.networks.network import ReluNetwork

Arrays = dict[str, npt.NDArray[Any]]
Stacked = Mapping[str, "torch.Tensor"]

MAX_WIDTH, MAX_LAYERS = 4096, 256


@runtime_checkable
class Architecture(Protocol):
    """What is trained.

    Parameters whose name ends in "bias" are biases; a weight's fan-in is the product of all its
    sides but the first.
    """

    @property
    def shapes(self) -> dict[str, tuple[int, ...]]:
        """The shapes of one network's parameters, by name."""
        ...

    @property
    def largest(self) -> int:
        """Numbers of the largest layer for one example."""
        ...

    def takes(self, shape: tuple[int, ...]) -> bool:
        """Whether examples of this shape are its inputs."""
        ...

    def forward(self, parameters: Stacked, x: "torch.Tensor") -> "torch.Tensor":
        """The outputs (S, B, outputs) of S networks on (S, B, ...) inputs, each on its own."""
        ...

    def network(self, parameters: Arrays) -> ReluNetwork:
        """One network, exactly as stored."""
        ...


@register(Architecture, "dense")
@dataclass(frozen=True, slots=True)
class Dense:
    """Fully connected: ``widths`` are the hidden ReLU layers; ``biases`` may be left out.

    >>> sorted(Dense(2, (20, 20)).shapes.items())[:2]
    [('0.bias', (20,)), ('0.weight', (20, 2))]
    """

    inputs: int
    widths: tuple[int, ...]
    outputs: int = 1
    biases: bool = True

    def __post_init__(self) -> None:
        if len(self.widths) > MAX_LAYERS:
            raise InputError.about(
                "Dense.widths", f"at most {MAX_LAYERS} layers", f"{len(self.widths)}", "Take fewer."
            )
        for size in (self.inputs, *self.widths, self.outputs):
            if not isinstance(size, int) or isinstance(size, bool):
                raise InputTypeError.about(
                    "Dense", "integers", type(size).__name__, "Write Dense(2, (20, 20))."
                )
            if not 1 <= size <= MAX_WIDTH:
                raise InputError.about("Dense", f"1..{MAX_WIDTH} units", f"{size}"[:20], "Resize.")

    @property
    def layers(self) -> int:
        """Affine layers, one more than hidden ones."""
        return len(self.widths) + 1

    @property
    def shapes(self) -> dict[str, tuple[int, ...]]:
        """Weight k is (units, inputs), bias k (units,), numbered as in an ``nn.Sequential``."""
        shapes: dict[str, tuple[int, ...]] = {}
        for k, (before, after) in enumerate(pairwise((self.inputs, *self.widths, self.outputs))):
            shapes[f"{2 * k}.weight"] = (after, before)
            if self.biases:
                shapes[f"{2 * k}.bias"] = (after,)
        return shapes

    @property
    def largest(self) -> int:
        """Units of the widest layer, or inputs."""
        return max(self.inputs, *self.widths, self.outputs)

    def takes(self, shape: tuple[int, ...]) -> bool:
        """As many numbers as inputs, in any shape."""
        return prod(shape) == self.inputs

    def forward(self, parameters: Stacked, x: "torch.Tensor") -> "torch.Tensor":
        """One batched product a layer."""
        h = x.flatten(2)
        for k in range(self.layers):
            bias = parameters[f"{2 * k}.bias"] if self.biases else None
            h = _affine(h, parameters[f"{2 * k}.weight"], bias)
            if k < self.layers - 1:
                h = torch.relu(h)
        return h

    def network(self, parameters: Arrays) -> ReluNetwork:
        """Every float as the rational that it stores."""
        layers = []
        for k in range(self.layers):
            weight = parameters[f"{2 * k}.weight"]
            bias = parameters[f"{2 * k}.bias"] if self.biases else np.zeros(len(weight))
            layers.append(
                (from_floats(weight, f"weight {2 * k}"), from_floats(bias, f"bias {2 * k}"))
            )
        return ReluNetwork.of(layers)


def _affine(
    h: "torch.Tensor", weight: "torch.Tensor", bias: "torch.Tensor | None"
) -> "torch.Tensor":
    """h W^T + b for each network.

    A stack of one is done twice where a product is by a vector: libraries have a routine for that
    case with another order of summation, and a network should not depend on who is beside it.
    """
    lonely = len(h) == 1 and min(h.shape[1], *weight.shape[1:]) == 1
    if lonely:
        h, weight = h.expand(2, -1, -1), weight.expand(2, -1, -1)
        bias = None if bias is None else bias.expand(2, -1)
    turned = weight.transpose(1, 2)
    result = torch.bmm(h, turned) if bias is None else (
        torch.baddbmm(bias.unsqueeze(1), h, turned)
    )  # fmt: skip
    return result[:1] if lonely else result


def initial_parameters(
    architecture: Architecture, training: Training, rng: np.random.Generator
) -> Arrays:
    """The random parameters of one network (see ``Training``), rounded to its format.

    >>> first = initial_parameters(Dense(2, (3,)), Training(), np.random.default_rng(0))
    >>> bool(abs(first["2.weight"]).max() <= 2 / 3**0.5), float(first["0.bias"][0]) == 0.1
    (True, False)
    """
    arrays = {}
    for name, shape in architecture.shapes.items():
        if name.endswith("bias"):
            values = np.full(shape, float(training.bias))
        else:
            scale = training.scale
            spread = 1 / sqrt(prod(shape[1:])) if scale is None else float(scale)
            values = spread * _normal(rng, prod(shape), training.initial).reshape(shape)
        arrays[name] = values.astype(training.dtype)
    return arrays


def _normal(rng: np.random.Generator, count: int, kind: str) -> npt.NDArray[np.float64]:
    """Standard normal numbers; truncated ones beyond 2 are drawn again."""
    values = rng.standard_normal(count)
    while kind == "truncated" and (beyond := np.flatnonzero(abs(values) > 2)).size:
        values[beyond] = rng.standard_normal(beyond.size)
    return values
