"""Exact integrals of affine forms over polytopes."""

from collections.abc import Sequence
from fractions import Fraction
from math import factorial, prod

from exactnet.exact.linalg import integer_determinant
from exactnet.exact.rationals import Vector
from exactnet.exact.rows import Row, dot
from exactnet.geometry.polyhedron import Polyhedron


def integrals(polytope: Polyhedron, forms: Sequence[Row]) -> Vector:
    """The integrals of affine forms, rows over (x, 1), over a bounded polyhedron.

    Over a simplex with vertices v_0..v_d an affine h has the integral vol * mean of the h(v_k); a
    polytope is cut into simplices. The form (0, ..., 0, 1) gives the volume.

    >>> from exactnet.geometry.box import Box
    >>> square = Polyhedron.of_box(Box.of([(0, 1), (0, 2)]))
    >>> integrals(square, [(0, 0, 1), (1, 0, 0), (0, 1, 0)])
    (Fraction(2, 1), Fraction(1, 1), Fraction(2, 1))
    """
    size = len(polytope.rays[0])
    rays = polytope.rays
    points = [[Fraction(dot(row, ray), ray[-1]) for ray in rays] for row in forms]
    totals = [Fraction(0)] * len(forms)
    for simplex in polytope.simplices(range(len(rays))):
        corners = [rays[k] for k in simplex]
        volume = Fraction(abs(integer_determinant(corners)), prod(ray[-1] for ray in corners))
        for k, values in enumerate(points):
            totals[k] += volume * sum((values[v] for v in simplex), start=Fraction(0))
    return tuple(total / (factorial(size - 1) * size) for total in totals)
