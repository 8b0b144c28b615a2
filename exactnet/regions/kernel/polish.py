"""Accurate vertices anew from the weights, where error bounds have grown through many layers.

A vertex is where d hyperplanes meet: facets of the domain, and units that vanish there. Their forms
on a cell around it are computed from the weights, with error bounds that know nothing of how the
vertex came about; so are the forms of the last layer's units, hence their values at the vertex.

Error bound. If the stored forms A of one layer are within e_j of the true ones (every entry), those
of the next, Z_k = sum_j W_kj A_j, are within e'_k = sum_j |W_kj| (e_j + (n+3) ulp max|A_j|). With
G x + c = 0 the d chosen forms, R an approximate inverse of G, q = |G x + c| + e (1 + sum|x|) and
tau >= |I - R G*| <= 1/2, the vertex is within delta = max(|R| q) / (1 - tau) of the computed x, and
form k is off by at most |Z_k R| q + delta tau sum|Z_k| + e_k (1 + sum|x|) + delta d e_k + rounding.
The proof is that of ``kernel.locate``, with G for M; so is what TINY is for, and why nothing
overflows: forms and their errors are below CEILING, errors at least FLOOR, or nothing is claimed.

The values stored are those at x times s = 1 / w(x), w the weight of the domain. If w is within off
of the true one, s is within s stretch of the true s, stretch = 1.02 off / w for off / w < 0.01; so
s x_c is off by at most s (1.02 delta + stretch |x_c|), and s times the value of form k by at most s
(1.02 error + stretch |value|), to which the rounding of these products adds an ulp each.
"""

from math import inf

import numpy as np

from exactnet.regions.kernel.bits import njit
from exactnet.regions.kernel.locate import TINY, invert
from exactnet.regions.kernel.values import CEILING, FLOOR, HOPELESS, ULP

MAX_FORMS = 64


@njit
def _bit(history, row, bit):
    return (history[row, bit >> 6] >> np.uint64(bit & 63)) & np.uint64(1) != np.uint64(0)


@njit
def _next_forms(weights, first, units, inputs, rows, errors, d, out, out_errors):
    """Forms and error bounds of one layer's units from those of its inputs, which are < 0 for 0.

    FLOOR covers underflow; what is as large as CEILING, or no number, has no bound.
    """
    for k in range(units):
        at = first + k * (inputs + 1)
        total = abs(weights[at + inputs])
        slack = 0.0
        for c in range(d + 1):
            out[k, c] = 0.0
        out[k, d] = weights[at + inputs]
        for j in range(inputs):
            w = weights[at + j]
            if w != 0.0 and errors[j] >= 0.0:
                size = 0.0
                for c in range(d + 1):
                    out[k, c] += w * rows[j, c]
                    size = max(size, abs(rows[j, c]))
                slack += abs(w) * errors[j]
                total += abs(w) * size
        out_errors[k] = 1.000001 * (slack + (inputs + 4) * ULP * total) + FLOOR
        size = out_errors[k]
        for c in range(d + 1):
            size += abs(out[k, c])
        if not size < CEILING:
            out_errors[k] = inf


@njit
def _choose(forms, count, d, work, chosen):
    """d of the forms, well conditioned: elimination with complete pivoting. False if dependent."""
    for i in range(count):
        largest = 0.0
        for c in range(d):
            largest = max(largest, abs(forms[i, c]))
        for c in range(d):
            work[i, c] = forms[i, c] / largest if largest > 0.0 else 0.0
    used = np.zeros(MAX_FORMS, np.bool_)
    done = np.zeros(8, np.bool_)
    for step in range(d):
        best, row, column = 0.0, -1, -1
        for i in range(count):
            for c in range(d):
                if not used[i] and not done[c] and abs(work[i, c]) > best:
                    best, row, column = abs(work[i, c]), i, c
        if row < 0:
            return False
        used[row], done[column], chosen[step] = True, True, row
        for i in range(count):
            factor = work[i, column] / work[row, column]
            if not used[i] and factor != 0.0:
                for c in range(d):
                    work[i, c] -= factor * work[row, c]
    return True


@njit
def _meet(forms, errors, chosen, d, x, system, work, inverse, shift):
    """The common zero of d forms in x, with q in ``shift``; (delta, tau), delta inf if unproven."""
    for a in range(d):
        for c in range(d):
            system[a, c] = work[a, c] = forms[chosen[a], c]
    if not invert(work, inverse, d):
        return inf, inf
    reach = 1.0
    for c in range(d):
        x[c] = 0.0
        for a in range(d):
            x[c] -= inverse[c, a] * forms[chosen[a], d]
        reach += abs(x[c])
    delta, tau = 0.0, 0.0
    for a in range(d):
        residual = forms[chosen[a], d]
        size = abs(residual)
        for c in range(d):
            residual += system[a, c] * x[c]
            size += abs(system[a, c] * x[c])
        shift[a] = abs(residual) + (d + 3) * ULP * size + errors[chosen[a]] * reach
    for c in range(d):
        move, row = 0.0, 0.0
        for a in range(d):
            move += abs(inverse[c, a]) * shift[a]
            row += d * abs(inverse[c, a]) * errors[chosen[a]]
        for b in range(d):
            entry = -1.0 if b == c else 0.0
            size = abs(entry)
            for a in range(d):
                entry += inverse[c, a] * system[a, b]
                size += abs(inverse[c, a] * system[a, b])
            row += abs(entry) + (d + 3) * ULP * size
        if not (row <= 0.5 and move < inf):
            return inf, row
        delta, tau = max(delta, move), max(tau, row)
    return delta / (1.0 - tau), tau


