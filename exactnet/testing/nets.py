"""Strategies for exact networks."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from exactnet.errors import InputError
from exactnet.networks.layer import IDENTITY, Layer, as_slope
from exactnet.networks.network import ReluNetwork
from exactnet.testing.degeneracies import Place, Unit, as_kinds, possible, room, spoil
from exactnet.testing.hypothesis_library import (
    DrawFn,
    SearchStrategy,
    Size,
    kept,
    least,
    sizes,
    strategies,
    strategy,
)
from exactnet.testing.values import SMALL, Numbers

ACTIVATIONS = ("relu", "abs", "identity", {"leaky": "1/3"}, {"leaky": -2})
MOST = 1000
MAX_WEIGHTS = 2000


@strategy
def relu_networks(
    *,
    inputs: Size = None,
    outputs: Size = None,
    layers: Size = None,
    width: Size = None,
    degenerate: "bool | str | Iterable[str]" = False,
    activations: Sequence[object] = ("relu",),
    elements: Numbers | None = None,
) -> Callable[[DrawFn], ReluNetwork]:
    """Exact networks: ``layers`` hidden layers (default 0 to 2) of ``width`` units each (1 to 4).

    ``inputs`` are 1 to 3 and ``outputs`` 1 or 2 by default; each size is a number, a range or a
    strategy. Weights and biases are drawn from ``elements`` (default: small rationals, often 0 or
    1). ``activations`` are the kinds of hidden units, as in ``ReluNetwork.of``.

    ``degenerate`` puts in what random weights never have: "zero row", "dead unit", "duplicate
    unit", "opposite unit", "parallel units", "common point" (breakpoints through vertices). True
    means any of them, or name some; every draw then has at least one.

    Shrinks towards few layers and units, then towards weights 0.

    >>> from hypothesis import given
    >>> @given(relu_networks(inputs=2, layers=1, degenerate="zero row"))
    ... def test(net):
    ...     assert (0, 0) in net.layers[0].weight
    >>> test()

    Raises InputError for sizes that leave no room for a degeneracy, or for more than 2000 weights.
    """
    kinds = as_kinds(degenerate)
    usual = {"inputs": range(1, 4), "outputs": range(1, 3), "width": range(1, 5)}
    if kinds:
        layers = _with_room(layers, width, kinds)
    given = {"inputs": inputs, "outputs": outputs, "width": width, "layers": layers}
    usual["layers"] = range(3)
    plan = _Plan(
        {name: sizes(given[name], f"relu_networks.{name}", usual[name], MOST) for name in usual},
        {name: least(given[name], usual[name]) for name in usual},
        [as_slope(entry, "relu_networks.activations") for entry in activations],
        SMALL if elements is None else elements,
        kinds,
    )
    _check_weights({name: _largest(given[name], usual[name]) for name in usual})
    return plan.network


def all_networks() -> SearchStrategy[ReluNetwork]:
    """Whatever the type can hold: every kind of unit."""
    return relu_networks(activations=ACTIVATIONS)


@dataclass(frozen=True, slots=True)
class _Plan:
    """The arguments of ``relu_networks``, checked."""

    sizes: dict[str, SearchStrategy[int]]
    least: dict[str, int | None]
    slopes: list[Fraction]
    entries: Numbers
    kinds: tuple[str, ...]

    def network(self, draw: DrawFn) -> ReluNetwork:
        """Draw a network: everything at the drawn sizes, and then what of it is kept."""
        first, depth, last = (draw(self.sizes[name]) for name in ("inputs", "layers", "outputs"))
        shape = [first, *self.widths(draw, depth), last]
        hidden = [self.units(draw, pair, self.slopes) for pair in pairwise(shape[:-1])]
        readout = self.units(draw, (shape[-2], last), [IDENTITY])
        inputs = kept(draw, first, self.least["inputs"])
        if hidden:
            hidden[0] = _with_columns(hidden[0], inputs)
        needed: list[Place] = []
        if self.kinds:
            needed = spoil(draw, hidden, possible(self.kinds, shape[1:-1]), self.entries)
        columns, layers = list(range(len(inputs))) if hidden else inputs, []
        for k in kept(draw, depth, self.least["layers"], [layer for layer, _ in needed]):
            units = [unit for layer, unit in needed if layer == k and unit is not None]
            some = _with_columns(hidden[k], columns)
            columns = kept(draw, len(some), self.least["width"], units)
            layers.append([some[j] for j in columns])
        outputs = kept(draw, last, self.least["outputs"])
        layers.append(_with_columns([readout[j] for j in outputs], columns))
        return ReluNetwork(tuple(map(_layer, layers)))

    def widths(self, draw: DrawFn, depth: int) -> list[int]:
        """The numbers of hidden units, with room for what is asked for."""
        drawn = strategies.lists(self.sizes["width"], min_size=depth, max_size=depth)
        if self.kinds:
            drawn = drawn.filter(lambda found: max(found, default=0) >= room(self.kinds))
        return draw(drawn)

    def units(self, draw: DrawFn, size: tuple[int, int], slopes: list[Fraction]) -> list[Unit]:
        """The units of a layer of so many (inputs, units)."""
        row = strategies.tuples(*[self.entries] * (size[0] + 1))
        kind = strategies.just(slopes[0]) if len(slopes) == 1 else strategies.sampled_from(slopes)
        return [Unit(list(draw(row)), draw(kind)) for _ in range(size[1])]


def _with_columns(layer: list[Unit], columns: list[int]) -> list[Unit]:
    """Units that see these of their inputs; where more are asked for, weights are used again."""
    found = []
    for unit in layer:
        weights, bias = unit.row[:-1], unit.row[-1]
        chosen = [weights[j % len(weights)] for j in columns]
        found.append(Unit([*chosen, bias], unit.slope))
    return found


def _layer(units: list[Unit]) -> Layer:
    weight = tuple(tuple(unit.row[:-1]) for unit in units)
    return Layer(weight, tuple(u.row[-1] for u in units), tuple(u.slope for u in units))


def _largest(value: Size, default: range) -> int:
    if isinstance(value, SearchStrategy):
        return 1  # it does not say
    found = default if value is None else value
    return max(found, default=1) if isinstance(found, range) else found


def _check_weights(most: dict[str, int]) -> None:
    """Hypothesis bounds how much one example may draw, and says so late and less clearly."""
    depth, width = most["layers"], most["width"]
    shape = [most["inputs"], *[width] * depth, most["outputs"]]
    weights = sum((before + 1) * after for before, after in pairwise(shape))
    if weights > MAX_WEIGHTS:
        raise InputError.about(
            "relu_networks",
            f"at most {MAX_WEIGHTS} weights and biases",
            f"up to {weights}",
            "Lower width, layers or inputs.",
        )


def _with_room(layers: Size, width: Size, kinds: Sequence[str]) -> Size:
    """The argument ``layers``, at least 1; InputError if there is no room for any kind."""
    if layers == 0:
        raise InputError.about(
            "relu_networks.layers", "at least 1 for a degeneracy", "0", "Raise it."
        )
    widest = width[-1] if isinstance(width, range) and width else width
    if isinstance(widest, int) and widest < room(kinds):
        raise InputError.about(
            "relu_networks.width",
            f"at least {room(kinds)} for that degeneracy",
            f"{widest}",
            "Raise it.",
        )
    if layers is None:
        return range(1, 3)
    return layers[1:] if isinstance(layers, range) and layers[:1] == range(1) else layers
