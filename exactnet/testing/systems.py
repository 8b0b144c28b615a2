"""Strategies for iterated function systems and their prefractals."""

from collections.abc import Callable
from fractions import Fraction
from functools import lru_cache

from exactnet.errors import InputError
from exactnet.exact.rationals import Matrix
from exactnet.fractals.ifs import IFS
from exactnet.fractals.prefractal import MAX_DEPTH, Prefractal
from exactnet.geometry.affine import AffineMap
from exactnet.geometry.box import Box
from exactnet.testing.arrangements import Place, Turn, arrange, meetings, pieces, turns
from exactnet.testing.hypothesis_library import (
    DrawFn,
    SearchStrategy,
    Size,
    least,
    lengths,
    sizes,
    strategies,
    strategy,
)
from exactnet.testing.shapes import DIMENSIONS, MAX_DIM, boxes

MAX_MAPS = 128
DEPTHS = range(4)


@strategy
def ifs(
    *,
    dim: Size = None,
    maps: Size = None,
    disjoint: bool | None = None,
    base: "Box | SearchStrategy[Box] | None" = None,
) -> Callable[[DrawFn], IFS]:
    """Iterated function systems, every one of them valid: contracting, nested, no overlaps.

    ``dim`` (default 1 to 3) and ``maps`` (default 1 to 4) are numbers, ranges or strategies.
    ``disjoint=True``: images pairwise disjoint; ``False``: some share a point; ``None``: as it
    comes. ``base`` (default: [-1, 1]^d, [0, 1]^d or any box) fixes the dimension.

    F_i = M G_i T_i in coordinates where the base is [-1, 1]^d: T_i turns, shears or mirrors inside
    the cube, G_i scales the cube to its place in a guillotine arrangement (``arrangements``), and
    an invertible M, which takes the cube into itself, skews all of it. So no draw is rejected.
    Arrangements that no sequence of cuts makes (pinwheels), other than by M, are not drawn.

    >>> from hypothesis import given, settings
    >>> @settings(max_examples=20)
    ... @given(ifs(maps=range(2, 4), disjoint=True))
    ... def test(ifs):
    ...     assert ifs.gap > 0
    >>> test()

    Raises InputError for one map and ``disjoint=False``, or a base of another dimension.
    """
    if isinstance(base, Box):
        dim = _dimension_of(base, dim)
    dims = lengths(dim, "ifs.dim", DIMENSIONS, MAX_DIM)
    counts = _counts(maps, disjoint)

    def system(draw: DrawFn) -> IFS:
        allowed = draw(dims)
        dim, axes = draw(strategies.integers(allowed[0], allowed[-1])), allowed[-1]
        box = draw(_bases(base, dim, axes))
        skewed = _linear(draw(_turns(axes)).matrix(dim))
        places = _places(draw, (dim, axes), draw(counts), disjoint)
        to_cube = box.to_cube()
        after = to_cube.inverse().after(skewed)
        return IFS(tuple(after.after(_placed(place)).after(to_cube) for place in places), box)

    return system


def _counts(maps: Size, disjoint: bool | None) -> SearchStrategy[range]:
    """How many maps there may be: two at least if some images touch."""
    usual = range(2 if disjoint is False else 1, 5)
    counts = lengths(maps, "ifs.maps", usual, MAX_MAPS)
    if disjoint is not False:
        return counts
    if least(maps, usual) == 1:
        raise InputError.about("ifs.maps", "at least 2 for images that touch", "1", "Raise it.")
    return counts.filter(lambda count: count[0] > 1)


def _places(
    draw: DrawFn, size: tuple[int, int], count: range, disjoint: bool | None
) -> list[Place]:
    """Places for so many images, in a dimension and with choices for so many axes."""
    dim, axes = size
    meet = disjoint is False or (
        disjoint is None and count[-1] > 1 and draw(strategies.integers(0, 2)) == 2
    )
    images = strategies.lists(
        _pieces(axes), min_size=max(count[0] - meet, 1), max_size=count[-1] - meet
    )
    meeting = draw(_meetings(axes)) if meet else None
    return arrange(draw(images), meeting, dim, apart=disjoint is True)


_pieces, _meetings = lru_cache(pieces), lru_cache(meetings)


@lru_cache
def _turns(axes: int) -> SearchStrategy[Turn]:
    return turns(axes, skew=True)


def _dimension_of(base: Box, dim: Size) -> int:
    if dim not in (None, base.dim):
        raise InputError.about("ifs.dim", f"{base.dim}, that of the base", f"{dim}", "Drop it.")
    return base.dim


def _bases(base: "Box | SearchStrategy[Box] | None", dim: int, axes: int) -> SearchStrategy[Box]:
    if isinstance(base, Box):
        return strategies.just(base)
    if base is not None:
        return base.filter(lambda box: box.dim == dim)
    return _usual_bases(dim, axes)


@lru_cache
def _usual_bases(dim: int, axes: int) -> SearchStrategy[Box]:
    """[-1, 1]^d, [0, 1]^d, or the first sides of any box."""
    named = strategies.sampled_from([Box.cube(dim), Box.of([(0, 1)] * dim)])
    return strategies.one_of(
        named, boxes(dim=axes).map(lambda box: Box(box.lower[:dim], box.upper[:dim]))
    )


def _placed(place: Place) -> AffineMap:
    """[-1, 1]^d turned, then put into a box."""
    onto = place.box.to_cube().inverse()
    return onto.after(_linear(place.turn.matrix(onto.dim)))


def _linear(matrix: Matrix) -> AffineMap:
    return AffineMap(matrix, (Fraction(0),) * len(matrix))


def systems(given: "IFS | SearchStrategy[IFS] | None") -> SearchStrategy[IFS]:
    """The systems that an argument allows: one, those of a strategy, or any."""
    if given is None:
        return ifs()
    return strategies.just(given) if isinstance(given, IFS) else given


@strategy
def prefractals(
    *, ifs: "IFS | SearchStrategy[IFS] | None" = None, depth: Size = None
) -> Callable[[DrawFn], Prefractal]:
    """Prefractals K_n of drawn or given systems, with depth n from 0 to 3 unless told otherwise.

    >>> from hypothesis import given
    >>> @given(prefractals(depth=2))
    ... def test(prefractal):
    ...     assert len(list(prefractal.cells())) == len(prefractal.maps) ** 2
    >>> test()
    """
    drawn = systems(ifs)
    depths = sizes(depth, "prefractals.depth", DEPTHS, MAX_DEPTH)
    return lambda draw: draw(drawn).prefractal(draw(depths))
