"""``exactnet verify``: the answer to a VNN-LIB query about a network."""

import argparse

from exactnet.bridges.files import load_network
from exactnet.bridges.vnnlib.reader import read_vnnlib
from exactnet.cli import output, verdicts
from exactnet.cli.inputs import add_limits, limits_of
from exactnet.errors import InputError
from exactnet.exact.rationals import to_text
from exactnet.verification.query import Satisfying, prove_query
from exactnet.verification.verdicts import Verdict

ANSWERS = {Verdict.PROVED: "unsat", Verdict.REFUTED: "sat", Verdict.UNKNOWN: "unknown"}


def add_to(sub: "argparse._SubParsersAction[argparse.ArgumentParser]") -> argparse.ArgumentParser:
    """Declare the command."""
    command = sub.add_parser(
        "verify", help="answer a VNN-LIB query: prove that no input satisfies it, or show one"
    )
    command.add_argument("network", metavar="FILE", help="a network file (.onnx, .pt, .json, ...)")
    command.add_argument("query", metavar="QUERY", help="a VNN-LIB file, version 1.0 or 2.0")
    command.add_argument("--certificate", metavar="FILE", help="write what the checker needs")
    add_limits(command, seconds=300)
    command.set_defaults(run=run)
    return command


def run(options: argparse.Namespace) -> int:
    """Answer; the exit status is the verdict's: 0 for unsat, 1 for sat."""
    if options.network.endswith(".vnnlib"):
        raise InputError.about(
            "verify", "a network file, then a VNN-LIB file", "the VNN-LIB file first",
            "Exchange them.",
        )  # fmt: skip
    net, query = load_network(options.network), read_vnnlib(options.query)
    with output.progress() as progress:
        result = prove_query(net, query, limits_of(options), progress)
        answer = verdicts.Answer.of(result, options.certificate)
    found = result.counterexample if isinstance(result.counterexample, Satisfying) else None
    if options.json:
        more: dict[str, object] = {
            "answer": ANSWERS[result.verdict],
            "cases": len(query.cases),
            "outputs": None if found is None else [to_text(v) for v in found.outputs],
        }
        output.as_json(verdicts.as_document(answer, more))
    else:
        output.show(f"{ANSWERS[result.verdict]}: {options.query} about {options.network}")
        words = () if found is None else (f"counterexample: {found.words()}",)
        verdicts.show(answer, found=words)
    return answer.status
