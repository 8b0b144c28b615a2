"""Certificates of constructions by their levels: one n, or every n at once.

The trees say what the obligations of ``verification.induction`` say; here they are found by linear
programmes instead of Z3, and the checker's own statements of them are what is proved.
"""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from exactnet.constructions.compile import construct
from exactnet.constructions.construction import Construction
from exactnet.constructions.fold import fold_level
from exactnet.constructions.margin import level_margins
from exactnet.exact.rationals import to_text
from exactnet.fractals.ifs import IFS
from exactnet.fractals.labelling import Labelling
from exactnet.limits import Limits, Progress
from exactnet.networks.network import ReluNetwork
from exactnet.verification import check
from exactnet.verification.certificates.documents import (
    Certificate,
    Document,
    ifs_document,
    labelling_document,
    matrix_document,
    network_document,
)
from exactnet.verification.certificates.trees import Tree, prove_implication


def certify_construction(
    built: Construction, threshold: Fraction, limits: Limits, progress: Progress
) -> Certificate:
    """A certificate for the network of a construction; not "union", absolute margins or depth 0.

    (Depth 0 is fine without a margin.) The threshold is at most the construction's own.
    """
    labelling = built.labelling
    claim: Document = {
        "kind": "realises",
        "ifs": ifs_document(labelling.ifs),
        "depth": labelling.depth,
        "network": network_document(built.network),
        "labelling": labelling_document(labelling, threshold),
    }
    steps = built.parts[1:-1] or construct(labelling.ifs, 1, built.method).parts[1:-1]
    evidence = _evidence(built, list(dict.fromkeys(steps)), steps[: labelling.depth])
    _add_trees(built, evidence, labelling.depth, limits, progress)
    return Certificate(claim, evidence)


def certify_all_depths(
    ifs: IFS, method: str, labelling: Labelling, limits: Limits, progress: Progress
) -> Certificate:
    """A certificate for every n, of "exact", "fold", or "margin" on the outer side.

    >>> from exactnet.fractals.gallery import cantor
    >>> from exactnet.limits import silent
    >>> label = Labelling(cantor(), 1)
    >>> certify_all_depths(cantor(), "exact", label, Limits(), silent).checked()
    'for every n >= 0: f >= 0 on K_n and f < 0 everywhere off K_n, on all of R^d'
    """
    options = (labelling.margin, labelling.side, labelling.absolute)
    built = construct(ifs, 1, method, *options)
    evidence = _evidence(built, [built.parts[1]], [built.parts[1]])
    _add_trees(built, evidence, None, limits, progress)
    claim: Document = {
        "kind": "realises-all",
        "ifs": ifs_document(ifs),
        "prepare": evidence.pop("prepare"),
        "step": network_document(built.parts[1]),
        "output": evidence.pop("output"),
        "labelling": labelling_document(labelling, built.threshold),
    }
    del evidence["steps"]
    return Certificate(claim, evidence)


def _evidence(
    built: Construction, kinds: Sequence[ReluNetwork], steps: Sequence[ReluNetwork]
) -> Document:
    """The evidence without its trees; ``kinds`` are the different steps."""
    evidence: Document = {
        "rule": "levels",
        "method": _RULES[built.method],
        "prepare": network_document(built.parts[0]),
        "steps": [network_document(step) for step in kinds],
        "output": network_document(built.parts[-1]),
    }
    evidence |= dict.fromkeys(check.Levels.TREES[_RULES[built.method]])
    labelling = built.labelling
    if built.method == "fold":
        evidence["turns"] = [matrix_document(turn) for turn in fold_level(labelling.ifs)[1]]
    if built.method == "margin":
        outer = labelling.side == "outer"
        cores = [Fraction(1) if outer else 1 - margin for margin in level_margins(labelling)]
        sides = dict(zip(steps, cores, strict=True))
        evidence["order"] = [list(kinds).index(step) for step in steps]
        evidence["cores"] = [to_text(sides[step]) for step in kinds]
    return evidence


def _add_trees(
    built: Construction, evidence: Document, n: int | None, limits: Limits, progress: Progress
) -> None:
    """Find a tree for every statement that the checker makes, and put it in its place."""
    ifs = check.IFS(ifs_document(built.labelling.ifs))
    labelling = check.Labelling(ifs, labelling_document(built.labelling, built.threshold))
    levels = check.Levels(ifs, labelling, evidence, n)
    for place, net, inside, outside, alternatives in levels.statements():
        progress(f"certificate: {' '.join(map(str, place))}")
        prefer = _scores(net, len(ifs.maps)) if built.method != "fold" else ()
        tree = prove_implication(net, inside, outside, alternatives, limits, prefer)
        _put(evidence, place, tree)


def _scores(net: check.Network, r: int) -> range:
    """The units of a level whose signs tell its cases apart: the scores, r before the last one."""
    units = len(net.slopes)
    return range(units - 1 - r, units - 1) if net.outputs > 1 else range(0)


def _put(evidence: Document, place: tuple[str | int, ...], tree: Tree) -> None:
    """Put a tree at a place, growing lists as needed (places come in order)."""
    key, *numbers = place
    if not numbers:
        evidence[str(key)] = tree
        return
    holder: Any = evidence.get(str(key)) or []
    evidence[str(key)] = holder
    for _ in numbers[1:]:
        number = int(numbers[0])
        while len(holder) <= number:
            holder.append([])
        holder = holder[number]
    holder.append(tree)


_RULES = {"exact": "penalty", "margin": "score", "fold": "fold"}
