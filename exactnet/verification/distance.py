"""How far apart two networks are on a box, exactly: the largest |f_i(x) - g_i(x)|.

f - g, one network, is affine on every cell of its complex, and a cell of a box is a polytope. So
|f_i - g_i|, which is convex there, is largest at a vertex, and the largest value at any vertex of
the complex is the largest on the box. Vertices are exact, and f - g is evaluated at all of them in
integers, after a rewriting in which equal parts cancel.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

from exactnet.errors import ConsistencyError, InputError, LimitReached
from exactnet.exact.linalg import identity
from exactnet.exact.rationals import RationalLike, Vector, as_rational, show_point, to_text
from exactnet.geometry.box import Box
from exactnet.limits import Limits, Progress, silent
from exactnet.networks.algebra import add
from exactnet.networks.atoms import Atoms
from exactnet.networks.layout import laid_out
from exactnet.networks.network import ReluNetwork
from exactnet.verification.claims import plain_outputs
from exactnet.verification.domains import MAX_REGION_DIM, Domain, as_domain, in_regions, words
from exactnet.verification.equivalence import AT_A_POINT, DIFFERENCE, Difference, points
from exactnet.verification.property import prove_property
from exactnet.verification.pruning import BOUNDS, REGIONS, REWRITING, TREES, by_bounds
from exactnet.verification.verdicts import Promise, Result, Verdict, Violation
from exactnet.verification.vertices import highest

VERTICES = "a convex function on a polytope is largest at a vertex"
UNCERTIFIED = Promise.none("largest differences have no certificate format")


@dataclass(frozen=True, slots=True)
class LargestDifference:
    """The largest |f_i(x) - g_i(x)| on a box: a point x and the ``output`` i (from 0) of it.

    ``left`` and ``right`` are f(x) and g(x).
    """

    value: Fraction
    point: Vector
    left: Vector
    right: Vector
    output: int
    rests_on: tuple[str, ...]

    @classmethod
    def at(
        cls, f: ReluNetwork, g: ReluNetwork, point: Vector, rests_on: tuple[str, ...]
    ) -> "LargestDifference":
        """The largest difference at one point, by the definition of both networks."""
        left, right = plain_outputs(f, point), plain_outputs(g, point)
        sizes = [abs(a - b) for a, b in zip(left, right, strict=True)]
        value = max(sizes)
        return cls(value, point, left, right, sizes.index(value), rests_on)


@dataclass(frozen=True, slots=True, repr=False)
class WithinResult(Result):
    """Whether two networks differ by at most a bound, and the largest difference where known."""

    largest: LargestDifference | None = None


def largest_difference(
    f: ReluNetwork,
    g: ReluNetwork,
    box: Domain,
    limits: Limits | None = None,
    progress: Progress = silent,
) -> LargestDifference:
    """The exact largest |f_i(x) - g_i(x)| over a box and all outputs i, and where it is taken.

    It is a maximum: f - g is affine on each of finitely many polytopes, so it is taken at a vertex.
    The point is evaluated again by the definition of both networks. For a network and its rounded
    version this is the exact error of rounding the weights.

    >>> from exactnet import ReluNetwork
    >>> f = ReluNetwork.of([([[1], [-1]], [0, 0]), ([["1/3", "1/3"]], [0])])  # |x| / 3
    >>> g = ReluNetwork.of([([[1], [-1]], [0, 0]), ([["3/8", "1/4"]], [0])])
    >>> found = largest_difference(f, g, [(-1, 1)])
    >>> found.value, found.point, found.left, found.right
    (Fraction(1, 12), (Fraction(-1, 1),), (Fraction(1, 3),), (Fraction(1, 4),))

    Raises InputError for networks or boxes whose dimensions differ, for no box and for more than 6
    inputs, LimitReached at a limit. Cost: that of ``enumerate_regions`` on what f - g bends along
    (at most the units of both), and an evaluation at every vertex.
    """
    pair = _Pair.of(f, g, box, limits, "largest_difference")
    if not in_regions(f.inputs):
        raise InputError.about(
            "largest_difference",
            f"at most {MAX_REGION_DIM} inputs",
            str(f.inputs),
            "Prove a bound instead: prove_property on algebra.add([f, g], [1, -1]).",
        )
    return pair.largest(progress)


def prove_within(
    f: ReluNetwork,
    g: ReluNetwork,
    bound: RationalLike,
    box: Domain,
    limits: Limits | None = None,
    progress: Progress = silent,
) -> WithinResult:
    """Whether |f_i(x) - g_i(x)| <= bound for all outputs i and all x in a box.

    Up to 6 inputs by the largest difference, which is exact and reported; beyond by proof trees for
    f - g, which find no largest difference.

    >>> from exactnet import ReluNetwork
    >>> f, g = ReluNetwork.of([([[1]], [0])]), ReluNetwork.of([([[1]], ["1/1000"])])
    >>> prove_within(f, g, "1/1000", [(0, 1)]).verdict
    <Verdict.PROVED: 'proved'>
    >>> prove_within(f, g, "1/1001", [(0, 1)]).largest.value
    Fraction(1, 1000)

    Raises InputError as ``largest_difference``, but for any number of inputs, and for a bound < 0.
    """
    start = time.monotonic()
    pair = _Pair.of(f, g, box, limits, "within")
    most = as_rational(bound, "bound")
    if most < 0:
        raise InputError.about("bound", "a rational >= 0", f"{to_text(most):.40}", "Use 0 or more.")
    return replace(pair.within(most, progress), seconds=time.monotonic() - start)


@dataclass(frozen=True, slots=True)
class _Pair:
    """Two networks, the box on which they are compared, and within what limits."""

    f: ReluNetwork
    g: ReluNetwork
    box: Box
    limits: Limits

    @classmethod
    def of(
        cls, f: ReluNetwork, g: ReluNetwork, box: Domain, limits: Limits | None, where: str
    ) -> "_Pair":
        """Check the shapes, and start the clock."""
        if (f.inputs, f.outputs) != (g.inputs, g.outputs):
            expected = f"networks with {f.inputs} inputs and {f.outputs} outputs"
            got = f"one with {g.inputs} and {g.outputs}"
            raise InputError.about(where, expected, got, "Compare networks of one shape.")
        domain = as_domain(box, f.inputs)
        if domain is None:
            got = "all of R^d, where differences may grow without end"
            raise InputError.about(where, "a box", got, "Give one, such as [(-1, 1)].")
        return cls(f, g, domain, replace(limits or Limits(), started=time.monotonic()))

    def reduced(self, progress: Progress) -> tuple[ReluNetwork | None, tuple[str, ...]]:
        """f - g on the box by what bends in it (None: it is zero), and what that rests on."""
        progress("difference: rewriting")
        self.limits.remaining()
        difference = add([self.f, self.g], [1, -1])
        phases = by_bounds(difference, self.box)
        self.limits.remaining()
        atoms = Atoms.of(difference, phases)
        self.limits.remaining()
        rests = (DIFFERENCE, REWRITING, *[BOUNDS] * bool(phases))
        return (laid_out(atoms).network if any(atoms.outputs) else None), rests

    def largest(self, progress: Progress) -> LargestDifference:
        """The largest value at a vertex, confirmed by the definition."""
        rest, rests = self.reduced(progress)
        if rest is None:
            value, point = Fraction(0), self.box.lower
        else:
            rests = (*rests, REGIONS, VERTICES)
            value, point = highest(rest, self.box, self.limits, progress)
        found = LargestDifference.at(self.f, self.g, point, rests)
        if found.value != value or point not in self.box:
            raise ConsistencyError.about(
                "largest_difference",
                f"a difference of {to_text(value):.40}",
                f"{to_text(found.value):.40} at {show_point(point)}",
                "Report this.",
            )
        return found

    def within(self, bound: Fraction, progress: Progress) -> WithinResult:
        """By the largest difference, or by trees; at a limit, a point may still refute."""
        claim = f"|f - g| <= {to_text(bound)} in every output, on {words(self.box)}"
        seen: Difference | None = None
        try:
            for x in points(self.f.inputs, self.box):
                self.limits.remaining()
                if seen is None and any(abs(y) > bound for y in self._difference(x)):
                    seen = self._beyond(bound, x)
            if in_regions(self.f.inputs):
                return self._by_largest(bound, claim, progress)
            if seen is None:
                return self._by_trees(bound, claim, progress)
            reason = ""
        except LimitReached as reached:
            reason = str(reached)
        if seen is None:
            route = "regions" if in_regions(self.f.inputs) else "tree"
            return WithinResult(Verdict.UNKNOWN, route, claim, (), reason=reason)
        known = (claim, AT_A_POINT, seen, reason, UNCERTIFIED)
        return WithinResult(Verdict.REFUTED, "evaluation", *known)

    def _by_largest(self, bound: Fraction, claim: str, progress: Progress) -> WithinResult:
        largest = self.largest(progress)
        found = self._beyond(bound, largest.point)
        return WithinResult(
            Verdict.PROVED if found is None else Verdict.REFUTED,
            "regions",
            claim,
            largest.rests_on if found is None else AT_A_POINT,
            found,
            promise=UNCERTIFIED,
            largest=largest,
        )

    def _difference(self, x: Vector) -> Iterator[Fraction]:
        return (a - b for a, b in zip(self.f(x), self.g(x), strict=True))

    def _beyond(self, bound: Fraction, point: Vector) -> Difference | None:
        """The difference at a point, if it is larger than the bound."""
        found = Difference.at(self.f, self.g, point)
        return found if found and max(map(abs, found.outputs)) > bound else None

    def _by_trees(self, bound: Fraction, claim: str, progress: Progress) -> WithinResult:
        """By the inequalities bound - y_j >= 0 and bound + y_j >= 0 for the outputs y of f - g."""
        rest, rests = self.reduced(progress)
        if rest is None:
            return WithinResult(Verdict.PROVED, "rewriting", claim, rests, promise=UNCERTIFIED)
        rows = [
            [*[Fraction(0)] * rest.inputs, *(sign * v for v in unit), bound]
            for unit in identity(rest.outputs)
            for sign in (1, -1)
        ]
        left = replace(self.limits, seconds=self.limits.remaining())
        result = prove_property(rest, self.box, rows, left)
        if result.verdict is Verdict.PROVED:
            return WithinResult(Verdict.PROVED, "tree", claim, (*rests, TREES), promise=UNCERTIFIED)
        if not isinstance(result.counterexample, Violation):
            return WithinResult(Verdict.UNKNOWN, "tree", claim, (), reason=result.reason)
        point = result.counterexample.point
        found = self._beyond(bound, point)
        if found is None or point not in self.box:
            raise ConsistencyError.about(
                "within", "a point beyond the bound", show_point(point), "Report this."
            )
        return WithinResult(Verdict.REFUTED, "tree", claim, AT_A_POINT, found, promise=UNCERTIFIED)
