"""What an IFS refuses when it is built, with the witness in the message."""

from fractions import Fraction
from itertools import combinations

from exactnet.errors import InputError, InputTypeError
from exactnet.exact.linalg import sup_norm
from exactnet.exact.rationals import Vector, show_point, to_text
from exactnet.fractals.hypotheses import (
    Contact,
    Contraction,
    ImagePair,
    contact,
    image_margin,
)
from exactnet.geometry.affine import AffineMap
from exactnet.geometry.box import Box

MAX_MAPS, MAX_DIM = 128, 16


def check_shapes(maps: tuple[AffineMap, ...], base: Box) -> None:
    """There are maps, not too many, each d x d on the base's d sides, and each is invertible."""
    if not isinstance(maps, tuple):
        raise InputTypeError.about(
            "IFS.maps", "a tuple of AffineMaps", type(maps).__name__, "Use IFS.of for a list."
        )
    if not maps:
        raise InputError.about("IFS.maps", "at least one map", "none", "Give (A, b) pairs.")
    if base.dim > MAX_DIM:
        raise InputError.about(
            "IFS.base", f"at most {MAX_DIM} dimensions", f"{base.dim}", "Use fewer dimensions."
        )
    if len(maps) > MAX_MAPS:
        raise InputError.about(
            "IFS.maps", f"at most {MAX_MAPS} maps", f"{len(maps)}", "Use fewer maps."
        )
    for k, f in enumerate(maps, 1):
        if not isinstance(f, AffineMap):
            raise InputTypeError.about(
                f"IFS map F_{k}", "an AffineMap", type(f).__name__, "Use IFS.of for (A, b) pairs."
            )
        shape = (len(f.matrix), *{len(row) for row in f.matrix}, len(f.translation))
        if shape != (base.dim,) * 3:
            rows, columns, length = len(f.matrix), len(f.matrix[0]) if f.matrix else 0, f.dim
            raise InputError.about(
                f"IFS map F_{k}",
                f"a {base.dim}x{base.dim} matrix and {base.dim} translation entries (the base "
                f"has {base.dim} sides)",
                f"{rows}x{columns} and {length}",
                "Make the shapes agree.",
            )
        if f.determinant() == 0:
            raise InputError.about(
                f"IFS map F_{k}", "an invertible matrix", "determinant 0", "Change the matrix."
            )


def check_contractions(
    contractions: tuple[Contraction, ...], normalised: tuple[AffineMap, ...]
) -> None:
    """Each map contracts in the sup-norm, the Euclidean one, or that whose ball is the base."""
    for k, (result, g) in enumerate(zip(contractions, normalised, strict=True), 1):
        if not result.holds and sup_norm(g.matrix) >= 1:
            raise InputError.about(
                f"IFS map F_{k}",
                "a contraction",
                f"sup-norm {to_text(result.sup_norm):.40} and a Euclidean norm of at least 1",
                "Scale the matrix down.",
            )


def check_self_map(
    maps: tuple[AffineMap, ...], normalised: tuple[AffineMap, ...], base: Box
) -> None:
    """F_i(K_0) lies in K_0 for every i."""
    for k, (f, g) in enumerate(zip(maps, normalised, strict=True), 1):
        if image_margin(g) < 0:
            outside = f(_farthest_corner(g, base))
            raise InputError.about(
                f"IFS map F_{k}",
                f"F_{k}(K_0) inside K_0",
                f"the point {show_point(outside):.200} outside it",
                "Move the image in or enlarge the base.",
            )


def _farthest_corner(normalised: AffineMap, base: Box) -> Vector:
    """The corner of the base whose image sticks out most."""
    sizes = [
        (sum((abs(v) for v in row), start=abs(shift)), row, shift)
        for row, shift in zip(normalised.matrix, normalised.translation, strict=True)
    ]
    _, row, shift = max(sizes, key=lambda size: size[0])
    return tuple(
        high if (weight >= 0) == (shift >= 0) else low
        for weight, low, high in zip(row, base.lower, base.upper, strict=True)
    )


def image_pairs(normalised: tuple[AffineMap, ...], to_cube: AffineMap) -> tuple[ImagePair, ...]:
    """How every two images meet, in the user's coordinates; overlapping ones are refused."""
    pairs = []
    back = to_cube.inverse()
    for i, j in combinations(range(len(normalised)), 2):
        pair = _in_original_coordinates(contact(normalised, i, j), to_cube, back)
        if pair.contact is Contact.OVERLAPPING and pair.shared is not None:
            raise InputError.about(
                "IFS",
                "images with disjoint interiors",
                f"F_{pair.first}(K_0) and F_{pair.second}(K_0) that overlap at "
                f"{show_point(pair.shared):.200}",
                "Move the maps apart or shrink them.",
            )
        pairs.append(pair)
    return tuple(pairs)


def _in_original_coordinates(pair: ImagePair, to_cube: AffineMap, back: AffineMap) -> ImagePair:
    normal, bounds, shared = pair.normal, pair.bounds, pair.shared
    if normal is not None and bounds is not None:
        shift = sum((n * t for n, t in zip(normal, to_cube.translation, strict=True)), Fraction(0))
        normal = tuple(n * to_cube.matrix[j][j] for j, n in enumerate(normal))
        bounds = (bounds[0] - shift, bounds[1] - shift)
    if shared is not None:
        shared = back(shared)
    return ImagePair(pair.first, pair.second, pair.contact, normal, bounds, shared)
