"""Signed permutations as tuples, against their matrices."""

from fractions import Fraction as F

from hypothesis import given
from hypothesis import strategies as st

from exactnet.constructions.turns import Turn, after, as_turn, generated
from exactnet.exact.linalg import mat_mul
from exactnet.exact.rationals import Matrix


def matrix(turn: Turn) -> Matrix:
    size = range(1, len(turn) + 1)
    return tuple(tuple(F((v > 0) - (v < 0)) * (abs(v) == j) for j in size) for v in turn)


def turns(dim: int) -> st.SearchStrategy[Turn]:
    signs = st.lists(st.sampled_from((-1, 1)), min_size=dim, max_size=dim)
    order = st.permutations(range(1, dim + 1))
    return st.tuples(order, signs).map(lambda p: tuple(map(int.__mul__, *p)))


@given(st.integers(1, 4).flatmap(lambda d: st.tuples(turns(d), turns(d))))
def test_turns_multiply_as_their_matrices_do(pair: tuple[Turn, Turn]) -> None:
    outer, first = pair
    assert as_turn(matrix(outer)) == outer
    assert matrix(after(outer, first)) == mat_mul(matrix(outer), matrix(first))


@given(st.integers(1, 3).flatmap(lambda d: st.lists(turns(d), min_size=1, max_size=3)))
def test_a_generated_group_is_the_least_set_closed_under_products(given_turns: list[Turn]) -> None:
    group = {tuple(range(1, len(given_turns[0]) + 1)), *given_turns}
    while True:
        larger = group | {after(g, h) for g in group for h in group}
        if larger == group:
            break
        group = larger
    assert generated(given_turns) == group


def test_other_matrices_are_no_turns() -> None:
    for rows in (((0, 1), (0, 1)), ((0, 2), (1, 0)), ((0, 0), (1, 0)), ((1, 1), (1, 0))):
        assert as_turn(tuple(tuple(map(F, row)) for row in rows)) is None
