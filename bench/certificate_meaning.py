"""What the claims of certificates mean, written for Z3 and apart from the checker.

For a claim about all points there are formulas that no point satisfies; a claim that there is a
point is evaluated at the point of the evidence; regions are enumerated anew. Cells, networks and
labellings are written out from their definitions in docs/reference/certificate-format.md, with
exactnet's affine maps for the inverses.
"""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import combinations, product
from typing import Any

import z3

import exactnet as en
from exactnet.geometry.affine import AffineMap
from exactnet.verification import check

Document = dict[str, Any]
SECONDS = 60
DEPTHS = (0, 1, 2)  # of a claim about every n that are written out


def number(value: Any) -> z3.ArithRef:
    return z3.RealVal(str(Fraction(value)))


def form(row: Sequence[Any], x: Sequence[z3.ArithRef]) -> z3.ArithRef:
    """Weights, then the constant."""
    *weights, constant = map(Fraction, row)
    terms = [number(w) * v for w, v in zip(weights, x, strict=True) if w]
    return z3.Sum([*terms, number(constant)])


def outputs(network: list[Document], x: list[z3.ArithRef]) -> list[z3.ArithRef]:
    """The network written out, unit by unit."""
    for k, layer in enumerate(network):
        pairs = zip(layer["weight"], layer["bias"], strict=True)
        sums = [form([*row, bias], x) for row, bias in pairs]
        usual = ["identity" if k == len(network) - 1 else "relu"] * len(sums)
        kinds = layer.get("activation", usual)
        x = [unit(kind, z) for kind, z in zip(kinds, sums, strict=True)]
    return x


def unit(kind: Any, z: z3.ArithRef) -> z3.ArithRef:
    slope = kind["leaky"] if isinstance(kind, dict) else {"relu": 0, "identity": 1, "abs": -1}[kind]
    return z3.If(z >= 0, z, number(slope) * z)


def maps(ifs: Document) -> list[AffineMap]:
    return [AffineMap.of(f["matrix"], f["translation"]) for f in ifs["maps"]]


def moved(f: AffineMap, x: Sequence[z3.ArithRef]) -> list[z3.ArithRef]:
    pairs = zip(f.matrix, f.translation, strict=True)
    return [form([*row, shift], x) for row, shift in pairs]


def within(x: Sequence[z3.ArithRef], box: Sequence[Sequence[Any]]) -> z3.BoolRef:
    sides = zip(x, box, strict=True)
    return z3.And([z3.And(number(low) <= v, v <= number(high)) for v, (low, high) in sides])


def scaled(base: Sequence[Sequence[Any]], factor: Fraction) -> list[tuple[Fraction, Fraction]]:
    boxes = []
    for low, high in (map(Fraction, side) for side in base):
        centre, half = (low + high) / 2, (high - low) / 2
        boxes.append((centre - factor * half, centre + factor * half))
    return boxes


def addresses(ifs: Document, n: int) -> Iterator[AffineMap]:
    """The inverse of every F_w."""
    for word in product(maps(ifs), repeat=n):
        f = AffineMap.identity(len(ifs["base"]))
        for g in word:
            f = f.after(g)
        yield f.inverse()


def wrong(claim: Document, n: int, f: z3.ArithRef, x: list[z3.ArithRef]) -> z3.BoolRef:
    """f(x) has a value that the labelling of K_n forbids."""
    ifs, label = claim["ifs"], claim["labelling"]
    c, base = Fraction(label["threshold"]), ifs["base"]
    side = label.get("side")
    margin = Fraction(label["margin"]) if side else Fraction(0)
    positive, enclosed = [], []
    for g in addresses(ifs, n):
        local = moved(g, x)
        if side == "absolute":
            shifts = product((margin, -margin), repeat=len(x))
            balls = ([v + number(s) for v, s in zip(x, shift, strict=True)] for shift in shifts)
            positive.append(z3.And([within(moved(g, corner), base) for corner in balls]))
        else:
            positive.append(within(local, scaled(base, 1 - margin if side == "inner" else 1)))
        enclosed.append(within(local, scaled(base, 1 + margin if side == "outer" else 1)))
    low = z3.And(z3.Or(positive), f < number(c))
    high = z3.And(z3.Not(z3.Or(enclosed)), f > -number(c) if c else f >= 0)
    return z3.Or(low, high)


def variables(size: int, name: str = "x") -> list[z3.ArithRef]:
    return [z3.Real(f"{name}{k}") for k in range(size)]


def inputs(network: list[Document]) -> int:
    return len(network[0]["weight"][0])


def false_disjoint(claim: Document) -> Iterator[z3.BoolRef]:
    ifs = claim["ifs"]
    base, x = ifs["base"], variables(len(ifs["base"]))
    for f in maps(ifs):
        yield z3.And(within(x, base), z3.Not(within(moved(f, x), base)))
    for f, g in combinations(maps(ifs), 2):
        yield z3.And(*(within(moved(h.inverse(), x), base) for h in (f, g)))


