"""Theorem 3, part 2, in d >= 2: it does not apply, and what breaks it is shown."""

from fractions import Fraction

from exactnet.errors import LimitReached
from exactnet.exact.radicals import ExactReal
from exactnet.theorems.line.law import LineLaw
from exactnet.theorems.line.networks import padded
from exactnet.theorems.loss import exact_loss
from exactnet.theorems.report import Comparison, Hypothesis, ReportTable
from exactnet.theorems.third.counterexample import (
    PlaneCounterexample,
    axis_laws,
    best_along_an_axis,
    plane_counterexample,
)
from exactnet.theorems.third.hypotheses import few_units, spread_over_words, trivial_sizes
from exactnet.theorems.third.sides import PART_TWO, Findings, Question
from exactnet.theorems.values import Cell

TABLE = "Part 2: a counterexample in the plane"
HALF = Fraction(1, 2)


def plane_section(question: Question) -> Findings:
    """The failed hypothesis with its counterexample, and this instance's sides.

    L(H_{t,k}) is only bounded from above here, by 1/2 and by the best network with one hidden layer
    that reads one coordinate.
    """
    section, found = Findings(), plane_counterexample()
    words = f"d = {question.dist.ifs.dim}; {found.words()}"
    section.hypotheses.append(Hypothesis(f"{PART_TWO}d = 1", False, words))
    section.hypotheses.append(few_units(question))
    section.hypotheses.append(spread_over_words(question))
    section.comparisons.extend(_sides(question, section.notes))
    section.notes.extend(trivial_sizes(question))
    section.tables.append(_table(found))
    section.rests_on.append("part 2: the counterexample's loss, by integration over its regions")
    return section


def _sides(question: Question, notes: list[str]) -> list[Comparison]:
    laws = list(axis_laws(question.dist)) if question.shares is None else []
    found = []
    for scale, width in question.sizes:
        level, left = question.best_level(scale)
        upper: ExactReal = HALF
        try:
            upper = min(upper, _upper(question, laws, width))
        except LimitReached as reached:
            notes.append(f"part 2, k = {width}: {reached}")
        holds = True if left <= 0 else False if left > upper else None
        where = f"s = {scale}, k = {width}, t = {question.layers}, j = {level}"
        name = f"{PART_TWO}{where}: slides' bound against L(H_t,k)"
        found.append(Comparison(name, left, "<=", (Fraction(0), upper), holds))
    return found


def _upper(question: Question, laws: list[tuple[int, LineLaw]], width: int) -> ExactReal:
    net = best_along_an_axis(question.dist, laws, width, question.limits)
    if net is None:
        return HALF
    return exact_loss(padded(net, question.layers), question.dist, limits=question.limits)


def _table(found: PlaneCounterexample) -> ReportTable:
    heads = ("IFS", "d", "r", "n", "curve", "t", "k", "s", "j", "slides' bound", "exact loss")
    row: tuple[Cell, ...] = (
        found.ifs.name, found.ifs.dim, found.ifs.r, found.distribution.depth,
        found.distribution.curve.name, 1, found.width, found.scale, found.level, found.bound,
        found.loss,
    )  # fmt: skip
    return ReportTable(TABLE, heads, (row,))
