"""The exact gradient of the population hinge loss in every weight and bias: no sampling.

For a network f with parameters theta and a distribution of (x, y),

    d/dtheta E max(0, 1 - y f(x)) = E[-y 1{y f(x) < 1} df/dtheta(x)].

On a cell of the network's complex, refined by f = 1 and f = -1, the indicator is constant and
df/dtheta is affine in x (see ``gradients.derivatives``). So a gradient entry is a sum over cells of
an affine form at the cell's moments, the integrals of x and 1 against each part.

Differentiating under the integral is legitimate: for bounded x the integrand is locally Lipschitz
in theta, and where no unit vanishes and y f != 1 it is differentiable. The other points are a null
set, unless a unit, or 1 - y f, vanishes on a whole cell of positive probability and its sign
matters for f there. Then the loss has different one-sided derivatives and no gradient: refused by
default, see ``kinks``.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from exactnet.errors import InputError
from exactnet.exact.radicals import BinaryRadical, ExactReal, collapsed
from exactnet.exact.rationals import Matrix, Vector
from exactnet.fractals.curves import ApproximationCurve
from exactnet.fractals.distribution import FractalDistribution
from exactnet.limits import UNLIMITED, Limits
from exactnet.networks.network import ReluNetwork
from exactnet.theorems.gradients.cells import (
    HALF,
    GradientCell,
    RationalWeights,
    Weights,
    hinge_cells,
)
from exactnet.theorems.gradients.derivatives import Differentiator
from exactnet.theorems.gradients.sums import GradientEnclosure, Layers, enclosed_sum, exact_sum
from exactnet.theorems.loss import check_network

FIRST_BITS = 96
ZERO = Fraction(0)


@dataclass(frozen=True, slots=True)
class Gradient:
    """The derivatives by all weights and biases: ``layers`` has the shape of ``net.layers``.

    ``layers[k]`` is (weight, bias) with exact entries: weight[i][j] is the derivative by the weight
    from input j to unit i of layer k.
    """

    layers: tuple[tuple[tuple[tuple[ExactReal, ...], ...], tuple[ExactReal, ...]], ...]

    def entries(self) -> Iterator[ExactReal]:
        """All entries, layer by layer, weights before biases."""
        for weight, bias in self.layers:
            for row in weight:
                yield from row
            yield from bias

    @property
    def is_zero(self) -> bool:
        """Whether every entry is exactly 0."""
        return not any(value != 0 for value in self.entries())

    def largest(self) -> ExactReal:
        """The largest magnitude of an entry."""
        return max((-value if value < 0 else value for value in self.entries()), default=ZERO)


@dataclass(frozen=True, slots=True, eq=False)
class ConditionalGradients:
    """The gradients of the expected hinge loss given each part of a distribution.

    They serve every curve of depth n at once. If negatives are drawn on whole shells and positives
    without a margin, they also serve every smaller depth: the curve's own depth chooses.
    """

    forward: Differentiator = field(repr=False)
    cells: tuple[GradientCell, ...] = field(repr=False)
    depth: int
    kinks: str = "refuse"

    def under(self, curve: ApproximationCurve) -> Gradient:
        """The gradient of the loss: m_1 negatives[0] + ... + m_n negatives[n-1] + positives / 2."""
        return self.weighted(self._weights(curve))

    @property
    def negatives(self) -> tuple[Gradient, ...]:
        """Given a negative of level 1..n."""
        return tuple(
            self.weighted(Weights((ZERO,) * k + (Fraction(1),), ZERO, self.depth))
            for k in range(self.depth)
        )

    @property
    def positives(self) -> Gradient:
        """Given a positive."""
        return self.weighted(Weights((), Fraction(1), self.depth))

    def weighted(self, weights: Weights) -> Gradient:
        """The sum over parts of a weight times the gradient given the part."""
        self._check(weights)
        summed = {exponent: self._exact(part) for exponent, part in weights.by_exponent().items()}
        if set(summed) <= {ZERO}:
            return Gradient(summed[ZERO] if summed else exact_sum(self.forward, [], []))
        return _combined(summed)

    def is_zero(self, curve: ApproximationCurve) -> bool:
        """Whether the gradient is exactly 0: the same as ``under(curve).is_zero``, but quicker.

        It is where the moments of all cells cancel between positives and negatives. It is not where
        bounds on some entry exclude 0. Only what is left needs the exact sum.
        """
        weights = self._weights(curve)
        self._check(weights)
        parts = weights.by_exponent().values()
        if all(not any(cell.moments(part)) for part in parts for cell in self.cells):
            return True
        if self.enclosed(curve).excludes_zero:
            return False
        return self.weighted(weights).is_zero

    def enclosed(self, curve: ApproximationCurve, bits: int = FIRST_BITS) -> GradientEnclosure:
        """Certified bounds on every entry, from moments rounded outwards to so many places."""
        weights = self._weights(curve)
        self._check(weights)
        middle, radius = weights.enclosed(bits)
        chosen = [
            (cell.derivatives, cell.moments(middle), cell.sizes(radius)) for cell in self.cells
        ]
        kept = [(d, m, r) for d, m, r in chosen if any(m) or any(r)]
        return enclosed_sum(
            self.forward, [d for d, _, _ in kept], [m for _, m, _ in kept],
            [r for _, _, r in kept], bits,
        )  # fmt: skip

    def _exact(self, weights: RationalWeights) -> Layers:
        chosen = [(cell.derivatives, cell.moments(weights)) for cell in self.cells]
        kept = [(derivatives, moments) for derivatives, moments in chosen if any(moments)]
        return exact_sum(self.forward, [d for d, _ in kept], [m for _, m in kept])

    def _weights(self, curve: ApproximationCurve) -> Weights:
        known = curve.depth <= self.depth and (
            not self.cells or self.cells[0].parts.positives[curve.depth] is not None
        )
        if not known:
            raise InputError.about(
                "curve",
                f"a curve of depth {self.depth}",
                f"depth {curve.depth}",
                "Smaller depths are known for whole shells without a margin.",
            )
        return Weights(curve.levels, HALF, curve.depth)

    def _check(self, weights: Weights) -> None:
        """InputError where the loss has no gradient."""
        if self.kinks == "refuse":
            for cell in self.cells:
                cell.refuse_kinks(weights)


def exact_gradient(
    net: ReluNetwork,
    dist: FractalDistribution,
    loss: str = "hinge",
    limits: Limits | None = None,
    kinks: str = "refuse",
) -> Gradient:
    """The exact gradient of the expected hinge loss max(0, 1 - y f) in all weights and biases.

    ``kinks="off"`` chooses one-sided derivatives where there is no gradient: of units that vanish
    on a cell the slope left of 0, of the hinge at y f = 1 the slope 0.

    >>> from exactnet.fractals import curves, gallery
    >>> dist = FractalDistribution(gallery.cantor(), 1, curve=curves.fine(1))
    >>> ramp = ReluNetwork.of([([[1]], ["1/2"]), ([["1/3"]], [0])])  # relu(x + 1/2) / 3
    >>> for weight, bias in exact_gradient(ramp, dist).layers:
    ...     print(*map(str, (*weight[0], *bias)))
    -3/64 1/16
    -3/64 0

    Cost: the network's complex on K_0, each of its cells cut by the cells of the K_j that its
    boundary meets; exact sums over all cells, whose length grows with their number. Raises
    LimitReached beyond the limits, InputError where the loss has no gradient.
    """
    return conditional_gradients(net, dist, loss, limits, kinks).under(dist.curve)


def conditional_gradients(
    net: ReluNetwork,
    dist: FractalDistribution,
    loss: str = "hinge",
    limits: Limits | None = None,
    kinks: str = "refuse",
) -> ConditionalGradients:
    """The exact gradients given each part of the distribution, for every curve at once.

    >>> from exactnet.fractals import curves, gallery
    >>> dist = FractalDistribution(gallery.cantor(), 3, curve=curves.fine(3))
    >>> line = ReluNetwork.of([([["1/2"]], ["1/4"])])
    >>> given = conditional_gradients(line, dist)  # E x = 0 on every part
    >>> given.positives.layers[0], given.under(curves.uniform(2)).is_zero
    ((((Fraction(0, 1),),), (Fraction(-1, 1),)), True)
    """
    check_hinge(loss)
    check_network(net, dist, "exact_gradient")
    check_kinks(kinks)
    forward = Differentiator(net)
    cells = hinge_cells(forward, dist, limits or UNLIMITED)
    return ConditionalGradients(forward, tuple(cells), dist.depth, kinks)


def check_kinks(kinks: str) -> None:
    """InputError unless it is a way to treat kinks."""
    if kinks not in ("refuse", "off"):
        raise InputError.about("kinks", "'refuse' or 'off'", f"{kinks!r:.40}", "Pick one.")


def check_hinge(loss: str) -> None:
    """InputError for a loss without an exact gradient."""
    remedies = {
        "logistic": "Use enclose_gradient for the logistic loss.",
        "zero-one": "The 0-1 loss is locally constant almost everywhere.",
    }
    if loss != "hinge":
        raise InputError.about(
            "loss", "'hinge'", f"{loss!r:.40}", remedies.get(str(loss), "Use 'hinge'.")
        )


def _combined(summed: dict[Fraction, Layers]) -> Gradient:
    """The sum of 2^(-exponent) times rational gradients."""
    exponents, parts = list(summed), list(summed.values())

    def entry(values: Sequence[Fraction]) -> ExactReal:
        return collapsed(BinaryRadical.of(zip(exponents, values, strict=True)))

    layers = []
    for per_layer in zip(*parts, strict=True):
        weights: tuple[Matrix, ...] = tuple(weight for weight, _ in per_layer)
        biases: tuple[Vector, ...] = tuple(bias for _, bias in per_layer)
        weight = tuple(
            tuple(map(entry, zip(*rows, strict=True))) for rows in zip(*weights, strict=True)
        )
        layers.append((weight, tuple(map(entry, zip(*biases, strict=True)))))
    return Gradient(tuple(layers))
