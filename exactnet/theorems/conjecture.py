"""The talk's conjecture, looked at on an instance: a report of observations, never a verdict.

Malach & Shalev-Shwartz (2019) conjecture that functions which no shallow network approximates have
a distribution on which depth gives loss zero, the best shallow network is near 1/2, and gradient
descent fails. An instance can neither prove nor refute that. This puts side by side, for one D_n,
what is exact (the deep network's loss, the best shallow loss on a line), what is bounded, and what
is observed (gradients at initialisation, and trained networks if some are given).
"""

import time
from collections.abc import Sequence
from dataclasses import replace

from exactnet.constructions.compile import compile_ifs
from exactnet.constructions.margin import DEFAULT_MARGIN
from exactnet.errors import ConstructionError, InputError, LimitReached
from exactnet.exact.radicals import ExactReal
from exactnet.fractals.curves import ApproximationCurve, fine
from exactnet.fractals.distribution import FractalDistribution
from exactnet.fractals.hypotheses import Contact
from exactnet.fractals.ifs import IFS
from exactnet.fractals.prefractal import as_depth
from exactnet.limits import Limits, Progress, silent
from exactnet.networks.network import ReluNetwork
from exactnet.theorems.conditions import instance
from exactnet.theorems.gradient_report import gradient_theorem
from exactnet.theorems.line.bracket import best_network
from exactnet.theorems.loss import exact_loss
from exactnet.theorems.report import ReportTable, TheoremReport
from exactnet.theorems.values import Cell
from exactnet.theorems.widths.required import required_widths

STATEMENT = (
    "Conjecture: functions that no shallow network approximates have a distribution on which depth "
    "gives loss 0, the best shallow network is near 1/2, and gradient descent fails."
)
TABLE = "One instance, end to end"
HEADS = ("question", "networks", "0-1 loss", "evidence")
INITIALISATIONS = 20


def observe_conjecture(
    ifs: IFS,
    depth: int,
    curve: ApproximationCurve | None = None,
    layers: int = 2,
    width: int = 20,
    initialisations: int = INITIALISATIONS,
    seed: int = 0,
    trained: Sequence[tuple[str, ExactReal]] = (),
    limits: Limits | None = None,
    progress: Progress = silent,
) -> TheoremReport:
    """The conjecture's three parts on D_depth; the verdict is always "unknown".

    ``curve`` is ``fine`` unless given. ``layers`` and ``width`` are those of the networks whose
    gradients are looked at; ``trained`` are (description, exact 0-1 loss) of trained networks.

    >>> from exactnet.fractals import gallery
    >>> report = observe_conjecture(gallery.cantor(), 3, initialisations=5)
    >>> report.verdict.value
    'unknown'
    >>> for row in report.table(TABLE).rows[:2]:
    ...     print(*row, sep="; ")
    deep; fold, 4 hidden layers of width 2; 0; exact, by integration over its regions
    best shallow; 1 hidden layer of width 1; 7/16; exact: L(H_1,k), certified
    """
    start = time.monotonic()
    if as_depth(depth) < 1:
        raise InputError.about("depth", "at least 1", "0", "K_0 has no negatives.")
    bounded = replace(limits or Limits(), started=start)
    touching = ifs.contact is Contact.TOUCHING
    dist = FractalDistribution(
        ifs, depth, curve or fine(depth), margin=DEFAULT_MARGIN if touching else None
    )
    name, deep = _deep(ifs, depth)
    progress("conjecture: the deep network")
    rows = [_deep_row(name, deep, dist, bounded)]
    rows += _shallow_rows(dist, deep, bounded, progress)
    rows += [
        ("trained", words, loss, "exact, of the weights it ended with") for words, loss in trained
    ]
    gradients = gradient_theorem(
        ifs, depth, dist.curve, layers, width, initialisations, seed, limits=bounded,
        progress=progress,
    )  # fmt: skip
    return TheoremReport(
        "conjecture",
        STATEMENT,
        f"{instance(ifs, depth)}, curve {dist.curve.name}",
        (),
        (),
        {"d": ifs.dim, "r": ifs.r, "n": depth, "deep units": deep.neurons},
        (ReportTable(TABLE, HEADS, tuple(rows)), *gradients.tables[:1]),
        rests_on=("exact losses: integrals over regions", *gradients.rests_on),
        notes=("observations of one instance: they neither prove nor refute a conjecture",),
        seconds=time.monotonic() - start,
    )


def _deep(ifs: IFS, depth: int) -> tuple[str, ReluNetwork]:
    """The network for K_n with the fewest units that we can compile."""
    found = []
    for method in ("fold", "exact", "margin"):
        try:
            found.append((method, compile_ifs(ifs, depth, method)))
        except ConstructionError:
            continue
    return min(found[:2], key=lambda pair: pair[1].neurons)


def _deep_row(
    name: str, net: ReluNetwork, dist: FractalDistribution, limits: Limits
) -> tuple[Cell, ...]:
    words = f"{name}, {net.depth} hidden layers of width {net.width}"
    try:
        loss = exact_loss(net, dist, limits=limits)
    except LimitReached as reached:
        return "deep", words, None, str(reached)
    return "deep", words, loss, "exact, by integration over its regions"


def _shallow_rows(
    dist: FractalDistribution, deep: ReluNetwork, limits: Limits, progress: Progress
) -> list[tuple[Cell, ...]]:
    """The best loss of one hidden layer; in d >= 2 only the width that loss 0 needs."""
    ifs, n = dist.ifs, dist.depth
    if ifs.dim > 1:
        need = required_widths(ifs.dim, 1, ifs.r**n).composed
        words = f"1 hidden layer; loss 0 needs width >= {need}"
        return [("best shallow", words, None, "Theorem 2; the least loss is not known in d >= 2")]
    rows: list[tuple[Cell, ...]] = []
    for k in sorted({*(ifs.r**s - 1 for s in range(1, n + 1)), deep.neurons}):
        progress(f"conjecture: the best of width {k}")
        words = f"1 hidden layer of width {k}"
        try:
            found = best_network(dist, 1, k, limits)
        except LimitReached as reached:
            rows.append(("best shallow", words, None, str(reached)))
            break
        rows.append(("best shallow", words, found.upper, "exact: L(H_1,k), certified"))
    return rows
