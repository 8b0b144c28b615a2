"""``exactnet regions``: the linear regions of a network by all six definitions, or their count."""

import argparse
import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from exactnet.cli import output, tables
from exactnet.cli.inputs import (
    Target,
    add_cells,
    add_construction,
    add_domain,
    add_limits,
    find_domain,
    find_target,
    limits_of,
)
from exactnet.errors import InputError, LimitReached
from exactnet.geometry.box import Box
from exactnet.limits import Progress
from exactnet.regions.bounds import network_table
from exactnet.regions.meanings import DEFINITIONS

if TYPE_CHECKING:
    from exactnet.regions.counting import RegionCount


def add_to(sub: "argparse._SubParsersAction[argparse.ArgumentParser]") -> argparse.ArgumentParser:
    """Declare the command."""
    command = sub.add_parser("regions", help="count the linear regions of a network, exactly")
    command.add_argument("target", metavar="FILE_OR_IFS", help="a network file, or a fractal")
    command.add_argument("--depth", type=int, metavar="N", help="the fractal's depth")
    add_construction(command)
    add_domain(command)
    command.add_argument("--graph", metavar="FILE", help="write the adjacency graph (.graphml)")
    command.add_argument("--plot", metavar="FILE", help="draw the regions (.png, .svg, .pdf)")
    command.add_argument("--certificate", metavar="FILE", help="write what the checker needs")
    command.add_argument(
        "--count", action="store_true", help="only the proper count, streamed in little memory"
    )
    command.add_argument("--workers", type=int, metavar="N", help="threads; implies --count")
    command.add_argument("--scheduler", metavar="ADDRESS", help="of Dask; implies --count")
    command.add_argument("--resume", metavar="FILE", help="checkpoint; implies --count")
    add_limits(command)
    add_cells(command)
    command.set_defaults(run=run)
    return command


@dataclass(slots=True)
class Report:
    """What is known of the regions; None where it was not asked for or not reached."""

    counts: dict[str, object] = field(default_factory=lambda: dict.fromkeys(DEFINITIONS))
    cells: int | None = None
    f_vector: tuple[int, ...] | None = None
    euler: int | None = None
    at_least: int | None = None
    reason: str = ""


def run(options: argparse.Namespace) -> int:
    """Enumerate or count; exit status 3 when a limit was reached."""
    start = time.monotonic()
    streaming = (options.workers, options.scheduler, options.resume)
    only_count = options.count or any(value is not None for value in streaming)
    _check(options, only_count)
    target = find_target(options, options.target)
    _check_files(options, target)
    box = find_domain(options, target)
    with output.progress() as progress:
        if only_count:
            report = _count(options, target, box, progress)
        else:
            report = _whole(options, target, box, progress)
    seconds = time.monotonic() - start
    if options.json:
        output.as_json(_document(target, box, report, seconds))
    else:
        _print(options, target, box, report, seconds)
    return output.UNKNOWN if report.reason else 0


def _check(options: argparse.Namespace, only_count: bool) -> None:
    """Refuse what cannot be done before any work is done."""
    whole = [name for name in ("plot", "graph", "certificate") if getattr(options, name)]
    if only_count and whole:
        raise InputError.about(
            f"--{whole[0]}",
            "the whole complex", "a streamed count", "Drop --count and what implies it.",
        )  # fmt: skip
    if options.scheduler is not None and options.workers is not None:
        raise InputError.about("--scheduler", "no --workers", "both", "Drop one of them.")
    if options.plot and options.unbounded:
        raise InputError.about("--plot", "a box", "--unbounded", "Give --box for the part to draw.")
    if options.certificate and options.unbounded:
        raise InputError.about("--certificate", "a box", "--unbounded", "Give --box.")


def _check_files(options: argparse.Namespace, target: Target) -> None:
    """Refuse files that could not be written for this network."""
    if options.plot:
        from exactnet.viewing.picture import check_picture

        check_picture(target.net, options.plot)
    if options.graph:
        from exactnet.cli import graphml

        graphml.check_path(options.graph)


