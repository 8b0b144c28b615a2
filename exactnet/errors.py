"""Every deliberate exception of exactnet.

A message has one shape, ``where: expected X, got Y. Remedy.``, so that it can be read
without the traceback; the command line prints exactly that line.
"""

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Self


def shown(value: object, length: int = 40) -> str:
    """The repr of a value, cut to a length, for messages.

    >>> shown([1, 2, 3], 5), shown(10**5000)
    ('[1, 2', 'a number of more digits than Python shows')
    """
    try:
        return repr(value)[:length]
    except ValueError:  # an integer of more than 4300 digits
        return "a number of more digits than Python shows"


def nearest(name: object, known: Iterable[str], otherwise: str = "Check the spelling.") -> str:
    """A remedy for a name that is not known: the one that may be meant.

    >>> nearest("Cantor_dsut", ["cantor", "cantor-dust"]), nearest("x", ["cantor"])
    ("Did you mean 'cantor-dust'?", 'Check the spelling.')
    """
    written = str(name)[:60].lower().replace("_", "-")
    found = get_close_matches(written, list(known), n=1)
    return f"Did you mean '{found[0]}'?" if found else otherwise


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
