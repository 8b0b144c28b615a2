"""Proof trees for implications about a network: the search that the checker is spared.

At every node units are decided if the facts decide them; then an alternative is proved, or cases
are distinguished, by a unit or by a polyhedron that the point is outside of. With all units decided
the network is affine, so the search ends, with a tree or a point that violates the implication.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TypeAlias

from exactnet.errors import ConsistencyError, LimitReached
from exactnet.limits import Limits
from exactnet.verification.certificates.multipliers import (
    ContradictionFound,
    Equation,
    Failure,
    Reduced,
    System,
    written,
)
from exactnet.verification.certificates.pruning import pruned
from exactnet.verification.check import (
    ONE,
    Fact,
    Form,
    Goal,
    Implication,
    Network,
    Rejected,
    Row,
    combined,
    dot,
    negated,
)

Tree: TypeAlias = dict[str, object]
Point: TypeAlias = tuple[Fraction, ...]
_ONE = Fraction(1)
_MAX_SAMPLES = 64


class Violated(Exception):  # noqa: N818  # an outcome rather than a fault
    """The implication is false; the argument is an input of the network that shows it."""


def prove_implication(
    net: Network,
    inside: Sequence[Row],
    outside: Sequence[Sequence[Row]],
    alternatives: Sequence[Sequence[Goal]],
    limits: Limits,
    prefer: Sequence[int] = (),
    given: Sequence[Goal] = (),
) -> Tree:
    """A tree, or Violated, or LimitReached if several alternatives are true in turns.

    ``prefer`` are the units to distinguish cases by, first ones first; ``given`` are hypotheses on
    inputs and outputs. The cost is one linear programme or two for every undecided unit of every
    node of the tree.
    """
    search = _Search(net, inside, outside, alternatives, limits, tuple(prefer), given)
    root = search.root()
    return pruned(search.tree(root), len(root.system.facts))


@dataclass(frozen=True, slots=True)
class _Sample:
    """An input of the network, and the values of all variables and pre-activations there."""

    values: Point
    pre: Point

    def at(self, form: Form) -> Fraction:
        """A form over the variables."""
        rest = (value * self.values[v] for v, value in form.items() if v != ONE)
        return sum(rest, start=form.get(ONE, Fraction(0)))

    def satisfies(self, facts: Iterable[Fact]) -> bool:
        """Whether all of them hold here."""
        values = ((self.at(form), strict) for form, strict in facts)
        return all(value > 0 or (not value and not strict) for value, strict in values)


@dataclass(frozen=True, slots=True)
class _Case:
    """What is known at a node; ``given`` are the facts that make it this case."""

    system: System
    given: tuple[Fact, ...]
    samples: tuple[_Sample, ...]
    outside: frozenset[int]

    def holds(self, sample: _Sample) -> bool:
        """Whether a sample belongs to the case."""
        return sample.satisfies(self.given)

    def against(self, form: Form, strict: bool) -> Failure | None:
        """A sample that shows that a form is not always >= 0 (> 0)."""
        for sample in self.samples:
            value = sample.at(form)
            if value < 0 or (strict and not value):
                return Failure(dict(enumerate(sample.values)))
        return None

    def within(self, fact: Fact) -> "_Case":
        """The part of the case in which one more fact holds."""
        narrower = replace(self.knowing(fact), given=(*self.given, fact))
        return replace(narrower, samples=tuple(filter(narrower.holds, self.samples)))

    def knowing(self, fact: Fact) -> "_Case":
        """The same case, with one more fact about it."""
        system, (form, strict) = self.system, fact
        return replace(
            self,
            system=replace(
                system,
                facts=(*system.facts, system.reduce(form)),
                strict=system.strict | ({len(system.facts)} if strict else set()),
            ),
        )


class _Search:
    """One implication; the checker's own reading of it says what the facts are."""

    def __init__(
        self,
        net: Network,
        inside: Sequence[Row],
        outside: Sequence[Sequence[Row]],
        alternatives: Sequence[Sequence[Goal]],
        limits: Limits,
        prefer: tuple[int, ...],
        given: Sequence[Goal] = (),
    ) -> None:
        self.net, self.rows, self.limits, self.prefer = net, outside, limits, prefer
        try:
            self.about = Implication(net, inside, outside, alternatives, given)
        except Rejected as error:
            raise LimitReached(f"certificate: {error}") from None
        self.units = range(len(self.about.slopes))
        self.first = len(inside)
        self.given = self.about.facts[self.first + 2 * len(self.units) :]
        hidden = len(net.layers[-2][1]) if len(net.layers) > 1 else 0
        self.last = self.units[len(self.units) - hidden :]
        self.relevant = self._reachable()

    def _reachable(self) -> set[int]:
        """The units on which a goal or a hypothesis depends."""
        goals = (*self.about.alternatives, self.given)
        reached = {v for facts in goals for form, _ in facts for v in form}
        for k in reversed(self.units):
            if self.net.inputs + k in reached:
                reached |= set(self.about.pre[k])
        return {k for k in self.units if self.net.inputs + k in reached}

    def root(self) -> _Case:
        """What holds in every case."""
        facts = tuple(Reduced(form, {}) for form, _ in self.about.facts)
        strict = frozenset(k for k, (_, strict) in enumerate(self.about.facts) if strict)
        numbers = range(self.first, self.first + 2 * len(self.units))
        system = System(facts, strict, {}, numbers, self.net.inputs)
        given = (*self.about.facts[: self.first], *self.given)
        case = _Case(system, given, (), frozenset(range(len(self.rows))))
        for k in self.units:
            if self.about.slopes[k] == 1:
                least = self.first + 2 * k
                case = self._with_equation(case, k, 1, least, least + 1)
        return case

    def tree(self, case: _Case) -> Tree:
        """The tree of a case."""
        self.limits.check_now_and_then(0)
        steps: list[list[object]] = []
        try:
            end = self._end(case, steps)
        except ContradictionFound as found:
            end = {"contradiction": written(found.args[0])}
        return {"steps": steps, "end": end}

    def _end(self, case: _Case, steps: list[list[object]]) -> Tree:
        """Decide units until an alternative can be proved; else the end that makes cases."""
        case = self._decide(case, steps, self.last)
        end, failure = self._alternative(case)
        if end is not None:
            return end
        preferred = [k for k in self.prefer if k in self._undecided(case)]
        if preferred:
            return self._split(case, preferred[0])
        beyond = self._beyond_which(case, failure) if self.prefer else None
        if beyond is None:
            case = self._decide(case, steps, self.units)
            end, failure = self._alternative(case)
            if end is not None:
                return end
            beyond = self._beyond_which(case, failure)
        if beyond is not None:
            return self._beyond(case, beyond)
        undecided = self._undecided(case)
        if undecided:
            return self._split(case, undecided[0])
        if case.outside:
            return self._beyond(case, min(case.outside))
        raise Violated(self._violating_input(failure))

    def _decide(self, case: _Case, steps: list[list[object]], units: range) -> _Case:
        """Decide all units of a range that matter and that the facts decide."""
        for k in self._undecided(case):
            if k not in units:
                continue
            self.limits.check_now_and_then(0)
            for phase in (0, 1):
                form = self._phase_form(k, phase)
                if case.against(form, strict=False):
                    continue
                found = case.system.prove(form, strict=False)
                if isinstance(found, Failure):
                    case = self._sampled(case, found)
                    continue
                steps.append([k, phase, written(found)])
                case = self._fixed(case, k, phase)
                break
        return case

    def _alternative(self, case: _Case) -> tuple[Tree | None, Failure]:
        """An alternative with its proof, or why the last one fails."""
        if not self.about.alternatives:  # then the facts have to contradict each other
            return None, self._failure(case)
        failure = Failure(None)
        for j, goals in enumerate(self.about.alternatives):
            because = []
            for form, strict in goals:
                found = case.against(form, strict) or case.system.prove(form, strict)
                if isinstance(found, Failure):
                    failure = found
                    break
                because.append(written(found))
            else:
                return {"alternative": j, "because": because}, failure
        return None, failure

    def _failure(self, case: _Case) -> Failure:
        """A point in a case; raises ContradictionFound if there is none."""
        found = case.system.prove({ONE: -_ONE}, strict=False)
        if not isinstance(found, Failure):
            raise ContradictionFound(found)
        return found

    def _undecided(self, case: _Case) -> list[int]:
        known = case.system.equations
        return [k for k in self.units if k in self.relevant and self.net.inputs + k not in known]

    def _phase_form(self, k: int, phase: int) -> Form:
        return self.about.pre[k] if phase else negated(self.about.pre[k])

    def _split(self, case: _Case, k: int) -> Tree:
        off, on = (
            self.tree(self._fixed(case.within((self._phase_form(k, phase), False)), k, phase))
            for phase in (0, 1)
        )
        return {"split": k, "off": off, "on": on}

    def _beyond_which(self, case: _Case, failure: Failure) -> int | None:
        """A polyhedron that holds the inputs of the point at which the proof failed."""
        if failure.point is None:
            return None
        inputs = [*self._inputs(failure), _ONE]
        held = (i for i in sorted(case.outside) if all(dot(r, inputs) >= 0 for r in self.rows[i]))
        return next(held, None)

    def _beyond(self, case: _Case, i: int) -> Tree:
        left = replace(case, outside=case.outside - {i})
        forms = self.about.outside[i]
        return {"beyond": i, "cases": [self.tree(left.within((negated(f), True))) for f in forms]}

    def _fixed(self, case: _Case, k: int, phase: int) -> _Case:
        """Add the fact that unit k is in a phase: h = z or h = a z."""
        number, least = len(case.system.facts), self.first + 2 * k + (1 - phase)
        case = case.knowing((negated(self.about.differences(k)[1 - phase]), False))
        pair = (number, least) if self.about.slopes[k] > 1 else (least, number)
        return self._with_equation(case, k, phase, *pair)

    def _with_equation(self, case: _Case, k: int, phase: int, least: int, most: int) -> _Case:
        system, variable = case.system, self.net.inputs + k
        factor = _ONE if phase else self.about.slopes[k]
        form = combined(({variable: _ONE}, _ONE), (self.about.pre[k], -factor))
        equations = {**system.equations, variable: Equation(variable, form, least, most)}
        system = replace(system, equations=equations)
        facts = tuple(
            system.reduce_further(fact) if variable in fact.form else fact for fact in system.facts
        )
        return replace(case, system=replace(system, facts=facts))

    def _inputs(self, failure: Failure) -> Point:
        point = failure.point or {}
        return tuple(point.get(v, Fraction(0)) for v in range(self.net.inputs))

    def _sampled(self, case: _Case, failure: Failure) -> _Case:
        """Remember the inputs of a point at which a proof failed, if they belong to the case."""
        if failure.point is None or len(case.samples) >= _MAX_SAMPLES:
            return case
        sample = self._sample(self._inputs(failure))
        if not case.holds(sample):
            return case
        if self._violates(sample):
            raise Violated(sample.values[: self.net.inputs])
        return replace(case, samples=(*case.samples, sample))

    def _violates(self, sample: _Sample) -> bool:
        """Whether an input that satisfies the hypotheses is in no polyhedron and no alternative."""
        inputs = [*sample.values[: self.net.inputs], _ONE]
        held = any(all(dot(row, inputs) >= 0 for row in rows) for rows in self.rows)
        return not held and not any(map(sample.satisfies, self.about.alternatives))

    def _sample(self, inputs: Point) -> _Sample:
        """The network at a point."""
        values, pre = list(inputs), []
        for k in self.units:
            z = _Sample(tuple(values), ()).at(self.about.pre[k])
            pre.append(z)
            values.append(z if z >= 0 else self.about.slopes[k] * z)
        return _Sample(tuple(values), tuple(pre))

    def _violating_input(self, failure: Failure) -> Point:
        """The inputs of the point at which no alternative holds; all units are decided."""
        if failure.point is None:
            raise ConsistencyError.about(
                "tree", "a proof or a violating point", "neither", "Report this bug."
            )
        inputs = self._inputs(failure)
        sample = self._sample(inputs)
        if any(sample.satisfies(goals) for goals in self.about.alternatives):
            raise LimitReached("certificate: a tree has no cases to tell these alternatives apart")
        return inputs
