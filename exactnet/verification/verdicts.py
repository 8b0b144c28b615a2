"""Verdicts and counterexamples."""

from dataclasses import dataclass
from enum import Enum
from fractions import Fraction

from exactnet.errors import ConsistencyError
from exactnet.exact.rationals import Vector, show_point, to_text
from exactnet.verification.claims import Claim, plain_value


class Verdict(Enum):
    """Proved, refuted by a point, or unknown because a limit was reached."""

    PROVED = "proved"
    REFUTED = "refuted"
    UNKNOWN = "unknown"


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
class Result:
    """The outcome of a proof attempt.

    ``rests_on`` lists everything that has to be trusted for the verdict; ``reason`` says why a
    result is unknown; ``certificate`` is reserved for proof objects.
    """

    verdict: Verdict
    route: str
    claim: str
    rests_on: tuple[str, ...]
    counterexample: Counterexample | None = None
    reason: str = ""
    certificate: object = None
    seconds: float = 0.0
