"""Files of tensors from anywhere: read as data, bounded in size, never executed."""

import io
import json
import os
import pickle
import re
import warnings
import zipfile
from collections.abc import Mapping

from exactnet.bridges.torch.export import tensor_suffix
from exactnet.bridges.torch.library import safetensors, torch
from exactnet.bridges.torch.state import ACTIVATIONS, MARK, TorchReading, state_reading
from exactnet.bridges.untrusted import MAX_BYTES, read_bytes
from exactnet.errors import FileError

_GLOBAL = re.compile(r"GLOBAL ([\w.]{1,60})")


def read_torch_file(path: str | os.PathLike[str]) -> TorchReading:
    """The exact network of a .pt, .pth or .safetensors file that holds a state_dict.

    .pt files are zip archives read with ``weights_only=True``: tensors and containers, no code.
    What the names of the tensors mean is said at ``read_state``; the notes say which activations
    are assumed, unless the file says so itself, as those of ``save_torch`` do.

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
    reading = state_reading(state, where)
    declared = _in_header(data) if suffix == ".safetensors" else _in_metadata(state)
    return TorchReading(reading.network, ()) if declared else reading


def _in_metadata(state: object) -> bool:
    """Whether the metadata of a state_dict, which a module's own never has, name activations."""
    metadata = getattr(state, "_metadata", None)
    entry = metadata.get(MARK) if isinstance(metadata, Mapping) else None
    named = entry.get("activations") if isinstance(entry, Mapping) else None
    return isinstance(named, str) and named == ACTIVATIONS


def _in_header(data: bytes) -> bool:
    """The same of a .safetensors file that the library has read: length, JSON, tensors."""
    size = int.from_bytes(data[:8], "little")
    metadata = json.loads(data[8 : 8 + size]).get("__metadata__") or {}
    return bool(metadata.get(MARK) == ACTIVATIONS)


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
        raise _pickled(where, error) from None
    except Exception as error:  # noqa: BLE001  # whatever a broken archive makes torch raise
        raise _unreadable(where, error) from None
    return state


def _pickled(where: str, error: pickle.UnpicklingError) -> FileError:
    wanted = _GLOBAL.search(str(error))
    asked = f"one that asks for {wanted[1]}" if wanted else "one with other objects"
    return FileError.about(
        where,
        "a file of tensors alone",
        f"{asked} (nothing was run)",
        "Export the module with torch.onnx.export, or save its state_dict().",
    )


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
