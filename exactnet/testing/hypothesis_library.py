"""The one module that needs Hypothesis, and how strategies of this package are written."""

from collections.abc import Callable, Collection
from functools import wraps
from inspect import Parameter, signature
from typing import ParamSpec, TypeAlias, TypeVar

from exactnet.errors import ExactnetError, InputError, InputTypeError

try:
    from hypothesis import strategies
    from hypothesis.strategies import DrawFn, SearchStrategy
except ImportError as error:
    raise ExactnetError.about(
        "exactnet.testing.strategies",
        "Hypothesis",
        "an installation without it",
        "pip install 'exactnet[testing]'.",
    ) from error

__all__ = [
    "DrawFn",
    "SearchStrategy",
    "Size",
    "kept",
    "least",
    "lengths",
    "sizes",
    "strategies",
    "strategy",
]

P = ParamSpec("P")
T = TypeVar("T")
Size: TypeAlias = "int | range | SearchStrategy[int] | None"


def strategy(
    prepare: Callable[P, Callable[[DrawFn], T]],
) -> Callable[P, SearchStrategy[T]]:
    """A strategy from a function that checks arguments and returns how a value is drawn.

    ``hypothesis.strategies.composite`` would check them at every draw and report what is wrong as
    a failure of the test; here the call itself raises. The repr is that of the call.

    >>> @strategy
    ... def evens(*, below: int) -> Callable[[DrawFn], int]:
    ...     return lambda draw: 2 * draw(strategies.integers(0, below // 2 - 1))
    >>> evens(below=10)
    evens(below=10)
    """

    @wraps(prepare)
    def call(*args: P.args, **kwargs: P.kwargs) -> SearchStrategy[T]:
        drawn = prepare(*args, **kwargs)

        def value(draw: DrawFn, /, *_: P.args, **__: P.kwargs) -> T:
            return drawn(draw)

        value.__name__ = prepare.__name__
        value.__signature__ = drawing  # type: ignore[attr-defined]
        return strategies.composite(value)(*args, **kwargs)

    shown = signature(prepare).replace(return_annotation=SearchStrategy)
    first = Parameter("draw", Parameter.POSITIONAL_OR_KEYWORD)
    drawing = shown.replace(parameters=[first, *shown.parameters.values()])
    call.__signature__ = shown  # type: ignore[attr-defined]
    return call


def sizes(value: Size, where: str, default: range, most: int) -> SearchStrategy[int]:
    """The sizes that an argument allows: one, those of a range, those of a strategy, or a default.

    >>> sizes(range(2, 4), "boxes.dim", range(1, 4), 16)
    integers(min_value=2, max_value=3)

    Raises InputError for what is below the default's start or above ``most``.
    """
    if isinstance(value, SearchStrategy):
        return value
    if value is None:
        value = default
    if isinstance(value, int) and not isinstance(value, bool):
        value = range(value, value + 1)
    if not isinstance(value, range):
        raise InputTypeError.about(
            where, "an integer, a range or a strategy", type(value).__name__, "Try range(1, 4)."
        )
    least = min(default.start, 1)
    if value.step != 1 or not value or value[0] < least or value[-1] > most:
        got = str(value[0]) if len(value) == 1 else str(value)
        raise InputError.about(
            where, f"an integer or a range within {least}..{most}", f"{got:.60}", "Change it."
        )
    return strategies.integers(value[0], value[-1])


def lengths(value: Size, where: str, default: range, most: int) -> SearchStrategy[range]:
    """The sizes that an argument allows, for a list: all of a range at once, or one drawn size.

    >>> lengths(2, "ifs.maps", range(1, 5), 128)
    just(range(2, 3))
    """
    allowed = sizes(value, where, default, most)
    if isinstance(value, SearchStrategy):
        return allowed.map(lambda size: range(size, size + 1))
    found = default if value is None else value
    return strategies.just(found if isinstance(found, range) else range(found, found + 1))


def least(value: Size, default: range) -> int | None:
    """The smallest size that an argument allows; None for a strategy, which need not say."""
    if isinstance(value, SearchStrategy):
        return None
    if value is None:
        return default[0]
    return value[0] if isinstance(value, range) else value


def kept(draw: DrawFn, count: int, least: int | None, needed: Collection[int] = ()) -> list[int]:
    """Which of ``count`` drawn things are kept, in order: those needed, and ``least`` or more.

    One in eight is dropped. To Hypothesis that is the simpler choice, and it changes no other one,
    so that a failing example shrinks to the things that matter wherever they are; a smaller count
    alone would keep the first ones and give everything drawn later another meaning.
    """
    if least is None or count <= least:
        return list(range(count))
    flags = [draw(strategies.integers(0, 7)) for _ in range(count)]
    dropped = [k for k, flag in enumerate(flags) if not flag and k not in needed]
    return [k for k in range(count) if k not in dropped[: count - least]]
