"""The report of a depth separation: one page, with the network or circuit beside it."""

import os

from exactnet.constructions.separations.circuits import HierarchicalCircuit
from exactnet.constructions.separations.record import Separation
from exactnet.errors import ExactnetError, LimitReached
from exactnet.limits import Limits, Progress, from_now, silent
from exactnet.networks.network import ReluNetwork
from exactnet.theorems.separations.examine import examine_separation
from exactnet.theorems.separations.prove import prove_separation
from exactnet.verification.verdicts import Result, Verdict
from exactnet.viewing import canvas, page
from exactnet.viewing.fractal_report import (
    NETWORK,
    PAGE,
    PART_SECONDS,
    WrittenReport,
    folder_for,
    named,
)
from exactnet.viewing.picture import draw_regions
from exactnet.viewing.report_sections import KIND
from exactnet.viewing.theorem_page import theorem_parts

DRAWN_INPUTS = 3


def save_separation_report(
    entry: Separation,
    directory: str | os.PathLike[str],
    limits: Limits | None = None,
    progress: Progress = silent,
) -> WrittenReport:
    """Write DIRECTORY/index.html and the network (or circuit) of an entry beside it.

    ``limits`` bound each part of the page. Everything is computed before anything is written, and
    the page is written last. Raises FileError if a file cannot be written, InputError for a folder
    named like a page.
    """
    bound = limits or Limits(PART_SECONDS)
    folder = folder_for(directory)
    result = prove_separation(entry, limits=_fresh(bound), progress=named(progress, "proof"))
    parts = [*_head(entry, result), *_picture(entry, bound, named(progress, "picture"))]
    parts += _statement(entry, _fresh(bound), named(progress, "statement"))
    net = entry.network
    (net if isinstance(net, HierarchicalCircuit) else entry.relu).save(folder / NETWORK)
    page.save(folder / PAGE, entry.title, entry.target.expression, parts)
    return WrittenReport(folder / PAGE, (folder / PAGE, folder / NETWORK), result.verdict)


def _fresh(limits: Limits) -> Limits:
    """The same limits, from now on."""
    return from_now(limits)


def _head(entry: Separation, result: Result) -> list[page.Html]:
    """The verdict on the network, its size, and where the statement comes from."""
    net = entry.network
    size = f"{net.depth} hidden layers, widest {net.width}, {net.neurons} units" if isinstance(
        net, ReluNetwork
    ) else "an arithmetic circuit"  # fmt: skip
    rows: list[str | page.Html] = [size, page.link(NETWORK, "its exact weights")]
    parts = [
        page.paragraph(page.verdict(result.verdict.value, KIND[result.verdict]), " ", result.claim),
        page.listing(rows),
        page.paragraph("This rests on:"),
        page.listing(result.rests_on),
    ]
    if result.verdict is Verdict.UNKNOWN:
        parts.append(page.paragraph(f"reason: {result.reason}"))
    sources = [f"{s.claim} ({s.source}; wording: {s.wording})" for s in entry.statements]
    return [*parts, page.heading("Published"), page.listing(sources)]


def _statement(entry: Separation, limits: Limits, progress: Progress) -> list[page.Html]:
    """What the published statement says here, or which limit was reached."""
    head = page.heading("The published statement, here")
    try:
        report = examine_separation(entry, limits, progress)
    except LimitReached as reached:
        return [head, page.paragraph(f"not finished: {reached}")]
    return [head, page.paragraph(report.statement), *theorem_parts(report, 3)]


def _picture(entry: Separation, limits: Limits, progress: Progress) -> list[page.Html]:
    """The regions of the network, where it has few enough inputs to draw them."""
    net, box = entry.counted or (entry.network, entry.target.domain)
    if not isinstance(net, ReluNetwork) or net.inputs > DRAWN_INPUTS:
        return []
    try:
        figure, regions = draw_regions(net, box, limits=_fresh(limits), progress=progress)
    except ExactnetError as error:  # also a limit
        return [page.paragraph(f"no picture: {error}")]
    caption = f"The {regions:,} linear regions of the deep network"
    return [page.bitmap(canvas.rendered(figure, ".png"), caption)]
