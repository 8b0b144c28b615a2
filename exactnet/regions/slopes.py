"""Lipschitz constants: exact for the 1- and the sup-norm, exact squares for the 2-norm."""

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from exactnet.errors import InputError
from exactnet.exact.rationals import Matrix
from exactnet.regions import affine

if TYPE_CHECKING:
    from exactnet.regions.complex import RegionComplex

NORMS = ("1", "2", "inf")


@dataclass(frozen=True, slots=True)
class Lipschitz:
    """The largest operator norm of the gradient over all cells, and a cell where it is attained.

    On a convex domain this is the Lipschitz constant of the network there, for the norm on inputs
    and outputs alike. ``square`` is given for the 2-norm, whose value may be irrational.
    """

    norm: str
    value: Fraction | None
    square: Fraction | None
    cell: int


def operator_norm(gradient: Matrix, norm: str) -> Fraction:
    """The operator norm of a gradient (outputs x inputs): for "2" its square, of one row only.

    >>> operator_norm(((Fraction(3), Fraction(-4)),), "2")
    Fraction(25, 1)
    """
    if norm == "inf":
        return max(sum((abs(v) for v in row), start=Fraction(0)) for row in gradient)
    if norm == "1":
        columns = zip(*gradient, strict=True)
        return max(sum((abs(v) for v in column), start=Fraction(0)) for column in columns)
    if norm != "2" or len(gradient) != 1:
        raise InputError.about(
            "norm",
            "'1', 'inf', or '2' for one output",
            f"{norm!r:.20} for {len(gradient)} outputs",
            "The 2-norm of a matrix is irrational.",
        )
    return sum((v * v for v in gradient[0]), start=Fraction(0))


def lipschitz(cx: "RegionComplex", norm: str = "2") -> Lipschitz:
    """The exact Lipschitz constant of the network on the complex's domain."""
    if norm not in NORMS:
        raise InputError.about("norm", "'1', '2' or 'inf'", f"{norm!r:.20}", "Pick one.")
    best, where = Fraction(-1), 0
    for cell in affine.representatives(cx):
        size = operator_norm(affine.piece(cx, cell).weight, norm)
        if size > best:
            best, where = size, cell
    square = best if norm == "2" else None
    return Lipschitz(norm, None if norm == "2" else best, square, where)
