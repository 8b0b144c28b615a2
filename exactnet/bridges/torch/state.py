"""State dictionaries: tensors under numbered names, which is all that a weights-only file holds."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from exactnet.bridges.torch.library import (
    MAX_NUMBERS,
    check_tensor,
    exact_matrix,
    exact_vector,
    torch,
)
from exactnet.bridges.untrusted import shown
from exactnet.errors import InputError
from exactnet.exact import linalg
from exactnet.exact.rationals import Matrix, Vector
from exactnet.networks.layer import IDENTITY, RELU, Layer
from exactnet.networks.network import ReluNetwork

MAX_ENTRIES = 10_000
MAX_KEY = 200
_NUMBERS = re.compile(r"\d+", re.ASCII)
MARK = "exactnet"  # where our own files name their activations, in the metadata beside the tensors
ACTIVATIONS = "PReLU where slopes are stored, relu between other layers, none after the last"
_REBUILD = "Export the module with torch.onnx.export and read the .onnx file."


@dataclass(frozen=True, slots=True)
class TorchReading:
    """A network read from PyTorch, with notes on what is not literally what its source holds."""

    network: ReluNetwork
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """An affine map and the slopes of the units behind it, if there are any."""

    weight: Matrix
    bias: Vector
    slopes: Vector | None


@dataclass(frozen=True, slots=True)
class _Entry:
    """The tensors of one numbered layer."""

    name: str
    weight: "torch.Tensor"
    bias: "torch.Tensor | None"

    @property
    def numbers(self) -> tuple[int, ...]:
        """The numbers in the name, which order the layers."""
        return tuple(int(number) for number in _NUMBERS.findall(self.name))


def read_state(state: Mapping[object, object], where: str) -> ReluNetwork:
    """The network of a state_dict of Linear layers (and PReLU slopes), ordered by their numbers.

    Activations leave no trace in a state_dict, so relu is assumed between any two Linear layers,
    for which the numbers of a Sequential must leave room, and none after the last. Keys that differ
    in more than numbers have no certain order and are refused.

    >>> state = {"fc1.weight": torch.ones(2, 1), "fc2.weight": torch.ones(1, 2)}
    >>> read_state(state, "state_dict")([3])
    (Fraction(6, 1),)
    """
    return state_reading(state, where).network


def state_reading(state: Mapping[object, object], where: str) -> TorchReading:
    """As ``read_state``, with a note on the activations that are assumed."""
    parts = _parts(state, where)
    return TorchReading(assemble(parts, where), (_assumed(parts, where),))


def _assumed(parts: Sequence[Part], where: str) -> str:
    """Which activations a state_dict without their names is taken to have."""
    found = ["PReLU where slopes are stored"] if any(p.slopes is not None for p in parts) else []
    if any(part.slopes is None for part in parts[:-1]):
        found.append(f"relu between the {'other ' if found else ''}layers")
    found.append("none after the last" if parts[-1].slopes is None else "no other")
    return (
        f"{where}: a state_dict does not name its activations; assumed: {', '.join(found)} "
        "(an .onnx file names them)"
    )


def _parts(state: Mapping[object, object], where: str) -> list[Part]:
    """The affine maps of a state_dict in order, with the slopes that are stored."""
    parts: list[Part] = []
    last: _Entry | None = None
    for entry in _entries(state, where):
        place = f"{where}: {entry.name}"
        shape, previous = tuple(entry.weight.shape), parts[-1] if parts else None
        if len(shape) == 2:
            if last is not None and last.weight.dim() == 2 and not _room(last, entry):
                raise InputError.about(place, f"an activation after {last.name}", "none", _REBUILD)
            rows = exact_matrix(entry.weight, f"{place}.weight")
            parts.append(Part(rows, _bias(entry, len(rows), place), None))
        elif len(shape) == 1 and entry.bias is None and previous and previous.slopes is None:
            slopes = exact_vector(entry.weight, f"{place}.weight")
            slopes = slopes * len(previous.bias) if len(slopes) == 1 else slopes
            parts[-1] = Part(previous.weight, previous.bias, slopes)
        else:
            raise InputError.about(place, "a Linear layer", f"shape {shape}", _REBUILD)
        last = entry
    return parts


def assemble(parts: Sequence[Part], where: str) -> ReluNetwork:
    """The network of the parts; a last activation is followed by an identity readout."""
    layers: list[Layer] = []
    for k, part in enumerate(parts):
        slopes = part.slopes
        if slopes is None:
            slopes = (IDENTITY if k == len(parts) - 1 else RELU,) * len(part.bias)
        if not part.weight or not part.weight[0] or len(slopes) != len(part.bias):
            raise InputError.about(
                f"{where}: layer {k}",
                "as many slopes as units, and at least one input and unit",
                f"{len(slopes)} slopes for {len(part.bias)} units",
                "Correct the shapes.",
            )
        layers.append(Layer(part.weight, part.bias, slopes))
    if parts and parts[-1].slopes is not None:
        size = len(parts[-1].bias)
        layers.append(Layer(linalg.identity(size), (Fraction(0),) * size, (IDENTITY,) * size))
    return ReluNetwork(tuple(layers))


def _entries(state: Mapping[object, object], where: str) -> list[_Entry]:
    """The layers in order."""
    if not 0 < len(state) <= MAX_ENTRIES:
        raise InputError.about(where, f"1 to {MAX_ENTRIES} tensors", f"{len(state)}", _REBUILD)
    _check_no_checkpoint(state, where)
    tensors: dict[str, dict[str, torch.Tensor]] = {}
    left = MAX_NUMBERS
    for key, value in state.items():
        name, kind = _parted(key)
        if not name or kind not in ("weight", "bias"):
            raise InputError.about(
                f"{where}: {shown(key)}", "keys '0.weight', '0.bias', ...", "another", _REBUILD
            )
        tensors.setdefault(name, {})[kind] = tensor = check_tensor(value, f"{where}: {shown(key)}")
        left -= tensor.numel()
        if left < 0:
            raise InputError.about(where, f"at most {MAX_NUMBERS} numbers", "more", "Use fewer.")
    entries = []
    for name, pair in tensors.items():
        if "weight" not in pair:
            raise InputError.about(f"{where}: {name:.60}", "a weight", "a bias alone", _REBUILD)
        entries.append(_Entry(name, pair["weight"], pair.get("bias")))
    if len({_NUMBERS.sub("#", e.name) for e in entries}) > 1 or (
        len({e.numbers for e in entries}) < len(entries)
    ):
        names = ", ".join(e.name for e in entries)
        raise InputError.about(
            where, "layers that differ in their numbers only", f"{names:.80}", _REBUILD
        )
    return sorted(entries, key=lambda entry: entry.numbers)


def _check_no_checkpoint(state: Mapping[object, object], where: str) -> None:
    """A dictionary that holds a state_dict among other things is told apart from one."""
    for key, value in state.items():
        if isinstance(value, Mapping):
            name = f"'{shown(key)}'"
            raise InputError.about(
                where, "the tensors of a state_dict", f"a dictionary under {name}, as checkpoints "
                "have", f"Save the state_dict alone: torch.save(checkpoint[{name}], path).",
            )  # fmt: skip


def _parted(key: object) -> tuple[str, str]:
    """A key without and behind its last point; nothing for what is no key of ours."""
    if not isinstance(key, str) or len(key) > MAX_KEY or not key.isprintable():
        return "", ""
    name, _, kind = key.rpartition(".")
    return name, kind


def _room(before: _Entry, after: _Entry) -> bool:
    """Whether an activation fits between two layers: in "0", "2" it does, in "0", "1" it does not.

    Names with text, such as "fc1" and "fc2", do not number activations.
    """
    if not before.name.isdigit():
        return True
    return after.numbers[0] - before.numbers[0] > 1


def _bias(entry: _Entry, size: int, place: str) -> Vector:
    if entry.bias is None:
        return (Fraction(0),) * size
    bias = exact_vector(entry.bias, f"{place}.bias")
    if entry.bias.dim() != 1 or len(bias) != size:
        shape = tuple(entry.bias.shape)
        raise InputError.about(f"{place}.bias", f"{size} numbers", f"shape {shape}", "Correct it.")
    return bias
