"""The logits of a convolutional network: enclosed in float64, or exact in integers.

In whatever order a sum of n products is rounded, its error is at most g(n) sum |w_i| |x_i|, where
g(n) = n u / (1 - n u) and u = 2^-53 (Higham, *Accuracy and Stability of Numerical Algorithms*,
2002, section 3.1), to which errors e_i of the x_i add sum |w_i| e_i; ReLU and maxima do not enlarge
errors. The bound is itself computed in floats, so it is enlarged by more than its own rounding and
by more than what numbers too small for the format lose.
"""

from fractions import Fraction
from math import prod
from typing import Any

import numpy as np
import numpy.typing as npt

from exactnet.bridges.torch.library import nn, torch
from exactnet.learning.architectures import Arrays
from exactnet.learning.convolutional import Convolutional

UNIT = 2.0**-53
ENLARGED, TINY = 1 + 2.0**-20, 2.0**-900

Floats = npt.NDArray[np.float64]


def enclosed(
    architecture: Convolutional, parameters: Arrays, x: Floats
) -> tuple[Floats, Floats, list[bytes | None]]:
    """Logits (m, outputs) in float64, bounds of their errors, and activation patterns.

    A pattern is None where the sign of a unit is not certain.
    """
    h = torch.from_numpy(np.ascontiguousarray(x, dtype=np.float64))
    error = torch.zeros_like(h)
    bits, certain = [], torch.ones(len(h), dtype=torch.bool)
    for k in range(len(architecture.channels)):
        shape = (len(h), *architecture.steps[k][0])
        h, error = _affine(_windows(architecture, h), _windows(architecture, error),
                           *_layer(parameters, f"{2 * k}"))  # fmt: skip
        bits.append((h > 0).flatten(1))
        certain &= (h.abs() > error).flatten(1).all(1)
        h, error = torch.relu(h).reshape(shape), error.reshape(shape)
        if k < architecture.pooled:
            h, error = nn.functional.max_pool2d(h, 2), nn.functional.max_pool2d(error, 2)
    logits, bound = _affine(
        h.reshape(len(h), -1, 1), error.reshape(len(h), -1, 1), *_layer(parameters, "readout")
    )
    rows = np.packbits(torch.cat(bits, 1).numpy(), axis=1)
    patterns = [row.tobytes() if sure else None for row, sure in zip(rows, certain, strict=True)]
    return logits[:, :, 0].numpy(), bound[:, :, 0].numpy(), patterns


def _affine(
    h: "torch.Tensor", error: "torch.Tensor", weight: "torch.Tensor", bias: "torch.Tensor"
) -> "tuple[torch.Tensor, torch.Tensor]":
    """Products (m, channels, places) with windows (m, taps, places), and bounds of their errors."""
    terms = weight.shape[1] + 1
    gamma = terms * UNIT / (1 - terms * UNIT) * ENLARGED
    value = torch.matmul(weight, h) + bias[:, None]
    inner = torch.matmul(weight.abs(), error + gamma * h.abs()) + gamma * bias.abs()[:, None]
    return value, inner * ENLARGED + TINY


def _windows(architecture: Convolutional, h: "torch.Tensor") -> "torch.Tensor":
    found: torch.Tensor = nn.functional.unfold(
        h, architecture.kernel, 1, architecture.border, architecture.stride
    )
    return found


def _layer(parameters: Arrays, name: str) -> "tuple[torch.Tensor, torch.Tensor]":
    weight = parameters[f"{name}.weight"].astype(np.float64)
    return (
        torch.from_numpy(weight.reshape(len(weight), -1)),
        torch.from_numpy(parameters[f"{name}.bias"].astype(np.float64)),
    )


def products(architecture: Convolutional) -> int:
    """How many products the logits of one image are made of.

    >>> products(Convolutional((1, 8, 8), (4, 4), 10))
    34560
    """
    shapes = architecture.shapes
    hidden = sum(
        prod(before[1:]) * prod(shapes[f"{2 * k}.weight"])
        for k, (before, _) in enumerate(architecture.steps)
    )
    return hidden + prod(shapes["readout.weight"])


def integer_logits(
    architecture: Convolutional, parameters: Arrays, numerators: Any, denominator: int
) -> list[int]:
    """The logits at numerators / denominator, times one positive number; Python's integers.

    The network below has logits 2 and 3 at the image 1/2; here they are times 4.

    >>> net = Convolutional((1, 1, 1), (1,), 2, kernel=1)
    >>> one, two = np.ones((1, 1, 1, 1)), np.array([[2.0], [4.0]])
    >>> arrays = {"0.weight": one, "0.bias": one[0, 0, 0] / 2, "readout.weight": two}
    >>> arrays["readout.bias"] = np.array([0.0, -1.0])
    >>> integer_logits(net, arrays, [[[1]]], 2)
    [8, 12]
    """
    values = np.array(numerators, dtype=object)
    scale = denominator
    for k in range(len(architecture.channels)):
        weight, bias, factor = _integers(parameters, f"{2 * k}")
        before = _convolved(architecture, values, weight) + bias[:, None, None] * scale
        values, scale = np.maximum(before, 0), scale * factor
        if k < architecture.pooled:
            values = _pooled(values)
    weight, bias, _ = _integers(parameters, "readout")
    found: list[int] = (weight @ values.reshape(-1) + bias * scale).tolist()
    return found


def _convolved(architecture: Convolutional, values: Any, weight: Any) -> Any:
    """A convolution of integers, tap by tap."""
    border, stride, size = architecture.border, architecture.stride, architecture.kernel
    channels, height, width = values.shape
    padded = np.zeros((channels, height + 2 * border, width + 2 * border), dtype=object)
    padded[:, border : border + height, border : border + width] = values
    rows = (height + 2 * border - size) // stride + 1
    columns = (width + 2 * border - size) // stride + 1
    total: Any = 0
    for i in range(size):
        for j in range(size):
            seen = padded[
                :, i : i + stride * (rows - 1) + 1 : stride,
                j : j + stride * (columns - 1) + 1 : stride,
            ]  # fmt: skip
            product = weight[:, :, i, j] @ seen.reshape(channels, -1)
            total = total + product.reshape(-1, rows, columns)
    return total


def _pooled(values: Any) -> Any:
    """The larger of two by two; an odd last row or column is left out, as in PyTorch."""
    _, height, width = values.shape
    even = values[:, : height // 2 * 2, : width // 2 * 2]
    return np.maximum.reduce([even[:, i::2, j::2] for i in (0, 1) for j in (0, 1)])


def _integers(parameters: Arrays, name: str) -> tuple[Any, Any, int]:
    """Weights and biases of a layer times their common denominator, and that denominator."""
    flat = {
        part: [Fraction(v) for v in parameters[f"{name}.{part}"].reshape(-1).tolist()]
        for part in ("weight", "bias")
    }
    factor = max(v.denominator for values in flat.values() for v in values)  # powers of two
    weight, bias = (
        np.array([int(v * factor) for v in flat[part]], dtype=object) for part in ("weight", "bias")
    )
    return weight.reshape(parameters[f"{name}.weight"].shape), bias, factor
