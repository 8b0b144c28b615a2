"""How many regions a network has at random initialisation: the expected count."""

from collections.abc import Sequence
from fractions import Fraction
from math import factorial

from exactnet.errors import InputError
from exactnet.exact.rationals import RationalLike, as_rational
from exactnet.regions.bounds.sizes import check_sizes, check_widths


def hanin_rolnick(
    d: int, widths: Sequence[int], constant: RationalLike = 1, volume: RationalLike = 1
) -> Fraction:
    """volume (T N)^d / d! for N hidden units (2^N if N < d), with T = ``constant``.

    Theorem. For a relu network whose weights and biases are random, with a joint density of the
    weights, conditional densities of any biases z_1..z_m given all other parameters of at most
    C_bias^m, and E |grad z(x)|^m <= C_grad^m for every unit z, input x and m >= 1, there are T and
    s, depending on C_bias and C_grad only, such that in every cube of side at least s the expected
    number of non-empty activation regions is at most volume (T N)^d / d! when N >= d. The depth
    does not occur, except as far as C_grad depends on it. (2^N holds for every network.)

    What is exact: the number returned, for the T and the volume given. What is heuristic: the
    defaults T = volume = 1. They are no theorem but the paper's observation that in 2-dimensional
    sections the count starts near N^2/2, and the leading term of Zaslavsky's count of one layer
    with N units. It is meant for N much larger than d, and is about a mean: single networks may
    have more.

    >>> hanin_rolnick(2, [8, 8]), hanin_rolnick(2, [8, 8], constant="1/2", volume=4)
    (Fraction(128, 1), Fraction(128, 1))

    Raises InputError for a constant or volume <= 0, InputTypeError for a float.

    References: Hanin, Rolnick, Deep ReLU networks have surprisingly few activation patterns
    (NeurIPS 2019, arXiv 1906.00904).
    """
    check_sizes(d=d)
    units = sum(check_widths(widths))
    factor = _positive(constant, "bounds.constant")
    scale = _positive(volume, "bounds.volume")
    if units < d:
        return Fraction(2**units)
    return scale * (factor * units) ** d / factorial(d)


def _positive(value: RationalLike, where: str) -> Fraction:
    number = as_rational(value, where)
    if number <= 0:
        raise InputError.about(where, "a rational > 0", f"{number}", "Use a positive number.")
    return number
