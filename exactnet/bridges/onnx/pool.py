"""The pools of ONNX: the largest value or the mean of each window. Padding never counts as a value.

max(a, b) = a + relu(b - a), pair by pair in rounds (``unit_graph.maxima``), so MaxPool is exact and
adds hidden layers of its own; the means are affine.
"""

from collections.abc import Sequence
from fractions import Fraction
from math import prod

import numpy as np

from exactnet.bridges.onnx.library import Array
from exactnet.bridges.onnx.ops import MAX_ELEMENTS, Call, Value, as_form, spread, terms
from exactnet.bridges.onnx.windows import windows
from exactnet.bridges.unit_graph import Form, combination, maxima
from exactnet.bridges.untrusted import MAX_NUMBERS

Element = Form | Fraction | int


def max_pool(call: Call) -> Value:
    """MaxPool; the indices, a second output, are no function of ours."""
    parts, shape = _seen(call)
    return _largest(call, parts, shape)


def average_pool(call: Call) -> Value:
    """AveragePool: sums over the window, divided by its values, or by the kernel's size."""
    include = call.attributes.get("count_include_pad", 0)
    if include and call.attributes.get("ceil_mode", 0):
        call.refuse("count_include_pad 0 where ceil_mode is 1", "both 1")
    parts, shape = _seen(call)
    size = prod(call.attributes["kernel_shape"])
    means = [_mean(part, size if include else len(part)) for part in parts]
    return call.result(_array(means, shape))


def global_max_pool(call: Call) -> Value:
    """GlobalMaxPool: one window for each channel."""
    return _largest(call, *_channels(call))


def global_average_pool(call: Call) -> Value:
    """GlobalAveragePool: the mean of each channel."""
    parts, shape = _channels(call)
    return call.result(_array([_mean(part, len(part)) for part in parts], shape))


def _seen(call: Call) -> tuple[list[list[Element]], tuple[int, ...]]:
    """The values in each window of each channel, without the padding, and the shape behind."""
    x = call.value(0).array
    size = tuple(call.attributes["kernel_shape"])
    auto = call.attributes.get("auto_pad", "")
    if auto.startswith("SAME") and max(call.attributes.get("dilations", (1,))) > 1:
        call.refuse("dilations of 1 where auto_pad is SAME (runtimes differ)", "others")
    views, frame = windows(call, x, size, None)
    if prod(size) * len(views) * x.shape[1] > MAX_NUMBERS:
        call.refuse(f"at most {MAX_NUMBERS} values", f"{size} at {len(views)} places")
    parts = [
        [value for value in view[channel].flat if value is not None]
        for channel in range(x.shape[1])
        for view in views
    ]
    if not all(parts):
        call.refuse("windows that meet the image", "one of padding alone")
    count = sum(map(terms, parts))
    if count > MAX_NUMBERS:
        call.refuse(f"at most {MAX_NUMBERS} coefficients", str(count))
    return parts, (1, x.shape[1], *frame.places)


def _channels(call: Call) -> tuple[list[list[Element]], tuple[int, ...]]:
    x = call.value(0).array
    if x.ndim < 3 or not x.size:
        call.refuse("examples, channels and axes behind them", f"shape {x.shape}")
    spread(call, x)
    rows = x.reshape(x.shape[0] * x.shape[1], -1)
    return [list(row) for row in rows], (*x.shape[:2], *(1 for _ in x.shape[2:]))


def _largest(call: Call, parts: list[list[Element]], shape: tuple[int, ...]) -> Value:
    units = sum(len(part) - 1 for part in parts)
    if units > MAX_ELEMENTS:
        call.refuse(f"at most {MAX_ELEMENTS} comparisons", f"{units}")
    forms = [[as_form(value) for value in part] for part in parts]
    level = call.level()
    found, top = maxima(call.graph, forms, level or 0)
    return Value(_array(found, shape), top if units else level)


def _mean(part: Sequence[Element], count: int) -> Form:
    return combination((Fraction(1, count), as_form(value)) for value in part)


def _array(values: Sequence[Form], shape: tuple[int, ...]) -> Array:
    flat = np.empty(len(values), dtype=object)
    flat[:] = values
    return flat.reshape(shape)
