"""Every deliberate exception of exactnet.

A message has one shape, ``where: expected X, got Y. Remedy.``, so that it can be read
without the traceback; the command line prints exactly that line.
"""

from typing import Self


class ExactnetError(Exception):
    """The base of every error that exactnet raises on purpose."""

    @classmethod
    def about(cls, where: str, expected: str, got: str, remedy: str) -> Self:
        """The error of this class with the message in its fixed shape.

        >>> print(InputError.about("depth", "an integer >= 0", "-1", "Give 0 for the base."))
        depth: expected an integer >= 0, got -1. Give 0 for the base.
        """
        return cls(f"{where}: expected {expected}, got {got}. {remedy}")


class InputError(ExactnetError, ValueError):
    """A value that is well typed but means nothing here (a singular map, a negative depth)."""


class InputTypeError(ExactnetError, TypeError):
    """A value of a kind that cannot be exact here (a float, an arbitrary object)."""


class FileError(ExactnetError, OSError):
    """A file that cannot be read, parsed or written; nothing was changed on disk."""


class ConstructionError(ExactnetError, ValueError):
    """A construction whose hypotheses this IFS does not meet; the message carries the evidence."""


class CertificateError(ExactnetError, ValueError):
    """A certificate whose evidence does not prove its claim."""


class LimitReached(ExactnetError):  # noqa: N818  # an outcome rather than a fault
    """A time, memory or size limit stopped the work; provers turn it into ``Unknown``."""


class ConsistencyError(ExactnetError, AssertionError):
    """Two independent routes inside exactnet disagree: a bug, reported instead of an answer."""
