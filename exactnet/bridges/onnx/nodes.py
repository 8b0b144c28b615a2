"""What a node of a model says, held against the standard: its operator, counts and attributes.

Runtimes refuse a node that is not as the standard's schema has it; to guess what it means would be
to read another network than they run.
"""

from collections.abc import Callable
from dataclasses import replace

from exactnet.bridges.onnx.library import Array, Node, Schema, Tensor, helper, onnx, schema
from exactnet.bridges.onnx.shapes import as_attribute
from exactnet.bridges.onnx.table import OPERATORS, Operator
from exactnet.bridges.smooth import smooth_remedy
from exactnet.bridges.untrusted import shown
from exactnet.errors import InputError

DOMAINS = ("", "ai.onnx")  # two names of the standard's operators


def operator_of(node: Node, opset: int, where: str) -> Operator:
    """The operator of a node, with the attributes that it has in an operator set.

    Raises InputError for one that is not in our table and for inputs or outputs it does not have.
    """
    operator = OPERATORS.get(node.op_type) if node.domain in DOMAINS else None
    if operator is None:
        kind = f"{node.domain}.{node.op_type}" if node.domain else node.op_type
        raise InputError.about(
            where, "a piecewise-linear operator", shown(kind),
            (smooth_remedy(node.op_type) if node.domain in DOMAINS else "")
            or f"Replace or fold it; the known ones are {', '.join(OPERATORS)}.",
        )  # fmt: skip
    standard = schema(node.op_type, opset)
    if not (
        standard.min_input <= len(node.input) <= standard.max_input
        and standard.min_output <= len(node.output) <= standard.max_output
    ):
        raise InputError.about(
            where, "as many inputs and outputs as ONNX defines",
            f"{len(node.input)} and {len(node.output)}", "Check the model.",
        )  # fmt: skip
    return replace(operator, attributes=operator.attributes & set(standard.attributes))


def attributes(
    node: Node, operator: Operator, opset: int, where: str, read: Callable[[Tensor], Array]
) -> dict[str, object]:
    """The attributes of a node: rationals, integers, lists of them, text, or what ``read`` gives.

    Raises InputError for one that is unknown, given twice, of another type, without a value or
    missing.
    """
    standard = schema(node.op_type, opset)
    found: dict[str, object] = {}
    for entry in node.attribute:
        if entry.name not in operator.attributes:
            raise InputError.about(
                where, f"no attribute but {', '.join(sorted(operator.attributes)) or 'none'}",
                f"'{shown(entry.name)}'", "Rewrite that part of the model.",
            )  # fmt: skip
        if entry.name in found or entry.type != int(standard.attributes[entry.name].type):
            raise InputError.about(
                where, "inputs and attributes as ONNX defines them",
                f"{entry.name} {'twice' if entry.name in found else 'of another type'}",
                "Check the model.",
            )  # fmt: skip
        tensor = entry.type == onnx.AttributeProto.TENSOR
        found[entry.name] = read(entry.t) if tensor else _value(entry, where)
    _check_required(standard, found, where)
    return found


def _value(entry: onnx.AttributeProto, where: str) -> object:
    try:
        value = as_attribute(helper.get_attribute_value(entry))
    except (ValueError, OverflowError):  # no value, or a float that is not finite
        value = None
    if value is None:
        raise InputError.about(
            where, f"a finite number or text as {entry.name}", "something else",
            "Rewrite that part of the model.",
        )  # fmt: skip
    return value


def _check_required(standard: Schema, found: dict[str, object], where: str) -> None:
    for name, attribute in standard.attributes.items():
        if attribute.required and name not in found:
            raise InputError.about(where, f"the attribute {name}", "none", "Check the model.")
