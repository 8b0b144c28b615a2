"""The smallest one-hidden-layer network that is a piecewise affine function, or why none is.

Along a hyperplane H a network with one hidden layer changes its gradient by a constant: the sum of
what its units on H contribute, the same at every point of H off its other hyperplanes. So if the
change of gradient across H differs between two places of H inside the domain, no network with one
hidden layer, however wide, is that function there. If along every H it is constant, then the
function less the sum of change * relu(H(x)) has no bend left and is affine; that makes a network
with one unit for every H, and at most two more for the affine part. At least one unit for every H
is needed.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from exactnet.errors import InputError
from exactnet.exact.rationals import Vector, show_point
from exactnet.exact.rows import Row, dot, integer_row
from exactnet.geometry.box import Box
from exactnet.limits import UNLIMITED, Limits, Progress, silent
from exactnet.networks.layer import IDENTITY, RELU, Layer
from exactnet.networks.network import AffinePiece, ReluNetwork
from exactnet.regions.complex import RegionComplex
from exactnet.regions.enumeration import enumerate_regions
from exactnet.theorems.separations.equality import with_cuts
from exactnet.theorems.separations.ridges import oriented

_ZERO, _ONE = Fraction(0), Fraction(1)


@dataclass(frozen=True, slots=True)
class Jump:
    """Across the zero set of a form, at a point, the gradient changes by ``size`` times it."""

    form: Row
    point: Vector
    size: Fraction


@dataclass(frozen=True, slots=True)
class OneLayer:
    """``network`` equals the function on the box, with one unit a hyperplane of ``forms`` at least.

    ``network`` is None where two jumps along one hyperplane differ: ``differ`` are these two.
    """

    network: ReluNetwork | None
    forms: tuple[Row, ...]
    differ: tuple[Jump, Jump] | None = None

    @property
    def words(self) -> str:
        """What was found, as a sentence."""
        if self.differ is None:
            return f"{len(self.forms)} hyperplanes bend the function, each constantly"
        first, second = self.differ
        return (
            f"across {_equation(first.form)} the gradient changes by {first.size} of the normal at "
            f"{show_point(first.point)}, but by {second.size} at {show_point(second.point)}"
        )


def one_layer_form(
    net: ReluNetwork, box: Box, limits: Limits | None = None, progress: Progress = silent
) -> OneLayer:
    """The smallest one-hidden-layer form of a network on a box, or two jumps that exclude one.

    >>> absolute = ReluNetwork.of([([[1], [-1]], [0, 0]), ([[1, 1]], [0])])
    >>> one_layer_form(absolute, Box.of([(-1, 1)])).forms
    ((1, 0),)
    >>> largest = ReluNetwork.of(
    ...     [([[1, -1], [0, 1], [0, -1]], [0, 0, 0]), ([[1, 1, -1]], [0]), ([[1]], [0])])
    >>> print(one_layer_form(largest, Box.cube(2)).words)  # relu(max(x, y))
    across x_1 - x_2 = 0 the gradient changes by 0 of the normal at (-1/2, -1/2), but by 1 at \
