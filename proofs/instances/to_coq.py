"""Translate a certificate into a Coq file that proves its claim.

    python to_coq.py CERT.json NAME > NAME.v

The file has the certificate as a term and the theorem, by computation and the soundness theorems of
proofs/checker.  Kinds: "disjoint", and "realises-all" and "realises" by the rule "levels" and the
methods "penalty" and "fold" with relu units only; for anything else one line says why not, and the
exit status is 2.  The kernel judges the result: nothing in a certificate is checked here beyond
what translating it needs.
"""

import json
import re
import sys
from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import Any

FORMAT = "exactnet-certificate/1"
MAX_GROUP = 10_000
MAX_DEPTH = 1_000
WIDTH = 100

Matrix = list[list[Fraction]]
Affine = tuple[Matrix, list[Fraction]]


class Untranslatable(Exception):  # noqa: N818
    """The certificate is of another kind, or malformed."""


# Reading ------------------------------------------------------------------------------------------


def rational(value: Any) -> Fraction:
    """An integer or a string "p" or "p/q"."""
    if type(value) is int:
        return Fraction(value)
    if isinstance(value, str) and re.fullmatch(r"-?[0-9]+(/0*[1-9][0-9]*)?", value):
        return Fraction(value)
    raise Untranslatable(f"{str(value)[:40]!r} is not a rational")


def rationals(values: Any) -> list[Fraction]:
    """A list of rationals."""
    return [rational(value) for value in values]


def refuse(token: str) -> Any:
    """Numbers with a point or an exponent do not occur."""
    raise Untranslatable(f"{token[:40]} is not an exact number")


def inverse(f: Affine) -> Affine:
    """The inverse map, by Gauss-Jordan elimination of (A | 1)."""
    d = len(f[0])
    rows = [[*row, *(Fraction(int(i == j)) for j in range(d))] for i, row in enumerate(f[0])]
    for c in range(d):
        pivot = next((i for i in range(c, d) if rows[i][c]), None)
        if pivot is None:
            raise Untranslatable("a map is not invertible")
        rows[c], rows[pivot] = rows[pivot], rows[c]
        rows[c] = [v / rows[c][c] for v in rows[c]]
        for i in range(d):
            if i != c and rows[i][c]:
                factor = rows[i][c]
                rows[i] = [v - factor * w for v, w in zip(rows[i], rows[c], strict=True)]
    matrix = [row[d:] for row in rows]
    zero = Fraction(0)
    return matrix, [
        -sum((v * b for v, b in zip(row, f[1], strict=True)), start=zero) for row in matrix
    ]


def product(a: Matrix, b: Matrix) -> Matrix:
    """The product of two matrices."""
    columns = list(zip(*b, strict=True))
    return [
        [sum((v * w for v, w in zip(row, c, strict=True)), Fraction(0)) for c in columns]
        for row in a
    ]


def generated(turns: Sequence[Matrix]) -> list[Matrix]:
    """The group that matrices of finite order generate, the identity included."""
    d = len(turns[0])
    one = [[Fraction(int(i == j)) for j in range(d)] for i in range(d)]
    group, frontier = {str(one): one}, [one]
    while frontier:
        found = [product(turn, g) for turn in turns for g in frontier]
        frontier = []
        for m in found:
            if str(m) not in group:
                group[str(m)] = m
                frontier.append(m)
        if len(group) > MAX_GROUP:
            raise Untranslatable("the group of turns is too large")
    return list(group.values())


# Terms --------------------------------------------------------------------------------------------


def listed(entries: Iterable[str], indent: int = 2) -> str:
    """A Coq list: on one line if it fits, or else one entry a line."""
    texts = list(entries)
    line = f"[{'; '.join(texts)}]"
    if len(line) + indent <= WIDTH and "\n" not in line:
        return line
    return "[" + (";\n" + " " * (indent + 1)).join(texts) + "]"


def wrapped(text: str, indent: int) -> str:
    """A text broken at spaces behind semicolons, as long lines as fit."""
    lines, line = [], " " * indent
    for piece in re.split(r"(?<=;) ", text):
        if len(line) + len(piece) + 1 > WIDTH and line.strip():
            lines.append(line.rstrip())
            line = " " * (indent + 2)
        line += piece + " "
    return "\n".join([*lines, line.rstrip()])


