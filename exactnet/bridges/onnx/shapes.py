"""The operators of ONNX that only move numbers about."""

import math
from fractions import Fraction

import numpy as np

from exactnet.bridges.onnx.ops import MAX_ELEMENTS, Call, Value


def integers(call: Call, k: int, name: str) -> list[int]:
    """Sizes or axes: from an attribute in older models, else from the input number k."""
    if call.optional(k) is None and name in call.attributes:
        return [int(v) for v in call.attributes[name]]
    array = call.constant(k, name)
    if any(not isinstance(v, int) for v in array.flat):
        call.refuse(f"integers as {name}", "floats")
    return [int(v) for v in array.flat]


def identity(call: Call) -> Value:
    """The input itself."""
    return call.value(0)


def dropout(call: Call) -> Value:
    """The input itself, as in inference."""
    if call.optional(2) is not None and any(call.constant(2, "training_mode").flat):
        call.refuse("training_mode false", "true, which drops values at random")
    return call.value(0)


def flatten(call: Call) -> Value:
    """A matrix whose rows are the axes before ``axis``."""
    x = call.value(0).array
    axis = call.attributes.get("axis", 1)
    if not -x.ndim <= axis <= x.ndim:
        call.refuse(f"an axis of {x.shape}", str(axis))
    axis = axis % x.ndim if axis < 0 else axis
    return call.result(x.reshape(math.prod(x.shape[:axis]), -1) if x.size else x)


def reshape(call: Call) -> Value:
    """Another shape; 0 keeps a size and -1 is what is left."""
    x, sizes = call.value(0).array, integers(call, 1, "shape")
    if not call.attributes.get("allowzero", 0):
        sizes = [x.shape[k] if not n and k < x.ndim else n for k, n in enumerate(sizes)]
    known = math.prod(n for n in sizes if n != -1)
    free = sizes.count(-1)
    fits = known == x.size if not free else free == 1 and known > 0 and x.size % known == 0
    if not fits or any(n < -1 for n in sizes):
        call.refuse(f"a shape for {x.size} numbers", str(sizes)[:60])
    return call.result(x.reshape(sizes))


def transpose(call: Call) -> Value:
    """Axes in another order."""
    x = call.value(0).array
    order = call.attributes.get("perm", list(range(x.ndim))[::-1])
    if sorted(order) != list(range(x.ndim)):
        call.refuse(f"an order of {x.ndim} axes", str(order)[:60])
    return call.result(x.transpose(order))


def squeeze(call: Call) -> Value:
    """Without axes of size 1."""
    x = call.value(0).array
    axes = {k for k, n in enumerate(x.shape) if n == 1}
    if call.optional(1) is not None or "axes" in call.attributes:
        axes = _axes(call, integers(call, 1, "axes"), x.ndim)
    if any(x.shape[k] != 1 for k in axes):
        call.refuse("axes of size 1", str(x.shape))
    return call.result(x.reshape([n for k, n in enumerate(x.shape) if k not in axes]))


def unsqueeze(call: Call) -> Value:
    """With new axes of size 1."""
    x = call.value(0).array
    given = integers(call, 1, "axes")
    axes = _axes(call, given, x.ndim + len(given))
    old = iter(x.shape)
    return call.result(
        x.reshape([1 if k in axes else next(old) for k in range(x.ndim + len(given))])
    )


def _axes(call: Call, axes: list[int], rank: int) -> set[int]:
    found = {axis % rank for axis in axes if -rank <= axis < rank}
    if len(found) != len(axes) or rank > 16:
        call.refuse(f"different axes of {rank}", str(axes)[:60])
    return found


def concat(call: Call) -> Value:
    """Values side by side."""
    arrays = [call.value(k).array for k in range(len(call.inputs))]
    axis = call.attributes["axis"]
    first = arrays[0]
    same = all(a.ndim == first.ndim for a in arrays) and -first.ndim <= axis < first.ndim
    rest = {np.delete(a.shape, axis).tobytes() for a in arrays} if same else set()
    if not same or len(rest) != 1 or sum(a.size for a in arrays) > MAX_ELEMENTS:
        call.refuse(
            "shapes that fit, not too large", " and ".join(str(a.shape) for a in arrays)[:60]
        )
    return call.result(np.concatenate(arrays, axis=axis))


def constant(call: Call) -> Value:
    """The attribute's value."""
    named = [v for k, v in call.attributes.items() if k.startswith("value")]
    if len(named) != 1 or isinstance(named[0], str):
        call.refuse("one value of numbers", "none" if not named else "text")
    return Value(np.array(named[0], dtype=object))


def shape_of(call: Call) -> Value:
    """The shape of a value, or a part of it, for models that compute their Reshape."""
    start, end = call.attributes.get("start", 0), call.attributes.get("end")
    shape = list(call.value(0).array.shape)[start:end]
    sizes = np.empty(len(shape), dtype=object)
    sizes[:] = shape
    return Value(sizes)


def gather(call: Call) -> Value:
    """Parts along an axis, by constant numbers."""
    x, numbers = call.value(0).array, call.constant(1, "indices")
    axis = call.attributes.get("axis", 0)
    if not -x.ndim <= axis < x.ndim or any(not isinstance(v, int) for v in numbers.flat):
        call.refuse("integers along an axis", f"axis {axis} of {x.shape}")
    size = x.shape[axis]
    if any(not -size <= v < size for v in numbers.flat):
        call.refuse(f"indices below {size}", "another")
    if numbers.size * max(x.size, 1) > MAX_ELEMENTS * max(size, 1):
        call.refuse(f"at most {MAX_ELEMENTS} numbers", f"{numbers.size} parts of {x.shape}")
    return call.result(np.take(x, numbers.astype(np.int64), axis=axis))


def as_attribute(value: object) -> object:
    """An attribute as rationals, integers, lists of them, or text; None for what is no value."""
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    if isinstance(value, float):
        return Fraction(value)
    if isinstance(value, (list, tuple)):
        return [as_attribute(v) for v in value]
    return value if isinstance(value, int) else None
