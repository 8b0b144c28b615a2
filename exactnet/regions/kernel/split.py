"""The splitting of a polyhedral complex by the units of one layer, one unit after the other.

The complex is a face lattice. A face is known by the faces one dimension lower in its boundary and
by two masks: the units that are positive on one of its vertices, and those that are negative on
one. A unit is affine on every face (before this layer's units cut it), so it cuts a face exactly
when the face has both bits: no linear programme. Cutting goes up the dimensions: edges get a new
vertex, and a k-face that is cut gets a new (k-1)-face, bounded by what was new in its boundary and
by what lay on the hyperplane already (so degenerate positions need no perturbation).

Arithmetic happens only at new vertices, and only for units that have both signs on the edge being
cut: every other sign follows from the signs at its ends. The kernel stops, resumably, when arrays
must grow, when the float filter cannot decide a sign, or when a complex has enough cells.
"""

import numpy as np

from exactnet.regions.kernel.bits import ONE, ZERO, has_bit, has_low_bit, inlined, lowest, njit
from exactnet.regions.kernel.columns import (
    ANSWERED,
    CELLS,
    CHILD,
    DIM,
    DIMENSION,
    DONE,
    ENOUGH,
    ENTRIES,
    FACE_COLUMNS,
    FACES,
    FRESH,
    GROW,
    HELP,
    INCONSISTENT,
    INTEGER,
    LENGTH,
    LEVEL,
    MAX_CELLS,
    MIDDLE,
    NEVER,
    ORIGIN,
    OVERFLOW,
    POINTER,
    POOL,
    ROOT_U,
    ROOT_W,
    STAMP,
    START,
    UNDECIDED,
    UNIT,
    UNITS,
    VERTICES,
    ZEROS,
)  # fmt: skip
from exactnet.regions.kernel.locate import choose_frame, locate
from exactnet.regions.kernel.wide import primitive_combination


@inlined
def _push(par, f, fmask, splits, head, entries):
    """Enter a face in the lists of the units after the current one that cut it."""
    words = splits.shape[0]
    unit, levels = par[UNIT], par[DIMENSION] + 1
    dim = entries[0, 0]  # set by the caller
    for word in range(unit >> 6 if unit >= 0 else 0, words):
        cut = fmask[f, word] & fmask[f, words + word] & splits[word]
        if unit >= 0 and word == unit >> 6:
            cut &= ~(((ONE << np.uint64(unit & 63)) - ONE) | (ONE << np.uint64(unit & 63)))
        while cut != ZERO:
            j = word * 64 + lowest(cut)
            cut &= cut - ONE
            entry = par[ENTRIES]
            par[ENTRIES] = entry + 1
            entries[entry, 0] = f
            entries[entry, 1] = head[j * levels + dim]
            head[j * levels + dim] = entry


@inlined
def enter(par, f, fi, fmask, splits, head, entries):
    """As ``_push``; entry 0 of the list is a scratch cell."""
    entries[0, 0] = fi[f, DIM]
    _push(par, f, fmask, splits, head, entries)


@inlined
def _gather(f, fi, fmask, vmask, pool):
    """The masks of a face from those of its boundary."""
    start, length = fi[f, START], fi[f, LENGTH]
    columns = fmask.shape[1]
    words = columns // 2
    if fi[f, DIM] == 1:
        u, w = pool[start], pool[start + 1]
        for c in range(columns):
            fmask[f, c] = vmask[u, c] | vmask[w, c]
        return
    for word in range(words):
        positive, negative = ZERO, ZERO
        for i in range(start, start + length):
            g = pool[i]
            positive |= fmask[g, word]
            negative |= fmask[g, words + word]
        fmask[f, word] = positive
        fmask[f, words + word] = negative


@inlined
def _settle(x, values, vmask, splits):
    """Give every stored value the sign that is known; the truth is no further away.

    A value on the wrong side becomes 1e-300 of the right one, nearer than any bound: those are at
    least FLOOR.
    """
    words = splits.shape[0]
    for word in range(words):
        rest = splits[word]
        while rest != ZERO:
            low = rest & (~rest + ONE)
            rest &= ~low
            k = word * 64 + lowest(low)
            if vmask[x, word] & low:
                if not values[x, k] > 0.0:
                    values[x, k] = 1e-300
            elif vmask[x, words + word] & low:
                if not values[x, k] < 0.0:
                    values[x, k] = -1e-300
            else:
                values[x, k] = 0.0


