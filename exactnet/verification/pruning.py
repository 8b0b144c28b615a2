"""Pruning with proof: a smaller network with the same function on a box, or on all of R^d.

Units are removed only for a proven reason: a pre-activation of one sign on the whole domain, two
units that bend along one hyperplane, a value that no output depends on. Signs come from interval
bounds, then from the cells of the network's complex (up to 6 inputs) or from proof trees (beyond).
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from exactnet.errors import LimitReached
from exactnet.geometry.box import Box
from exactnet.limits import Limits, Progress, from_now, silent
from exactnet.networks.atoms import Atoms, Phase, Unit
from exactnet.networks.intervals import unit_bounds
from exactnet.networks.layer import IDENTITY, Layer
from exactnet.networks.layout import Layout, laid_out
from exactnet.networks.network import ReluNetwork, as_network
from exactnet.verification.domains import Domain, as_domain, in_regions
from exactnet.verification.property import prove_property
from exactnet.verification.verdicts import Verdict

REWRITING = "exact rewriting: affine parts substituted, units that bend alike merged"
BOUNDS = "interval bounds on pre-activations"
REGIONS = "the exact enumeration of the network's complex (integer arithmetic)"
TREES = "Farkas multipliers for the sign of each unit, found by exact linear programmes"


@dataclass(frozen=True, slots=True)
class Removed:
    """Unit ``unit`` of hidden layer ``layer`` (both from 0), and why it is not needed."""

    layer: int
    unit: int
    why: str


@dataclass(frozen=True, slots=True)
class Pruned:
    """The smaller network, equal to the given one on the domain (``box``; None is R^d).

    ``removed`` leaves out identity units: ``carried`` says how many there were and are. Where
    ``complete``, each unit that is left takes both signs on the domain; else ``reason`` says why
    that is not known.
    """

    network: ReluNetwork
    box: Box | None
    removed: tuple[Removed, ...]
    carried: tuple[int, int]
    rests_on: tuple[str, ...]
    complete: bool
    reason: str = ""


def prune(
    net: ReluNetwork,
    box: Domain = None,
    limits: Limits | None = None,
    progress: Progress = silent,
) -> Pruned:
    """The network without units that are not needed on a box, or on R^d, and why they are not.

    A unit that is never on is dropped (a leaky one is a multiple of its input), one that is never
    off is affine and substituted; units whose pre-activations are multiples of each other become
    one; so do pairs such as relu(t) - relu(-t) = t. Layers in which nothing bends vanish. The
    result never has more units than ``net``. When a limit stops the search for signs, what was
    proved by then is used. Cost: that of ``count_regions`` (up to 6 inputs).

    >>> net = ReluNetwork.of([([[1], [2], [-1], [1]], [0, 0, 5, 9]), ([[3, 1, 1, 1]], [0])])
    >>> small = prune(net, box=[(-1, 1)])  # 3 relu(x) + relu(2x) + relu(5 - x) + relu(9 + x)
    >>> small.network.layers[0].weight, small.network([1]) == net([1])
    (((Fraction(1, 1),),), True)
    >>> for unit in small.removed:
    ...     print(unit.layer, unit.unit, unit.why)
    0 1 bends where unit 0 of layer 0 does
    0 2 never off
    0 3 never off

    Raises InputError for a box of another dimension.
    """
    domain = as_domain(box, as_network(net).inputs)
    limits = from_now(limits)
    steps = [_Step.taken(net, by_bounds(net, domain))]
    rests, reason = [REWRITING] + [BOUNDS] * steps[0].by_signs, ""
    if steps[0].network.neurons:
        found, evidence = (_by_cells, REGIONS) if in_regions(net.inputs) else (_by_trees, TREES)
        try:
            signs = found(steps[0].network, domain, limits, progress)
            steps.append(_Step.taken(steps[0].network, signs))
            rests += [evidence] * steps[1].by_signs
        except LimitReached as reached:
            reason = str(reached)
    return _pruned(net, domain, steps, tuple(rests), reason)


def _pruned(
    net: ReluNetwork, box: Box | None, steps: "list[_Step]", rests: tuple[str, ...], reason: str
) -> Pruned:
    """The result; the given network itself where nothing was gained."""
    small = steps[-1].network
    removed = tuple(_removed(net, steps))
    carried = (_identities(net), _identities(small))
    if not removed and (small.depth, carried[1]) == (net.depth, carried[0]):
        small, rests = net, ()
    return Pruned(small, box, removed, carried, rests, not reason, reason)


@dataclass(frozen=True, slots=True)
class _Step:
    """One rewriting: the layout and what became of the units that are not in it."""

    layout: Layout
    why: Mapping[Unit, str]

    @classmethod
    def taken(cls, net: ReluNetwork, phases: Mapping[Unit, Phase]) -> "_Step":
        """Merge within layers or across them, whichever leaves fewer units."""
        steps = []
        for across in (False, True):
            atoms = Atoms.of(net, phases, across)
            steps.append(cls(laid_out(atoms), atoms.why))
        return min(steps, key=lambda step: step.network.neurons)

    @property
    def network(self) -> ReluNetwork:
        """The network after it."""
        return self.layout.network

    @property
    def by_signs(self) -> bool:
        """Whether the sign of some unit was used."""
        return any(why in {phase.value for phase in Phase} for why in self.why.values())

    def after(self, unit: Unit) -> Unit | None:
        """Where a unit is now."""
        for k, origins in enumerate(self.layout.origins):
            if unit in origins:
                return k, origins.index(unit)
        return None


def _removed(net: ReluNetwork, steps: list[_Step]) -> list[Removed]:
    found = []
    for k, layer in enumerate(net.layers[:-1]):
        for j, slope in enumerate(layer.slopes):
            place: Unit | None = (k, j)
            for step in steps:
                assert place is not None
                why, place = step.why.get(place, ""), step.after(place)
                if place is None and slope != IDENTITY:
                    found.append(Removed(k, j, why))
                if place is None:
                    break
    return found


def _identities(net: ReluNetwork) -> int:
    return sum(layer.slopes.count(IDENTITY) for layer in net.layers[:-1])


def by_bounds(net: ReluNetwork, box: Box | None) -> dict[Unit, Phase]:
    """The units whose sign the interval bounds show."""
    found = {}
    for k, layer in enumerate(unit_bounds(net, box)):
        for j, (low, high) in enumerate(layer):
            if _is_identity(net, (k, j)):
                continue
            if high is not None and high <= 0:
                found[k, j] = Phase.OFF
            elif low is not None and low >= 0:
                found[k, j] = Phase.ON
    return found


def _units(net: ReluNetwork) -> list[Unit]:
    return [(k, j) for k, layer in enumerate(net.layers[:-1]) for j in range(layer.outputs)]


def _by_cells(
    net: ReluNetwork, box: Box | None, limits: Limits, progress: Progress
) -> dict[Unit, Phase]:
    """The units that keep one sign on all cells."""
    from exactnet.regions.phases import unit_signs

    progress("pruning: cell by cell")
    seen = unit_signs(net, box, limits)
    signs = zip(_units(net), seen.positive, seen.negative, strict=True)
    return {
        unit: Phase.ON if positive else Phase.OFF
        for unit, positive, negative in signs
        if not (positive and negative) and not _is_identity(net, unit)
    }


def _by_trees(
    net: ReluNetwork, box: Box | None, limits: Limits, progress: Progress
) -> dict[Unit, Phase]:
    """The units that are proved to keep one sign, one by one."""
    found = {}
    for k, j in _units(net):
        if _is_identity(net, (k, j)):
            continue
        progress(f"pruning: unit {j} of layer {k}")
        part = _up_to(net, k, j)
        for phase, sign in ((Phase.OFF, -1), (Phase.ON, 1)):
            share = replace(limits, seconds=limits.remaining())
            result = prove_property(part, box or [], [[*[0] * net.inputs, sign, 0]], share)
            if result.verdict is Verdict.UNKNOWN:
                raise LimitReached(result.reason)
            if result.verdict is Verdict.PROVED:
                found[k, j] = phase
                break
    return found


def _up_to(net: ReluNetwork, k: int, j: int) -> ReluNetwork:
    """The network whose output is the pre-activation of one unit."""
    layer = net.layers[k]
    readout = Layer((layer.weight[j],), (layer.bias[j],), (IDENTITY,))
    return ReluNetwork((*net.layers[:k], readout))


def _is_identity(net: ReluNetwork, unit: Unit) -> bool:
    return net.layers[unit[0]].slopes[unit[1]] == IDENTITY
