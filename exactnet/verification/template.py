"""Levels with different margins as one level with a symbolic margin t, read off their weights.

An inner margin gives every level its own t. Here the weights of many such levels are fitted by
entries alpha + beta t + gamma / t (three levels determine them, all others must agree exactly), and
the fitted level is encoded with t as a variable. Only quotients S / t of sums S >= 0 of relu units
are not linear; each becomes a fresh variable w with facts that hold for every t > 0:
w >= 0, and w >= c exactly when S >= c t, for c in {1/2, 1}, and w = 0 when S = 0. Forgetting the
rest makes the obligations harder, never easier, so what Z3 proves of the encoding holds for the
levels.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from exactnet.exact.linalg import inverse, mat_vec
from exactnet.exact.rationals import Matrix
from exactnet.networks.layer import RELU, Layer
from exactnet.networks.network import ReluNetwork
from exactnet.verification import smt
from exactnet.verification.structure import broken

_MARGIN = "t"
_FACTS = (Fraction(1, 2), Fraction(1))


@dataclass(frozen=True, slots=True)
class LevelTemplate:
    """The layers of a level, as three coefficient layers (alpha, beta, gamma) each.

    A coefficient matrix is one layer's (weight | bias).
    """

    layers: tuple[tuple[Matrix, Matrix, Matrix], ...]

    @classmethod
    def fitted(cls, steps: Sequence[tuple[Fraction, ReluNetwork]]) -> "LevelTemplate":
        """The template of levels given as (t, network), at least three different t.

        Raises ConsistencyError if the levels have no common template.
        """
        distinct = dict(steps)
        if len(distinct) < 3:
            raise broken("three levels with different margins", f"{len(distinct)}")
        chosen = list(distinct)[:3]
        solve = inverse(tuple((Fraction(1), t, 1 / t) for t in chosen))
        networks = [distinct[t] for t in chosen]
        layers = tuple(_fit(solve, [net.layers[k] for net in networks]) for k in range(3))
        template = cls(layers)
        for t, net in steps:
            template.check(t, net)
        return template

    def check(self, t: Fraction, net: ReluNetwork) -> None:
        """Raise ConsistencyError unless the level for margin t is an instance of the template."""
        if len(net.layers) != len(self.layers) or not 0 < t <= 1:
            raise broken("levels of one shape", "another")
        pairs = zip(net.layers, self.layers, strict=True)
        for k, (layer, (alpha, beta, gamma)) in enumerate(pairs):
            if k < net.depth and any(slope != RELU for slope in layer.slopes):
                raise broken("relu units", "other units")
            for found, a, b, c in zip(_table(layer), alpha, beta, gamma, strict=True):
                for v, x, y, z in zip(found, a, b, c, strict=True):
                    if v != x + y * t + z / t:
                        raise broken(f"the template's weight at t = {t}", "another")

    def encode(self, inputs: Sequence[smt.Term]) -> tuple[list[smt.Term], list[smt.Formula]]:
        """Output terms over the inputs and the variable t, with 0 < t <= 1 among the formulas."""
        t = margin_variable()
        terms, formulas = list(inputs), [t > 0, t <= 1]
        for k, (alpha, beta, gamma) in enumerate(self.layers):
            outputs = []
            for i, (a, b, c) in enumerate(zip(alpha, beta, gamma, strict=True)):
                if any(b[:-1]) or c[-1] or (k == 0 and any(c)):
                    raise broken("t in biases, and 1/t in weights on relu units only", "else")
                value = smt.linear(a[:-1], terms, a[-1]) + smt.number(b[-1]) * t
                value = value + self._quotients(c[:-1], terms, t, f"w_{k}_{i}", formulas)
                if k < len(self.layers) - 1:
                    before = smt.Real(f"h_{k}_{i}")
                    formulas.append(before == value)
                    outputs.append(smt.relu(before))
                else:
                    outputs.append(value)
            terms = outputs
        return terms, formulas

    @staticmethod
    def _quotients(
        weights: Sequence[Fraction],
        terms: Sequence[smt.Term],
        t: smt.Term,
        name: str,
        formulas: list[smt.Formula],
    ) -> smt.Term:
        """sum of weights*terms/t, where all weights are equal or 0 and terms are relu units."""
        used = {weight for weight in weights if weight}
        if not used:
            return smt.number(Fraction(0))
        if len(used) > 1:
            raise broken("one factor 1/t a unit", "several")
        total = smt.Sum([term for term, weight in zip(terms, weights, strict=True) if weight])
        quotient = smt.Real(name)
        formulas.append(quotient >= 0)
        formulas.append(smt.Implies(total == 0, quotient == 0))
        for c in _FACTS:
            formulas.append((quotient >= smt.number(c)) == (total >= smt.number(c) * t))
        return smt.number(used.pop()) * quotient


def margin_variable() -> smt.Term:
    """The variable t of an encoded template."""
    return smt.Real(_MARGIN)


def _fit(solve: Matrix, layers: Sequence[Layer]) -> tuple[Matrix, Matrix, Matrix]:
    tables = [_table(layer) for layer in layers]
    if len({(len(table), len(table[0])) for table in tables}) != 1:
        raise broken("levels of one shape", "several")
    fitted = [
        [mat_vec(solve, values) for values in zip(*rows, strict=True)]
        for rows in zip(*tables, strict=True)
    ]
    alpha, beta, gamma = (
        tuple(tuple(entry[k] for entry in row) for row in fitted) for k in range(3)
    )
    return alpha, beta, gamma


def _table(layer: Layer) -> Matrix:
    """(weight | bias)."""
    return tuple((*row, shift) for row, shift in zip(layer.weight, layer.bias, strict=True))
