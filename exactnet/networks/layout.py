"""Atoms laid out in layers again: a network with no more units than its atoms and carries need.

Each atom goes to the layer of the unit that it came from, computed by a unit of that kind (so |t|
stays one unit); layers without atoms vanish. The values that are needed above a layer but made
below it span a space of linear forms; identity units of the layer carry a basis of it, which is as
few as a layout with the same layers can have.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from exactnet.exact.rationals import Vector
from exactnet.geometry.affine import AffineMap
from exactnet.networks.atoms import ONE, Atoms, Form, Unit, add_to, bent
from exactnet.networks.compose import affine_network
from exactnet.networks.layer import IDENTITY, Layer
from exactnet.networks.network import ReluNetwork

_ZERO, _ONE = Fraction(0), Fraction(1)


@dataclass(frozen=True, slots=True)
class Layout:
    """The network, and for each hidden unit the unit it came from (None if it carries a value)."""

    network: ReluNetwork
    origins: tuple[tuple[Unit | None, ...], ...]


def laid_out(atoms: Atoms) -> Layout:
    """The network of the atoms.

    >>> pair = ReluNetwork.of([([[1], [-1], [2]], [0, 0, 1]), ([[1, -1, 1]], [0])])
    >>> made = laid_out(Atoms.of(pair))  # x + relu(2x + 1)
    >>> made.network.neurons, made.origins, made.network([1]) == pair([1])
    (2, (((0, 2), None),), True)
    """
    return _Layers(atoms).build()


class _Layers:
    """The units' forms in terms of what units give, and the layers that they are in."""

    def __init__(self, atoms: Atoms) -> None:
        self.atoms, self.inputs = atoms, atoms.inputs
        levels = sorted({atom.origin[0] for atom in atoms.atoms})
        number = {level: k for k, level in enumerate(levels, 1)}
        self.depth = len(levels)
        self.level = dict.fromkeys(range(self.inputs), 0)
        for k, atom in enumerate(atoms.atoms):
            self.level[self.inputs + k] = number[atom.origin[0]]
        self.given = [self._by_units(self._pre_activation(k)) for k in range(len(atoms.atoms))]
        self.outputs = [self._by_units(form) for form in atoms.outputs]

    def _pre_activation(self, k: int) -> Form:
        atom = self.atoms.atoms[k]
        return {v: atom.scale * c for v, c in atom.form.items()}

    def _by_units(self, form: Form) -> Form:
        """A form in terms of relu(...) as one in terms of what the units give."""
        rest, done = dict(form), Form()
        for v in sorted((v for v in self.level if v >= self.inputs), reverse=True):
            factor = rest.pop(v, _ZERO)
            if factor:
                atom = self.atoms.atoms[v - self.inputs]
                value = bent(atom.form, v, atom.scale, atom.slope)
                factor /= value.pop(v)
                done[v] = factor
                add_to(rest, value, -factor)
        done.update(rest)
        return {v: c for v, c in done.items() if c}

    def build(self) -> Layout:
        """Layer by layer, with what has to be carried."""
        layers, origins = [], []
        below: list[Form] = [{j: _ONE} for j in range(self.inputs)]  # what the last layer gives
        for k in range(1, self.depth + 1):
            here = [j for j in range(len(self.given)) if self.level[self.inputs + j] == k]
            carried = self._carried(k)
            forms = [*(self.given[j] for j in here), *carried]
            slopes = [self.atoms.atoms[j].slope for j in here] + [IDENTITY] * len(carried)
            rows = [_over(form, below) for form in forms]
            bias = tuple(form.get(ONE, _ZERO) for form in forms)
            layers.append(Layer(tuple(rows), bias, tuple(slopes)))
            origins.append((*(self.atoms.atoms[j].origin for j in here), *[None] * len(carried)))
            below = [*({self.inputs + j: _ONE} for j in here), *carried]
        weight = tuple(_over(form, below) for form in self.outputs)
        readout = AffineMap(weight, tuple(form.get(ONE, _ZERO) for form in self.outputs))
        layers += affine_network(readout).layers
        return Layout(ReluNetwork(tuple(layers)), tuple(origins))

    def _carried(self, k: int) -> list[Form]:
        """A basis of what layers above k need of what is made below k."""
        above = [f for j, f in enumerate(self.given) if self.level[self.inputs + j] > k]
        needed = (
            {v: c for v, c in form.items() if v != ONE and self.level[v] < k}
            for form in (*above, *self.outputs)
        )
        return _basis(needed)


def _basis(forms: Iterable[Form]) -> list[Form]:
    """A reduced basis of the span: each form has a first variable that no other one has."""
    basis: dict[int, Form] = {}
    for form in forms:
        rest = dict(form)
        for pivot, known in basis.items():
            if rest.get(pivot):
                add_to(rest, known, -rest[pivot])
        rest = {v: c for v, c in rest.items() if c}
        if rest:
            pivot = min(rest)
            rest = {v: c / rest[pivot] for v, c in rest.items()}
            for other, known in basis.items():
                if known.get(pivot):
                    add_to(known, rest, -known[pivot])
                    basis[other] = {v: c for v, c in known.items() if c}
            basis[pivot] = rest
    return [basis[pivot] for pivot in sorted(basis)]


def _over(form: Form, units: Sequence[Form]) -> Vector:
    """The coefficients of a form over forms of a reduced basis."""
    return tuple(form.get(min(unit), _ZERO) for unit in units)
