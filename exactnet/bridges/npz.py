"""Networks as NumPy archives: exact integers, or floats with a report. Nothing is ever pickled.

An archive holds for every layer k either floats,

    layer0.weight (units, inputs)   layer0.bias (units)   layer0.slope (units)

or exact rationals, each array as two of integers: ``layer0.weight.numerator`` and
``layer0.weight.denominator`` and so on. Integers beyond 64 bits are text. Slopes left of zero (0
relu, 1 identity, -1 abs) may be missing: then hidden units are relu.
"""

import io
import math
import os
import re
import zipfile
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt

from exactnet.bridges.rounding import RoundingReport, round_network
from exactnet.bridges.untrusted import MAX_BYTES, MAX_NUMBERS, read_bytes, shown
from exactnet.errors import FileError, InputError
from exactnet.exact.rationals import MAX_DIGITS, as_rational, is_readable, to_text
from exactnet.exact.strict_json import write_bytes
from exactnet.networks.layer import IDENTITY, RELU, Layer
from exactnet.networks.network import ReluNetwork

_NAME = re.compile(r"layer([0-9]{1,4})\.(weight|bias|slope)(?:\.(numerator|denominator))?\.npy")
_LONG = 2**63

Numbers = npt.NDArray[Any]


def to_npz(
    net: ReluNetwork, path: str | os.PathLike[str], dtype: object = "exact"
) -> RoundingReport | None:
    """Write a network to an archive, all or nothing; the report of what was rounded, if anything.

    ``dtype`` "exact" writes integers and rounds nothing (None is returned); "float64", "float32"
    and "float16" write floats, each the nearest one (ties to even).

    Raises InputError where a number overflows or is too long to be read back, FileError if the file
    cannot be written.
    """
    report = None
    if dtype != "exact":
        rounded = round_network(net, dtype)
        net, report = rounded.network, rounded.report
        if report.dtype not in ("float16", "float32", "float64"):
            raise InputError.about(
                "dtype", "exact, float16, float32 or float64", report.dtype, "Pick one."
            )
    arrays: dict[str, Numbers] = {}
    for k, layer in enumerate(net.layers):
        flat = [v for row in layer.weight for v in row]
        shape = (layer.outputs, layer.inputs)
        kind = None if report is None else report.dtype
        _put(arrays, f"layer{k}.weight", flat, shape, kind)
        _put(arrays, f"layer{k}.bias", layer.bias, (layer.outputs,), kind)
        if k < net.depth and any(slope != RELU for slope in layer.slopes):
            _put(arrays, f"layer{k}.slope", layer.slopes, (layer.outputs,), kind)
    stream = io.BytesIO()
    np.savez_compressed(stream, allow_pickle=False, **arrays)
    write_bytes(path, stream.getvalue())
    return report


def from_npz(path: str | os.PathLike[str]) -> ReluNetwork:
    """The exact network of an archive: floats are taken as the dyadic rationals they store.

    Raises FileError (not such an archive, too large when unpacked) or InputError (not finite,
    shapes that do not fit, arrays of objects).
    """
    where = os.fspath(path)
    arrays = _read(read_bytes(path, "a .npz file"), where)
    count = 1 + max(number for number, _, _ in arrays)
    return ReluNetwork(tuple(_layer(arrays, k, k == count - 1, where) for k in range(count)))


def _put(
    arrays: dict[str, Numbers],
    name: str,
    values: Sequence[Fraction],
    shape: tuple[int, ...],
    dtype: str | None,
) -> None:
    if dtype is not None:  # the format holds them, and Python's floats hold what it holds
        arrays[name] = np.array([float(v) for v in values], dtype=dtype).reshape(shape)
        return
    if not all(map(is_readable, values)):
        raise InputError.about(
            name, f"numbers of at most {MAX_DIGITS} digits", "longer ones", "Lower the depth."
        )
    for part in ("numerator", "denominator"):
        integers = [getattr(v, part) for v in values]
        short = all(-_LONG < v < _LONG for v in integers)
        text = None if short else [to_text(Fraction(v)) for v in integers]
        array = np.array(integers, dtype=np.int64) if text is None else np.array(text)
        arrays[f"{name}.{part}"] = array.reshape(shape)


def _read(data: bytes, where: str) -> dict[tuple[int, str, str], Numbers]:
    """The arrays by layer, name and part; sizes are checked before anything is unpacked."""
    found: dict[tuple[int, str, str], Numbers] = {}
    left = MAX_NUMBERS
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
            if sum(one.file_size for one in members) > MAX_BYTES:
                raise FileError.about(
                    where, f"at most {MAX_BYTES} bytes unpacked", "more", "Use a smaller network."
                )
            for one in members:
                key = _key(one.filename, where)
                if key in found:
                    raise InputError.about(
                        f"{where}: {one.filename}", "each array once", "it twice", "Keep one."
                    )
                found[key] = _array(archive.read(one), f"{where}: {one.filename}", left)
                left -= found[key].size
    except FileError:
        raise
    except (OSError, ValueError, RuntimeError, NotImplementedError, zipfile.BadZipFile) as error:
        if isinstance(error, InputError):
            raise
        reason = shown(error) or "damage"
        raise FileError.about(where, "a .npz archive", reason, "Was the file cut short?") from error
    except Exception as error:  # zlib.error, and whatever a damaged member makes of a decoder
        raise FileError.about(where, "a .npz archive", "damage", "Was it cut short?") from error
    if not found:
        raise FileError.about(where, "arrays named layer0.weight, ...", "none", "Write them.")
    return found


