"""From an exact network to an ONNX model that any runtime evaluates."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from exactnet.bridges.onnx.library import Model, Node, Tensor, helper, newest_opset, onnx
from exactnet.bridges.rounding import RoundingReport, as_format, round_network
from exactnet.errors import FileError, InputError
from exactnet.exact.strict_json import write_bytes
from exactnet.networks.layer import ABS, RELU, Layer
from exactnet.networks.network import ReluNetwork

DTYPES = ("float32", "float64")
DEFAULT_OPSET = 21  # the newest that onnx 1.16 and onnxruntime 1.18 know
MAX_BATCH = 2**31 - 1
OLDEST_OPSET = 7  # broadcasting as it is today; PRelu and Abs too


@dataclass(frozen=True, slots=True)
class OnnxExport:
    """A model, and what was rounded to write it.

    ``network`` is the network that the model holds: ``from_onnx(model) == network``, and it is the
    one exported exactly when ``report.exact``.
    """

    model: Model
    report: RoundingReport
    network: ReluNetwork


def to_onnx(
    net: ReluNetwork,
    path: str | os.PathLike[str] | None = None,
    dtype: object = "float32",
    opset: int = DEFAULT_OPSET,
    batch: int | None = None,
) -> OnnxExport:
    """The network as an ONNX model: input "x" (batch, d), output "y" (batch, outputs).

    An affine layer is one Gemm; relu units are Relu, absolute values Abs, and layers that mix
    kinds one PRelu with a slope a unit. Every number becomes the nearest of ``dtype`` (ties to
    even), and the report says which changed. The weights are exact when it is exact; values are
    computed by the runtime in floats, exactly where every sum fits (see ``exact_grid``).
    ``batch`` fixes the number of points, as some verifiers want; by default any number will do.

    >>> net = ReluNetwork.of([([[1], [1]], [0, "-1/2"]), ([[2, "1/3"]], [0])])
    >>> export = to_onnx(net)
    >>> [node.op_type for node in export.model.graph.node], len(export.report.changes)
    (['Gemm', 'Relu', 'Gemm'], 1)

    Raises InputError where a number overflows and for a wrong opset or batch, FileError if the file
    cannot be written.
    """
    fmt = as_format(dtype)
    if fmt.name not in DTYPES:
        raise InputError.about("dtype", "float32 or float64", fmt.name, "Pick one.")
    _check_integer("opset", opset, OLDEST_OPSET, newest_opset())
    if batch is not None:
        _check_integer("batch", batch, 1, MAX_BATCH)
    if path is not None and not os.fspath(path).lower().endswith(".onnx"):
        raise FileError.about(os.fspath(path), "a name that ends in .onnx", "another", "Rename it.")
    rounded = round_network(net, fmt)
    model = _model(rounded.network, rounded.report, opset, batch)
    onnx.checker.check_model(model, full_check=True)
    if path is not None:
        write_bytes(path, model.SerializeToString(deterministic=True))
    return OnnxExport(model, rounded.report, rounded.network)


def _check_integer(name: str, value: object, least: int, most: int) -> None:
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise InputError.about(name, f"{least} to {most}", f"{value!r:.20}", "Leave it out.")


def _model(net: ReluNetwork, report: RoundingReport, opset: int, batch: int | None) -> Model:
    nodes: list[Node] = []
    tensors: list[Tensor] = []
    name = "x"
    for k, layer in enumerate(net.layers):
        last = k == net.depth
        name = _add_layer(nodes, tensors, k, layer, name, report.dtype, "y" if last else None)
    kind = helper.np_dtype_to_tensor_dtype(np.dtype(report.dtype))
    rows = "batch" if batch is None else batch
    graph = helper.make_graph(
        nodes,
        "exactnet",
        [helper.make_tensor_value_info("x", kind, [rows, net.inputs])],
        [helper.make_tensor_value_info("y", kind, [rows, net.outputs])],
        tensors,
        doc_string=report.words(),
    )
    imports = [helper.make_opsetid("", opset)]
    return helper.make_model(
        graph,
        producer_name="exactnet",
        opset_imports=imports,
        ir_version=max(4, helper.find_min_ir_version_for(imports)),  # 3 wants weights as inputs
    )


def _add_layer(
    nodes: list[Node],
    tensors: list[Tensor],
    k: int,
    layer: Layer,
    source: str,
    dtype: str,
    output: str | None,
) -> str:
    """One layer's nodes and tensors; the name of its result."""
    weight, bias = f"weight_{k}", f"bias_{k}"
    flat = [v for row in layer.weight for v in row]
    tensors.append(_tensor(weight, flat, (layer.outputs, layer.inputs), dtype))
    tensors.append(_tensor(bias, layer.bias, (layer.outputs,), dtype))
    affine = output or f"affine_{k}"
    nodes.append(helper.make_node("Gemm", [source, weight, bias], [affine], transB=1))
    if output is not None:
        return output
    result = f"unit_{k}"
    kinds = set(layer.slopes)
    if kinds in ({RELU}, {ABS}):
        nodes.append(helper.make_node("Relu" if kinds == {RELU} else "Abs", [affine], [result]))
        return result
    tensors.append(_tensor(f"slope_{k}", layer.slopes, (layer.outputs,), dtype))
    nodes.append(helper.make_node("PRelu", [affine, f"slope_{k}"], [result]))
    return result


def _tensor(name: str, values: Sequence[Fraction], shape: tuple[int, ...], dtype: str) -> Tensor:
    """Numbers that the format holds; Python's floats carry each of them exactly."""
    array = np.array([float(v) for v in values], dtype=f"<f{np.dtype(dtype).itemsize}")
    return onnx.numpy_helper.from_array(array.reshape(shape), name)
