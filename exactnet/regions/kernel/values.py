"""Values of a layer's units at vertices: forward evaluation, signs, activations."""

import numpy as np

from exactnet.regions.kernel.bits import ONE, ZERO, has_bit, has_low_bit, njit
from exactnet.regions.kernel.wide import LIMIT, divide_by_content

ULP = 2.0**-53  # the unit roundoff of float64
FLOOR = 1e-120  # bounds on columns are at least this,
CEILING = 1e120  # and infinite from here on
HOPELESS = 1e16  # so is a factor from here on: as a bound is >= 16 ulp, it exceeds all the values


@njit
def signs_of_integers(integers, units, always, vmask):
    """Write the sign masks of exact values; units in ``always`` count as positive."""
    words = always.shape[0]
    for v in range(integers.shape[0]):
        for word in range(words):
            positive, negative = always[word], ZERO
            for k in range(word * 64, min(units, word * 64 + 64)):
                place = ONE << np.uint64(k & 63)
                if positive & place:
                    continue
                if integers[v, k] > 0:
                    positive |= place
                elif integers[v, k] < 0:
                    negative |= place
            vmask[v, word] = positive
            vmask[v, words + word] = negative


@njit
def signs_of_floats(
    values, units, always, vmask, rho, bound, weights, errors, inputs, undecided
):  # fmt: skip
    """Write the sign masks that the error bounds prove; the number of (vertex, unit) pairs left.

    |stored - true| <= rho[v] bound[0, k]. Where that is not enough, the bound is taken anew from
    the inputs that are not exactly zero: |w| . errors over those, plus rounding: the sum has no
    more than ``size`` rounded terms, the weights one ulp each; 1e-290 is for underflow (n 2^-1074
    HOPELESS at most). A unit all of whose inputs vanish exactly is exactly zero, and no other:
    that a product is 0.0 says nothing. ``weights`` and ``errors`` have a last column for the bias
    times the homogeneous scale; ``undecided`` holds the first pairs left.
    """
    words, size = always.shape[0], inputs.shape[1]
    left = 0
    for v in range(values.shape[0]):
        radius = rho[v]
        for word in range(words):
            positive, negative = always[word], ZERO
            for k in range(word * 64, min(units, word * 64 + 64)):
                place = ONE << np.uint64(k & 63)
                if positive & place:
                    continue
                value = values[v, k]
                if value > radius * bound[0, k]:
                    positive |= place
                elif value < -radius * bound[0, k]:
                    negative |= place
                else:
                    error, size_, live = 0.0, 0.0, False
                    for i in range(size):
                        if inputs[v, i] != 0.0 and weights[k, i] != 0.0:
                            live = True
                            error += abs(weights[k, i]) * errors[i]
                            size_ += abs(weights[k, i] * inputs[v, i])
                    if not live:
                        values[v, k] = 0.0
                        continue
                    limit = 1.000001 * (radius * error + (size + 32) * ULP * size_) + 1e-290
                    if value > limit:
                        positive |= place
                    elif value < -limit:
                        negative |= place
                    else:
                        if left < undecided.shape[0]:
                            undecided[left, 0] = v
                            undecided[left, 1] = k
                        left += 1
            vmask[v, word] = positive
            vmask[v, words + word] = negative
    return left


@njit
def activate_floats(values, units, slopes, vmask, out):
    """The activations of every unit, by sign; the last column of ``out`` is the scale.

    A unit with sign 0 gives exactly 0; a value known to be non-zero is never stored as 0.
    """
    words = vmask.shape[1] // 2
    for v in range(values.shape[0]):
        for k in range(units):
            if has_bit(vmask, v, k):
                result = values[v, k]
            elif has_low_bit(vmask, v, k, words) and slopes[k] != 0.0:
                result = slopes[k] * values[v, k]
            else:
                out[v, k] = 0.0
                continue
            out[v, k] = result if result != 0.0 else 1e-300
        out[v, units] = values[v, units]