@njit
def _scale(x, d, delta, measures):
    """The homogeneous scale of the point x, and a bound on its relative error."""
    weight, off = 0.0, 0.0
    for i in range(measures.shape[0]):
        value, size, slope = measures[i, d], abs(measures[i, d]), 0.0
        for c in range(d):
            value += measures[i, c] * x[c]
            size += abs(measures[i, c] * x[c])
            slope += abs(measures[i, c])
        weight += abs(value)
        off += slope * delta + (d + 6) * ULP * size
    return 1.0 / weight, 1.000001 * (off / weight + 8 * ULP)


@njit
def _rewrite(
    v, d, units, forms, errors, x, delta, tau, inverse, shift, measures, values, rho, bound
):
    """Store the values at x if their error bound is better than the one at hand."""
    scale, stretch = _scale(x, d, delta, measures)
    if not stretch < 0.01:
        return
    stretch *= 1.02
    reach = 1.0
    for c in range(d):
        reach += abs(x[c])
    ratio = scale * stretch * bound[1, units]
    for c in range(d):
        off = 1.02 * delta + stretch * abs(x[c]) + 2 * ULP * reach
        ratio = max(ratio, scale * off * bound[1, units + 1 + c])
    for k in range(units):
        size, sensitive, total = abs(forms[k, d]), 0.0, 0.0
        for c in range(d):
            size += abs(forms[k, c] * x[c])
            total += abs(forms[k, c])
        for a in range(d):
            along = 0.0
            for c in range(d):
                along += forms[k, c] * inverse[c, a]
            sensitive += abs(along) * shift[a]
        error = sensitive + delta * ((tau + TINY) * total + d * errors[k])
        error += errors[k] * reach + (d + 3) * ULP * size
        if bound[1, k] > 0.0:  # nothing is claimed of the others
            part = scale * (1.02 * error + stretch * size) * bound[1, k]
            if not part < HOPELESS:
                return
            ratio = max(ratio, part)
    ratio = 1.0 + 1.000001 * ratio
    if not (ratio < rho[v] and ratio < HOPELESS):
        return
    rho[v] = ratio
    values[v, units] = scale
    for k in range(units):
        value = forms[k, d]
        for c in range(d):
            value += forms[k, c] * x[c]
        values[v, k] = value * scale
    for c in range(d):
        values[v, units + 1 + c] = x[c] * scale


@njit
def polish(
    vertices, owners, vhist, fhist, facets, measures, layers, sizes, weights, slopes, carried,
    values, rho, bound,
):  # fmt: skip
    """Improve the stored values at some vertices after ``layers`` layers.

    ``owners`` are cells around the vertices; ``facets`` and ``measures`` the domain's forms;
    ``sizes`` the number of inputs and of units of every layer; ``weights`` all matrices (W | b),
    ``slopes`` all left slopes and ``carried`` all identity units, one after the other.
    """
    d, half = sizes[0], vhist.shape[1] // 2
    widest = 0
    for layer in range(layers + 1):
        widest = max(widest, sizes[layer])
    rows, following = np.empty((widest, d + 1)), np.empty((widest, d + 1))
    errors, out_errors = np.empty(widest), np.empty(widest)
    forms, limits = np.empty((MAX_FORMS, d + 1)), np.empty(MAX_FORMS)
    work, chosen = np.empty((MAX_FORMS, 8)), np.zeros(8, np.int64)
    x, shift = np.empty(8), np.empty(8)
    system, square, inverse = np.empty((6, 6)), np.empty((6, 6)), np.empty((6, 6))
    for i in range(vertices.shape[0]):
        v, cell, count = vertices[i], owners[i], 0
        for k in range(facets.shape[0]):
            if not _bit(vhist, v, k) and not _bit(vhist, v, k + 64 * half):
                for c in range(d + 1):
                    forms[count, c] = facets[k, c]
                size = 0.0
                for c in range(d + 1):
                    size += abs(facets[k, c])
                limits[count] = FLOOR + ULP * size
                count += 1 if size < CEILING else 0
        for j in range(d):
            errors[j] = 0.0
            for c in range(d + 1):
                rows[j, c] = 1.0 if c == j else 0.0
        first, unit, bit = 0, 0, facets.shape[0]
        for layer in range(layers):
            inputs, units = sizes[layer], sizes[layer + 1]
            _next_forms(weights, first, units, inputs, rows, errors, d, following, out_errors)
            first += units * (inputs + 1)
            for k in range(units):
                if (
                    not carried[unit + k]
                    and count < MAX_FORMS
                    and out_errors[k] < inf
                    and not _bit(vhist, v, bit + k)
                    and not _bit(vhist, v, bit + k + 64 * half)
                ):
                    for c in range(d + 1):
                        forms[count, c] = following[k, c]
                    limits[count] = out_errors[k]
                    count += 1
                if layer + 1 < layers:
                    on = _bit(fhist, cell, bit + k)
                    slope = 1.0 if on else slopes[unit + k]
                    errors[k] = abs(slope) * out_errors[k]
                    if slope == 0.0:
                        errors[k] = -1.0  # exactly zero: skipped
                    for c in range(d + 1):
                        rows[k, c] = slope * following[k, c]
                        if slope not in (1.0, -1.0, 0.0):
                            errors[k] = max(
                                errors[k],
                                abs(slope) * (out_errors[k] + 4 * ULP * abs(following[k, c]))
                                + FLOOR,
                            )
            unit += units
            bit += units
        if not _choose(forms, count, d, work, chosen):
            continue
        delta, tau = _meet(forms, limits, chosen, d, x, system, square, inverse, shift)
        if delta < inf:
            _rewrite(
                v, d, sizes[layers], following, out_errors, x, delta, tau, inverse, shift,
                measures, values, rho, bound,
            )  # fmt: skip
