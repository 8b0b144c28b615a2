"""Exact evaluation of a network on many points at once, in integers.

Points share one denominator. An a-priori bound on every intermediate integer decides between
64-bit arithmetic (when nothing can overflow) and Python's integers; both are exact.
"""

from numbers import Integral
from typing import Any

import numpy as np
import numpy.typing as npt

from exactnet.errors import InputError, shown
from exactnet.networks.network import ReluNetwork

IntegerArray = npt.NDArray[Any]  # of int64 or of Python ints


def evaluate_batch(
    net: ReluNetwork, numerators: npt.ArrayLike, denominator: int = 1
) -> tuple[IntegerArray, int]:
    """Outputs at the points numerators / denominator as (values, scale): outputs = values / scale.

    ``numerators`` is an (m, d) array of integers (any integer dtype, or Python ints as objects).
    The scale is one positive integer for the whole batch; signs can be read off ``values``.

    >>> net = ReluNetwork.of([([[1], [1]], [0, "-1/2"]), ([[2, -4]], [0])])
    >>> values, scale = evaluate_batch(net, [[0], [1], [2], [4]], denominator=4)
    >>> [str(v) for v in values[:, 0]], scale
    (['0', '4', '8', '0'], 8)

    Raises InputError for points that are not rows of integers, and denominators below 1.
    """
    points = _rows_of_integers(numerators, net.inputs)
    if not isinstance(denominator, Integral) or denominator < 1:
        raise InputError.about("denominator", "an integer >= 1", shown(denominator), "Use 1.")
    denominator = int(denominator)  # a NumPy integer would overflow in the scale
    largest = (
        max((abs(int(v)) for v in (points.min(), points.max())), default=0) if points.size else 0
    )
    dtype = np.int64 if _largest_integer(net, largest, denominator) < 2**63 else np.object_
    values: IntegerArray = points.astype(dtype)
    scale = denominator
    for layer in net.layers:
        rows = np.array(layer.rows, dtype=dtype)
        before = values @ rows[:, :-1].T + rows[:, -1] * scale
        left = np.array(
            [s.numerator * (layer.slope_scale // s.denominator) for s in layer.slopes], dtype=dtype
        )
        values = np.where(before < 0, before * left, before * layer.slope_scale)
        scale *= layer.scale * layer.slope_scale
    return values, scale


def _rows_of_integers(numerators: npt.ArrayLike, columns: int) -> IntegerArray:
    """The points as an array of some integer type or of Python ints."""
    try:
        points = np.asarray(numerators)
    except ValueError as error:
        raise InputError.about(
            "numerators", "rows of one length", "rows of several lengths", "Give an (m, d) array."
        ) from error
    objects = list(points.flat) if points.dtype.kind == "O" else []
    whole = all(isinstance(v, Integral) and not isinstance(v, bool) for v in objects)
    if (
        points.ndim != 2
        or points.shape[1] != columns
        or points.dtype.kind not in "iuO"
        or not whole
    ):
        raise InputError.about(
            "numerators",
            f"an (m, {columns}) array of integers",
            f"shape {points.shape}, dtype {points.dtype}",
            "Scale the points to integers.",
        )
    if points.dtype.kind != "O":
        return points
    plain = [int(v) for v in objects]  # a NumPy integer among the objects would overflow
    return np.array(plain, dtype=np.object_).reshape(points.shape)


def _largest_integer(net: ReluNetwork, largest: int, denominator: int) -> int:
    """A bound on every integer that ``evaluate_batch`` forms, whatever the order of summation."""
    bounds, scale, worst = [largest] * net.inputs, denominator, max(largest, denominator)
    for layer in net.layers:
        sums = [
            sum(abs(w) * b for w, b in zip(row, bounds, strict=False)) + abs(row[-1]) * scale
            for row in layer.rows
        ]
        factors = [
            max(layer.slope_scale, abs(s.numerator) * (layer.slope_scale // s.denominator))
            for s in layer.slopes
        ]
        bounds = [total * factor for total, factor in zip(sums, factors, strict=True)]
        scale *= layer.scale * layer.slope_scale
        worst = max(worst, scale, *bounds, *factors, *(abs(v) for row in layer.rows for v in row))
    return worst
