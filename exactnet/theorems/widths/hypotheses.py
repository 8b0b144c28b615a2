"""The hypotheses of Theorem 2 that it does not share with the others, with their evidence."""

from fractions import Fraction

from exactnet.exact.rationals import show_point, to_text
from exactnet.fractals.ifs import IFS
from exactnet.theorems.report import Hypothesis
from exactnet.verification.verdicts import Result, Verdict


def negatives_between(ifs: IFS, depth: int) -> Hypothesis:
    """Between any point of one cell and any point of another lies a point off K_n.

    >>> from exactnet.fractals import gallery
    >>> negatives_between(gallery.sierpinski(), 2).evidence
    'the cells (1, 1) and (1, 2) share the point (0, 1/2): none lies between'
    >>> negatives_between(gallery.cantor(), 2).holds
    True
    """
    name = "negatives between every two cells"
    pair = ifs.touching_pair
    if not depth or pair is None or pair.shared is None:
        reason = "disjoint closed cells, finitely many, cover no segment that meets two of them"
        return Hypothesis(name, True, reason if depth and ifs.r > 1 else "there is one cell")
    shared = pair.shared
    for _ in range(depth - 1):
        shared = ifs.maps[0](shared)
    ones = (1,) * (depth - 1)
    cells = [str((*ones, i)).replace(",)", ")") for i in (pair.first, pair.second)]
    where = f"the cells {cells[0]} and {cells[1]} share the point {show_point(shared)}"
    return Hypothesis(name, False, f"{where}: none lies between")


def mass_in_cells(ifs: IFS, depth: int) -> Hypothesis:
    """Every cell has positives: in D_n all r^n have the same mass."""
    each = Fraction(1, 2 * ifs.r**depth)
    mass = to_text(each) if each.denominator < 10**12 else f"1/(2 r^{depth})"
    evidence = f"D_n gives each of the r^n cells the mass {mass}, and each has interior"
    return Hypothesis("positive mass in every cell", True, evidence)


def realised(result: Result | None, name: str) -> Hypothesis | None:
    """The network realises K_n: proved, or refuted. None if it is open (see the comparisons)."""
    label = "the network realises K_n"
    if result is None:
        return Hypothesis(label, False, "no construction applies: see the notes")
    if result.verdict is Verdict.PROVED:
        return Hypothesis(label, True, f"{name}: {result.claim}; proved by {result.route}")
    if result.counterexample is not None:
        return Hypothesis(label, False, f"{name}: {result.counterexample.words()}")
    return None
