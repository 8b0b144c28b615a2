"""What the theorems assume of an IFS, each decided exactly and returned with its evidence.

All functions take the maps in *normalised* coordinates, in which the base is [-1, 1]^d
(an affine change of coordinates, side by side), except where they say otherwise.
"""

from dataclasses import dataclass
from enum import Enum
from fractions import Fraction

from exactnet.errors import ConsistencyError
from exactnet.exact import linalg, lp
from exactnet.exact.rationals import Vector
from exactnet.geometry.affine import AffineMap


class Contact(Enum):
    """How the images of an IFS meet."""

    DISJOINT = "disjoint"
    TOUCHING = "touching"
    OVERLAPPING = "overlapping"


@dataclass(frozen=True, slots=True)
class ImagePair:
    """How F_first(K_0) and F_second(K_0) meet (maps are numbered from 1).

    ``normal`` and ``bounds`` (a, b) say normal.x <= a on the first image and normal.x >= b on the
    second: a < b proves them disjoint, a = b proves disjoint interiors. ``shared`` is a common
    point when they touch, a common interior point when they overlap.
    """

    first: int
    second: int
    contact: Contact
    normal: Vector | None
    bounds: tuple[Fraction, Fraction] | None
    shared: Vector | None


@dataclass(frozen=True, slots=True)
class Contraction:
    """Whether one map contracts: its operator norm for the sup-norm, and the Euclidean verdict."""

    sup_norm: Fraction
    euclidean: bool

    @property
    def holds(self) -> bool:
        """Contractive in the sup-norm or in the Euclidean norm."""
        return self.sup_norm < 1 or self.euclidean


def contraction(f: AffineMap) -> Contraction:
    """Decide contraction over Q (any coordinates): ||A||_2 < 1 iff I - A^T A is positive definite.

    >>> contraction(AffineMap.of([["3/5", "-3/5"], ["3/5", "3/5"]], [0, 0]))
    Contraction(sup_norm=Fraction(6, 5), euclidean=True)
    """
    gram = linalg.mat_mul(linalg.transpose(f.matrix), f.matrix)
    unit = linalg.identity(f.dim)
    gap = tuple(
        tuple(x - y for x, y in zip(row, other, strict=True))
        for row, other in zip(unit, gram, strict=True)
    )
    return Contraction(linalg.sup_norm(f.matrix), linalg.is_positive_definite(gap))


def support(f: AffineMap, normal: Vector) -> Fraction:
    """The largest value of normal.x over f([-1, 1]^d)."""
    along = linalg.mat_vec(linalg.transpose(f.matrix), normal)
    return linalg.inner(normal, f.translation) + sum(
        (abs(value) for value in along), start=Fraction(0)
    )


def contact(maps: tuple[AffineMap, ...], first: int, second: int) -> ImagePair:
    """How two images meet, decided by an exact linear programme (or a coordinate, if one will do).

    The programme maximises t such that some x lies t inside every facet of both images: t > 0
    is an overlap, t = 0 a touch, t < 0 disjointness; its multipliers are the separating normal.
    """
    f, g = maps[first], maps[second]
    for j in range(f.dim):
        for sign in (1, -1):
            axis = tuple(Fraction(sign if k == j else 0) for k in range(f.dim))
            pair = _separated(f, g, first, second, axis)
            if pair is not None:
                return pair
    rows, bounds = [], []
    for image in (f, g):
        inverse = image.inverse()
        for row, shift in zip(inverse.matrix, inverse.translation, strict=True):
            rows += [(*row, Fraction(1)), (*(-v for v in row), Fraction(1))]
            bounds += [1 - shift, 1 + shift]
    objective = (Fraction(0),) * f.dim + (Fraction(1),)
    best = lp.maximise(objective, tuple(rows), tuple(bounds))
    if not isinstance(best, lp.Optimum):
        raise ConsistencyError.about("contact", "an optimum", repr(best), "Report this bug.")
    point = best.point[:-1]
    if best.value > 0:
        return ImagePair(first + 1, second + 1, Contact.OVERLAPPING, None, None, point)
    half = 2 * f.dim
    normal = tuple(
        linalg.inner(best.multipliers[:half], [row[j] for row in rows[:half]]) for j in range(f.dim)
    )
    if best.value < 0:
        pair = _separated(f, g, first, second, normal)
        if pair is None:
            raise ConsistencyError.about("contact", "a separation", "none", "Report this bug.")
        return pair
    level = (support(f, normal), -support(g, tuple(-v for v in normal)))
    return ImagePair(first + 1, second + 1, Contact.TOUCHING, normal, level, point)


