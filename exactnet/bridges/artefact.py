"""Networks for a format: weights that it holds, and proofs about the weights that it stores."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from exactnet.bridges.rounding import (
    RoundingReport,
    as_format,
    round_network,
    rounding_report,
)
from exactnet.constructions.compile import METHODS, WITH_MARGIN, compile_ifs
from exactnet.errors import ConstructionError
from exactnet.exact.rationals import RationalLike, as_rational, to_text
from exactnet.fractals.ifs import IFS
from exactnet.limits import Limits, Progress, silent
from exactnet.networks.network import ReluNetwork
from exactnet.verification.claims import Claim, realizes
from exactnet.verification.prove import prove
from exactnet.verification.verdicts import Result, Verdict

MARGINS: tuple[RationalLike, ...] = ("1/8", "1/4", "1/2")


@dataclass(frozen=True, slots=True)
class Surviving:
    """A network whose weights a format holds, what is claimed of it, and the proof.

    ``report`` compares it with the network that was compiled; ``method`` and ``margin`` say which.
    """

    network: ReluNetwork
    claim: Claim
    result: Result
    method: str
    margin: RationalLike | None
    report: RoundingReport

    def words(self) -> str:
        """What was found, in a sentence."""
        given = self.margin
        margin = "" if given is None else f" with margin {to_text(as_rational(given))}"
        return (
            f"method '{self.method}'{margin}: {self.report.words()}; "
            f"{self.result.verdict.value} by {self.result.route}: {self.claim.words()}"
        )


def compile_held(
    ifs: IFS, depth: int, dtype: object, methods: Sequence[str] = METHODS
) -> ReluNetwork:
    """The network of the first method whose weights a format holds exactly.

    Maps with ratio 1/q for an integer q have integer inverses, so that even the ratio 1/3 needs no
    rounding.

    >>> from exactnet.fractals.gallery import cantor, rotated_dust
    >>> compile_held(cantor(), 5, "float32").depth
    11
    >>> compile_held(rotated_dust(), 1, "float32")
    Traceback (most recent call last):
        ...
    exactnet.errors.ConstructionError: compile_held: expected weights that float32 holds, got \
method 'exact', layer 0 weight[0][0] = 12/5. Use surviving(ifs, depth, dtype).

    Raises ConstructionError with the first weight of the first method that is not held.
    """
    return _held(ifs, depth, dtype, methods)[1]


def surviving(
    ifs: IFS,
    depth: int,
    dtype: object,
    margins: Sequence[RationalLike] = MARGINS,
    threshold: RationalLike = "1/4",
    limits: Limits | None = None,
    progress: Progress = silent,
) -> Surviving:
    """A network for K_depth in a format, with a proof for the very weights that it stores.

    If the exact construction survives rounding (no weight changes), it is taken, with its exact
    claim. Otherwise networks with a margin are compiled and rounded: their two sides are 1 apart,
    so that f >= threshold on the positives and f <= -threshold on the negatives, on all of R^d, can
    survive. The first margin for which this is proved is chosen; the last attempt is returned with
    its verdict if none is.

    >>> from exactnet.fractals.gallery import cantor_dust, rotated_dust
    >>> print(surviving(cantor_dust(), 2, "float32").words())
    method 'exact': float32 holds all 919 numbers of the network exactly; proved by induction: \
f >= 0 on K_2 and f < 0 on every point off K_2, on all of R^d
    >>> found = surviving(rotated_dust(), 1, "float32")
    >>> found.method, found.margin, found.result.verdict
    ('margin', '1/8', <Verdict.PROVED: 'proved'>)

    Raises ConstructionError if no method applies to the IFS.
    """
    limits = limits or Limits()
    try:
        method, net = _held(ifs, depth, dtype, [m for m in METHODS if m not in WITH_MARGIN])
    except ConstructionError:
        pass
    else:
        claim = realizes(net, ifs, depth)
        result = prove(claim, limits=limits, progress=progress)
        return Surviving(net, claim, result, method, None, rounding_report(net, dtype))
    each = replace(limits, seconds=limits.seconds / max(len(margins), 1))
    found: Surviving | None = None
    for margin in margins:
        rounded = round_network(compile_ifs(ifs, depth, "margin", margin=margin), dtype)
        claim = realizes(rounded.network, ifs, depth, margin=margin, threshold=threshold)
        result = prove(claim, limits=each, progress=progress)
        found = Surviving(rounded.network, claim, result, "margin", margin, rounded.report)
        if result.verdict is Verdict.PROVED:
            break
    if found is None:
        raise ConstructionError.about("surviving", "at least one margin", "none", "Give some.")
    return found


def _held(ifs: IFS, depth: int, dtype: object, methods: Sequence[str]) -> tuple[str, ReluNetwork]:
    met = ""
    for method in methods:
        try:
            net = compile_ifs(ifs, depth, method)
        except ConstructionError as error:
            met = met or f"{error}"
            continue
        report = rounding_report(net, dtype)
        if report.exact:
            return method, net
        first = report.changes[0]
        met = met or f"method '{method}', {first.place} = {to_text(first.exact):.40}"
    name = as_format(dtype).name
    raise ConstructionError.about(
        "compile_held", f"weights that {name} holds", met, "Use surviving(ifs, depth, dtype)."
    )
