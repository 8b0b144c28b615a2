"""Signs in floats: every float point of the positives gets f > 0, of the negatives f < 0.

The claim's network has the weights of a file; the points are the floats themselves. The positive
cells and the rest of a box are cut into pieces until the exact range of f on each is further from 0
than the bound on the rounding errors there (see ``enclosure``).
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from exactnet.bridges.float_error import FloatErrorBound, bound_on
from exactnet.bridges.float_rows import held_rows
from exactnet.bridges.pieces import as_piece, corners, halves, piece_words
from exactnet.bridges.rounding import FloatFormat, as_format
from exactnet.errors import InputError, LimitReached
from exactnet.fractals.labelling import Labelling
from exactnet.fractals.prefractal import inverses
from exactnet.geometry.affine import AffineMap
from exactnet.geometry.box import Box
from exactnet.limits import Limits, Progress, from_now, silent
from exactnet.verification.claims import Claim
from exactnet.verification.verdicts import Verdict

MAX_CUTS = 60  # a piece cut so often is smaller than the spacing of floats


@dataclass(frozen=True, slots=True)
class FloatResult:
    """Whether the signs were proved for every IEEE evaluation.

    ``pieces`` is the number of parts it took; ``worst`` the largest error bound on any of them.
    """

    verdict: Verdict
    claim: str
    rests_on: tuple[str, ...]
    pieces: int
    worst: Fraction
    reason: str = ""
    seconds: float = 0.0


def prove_float_signs(
    claim: Claim,
    dtype: object,
    box: Box | None = None,
    flush: bool = False,
    limits: Limits | None = None,
    progress: Progress = silent,
) -> FloatResult:
    """Prove the signs of a claim for evaluation in floats on a box (default: the claim's or K_0).

    The claim must have a margin: without one f comes as close to 0 as it likes, and ``exact_grid``
    is what helps. Verdict.UNKNOWN when a limit is reached or a piece stays undecided however small.
    Cost: at least one piece for each of the r^n cells, more for the gaps, and one pass of the
    network's bounds for each piece: it grows with r^n.

    >>> from exactnet import compile_ifs, gallery, realizes
    >>> ifs = gallery.cantor()
    >>> margin = {"margin": "1/4", "side": "inner"}
    >>> net = compile_ifs(ifs, 1, "margin", **margin)
    >>> from exactnet.bridges.rounding import round_network
    >>> claim = realizes(round_network(net, "float32").network, ifs, 1, threshold="1/4", **margin)
    >>> prove_float_signs(claim, "float32").verdict
    <Verdict.PROVED: 'proved'>

    Raises InputError for weights that the dtype does not hold and for claims without a margin.
    """
    if claim.labelling.margin is None:
        raise InputError.about(
            "prove_float_signs", "a claim with a margin", "one without", "Use exact_grid instead."
        )
    if box is None:
        box = claim.labelling.ifs.base if claim.domain is None else claim.domain
    as_piece(box, claim.network.inputs)  # a box of its dimension
    search = _Search(
        claim,
        as_format(dtype),
        box,
        flush,
        from_now(limits),
        progress,
    )
    return search.run()


@dataclass(frozen=True, slots=True)
class _Place:
    """A cell F_v(L) that holds a piece: its level and its inverse map."""

    level: int
    expansion: AffineMap


class _Search:
    """One claim in one format, and what was decided so far."""

    def __init__(
        self,
        claim: Claim,
        fmt: FloatFormat,
        box: Box,
        flush: bool,
        limits: Limits,
        progress: Progress,
    ) -> None:
        self.claim, self.fmt, self.box, self.flush = claim, fmt, box, flush
        self.limits, self.progress = limits, progress
        self.layers = held_rows(claim.network, fmt, flush)
        self.pieces = 0
        self.worst = Fraction(0)

    def run(self) -> FloatResult:
        """Decide both halves."""
        reason = ""
        try:
            for core in positive_pieces(self.claim.labelling, self.box):
                self.positive(core)
            self.negative()
        except LimitReached as reached:
            reason = str(reached)
        positives, negatives = self.claim.labelling.describe()
        name = self.fmt.name
        subnormal = "flushed or not" if self.flush else "kept"
        words = (
            f"f > 0 on {positives} and f < 0 on {negatives}, at all {name} points of the given "
            f"box, in every {name} evaluation (sums in any order, fused or not, subnormal numbers "
            f"{subnormal})"
        )
        return FloatResult(
            Verdict.UNKNOWN if reason else Verdict.PROVED,
            words,
            (
                "the standard model of IEEE arithmetic, rounding to nearest, layer after layer",
                "exact ranges of the units and bounds on their errors on each piece (integers)",
            ),
            self.pieces,
            self.worst,
            reason,
            time.monotonic() - self.limits.started,
        )

    def bound(self, piece: AffineMap, cuts: int) -> FloatErrorBound:
        """The error bound on one piece, within the limits."""
        self.limits.check_now_and_then(self.pieces)
        if cuts > MAX_CUTS:
            raise LimitReached(f"undecided in {piece_words(piece)}")
        return bound_on(self.layers, piece, self.fmt, False, self.flush)

    def done(self, found: FloatErrorBound) -> None:
        """One piece decided."""
        self.pieces += 1
        self.worst = max(self.worst, found.bound[0])
        if self.pieces % 256 == 0:
            self.progress(f"floats: {self.pieces} pieces decided")

    def positive(self, core: AffineMap) -> None:
        """A parallelepiped of positives (those outside the box do no harm)."""
        stack = [(core, 0)]
        while stack:
            piece, cuts = stack.pop()
            found = self.bound(piece, cuts)
            if found.sign() == 1:
                self.done(found)
            else:
                stack += [(half, cuts + 1) for half in halves(piece)]

    def negative(self) -> None:
        """The box without the enclosures F_w(L)."""
        labelling = self.claim.labelling
        top = _Place(0, AffineMap.identity(labelling.ifs.dim))
        stack = [(self.box.to_cube().inverse(), top, 0)]
        while stack:
            piece, place, cuts = stack.pop()
            place = deepest(labelling, piece, place)
            if place.level == labelling.depth and holds(labelling.enclosure, piece, place):
                continue  # no negatives here
            found = self.bound(piece, cuts)
            if found.sign() == -1:
                self.done(found)
            else:
                stack += [(half, place, cuts + 1) for half in halves(piece)]


def positive_pieces(labelling: Labelling, box: Box) -> Iterator[AffineMap]:
    """The positive cores of the cells that meet the box, as images of [-1, 1]^d."""
    for cell in labelling.prefractal.cells():
        core = labelling.core(cell.map.inverse())
        if core is None or any(a == b for a, b in zip(*core, strict=True)):
            if core is not None:
                raise LimitReached("a positive cell without interior")
            continue
        piece = cell.map.after(Box(*core).to_cube().inverse())
        low, high = corners(piece)
        apart = (a > d or b < c for a, b, c, d in zip(low, high, box.lower, box.upper, strict=True))
        if not any(apart):
            yield piece


def deepest(labelling: Labelling, piece: AffineMap, place: _Place) -> _Place:
    """The deepest cell below ``place`` whose enclosure holds the piece."""
    while place.level < labelling.depth and holds(labelling.enclosure, piece, place):
        for inverse in inverses(labelling.ifs.maps):
            inner = _Place(place.level + 1, inverse.after(place.expansion))
            if holds(labelling.enclosure, piece, inner):
                place = inner
                break
        else:
            break
    return place


def holds(box: Box, piece: AffineMap, place: _Place) -> bool:
    """Whether a piece lies in the cell F_v(box) of a place."""
    low, high = corners(place.expansion.after(piece))
    return all(
        a <= b and c <= d for a, b, c, d in zip(box.lower, low, high, box.upper, strict=True)
    )
