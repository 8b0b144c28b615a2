"""``exactnet bounds``: every bound on the number of regions, beside an exact count if asked for."""

import argparse
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
from exactnet.errors import InputError
from exactnet.regions.bounds import BoundRow, network_table, table
from exactnet.verification.domains import in_regions

if TYPE_CHECKING:
    from exactnet.regions.counting import RegionCount

NOT_COUNTED = "a box of so many dimensions has too many faces"
MAX_WIDTH = 4096
MAX_POWER = 20_000  # e is raised to the dimension times the number of layers
MAX_STEPS = 3 * 10**10


def add_to(sub: "argparse._SubParsersAction[argparse.ArgumentParser]") -> argparse.ArgumentParser:
    """Declare the command."""
    command = sub.add_parser("bounds", help="bounds on the number of regions, side by side")
    command.add_argument("ifs", nargs="?", metavar="IFS", help="count its network exactly too")
    command.add_argument("--network", metavar="FILE", help="count this network exactly too")
    command.add_argument("--dim", type=int, metavar="d", help="inputs")
    command.add_argument("--width", type=int, metavar="k", help="units of every hidden layer")
    command.add_argument("--widths", metavar="k1,k2,...", help="units, layer by layer")
    command.add_argument(
        "--depth", type=int, metavar="t", help="hidden layers; with IFS the fractal's depth"
    )
    add_construction(command)
    add_domain(command)
    add_limits(command)
    add_cells(command)
    command.set_defaults(run=run)
    return command


def run(options: argparse.Namespace) -> int:
    """Print the bounds, and the exact count of a network; status 3 when a limit cut it short."""
    if options.ifs is None and options.network is None:
        dim, widths = _sizes(options)
        return _print(options, dim, widths, table(dim, widths))
    target = _target(options)
    net, box = target.net, find_domain(options, target)
    widths = [layer.outputs for layer in net.layers[:-1]]
    _check_sizes(net.inputs, widths)
    if not in_regions(net.inputs) and box is not None:  # bounds know no limit, faces do
        return _print(options, net.inputs, widths, network_table(net), reason=NOT_COUNTED)
    from exactnet.regions.counting import count_regions

    with output.progress() as progress:
        found = count_regions(net, box, limits=limits_of(options), progress=progress)
    where = f"{target.words}, on {tables.domain_text(net, box)}"
    return _print(options, net.inputs, widths, network_table(net), found, where)


def _target(options: argparse.Namespace) -> Target:
    sizes = ("dim", "width", "widths")
    given = [f"--{name}" for name in sizes if getattr(options, name) is not None]
    if options.ifs is not None and options.network is not None:
        given.append("--network")
    if given:
        raise InputError.about(
            given[0], "sizes, a fractal or a network file", "two of them", "Drop one of them."
        )
    return find_target(options, options.ifs or options.network)


def _sizes(options: argparse.Namespace) -> tuple[int, list[int]]:
    """The dimension and the hidden widths from the options."""
    wanted = ["dim"] if options.widths else ["dim", "width", "depth"]
    missing = [f"--{name}" for name in wanted if getattr(options, name) is None]
    if missing or (options.widths and (options.width is not None or options.depth is not None)):
        raise InputError.about(
            "bounds", "--dim with --width and --depth, or with --widths",
            f"no {missing[0]}" if missing else "both", "Or name a fractal or a network.",
        )  # fmt: skip
    if not options.widths:
        _check_sizes(options.dim, [options.width], options.depth)
        return options.dim, [options.width] * options.depth
    try:
        widths = [int(width) for width in options.widths.split(",")]
    except ValueError:
        raise InputError.about(
            "--widths", "integers such as 3,4,5", f"'{options.widths:.40}'", "Separate by commas."
        ) from None
    _check_sizes(options.dim, widths)
    return options.dim, widths


def _check_sizes(dim: int, widths: list[int], times: int = 1) -> None:
    """Refuse sizes whose bounds would take more than about a minute to compute and print."""
    units = sum(widths) * times
    steps = sum(width * min(dim, width) for width in widths) * times * units
    for what, value, most in (
        ("widths", max(widths, default=0), MAX_WIDTH),
        ("dim x layers", dim * len(widths) * times, MAX_POWER),
        ("dim x width x units", steps, MAX_STEPS),
    ):
        if value > most:
            raise InputError.about(
                "bounds", f"{what} <= {most}", output.short(value), "Take smaller sizes."
            )


def _print(
    options: argparse.Namespace,
    dim: int,
    widths: list[int],
    rows: list[BoundRow],
    found: "RegionCount | None" = None,
    where: str = "",
    reason: str = "",
) -> int:
    if options.json:
        output.as_json(_document(dim, widths, rows, found, reason))
    else:
        shown = ", ".join(map(str, widths)) if len(set(widths)) > 1 or len(widths) < 2 else (
            f"{len(widths)} x {widths[0]}"
        )  # fmt: skip
        output.show(f"{dim} inputs, hidden layers {shown or 'none'}")
        tables.print_bounds(rows)
        if reason:
            output.show(f"not counted: {reason}")
        if found is not None:
            output.show(f"{'exactly' if found.complete else 'at least'} {int(found)}: {where}")
            if not found.complete:
                output.show(f"  {found.reason}")
    return output.UNKNOWN if found is not None and not found.complete else 0


def _document(
    dim: int, widths: list[int], rows: list[BoundRow], found: "RegionCount | None", reason: str
) -> dict[str, object]:
    exact = found is not None and found.complete
    return {
        "dim": dim,
        "widths": widths,
        "bounds": tables.bounds_document(rows),
        "kinds": {row.name: row.kind for row in rows},
        "notes": {row.name: row.note for row in rows},
        "regions": int(found) if found is not None and exact else None,
        "at_least": int(found) if found is not None and not exact else None,
        "reason": reason if found is None else found.reason,
    }
