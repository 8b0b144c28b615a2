"""Parity of bits, exact: one wide hidden layer, or depth log2 n with one unit a layer.

With s the sum of the bits, parity is the zigzag through (k, k mod 2), which has n - 1 kinks and
slopes at both ends: n relu units. The deep network folds instead: |s - 2^(k-1)| maps 0..2^k onto
0..2^(k-1) and keeps the parity for k >= 2; after k - 1 folds 1 - |s - 1| is left.
"""

from fractions import Fraction

from exactnet.constructions.piecewise_linear import interpolant
from exactnet.errors import InputError, shown
from exactnet.geometry.affine import AffineMap
from exactnet.networks.algebra import affine_network, chain
from exactnet.networks.layer import ABS, IDENTITY, Layer
from exactnet.networks.network import ReluNetwork

MAX_BITS = 4096
METHODS = ("wide", "fold")

_ONE = Fraction(1)


def parity(bits: int, method: str = "wide") -> ReluNetwork:
    """The network that maps x in {0, 1}^bits to the parity of its sum.

    "wide": one hidden layer of ``bits`` relu units. "fold": ceil(log2 bits) hidden layers, each
    of one abs unit. For one bit it is the identity, without hidden layers.

    >>> wide, deep = parity(5), parity(5, "fold")
    >>> wide([1, 0, 1, 1, 0]), deep([1, 0, 1, 1, 0])
    ((Fraction(1, 1),), (Fraction(1, 1),))
    >>> (wide.depth, wide.width), (deep.depth, deep.width)
    ((1, 5), (3, 1))

    Raises InputError for bits outside 1..4096 and other methods.
    """
    if not isinstance(bits, int) or isinstance(bits, bool) or not 1 <= bits <= MAX_BITS:
        raise InputError.about(
            "bits", f"an integer 1..{MAX_BITS}", shown(bits, 20), "Take fewer bits."
        )
    if method not in METHODS:
        raise InputError.about("method", "'wide' or 'fold'", shown(method, 20), "Pick one.")
    total = affine_network(AffineMap(((_ONE,) * bits,), (Fraction(0),)))
    if method == "wide" or bits == 1:
        return chain([total, interpolant([(k, k % 2) for k in range(bits + 1)])])
    folds = [_fold(2**k) for k in range((bits - 1).bit_length() - 1, -1, -1)]
    return chain([total, *folds])


def _fold(middle: int) -> ReluNetwork:
    """s -> |s - middle|, or 1 - |s - 1| for the last one."""
    sign, shift = (Fraction(-1), _ONE) if middle == 1 else (_ONE, Fraction(0))
    hidden = Layer(((_ONE,),), (Fraction(-middle),), (ABS,))
    return ReluNetwork((hidden, Layer(((sign,),), (shift,), (IDENTITY,))))
