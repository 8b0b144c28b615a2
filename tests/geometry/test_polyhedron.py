"""Polyhedra against brute force: every extreme ray from every choice of tight constraints."""

from fractions import Fraction as F
from itertools import combinations, pairwise, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies_lower import Point, det

from exactnet.exact.rows import Row, dot, homogeneous, primitive
from exactnet.geometry.box import Box
from exactnet.geometry.polyhedron import Polyhedron
from exactnet.testing.strategies import boxes


def kernel(rows: tuple[Row, ...]) -> list[int]:
    """The generalised cross product: orthogonal to all rows, zero if they are dependent."""
    size = len(rows) + 1
    minors = [
        det(tuple(tuple(F(v) for k, v in enumerate(row) if k != j) for row in rows))
        for j in range(size)
    ]
    return [int((-1) ** j * minor) for j, minor in enumerate(minors)]


def extreme_rays(constraints: list[Row]) -> set[Row]:
    """The extreme rays of the pointed cone {row <= 0 for all rows}, over all bases."""
    dim = len(constraints[0]) - 1
    found = set()
    for rows in combinations(dict.fromkeys(constraints), dim):
        ray = primitive(kernel(rows))
        for candidate in (ray, tuple(-v for v in ray)):
            if any(ray) and all(dot(row, candidate) <= 0 for row in constraints):
                found.add(candidate)
    return found


def negated(row: Row) -> Row:
    return tuple(-v for v in row)


def rows_of(dim: int) -> st.SearchStrategy[Row]:
    """Affine forms with small integers, so that cuts often meet vertices; zero forms included."""
    return st.tuples(*[st.integers(-3, 3)] * (dim + 1))


@st.composite
def histories(
    draw: st.DrawFn, dim: int, bounded: bool, cuts: int
) -> tuple[Polyhedron, list[Row], list[Row]]:
    """A polyhedron, its constraints, and forms to cut it by."""
    if bounded:
        box = draw(boxes(dim))
        start, constraints = Polyhedron.of_box(box), list(box.outer_rows())
    else:
        k = draw(st.integers(0, 2**dim - 1))
        start = list(Polyhedron.orthants(dim))[k]
        signs = list(product((1, -1), repeat=dim))[k]
        constraints = [
            tuple(-signs[j] if i == j else 0 for i in range(dim + 1)) for j in range(dim)
        ]
        constraints.append((0,) * dim + (-1,))
    return start, constraints, draw(st.lists(rows_of(dim), min_size=1, max_size=cuts))


@pytest.mark.parametrize("bounded", [True, False])
@pytest.mark.parametrize("dim", [1, 2, 3])
@given(data=st.data())
@settings(max_examples=40)
def test_every_split_has_the_extreme_rays_that_brute_force_finds(
    data: st.DataObject, dim: int, bounded: bool
) -> None:
    part, constraints, cuts = data.draw(histories(dim, bounded, 5 - dim))
    assert set(part.rays) == extreme_rays(constraints)
    for row in cuts:
        low, high = part.split(row)
        below = extreme_rays([*constraints, row])
        above = extreme_rays([*constraints, negated(row)])
        crosses = any(dot(row, ray) < 0 for ray in part.rays) and any(
            dot(row, ray) > 0 for ray in part.rays
        )
        if crosses:
            assert low is not None
            assert high is not None
            assert len(set(low.rays)) == len(low.rays)
            assert set(low.rays) == below
            assert set(high.rays) == above
        else:
            whole, none = (low, high) if low is not None else (high, low)
            assert none is None
            assert whole is part
            assert (low is part) == all(dot(row, ray) <= 0 for ray in part.rays)
        if low is not None and (high is None or data.draw(st.booleans())):
            part, constraints = low, [*constraints, row]
        else:
            assert high is not None
            part, constraints = high, [*constraints, negated(row)]


@pytest.mark.parametrize("bounded", [True, False])
@pytest.mark.parametrize("dim", [1, 2, 3])
@given(data=st.data())
@settings(max_examples=40)
def test_the_part_below_a_form_is_exact_in_every_dimension_down_to_a_point(
    data: st.DataObject, dim: int, bounded: bool
) -> None:
    part, constraints, cuts = data.draw(histories(dim, bounded, 5 - dim))
    for row in [r for cut in cuts for r in (cut, negated(cut))][: 7 - dim]:
        constraints.append(row)
        expected = extreme_rays(constraints)
        smaller = part.below(row)
        if smaller is None:
            assert all(ray[-1] == 0 for ray in expected)
            return
        assert set(smaller.rays) == expected
        assert smaller.has_point()
        part = smaller


