"""All supported operators of ONNX, each with the attributes that it may have."""

from collections.abc import Callable
from dataclasses import dataclass

from exactnet.bridges.onnx import linear, ops, pool, shapes
from exactnet.bridges.onnx.norm import batch_norm
from exactnet.bridges.onnx.ops import Call, Value
from exactnet.networks.layer import ABS, RELU


@dataclass(frozen=True, slots=True)
class Operator:
    """What a node computes. An attribute that is not named here is refused, never ignored."""

    apply: Callable[[Call], Value]
    attributes: frozenset[str] = frozenset()


def _operator(apply: Callable[[Call], Value], *attributes: str) -> Operator:
    return Operator(apply, frozenset(attributes))


_WINDOW = ("auto_pad", "dilations", "kernel_shape", "pads", "strides")
_VALUES = ("value", "value_float", "value_floats", "value_int", "value_ints", "value_string")

OPERATORS: dict[str, Operator] = {
    "Abs": _operator(ops.unit(ABS)),
    "Add": _operator(ops.add),
    "AveragePool": _operator(pool.average_pool, *_WINDOW, "ceil_mode", "count_include_pad"),
    "BatchNormalization": _operator(batch_norm, "epsilon", "momentum", "spatial", "training_mode"),
    "Clip": _operator(ops.clip, "min", "max"),
    "Concat": _operator(shapes.concat, "axis"),
    "Constant": _operator(shapes.constant, *_VALUES),
    "Conv": _operator(linear.convolution, *_WINDOW, "group"),
    "Div": _operator(ops.divide),
    "Dropout": _operator(shapes.dropout, "ratio", "seed"),
    "Flatten": _operator(shapes.flatten, "axis"),
    "Gather": _operator(shapes.gather, "axis"),
    "Gemm": _operator(linear.gemm, "alpha", "beta", "transA", "transB"),
    "GlobalAveragePool": _operator(pool.global_average_pool),
    "GlobalMaxPool": _operator(pool.global_max_pool),
    "Identity": _operator(shapes.identity),
    "LeakyRelu": _operator(ops.leaky_relu, "alpha"),
    "MatMul": _operator(linear.matmul),
    "Max": _operator(ops.extreme(1)),
    "MaxPool": _operator(pool.max_pool, *_WINDOW, "ceil_mode", "storage_order"),
    "Min": _operator(ops.extreme(-1)),
    "Mul": _operator(ops.multiply),
    "Neg": _operator(ops.negate),
    "PRelu": _operator(ops.prelu),
    "Relu": _operator(ops.unit(RELU)),
    "Reshape": _operator(shapes.reshape, "allowzero"),
    "Shape": _operator(shapes.shape_of, "end", "start"),
    "Squeeze": _operator(shapes.squeeze, "axes"),
    "Sub": _operator(ops.subtract),
    "Sum": _operator(ops.add),
    "Transpose": _operator(shapes.transpose, "perm"),
    "Unsqueeze": _operator(shapes.unsqueeze, "axes"),
}