def _whole(
    options: argparse.Namespace, target: Target, box: Box | None, progress: Progress
) -> Report:
    """The whole complex, all six counts, and the files that were asked for."""
    from exactnet.regions.enumeration import enumerate_regions
    from exactnet.regions.setting import Setting

    limits = limits_of(options)
    try:
        cx = enumerate_regions(target.net, box, limits, progress)
        progress(f"regions: {len(cx)} cells, counting by the six definitions")
        counts = cx.counts()
        if options.graph:
            from exactnet.cli.graphml import write_graph

            progress("regions: writing the graph")
            write_graph(cx, options.graph)
        if options.certificate and box is not None:
            from exactnet.verification.certificates.covers import certify_regions

            certify_regions(target.net, box, limits, progress).save(options.certificate)
        if options.plot:
            from exactnet.viewing.picture import save_regions

            save_regions(target.net, options.plot, box, target.ifs, target.depth, limits, progress)
    except LimitReached as reached:
        walls = Setting.of(target.net, box).walls  # they cut a region into 2^walls cells at most
        return Report(at_least=max(1, -(-limits.seen[0] // 2**walls)), reason=str(reached))
    return Report(dict(counts), len(cx), cx.f_vector, cx.euler)


def _count(
    options: argparse.Namespace, target: Target, box: Box | None, progress: Progress
) -> Report:
    """The proper count, streamed."""
    from exactnet.regions.counting import count_regions

    with ExitStack() as stack:
        client = None
        if options.scheduler is not None:
            from exactnet.cli.cluster import connect

            client = stack.enter_context(connect(options.scheduler))
        try:
            found = count_regions(
                target.net, box, workers=options.workers, client=client,
                resume=options.resume, limits=limits_of(options), progress=progress,
            )  # fmt: skip
        except KeyboardInterrupt:
            raise KeyboardInterrupt(_how_to_go_on(options)) from None
    return _counted(found, box)


def _counted(found: "RegionCount", box: Box | None) -> Report:
    """The report of a count; on a box cells and proper regions are the same."""
    report = Report(reason=found.reason)
    if found.complete:
        report.counts["proper"] = int(found)
        report.cells = None if box is None else int(found)
    else:
        report.at_least = int(found)
    return report


def _how_to_go_on(options: argparse.Namespace) -> str:
    if options.resume:
        return f"Go on with --resume {options.resume}."
    return "With --resume FILE a count can go on where it was interrupted."


def _document(target: Target, box: Box | None, report: Report, seconds: float) -> dict[str, object]:
    return {
        "counts": report.counts,
        "bounds": tables.bounds_document(network_table(target.net)),
        "cells": report.cells,
        "facets": None if report.f_vector is None else report.f_vector[-2],
        "f_vector": report.f_vector,
        "euler": report.euler,
        "domain": tables.domain_document(box),
        "complete": not report.reason,
        "reason": report.reason,
        "at_least": report.at_least,
        "seconds": round(seconds, 3),
    }


def _print(
    options: argparse.Namespace, target: Target, box: Box | None, report: Report, seconds: float
) -> None:
    output.show(f"Regions of {target.words}, on {tables.domain_text(target.net, box)}")
    for name, meaning in DEFINITIONS.items():
        if report.counts[name] is not None:
            output.show(f"  {name:<10} {_shown(report.counts[name]):>14}  {meaning}")
    if report.f_vector is not None:
        faces = ", ".join(map(str, report.f_vector))
        output.show(f"  faces of dimension 0..{len(report.f_vector) - 1}: {faces}")
        output.show(f"  Euler characteristic {report.euler}")
    if report.reason:
        output.show(f"  at least {report.at_least} proper regions: {report.reason}")
        if options.resume:
            output.show(f"  {_how_to_go_on(options)}")
    tables.print_bounds(network_table(target.net))
    for path in filter(None, (options.graph, options.certificate, options.plot)):
        output.show(f"wrote {path}" if not report.reason else f"did not write {path}")
    output.show(f"done in {seconds:.2f} s")


def _shown(count: object) -> str:
    return f"{count[0]} to {count[1]}" if isinstance(count, list) else str(count)
