"""Parallelepipeds of inputs: images of [-1, 1]^d that are cut until what is asked is decided."""

from fractions import Fraction

from exactnet.errors import InputError, InputTypeError
from exactnet.exact import linalg
from exactnet.exact.rationals import Vector, show_point
from exactnet.geometry.affine import AffineMap
from exactnet.geometry.box import Box


def as_piece(box: Box | AffineMap, inputs: int) -> AffineMap:
    """The map from [-1, 1]^d onto a box."""
    if not isinstance(box, (Box, AffineMap)):
        raise InputTypeError.about(
            "box", "a Box or an AffineMap", type(box).__name__, "Write Box.of([(-1, 1), ...])."
        )
    piece = box.to_cube().inverse() if isinstance(box, Box) else box
    if len(piece.translation) != inputs:
        raise InputError.about(
            "box", f"{inputs} sides", f"{len(piece.translation)}", "Give one a coordinate."
        )
    return piece


def halves(piece: AffineMap) -> tuple[AffineMap, AffineMap]:
    """A piece cut across its longest edge."""
    lengths = [max(abs(row[j]) for row in piece.matrix) for j in range(len(piece.matrix[0]))]
    j = lengths.index(max(lengths))
    matrix = tuple(tuple(v / 2 if k == j else v for k, v in enumerate(row)) for row in piece.matrix)
    step = tuple(row[j] for row in matrix)
    back = tuple(-v for v in step)
    return (
        AffineMap(matrix, linalg.add(piece.translation, back)),
        AffineMap(matrix, linalg.add(piece.translation, step)),
    )


def piece_words(piece: AffineMap) -> str:
    """Where a piece is, for messages."""
    return f"the part around {show_point(piece.translation):.80}"


def corners(piece: AffineMap) -> tuple[Vector, Vector]:
    """The smallest box around the image of [-1, 1]^d."""
    reach = tuple(sum(map(abs, row), start=Fraction(0)) for row in piece.matrix)
    low = tuple(b - v for b, v in zip(piece.translation, reach, strict=True))
    return low, linalg.add(piece.translation, reach)
