"""Certificates as values and files, and exactnet's objects in the words of the format."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction

from exactnet.errors import InputError, LimitReached
from exactnet.exact.rationals import Matrix, Vector, to_text
from exactnet.exact.strict_json import write_text
from exactnet.fractals.ifs import IFS
from exactnet.fractals.labelling import Labelling
from exactnet.networks.documents import layers_document
from exactnet.networks.network import ReluNetwork
from exactnet.verification import check

Document = dict[str, object]


@dataclass(frozen=True, slots=True)
class Certificate:
    """A claim and the evidence for it, in the form of docs/reference/certificate-format.md."""

    claim: Document
    evidence: Document

    def __repr__(self) -> str:
        """Its kind and rule; the whole is in ``document``."""
        return f"<Certificate {self.claim.get('kind')} by {self.evidence.get('rule')}>"

    @property
    def document(self) -> Document:
        """The JSON object."""
        return {"format": check.FORMAT, "claim": self.claim, "evidence": self.evidence}

    def text(self) -> str:
        """The file's content, one line."""
        return json.dumps(self.document, separators=(",", ":")) + "\n"

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the whole file or nothing."""
        text = self.text()
        if len(text) > check.MAX_BYTES:
            raise InputError.about(
                "certificate",
                f"at most {check.MAX_BYTES} bytes",
                f"{len(text)}",
                "Certify a smaller depth, or every depth at once.",
            )
        write_text(path, text)

    def checked(self) -> str:
        """The claim in words, after the checker has accepted it; raises ``check.Rejected``.

        >>> from exactnet import gallery
        >>> from exactnet.verification.certificates.images import certify_images
        >>> certify_images(gallery.cantor()).checked()
        'the 2 images F_i(K_0) lie in K_0 and are pairwise disjoint'
        """
        return check.check(check.parse(self.text().encode()))


def ifs_document(ifs: IFS) -> Document:
    """An IFS; its name is no part of a claim."""
    maps = [
        {"matrix": matrix_document(f.matrix), "translation": vector_document(f.translation)}
        for f in ifs.maps
    ]
    sides = zip(ifs.base.lower, ifs.base.upper, strict=True)
    return {"base": [vector_document(side) for side in sides], "maps": maps}


def network_document(net: ReluNetwork) -> object:
    """A network as a list of layers."""
    return layers_document(net.layers)["layers"]


def labelling_document(labelling: Labelling, threshold: Fraction) -> Document:
    """What realising means."""
    if labelling.margin is None:
        return {"margin": None, "threshold": to_text(threshold)}
    side = "absolute" if labelling.absolute else labelling.side
    return {"margin": to_text(labelling.margin), "side": side, "threshold": to_text(threshold)}


def matrix_document(matrix: Matrix) -> list[list[str]]:
    """Rows of rationals."""
    return [vector_document(row) for row in matrix]


def vector_document(vector: Vector) -> list[str]:
    """Rationals as text."""
    return [to_text(value) for value in vector]


def for_checker(net: ReluNetwork) -> check.Network:
    """The checker's reading of a network; LimitReached if the format has no room for it."""
    with within_format():
        return check.Network.of(network_document(net))


@contextmanager
def within_format() -> Iterator[None]:
    """Raise LimitReached where the checker refuses something: it is too large, or too long."""
    try:
        yield
    except check.Rejected as error:
        raise LimitReached(f"certificate: {error}") from error
