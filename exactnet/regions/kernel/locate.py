"""Float values at a new vertex, with a proven error bound that does not compound within a layer.

Inside a k-face of the layer's start all units are affine, so they are known from their values at
k+1 affinely independent vertices of it, its frame: value = v_0 + sum_i beta_i (v_i - v_0). A new
vertex is where k units vanish: M beta = -v_0 with M_zi = (v_i - v_0)_z, a k x k system.

Error bound. Stored values at the frame are v = v* + e with |e_k| <= rho E_k, and E_k >= 16 ulp
max|v_k|. With barycentric coordinates l of the computed point (l_0 = 1 - sum beta, L = sum |l|),
its true values differ from the stored ones by at most rho L E_k + rounding, rounding <=
(k+3)(1+2L)/16 E_k; so its true values of the k units are at most q_z = |residual_z| + (rho L +
rounding) E_z. Let R be an approximate inverse of M and tau >= |I - R M*| by row sums (M* the true
matrix: its entries are off by at most 2.2 rho E_z). If tau <= 1/2, M* is invertible, the true zero
is the computed beta + w with w = -R F + (I - R M*) w, where F, the true values, has |F| <= q. So
|w| <= delta = max(|R| q) / (1 - tau), and moving to the true zero changes unit k by at most |D_k R|
q + delta (tau sum|D_k| + 2.2 k rho E_k), D_k the differences along the frame. Otherwise no bound is
claimed (rho = inf).

Rounding in the bound itself. A computed entry of I - R M is off by at most (k+1) ulp of the sum of
its terms' sizes, the 1 among them, which 2e-15 covers for k <= 6 with twice to spare. The computed
D_k R is off by at most (k+1) ulp |D_k| |R|, which with |R| q <= delta changes unit k by at most
(k+1) ulp delta sum|D_k|: TINY is more. Everything else is a sum of less than 100 positive terms:
1.000001 is more. Stored values above max|v_k| (up to rho E_k: a patch may start within a layer)
make rounding larger by ulps of rho L E_k, which that margin covers too.

Underflow and overflow. A finite E_k is between FLOOR and CEILING, so tau <= 1/2 makes |R| < 1 /
FLOOR, and |v_k| < CEILING / 16 ulp; a finite rho is below HOPELESS and at least L. So no product is
out of range but of terms that are bounds, where infinity is right, and what underflows, 2^-1074 at
a time, stays below 1e-40 E_k in the end: (k+2) would do in ``rounding``. Comparisons are written so
that one with NaN, which is no bound, fails.
"""

from math import inf

import numpy as np

from exactnet.regions.kernel.bits import inlined, njit
from exactnet.regions.kernel.columns import DIM, LENGTH, ORIGIN, START, ZEROS
from exactnet.regions.kernel.values import HOPELESS

TINY = 1e-13  # more than what rounding costs in D R (see above)


@inlined
def _residual(v, base, known, count, values, first, out):
    """v - base without its components along ``known`` (orthonormal): written to out; its norm."""
    size = values.shape[1] - first
    for c in range(size):
        out[c] = values[v, first + c] - values[base, first + c]
    for a in range(count):
        along = 0.0
        for c in range(size):
            along += out[c] * known[a, c]
        for c in range(size):
            out[c] -= along * known[a, c]
    norm = 0.0
    for c in range(size):
        norm += out[c] * out[c]
    return norm**0.5


@njit
def _extend_frame(f, count, candidates, many, frames, values, first, known, trial):
    """Add to a frame of ``count`` vertices the candidate farthest from their affine hull."""
    best, farthest = candidates[0], -1.0
    for i in range(many):
        norm = _residual(candidates[i], frames[f, 0], known, count - 1, values, first, trial)
        if norm > farthest:
            best, farthest = candidates[i], norm
    frames[f, count] = best
    if farthest > 0.0:
        _residual(best, frames[f, 0], known, count - 1, values, first, trial)
        for c in range(values.shape[1] - first):
            known[count - 1, c] = trial[c] / farthest


