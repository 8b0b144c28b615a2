"""The checker as a function with exactnet's errors."""

import os

from exactnet.errors import CertificateError, FileError, InputError
from exactnet.networks.network import ReluNetwork
from exactnet.verification import check
from exactnet.verification.certificates.documents import for_checker

_FORMAT = "See docs/reference/certificate-format.md."


def check_certificate(path: str | os.PathLike[str], network: ReluNetwork | None = None) -> str:
    """The claim that a certificate file proves, in words; about a network of yours if one is given.

    Raises FileError if the file is no certificate, CertificateError if its evidence does not
    prove its claim or the claim is about another network (the same weights, number for number, are
    the same network), InputError for a network with a claim about none.
    ``exactnet/verification/check.py`` does all the work and may be run alone.
    """
    where = os.fspath(path)
    try:
        document = check.read(where)
        proved = check.check(document)
        if network is not None:
            _compare(document["claim"], network, where)
        return proved
    except check.Malformed as error:
        raise FileError.about(where, "a certificate", str(error), _FORMAT) from error
    except check.Rejected as error:
        raise CertificateError.about(
            where, "evidence for the claim", str(error), "Do not believe it."
        ) from error


def _compare(claim: dict[str, object], network: ReluNetwork, where: str) -> None:
    """Whether a claim, which was checked, is about a network."""
    if "network" not in claim:
        kind = claim["kind"]
        raise InputError.about(
            where, "a claim about one network", f"one of kind '{kind}'", "Leave the network out."
        )
    if check.Network.of(claim["network"]).layers != for_checker(network).layers:
        raise CertificateError.about(
            where, "a claim about the network given", "one about another network",
            "It says nothing about yours.",
        )  # fmt: skip
