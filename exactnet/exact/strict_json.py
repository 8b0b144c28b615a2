"""JSON for untrusted files: no floats, no duplicate keys, bounded size, and atomic writing."""

import json
import os
import secrets
import stat
from collections import Counter
from pathlib import Path

from exactnet.errors import FileError, InputError, InputTypeError
from exactnet.exact.rationals import MAX_DIGITS

MAX_BYTES = 256 * 1024 * 1024


def read_document(path: str | os.PathLike[str]) -> dict[str, object]:
    """The JSON object in a file; every way in which it can be broken is one clear error.

    Raises FileError (unreadable, too large, not JSON) or InputError (a float, a repeated key).
    """
    where = _shown(path)
    try:
        mode = Path(path).stat().st_mode
        if not stat.S_ISREG(mode):
            kind = "a directory" if stat.S_ISDIR(mode) else "a device or a pipe"
            raise FileError.about(where, "a regular file", kind, "Save the JSON to a file.")
        with Path(path).open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
        if len(data) > MAX_BYTES:
            raise FileError.about(
                where, f"at most {MAX_BYTES} bytes", "more", "Split or shorten the file."
            )
        text = data.decode("utf-8")
    except FileError:
        raise
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "a bad path or bytes that are not UTF-8"
        raise FileError.about(where, "a readable JSON file", reason, "Check the path.") from error
    return parse_document(text, where)


def parse_document(text: str, where: str) -> dict[str, object]:
    """The JSON object that ``text`` denotes, under the same rules as ``read_document``.

    >>> parse_document('{"base": [["0", "1"]]}', "demo")
    {'base': [['0', '1']]}
    """

    def no_float(token: str) -> object:
        raise InputError.about(
            where, "exact rationals", f"the float {token[:40]}", "Write it as a string, '1/10'."
        )

    def integer(token: str) -> int:
        if len(token.lstrip("-")) > MAX_DIGITS:
            raise InputError.about(
                where, f"at most {MAX_DIGITS} digits", f"{len(token)}", "Shorten the number."
            )
        return int(token)

    def no_duplicates(pairs: list[tuple[str, object]]) -> dict[str, object]:
        result = dict(pairs)
        if len(result) != len(pairs):
            counts = Counter(key for key, _ in pairs)
            repeated = next(key for key, count in counts.items() if count > 1)
            raise InputError.about(
                where, "each key once", f"'{repeated[:40]}' twice", "Remove one."
            )
        return result

    try:
        document = json.loads(
            text,
            parse_float=no_float,
            parse_constant=no_float,
            parse_int=integer,
            object_pairs_hook=no_duplicates,
        )
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}: {error.msg}"
        raise FileError.about(where, "a JSON document", place, "Was the file cut short?") from error
    except RecursionError as error:
        raise FileError.about(
            where, "a JSON document", "lists nested too deeply", "Flatten it."
        ) from error
    if not isinstance(document, dict):
        raise InputError.about(where, "a JSON object", type(document).__name__, "Wrap it in {...}.")
    return document


def write_text(path: str | os.PathLike[str], text: str) -> None:
    """Write a whole text file or nothing (see ``write_bytes``)."""
    try:
        data = text.encode("utf-8")
    except UnicodeEncodeError as error:  # half of a surrogate pair
        raise FileError.about(
            _shown(path), "a writable file", str(error), "Nothing was changed."
        ) from error
    write_bytes(path, data)


def write_bytes(path: str | os.PathLike[str], data: bytes) -> None:
    """Write a whole file or nothing: a full disk or a killed process leaves the old file.

    A new file has the permissions that the process gives to new files, a replaced one keeps its
    own.

    Raises FileError; InputTypeError for a path that is none.
    """
    where = _shown(path)
    try:
        target = Path(path).resolve()  # a link keeps pointing where it did
        if target.is_symlink():  # still a link: it leads back to itself
            raise FileError.about(
                where, "a writable file", "a loop of links", "Choose another path."
            )
        if target.exists() and not target.is_file():
            kind = "a directory" if target.is_dir() else "a device or a pipe"
            raise FileError.about(where, "a regular file", kind, "Choose another path.")
        _replace(target, data)
    except FileError:
        raise
    except (OSError, RuntimeError, ValueError) as error:  # also a loop of links, a bad path
        reason = getattr(error, "strerror", None) or str(error)
        raise FileError.about(where, "a writable file", reason, "Nothing was changed.") from error


def _replace(target: Path, data: bytes) -> None:
    """Write a new file beside the target, then give it the target's name."""
    beside = target.with_name(f".{target.name[:32]}.{secrets.token_hex(8)}")
    new = beside.open("xb")
    try:
        with new as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        if target.exists():
            beside.chmod(stat.S_IMODE(target.stat().st_mode))
        beside.replace(target)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


def _shown(path: object) -> str:
    """A path as text, for messages."""
    if not isinstance(path, (str, os.PathLike)):
        raise InputTypeError.about(
            "path", "the name of a file", type(path).__name__, "Write 'network.json'."
        )
    return str(os.fspath(path))
