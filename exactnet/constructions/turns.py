"""Signed permutations: the linear maps of the cube onto itself, and the groups they generate.

A turn is written as a tuple, for each row of the matrix the number of its column, counted from 1,
with the sign of the entry: (-2, 1) is the quarter turn (x, y) -> (-y, x).
"""

from collections.abc import Iterable
from typing import TypeAlias

from exactnet.errors import ConstructionError
from exactnet.exact.rationals import Matrix

Turn: TypeAlias = tuple[int, ...]

MAX_GROUP = 10_000  # elements; the checker of certificates takes no more either


def as_turn(matrix: Matrix) -> Turn | None:
    """The tuple of a square matrix; None if it is no signed permutation.

    >>> from exactnet.exact.linalg import identity
    >>> as_turn(identity(3)), as_turn(((0, 1), (0, 1))), as_turn(((0, 2), (1, 0)))
    ((1, 2, 3), None, None)
    """
    turn = []
    for row in matrix:
        entries = [(j, value) for j, value in enumerate(row, 1) if value]
        if len(entries) != 1 or abs(entries[0][1]) != 1:
            return None
        turn.append(entries[0][0] * int(entries[0][1]))
    return tuple(turn) if len(set(map(abs, turn))) == len(turn) else None


def after(outer: Turn, first: Turn) -> Turn:
    """The product: ``first``, then ``outer``.

    >>> after((-2, 1), (-2, 1))
    (-1, -2)
    """
    return tuple(first[v - 1] if v > 0 else -first[-v - 1] for v in outer)


def generated(turns: Iterable[Turn]) -> frozenset[Turn]:
    """The group that turns of one dimension generate; empty for no turns.

    >>> len(generated([(-1, 2), (-2, 1)])), len(generated([(-2, 1)]))
    (8, 4)

    Raises ConstructionError for more than MAX_GROUP elements.
    """
    group: set[Turn] = set()
    generators: list[Turn] = []
    for turn in turns:
        group.add(tuple(range(1, len(turn) + 1)))
        if turn in group:
            continue
        generators.append(turn)
        frontier = list(group)
        while frontier:
            last = frontier.pop()
            products = {after(generator, last) for generator in generators} - group
            frontier += products
            group |= products
            if len(group) > MAX_GROUP:
                raise ConstructionError.about(
                    "method 'fold'",
                    f"a group of at most {MAX_GROUP} symmetries",
                    "a larger one",
                    "Use method='exact', which needs no symmetry.",
                )
    return frozenset(group)
