"""The one module that needs the package onnx: models as messages, and the values tensors store."""

import math
import re
import stat
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from exactnet.bridges.untrusted import MAX_BYTES, MAX_NUMBERS, shown
from exactnet.errors import ExactnetError, FileError, InputError

try:
    import onnx
    from google.protobuf.message import DecodeError  # type: ignore[import-untyped]
    from onnx import TensorProto, helper
except ImportError as error:
    raise ExactnetError.about(
        "ONNX bridge", "onnx", "an installation without it", "pip install 'exactnet[onnx]'."
    ) from error

__all__ = [
    "MAX_AXES", "Array", "Graph", "Model", "Node", "Schema", "Tensor",
    "exact_array", "helper", "newest_opset", "onnx", "parse_model", "schema",
]  # fmt: skip

Model: TypeAlias = Any  # onnx.ModelProto, GraphProto, NodeProto, TensorProto: no types
Graph: TypeAlias = Any
Node: TypeAlias = Any
Tensor: TypeAlias = Any
Schema: TypeAlias = Any
Array: TypeAlias = npt.NDArray[Any]  # of Fraction or int

MAX_AXES = 16
_FLOATS = {TensorProto.FLOAT: "<f4", TensorProto.DOUBLE: "<f8", TensorProto.FLOAT16: "<f2"}
_INTEGERS = {TensorProto.INT64: "<i8", TensorProto.INT32: "<i4", TensorProto.BOOL: "|b1"}
_FIELDS = {
    TensorProto.FLOAT: "float_data",
    TensorProto.DOUBLE: "double_data",
    TensorProto.INT64: "int64_data",
    TensorProto.INT32: "int32_data",
    TensorProto.BOOL: "int32_data",
}


def parse_model(data: bytes, where: str) -> Model:
    """The message in the bytes of a file."""
    model = onnx.ModelProto()
    try:
        model.ParseFromString(data)
    except DecodeError as error:
        raise FileError.about(
            where, "an ONNX model", "bytes that are none", "Was the file cut short?"
        ) from error
    if not model.HasField("graph") or not model.opset_import:
        raise FileError.about(where, "an ONNX model", "no graph in it", "Is it an ONNX file?")
    return model


def newest_opset() -> int:
    """The newest operator set that the installed package knows."""
    return int(onnx.defs.onnx_opset_version())


@lru_cache(maxsize=256)
def schema(operator: str, opset: int) -> Schema:
    """What the standard says of one of its operators in an operator set."""
    return onnx.defs.get_schema(operator, opset, "")


def exact_array(tensor: Tensor, where: str, folder: Path | None) -> Array:
    """The rationals (or integers) that a tensor stores; InputError for NaN and infinities.

    Data outside the file are read from a regular file in ``folder`` or below it, nowhere else.
    """
    code = _FLOATS.get(tensor.data_type) or _INTEGERS.get(tensor.data_type)
    if code is None:
        raise InputError.about(
            where, "a tensor of float16, float32, float64, int32, int64 or bool",
            _type_name(tensor.data_type), "Convert the model first.",
        )  # fmt: skip
    shape = _shape(tensor, where)
    count = math.prod(shape)
    flat = _flat(tensor, code, count, where, folder)
    if flat.size != count:
        raise InputError.about(
            where,
            f"{count} numbers (shape {shape!s:.60})",
            str(flat.size),
            "Was the file cut short?",
        )
    if tensor.data_type in _FLOATS and not np.isfinite(flat).all():
        bad = flat[~np.isfinite(flat)][0]
        raise InputError.about(where, "finite floats", str(bad), "Did training diverge?")
    kind = Fraction if tensor.data_type in _FLOATS else int
    result = np.empty(count, dtype=object)
    result[:] = [kind(value) for value in flat.tolist()]
    return result.reshape(shape)


def _shape(tensor: Tensor, where: str) -> tuple[int, ...]:
    """The shape that a tensor claims, if it is one that we would hold."""
    shape = tuple(tensor.dims)
    if len(shape) > MAX_AXES:
        raise InputError.about(where, f"at most {MAX_AXES} axes", f"{len(shape)}", "Flatten it.")
    if any(size < 0 for size in shape) or math.prod(n or 1 for n in shape) > MAX_NUMBERS:
        raise InputError.about(
            where, f"at most {MAX_NUMBERS} numbers", f"shape {shape!s:.60}", "Use a smaller model."
        )
    return shape


def _flat(
    tensor: Tensor, code: str, count: int, where: str, folder: Path | None
) -> npt.NDArray[Any]:
    """The stored numbers, in whichever of the format's places they are."""
    if tensor.data_location == TensorProto.EXTERNAL:
        raw = _external(tensor, where, folder, count * np.dtype(code).itemsize)
    elif tensor.HasField("raw_data"):
        raw = tensor.raw_data
    elif tensor.data_type in _FIELDS:
        return np.array(getattr(tensor, _FIELDS[tensor.data_type]), dtype=code)
    else:  # float16 bit patterns, stored as integers
        return np.array(tensor.int32_data, dtype=np.int64).astype("<u2").view(code)
    if len(raw) % np.dtype(code).itemsize:
        raise InputError.about(
            where, "whole numbers of bytes", f"{len(raw)} bytes", "Save it again."
        )
    return np.frombuffer(raw, dtype=code)


def _external(tensor: Tensor, where: str, folder: Path | None, size: int) -> bytes:
    """The part of another file that holds a tensor's data."""
    entries = {entry.key: entry.value for entry in tensor.external_data}
    location = entries.get("location", "")
    if folder is None:
        raise InputError.about(
            where, "data inside the model", "data in another file", "Load the model from its path."
        )
    try:
        target = _beside(folder, location, where)
        offset, length = (
            _bytes(entries.get("offset", "0")),
            _bytes(entries.get("length", f"{size}")),
        )
        if length > MAX_BYTES:
            raise FileError.about(where, "a small part of a file", f"{length} bytes", "Shorten it.")
        with target.open("rb") as stream:
            stream.seek(offset)
            part: bytes = stream.read(length)
            return part
    except FileError:
        raise
    except (OSError, ValueError, RuntimeError) as error:
        reason = getattr(error, "strerror", None) or "a bad location, offset or length"
        raise FileError.about(
            where, f"external data in '{shown(location)}'", reason, "Check it."
        ) from error


def _beside(folder: Path, location: str, where: str) -> Path:
    """The regular file that a location names, links resolved: in the folder or below it."""
    base = folder.resolve()
    target = (base / location).resolve()
    if location == "" or Path(location).is_absolute() or not target.is_relative_to(base):
        raise FileError.about(
            where, "external data in the folder of the model", f"'{shown(location)}'",
            "Move the file there, or save the model in one file.",
        )  # fmt: skip
    if not stat.S_ISREG(target.stat().st_mode):
        raise FileError.about(where, "external data in a file", f"'{shown(location)}'", "Check it.")
    return target


def _bytes(text: str) -> int:
    """A number of bytes as decimal digits: int alone would take '1_0' and digits of any script."""
    if not re.fullmatch(r"[0-9]{1,18}", text):
        raise ValueError(text)
    return int(text)


def _type_name(code: int) -> str:
    try:
        return str(TensorProto.DataType.Name(code)).lower()
    except ValueError:
        return f"type {code}"
