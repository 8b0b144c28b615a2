"""Strategies for points in and off sets: where an exact labelling goes wrong, it does so there."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache, partial
from itertools import islice, product
from math import ceil, floor
from typing import TypeAlias

from exactnet.errors import InputError, InputTypeError
from exactnet.exact.rationals import Vector
from exactnet.fractals.labelling import Labelling
from exactnet.fractals.prefractal import Address, Prefractal
from exactnet.geometry.affine import AffineMap
from exactnet.geometry.box import Box
from exactnet.testing.farey import simplest
from exactnet.testing.hypothesis_library import DrawFn, SearchStrategy, strategies, strategy
from exactnet.testing.values import Numbers, points, rationals

Target: TypeAlias = Box | Prefractal | Labelling

STEPS: Numbers = strategies.integers(1, 60).map(lambda k: Fraction(1, 2**k))
MOST_TRIED = 4000


@strategy
def points_in(target: Target) -> Callable[[DrawFn], Vector]:
    """Points of a box, of a prefractal, or positive points of a labelling.

    In a box: simple points, corners, the boundary, and points 1/2, ..., 2^-60 of a side away from
    it. In the others the same for a cell of any address.

    >>> from hypothesis import given
    >>> @given(points_in(Box.of([(2, 3)])))
    ... def test(x):
    ...     assert 2 <= x[0] <= 3
    >>> test()

    Raises InputError for a labelling without positive points.
    """
    if isinstance(target, Box):
        inside = _between(target.lower, target.upper)
        return lambda draw: draw(inside)
    if isinstance(target, Labelling):
        return _positives(target)
    cells, base = _checked(target, "points_in"), _between(target.base.lower, target.base.upper)
    return lambda draw: cells.cell(_address(draw, cells, cells.depth)).map(draw(base))


def _positives(labelling: Labelling) -> Callable[[DrawFn], Vector]:
    cells = labelling.prefractal
    usual = next(
        (
            cell.address
            for cell in islice(cells.cells(), MOST_TRIED)
            if labelling.core(cell.map.inverse()) is not None
        ),
        None,
    )
    if usual is None:
        raise InputError.about(
            "points_in", "a labelling with positives", "cells within the margin", "Lower it."
        )

    def point(draw: DrawFn) -> Vector:
        cell = cells.cell(_address(draw, cells, cells.depth))
        core = labelling.core(cell.map.inverse())
        if core is None:
            cell = cells.cell(usual)
            core = labelling.core(cell.map.inverse())
            assert core is not None
        return cell.map(draw(_between(*core)))

    return point


@dataclass(frozen=True, slots=True)
class _Outside:
    """Everything off the cells F_w(enclosure), |w| = n, perhaps only what is in a box."""

    cells: Prefractal
    enclosure: Box
    within: Box | None
    contains: Callable[[Vector], bool]

    @classmethod
    def of(cls, target: Target, within: Box | None) -> "_Outside":
        """What is off a target and in a box, if there is one."""
        if isinstance(target, Labelling):
            enclosure = target.enclosure
            return cls(target.prefractal, enclosure, within, partial(_is_negative, target))
        if isinstance(target, Box):
            target = Prefractal((AffineMap.identity(target.dim),), target, 0)
        cells = _checked(target, "points_off")
        return cls(cells, cells.base, within, lambda x: x not in cells)

    def __contains__(self, x: Vector) -> bool:
        return (self.within is None or x in self.within) and self.contains(x)

    def refuge(self) -> Vector:
        """Some point of it: beyond a corner of the enclosure, or on a grid in the box."""
        corner = self.enclosure.scaled(Fraction(2)).lower
        for x in islice([corner, *_grid(self.within)], MOST_TRIED):
            if x in self:
                return x
        raise InputError.about(
            "points_off",
            "a box that sticks out of the set",
            f"{MOST_TRIED} points of it inside",
            "Leave out 'within', or enlarge it.",
        )


def _is_negative(labelling: Labelling, x: Vector) -> bool:
    return labelling.label(x) == -1


@strategy
def points_off(target: Target, *, within: Box | None = None) -> Callable[[DrawFn], Vector]:
    """Points that are not in a box or prefractal, or negative points of a labelling.

    Half of them are just outside a cell, beyond a corner or another point of its boundary, by 1/2,
    ..., 2^-60 of its size. Others lie in the gaps of a coarser level, around the set, or far away.
    ``within`` keeps them in a box.

    >>> from hypothesis import given
    >>> @given(points_off(Box.of([(2, 3)])))
    ... def test(x):
    ...     assert x[0] < 2 or x[0] > 3
    >>> test()

    Raises InputError if no such point is found within the box.
    """
    if within is not None and not isinstance(within, Box):
        raise InputTypeError.about(
            "points_off.within", "a Box", type(within).__name__, "Write Box.of([(-1, 1)])."
        )
    outside = _Outside.of(target, within)
    usual, cells = outside.refuge(), outside.cells
    around = within or outside.enclosure.scaled(Fraction(3))
    anywhere = _between(around.lower, around.upper)
    far = anywhere if within else points(around.dim, elements=rationals())
    local = _between(outside.enclosure.lower, outside.enclosure.upper)

    def candidates(draw: DrawFn) -> Iterator[Vector]:
        kind = draw(strategies.integers(0, 5))
        if kind < 2:
            yield draw(far if kind else anywhere)
        if kind == 2:
            length = draw(strategies.integers(0, cells.depth))
            yield cells.cell(_address(draw, cells, length)).map(draw(local))
        just_outside = _beyond(draw, outside.enclosure, draw(local))
        yield cells.cell(_address(draw, cells, cells.depth)).map(just_outside)
        yield draw(anywhere)
        yield usual

    return lambda draw: next(x for x in candidates(draw) if x in outside)


def _beyond(draw: DrawFn, box: Box, x: Vector) -> Vector:
    """A point of a box moved out of it, along one axis at least."""
    signs = strategies.tuples(*[strategies.integers(-1, 1)] * box.dim)
    moves = list(draw(signs))
    if not any(moves):
        moves[draw(strategies.integers(0, box.dim - 1))] = -1
    moved = []
    for sign, value, low, high in zip(moves, x, box.lower, box.upper, strict=True):
        step = draw(STEPS) * (high - low) if sign else Fraction(0)
        moved.append(value if not sign else low - step if sign < 0 else high + step)
    return tuple(moved)


def _between(lower: Vector, upper: Vector) -> SearchStrategy[Vector]:
    """Points between two bounds, which may be equal along some axes."""
    return strategies.tuples(*map(_coordinate, lower, upper))


@lru_cache(maxsize=256)
def _coordinate(low: Fraction, high: Fraction) -> Numbers:
    if low == high:
        return strategies.just(low)
    most = max(12, 4 * simplest(low, high).denominator, low.denominator, high.denominator)
    return strategies.one_of(
        strategies.sampled_from(_simple_numbers(low, high)),
        strategies.sampled_from([low, high]),
        STEPS.map(lambda step: low + step * (high - low)),
        STEPS.map(lambda step: high - step * (high - low)),
        rationals(min_value=low, max_value=high, max_denominator=most),
    )


def _simple_numbers(low: Fraction, high: Fraction) -> list[Fraction]:
    """The bounds, and numbers between them with small denominators and near 0."""
    found = {low, high}
    least = simplest(low, high).denominator
    for q in (least * k for k in (1, 2, 3, 4, 6, 12)):
        first, last = ceil(low * q), floor(high * q)
        middle = min(max(first, 0), last)
        found |= {
            Fraction(p, q) for p in range(max(first, middle - 12), min(last, middle + 12) + 1)
        }
    return sorted(found, key=lambda v: (v < 0, v.denominator, abs(v)))


def _address(draw: DrawFn, cells: Prefractal, length: int) -> Address:
    maps = strategies.integers(1, len(cells.maps))
    return tuple(draw(maps) for _ in range(length))


def _grid(box: Box | None) -> Iterator[Vector]:
    """The corners of a box, then points that cut its sides into 2, 3, 4, 5, 7, 9, 12 parts."""
    if box is None:
        return
    for parts in (1, 2, 3, 4, 5, 7, 9, 12):
        sides = [
            [low + (high - low) * k / parts for k in range(parts + 1)]
            for low, high in zip(box.lower, box.upper, strict=True)
        ]
        yield from product(*sides)


def _checked(target: object, where: str) -> Prefractal:
    if not isinstance(target, Prefractal):
        raise InputTypeError.about(
            where,
            "a Box, a Prefractal or a Labelling",
            type(target).__name__,
            "For an IFS write ifs.prefractal(3).",
        )
    return target
