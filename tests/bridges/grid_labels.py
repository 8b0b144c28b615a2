"""Exact labels of many points on a dyadic grid, in 64-bit integers, from the maps alone.

Points are integers over a power of two. Pulling back by F_i multiplies by an integer matrix over a
common denominator, so all levels stay integers; images are disjoint, so one branch at most is live.
"""

from fractions import Fraction as F
from math import lcm

import numpy as np

import exactnet as en
from exactnet.geometry.affine import AffineMap


def labels(ifs: en.IFS, depth: int, margin: F, points: np.ndarray, scale: int) -> np.ndarray:
    """+1 on cells shrunk by a margin, -1 off K_depth, 0 between, at points / scale."""
    flat = [f.inverse() for f in ifs.maps]
    low, high = min(ifs.base.lower), max(ifs.base.upper)
    assert (set(ifs.base.lower), set(ifs.base.upper)) == ({F(-1)}, {F(1)}) == ({low}, {high})
    local, over = points.astype(np.int64), scale
    alive = (np.abs(local) <= over).all(axis=1)
    for _ in range(depth):
        local, over, inside = _step(flat, local, over)
        alive &= inside
        local[~alive] = 2 * over  # far out, and small
    core = (
        np.abs(local) * margin.denominator <= over * int((1 - margin) * margin.denominator)
    ).all(axis=1)
    return np.where(~alive, -1, np.where(core, 1, 0))


def _step(
    inverses: list[AffineMap], local: np.ndarray, over: int
) -> tuple[np.ndarray, int, np.ndarray]:
    """The local coordinates in the branch that holds a point, and whether there is one."""
    shared = lcm(*(v.denominator for g in inverses for row in g.matrix for v in row))
    shared = lcm(shared, *(v.denominator for g in inverses for v in g.translation))
    result, found = local * 0, np.zeros(len(local), dtype=bool)
    for g in inverses:
        matrix = np.array([[int(v * shared) for v in row] for row in g.matrix])
        shift = np.array([int(v * shared) for v in g.translation])
        assert (np.abs(matrix).sum() + np.abs(shift).sum()) * over * 2 < 2**62
        image = local @ matrix.T + shift * over
        inside = (np.abs(image) <= over * shared).all(axis=1)
        assert not (found & inside).any()
        result[inside], found = image[inside], found | inside
    return result, over * shared, found
