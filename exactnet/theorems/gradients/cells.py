"""The cells of a network with all that the gradient of its hinge loss needs of them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from exactnet.errors import InputError
from exactnet.exact.radicals import BinaryRadical, ExactReal, enclose
from exactnet.exact.rationals import Vector, show_point
from exactnet.exact.rows import dot
from exactnet.fractals.distribution import FractalDistribution
from exactnet.geometry.polyhedron import Polyhedron
from exactnet.limits import Limits
from exactnet.theorems.gradients.derivatives import Derivatives, Differentiator
from exactnet.theorems.gradients.moments import Moments, moments_of
from exactnet.theorems.loss import AffineCell, affine_cells

ZERO, HALF = Fraction(0), Fraction(1, 2)


@dataclass(frozen=True, slots=True)
class Weights:
    """How much of each part: the negatives of level 1, 2, ..., and the positives of K_depth."""

    negatives: tuple[ExactReal, ...]
    positives: ExactReal
    depth: int

    def by_exponent(self) -> dict[Fraction, "RationalWeights"]:
        """Rational weights w_e with sum_e 2^(-e) w_e equal to these weights."""
        values = (*self.negatives, self.positives)
        found: dict[Fraction, list[Fraction]] = {}
        for k, value in enumerate(values):
            terms = value.terms if isinstance(value, BinaryRadical) else ((ZERO, value),)
            for exponent, coefficient in terms:
                found.setdefault(exponent, [ZERO] * len(values))[k] = coefficient
        return {
            exponent: RationalWeights(tuple(row[:-1]), row[-1], self.depth)
            for exponent, row in found.items()
        }

    def enclosed(self, bits: int) -> tuple["RationalWeights", "RationalWeights"]:
        """Rational weights, and how far off they may be."""
        ends = [enclose(value, bits) for value in (*self.negatives, self.positives)]
        middle = [(low + high) / 2 for low, high in ends]
        radius = [(high - low) / 2 for low, high in ends]
        return (
            RationalWeights(tuple(middle[:-1]), middle[-1], self.depth),
            RationalWeights(tuple(radius[:-1]), radius[-1], self.depth),
        )


@dataclass(frozen=True, slots=True)
class RationalWeights:
    """Weights that are rational numbers."""

    negatives: Vector
    positives: Fraction
    depth: int


@dataclass(frozen=True, slots=True, eq=False)
class GradientCell:
    """A cell on which f is affine, with one side of f = 1 and of f = -1.

    ``active`` says whether the hinge max(0, 1 - y f) has slope -y there, for y = -1 and y = 1;
    ``flat`` whether y f = 1 on the whole cell, in the same order. ``reach`` is sup |f|.
    """

    polytope: Polyhedron
    derivatives: Derivatives
    parts: Moments
    active: tuple[bool, bool]
    flat: tuple[bool, bool] = (False, False)
    reach: Fraction = ZERO

    def moments(self, weights: RationalWeights) -> Vector:
        """The integrals of -y x and -y, where the hinge is active, against weighted parts."""
        total = [ZERO] * len(self.polytope.rays[0])
        if self.active[0]:
            for weight, part in zip(weights.negatives, self.parts.negatives, strict=False):
                if weight:
                    total = [t + weight * v for t, v in zip(total, part, strict=True)]
        positives = self.parts.positives[weights.depth]
        if self.active[1] and weights.positives and positives is not None:
            total = [t - weights.positives * v for t, v in zip(total, positives, strict=True)]
        return tuple(total)

    def sizes(self, radii: RationalWeights) -> Vector:
        """How far off the moments are for weights known up to radii."""
        total = [ZERO] * len(self.polytope.rays[0])
        pairs = list(zip(radii.negatives, self.parts.negatives, strict=False))
        positives = self.parts.positives[radii.depth]
        if positives is not None:
            pairs.append((radii.positives, positives))
        for radius, part in pairs:
            if radius:
                total = [t + radius * abs(v) for t, v in zip(total, part, strict=True)]
        return tuple(total)

    def refuse_kinks(self, weights: Weights) -> None:
        """InputError where the loss has no gradient because of this cell."""
        words = self._kink(weights)
        if words:
            raise InputError.about(
                "exact_gradient",
                "a loss with a gradient",
                words,
                "Move a weight, or take kinks='off': such units off, the hinge inactive.",
            )

    def _kink(self, weights: Weights) -> str:
        if not self.derivatives.kinks and not any(self.flat):
            return ""
        parts = zip(weights.negatives, self.parts.negatives, strict=False)
        positives = self.parts.positives[weights.depth]
        met = (
            any(weight != 0 and part[-1] for weight, part in parts),
            bool(weights.positives != 0 and positives is not None and positives[-1]),
        )
        where = f"around {show_point(self.polytope.interior_point())}"[:60]
        if any(there and flat for there, flat in zip(met, self.flat, strict=True)):
            return f"y f = 1 {where}, with positive probability"
        if self.derivatives.kinks and any(
            there and active for there, active in zip(met, self.active, strict=True)
        ):
            return f"hidden unit {self.derivatives.kinks[0]} = 0 {where}, with positive probability"
        return ""


def hinge_cells(
    forward: Differentiator, dist: FractalDistribution, limits: Limits
) -> Iterator[GradientCell]:
    """The cells of a network on K_0, refined by f = 1 and f = -1, with their moments."""

    def tick() -> None:
        limits.check_now_and_then(0)

    for cell in affine_cells(forward.net, dist.ifs.base, limits):
        constant = not any(cell.row[:-1])
        yield GradientCell(
            cell.polytope,
            forward.on_cell(cell.on, cell.zero),
            moments_of(dist.parts, cell.polytope, tick),
            (cell.side >= 0, cell.side <= 0),
            (constant and cell.row[-1] == -cell.scale, constant and cell.row[-1] == cell.scale),
            _reach(cell),
        )


def _reach(cell: AffineCell) -> Fraction:
    """sup |f| on the cell."""
    values = cell.polytope.values(cell.row)
    return max(
        Fraction(abs(value), ray[-1] * cell.scale)
        for value, ray in zip(values, cell.polytope.rays, strict=True)
    )


def steepest(forward: Differentiator, cells: Sequence[GradientCell]) -> Fraction:
    """sup |df/dtheta| over K_0 and all parameters: at a vertex, as it is affine on every cell."""
    largest = Fraction(0)
    for cell in cells:
        for k, rows in enumerate(cell.derivatives.inputs):
            scale = forward.input_scales[k] * forward.backward_scales[k]
            behind = max(map(abs, cell.derivatives.backward[k]))
            for ray in cell.polytope.rays:
                ahead = max(abs(dot(row, ray)) for row in rows)
                largest = max(largest, Fraction(behind * ahead, scale * ray[-1]))
    return largest
