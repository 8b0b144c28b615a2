"""The checker as a function with exactnet's errors."""

import os

from exactnet.errors import CertificateError, FileError
from exactnet.verification import check

_FORMAT = "See docs/reference/certificate-format.md."


def check_certificate(path: str | os.PathLike[str]) -> str:
    """The claim that a certificate file proves, in words.

    Raises FileError if the file is no certificate, CertificateError if its evidence does not
    prove its claim. ``exactnet/verification/check.py`` does all the work and may be run alone.
    """
    where = os.fspath(path)
    try:
        return check.check(check.read(where))
    except check.Malformed as error:
        raise FileError.about(where, "a certificate", str(error), _FORMAT) from error
    except check.Rejected as error:
        raise CertificateError.about(
            where, "evidence for the claim", str(error), "Do not believe it."
        ) from error
