"""What every bound demands of its arguments."""

from collections.abc import Sequence
from fractions import Fraction
from typing import TypeAlias

from exactnet.errors import InputError, InputTypeError

Interval: TypeAlias = tuple[Fraction, Fraction]


def check_sizes(**values: int) -> None:
    """Refuse everything but integers >= 1, by name (InputError).

    >>> check_sizes(k=0)
    Traceback (most recent call last):
        ...
    exactnet.errors.InputError: bounds.k: expected an integer >= 1, got 0. Use a whole number.
    """
    for name, value in values.items():
        if not isinstance(value, int) or isinstance(value, bool) or value < 1:
            raise InputError.about(
                f"bounds.{name}", "an integer >= 1", f"{value!r:.20}", "Use a whole number."
            )


def check_widths(widths: Sequence[int]) -> tuple[int, ...]:
    """The hidden widths as a tuple: at least one layer, every width an integer >= 1.

    >>> check_widths([4, 3])
    (4, 3)
    """
    try:
        sizes = tuple(widths)
    except TypeError:
        raise InputTypeError.about(
            "bounds.widths",
            "a list of hidden widths",
            type(widths).__name__,
            "Write [k] for one hidden layer of width k.",
        ) from None
    check_sizes(layers=len(sizes), **{f"width_{i}": width for i, width in enumerate(sizes, 1)})
    return sizes
