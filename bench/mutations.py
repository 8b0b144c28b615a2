"""Random mutations of constructed networks: every verdict against brute force on a rational grid.

    python bench/mutations.py [--count 240] [--seed 0]

Each trial takes a construction, changes one number of its network file (by 1/1000, or another
amount), loads it, asks ``prove`` and compares: "proved" is wrong if some grid point violates the
claim, "refuted" is wrong if plain evaluation at the counterexample does not. Exit status 1 if any
verdict is wrong.
"""

import argparse
import random
import sys
import tempfile
import time
from collections import Counter
from fractions import Fraction
from functools import cache
from itertools import product
from pathlib import Path

import exactnet as en
from exactnet.verification.claims import Claim, plain_value

CASES = [
    ("cantor", 3, ("exact", "margin", "fold", "union")),
    ("cantor-reversed", 3, ("exact", "margin", "fold", "union")),
    ("uneven-cantor", 2, ("exact", "margin", "union")),
    ("cantor-dust", 1, ("exact", "margin", "fold", "union")),
    ("rotated-dust", 1, ("exact", "margin", "union")),
    ("sheared-dust", 1, ("exact", "margin", "union")),
    ("sierpinski", 1, ("margin", "union")),
    ("vicsek", 1, ("margin", "union")),
    ("pentaflake", 1, ("margin", "union")),
]
AMOUNTS = [Fraction(sign, size) for size in (1000, 1000, 7, 1) for sign in (1, -1)]
STEPS = {1: 3240, 2: 120}  # grid steps a side; 3240 = 2^3 3^4 5 meets the corners of many cells


@cache
def construction(name: str, depth: int, method: str) -> en.Construction:
    return en.construct(en.gallery.get(name), depth, method)


@cache
def grid(name: str, depth: int, method: str) -> tuple[list[tuple[int, ...]], int, list[int | None]]:
    """Numerators, denominator and labels of a grid over the base and a little beyond."""
    labelling = construction(name, depth, method).labelling
    base, steps = labelling.ifs.base, STEPS[labelling.ifs.dim]
    denominator = steps // 2
    ranges = [
        range(int(low * denominator) - 4, int(high * denominator) + 5)
        for low, high in zip(base.lower, base.upper, strict=True)
    ]
    points = list(product(*ranges))
    labels = [labelling.label([Fraction(v, denominator) for v in p]) for p in points]
    return points, denominator, labels


def mutate(document: dict, rng: random.Random) -> str:
    """Change one number in the JSON form of a network, in place; says which."""
    k = rng.randrange(len(document["layers"]))
    layer = document["layers"][k]
    i = rng.randrange(len(layer["bias"]))
    row = layer["weight"][i] if rng.random() < 0.7 else layer["bias"]
    j = rng.randrange(len(row))
    amount = rng.choice(AMOUNTS)
    row[j] = str(Fraction(row[j]) + amount)
    return f"layer {k}, number {i},{j} by {amount}"


def brute_force(net: en.ReluNetwork, claim: Claim, case: tuple[str, int, str]) -> int:
    """How many grid points violate the claim."""
    points, denominator, labels = grid(*case)
    values, scale = en.evaluate_batch(net, points, denominator)
    found = 0
    for label, value in zip(labels, values[:, 0], strict=True):
        found += claim.violated(label, Fraction(int(value), scale))
    return found


def trial(rng: random.Random, folder: Path) -> tuple[str, str, bool, bool]:
    name, depth, methods = rng.choice(CASES)
    method = rng.choice(methods)
    built = construction(name, depth, method)
    document = built.network.document()
    what = mutate(document, rng)
    net = en.ReluNetwork.from_document(document, "mutant")
    net.save(folder / "mutant.json")
    net = en.load_network(folder / "mutant.json")
    claim = Claim(net, built.labelling, built.threshold)
    result = en.prove(claim)
    violations = brute_force(net, claim, (name, depth, method))
    if result.verdict is en.Proved:
        wrong = violations > 0
    elif result.verdict is en.Refuted:
        found = result.counterexample
        wrong = not claim.violated(found.label, plain_value(net, found.point))
    else:
        wrong = False
    if wrong:
        print(f"WRONG: {name} {method} {what}: {result.verdict}, {violations} violations")
    return method, result.verdict.value, wrong, violations > 0


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="mutations of constructed networks")
    parser.add_argument("--count", type=int, default=240)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args(arguments)
    rng = random.Random(options.seed)
    start = time.monotonic()
    rows: Counter[tuple[str, str]] = Counter()
    wrong = on_grid = 0
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(options.count):
            method, verdict, bad, visible = trial(rng, Path(folder))
            rows[method, verdict] += 1
            wrong += bad
            on_grid += visible
    for method in ("exact", "margin", "fold", "union"):
        counts = {v: rows[method, v] for v in ("proved", "refuted", "unknown")}
        print(f"{method:8}" + "".join(f"{v}: {n:4}   " for v, n in counts.items()))
    refuted = sum(n for (_, v), n in rows.items() if v == "refuted")
    sizes = {d: (2 * (s // 2) + 9) ** d for d, s in STEPS.items()}
    print(f"grid points on a base of side 2: {sizes[1]} (d = 1), {sizes[2]} (d = 2)")
    print(f"{options.count} mutations, {refuted} refuted, {on_grid} visible on the grid")
    print(f"wrong verdicts: {wrong}")
    print(f"seconds: {time.monotonic() - start:.0f}", file=sys.stderr)
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