def area(corners: list[Point]) -> F:
    """The area of the convex hull of points in convex position, by sorting around their mean."""
    mean = [sum((p[j] for p in corners), start=F(0)) / len(corners) for j in (0, 1)]
    arms = [(p[0] - mean[0], p[1] - mean[1]) for p in corners]
    upper = [a for a in arms if a[1] > 0 or (a[1] == 0 and a[0] > 0)]
    lower = [a for a in arms if a not in upper]
    ring = []
    for half in (upper, lower):
        remaining = list(half)
        while remaining:
            first = next(
                a for a in remaining if all(a[0] * b[1] - a[1] * b[0] >= 0 for b in remaining)
            )
            remaining.remove(first)
            ring.append(first)
    return sum((a[0] * b[1] - a[1] * b[0] for a, b in pairwise([*ring, ring[0]])), start=F(0)) / 2


@given(boxes(2), st.lists(rows_of(2).filter(any), min_size=1, max_size=4))
@settings(max_examples=60)
def test_the_pieces_of_a_split_box_fill_its_area_and_share_no_grid_point_inside(
    box: Box, cuts: list[Row]
) -> None:
    pieces = [(Polyhedron.of_box(box), ())]
    for row in cuts:
        pieces = [
            (half, (*signs, sign))
            for part, signs in pieces
            for half, sign in zip(part.split(row), (-1, 1), strict=True)
            if half is not None
        ]
    assert sum(area(part.vertices()) for part, _ in pieces) == box.volume()
    steps = [
        [low + (high - low) * F(k, 7) for k in range(1, 7)]
        for low, high in zip(box.lower, box.upper, strict=True)
    ]
    for x in product(*steps):
        values = [dot(row, homogeneous(x)) for row in cuts]
        owners = [
            signs
            for _, signs in pieces
            if all(v * sign > 0 for v, sign in zip(values, signs, strict=True))
        ]
        assert len(owners) == int(all(values))


@given(boxes(3), st.lists(rows_of(3), min_size=1, max_size=4))
@settings(max_examples=60)
def test_a_solid_piece_has_vertices_minus_edges_plus_faces_equal_to_two(
    box: Box, cuts: list[Row]
) -> None:
    part, constraints = Polyhedron.of_box(box), list(box.outer_rows())
    for row in cuts:
        low, high = part.split(row)
        constraints.append(row if low is not None else negated(row))
        part = low or high
    corners = [homogeneous(v) for v in part.vertices()]
    tight = [
        frozenset(k for k, v in enumerate(corners) if dot(row, v) == 0)
        for row in constraints
        if any(row)
    ]
    faces = {t for t in tight if not any(t < other for other in tight) and len(t) > 2}
    edges = {a & b for a, b in combinations(faces, 2) if len(a & b) == 2}
    assert len(corners) - len(edges) + len(faces) == 2


@given(st.integers(1, 3).flatmap(lambda d: histories(d, True, 3)))
@settings(max_examples=60)
def test_an_interior_point_lies_strictly_inside_every_constraint_that_is_not_flat(
    history: tuple[Polyhedron, list[Row], list[Row]],
) -> None:
    part, constraints, cuts = history
    for row in cuts:
        low, high = part.split(row)
        constraints.append(row if low is not None else negated(row))
        part = low or high
    middle = homogeneous(part.interior_point())
    for row in constraints:
        flat = all(dot(row, ray) == 0 for ray in part.rays)
        assert dot(row, middle) < 0 or flat
        assert flat == (not any(row))


@given(st.integers(1, 3).flatmap(lambda d: st.tuples(*[st.fractions(-9, 9)] * d)))
def test_the_orthants_cover_the_space_and_overlap_only_on_coordinate_planes(x: Point) -> None:
    holding = 0
    for part in Polyhedron.orthants(len(x)):
        origin, *directions = part.rays
        assert origin == (0,) * len(x) + (1,)
        assert [origin[:-1]] == part.vertices()
        assert all(ray[-1] == 0 for ray in directions)
        signs = [next(v for v in ray if v) for ray in directions]
        holding += all(sign * v >= 0 for sign, v in zip(signs, x, strict=True))
    assert holding == 2 ** x.count(0)


def test_a_polyhedron_on_the_cutting_plane_is_the_first_part() -> None:
    edge = Polyhedron.of_box(Box.cube(2)).below((1, 0, 1))
    assert edge is not None
    assert set(edge.vertices()) == {(-1, -1), (-1, 1)}
    assert edge.split((1, 0, 1)) == (edge, None)
    assert edge.split((-1, 0, -1)) == (edge, None)
    low, high = edge.split((0, 2, 1))
    assert low is not None
    assert high is not None
    assert set(low.vertices()) == {(-1, -1), (-1, F(-1, 2))}
    assert set(high.vertices()) == {(-1, F(-1, 2)), (-1, 1)}


def test_a_part_without_finite_points_is_empty() -> None:
    first = next(Polyhedron.orthants(2))
    assert first.below((0, 0, 1)) is None
    assert first.below((1, 1, 1)) is None
    corner = first.below((1, 1, 0))
    assert corner is not None
    assert corner.vertices() == [(0, 0)]
    assert corner.rays == ((0, 0, 1),)


