"""Networks as graphs of units: any acyclic use of earlier units becomes layers with carried values.

A tensor of a model is a list of affine forms over *atoms*, which are the inputs and the units made
so far. Units made by one operation lie one level above its argument; when all are there, level k
becomes hidden layer k, and an atom that is needed further up is carried there by identity units.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from exactnet.bridges.untrusted import MAX_NUMBERS, MAX_WEIGHTS
from exactnet.errors import InputError
from exactnet.exact.rationals import MAX_BITS, Matrix, Vector
from exactnet.networks.layer import IDENTITY, Layer
from exactnet.networks.network import ReluNetwork

_ZERO, _ONE = Fraction(0), Fraction(1)


@dataclass(frozen=True, slots=True)
class Form:
    """An affine form over atoms: atom -> coefficient, and a constant."""

    terms: dict[int, Fraction]
    constant: Fraction

    @classmethod
    def atom(cls, number: int) -> "Form":
        """The form that is one atom."""
        return cls({number: _ONE}, _ZERO)

    def __add__(self, other: "Form | Fraction | int") -> "Form":
        return combination([(_ONE, self), (_ONE, other)])

    __radd__ = __add__

    def __neg__(self) -> "Form":
        return self * -1

    def __sub__(self, other: "Form | Fraction | int") -> "Form":
        return self + -other

    def __rsub__(self, other: "Form | Fraction | int") -> "Form":
        return -self + other

    def __mul__(self, factor: Fraction | int) -> "Form":
        return combination([(Fraction(factor), self)])

    __rmul__ = __mul__

    def __truediv__(self, divisor: Fraction | int) -> "Form":
        return combination([(1 / Fraction(divisor), self)])

    def largest_bits(self) -> int:
        """The bits of its longest numerator or denominator."""
        return max(
            max(v.numerator.bit_length(), v.denominator.bit_length())
            for v in (self.constant, *self.terms.values())
        )


def combination(parts: Iterable[tuple[Fraction, Form | Fraction | int]]) -> Form:
    """sum of factor * part, in time linear in the terms.

    >>> combination([(Fraction(2), Form.atom(0)), (Fraction(1, 2), Fraction(3))])
    Form(terms={0: Fraction(2, 1)}, constant=Fraction(3, 2))
    """
    terms: dict[int, Fraction] = {}
    constant = _ZERO
    for factor, part in parts:
        if not factor:
            continue
        if not isinstance(part, Form):
            constant += factor * part
            continue
        if part.constant:
            constant += factor * part.constant
        for number, value in part.terms.items():
            share = factor if value is _ONE else factor * value  # most forms are single atoms
            if number not in terms:
                terms[number] = share
            elif total := terms[number] + share:
                terms[number] = total
            else:
                del terms[number]
    return Form(terms, constant)


@dataclass(slots=True)
class UnitGraph:
    """The units of a network under construction, level by level.

    >>> graph = UnitGraph(1)
    >>> x = Form.atom(0)
    >>> [left] = graph.activate([x - 1], [Fraction(0)], level=1)
    >>> net = graph.network([left + x])  # relu(x - 1) + x: the input is carried past the unit
    >>> net([3]), net.width
    ((Fraction(5, 1),), 2)
    """

    inputs: int
    levels: list[list[tuple[Form, Fraction, int]]] = field(default_factory=list)
    _atoms: int = 0
    _weights: int = 0  # at least so many in all

    def __post_init__(self) -> None:
        self._atoms = self.inputs

    def activate(self, forms: Sequence[Form], slopes: Sequence[Fraction], level: int) -> list[Form]:
        """New units of a level (from 1) with these pre-activations and left slopes.

        Raises InputError as soon as the layer, or the network, is sure to be too large.
        """
        while len(self.levels) < level:
            self.levels.append([])
        below = self.inputs if level == 1 else len(self.levels[level - 2])
        _check_layer(len(self.levels[level - 1]) + len(forms), below)
        self._weights += len(forms) * below
        _check_total(self._weights)
        made = []
        for form, slope in zip(forms, slopes, strict=True):
            self.levels[level - 1].append((form, slope, self._atoms))
            made.append(Form.atom(self._atoms))
            self._atoms += 1
        return made

    def network(self, outputs: Sequence[Form]) -> ReluNetwork:
        """The layered network whose outputs are the given forms."""
        columns = self._columns(outputs)
        layers = []
        for units, below, above in zip(self.levels, columns, columns[1:], strict=False):
            carried = above[len(units) :]
            forms = [form for form, _, _ in units] + [Form.atom(atom) for atom in carried]
            slopes = tuple(slope for _, slope, _ in units) + (IDENTITY,) * len(carried)
            layers.append(_layer(forms, below, slopes))
        layers.append(_layer(outputs, columns[-1], (IDENTITY,) * len(outputs)))
        return ReluNetwork(tuple(layers))

    def _columns(self, outputs: Sequence[Form]) -> list[list[int]]:
        """The atoms below every layer: the units of the level before, then those carried past it.

        Raises InputError if there would be too many weights, before any of them is made.
        """
        last_use = self._last_uses(outputs)
        columns, weights = [list(range(self.inputs))], 0
        for k, units in enumerate(self.levels, 1):
            carried = [atom for atom in columns[-1] if last_use.get(atom, 0) > k]
            weights += (len(units) + len(carried)) * len(columns[-1])
            _check_total(weights)
            columns.append([number for _, _, number in units] + carried)
        return columns

    def _last_uses(self, outputs: Sequence[Form]) -> dict[int, int]:
        """The highest layer that reads each atom (the outputs are the highest of all)."""
        last: dict[int, int] = {}
        for k, units in enumerate(self.levels, 1):
            last.update((atom, k) for form, _, _ in units for atom in form.terms)
        top = len(self.levels) + 1
        last.update((atom, top) for form in outputs for atom in form.terms)
        return last


def maxima(
    graph: UnitGraph, groups: Sequence[Sequence[Form]], level: int
) -> tuple[list[Form], int]:
    """The largest form of each group of forms at a level, and the level where the last one lies.

    max(a, b) = a + relu(b - a), neighbour by neighbour in rounds: k forms take k - 1 relu units on
    ceil(log2 k) levels, and identity units that carry the a. Groups may differ in size.

    >>> graph = UnitGraph(3)
    >>> [top], level = maxima(graph, [[Form.atom(k) for k in range(3)]], 0)
    >>> net = graph.network([top])
    >>> net([3, "7/2", -1]), level, net.depth, [layer.outputs for layer in net.layers]
    ((Fraction(7, 2),), 2, 2, [3, 2, 1])
    """
    left = [list(group) for group in groups]
    while any(len(group) > 1 for group in left):
        level += 1
        left = [_halved(graph, group, level) if len(group) > 1 else group for group in left]
    return [group[0] for group in left], level


def _halved(graph: UnitGraph, group: list[Form], level: int) -> list[Form]:
    """The larger one of each two neighbours, and the last one where it is alone."""
    kept = [
        form if len(form.terms) < 2 else graph.activate([form], [IDENTITY], level)[0]
        for form in group[::2]
    ]
    rest = [b - a for a, b in zip(group[::2], group[1::2], strict=False)]
    gains = graph.activate(rest, [_ZERO] * len(rest), level)
    return [a + gain for a, gain in zip(kept, gains, strict=False)] + kept[len(gains) :]


def _layer(forms: Sequence[Form], below: Sequence[int], slopes: Vector) -> Layer:
    _check_layer(len(forms), len(below))
    column = {atom: j for j, atom in enumerate(below)}
    rows: list[list[Fraction]] = []
    for form in forms:
        row = [_ZERO] * len(below)
        for atom, value in form.terms.items():
            row[column[atom]] = value
        rows.append(row)
    weight: Matrix = tuple(map(tuple, rows))
    return Layer(weight, tuple(form.constant for form in forms), slopes)


def _check_layer(units: int, below: int) -> None:
    if units * below > MAX_NUMBERS:
        raise InputError.about(
            "model", f"at most {MAX_NUMBERS} weights a layer", f"{units} x {below}",
            "Use a smaller model.",
        )  # fmt: skip


def _check_total(weights: int) -> None:
    if weights > MAX_WEIGHTS:
        raise InputError.about(
            "model", f"at most {MAX_WEIGHTS} weights in all", "more", "Use a smaller model."
        )


def check_sizes(values: Iterable[object], where: str) -> None:
    """InputError if a number has become too long to be anything but an attack."""
    for value in {id(value): value for value in values}.values():  # many may be one object
        if isinstance(value, Form):
            bits = value.largest_bits()
        elif isinstance(value, (int, Fraction)):
            bits = max(value.numerator.bit_length(), value.denominator.bit_length())
        else:
            continue
        if bits > MAX_BITS:
            raise InputError.about(
                where,
                f"numbers of at most {MAX_BITS} bits",
                f"one of {bits}",
                "Simplify the model.",
            )
