"""Two readers of VNN-LIB that share no code with the writer: Z3 for 1.0, the parser for 2.0.

VNN-LIB 1.0 is SMT-LIB but for its negative decimals. The package ``vnnlib`` is the standard's own
parser and type checker for 2.0; it keeps the digits of every number.
"""

import re
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

import pytest
import z3

vnnlib = pytest.importorskip("vnnlib")  # there is none for Linux on ARM

Formula = Callable[[Sequence[Any], Any], Any]
_COMPARE: dict[type, Callable[[Any, Any], Any]] = {
    vnnlib.LessEqual: lambda a, b: a <= b,
    vnnlib.GreaterEqual: lambda a, b: a >= b,
}


def first(text: str, dim: int) -> Formula:
    """A property in version 1.0 as a function of numbers (x_0, ..., x_(d-1)) and y for Z3."""
    found = z3.And(*z3.parse_smt2_string(re.sub(r" -([\d.]+)", r" (- \1)", text)))
    names = [*(z3.Real(f"X_{j}") for j in range(dim)), z3.Real("Y_0")]

    def at(x: Sequence[Any], y: Any) -> Any:
        return z3.substitute(found, *zip(names, [*x, y], strict=True))

    return at


def second(text: str) -> Formula:
    """A property in version 2.0 as a function, for Fractions and for Z3 alike."""
    query = vnnlib.parse_query_string(text)
    assertions = [assertion.expr for assertion in query.assertions]
    return lambda x, y: _all([_formula(one, x, y) for one in assertions])


def _formula(node: Any, x: Sequence[Any], y: Any) -> Any:
    if isinstance(node, vnnlib.And):
        return _all([_formula(part, x, y) for part in node.args])
    if isinstance(node, vnnlib.Or):
        parts = [_formula(part, x, y) for part in node.args]
        return any(parts) if isinstance(parts[0], bool) else z3.Or(*parts)
    return _COMPARE[type(node)](_term(node.lhs, x, y), _term(node.rhs, x, y))


def _all(parts: list[Any]) -> Any:
    return all(parts) if isinstance(parts[0], bool) else z3.And(*parts)


def _term(node: Any, x: Sequence[Any], y: Any) -> Any:
    if isinstance(node, vnnlib.Var):
        assert len(node.indices) == 2 and node.indices[0] == 0
        return {"X": x, "Y": [y]}[node.name][node.indices[1]]
    if isinstance(node, vnnlib.Literal):
        value = Fraction(node.lexeme)
        return value if isinstance(y, Fraction) else z3.Q(value.numerator, value.denominator)
    parts = [_term(part, x, y) for part in node.args]
    total = parts[0]
    for part in parts[1:]:
        total = total + part if isinstance(node, vnnlib.Plus) else total * part
    assert isinstance(node, (vnnlib.Plus, vnnlib.Multiply))
    return total
