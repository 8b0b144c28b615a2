"""Integer rows: homogeneous points (x*s, s) with s >= 0, and affine forms on them.

A rational point or form is kept up to a positive factor as a primitive integer vector, which
makes every sign exact and every comparison of two such objects a comparison of tuples.
"""

import math
from collections.abc import Iterable, Sequence
from fractions import Fraction
from operator import mul
from typing import TypeAlias

from exactnet.exact.rationals import Vector, common_denominator

Row: TypeAlias = tuple[int, ...]


def primitive(values: Sequence[int]) -> Row:
    """``values`` divided by the gcd of its entries (the zero vector stays as it is).

    >>> primitive([4, -6, 10])
    (2, -3, 5)
    """
    divisor = math.gcd(*values)
    return tuple(values) if divisor <= 1 else tuple(value // divisor for value in values)


def integer_row(values: Sequence[Fraction]) -> Row:
    """The primitive integer vector on the same ray as ``values``.

    >>> integer_row([Fraction(1, 2), Fraction(-1, 3)])
    (3, -2)
    """
    scale = common_denominator(values)
    return primitive([int(value * scale) for value in values])


def homogeneous(point: Vector) -> Row:
    """The primitive integer vector (x*s, s), s > 0, of a rational point x.

    >>> homogeneous((Fraction(1, 2), Fraction(-1, 3)))
    (3, -2, 6)
    """
    return integer_row((*point, Fraction(1)))


def dehomogenised(ray: Row) -> Vector:
    """The rational point of a homogeneous vector with positive last entry."""
    return tuple(Fraction(value, ray[-1]) for value in ray[:-1])


def dot(row: Row, ray: Row) -> int:
    """The value of the affine form ``row`` on the homogeneous point ``ray`` (times its s)."""
    return sum(map(mul, row, ray))


def centre(rays: Iterable[Row]) -> Row:
    """A homogeneous point in the relative interior of the cone spanned by ``rays``."""
    return primitive([sum(column) for column in zip(*rays, strict=True)])
