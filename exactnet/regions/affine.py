"""The affine function on every cell, exactly; and which cells have the same one.

Cells of a network that fits 64-bit integers have their functions computed as integers. Otherwise
floats with an error bound separate the cells whose functions certainly differ, and only cells that
they cannot separate are compared exactly.
"""

from fractions import Fraction
from math import gcd
from typing import TYPE_CHECKING

import numpy as np

from exactnet.exact.integer_matrices import IntegerMatrix
from exactnet.exact.rows import Row
from exactnet.networks.network import AffinePiece
from exactnet.regions.kernel import forms
from exactnet.regions.kernel.values import ULP
from exactnet.regions.patch import Array
from exactnet.regions.signs import as_integers

if TYPE_CHECKING:
    from exactnet.regions.complex import RegionComplex


AT_ONCE = 16384  # cells whose functions are computed in floats at a time


def integer_piece(cx: "RegionComplex", cell: int) -> tuple[tuple[Row, ...], int]:
    """The outputs on a cell as primitive integer rows over (x, 1), with one positive scale."""
    net, d = cx.network, cx.dim
    history = cx.patch.fhist[cx.finite[d][cell]]
    positive = as_integers(history)[0] >> cx.engine.domain.bits
    rows, scale = cx.engine.layers.activations_on_cell(positive, net.depth)
    last = net.layers[-1]
    result = IntegerMatrix.of(last.rows).times([*rows, (*(0,) * d, scale)])
    scale *= last.scale
    divisor = gcd(scale, *(v for row in result for v in row))
    return tuple(tuple(v // divisor for v in row) for row in result), scale // divisor


def piece(cx: "RegionComplex", cell: int) -> AffinePiece:
    """The affine function on a cell."""
    rows, scale = integer_piece(cx, cell)
    return AffinePiece(
        tuple(tuple(Fraction(v, scale) for v in row[:-1]) for row in rows),
        tuple(Fraction(row[-1], scale) for row in rows),
    )


def classes(cx: "RegionComplex") -> Array:
    """A number for every cell, equal exactly where the affine functions are equal."""
    if cx.patch.exact:
        keys = _integer_keys(cx)
        if keys is not None:
            return np.asarray(np.unique(keys, axis=0, return_inverse=True)[1]).reshape(-1)
    return _separated(cx)


def _integer_keys(cx: "RegionComplex") -> Array | None:
    """Every cell's function as one primitive 64-bit vector; None if some does not fit."""
    plans, d = cx.engine.plans, cx.dim
    on = (cx.signs() > 0).astype(np.uint8)
    cells = len(cx)
    current = np.zeros((cells, d * (d + 1) + 1), dtype=np.int64)
    current[:, : d * (d + 1)] = np.eye(d, d + 1, dtype=np.int64).reshape(-1)
    current[:, -1] = 1
    first, units, last = 0, d, None
    for plan in (*plans, cx.engine.readout):
        slopes = np.ones(units, dtype=np.int64) if last is None else last.numerators
        scale = 1 if last is None else last.slope_scale
        active = np.ones((cells, units), np.uint8) if last is None else on[:, first : first + units]
        if plan.starts is None or slopes is None or plan.scale * scale >= 2**62:
            return None
        out = np.empty((cells, plan.units * (d + 1) + 1), dtype=np.int64)
        if not forms.compose_integers(
            current, active, units, d + 1, slopes, scale, plan.scale,
            plan.starts, plan.columns, plan.entries, plan.largest_sum, out,
        ):  # fmt: skip
            return None
        first += units if last is not None else 0
        current, units, last = out, plan.units, plan
    return current


def _separated(cx: "RegionComplex") -> Array:
    """Classes by floats where these tell functions apart, exactly elsewhere."""
    with np.errstate(all="ignore"):  # numbers that no float comes close to give infinite bounds
        labels = _labelled(cx)
    return _refined(cx, labels)


def _labelled(cx: "RegionComplex") -> Array:
    """A label for every cell; different ones only where the functions certainly differ."""
    parts = [_float_pieces(cx, on) for on in np.array_split(cx.signs() > 0, -(-len(cx) // AT_ONCE))]
    values = np.concatenate([part for part, _ in parts])
    error = np.max([bound for _, bound in parts], axis=0)
    direction: Array = np.asarray(np.random.default_rng(0).uniform(0.5, 1.0, values.shape[1]))
    size = np.abs(values) @ direction
    place = values @ direction
    radius = float(error @ direction) + (len(direction) + 4) * 2 * ULP * float(size.max())
    order = np.argsort(place, kind="stable")
    gaps = np.diff(place[order])
    groups = np.concatenate([[0], np.cumsum(~(gaps <= 2.000001 * radius))])
    labels = np.empty(len(order), dtype=np.int64)
    labels[order] = groups
    if not np.isfinite(radius):
        labels[:] = 0
    return labels


def _refined(cx: "RegionComplex", labels: Array) -> Array:
    """Split groups that floats could not separate by the exact functions."""
    crowded = np.flatnonzero(np.bincount(labels)[labels] > 1)
    exact: dict[object, int] = {}
    following = int(labels.max()) + 1
    for cell in crowded.tolist():
        labels[cell] = exact.setdefault(integer_piece(cx, cell), following + len(exact))
    return np.unique(labels, return_inverse=True)[1].reshape(-1)


def _float_pieces(cx: "RegionComplex", on: Array) -> tuple[Array, Array]:
    """Float coefficients of the outputs on cells, and a bound on the error of each column.

    With |stored - true| <= e for the rows of one layer, the next has |W| e + (n+9) ulp |W| max|A|:
    a sum of n+1 terms, one ulp for the weights, and 7 so that what slopes cost, 2 ulp of the
    size, is in the quarter that ``gain`` adds.
    """
    d, cells = cx.dim, len(on)
    rows = np.zeros((cells, d + 1, d + 1))
    rows[:, :, :] = np.eye(d + 1)
    error, first, last = np.zeros(d + 1), 0, None
    for plan in (*cx.engine.plans, cx.engine.readout):
        if last is not None:
            active = on[:, first : first + last.units]
            first += last.units
            slopes = np.where(active, 1.0, last.slopes)
            grown = np.empty((cells, d + 1, last.units + 1))
            np.multiply(rows, slopes[:, None, :], out=grown[:, :, :-1])
            grown[:, :, -1] = 0.0
            grown[:, d, -1] = 1.0
            rows = grown
            error = np.append(error * last.gain, 0.0)
        size: Array = np.abs(rows).max(axis=(0, 1))
        error = plan.magnitudes @ error + (size.shape[0] + 8) * ULP * (plan.magnitudes @ size)
        # upwards: for underflow, and for the rounding of this bound itself
        error = (error + 1e-250) * (1.000001 if plan.trusted else np.inf)
        rows = rows @ plan.weights.T
        last = plan
    return rows.transpose(0, 2, 1).reshape(cells, -1), np.repeat(error, d + 1)


def representatives(cx: "RegionComplex") -> list[int]:
    """One cell, the first, for every affine function of the network."""
    cells: list[int] = np.unique(cx.piece_classes, return_index=True)[1].tolist()
    return sorted(cells)
