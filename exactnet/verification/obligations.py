"""One level's proof obligations: finite facts of linear arithmetic that imply the theorem.

Each obligation is a statement in words and a list of formulas that must have no common solution;
Z3 decides it over linear real arithmetic. Why they imply the claim is said in ``induction``.
All coordinates are normalised (the base is [-1, 1]^d).
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import partial

from exactnet.constructions.fold import Symmetry
from exactnet.exact.rationals import to_text
from exactnet.fractals.prefractal import inverses
from exactnet.geometry.affine import AffineMap
from exactnet.limits import Limits
from exactnet.networks.network import ReluNetwork
from exactnet.verification import smt

Maps = tuple[AffineMap, ...]
Encoder = Callable[[Sequence[smt.Term]], tuple[list[smt.Term], list[smt.Formula]]]
_ONE = Fraction(1)


@dataclass(frozen=True, slots=True)
class Obligation:
    """A statement, and its negation as formulas (built only when it is to be discharged)."""

    statement: str
    negation: Callable[[], list[smt.Formula]]

    def holds(self, limits: Limits) -> bool:
        """Whether the negation has no solution; LimitReached if Z3 gives up."""
        return smt.find_model(self.negation(), [], limits) is None


def level(step: ReluNetwork) -> Encoder:
    """How a level given as a network is encoded."""
    return partial(smt.encode, step)


def undone(
    step: Encoder, maps: Maps, side: Fraction | smt.Term, shown: str
) -> Iterable[Obligation]:
    """step(F_i(y), p) = (y, p) for every y in [-side, side]^d, p >= 0 and i."""
    for i, f in enumerate(maps, 1):

        def negation(f: AffineMap = f) -> list[smt.Formula]:
            y, p = smt.variables("y", f.dim), smt.Real("p")
            after, equations = step([*smt.image(f, y), p])
            wrong = smt.Not(smt.equal(after, [*y, p]))
            return [*equations, smt.in_cube(y, side), p >= 0, wrong]

        yield Obligation(f"step(F_{i}(y), p) = (y, p) for |y| <= {shown}, p >= 0", negation)


def penalised(step: Encoder, maps: Maps) -> Obligation:
    """A point in no image has its penalty raised."""

    def negation() -> list[smt.Formula]:
        u, p = smt.variables("u", maps[0].dim), smt.Real("p")
        after, equations = step([*u, p])
        outside = [smt.Not(smt.in_cube(smt.image(g, u), _ONE)) for g in inverses(maps)]
        return [*equations, *outside, p >= 0, after[-1] <= p]

    return Obligation("p' > p for every u in no F_i(K_0), p >= 0", negation)


def kept_or_penalised(step: Encoder, maps: Maps, side: Fraction) -> Obligation:
    """The penalty grows by at least 1, or it does not fall and u is undone by some F_i."""

    def negation() -> list[smt.Formula]:
        u, p = smt.variables("u", maps[0].dim), smt.Real("p")
        after, equations = step([*u, p])
        undone_by = []
        for g in inverses(maps):
            local = smt.image(g, u)
            undone_by.append(smt.And(smt.in_cube(local, side), smt.equal(after[:-1], local)))
        fine = smt.Or(after[-1] >= p + 1, smt.And(after[-1] >= p, smt.Or(undone_by)))
        return [*equations, p >= 0, smt.Not(fine)]

    statement = f"p' >= p + 1, or p' >= p and u = F_i(u') for some i with |u'| <= {to_text(side)}"
    return Obligation(statement, negation)


def output_decides(output: ReluNetwork, dim: int) -> Obligation:
    """output(u, p) >= 0 exactly if u is in K_0 and p = 0."""

    def negation() -> list[smt.Formula]:
        u, p = smt.variables("u", dim), smt.Real("p")
        values, equations = smt.encode(output, [*u, p])
        accepted = smt.And(smt.in_cube(u, _ONE), p == 0)
        return [*equations, p >= 0, (values[0] >= 0) != accepted]

    return Obligation("output(u, p) >= 0 <=> u in K_0 and p = 0, for p >= 0", negation)


def output_subtracts(output: ReluNetwork, dim: int) -> Obligation:
    """output(u, p) = 1/2 - p."""

    def negation() -> list[smt.Formula]:
        u, p = smt.variables("u", dim), smt.Real("p")
        values, equations = smt.encode(output, [*u, p])
        return [*equations, values[0] != smt.number(Fraction(1, 2)) - p]

    return Obligation("output(u, p) = 1/2 - p", negation)


def output_shifts(output: ReluNetwork) -> Obligation:
    """The union network's readout is its value minus 1/2."""

    def negation() -> list[smt.Formula]:
        value = smt.Real("v")
        values, equations = smt.encode(output, [value])
        return [*equations, values[0] != value - smt.number(Fraction(1, 2))]

    return Obligation("output(v) = v - 1/2", negation)


