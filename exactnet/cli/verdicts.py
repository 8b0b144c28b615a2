"""How the result of a proof is printed: the same keys and lines for every command that proves."""

from collections.abc import Iterable
from dataclasses import dataclass

from exactnet.cli import output
from exactnet.errors import FileError, InputError, LimitReached
from exactnet.exact.rationals import to_text
from exactnet.verification.certify import certified
from exactnet.verification.verdicts import Counterexample, Result, Verdict

STATUS = {Verdict.PROVED: 0, Verdict.REFUTED: 1, Verdict.UNKNOWN: output.UNKNOWN}


@dataclass(frozen=True, slots=True)
class Answer:
    """A result, the file that its certificate is in, and why there is none if one was wanted."""

    result: Result
    certificate: str | None = None
    reason: str = ""
    failure: int = output.UNKNOWN  # the exit status where there is a reason

    @classmethod
    def of(cls, result: Result, path: str | None) -> "Answer":
        """Write the certificate, if there is a path and a verdict; the checker reads it first."""
        if not path or result.verdict is Verdict.UNKNOWN:
            return cls(result)
        try:
            made = certified(result)
            made.promise.get().save(path)
        except (LimitReached, InputError) as error:  # the verdict stands without it
            return cls(result, reason=str(error))
        except FileError as error:  # a full disk
            return cls(result, reason=str(error), failure=output.BAD_INPUT)
        return cls(made, path)

    @property
    def status(self) -> int:
        """The verdict's exit status; 3 without the certificate wanted, 2 if its file failed."""
        return self.failure if self.reason else STATUS[self.result.verdict]


def as_document(answer: Answer, more: dict[str, object] | None = None) -> dict[str, object]:
    """The keys of a result, with ``more`` of the command's own before the counterexample."""
    result = answer.result
    found = result.counterexample
    document = {
        "verdict": result.verdict.value,
        "route": result.route,
        "claim": result.claim,
        "rests_on": list(result.rests_on),
        **(more or {}),
        "counterexample": None if found is None else [to_text(v) for v in found.point],
        "certificate": answer.certificate,
        "seconds": round(result.seconds, 3),
    }
    if isinstance(found, Counterexample):
        document |= {"label": found.label, "value": to_text(found.value)}
    reason = result.reason or (f"no certificate: {answer.reason}" if answer.reason else "")
    return document | ({"reason": reason} if reason else {})


def show(answer: Answer, sizes: str = "", found: Iterable[str] = ()) -> None:
    """Print a result: the claim, the network's sizes, the counterexample, what it rests on."""
    result = answer.result
    output.show(f"{output.verdict(result.verdict)} by {result.route} in {result.seconds:.2f} s")
    output.show(f"  claim: {result.claim}")
    for line in (sizes, *found):
        if line:
            output.show(f"  {line}")
    if result.reason:
        output.show(f"  reason: {result.reason}")
    for line in result.rests_on:
        output.show(f"  rests on: {line}")
    if answer.certificate:
        output.show(f"  certificate: {answer.certificate} (exactnet check {answer.certificate})")
    elif answer.reason:
        output.show(f"  no certificate: {answer.reason}")
