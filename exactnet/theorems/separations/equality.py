"""Piecewise affine functions compared exactly, at the vertices of a complex where both are affine.

On a bounded polytope an affine function is determined by its values at the vertices, and the
largest absolute value of one is at a vertex. So the distance in the sup norm of a network and a
function that is affine between given hyperplanes is the largest difference at the vertices of the
network's complex, cut further by the hyperplanes.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from exactnet.constructions.separations.record import Target
from exactnet.errors import InputError
from exactnet.exact import linalg
from exactnet.exact.rationals import Vector
from exactnet.exact.rows import Row
from exactnet.limits import UNLIMITED, Limits, Progress, silent
from exactnet.networks.layer import ABS, IDENTITY, Layer
from exactnet.networks.network import ReluNetwork
from exactnet.regions.enumeration import enumerate_regions
from exactnet.regions.segment import breakpoints_along
from exactnet.verification.claims import plain_value

_ZERO = Fraction(0)


@dataclass(frozen=True, slots=True)
class Distance:
    """The exact sup-norm distance, a point where it is attained, and what was compared."""

    value: Fraction
    point: Vector
    points: int
    rests_on: tuple[str, ...]


def with_cuts(net: ReluNetwork, forms: tuple[Row, ...]) -> ReluNetwork:
    """The same function, with units in the first layer that bend along the zero sets of the forms.

    >>> net = ReluNetwork.of([([[1, 0]], [0]), ([[1]], [0])])
    >>> cut = with_cuts(net, ((1, -1, 0),))
    >>> cut.neurons, cut([2, 3]) == net([2, 3])
    (2, True)
    """
    if not forms:
        return net
    if not net.depth:
        d = net.inputs
        carry = Layer(linalg.identity(d), (_ZERO,) * d, (IDENTITY,) * d)
        net = ReluNetwork((carry, net.layers[0]))
    first, second = net.layers[0], net.layers[1]
    weight = tuple(tuple(map(Fraction, form[:-1])) for form in forms)
    bias = tuple(Fraction(form[-1]) for form in forms)
    wider = Layer(
        (*first.weight, *weight), (*first.bias, *bias), (*first.slopes, *(ABS,) * len(forms))
    )
    nothing = (_ZERO,) * len(forms)
    reader = Layer(tuple((*row, *nothing) for row in second.weight), second.bias, second.slopes)
    return ReluNetwork((wider, reader, *net.layers[2:]))


def distance(
    net: ReluNetwork, target: Target, limits: Limits | None = None, progress: Progress = silent
) -> Distance:
    """The largest |f - net| on the domain of a piecewise affine function.

    >>> from exactnet.constructions.separations.telgarsky import telgarsky, tent_power
    >>> wave = telgarsky(3).target
    >>> distance(tent_power(3), wave).value, distance(tent_power(2), wave).value
    (Fraction(0, 1), Fraction(1, 1))

    Raises InputError for a function without known bends or a network of other sizes, LimitReached
    when a limit is reached. Cost: that of enumerating the cut complex.
    """
    if target.bends is None:
        raise InputError.about("distance", "a piecewise affine function", "another", "Use bounds.")
    if net.inputs != target.domain.dim or net.outputs != 1:
        raise InputError.about(
            "network",
            f"{target.domain.dim} inputs and 1 output",
            f"{net.inputs} and {net.outputs}",
            "The function has those.",
        )
    bounded = limits or UNLIMITED
    places = (
        _on_segment(net, target) if net.inputs == 1 else _vertices(net, target, bounded, progress)
    )
    best, where, count = Fraction(-1), target.domain.centre, 0
    for point in places:
        bounded.remaining()
        gap = abs(plain_value(net, point) - target.value(point))
        count += 1
        if gap > best:
            best, where = gap, point
    return Distance(best, where, count, _rests_on(net, target, count))


def _on_segment(net: ReluNetwork, target: Target) -> Iterator[Vector]:
    """The breakpoints of both functions, and the ends."""
    low, high = target.domain.lower[0], target.domain.upper[0]
    places = {x for (x,) in breakpoints_along(net, [low], [high]).points()}
    roots = (Fraction(-form[1], form[0]) for form in target.bends or () if form[0])
    places.update(root for root in roots if low < root < high)
    return ((x,) for x in sorted(places))


def _vertices(
    net: ReluNetwork, target: Target, limits: Limits, progress: Progress
) -> Iterator[Vector]:
    """The vertices of the common refinement."""
    cx = enumerate_regions(with_cuts(net, target.bends or ()), target.domain, limits, progress)
    return (cx.vertex(k) for k in range(cx.f_vector[0]))


def _rests_on(net: ReluNetwork, target: Target, count: int) -> tuple[str, ...]:
    how = "the exact pieces on the segment" if net.inputs == 1 else "the region complex"
    return (
        f"{how}, on whose cells both functions are affine",
        f"the function is affine between {len(target.bends or ())} hyperplanes (its definition)",
        f"exact evaluation of both at {count} vertices",
    )
