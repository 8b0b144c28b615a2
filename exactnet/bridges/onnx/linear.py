"""The operators of ONNX that multiply by constant matrices: Gemm, MatMul and Conv."""

from fractions import Fraction

import numpy as np

from exactnet.bridges.onnx.library import Array
from exactnet.bridges.onnx.ops import Call, Value, spread_into, terms
from exactnet.bridges.onnx.windows import windows
from exactnet.bridges.unit_graph import combination
from exactnet.bridges.untrusted import MAX_NUMBERS

_ZERO, _ONE = Fraction(0), Fraction(1)


def weighted(call: Call, rows: Array, x: Array) -> Array:
    """The matrix product rows @ x of constants (m, k) with values (k, n)."""
    if rows.ndim != 2 or x.ndim != 2 or rows.shape[1] != x.shape[0]:
        call.refuse("matrices whose shapes agree", f"{rows.shape} and {x.shape}")
    count = terms(x.flat)
    if len(rows) * count > MAX_NUMBERS:
        call.refuse(f"at most {MAX_NUMBERS} products", f"{len(rows)} times {count}")
    result = np.empty((rows.shape[0], x.shape[1]), dtype=object)
    columns = [x[:, j].tolist() for j in range(x.shape[1])]
    for i, row in enumerate(rows.tolist()):
        factors = [v if isinstance(v, Fraction) else Fraction(v) for v in row]
        for j, column in enumerate(columns):
            result[i, j] = combination(zip(factors, column, strict=True))
    return result


def gemm(call: Call) -> Value:
    """alpha A' B' + beta C, where A or B is constant."""
    named = call.attributes
    a, b = call.value(0).array, call.value(1).array
    a = a.T if named.get("transA", 0) else a
    b = b.T if named.get("transB", 0) else b
    product = _scaled(_product(call, a, b), named.get("alpha", _ONE))
    c = call.optional(2)
    if c is not None:
        spread_into(call, product, c.array, "a C")
        product = product + _scaled(c.array, named.get("beta", _ONE))
    return call.result(product)


def _scaled(array: Array, factor: Fraction) -> Array:
    return array if factor == 1 else array * factor


def matmul(call: Call) -> Value:
    """A B for vectors, matrices, and stacks of rows times one matrix."""
    a, b = call.value(0).array, call.value(1).array
    if not a.ndim or not b.ndim or b.ndim > 2:
        call.refuse("a matrix on the right", f"shapes {a.shape} and {b.shape}")
    rows = a.reshape(-1, a.shape[-1]) if a.shape[-1] else a.reshape(1, -1)
    product = _product(call, rows, b.reshape(b.shape[0], -1))
    return call.result(product.reshape(*a.shape[:-1], *b.shape[1:]))


def _product(call: Call, a: Array, b: Array) -> Array:
    if call.value(1).level is None:
        return weighted(call, b.T, a.T).T
    if call.value(0).level is not None:
        call.refuse("a constant factor", "a product of two values that depend on the input")
    return weighted(call, a, b)


def convolution(call: Call) -> Value:
    """Conv over one or two axes with constant weights; zeros beyond the image."""
    x, weight = call.value(0).array, call.constant(1, "weight")
    axes = weight.ndim - 2
    if axes not in (1, 2) or x.ndim != weight.ndim or x.shape[0] != 1:
        call.refuse("one example and one or two axes", f"shapes {x.shape} and {weight.shape}")
    groups = call.attributes.get("group", 1)
    if groups < 1 or x.shape[1] != weight.shape[1] * groups or weight.shape[0] % groups:
        call.refuse("channels that fit", f"shapes {x.shape} and {weight.shape}, {groups} groups")
    size = weight.shape[2:]
    if tuple(call.attributes.get("kernel_shape", size)) != size:
        call.refuse(f"kernel_shape {size}, as the weight has it", "another")
    bias = [_ZERO] * len(weight)
    if call.optional(2) is not None:
        bias = [Fraction(v) for v in call.constant(2, "bias").flat]
    if len(bias) != len(weight):
        call.refuse(f"{len(weight)} numbers as bias", f"{len(bias)}")
    views, frame = windows(call, x, size, _ZERO)
    per, channels = weight.shape[0] // groups, weight.shape[1]
    count = per * sum(terms(view.flat) for view in views)
    if count > MAX_NUMBERS:
        call.refuse(f"at most {MAX_NUMBERS} products", str(count))
    result = np.empty((weight.shape[0], len(views)), dtype=object)
    for m, kernel in enumerate(weight):
        group = m // per * channels
        flat = [Fraction(v) for v in kernel.flat]
        for j, view in enumerate(views):
            part = view[group : group + channels].flat
            result[m, j] = combination(zip(flat, part, strict=True)) + bias[m]
    return call.result(result.reshape(1, weight.shape[0], *frame.places))
