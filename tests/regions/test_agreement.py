"""The compiled kernel and the reference enumerator agree on every sign and every point.

``bench/agreement.py`` does the same on thousands of networks; the seeds here are others.
"""

from dataclasses import replace
from fractions import Fraction as F

import pytest
from agreement import Case, Expected, compare, differences, expected, kernel_complex, random_case

import exactnet as en
from exactnet.geometry.box import Box

FIRST = 10**6
HAT = en.ReluNetwork.of([([[1, 1], [1, -1]], [0, 0]), ([[1, 1]], [0])])


def check(cases: dict[int, Case]) -> None:
    arithmetics: list[bool] = []
    for seed, case in cases.items():
        used, cells, wrong = compare(case)
        assert not wrong, (seed, wrong, case.net.document(), case.box)
        assert cells
        arithmetics += used
    assert arithmetics.count(False) == len(cases)  # the float filter does every network
    assert arithmetics.count(True) >= len(cases) // 3  # 64-bit integers most degenerate ones


@pytest.mark.parametrize("group", range(8))
def test_kernel_and_reference_agree_on_boxes(group: int) -> None:
    seeds = range(FIRST + 40 * group, FIRST + 40 * (group + 1))
    cases = {seed: random_case(seed) for seed in seeds}
    check({seed: case for seed, case in cases.items() if case.box is not None})


def test_kernel_and_reference_agree_on_all_of_space() -> None:
    cases = {seed: random_case(seed) for seed in range(FIRST, FIRST + 320)}
    check({seed: case for seed, case in cases.items() if case.box is None})


def test_a_missing_cell_a_moved_vertex_and_a_wrong_sign_are_all_noticed() -> None:
    case = replace(random_case(0), net=HAT, box=Box.cube(2))
    cx = kernel_complex(case, True)
    assert cx is not None
    right = expected(case)
    assert not list(differences(case, cx, right))
    cells, vertices = dict(right.cells), dict(right.vertices)
    signs, points = cells.popitem()
    assert list(differences(case, cx, Expected(cells, vertices)))
    moved = {(x + F(1, 7), y) for x, y in points}
    assert list(differences(case, cx, Expected({**cells, signs: frozenset(moved)}, vertices)))
    corner = next(iter(vertices))
    wrong = {**vertices, corner: (-1, -1)} if vertices[corner] != (-1, -1) else {}
    assert list(differences(case, cx, Expected(right.cells, wrong)))
