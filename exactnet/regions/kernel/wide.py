"""Exact integer vectors in 64 bits, with 128-bit intermediate results.

A vertex is a primitive integer vector; a new one is b*u + a*w divided by its content. Products of
two 64-bit numbers take 128 bits, kept as (high, low) words; the content is found by the binary
gcd, and an exact quotient is one multiplication by an inverse modulo 2^64.
"""

from typing import Any

import numpy as np
from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from exactnet.regions.kernel.bits import ONE, ZERO, lowest, njit

LIMIT = 2.0**62  # magnitudes of stored integers stay below this


@intrinsic
def high_product(typing: Any, a: Any, b: Any) -> Any:
    """The upper 64 bits of the product of two unsigned 64-bit integers."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        wide = ir.IntType(128)
        product = builder.mul(builder.zext(args[0], wide), builder.zext(args[1], wide))
        shifted = builder.lshr(product, ir.Constant(wide, 64))
        return builder.trunc(shifted, ir.IntType(64))

    return types.uint64(types.uint64, types.uint64), generate


@njit
def gcd64(a, b):
    """The gcd of two non-negative 64-bit integers."""
    while b:
        a, b = b, a % b
    return a


@njit
def _shift_right(high, low, places):
    if places == 0:
        return high, low
    if places >= 64:
        return ZERO, high >> np.uint64(places - 64)
    p = np.uint64(places)
    return high >> p, (low >> p) | (high << (np.uint64(64) - p))


@njit
def _zeros_below(high, low):
    return lowest(low) if low != ZERO else 64 + lowest(high)


@njit
def gcd128(ah, al, bh, bl):
    """The binary gcd of two unsigned 128-bit integers, not both zero."""
    if ah == ZERO and al == ZERO:
        return bh, bl
    if bh == ZERO and bl == ZERO:
        return ah, al
    za, zb = _zeros_below(ah, al), _zeros_below(bh, bl)
    common = min(za, zb)
    ah, al = _shift_right(ah, al, za)
    bh, bl = _shift_right(bh, bl, zb)
    while True:
        if ah == bh and al == bl:
            break
        if ah > bh or (ah == bh and al > bl):
            ah, al, bh, bl = bh, bl, ah, al
        borrow = ONE if bl < al else ZERO
        bl = bl - al
        bh = bh - ah - borrow
        bh, bl = _shift_right(bh, bl, _zeros_below(bh, bl))
    if common == 0:
        return ah, al
    if common >= 64:
        return al << np.uint64(common - 64), ZERO
    c = np.uint64(common)
    return (ah << c) | (al >> (np.uint64(64) - c)), al << c


@njit
def _combine(b, u, a, w):
    """|b u + a w| as a 128-bit number, and its sign, for a, b >= 0 and signed u, w."""
    mu, mw = np.uint64(abs(u)), np.uint64(abs(w))
    ub, ua = np.uint64(b), np.uint64(a)
    ph, pl = high_product(ub, mu), ub * mu
    qh, ql = high_product(ua, mw), ua * mw
    if (u < 0) == (w < 0) or mu == ZERO or mw == ZERO:
        low = pl + ql
        high = ph + qh + (ONE if low < pl else ZERO)
        negative = u < 0 if mu != ZERO else w < 0
        return high, low, negative
    if ph > qh or (ph == qh and pl >= ql):
        return ph - qh - (ONE if pl < ql else ZERO), pl - ql, u < 0
    return qh - ph - (ONE if ql < pl else ZERO), ql - pl, w < 0


@njit
def _inverse(odd):
    """The inverse of an odd number modulo 2^64 (Newton: 5 correct bits, then 10, 20, 40, 80)."""
    x = (np.uint64(3) * odd) ^ np.uint64(2)
    for _ in range(4):
        x = x * (np.uint64(2) - odd * x)
    return x


@njit
def primitive_combination(table, out, u, w, j):
    """Write the primitive vector of |w_j| u + |u_j| w into row ``out``; False on overflow.

    u, w and out are rows of ``table``; entries have magnitude below 2^62.
    """
    columns = table.shape[1]
    a, b = abs(table[u, j]), abs(table[w, j])
    common = gcd64(a, b)
    a, b = a // common, b // common
    largest_u, largest_w = 0, 0
    for k in range(columns):
        largest_u = max(largest_u, abs(table[u, k]))
        largest_w = max(largest_w, abs(table[w, k]))
    if float(b) * float(largest_u) + float(a) * float(largest_w) < LIMIT:
        content = 0
        for k in range(columns):
            value = b * table[u, k] + a * table[w, k]
            table[out, k] = value
            if content != 1:
                content = gcd64(abs(value), content)
        if content > 1:
            for k in range(columns):
                table[out, k] //= content
        return True
    gh, gl = ZERO, ZERO
    for k in range(columns):
        high, low, _ = _combine(b, table[u, k], a, table[w, k])
        if high != ZERO or low != ZERO:
            gh, gl = gcd128(gh, gl, high, low)
            if gh == ZERO and gl == ONE:
                break
    places = _zeros_below(gh, gl)
    _, odd = _shift_right(gh, gl, places)
    inverse = _inverse(odd)
    size = float(gh) * 2.0**64 + float(gl)
    for k in range(columns):
        high, low, negative = _combine(b, table[u, k], a, table[w, k])
        if (float(high) * 2.0**64 + float(low)) / size >= LIMIT:
            return False
        _, low = _shift_right(high, low, places)
        value = np.int64(low * inverse)
        table[out, k] = -value if negative else value
    return True


@njit
def divide_by_content(table, row):
    """Divide a row by the gcd of its entries."""
    content = 0
    for k in range(table.shape[1]):
        content = gcd64(abs(table[row, k]), content)
        if content == 1:
            return
    if content > 1:
        for k in range(table.shape[1]):
            table[row, k] //= content
