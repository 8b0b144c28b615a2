"""Verdicts and counterexamples."""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction

from exactnet.errors import ConsistencyError, InputTypeError, LimitReached
from exactnet.exact.rationals import Vector, show_point, to_text
from exactnet.notebook import facts
from exactnet.verification.certificates.documents import Certificate, within_format
from exactnet.verification.claims import Claim, plain_value


class Verdict(StrEnum):
    """Proved, refuted by a point, or unknown because a limit was reached.

    It equals its word, and has no truth value: ``assert verdict`` would hold for a refutation.
    """

    PROVED = "proved"
    REFUTED = "refuted"
    UNKNOWN = "unknown"

    def __bool__(self) -> bool:
        raise _without_truth("verdict")


def _without_truth(what: str) -> InputTypeError:
    return InputTypeError.about(
        what, "a comparison", "the question whether it is true", "Write verdict is exactnet.Proved."
    )


@dataclass(frozen=True, slots=True)
class Counterexample:
    """A rational point at which a claim fails: its label (+1 or -1) and the network's value."""

    point: Vector
    label: int
    value: Fraction

    @classmethod
    def confirmed(cls, claim: Claim, point: Vector) -> "Counterexample":
        """Re-evaluate a prover's point independently; ConsistencyError if it is none."""
        found = cls.at(claim, point)
        if found is None:
            raise ConsistencyError.about(
                "counterexample",
                "a point that violates the claim",
                show_point(point),
                "Report this bug: a prover and plain evaluation disagree.",
            )
        return found

    @classmethod
    def at(cls, claim: Claim, point: Vector) -> "Counterexample | None":
        """The counterexample at a point, if the claim fails there."""
        if claim.domain is not None and point not in claim.domain:
            return None
        label = claim.labelling.label(point)
        value = plain_value(claim.network, point)
        if label is None or not claim.violated(label, value):
            return None
        return cls(point, label, value)

    def words(self) -> str:
        """What is wrong at the point, as a sentence."""
        kind = "positive" if self.label == 1 else "negative"
        return f"x = {show_point(self.point)} is {kind}, but f(x) = {to_text(self.value)}"


@dataclass(frozen=True, slots=True)
class Violation:
    """A rational input at which a property fails, and the network's outputs there."""

    point: Vector
    outputs: Vector

    def words(self) -> str:
        """What is wrong at the point, as a sentence."""
        return f"x = {show_point(self.point)} is inside, but f(x) = {show_point(self.outputs)}"


class Promise:
    """A certificate that is made and checked when it is first asked for, and then kept."""

    __slots__ = ("_made", "_make")

    def __init__(self, make: Callable[[], Certificate]) -> None:
        self._make = make
        self._made: Certificate | None = None

    @classmethod
    def none(cls, reason: str) -> "Promise":
        """There will be none, because of a reason."""

        def refuse() -> Certificate:
            raise LimitReached(reason)

        return cls(refuse)

    def get(self) -> Certificate:
        """The certificate; raises LimitReached with the reason if there is none."""
        if self._made is None:
            with within_format():
                made = self._make()
                made.checked()
            self._made = made
        return self._made


NO_CERTIFICATE = Promise.none("only a verdict has a certificate")


@dataclass(frozen=True, slots=True)
class Result:
    """The outcome of a proof attempt.

    ``rests_on`` lists everything that has to be trusted for the verdict; ``reason`` says why a
    result is unknown. The certificate, which rests on none of that, is made on demand.
    """

    verdict: Verdict
    route: str
    claim: str
    rests_on: tuple[str, ...]
    counterexample: Counterexample | Violation | None = None
    reason: str = ""
    promise: Promise = field(default=NO_CERTIFICATE, repr=False, compare=False)
    seconds: float = 0.0

    def __bool__(self) -> bool:
        """None: a refutation is a result as well (InputTypeError)."""
        raise _without_truth("result")

    def __repr__(self) -> str:
        """The verdict, the claim and a counterexample in words."""
        found = "" if self.counterexample is None else f"; {self.counterexample.words()}"
        reason = f"; {self.reason}" if self.reason else ""
        return f"<Result {self.verdict.value} by {self.route}: {self.claim}{found}{reason}>"

    def _repr_html_(self) -> str:
        """The result in a notebook."""
        rows: list[tuple[str, object]] = [("claim", self.claim), ("route", self.route)]
        if self.counterexample is not None:
            rows.append(("counterexample", self.counterexample.words()))
        if self.reason:
            rows.append(("reason", self.reason))
        rows += [("rests on", line) for line in self.rests_on]
        return facts(self.verdict.value, rows)

    @property
    def certificate(self) -> Certificate | None:
        """What convinces the checker of the verdict, or None; may take longer than the proof.

        >>> import exactnet as en
        >>> result = en.prove_all_depths(en.gallery.cantor())
        >>> result.certificate.checked()
        'for every n >= 0: f >= 0 on K_n and f < 0 everywhere off K_n, on all of R^d'
        """
        try:
            return self.promise.get()
        except LimitReached:
            return None