def split_by(box: Box, cuts: list[Row]) -> list[Polyhedron]:
    """The pieces with interior that forms cut a box into."""
    pieces = [Polyhedron.of_box(box)]
    for row in cuts:
        pieces = [half for part in pieces for half in part.split(row) if half is not None]
    return pieces


@pytest.mark.parametrize("dim", [1, 2, 3, 4])
@given(data=st.data())
@settings(max_examples=30)
def test_the_volumes_of_the_pieces_of_a_box_add_up_to_its_volume(
    data: st.DataObject, dim: int
) -> None:
    box = data.draw(boxes(dim))
    cuts = data.draw(st.lists(rows_of(dim), min_size=1, max_size=5 - dim or 1))
    volumes = [part.volume() for part in split_by(box, cuts)]
    assert min(volumes) > 0
    assert sum(volumes) == box.volume()


@given(boxes(2), st.lists(rows_of(2), min_size=1, max_size=4))
@settings(max_examples=40)
def test_in_the_plane_the_volume_is_the_area(box: Box, cuts: list[Row]) -> None:
    for part in split_by(box, cuts):
        assert part.volume() == area(part.vertices())


@st.composite
def moved(draw: st.DrawFn, dim: int) -> tuple[tuple[Point, ...], Point]:
    """An invertible matrix and a shift."""
    entries = st.fractions(-2, 2, max_denominator=2)
    matrix = st.tuples(*[st.tuples(*[entries] * dim)] * dim).filter(lambda a: det(a) != 0)
    return draw(matrix), draw(st.tuples(*[entries] * dim))


@given(st.integers(1, 3).flatmap(lambda d: st.tuples(histories(d, True, 3), moved(d))))
@settings(max_examples=60)
def test_an_affine_map_multiplies_the_volume_by_its_determinant(
    case: tuple[tuple[Polyhedron, list[Row], list[Row]], tuple[tuple[Point, ...], Point]],
) -> None:
    (part, _, cuts), (matrix, shift) = case
    for row in cuts:
        part = next(half for half in part.split(row) if half is not None)
    images = [
        homogeneous(
            tuple(
                sum((a * v for a, v in zip(line, x, strict=True)), start=s)
                for line, s in zip(matrix, shift, strict=True)
            )
        )
        for x in part.vertices()
    ]
    image = Polyhedron(tuple(images), part.masks, part.constraints)
    assert image.volume() == abs(det(matrix)) * part.volume()


@given(st.integers(1, 4), st.lists(st.fractions("1/5", 5), min_size=4, max_size=4))
def test_the_volume_of_a_simplex_is_the_product_of_its_legs_over_d_factorial(
    dim: int, legs: list[F]
) -> None:
    """{x >= 0, x_1 / a_1 + ... <= 1}, and its complement in the box of the legs."""
    box = Box.of([(0, leg) for leg in legs[:dim]])
    form = [*(1 / leg for leg in legs[:dim]), F(-1)]
    scale = 1
    for v in form:
        scale *= v.denominator
    row = tuple(int(v * scale) for v in form)
    below, above = Polyhedron.of_box(box).split(row)
    factorial = [1, 1, 2, 6, 24][dim]
    assert below is not None
    assert below.volume() == box.volume() / factorial
    rest = F(0) if above is None else above.volume()
    assert rest == box.volume() * (1 - F(1, factorial))


@pytest.mark.parametrize("dim", [1, 2, 3, 4])
@given(data=st.data())
@settings(max_examples=25)
def test_a_polyhedron_without_interior_has_no_volume(data: st.DataObject, dim: int) -> None:
    """Cut down to a hyperplane, then further; points, segments and polygons in space."""
    part = Polyhedron.of_box(data.draw(boxes(dim)))
    row = data.draw(rows_of(dim).filter(lambda r: any(r[:-1])))
    middle = homogeneous(part.interior_point())
    flat = (*(v * middle[-1] for v in row[:-1]), -dot(row[:-1], middle[:-1]))
    for form in (flat, negated(flat), *data.draw(st.lists(rows_of(dim), max_size=2))):
        assert part is not None
        part = part.below(form) or part
    assert all(dot(flat, ray) == 0 for ray in part.rays)
    assert part.volume() == 0


def test_a_vertex_on_many_facets_is_cut_into_simplices_once() -> None:
    """The cross-polytope |x| + |y| + |z| <= 1: four facets meet in each vertex; volume 4/3."""
    part: Polyhedron | None = Polyhedron.of_box(Box.cube(3))
    for signs in product((1, -1), repeat=3):
        assert part is not None
        part = part.below((*signs, -1))
    assert part is not None
    assert len(part.rays) == 6
    assert part.volume() == F(4, 3)
    again = part.below((1, 1, 1, -1))  # a facet that is there already
    assert again is part
    doubled = Polyhedron(part.rays, tuple(m | m << part.constraints for m in part.masks), 60)
    assert doubled.volume() == F(4, 3)
