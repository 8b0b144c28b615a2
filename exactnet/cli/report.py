"""``exactnet report``: the page of a fractal or of a depth separation, with its files beside it."""

import argparse
from typing import TYPE_CHECKING

from exactnet.cli import output
from exactnet.cli.inputs import add_curve, find_curve, find_ifs, sizes_given
from exactnet.cli.verdicts import STATUS
from exactnet.constructions import separations
from exactnet.constructions.compile import METHODS
from exactnet.errors import InputError
from exactnet.limits import Limits

if TYPE_CHECKING:
    from exactnet.viewing.fractal_report import WrittenReport

THEOREMS = ("1", "2", "3", "gradient")


def add_to(sub: "argparse._SubParsersAction[argparse.ArgumentParser]") -> argparse.ArgumentParser:
    """Declare the command."""
    command = sub.add_parser(
        "report", help="one HTML page: fractal, network, proof, regions, tables"
    )
    command.add_argument("ifs", metavar="IFS", help="a fractal, its JSON file, or a separation")
    command.add_argument("--depth", type=int, metavar="N", help="of the fractal")
    command.add_argument(
        "--size", nargs="+", action="extend", metavar="KEY=N", help="of a depth separation"
    )
    command.add_argument("--method", choices=METHODS, default="exact", help="default: exact")
    add_curve(command)
    command.add_argument("-o", "--output", required=True, metavar="DIR", help="folder to write to")
    command.add_argument(
        "--time-limit",
        type=float,
        default=60.0,
        metavar="SECONDS",
        help="for each part; default 60",
    )
    command.add_argument(
        "--theorems", default=",".join(THEOREMS), metavar="1,2,...",
        help=f"those on the page; default {','.join(THEOREMS)}",
    )  # fmt: skip
    command.set_defaults(run=run)
    return command


def run(options: argparse.Namespace) -> int:
    """Write the page; the exit status is that of the proof."""
    if options.ifs in separations.names():
        return _print(options, _separation(options))
    if options.depth is None or options.size:
        what = "--size" if options.size else "--depth"
        raise InputError.about(
            what, "--depth for a fractal, --size for a depth separation", f"'{options.ifs:.40}'",
            "Give --depth N, such as --depth 3.",
        )  # fmt: skip
    return _print(options, _fractal(options))


def _separation(options: argparse.Namespace) -> "WrittenReport":
    """The page of a depth separation."""
    from exactnet.viewing.separation_report import save_separation_report

    given = [key for key in ("depth", "curve") if getattr(options, key) is not None]
    if given:
        raise InputError.about(
            f"--{given[0]}", f"--size for '{options.ifs}'", f"--{given[0]}", "Drop it."
        )
    entry = separations.get(options.ifs, **sizes_given(options))
    with output.progress() as progress:
        return save_separation_report(entry, options.output, Limits(options.time_limit), progress)


def _fractal(options: argparse.Namespace) -> "WrittenReport":
    """The page of a fractal."""
    from exactnet.viewing.fractal_report import save_report

    ifs = find_ifs(options.ifs)
    curve = None if options.curve is None else find_curve(options.curve, options.depth)
    wanted = [name for name in options.theorems.split(",") if name]
    with output.progress() as progress:
        return save_report(
            ifs, options.depth, options.output, options.method, curve,
            Limits(options.time_limit), progress, wanted,
        )  # fmt: skip


def _print(options: argparse.Namespace, report: "WrittenReport") -> int:
    files = [str(path) for path in report.files]
    if options.json:
        output.as_json({"verdict": report.verdict.value, "page": files[0], "files": files})
    else:
        output.show(f"{output.verdict(report.verdict)}: {files[0]}")
        for path in files[1:]:
            output.show(f"  beside it: {path}")
    return STATUS[report.verdict]
