"""Arrays with a digest of what they belong to, as one .npz file; nothing is ever pickled."""

import io
import os
import zipfile
from typing import Any

import numpy as np
import numpy.typing as npt

from exactnet.bridges.untrusted import read_bytes, shown
from exactnet.errors import FileError, InputError
from exactnet.exact.strict_json import write_bytes

Arrays = dict[str, npt.NDArray[Any]]

MAX_BYTES = 2**34
DIGEST = "digest"
REMEDY = "Delete it; that run then starts anew."


def packed(arrays: Arrays) -> bytes:
    """Arrays as the bytes of a .npz archive."""
    stream = io.BytesIO()
    np.savez(stream, allow_pickle=False, **arrays)
    return stream.getvalue()


def unpacked(data: bytes, where: str, remedy: str = REMEDY) -> Arrays:
    """The arrays of ``packed``; FileError for anything else."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(one.file_size for one in archive.infolist()) > MAX_BYTES:
                raise ValueError("too large when unpacked")
            if archive.testzip() is not None:
                raise ValueError("a damaged member")
        with np.load(io.BytesIO(data), allow_pickle=False) as loaded:
            arrays = {name: loaded[name] for name in loaded.files}
        for array in arrays.values():
            if not isinstance(array, np.ndarray) or array.dtype.kind not in "iufU":
                raise ValueError("a member that is no array of numbers or text")
    except Exception as error:  # whatever a damaged member makes of its decoder
        reason = shown(error) or "damage"
        raise FileError.about(where, "a .npz archive of arrays", reason, remedy) from error
    return arrays


def save_arrays(path: str | os.PathLike[str], digest: str, arrays: Arrays) -> None:
    """Write arrays that belong to what has this digest, all or nothing."""
    write_bytes(path, packed({**arrays, DIGEST: np.array(digest)}))


def load_arrays(path: str | os.PathLike[str], digest: str) -> Arrays:
    """The arrays of ``save_arrays``; InputError if they belong to something else."""
    where = os.fspath(path)
    arrays = unpacked(read_bytes(path, "a checkpoint", MAX_BYTES), where)
    found = str(arrays.pop(DIGEST, ""))
    if found != digest:
        raise InputError.about(
            where, "the checkpoint of this run", "one of another", "Delete it, or use --output."
        )
    return arrays
