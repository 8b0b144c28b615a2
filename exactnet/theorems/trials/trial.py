"""One initialisation observed: its exact gradient under several curves, and why it vanishes.

Lemma. Let the hinge be in its linear regime on K_0, |f| < 1, and let f have no bend inside any cell
of K_j. Let c be the centre of K_0, and suppose that c is also the mean of the F_i(c) and the
centroid of K_0 minus its images. Then the gradient entry of a parameter theta, g = df/dtheta, is

    sum_{l <= j} m_l E[g | negative of level l] - (P(j) - 1/2) E[g | positive],

at most 2 (P(j) - 1/2) sup |g| in magnitude; it is exactly 0 if P(j) = 1/2, that is if all negatives
are deeper than level j.

Proof. g is affine on a cell F_w(K_0) of K_j. Given that cell, positives have the centroid
F_w(T^(n-j) c) with T the mean of the F_i, negatives of level l > j have F_w(T^(l-1-j) c'), c' the
centroid of K_0 minus its images: both are F_w(c). Positives and negatives of one level are equally
often in every cell of K_j. So E[g | negative of level l] = E[g | positive] for l > j. In the linear
regime the entry is E[-y g] = sum_l m_l E[g | negative of level l] - E[g | positive] / 2, and
m_1 + ... + m_n = 1/2. qed
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from exactnet.errors import ConsistencyError
from exactnet.exact.radicals import ExactReal
from exactnet.fractals.curves import ApproximationCurve
from exactnet.fractals.distribution import FractalDistribution
from exactnet.limits import Limits
from exactnet.networks.network import ReluNetwork
from exactnet.theorems.gradient import FIRST_BITS, ConditionalGradients, conditional_gradients
from exactnet.theorems.gradients.moments import clear_level

MAX_BITS = 4 * FIRST_BITS
HALF = Fraction(1, 2)

Interval = tuple[Fraction, Fraction]


@dataclass(frozen=True, slots=True)
class Case:
    """A curve, its name in tables, and a bound that gradient entries are compared with."""

    name: str
    curve: ApproximationCurve
    bound: ExactReal

    @property
    def coarsest(self) -> int:
        """The largest j with P(j) = 1/2: all negatives are deeper."""
        return next((k for k, mass in enumerate(self.curve.levels) if mass != 0), 0)


@dataclass(frozen=True, slots=True)
class Entry:
    """What a gradient is under one curve: exactly 0; within the bound; its largest magnitude."""

    zero: bool
    within: bool
    largest: Interval


@dataclass(frozen=True, slots=True)
class Observation:
    """One network: sup |f| on K_0, the smallest j with no bend inside a cell of K_j, gradients."""

    reach: Fraction
    clear: int | None
    entries: tuple[Entry, ...]

    @property
    def linear(self) -> bool:
        """Whether the hinge is in its linear regime, |f| < 1 on K_0."""
        return self.reach < 1

    def must_vanish(self, case: Case) -> bool:
        """Whether the lemma says that the gradient is 0 (if the centroids agree)."""
        return self.linear and self.clear is not None and self.clear <= case.coarsest


def observe(
    net: ReluNetwork,
    dist: FractalDistribution,
    cases: Sequence[Case],
    centred: bool,
    limits: Limits | None = None,
) -> Observation:
    """The exact gradient of a network under every case's curve; ``centred`` for the lemma's c.

    >>> from exactnet.fractals import curves, gallery
    >>> from exactnet.theorems.initialisation import initial_network
    >>> dist = FractalDistribution(gallery.cantor_reversed(), 12, curves.fine(12))
    >>> seen = observe(initial_network([20, 20]), dist, [Case("fine", dist.curve, HALF)], True)
    >>> seen.linear, seen.clear, seen.entries[0].zero
    (True, 11, True)

    Raises ConsistencyError if a gradient that the lemma says is 0 is not.
    """
    gradients = conditional_gradients(net, dist, "hinge", limits)
    cells = gradients.cells
    clear = clear_level(dist.parts, [cell.polytope for cell in cells])
    reach = max(cell.reach for cell in cells)
    found = Observation(reach, clear, tuple(_entry(gradients, case) for case in cases))
    for case, entry in zip(cases, found.entries, strict=True):
        if centred and found.must_vanish(case) and not entry.zero:
            raise ConsistencyError.about(
                "gradient", f"0 under {case.name}, by the lemma", "another", "Report this bug."
            )
    return found


def _entry(gradients: ConditionalGradients, case: Case) -> Entry:
    bits = FIRST_BITS
    enclosure = gradients.enclosed(case.curve, bits)
    if not enclosure.excludes_zero and gradients.is_zero(case.curve):
        return Entry(True, True, (Fraction(0), Fraction(0)))
    while True:
        low, high = enclosure.largest()
        if high <= case.bound or low > case.bound:
            return Entry(False, bool(high <= case.bound), (low, high))
        if bits > MAX_BITS:
            exact = gradients.under(case.curve).largest()
            return Entry(False, bool(exact <= case.bound), (low, high))
        bits *= 2
        enclosure = gradients.enclosed(case.curve, bits)