def folded(text: str) -> str:
    """A text in which closing brackets that do not fit a line have one of their own."""
    lines = []
    for line in text.split("\n"):
        found = re.fullmatch(r"( *)(.*[^])])([])]+[;.]?)", line)
        if len(line) > WIDTH and found:
            lines += [found[1] + found[2], found[1] + found[3]]
        else:
            lines.append(line)
    return "\n".join(lines)


def number(value: Fraction) -> str:
    """A rational in Q_scope."""
    return f"{value.numerator}#{value.denominator}"


def numbers(values: Iterable[Fraction]) -> str:
    """A list of rationals."""
    return f"[{'; '.join(map(number, values))}]"


def form(weights: Iterable[Fraction], constant: Fraction) -> str:
    """An affine form."""
    return f"Form {numbers(weights)} ({number(constant)})"


def layer(matrix: Iterable[Iterable[Fraction]], shift: Iterable[Fraction], indent: int) -> str:
    """A layer, one unit a line, broken where a unit is long."""
    units = [form(row, b) for row, b in zip(matrix, shift, strict=True)]
    text = (";\n").join(wrapped(unit, indent + 1) for unit in units)
    return "[" + text.lstrip() + "]"


def affine_maps(ifs: Any) -> list[Affine]:
    """The maps of an IFS."""
    return [
        ([rationals(row) for row in f["matrix"]], rationals(f["translation"])) for f in ifs["maps"]
    ]


def system(name: str, ifs: Any) -> list[str]:
    """The definition of an IFS; each map with its inverse."""
    sides = [f"({number(rational(lo))}, {number(rational(hi))})" for lo, hi in ifs["base"]]
    base = f"cube_sides {len(sides)}" if is_cube(ifs) else listed(sides)
    maps = []
    for f in affine_maps(ifs):
        g = inverse(f)
        maps.append(f"AffineMap\n     {layer(*f, 5)}\n     {layer(*g, 5)}")
    body = ";\n   ".join(maps)
    return [f"Definition {name}_system : system := System ({base})", f"  [{body}]."]


def is_cube(ifs: Any) -> bool:
    """Whether the base is [-1, 1]^d."""
    return all(rationals(side) == [-1, 1] for side in ifs["base"])


def parsed_layers(network: Any) -> list[tuple[Matrix, list[Fraction]]]:
    """The layers of a network whose hidden units are relus."""
    layers = []
    for k, entry in enumerate(network):
        default = "identity" if k == len(network) - 1 else "relu"
        if any(unit != default for unit in entry.get("activation", [])):
            raise Untranslatable("a hidden unit that is no relu, or a last layer not affine")
        layers.append(([rationals(row) for row in entry["weight"]], rationals(entry["bias"])))
    return layers


def network(name: str, document: Any) -> list[str]:
    """The definition of a network."""
    *hidden, last = (layer(*entry, 4) for entry in parsed_layers(document))
    body = ";\n   ".join(hidden)
    return [f"Definition {name} : network := Network", f"  [{body}]", f"  {last}."]


def multipliers(document: Any) -> str:
    """Multipliers."""
    pairs = (f"({natural(k)}%N, {number(rational(value))})" for k, value in document)
    return f"[{'; '.join(pairs)}]"


def natural(value: Any) -> int:
    """A number of something."""
    if type(value) is not int or value < 0:
        raise Untranslatable(f"{str(value)[:40]!r} is not a number of a unit, fact or case")
    return value


def tree(document: Any, indent: int) -> str:
    """A tree, one step or end a line, from a column on."""
    lines, closing, pad = [], 0, " " * indent
    for k, phase, because in document["steps"]:
        sign = {0: "false", 1: "true"}[phase]
        lines.append(wrapped(f"(Step {natural(k)} {sign} {multipliers(because)}", indent))
        closing += 1
    end = document["end"]
    if "split" in end:
        lines.append(f"{pad}(Split {natural(end['split'])}")
        lines.append(tree(end["off"], indent + 2))
        lines.append(tree(end["on"], indent + 2) + ")")
    elif "beyond" in end:
        cases = ";\n".join(tree(case, indent + 2) for case in end["cases"])
        lines.append(f"{pad}(Beyond {natural(end['beyond'])} [")
        lines.append(cases + "])")
    elif "contradiction" in end:
        lines.append(wrapped(f"(Contradiction {multipliers(end['contradiction'])})", indent))
    else:
        proofs = "; ".join(multipliers(because) for because in end["because"])
        lines.append(wrapped(f"(Alternative {natural(end['alternative'])} [{proofs}])", indent))
    return "\n".join(lines) + ")" * closing


