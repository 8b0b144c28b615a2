"""Linear programmes against brute force over bases, and their evidence against plain sums."""

from dataclasses import replace
from fractions import Fraction as F
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies_lower import Grid, Point, det, times

from exactnet.errors import ConsistencyError
from exactnet.exact import lp
from exactnet.exact.lp import Infeasible, Optimum, Unbounded, maximise, verify

Programme = tuple[Point, Grid, Point]
FAR = F(1000)  # beyond every vertex: entries are at most 4, right-hand sides at most 6


@st.composite
def programmes(draw: st.DrawFn, dim: int) -> Programme:
    """Programmes with small integers, so that ties, redundancy and degeneracy are common."""
    entry = st.integers(-4, 4).map(F)
    count = draw(st.integers(1, 6))
    a = tuple(tuple(draw(entry) for _ in range(dim)) for _ in range(count))
    b = tuple(F(draw(st.integers(-6, 6))) for _ in range(count))
    return tuple(draw(entry) for _ in range(dim)), a, b


def boxed(programme: Programme, size: F) -> Programme:
    """The programme with |x_j| <= size added."""
    c, a, b = programme
    axes = [tuple(F(s * (j == k)) for k in range(len(c))) for j in range(len(c)) for s in (1, -1)]
    return c, (*a, *axes), (*b, *[size] * len(axes))


def best_vertex(programme: Programme) -> F | None:
    """The largest objective over all feasible vertices, by Cramer's rule on every basis."""
    c, a, b = programme
    best = None
    for basis in combinations(range(len(a)), len(c)):
        rows = tuple(a[k] for k in basis)
        size = det(rows)
        if size == 0:
            continue
        x = tuple(
            det(tuple(tuple(b[k] if j == column else v for j, v in enumerate(a[k])) for k in basis))
            / size
            for column in range(len(c))
        )
        if all(left <= right for left, right in zip(times(a, x), b, strict=True)):
            value = sum((p * q for p, q in zip(c, x, strict=True)), start=F(0))
            best = value if best is None else max(best, value)
    return best


def check_evidence(solution: lp.Solution, programme: Programme) -> None:
    """The definition of each kind of evidence, in plain sums."""
    c, a, b = programme
    columns = range(len(c))
    if isinstance(solution, (Optimum, Unbounded)):
        assert all(
            sum(row[j] * solution.point[j] for j in columns) <= bound
            for row, bound in zip(a, b, strict=True)
        )
    if isinstance(solution, Unbounded):
        assert all(sum(row[j] * solution.ray[j] for j in columns) <= 0 for row in a)
        assert sum(c[j] * solution.ray[j] for j in columns) > 0
        return
    y = solution.multipliers
    assert all(value >= 0 for value in y)
    combined = [sum(y[i] * a[i][j] for i in range(len(a))) for j in columns]
    bound = sum(y[i] * b[i] for i in range(len(a)))
    if isinstance(solution, Infeasible):
        assert combined == [0] * len(c)
        assert bound < 0
    else:
        assert combined == list(c)
        assert bound == solution.value == sum(c[j] * solution.point[j] for j in columns)


@given(st.integers(1, 3).flatmap(programmes))
@settings(max_examples=60)
def test_a_bounded_programme_has_the_optimum_of_its_best_vertex(programme: Programme) -> None:
    bounded = boxed(programme, F(5))
    solution = maximise(*bounded)
    check_evidence(solution, bounded)
    expected = best_vertex(bounded)
    if expected is None:
        assert isinstance(solution, Infeasible)
    else:
        assert isinstance(solution, Optimum)
        assert solution.value == expected


@given(st.integers(1, 2).flatmap(programmes))
@settings(max_examples=150)
def test_a_programme_is_unbounded_exactly_when_its_optimum_in_a_large_box_grows_with_the_box(
    programme: Programme,
) -> None:
    solution = maximise(*programme)
    check_evidence(solution, programme)
    near, far = best_vertex(boxed(programme, FAR)), best_vertex(boxed(programme, 2 * FAR))
    if near is None or far is None:
        assert near is far
        assert isinstance(solution, Infeasible)
    elif near < far:
        assert isinstance(solution, Unbounded)
    else:
        assert isinstance(solution, Optimum)
        assert solution.value == near


def altered(values: Point) -> list[Point]:
    """Every way to add or subtract one at one place."""
    return [
        tuple(v + step * (j == k) for j, v in enumerate(values))
        for k in range(len(values))
        for step in (1, -1)
    ]


