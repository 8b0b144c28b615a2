"""``exactnet equivalent``: whether two network files hold the same function."""

import argparse

from exactnet.bridges.files import load_network
from exactnet.cli import output
from exactnet.cli.inputs import MEMORY_MIB, Target, find_domain
from exactnet.exact.rationals import show_point, to_text
from exactnet.limits import Limits
from exactnet.verification.certify import certified
from exactnet.verification.equivalence import Difference, equivalent
from exactnet.verification.verdicts import Result, Verdict

_STATUS = {Verdict.PROVED: 0, Verdict.REFUTED: 1, Verdict.UNKNOWN: output.UNKNOWN}


def add_to(sub: "argparse._SubParsersAction[argparse.ArgumentParser]") -> argparse.ArgumentParser:
    """Declare the command."""
    command = sub.add_parser(
        "equivalent", help="prove that two networks are one function, or show where they differ"
    )
    command.add_argument("first", metavar="FILE", help="a network file: f")
    command.add_argument("second", metavar="FILE", help="a network file: g")
    command.add_argument(
        "--box", nargs="+", metavar="lo,hi", help="one side an input; default: all of R^d"
    )
    command.add_argument("--certificate", metavar="FILE", help="write what the checker needs")
    command.add_argument("--time-limit", type=float, default=300.0, metavar="SECONDS")
    command.add_argument("--memory-limit", type=int, default=MEMORY_MIB, metavar="MIB")
    command.set_defaults(run=run, unbounded=False)
    return command


def run(options: argparse.Namespace) -> int:
    """Decide; the exit status is the verdict's."""
    limits = Limits(options.time_limit, options.memory_limit)
    f, g = load_network(options.first), load_network(options.second)
    box = find_domain(options, Target(options.first, f)) if options.box else None
    with output.progress() as progress:
        result = equivalent(f, g, box, limits, progress)
        wanted = options.certificate if result.verdict is Verdict.PROVED else None
        if wanted:
            progress("equivalent: making the certificate")
            result = certified(result)
            result.promise.get().save(wanted)
    if options.json:
        output.as_json(_document(result, wanted))
    else:
        _print(result, wanted)
    return _STATUS[result.verdict]


def _document(result: Result, certificate: str | None) -> dict[str, object]:
    found = result.counterexample
    report: dict[str, object] = {
        "verdict": result.verdict.value,
        "route": result.route,
        "claim": result.claim,
        "rests_on": list(result.rests_on),
        "counterexample": None if found is None else [to_text(v) for v in found.point],
    }
    if isinstance(found, Difference):
        report |= {
            "first": [to_text(v) for v in found.left],
            "second": [to_text(v) for v in found.right],
            "difference": [to_text(v) for v in found.outputs],
        }
    if result.reason:
        report["reason"] = result.reason
    return report | {"certificate": certificate, "seconds": round(result.seconds, 3)}


def _print(result: Result, certificate: str | None) -> None:
    output.show(f"{output.verdict(result.verdict)} by {result.route} in {result.seconds:.2f} s")
    output.show(f"  claim: {result.claim}")
    if isinstance(result.counterexample, Difference):
        output.show(f"  counterexample: {result.counterexample.words()}")
        output.show(f"  difference: {show_point(result.counterexample.outputs)}")
    if result.reason:
        output.show(f"  reason: {result.reason}")
    for line in result.rests_on:
        output.show(f"  rests on: {line}")
    if certificate:
        output.show(f"  certificate: {certificate} (exactnet check {certificate})")
