"""Limits: what they accept, and when they stop work."""

import time

import numpy as np
import pytest

from exactnet.errors import ExactnetError, LimitReached
from exactnet.limits import Limits, memory_in_use_mib


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"seconds": 0}, "limit seconds: expected a positive number up to 10000000, got 0."),
        ({"seconds": float("nan")}, "got nan. Change it."),
        ({"seconds": float("inf")}, "got inf. Change it."),
        ({"seconds": "5"}, "limit seconds: expected a number, got str. Write seconds=100."),
        ({"memory_mib": None}, "limit memory_mib: expected a number, got NoneType."),
        ({"cells": True}, "limit cells: expected a number, got bool. Write cells=100."),
        ({"cells": 10**16}, "limit cells: expected a positive number up to 1000000000000000, got"),
    ],
)
def test_a_limit_that_is_none_is_refused(given: dict[str, object], message: str) -> None:
    with pytest.raises(ExactnetError) as caught:
        Limits(**given)  # type: ignore[arg-type]
    assert message in str(caught.value)


def test_each_limit_stops_the_work_and_says_which_it_is() -> None:
    late = Limits(seconds=5, started=time.monotonic() - 6)
    for ask in (late.remaining, lambda: late.check(1), lambda: late.check_now_and_then(1)):
        with pytest.raises(LimitReached, match="the time limit of 5 s was reached"):
            ask()
    few = Limits(cells=np.int64(10))
    few.check(10)
    few.check_now_and_then(10)
    for ask in (few.check, few.check_now_and_then):
        with pytest.raises(LimitReached, match="the limit of 10 cells was reached"):
            ask(11)
    assert few.seen == [11]
    if memory_in_use_mib() > 1:  # where the system tells
        with pytest.raises(LimitReached, match="the memory limit of 1 MiB was reached"):
            Limits(memory_mib=1).check(0)
