"""Products of integer matrices against sums of products, and the laws of a ring of matrices."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exactnet.exact.integer_matrices import IntegerMatrix, product

Rows = tuple[tuple[int, ...], ...]
integers = st.one_of(
    st.integers(-9, 9), st.integers(), st.builds(lambda v: v * 7**200, st.integers())
)


def matrices(rows: int, columns: int) -> st.SearchStrategy[Rows]:
    return st.tuples(*[st.tuples(*[integers] * columns)] * rows)


def written_out(left: Rows, right: Rows) -> Rows:
    return tuple(
        tuple(
            sum(a * row[j] for a, row in zip(line, right, strict=True))
            for j in range(len(right[0]))
        )
        for line in left
    )


@given(
    left=st.lists(st.tuples(st.integers(), st.integers(), st.integers()), min_size=1, max_size=3),
    right=st.tuples(*[st.tuples(st.integers(), st.integers())] * 3),
)
def test_integer_products_are_sums_of_products(
    left: list[tuple[int, ...]], right: tuple[tuple[int, ...], ...]
) -> None:
    huge = [[value * 3**300 for value in row] for row in left]
    expected = tuple(
        tuple(sum(a * row[j] for a, row in zip(line, right, strict=True)) for j in range(2))
        for line in huge
    )
    assert product(huge, right) == expected
    assert all(type(value) is int for row in product(huge, right) for value in row)


@given(st.data())
def test_a_matrix_that_is_kept_multiplies_like_its_rows(data: st.DataObject) -> None:
    n, k, m = (data.draw(st.integers(1, 5)) for _ in range(3))
    left, right, other = (data.draw(matrices(*s)) for s in ((n, k), (k, m), (k, m)))
    kept = IntegerMatrix.of(left)
    assert kept.times(right) == product(left, right) == written_out(left, right)
    assert kept.times(other) == written_out(left, other)  # the first product changed nothing
    both = tuple(
        tuple(a + b for a, b in zip(*rows, strict=True)) for rows in zip(right, other, strict=True)
    )
    assert kept.times(both) == tuple(
        tuple(a + b for a, b in zip(*rows, strict=True))
        for rows in zip(kept.times(right), kept.times(other), strict=True)
    )


@given(matrices(2, 3), matrices(3, 4), matrices(4, 2))
def test_products_are_associative(a: Rows, b: Rows, c: Rows) -> None:
    assert product(product(a, b), c) == product(a, product(b, c))


def test_large_matrices_of_large_numbers_are_exact() -> None:
    """Sizes at which FLINT changes its algorithm, with a product known in closed form."""
    size, base = 40, 10**60
    left = [[base + i * j for j in range(size)] for i in range(size)]
    ones = [[1] * size for _ in range(size)]
    total = [size * base + i * size * (size - 1) // 2 for i in range(size)]
    assert product(left, ones) == tuple((t,) * size for t in total)


@pytest.mark.parametrize("right", [[[1, 2]], [[1], [2], [3]]])
def test_shapes_that_do_not_match_are_refused(right: list[list[int]]) -> None:
    with pytest.raises(ValueError, match=r"incompatible|shape|size|dimension"):
        product([[1, 2]], right)
