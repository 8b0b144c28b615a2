"""Linear algebra against expansion along a row, written-out products and quadratic forms."""

from fractions import Fraction as F
from itertools import combinations, permutations, product
from math import prod

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies_lower import Grid, Point, det, times

from exactnet.exact import linalg
from exactnet.testing.strategies import matrices, points

square = st.integers(1, 3).flatmap(lambda n: matrices(n, n))


@given(square)
def test_the_determinant_is_the_expansion_along_the_first_row(a: Grid) -> None:
    assert linalg.determinant(a) == det(a)


@given(matrices(2, 3), matrices(3, 4), points(4))
def test_a_product_of_matrices_acts_as_one_after_the_other(a: Grid, b: Grid, x: Point) -> None:
    assert linalg.mat_vec(linalg.mat_mul(a, b), x) == times(a, times(b, x))
    assert linalg.mat_vec(a, times(b, x)) == times(a, times(b, x))


@given(st.integers(1, 3).flatmap(lambda n: st.tuples(matrices(n, n, invertible=True), points(n))))
def test_an_inverse_undoes_its_matrix_on_both_sides(case: tuple[Grid, Point]) -> None:
    a, x = case
    inverse = linalg.inverse(a)
    assert times(inverse, times(a, x)) == x == times(a, times(inverse, x))
    assert det(inverse) * det(a) == 1


@given(points(3), points(3), st.tuples(st.fractions(), st.fractions()))
def test_a_matrix_with_dependent_rows_has_no_inverse(
    first: Point, second: Point, factors: tuple[F, F]
) -> None:
    third = tuple(factors[0] * a + factors[1] * b for a, b in zip(first, second, strict=True))
    assert linalg.determinant((first, second, third)) == 0
    with pytest.raises(ZeroDivisionError):
        linalg.inverse((first, second, third))


@given(matrices(2, 3), matrices(2, 3), points(2), points(3))
def test_transposing_moves_a_matrix_to_the_other_side_of_an_inner_product(
    a: Grid, b: Grid, x: Point, y: Point
) -> None:
    assert linalg.inner(x, times(a, y)) == linalg.inner(times(linalg.transpose(a), x), y)
    assert linalg.transpose(linalg.transpose(a)) == a
    assert linalg.add(times(a, y), times(b, y)) == times(
        tuple(linalg.add(p, q) for p, q in zip(a, b, strict=True)), y
    )


@given(points(4))
def test_the_identity_matrix_changes_nothing(x: Point) -> None:
    assert linalg.mat_vec(linalg.identity(4), x) == x


@given(points(3), points(3), st.integers(0, 2))
def test_vectors_of_different_lengths_have_no_inner_product(a: Point, b: Point, cut: int) -> None:
    with pytest.raises(ValueError, match="shorter"):
        linalg.inner(a, b[:cut])


@given(st.fractions())
def test_a_rational_survives_the_way_through_flint(value: F) -> None:
    assert linalg.to_fraction(linalg.to_flint(value)) == value


@given(matrices(2, 3))
def test_the_sup_norm_is_the_largest_image_of_a_sign_vector(a: Grid) -> None:
    corners = [times(a, tuple(map(F, signs))) for signs in product((-1, 1), repeat=3)]
    assert linalg.sup_norm(a) == max(abs(v) for corner in corners for v in corner)


@given(st.integers(1, 3).flatmap(lambda n: matrices(n, n, invertible=True)))
def test_a_gram_matrix_is_positive_definite_and_its_negative_is_not(a: Grid) -> None:
    gram = linalg.mat_mul(linalg.transpose(a), a)
    assert linalg.is_positive_definite(gram)
    assert not linalg.is_positive_definite(tuple(tuple(-v for v in row) for row in gram))


@given(matrices(2, 3))
def test_a_gram_matrix_of_deficient_rank_is_not_positive_definite(a: Grid) -> None:
    assert not linalg.is_positive_definite(linalg.mat_mul(linalg.transpose(a), a))


