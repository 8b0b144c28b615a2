"""Theorem 1 on an instance: 2n+1 hidden layers of width 5dr suffice, and how far below we get.

For pairwise disjoint images there is a network with 2n+1 hidden layers of width at most 5dr and
f >= 0 exactly on K_n. The margin-free construction is one (Malach & Shalev-Shwartz 2019, Theorem 1,
with the sum moved inside; proved in Coq for every d, r and n: proofs/theory). The table holds every
network that we can compile for K_n, with what proves it.
"""

import time
from dataclasses import dataclass, replace
from fractions import Fraction

from exactnet.constructions.compile import construct
from exactnet.constructions.construction import Construction
from exactnet.constructions.margin import DEFAULT_MARGIN
from exactnet.errors import ConstructionError, InputError, LimitReached
from exactnet.fractals.ifs import IFS, as_ifs
from exactnet.fractals.prefractal import as_depth
from exactnet.geometry.box import Box
from exactnet.limits import Limits, Progress, from_now, silent
from exactnet.networks.network import ReluNetwork
from exactnet.theorems.hypotheses import (
    contracting_maps,
    disjoint_images,
    instance,
    nested_images,
)
from exactnet.theorems.report import PROVED, Comparison, ReportTable, TheoremReport
from exactnet.theorems.values import Cell
from exactnet.verification.claims import realizes
from exactnet.verification.prove import prove
from exactnet.verification.pruning import prune
from exactnet.verification.verdicts import Result, Verdict

STATEMENT = (
    "Pairwise disjoint images: some ReLU network with at most 2n+1 hidden layers, none wider than "
    "5dr, has f(x) >= 0 exactly for x in K_n."
)
TABLE = "Networks for K_n"
HEADS = ("network", "claim", "hidden layers", "width", "units", "verdict", "route")
UNION_UNITS = 20_000  # the literal union has r^n copies
PRUNED_CELLS = 200_000  # regions to look at for units that are never on, or never off


@dataclass(frozen=True, slots=True)
class Candidate:
    """A network for K_n, and what became of proving it.

    ``margin`` is None where f >= 0 exactly on K_n is claimed, ``domain`` None for all of R^d.
    """

    name: str
    margin: Fraction | None
    domain: Box | None
    network: ReluNetwork
    result: Result

    @property
    def claim(self) -> str:
        """What is claimed of it."""
        words = "f >= 0 exactly on K_n" if self.margin is None else (
            f"f >= 1/2 on cells shrunk by {self.margin}, f <= -1/2 off K_n"
        )  # fmt: skip
        return words if self.domain is None else f"{words}, for x in K_0"

    @property
    def sizes(self) -> tuple[int, int]:
        """Hidden layers and width."""
        return self.network.depth, self.network.width

    def row(self) -> tuple[Cell, ...]:
        """Its line of the table."""
        net, result = self.network, self.result
        return (
            self.name, self.claim, net.depth, net.width, net.neurons,
            result.verdict.value, result.route,
        )  # fmt: skip


def theorem1(
    ifs: IFS, depth: int, limits: Limits | None = None, progress: Progress = silent
) -> TheoremReport:
    """Theorem 1 for K_depth: hypotheses, the theorem's sizes, the smallest network that we prove.

    ``left`` and ``right`` are the width of the margin-free network and 5dr. Touching images are
    outside the theorem ("does not apply"); the table then holds what is proved of them all the
    same, with a margin.

    >>> from exactnet.fractals import gallery
    >>> report = theorem1(gallery.cantor_dust(), 3)
    >>> report.verdict.value, report.left, report.right, report.sizes["hidden layers"]
    ('holds', 19, 40, 7)
    >>> theorem1(gallery.vicsek(), 1).verdict.value
    'does not apply'

    Raises InputError for a depth that is none. Cost: the proofs (``prove``), in d r n for the
    margin-free network and in r^n for the union; ``limits`` end them and leave them open.
    """
    start = time.monotonic()
    as_ifs(ifs)
    as_depth(depth)
    bounded = from_now(limits)
    candidates, refused = _candidates(ifs, depth, bounded, progress)
    exact = next((c for c in candidates if c.name == "exact"), None)
    hypotheses = (
        disjoint_images(ifs),
        contracting_maps(ifs),
        nested_images(ifs),
    )
    smallest = _smallest(candidates)
    sizes = {"d": ifs.dim, "r": ifs.r, "n": depth}
    if exact is not None:
        sizes |= {"hidden layers": exact.network.depth, "width": exact.network.width}
    sizes |= {"bound hidden layers": 2 * depth + 1, "bound width": 5 * ifs.dim * ifs.r}
    if smallest is not None:
        sizes |= {
            "smallest hidden layers": smallest.network.depth,
            "smallest width": smallest.network.width,
            "smallest units": smallest.network.neurons,
        }
    return TheoremReport(
        "1",
        STATEMENT,
        instance(ifs, depth),
        hypotheses,
        () if exact is None else _comparisons(ifs, depth, exact),
        sizes,
        (ReportTable(TABLE, HEADS, tuple(c.row() for c in candidates)),),
        rests_on=_rests_on(exact or smallest),
        notes=(*refused, *_notes(smallest)),
        seconds=time.monotonic() - start,
    )


