"""Which certificate a verdict gets: by levels where the format has a rule for them, else a cover.

The makers are imported when a certificate is asked for: most results never need one, and covers
need the compiled kernel.
"""

from dataclasses import replace

from exactnet.constructions.construction import Construction
from exactnet.exact.rationals import to_text
from exactnet.fractals.ifs import IFS
from exactnet.fractals.labelling import Labelling
from exactnet.limits import Limits, Progress, from_now
from exactnet.verification.certificates.documents import (
    Certificate,
    ifs_document,
    labelling_document,
    network_document,
)
from exactnet.verification.claims import Claim
from exactnet.verification.verdicts import Counterexample, Promise, Result


def certified(result: Result) -> Result:
    """A verdict that rests on its certificate; raises LimitReached if there is none.

    The certificate is made and checked, unless it was before. With a margin the one for all
    depths begins at n = 1, so n = 0 rests on what it rested on before.
    """
    made = result.promise.get()
    accepted = "a certificate, which the checker accepted"
    if made.claim["kind"] == "realises-all" and "n >= 0" not in made.checked():
        return replace(result, rests_on=(f"{accepted}, for n >= 1; for n = 0:", *result.rests_on))
    return replace(result, rests_on=(accepted,))


def cover(claim: Claim, limits: Limits, progress: Progress) -> Promise:
    """The certificate of a proved claim by a cover of R^d."""
    if claim.domain is not None:
        return Promise.none("a claim about a box has no certificate; those about R^d have one")

    def make() -> Certificate:
        from exactnet.verification.certificates.covers import certify_by_cover

        return certify_by_cover(claim, _anew(limits), progress)

    return Promise(make)


def construction(claim: Claim, built: Construction, limits: Limits, progress: Progress) -> Promise:
    """The certificate of a claim about a network that is a construction."""

    def make() -> Certificate:
        from exactnet.verification.certificates import levels

        return levels.certify_construction(built, claim.threshold, _anew(limits), progress)

    has_rule = built.method in ("exact", "fold") or (
        built.method == "margin" and built.labelling.depth > 0 and not built.labelling.absolute
    )
    if not has_rule or claim.domain is not None:
        return cover(claim, limits, progress)
    return Promise(make)


def all_depths(
    ifs: IFS, method: str, labelling: Labelling, limits: Limits, progress: Progress
) -> Promise:
    """The certificate of a method for every n."""

    def make() -> Certificate:
        from exactnet.verification.certificates import levels

        return levels.certify_all_depths(ifs, method, labelling, _anew(limits), progress)

    if method in ("exact", "fold") or (method == "margin" and labelling.side == "outer"):
        return Promise(make)
    reason = "levels that differ from depth to depth" if method == "margin" else "unions"
    return Promise.none(f"the format has no rule for {reason}; certify one depth instead")


def refutation(claim: Claim, found: Counterexample) -> Promise:
    """The certificate of a counterexample."""

    def make() -> Certificate:
        labelling = claim.labelling
        return Certificate(
            {
                "kind": "refuted",
                "ifs": ifs_document(labelling.ifs),
                "depth": labelling.depth,
                "network": network_document(claim.network),
                "labelling": labelling_document(labelling, claim.threshold),
            },
            {"rule": "point", "point": [to_text(v) for v in found.point]},
        )

    return Promise(make)


def _anew(limits: Limits) -> Limits:
    """The same limits, for the certificate alone."""
    return from_now(limits)