@njit
def choose_frame(f, fi, pool, frames, values, first, candidates, known, trial):
    """Vertices of a face that span it, well apart; ``first`` is where coordinates start.

    ``candidates``, ``known`` (6, 8) and ``trial`` (8) are room to work in.

    Which ones is a matter of accuracy only: dependent ones would give no bound, never a wrong one.
    """
    start, length, dim = fi[f, START], fi[f, LENGTH], np.int64(fi[f, DIM])
    if dim == 1:
        frames[f, 0], frames[f, 1] = pool[start], pool[start + 1]
        return
    known[:] = 0.0
    many = 0
    for i in range(start, start + length):
        for c in range(fi[pool[i], DIM] + 1):
            if many < candidates.shape[0]:
                candidates[many] = frames[pool[i], c]
                many += 1
    frames[f, 0] = candidates[0]
    given = 1
    if dim > 2:  # keep the frame of the first facet
        given = dim
        for c in range(dim):
            frames[f, c] = frames[pool[start], c]
        for c in range(1, dim):
            norm = _residual(frames[f, c], frames[f, 0], known, c - 1, values, first, trial)
            if norm > 0.0:
                for k in range(values.shape[1] - first):
                    known[c - 1, k] = trial[k] / norm
    for count in range(given, dim + 1):
        _extend_frame(f, count, candidates, many, frames, values, first, known, trial)


@njit
def invert(matrix, inverse, size):
    """An approximate inverse by Gauss-Jordan with row pivoting; ``matrix`` is destroyed."""
    for a in range(size):
        for b in range(size):
            inverse[a, b] = 1.0 if a == b else 0.0
    for c in range(size):
        best = c
        for a in range(c + 1, size):
            if abs(matrix[a, c]) > abs(matrix[best, c]):
                best = a
        if matrix[best, c] == 0.0:
            return False
        for b in range(size):
            matrix[c, b], matrix[best, b] = matrix[best, b], matrix[c, b]
            inverse[c, b], inverse[best, b] = inverse[best, b], inverse[c, b]
        pivot = matrix[c, c]
        for b in range(size):
            matrix[c, b] /= pivot
            inverse[c, b] /= pivot
        for a in range(size):
            factor = matrix[a, c]
            if a != c and factor != 0.0:
                for b in range(size):
                    matrix[a, b] -= factor * matrix[c, b]
                    inverse[a, b] -= factor * inverse[c, b]
    return True


@njit
def _solve(frame, zeros, size, values, radius, bound, beta, inverse, shift, system, work):
    """Barycentric coordinates, R, q, and (spread L, rounding, delta, tau); delta inf: no proof."""
    base = frame[0]
    for a in range(size):
        for i in range(size):
            system[a, i] = values[frame[i + 1], zeros[a]] - values[base, zeros[a]]
            work[a, i] = system[a, i]
    if not invert(work, inverse, size):
        return 0.0, 0.0, inf, inf
    rest, spread = 1.0, 0.0
    for i in range(size):
        beta[i] = 0.0
        for a in range(size):
            beta[i] -= inverse[i, a] * values[base, zeros[a]]
        rest -= beta[i]
        spread += abs(beta[i])
    spread = (spread + abs(rest)) * 1.000001
    rounding = (size + 3) * (1.0 + 2.0 * spread) / 16.0
    for a in range(size):
        residual = values[base, zeros[a]]
        for b in range(size):
            residual += system[a, b] * beta[b]
        shift[a] = abs(residual) + (radius * spread + rounding) * bound[0, zeros[a]]
    delta, tau = 0.0, 0.0
    for i in range(size):
        move, row = 0.0, 0.0
        for a in range(size):
            move += abs(inverse[i, a]) * shift[a]
            row += size * abs(inverse[i, a]) * 2.2 * radius * bound[0, zeros[a]]
        for b in range(size):
            entry = -1.0 if i == b else 0.0
            magnitude = abs(entry)
            for a in range(size):
                entry += inverse[i, a] * system[a, b]
                magnitude += abs(inverse[i, a] * system[a, b])
            row += abs(entry) + 2e-15 * magnitude
        if not (row <= 0.5 and move < inf):
            return spread, rounding, inf, row
        delta, tau = max(delta, move), max(tau, row)
    return spread, rounding, delta / (1.0 - tau), tau


@inlined
def _claim(x, factor, rho):
    """Store an error factor; none at all if it is too large, or no number."""
    rho[x] = factor if factor < HOPELESS else inf


@inlined
def _spoil(x, base, values, rho):
    """Claim nothing about the values at a vertex."""
    rho[x] = inf
    for k in range(values.shape[1]):
        values[x, k] = values[base, k]


