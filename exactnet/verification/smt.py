"""The one module that needs Z3: networks, cells and points as linear real arithmetic.

A network is unrolled with one auxiliary variable per pre-activation and one if-then-else per unit:
the choice of encoding decides how far Z3 gets, and nested terms and big-M constants get less far.
All numbers are exact rationals; models come back as Fractions.
"""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any, TypeAlias

import z3

from exactnet.errors import ConsistencyError, LimitReached
from exactnet.exact.rationals import Vector, from_text, to_text
from exactnet.exact.rows import Row
from exactnet.geometry.affine import AffineMap
from exactnet.limits import Limits
from exactnet.networks.layer import IDENTITY, RELU
from exactnet.networks.network import ReluNetwork

Term: TypeAlias = Any  # z3.ArithRef: Z3's Python interface has no types
Formula: TypeAlias = Any  # z3.BoolRef

And, Or, Not, Implies, Sum, Real = z3.And, z3.Or, z3.Not, z3.Implies, z3.Sum, z3.Real


def number(value: Fraction) -> Term:
    """A rational constant."""
    return z3.RealVal(to_text(value))


def variables(prefix: str, count: int) -> list[Term]:
    """Real variables prefix_0, prefix_1, ..."""
    return [z3.Real(f"{prefix}_{k}") for k in range(count)]


def linear(weights: Sequence[Fraction], terms: Sequence[Term], shift: Fraction) -> Term:
    """sum weights*terms + shift."""
    products = [
        term if weight == 1 else number(weight) * term
        for weight, term in zip(weights, terms, strict=True)
        if weight
    ]
    if shift or not products:
        products.append(number(shift))
    return z3.Sum(products) if len(products) > 1 else products[0]


def image(f: AffineMap, terms: Sequence[Term]) -> list[Term]:
    """The coordinates of f(terms)."""
    rows = zip(f.matrix, f.translation, strict=True)
    return [linear(row, terms, shift) for row, shift in rows]


def below(row: Row, terms: Sequence[Term]) -> Formula:
    """The halfspace row . (terms, 1) <= 0."""
    weights = [Fraction(v) for v in row[:-1]]
    return linear(weights, terms, Fraction(row[-1])) <= 0


def in_cube(terms: Sequence[Term], side: Fraction | Term, strict: bool = False) -> Formula:
    """|t| <= side (or < side) for every term."""
    bound = number(side) if isinstance(side, Fraction) else side
    if strict:
        return z3.And([z3.And(t < bound, -t < bound) for t in terms])
    return z3.And([z3.And(t <= bound, -t <= bound) for t in terms])


def relu(term: Term) -> Term:
    """max(term, 0)."""
    return z3.If(term >= 0, term, number(Fraction(0)))


def equal(terms: Sequence[Term], others: Sequence[Term]) -> Formula:
    """Equality, coordinate by coordinate."""
    return z3.And([t == o for t, o in zip(terms, others, strict=True)])


def encode(
    net: ReluNetwork, inputs: Sequence[Term], prefix: str = "h"
) -> tuple[list[Term], list[Formula]]:
    """Output terms of the network and the defining equations of its auxiliary variables."""
    terms, equations = list(inputs), []
    for k, layer in enumerate(net.layers):
        before = variables(f"{prefix}{k}", layer.outputs)
        for variable, row, shift in zip(before, layer.weight, layer.bias, strict=True):
            equations.append(variable == linear(row, terms, shift))
        terms = []
        for variable, slope in zip(before, layer.slopes, strict=True):
            if slope == IDENTITY:
                terms.append(variable)
            elif slope == RELU:
                terms.append(relu(variable))
            else:
                terms.append(z3.If(variable >= 0, variable, number(slope) * variable))
    return terms, equations


def find_model(
    assertions: Sequence[Formula], wanted: Sequence[Term], limits: Limits
) -> Vector | None:
    """Values of the wanted terms in some model, or None if there is none; LimitReached."""
    solver = z3.SolverFor("QF_LRA")
    solver.set("timeout", min(max(1, int(limits.remaining() * 1000)), 2**31 - 1))
    solver.set("max_memory", min(limits.memory_mib, 2**31 - 1))
    try:
        solver.add(*assertions)
        answer = solver.check()
    except z3.Z3Exception as error:
        raise LimitReached(f"Z3 stopped: {error}") from error
    if answer == z3.unsat:
        return None
    if answer == z3.unknown:
        reason = solver.reason_unknown()
        if "interrupt" in reason:  # Z3 takes the signal of Ctrl-C for itself
            raise KeyboardInterrupt
        raise LimitReached(f"Z3 gave up within {limits.seconds:g} s: {reason}")
    model = solver.model()
    return tuple(_fraction(model.eval(term, model_completion=True)) for term in wanted)


def _fraction(value: z3.ExprRef) -> Fraction:
    if not isinstance(value, z3.RatNumRef):
        raise ConsistencyError.about("Z3 model", "a rational", str(value)[:40], "Report this bug.")
    return from_text(value.as_string())
