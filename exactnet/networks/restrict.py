"""Restriction: a network on an affine plane of its input space, as a network of fewer inputs."""

from collections.abc import Iterable, Sequence

from exactnet.errors import InputError
from exactnet.exact import linalg
from exactnet.exact.rationals import RationalLike, as_matrix, as_vector, show_point
from exactnet.geometry.affine import AffineMap
from exactnet.networks.compose import affine_network, chain
from exactnet.networks.network import ReluNetwork


def restrict_to_plane(
    net: ReluNetwork,
    origin: Iterable[RationalLike],
    directions: Sequence[Iterable[RationalLike]],
) -> ReluNetwork:
    """The network s -> net(origin + s_1 directions[0] + s_2 directions[1] + ...), exactly.

    The plane's affine map is merged into the first layer, so depth, widths and every hidden unit
    stay: the activation pattern at s is that of ``net`` at the point of the plane, and the regions
    of the result are the regions of ``net`` cut by the plane. A unit that vanishes on the whole
    plane has sign 0 everywhere on it.

    >>> l1 = ReluNetwork.of([([[1, 0], [0, 1]], [0, 0]), ([[1, 1]], [0])], [["abs", "abs"]])
    >>> diagonal = restrict_to_plane(l1, ["1/2", 0], [[1, 1]])
    >>> diagonal.inputs, diagonal([-1]) == l1(["-1/2", -1])
    (1, True)

    Raises InputError for no direction, wrong lengths or linearly dependent directions.
    """
    start = as_vector(origin, "origin", net.inputs)
    columns = as_matrix(directions, "directions", net.inputs)
    if not columns or linalg.rank(columns) < len(columns):
        shown = ", ".join(show_point(column) for column in columns) or "none"
        raise InputError.about(
            "directions", "linearly independent directions", f"{shown:.80}", "Change one of them."
        )
    return chain([affine_network(AffineMap(linalg.transpose(columns), start)), net])