@njit
def _locate_in(x, frame, zeros, size, values, rho, bound, scratch):
    beta, shift, difference = scratch[0, 0], scratch[0, 1], scratch[0, 2]
    inverse, system, work = scratch[1], scratch[2], scratch[3]
    base, radius = frame[0], rho[frame[0]]
    for i in range(size):
        radius = max(radius, rho[frame[i + 1]])
    spread, rounding, delta, tau = _solve(
        frame, zeros, size, values, radius, bound, beta, inverse, shift, system, work
    )
    if not delta < inf:
        _spoil(x, base, values, rho)
        return
    slack, ratio = delta * (tau + TINY), 0.0
    for k in range(values.shape[1]):
        origin = values[base, k]
        value, total = origin, 0.0
        for i in range(size):
            step = values[frame[i + 1], k] - origin
            difference[i] = step
            value += beta[i] * step
            total += abs(step)
        values[x, k] = value
        change = slack * total
        for a in range(size):
            sensitivity = 0.0
            for i in range(size):
                sensitivity += difference[i] * inverse[i, a]
            change += abs(sensitivity) * shift[a]
        if bound[1, k] > 0.0:  # nothing is claimed of the others
            ratio = max(ratio, change * bound[1, k])
    _claim(x, 1.000001 * (radius * spread + rounding + ratio + 2.2 * size * delta * radius), rho)


@njit
def _locate_in_polygon(x, frame, zeros, values, rho, bound, scratch):
    """The case k = 2 of ``_locate_in``, with the loops written out."""
    beta, shift = scratch[0, 0], scratch[0, 1]
    inverse, system, work = scratch[1], scratch[2], scratch[3]
    base, one, two = frame[0], frame[1], frame[2]
    radius = max(rho[base], rho[one], rho[two])
    spread, rounding, delta, tau = _solve(
        frame, zeros, 2, values, radius, bound, beta, inverse, shift, system, work
    )
    if not delta < inf:
        _spoil(x, base, values, rho)
        return
    slack, ratio = delta * (tau + TINY), 0.0
    b0, b1, s0, s1 = beta[0], beta[1], shift[0], shift[1]
    r00, r01, r10, r11 = inverse[0, 0], inverse[0, 1], inverse[1, 0], inverse[1, 1]
    for k in range(values.shape[1]):
        origin = values[base, k]
        first, second = values[one, k] - origin, values[two, k] - origin
        values[x, k] = origin + b0 * first + b1 * second
        change = slack * (abs(first) + abs(second))
        change += abs(first * r00 + second * r10) * s0 + abs(first * r01 + second * r11) * s1
        if bound[1, k] > 0.0:
            ratio = max(ratio, change * bound[1, k])
    _claim(x, 1.000001 * (radius * spread + rounding + ratio + 4.4 * delta * radius), rho)


@inlined
def _interpolate(x, u, w, j, values, rho, bound):
    """The case k = 1 on the edge between two vertices, whose values at j have opposite signs.

    The true zero is between them, so there (and not at the computed point only) the errors at the
    ends enter with weights that are >= 0 and add up to 1: unit k is off by at most worst E_k +
    |D_k| |t - t*| + rounding. The true value of unit j at t is at most (worst + rounding) E_j, and
    rounding, that of t included, is less than 3/4; the true |D_j| is at least total * stay.
    """
    a, b = abs(values[u, j]), abs(values[w, j])
    worst, total = max(rho[u], rho[w]), a + b
    if not (worst < inf and bound[0, j] < inf and total >= 8.0 * worst * bound[0, j]):
        _spoil(x, u, values, rho)
        return
    t, ratio = a / total, 0.0
    for k in range(values.shape[1]):
        difference = values[w, k] - values[u, k]
        values[x, k] = values[u, k] + t * difference
        if bound[1, k] > 0.0:
            ratio = max(ratio, abs(difference) * bound[1, k])
    loss = bound[0, j] / total
    stay = 1.0 - 2.2 * worst * loss
    _claim(x, 1.000001 * (worst + 0.75 + (worst + 0.75) * loss * ratio / stay), rho)


@njit
def locate(x, e, j, fi, frames, values, rho, bound, zeros, scratch):
    """Values and error factor at the vertex x in which unit j cuts edge e."""
    start = fi[e, ORIGIN]
    size = np.int64(fi[start, DIM])
    if size == 1:
        _interpolate(x, frames[start, 0], frames[start, 1], j, values, rho, bound)
        return
    for a in range(size - 1):
        zeros[a] = fi[e, ZEROS + a]
    zeros[size - 1] = j
    if size == 2:
        _locate_in_polygon(x, frames[start], zeros, values, rho, bound, scratch)
        return
    _locate_in(x, frames[start], zeros, size, values, rho, bound, scratch)
