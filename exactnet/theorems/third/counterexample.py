"""Theorem 3, part 2, fails in the plane: instances found by a small search and checked exactly.

On the line a network of width k separates few cells, because one affine piece has one sign change.
In the plane one unit's line crosses many cells: those over one interval of a coordinate axis. So a
network that reads one coordinate alone sees far fewer than r^j cells. The best such network with
one hidden layer is the optimum on the line for the law of that coordinate (``line.law``,
``line.optimum``), and where its loss is below the slides' bound the wording is refuted.

The search: depths 2, 3, 4; the talk's corner dust, the Cantor set in the plane, and two boxes in a
row; all negatives on the finest level; either axis; s = 1, ..., n - 1; widths 1, ..., r^s - 1 (16
at most); t = 1; every j. The first instance is returned. The network's loss is computed again by
integration over its regions, which knows nothing of the search.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from exactnet.errors import ConsistencyError
from exactnet.exact.radicals import ExactReal
from exactnet.fractals import curves, gallery
from exactnet.fractals.distribution import FractalDistribution
from exactnet.fractals.hypotheses import Contact
from exactnet.fractals.ifs import IFS
from exactnet.limits import Limits
from exactnet.networks.network import ReluNetwork
from exactnet.theorems.line.law import LineLaw, line_law, reads_alone
from exactnet.theorems.line.networks import network_of_signs, shallow_changes
from exactnet.theorems.line.optimum import best_signs_for
from exactnet.theorems.loss import exact_loss
from exactnet.theorems.third.sides import Question

DEPTHS = (2, 3, 4)
WIDEST = 16


@dataclass(frozen=True, slots=True)
class PlaneCounterexample:
    """An instance in d >= 2 on which the slides' part 2 is false: ``loss`` < ``bound``.

    k = ``width`` < r^s with s = ``scale``, t = 1 < j/s with j = ``level``, and the images are
    pairwise disjoint; ``bound`` = (1 - r^(s-j)) (1 - P(j)), ``loss`` that of ``network``, whose
    one hidden layer has k units.
    """

    distribution: FractalDistribution
    network: ReluNetwork
    scale: int
    level: int
    bound: ExactReal
    loss: ExactReal

    @property
    def ifs(self) -> IFS:
        """The IFS."""
        return self.distribution.ifs

    @property
    def width(self) -> int:
        """k."""
        return self.network.width

    def words(self) -> str:
        """The instance in a sentence."""
        dist = self.distribution
        return (
            f"on {self.ifs.name}, n = {dist.depth}, curve {dist.curve.name}, one hidden layer of "
            f"{self.width} units has loss {self.loss}, below the slides' bound {self.bound} "
            f"(s = {self.scale}, j = {self.level})"
        )


@cache
def plane_counterexample() -> PlaneCounterexample:
    """An instance in the plane that breaks part 2 of Theorem 3 as the slides word it.

    >>> found = plane_counterexample()
    >>> print(found.words())
    on cantor-dust, n = 3, curve fine, one hidden layer of 3 units has loss 1/3, below the slides' \
bound 3/8 (s = 1, j = 2)
    >>> exact_loss(found.network, found.distribution) == found.loss
    True
    """
    for depth in DEPTHS:
        for ifs in (gallery.cantor_dust(), gallery.cantor(2), row_of_boxes()):
            found = counterexample_on(FractalDistribution(ifs, depth, curves.fine(depth)))
            if found is not None:
                return found
    raise ConsistencyError.about("plane_counterexample", "an instance", "none", "Report this bug.")


def row_of_boxes() -> IFS:
    """Two boxes side by side, x_1/4 +- 1/2 and x_2/2: a column of cells over each interval.

    (The instance in proofs/theory/Theorem3.v, there with point masses.)
    """
    maps = [([["1/4", 0], [0, "1/2"]], [shift, 0]) for shift in ("-1/2", "1/2")]
    return IFS.of(maps, name="row-of-boxes")


def counterexample_on(
    dist: FractalDistribution, limits: Limits | None = None
) -> PlaneCounterexample | None:
    """A network that reads one coordinate and breaks the slides' part 2 on this distribution.

    None if there is none with t = 1 and at most 16 units, or if the images touch.
    """
    if dist.ifs.contact is not Contact.DISJOINT:
        return None
    laws = list(axis_laws(dist))
    levels = tuple(range(dist.depth + 1))
    for scale in range(1, dist.depth):
        question = Question(dist, None, 1, (), levels, limits or Limits())
        level, bound = question.best_level(scale)
        widths = range(1, min(dist.ifs.r**scale, WIDEST + 1))
        for width in widths if bound > 0 else ():
            net = best_along_an_axis(dist, laws, width, limits)
            if net is None:
                continue
            loss = exact_loss(net, dist, limits=limits)
            if loss < bound:
                return PlaneCounterexample(dist, net, scale, level, bound, loss)
    return None


def axis_laws(dist: FractalDistribution) -> Iterator[tuple[int, LineLaw]]:
    """The law of every coordinate that the maps do not mix with others."""
    for axis in range(dist.ifs.dim):
        if reads_alone(dist.ifs, axis):
            yield axis, line_law(dist, axis)


def best_along_an_axis(
    dist: FractalDistribution,
    laws: list[tuple[int, LineLaw]],
    width: int,
    limits: Limits | None = None,
) -> ReluNetwork | None:
    """The best network with one hidden layer of so many units that reads one coordinate alone."""
    best: tuple[ExactReal, ReluNetwork] | None = None
    for axis, law in laws:
        (found,) = best_signs_for(law.under(dist.curve), (shallow_changes(width),), limits)
        if best is None or found.loss < best[0]:
            best = found.loss, network_of_signs(found.signs, axis, dist.ifs.dim)
    return None if best is None else best[1]
