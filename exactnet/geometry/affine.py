"""Affine maps x -> A x + b over Q."""

from dataclasses import dataclass
from fractions import Fraction

from exactnet.exact import linalg
from exactnet.exact.rationals import Matrix, Vector, as_matrix, as_vector
from exactnet.exact.rows import Row, integer_row


@dataclass(frozen=True, slots=True)
class AffineMap:
    """The map x -> matrix x + translation.

    >>> f = AffineMap.of([["1/4", 0], [0, "1/4"]], ["3/4", "3/4"])
    >>> f((Fraction(1), Fraction(-1)))
    (Fraction(1, 1), Fraction(1, 2))
    >>> f.inverse().after(f) == AffineMap.identity(2)
    True
    """

    matrix: Matrix
    translation: Vector

    @classmethod
    def of(cls, matrix: object, translation: object, where: str = "AffineMap") -> "AffineMap":
        """Build from anything that denotes exact rationals, rows of one length.

        Whether matrix and translation fit each other is for the owner to say (``IFS`` does).
        Raises InputTypeError for floats, InputError for ragged rows.
        """
        b = as_vector(translation, f"{where}.translation")
        a = as_matrix(matrix, f"{where}.matrix")
        return cls(a, b)

    @classmethod
    def identity(cls, dim: int) -> "AffineMap":
        """The identity of R^dim."""
        return cls(linalg.identity(dim), (Fraction(0),) * dim)

    @property
    def dim(self) -> int:
        """The dimension of the space it maps into."""
        return len(self.translation)

    def __call__(self, x: Vector) -> Vector:
        """The image of a point."""
        return linalg.add(linalg.mat_vec(self.matrix, x), self.translation)

    def after(self, inner: "AffineMap") -> "AffineMap":
        """The composition self o inner."""
        return AffineMap(linalg.mat_mul(self.matrix, inner.matrix), self(inner.translation))

    def inverse(self) -> "AffineMap":
        """The inverse map; ZeroDivisionError if the matrix is singular."""
        matrix = linalg.inverse(self.matrix)
        return AffineMap(matrix, tuple(-x for x in linalg.mat_vec(matrix, self.translation)))

    def determinant(self) -> Fraction:
        """The determinant of the linear part."""
        return linalg.determinant(self.matrix)

    def homogeneous_rows(self) -> tuple[Row, ...]:
        """Integer rows of the map on homogeneous points, one common positive factor for all."""
        size = len(self.matrix[0])
        rows = [(*row, b) for row, b in zip(self.matrix, self.translation, strict=True)]
        rows.append((Fraction(0),) * size + (Fraction(1),))
        flat = integer_row([value for row in rows for value in row])
        width = size + 1
        return tuple(flat[k * width : (k + 1) * width] for k in range(len(rows)))
