"""Counts: those among the arguments checked, the least with a property found."""

from collections.abc import Callable

from exactnet.errors import InputError, InputTypeError

MAX_LAYERS = 64
MAX_WIDTH = 10**6


def as_count(name: str, value: object, most: int | None = None, least: int = 1) -> int:
    """An integer from ``least`` to ``most``, or an error that names the argument.

    >>> as_count("layers", 3, 64)
    3
    """
    if not isinstance(value, int) or isinstance(value, bool):
        remedy = f"Write a number such as {max(least, 1)}."
        raise InputTypeError.about(name, "an integer", type(value).__name__, remedy)
    if value < least or (most is not None and value > most):
        allowed = f"an integer >= {least}" if most is None else f"{least}..{most}"
        got = str(value) if abs(value) < 10**20 else "an integer of more than 20 digits"
        raise InputError.about(name, allowed, got, "Choose there.")
    return value


def smallest(admits: Callable[[int], bool]) -> int:
    """The least k >= 1 with admits(k), for a condition that stays true once it is.

    >>> smallest(lambda k: k * k >= 10**40)
    100000000000000000000
    """
    high = 1
    while not admits(high):
        high *= 2
    low = high // 2  # not admitted, or 0
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if admits(middle) else (middle, high)
    return high


def integer_root(value: int, degree: int) -> int:
    """The largest integer x >= 0 with x^degree <= value, by Newton's method.

    >>> integer_root(10**30 - 1, 3), integer_root(0, 5)
    (9999999999, 0)
    """
    if value < 2 or degree == 1:
        return value
    x = 1 << -(-value.bit_length() // degree)  # above the root
    while True:
        y = ((degree - 1) * x + value // x ** (degree - 1)) // degree
        if y >= x:
            return x
        x = y