def _key(name: str, where: str) -> tuple[int, str, str]:
    """The layer, the name and the part that the name of a member says."""
    match = _NAME.fullmatch(name)
    if match is None:
        raise FileError.about(
            where, "arrays named layer0.weight, layer0.bias, ...", f"'{shown(name)}'",
            "Rename the arrays.",
        )  # fmt: skip
    return int(match[1]), match[2], match[3] or ""


def _array(data: bytes, where: str, most: int) -> Numbers:
    """An array of numbers or text, not more than some, from the bytes of a .npy member."""
    stream = io.BytesIO(data)
    version = np.lib.format.read_magic(stream)
    if version not in ((1, 0), (2, 0)):
        raise InputError.about(
            where, "an array file of version 1 or 2", str(version), "Save again."
        )
    read = np.lib.format.read_array_header_1_0 if version == (1, 0) else (
        np.lib.format.read_array_header_2_0
    )  # fmt: skip
    shape, fortran, dtype = read(stream)
    if (
        dtype.kind not in "iufU"
        or dtype.itemsize == 0
        or (dtype.kind == "f" and dtype.itemsize > 8)
    ):
        raise InputError.about(where, "integers, floats or text", str(dtype)[:40], "Convert it.")
    count = math.prod(shape)
    rest = len(data) - stream.tell()
    if count * dtype.itemsize != rest:
        raise InputError.about(
            where, f"{rest} bytes of data", f"shape {shape!s:.40}", "Was the file cut short?"
        )
    if count > most:
        raise InputError.about(where, f"at most {MAX_NUMBERS} numbers in all", "more", "Use fewer.")
    array: Numbers = np.frombuffer(data, dtype=dtype, offset=stream.tell())
    return array.reshape(shape, order="F" if fortran else "C")


def _layer(arrays: dict[tuple[int, str, str], Numbers], k: int, last: bool, where: str) -> Layer:
    weight = _rationals(arrays, k, "weight", where)
    bias = _rationals(arrays, k, "bias", where)
    slope = _rationals(arrays, k, "slope", where) if _has(arrays, k, "slope") else None
    fits = weight.ndim == 2 and weight.size and bias.shape == weight.shape[:1]
    if not fits or (slope is not None and slope.shape != bias.shape):
        shapes = f"{weight.shape} and {bias.shape}"
        raise InputError.about(
            f"{where}: layer{k}", "a weight (units, inputs) and one bias (and slope) a unit",
            shapes, "Make the shapes agree.",
        )  # fmt: skip
    default = IDENTITY if last else RELU
    slopes = (default,) * len(bias) if slope is None else tuple(slope)
    return Layer(tuple(map(tuple, weight)), tuple(bias), slopes)


def _has(arrays: dict[tuple[int, str, str], Numbers], k: int, name: str) -> bool:
    return any((k, name, part) in arrays for part in ("", "numerator"))


def _rationals(
    arrays: dict[tuple[int, str, str], Numbers], k: int, name: str, where: str
) -> Numbers:
    """An array of Fractions, from floats or from numerators and denominators."""
    place = f"{where}: layer{k}.{name}"
    parts = [arrays.get((k, name, part)) for part in ("", "numerator", "denominator")]
    given = [part is not None for part in parts]
    whole, numerator, denominator = parts
    if whole is not None and given == [True, False, False]:
        values = [_exact(v, place) for v in _listed(whole, place)]
        shape = whole.shape
    elif numerator is not None and denominator is not None and given == [False, True, True]:
        if numerator.shape != denominator.shape:
            shapes = f"{numerator.shape} and {denominator.shape}"
            raise InputError.about(place, "a denominator a numerator", shapes, "Make them agree.")
        pairs = zip(_listed(numerator, place), _listed(denominator, place), strict=True)
        values = [_quotient(p, q, place) for p, q in pairs]
        shape = numerator.shape
    else:
        raise InputError.about(
            place, "an array, or numerators and denominators",
            "a part or a mixture" if any(given) else "none", "Write one or the other.",
        )  # fmt: skip
    result = np.empty(len(values), dtype=object)
    result[:] = values
    return result.reshape(shape)


def _listed(array: Numbers, where: str) -> list[object]:
    try:
        listed: list[object] = array.ravel().tolist()
    except (ValueError, SystemError) as error:  # text that is no Unicode
        raise InputError.about(where, "text", "bytes that are none", "Save it again.") from error
    return listed


def _exact(value: object, where: str) -> Fraction:
    if isinstance(value, float):
        if not math.isfinite(value):
            raise InputError.about(where, "finite floats", str(value), "Did training diverge?")
        return Fraction(value)
    return as_rational(value, where)


def _quotient(numerator: object, denominator: object, where: str) -> Fraction:
    pair = [_exact(v, where) for v in (numerator, denominator)]
    if any(v.denominator != 1 for v in pair) or pair[1] <= 0:
        raise InputError.about(
            where, "integers with denominators > 0", f"{pair[0]} / {pair[1]}"[:60], "Correct them."
        )
    return pair[0] / pair[1]
