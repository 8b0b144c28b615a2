"""``exactnet report``: a fractal's page, with its network and certificate beside it."""

import argparse

from exactnet.cli import output
from exactnet.cli.inputs import add_curve, find_curve, find_ifs
from exactnet.constructions.compile import METHODS
from exactnet.limits import Limits
from exactnet.verification.verdicts import Verdict

THEOREMS = ("1", "2", "3", "gradient")
_STATUS = {Verdict.PROVED: 0, Verdict.REFUTED: 1, Verdict.UNKNOWN: output.UNKNOWN}


def add_to(sub: "argparse._SubParsersAction[argparse.ArgumentParser]") -> argparse.ArgumentParser:
    """Declare the command."""
    command = sub.add_parser(
        "report", help="one HTML page: fractal, network, proof, regions, tables"
    )
    command.add_argument("ifs", metavar="IFS", help="a gallery name or a JSON file")
    command.add_argument("--depth", type=int, required=True, metavar="N")
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
    from exactnet.viewing.fractal_report import save_report

    ifs = find_ifs(options.ifs)
    curve = None if options.curve is None else find_curve(options.curve, options.depth)
    wanted = [name for name in options.theorems.split(",") if name]
    with output.progress() as progress:
        report = save_report(
            ifs, options.depth, options.output, options.method, curve,
            Limits(options.time_limit), progress, wanted,
        )  # fmt: skip
    files = [str(path) for path in report.files]
    if options.json:
        output.as_json({"verdict": report.verdict.value, "page": files[0], "files": files})
    else:
        output.show(f"{output.verdict(report.verdict)}: {files[0]}")
        for path in files[1:]:
            output.show(f"  beside it: {path}")
    return _STATUS[report.verdict]
