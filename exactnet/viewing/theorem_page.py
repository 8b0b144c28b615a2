"""A theorem report as a page with plots."""

import os
from fractions import Fraction

from exactnet.exact.radicals import BinaryRadical
from exactnet.exact.rationals import to_text
from exactnet.theorems.report import Outcome, ReportPlot, ReportTable, TheoremReport
from exactnet.theorems.values import LONG, Cell, shown, spelled
from exactnet.viewing import canvas, page
from exactnet.viewing.colours import FRACTAL, INK

_KIND = {Outcome.HOLDS: "good", Outcome.FAILS: "bad"}
_INKS = (INK, FRACTAL, "#2563a8", "#1a7f37", "#8a6100", "#7a3e9d", "#0f7b83", "#5b6270")
MOST = 20_000  # characters of an exact number on a page
_MARKS = ("o", "s", "^", "D", "v", "P", "X", "*")


def save_theorem_page(report: TheoremReport, path: str | os.PathLike[str]) -> None:
    """Write the report as one HTML file; FileError if that fails."""
    page.save(path, *_whole(report))


def theorem_page(report: TheoremReport) -> str:
    """The report as HTML that needs nothing else."""
    return page.page(*_whole(report))


def _whole(report: TheoremReport) -> tuple[str, str, list[page.Html]]:
    """Title, the line under it, and the parts."""
    title = f"{report.name[0].upper()}{report.name[1:]}: {report.instance}"
    return title, report.statement, theorem_parts(report)


def theorem_parts(report: TheoremReport, level: int = 2) -> list[page.Html]:
    """Verdict, hypotheses, both sides, tables, plots and evidence, under headings of a level."""
    kind = _KIND.get(report.verdict, "open")
    parts = [
        page.paragraph(page.verdict(report.verdict.value, kind)),
        page.heading("Hypotheses", level),
    ]
    parts.append(
        page.table(
            ("hypothesis", "holds", "evidence"),
            [(h.name, shown(h.holds), h.evidence) for h in report.hypotheses],
            stack=True,
        )
    )
    if report.comparisons:
        parts += [page.heading("Both sides", level), _sides(report)]
    parts += [part for table in report.tables for part in _table(table, level)]
    parts += [_plot(plot) for plot in report.plots]
    if report.notes:
        parts += [page.heading("Notes", level), page.listing(report.notes)]
    if report.rests_on:
        parts += [page.heading("What this rests on", level), page.listing(report.rests_on)]
    return parts


def _sides(report: TheoremReport) -> page.Html:
    rows = [
        (
            c.name,
            number(c.left),
            c.relation,
            number(c.right),
            "open" if c.holds is None else shown(c.holds),
        )
        for c in report.comparisons
    ]
    return page.table(("what", "left", "", "right", "holds"), rows, stack=True)


def number(value: Cell) -> page.Html:
    """A number that copies exactly: in full where it is short, else unfolding from its decimals."""
    if isinstance(value, int) and not isinstance(value, bool):
        return page.integer(to_text(Fraction(value)))
    if not isinstance(value, (Fraction, BinaryRadical)):
        return page.exact(shown(value))
    text = to_text(value) if isinstance(value, Fraction) else str(value)
    if len(text) <= LONG or len(text) > MOST:
        return page.exact(spelled(value))
    return page.unfolding(f"~ {shown(value)}", page.exact(text))


def _table(table: ReportTable, level: int) -> list[page.Html]:
    rows = [
        [number(cell) if type(cell) is int else shown(cell) for cell in row] for row in table.rows
    ]
    return [page.heading(table.title, level), page.table(table.heads, rows)]


def _plot(plot: ReportPlot) -> page.Html:
    """Series over common axes; the plotted floats are rounded from exact values."""
    figure, (axes,) = canvas.figure(5.8, 3.5)
    for k, series in enumerate(plot.series):
        x = [float(a) for a, _ in series.points]
        y = [float(b) for _, b in series.points]
        ink, mark = _INKS[k % len(_INKS)], _MARKS[k % len(_MARKS)]
        axes.plot(x, y, color=ink, marker=mark, ms=4.5, linewidth=1.3, label=series.name)
    axes.set_xlabel(plot.x, color=INK)
    axes.set_ylabel(plot.y, color=INK)
    canvas.whole_ticks(axes)
    if len(plot.series) > 1:
        axes.legend(frameon=False, fontsize=8)
    return page.figure(canvas.rendered(figure, ".svg"), plot.title, "plot")