def true_touching(claim: Document) -> z3.BoolRef:
    ifs = claim["ifs"]
    x, (i, j) = variables(len(ifs["base"])), claim["maps"]
    both = [within(moved(maps(ifs)[k].inverse(), x), ifs["base"]) for k in (i, j)]
    return z3.And(i != j, *both)


def violated(claim: Document) -> z3.BoolRef:
    """An input inside at which a row is < 0."""
    x = variables(inputs(claim["network"]))
    y = outputs(claim["network"], x)
    inside = [form(row, x) >= 0 for row in claim["inside"]]
    return z3.And(*inside, z3.Or([form(row, [*x, *y]) < 0 for row in claim["then"]]))


def queried(claim: Document) -> z3.BoolRef:
    """x satisfies one of the cases of a query."""
    x = variables(inputs(claim["network"]))
    known = [*x, *outputs(claim["network"], x)]
    cases = []
    for case in claim["query"]:
        facts = [form(row, known) > 0 if strict else form(row, known) >= 0 for row, strict in case]
        cases.append(z3.And(*facts))
    return z3.Or(*cases)


def unrealised(claim: Document) -> z3.BoolRef:
    """An input at which a network has a forbidden value."""
    x = variables(inputs(claim["network"]))
    return wrong(claim, claim["depth"], outputs(claim["network"], x)[0], x)


def false_for_some_depth(claim: Document, evidence: Document) -> Iterator[z3.BoolRef]:
    """The first depths written out, and the statements that the induction is about."""
    least = 0 if claim["labelling"]["margin"] is None else 1
    for n in DEPTHS:
        x = variables(inputs(claim["prepare"]))
        v = outputs(claim["prepare"], x)
        for _ in range(n):
            v = outputs(claim["step"], v)
        if n >= least:
            yield wrong(claim, n, outputs(claim["output"], v)[0], x)
    yield from false_statements(claim, evidence)


def false_statements(claim: Document, evidence: Document) -> Iterator[z3.BoolRef]:
    """The checker's statements, which have their own tests, without its trees."""
    parts = {"prepare": claim["prepare"], "steps": [claim["step"]], "output": claim["output"]}
    ifs = check.IFS(claim["ifs"])
    label = check.Labelling(ifs, claim["labelling"])
    levels = check.Levels(ifs, label, {**evidence, **parts}, None)
    for place, _, inside, outside, alternatives in levels.statements():
        network = claim["output" if place[0] in ("accepts", "rejects", "subtracts") else "step"]
        x = variables(inputs(network))
        v = [*x, *outputs(network, x)]
        given = [form(row, x) >= 0 for row in inside]
        given += [z3.Not(z3.And([form(row, x) >= 0 for row in rows])) for rows in outside]
        goals = [
            z3.And([form(r, v) > 0 if strict else form(r, v) >= 0 for r, strict in rows])
            for rows in alternatives
        ]
        yield z3.And(*given, z3.Not(z3.Or(goals)))


def satisfiable(formula: z3.BoolRef) -> bool:
    solver = z3.Solver()
    solver.set("timeout", 1000 * SECONDS)
    solver.add(formula)
    found = solver.check()
    if found == z3.unknown:
        raise TimeoutError("Z3 does not decide")
    return bool(found == z3.sat)


def counted(claim: Document) -> bool:
    """The counts of exactnet's own enumeration."""
    layers = {"format": "exactnet-network/1", "layers": claim["network"]}
    net = en.ReluNetwork.from_document(layers, "mutant")
    box = en.Box.of([tuple(side) for side in claim["box"]])
    counts = en.enumerate_regions(net, box).counts()
    return all(counts[name] == value for name, value in claim["counts"].items())


def confirmed(claim: Document, evidence: Document) -> str | None:
    """How a claim was found to be true, or None."""
    kind = claim["kind"]
    if kind == "regions":
        return "enumeration" if counted(claim) else None
    exists = {
        "touching": true_touching,
        "violation": violated,
        "satisfiable": queried,
        "refuted": unrealised,
    }
    if kind in exists:
        x = variables(len(evidence["point"]))
        here = [v == number(value) for v, value in zip(x, evidence["point"], strict=True)]
        return "Z3: at the point" if satisfiable(z3.And(*here, exists[kind](claim))) else None
    if kind == "realises-all":
        formulas = false_for_some_depth(claim, evidence)
        how = f"Z3: n <= {DEPTHS[-1]} and the induction's statements"
    elif kind == "disjoint":
        formulas, how = false_disjoint(claim), "Z3: there is no exception"
    else:
        none = {"property": violated, "unsatisfiable": queried, "realises": unrealised}
        formulas, how = iter([none[kind](claim)]), "Z3: there is no exception"
    return None if any(map(satisfiable, formulas)) else how
