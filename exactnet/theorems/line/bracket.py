"""The least 0-1 loss L(H_{t,k}) of networks with t hidden layers of width k, in one dimension.

One hidden layer: the predictions of H_{1,k} are those with at most ``shallow_changes(k)`` sign
changes (``line.networks``), so L(H_{1,k}) is the optimum of ``line.optimum``, and it is attained.

More layers: from below the optimum with ``changes_within(t, k)`` <= (k+1)^t changes, which need not
be within reach. From above networks that we have: the best shallow one; fold, then predict (below);
and the network for the finest K_j that fits. The two ends may differ: then L is between them.

Fold, then predict: a layer of r^m <= k units maps every cell of K_m onto K_0 by one zigzag. After
i such layers the law of the point is again a step density (``LineLaw.through``), and its best
shallow prediction is a network with i + 1 hidden layers; one sign change there is r^(mi) here.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from itertools import product

from exactnet.constructions.compile import compile_ifs
from exactnet.constructions.fold import Zigzag
from exactnet.errors import InputError
from exactnet.exact.radicals import ExactReal
from exactnet.fractals.curves import ApproximationCurve
from exactnet.fractals.distribution import FractalDistribution
from exactnet.fractals.hypotheses import Contact
from exactnet.fractals.ifs import IFS
from exactnet.fractals.prefractal import Prefractal
from exactnet.geometry.box import Box
from exactnet.limits import Limits
from exactnet.networks.compose import affine_network, chain
from exactnet.networks.network import ReluNetwork
from exactnet.theorems.counts import MAX_LAYERS, MAX_WIDTH, as_count
from exactnet.theorems.line.law import LineLaw, Mass, line_law
from exactnet.theorems.line.narrow import changes_within
from exactnet.theorems.line.networks import (
    network_of_signs,
    padded,
    shallow_changes,
    signs_of,
)
from exactnet.theorems.line.optimum import LineOptimum, best_signs, best_signs_for, loss_of


@dataclass(frozen=True, slots=True)
class Bracket:
    """lower <= L(H_{t,k}) <= upper, with a network of that size whose loss is ``upper``.

    ``optimum`` certifies ``lower``; ``method`` says how the network was made.
    """

    layers: int
    width: int
    optimum: LineOptimum
    upper: ExactReal
    network: ReluNetwork
    method: str

    @property
    def lower(self) -> ExactReal:
        """No network with these sizes has a smaller loss."""
        return self.optimum.loss

    @property
    def exact(self) -> bool:
        """Whether L(H_{t,k}) is known."""
        return self.lower == self.upper


def best_network(
    dist: FractalDistribution, layers: int, width: int, limits: Limits | None = None
) -> Bracket:
    """L(H_{t,k}) on a one-dimensional distribution: exactly for t = 1, else between two bounds.

    >>> from exactnet.fractals import curves, gallery
    >>> dist = FractalDistribution(gallery.cantor(), 3, curves.uniform(3))
    >>> best = best_network(dist, 1, 3)
    >>> str(best.lower), str(best.upper), best.network.depth, best.network.width
    ('1/4', '1/4', 1, 3)
    >>> deep = best_network(dist, 2, 3)
    >>> str(deep.lower), str(deep.upper), deep.method
    ('0', '1/6', 'fold 1 level, then predict')

    Raises InputError for other dimensions and sizes, LimitReached. Cost: the dynamic programme's;
    deep ones also fold the distribution, cell by cell.
    """
    as_count("layers", layers, MAX_LAYERS)
    as_count("width", width, MAX_WIDTH)
    if dist.ifs.dim != 1:
        raise InputError.about(
            "best_network", "a distribution on the line", f"one in R^{dist.ifs.dim}",
            "In d >= 2 the least loss is not known.",
        )  # fmt: skip
    return bracket(dist.ifs, line_law(dist), dist.curve, layers, width, limits)


def bracket(
    ifs: IFS,
    law: LineLaw,
    curve: ApproximationCurve,
    layers: int,
    width: int,
    limits: Limits | None = None,
) -> Bracket:
    """``best_network`` for the law of a distribution of an IFS on the line."""
    if layers == 1:
        return shallow_brackets(law.under(curve), (width,), limits)[0]
    masses = law.under(curve)
    optimum = best_signs(masses, changes_within(layers, width), limits)
    best: tuple[ExactReal, ReluNetwork, str] | None = None
    for net, method in _candidates(ifs, law, curve, layers, width, limits):
        loss = network_loss(masses, net)
        if best is None or loss < best[0]:
            best = loss, net, method
    assert best is not None
    return Bracket(layers, width, optimum, best[0], padded(best[1], layers), best[2])


def shallow_brackets(
    masses: tuple[Mass, ...], widths: Sequence[int], limits: Limits | None = None
) -> list[Bracket]:
    """``bracket`` for one hidden layer and several widths: exact, from one table."""
    optima = best_signs_for(masses, [shallow_changes(k) for k in widths], limits)
    found = []
    for width, optimum in zip(widths, optima, strict=True):
        net = network_of_signs(optimum.signs)
        loss = network_loss(masses, net)
        found.append(Bracket(1, width, optimum, loss, net, "best shallow network"))
    return found


def network_loss(masses: tuple[Mass, ...], net: ReluNetwork) -> ExactReal:
    """The 0-1 loss of a network from R to R, from its exact pieces along the line."""
    return loss_of(masses, signs_of(net, masses[0].low, masses[-1].high))


def _candidates(
    ifs: IFS,
    law: LineLaw,
    curve: ApproximationCurve,
    layers: int,
    width: int,
    limits: Limits | None,
) -> Iterator[tuple[ReluNetwork, str]]:
    """Networks with at most so many hidden layers, none wider."""
    changes = shallow_changes(width)
    plain = best_signs(law.under(curve), changes, limits)
    yield network_of_signs(plain.signs), "best shallow network"
    for front, levels in _fronts(ifs, curve.depth, layers - 1, width):
        folded = best_signs(_folded(law, front).under(curve), changes, limits)
        words = f"fold {levels} level{'s' * (levels > 1)}, then predict"
        yield chain([front, network_of_signs(folded.signs)]), words
    level = min((layers - 1) // 2, curve.depth)
    if ifs.contact is Contact.DISJOINT:
        exact = compile_ifs(ifs, level)
        if exact.width <= width:
            yield exact, f"network for K_{level}"


@lru_cache(maxsize=16)
def _folded(law: LineLaw, front: ReluNetwork) -> LineLaw:
    """The law behind a folding: the same for every width that has room for it."""
    return law.through(front)


def _fronts(ifs: IFS, depth: int, layers: int, width: int) -> Iterator[tuple[ReluNetwork, int]]:
    """Foldings of at most so many layers and the levels that they fold, none wider than k."""
    start = affine_network(ifs.base.to_cube())
    per_layer = 1
    while 2 <= ifs.r**per_layer <= width and per_layer <= depth:
        for count, rising in product(range(1, depth // per_layer + 1), (True, False)):
            if count <= layers:
                step = _zigzag(ifs, per_layer, rising)
                yield chain([start, *[step] * count]), count * per_layer
        per_layer += 1


def _zigzag(ifs: IFS, levels: int, rising: bool) -> ReluNetwork:
    """The zigzag over the cells of K_levels, in normalised coordinates."""
    cells = Prefractal(ifs.normalised_maps, Box.cube(1), levels).cells()
    ends = [sorted(x for (x,) in cell.vertices()) for cell in cells]
    zigzag = Zigzag.over(tuple((low, high) for low, high in sorted(ends)), rising)
    factors = [factor for factor, _, _ in zigzag.units]
    rows = [[sign] for _, sign, _ in zigzag.units]
    shifts = [shift for _, _, shift in zigzag.units]
    return ReluNetwork.of([(rows, shifts), ([factors], [Fraction(zigzag.constant)])])
