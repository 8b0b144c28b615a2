"""Whether two networks are the same function on a box or on all of R^d, decided exactly.

f = g means that f - g, one network, is zero. Three stages, cheapest first: both are evaluated at
some points; f - g is rewritten by what bends in it, where equal parts cancel (permuted, rescaled,
split, dead or inserted units leave nothing); and what is left is decided cell by cell, with the
outputs of f - g as units of the last layer: f = g if and only if none of them has a sign on any
cell. Beyond 6 inputs proof trees take the place of cells.
"""

import random
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

from exactnet.errors import ConsistencyError, InputError, LimitReached
from exactnet.exact.rationals import Vector, show_point
from exactnet.geometry.box import Box
from exactnet.limits import Limits, Progress, from_now, silent
from exactnet.networks.algebra import add
from exactnet.networks.atoms import Atoms
from exactnet.networks.layer import ABS, IDENTITY, Layer
from exactnet.networks.layout import laid_out
from exactnet.networks.network import ReluNetwork, as_network
from exactnet.verification.certificates.documents import Certificate
from exactnet.verification.claims import plain_outputs
from exactnet.verification.domains import Domain, as_domain, in_regions, words
from exactnet.verification.property import prove_property
from exactnet.verification.pruning import BOUNDS, REGIONS, REWRITING, TREES, by_bounds
from exactnet.verification.verdicts import Promise, Result, Verdict, Violation

POINTS = 64
DIFFERENCE = "the difference of the networks, one network (exact)"
AT_A_POINT = ("evaluation of both networks at one rational point",)


@dataclass(frozen=True, slots=True)
class Difference(Violation):
    """A rational point at which two networks differ: ``outputs`` is f - g there, exactly."""

    left: Vector
    right: Vector

    @classmethod
    def at(cls, f: ReluNetwork, g: ReluNetwork, point: Vector) -> "Difference | None":
        """The difference at a point, by the definition of both; None if there is none."""
        left, right = plain_outputs(f, point), plain_outputs(g, point)
        outputs = tuple(a - b for a, b in zip(left, right, strict=True))
        return cls(point, outputs, left, right) if any(outputs) else None

    def words(self) -> str:
        """The two values at the point, as a sentence."""
        shown = f"f(x) = {show_point(self.left)} and g(x) = {show_point(self.right)}"
        return f"at x = {show_point(self.point)}, {shown}"


def equivalent(
    f: ReluNetwork,
    g: ReluNetwork,
    box: Domain = None,
    limits: Limits | None = None,
    progress: Progress = silent,
) -> Result:
    """Whether f = g on a box, or on R^d: proved, refuted by a rational point, or unknown.

    A refutation's point is evaluated again by the definition of both networks; the difference
    there is exact, however small. Cost: at worst that of ``count_regions`` on f beside g.

    >>> f = ReluNetwork.of([([[1], [-1]], [0, 0]), ([[1, 1]], [0])])
    >>> g = ReluNetwork.of([([[-3]], [0]), ([["1/3"]], [0])], [["abs"]])
    >>> equivalent(f, g).verdict, equivalent(f, g).route
    (<Verdict.PROVED: 'proved'>, 'rewriting')
    >>> h = ReluNetwork.of([([[2]], [0]), ([["1/2"]], [0])])  # relu(x)
    >>> equivalent(f, h, box=[(0, 1)]).verdict
    <Verdict.PROVED: 'proved'>
    >>> print(equivalent(f, h).counterexample.words())
    at x = (-1/5), f(x) = (1/5) and g(x) = (0)

    Raises InputError for networks or boxes whose dimensions differ.
    """
    start = time.monotonic()
    f, g = as_network(f, "f"), as_network(g, "g")
    if (f.inputs, f.outputs) != (g.inputs, g.outputs):
        raise InputError.about(
            "equivalent",
            f"networks with {f.inputs} inputs and {f.outputs} outputs",
            f"one with {g.inputs} and {g.outputs}",
            "Only networks of one shape can be equal.",
        )
    pair = _Pair(f, g, as_domain(box, f.inputs), from_now(limits))
    try:
        result = pair.decide(progress)
    except LimitReached as reached:
        result = Result(Verdict.UNKNOWN, "regions", pair.claim, (), reason=str(reached))
    return replace(result, seconds=time.monotonic() - start)


