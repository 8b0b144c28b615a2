"""SymPy in and out: the same maps, evaluated by SymPy."""

from fractions import Fraction as F

import pytest
import sympy
from hypothesis import given, settings
from strategies_lower import interval_systems

from exactnet.errors import InputError, InputTypeError
from exactnet.fractals import gallery
from exactnet.fractals.ifs import IFS
from exactnet.testing.strategies import points


@pytest.mark.parametrize("name", gallery.names())
def test_a_fractal_survives_the_way_through_sympy(name: str) -> None:
    ifs = gallery.get(name)
    base = list(zip(ifs.base.lower, ifs.base.upper, strict=True))
    assert IFS.from_sympy(ifs.sympy(), base) == ifs


@given(interval_systems(), points(1))
@settings(max_examples=20)
def test_the_matrices_map_points_as_the_maps_do(
    case: tuple[IFS, list[tuple[F, F]]], x: tuple[F, ...]
) -> None:
    ifs, _ = case
    column = sympy.Matrix([sympy.Rational(v.numerator, v.denominator) for v in x])
    for (a, b), f in zip(ifs.sympy(), ifs.maps, strict=True):
        image = a * column + b
        assert all(entry.is_Rational for entry in image)
        assert tuple(F(int(v.p), int(v.q)) for v in image) == f(x)


def test_sympy_matrices_with_rational_entries_make_a_system() -> None:
    third = sympy.Rational(1, 3)
    maps = [(sympy.Matrix([[third]]), sympy.Matrix([s * 2 * third])) for s in (-1, 1)]
    assert IFS.from_sympy(maps) == gallery.cantor()
    assert IFS.from_sympy(maps, [(-1, sympy.Integer(1))], name="mine").name == "mine"


@pytest.mark.parametrize(
    ("entry", "kind"),
    [(sympy.Float(1) / 3, "Float"), (sympy.sqrt(2) / 3, "Mul"), (sympy.Symbol("a"), "Symbol")],
)
def test_a_sympy_entry_that_is_not_rational_is_refused(entry: sympy.Expr, kind: str) -> None:
    with pytest.raises(InputTypeError) as caught:
        IFS.from_sympy([(sympy.Matrix([[entry]]), sympy.Matrix([0]))])
    assert str(caught.value).startswith(
        f"IFS map F_1.matrix[0][0]: expected int, str or Fraction, got {kind}."
    )


def test_sympy_matrices_of_the_wrong_shape_are_refused() -> None:
    half = sympy.Rational(1, 2)
    with pytest.raises(InputError, match="got 1x1 and 2"):
        IFS.from_sympy([(sympy.Matrix([[half]]), sympy.Matrix([0, 0]))])


def test_latex_shows_every_map_and_the_base() -> None:
    assert gallery.cantor_reversed().latex() == (
        r"F_{1}(x) = \left[\begin{matrix}- \frac{1}{3}\end{matrix}\right] x"
        r" + \left[\begin{matrix}\frac{1}{3}\end{matrix}\right] \\ "
        r"F_{2}(x) = \left[\begin{matrix}\frac{1}{3}\end{matrix}\right] x"
        r" + \left[\begin{matrix}\frac{2}{3}\end{matrix}\right] \\ K_0 = [0, 1]"
    )
    dust = gallery.cantor_dust().latex()
    assert [f"F_{{{k}}}(x)" in dust for k in range(1, 6)] == [True] * 4 + [False]
    assert dust.endswith(r"K_0 = [-1, 1] \times [-1, 1]")