@inlined
def _split_edge(
    par, e, vmask, fmask, fi, pool, values, integers, rho, bound, splits, touched, answer, origin,
    frames, zeros, room,
):  # fmt: skip
    """Cut an edge by the current unit; DONE, or why not (then nothing has changed)."""
    j, words = par[UNIT], splits.shape[0]
    start = fi[e, START]
    u, w = pool[start], pool[start + 1]
    if has_bit(vmask, u, j):
        u, w = w, u
    x, ru, rw = par[VERTICES], fi[e, ROOT_U], fi[e, ROOT_W]
    if par[INTEGER] == 1:
        if not primitive_combination(integers, x, ru, rw, j):
            return OVERFLOW
    elif par[ANSWERED] != e:
        locate(x, e, j, fi, frames, values, rho, bound, zeros, room)
    for word in range(words):
        positive = vmask[u, word] | vmask[w, word]
        negative = vmask[u, words + word] | vmask[w, words + word]
        both = positive & negative
        positive &= ~both
        negative &= ~both
        own = ZERO
        if word == j >> 6:
            own = ONE << np.uint64(j & 63)
        rest = both & ~own
        if par[ANSWERED] == e:
            positive |= rest & answer[word]
            negative |= rest & answer[words + word]
        else:
            while rest != ZERO:
                low = rest & (~rest + ONE)
                k = word * 64 + lowest(rest)
                rest &= ~low
                if par[INTEGER] == 1:
                    if integers[x, k] > 0:
                        positive |= low
                    elif integers[x, k] < 0:
                        negative |= low
                elif abs(values[x, k]) > rho[x] * bound[0, k]:
                    if values[x, k] > 0.0:
                        positive |= low
                    else:
                        negative |= low
                else:
                    par[HELP] = e
                    return UNDECIDED
        vmask[x, word] = positive
        vmask[x, words + word] = negative
        touched[word] |= splits[word] & ~(positive | negative | own)
    if par[INTEGER] == 0:
        _settle(x, values, vmask, splits)
        scale = par[UNITS]  # the column that is 0 at infinity, and nowhere else
        if values[u, scale] == 0.0 and values[w, scale] == 0.0:
            values[x, scale] = 0.0
        elif not values[x, scale] > 0.0:
            values[x, scale] = 1e-300
    par[VERTICES] = x + 1
    origin[x] = fi[e, ORIGIN]
    f = par[FACES]
    par[FACES] = f + 1
    free = par[POOL]
    par[POOL] = free + 2
    for c in range(FACE_COLUMNS):
        fi[f, c] = fi[e, c]
    fi[f, START] = free
    pool[start], pool[start + 1] = u, x
    pool[free], pool[free + 1] = w, x
    fi[e, CHILD], fi[e, MIDDLE], fi[e, STAMP] = f, x, j
    _gather(e, fi, fmask, vmask, pool)
    _gather(f, fi, fmask, vmask, pool)
    return DONE


@inlined
def _sort_boundary(par, f, vmask, fmask, fi, pool, touched, scratch):
    """Sort the boundary of a cut face into below, above and on the hyperplane, in scratch.

    Returns the three counts; -1 when scratch is too small.
    """
    j, third = par[UNIT], scratch.shape[0] // 3
    below, above, on = 0, third, 2 * third
    edges = fi[f, DIM] == 2
    words = fmask.shape[1] // 2
    scan = (touched[j >> 6] >> np.uint64(j & 63)) & ONE != ZERO
    start = fi[f, START]
    for i in range(start, start + fi[f, LENGTH]):
        if below + 2 > third or above + 2 > 2 * third or on + 2 > 3 * third:
            return -1, 0, 0
        g = pool[i]
        if fi[g, STAMP] == j:
            scratch[below] = g
            scratch[above] = fi[g, CHILD]
            scratch[on] = fi[g, MIDDLE]
            below, above, on = below + 1, above + 1, on + 1
        elif has_bit(fmask, g, j):
            scratch[above] = g
            above += 1
        else:
            scratch[below] = g
            below += 1
            if not scan:
                continue
            for i2 in range(fi[g, START], fi[g, START] + fi[g, LENGTH]):
                h = pool[i2]
                masks = vmask if edges else fmask
                if has_bit(masks, h, j) or has_low_bit(masks, h, j, words):
                    continue
                known = False
                for i3 in range(2 * third, on):
                    known |= scratch[i3] == h
                if not known:
                    if on + 2 > 3 * third:
                        return -1, 0, 0
                    scratch[on] = h
                    on += 1
    return below, above - third, on - 2 * third


@inlined
def _store(f, members, count, extra, fi, pool, par):
    """Give a face its boundary: ``members`` and, unless -1, one more."""
    size = count + (1 if extra >= 0 else 0)
    if size > fi[f, LENGTH]:
        fi[f, START] = par[POOL]
        par[POOL] += size
    start = fi[f, START]
    for i in range(count):
        pool[start + i] = members[i]
    if extra >= 0:
        pool[start + count] = extra
    fi[f, LENGTH] = size


