"""Whether a network is a given piecewise-linear function on a triangulation, triangle by triangle.

On the box around a triangle the lines of its edges join the network's complex, so every cell is
inside the triangle or outside. The network is right if its difference from the triangle's affine
function has no sign on any cell inside. How the network was made plays no part.
"""

import time
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from exactnet.errors import ConsistencyError, InputError, LimitReached
from exactnet.exact.rationals import RationalLike, Vector, as_vector, show_point
from exactnet.geometry.affine import AffineMap
from exactnet.geometry.box import Box
from exactnet.geometry.triangulation import Triangulation
from exactnet.limits import Limits, Progress, from_now, silent
from exactnet.networks.algebra import add, affine_network
from exactnet.networks.layer import ABS, Layer
from exactnet.networks.network import ReluNetwork
from exactnet.verification.claims import plain_outputs
from exactnet.verification.equivalence import AT_A_POINT, Difference, with_output_units
from exactnet.verification.pruning import REGIONS
from exactnet.verification.verdicts import Result, Verdict

RESTS_ON = ("the affine function of each triangle (a linear system, solved exactly)", REGIONS)

_ZERO = Fraction(0)


def prove_surface(
    net: ReluNetwork,
    mesh: Triangulation,
    values: Sequence[RationalLike],
    limits: Limits | None = None,
    progress: Progress = silent,
) -> Result:
    """Whether a network is linear on every triangle with the given values at the vertices.

    A refutation is a point of a triangle with the network's value and the right one. Cost: the
    cells of the network's complex on the box around each triangle.

    >>> from exactnet.constructions.surfaces import surface
    >>> square = Triangulation.of([(0, 0), (1, 0), (1, 1), (0, 1)], [(0, 1, 2), (0, 2, 3)])
    >>> prove_surface(surface(square, [0, 1, 0, 1]), square, [0, 1, 0, 1]).verdict
    <Verdict.PROVED: 'proved'>
    >>> prove_surface(surface(square, [0, 1, 0, 1]), square, [0, 1, 0, 0]).counterexample.words()
    'at x = (1/3, 2/3), f(x) = (1/3) and g(x) = (0)'

    Raises InputError for a network of another shape or a wrong number of values.
    """
    start = time.monotonic()
    if (net.inputs, net.outputs) != (2, 1):
        raise InputError.about(
            "prove_surface", "a network with 2 inputs and 1 output",
            f"{net.inputs} and {net.outputs}", "Use a matching network.",
        )  # fmt: skip
    heights = as_vector(values, "values", len(mesh.vertices))
    limits = from_now(limits)
    words = f"f is the piecewise-linear function on {len(mesh)} triangles"
    result = Result(Verdict.PROVED, "regions", words, RESTS_ON)
    try:
        for k in range(len(mesh)):
            progress(f"surface: triangle {k} of {len(mesh)}")
            point = _wrong_point(net, mesh, k, heights, limits)
            if point is not None:
                found = _confirmed(net, mesh, k, heights, point)
                result = Result(Verdict.REFUTED, "regions", words, AT_A_POINT, found)
                break
    except LimitReached as reached:
        result = Result(Verdict.UNKNOWN, "regions", words, (), reason=str(reached))
    return replace(result, seconds=time.monotonic() - start)


def _wrong_point(
    net: ReluNetwork, mesh: Triangulation, k: int, heights: Vector, limits: Limits
) -> Vector | None:
    """A point inside a triangle where the network is not what it should be."""
    from exactnet.regions.faces import complex_parts

    *slope, constant = mesh.gradient(k, heights)
    wanted = affine_network(AffineMap((tuple(slope),), (constant,)))
    units = with_output_units(add([net, wanted], [1, -1]))
    first, whole = units.layers[0].outputs, _with_edges(units, mesh, k)
    edges = [first + e - whole.neurons for e in range(3)]
    columns = list(zip(*mesh.corners(k), strict=True))
    box = Box(tuple(map(min, columns)), tuple(map(max, columns)))
    for part in complex_parts(whole, box, limits):
        inside = set.intersection(
            *(set(part.faces_where(2, edge, at_least=False)) for edge in edges)
        )
        for output in _outputs(units):
            for cell in inside.intersection(part.faces_where(2, output, at_least=False)):
                return part.polyhedron(2, cell).interior_point()
    return None


def _outputs(units: ReluNetwork) -> tuple[int, int]:
    """The places, from the end, of the last two units; three edges may come after them."""
    return (-1, -2) if units.depth > 1 else (-4, -5)


def _with_edges(units: ReluNetwork, mesh: Triangulation, k: int) -> ReluNetwork:
    """The network with three more units of the first layer, which nothing reads: the edges."""
    first, second = units.layers[0], units.layers[1]
    rows = mesh.rows(k)
    wider = Layer(
        (*first.weight, *(tuple(map(Fraction, row[:2])) for row in rows)),
        (*first.bias, *(Fraction(row[2]) for row in rows)),
        (*first.slopes, *(ABS,) * 3),
    )
    weight = tuple((*row, *(_ZERO,) * 3) for row in second.weight)
    reading = Layer(weight, second.bias, second.slopes)
    return ReluNetwork((wider, reading, *units.layers[2:]))


def _confirmed(
    net: ReluNetwork, mesh: Triangulation, k: int, heights: Vector, point: Vector
) -> Difference:
    """The difference at a point, evaluated again on Fractions."""
    left = plain_outputs(net, point)
    p, q, r = mesh.gradient(k, heights)
    right = (p * point[0] + q * point[1] + r,)
    if left == right or point not in mesh:
        raise ConsistencyError.about(
            "prove_surface", "a point where the network is wrong", show_point(point), "Report this."
        )
    return Difference(point, (left[0] - right[0],), left, right)