def scores_base(net: ReluNetwork, dim: int, core: Fraction, enclosure: Fraction) -> Obligation:
    """The network is 1/2 on one cube and at most -1/2 off another (K_0 itself, n = 0)."""

    def negation() -> list[smt.Formula]:
        u = smt.variables("u", dim)
        values, equations = smt.encode(net, [*u, smt.number(Fraction(0))])
        half = smt.number(Fraction(1, 2))
        low = smt.And(smt.in_cube(u, core), values[0] != half)
        high = smt.And(smt.Not(smt.in_cube(u, enclosure)), values[0] > -half)
        return [*equations, smt.Or(low, high)]

    inner, outer = to_text(core), to_text(enclosure)
    return Obligation(f"f = 1/2 for |u| <= {inner} and f <= -1/2 off |u| <= {outer}", negation)


def folds(step: ReluNetwork, maps: Maps, symmetries: tuple[Symmetry, ...]) -> Iterable[Obligation]:
    """T(F_i(y)) = S_i y on K_0, and T(u) in K_0 exactly on the images."""
    for i, (f, turn) in enumerate(zip(maps, symmetries, strict=True), 1):

        def negation(f: AffineMap = f, turn: Symmetry = turn) -> list[smt.Formula]:
            y = smt.variables("y", f.dim)
            after, equations = smt.encode(step, smt.image(f, y))
            turned = smt.image(AffineMap(turn, (Fraction(0),) * f.dim), y)
            return [*equations, smt.in_cube(y, _ONE), smt.Not(smt.equal(after, turned))]

        yield Obligation(f"T(F_{i}(y)) = S_{i} y for y in K_0", negation)

    def elsewhere() -> list[smt.Formula]:
        u = smt.variables("u", maps[0].dim)
        after, equations = smt.encode(step, u)
        images = [smt.in_cube(smt.image(g, u), _ONE) for g in inverses(maps)]
        return [*equations, smt.in_cube(after, _ONE) != smt.Or(images)]

    yield Obligation("T(u) in K_0 <=> u in some F_i(K_0)", elsewhere)


def output_nonnegative_on_base(output: ReluNetwork, dim: int) -> Obligation:
    """output(u) >= 0 exactly on K_0."""

    def negation() -> list[smt.Formula]:
        u = smt.variables("u", dim)
        values, equations = smt.encode(output, u)
        return [*equations, (values[0] >= 0) != smt.in_cube(u, _ONE)]

    return Obligation("output(u) >= 0 <=> u in K_0", negation)


def leaf_scores(leaf: ReluNetwork, dim: int, core: Fraction) -> Obligation:
    """I_0 is 1 on the shrunken base, 0 off the base, and between 0 and 1 everywhere."""

    def negation() -> list[smt.Formula]:
        u = smt.variables("u", dim)
        values, equations = smt.encode(leaf, u)
        low = smt.And(smt.in_cube(u, core), values[0] != 1)
        high = smt.And(smt.Not(smt.in_cube(u, _ONE)), values[0] != 0)
        return [*equations, smt.Or(low, high, values[0] < 0, values[0] > 1)]

    statement = f"0 <= I_0 <= 1, I_0 = 1 for |u| <= {to_text(core)}, I_0 = 0 off K_0"
    return Obligation(statement, negation)


def clips(clip: ReluNetwork, r: int) -> Obligation:
    """The union step keeps [0, 1], is 0 on zeros, and 1 as soon as one input is 1."""

    def negation() -> list[smt.Formula]:
        s = smt.variables("s", r)
        values, equations = smt.encode(clip, s)
        out = values[0]
        zero = smt.And([t == 0 for t in s])
        wrong = smt.Or(
            smt.And(zero, out != 0),
            smt.And(smt.Or([t == 1 for t in s]), out != 1),
            out < 0,
            out > 1,
        )
        return [*equations, *[smt.And(t >= 0, t <= 1) for t in s], wrong]

    return Obligation(
        "the union of values in [0, 1] is in [0, 1], 0 on zeros, 1 if one is 1", negation
    )
