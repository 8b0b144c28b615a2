"""Taking some cells of a complex, with all their faces, as a complex of its own."""

import numpy as np

from exactnet.regions.kernel.bits import ONE, ZERO, njit, reversed_bits
from exactnet.regions.kernel.columns import DIM, LENGTH, NEVER, ORIGIN, ROOT_U, ROOT_W, STAMP, START


@njit
def order_keys(cells, fi, fmask, words, keys):
    """Sort keys of cells: the cell of the layer before, then the positive units in order."""
    for i in range(cells.shape[0]):
        f = cells[i]
        keys[words, i] = np.uint64(fi[f, ORIGIN])
        for word in range(words):
            keys[words - 1 - word, i] = reversed_bits(fmask[f, word])


@njit
def number_faces(cells, fi, pool, faces, vertices):
    """Number the faces of some cells, dimension by dimension, each in order of first sight.

    Returns (old ids of the faces by new id, old ids of the vertices, first new id by dimension).
    Faces are numbered from dimension 1 upwards.
    """
    d = fi[cells[0], DIM]
    mark = np.full(faces, -1, np.int32)
    vmark = np.full(vertices, -1, np.int32)
    queue = np.empty(faces, np.int32)
    seen = np.empty(vertices, np.int32)
    ends = np.zeros(d + 2, np.int64)  # ends[k]: end in the queue of the faces of dimension d - k
    size = 0
    for i in range(cells.shape[0]):
        queue[size] = cells[i]
        mark[cells[i]] = 1
        size += 1
    ends[1] = size
    for level in range(1, d):
        for q in range(ends[level - 1], ends[level]):
            f = queue[q]
            for i in range(fi[f, START], fi[f, START] + fi[f, LENGTH]):
                g = pool[i]
                if mark[g] < 0:
                    mark[g] = 1
                    queue[size] = g
                    size += 1
        ends[level + 1] = size
    found = 0
    for q in range(ends[d - 1], ends[d]):
        f = queue[q]
        for i in range(fi[f, START], fi[f, START] + fi[f, LENGTH]):
            v = pool[i]
            if vmark[v] < 0:
                vmark[v] = found
                seen[found] = v
                found += 1
    offsets = np.zeros(d + 2, np.int64)
    old = np.empty(size, np.int32)
    new = 0
    for dim in range(1, d + 1):
        offsets[dim] = new
        level = d - dim
        for q in range(ends[level], ends[level + 1]):
            old[new] = queue[q]
            mark[queue[q]] = new
            new += 1
    offsets[d + 1] = new
    return old, seen[:found].copy(), offsets, mark, vmark


@njit
def renumber(old, fi, pool, mark, vmark, table, packed):
    """Write the renumbered faces and their boundaries; edges become their own roots."""
    free = 0
    for new in range(old.shape[0]):
        f = old[new]
        start, length = fi[f, START], fi[f, LENGTH]
        for c in range(fi.shape[1]):
            table[new, c] = 0
        table[new, DIM] = fi[f, DIM]
        table[new, START] = free
        table[new, LENGTH] = length
        table[new, ORIGIN] = new
        table[new, STAMP] = NEVER
        edge = fi[f, DIM] == 1
        for i in range(length):
            packed[free + i] = vmark[pool[start + i]] if edge else mark[pool[start + i]]
        if edge:
            table[new, ROOT_U] = packed[free]
            table[new, ROOT_W] = packed[free + 1]
        free += length
    return free


@njit
def append_signs(history, source, masks, words, units, offset, half):
    """Add a layer's masks to the sign histories, densely packed: units at bits ``offset`` on.

    ``history`` has ``half`` words of positive signs, then as many of negative ones; row i gets
    the masks of row source[i].
    """
    first, shift = offset >> 6, np.uint64(offset & 63)
    back = np.uint64(64) - shift
    last = (offset + units - 1) >> 6
    for i in range(history.shape[0]):
        row = source[i]
        for side in range(2):
            for word in range(words):
                mask = masks[row, side * words + word]
                at = first + word
                history[i, side * half + at] |= mask << shift
                if shift != np.uint64(0) and at < last:
                    history[i, side * half + at + 1] |= mask >> back


@njit
def owners(table, pool, offsets, vertices):
    """For every face and for every vertex the id of some cell that it belongs to."""
    faces, d = table.shape[0], offsets.shape[0] - 2
    owner = np.full(faces, -1, np.int32)
    found = np.full(vertices, -1, np.int32)
    for f in range(faces - 1, -1, -1):
        if table[f, DIM] == d:
            owner[f] = f
        for i in range(table[f, START], table[f, START] + table[f, LENGTH]):
            if table[f, DIM] == 1:
                found[pool[i]] = owner[f]
            else:
                owner[pool[i]] = owner[f]
    return owner, found


