"""The limits that assertions have when none are given to them."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from exactnet.limits import Limits

_limits: ContextVar[Limits | None] = ContextVar("limits", default=None)


@contextmanager
def limits_for_assertions(limits: Limits) -> Iterator[None]:
    """Within this block, assertions without limits of their own have these.

    Elsewhere they have those of ``Limits()``: 300 s, 4096 MiB, 5,000,000 cells.

    >>> with limits_for_assertions(Limits(seconds=10)):
    ...     limits_in_force().seconds
    10
    >>> limits_in_force().seconds
    300.0
    """
    token = _limits.set(limits)
    try:
        yield
    finally:
        _limits.reset(token)


def limits_in_force() -> Limits:
    """The limits of the innermost block, or the usual ones."""
    return _limits.get() or Limits()
