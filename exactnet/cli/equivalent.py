"""``exactnet equivalent``: whether two network files hold the same function."""

import argparse

from exactnet.bridges.files import load_network
from exactnet.cli import output, verdicts
from exactnet.cli.inputs import add_box, add_limits, given_box, limits_of
from exactnet.exact.rationals import show_point, to_text
from exactnet.verification.certify import certified
from exactnet.verification.equivalence import Difference, equivalent
from exactnet.verification.verdicts import Verdict


def add_to(sub: "argparse._SubParsersAction[argparse.ArgumentParser]") -> argparse.ArgumentParser:
    """Declare the command."""
    command = sub.add_parser(
        "equivalent", help="prove that two networks are one function, or show where they differ"
    )
    command.add_argument("first", metavar="FILE", help="a network file: f")
    command.add_argument("second", metavar="FILE", help="a network file: g")
    add_box(command, "all of R^d")
    command.add_argument("--certificate", metavar="FILE", help="write what the checker needs")
    add_limits(command, seconds=300)
    command.set_defaults(run=run)
    return command


def run(options: argparse.Namespace) -> int:
    """Decide; the exit status is the verdict's."""
    limits = limits_of(options)
    f, g = load_network(options.first), load_network(options.second)
    box = given_box(options)
    with output.progress() as progress:
        result = equivalent(f, g, box, limits, progress)
        wanted = options.certificate if result.verdict is Verdict.PROVED else None
        if wanted:
            progress("equivalent: making the certificate")
            result = certified(result)
            result.promise.get().save(wanted)
    found = result.counterexample if isinstance(result.counterexample, Difference) else None
    if options.json:
        more = {} if found is None else _outputs(found)
        output.as_json(verdicts.as_document(result, wanted, more))
    else:
        verdicts.show(result, wanted, found=() if found is None else _words(found))
    return verdicts.STATUS[result.verdict]


def _outputs(found: Difference) -> dict[str, object]:
    """What the networks give where they differ."""
    return {
        "first": [to_text(v) for v in found.left],
        "second": [to_text(v) for v in found.right],
        "difference": [to_text(v) for v in found.outputs],
    }


def _words(found: Difference) -> tuple[str, str]:
    return f"counterexample: {found.words()}", f"difference: {show_point(found.outputs)}"
