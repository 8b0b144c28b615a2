"""Contact, separation, distance and contraction against formulas that solve no programme.

In the plane all three distances are maxima over finitely many normals: a support function is
linear between the normals at which it bends, so the best normal is one of those.
"""

from fractions import Fraction as F
from itertools import product

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from strategies_lower import Point, det, times

from exactnet.errors import ConsistencyError
from exactnet.exact import linalg, lp
from exactnet.fractals.hypotheses import (
    Contact,
    contact,
    contraction,
    image_margin,
    separation,
    sup_distance,
    support,
)
from exactnet.geometry.affine import AffineMap
from exactnet.geometry.box import Box
from exactnet.testing.strategies import affine_maps, matrices


def corners(f: AffineMap, side: F = F(1)) -> list[Point]:
    return [f(v) for v in Box.cube(f.dim, side).vertices()]


def dotted(n: Point, x: Point) -> F:
    return sum((a * b for a, b in zip(n, x, strict=True)), start=F(0))


def between(f: AffineMap, g: AffineMap, n: Point, side: F = F(1)) -> F:
    """How far the second image lies beyond the first along n (negative: they overlap there)."""
    return min(dotted(n, v) for v in corners(g, side)) - max(dotted(n, v) for v in corners(f, side))


def preimage(f: AffineMap, x: Point) -> Point:
    """f^-1(x) by Cramer's rule."""
    shifted = [a - b for a, b in zip(x, f.translation, strict=True)]
    return tuple(
        det(
            tuple(
                tuple(shifted[i] if j == k else v for j, v in enumerate(row))
                for i, row in enumerate(f.matrix)
            )
        )
        / det(f.matrix)
        for k in range(f.dim)
    )


def bends(f: AffineMap) -> list[Point]:
    """Normals n at which |A^T n| changes its form: an entry vanishes, or two are equal."""
    (a, b), (c, d) = f.matrix
    normals = [(-c, a), (-d, b)]
    for sign in (1, -1):  # (A^T n)_1 = sign (A^T n)_2
        normals.append((sign * d - c, a - sign * b))
    return normals


def candidates(f: AffineMap, g: AffineMap) -> list[Point]:
    found = [*bends(f), *bends(g), (F(1), F(0)), (F(0), F(1))]
    return [n for x, y in found for n in ((x, y), (-x, -y)) if any(n)]


def edge_normals(f: AffineMap, g: AffineMap) -> list[Point]:
    found = [*bends(f)[:2], *bends(g)[:2]]
    return [n for x, y in found for n in ((x, y), (-x, -y))]


@st.composite
def pairs(draw: st.DrawFn) -> tuple[AffineMap, AffineMap]:
    """Two parallelograms close to each other; every second pair is made to touch."""
    f, g = draw(affine_maps(2)), draw(affine_maps(2))
    g = AffineMap(g.matrix, tuple(v / 2 for v in g.translation))
    if draw(st.booleans()):
        n = draw(st.sampled_from(edge_normals(f, g)))
        gap = between(f, g, n)
        step = tuple(gap * v / dotted(n, n) for v in n)
        g = AffineMap(g.matrix, tuple(a - b for a, b in zip(g.translation, step, strict=True)))
    return f, g


@given(pairs())
@settings(max_examples=150)
def test_contact_of_two_parallelograms_is_that_of_the_separating_axis_theorem(
    pair: tuple[AffineMap, AffineMap],
) -> None:
    f, g = pair
    widest = max(between(f, g, n) for n in edge_normals(f, g))
    found = contact(pair, 0, 1)
    assert (found.first, found.second) == (1, 2)
    if widest > 0:
        assert found.contact is Contact.DISJOINT
    elif widest == 0:
        assert found.contact is Contact.TOUCHING
    else:
        assert found.contact is Contact.OVERLAPPING


@given(st.one_of(pairs(), st.tuples(affine_maps(3), affine_maps(3))))
@settings(max_examples=100)
def test_the_evidence_of_a_contact_proves_it(pair: tuple[AffineMap, AffineMap]) -> None:
    f, g = pair
    found = contact(pair, 0, 1)
    if found.contact is Contact.DISJOINT:
        assert found.shared is None
    else:
        assert found.shared is not None
        inside = [abs(v) for image in pair for v in preimage(image, found.shared)]
        assert max(inside) <= 1
        if found.contact is Contact.OVERLAPPING:
            assert max(inside) < 1
            assert found.normal is found.bounds is None
            return
    assert found.normal is not None
    assert found.bounds is not None
    assert any(found.normal)
    low, high = found.bounds
    assert max(dotted(found.normal, v) for v in corners(f)) == low
    assert min(dotted(found.normal, v) for v in corners(g)) == high
    assert (low < high) == (found.contact is Contact.DISJOINT)
    assert (low == high) == (found.contact is Contact.TOUCHING)


@given(pairs())
@settings(max_examples=100)
def test_the_sup_distance_of_two_parallelograms_is_the_best_normal_of_sum_norm_one(
    pair: tuple[AffineMap, AffineMap],
) -> None:
    f, g = pair
    best = max(between(f, g, n) / (abs(n[0]) + abs(n[1])) for n in candidates(f, g))
    assert sup_distance(f, g) == sup_distance(g, f) == max(best, F(0))