# Files --------------------------------------------------------------------------------------------


def head(source: str, about: str, module: str) -> list[str]:
    """The beginning of a file."""
    return [
        f"(** {about}",
        "",
        f"    Written by to_coq.py from {source}; the theorems are at the end. *)",
        "",
        "From Coq Require Import QArith Reals List.",
        "From Exactnet Require Import Network Prefractal Vectors Separation.",
        f"From Exactnet.Checker Require Import Farkas Trees Systems {module}.",
        "Import ListNotations.",
        "Open Scope Q_scope.",
        "",
    ]


def require_levels(claim: Any, evidence: Any) -> None:
    """Only levels, by two of the three methods, and without a margin."""
    labelling, method = claim["labelling"], evidence.get("method")
    if evidence["rule"] != "levels":
        raise Untranslatable(f"the rule {evidence['rule']!r} is not translated")
    if method not in ("penalty", "fold"):
        raise Untranslatable(f"the method {method!r} of 'levels' is not translated")
    if labelling["margin"] is not None or rational(labelling["threshold"]):
        raise Untranslatable("a labelling with a margin or a threshold is not translated")


def levels_certificate(name: str, ifs: Any, parts: Sequence[Any], evidence: Any) -> list[str]:
    """The definition of a certificate of levels, from the parts prepare, step and output."""
    prepare, *more = parsed_layers(parts[0])
    if more:
        raise Untranslatable("prepare is not affine")
    lines = [*system(name, ifs), ""]
    lines += [f"Definition {name}_prepare : qlayer :=", f"  {layer(*prepare, 2)}.", ""]
    lines += [*network(f"{name}_step", parts[1]), ""]
    lines += [*network(f"{name}_finish", parts[2]), ""]
    trees: list[str] = []

    def define(part: str, document: Any) -> str:
        lines.extend([f"Definition {name}_{part} : tree :=", tree(document, 2) + ".", ""])
        return f"{name}_{part}"

    if evidence["method"] == "penalty":
        trees = [define(f"undone_{i}", t) for i, t in enumerate(evidence["undone"], 1)]
        terms = [listed(trees, 5)]
        terms += [define(part, evidence[part]) for part in ("penalised", "accepts", "rejects")]
        lines += [f"Definition {name}_proof : evidence := Penalty"]
    else:
        turns = [[rationals(row) for row in turn] for turn in evidence["turns"]]
        zero = [Fraction(0)] * len(ifs["base"])
        trees = [define(f"folds_{i}", t) for i, t in enumerate(evidence["folds"], 1)]
        terms = [
            listed([layer(turn, zero, 6) for turn in turns], 5),
            listed([layer(turn, zero, 6) for turn in generated(turns)], 5),
            listed(trees, 5),
        ]
        terms += [define(part, evidence[part]) for part in ("elsewhere", "accepts", "rejects")]
        lines += [f"Definition {name}_proof : evidence := Fold"]
    lines += [f"    {term}" for term in terms]
    lines[-1] += "."
    return [
        *lines,
        "",
        f"Definition {name}_certificate : certificate :=",
        "  Certificate",
        *(f"    {name}_{part}" for part in ("system", "prepare", "step", "finish")),
        f"    {name}_proof.",
        "",
    ]


def widest(layers: Iterable[tuple[Matrix, list[Fraction]]]) -> int:
    """The number of units of the widest layer."""
    return max((len(bias) for _, bias in layers), default=0)


def real_numbers(name: str, ifs: Any) -> list[str]:
    """The definitions of an IFS with real numbers, after which only the network is missing."""
    return [
        "(** The iterated function system and the network, with real numbers. *)",
        f"Definition {name} : ifs := real_maps {name}_system.",
        *([] if is_cube(ifs) else [f"Definition {name}_base := base {name}_system."]),
    ]