def _separated(
    f: AffineMap, g: AffineMap, first: int, second: int, normal: Vector
) -> ImagePair | None:
    upper, lower = support(f, normal), -support(g, tuple(-v for v in normal))
    if upper >= lower:
        return None
    return ImagePair(first + 1, second + 1, Contact.DISJOINT, normal, (upper, lower), None)


def separation(f: AffineMap, g: AffineMap, side: Fraction = Fraction(1)) -> Fraction:
    """The smallest value over u of max(pen(f^-1 u), pen(g^-1 u)), by an exact linear programme.

    pen(z) = sum_j relu(|z_j| - side). Below this value at most one of the two branches can be
    live at any u. Zero when the images of [-side, side]^d meet.

    >>> left, right = AffineMap.of([["1/3"]], ["-2/3"]), AffineMap.of([["1/3"]], ["2/3"])
    >>> separation(left, right)
    Fraction(1, 1)
    """
    d = f.dim
    size = 3 * d + 1  # u, the d excesses of either branch, and the value t to be minimised
    rows: list[Vector] = []
    bounds: list[Fraction] = []

    def constrain(entries: dict[int, Fraction], bound: Fraction) -> None:
        rows.append(tuple(entries.get(k, Fraction(0)) for k in range(size)))
        bounds.append(bound)

    for branch, image in enumerate((f, g)):
        inverse = image.inverse()
        excess = d + branch * d
        for j in range(d):
            for sign in (1, -1):
                entries = {k: sign * value for k, value in enumerate(inverse.matrix[j])}
                entries[excess + j] = Fraction(-1)
                constrain(entries, side - sign * inverse.translation[j])
            constrain({excess + j: Fraction(-1)}, Fraction(0))
        total = {excess + j: Fraction(1) for j in range(d)}
        constrain({**total, size - 1: Fraction(-1)}, Fraction(0))
    objective = (Fraction(0),) * (size - 1) + (Fraction(-1),)
    best = lp.maximise(objective, tuple(rows), tuple(bounds))
    if not isinstance(best, lp.Optimum):
        raise ConsistencyError.about("separation", "an optimum", repr(best), "Report this bug.")
    return -best.value


def sup_distance(f: AffineMap, g: AffineMap) -> Fraction:
    """The sup-norm distance between f([-1, 1]^d) and g([-1, 1]^d), by an exact linear programme."""
    d = f.dim
    rows: list[Vector] = []
    bounds: list[Fraction] = []
    for j in range(d):
        for sign in (1, -1):
            difference = [sign * v for v in f.matrix[j]] + [-sign * v for v in g.matrix[j]]
            rows.append((*difference, Fraction(-1)))
            bounds.append(-sign * (f.translation[j] - g.translation[j]))
    for k in range(2 * d):
        for sign in (1, -1):
            rows.append(tuple(Fraction(sign if c == k else 0) for c in range(2 * d + 1)))
            bounds.append(Fraction(1))
    objective = (Fraction(0),) * (2 * d) + (Fraction(-1),)
    best = lp.maximise(objective, tuple(rows), tuple(bounds))
    if not isinstance(best, lp.Optimum):
        raise ConsistencyError.about("sup_distance", "an optimum", repr(best), "Report this bug.")
    return -best.value


def image_margin(f: AffineMap) -> Fraction:
    """How far f([-1, 1]^d) stays inside [-1, 1]^d (negative: it sticks out); sup-norm."""
    rows = zip(f.matrix, f.translation, strict=True)
    sizes = [sum((abs(v) for v in row), start=abs(b)) for row, b in rows]
    return 1 - max(sizes)
