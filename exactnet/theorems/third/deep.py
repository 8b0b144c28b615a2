"""Theorem 3, part 1, on an instance: the network for K_j errs exactly on the negatives in K_j."""

from dataclasses import dataclass
from fractions import Fraction

from exactnet.constructions.compile import compile_ifs
from exactnet.errors import ConstructionError, LimitReached
from exactnet.exact.radicals import ExactReal, collapsed
from exactnet.fractals.hypotheses import Contact
from exactnet.networks.network import ReluNetwork
from exactnet.theorems.loss import conditional_losses
from exactnet.theorems.report import Comparison, ReportPlot, ReportTable, Series
from exactnet.theorems.third.sides import Findings, Question

TABLE = "Part 1: the network for K_j"
HEADS = (
    "j", "P(j)", "1 - P(j)", "exact loss", "hidden layers", "2j+2", "width", "5dr",
    "folded: loss", "hidden layers", "width",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Row:
    level: int
    network: ReluNetwork
    loss: ExactReal
    folded: tuple[ReluNetwork, ExactReal] | None


def deep_section(question: Question) -> Findings:
    """For every j the margin-free network for K_j (and the folded one), with its exact loss.

    L(H_{t,k}) <= 1 - P(j) follows: t = 2j+2 and k = 5dr leave room for that network, and one more
    layer changes no sign (max(f, -1) has the sign of f).
    """
    section = Findings()
    if question.dist.ifs.contact is not Contact.DISJOINT:
        section.notes.append("part 1: touching images have no margin-free network, none is shown")
        return section
    rows = []
    for j in question.levels:
        name = f"part 1, j = {j}: loss of the network for K_{j} against 1 - P({j})"
        target = collapsed(1 - question.curve.P(j))
        try:
            row = _row(question, j)
        except LimitReached as reached:
            section.comparisons.append(
                Comparison(name, (Fraction(0), Fraction(1)), "=", target, None)
            )
            section.notes.append(f"part 1, j = {j}: {reached}")
            continue
        rows.append(row)
        section.comparisons.append(Comparison(name, row.loss, "=", target, row.loss == target))
    section.comparisons.extend(_sizes(question, rows))
    section.tables.append(ReportTable(TABLE, HEADS, tuple(_cells(question, row) for row in rows)))
    section.rests_on.append("part 1: integration over the regions of every network for K_j")
    if rows:
        section.plots.append(_plot(question, rows))
    return section


def _row(question: Question, level: int) -> _Row:
    ifs = question.dist.ifs
    network = compile_ifs(ifs, level)
    loss = _loss(question, network)
    try:
        folded = compile_ifs(ifs, level, "fold")
    except ConstructionError:
        return _Row(level, network, loss, None)
    return _Row(level, network, loss, (folded, _loss(question, folded)))


def _loss(question: Question, network: ReluNetwork) -> ExactReal:
    """The loss; where it is 0 or 1 given each part, it is so on every cell, whatever its share."""
    losses = conditional_losses(network, question.dist, limits=question.limits)
    if question.shares is not None and not {*losses.negatives, losses.positives} <= {0, 1}:
        raise LimitReached("losses inside cells are not computed for unequal shares")
    return losses.under(question.curve)


def _sizes(question: Question, rows: list[_Row]) -> list[Comparison]:
    if not rows:
        return []
    last, bound = rows[-1], 5 * question.dist.ifs.dim * question.r
    depth, width = last.network.depth, max(row.network.width for row in rows)
    most = 2 * last.level + 2
    return [
        Comparison(f"part 1: hidden layers for K_{last.level} against 2j+2", depth, "<=", most,
                   depth <= most),
        Comparison("part 1: width against 5dr", width, "<=", bound, width <= bound),
    ]  # fmt: skip


def _cells(question: Question, row: _Row) -> tuple[int | str | ExactReal | None, ...]:
    curve, net, j = question.curve, row.network, row.level
    folded: tuple[ExactReal | int | None, ...] = (None, None, None)
    if row.folded is not None:
        folded = row.folded[1], row.folded[0].depth, row.folded[0].width
    return (
        j, curve.P(j), collapsed(1 - curve.P(j)), row.loss, net.depth, 2 * j + 2, net.width,
        5 * question.dist.ifs.dim * question.r, *folded,
    )  # fmt: skip


def _plot(question: Question, rows: list[_Row]) -> ReportPlot:
    target = tuple((j, collapsed(1 - question.curve.P(j))) for j in question.levels)
    return ReportPlot(
        "Theorem 3, part 1",
        "j",
        "0-1 loss",
        (
            Series("1 - P(j)", target),
            Series("network for K_j", tuple((row.level, row.loss) for row in rows)),
        ),
    )