@given(programmes(2))
@settings(max_examples=80)
def test_verification_accepts_evidence_exactly_when_the_definition_does(
    programme: Programme,
) -> None:
    c, a, b = programme
    solution = maximise(c, a, b)
    changed: list[lp.Solution] = []
    if isinstance(solution, Optimum):
        changed += [replace(solution, value=solution.value + step) for step in (1, -1)]
    if isinstance(solution, (Optimum, Infeasible)):
        changed += [replace(solution, multipliers=y) for y in altered(solution.multipliers)]
    if isinstance(solution, (Optimum, Unbounded)):
        changed += [replace(solution, point=x) for x in altered(solution.point)]
    if isinstance(solution, Unbounded):
        changed += [replace(solution, ray=v) for v in altered(solution.ray)]
    for candidate in [solution, *changed]:
        try:
            check_evidence(candidate, programme)
            expected = True
        except AssertionError:
            expected = False
        assert verify(candidate, c, a, b) is expected


def test_wrong_evidence_of_each_kind_is_rejected() -> None:
    c, a, b = (F(1),), ((F(1),), (F(-1),)), (F(3), F(0))
    right = Optimum(F(3), (F(3),), (F(1), F(0)))
    assert verify(right, c, a, b)
    assert not verify(replace(right, point=(F(4),)), c, a, b)
    assert not verify(replace(right, value=F(2)), c, a, b)
    assert not verify(replace(right, point=(F(2),)), c, a, b)
    assert not verify(replace(right, multipliers=(F(2), F(1))), c, a, b)
    assert not verify(Optimum(F(0), (F(0),), (F(0), F(-1))), c, a, b)
    assert not verify(Infeasible((F(1), F(1))), c, a, b)
    assert not verify(Infeasible((F(0), F(0))), c, a, b)
    assert not verify(Unbounded((F(0),), (F(1),)), c, a, b)
    assert not verify(Unbounded((F(0),), (F(0),)), c, a, b)


def test_a_solution_that_its_evidence_does_not_prove_is_never_returned(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    wrong = Optimum(F(4), (F(4),), (F(1),))
    monkeypatch.setattr(lp, "_solve", lambda _c, _a, _b: wrong)
    with pytest.raises(ConsistencyError, match="expected a solution that its evidence proves"):
        maximise((F(1),), ((F(1),),), (F(3),))


def test_the_degenerate_programme_that_cycles_without_care_ends() -> None:
    """Beale's example: the textbook rule of the steepest column cycles on it for ever."""
    rows = [
        [F(1, 4), F(-60), F(-1, 25), F(9)],
        [F(1, 2), F(-90), F(-1, 50), F(3)],
        [F(0), F(0), F(1), F(0)],
        *[[F(-(j == k)) for j in range(4)] for k in range(4)],
    ]
    bounds = (F(0), F(0), F(1), *[F(0)] * 4)
    solution = maximise((F(3, 4), F(-150), F(1, 50), F(-6)), tuple(map(tuple, rows)), bounds)
    assert isinstance(solution, Optimum)
    assert solution.value == F(1, 20)
    assert solution.point == (F(1, 25), F(0), F(1), F(0))


@pytest.mark.parametrize("n", [1, 3, 6])
def test_the_skewed_cube_of_klee_and_minty_has_its_known_optimum(n: int) -> None:
    rows = [
        tuple(F(2 ** (i - j + 1)) if j < i else F(int(i == j)) for j in range(n)) for i in range(n)
    ]
    rows += [tuple(F(-(i == j)) for j in range(n)) for i in range(n)]
    bounds = (*[F(5 ** (i + 1)) for i in range(n)], *[F(0)] * n)
    solution = maximise(tuple(F(2 ** (n - 1 - j)) for j in range(n)), tuple(rows), bounds)
    assert isinstance(solution, Optimum)
    assert solution.value == 5**n


@pytest.mark.parametrize(
    ("c", "row", "bound", "kind"),
    [
        ((0,), (1,), 3, Optimum),
        ((1,), (0,), 0, Unbounded),
        ((1,), (0,), -1, Infeasible),
        ((0, 0), (0, 0), 0, Optimum),
        ((0, 0), (0, 0), -1, Infeasible),
        ((0, 1), (1, 0), 0, Unbounded),
    ],
)
def test_programmes_of_zeros_are_decided_too(
    c: tuple[int, ...], row: tuple[int, ...], bound: int, kind: type[lp.Solution]
) -> None:
    programme = (tuple(map(F, c)), (tuple(map(F, row)),), (F(bound),))
    solution = maximise(*programme)
    check_evidence(solution, programme)
    assert type(solution) is kind