@given(pairs(), st.sampled_from([F(1), F(7, 8), F(3, 2)]))
@settings(max_examples=100)
def test_the_separation_of_two_parallelograms_is_the_best_normal_of_the_thickened_images(
    pair: tuple[AffineMap, AffineMap], side: F
) -> None:
    f, g = pair

    def growth(image: AffineMap, n: Point) -> F:
        """The width along n of the image of the sum-norm ball."""
        return max(abs(dotted(n, column)) for column in zip(*image.matrix, strict=True))

    best = max(between(f, g, n, side) / (growth(f, n) + growth(g, n)) for n in candidates(f, g))
    assert separation(f, g, side) == separation(g, f, side) == max(best, F(0))


def penalty(f: AffineMap, u: Point) -> F:
    return sum((max(abs(z) - 1, F(0)) for z in preimage(f, u)), start=F(0))


@given(st.tuples(affine_maps(3), affine_maps(3)), st.tuples(*[st.fractions(-3, 3)] * 3))
@settings(max_examples=60)
def test_no_point_has_two_penalties_below_the_separation(
    pair: tuple[AffineMap, AffineMap], u: Point
) -> None:
    assert max(penalty(f, u) for f in pair) >= separation(*pair)


@st.composite
def cubes(draw: st.DrawFn, dim: int) -> AffineMap:
    """A scaled signed permutation: the image of the cube is an axis-parallel cube."""
    size = draw(st.builds(F, st.integers(1, 6), st.integers(1, 6)))
    order = draw(st.permutations(range(dim)))
    rows = [
        [size * draw(st.sampled_from([1, -1])) if j == k else F(0) for j in range(dim)]
        for k in order
    ]
    return AffineMap.of(rows, [draw(st.integers(-4, 4)) for _ in range(dim)])


@given(st.integers(1, 3).flatmap(lambda d: st.tuples(cubes(d), cubes(d))))
@settings(max_examples=100)
def test_cubes_are_measured_by_their_coordinate_gaps(pair: tuple[AffineMap, AffineMap]) -> None:
    f, g = pair
    sizes = [max(map(abs, image.matrix[0])) for image in pair]
    gaps = [abs(a - b) - sum(sizes) for a, b in zip(f.translation, g.translation, strict=True)]
    outside = [max(gap, F(0)) for gap in gaps]
    assert sup_distance(f, g) == max(outside)
    assert separation(f, g) == sum(outside) / sum(sizes)
    expected = Contact.DISJOINT if max(gaps) > 0 else Contact.TOUCHING
    assert contact(pair, 0, 1).contact is (expected if max(gaps) >= 0 else Contact.OVERLAPPING)


@given(st.integers(1, 3).flatmap(affine_maps))
def test_the_support_and_the_margin_of_an_image_are_those_of_its_corners(f: AffineMap) -> None:
    for n in product((F(-1), F(0), F(2, 3)), repeat=f.dim):
        assert support(f, n) == max(dotted(n, v) for v in corners(f))
    assert image_margin(f) == 1 - max(abs(entry) for v in corners(f) for entry in v)


@given(matrices(2, 2))
def test_euclidean_contraction_is_decided_by_trace_and_determinant_of_the_gram_matrix(
    a: tuple[Point, ...],
) -> None:
    """Both eigenvalues of A^T A are below 1 iff their sum is below 2 and (1-s)(1-t) > 0."""
    f = AffineMap(a, (F(0), F(0)))
    trace = sum(v * v for row in a for v in row)
    result = contraction(f)
    assert result.euclidean == (trace < 2 and 1 - trace + det(a) ** 2 > 0)
    assert result.sup_norm == max(abs(entry) for v in corners(f) for entry in v)
    assert result.holds == (result.sup_norm < 1 or result.euclidean)


@given(matrices(3, 3), st.tuples(*[st.integers(-5, 5)] * 3))
def test_a_contraction_shortens_every_vector_in_the_norm_that_it_names(
    a: tuple[Point, ...], vector: tuple[int, int, int]
) -> None:
    assume(any(vector))
    shrunk = tuple(tuple(v / 9 for v in row) for row in a)
    result = contraction(AffineMap(shrunk, (F(0),) * 3))
    x = tuple(map(F, vector))
    image = times(shrunk, x)
    assert max(map(abs, image)) <= result.sup_norm * max(map(abs, x))
    if result.euclidean:
        assert sum(v * v for v in image) < sum(v * v for v in x)


@pytest.mark.parametrize(
    ("matrix", "sup", "euclidean", "holds"),
    [
        ([["3/5", "-3/5"], ["3/5", "3/5"]], F(6, 5), True, True),
        ([["4/5", "-3/5"], ["3/5", "4/5"]], F(7, 5), False, False),
        ([["9/10", 0], ["9/10", 0]], F(9, 10), False, True),
        ([[1, 0], [0, "1/2"]], F(1), False, False),
        ([["-1/3", 0], [0, "1/3"]], F(1, 3), True, True),
    ],
)
def test_contraction_of_named_matrices(
    matrix: list[list[object]], sup: F, euclidean: bool, holds: bool
) -> None:
    result = contraction(AffineMap.of(matrix, [0, 0]))
    assert (result.sup_norm, result.euclidean, result.holds) == (sup, euclidean, holds)


def test_an_answer_that_is_no_optimum_stops_the_analysis(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lp, "maximise", lambda _c, _a, _b: lp.Infeasible((F(1),)))
    unit = AffineMap(linalg.identity(1), (F(0),))
    for ask in (lambda: contact((unit, unit), 0, 1), lambda: separation(unit, unit)):
        with pytest.raises(ConsistencyError, match="expected an optimum, got Infeasible"):
            ask()
    with pytest.raises(ConsistencyError, match="sup_distance: expected an optimum"):
        sup_distance(unit, unit)
