"""The value that Hypothesis shrinks to, without the search for what else would fail."""

from collections.abc import Callable
from random import Random
from typing import Any

from hypothesis import Phase, find, settings
from hypothesis.strategies import SearchStrategy

QUIET = settings(
    database=None, deadline=None, phases=[Phase.generate, Phase.shrink], max_examples=2000
)


def minimal(
    strategy: SearchStrategy[Any], condition: Callable[[Any], bool] = lambda _: True, seed: int = 0
) -> Any:
    return find(strategy, condition, settings=QUIET, random=Random(seed))