@inlined
def _split_face(par, f, vmask, fmask, fi, pool, touched, scratch):
    """Cut a face of dimension >= 2 whose boundary is cut already."""
    below, above, on = _sort_boundary(par, f, vmask, fmask, fi, pool, touched, scratch)
    if below < 0:
        return GROW
    dim, j, third = np.int64(fi[f, DIM]), par[UNIT], scratch.shape[0] // 3
    if on < dim or (dim == 2 and on != 2) or below < dim - 1 or above < dim - 1:
        return INCONSISTENT
    child, middle = par[FACES], par[FACES] + 1
    par[FACES] += 2
    for c in range(FACE_COLUMNS):
        fi[child, c] = fi[f, c]
        fi[middle, c] = fi[f, c]
    fi[child, LENGTH] = 0
    fi[middle, LENGTH] = 0
    fi[middle, DIM] = dim - 1
    fi[middle, ZEROS + np.int64(fi[fi[f, ORIGIN], DIM]) - dim] = j
    fi[middle, STAMP] = NEVER
    _store(middle, scratch[2 * third :], on, -1, fi, pool, par)
    _store(f, scratch, below, middle, fi, pool, par)
    _store(child, scratch[third:], above, middle, fi, pool, par)
    if dim == 2:
        fi[middle, ROOT_U] = pool[fi[middle, START]]
        fi[middle, ROOT_W] = pool[fi[middle, START] + 1]
    fi[f, CHILD], fi[f, MIDDLE], fi[f, STAMP] = child, middle, j
    _gather(middle, fi, fmask, vmask, pool)
    _gather(f, fi, fmask, vmask, pool)
    _gather(child, fi, fmask, vmask, pool)
    if dim == par[DIMENSION]:
        par[CELLS] += 1
    return DONE


@njit
def split_by_units(
    par, vmask, fmask, fi, pool, values, integers, rho, bound,
    head, entries, splits, touched, scratch, answer, origin, frames,
):  # fmt: skip
    """Cut the complex by the units from ``par[UNIT]`` on; returns why it stopped.

    ``values`` (float64) or ``integers`` (int64) hold one row a vertex: a value for every unit of
    the layer, then the homogeneous scale and the coordinates. ``head`` and ``entries`` are lists,
    by unit and dimension, of the faces that a unit cuts. Call again after GROW (with larger
    arrays), UNDECIDED (with ``answer``) or ENOUGH (with a smaller complex).
    """
    levels = par[DIMENSION] + 1
    zeros, room = np.empty(6, np.int64), np.empty((4, 6, 6))
    while par[UNIT] < par[UNITS]:
        j = par[UNIT]
        while par[LEVEL] < levels:
            slot = j * levels + par[LEVEL]
            if par[POINTER] == FRESH:
                par[POINTER] = head[slot]
            while par[POINTER] > 0:
                f = entries[par[POINTER], 0]
                if has_bit(fmask, f, j) and has_low_bit(fmask, f, j, splits.shape[0]):
                    if (
                        par[VERTICES] + 1 > vmask.shape[0]
                        or par[FACES] + 2 > fi.shape[0]
                        or par[POOL] + scratch.shape[0] + 8 > pool.shape[0]
                        or par[ENTRIES] + 3 * par[UNITS] > entries.shape[0]
                    ):
                        return GROW
                    if par[LEVEL] == 1:
                        code = _split_edge(
                            par, f, vmask, fmask, fi, pool, values, integers, rho, bound,
                            splits, touched, answer, origin, frames, zeros, room,
                        )  # fmt: skip
                        if code != DONE:
                            return code
                        par[ANSWERED] = -1
                        par[CELLS] += 1 if levels == 2 else 0
                        enter(par, fi[f, CHILD], fi, fmask, splits, head, entries)
                    else:
                        code = _split_face(par, f, vmask, fmask, fi, pool, touched, scratch)
                        if code != DONE:
                            return code
                        enter(par, fi[f, CHILD], fi, fmask, splits, head, entries)
                        enter(par, fi[f, MIDDLE], fi, fmask, splits, head, entries)
                par[POINTER] = entries[par[POINTER], 1]
            par[LEVEL] += 1
            par[POINTER] = FRESH
        par[UNIT] = j + 1
        par[LEVEL] = 1
        if par[CELLS] > par[MAX_CELLS] and j + 1 < par[UNITS]:
            return ENOUGH
    return DONE


@njit
def prepare_lists(
    par, vmask, fmask, fi, pool, head, entries, splits, unit, frames, values, candidates
):  # fmt: skip
    """Gather the masks of every face, lowest dimensions first, and enter all in the lists.

    Faces come in order of dimension; ``unit`` is the last unit that has cut already (-1: none).
    False if ``entries`` is too small (then call again).
    """
    first = par[UNIT]
    par[UNIT] = unit
    par[ENTRIES] = 1
    known, trial = np.zeros((6, 8)), np.empty(8)
    for slot in range(head.shape[0]):
        head[slot] = 0
    for f in range(par[FACES]):
        if par[ENTRIES] + par[UNITS] > entries.shape[0]:
            par[UNIT] = first
            return False
        _gather(f, fi, fmask, vmask, pool)
        before = par[ENTRIES]
        enter(par, f, fi, fmask, splits, head, entries)
        if par[INTEGER] == 0 and (par[ENTRIES] > before or fi[f, DIM] < par[DIMENSION]):
            choose_frame(f, fi, pool, frames, values, par[UNITS], candidates, known, trial)
    par[UNIT] = first
    return True
