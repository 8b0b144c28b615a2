"""Betti numbers of a closed set of faces, over the field of two elements.

The faces of a closed subcomplex are the cells of a regular CW complex, and the boundary of a face
is the sum of its facets. b_k = f_k - rank d_k - rank d_(k+1); ranks by column reduction.
"""

from collections.abc import Sequence

from exactnet.errors import InputError


def betti_numbers(
    members: Sequence[Sequence[int]], boundaries: Sequence[Sequence[Sequence[int]]]
) -> tuple[int, ...]:
    """b_0..b_(d-1) of faces ``members[k]`` whose boundaries are ``boundaries[k]``.

    The circle as a triangle without its inside:

    >>> betti_numbers([[0, 1, 2], [0, 1, 2]], [[], [[0, 1], [1, 2], [0, 2]]])
    (1,)
    >>> betti_numbers([[0, 1, 2], [0, 1, 2], []], [[], [[0, 1], [1, 2], [0, 2]], []])
    (1, 1)

    Cost: cubic in the number of faces at worst, close to linear on complexes of networks.
    """
    ranks = [0]
    for k in range(1, len(members)):
        known = set(members[k - 1])
        if any(g not in known for boundary in boundaries[k] for g in boundary):
            raise InputError.about("betti", "a closed set of faces", "an open one", "Close it.")
        ranks.append(_rank(boundaries[k]))
    ranks.append(0)
    counts = [len(faces) for faces in members]
    betti = [counts[k] - ranks[k] - ranks[k + 1] for k in range(len(members))]
    return tuple(betti[: max(len(members) - 1, 1)])


def _rank(columns: Sequence[Sequence[int]]) -> int:
    """The rank of a 0-1 matrix over the field of two elements, given by the rows of each column."""
    reduced: dict[int, set[int]] = {}
    for column in columns:
        rest = set(column)
        while rest:
            lowest = max(rest)
            if lowest not in reduced:
                reduced[lowest] = rest
                break
            rest = rest ^ reduced[lowest]
    return len(reduced)
