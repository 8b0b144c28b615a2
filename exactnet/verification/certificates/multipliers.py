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
        self._contradict_alone()
        used = self._relevant(reduced.form)
        mentioned = set(reduced.form).union(*(self.facts[k].form for k in used))
        variables = sorted(mentioned - {ONE})
        if not used:
            return Failure(_anywhere(reduced.form))
        objective = tuple(-reduced.form.get(v, Fraction(0)) for v in variables)
        rows = [self.facts[k].form for k in used]
        solution = _maximise(objective, rows, variables)
        if isinstance(solution, lp.Infeasible):
            raise ContradictionFound(self._combine(_by(used, solution.multipliers), None))
        if isinstance(solution, lp.Optimum):
            least = constant - solution.value
            if least > 0 or (least == 0 and not strict):
                return self._combine(_by(used, solution.multipliers), reduced)
            point = solution.point
        else:
            point = _far(solution, objective, constant)
        values = dict(zip(variables, point, strict=True))
        if not strict and not self.strict & set(used):
            return Failure(values)
        return self._prove_strictly(reduced, used, variables, values)

    def _contradict_alone(self) -> None:
        """Notice a fact that no variable can help: -1 >= 0, or 0 > 0."""
        for k, fact in enumerate(self.facts):
            value = fact.form.get(ONE, Fraction(0))
            alone = not set(fact.form) - {ONE}
            if alone and (value < 0 or (not value and k in self.strict)):
                raise ContradictionFound(self._combine({k: _ONE}, None))

    def _prove_strictly(
        self, target: Reduced, used: Sequence[int], variables: list[int], point: dict[int, Fraction]
    ) -> Multipliers | Failure:
        """Find the largest t with strict facts >= t and target <= 0: none is positive.

        ``point`` satisfies the facts except that strict ones may be 0, and has the least target.
        """
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
        if solution.value > 0:  # the middle, so that no strict fact is 0, and the target is below
            found = dict(zip(variables, solution.point, strict=False))
            return Failure({v: (found[v] + point[v]) / 2 for v in variables})
        factor = solution.multipliers[len(used)]
        taken = _by(used, solution.multipliers[: len(used)])
        if not factor:
            raise ContradictionFound(self._combine(taken, None))
        return self._combine({k: y / factor for k, y in taken.items()}, target)

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


def _anywhere(target: Form) -> dict[int, Fraction]:
    """A point at which a target is negative, if it is not a constant >= 0."""
    weights = {v: a for v, a in target.items() if v != ONE}
    norm = sum((a * a for a in weights.values()), start=Fraction(0))
    above = max(target.get(ONE, Fraction(0)) + 1, Fraction(0))
    return {v: -above * a / norm for v, a in weights.items()}


def _far(solution: lp.Unbounded, objective: Vector, constant: Fraction) -> Vector:
    """A point of a ray at which the target, constant - objective, is negative."""
    start, slope = (
        sum((c * v for c, v in zip(objective, values, strict=True)), start=Fraction(0))
        for values in (solution.point, solution.ray)
    )
    steps = max(_ONE, (constant - start + 1) / slope)
    return tuple(p + steps * v for p, v in zip(solution.point, solution.ray, strict=True))


def written(multipliers: Multipliers) -> list[list[object]]:
    """Multipliers as a certificate has them."""
    return [
        [k, int(y) if y.denominator == 1 else to_text(y)] for k, y in sorted(multipliers.items())
    ]
