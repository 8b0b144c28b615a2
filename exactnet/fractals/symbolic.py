"""The one module that needs SymPy: maps out as SymPy matrices, and LaTeX.

Imported only when asked for, so that ``import exactnet`` does not load SymPy.
"""

import sympy

from exactnet.geometry.affine import AffineMap
from exactnet.geometry.box import Box


def matrices(maps: tuple[AffineMap, ...]) -> list[tuple[sympy.Matrix, sympy.Matrix]]:
    """Pairs (A_i, b_i) of SymPy matrices with rational entries."""

    def rational(value: object) -> sympy.Rational:
        return sympy.Rational(value)

    return [
        (
            sympy.Matrix([[rational(v) for v in row] for row in f.matrix]),
            sympy.Matrix([rational(v) for v in f.translation]),
        )
        for f in maps
    ]


def latex(maps: tuple[AffineMap, ...], base: Box) -> str:
    """One display line a map, and the base box."""
    lines = [
        rf"F_{{{k}}}(x) = {sympy.latex(a)} x + {sympy.latex(b)}"
        for k, (a, b) in enumerate(matrices(maps), 1)
    ]
    sides = r" \times ".join(
        f"[{sympy.latex(sympy.Rational(a))}, {sympy.latex(sympy.Rational(b))}]"
        for a, b in zip(base.lower, base.upper, strict=True)
    )
    return r" \\ ".join([*lines, f"K_0 = {sides}"])
