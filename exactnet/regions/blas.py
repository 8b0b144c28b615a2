"""One BLAS thread: the matrix products here are small, and cores are better used for parts."""

from contextlib import AbstractContextManager
from functools import lru_cache
from typing import Any

from threadpoolctl import ThreadpoolController


@lru_cache(maxsize=1)
def _controller() -> Any:
    return ThreadpoolController()


def one_thread() -> AbstractContextManager[object]:
    """Limit BLAS to one thread inside a with statement."""
    limited: AbstractContextManager[object] = _controller().limit(limits=1, user_api="blas")
    return limited
