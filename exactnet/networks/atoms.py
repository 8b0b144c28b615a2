"""A network as what bends in it: relu functions of affine forms, and affine outputs.

A unit that maps t to t for t >= 0 and to s t for t < 0 is s t + (1 - s) relu(t), and relu(-t) is
relu(t) - t. So with every affine part substituted, a network is a list of *atoms* relu(form), each
form affine in the inputs and in earlier atoms, and outputs that are such forms too. Two units whose
forms differ by a factor are one atom; units that carry values are none; atoms that no output
depends on, perhaps because their uses cancel, are dropped. Each step keeps the function on the
domain on which the given phases hold.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from fractions import Fraction
from typing import TypeAlias

from exactnet.exact.rows import integer_row
from exactnet.networks.layer import IDENTITY, Layer
from exactnet.networks.network import ReluNetwork

Form: TypeAlias = dict[int, Fraction]  # coefficients by variable: inputs first, then atoms
ONE = -1  # the variable that is 1
Unit: TypeAlias = tuple[int, int]  # hidden layer and place in it, from 0

_ZERO, _ONE = Fraction(0), Fraction(1)


class Phase(Enum):
    """What is known of a unit's sign on the whole domain: t <= 0 (off) or t >= 0 (on)."""

    OFF = "never on"
    ON = "never off"


@dataclass(frozen=True, slots=True)
class Atom:
    """relu(form), which some unit of the network computes.

    That unit has pre-activation ``scale`` * form (scale may be negative) and slope ``slope`` left
    of zero; it is unit ``origin`` of the network.
    """

    form: Form
    scale: Fraction
    slope: Fraction
    origin: Unit


@dataclass(frozen=True, slots=True)
class Atoms:
    """A network in terms of atoms; ``why`` says of the other units what became of them."""

    inputs: int
    atoms: tuple[Atom, ...]
    outputs: tuple[Form, ...]
    why: Mapping[Unit, str] = field(default_factory=dict)

    @classmethod
    def of(
        cls, net: ReluNetwork, phases: Mapping[Unit, Phase] | None = None, across: bool = True
    ) -> "Atoms":
        """Read a network; ``across`` also merges equal units of different layers.

        >>> pair = ReluNetwork.of([([[1], [-2]], [0, 0]), ([[1, "-1/2"]], [3])])
        >>> atoms = Atoms.of(pair)  # relu(x) - relu(-2x)/2 + 3 is x + 3
        >>> atoms.outputs == ({0: 1, ONE: 3},), atoms.atoms
        (True, ())
        """
        reading = _Reading(net.inputs, phases or {}, across)
        for k, layer in enumerate(net.layers):
            reading.read(k, layer, k == net.depth)
        return reading.result()

    def live(self) -> list[int]:
        """The atoms on which an output depends."""
        reached = {v for form in self.outputs for v in form}
        for k in reversed(range(len(self.atoms))):
            if self.inputs + k in reached:
                reached |= set(self.atoms[k].form)
        return [k for k in range(len(self.atoms)) if self.inputs + k in reached]


class _Reading:
    """A network read layer by layer."""

    def __init__(self, inputs: int, phases: Mapping[Unit, Phase], across: bool) -> None:
        self.inputs, self.phases, self.across = inputs, phases, across
        self.values: list[Form] = [{j: _ONE} for j in range(inputs)]
        self.atoms: list[Atom] = []
        self.known: dict[object, int] = {}
        self.why: dict[Unit, str] = {}

    def read(self, k: int, layer: Layer, last: bool) -> None:
        """Replace the values by those of one more layer."""
        rows = zip(layer.weight, layer.bias, strict=True)
        forms = [self._sum(row, bias) for row, bias in rows]
        if not last:
            forms = [self._unit((k, j), f, layer.slopes[j]) for j, f in enumerate(forms)]
        self.values = forms

    def _sum(self, row: Sequence[Fraction], bias: Fraction) -> Form:
        total: Form = {ONE: bias}
        for weight, value in zip(row, self.values, strict=True):
            if weight:
                add_to(total, value, weight)
        return {v: c for v, c in total.items() if c}

    def _unit(self, unit: Unit, form: Form, slope: Fraction) -> Form:
        """A unit's value."""
        if not form.keys() - {ONE}:
            self.why[unit] = "constant"
            value = form.get(ONE, _ZERO)
            return times({ONE: value if value > 0 else slope * value}, _ONE)
        phase = self.phases.get(unit)
        if slope == IDENTITY or phase is not None:
            self.why[unit] = "carries a value" if phase is None else phase.value
            return times(form, slope if phase is Phase.OFF else _ONE)
        plain, scale = _normal(form)
        key = (tuple(sorted(plain.items())), None if self.across else unit[0])
        place = self.known.setdefault(key, len(self.atoms))
        if place == len(self.atoms):
            self.atoms.append(Atom(plain, scale, slope, unit))
        else:
            self.why[unit] = "bends where unit {} of layer {} does".format(
                *reversed(self.atoms[place].origin)
            )
        return bent(plain, self.inputs + place, scale, slope)

    def result(self) -> Atoms:
        """What was read, without atoms that nothing depends on."""
        return _renumbered(Atoms(self.inputs, tuple(self.atoms), tuple(self.values), self.why))


def bent(form: Form, atom: int, scale: Fraction, slope: Fraction) -> Form:
    """What a unit with pre-activation scale * form and this slope gives; relu(form) is ``atom``."""
    size = abs(scale)
    total: Form = {atom: size * (1 - slope)}
    linear = slope * scale + (size * (slope - 1) if scale < 0 else 0)
    add_to(total, form, linear)
    return {v: c for v, c in total.items() if c}


def add_to(total: Form, form: Form, factor: Fraction) -> None:
    """total += factor * form, in place."""
    for v, c in form.items():
        known = total.get(v)
        total[v] = factor * c if known is None else known + factor * c


def times(form: Form, factor: Fraction) -> Form:
    """factor * form, without zeros."""
    return {v: factor * c for v, c in form.items() if c and factor}


def _normal(form: Form) -> tuple[Form, Fraction]:
    """The primitive integer form on the same line whose first coefficient is > 0, and the factor.

    form = factor * primitive; the constant counts last.
    """
    order = sorted(form, key=lambda v: (v == ONE, v))
    row = integer_row([form[v] for v in order])
    if row[0] < 0:
        row = tuple(-value for value in row)
    plain = {v: Fraction(value) for v, value in zip(order, row, strict=True)}
    return plain, form[order[0]] / row[0]


def _renumbered(given: Atoms) -> Atoms:
    """Only the live atoms; the others are reported."""
    live = given.live()
    d = given.inputs
    new = {d + old: d + k for k, old in enumerate(live)}
    why = dict(given.why)
    for k, atom in enumerate(given.atoms):
        if d + k not in new:
            why[atom.origin] = "no output depends on it"

    def moved(form: Form) -> Form:
        return {new.get(v, v): c for v, c in form.items()}

    atoms = tuple(
        Atom(moved(a.form), a.scale, a.slope, a.origin) for a in (given.atoms[k] for k in live)
    )
    return Atoms(d, atoms, tuple(map(moved, given.outputs)), why)
