"""Small ONNX models for tests, and running them in float32."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper


def model(
    nodes: Sequence[tuple[Any, ...]],
    constants: dict[str, Any],
    shape: Sequence[object] = ("batch", 2),
    opset: int = 21,
    output: str = "y",
) -> onnx.ModelProto:
    """A model from (operator, inputs, output, attributes) and named constants; input "x"."""
    made = [
        helper.make_node(kind, inputs, [name], **(rest[0] if rest else {}))
        for kind, inputs, name, *rest in nodes
    ]
    tensors = [
        numpy_helper.from_array(
            np.array(value, dtype=np.int64 if name.startswith("i_") else np.float32), name
        )
        for name, value in constants.items()
    ]
    graph = helper.make_graph(
        made,
        "test",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, shape)],
        [helper.make_tensor_value_info(output, TensorProto.FLOAT, None)],
        tensors,
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=9)


def run(made: onnx.ModelProto, x: Any) -> Any:
    """The output of onnxruntime."""
    session = onnxruntime.InferenceSession(
        made.SerializeToString(), providers=["CPUExecutionProvider"]
    )
    kind = np.float64 if made.graph.input[0].type.tensor_type.elem_type == TensorProto.DOUBLE else (
        np.float32
    )  # fmt: skip
    return session.run(None, {"x": np.asarray(x, dtype=kind)})[0]