def test_definiteness_of_every_small_binary_form_agrees_with_its_values_on_a_grid() -> None:
    grid = [p for p in product(range(-4, 5), repeat=2) if any(p)]
    verdicts = []
    for a, b, c in product(range(-3, 4), repeat=3):
        definite = all(a * x * x + 2 * b * x * y + c * y * y > 0 for x, y in grid)
        assert linalg.is_positive_definite(((F(a), F(b)), (F(b), F(c)))) == definite
        verdicts.append(definite)
    assert sum(verdicts) == sum(
        1 for a, b, c in product(range(1, 4), range(-3, 4), range(1, 4)) if a * c > b * b
    )


wide = st.one_of(st.integers(-5, 5), st.integers(), st.builds(lambda v: v * 11**90, st.integers()))


def parity(order: tuple[int, ...]) -> int:
    return (-1) ** sum(a > b for a, b in combinations(order, 2))


@given(
    st.integers(1, 5).flatmap(lambda n: st.lists(st.tuples(*[wide] * n), min_size=n, max_size=n))
)
def test_an_integer_determinant_is_leibniz_sum_over_permutations(
    rows: list[tuple[int, ...]],
) -> None:
    n = len(rows)
    expected = sum(
        parity(order) * prod(rows[i][j] for i, j in enumerate(order))
        for order in permutations(range(n))
    )
    found = linalg.integer_determinant(rows)
    assert found == expected
    assert type(found) is int
    assert found == linalg.determinant(tuple(tuple(map(F, row)) for row in rows))


@given(st.tuples(*[st.tuples(wide, wide, wide)] * 3), st.permutations(range(3)), st.integers(-9, 9))
def test_an_integer_determinant_is_alternating_and_linear_in_a_row(
    rows: tuple[tuple[int, ...], ...], order: list[int], factor: int
) -> None:
    value = linalg.integer_determinant(rows)
    assert linalg.integer_determinant([rows[k] for k in order]) == parity(tuple(order)) * value
    assert linalg.integer_determinant([[factor * v for v in rows[0]], *rows[1:]]) == factor * value
    sheared = [[a + factor * b for a, b in zip(rows[0], rows[1], strict=True)], *rows[1:]]
    assert linalg.integer_determinant(sheared) == value
    assert linalg.integer_determinant([rows[0], rows[0], rows[2]]) == 0


def largest_minor(a: Grid) -> int:
    """The size of the largest square submatrix with a determinant other than 0."""
    rows, columns = range(len(a)), range(len(a[0]))
    for size in range(min(len(a), len(a[0])), 0, -1):
        for chosen in product(combinations(rows, size), combinations(columns, size)):
            if det(tuple(tuple(a[i][j] for j in chosen[1]) for i in chosen[0])):
                return size
    return 0


small = st.sampled_from([F(0), F(1), F(-1), F(1, 2)])


@given(st.data())
def test_the_rank_is_the_size_of_the_largest_minor_that_is_not_zero(data: st.DataObject) -> None:
    rows, columns = data.draw(st.integers(1, 4)), data.draw(st.integers(1, 4))
    a = data.draw(st.tuples(*[st.tuples(*[small] * columns)] * rows))
    assert linalg.rank(a) == largest_minor(a)
    assert linalg.rank(linalg.transpose(a)) == linalg.rank(a)


@given(matrices(3, 2), matrices(2, 4), st.fractions().filter(bool))
def test_the_rank_of_a_product_is_at_most_that_of_its_factors(a: Grid, b: Grid, factor: F) -> None:
    product_ = linalg.mat_mul(a, b)
    assert linalg.rank(product_) <= min(linalg.rank(a), linalg.rank(b)) <= 2
    assert linalg.rank(tuple(tuple(factor * v for v in row) for row in a)) == linalg.rank(a)


@given(
    st.integers(1, 3).flatmap(lambda n: st.tuples(matrices(n, n, invertible=True), matrices(2, n)))
)
def test_an_invertible_factor_keeps_the_rank(case: tuple[Grid, Grid]) -> None:
    a, b = case
    assert linalg.rank(a) == len(a)
    assert linalg.rank(linalg.mat_mul(b, a)) == linalg.rank(b)


def test_rows_that_differ_by_a_hair_are_independent() -> None:
    tiny = F(1, 10**400)
    assert linalg.rank(((F(1), F(2)), (F(1), F(2) + tiny))) == 2
    assert linalg.rank(((F(1), F(2)), (tiny, 2 * tiny))) == 1
    assert linalg.rank(((F(0), F(0)),)) == 0
