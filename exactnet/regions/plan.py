"""A network made ready for the kernels: integer and float weights, error-bound data, unit masks."""

from dataclasses import dataclass
from fractions import Fraction
from math import isfinite
from typing import Any

import numpy as np
import numpy.typing as npt

from exactnet.networks.layer import IDENTITY, Layer
from exactnet.networks.network import ReluNetwork

Array = npt.NDArray[Any]

LARGEST, SMALLEST = 1e250, 1e-250  # float weights outside are clamped, and the filter is off
_SMALL = 2**62


@dataclass(frozen=True, slots=True)
class LayerPlan:
    """One hidden layer: z = W a + b, then the slopes; rows are scaled to integers by ``scale``.

    ``weights`` is the float64 matrix (W | b); ``trusted`` says that every entry is within half an
    ulp. The integer rows are sparse (``starts``, ``columns``, ``entries``) and None when some
    entry does not fit. ``slopes`` are exact; ``numerators / slope_scale`` are the same.
    """

    units: int
    words: int
    weights: Array
    magnitudes: Array
    trusted: bool
    always: Array
    splits: Array
    slopes: Array
    gain: Array
    scale: int
    slope_scale: int
    numerators: Array | None
    starts: Array | None
    columns: Array
    entries: Array
    largest_sum: float


def plan_layers(net: ReluNetwork) -> tuple[LayerPlan, ...]:
    """The plans of all layers, the affine readout last."""
    return tuple(_plan(layer) for layer in net.layers)


def as_float(value: Fraction | int) -> tuple[float, bool]:
    """The nearest float, and whether it is within half an ulp; zero only for zero."""
    return ratio(value.numerator, value.denominator)


def ratio(value: int, divisor: int) -> tuple[float, bool]:
    """As ``as_float`` for value / divisor, divisor > 0."""
    if not value:
        return 0.0, True
    try:
        nearest = value / divisor
    except OverflowError:
        nearest = float("inf") if value > 0 else float("-inf")
    size = abs(nearest)
    if isfinite(size) and SMALLEST <= size <= LARGEST:
        return nearest, True
    clamped = SMALLEST if size < SMALLEST else LARGEST
    return (clamped if value > 0 else -clamped), False


def unit_masks(flags: list[bool]) -> Array:
    """Flags packed 64 to a word, the first in the lowest bit."""
    words = -(-len(flags) // 64)
    packed = [0] * words
    for k, flag in enumerate(flags):
        packed[k >> 6] |= int(flag) << (k & 63)
    return np.array(packed, dtype=np.uint64)


def _plan(layer: Layer) -> LayerPlan:
    floats = [
        [as_float(v) for v in (*row, b)] for row, b in zip(layer.weight, layer.bias, strict=True)
    ]
    weights = np.array([[value for value, _ in row] for row in floats])
    slopes = [as_float(s) for s in layer.slopes]
    carried = [s == IDENTITY for s in layer.slopes]
    numerators = [s.numerator * (layer.slope_scale // s.denominator) for s in layer.slopes]
    small = max(map(abs, (*numerators, layer.slope_scale, layer.scale))) < _SMALL
    starts, columns, entries, largest = _sparse(layer.rows)
    slope_values = np.array([value for value, _ in slopes])
    return LayerPlan(
        units=layer.outputs,
        words=-(-layer.outputs // 64),
        weights=weights,
        magnitudes=np.abs(weights),
        trusted=all(good for row in floats for _, good in row) and all(g for _, g in slopes),
        always=unit_masks(carried),
        splits=unit_masks([not c for c in carried]),
        slopes=slope_values,
        gain=np.maximum(1.0, np.abs(slope_values))
        * np.where(np.isin(slope_values, (-1.0, 0.0, 1.0)), 1.0, 1.25),
        scale=layer.scale,
        slope_scale=layer.slope_scale,
        numerators=np.array(numerators, dtype=np.int64) if small else None,
        starts=starts,
        columns=columns,
        entries=entries,
        largest_sum=largest,
    )


def _sparse(rows: tuple[tuple[int, ...], ...]) -> tuple[Array | None, Array, Array, float]:
    """The integer rows in compressed form; no starts when an entry is too large."""
    empty = np.zeros(0, dtype=np.int64)
    largest = max(sum(map(abs, row)) for row in rows)
    if largest >= _SMALL:
        return None, empty, empty, 0.0
    starts, columns, entries = [0], [], []
    for row in rows:
        for k, value in enumerate(row):
            if value:
                columns.append(k)
                entries.append(value)
        starts.append(len(columns))
    arrays = [np.array(part, dtype=np.int64) for part in (starts, columns, entries)]
    return arrays[0], arrays[1], arrays[2], float(largest) * (1 + 2.0**-40)
