"""From one layer to the next: values and signs of all units at all vertices of a patch."""

from dataclasses import replace

import numpy as np

from exactnet.regions.kernel import values
from exactnet.regions.patch import Array, Patch
from exactnet.regions.plan import LayerPlan

BLOCK = 48  # terms of a sum that BLAS may add in any order


class OverflowsError(ArithmeticError):
    """64-bit integers are too small for this network; start again with the float filter."""


def forward_integers(patch: Patch, plan: LayerPlan, last: LayerPlan | None) -> Patch:
    """The next layer's exact values and signs; ``last`` is the layer before (None: the input)."""
    d = patch.dim
    units = last.units if last else d
    slopes = last.numerators if last else np.ones(d, dtype=np.int64)
    scale = last.slope_scale if last else 1
    out = np.empty((len(patch.values), plan.units + 1 + d), dtype=np.int64)
    if slopes is None or plan.starts is None or scale * plan.scale >= 2**62:
        raise OverflowsError
    if not values.forward_integers(
        patch.values, units, slopes, scale, scale * plan.scale,
        plan.starts, plan.columns, plan.entries, plan.largest_sum, out,
    ):  # fmt: skip
        raise OverflowsError
    vmask = np.empty((len(out), 2 * plan.words), dtype=np.uint64)
    values.signs_of_integers(out, plan.units, plan.always, vmask)
    return replace(patch, values=out, vmask=vmask)


def forward_floats(
    patch: Patch, plan: LayerPlan, last: LayerPlan | None, signs: Array | None
) -> tuple[Patch, Array]:
    """The next layer's values with error bounds, the proven signs, and the pairs left undecided.

    ``signs`` are the masks of the layer before. A matrix product whose sums have t terms in a row,
    fused or not, is within t ulp |W| |a| of the true one; rounded weights add one ulp, slopes two.
    The bound also covers 16 ulp of the largest value, which ``kernel.locate`` needs.
    """
    d = patch.dim
    units = last.units if last else d
    inputs = np.empty((len(patch.values), units + 1))
    if last is None:
        inputs[:] = patch.values[:, : d + 1]
    else:
        values.activate_floats(patch.values, units, last.slopes, signs, inputs)
    gain = np.ones(d) if last is None else last.gain
    errors = patch.bound[0, : units + 1] * np.append(gain, 1.0)
    out = np.empty((len(inputs), plan.units + 1 + d))
    with np.errstate(all="ignore"):  # an infinite value has an infinite bound
        terms = _product(inputs, plan.weights, out[:, : plan.units])
    out[:, plan.units :] = patch.values[:, units:]
    rows = np.empty((2, plan.units + 1 + d))
    values.next_bounds(
        inputs, plan.magnitudes, errors, max(terms + 5, 17), not plan.trusted,
        patch.bound[0, units:], rows,
    )  # fmt: skip
    vmask = np.empty((len(inputs), 2 * plan.words), dtype=np.uint64)
    patch = replace(patch, values=out, vmask=vmask, bound=rows)
    trusted = errors if plan.trusted else errors + np.inf
    undecided = np.empty((1024, 2), dtype=np.int64)
    while True:
        left = values.signs_of_floats(
            out, plan.units, plan.always, vmask, patch.rho, rows,
            plan.weights, trusted, inputs, undecided,
        )  # fmt: skip
        if left <= len(undecided):
            return patch, undecided[:left]
        undecided = np.empty((left, 2), dtype=np.int64)


def _product(inputs: Array, weights: Array, out: Array) -> int:
    """The product inputs weights^T; the number of rounded sums that an entry went through.

    Long sums are cut into blocks, whatever order BLAS takes inside a block: n terms in blocks of b
    are b + n/b sums deep instead of n, and so is the bound on the error.
    """
    size = int(inputs.shape[1])
    if size <= 2 * BLOCK:
        np.matmul(inputs, weights.T, out=out)
        return size
    np.matmul(inputs[:, :BLOCK], weights[:, :BLOCK].T, out=out)
    for first in range(BLOCK, size, BLOCK):
        part = slice(first, first + BLOCK)
        out += inputs[:, part] @ weights[:, part].T
    return BLOCK + -(-size // BLOCK)
