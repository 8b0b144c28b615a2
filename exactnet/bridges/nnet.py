"""The NNet text format of fully connected ReLU networks (ACAS Xu and its descendants)."""

import os
from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import pairwise

from exactnet.bridges.decimals import to_decimal
from exactnet.bridges.rounding import RoundingReport, round_network
from exactnet.bridges.untrusted import MAX_NUMBERS, read_bytes
from exactnet.errors import FileError, InputError
from exactnet.exact.rationals import Vector, as_rational, to_text
from exactnet.exact.strict_json import write_text
from exactnet.geometry.box import Box
from exactnet.networks.layer import IDENTITY, RELU, Layer
from exactnet.networks.network import ReluNetwork

MAX_LAYERS = 10_000


def to_nnet(
    net: ReluNetwork,
    path: str | os.PathLike[str],
    dtype: object = "float64",
    box: Box | None = None,
) -> RoundingReport:
    """Write a network of relu units as an NNet file; the report of what was rounded.

    Every number becomes the nearest of ``dtype`` and is written with all of its decimals, so that a
    reader gets the same number whether it takes the text as a decimal or as a float. ``box`` are
    the bounds to which readers of the format clip the input (default [-1, 1]^d, rounded outwards to
    integers); no normalisation is used.

    Raises InputError if a hidden unit is not relu, which the format cannot say, and where a number
    overflows.
    """
    domain = Box.cube(net.inputs) if box is None else box
    if domain.dim != net.inputs:
        raise InputError.about(
            "box", f"{net.inputs} sides", f"{domain.dim}", "Give one an input of the network."
        )
    for k, layer in enumerate(net.layers[:-1]):
        if any(slope != RELU for slope in layer.slopes):
            raise InputError.about(
                f"layer {k}", "relu units only (the NNet format has no others)", "others",
                "Export to ONNX.",
            )  # fmt: skip
    rounded = round_network(net, dtype)
    write_text(path, "".join(_lines(rounded.network, rounded.report, domain)))
    return rounded.report


def _lines(net: ReluNetwork, report: RoundingReport, box: Box) -> Iterator[str]:
    sizes = [net.inputs, *(layer.outputs for layer in net.layers)]
    yield f"// exactnet; {report.words()}\n"
    yield _line([len(net.layers), net.inputs, net.outputs, max(sizes)])
    yield _line(sizes)
    yield _line([0])
    yield _line([to_text(Fraction(v.__floor__())) for v in box.lower])
    yield _line([to_text(Fraction(v.__ceil__())) for v in box.upper])
    yield _line([0] * (net.inputs + 1))  # means
    yield _line([1] * (net.inputs + 1))  # ranges
    for layer in net.layers:
        for row in layer.weight:
            yield _line([to_decimal(v) for v in row])
        for shift in layer.bias:
            yield _line([to_decimal(shift)])


def _line(values: Sequence[object]) -> str:
    return ",".join(map(str, values)) + ",\n"


def from_nnet(path: str | os.PathLike[str]) -> ReluNetwork:
    """The exact network of an NNet file: decimals are taken as they are written.

    The file's normalisation, (x - mean) / range before and y range + mean after, becomes part of
    the first and of the last layer, exactly. The format's clipping of inputs to their bounds does
    not: the result is the network's function inside them.

    Raises FileError (cut short, no such file) or InputError (not a number, sizes that do not fit,
    more lines than the header says).
    """
    where = os.fspath(path)
    try:
        text = read_bytes(path, "an NNet file").decode("ascii")
    except UnicodeDecodeError as error:
        raise FileError.about(
            where, "an NNet file", "bytes that are no text", "Check it."
        ) from error
    lines = iter([line for line in text.splitlines() if line.strip() and line[:2] != "//"])
    head = _integers(lines, where, "four sizes", 4)
    count, inputs, outputs = head[:3]
    if not 1 <= count <= MAX_LAYERS:
        raise InputError.about(where, f"1 to {MAX_LAYERS} layers", str(count)[:20], "Check it.")
    sizes = _integers(lines, where, "the sizes of the layers", count + 1)
    weights = sum(a * b for a, b in pairwise(sizes))
    if min(sizes) < 1 or sizes[0] != inputs or sizes[-1] != outputs or weights > MAX_NUMBERS:
        raise InputError.about(where, "sizes that fit", f"{sizes!s:.60}", "Check the header.")
    _numbers(lines, where, "a flag", None)
    for name in ("minimal inputs", "maximal inputs"):
        _numbers(lines, where, name, None)
    means = _numbers(lines, where, "means", inputs + 1)
    ranges = _numbers(lines, where, "ranges", inputs + 1)
    if not all(ranges):
        raise InputError.about(where, "ranges that are not 0", "0", "Write 1 for no scaling.")
    layers = [_layer(lines, where, k, sizes[k], sizes[k + 1], k == count - 1) for k in range(count)]
    if next(lines, None) is not None:
        raise InputError.about(where, "the end of the file", "more lines", "Check the header.")
    return ReluNetwork(tuple(_normalised(layers, means, ranges)))


def _layer(lines: Iterator[str], where: str, k: int, inputs: int, units: int, last: bool) -> Layer:
    rows = tuple(_numbers(lines, where, f"weights of layer {k}", inputs) for _ in range(units))
    bias = tuple(_numbers(lines, where, f"biases of layer {k}", 1)[0] for _ in range(units))
    return Layer(rows, bias, (IDENTITY if last else RELU,) * units)


def _normalised(layers: list[Layer], means: Vector, ranges: Vector) -> list[Layer]:
    """The layers with the normalisation of inputs and outputs in the first and the last."""
    first = layers[0]
    rows = tuple(tuple(w / r for w, r in zip(row, ranges, strict=False)) for row in first.weight)
    shifts = [sum((w * m for w, m in zip(row, means, strict=False)), Fraction(0)) for row in rows]
    bias = tuple(b - shift for b, shift in zip(first.bias, shifts, strict=True))
    layers = [Layer(rows, bias, first.slopes), *layers[1:]]
    last = layers[-1]
    weight = tuple(tuple(w * ranges[-1] for w in row) for row in last.weight)
    layers[-1] = Layer(weight, tuple(b * ranges[-1] + means[-1] for b in last.bias), last.slopes)
    return layers


def _numbers(lines: Iterator[str], where: str, what: str, count: int | None) -> Vector:
    line = next(lines, None)
    if line is None:
        raise FileError.about(where, what, "the end of the file", "Was the file cut short?")
    parts = line.strip().removesuffix(",").split(",")
    if count is not None and len(parts) != count:
        raise InputError.about(
            where, f"{what}: {count} numbers", str(len(parts)), "Check the line."
        )
    return tuple(as_rational(part, f"{where}: {what}") for part in parts)


def _integers(lines: Iterator[str], where: str, what: str, count: int) -> list[int]:
    values = _numbers(lines, where, what, count)
    if any(v.denominator != 1 for v in values):
        raise InputError.about(where, f"{what}: integers", "fractions", "Check the header.")
    return [int(v) for v in values]
