"""Where a statement about any network is decided: a box, or all of R^d."""

from collections.abc import Sequence
from typing import TypeAlias

from exactnet.errors import InputError, InputTypeError
from exactnet.exact.rationals import RationalLike, to_text
from exactnet.geometry.box import Box

Domain: TypeAlias = Box | Sequence[Sequence[RationalLike]] | None

MAX_REGION_DIM = 6


def as_domain(box: Domain, dim: int) -> Box | None:
    """The box that was meant, checked; None for R^d.

    >>> as_domain([(-1, 1)], 1)
    Box(lower=(Fraction(-1, 1),), upper=(Fraction(1, 1),))
    """
    if box is None:
        return None
    if not isinstance(box, Box):
        if isinstance(box, (str, bytes)) or not hasattr(box, "__len__"):
            raise InputTypeError.about(
                "box", "a list of pairs (lower, upper)", type(box).__name__, "Or None for R^d."
            )
        box = Box.of(box, "box")
    if box.dim != dim:
        raise InputError.about(
            "box", f"{dim} sides, one an input", str(box.dim), "Give one side a coordinate."
        )
    return box


def in_regions(dim: int) -> bool:
    """Whether complexes are enumerated in this dimension."""
    return dim <= MAX_REGION_DIM


def words(box: Box | None) -> str:
    """The domain in words."""
    if box is None:
        return "all of R^d"
    pairs = zip(box.lower, box.upper, strict=True)
    sides = (f"[{to_text(a)}, {to_text(b)}]" for a, b in pairs)
    return " x ".join(sides) if box.dim <= 6 else f"a box of {box.dim} sides"
