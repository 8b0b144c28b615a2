"""The level that branches: undo whichever map F_i produced the current point.

State (u, p): a point u of R^d in normalised coordinates and a penalty p >= 0. With G_i = F_i^-1,
z = G_i(u) and pen_a(z) = sum_j relu(|z_j| - a), one level is two hidden layers:

    A   the 2d terms of pen_g(G_i u) for every i (and of pen_a(G_i u), if a differs from g);
        u_j + g + 1 for every j; p
    B   gates relu(G_i(u)_j + g + 1 - B pen_g(G_i u)); scores relu(height - pitch pen_a(G_i u)); p

and then, affinely, u'_j = sum_i gate_ij - (g + 1) and p' = p + height - sum_i score_i.

If at every u at most one branch has pen_g < delta and B >= 1 + (2g + 1)/delta, all gates but that
branch's are closed: z_j + g + 1 <= (2g + 1) + pen_g, which is <= B pen_g once pen_g >= delta.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from exactnet.fractals.prefractal import inverses
from exactnet.geometry.affine import AffineMap
from exactnet.geometry.box import Box
from exactnet.networks.compose import affine_network
from exactnet.networks.layer import IDENTITY, RELU, Layer
from exactnet.networks.network import ReluNetwork

_ZERO, _ONE = Fraction(0), Fraction(1)


@dataclass(frozen=True, slots=True)
class BranchLevel:
    """The parameters of one level.

    ``gate_side`` g and ``slope`` B shape the gates; ``score_side`` a, ``height`` and ``pitch``
    the scores. Build the level as a network on R^(d+1) with ``network``.
    """

    gate_side: Fraction
    slope: Fraction
    score_side: Fraction
    height: Fraction
    pitch: Fraction

    def network(self, maps: tuple[AffineMap, ...]) -> ReluNetwork:
        """The level for the given normalised maps: depth 2, inputs and outputs (u, p)."""
        branches = inverses(maps)
        return ReluNetwork(
            (self._penalties(branches), self._gates(branches), self._readout(branches))
        )

    def _shared(self) -> bool:
        return self.score_side == self.gate_side

    def _penalties(self, branches: Sequence[AffineMap]) -> Layer:
        rows: list[list[Fraction]] = []
        sides = [self.gate_side] if self._shared() else [self.gate_side, self.score_side]
        for inverse in branches:
            for side in sides:
                rows += penalty_rows(inverse, side, extra=1)
        d = branches[0].dim
        for j in range(d):
            rows.append([*_unit(d + 1, j), self.gate_side + 1])
        rows.append([*_unit(d + 1, d), _ZERO])
        return relu_layer(rows)

    def _gates(self, branches: Sequence[AffineMap]) -> Layer:
        d, r = branches[0].dim, len(branches)
        block = 2 * d if self._shared() else 4 * d
        carried = block * r
        width = carried + d + 1
        rows: list[list[Fraction]] = []
        for i, inverse in enumerate(branches):
            for weights, shift in zip(inverse.matrix, inverse.translation, strict=True):
                row = [_ZERO] * (width + 1)
                row[block * i : block * i + 2 * d] = [-self.slope] * (2 * d)
                row[carried : carried + d] = weights
                row[-1] = shift + (self.gate_side + 1) * (1 - sum(weights, start=_ZERO))
                rows.append(row)
        for i in range(r):
            row = [_ZERO] * (width + 1)
            last = block * (i + 1)
            row[last - 2 * d : last] = [-self.pitch] * (2 * d)
            row[-1] = self.height
            rows.append(row)
        rows.append([*_unit(width, width - 1), _ZERO])
        return relu_layer(rows)

    def _readout(self, branches: Sequence[AffineMap]) -> Layer:
        d, r = branches[0].dim, len(branches)
        width = d * r + r + 1
        weight = [[Fraction(int(k < d * r and k % d == j)) for k in range(width)] for j in range(d)]
        weight.append([_ZERO] * (d * r) + [-_ONE] * r + [_ONE])
        bias = [-(self.gate_side + 1)] * d + [self.height]
        return affine_layer(weight, bias)


def gate_slope(gate_side: Fraction, separation: Fraction | None) -> Fraction:
    """The smallest B for which the gates of branches with pen_g >= separation are closed.

    With a single map nothing has to be closed and any slope will do.

    >>> gate_slope(Fraction(1), Fraction(2))
    Fraction(5, 2)
    """
    return _ONE if separation is None else 1 + (2 * gate_side + 1) / separation


def penalty_rows(f: AffineMap, side: Fraction, extra: int) -> list[list[Fraction]]:
    """The 2d pre-activations +-f(u)_j - side, as rows over (u, ``extra`` zeros, 1)."""
    rows = []
    for weights, shift in zip(f.matrix, f.translation, strict=True):
        for sign in (1, -1):
            rows.append([*(sign * w for w in weights), *[_ZERO] * extra, sign * shift - side])
    return rows


def relu_layer(rows: Sequence[Sequence[Fraction]]) -> Layer:
    """A layer of relu units from rows (weights..., bias)."""
    weight = tuple(tuple(row[:-1]) for row in rows)
    return Layer(weight, tuple(row[-1] for row in rows), (RELU,) * len(rows))


def affine_layer(weight: Sequence[Sequence[Fraction]], bias: Sequence[Fraction]) -> Layer:
    """An affine readout."""
    rows = tuple(tuple(row) for row in weight)
    return Layer(rows, tuple(bias), (IDENTITY,) * len(rows))


def entry_network(base: Box) -> ReluNetwork:
    """x -> (u, 0): from the base's coordinates to a state with no penalty."""
    to_cube = base.to_cube()
    rows = (*to_cube.matrix, (_ZERO,) * base.dim)
    return affine_network(AffineMap(rows, (*to_cube.translation, _ZERO)))


def _unit(size: int, k: int) -> list[Fraction]:
    return [_ONE if j == k else _ZERO for j in range(size)]
