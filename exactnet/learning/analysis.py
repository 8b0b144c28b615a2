"""Trained networks with exact eyes: every stored float is a rational, so nothing below is sampled.

Which K_j did a network learn? Its loss on the negatives of a level is the share of them that it
accepts; the network of K_j accepts those of the levels beyond j and no others. So the probability,
under D_n, that both answer differently is a sum over the levels, and the j with the least is what
the network is nearest to.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import sqrt

from exactnet.errors import InputError, LimitReached
from exactnet.exact.radicals import ExactReal, collapsed, decimal
from exactnet.exact.rationals import show_point
from exactnet.fractals.curves import ApproximationCurve
from exactnet.fractals.distribution import FractalDistribution
from exactnet.learning.architectures import Arrays
from exactnet.learning.convolutional import Convolutional
from exactnet.learning.exact_images import image_rows
from exactnet.learning.fizzbuzz_data import FizzBuzzSource, fizzbuzz_rows
from exactnet.learning.images import ImageSource
from exactnet.learning.margins import margin_rows
from exactnet.learning.plans import Analysis, Cell
from exactnet.learning.sources import FractalSource
from exactnet.learning.training import Trained
from exactnet.limits import Limits
from exactnet.networks.network import ReluNetwork
from exactnet.regions.counting import count_regions
from exactnet.theorems.loss import ConditionalLosses, conditional_losses
from exactnet.verification.claims import realizes
from exactnet.verification.prove import prove

Value = float | int | str | None

DIGITS = 12
HALF = Fraction(1, 2)


@dataclass(frozen=True, slots=True)
class Learned:
    """The exact 0-1 losses of a network on the parts of D_n, and what follows from them.

    >>> from exactnet.constructions.compile import compile_ifs
    >>> from exactnet.fractals import curves, gallery
    >>> dist = FractalDistribution(gallery.cantor(), 4, curves.uniform(4))
    >>> found = Learned.of(compile_ifs(dist.ifs, 2), dist)
    >>> found.nearest, found.loss, [str(v) for v in found.disagreements]
    (2, Fraction(1, 4), ['1/4', '1/8', '0', '1/8', '1/4'])
    """

    losses: ConditionalLosses
    curve: ApproximationCurve

    @classmethod
    def of(
        cls, net: ReluNetwork, dist: FractalDistribution, limits: Limits | None = None
    ) -> "Learned":
        """Integrate a network (LimitReached beyond the limits)."""
        return cls(conditional_losses(net, dist, "zero-one", limits), dist.curve)

    @property
    def loss(self) -> ExactReal:
        """The exact 0-1 loss on D_n."""
        return self.losses.under(self.curve)

    @property
    def errors(self) -> tuple[ExactReal, ...]:
        """The mass of wrong answers on the negatives of level 1..n, then on the positives."""
        pairs = zip(self.curve.levels, self.losses.negatives, strict=True)
        return (*(collapsed(mass * loss) for mass, loss in pairs), self.losses.positives / 2)

    @property
    def disagreements(self) -> tuple[ExactReal, ...]:
        """Pr[the network and that of K_j differ] under D_n, for j = 0..n."""
        found = []
        for j in range(self.curve.depth + 1):
            total: ExactReal = self.losses.positives / 2
            for level, (mass, loss) in enumerate(
                zip(self.curve.levels, self.losses.negatives, strict=True), 1
            ):
                total = total + mass * (loss if level <= j else 1 - loss)
            found.append(collapsed(total))
        return tuple(found)

    @property
    def accepted(self) -> ExactReal:
        """Pr[f >= 0] under D_n: the disagreement with the empty set."""
        total: ExactReal = (1 - self.losses.positives) / 2
        for mass, loss in zip(self.curve.levels, self.losses.negatives, strict=True):
            total = total + mass * loss
        return collapsed(total)

    @property
    def nearest(self) -> int | None:
        """The j whose K_j differs least, None if the empty set differs less still.

        The least such j where levels without mass make ties.
        """
        values = self.disagreements
        best = 0
        for j, value in enumerate(values):
            if value < values[best]:
                best = j
        return None if self.accepted <= values[best] else best


def final_rows(
    cell: Cell, run: Trained, start: Arrays, analysis: Analysis, place: int
) -> Mapping[str, Value]:
    """The final rows of a run from ``start``, the ``place``-th of its cell."""
    if run.diverged is not None or not run.evaluations:
        return {"diverged": run.diverged}
    last = run.evaluations[-1]
    rows: dict[str, Value] = {
        "accuracy": last.accuracy,
        "test_loss": last.test_loss,
        "training_loss": last.training_loss,
        "moved": moved(start, run.parameters),
        "best_accuracy": max(one.accuracy for one in run.evaluations),
    }
    rows |= _finite_rows(cell, run, analysis, place)
    counts = (analysis.losses, analysis.margins, analysis.regions)
    if isinstance(cell.source, FractalSource) and place < max(counts):
        net = cell.architecture.network(run.parameters)
        for count, look in zip(counts, (loss_rows, margin_rows, region_rows), strict=True):
            if place < count:
                rows |= look(net, cell.source, Limits(seconds=analysis.seconds))
    return rows


def _finite_rows(cell: Cell, run: Trained, analysis: Analysis, place: int) -> Mapping[str, Value]:
    """What is known exactly where the questions are finitely many: FizzBuzz always, images."""
    if isinstance(cell.source, FizzBuzzSource):
        return fizzbuzz_rows(cell.architecture.network(run.parameters))
    if place >= analysis.losses:
        return {}
    if isinstance(cell.source, ImageSource) and isinstance(cell.architecture, Convolutional):
        limits, count = Limits(seconds=analysis.seconds), cell.training.test_examples
        return image_rows(cell.architecture, run.parameters, cell.source, count, limits)
    return {}


def moved(start: Arrays, end: Arrays) -> float:
    """The Euclidean distance of two networks' parameters, relative to the first's norm; a float.

    >>> import numpy as np
    >>> moved({"w": np.array([3.0, 4.0])}, {"w": np.array([3.0, 0.0])})
    0.8
    """
    squares = [
        (
            float(((end[name] - value.astype(float)) ** 2).sum()),
            float((value.astype(float) ** 2).sum()),
        )
        for name, value in start.items()
    ]
    apart, size = (sqrt(sum(column)) for column in zip(*squares, strict=True))
    return apart / size if size else apart


def loss_rows(net: ReluNetwork, source: FractalSource, limits: Limits) -> Mapping[str, Value]:
    """Exact losses in decimals, every digit proven; the nearest K_j. Beyond a limit, why not."""
    try:
        found = Learned.of(net, source.distribution, limits)
    except LimitReached as reached:
        return {"exact": str(reached)}
    rows: dict[str, Value] = {"exact": "yes", "exact_loss": decimal(found.loss, DIGITS)}
    for level, (error, loss) in enumerate(
        zip(found.errors, found.losses.negatives, strict=False), 1
    ):
        rows[f"error_mass_{level}"] = decimal(error, DIGITS)
        rows[f"accepted_{level}"] = decimal(loss, DIGITS)
    rows["error_mass_positives"] = decimal(found.errors[-1], DIGITS)
    rows["rejected_positives"] = decimal(found.losses.positives, DIGITS)
    nearest = found.nearest
    rows["nearest"] = "nothing" if nearest is None else nearest
    distance = found.accepted if nearest is None else found.disagreements[nearest]
    rows["disagreement"] = decimal(distance, DIGITS)
    return rows


def region_rows(net: ReluNetwork, source: FractalSource, limits: Limits) -> Mapping[str, Value]:
    """The number of proper regions on K_0, or a lower bound; the verdict on the claim."""
    count = count_regions(net, source.ifs.base, workers=1, limits=limits)
    rows: dict[str, Value] = {
        "regions" if count.complete else "regions_at_least": int(count),
        **claim_rows(net, source, Limits(seconds=limits.seconds)),
    }
    return rows


def claim_rows(net: ReluNetwork, source: FractalSource, limits: Limits) -> Mapping[str, Value]:
    """The verdict on "f >= 0 exactly on K_n", with a counterexample where it is refuted."""
    try:
        claim = realizes(net, source.ifs, source.depth, source.margin)
        result = prove(claim, "regions", limits)
    except InputError as error:
        return {"claim": "refused", "claim_reason": str(error)}
    found = result.counterexample
    return {
        "claim": result.verdict.value,
        "claim_reason": result.reason or None,
        "counterexample": None if found is None else show_point(found.point),
    }
