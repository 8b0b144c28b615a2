"""Affine maps against their formula, written out."""

from fractions import Fraction as F

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies_lower import Grid, Point, det, times

from exactnet.errors import ExactnetError, InputError, InputTypeError
from exactnet.exact.rows import dot, homogeneous
from exactnet.geometry.affine import AffineMap
from exactnet.testing.strategies import affine_maps, matrices, points

dims = st.integers(1, 3)


def value(f: AffineMap, x: Point) -> Point:
    return tuple(a + b for a, b in zip(times(f.matrix, x), f.translation, strict=True))


@given(dims.flatmap(lambda d: st.tuples(affine_maps(d), points(d))))
def test_a_map_is_its_matrix_and_then_its_translation(case: tuple[AffineMap, Point]) -> None:
    f, x = case
    assert f(x) == value(f, x)
    assert AffineMap.identity(f.dim)(x) == x


@given(dims.flatmap(lambda d: st.tuples(affine_maps(d), affine_maps(d), points(d))))
def test_a_composition_applies_the_inner_map_first(
    case: tuple[AffineMap, AffineMap, Point],
) -> None:
    f, g, x = case
    assert f.after(g)(x) == value(f, value(g, x))


@given(matrices(2, 3), points(2), affine_maps(3), points(3))
def test_maps_between_spaces_of_different_dimension_compose(
    a: Grid, b: Point, g: AffineMap, x: Point
) -> None:
    f = AffineMap(a, b)
    assert f.dim == 2
    assert f.after(g)(x) == value(f, value(g, x))


@given(dims.flatmap(lambda d: st.tuples(affine_maps(d), points(d))))
def test_an_inverse_map_undoes_the_map_on_both_sides(case: tuple[AffineMap, Point]) -> None:
    f, x = case
    inverse = f.inverse()
    assert inverse(value(f, x)) == x == value(f, inverse(x))
    assert f.determinant() == det(f.matrix)
    assert f.after(inverse) == AffineMap.identity(f.dim) == inverse.after(f)


@given(points(2), st.integers(-3, 3))
def test_a_singular_map_has_no_inverse(row: Point, factor: int) -> None:
    f = AffineMap((row, tuple(factor * v for v in row)), (F(0), F(1)))
    assert f.determinant() == 0
    with pytest.raises(ZeroDivisionError):
        f.inverse()


@given(dims.flatmap(lambda d: st.tuples(affine_maps(d), points(d))))
def test_the_homogeneous_rows_carry_a_ray_to_the_ray_of_the_image(
    case: tuple[AffineMap, Point],
) -> None:
    f, x = case
    rows = f.homogeneous_rows()
    *image, scale = [dot(row, homogeneous(x)) for row in rows]
    assert scale > 0
    assert tuple(F(v, scale) for v in image) == value(f, x)
    assert rows[-1][:-1] == (0,) * f.dim


@given(affine_maps(2))
def test_a_map_reads_back_from_the_text_of_its_entries(f: AffineMap) -> None:
    rows = [[str(v) for v in row] for row in f.matrix]
    assert AffineMap.of(rows, [str(v) for v in f.translation]) == f


@pytest.mark.parametrize(
    ("matrix", "translation", "error", "message"),
    [
        ([[0.5]], [0], InputTypeError, "F.matrix[0][0]: expected int, str or Fraction, got float"),
        ([[1]], [0.5], InputTypeError, "F.translation[0]: expected int, str or Fraction, got"),
        ([["1/0"]], [0], InputError, "F.matrix[0][0]: expected a non-zero denominator, got '1/0'"),
        ([[1, 2], [3]], [0, 0], InputError, "F.matrix[1]: expected 2 number(s), got 1."),
        ([1], [0], InputTypeError, "F.matrix[0]: expected a list of rationals, got int."),
        ([[1]], 0, InputTypeError, "F.translation: expected a list of rationals, got int."),
        ("1", [0], InputTypeError, "F.matrix: expected a list of rows, got str."),
    ],
)
def test_a_bad_map_is_refused_by_the_entry_at_fault(
    matrix: object, translation: object, error: type[ExactnetError], message: str
) -> None:
    with pytest.raises(error) as caught:
        AffineMap.of(matrix, translation, "F")
    assert message in str(caught.value)
