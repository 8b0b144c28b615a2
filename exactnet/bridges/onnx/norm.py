"""BatchNormalization of ONNX in inference: one scaling a channel, with an honest square root."""

from fractions import Fraction
from typing import Any

import numpy as np

from exactnet.bridges.onnx.library import Array
from exactnet.bridges.onnx.ops import Call, Value, spread
from exactnet.bridges.roots import inverse_roots, root_words

_EPSILON = Fraction(float(np.float32(1e-5)))  # ONNX's default, a float32


def batch_norm(call: Call) -> Value:
    """scale (x - mean) / sqrt(var + epsilon) + bias, with the running statistics.

    The factor 1/sqrt is exact where it is rational and else the float64 next to it; a note
    bounds the distance.
    """
    _check_inference(call)
    x = call.value(0).array
    if x.ndim < 2:
        call.refuse("examples and channels", f"shape {x.shape}")
    scale, bias, mean, var = (_statistic(call, k, x.shape[1]) for k in (1, 2, 3, 4))
    epsilon = call.attributes.get("epsilon", _EPSILON)
    if not all(v + epsilon > 0 for v in var):
        call.refuse("var + epsilon > 0", f"{float(min(var) + epsilon):.3g}")
    factors, error = inverse_roots([v + epsilon for v in var])
    call.note(root_words("var + epsilon", error), exact=not error)
    slope = [a * s for a, s in zip(scale, factors, strict=True)]
    shift = [b - a * m for a, b, m in zip(slope, bias, mean, strict=True)]
    spread(call, x)
    axes = (-1, *(1 for _ in x.shape[2:]))
    return call.result(x * _column(slope, axes) + _column(shift, axes))


def _check_inference(call: Call) -> None:
    if call.attributes.get("training_mode", 0):
        call.refuse("training_mode 0", "1, which uses the statistics of the batch")
    if call.opset < 14 and call.outputs > 1:
        call.refuse("one output, as in inference", f"{call.outputs}, as in training")
    if not call.attributes.get("spatial", 1):
        call.refuse("spatial 1", "0")


def _statistic(call: Call, k: int, channels: int) -> list[Fraction]:
    name = ("scale", "bias", "mean", "variance")[k - 1]
    array = call.constant(k, name)
    if array.shape != (channels,):
        call.refuse(f"{channels} numbers as {name}", f"shape {array.shape}")
    return [Fraction(v) for v in array]


def _column(values: list[Fraction], axes: tuple[int, ...]) -> Array:
    array: np.ndarray[Any, Any] = np.empty(len(values), dtype=object)
    array[:] = values
    return array.reshape(axes)
