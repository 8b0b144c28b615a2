"""Theorem 3, part 2, in one dimension: the slides' bound against L(H_{t,k}).

The theorem (Coq: proofs/theory/Theorem3.v, for all networks) is checked on the instance against the
least loss itself, which is exact for t = 1 and otherwise between two bounds.
"""

from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from exactnet.errors import ConsistencyError, LimitReached
from exactnet.exact.radicals import ExactReal, collapsed
from exactnet.exact.rationals import to_text
from exactnet.theorems.line.bracket import Bracket, bracket, shallow_brackets
from exactnet.theorems.line.law import LineLaw, Mass, line_law
from exactnet.theorems.line.narrow import changes_within
from exactnet.theorems.line.networks import shallow_width
from exactnet.theorems.line.table import merged
from exactnet.theorems.loss import exact_loss
from exactnet.theorems.report import (
    Comparison,
    Hypothesis,
    ReportPlot,
    ReportTable,
    Series,
)
from exactnet.theorems.third.hypotheses import few_units, spread_on_a_line, trivial_sizes
from exactnet.theorems.third.sides import PART_TWO, Findings, Question, shallow_bound
from exactnet.theorems.values import Cell, Value

BY_LEVEL, BY_WIDTH = "Part 2: both sides by level", "Part 2: both sides by width"
PREDICTION = "Part 2: a best prediction"
SHALLOW, DEEP = 16, 8  # widths in the table for t = 1 and for more layers
HALF = Fraction(1, 2)
RESTS_ON = (
    "part 2: least losses by dynamic programming, certified by prices (weak duality), attained by "
    "networks",
    "part 2: sign changes on a line by layers and width, Lemmas 2 to 4 (theorems.line)",
    "part 2: for all networks, proofs/theory/Theorem3.v",
)


@dataclass(frozen=True, slots=True)
class _Line:
    """The law on the line, and the least losses by width, each computed once."""

    question: Question
    law: LineLaw
    masses: tuple[Mass, ...]
    known: dict[int, Bracket | str]

    def least(self, width: int) -> Bracket | str:
        """The bracket for a width, or which limit was reached."""
        if width not in self.known:
            q = self.question
            try:
                self.known[width] = bracket(
                    q.dist.ifs, self.law, q.curve, q.layers, width, q.limits
                )
            except LimitReached as reached:
                self.known[width] = str(reached)
        return self.known[width]

    def prepare(self) -> None:
        """All widths of the tables at once, where one table of the programme serves them all."""
        q, widths = self.question, _widths(self)
        if q.layers == 1:
            try:
                found = shallow_brackets(self.masses, widths, q.limits)
            except LimitReached:
                return  # then each on its own
            self.known.update(zip(widths, found, strict=True))

    def value(self, width: int) -> Value:
        """L(H_{t,k}), or an interval around it: it is at most 1/2."""
        found = self.least(width)
        if isinstance(found, str):
            return Fraction(0), HALF
        return found.upper if found.exact else (found.lower, found.upper)


def shallow_section(question: Question) -> Findings:
    """Both sides for the sizes and levels asked, by width, and a best prediction."""
    law = line_law(question.dist, 0, question.shares)
    line = _Line(question, law, law.under(question.curve), {})
    line.prepare()
    section = Findings()
    section.hypotheses.append(Hypothesis(f"{PART_TWO}d = 1", True, "d = 1"))
    section.hypotheses.append(few_units(question))
    section.hypotheses.append(spread_on_a_line(question, line.masses))
    for scale, width in question.sizes:
        section.comparisons.extend(_statements(line, scale, width))
    section.notes.extend(_check_network(line))
    section.notes.extend(trivial_sizes(question))
    section.tables.extend([_by_level(line), _by_width(line), *_prediction(line)])
    section.plots.extend([_level_plot(line), _width_plot(line)])
    section.sizes["sign changes"] = changes_within(question.layers, question.sizes[0][1])
    section.sizes["smallest width with loss 0, t = 1"] = shallow_width(len(merged(line.masses)) - 1)
    section.rests_on.extend(RESTS_ON)
    reached = {found for found in line.known.values() if isinstance(found, str)}
    section.notes.extend(f"part 2: {words}" for words in sorted(reached))
    return section


def _statements(line: _Line, scale: int, width: int) -> list[Comparison]:
    """The slides' bound at its best level, and the same with the true number of sign changes."""
    question = line.question
    level, left = question.best_level(scale)
    right = line.value(width)
    where = f"s = {scale}, k = {width}, t = {question.layers}, j = {level}"
    found = [compared(f"{PART_TWO}{where}: slides' bound against L(H_t,k)", left, right)]
    if len(question.sizes) == 1:
        sharper = _sharper(question, width, level)
        words = f"{PART_TWO}{where}: bound by sign changes against L(H_t,k)"
        found.append(compared(words, sharper, right))
    return found


def compared(name: str, left: ExactReal, right: Value) -> Comparison:
    """left <= right, open where right is an interval around left."""
    low, high = right if isinstance(right, tuple) else (right, right)
    holds = True if left <= low else False if left > high else None
    return Comparison(name, left, "<=", right, holds)


def _sharper(question: Question, width: int, level: int) -> ExactReal:
    return shallow_bound(question.curve, changes_within(question.layers, width), question.r, level)


