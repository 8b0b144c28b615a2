"""The "exact" construction: f(x) >= 0 exactly on K_n, for every x in R^d, and no margin.

2n+1 hidden layers of width at most 2dr+d+1 (Theorem 1 of Malach & Shalev-Shwartz allows 2n+1 and
5dr). One level keeps p when u lies in an image and raises it strictly otherwise, so p_n = 0 and
u_n in K_0 say exactly that x is in K_n. Contraction is never used, disjointness is.

The penalty coordinate is what makes it right: without it a point in the ramp of a gate can slide
through K_0 and be accepted (see ``without_penalty`` in the tests and examples).
"""

from fractions import Fraction

from exactnet.constructions.branches import (
    BranchLevel,
    affine_layer,
    entry_network,
    gate_slope,
    penalty_rows,
    relu_layer,
)
from exactnet.constructions.construction import Construction
from exactnet.errors import ConstructionError
from exactnet.exact.rationals import show_point
from exactnet.fractals.ifs import IFS
from exactnet.fractals.labelling import Labelling
from exactnet.geometry.affine import AffineMap
from exactnet.networks.network import ReluNetwork


def construct_exact(ifs: IFS, depth: int) -> Construction:
    """The margin-free network of K_depth; needs pairwise disjoint images.

    >>> from exactnet.fractals.gallery import cantor_dust
    >>> net = construct_exact(cantor_dust(), 3).network
    >>> net.depth, net.width, net([1, 1]), net([0, 0]) < (0,)
    (7, 19, (Fraction(0, 1),), True)
    """
    level = exact_level(ifs)
    step = level.network(ifs.normalised_maps)
    parts = (entry_network(ifs.base), *[step] * depth, _output(ifs.dim))
    parameters = (("delta", level.height), ("slope", level.slope))
    return Construction("exact", Labelling(ifs, depth), Fraction(0), parts, parameters)


def exact_level(ifs: IFS) -> BranchLevel:
    """The level with the largest valid separation and the smallest valid slope.

    Raises ConstructionError for images that touch.
    """
    pair = ifs.touching_pair
    if pair is not None and pair.shared is not None:
        raise ConstructionError.about(
            "method 'exact'",
            "pairwise disjoint images",
            f"F_{pair.first}(K_0) and F_{pair.second}(K_0) that share {show_point(pair.shared)}",
            "Use method='margin', which needs disjoint interiors only, or move the maps apart.",
        )
    one = Fraction(1)
    delta = ifs.separation
    return BranchLevel(one, gate_slope(one, delta), one, one if delta is None else delta, one)


def _output(d: int) -> ReluNetwork:
    """(u, p) -> -(p + pen_1(u))."""
    rows = penalty_rows(AffineMap.identity(d), Fraction(1), extra=1)
    rows.append([Fraction(int(k == d)) for k in range(d + 2)])
    readout = affine_layer([[Fraction(-1)] * (2 * d + 1)], [Fraction(0)])
    return ReluNetwork((relu_layer(rows), readout))
