"""``exactnet export``: networks and claims for other tools, with a word on what was rounded."""

import argparse
from dataclasses import dataclass

from exactnet.bridges.files import load_network
from exactnet.bridges.rounding import RoundingReport
from exactnet.bridges.vnnlib.text import VERSIONS
from exactnet.cli import output
from exactnet.cli.inputs import Target, add_construction, find_target
from exactnet.constructions.compile import WITH_MARGIN
from exactnet.constructions.margin import DEFAULT_MARGIN
from exactnet.errors import InputError
from exactnet.exact.rationals import to_text
from exactnet.verification.claims import Claim, realizes

FORMATS = ("torch", "onnx", "vnnlib", "smtlib", "npz", "nnet")
DTYPES = ("exact", "float16", "bfloat16", "float32", "float64")
_ASKING = ("vnnlib", "smtlib")
_DEFAULTS = {"npz": "exact", "smtlib": "exact", "torch": "float64", "nnet": "float64"}


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written: files, what was rounded (None if nothing can be), notes, queries."""

    files: tuple[str, ...]
    report: RoundingReport | None = None
    notes: tuple[str, ...] = ()
    queries: int | None = None


def add_to(sub: "argparse._SubParsersAction[argparse.ArgumentParser]") -> argparse.ArgumentParser:
    """Declare the command."""
    command = sub.add_parser("export", help="write a network or a claim for another tool")
    command.add_argument("target", metavar="IFS_OR_FILE", help="a fractal, or a network file")
    command.add_argument("--depth", type=int, metavar="N", help="the fractal's depth")
    command.add_argument("--to", choices=FORMATS, required=True, help="the format")
    command.add_argument(
        "-o", "--output", required=True, metavar="PATH",
        help="a file; for vnnlib also a folder in the layout of VNN-COMP",
    )  # fmt: skip
    add_construction(command)
    command.add_argument("--network", metavar="FILE", help="export this network, not a fresh one")
    command.add_argument("--dtype", choices=DTYPES, help="of the weights; default float32 for onnx")
    asking = command.add_argument_group("vnnlib and smtlib")
    asking.add_argument("--part", choices=("any", "positives", "negatives"), default="any")
    asking.add_argument("--shift", metavar="P/Q", help="of the thresholds; default 1/1024")
    asking.add_argument("--rounding", choices=("outward", "inward"), default="outward")
    asking.add_argument("--vnnlib-version", choices=VERSIONS, help="of the standard; default 1.0")
    command.set_defaults(run=run)
    return command


def run(options: argparse.Namespace) -> int:
    """Write the files and say what was rounded."""
    _check_options(options)
    target = find_target(options, options.target)
    if options.network is not None:
        if target.ifs is None:
            raise InputError.about("--network", "a fractal", "two network files", "Drop one.")
        target = Target(options.network, load_network(options.network), target.ifs, target.depth)
    made = _asked(options, target) if options.to in _ASKING else _weights(options, target)
    if options.json:
        return output.as_json(_document(options, made))
    what = options.network if options.network is not None else target.words
    output.show(f"{', '.join(made.files)}: {options.to} of {what}")
    if made.queries is not None:
        output.show(f"  {made.queries} queries")
    if made.report is not None:
        output.show(f"  rounded: {made.report.words()}")
    elif options.to in ("npz", "smtlib"):
        output.show("  rounded: nothing, all numbers are exact")
    for note in made.notes:
        output.show(f"  {note}")
    return 0


def _check_options(options: argparse.Namespace) -> None:
    """InputError for an option that would be ignored."""
    single = options.to == "vnnlib" and options.output.lower().endswith(".vnnlib")
    for option, given, formats in (
        ("--part", options.part != "any", _ASKING),
        ("--rounding", options.rounding != "outward", ("vnnlib",)),
        ("--shift", options.shift is not None, ("vnnlib",)),
        ("--vnnlib-version", options.vnnlib_version is not None, ("vnnlib",)),
    ):
        if given and options.to not in formats:
            raise InputError.about(
                option, f"--to {' or '.join(formats)}", f"--to {options.to}", "Drop the option."
            )
    if options.dtype not in (None, "exact") and (single or options.to == "smtlib"):
        raise InputError.about(
            "--dtype", "a format with weights", f"queries in {options.output:.60}",
            "Drop the option, or give vnnlib a folder.",
        )  # fmt: skip


def _weights(options: argparse.Namespace, target: Target) -> Exported:
    """A file that holds the network's weights."""
    dtype = options.dtype or _DEFAULTS.get(options.to, "float32")
    path, net = options.output, target.net
    if options.to == "onnx":
        from exactnet.bridges.onnx.export import to_onnx

        report: RoundingReport | None = to_onnx(net, path, dtype).report
    elif options.to == "npz":
        from exactnet.bridges.npz import to_npz

        report = to_npz(net, path, dtype)
    elif options.to == "nnet":
        from exactnet.bridges.nnet import to_nnet

        report = to_nnet(net, path, dtype, None if target.ifs is None else target.ifs.base)
    else:
        from exactnet.bridges.rounding import rounding_report
        from exactnet.bridges.torch.export import save_torch

        save_torch(net, path, dtype)
        report = rounding_report(net, dtype)
    return Exported((path,), report)


def _asked(options: argparse.Namespace, target: Target) -> Exported:
    """Files that ask for a counterexample to the claim."""
    claim = _claim(options, target)
    path = options.output
    if options.to == "smtlib":
        from exactnet.bridges.smtlib import to_smtlib

        to_smtlib(claim, path, options.part)
        return Exported((path,), notes=(f"unsat: {claim.words()}",))
    from exactnet.bridges.vnnlib.export import DEFAULT_SHIFT, to_vnnlib

    shift = DEFAULT_SHIFT if options.shift is None else options.shift
    single = path.lower().endswith(".vnnlib")
    version = options.vnnlib_version or "1.0"
    made = to_vnnlib(
        claim, path if single else None, options.part, shift, "float64", options.rounding, version
    )
    notes = (*made.notes, *sorted({query.note for query in made.queries}))
    if single:
        return Exported((path,), None, notes, len(made.queries))
    from exactnet.bridges.vnnlib.competition import save_vnncomp

    report = save_vnncomp(claim.network, made, path, dtype=options.dtype or "float32")
    return Exported((f"{path}/instances.csv",), report, notes, len(made.queries))


def _claim(options: argparse.Namespace, target: Target) -> Claim:
    if target.ifs is None or target.depth is None:
        raise InputError.about(
            f"--to {options.to}", "a fractal, which says what is claimed", "a network file",
            "Name the fractal, and give the file with --network.",
        )  # fmt: skip
    margin = options.margin
    if options.method in WITH_MARGIN and margin is None:
        margin = to_text(DEFAULT_MARGIN)
    return realizes(target.net, target.ifs, target.depth, margin, options.side, options.absolute)


def _document(options: argparse.Namespace, made: Exported) -> dict[str, object]:
    report = made.report
    worst = None if report is None else report.worst
    return {
        "to": options.to,
        "files": list(made.files),
        "exact": report is None or report.exact,
        "dtype": "exact" if report is None else report.dtype,
        "numbers": None if report is None else report.numbers,
        "changed": 0 if report is None else len(report.changes),
        "worst": None if worst is None else worst.words(),
        "largest_change": None if report is None else to_text(report.largest),
        "queries": made.queries,
        "notes": list(made.notes),
    }
