"""Affine functions of cells in 64-bit integers."""

import numpy as np

from exactnet.regions.kernel.bits import njit
from exactnet.regions.kernel.wide import LIMIT, divide_by_content


@njit
def compose_integers(
    current, active, units, width, slopes, slope_scale, scale,
    starts, columns, weights, sums, out,
):  # fmt: skip
    """The next layer's pre-activations on every cell; False when a number could overflow.

    A row of ``current`` is the units' forms, ``width`` entries each, and a common scale; the forms
    are over (x, 1). ``active`` says which units are on; see ``values.forward_integers``.
    """
    following = starts.shape[0] - 1
    forms = np.empty((units + 1, width), np.int64)
    for cell in range(current.shape[0]):
        largest = 0.0
        for k in range(units):
            factor = slope_scale if active[cell, k] else slopes[k]
            for c in range(width):
                value = current[cell, k * width + c]
                largest = max(largest, abs(float(value)) * abs(float(factor)))
                forms[k, c] = value * factor
        common = current[cell, units * width]
        largest = max(largest, float(common) * float(slope_scale))
        if largest * sums >= LIMIT or float(common) * float(slope_scale) * float(scale) >= LIMIT:
            return False
        for c in range(width):
            forms[units, c] = 0
        forms[units, width - 1] = common * slope_scale
        for k in range(following):
            for c in range(width):
                total = 0
                for i in range(starts[k], starts[k + 1]):
                    total += weights[i] * forms[columns[i], c]
                out[cell, k * width + c] = total
        out[cell, following * width] = common * slope_scale * scale
        divide_by_content(out, cell)
    return True