def prefractal(name: str, ifs: Any) -> str:
    """The sets K_n, as a function of n and x."""
    return f"K {len(ifs['base'])} {name}" if is_cube(ifs) else f"prefractal {name}_base {name}"


def realises_all(source: str, name: str, claim: Any, evidence: Any) -> list[str]:
    """The file of a certificate for all n."""
    require_levels(claim, evidence)
    ifs, parts = claim["ifs"], [claim[key] for key in ("prepare", "step", "output")]
    d = len(ifs["base"])
    lines = head(source, f"* {name}: a network realises K_n, for every n", "Levels")
    lines += levels_certificate(name, ifs, parts, evidence)
    steps, finish = (parsed_layers(part)[:-1] for part in parts[1:])
    lines += [
        f"Lemma {name}_checked :",
        f"  check_levels {name}_certificate = true.",
        "Proof. vm_compute. reflexivity. Qed.",
        "",
        *real_numbers(name, ifs),
        f"Definition {name}_network (n : nat) : net :=",
        f"  unroll {name}_certificate n.",
        "",
        "Open Scope R_scope.",
        "",
        f"Theorem {name}_all_n :",
        f"  forall n x, length x = {d}%nat ->",
        f"    (0 <= output ({name}_network n) x",
        f"     <-> {prefractal(name, ifs)} n x).",
    ]
    if is_cube(ifs):
        because = [f"levels_sound_cube {name}_certificate {d}", f"eq_refl {name}_checked"]
    else:
        because = [f"levels_sound {name}_certificate", f"{name}_checked"]
    lines += ["Proof.", f"  exact ({because[0]}", f"           {because[1]}).", "Qed."]
    lines += [
        "",
        f"Theorem {name}_size :",
        "  forall n,",
        f"    shaped {d} 1 ({name}_network n) /\\",
        f"    depth ({name}_network n) = (n * {len(steps)} + {len(finish)})%nat /\\",
        f"    (width ({name}_network n) <= {widest([*steps, *finish])})%nat.",
        "Proof.",
        f"  exact (levels_size {name}_certificate {name}_checked).",
        "Qed.",
    ]
    return lines


def realises(source: str, name: str, claim: Any, evidence: Any) -> list[str]:
    """The file of a certificate for one n: the network of the claim, weight for weight."""
    require_levels(claim, evidence)
    if len(evidence["steps"]) != 1:
        raise Untranslatable("a network with several steps is not translated")
    ifs, n = claim["ifs"], natural(claim["depth"])
    if n > MAX_DEPTH:
        raise Untranslatable(f"a depth of more than {MAX_DEPTH}")
    parts = [evidence["prepare"], evidence["steps"][0], evidence["output"]]
    d = len(ifs["base"])
    lines = head(source, f"* {name}: a network realises K_{n}", "Levels Fixed")
    lines += levels_certificate(name, ifs, parts, evidence)
    layers = parsed_layers(claim["network"])[:-1]
    lines += [
        "(** The network of the claim, every weight of it. *)",
        *network(f"{name}_weights", claim["network"]),
        "",
        f"Lemma {name}_checked :",
        f"  check_fixed {name}_certificate {n} {name}_weights = true.",
        "Proof. vm_compute. reflexivity. Qed.",
        "",
        *real_numbers(name, ifs),
        f"Definition {name}_network : net := real_net {name}_weights.",
        "",
        "Open Scope R_scope.",
        "",
        f"Theorem {name}_realised :",
        f"  forall x, length x = {d}%nat ->",
        f"    (0 <= output {name}_network x",
        f"     <-> {prefractal(name, ifs)} {n} x).",
    ]
    certified = f"{name}_certificate {n} {name}_weights"
    if is_cube(ifs):
        because = [f"fixed_sound_cube {certified} {d}", f"eq_refl {name}_checked"]
    else:
        because = [f"fixed_sound {certified}", f"{name}_checked"]
    lines += ["Proof.", f"  exact ({because[0]}", f"           {because[1]}).", "Qed."]
    lines += [
        "",
        f"Theorem {name}_size :",
        f"  shaped {d} 1 {name}_network /\\",
        f"  depth {name}_network = {len(layers)}%nat /\\",
        f"  width {name}_network = {widest(layers)}%nat.",
        "Proof.",
        f"  exact (fixed_size {certified}",
        f"           {name}_checked).",
        "Qed.",
    ]
    return lines


