"""prove: decide a claim by one of three independent routes, within limits.

Z3 and Numba take a while to load and not every route needs them, so the modules that do are
imported when their route is taken.
"""

import time
from dataclasses import replace

from exactnet.constructions.compile import construct
from exactnet.constructions.construction import Construction
from exactnet.errors import InputError, InputTypeError, LimitReached
from exactnet.exact.rationals import RationalLike, Vector
from exactnet.fractals.ifs import IFS
from exactnet.limits import Limits, Progress, from_now, silent
from exactnet.verification import certify, search
from exactnet.verification.claims import Claim
from exactnet.verification.domains import in_regions
from exactnet.verification.recognition import recognise
from exactnet.verification.verdicts import Counterexample, Result, Verdict

ROUTES = ("auto", "induction", "regions", "z3")


def prove(
    claim: Claim,
    route: str = "auto",
    limits: Limits | None = None,
    progress: Progress = silent,
) -> Result:
    """Decide a claim. A refutation carries a rational point, re-evaluated independently.

    Routes: "induction" recognises the network as levels and proves one level's obligations (any
    depth, in a fraction of a second); "regions" checks every cell of the network's complex (cost:
    the number of cells); "z3" asks an SMT solver about the unrolled network (small depths). "auto"
    takes induction if the network is recognised, else looks for a counterexample, then tries
    regions and at last z3. Reaching a limit gives Verdict.UNKNOWN with the reason.

    >>> from exactnet.constructions.compile import compile_ifs
    >>> from exactnet.fractals.gallery import cantor
    >>> from exactnet.verification.claims import realizes
    >>> result = prove(realizes(compile_ifs(cantor(), 8), cantor(), depth=8))
    >>> result.verdict, result.route
    (<Verdict.PROVED: 'proved'>, 'induction')
    """
    if route not in ROUTES:
        raise InputError.about(
            "route", f"one of {', '.join(ROUTES)}", f"{route!r:.40}", "Pick one."
        )
    if not isinstance(claim, Claim):
        raise InputTypeError.about(
            "claim", "a Claim", type(claim).__name__, "Write realizes(net, ifs, depth=3)."
        )
    start = time.monotonic()
    limits = from_now(limits)
    try:
        result = (
            _auto(claim, limits, progress)
            if route == "auto"
            else _by(route, claim, limits, progress)
        )
    except LimitReached as reached:
        result = _unknown(claim, route, str(reached))
    return replace(result, seconds=time.monotonic() - start)


def prove_all_depths(
    ifs: IFS,
    method: str = "exact",
    margin: RationalLike | None = None,
    side: str = "inner",
    absolute: bool = False,
    limits: Limits | None = None,
    progress: Progress = silent,
) -> Result:
    """Prove that the networks of a construction realise K_n for every n >= 0, by one step.

    >>> from exactnet.fractals.gallery import cantor_dust
    >>> prove_all_depths(cantor_dust()).verdict
    <Verdict.PROVED: 'proved'>

    Raises ConstructionError if the method does not apply to the IFS.
    """
    start = time.monotonic()
    limits = from_now(limits)
    labelling = construct(ifs, 1, method, margin, side, absolute).labelling
    positives, negatives = (text.replace("K_1", "K_n") for text in labelling.describe())
    words = f"method '{method}' for every n >= 0: positive on {positives}, negative on {negatives}"
    from exactnet.verification import induction

    try:
        rests = induction.prove_levels(ifs, method, labelling, limits, progress)
        promise = certify.all_depths(ifs, method, labelling, limits, progress)
        result = Result(Verdict.PROVED, "induction", words, rests, promise=promise)
    except LimitReached as reached:
        result = Result(Verdict.UNKNOWN, "induction", words, (), reason=str(reached))
    return replace(result, seconds=time.monotonic() - start)


def _auto(claim: Claim, limits: Limits, progress: Progress) -> Result:
    built = recognise(claim)
    if not isinstance(built, str):
        return _by_induction(claim, built, limits, progress)
    progress("looking for a counterexample")
    point = search.find_violation(claim, limits)
    if point is not None:
        return _refuted(claim, "evaluation", point)
    if not in_regions(claim.network.inputs):
        return _by("z3", claim, limits, progress)
    half = replace(limits, seconds=limits.seconds / 2)
    try:
        return _by("regions", claim, half, progress)
    except LimitReached as first:
        try:
            return _by("z3", claim, limits, progress)
        except LimitReached as second:
            reason = f"regions: {first}; z3: {second}"
            return _unknown(claim, "auto", reason)


def _by(route: str, claim: Claim, limits: Limits, progress: Progress) -> Result:
    if route == "induction":
        return _by_induction(claim, recognise(claim), limits, progress)
    if route == "regions":
        from exactnet.verification import regions_route

        point, rests = regions_route.find_violation(claim, limits, progress), regions_route.RESTS_ON
    else:
        from exactnet.verification import z3_route

        point, rests = z3_route.find_violation(claim, limits, progress), z3_route.RESTS_ON
    if point is not None:
        return _refuted(claim, route, point)
    promise = certify.cover(claim, limits, progress)
    return Result(Verdict.PROVED, route, claim.words(), rests, promise=promise)


def _by_induction(
    claim: Claim, built: Construction | str, limits: Limits, progress: Progress
) -> Result:
    if isinstance(built, str):
        return _unknown(claim, "induction", f"the network is not made of known levels ({built})")
    from exactnet.verification import induction

    rests = induction.prove_construction(built, limits, progress)
    equality = f"the network equals the chain of these levels, weight for weight ({built.method})"
    promise = certify.construction(claim, built, limits, progress)
    words = claim.words()
    return Result(Verdict.PROVED, "induction", words, (*rests, equality), promise=promise)


def _refuted(claim: Claim, route: str, point: Vector) -> Result:
    found = Counterexample.confirmed(claim, point)
    promise = certify.refutation(claim, found)
    return Result(Verdict.REFUTED, route, claim.words(), search.RESTS_ON, found, promise=promise)


def _unknown(claim: Claim, route: str, reason: str) -> Result:
    return Result(Verdict.UNKNOWN, route, claim.words(), (), reason=reason)
