"""Pickles read as data: no class is looked up, nothing is imported, called or built.

A pickle is a program for a machine with a stack. Here those of its instructions that make numbers,
text, lists and dictionaries are carried out; the three that would run code give a record of what
was asked for (``Name``, ``Call``, ``Built``), which the reader compares with what it expects. Any
other instruction is refused. ``pickletools`` splits the bytes into instructions and runs none.
"""

import pickletools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from exactnet.errors import FileError

MOST = 2_000_000  # instructions


@dataclass(frozen=True, slots=True)
class Name:
    """A class or function that a pickle names: not looked up."""

    text: str


@dataclass(frozen=True, slots=True)
class Call:
    """A call that a pickle asks for: not made."""

    name: object
    arguments: object


@dataclass(frozen=True, slots=True)
class Built:
    """A state that a pickle asks to give to an object: not given."""

    value: object
    state: object


def as_data(data: bytes, where: str) -> object:
    r"""What a pickle describes.

    >>> import pickle
    >>> as_data(pickle.dumps({"labels": [3, 8], "data": b"\x00"}, 3), "demo")
    {'labels': [3, 8], 'data': b'\x00'}
    >>> as_data(b"cos\nsystem\n(S'true'\ntR.", "demo")
    Traceback (most recent call last):
        ...
    exactnet.errors.FileError: demo: expected data only, got the instruction STRING. Take another.

    Raises FileError for anything but one whole pickle of such instructions.
    """
    machine = _Machine()
    try:
        for count, (operation, argument, _) in enumerate(pickletools.genops(data)):
            if count > MOST:
                raise _refused(where, f"more than {MOST} instructions")
            if operation.name == "STOP":
                [result] = machine.stack
                return result
            step = _STEPS.get(operation.name)
            if step is None:
                raise _refused(where, f"the instruction {operation.name}")
            step(machine, argument)
    except FileError:
        raise
    except (ValueError, IndexError, KeyError, TypeError, MemoryError, OverflowError):
        raise _refused(where, "damage") from None
    raise _refused(where, "one without an end")


def text_of(value: object) -> str | None:
    """Text that Python 2 or 3 pickled, or None."""
    if isinstance(value, bytes):
        value = value.decode("latin-1")
    return value if isinstance(value, str) else None


def bytes_of(value: object) -> bytes | None:
    """Bytes that Python 2 or 3 pickled, or None."""
    if isinstance(value, str):
        try:
            return value.encode("latin-1")
        except UnicodeEncodeError:
            return None
    return value if isinstance(value, bytes) else None


def _refused(where: str, got: str) -> FileError:
    return FileError.about(where, "data only", got, "Take another.")


class _Machine:
    """The stack, the stacks below the marks, the memo."""

    def __init__(self) -> None:
        self.stack: list[Any] = []
        self.below: list[list[Any]] = []
        self.memo: dict[int, Any] = {}

    def push(self, value: Any) -> None:
        """A value on top."""
        self.stack.append(value)

    def mark(self, _: object) -> None:
        """A stack of its own for what follows."""
        self.below.append(self.stack)
        self.stack = []

    def marked(self) -> list[Any]:
        """What came since the mark."""
        found, self.stack = self.stack, self.below.pop()
        return found

    def put(self, index: Any) -> None:
        """Remember the top."""
        self.memo[len(self.memo) if index is None else index] = self.stack[-1]

    def get(self, index: Any) -> None:
        """Push what is remembered."""
        self.push(self.memo[index])

    def tuple_of(self, count: int) -> None:
        """The last few as a tuple."""
        first = len(self.stack) - count
        if first < 0:
            raise IndexError
        self.stack[first:] = [tuple(self.stack[first:])]

    def extend(self, values: list[Any]) -> None:
        """More entries for the list on top."""
        if type(self.stack[-1]) is not list:
            raise TypeError
        self.stack[-1].extend(values)

    def update(self, values: list[Any]) -> None:
        """More entries for the dictionary on top; its keys are text."""
        if type(self.stack[-1]) is not dict or len(values) % 2:
            raise TypeError
        for key, value in zip(values[::2], values[1::2], strict=True):
            name = text_of(key)
            if name is None:
                raise TypeError
            self.stack[-1][name] = value

    def pair(self, make: Callable[[Any, Any], object]) -> None:
        """The last two as a record."""
        second, first = self.stack.pop(), self.stack.pop()
        self.push(make(first, second))

    def item(self) -> None:
        """One entry for a dictionary."""
        value, key = self.stack.pop(), self.stack.pop()
        self.update([key, value])


_VALUES = (
    "BININT", "BININT1", "BININT2", "LONG1", "SHORT_BINSTRING", "BINSTRING", "BINUNICODE",
    "SHORT_BINUNICODE", "BINBYTES", "SHORT_BINBYTES", "BINFLOAT",
)  # fmt: skip
_Step = Callable[[_Machine, Any], None]
_STEPS: dict[str, _Step] = {
    **dict.fromkeys(_VALUES, _Machine.push),
    **{name: lambda _, __: None for name in ("PROTO", "FRAME")},
    **dict.fromkeys(("BINPUT", "LONG_BINPUT", "MEMOIZE"), _Machine.put),
    **dict.fromkeys(("BINGET", "LONG_BINGET"), _Machine.get),
    "NONE": lambda m, _: m.push(None),
    "NEWTRUE": lambda m, _: m.push(True),
    "NEWFALSE": lambda m, _: m.push(False),
    "MARK": _Machine.mark,
    "EMPTY_LIST": lambda m, _: m.push([]),
    "EMPTY_DICT": lambda m, _: m.push({}),
    "EMPTY_TUPLE": lambda m, _: m.push(()),
    "TUPLE": lambda m, _: m.push(tuple(m.marked())),
    "TUPLE1": lambda m, _: m.tuple_of(1),
    "TUPLE2": lambda m, _: m.tuple_of(2),
    "TUPLE3": lambda m, _: m.tuple_of(3),
    "APPEND": lambda m, _: m.extend([m.stack.pop()]),
    "APPENDS": lambda m, _: m.extend(m.marked()),
    "SETITEM": lambda m, _: m.item(),
    "SETITEMS": lambda m, _: m.update(m.marked()),
    "GLOBAL": lambda m, name: m.push(Name(name)),
    "REDUCE": lambda m, _: m.pair(Call),
    "BUILD": lambda m, _: m.pair(Built),
}