(1/2, 1/2)

    Cost: the complex of the network, cut by every hyperplane along which it bends.
    """
    if net.outputs != 1:
        raise InputError.about("network", "one output", str(net.outputs), "Take one of them.")
    bounded = limits or UNLIMITED
    forms = tuple(
        sorted({jump.form for jump in jumps(enumerate_regions(net, box, limits, progress))})
    )
    cx = enumerate_regions(with_cuts(net, forms), box, limits, progress)
    seen: dict[Row, Jump] = {}
    for jump in _along(cx, forms):
        bounded.remaining()
        known = seen.setdefault(jump.form, jump)
        if known.size != jump.size:
            pair = sorted((known, jump), key=lambda one: one.size)
            return OneLayer(None, forms, (pair[0], pair[1]))
    return OneLayer(_built(cx, seen), forms)


def jumps(cx: RegionComplex) -> Iterator[Jump]:
    """The changes of the gradient across the facets of a complex, where there is one."""
    for facet, (left, right) in enumerate(cx.facet_cells.tolist()):
        if right >= 0 and cx.piece_classes[left] != cx.piece_classes[right]:
            difference = _difference(cx, left, right)
            form = oriented(difference)
            yield _jump(cx, facet, right, form, difference)


def _along(cx: RegionComplex, forms: tuple[Row, ...]) -> Iterator[Jump]:
    """The changes across every facet that lies on the zero set of a form, 0 included."""
    for facet, (left, right) in enumerate(cx.facet_cells.tolist()):
        if right < 0:
            continue
        corners = _corners(cx, facet)
        difference = _difference(cx, left, right)
        for form in forms:
            if all(not dot(form, (*_row(x),)) for x in corners):
                yield _jump(cx, facet, right, form, difference)


def _jump(cx: RegionComplex, facet: int, right: int, form: Row, difference: Vector) -> Jump:
    """Difference = piece(right) - piece(left) is size * form if right is where the form is > 0."""
    corners = _corners(cx, facet)
    middle = tuple(sum(column, start=_ZERO) / len(corners) for column in zip(*corners, strict=True))
    lead = next(k for k, v in enumerate(form) if v)
    size = difference[lead] / form[lead]
    side = dot(form, _row(cx.interior_point(right)))
    return Jump(form, middle, size if side > 0 else -size)


def _corners(cx: RegionComplex, facet: int) -> list[Vector]:
    """The vertices of a (d-1)-face."""
    faces, k = {facet}, cx.dim - 1
    while k:
        faces = {below for face in faces for below in cx.boundary(k, face)}
        k -= 1
    return [cx.vertex(v) for v in sorted(faces)]


def _difference(cx: RegionComplex, left: int, right: int) -> Vector:
    a, b = _coefficients(cx.affine_piece(left)), _coefficients(cx.affine_piece(right))
    return tuple(y - x for x, y in zip(a, b, strict=True))


def _coefficients(piece: AffinePiece) -> Vector:
    return (*piece.weight[0], piece.bias[0])


def _row(x: Vector) -> Row:
    return integer_row((*x, _ONE))


def _built(cx: RegionComplex, seen: dict[Row, Jump]) -> ReluNetwork:
    """sum of size * relu(form) plus the affine rest, as one hidden layer."""
    rest = list(_coefficients(cx.affine_piece(0)))
    inside = cx.interior_point(0)
    for form, jump in seen.items():
        if dot(form, _row(inside)) > 0:
            rest = [r - jump.size * v for r, v in zip(rest, form, strict=True)]
    units = [(tuple(map(Fraction, form)), jump.size, RELU) for form, jump in seen.items()]
    if any(rest[:-1]) or not units:
        units.append(((*rest[:-1], _ZERO), _ONE, IDENTITY))
    hidden = Layer(
        tuple(row[:-1] for row, _, _ in units),
        tuple(row[-1] for row, _, _ in units),
        tuple(slope for _, _, slope in units),
    )
    readout = Layer((tuple(size for _, size, _ in units),), (rest[-1],), (IDENTITY,))
    return ReluNetwork((hidden, readout))


def _equation(form: Row) -> str:
    """The zero set of a form, in words.

    >>> _equation((1, -2, 3)), _equation((0, 1, 0))
    ('x_1 - 2 x_2 + 3 = 0', 'x_2 = 0')
    """
    terms = [(v, f"x_{k}") for k, v in enumerate(form[:-1], 1) if v]
    terms += [(form[-1], "")] if form[-1] else []
    text = ""
    for value, name in terms:
        size = "" if abs(value) == 1 and name else str(abs(value))
        sign = " - " if value < 0 else " + "
        text += sign + " ".join(part for part in (size, name) if part)
    text = text[3:] if text.startswith(" + ") else "-" + text[3:]
    return f"{text} = 0"