@dataclass(frozen=True, slots=True)
class _Pair:
    """Two networks, where they are compared, and within what limits."""

    f: ReluNetwork
    g: ReluNetwork
    box: Box | None
    limits: Limits

    @property
    def claim(self) -> str:
        """What is decided."""
        return f"f = g on {words(self.box)}"

    def decide(self, progress: Progress) -> Result:
        """Stage by stage."""
        progress("equivalent: evaluating at some points")
        for x in points(self.f.inputs, self.box):
            self.limits.remaining()
            if self.f(x) != self.g(x):
                return self._refuted("evaluation", x)
        progress("equivalent: rewriting the difference")
        difference = add([self.f, self.g], [1, -1])
        phases = by_bounds(difference, self.box)
        atoms = Atoms.of(difference, phases)
        rests = (DIFFERENCE, REWRITING, *[BOUNDS] * bool(phases))
        self.limits.remaining()
        if not any(atoms.outputs):
            return self._proved("rewriting", rests, difference)
        rest = laid_out(atoms).network
        if in_regions(self.f.inputs):
            point = self._by_cells(rest, progress)
            return (
                self._proved("regions", (*rests, REGIONS), difference)
                if point is None
                else self._refuted("regions", point)
            )
        return self._by_trees(rest, difference, rests)

    def _by_cells(self, rest: ReluNetwork, progress: Progress) -> Vector | None:
        """A point inside a cell on which an output has a sign, or None if there is no such cell."""
        from exactnet.regions.faces import complex_parts

        cells, outputs = 0, range(1, 2 * rest.outputs + 1)
        for part in complex_parts(with_output_units(rest), self.box, self.limits):
            for output in outputs:
                for cell in part.faces_where(part.dim, -output, at_least=False):
                    return part.polyhedron(part.dim, cell).interior_point()
            cells += part.cells
            self.limits.check(cells)
            progress(f"equivalent: {cells} cells checked")
        return None

    def _by_trees(
        self, rest: ReluNetwork, difference: ReluNetwork, rests: tuple[str, ...]
    ) -> Result:
        share = replace(self.limits, seconds=self.limits.remaining())
        result = prove_property(rest, self.box or [], _zero(rest), share)
        if isinstance(result.counterexample, Violation):
            return self._refuted("tree", result.counterexample.point)
        if result.verdict is Verdict.UNKNOWN:
            return replace(result, claim=self.claim)
        return self._proved("tree", (*rests, TREES), difference)

    def _refuted(self, route: str, point: Vector) -> Result:
        found = Difference.at(self.f, self.g, point)
        if found is None or (self.box is not None and point not in self.box):
            raise ConsistencyError.about(
                "equivalent", "a point where the networks differ", show_point(point), "Report this."
            )
        return Result(Verdict.REFUTED, route, self.claim, AT_A_POINT, found)

    def _proved(self, route: str, rests: tuple[str, ...], difference: ReluNetwork) -> Result:
        """Proved; the certificate is that of the difference's being >= 0 and <= 0."""

        def make() -> Certificate:
            share = from_now(self.limits)
            return prove_property(
                difference, self.box or [], _zero(difference), share
            ).promise.get()

        return Result(Verdict.PROVED, route, self.claim, rests, promise=Promise(make))


def with_output_units(net: ReluNetwork) -> ReluNetwork:
    """The network with its outputs, and their negatives, as units of one more layer."""
    last = net.layers[-1]
    weight = (*last.weight, *(tuple(-w for w in row) for row in last.weight))
    bias = (*last.bias, *(-b for b in last.bias))
    level = Layer(weight, bias, (ABS,) * len(bias))
    readout = Layer(((Fraction(1),) * len(bias),), (Fraction(0),), (IDENTITY,))
    return ReluNetwork((*net.layers[:-1], level, readout))


def _zero(net: ReluNetwork) -> list[list[int]]:
    """The inequalities that say that every output is >= 0 and <= 0."""
    size = net.outputs
    return [
        [*[0] * net.inputs, *(sign * int(k == j) for k in range(size)), 0]
        for j in range(size)
        for sign in (1, -1)
    ]


def points(dim: int, box: Box | None) -> Iterator[Vector]:
    """POINTS points at which networks are compared first: the same ones every time."""
    rng = random.Random(0)
    for k in range(POINTS):
        if box is None:
            reach, parts = (k + 7) // 8 * 4 ** (k // 8), (1, 2, 5, 48)[k % 4]
            yield tuple(Fraction(rng.randint(-reach, reach), parts) for _ in range(dim))
        elif k % 4 == 3:
            yield tuple(rng.choice(side) for side in zip(box.lower, box.upper, strict=True))
        else:
            sides, parts = zip(box.lower, box.upper, strict=True), (2, 12, 960)[k % 4]
            yield tuple(a + (b - a) * Fraction(rng.randint(0, parts), parts) for a, b in sides)
