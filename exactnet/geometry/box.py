"""Axis-parallel boxes with rational sides."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from math import prod

from exactnet.errors import InputError, InputTypeError
from exactnet.exact.rationals import RationalLike, Vector, as_vector
from exactnet.exact.rows import Row, integer_row
from exactnet.geometry.affine import AffineMap


@dataclass(frozen=True, slots=True)
class Box:
    """The product of the closed intervals [lower_j, upper_j], lower_j < upper_j.

    >>> box = Box.of([(-1, 1), ("0", "1/2")])
    >>> box.volume(), (Fraction(0), Fraction(1, 2)) in box
    (Fraction(1, 1), True)
    """

    lower: Vector
    upper: Vector

    def __post_init__(self) -> None:
        for j, (low, high) in enumerate(zip(self.lower, self.upper, strict=True)):
            if low >= high:
                raise InputError.about(
                    f"Box side {j}", "lower < upper", f"[{low}, {high}]", "Swap or widen it."
                )
        if not self.lower:
            raise InputError.about("Box", "at least one side", "none", "Give [(-1, 1)].")

    @classmethod
    def of(cls, sides: Sequence[Sequence[RationalLike]], where: str = "Box") -> "Box":
        """Build from pairs (lower, upper) of exact rationals.

        Raises InputTypeError for what is no list of pairs and for floats, InputError for a side
        with lower >= upper.
        """
        if isinstance(sides, (str, bytes)) or not isinstance(sides, Iterable):
            raise InputTypeError.about(
                where, "a list of pairs (lower, upper)", type(sides).__name__, "Give [(-1, 1)]."
            )
        pairs = [as_vector(side, f"{where}[{j}]", 2) for j, side in enumerate(sides)]
        return cls(tuple(pair[0] for pair in pairs), tuple(pair[1] for pair in pairs))

    @classmethod
    def cube(cls, dim: int, side: Fraction | int = 1) -> "Box":
        """The cube [-side, side]^dim."""
        return cls((Fraction(-side),) * dim, (Fraction(side),) * dim)

    @property
    def dim(self) -> int:
        """The number of coordinates."""
        return len(self.lower)

    @property
    def centre(self) -> Vector:
        """The midpoint."""
        return tuple((a + b) / 2 for a, b in zip(self.lower, self.upper, strict=True))

    def __contains__(self, x: Vector) -> bool:
        return all(a <= v <= b for a, v, b in zip(self.lower, x, self.upper, strict=True))

    def volume(self) -> Fraction:
        """The product of the side lengths."""
        return prod((b - a for a, b in zip(self.lower, self.upper, strict=True)), start=Fraction(1))

    def vertices(self) -> Iterator[Vector]:
        """The 2^dim corners, lower ones first."""
        return iter(product(*zip(self.lower, self.upper, strict=True)))

    def scaled(self, factor: Fraction) -> "Box":
        """The box with the same centre and every side multiplied by ``factor`` > 0."""
        centre = self.centre
        half = [factor * (b - c) for b, c in zip(self.upper, centre, strict=True)]
        return Box(
            tuple(c - h for c, h in zip(centre, half, strict=True)),
            tuple(c + h for c, h in zip(centre, half, strict=True)),
        )

    def to_cube(self) -> AffineMap:
        """The affine map that takes this box onto [-1, 1]^dim, side by side."""
        scales = [2 / (b - a) for a, b in zip(self.lower, self.upper, strict=True)]
        matrix = tuple(
            tuple(scale if i == j else Fraction(0) for j in range(self.dim))
            for i, scale in enumerate(scales)
        )
        return AffineMap(matrix, tuple(-s * c for s, c in zip(scales, self.centre, strict=True)))

    def outer_rows(self) -> tuple[Row, ...]:
        """Integer affine forms on homogeneous points, each <= 0 exactly inside its facet."""
        return interval_rows(self.lower, self.upper)


def interval_rows(lower: Vector, upper: Vector) -> tuple[Row, ...]:
    """Integer forms whose common non-positive set is {lower <= x <= upper} (possibly flat).

    >>> interval_rows((Fraction(0),), (Fraction(1, 2),))
    ((2, -1), (-1, 0))
    """
    rows: list[Row] = []
    for j, bounds in enumerate(zip(upper, lower, strict=True)):
        for sign, bound in zip((1, -1), bounds, strict=True):
            row = [Fraction(0)] * (len(lower) + 1)
            row[j], row[-1] = Fraction(sign), -sign * bound
            rows.append(integer_row(row))
    return tuple(rows)
