"""Limits on time, memory and cells, and the progress callback of everything that takes long."""

import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from numbers import Real
from pathlib import Path

from exactnet.errors import InputError, InputTypeError, LimitReached, shown

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Limits:
    """What long work may use: seconds of wall-clock time, MiB of memory, cells of the complex."""

    seconds: float = 300.0
    memory_mib: int = 4096
    cells: int = 5_000_000
    started: float = field(default_factory=time.monotonic)
    looked: list[float] = field(default_factory=lambda: [0.0], repr=False, compare=False)
    seen: list[int] = field(default_factory=lambda: [0], repr=False, compare=False)

    def __post_init__(self) -> None:
        for name, most in (("seconds", 10**7), ("memory_mib", 10**8), ("cells", 10**15)):
            value = getattr(self, name)
            a_number = isinstance(value, Real) and not isinstance(value, bool)
            if not a_number:
                raise InputTypeError.about(
                    f"limit {name}", "a number", type(value).__name__, f"Write {name}=100."
                )
            if not 0 < value <= most:
                raise InputError.about(
                    f"limit {name}",
                    f"a positive number up to {most}",
                    shown(value),
                    "Change it.",
                )

    def remaining(self) -> float:
        """Seconds left; LimitReached when there are none."""
        left = self.seconds - (time.monotonic() - self.started)
        if left <= 0:
            raise LimitReached(f"the time limit of {self.seconds:g} s was reached")
        return left

    def check_now_and_then(self, cells: int) -> None:
        """As ``check``, but looking at time and memory at most fifty times a second.

        The largest number of cells so far is kept in ``seen[0]``.
        """
        self.seen[0] = max(self.seen[0], cells)
        if cells > self.cells or time.monotonic() - self.looked[0] > 0.02:
            self.check(cells)

    def check(self, cells: int) -> None:
        """Raise LimitReached when any limit is exceeded."""
        self.remaining()
        if cells > self.cells:
            raise LimitReached(f"the limit of {self.cells} cells was reached")
        self.looked[0] = time.monotonic()
        used = memory_in_use_mib()
        if used > self.memory_mib:
            raise LimitReached(f"the memory limit of {self.memory_mib} MiB was reached")


UNLIMITED = Limits(seconds=10**7, memory_mib=10**8, cells=10**15)


def from_now(limits: Limits | None, usual: Limits | None = None) -> Limits:
    """The limits (else the usual ones) counting from now, as an object used twice does.

    >>> from_now(None).seconds, from_now(Limits(seconds=5)).seconds
    (300.0, 5)

    Raises InputTypeError for what is neither None nor Limits.
    """
    given = limits if limits is not None else usual or Limits()
    if not isinstance(given, Limits):
        raise InputTypeError.about(
            "limits", "Limits", type(given).__name__, "Write Limits(seconds=60)."
        )
    return Limits(given.seconds, given.memory_mib, given.cells)


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
