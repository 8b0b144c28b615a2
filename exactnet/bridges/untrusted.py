"""Bytes of files that may be hostile: regular files of bounded size, one clear error otherwise."""

import os
import stat
from pathlib import Path

from exactnet.errors import FileError

MAX_BYTES = 256 * 1024 * 1024
MAX_NUMBERS = 20_000_000  # in one file, and weights of one layer
MAX_WEIGHTS = 5 * MAX_NUMBERS  # of a network that is built from a graph


def read_bytes(path: str | os.PathLike[str], kind: str, most: int = MAX_BYTES) -> bytes:
    """The contents of a file of some kind, such as "an ONNX file"; FileError if it has none.

    >>> read_bytes("/", "an ONNX file")
    Traceback (most recent call last):
        ...
    exactnet.errors.FileError: /: expected a regular file, got a directory. Give an ONNX file.
    """
    where = os.fspath(path)
    try:
        mode = Path(path).stat().st_mode
        if not stat.S_ISREG(mode):
            got = "a directory" if stat.S_ISDIR(mode) else "a device or a pipe"
            raise FileError.about(where, "a regular file", got, f"Give {kind}.")
        with Path(path).open("rb") as stream:
            data = stream.read(most + 1)
    except FileError:
        raise
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "a bad path"
        raise FileError.about(where, f"{kind}", reason, "Check the path.") from error
    if len(data) > most:
        raise FileError.about(where, f"at most {most} bytes", "more", "Shorten the file.")
    return data


def shown(name: object) -> str:
    r"""A name from a file for a message: one short line of printable characters.

    >>> shown("a\nb" + "c" * 99)
    'a?bccccccccccccccccccccccccccccccccccccc'
    """
    return "".join(c if c.isprintable() else "?" for c in str(name)[:40])
