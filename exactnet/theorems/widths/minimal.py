"""The true minimal width: no network narrower than this realises K_n, and this one does.

The lower end rests on an argument about sign changes on lines, about regions, or on finitely many
points that Z3 finds no weights for; the upper end is a network with a proof. Where the two do not
meet, both are given.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace

from exactnet.errors import ConsistencyError, InputError, LimitReached
from exactnet.fractals.ifs import IFS
from exactnet.fractals.prefractal import as_depth
from exactnet.limits import Limits, Progress, from_now, silent
from exactnet.networks.network import ReluNetwork
from exactnet.theorems.counts import MAX_LAYERS, as_count
from exactnet.theorems.line.networks import padded
from exactnet.theorems.widths.candidates import candidates
from exactnet.theorems.widths.labelled_points import MAX_GRID, samples_of, shallow_network
from exactnet.theorems.widths.lower_bounds import LowerBound, lower_bounds
from exactnet.theorems.widths.search import Samples, search_width
from exactnet.verification.claims import realizes
from exactnet.verification.prove import prove
from exactnet.verification.verdicts import Result, Verdict

DOMAINS = ("base", "space")
MAX_CELLS = 8  # for the search over points
CONFIRMED_POINTS = 10  # on the line: a second route, by Z3
SEARCH_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class UpperBound:
    """A network of this width that realises K_n: how it is made, and its proof."""

    width: int
    name: str
    network: ReluNetwork
    result: Result


@dataclass(frozen=True, slots=True)
class MinimalWidth:
    """The least width of the networks with ``layers`` hidden layers that realise K_depth.

    "Realises" is f >= 0 exactly on K_depth: within K_0 for the domain "base", everywhere for
    "space". For one hidden layer in one dimension the same widths belong to every distribution with
    positives in all cells and negatives in all gaps (for "space": and beyond both ends), since the
    argument asks for one point of each only. ``lower`` is never empty, the best comes first;
    ``upper`` is None where we have no network.
    """

    depth: int
    layers: int
    domain: str
    lower: tuple[LowerBound, ...]
    upper: UpperBound | None
    notes: tuple[str, ...] = ()
    seconds: float = 0.0

    @property
    def bracket(self) -> tuple[int, int | None]:
        """The least and the largest value that are not excluded."""
        return self.lower[0].width, None if self.upper is None else self.upper.width

    @property
    def value(self) -> int | None:
        """The minimal width, if the ends meet."""
        low, high = self.bracket
        return low if low == high else None

    @property
    def network(self) -> ReluNetwork | None:
        """The network of the upper end, with exactly ``layers`` hidden layers.

        Layers of one unit may have been added: relu(f + 1) - 1 has the sign of f.
        """
        return None if self.upper is None else padded(self.upper.network, self.layers)

    def words(self) -> str:
        """The result as a sentence."""
        low, high = self.bracket
        if low == high:
            return f"minimal width {low}"
        return f"minimal width at least {low}" + (f", at most {high}" if high else "")


def minimal_width(
    ifs: IFS,
    depth: int,
    layers: int = 1,
    domain: str = "base",
    limits: Limits | None = None,
    progress: Progress = silent,
) -> MinimalWidth:
    """The least width of a relu network with ``layers`` hidden layers that realises K_depth.

    In one dimension one hidden layer is solved: c sign changes need c - 1 units for c >= 4, and 1,
    2, 3 units for c = 1, 2, 3 (``line.networks``, Lemma 2); and two layers of two units are, too
    (``line.narrow``, Lemma 5). Elsewhere bounds and constructions meet, or leave a bracket. In
    small cases in the plane Z3 searches over finitely many points.

    >>> from exactnet.fractals.gallery import cantor, cantor_dust
    >>> [minimal_width(cantor(), n).value for n in (1, 2)], minimal_width(cantor(), 2, 2).value
    ([2, 5], 3)
    >>> [minimal_width(cantor(), n, domain="space").value for n in (1, 2)]
    [3, 7]
    >>> minimal_width(cantor_dust(), 3, layers=4).bracket
    (2, 4)

    Raises InputError. Limits end the search for networks and points, not the rest.
    """
    start = time.monotonic()
    as_depth(depth)
    _check(layers, domain)
    asked = limits or Limits(seconds=SEARCH_SECONDS)
    job = _Job(ifs, depth, layers, domain == "space", from_now(asked), progress)
    lower, upper, notes = job.run()
    seconds = time.monotonic() - start
    return MinimalWidth(depth, layers, domain, tuple(lower), upper, tuple(notes), seconds)


def _check(layers: object, domain: object) -> None:
    as_count("layers", layers, MAX_LAYERS)
    if domain not in DOMAINS:
        raise InputError.about("domain", "'base' or 'space'", f"{domain!r:.40}", "Pick one.")


@dataclass(frozen=True, slots=True)
class _Job:
    """One question."""

    ifs: IFS
    depth: int
    layers: int
    everywhere: bool
    limits: Limits
    progress: Progress

    def run(self) -> tuple[list[LowerBound], UpperBound | None, list[str]]:
        """Bounds from both sides, the search last; and where it stopped early."""
        lower = lower_bounds(self.ifs, self.depth, self.layers, self.everywhere)
        notes: list[str] = []
        upper = None
        try:
            upper = self._upper()
            if self.layers == 1:
                for found in self._searched(lower[0], upper):
                    if isinstance(found, UpperBound):
                        upper = found
                    else:
                        lower.append(found)
        except LimitReached as reached:
            notes.append(str(reached))
        lower.sort(key=lambda bound: -bound.width)
        if upper is not None and upper.width < lower[0].width:
            raise ConsistencyError.about(
                "minimal_width", f"width >= {lower[0].width}", f"{upper.width}", "Report this bug."
            )
        return lower, upper, notes

    def _upper(self) -> UpperBound | None:
        """The narrowest candidate that is proved."""
        self.limits.remaining()
        for candidate in candidates(self.ifs, self.depth, self.layers, self.everywhere):
            self.progress(f"minimal width: proving a network of width {candidate.network.width}")
            result = self._prove(candidate.network)
            if result.verdict is Verdict.PROVED:
                network = candidate.network
                return UpperBound(network.width, candidate.name, network, result)
        return None

    def _prove(self, network: ReluNetwork) -> Result:
        domain = None if self.everywhere else self.ifs.base
        left = replace(self.limits, seconds=self.limits.remaining())
        claim = realizes(network, self.ifs, self.depth, domain=domain)
        return prove(claim, limits=left, progress=self.progress)

    def _confirmed(self, bound: LowerBound) -> Iterator[LowerBound]:
        """The second route on the line: Z3 on the alternating points."""
        if bound.width == 1 or not bound.points or len(bound.points) >= CONFIRMED_POINTS:
            return
        if shallow_network(bound.points, bound.width - 1, self.limits) is not None:
            raise ConsistencyError.about(
                "minimal_width",
                "no weights",
                "some, by Z3",
                "Report this bug: two routes disagree.",
            )
        yield _by_points(bound.width, bound.points)

    def _searched(
        self, best: LowerBound, upper: UpperBound | None
    ) -> Iterator[LowerBound | UpperBound]:
        """What Z3 finds: on the line a confirmation, else width by width from the best bound up."""
        if self.ifs.dim == 1:
            yield from self._confirmed(best)
            return
        if self.ifs.r**self.depth > MAX_CELLS:
            return
        samples = samples_of(self.ifs, self.depth, self.everywhere)
        if len(samples) > MAX_GRID:
            return
        width = best.width
        while upper is None or width < upper.width:
            samples, network, result = search_width(
                self.ifs, self.depth, width, samples, self.everywhere, self.limits, self.progress
            )
            if network is not None and result is not None:
                yield UpperBound(width, "found by search", network, result)
                return
            width += 1
            yield _by_points(width, samples)


def _by_points(width: int, samples: Samples) -> LowerBound:
    reason = f"Z3 finds no weights for width {width - 1} with the signs at {len(samples)} points"
    return LowerBound(width, "points", reason, samples)