@njit
def forward_integers(
    integers, units, slopes, slope_scale, factor, starts, columns, weights, sums, out
):  # fmt: skip
    """Exact pre-activations of the next layer, a primitive vector a vertex; False on overflow.

    ``slopes`` are numerators over ``slope_scale``; the rows of the next layer are sparse:
    ``weights[starts[k] : starts[k+1]]`` at ``columns``, where column ``units`` is the bias.
    ``sums`` is the largest sum of |weights| of a row; ``factor`` multiplies the scale.
    """
    following = starts.shape[0] - 1
    tail = integers.shape[1] - units  # the scale and the coordinates
    active = np.empty(units + 1, np.int64)
    for v in range(integers.shape[0]):
        largest = 0.0
        for k in range(units):
            value = integers[v, k]
            times = slope_scale if value > 0 else slopes[k]
            largest = max(largest, abs(float(value)) * abs(float(times)))
            active[k] = value * times
        scale = integers[v, units] * slope_scale
        largest = max(largest, float(integers[v, units]) * float(slope_scale))
        for i in range(units, integers.shape[1]):
            if abs(float(integers[v, i])) * float(factor) >= LIMIT:
                return False
        if largest * sums >= LIMIT:
            return False
        active[units] = scale
        for k in range(following):
            total = 0
            for i in range(starts[k], starts[k + 1]):
                total += weights[i] * active[columns[i]]
            out[v, k] = total
        for i in range(tail):
            out[v, following + i] = integers[v, units + i] * factor
        divide_by_content(out, v)
    return True


@njit
def next_bounds(inputs, magnitudes, errors, terms, spoiled, last, rows):
    """The error bounds of a layer's units at rho = 1 and, in the second row, one over them.

    ``magnitudes`` (units, inputs) are |W|, ``errors`` those of the inputs, ``terms`` the number of
    ulp that rounding may cost, ``last`` the bounds of the columns after the units. A margin of
    1e-6 covers the rounding of the bounds themselves, FLOOR all underflow. Bounds that are too
    large, or no number, are infinite: so finite ones, and the values that they speak of, are far
    from overflow in ``kernel.locate``.
    """
    units, size = magnitudes.shape
    largest = np.zeros(size)
    for v in range(inputs.shape[0]):
        for i in range(size):
            largest[i] = max(largest[i], abs(inputs[v, i]))
    for k in range(units):
        error, scale = 0.0, 0.0
        for i in range(size):
            error += magnitudes[k, i] * errors[i]
            scale += magnitudes[k, i] * largest[i]
        rows[0, k] = (error + terms * ULP * scale + FLOOR) * 1.000001
        if spoiled or not rows[0, k] < CEILING:
            rows[0, k] = np.inf
    for c in range(last.shape[0]):
        rows[0, units + c] = last[c]
    for c in range(rows.shape[1]):
        rows[1, c] = 1.0 / rows[0, c]


@njit
def ranges(values, units):
    """The largest size of each unit's values."""
    largest = np.zeros(units)
    for v in range(values.shape[0]):
        for k in range(units):
            largest[k] = max(largest[k], abs(values[v, k]))
    return largest


@njit
def largest_share(bound, largest):
    """The largest error bound of a unit as a share of its range."""
    share = 0.0
    for k in range(largest.shape[0]):
        if largest[k] > 0.0 and bound[0, k] / largest[k] > share:
            share = bound[0, k] / largest[k]
    return share


@njit
def unreliable(values, rho, units, share, limit):
    """The finite vertices whose error bounds exceed ``limit`` as a share of a unit's range."""
    found = np.empty(values.shape[0], np.int64)
    count = 0
    for v in range(values.shape[0]):
        if values[v, units] > 0.0 and not rho[v] * share < limit:
            found[count] = v
            count += 1
    return found[:count].copy()
