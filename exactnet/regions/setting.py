"""Where a network is enumerated: a checked box, or R^d with hyperplanes that cut it into cones."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from exactnet.errors import InputError, InputTypeError
from exactnet.exact.linalg import rank
from exactnet.exact.rationals import RationalLike, Vector
from exactnet.geometry.box import Box
from exactnet.networks.layer import IDENTITY, Layer
from exactnet.networks.network import ReluNetwork
from exactnet.regions.domain import Domain

MAX_DIM = 6
Sides = Sequence[Sequence[RationalLike]]


@dataclass(frozen=True, slots=True)
class Setting:
    """The domain of an enumeration; ``walls`` of its hyperplanes are artificial."""

    box: Box | None
    domain: Domain
    walls: int

    @classmethod
    def of(cls, net: ReluNetwork, box: Box | Sides | None) -> "Setting":
        """Check a box, or choose the hyperplanes that cut R^d into cones."""
        d = net.inputs
        if d > MAX_DIM:
            raise InputError.about(
                "regions", f"at most {MAX_DIM} inputs", str(d), "Restrict the network to a slice."
            )
        if box is None:
            normals, offsets, own = _walls(net)
            return cls(None, Domain.of_space(tuple(normals), tuple(offsets), own), d - own)
        if not isinstance(box, Box):
            if isinstance(box, (str, bytes)) or not hasattr(box, "__len__"):
                raise InputTypeError.about(
                    "box", "a list of pairs (lower, upper)", type(box).__name__, "Or None for R^d."
                )
            box = Box.of(box, "box")
        if box.dim != d:
            raise InputError.about(
                "box", f"{d} sides, one an input", f"{box.dim}", "Give one side a coordinate."
            )
        return cls(box, _domain(box), 0)


@lru_cache(maxsize=16)
def _domain(box: Box) -> Domain:
    return Domain.of_box(box)


def _walls(net: ReluNetwork) -> tuple[list[Vector], list[Fraction], int]:
    """d independent hyperplanes, units of the first layer as far as they go, and how many."""
    d, first = net.inputs, net.layers[0]
    normals: list[Vector] = []
    offsets: list[Fraction] = []
    if net.depth:
        for row, shift, slope in zip(first.weight, first.bias, first.slopes, strict=True):
            if slope != IDENTITY and len(normals) < d and rank((*normals, row)) > len(normals):
                normals.append(row)
                offsets.append(-shift)
    own = len(normals)
    for j in range(d):
        axis = tuple(Fraction(int(i == j)) for i in range(d))
        if rank((*normals, axis)) > len(normals):
            normals.append(axis)
            offsets.append(Fraction(0))
    return normals, offsets, own


def essential(net: ReluNetwork) -> ReluNetwork | None:
    """A network on R^r, r the rank of the first layer, with the same regions as on R^d.

    If no unit of the first layer is carried, the network depends on W x only, and as many columns
    as W has rank already give all of its values. None where that cannot be done.
    """
    first, rows = net.layers[0], _walls(net)[2]
    if rows == net.inputs:
        return net
    if not net.depth or not rows or IDENTITY in first.slopes:
        return None
    columns: list[Vector] = []
    kept = []
    for j, column in enumerate(zip(*first.weight, strict=True)):
        if rank((*columns, column)) > len(columns):
            columns.append(column)
            kept.append(j)
    weight = tuple(tuple(row[j] for j in kept) for row in first.weight)
    return ReluNetwork((Layer(weight, first.bias, first.slopes), *net.layers[1:]))
