"""Exact linear programmes: maximise c.x subject to A x <= b over free rational x.

The simplex method (Bland's rule, so it ends) runs on the dual, min b.y with A^T y = c, y >= 0,
which has as few rows as there are variables. Every answer carries its evidence: an optimum has
multipliers that prove that nothing is larger, infeasibility has Farkas multipliers,
unboundedness has a feasible point and a ray. ``verify`` re-checks any of them by arithmetic alone.
"""

from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias

from flint import fmpq

from exactnet.errors import ConsistencyError
from exactnet.exact.linalg import inner, mat_vec, to_flint, to_fraction, transpose
from exactnet.exact.rationals import Matrix, Vector

_ZERO = fmpq(0)


@dataclass(frozen=True, slots=True)
class Optimum:
    """The largest value, a point that attains it, and y >= 0 with y A = c, y.b = value."""

    value: Fraction
    point: Vector
    multipliers: Vector


@dataclass(frozen=True, slots=True)
class Infeasible:
    """Farkas multipliers: y >= 0 with y A = 0 and y.b < 0, so A x <= b has no solution."""

    multipliers: Vector


@dataclass(frozen=True, slots=True)
class Unbounded:
    """A feasible point and a ray v with A v <= 0 and c.v > 0."""

    point: Vector
    ray: Vector


Solution: TypeAlias = Optimum | Infeasible | Unbounded


def maximise(c: Vector, a: Matrix, b: Vector) -> Solution:
    """The exact solution of max c.x subject to A x <= b, x free.

    >>> one = Fraction(1)
    >>> best = maximise((one,), ((one,), (-one,)), (Fraction(3), Fraction(0)))
    >>> best.value, best.multipliers
    (Fraction(3, 1), (Fraction(1, 1), Fraction(0, 1)))

    At least one row and one variable. Raises ConsistencyError if the evidence proves nothing, which
    would be a bug. Cost: in practice few pivots a variable, exponentially many at worst.
    """
    solution = _solve(c, a, b)
    if not verify(solution, c, a, b):
        raise ConsistencyError.about(
            "maximise", "a solution that its evidence proves", repr(solution), "Report this bug."
        )
    return solution


def verify(solution: Solution, c: Vector, a: Matrix, b: Vector) -> bool:
    """Whether the evidence in ``solution`` proves it, checked without solving anything."""
    columns = transpose(a)
    if isinstance(solution, Infeasible):
        y = solution.multipliers
        return min(y) >= 0 and not any(inner(y, col) for col in columns) and inner(y, b) < 0
    if any(left > right for left, right in zip(mat_vec(a, solution.point), b, strict=True)):
        return False
    if isinstance(solution, Unbounded):
        return max(mat_vec(a, solution.ray)) <= 0 < inner(c, solution.ray)
    y = solution.multipliers
    dual_feasible = min(y) >= 0 and tuple(inner(y, col) for col in columns) == tuple(c)
    return dual_feasible and inner(c, solution.point) == inner(y, b) == solution.value


def _solve(c: Vector, a: Matrix, b: Vector) -> Solution:
    tableau = _Tableau(c, a)
    direction = tableau.phase_one()
    if direction is not None:  # the dual has no solution: unbounded, if feasible at all
        start = _solve(tuple(Fraction(0) for _ in c), a, b)
        return Unbounded(start.point, direction) if isinstance(start, Optimum) else start
    ray = tableau.minimise([to_flint(value) for value in b])
    if ray is not None:
        return Infeasible(ray)
    point = tableau.simplex_multipliers()
    return Optimum(inner(c, point), point, tableau.solution())


class _Tableau:
    """Rows [A^T | I | c] with signs making c >= 0; the I columns are artificial variables."""

    def __init__(self, c: Vector, a: Matrix) -> None:
        self.variables, self.equations = len(a), len(c)
        self.signs = [-1 if value < 0 else 1 for value in c]
        self.rows = [
            [to_flint(row[k]) * sign for row in a]
            + [fmpq(int(j == k)) for j in range(self.equations)]
            + [to_flint(c[k]) * sign]
            for k, sign in enumerate(self.signs)
        ]
        self.basis = [self.variables + k for k in range(self.equations)]
        self.costs: list[fmpq] = []

    def phase_one(self) -> Vector | None:
        """Drive the artificial variables to zero, or return v with A v <= 0 < c.v."""
        objective = [_ZERO] * self.variables + [fmpq(1)] * self.equations
        self._price(objective)
        self._iterate()
        if self.costs[-1] != 0:
            artificial = self.costs[self.variables : -1]
            return tuple(
                to_fraction((1 - cost) * sign)
                for cost, sign in zip(artificial, self.signs, strict=True)
            )
        for k, column in enumerate(self.basis):
            if column >= self.variables:
                entering = next((j for j in range(self.variables) if self.rows[k][j] != 0), None)
                if entering is not None:
                    self._pivot(k, entering)
        return None

    def minimise(self, b: list[fmpq]) -> Vector | None:
        """Minimise b.y from the basis of phase one; a ray y if there is no minimum."""
        self._price(b + [_ZERO] * self.equations)
        entering = self._iterate()
        if entering is None:
            return None
        ray = [Fraction(0)] * self.variables
        ray[entering] = Fraction(1)
        for row, column in zip(self.rows, self.basis, strict=True):
            if column < self.variables:
                ray[column] = to_fraction(-row[entering])
        return tuple(ray)

    def simplex_multipliers(self) -> Vector:
        """The point x of the original programme, read off the artificial columns."""
        artificial = self.costs[self.variables : -1]
        return tuple(
            to_fraction(-cost * sign) for cost, sign in zip(artificial, self.signs, strict=True)
        )

    def solution(self) -> Vector:
        """The current y."""
        y = [Fraction(0)] * self.variables
        for row, column in zip(self.rows, self.basis, strict=True):
            if column < self.variables:
                y[column] = to_fraction(row[-1])
        return tuple(y)

    def _price(self, objective: list[fmpq]) -> None:
        costs = [*objective, _ZERO]
        for row, column in zip(self.rows, self.basis, strict=True):
            price = objective[column]
            if price != 0:
                costs = [cost - price * value for cost, value in zip(costs, row, strict=True)]
        self.costs = costs

    def _iterate(self) -> int | None:
        """Pivot to the optimum; the entering column if the objective has no minimum."""
        while True:
            entering = next((j for j in range(self.variables) if self.costs[j] < 0), None)
            if entering is None:
                return None
            ratios = [
                (row[-1] / row[entering], self.basis[k], k)
                for k, row in enumerate(self.rows)
                if row[entering] > 0
            ]
            if not ratios:
                return entering
            self._pivot(min(ratios)[2], entering)

    def _pivot(self, leaving: int, entering: int) -> None:
        pivot = self.rows[leaving][entering]
        row = self.rows[leaving] = [value / pivot for value in self.rows[leaving]]
        for k, other in enumerate(self.rows):
            factor = other[entering]
            if k != leaving and factor != 0:
                self.rows[k] = [x - factor * y for x, y in zip(other, row, strict=True)]
        factor = self.costs[entering]
        if factor != 0:
            self.costs = [x - factor * y for x, y in zip(self.costs, row, strict=True)]
        self.basis[leaving] = entering
