"""What networks in general position never have: hidden units that coincide, vanish or meet.

Each kind rewrites units of hidden layers with numbers of a given strategy (factors are powers of 2)
and says which units and layers must stay for it to be there.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from typing import TypeAlias

from exactnet.errors import InputError
from exactnet.networks.layer import RELU
from exactnet.testing.hypothesis_library import DrawFn, strategies
from exactnet.testing.values import Numbers


@dataclass(slots=True)
class Unit:
    """A unit that can still be changed: its weights and then its bias, and its slope below 0."""

    row: list[Fraction]
    slope: Fraction = RELU


Hidden: TypeAlias = list[list[Unit]]
Place: TypeAlias = tuple[int, int | None]  # a layer, and a unit of it

NO_SHIFT = strategies.just(Fraction(0))
FACTORS = strategies.sampled_from([*[Fraction(1)] * 4, Fraction(2), Fraction(1, 2)])


def zero_row(draw: DrawFn, hidden: Hidden, numbers: Numbers) -> list[Place]:
    """A unit whose weights are all 0: its value is a constant, often not 0."""
    layer, unit = _place(draw, hidden)
    bias = draw(strategies.one_of(numbers, numbers.map(abs)))
    hidden[layer][unit].row = [Fraction(0)] * (len(hidden[layer][unit].row) - 1) + [bias]
    return [(layer, unit)]


def dead_unit(draw: DrawFn, hidden: Hidden, numbers: Numbers) -> list[Place]:
    """A relu unit that is 0 on [-1, 1]^d: in the first layer, perhaps up to a corner of it."""
    layer, unit = _place(draw, hidden)
    weights, slack = hidden[layer][unit].row[:-1], abs(draw(numbers))
    if layer == 0:
        row = [*weights, -sum(map(abs, weights), start=slack)]
    else:  # what relu units send is at least 0
        allowed = [source.slope == RELU for source in hidden[layer - 1]]
        row = [-abs(w) * ok for w, ok in zip(weights, allowed, strict=True)] + [-slack]
    hidden[layer][unit] = Unit(row)
    return [(layer, unit), *((k, None) for k in range(layer))]


def duplicate_unit(draw: DrawFn, hidden: Hidden, numbers: Numbers) -> list[Place]:
    """A unit that is a positive multiple of another one."""
    return _copy(draw, hidden, draw(FACTORS), NO_SHIFT)


def opposite_unit(draw: DrawFn, hidden: Hidden, numbers: Numbers) -> list[Place]:
    """A unit that bends where another one does and is 0 where that one is not."""
    return _copy(draw, hidden, -draw(FACTORS), NO_SHIFT)


def parallel_units(draw: DrawFn, hidden: Hidden, numbers: Numbers) -> list[Place]:
    """Two units with parallel hyperplanes."""
    sign = draw(strategies.sampled_from([1, 1, -1]))
    return _copy(draw, hidden, sign * draw(FACTORS), numbers)


def common_point(draw: DrawFn, hidden: Hidden, numbers: Numbers) -> list[Place]:
    """All units of the first layers bend at one point: 0, a corner of [-1, 1]^d, or another.

    The breakpoints of a later layer then pass through a vertex of those before it.
    """
    dim = len(hidden[0][0].row) - 1
    usual = strategies.sampled_from([Fraction(0), Fraction(1), Fraction(-1)])
    points = [strategies.tuples(*[v] * dim) for v in (usual, numbers)]
    point = list(draw(strategies.one_of(points)))
    count = draw(strategies.integers(1, len(hidden)))
    for layer in hidden[:count]:
        for unit in layer:
            sent = (w * x for w, x in zip(unit.row, point, strict=False))
            unit.row[-1] = -sum(sent, start=Fraction(0))
        point = [Fraction(0)] * len(layer)  # whatever the units do, they keep 0
    return [(k, None) for k in range(count)]


KINDS: dict[str, Callable[[DrawFn, Hidden, Numbers], list[Place]]] = {
    "zero row": zero_row,
    "dead unit": dead_unit,
    "duplicate unit": duplicate_unit,
    "opposite unit": opposite_unit,
    "parallel units": parallel_units,
    "common point": common_point,
}
DEGENERACIES = tuple(KINDS)
NEED_TWO = ("duplicate unit", "opposite unit", "parallel units")


def as_kinds(degenerate: "bool | str | Iterable[str]") -> tuple[str, ...]:
    """The kinds that an argument asks for: all, none, one, or those named."""
    if isinstance(degenerate, bool):
        return DEGENERACIES if degenerate else ()
    asked = [degenerate] if isinstance(degenerate, str) else list(degenerate)
    for kind in asked:
        if kind not in KINDS:
            raise InputError.about(
                "relu_networks.degenerate",
                f"True, False, or some of {', '.join(DEGENERACIES)}",
                f"{kind!r:.40}",
                "Check the spelling.",
            )
    return tuple(kind for kind in DEGENERACIES if kind in asked)


def room(kinds: Iterable[str]) -> int:
    """How wide some hidden layer must be for one of the kinds at least."""
    return min(2 if kind in NEED_TWO else 1 for kind in kinds)


def possible(kinds: Iterable[str], widths: Sequence[int]) -> list[str]:
    """The kinds that hidden layers of given widths have room for."""
    return [kind for kind in kinds if max(widths, default=0) >= room([kind])]


def spoil(draw: DrawFn, hidden: Hidden, kinds: Sequence[str], numbers: Numbers) -> list[Place]:
    """Some of the kinds, one after the other, so that the last one is there; what must stay."""
    most = min(2 * len(kinds), 8)
    names = strategies.lists(strategies.sampled_from(kinds), min_size=1, max_size=most)
    return [place for name in draw(names) for place in KINDS[name](draw, hidden, numbers)]


def _place(draw: DrawFn, hidden: Hidden) -> tuple[int, int]:
    places = [(k, j) for k, layer in enumerate(hidden) for j in range(len(layer))]
    return draw(strategies.sampled_from(places))


def _copy(draw: DrawFn, hidden: Hidden, factor: Fraction, shifts: Numbers) -> list[Place]:
    """Make one unit of a layer a multiple of another one, with a shift of its bias."""
    pairs = [
        (k, *two) for k, layer in enumerate(hidden) for two in combinations(range(len(layer)), 2)
    ]
    layer, source, target = draw(strategies.sampled_from(pairs))
    model = hidden[layer][source]
    row = [factor * value for value in model.row]
    row[-1] += draw(shifts)
    hidden[layer][target] = Unit(row, model.slope)
    return [(layer, source), (layer, target)]
