"""A wrong network that random testing accepts and a proof does not.

Leave the penalty coordinate out of the margin-free construction: "phi^n(x) in K_0" instead of
"... and no level was left". In the ramp of a gate the image of a point slides through K_0, so
points off K_n are accepted however large the slope B of the gates is. The larger B, the thinner
the strips where this happens: sampling stops seeing them, the two provers do not.
"""

import random
from dataclasses import replace
from fractions import Fraction

import exactnet as en
from exactnet.constructions.margin_free import exact_level
from exactnet.geometry.affine import AffineMap
from exactnet.networks.compose import affine_network

POINTS = 10_000
SLOPES = (Fraction(5, 2), Fraction(2**6), Fraction(2**12), Fraction(2**20))


def without_penalty(ifs: en.IFS, depth: int, slope: Fraction) -> en.ReluNetwork:
    """The margin-free network with its penalty reset to zero after every level."""
    d = ifs.dim
    keep = [[Fraction(int(i == j and i < d)) for j in range(d + 1)] for i in range(d + 1)]
    forget = affine_network(AffineMap.of(keep, [0] * (d + 1)))
    step = replace(exact_level(ifs), slope=slope).network(ifs.normalised_maps)
    prepare, *_, output = en.construct(ifs, depth).parts
    return en.chain([prepare, *[step, forget] * depth, output])


def main() -> list[tuple[Fraction, int, en.Verdict, en.Verdict]]:
    ifs = en.gallery.cantor_dust()
    rng = random.Random(0)
    grid = 2**20
    points = [[Fraction(rng.randint(-grid, grid), grid) for _ in range(2)] for _ in range(POINTS)]
    rows = []
    for slope in SLOPES:
        net = without_penalty(ifs, 2, slope)
        claim = en.realizes(net, ifs, depth=2)
        found = sum(claim.violated(claim.labelling.label(x), net(x)[0]) for x in points)
        regions, z3 = (en.prove(claim, route=route) for route in ("regions", "z3"))
        print(f"B = {slope}: {found} of {POINTS} random points find it;")
        print(f"  z3: {z3.verdict.value}; regions: {regions.verdict.value},")
        print(f"  {regions.counterexample.words()}")
        rows.append((slope, found, regions.verdict, z3.verdict))
    return rows


if __name__ == "__main__":
    main()
