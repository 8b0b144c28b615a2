"""``exactnet check``: whether a certificate proves its claim, by the checker alone."""

import argparse

from exactnet.bridges.files import load_network
from exactnet.cli import output
from exactnet.errors import CertificateError
from exactnet.verification.checking import check_certificate


def add_to(sub: "argparse._SubParsersAction[argparse.ArgumentParser]") -> argparse.ArgumentParser:
    """Declare the command."""
    command = sub.add_parser("check", help="check a certificate, trusting no prover")
    command.add_argument("file", metavar="FILE", help="a certificate file")
    command.add_argument(
        "--network", metavar="FILE", help="reject a claim that is not about this network"
    )
    command.set_defaults(run=run)
    return command


def run(options: argparse.Namespace) -> int:
    """Check a certificate file; status 1 if its evidence does not prove its claim."""
    claim, reason = None, None
    try:
        net = None if options.network is None else load_network(options.network)
        claim = check_certificate(options.file, net)
    except CertificateError as error:
        reason = str(error)
    if options.json:
        verdict = "rejected" if claim is None else "accepted"
        output.as_json({"verdict": verdict, "claim": claim, "reason": reason})
    else:
        output.show(f"accepted: {claim}" if reason is None else f"rejected: {reason}")
    return int(claim is None)
