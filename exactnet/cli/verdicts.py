"""How the result of a proof is printed: the same keys and lines for every command that proves."""

from collections.abc import Iterable

from exactnet.cli import output
from exactnet.exact.rationals import to_text
from exactnet.verification.verdicts import Counterexample, Result, Verdict

STATUS = {Verdict.PROVED: 0, Verdict.REFUTED: 1, Verdict.UNKNOWN: output.UNKNOWN}


def as_document(
    result: Result, certificate: str | None = None, more: dict[str, object] | None = None
) -> dict[str, object]:
    """The keys of a result, with ``more`` of the command's own before the counterexample."""
    found = result.counterexample
    document = {
        "verdict": result.verdict.value,
        "route": result.route,
        "claim": result.claim,
        "rests_on": list(result.rests_on),
        **(more or {}),
        "counterexample": None if found is None else [to_text(v) for v in found.point],
        "certificate": certificate,
        "seconds": round(result.seconds, 3),
    }
    if isinstance(found, Counterexample):
        document |= {"label": found.label, "value": to_text(found.value)}
    return document | ({"reason": result.reason} if result.reason else {})


def show(
    result: Result, certificate: str | None = None, sizes: str = "", found: Iterable[str] = ()
) -> None:
    """Print a result: the claim, the network's sizes, the counterexample, what it rests on."""
    output.show(f"{output.verdict(result.verdict)} by {result.route} in {result.seconds:.2f} s")
    output.show(f"  claim: {result.claim}")
    for line in (sizes, *found):
        if line:
            output.show(f"  {line}")
    if result.reason:
        output.show(f"  reason: {result.reason}")
    for line in result.rests_on:
        output.show(f"  rests on: {line}")
    if certificate:
        output.show(f"  certificate: {certificate} (exactnet check {certificate})")