def _comparisons(ifs: IFS, depth: int, exact: Candidate) -> tuple[Comparison, ...]:
    layers, width = exact.sizes
    bound = 5 * ifs.dim * ifs.r
    return (
        Comparison("width against 5dr", width, "<=", bound, width <= bound),
        Comparison(
            "hidden layers against 2n+1", layers, "<=", 2 * depth + 1, layers <= 2 * depth + 1
        ),
        Comparison("{f >= 0} against K_n", "{f >= 0}", "=", "K_n", PROVED[exact.result.verdict]),
    )


def _candidates(
    ifs: IFS, depth: int, limits: Limits, progress: Progress
) -> tuple[list[Candidate], list[str]]:
    """The networks that compile, each with its proof; and why the others do not."""
    found, refused = [], []
    for method in ("exact", "fold", "margin", "union"):
        progress(f"theorem 1: the network by method {method}")
        if method == "union" and 2 * ifs.dim * ifs.r**depth > UNION_UNITS:
            refused.append(f"union: not built, since it has {2 * ifs.dim} * {ifs.r}^{depth} units")
            continue
        try:
            built = construct(ifs, depth, method)
        except (ConstructionError, InputError) as error:
            refused.append(f"{method}: {error}")
            continue
        found.append(_proved(method, built, limits, progress))
        found += _pruned(found[-1], ifs, depth, limits, progress)
    return found, refused


def _pruned(
    whole: Candidate, ifs: IFS, depth: int, limits: Limits, progress: Progress
) -> list[Candidate]:
    """The network without the units that it does not need on K_0, if there are such."""
    if whole.result.verdict is not Verdict.PROVED or whole.name == "union":
        return []
    progress(f"theorem 1: pruning the network by method {whole.name}")
    try:
        bounded = replace(limits, seconds=limits.remaining() / 4, cells=PRUNED_CELLS)
        small = prune(whole.network, ifs.base, bounded, progress)
    except LimitReached:
        return []
    if small.network.neurons >= whole.network.neurons:
        return []
    claim = realizes(small.network, ifs, depth, whole.margin, domain=ifs.base)
    rests = (*whole.result.rests_on, "on K_0 the pruned network is the same function:",
             *small.rests_on)  # fmt: skip
    result = Result(Verdict.PROVED, f"{whole.result.route}, pruning", claim.words(), rests)
    return [Candidate(f"{whole.name}, pruned", whole.margin, ifs.base, small.network, result)]


def _proved(method: str, built: Construction, limits: Limits, progress: Progress) -> Candidate:
    labelling = built.labelling
    margin = DEFAULT_MARGIN if built.threshold else None
    claim = realizes(built.network, labelling.ifs, labelling.depth, margin)
    try:
        left = replace(limits, seconds=limits.remaining())  # prove counts from its own start
        result = prove(claim, limits=left, progress=progress)
    except LimitReached as reached:
        result = Result(Verdict.UNKNOWN, "auto", claim.words(), (), reason=str(reached))
    return Candidate(method, margin, None, built.network, result)


def _smallest(candidates: list[Candidate]) -> Candidate | None:
    """The proved network with the fewest units; exact claims come before those with a margin.

    A claim on all of R^d comes before one on K_0.
    """
    proved = [c for c in candidates if c.result.verdict is Verdict.PROVED]
    return min(
        proved,
        key=lambda c: (
            c.margin is not None,
            c.network.neurons,
            c.network.width,
            c.domain is not None,
        ),
        default=None,
    )


def _notes(smallest: Candidate | None) -> list[str]:
    if smallest is None:
        return []
    net = smallest.network
    return [
        f"the smallest network that we prove: {smallest.name}, {net.depth} hidden "
        f"layer{'s' * (net.depth != 1)} of width at most {net.width}, {net.neurons} units "
        f"({smallest.claim})"
    ]


def _rests_on(candidate: Candidate | None) -> tuple[str, ...]:
    return () if candidate is None else candidate.result.rests_on
