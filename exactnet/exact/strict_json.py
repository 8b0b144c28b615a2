"""JSON for untrusted files: no floats, no duplicate keys, bounded size, and atomic writing."""

import json
import os
import tempfile
from collections import Counter
from pathlib import Path

from exactnet.errors import FileError, InputError
from exactnet.exact.rationals import MAX_DIGITS

MAX_BYTES = 256 * 1024 * 1024


def read_document(path: str | os.PathLike[str]) -> dict[str, object]:
    """The JSON object in a file; every way in which it can be broken is one clear error.

    Raises FileError (unreadable, too large, not JSON) or InputError (a float, a repeated key).
    """
    where = os.fspath(path)
    try:
        size = Path(path).stat().st_size
        if size > MAX_BYTES:
            raise FileError.about(
                where, f"at most {MAX_BYTES} bytes", f"{size}", "Split or shorten the file."
            )
        text = Path(path).read_text(encoding="utf-8")
    except FileError:
        raise
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "bytes that are not UTF-8"
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
        if len(token) > MAX_DIGITS:
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
    """Write a whole file or nothing: a full disk or a killed process leaves the old file."""
    target = Path(path)
    try:
        descriptor, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
                stream.write(text)
                stream.flush()
                os.fsync(stream.fileno())
            Path(name).chmod(0o644)
            Path(name).replace(target)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        reason = error.strerror or str(error)
        raise FileError.about(
            os.fspath(path), "a writable file", reason, "Nothing was changed."
        ) from error
