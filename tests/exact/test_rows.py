"""Integer rows: primitive, on the same ray, and with the sign of the form they stand for."""

from fractions import Fraction as F

from hypothesis import given
from hypothesis import strategies as st
from strategies_lower import Point

from exactnet.exact.rows import centre, dehomogenised, dot, homogeneous, integer_row, primitive
from exactnet.testing.strategies import points

integers = st.lists(st.integers(-(10**20), 10**20), max_size=6)


def divisors_of_all(values: list[int]) -> list[int]:
    """Common divisors above 1 among the small numbers, by trial division."""
    return [n for n in range(2, 200) if all(value % n == 0 for value in values)]


@given(integers, st.integers(1, 150))
def test_a_primitive_vector_ignores_any_positive_factor(values: list[int], factor: int) -> None:
    assert primitive([factor * value for value in values]) == primitive(values)


@given(integers)
def test_a_primitive_vector_is_on_the_same_ray_and_has_no_common_divisor(values: list[int]) -> None:
    result = primitive(values)
    if not any(values):
        assert result == tuple(values)
        return
    factor = F(next(v for v in values if v), next(v for v in result if v))
    assert factor > 0
    assert [factor * v for v in result] == values
    assert divisors_of_all(list(result)) == []


@given(st.lists(st.fractions(), min_size=1, max_size=4), st.fractions(F(1, 99), 99))
def test_rationals_on_one_ray_have_one_integer_row(values: list[F], factor: F) -> None:
    row = integer_row(values)
    assert row == integer_row([factor * v for v in values])
    assert all(row[i] * b == row[j] * a for i, a in enumerate(values) for j, b in enumerate(values))
    assert [(v > 0) - (v < 0) for v in row] == [(v > 0) - (v < 0) for v in values]


@given(st.lists(st.fractions(), max_size=4))
def test_a_point_survives_the_way_to_homogeneous_coordinates_and_back(values: list[F]) -> None:
    ray = homogeneous(tuple(values))
    assert ray[-1] > 0
    assert dehomogenised(ray) == tuple(values)


@given(points(3), points(3), st.fractions())
def test_a_form_on_a_ray_has_the_sign_and_the_scaled_value_of_the_form_at_the_point(
    normal: Point, x: Point, shift: F
) -> None:
    row, ray = integer_row((*normal, shift)), homogeneous(x)
    value = normal[0] * x[0] + normal[1] * x[1] + normal[2] * x[2] + shift
    assert (dot(row, ray) > 0) == (value > 0)
    assert (dot(row, ray) < 0) == (value < 0)
    if any(row):
        k = next(k for k, entry in enumerate(row) if entry)
        scale = row[k] / (*normal, shift)[k]
        assert dot(row, ray) == value * scale * ray[-1]


@given(points(2), points(2), points(2))
def test_the_centre_of_three_points_lies_strictly_inside_their_triangle(
    a: Point, b: Point, c: Point
) -> None:
    def side(p: Point, q: Point, x: Point) -> F:
        return (q[0] - p[0]) * (x[1] - p[1]) - (q[1] - p[1]) * (x[0] - p[0])

    inside = dehomogenised(centre([homogeneous(p) for p in (a, b, c)]))
    turn = side(a, b, c)
    if turn:
        assert all(side(p, q, inside) * turn > 0 for p, q in ((a, b), (b, c), (c, a)))
    else:
        assert side(a, b, inside) == side(b, c, inside) == side(c, a, inside) == 0
