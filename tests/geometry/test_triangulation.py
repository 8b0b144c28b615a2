"""Triangulations: what they answer, and which ones are refused."""

import random
from fractions import Fraction as F

import pytest
from meshes import convex, grid, inside, torn

from exactnet.errors import ExactnetError
from exactnet.geometry.triangulation import Triangulation

SQUARE = [(0, 0), (1, 0), (1, 1), (0, 1)]


@pytest.mark.parametrize("seed", range(6))
def test_the_gradient_interpolates_and_the_rows_bound_the_triangle(seed: int) -> None:
    source = random.Random(seed)
    mesh = torn(convex(source, 6), source, 0.8)
    values = [F(source.randint(-9, 9), 2) for _ in mesh.vertices]
    for k, triangle in enumerate(mesh.triangles):
        p, q, r = mesh.gradient(k, values)
        x, shares = inside(mesh, k, source)
        expected = sum((s * values[v] for s, v in zip(shares, triangle, strict=True)), start=F(0))
        assert p * x[0] + q * x[1] + r == expected
        assert all(a * x[0] + b * x[1] + c >= 0 for a, b, c in mesh.rows(k))
        assert x in mesh
    assert (F(100), F(100)) not in mesh


def test_a_grid_and_its_parts_are_triangulations() -> None:
    whole = grid(4)
    assert len(whole) == 32
    assert len(torn(whole, random.Random(1), 0.5)) < 32


@pytest.mark.parametrize(
    ("vertices", "triangles", "message"),
    [
        (
            [*SQUARE, ("1/2", "1/2")],
            [(0, 1, 2), (0, 4, 3), (4, 2, 3)],
            "triangles: expected triangles that meet in common vertices or edges, got vertex 4 at "
            "(1/2, 1/2) on an edge of triangle 0: a hanging node. Refine or repair it.",
        ),
        (
            SQUARE,
            [(0, 1, 2), (0, 1, 3)],
            "triangles: expected triangles that meet in common vertices or edges, got triangles 0 "
            "and 1, which overlap. Refine or repair it.",
        ),
        (
            SQUARE,
            [(0, 1, 2), (2, 0, 1), (0, 2, 3)],
            "triangles: expected triangles that meet in common vertices or edges, got triangles 0 "
            "and 1, which overlap. Refine or repair it.",
        ),
        (
            [(0, 0), (4, 0), (0, 4), (1, 1), (2, 1), (1, 2)],
            [(0, 1, 2), (3, 4, 5)],
            "triangles: expected triangles that meet in common vertices or edges, got triangles 0 "
            "and 1, which overlap. Refine or repair it.",
        ),
        (
            [(0, 0), (6, 0), (3, 6), (0, 4), (6, 4), (3, -2)],
            [(0, 1, 2), (3, 4, 5)],
            "triangles: expected triangles that meet in common vertices or edges, got triangles 0 "
            "and 1, which overlap. Refine or repair it.",
        ),
        (
            [(0, 0), (1, 1), (2, 2)],
            [(0, 1, 2)],
            "triangles[0]: expected three corners that are not on a line, got (0, 0), (1, 1), "
            "(2, 2). Drop the flat triangle.",
        ),
        (
            SQUARE,
            [(0, 1, 1)],
            "triangles[0]: expected three corners that are not on a line, got (0, 0), (1, 0), "
            "(1, 0). Drop the flat triangle.",
        ),
        (
            SQUARE,
            [(0, 1, 2)],
            "vertices: expected vertices of triangles only, got vertex 3 in none. Drop it.",
        ),
        (
            [*SQUARE, ("2/2", 1)],
            [(0, 1, 2), (0, 4, 3)],
            "vertices: expected distinct points, got (1, 1) at 2 and 4. Name one of them only.",
        ),
        (SQUARE, [(0, 1, 4)], "triangles[0]: expected vertices 0..3, got (0, 1, 4). Add them."),
        (SQUARE, [(0, 1, -1)], "triangles[0]: expected vertices 0..3, got (0, 1, -1). Add them."),
        (SQUARE, [(0, 1)], "triangles[0]: expected three integers, got (0, 1). Name its vertices."),
        (SQUARE, [5], "triangles[0]: expected three integers, got 5. Name its vertices."),
        (7, [(0, 1, 2)], "vertices: expected a list of rows, got int. Use a list or tuple."),
        (
            SQUARE,
            [(0, 1, 2.0)],
            "triangles[0]: expected three integers, got (0, 1, 2.0). Name its vertices.",
        ),
        (SQUARE, [], "triangles: expected 1..2000 triangles, got 0. Split the domain."),
        (
            [(0, 0), (1, 0), (1, 0.5)],
            [(0, 1, 2)],
            "vertices[2][1]: expected int, str or Fraction, got float 0.5. Write '1/2' for 1/2, "
            "or Fraction(0.5) for the value stored in binary.",
        ),
    ],
)  # fmt: skip
def test_bad_triangulations_are_refused(
    vertices: list[tuple[int, int]], triangles: list[tuple[int, int, int]], message: str
) -> None:
    with pytest.raises(ExactnetError) as caught:
        Triangulation.of(vertices, triangles)
    assert str(caught.value) == message


def test_triangles_that_meet_in_a_corner_or_not_at_all_are_fine() -> None:
    vertices = [(0, 0), (1, 0), (0, 1), (-1, 0), (0, -1), (9, 9), (9, 8), (8, 9)]
    assert len(Triangulation.of(vertices, [(0, 1, 2), (0, 3, 4), (5, 6, 7)])) == 3
