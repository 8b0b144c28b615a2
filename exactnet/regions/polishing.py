"""When vertices are computed anew from the weights, and the network in the form that this takes."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from exactnet.networks.layer import IDENTITY
from exactnet.networks.network import ReluNetwork
from exactnet.regions.domain import Domain
from exactnet.regions.kernel import extract, values
from exactnet.regions.kernel.polish import polish
from exactnet.regions.patch import Array, Patch
from exactnet.regions.plan import LARGEST, LayerPlan, as_float

SMALLEST_SHARE = 1e-12  # error bounds of a good vertex below this are good enough
UNRELIABLE = 1e-8  # error bounds beyond this share of a unit's range are worth the work


@dataclass(frozen=True, slots=True)
class Polisher:
    """The layers of a network one after the other in flat arrays; ``trusted`` as in LayerPlan."""

    sizes: Array
    weights: Array
    slopes: Array
    carried: Array
    trusted: bool

    @classmethod
    def of(cls, net: ReluNetwork, plans: tuple[LayerPlan, ...]) -> "Polisher":
        """Flatten the hidden layers."""
        slopes = [s for layer in net.layers[: len(plans)] for s in layer.slopes]
        return cls(
            sizes=np.array([net.inputs, *(plan.units for plan in plans)], dtype=np.int64),
            weights=np.concatenate([np.zeros(0), *(plan.weights.reshape(-1) for plan in plans)]),
            slopes=np.concatenate([np.zeros(0), *(plan.slopes for plan in plans)]),
            carried=np.array([slope == IDENTITY for slope in slopes], dtype=np.bool_),
            trusted=all(plan.trusted for plan in plans),
        )

    def improve(self, patch: Patch, domain: Domain) -> None:
        """Improve the vertices of a patch whose error bounds have grown too large."""
        if not self.trusted or not patch.layer or patch.unit:
            return
        units = int(self.sizes[patch.layer])
        ranges = values.ranges(patch.values, units)
        share = self._tighten(patch, units, ranges)
        vertices = values.unreliable(patch.values, patch.rho, units, share, UNRELIABLE)
        if not len(vertices):
            return
        if patch.owners is None:
            patch.owners = extract.owners(patch.table, patch.pool, patch.offsets, len(patch.vhist))
        facets, close = _floats(domain.facets)
        measures, near = _floats([[v * f for v in form] for form, f in domain.measures])
        if not (close and near):
            return
        polish(
            vertices, patch.owners[1][vertices], patch.vhist, patch.fhist, facets, measures,
            patch.layer, self.sizes, self.weights, self.slopes, self.carried, patch.values,
            patch.rho, patch.bound,
        )  # fmt: skip

    def _tighten(self, patch: Patch, units: int, ranges: Array) -> float:
        """Measure errors in smaller units, where those have grown; their share of the ranges now.

        The bound on the error at v is the product rho[v] bound[0, k]: what one loses the other
        gains, until vertices are computed anew. The unit stays above 16 ulp of the largest value.
        """
        share = float(values.largest_share(patch.bound, ranges))
        if not SMALLEST_SHARE < share < LARGEST:
            return share
        bound, used = patch.bound[0].copy(), np.flatnonzero(ranges > 0.0)
        fine = np.maximum(ranges[used] * (0.1 * SMALLEST_SHARE), values.FLOOR)
        bound[used] = np.minimum(bound[used], fine)
        patch.rho *= float((patch.bound[0, used] / bound[used]).max()) * 1.000001
        patch.rho[~(patch.rho < values.HOPELESS)] = np.inf
        patch.bound = np.stack([bound, 1 / bound])
        return float(values.largest_share(patch.bound, ranges))


def _floats(rows: Sequence[Sequence[Fraction | int]]) -> tuple[Array, bool]:
    """Rows as floats, and whether all of them are within half an ulp."""
    pairs = [[as_float(v) for v in row] for row in rows]
    nearest = np.array([[value for value, _ in row] for row in pairs])
    return nearest, all(good for row in pairs for _, good in row)
