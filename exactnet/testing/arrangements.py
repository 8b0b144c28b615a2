"""Where the images of a drawn IFS lie: a cube cut into tiles, an image inside each.

Every choice gives a valid arrangement, so that nothing is drawn in vain: tiles have disjoint
interiors; an image keeps away from the cuts around its tile where images must be disjoint; and an
image is shorter than the cube along every axis, so its map contracts. Choices are drawn first, one
bundle for each image, for as many axes as there may be, and then built: so Hypothesis can leave out
any of the bundles, and lower the dimension, without changing what the other choices mean.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TypeVar

from exactnet.exact.linalg import sup_norm
from exactnet.exact.rationals import Matrix
from exactnet.geometry.box import Box
from exactnet.testing.hypothesis_library import SearchStrategy, strategies
from exactnet.testing.values import matrices, shifted

T = TypeVar("T")
Side = tuple[Fraction, Fraction]

CUTS = [Fraction(p) for p in ("1/2", "1/3", "2/3", "1/4", "3/4", "2/5")]
AWAY = [Fraction(p) for p in ("1/3", "1/4", "1/8", "2/5", "1/6")]  # from a cut, in lengths
UP_TO_CUT = [*AWAY[:-1], Fraction(0)]
UP_TO_WALL = [Fraction(0), *AWAY[:-1]]
MEETINGS = (  # what two images across a cut are along another axis
    ("whole", "whole"),
    ("lower", "upper"),
    ("lower", "whole"),
    ("whole", "upper"),
    ("inner", "whole"),
    ("whole", "inner"),
)


@dataclass(frozen=True, slots=True)
class Cut:
    """A cut through the tile with that number (largest first), across an axis, at a share."""

    tile: int
    axis: int
    share: Fraction


@dataclass(frozen=True, slots=True)
class Turn:
    """An invertible linear map of the cube into itself: a symmetry, or a matrix to be scaled."""

    order: tuple[int, ...]
    signs: tuple[int, ...]
    skew: Matrix | None

    def matrix(self, dim: int) -> Matrix:
        """The map of [-1, 1]^dim, of sup-norm 1."""
        if self.skew is not None and dim > 1:
            block = shifted(tuple(row[:dim] for row in self.skew[:dim]))
            norm = sup_norm(block)
            return tuple(tuple(value / norm for value in row) for row in block)
        order = [axis for axis in self.order if axis < dim]
        return tuple(
            tuple(Fraction(sign if j == target else 0) for j in range(dim))
            for target, sign in zip(order, self.signs, strict=False)
        )


@dataclass(frozen=True, slots=True)
class Piece:
    """An image: the cut that makes its tile, its distances to the sides of it, and how it turns."""

    cut: Cut
    inset: tuple[tuple[int, int], ...]
    turn: Turn


@dataclass(frozen=True, slots=True)
class Meeting:
    """Two images that touch across a cut: what they are along the axes, and how they turn."""

    cut: Cut
    along: tuple[tuple[tuple[str, str], Fraction], ...]
    turns: tuple[Turn, Turn]


@dataclass(frozen=True, slots=True)
class Place:
    """A box for an image of the cube, and the matrix that turns the cube before it is put there."""

    box: Box
    turn: Turn


@dataclass(frozen=True, slots=True)
class Tile:
    """A part of the cube; per axis, whether its lower and its upper side were made by a cut."""

    sides: tuple[Side, ...]
    cut: tuple[tuple[bool, bool], ...]

    def halves(self, cut: Cut) -> tuple["Tile", "Tile"]:
        """The parts on both sides of a cut."""
        low, high = self.sides[cut.axis]
        at = low + cut.share * (high - low)
        first, second = self.cut[cut.axis]
        return (
            Tile(_put(self.sides, cut.axis, (low, at)), _put(self.cut, cut.axis, (first, True))),
            Tile(_put(self.sides, cut.axis, (at, high)), _put(self.cut, cut.axis, (True, second))),
        )

    def volume(self) -> Fraction:
        """The product of the lengths."""
        return Box.of(self.sides).volume()


def cuts(dim: int) -> SearchStrategy[Cut]:
    """Any cut."""
    return strategies.builds(
        Cut,
        strategies.integers(0, 7),
        strategies.integers(0, dim - 1),
        strategies.sampled_from(CUTS),
    )


def turns(dim: int, *, skew: bool) -> SearchStrategy[Turn]:
    """Any turn; without ``skew`` a symmetry of the cube."""
    order = strategies.permutations(range(dim)).map(tuple)
    signs = strategies.tuples(*[strategies.sampled_from([1, -1])] * dim)
    symmetries = strategies.builds(Turn, order, signs, strategies.none())
    if not skew or dim == 1:
        return symmetries
    same = strategies.just(tuple(range(dim))), strategies.just((1,) * dim)
    skewed = strategies.builds(Turn, *same, matrices(dim, dim))
    return strategies.one_of(symmetries, symmetries, skewed)


def pieces(dim: int) -> SearchStrategy[Piece]:
    """Any image."""
    step = strategies.integers(0, 4)
    inset = strategies.tuples(*[strategies.tuples(step, step)] * dim)
    return strategies.builds(Piece, cuts(dim), inset, turns(dim, skew=True))


def meetings(dim: int) -> SearchStrategy[Meeting]:
    """Any two images that touch."""
    along = strategies.tuples(strategies.sampled_from(MEETINGS), strategies.sampled_from(CUTS))
    turn = turns(dim, skew=False)
    two = strategies.tuples(turn, turn)
    return strategies.builds(Meeting, cuts(dim), strategies.tuples(*[along] * dim), two)


def arrange(images: Sequence[Piece], meeting: Meeting | None, dim: int, apart: bool) -> list[Place]:
    """Places for all images, pairwise disjoint if ``apart``; in one of them, the two that meet."""
    one = Fraction(1)
    tiles = [Tile(((-one, one),) * dim, ((False, False),) * dim)]
    for piece in images[1:]:
        tile = tiles.pop(_numbered(tiles, piece.cut.tile))
        tiles += tile.halves(_across(tile, piece.cut))
    chosen = _numbered(tiles, meeting.cut.tile) if meeting else None
    places = []
    for number, (tile, piece) in enumerate(zip(tiles, images, strict=True)):
        if meeting and number == chosen:
            places += _touching(tile, piece, meeting)
        else:
            places.append(Place(_image(tile, piece, apart, None), piece.turn))
    return sorted(places, key=lambda place: (place.box.lower, place.box.upper))


def _numbered(tiles: Sequence[Tile], number: int) -> int:
    """The position of a tile by its number, counting from the largest one."""
    order = sorted(range(len(tiles)), key=lambda k: (-tiles[k].volume(), tiles[k].sides))
    return order[number % len(order)]


def _across(tile: Tile, cut: Cut) -> Cut:
    """The cut with its axis counted from the longest one of a tile."""
    lengths = [high - low for low, high in tile.sides]
    order = sorted(range(len(lengths)), key=lambda axis: (-lengths[axis], axis))
    return replace(cut, axis=order[cut.axis % len(order)])


def _image(tile: Tile, piece: Piece, apart: bool, split: int | None) -> Box:
    """A box in a tile; along an axis that is ``split`` later it may be as long as the cube."""
    sides = []
    for axis, (low, high) in enumerate(tile.sides):
        whole = not any(tile.cut[axis])
        found = []
        for cut, step in zip(tile.cut[axis], piece.inset[axis], strict=True):
            inside = UP_TO_CUT if whole or not apart else AWAY
            found.append((inside if (cut or whole) and axis != split else UP_TO_WALL)[step])
        if whole and not any(found) and axis != split:
            found[1] = AWAY[0]
        sides.append((low + found[0] * (high - low), high - found[1] * (high - low)))
    return Box.of(sides)


def _touching(tile: Tile, piece: Piece, meeting: Meeting) -> list[Place]:
    """Two boxes on both sides of a cut that share a facet, a part of one, or less."""
    cut = _across(tile, meeting.cut)
    box = _image(tile, piece, False, cut.axis)
    whole = tuple(zip(box.lower, box.upper, strict=True))
    found = [part.sides for part in Tile(whole, tile.cut).halves(cut)]
    for axis, (names, share) in enumerate(meeting.along[: len(whole)]):
        if axis != cut.axis:
            low, high = whole[axis]
            middle = low + share * (high - low)
            parts = {
                "whole": (low, high),
                "lower": (low, middle),
                "upper": (middle, high),
                "inner": ((3 * low + high) / 4, (low + 3 * high) / 4),
            }
            found = [_put(one, axis, parts[name]) for one, name in zip(found, names, strict=True)]
    return [Place(Box.of(one), turn) for one, turn in zip(found, meeting.turns, strict=True)]


def _put(items: tuple[T, ...], position: int, item: T) -> tuple[T, ...]:
    return (*items[:position], item, *items[position + 1 :])
