"""Bit masks of units: one bit a unit, 64 units a word."""

from typing import Any

import numba as nb
import numpy as np

ONE = np.uint64(1)
ZERO = np.uint64(0)
_MULTIPLIER = np.uint64(0x03F79D71B4CB0A89)
_TOP = np.uint64(58)
_TABLE = np.zeros(64, dtype=np.int64)
for _k in range(64):
    _TABLE[(((1 << _k) * 0x03F79D71B4CB0A89) & (2**64 - 1)) >> 58] = _k

njit: Any = nb.njit(cache=True, nogil=True)
inlined: Any = nb.njit(cache=True, nogil=True, forceinline=True)


@inlined
def lowest(word):
    """The index of the lowest set bit of a non-zero word (by a de Bruijn sequence)."""
    return _TABLE[np.int64(((word & (~word + ONE)) * _MULTIPLIER) >> _TOP)]


@inlined
def has_bit(masks, row, j):
    """Whether bit j of a row of masks is set."""
    return (masks[row, j >> 6] >> np.uint64(j & 63)) & ONE != ZERO


@inlined
def has_low_bit(masks, row, j, words):
    """Whether bit j is set in the second half (the negative signs) of a row of masks."""
    return (masks[row, words + (j >> 6)] >> np.uint64(j & 63)) & ONE != ZERO


@njit
def reversed_bits(word):
    """The word with its bits in reverse order, so that unit 0 weighs most."""
    result = ZERO
    for _ in range(64):
        result = (result << ONE) | (word & ONE)
        word >>= ONE
    return result
