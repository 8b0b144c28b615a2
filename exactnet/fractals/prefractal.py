"""Prefractals K_n: exact membership, cells with addresses, volume."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from exactnet.errors import InputError, InputTypeError
from exactnet.exact.rationals import RationalLike, Vector, as_vector
from exactnet.geometry.affine import AffineMap
from exactnet.geometry.box import Box

MAX_DEPTH = 1000

Address = tuple[int, ...]


def as_depth(depth: object, where: str = "depth") -> int:
    """A valid fractal depth n: an integer with 0 <= n <= 1000."""
    if not isinstance(depth, int) or isinstance(depth, bool):
        raise InputTypeError.about(
            where, "an integer", type(depth).__name__, "Give the fractal depth n, such as 3."
        )
    if not 0 <= depth <= MAX_DEPTH:
        raise InputError.about(
            where,
            f"0 <= depth <= {MAX_DEPTH}",
            f"{depth}" if abs(depth) < 10**20 else "an integer of more than 20 digits",
            "Choose a depth in that range.",
        )
    return depth


@dataclass(frozen=True, slots=True)
class Cell:
    """The cylinder F_w(K_0) with its address w = (w_1, ..., w_n), coarsest map first, from 1."""

    address: Address
    map: AffineMap
    base: Box

    def vertices(self) -> list[Vector]:
        """The images of the base's corners."""
        return [self.map(v) for v in self.base.vertices()]

    @property
    def centre(self) -> Vector:
        """The image of the base's centre."""
        return self.map(self.base.centre)

    @property
    def volume(self) -> Fraction:
        """The exact d-dimensional volume."""
        return abs(self.map.determinant()) * self.base.volume()


@dataclass(frozen=True, slots=True)
class Prefractal:
    """The set K_n of an IFS: the union of the r^n cells F_w(K_0), |w| = n.

    Made by ``IFS.prefractal``, which has checked the maps.

    >>> K = Prefractal(
    ...     (AffineMap.of([["1/3"]], [0]), AffineMap.of([["1/3"]], ["2/3"])), Box.of([(0, 1)]), 2
    ... )
    >>> [1] in K, ["1/2"] in K, K.volume(), [cell.address for cell in K.cells()]
    (True, False, Fraction(4, 9), [(1, 1), (1, 2), (2, 1), (2, 2)])
    """

    maps: tuple[AffineMap, ...]
    base: Box
    depth: int

    def __post_init__(self) -> None:
        as_depth(self.depth)

    def __contains__(self, x: Iterable[RationalLike]) -> bool:
        return bool(self.locate(as_vector(x, "point", self.base.dim)))

    def locate(self, x: Vector) -> dict[Vector, Address]:
        """The local coordinates F_w^-1(x) of x in the cells that contain it, with one address each.

        Empty when x is not in K_n. Time is linear in n for disjoint images; where images touch,
        points with equal local coordinates are followed once.
        """
        live: dict[Vector, Address] = {x: ()} if x in self.base else {}
        for _ in range(self.depth):
            following: dict[Vector, Address] = {}
            for point, address in live.items():
                for i, inverse in enumerate(inverses(self.maps), 1):
                    local = inverse(point)
                    if local in self.base:
                        following.setdefault(local, (*address, i))
            live = following
        return live

    def cells(self) -> Iterator[Cell]:
        """Stream the r^n cells in lexicographic order of their addresses; memory O(n)."""
        base = self.base
        stack = [Cell((), AffineMap.identity(self.base.dim), base)]
        while stack:
            cell = stack.pop()
            if len(cell.address) == self.depth:
                yield cell
                continue
            for i in range(len(self.maps), 0, -1):
                composed = cell.map.after(self.maps[i - 1])
                stack.append(Cell((*cell.address, i), composed, base))

    def cell(self, address: Address) -> Cell:
        """The cell F_w(K_0) with the given address w, of any length."""
        composed = AffineMap.identity(self.base.dim)
        for i in address:
            if not isinstance(i, int) or isinstance(i, bool) or not 1 <= i <= len(self.maps):
                numbers = f"map numbers from 1 to {len(self.maps)}"
                raise InputError.about("address", numbers, f"{i!r:.20}", "Count from 1.")
            composed = composed.after(self.maps[i - 1])
        return Cell(tuple(address), composed, self.base)

    def volume(self) -> Fraction:
        """The exact volume (cells have disjoint interiors, so it is a geometric progression)."""
        ratio = sum((abs(f.determinant()) for f in self.maps), start=Fraction(0))
        return ratio**self.depth * self.base.volume()


@lru_cache(maxsize=64)
def inverses(maps: tuple[AffineMap, ...]) -> tuple[AffineMap, ...]:
    """The inverse of every map."""
    return tuple(f.inverse() for f in maps)
