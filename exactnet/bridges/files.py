"""Networks from files of any supported kind, and to them."""

import os
import warnings
from collections.abc import Callable
from pathlib import Path

from exactnet.errors import InputTypeError
from exactnet.networks.network import ReluNetwork


class FileNote(UserWarning):
    """What the user must know about a network that is not literally what its file says."""


class ApproximationWarning(FileNote):
    """A file denotes irrational numbers; the network read has rationals in their place."""


class AssumptionWarning(FileNote):
    """A file leaves open which network is meant; the warning says what was assumed."""


def load_network(path: str | os.PathLike[str]) -> ReluNetwork:
    """The exact network in a file; its kind is told by its ending.

    ``.npz`` (exact or floats), ``.onnx``, ``.nnet``, and ``.pt``, ``.pth`` or
    ``.safetensors`` (a state_dict); any other ending means exact JSON. Floats are taken as the
    rationals that they store; nothing in a file is executed. An irrational factor, which the
    BatchNormalization of an ONNX file may have, gives an ApproximationWarning that bounds the
    distance of the rational number in its place. A state_dict does not name its activations; unless
    ``save_torch`` wrote the file, an AssumptionWarning says which are assumed.

    Raises FileError or InputError, in one line, for anything that is not such a file,
    InputTypeError for what is no path.
    """
    if not isinstance(path, (str, os.PathLike)):
        raise InputTypeError.about(
            "load_network", "a path", type(path).__name__, "Give the name of a file."
        )
    return _READERS.get(Path(path).suffix.lower(), ReluNetwork.load)(path)


def is_network_file(name: str) -> bool:
    """Whether a name ends like a network in another format than JSON."""
    suffix = os.path.splitext(name)[1].lower()  # noqa: PTH122  # also for what is no path
    return suffix in _READERS


def _npz(path: str | os.PathLike[str]) -> ReluNetwork:
    from exactnet.bridges.npz import from_npz

    return from_npz(path)


def _onnx(path: str | os.PathLike[str]) -> ReluNetwork:
    from exactnet.bridges.onnx.importing import read_onnx

    reading = read_onnx(path)
    for note in reading.rounded:
        warnings.warn(note, ApproximationWarning, stacklevel=3)
    return reading.network


def _nnet(path: str | os.PathLike[str]) -> ReluNetwork:
    from exactnet.bridges.nnet import from_nnet

    return from_nnet(path)


def _torch(path: str | os.PathLike[str]) -> ReluNetwork:
    from exactnet.bridges.torch.files import read_torch_file

    reading = read_torch_file(path)
    for note in reading.notes:
        warnings.warn(note, AssumptionWarning, stacklevel=3)
    return reading.network


_READERS: dict[str, Callable[[str | os.PathLike[str]], ReluNetwork]] = {
    ".npz": _npz,
    ".onnx": _onnx,
    ".nnet": _nnet,
    ".pt": _torch,
    ".pth": _torch,
    ".safetensors": _torch,
}
