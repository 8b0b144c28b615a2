"""Farkas multipliers for facts about the variables of a network, by exact linear programmes.

A unit whose phase is decided satisfies an equation h = z or h = a z, one fact for each direction.
Facts and targets are first *reduced* by these equations, so programmes have the inputs and the
undecided units as variables only; the equations come back with the sign that they need.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from exactnet.exact import lp
from exactnet.exact.rationals import Vector, to_text
from exactnet.verification.check import ONE, Form, combined, negated

Multipliers = dict[int, Fraction]
_ONE = Fraction(1)


@dataclass(frozen=True, slots=True)
class Equation:
    """h - form = 0 for a decided unit, and the numbers of the facts >= and <= that say so."""

    variable: int
    form: Form  # h - z or h - a z
    least: int
    most: int


@dataclass(frozen=True, slots=True)
class Reduced:
    """A form and what was subtracted from it: multiples of the equations of decided units."""

    form: Form
    taken: Form  # by variable of the unit

    def without(self, equation: Equation) -> "Reduced":
        """Eliminate a unit."""
        factor = self.form.get(equation.variable)
        if factor is None:
            return self
        taken = combined((self.taken, _ONE), ({equation.variable: factor}, _ONE))
        return Reduced(combined((self.form, _ONE), (equation.form, -factor)), taken)


@dataclass(frozen=True, slots=True)
class Failure:
    """Multipliers do not exist; a point at which the target is small, if there is one."""

    point: dict[int, Fraction] | None


class ContradictionFound(Exception):  # noqa: N818  # an outcome rather than a fault
    """The facts have no solution; the argument is the multipliers that say so."""


@dataclass(frozen=True, slots=True)
class System:
    """The reduced facts in order, the numbers of the strict ones, and the decided units.

    ``units`` is the range of the facts that hold for undecided units, two a unit, and
    ``inputs`` the number of inputs: unit k is variable ``inputs`` + k.
    """

    facts: tuple[Reduced, ...]
    strict: frozenset[int]
    equations: dict[int, Equation]
    units: range
    inputs: int

    def reduce(self, form: Form) -> Reduced:
        """A form without decided units (later units first: equations mention earlier ones)."""
        return self.reduce_further(Reduced(form, {}))

    def reduce_further(self, found: Reduced) -> Reduced:
        """The same, of a form from which units were eliminated before."""
        for variable in sorted(self.equations, reverse=True):
            found = found.without(self.equations[variable])
        return found

    def prove(self, target: Form, strict: bool) -> Multipliers | Failure:
        """Multipliers that prove target >= 0 (> 0); raises ContradictionFound."""
        reduced = self.reduce(target)
        constant = reduced.form.get(ONE, Fraction(0))
        if set(reduced.form) <= {ONE} and (constant > 0 or (constant == 0 and not strict)):
            return self._combine({}, reduced)
        used = self._relevant(reduced.form)
        mentioned = set(reduced.form).union(*(self.facts[k].form for k in used))
        variables = sorted(mentioned - {ONE})
        if not used or not variables:
            return Failure(None)
        objective = tuple(-reduced.form.get(v, Fraction(0)) for v in variables)
        rows = [self.facts[k].form for k in used]
        solution = _maximise(objective, rows, variables)
        if isinstance(solution, lp.Infeasible):
            raise ContradictionFound(self._combine(_by(used, solution.multipliers), None))
        if isinstance(solution, lp.Unbounded):
            far = [p + v for p, v in zip(solution.point, solution.ray, strict=True)]
            return Failure(dict(zip(variables, far, strict=True)))
        least = constant - solution.value
        if least > 0 or (least == 0 and not strict):
            return self._combine(_by(used, solution.multipliers), reduced)
        point = dict(zip(variables, solution.point, strict=True))
        return self._prove_strictly(reduced, used, variables, point) if strict else Failure(point)

    def _prove_strictly(
        self, target: Reduced, used: Sequence[int], variables: list[int], point: dict[int, Fraction]
    ) -> Multipliers | Failure:
        """Find the largest t with strict facts >= t and target <= 0: none is positive."""
        slack = -2
        rows = [
            combined((self.facts[k].form, _ONE), ({slack: -_ONE} if k in self.strict else {}, _ONE))
            for k in used
        ]
        rows += [negated(target.form), {slack: -_ONE, ONE: _ONE}]
        objective = tuple(Fraction(int(v == slack)) for v in (*variables, slack))
        solution = _maximise(objective, rows, [*variables, slack])
        if not isinstance(solution, lp.Optimum):
            return Failure(point)
        if solution.value > 0:
            return Failure(dict(zip(variables, solution.point, strict=False)))
        factor = solution.multipliers[len(used)]
        found = _by(used, solution.multipliers[: len(used)])
        if not factor:
            raise ContradictionFound(self._combine(found, None))
        return self._combine({k: y / factor for k, y in found.items()}, target)

    def _relevant(self, target: Form) -> list[int]:
        """The facts about the target's variables, the case at hand, and what those depend on."""
        forms = {k: set(fact.form) - {ONE} for k, fact in enumerate(self.facts) if fact.form}
        reached = set(target) - {ONE}
        for k, variables in forms.items():
            if k not in self.units:
                reached |= variables
        for k in reversed(self.units):  # bounds of a unit mention earlier ones
            if k in forms and self.inputs + (k - self.units.start) // 2 in reached:
                reached |= forms[k]
        return [k for k, variables in forms.items() if variables <= reached]

    def _combine(self, found: Multipliers, target: Reduced | None) -> Multipliers:
        """Multipliers of the facts as they are: equations come back with their sign."""
        total: Multipliers = dict(found)
        taken = combined(
            ({} if target is None else target.taken, _ONE),
            *((self.facts[k].taken, -y) for k, y in found.items()),
        )
        for variable, factor in taken.items():
            equation = self.equations[variable]
            fact = equation.least if factor > 0 else equation.most
            total[fact] = total.get(fact, Fraction(0)) + abs(factor)
        return {k: y for k, y in total.items() if y}


def _by(used: Sequence[int], multipliers: Vector) -> Multipliers:
    return {k: y for k, y in zip(used, multipliers, strict=True) if y}


def _maximise(objective: Vector, rows: Iterable[Form], variables: list[int]) -> lp.Solution:
    """Maximise over forms >= 0."""
    zero = Fraction(0)
    forms = list(rows)
    matrix = tuple(tuple(-form.get(v, zero) for v in variables) for form in forms)
    return lp.maximise(objective, matrix, tuple(form.get(ONE, zero) for form in forms))


def written(multipliers: Multipliers) -> list[list[object]]:
    """Multipliers as a certificate has them."""
    return [
        [k, int(y) if y.denominator == 1 else to_text(y)] for k, y in sorted(multipliers.items())
    ]