def disjoint(source: str, name: str, claim: Any, evidence: Any) -> list[str]:
    """The file of a certificate that images are disjoint."""
    if evidence["rule"] != "farkas":
        raise Untranslatable(f"the rule {evidence['rule']!r} is not translated")
    ifs = claim["ifs"]
    d, r = len(ifs["base"]), len(ifs["maps"])
    lines = head(source, f"* {name}: the images are pairwise disjoint", "Disjoint")
    lines += [*system(name, ifs), ""]
    entries = [
        wrapped(f"({natural(i)}%nat, {natural(j)}%nat, {multipliers(ms)})", 5)
        for i, j, ms in evidence["pairs"]
    ]
    pairs = ";\n".join(entries).lstrip()
    cube = is_cube(ifs)
    sound = f"disjoint_sound{'_cube' * cube} {name}_certificate{f' {d}' * cube}"
    what = "The maps" if cube else "The maps, in coordinates in which the base is the cube"
    lines += [
        f"Definition {name}_certificate : certificate :=",
        f"  Certificate {name}_system",
        f"    [{pairs}].",
        "",
        f"Lemma {name}_checked :",
        f"  check_disjoint {name}_certificate = true.",
        "Proof. vm_compute. reflexivity. Qed.",
        "",
        f"(** {what}, with real numbers. *)",
        f"Definition {name} : ifs :=",
        f"  {'real_maps' if cube else 'real_normalised'} {name}_system.",
        "",
        "Open Scope R_scope.",
        "",
        f"Theorem {name}_disjoint :",
        f"  disjoint_images {d} {name} /\\ maps_into_base {d} {name} /\\",
        f"  Forall (invertible {d}) {name}.",
        "Proof.",
        f"  exact ({sound}",
        f"           {'eq_refl ' * cube}{name}_checked).",
        "Qed.",
        "",
        "(** So the talk's Theorem 1 holds for them. *)",
        f"Corollary {name}_theorem_1 (n : nat) :",
        "  exists N : net,",
        f"    shaped {d} 1 N /\\ depth N = (2 * n + 1)%nat /\\ (width N <= 5 * {d} * {r})%nat /\\",
        f"    forall x, length x = {d}%nat -> (0 <= output N x <-> K {d} {name} n x).",
        "Proof.",
        f"  destruct {name}_disjoint as (Hdisjoint & Hbase & Hinvertible).",
        f"  apply (theorem_1 {d} {name} n); trivial; apply Nat.leb_le; reflexivity.",
        "Qed.",
    ]
    return lines


def translated(source: str, name: str, document: Any) -> str:
    """The Coq file of a certificate."""
    if not re.fullmatch(r"[a-z][a-z0-9_]*", name):
        raise Untranslatable(f"{name!r} is not a name of lower-case letters, digits and _")
    if document["format"] != FORMAT:
        raise Untranslatable("not a certificate of this format")
    kinds = {"realises": realises, "realises-all": realises_all, "disjoint": disjoint}
    kind = document["claim"]["kind"]
    if kind not in kinds:
        raise Untranslatable(f"the kind {kind!r} is not translated")
    lines = kinds[kind](source, name, document["claim"], document["evidence"])
    return folded("\n".join(lines)) + "\n"


def main(arguments: list[str]) -> int:
    """Print the file, or one line that says why there is none."""
    if len(arguments) != 2:
        print("usage: to_coq.py CERT.json NAME > NAME.v", file=sys.stderr)
        return 2
    path, name = arguments
    try:
        with open(path, encoding="utf-8") as stream:  # noqa: PTH123
            document = json.load(stream, parse_float=refuse, parse_constant=refuse)
        text = translated(re.split(r"[/\\]", path)[-1], name, document)
    except Untranslatable as error:
        print(f"to_coq: {error}", file=sys.stderr)
        return 2
    except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
        print(f"to_coq: not a certificate of this format ({error!r:.80})", file=sys.stderr)
        return 2
    except (OSError, RecursionError) as error:
        print(f"to_coq: cannot be read ({error!s:.80})", file=sys.stderr)
        return 2
    print(text, end="")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
