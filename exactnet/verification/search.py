"""A cheap search for counterexamples before any prover starts: it can refute, never prove.

Points are where constructions fail: corners and centres of cells of every level, points just
outside them, and points of the gaps. The sequence is fixed, so results are reproducible.
"""

import random
from collections.abc import Iterator
from fractions import Fraction

from exactnet.exact.rationals import Vector
from exactnet.fractals.labelling import Labelling
from exactnet.limits import Limits
from exactnet.verification.claims import Claim
from exactnet.verification.verdicts import Counterexample

POINTS = 600
RESTS_ON: tuple[str, ...] = ("evaluation of the network and of the maps at one rational point",)
_NEAR = [Fraction(sign) * (1 + Fraction(e, 64)) for sign in (1, -1) for e in (0, 1, 8)]


def find_violation(claim: Claim, limits: Limits) -> Vector | None:
    """A violating point among a fixed list of candidates, or None; takes a few seconds at most."""
    for point in candidates(claim.labelling):
        limits.remaining()
        if Counterexample.at(claim, point) is not None:
            return point
    return None


def candidates(labelling: Labelling) -> Iterator[Vector]:
    """The points tried: POINTS of them, the same ones every time."""
    rng = random.Random(0)
    ifs, n = labelling.ifs, labelling.depth
    back = ifs.base.to_cube().inverse()
    yield ifs.base.centre
    for k in range(1, POINTS):
        level = n if k % 2 else rng.randint(0, n)
        address = tuple(rng.randint(1, ifs.r) for _ in range(level))
        if k % 3:
            local = tuple(rng.choice(_NEAR) for _ in range(ifs.dim))
        else:
            local = tuple(Fraction(rng.randint(-34, 34), 32) for _ in range(ifs.dim))
        if labelling.margin is not None and k % 4 == 1:
            local = tuple(v * (1 - labelling.margin) for v in local)
        yield ifs.prefractal(level).cell(address).map(back(local))