def _check_network(line: _Line) -> list[str]:
    """The first size's network once more: integration over its regions, not along the line."""
    found = line.least(line.question.sizes[0][1])
    if isinstance(found, str) or line.question.shares is not None:
        return []
    try:
        loss = exact_loss(found.network, line.question.dist, limits=line.question.limits)
    except LimitReached as reached:
        return [f"part 2: the network's loss was not integrated over its regions: {reached}"]
    if loss != found.upper:
        raise ConsistencyError.about(
            "theorem 3", f"a network of loss {found.upper}", str(loss), "Report this bug."
        )
    return []


def _by_level(line: _Line) -> ReportTable:
    heads = ("s", "k", "j", "1 - P(j)", "slides' bound", "by sign changes", "L(H_t,k)")
    rows: list[tuple[Cell, ...]] = []
    for scale, width in line.question.sizes:
        for j in line.question.levels:
            left = line.question.left(scale, j)
            if left > 0 or len(line.question.sizes) == 1:
                missed = collapsed(1 - line.question.curve.P(j))
                sharper = _sharper(line.question, width, j)
                rows.append((scale, width, j, missed, left, sharper, line.value(width)))
    return ReportTable(BY_LEVEL, heads, tuple(rows))


def _widths(line: _Line) -> list[int]:
    question = line.question
    asked = {width for _, width in question.sizes}
    if question.layers > 1:
        return sorted({*range(1, DEEP + 1), *asked})
    enough = max(1, shallow_width(len(merged(line.masses)) - 1))
    return sorted({*range(1, min(SHALLOW, enough) + 1), *asked, enough})


def _scale(question: Question, width: int) -> int:
    """The least s with k < r^s (1 if r = 1)."""
    scale = 1
    while question.r > 1 and question.r**scale <= width:
        scale += 1
    return scale


def _width_rows(line: _Line) -> list[tuple[int, int, int, ExactReal, ExactReal, Value]]:
    """k, s, j, the slides' bound, the best bound by sign changes, L(H_t,k)."""
    question, rows = line.question, []
    for width in _widths(line):
        scale = _scale(question, width)
        level, left = question.best_level(scale)
        sharper = max(_sharper(question, width, j) for j in question.levels)
        rows.append((width, scale, level, left, sharper, line.value(width)))
    return rows


def _by_width(line: _Line) -> ReportTable:
    layers = line.question.layers
    rows = tuple(
        (width, changes_within(layers, width), scale, level, left, sharper, value)
        for width, scale, level, left, sharper, value in _width_rows(line)
    )
    heads = ("k", "sign changes", "s", "j", "slides' bound", "by sign changes", "L(H_t,k)")
    return ReportTable(BY_WIDTH, heads, rows)


def _prediction(line: _Line) -> list[ReportTable]:
    """Where the first size's network changes its sign on K_0."""
    width = line.question.sizes[0][1]
    found = line.least(width)
    if isinstance(found, str) or line.question.layers > 1:
        return []
    signs = found.optimum.signs
    (low,), (high,) = line.question.dist.ifs.base.lower, line.question.dist.ifs.base.upper
    ends = [low, *signs.changes, high]
    rows = tuple(
        (to_text(a), to_text(b), "+" if signs.sign_at((a + b) / 2) > 0 else "-")
        for a, b in pairwise(ends)
    )
    return [ReportTable(f"{PREDICTION}, k = {width}", ("from", "to", "sign"), rows)]


def _level_plot(line: _Line) -> ReportPlot:
    question = line.question
    scale, width = question.sizes[0]
    series = [
        Series("1 - P(j)", tuple((j, collapsed(1 - question.curve.P(j))) for j in question.levels)),
        Series("slides' bound", tuple((j, question.left(scale, j)) for j in question.levels)),
    ]
    series += _flat(line.value(width), question.levels)
    title = f"Theorem 3, part 2: t = {question.layers}, k = {width}, s = {scale}"
    return ReportPlot(title, "j", "0-1 loss", tuple(series))


def _flat(value: Value, levels: tuple[int, ...]) -> list[Series]:
    if not isinstance(value, tuple):
        return [Series("L(H_t,k)", tuple((j, value) for j in levels))]
    names = ("L(H_t,k) from below", "L(H_t,k) from above")
    ends = zip(names, value, strict=True)
    return [Series(name, tuple((j, end) for j in levels)) for name, end in ends]


def _width_plot(line: _Line) -> ReportPlot:
    rows = _width_rows(line)
    ends = [value if isinstance(value, tuple) else (value, value) for *_, value in rows]
    series = [
        Series("slides' bound", tuple((k, left) for k, _, _, left, _, _ in rows)),
        Series("by sign changes", tuple((k, sharper) for k, _, _, _, sharper, _ in rows)),
        Series("L(H_t,k)" if all(a == b for a, b in ends) else "L(H_t,k) from below",
               tuple((row[0], low) for row, (low, _) in zip(rows, ends, strict=True))),
    ]  # fmt: skip
    if any(a != b for a, b in ends):
        above = tuple((row[0], high) for row, (_, high) in zip(rows, ends, strict=True))
        series.append(Series("L(H_t,k) from above", above))
    title = f"Theorem 3, part 2: t = {line.question.layers}, best j"
    return ReportPlot(title, "k", "0-1 loss", tuple(series))
