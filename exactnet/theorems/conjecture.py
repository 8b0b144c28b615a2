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
from exactnet.errors import ConstructionError, InputError, InputTypeError, LimitReached
from exactnet.exact.radicals import BinaryRadical, ExactReal
from exactnet.exact.rationals import as_rational
from exactnet.fractals.curves import ApproximationCurve, fine
from exactnet.fractals.distribution import FractalDistribution
from exactnet.fractals.hypotheses import Contact
from exactnet.fractals.ifs import IFS, as_ifs
from exactnet.fractals.prefractal import as_depth
from exactnet.limits import Limits, Progress, from_now, silent
from exactnet.networks.network import ReluNetwork
from exactnet.theorems.gradient_report import gradient_theorem
from exactnet.theorems.hypotheses import instance
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
    With touching images positives keep a margin of 1/8. What a limit ends is left open.

    >>> from exactnet.fractals import gallery
    >>> report = observe_conjecture(gallery.cantor(), 3, initialisations=5)
    >>> report.verdict.value
    'unknown'
    >>> for row in report.table(TABLE).rows[:2]:
    ...     print(*row, sep="; ")
    deep; fold, 4 hidden layers of width 2; 0; exact, by integration over its regions
    best shallow; 1 hidden layer of width 1; 7/16; exact: L(H_1,k), certified

    Raises InputError, and InputTypeError for a loss that is not exact. Cost: that of the deep
    network's loss, of ``best_network`` and of ``gradient_theorem``.
    """
    start = time.monotonic()
    as_ifs(ifs)
    if as_depth(depth) < 1:
        raise InputError.about("depth", "at least 1", "0", "K_0 has no negatives.")
    observed = _observed(trained)
    bounded = from_now(limits)
    touching = ifs.contact is Contact.TOUCHING
    dist = FractalDistribution(
        ifs, depth, curve or fine(depth), margin=DEFAULT_MARGIN if touching else None
    )
    name, deep = _deep(ifs, depth)
    progress("conjecture: the deep network")
    rows = [_deep_row(name, deep, dist, bounded)]
    rows += _shallow_rows(dist, deep, bounded, progress)
    rows += observed
    tables, rests, stopped = _gradients(
        dist, layers, width, initialisations, seed, bounded, progress
    )
    return TheoremReport(
        "conjecture",
        STATEMENT,
        f"{instance(ifs, depth)}, curve {dist.curve.name}",
        (),
        (),
        {"d": ifs.dim, "r": ifs.r, "n": depth, "deep units": deep.neurons},
        (ReportTable(TABLE, HEADS, tuple(rows)), *tables),
        rests_on=("exact losses: integrals over regions", *_shallow_rests_on(ifs), *rests),
        notes=(
            "observations of one instance: they neither prove nor refute a conjecture",
            *stopped,
        ),
        seconds=time.monotonic() - start,
    )


def _observed(trained: object) -> list[tuple[Cell, ...]]:
    """The rows of trained networks."""
    if isinstance(trained, str) or not isinstance(trained, Sequence):
        raise InputTypeError.about(
            "trained", "(description, exact loss) pairs", type(trained).__name__, "Give a list."
        )
    rows: list[tuple[Cell, ...]] = []
    for k, pair in enumerate(trained):
        if not isinstance(pair, tuple) or len(pair) != 2:
            raise InputTypeError.about(
                f"trained[{k}]", "a pair (description, exact loss)", type(pair).__name__,
                "Write ('seed 0', exact_loss(net, dist)).",
            )  # fmt: skip
        words, loss = pair
        exact = loss if isinstance(loss, BinaryRadical) else as_rational(loss, f"trained[{k}]")
        rows.append(("trained", str(words), exact, "exact, of the weights it ended with"))
    return rows


def _gradients(
    dist: FractalDistribution,
    layers: int,
    width: int,
    initialisations: int,
    seed: int,
    limits: Limits,
    progress: Progress,
) -> tuple[tuple[ReportTable, ...], tuple[str, ...], tuple[str, ...]]:
    """The table of gradients by curve, what it rests on, and a note if there was no time for it."""
    try:
        left = replace(limits, seconds=limits.remaining())
        found = gradient_theorem(
            dist.ifs, dist.depth, dist.curve, layers, width, initialisations, seed, limits=left,
            progress=progress,
        )  # fmt: skip
    except LimitReached as reached:
        return (), (), (f"gradients: {reached}",)
    return found.tables[:1], found.rests_on, ()


def _deep(ifs: IFS, depth: int) -> tuple[str, ReluNetwork]:
    """The exact network for K_n with the fewest units that we compile; else that with a margin."""
    found = []
    for method in ("fold", "exact"):
        try:
            found.append((method, compile_ifs(ifs, depth, method)))
        except ConstructionError:
            continue
    if not found:
        return "margin", compile_ifs(ifs, depth, "margin")
    return min(found, key=lambda pair: pair[1].neurons)


def _deep_row(
    name: str, net: ReluNetwork, dist: FractalDistribution, limits: Limits
) -> tuple[Cell, ...]:
    words = f"{name}, {net.depth} hidden layer{'s' * (net.depth != 1)} of width {net.width}"
    try:
        loss = exact_loss(net, dist, limits=limits)
    except LimitReached as reached:
        return "deep", words, None, str(reached)
    return "deep", words, loss, "exact, by integration over its regions"


def _shallow_rows(
    dist: FractalDistribution, deep: ReluNetwork, limits: Limits, progress: Progress
) -> list[tuple[Cell, ...]]:
    """The best loss of one hidden layer; in d >= 2 only the width that realising K_n takes."""
    ifs, n = dist.ifs, dist.depth
    if ifs.dim > 1:
        open_loss = "the least loss is not known in d >= 2"
        if ifs.contact is not Contact.DISJOINT:
            evidence = f"{open_loss}; no bound by Theorem 2: images touch"
            return [("best shallow", "1 hidden layer", None, evidence)]
        need = required_widths(ifs.dim, 1, ifs.r**n).composed
        words = f"1 hidden layer; {{f >= 0}} = K_n needs width >= {need}"
        return [("best shallow", words, None, f"Theorem 2; {open_loss}")]
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


def _shallow_rests_on(ifs: IFS) -> tuple[str, ...]:
    if ifs.dim == 1:
        lemma = "Lemma 2 on sign changes (theorems.line.networks)"
        return (f"least losses: dynamic programming with certificates, and {lemma}",)
    disjoint = ifs.contact is Contact.DISJOINT
    return ("width for {f >= 0} = K_n: proofs/theory/Theorem2.v",) if disjoint else ()
