"""Named fractals: the talk's own, and others that exercise every hypothesis.

``get("cantor-dust")`` is what the command line uses; the functions take parameters.
"""

from collections.abc import Callable
from fractions import Fraction
from itertools import product

from exactnet.errors import InputError, nearest
from exactnet.exact.rationals import RationalLike, as_rational, to_text
from exactnet.fractals.ifs import IFS

_Rows = list[list[Fraction]]


def cantor(d: int = 1, ratio: RationalLike = "1/3") -> IFS:
    """The d-fold product of the Cantor set on [-1, 1] with the given ratio < 1/2 (r = 2^d).

    >>> cantor(2).r, cantor(1, "2/5").gap
    (4, Fraction(2, 5))
    """
    size = as_rational(ratio, "cantor.ratio")
    if not 0 < size < Fraction(1, 2):
        raise InputError.about(
            "cantor.ratio", "0 < ratio < 1/2", f"{to_text(size):.40}", "Try '1/3'."
        )
    _check_dim(d, "cantor.d")
    shift = 1 - size
    return _similitudes(f"cantor-{d}d", size, [[s * shift for s in c] for c in _corners(d)])


def cantor_reversed() -> IFS:
    """The talk's one-dimensional Cantor IFS on [0, 1], with F_1(x) = 1/3 - x/3 reversed."""
    return IFS.of(
        [([["-1/3"]], ["1/3"]), ([["1/3"]], ["2/3"])], base=[(0, 1)], name="cantor-reversed"
    )


def cantor_dust(d: int = 2, ratio: RationalLike = "1/4") -> IFS:
    """The talk's corner dust F_i(x) = c_i + ratio (x - c_i), c_i the corners of [-1, 1]^d."""
    dust = cantor(d, ratio)
    return IFS(dust.maps, dust.base, "cantor-dust")


def sierpinski() -> IFS:
    """The talk's "Sierpinski" squares: three half-size copies that touch along edges."""
    half = Fraction(1, 2)
    return _similitudes("sierpinski", half, [[Fraction(0), half], [-half, -half], [half, -half]])


def vicsek() -> IFS:
    """The talk's Vicsek squares: centre and corners, touching at corners."""
    step = Fraction(2, 3)
    centres = [[s * step for s in c] for c in _corners(2)]
    return _similitudes("vicsek", Fraction(1, 3), [*centres, [Fraction(0), Fraction(0)]])


def pentaflake() -> IFS:
    """The talk's "pentaflake" squares: five third-size copies, touching."""
    third = Fraction(1, 3)
    centres = [(-2, 0), (2, 0), (0, 2), (-1, -2), (1, -2)]
    return _similitudes("pentaflake", third, [[third * x, third * y] for x, y in centres])


def rotated_dust() -> IFS:
    """Four copies scaled by 1/4 and rotated by the 3-4-5 angle (a rational rotation)."""
    matrix = [["3/20", "-1/5"], ["1/5", "3/20"]]
    shifts = [["-3/5", "-3/5"], ["3/5", "-3/5"], ["-3/5", "3/5"], ["3/5", "3/5"]]
    return IFS.of([(matrix, shift) for shift in shifts], name="rotated-dust")


def sheared_dust() -> IFS:
    """Four sheared copies: no map is diagonal, the images are parallelograms."""
    matrix = [["1/4", "1/8"], [0, "1/4"]]
    shifts = [[x, y] for y in ("-3/4", "3/4") for x in ("-5/8", "5/8")]
    return IFS.of([(matrix, shift) for shift in shifts], name="sheared-dust")


def tetrahedron_dust() -> IFS:
    """Quarter-size copies at four alternate corners of the 3-cube: disjoint, and no product."""
    shift = Fraction(3, 4)
    even = [c for c in _corners(3) if c[0] * c[1] * c[2] == 1]
    return _similitudes("tetrahedron-dust", Fraction(1, 4), [[s * shift for s in c] for c in even])


def uneven_cantor() -> IFS:
    """Two intervals of different length on [-1, 1], one at the edge: no symmetry, two scales."""
    return IFS.of([([["1/2"]], ["-1/2"]), ([["1/10"]], ["9/10"])], name="uneven-cantor")


_GALLERY: dict[str, Callable[[], IFS]] = {
    "cantor": cantor,
    "cantor-reversed": cantor_reversed,
    "uneven-cantor": uneven_cantor,
    "cantor-2d": lambda: cantor(2),
    "cantor-dust": cantor_dust,
    "rotated-dust": rotated_dust,
    "sheared-dust": sheared_dust,
    "sierpinski": sierpinski,
    "vicsek": vicsek,
    "pentaflake": pentaflake,
    "cantor-3d": lambda: cantor(3),
    "tetrahedron-dust": tetrahedron_dust,
}


def names() -> tuple[str, ...]:
    """The names that ``get`` and the command line accept."""
    return tuple(_GALLERY)


def get(name: str) -> IFS:
    """The named fractal.

    >>> get("cantor-dust").r
    4
    """
    if not isinstance(name, str) or name not in _GALLERY:
        raise InputError.about(
            "fractal",
            f"one of {', '.join(_GALLERY)}, or a JSON file",
            f"'{name!s:.60}'",
            nearest(name, _GALLERY),
        )
    ifs = _GALLERY[name]()
    return IFS(ifs.maps, ifs.base, name)


def _corners(d: int) -> list[tuple[int, ...]]:
    return list(product((-1, 1), repeat=d))


def _check_dim(d: int, where: str) -> None:
    if not isinstance(d, int) or isinstance(d, bool) or not 1 <= d <= 6:
        raise InputError.about(where, "a dimension from 1 to 6", f"{d!r:.20}", "Choose d there.")


def _similitudes(name: str, ratio: Fraction, centres: _Rows) -> IFS:
    d = len(centres[0])
    matrix = [[ratio if i == j else Fraction(0) for j in range(d)] for i in range(d)]
    return IFS.of([(matrix, centre) for centre in centres], name=name)
