"""Where a network is enumerated: a checked box, or R^d with hyperplanes that cut it into cones."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from exactnet.errors import InputError
from exactnet.exact.linalg import rank
from exactnet.exact.rationals import RationalLike, Vector
from exactnet.geometry.box import Box
from exactnet.networks.layer import IDENTITY, Layer
from exactnet.networks.network import ReluNetwork, as_network
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
        d = as_network(net).inputs
        if d > MAX_DIM:
            raise InputError.about(
                "regions", f"at most {MAX_DIM} inputs", str(d),
                "Restrict the network to a plane (exactnet.restrict_to_plane), or go along a line.",
            )  # fmt: skip
        if box is None:
            normals, offsets, own = _walls(net)
            return cls(None, Domain.of_space(tuple(normals), tuple(offsets), own), d - own)
        if not isinstance(box, Box):
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
    bending = [k for k, slope in enumerate(first.slopes) if slope != IDENTITY and net.depth]
    kept = _independent([first.weight[k] for k in bending], d)
    rows = [first.weight[bending[k]] for k in kept]
    offsets = [-first.bias[bending[k]] for k in kept]
    axes = [tuple(Fraction(int(i == j)) for i in range(d)) for j in range(d)]
    walls = [axes[k - len(rows)] for k in _independent([*rows, *axes], d)[len(rows) :]]
    return [*rows, *walls], [*offsets, *(Fraction(0) for _ in walls)], len(rows)


def _independent(vectors: Sequence[Vector], most: int) -> list[int]:
    """The first vectors that are linearly independent, by number: ``most`` of them at most."""
    kept: list[int] = []
    for k, vector in enumerate(vectors):
        if len(kept) == most:
            break
        if rank((*(vectors[i] for i in kept), vector)) > len(kept):
            kept.append(k)
    return kept


def essential(net: ReluNetwork) -> ReluNetwork | None:
    """A network on R^r, r the rank of the first layer, with the same regions as on R^d.

    If no unit of the first layer is carried, the network depends on W x only, and as many columns
    as W has rank already give all of its values. None where that cannot be done.
    """
    first = net.layers[0]
    if not net.depth or IDENTITY in first.slopes:
        return net if net.inputs <= MAX_DIM and _walls(net)[2] == net.inputs else None
    rows = len(_independent(first.weight, min(net.inputs, MAX_DIM + 1)))
    if rows == net.inputs or rows > MAX_DIM:  # more are refused, as they are
        return net
    if not rows:
        return None
    kept = _independent(list(zip(*first.weight, strict=True)), rows)
    weight = tuple(tuple(row[j] for j in kept) for row in first.weight)
    return ReluNetwork((Layer(weight, first.bias, first.slopes), *net.layers[1:]))
