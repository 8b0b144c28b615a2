"""``exactnet equivalent``: whether two network files hold the same function, or nearly so."""

import argparse
from typing import TYPE_CHECKING

from exactnet.bridges.files import load_network
from exactnet.bridges.rounding import at_most
from exactnet.cli import output, verdicts
from exactnet.cli.inputs import add_box, add_limits, given_box, limits_of
from exactnet.errors import InputError
from exactnet.exact.rationals import as_rational, show_point, to_text
from exactnet.verification.verdicts import Verdict

if TYPE_CHECKING:
    from exactnet.verification.distance import LargestDifference, WithinResult
    from exactnet.verification.equivalence import Difference


def add_to(sub: "argparse._SubParsersAction[argparse.ArgumentParser]") -> argparse.ArgumentParser:
    """Declare the command."""
    command = sub.add_parser(
        "equivalent", help="prove that two networks are one function, or show where they differ"
    )
    command.add_argument("first", metavar="FILE", help="a network file: f")
    command.add_argument("second", metavar="FILE", help="a network file: g")
    add_box(command, "all of R^d")
    command.add_argument(
        "--within", metavar="P/Q",
        help="prove |f - g| <= P/Q in every output on a box, and show the largest |f - g|",
    )  # fmt: skip
    command.add_argument("--certificate", metavar="FILE", help="write what the checker needs")
    add_limits(command, seconds=300)
    command.set_defaults(run=run)
    return command


def run(options: argparse.Namespace) -> int:
    """Decide; the exit status is the verdict's."""
    from exactnet.verification.equivalence import Difference, equivalent

    if options.within is not None:
        return _within(options)
    limits = limits_of(options)
    f, g = load_network(options.first), load_network(options.second)
    box = given_box(options)
    with output.progress() as progress:
        result = equivalent(f, g, box, limits, progress)
        progress("equivalent: making the certificate")
        proved = result.verdict is Verdict.PROVED
        answer = verdicts.Answer.of(result, options.certificate if proved else None)
    found = result.counterexample if isinstance(result.counterexample, Difference) else None
    if options.json:
        output.as_json(verdicts.as_document(answer, {} if found is None else _outputs(found)))
    else:
        verdicts.show(answer, found=() if found is None else _words(found))
    return answer.status


def _within(options: argparse.Namespace) -> int:
    """Decide whether the networks differ by at most a bound."""
    from exactnet.verification.distance import prove_within

    if options.certificate:
        raise InputError.about(
            "--certificate", "no --within", "both", "Largest differences have no certificate yet."
        )
    bound, limits = as_rational(options.within.strip(), "--within"), limits_of(options)
    box = given_box(options)
    if box is None:
        raise InputError.about(
            "--within", "a box", "no --box", "Give one side an input: --box 0,1."
        )
    f, g = load_network(options.first), load_network(options.second)
    with output.progress() as progress:
        result = prove_within(f, g, bound, box, limits, progress)
    answer = verdicts.Answer(result)
    if options.json:
        known = {"within": to_text(bound), **_largest(result)}
        output.as_json(verdicts.as_document(answer, known))
    else:
        verdicts.show(answer, found=_sizes(result))
    return answer.status


def _largest(result: "WithinResult") -> dict[str, object]:
    """The largest difference, where it is taken, and what the networks give there."""
    from exactnet.verification.equivalence import Difference

    largest, found = result.largest, result.counterexample
    where = None if largest is None else [to_text(v) for v in largest.point]
    return {
        "largest": None if largest is None else to_text(largest.value),
        "largest_at": where,
        "largest_output": None if largest is None else largest.output,
        **(_outputs(found) if isinstance(found, Difference) else {}),
    }


def _sizes(result: "WithinResult") -> list[str]:
    """The largest difference and the counterexample, as lines."""
    from exactnet.verification.equivalence import Difference

    found = result.counterexample
    lines = list(_words(found)) if isinstance(found, Difference) else []
    if result.largest is not None:
        lines.append(f"largest difference: {_in_words(result.largest)}")
    return lines


def _in_words(largest: "LargestDifference") -> str:
    """The value, a decimal that is not below it, the output and the point."""
    value = to_text(largest.value)
    about = "" if largest.value.denominator == 1 else f" (at most {at_most(largest.value)})"
    output_ = f" in output {largest.output}" if len(largest.left) > 1 else ""
    return f"{value}{about}{output_}, at x = {show_point(largest.point)}"


def _outputs(found: "Difference") -> dict[str, object]:
    """What the networks give where they differ."""
    return {
        "first": [to_text(v) for v in found.left],
        "second": [to_text(v) for v in found.right],
        "difference": [to_text(v) for v in found.outputs],
    }


def _words(found: "Difference") -> tuple[str, str]:
    return f"counterexample: {found.words()}", f"difference: {show_point(found.outputs)}"
