"""Verdicts, counterexamples, limits."""

import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from fractions import Fraction
from pathlib import Path

from exactnet.errors import ConsistencyError, InputError, LimitReached
from exactnet.exact.rationals import Vector, show_point, to_text
from exactnet.verification.claims import Claim, plain_value

Progress = Callable[[str], None]


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


@dataclass(frozen=True, slots=True)
class Limits:
    """What a proof may use: seconds of wall-clock time, MiB of memory, cells of the complex."""

    seconds: float = 300.0
    memory_mib: int = 4096
    cells: int = 5_000_000
    started: float = field(default_factory=time.monotonic)

    def __post_init__(self) -> None:
        for name, most in (("seconds", 10**7), ("memory_mib", 10**8), ("cells", 10**15)):
            value = getattr(self, name)
            if not 0 < value <= most:
                raise InputError.about(
                    f"limit {name}",
                    f"a positive number up to {most}",
                    str(value)[:40],
                    "Change it.",
                )

    def remaining(self) -> float:
        """Seconds left; LimitReached when there are none."""
        left = self.seconds - (time.monotonic() - self.started)
        if left <= 0:
            raise LimitReached(f"the time limit of {self.seconds:g} s was reached")
        return left

    def check(self, cells: int) -> None:
        """Raise LimitReached when any limit is exceeded."""
        self.remaining()
        if cells > self.cells:
            raise LimitReached(f"the limit of {self.cells} cells was reached")
        used = memory_in_use_mib()
        if used > self.memory_mib:
            raise LimitReached(f"the memory limit of {self.memory_mib} MiB was reached")


def memory_in_use_mib() -> float:
    """The resident memory of this process in MiB; 0 where the system does not tell.

    What is in use now on Linux, the peak so far on other POSIX systems.
    """
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 2**20
    except (OSError, ValueError, AttributeError):
        pass
    try:
        import resource
    except ImportError:
        return 0.0
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 2**20 if sys.platform == "darwin" else peak / 2**10


def silent(_: str) -> None:
    """The progress callback that says nothing."""
