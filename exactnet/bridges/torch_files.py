"""Files of tensors from anywhere: read as data, bounded in size, never executed."""

import io
import os
import pickle
import re
import warnings
import zipfile
from collections.abc import Mapping

from exactnet.bridges.torch_export import tensor_suffix
from exactnet.bridges.torch_library import safetensors, torch
from exactnet.bridges.torch_state import read_state
from exactnet.bridges.untrusted import MAX_BYTES, read_bytes
from exactnet.errors import FileError
from exactnet.networks.network import ReluNetwork

_GLOBAL = re.compile(r"GLOBAL ([\w.]{1,60})")


def load_torch(path: str | os.PathLike[str]) -> ReluNetwork:
    """The exact network of a .pt, .pth or .safetensors file that holds a state_dict.

    .pt files are zip archives read with ``weights_only=True``: tensors and containers, no code.
    What the names of the tensors mean is said at ``read_state``.

    Raises FileError for anything that is not such a file, InputError for what does not fit in it
    (NaN and infinite weights, shapes that do not chain, unknown layers).
    """
    where = os.fspath(path)
    suffix = tensor_suffix(path)
    data = read_bytes(path, "a file of tensors")
    read = _safetensors if suffix == ".safetensors" else _weights_only
    state = read(data, where)
    if not isinstance(state, Mapping):
        raise FileError.about(
            where, "a state_dict", type(state).__name__, "Save module.state_dict()."
        )
    return read_state(state, where)


def _weights_only(data: bytes, where: str) -> object:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            unpacked = sum(entry.file_size for entry in archive.infolist())
        if unpacked > MAX_BYTES:
            raise FileError.about(
                where, f"at most {MAX_BYTES} bytes", f"{unpacked} unpacked", "Is it a bomb?"
            )
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of torch, about its own file formats
            state: object = torch.load(io.BytesIO(data), map_location="cpu", weights_only=True)
    except FileError:
        raise
    except zipfile.BadZipFile:
        raise FileError.about(
            where, "a zip archive as torch.save writes", "another format", "Save a state_dict."
        ) from None
    except pickle.UnpicklingError as error:
        wanted = _GLOBAL.search(str(error))
        asked = f"one that asks for {wanted[1]}" if wanted else "one with other objects"
        raise FileError.about(
            where, "a file of tensors alone", f"{asked} (nothing was run)", "Save a state_dict."
        ) from None
    except Exception as error:  # noqa: BLE001  # whatever a broken archive makes torch raise
        raise _unreadable(where, error) from None
    return state


def _safetensors(data: bytes, where: str) -> object:
    library = safetensors()
    try:
        state: object = library.load(data)
    except Exception as error:  # noqa: BLE001  # whatever a broken file makes the library raise
        raise _unreadable(where, error) from None
    return state


def _unreadable(where: str, error: Exception) -> FileError:
    lines = str(error).strip().splitlines() or [type(error).__name__]
    return FileError.about(where, "a file of tensors", f"{lines[0]:.80}", "Was the file cut short?")
