"""Strategies for boxes and affine maps."""

from collections.abc import Callable
from functools import lru_cache

from exactnet.errors import InputError
from exactnet.exact.rationals import RationalLike, as_rational
from exactnet.geometry.affine import AffineMap
from exactnet.geometry.box import Box
from exactnet.testing.farey import neighbours, simplest
from exactnet.testing.hypothesis_library import (
    DrawFn,
    SearchStrategy,
    Size,
    sizes,
    strategies,
    strategy,
)
from exactnet.testing.values import SMALL, Numbers, matrices, points, rationals

DIMENSIONS = range(1, 4)
MAX_DIM = 16


@strategy
def boxes(
    dim: Size = None,
    *,
    min_value: RationalLike | None = None,
    max_value: RationalLike | None = None,
    max_denominator: int | None = None,
) -> Callable[[DrawFn], Box]:
    """Boxes of dimension ``dim`` (default 1 to 3) with all corners between two bounds.

    Without bounds the corners are small, with them any rationals there. Shrinks to [0, 1]^dim.

    >>> from hypothesis import given
    >>> @given(boxes(dim=2, min_value=0))
    ... def test(box):
    ...     assert min(box.lower) >= 0
    >>> test()

    Raises InputError when the bounds leave no two different numbers.
    """
    dims = sizes(dim, "boxes.dim", DIMENSIONS, MAX_DIM)
    ends: Numbers = SMALL
    if (min_value, max_value, max_denominator) != (None, None, None):
        ends = rationals(min_value=min_value, max_value=max_value, max_denominator=max_denominator)
        _check_two(min_value, max_value, max_denominator)
    side = strategies.lists(ends, min_size=2, max_size=2, unique=True)

    def box(draw: DrawFn) -> Box:
        return Box.of([sorted(draw(side)) for _ in range(draw(dims))])

    return box


def _check_two(
    min_value: RationalLike | None, max_value: RationalLike | None, most: int | None
) -> None:
    if min_value is None or max_value is None:
        return
    low, high = as_rational(min_value), as_rational(max_value)
    only = simplest(low, high)
    below, above = (low, high) if most is None else neighbours(only, most)
    if low == high or (below < low and above > high):
        raise InputError.about(
            "boxes",
            "bounds with two different numbers between them",
            f"only {only} in [{low}, {high}]",
            "Widen the range, or raise max_denominator.",
        )


@strategy
def affine_maps(
    dim: Size = None, *, invertible: bool = True, elements: Numbers | None = None
) -> Callable[[DrawFn], AffineMap]:
    """Affine maps of R^dim (default 1 to 3) with small entries, invertible unless told otherwise.

    Shrinks to the identity, or to 0 where singular maps are allowed.

    >>> from hypothesis import given
    >>> @given(affine_maps(dim=2))
    ... def test(f):
    ...     assert f.inverse().inverse() == f
    >>> test()
    """
    dims = sizes(dim, "affine_maps.dim", DIMENSIONS, MAX_DIM)
    return lambda draw: draw(_affine_maps(draw(dims), invertible, elements))


@lru_cache
def _affine_maps(dim: int, invertible: bool, elements: Numbers | None) -> SearchStrategy[AffineMap]:
    linear = matrices(dim, dim, elements=elements, invertible=invertible)
    return strategies.builds(AffineMap, linear, points(dim, elements=elements))
