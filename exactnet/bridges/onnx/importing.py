"""From an ONNX model to the exact network that it denotes; nothing is executed.

Every weight is the dyadic rational that the file stores, and the network is the model's function
over the reals: what a runtime rounds while it computes is not part of the model.
"""

import math
import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from exactnet.bridges.onnx.library import (
    MAX_AXES,
    Array,
    Graph,
    Model,
    Node,
    exact_array,
    newest_opset,
    onnx,
    parse_model,
)
from exactnet.bridges.onnx.nodes import DOMAINS, attributes, operator_of
from exactnet.bridges.onnx.ops import MAX_ELEMENTS, Call, Notes, Value, as_form
from exactnet.bridges.onnx.table import Operator
from exactnet.bridges.unit_graph import Form, UnitGraph, check_sizes
from exactnet.bridges.untrusted import MAX_NUMBERS, read_bytes, shown
from exactnet.errors import InputError, InputTypeError
from exactnet.networks.network import ReluNetwork

OLDEST_OPSET = 7
MAX_NODES = 100_000
MAX_INPUTS = 100_000


@dataclass(frozen=True, slots=True)
class OnnxReading:
    """A network read from ONNX, with notes on its square roots.

    ``rounded`` are those of the notes that speak of a factor which is not the real number.
    """

    network: ReluNetwork
    notes: tuple[str, ...]
    rounded: tuple[str, ...] = ()


def from_onnx(source: object) -> ReluNetwork:
    """The exact network of an ONNX model or file.

    Any acyclic graph of the supported operators will do: one input, one output, which are
    flattened; a first axis that is symbolic or 1 is taken as the batch. Skip connections become
    identity units; Clip, Max, Min and MaxPool become relu units. The operators are those of
    ``onnx_table.OPERATORS``; a node has to be as the standard's schema has it, no attribute is
    ignored, and no name is given twice. The factor of a BatchNormalization is irrational in
    general: see ``read_onnx``.

    >>> from exactnet.bridges.onnx.export import to_onnx
    >>> net = ReluNetwork.of([([[1], [3]], [0, "-1/2"]), ([[2, -4]], [0])], [["abs", "relu"]])
    >>> from_onnx(to_onnx(net).model) == net
    True

    Raises FileError (not a model, external data elsewhere) or InputError, naming the node, for what
    is not piecewise linear, not constant where it must be, not finite, or too large.
    """
    return read_onnx(source).network


def read_onnx(source: object) -> OnnxReading:
    """As ``from_onnx``, with notes on irrational factors: how far the rational ones are from them.

    The factor 1/sqrt(var + epsilon) of a BatchNormalization is exact where it is rational and else
    the float64 nearest to the real number; no float32, as runtimes multiply by, is nearer.
    """
    if isinstance(source, (str, os.PathLike)):
        where = os.fspath(source)
        model = parse_model(read_bytes(source, "an ONNX file"), where)
        return _Reader(model, where, Path(source).parent).reading()
    if isinstance(source, onnx.ModelProto):
        return _Reader(source, "model", None).reading()
    raise InputTypeError.about(
        "from_onnx", "an ONNX model or a path", type(source).__name__, "Give one."
    )


