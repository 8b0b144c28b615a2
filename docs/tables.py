"""Tables that the package computes while the page is written; none depends on the machine."""

import random
from itertools import pairwise

import exactnet as en
from exactnet.constructions.compile import METHODS
from exactnet.constructions.residues import Residue, fewest_changes
from exactnet.constructions.scores import SCORES


def evidence() -> str:
    """Which construction is proved for which fractal, with its size at n = 3."""
    lines = [
        f"| fractal | d | r | images | {' | '.join(METHODS)} |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for name in en.gallery.names():
        ifs = en.gallery.get(name)
        cells = []
        for method in METHODS:
            try:
                net = en.compile_ifs(ifs, 3, method)
            except en.ConstructionError:
                cells.append("refused")
                continue
            result = en.prove_all_depths(ifs, method)
            cells.append(f"{result.verdict.value}, {net.depth} x {net.width}")
        lines.append(
            f"| {name} | {ifs.dim} | {ifs.r} | {ifs.contact.value} | {' | '.join(cells)} |"
        )
    return "\n".join(lines)


def fizzbuzz() -> str:
    """Sizes of FizzBuzz scores by method for ten bits, with the bound on changes of sign."""
    lines = [
        "| m | changes | at least | hats | zigzag | comb | fold |",
        "|---|---|---|---|---|---|---|",
    ]
    for modulus in (2, 3, 4, 5, 7, 9, 10):
        residue = Residue.of(modulus, 10)
        sizes = []
        for score in SCORES.values():
            net = score(residue)
            widths = " + ".join(str(layer.outputs) for layer in net.layers[:-1])
            sizes.append(widths or "0")
        bound = fewest_changes(modulus, 10)
        lines.append(f"| {modulus} | {residue.changes} | {bound} | {' | '.join(sizes)} |")
    return "\n".join(lines)


def dimensions() -> str:
    """Faces and bytes a cell by input dimension, for networks with random integer weights."""
    lines = ["| network | cells | faces a cell | bytes a cell |", "|---|---|---|---|"]
    for d, width in ((1, 64), (2, 24), (3, 12), (4, 8), (5, 6), (6, 4)):
        source = random.Random(d)
        sizes = [d, width, width]
        layers = [
            (
                [[source.randint(-99, 99) for _ in range(before)] for _ in range(after)],
                [source.randint(-99, 99) for _ in range(after)],
            )
            for before, after in pairwise([*sizes, 1])
        ]
        cx = en.enumerate_regions(en.ReluNetwork.of(layers), box=[(-1, 1)] * d)
        patch = cx.patch
        arrays = (patch.table, patch.pool, patch.fhist, patch.vhist, patch.values, patch.rho)
        size = sum(array.nbytes for array in arrays)
        faces = sum(cx.f_vector)
        lines.append(
            f"| {d}-{width}-{width} | {len(cx)} | {faces / len(cx):.1f} | {size // len(cx)} |"
        )
    return "\n".join(lines)