@njit
def read_signs(history, words, units, offset, half):
    """The masks of one layer out of densely packed histories (see ``append_signs``)."""
    masks = np.empty((history.shape[0], 2 * words), np.uint64)
    first, shift = offset >> 6, np.uint64(offset & 63)
    back = np.uint64(64) - shift
    last = (offset + units - 1) >> 6
    for i in range(history.shape[0]):
        for side in range(2):
            for word in range(words):
                at = first + word
                mask = history[i, side * half + at] >> shift
                if shift != ZERO and at < last:
                    mask |= history[i, side * half + at + 1] << back
                count = units - 64 * word
                if count < 64:
                    mask &= (ONE << np.uint64(count)) - ONE
                masks[i, side * words + word] = mask
    return masks


@njit
def cell_vertices(table, pool, offsets, vertices):
    """The vertices of every cell, without repetition: (starts, members)."""
    d = offsets.shape[0] - 2
    first, last = offsets[d], offsets[d + 1]
    stamp = np.full(vertices, -1, np.int64)
    starts = np.zeros(last - first + 1, np.int64)
    members = np.empty(8 * (last - first) + 64, np.int32)
    stack = np.empty(1024, np.int32)
    found = 0
    for f in range(first, last):
        top = 1
        stack[0] = f
        while top:
            top -= 1
            g = stack[top]
            start, length = table[g, START], table[g, LENGTH]
            if top + length > stack.shape[0]:
                larger = np.empty(2 * stack.shape[0] + length, np.int32)
                larger[:top] = stack[:top]
                stack = larger
            for i in range(start, start + length):
                if table[g, DIM] > 1:
                    stack[top] = pool[i]
                    top += 1
                elif stamp[pool[i]] != f:
                    stamp[pool[i]] = f
                    if found == members.shape[0]:
                        more = np.empty(2 * found, np.int32)
                        more[:found] = members
                        members = more
                    members[found] = pool[i]
                    found += 1
        starts[f - first + 1] = found
    return starts, members[:found].copy()


@njit
def facet_cells(table, pool, offsets):
    """The one or two cells of every facet (by index among the cells; -1 for none)."""
    d = offsets.shape[0] - 2
    low = offsets[d - 1] if d > 1 else 0
    sides = np.full((offsets[d] - low, 2), -1, np.int32)
    for f in range(offsets[d], offsets[d + 1]):
        for i in range(table[f, START], table[f, START] + table[f, LENGTH]):
            g = pool[i] - low
            sides[g, 0 if sides[g, 0] < 0 else 1] = f - offsets[d]
    return sides


@njit
def components(count, left, right):
    """The connected component of every node, numbered from 0 in order of first node."""
    parent = np.arange(count)
    for k in range(left.shape[0]):
        a, b = left[k], right[k]
        while parent[a] != a:
            parent[a] = parent[parent[a]]
            a = parent[a]
        while parent[b] != b:
            parent[b] = parent[parent[b]]
            b = parent[b]
        parent[max(a, b)] = min(a, b)
    label = np.empty(count, np.int64)
    found = 0
    for a in range(count):
        root = a
        while parent[root] != root:
            root = parent[root]
        if root == a:
            label[a] = found
            found += 1
        else:
            label[a] = label[root]
    return label, found


@njit
def shared_vertex_pairs(starts, members, classes, vertices):
    """Pairs of cells with one class that share a vertex; enough of them to connect all such."""
    counts = np.zeros(vertices + 1, np.int64)
    for i in range(members.shape[0]):
        counts[members[i] + 1] += 1
    for v in range(vertices):
        counts[v + 1] += counts[v]
    around, fill = np.empty(members.shape[0], np.int64), counts[:-1].copy()
    for cell in range(starts.shape[0] - 1):
        for i in range(starts[cell], starts[cell + 1]):
            around[fill[members[i]]] = cell
            fill[members[i]] += 1
    left, right = np.empty(members.shape[0], np.int64), np.empty(members.shape[0], np.int64)
    pairs = 0
    for v in range(vertices):
        cells = around[counts[v] : counts[v + 1]]
        order = np.argsort(classes[cells])
        for i in range(1, cells.shape[0]):
            a, b = cells[order[i - 1]], cells[order[i]]
            if classes[a] == classes[b]:
                left[pairs], right[pairs] = a, b
                pairs += 1
    return left[:pairs].copy(), right[:pairs].copy()