class _Reader:
    """The walk through a graph: names to values, nodes in their order."""

    def __init__(self, model: Model, where: str, folder: Path | None) -> None:
        self.graph: Graph = model.graph
        self.where, self.folder = where, folder
        self.opset = self._opset(model)
        self.values: dict[str, Value] = {}
        self.names: set[str] = set()
        self.budget = MAX_NUMBERS
        self.notes = Notes()
        if len(self.graph.node) > MAX_NODES:
            self._refuse(f"at most {MAX_NODES} nodes", str(len(self.graph.node)))

    def reading(self) -> OnnxReading:
        if self.graph.sparse_initializer:
            self._refuse("dense tensors", "sparse ones")
        for tensor in self.graph.initializer:
            where = f"{self.where}: tensor '{shown(tensor.name)}'"
            self._define(tensor.name, Value(self._tensor(tensor, where)))
        units = self._open_input()
        for k, node in enumerate(self.graph.node):
            self._take(node, f"{self.where}: node {k} ({shown(node.op_type)})", units)
        if len(self.graph.output) != 1:
            self._refuse("one output", str(len(self.graph.output)))
        name = self.graph.output[0].name
        if name not in self.values or not self.values[name].array.size:
            self._refuse("an output that a node makes", f"'{shown(name)}'")
        net = units.network([as_form(v) for v in self.values[name].array.flat])
        return OnnxReading(net, tuple(self.notes.every), tuple(self.notes.rounded))

    def _opset(self, model: Model) -> int:
        if model.functions:
            self._refuse("standard operators", "functions of its own")
        versions = [entry.version for entry in model.opset_import if entry.domain in DOMAINS]
        if len(versions) != 1 or not OLDEST_OPSET <= versions[0] <= newest_opset():
            given = ", ".join(map(str, versions)) or "none"
            self._refuse(f"operator set {OLDEST_OPSET} to {newest_opset()}", f"{given:.40}")
        return int(versions[0])

    def _open_input(self) -> UnitGraph:
        """The atoms of the one input, in its shape."""
        given = [one for one in self.graph.input if one.name not in self.values]
        if len(given) != 1:
            self._refuse("one input", str(len(given)))
        kind = given[0].type.tensor_type
        shape = [dim.dim_value if dim.HasField("dim_value") else 0 for dim in kind.shape.dim]
        if len(shape) > 1 and shape[0] < 1:
            shape[0] = 1  # the batch
        count = math.prod(shape)
        known = kind.HasField("shape") and 0 < len(shape) <= MAX_AXES and min(shape) > 0
        if not known or count > MAX_INPUTS:
            self._refuse(f"an input of a known shape, up to {MAX_INPUTS}", f"{shape!s:.60}")
        if kind.elem_type not in _INPUT_TYPES:
            self._refuse("an input of float16, float32 or float64", "another type")
        atoms = np.empty(count, dtype=object)
        atoms[:] = [Form.atom(k) for k in range(count)]
        self._define(given[0].name, Value(atoms.reshape(shape), 0))
        return UnitGraph(count)

    def _take(self, node: Node, where: str, units: UnitGraph) -> None:
        operator = operator_of(node, self.opset, where)
        missing = [name for name in node.input if name and name not in self.values]
        if missing:
            raise InputError.about(
                where, "inputs that were made before", f"'{shown(missing[0])}'", "Sort the nodes."
            )
        call = Call(
            tuple(self.values.get(name) for name in node.input),
            attributes(node, operator, self.opset, where, lambda one: self._tensor(one, where)),
            where,
            units,
            self.opset,
            sum(1 for name in node.output if name),
            self.notes,
        )
        value = self._applied(operator, call)
        for k, name in enumerate(node.output):
            if name:
                self._define(name, value if k == 0 else None)

    def _applied(self, operator: Operator, call: Call) -> Value:
        """The first output of a node, if it is not too large."""
        try:
            value = operator.apply(call)
        except _MALFORMED as error:
            if isinstance(error, InputError):
                raise
            raise InputError.about(
                call.where, "inputs and attributes as ONNX defines them", "others",
                "Check the model.",
            ) from error  # fmt: skip
        if value.array.size > MAX_ELEMENTS and value.level is not None:
            call.refuse(f"at most {MAX_ELEMENTS} numbers", str(value.array.size))
        check_sizes(value.array.flat, call.where)
        return value

    def _define(self, name: str, value: Value | None) -> None:
        """Give a name its one value (None: an output that is no function of ours)."""
        if not name or name in self.names:
            self._refuse("names that differ", f"'{shown(name)}' twice" if name else "an empty one")
        self.names.add(name)
        if value is not None:
            self.values[name] = value

    def _tensor(self, tensor: object, where: str) -> Array:
        array = exact_array(tensor, where, self.folder)
        self.budget -= array.size
        if self.budget < 0:
            self._refuse(f"at most {MAX_NUMBERS} numbers in all", "more")
        return array

    def _refuse(self, expected: str, got: str) -> None:
        raise InputError.about(self.where, expected, got, "Simplify the model.")


_MALFORMED = (TypeError, ValueError, LookupError, AttributeError, ArithmeticError)
_INPUT_TYPES = (
    onnx.TensorProto.FLOAT,
    onnx.TensorProto.DOUBLE,
    onnx.TensorProto.FLOAT16,
)
