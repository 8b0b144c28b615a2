"""Finitely many points on which a network must have given signs, and whether one hidden layer can.

f = c + sum_i a_i relu(w_i.x + b_i) equals c + sum_i (+-1) relu(w_i.x + b_i) after scaling each unit
by |a_i|. So for points given beforehand, and a number of units with the sign +, "f >= 0 on these,
f < 0 on those, f = 0 there" is linear real arithmetic in (c, w, b) with one case distinction a unit
and point. f < 0 at finitely many points may be read as f <= -1, since f may be scaled. If no number
of units with the sign + has a solution, no network with one hidden layer of k units has these
signs, nor one of fewer.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations, pairwise, product
from math import prod

from exactnet.exact.rationals import Vector
from exactnet.exact.rows import Row, dot, homogeneous
from exactnet.fractals.hypotheses import Contact
from exactnet.fractals.ifs import IFS
from exactnet.fractals.prefractal import Cell
from exactnet.geometry.box import Box
from exactnet.limits import Limits
from exactnet.networks.network import ReluNetwork
from exactnet.verification import smt

MAX_GRID = 60


@dataclass(frozen=True, slots=True)
class Sample:
    """A point and the sign that f must have there: 1 for f >= 0, -1 for f < 0, 0 for f = 0."""

    point: Vector
    sign: int


def shallow_network(samples: Sequence[Sample], width: int, limits: Limits) -> ReluNetwork | None:
    """A network with one hidden layer of ``width`` units and these signs, or None: there is none.

    >>> line = [Sample((Fraction(x),), sign) for x, sign in enumerate((1, -1, 1, -1, 1))]
    >>> shallow_network(line, 2, Limits()) is None, shallow_network(line, 3, Limits()).width
    (True, 3)

    Raises LimitReached. Cost: the case distinctions, width times points, are searched.
    """
    for plus in range(width, -1, -1):
        found = _with_signs(samples, [1] * plus + [-1] * (width - plus), limits)
        if found is not None:
            return found
    return None


def _with_signs(
    samples: Sequence[Sample], outer: Sequence[int], limits: Limits
) -> ReluNetwork | None:
    d, k = len(samples[0].point), len(outer)
    weights = [smt.variables(f"w{i}", d) for i in range(k)]
    shifts, constant = smt.variables("b", k), smt.Real("c")
    wanted = [constant, *shifts, *(w for row in weights for w in row)]
    formulas = [
        weights[i][0] <= weights[i + 1][0]  # units with one sign may be put in order
        for i, (a, b) in enumerate(pairwise(outer))
        if a == b
    ]
    for n, sample in enumerate(samples):
        terms = [constant]
        for i, before in enumerate(smt.variables(f"h{n}", k)):
            value = smt.linear((*sample.point, Fraction(1)), (*weights[i], shifts[i]), Fraction(0))
            formulas.append(before == value)
            terms.append(smt.relu(before) if outer[i] > 0 else -smt.relu(before))
        f = smt.Sum(terms)
        formulas.append(f == 0 if sample.sign == 0 else f >= 0 if sample.sign > 0 else f <= -1)
    model = smt.find_model(formulas, wanted, limits)
    if model is None:
        return None
    rows = [model[1 + k + i * d : 1 + k + (i + 1) * d] for i in range(k)]
    return ReluNetwork.of([(rows, model[1 : 1 + k]), ([list(outer)], [model[0]])])


def samples_of(ifs: IFS, depth: int, everywhere: bool) -> tuple[Sample, ...]:
    """Points of K_0 (or of R^d) with the signs of every network whose {f >= 0} is K_depth there.

    The points form a grid through the corners of the cells and the middles of the gaps between
    (and outside, if ``everywhere``); where that is more than 60 points, they are the corners and
    the middles between two cells. f = 0 where K_depth meets its complement.

    >>> from exactnet.fractals.gallery import cantor
    >>> [(str(s.point[0]), s.sign) for s in samples_of(cantor(), 1, False)]
    [('-1', 1), ('-1/3', 0), ('0', -1), ('1/3', 0), ('1', 1)]
    """
    cells = list(ifs.prefractal(depth).cells())
    corners = [cell.vertices() for cell in cells]
    axes = [_axis(ifs.base, corners, j, everywhere) for j in range(ifs.dim)]
    points = list(product(*axes)) if prod(map(len, axes)) <= MAX_GRID else [
        *ifs.base.vertices(),
        *(v for vertices in corners for v in vertices),
        *(_middle(a.centre, b.centre) for a, b in combinations(cells, 2)),
    ]  # fmt: skip
    return tuple(Sample(x, sign_at(ifs, depth, x, everywhere)) for x in dict.fromkeys(points))


def _axis(base: Box, corners: list[list[Vector]], axis: int, everywhere: bool) -> list[Fraction]:
    """The coordinates of a grid on an axis."""
    shadows = [sorted(v[axis] for v in vertices) for vertices in corners]
    ends = {s[0] for s in shadows} | {s[-1] for s in shadows}
    values = sorted(ends | {base.lower[axis], base.upper[axis]})
    middles = [(a + b) / 2 for a, b in pairwise(values)]
    free = [m for m in middles if not any(s[0] <= m <= s[-1] for s in shadows)]
    outside = [values[0] - 1, values[-1] + 1] if everywhere else []
    return sorted([*values, *free, *outside])


def _middle(a: Vector, b: Vector) -> Vector:
    return tuple((x + y) / 2 for x, y in zip(a, b, strict=True))


def sign_at(ifs: IFS, depth: int, point: Vector, everywhere: bool) -> int:
    """The sign at a point: 0 where every neighbourhood meets K_depth and its complement.

    Where images touch, points of cells are given 1, which asks for less.

    >>> from exactnet.fractals.gallery import cantor_dust
    >>> [sign_at(cantor_dust(), 1, (Fraction(1), Fraction(1, y)), False) for y in (1, 2, 3)]
    [1, 0, -1]
    """
    prefractal = ifs.prefractal(depth)
    found = prefractal.locate(point)
    if not found:
        return -1
    if ifs.contact is not Contact.DISJOINT:
        return 1
    cell = prefractal.cell(next(iter(found.values())))
    return 0 if _on_border(ifs, cell, point, everywhere) else 1


def _on_border(ifs: IFS, cell: Cell, point: Vector, everywhere: bool) -> bool:
    """Whether a facet of the cell through the point cuts K_0 (or R^d) off there.

    It does not if its normal is a combination of outer normals of K_0 at the point.
    """
    x = homogeneous(point)
    for row in _facets(cell, ifs):
        if dot(row, x):
            continue
        if everywhere or not all(
            not weight or value == (high if weight > 0 else low)
            for weight, value, low, high in zip(
                row[:-1], point, ifs.base.lower, ifs.base.upper, strict=True
            )
        ):
            return True
    return False


def _facets(cell: Cell, ifs: IFS) -> Iterator[Row]:
    """Outer rows of the cell's facets."""
    back = cell.map.inverse()
    rows = back.homogeneous_rows()
    for facet in ifs.base.outer_rows():
        yield tuple(
            sum(weight * row[k] for weight, row in zip(facet, rows, strict=True))
            for k in range(ifs.dim + 1)
        )
