"""What a VNN-LIB file declares: the numbers that go into a network and come out of it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from math import prod

from exactnet.bridges.untrusted import shown
from exactnet.bridges.vnnlib.sexpr import Atom, Expression, Group
from exactnet.errors import FileError

MAX_INPUTS = 1_000_000
_SCALAR = re.compile(r"([XY])_(0|[1-9][0-9]{0,8})", re.ASCII)
_SHAPE = re.compile(r"\[\s*((?:[1-9][0-9]{0,8}\s*,\s*)*[1-9][0-9]{0,8})?\s*\]", re.ASCII)
_ENTRY = re.compile(r"([^\[\]]+)\[\s*((?:[0-9]{1,9}\s*,\s*)*[0-9]{1,9})?\s*\]", re.ASCII)
_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_.]*", re.ASCII)
_PARTS = {"declare-input": "X", "declare-output": "Y"}
_TYPES = re.compile(
    r"[Rr]eal|[Ff]loat(16|32|64)|bfloat16|float8e4m3fn(uz)?|float8e5m2(fnuz)?|float4e2m1"
)


@dataclass(frozen=True, slots=True)
class Tensor:
    """A declared tensor: where its numbers start among inputs and outputs, and its shape."""

    first: int
    shape: tuple[int, ...]


@dataclass(slots=True)
class Names:
    """Names and their places: inputs from 0 on, then outputs."""

    where: str
    scalars: dict[str, set[int]] = field(default_factory=lambda: {"X": set(), "Y": set()})
    tensors: dict[str, Tensor] = field(default_factory=dict)
    sizes: dict[str, int] = field(default_factory=dict)
    network: str = ""

    def declare_scalar(self, group: Group) -> None:
        """``(declare-const X_0 Real)``, or the same with declare-fun."""
        words = [word for word in _words(group) if word != "()"]
        match = _SCALAR.fullmatch(words[1]) if len(words) == 3 and words[2] == "Real" else None
        if match is None or self.tensors:
            got = f"'{shown(' '.join(words))}'"
            raise self.wrong(group, "(declare-const X_0 Real), or Y_0", got)
        found, index = self.scalars[match[1]], int(match[2])
        if index in found:
            raise self.wrong(group, "every constant once", f"{match[0]} again")
        found.add(index)
        self.sizes[match[1]] = len(found)

    def declare_network(self, group: Group) -> None:
        """``(declare-network f (declare-input X real [1,2]) (declare-output Y real [1,1]))``."""
        if self.network or any(self.scalars.values()):
            raise self.wrong(group, "one network", "a second declaration")
        name, *parts = group.parts[1:] or (group,)
        if not isinstance(name, Atom) or not _WORD.fullmatch(name.text):
            raise self.wrong(group, "a name after declare-network", "none")
        self.network = name.text
        for part in parts:
            self._declare_tensor(part, group)
        if len(self.tensors) != 2 or set(self.sizes) != {"X", "Y"}:
            raise self.wrong(group, "one declare-input and one declare-output", "others")

    def _declare_tensor(self, part: Expression, group: Group) -> None:
        words = _words(part) if isinstance(part, Group) else [part.text]
        kind = _PARTS.get(words[0]) if len(words) == 4 else None
        shape = _SHAPE.fullmatch(words[3]) if kind else None
        if kind is None or shape is None or not _WORD.fullmatch(words[1]):
            expected = "(declare-input NAME TYPE [SHAPE]) or (declare-output NAME TYPE [SHAPE])"
            raise self.wrong(part, expected, f"'{shown(' '.join(words))}'")
        if not _TYPES.fullmatch(words[2]):
            raise self.wrong(part, "real numbers or floats", f"'{shown(words[2])}'")
        sides = tuple(int(side) for side in (shape[1] or "").split(",") if side.strip())
        if kind in self.sizes or words[1] in self.tensors:
            raise self.wrong(
                part, "one input and one output tensor", f"'{shown(words[1])}' as well"
            )
        if kind == "Y" and "X" not in self.sizes:
            raise self.wrong(group, "the input before the output", "the output first")
        self.tensors[words[1]] = Tensor(self.sizes.get("X", 0), sides)
        self.sizes[kind] = prod(sides)

    def complete(self) -> tuple[int, int]:
        """The numbers of inputs and outputs; FileError unless all of them are declared."""
        for letter, found in self.scalars.items():
            if (not self.tensors and found != set(range(len(found)))) or not self.sizes.get(letter):
                raise FileError.about(
                    self.where,
                    f"declarations of {letter}_0, {letter}_1, ... without a gap",
                    f"{len(found)} of them" if found else "none",
                    "Correct the file.",
                )
        sizes = self.sizes["X"], self.sizes["Y"]
        if max(sizes) > MAX_INPUTS:
            raise FileError.about(
                self.where, f"at most {MAX_INPUTS} numbers", str(max(sizes)), "Take a smaller one."
            )
        return sizes

    def place(self, atom: Atom) -> int | None:
        """The place of a name, None for what is no name; FileError for an unknown one."""
        if atom.text[0] in "-+.0123456789":
            return None
        scalar = _SCALAR.fullmatch(atom.text)
        if scalar is not None and not self.tensors:
            if int(scalar[2]) not in self.scalars[scalar[1]]:
                raise self.wrong(atom, "a declared constant", atom.text)
            return int(scalar[2]) + (self.sizes["X"] if scalar[1] == "Y" else 0)
        entry = _ENTRY.fullmatch(atom.text)
        if entry is not None:
            return self._entry(
                atom, entry[1], [int(k) for k in (entry[2] or "").split(",") if k.strip()]
            )
        if atom.text in self.tensors and not self.tensors[atom.text].shape:
            return self.tensors[atom.text].first
        if _WORD.fullmatch(atom.text):
            raise self.wrong(atom, "a declared name", f"'{shown(atom.text)}'")
        return None

    def _entry(self, atom: Atom, name: str, index: list[int]) -> int:
        """The place of an entry of a tensor: the last index counts fastest."""
        tensor = self.tensors.get(name)
        inside = (
            tensor is not None
            and len(index) == len(tensor.shape)
            and all(k < side for k, side in zip(index, tensor.shape, strict=True))
        )
        if tensor is None or not inside:
            known = ", ".join(f"{n}{list(t.shape)}" for n, t in self.tensors.items())
            raise self.wrong(atom, f"an entry of {known or 'a declared tensor'}", shown(atom.text))
        place = 0
        for k, side in zip(index, tensor.shape, strict=True):
            place = place * side + k
        return tensor.first + place

    def wrong(self, part: Expression, expected: str, got: str) -> FileError:
        """The error about a part of the file."""
        return FileError.about(
            f"{self.where}, line {part.line}", expected, got, "Correct the file."
        )


def _words(group: Group) -> list[str]:
    """The words of a declaration, with what is in parentheses in short."""
    parts = group.parts
    return [
        part.text if isinstance(part, Atom) else f"({part.head or '...' if part.parts else ''})"
        for part in parts
    ]


def declared(groups: Iterable[Group], where: str) -> Names:
    """The names of a file's declarations; FileError for what cannot be read."""
    names = Names(where)
    for group in groups:
        if group.head == "declare-network":
            names.declare_network(group)
        else:
            names.declare_scalar(group)
    names.complete()
    return names
