"""Configurations as JSON objects: exact numbers as text, one "kind" a class, nothing unknown."""

import types
from collections.abc import Callable
from dataclasses import MISSING, Field, fields, is_dataclass
from fractions import Fraction
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from exactnet.errors import InputError, InputTypeError
from exactnet.exact.rationals import as_rational, to_text
from exactnet.fractals import gallery
from exactnet.fractals.ifs import IFS

T = TypeVar("T")

_KINDS: dict[tuple[type, str], type] = {}


def register(family: type, kind: str) -> Callable[[type[T]], type[T]]:
    """A class decorator: in a field of type ``family``, {"kind": kind, ...} denotes this class."""

    def note(cls: type[T]) -> type[T]:
        _KINDS[family, kind] = cls
        return cls

    return note


def kinds(family: type) -> dict[str, type]:
    """The registered classes of a family."""
    return {kind: cls for (base, kind), cls in _KINDS.items() if base is family}


def to_document(value: Any) -> Any:
    """A configuration as what JSON can hold: ``from_document`` gives it back.

    >>> from exactnet.learning.settings import Training
    >>> to_document(Training(steps=100))["rate"]
    '1/200'
    """
    if isinstance(value, Fraction):
        return to_text(value)
    if isinstance(value, IFS):
        named = value.name in gallery.names() and gallery.get(value.name) == value
        return value.name if named else value.document()
    if isinstance(value, (tuple, list)):
        return [to_document(entry) for entry in value]
    if is_dataclass(value):
        found = {f.name: to_document(getattr(value, f.name)) for f in fields(value) if f.init}
        kind = [kind for (_, kind), cls in _KINDS.items() if cls is type(value)]
        return {"kind": kind[0], **found} if kind else found
    return value


def from_document(kind: Any, document: Any, where: str) -> Any:
    """The configuration of a class, or of a field's type, that a JSON value denotes.

    A key with a default may be missing. Raises InputError or InputTypeError, naming the place, for
    what does not fit: unknown keys, floats, values of another type.
    """
    if get_origin(kind) in (Union, types.UnionType):
        inner = [one for one in get_args(kind) if one is not type(None)]
        return None if document is None else from_document(inner[0], document, where)
    if get_origin(kind) is tuple:
        items = _typed(document, list, where, "a list")
        return tuple(
            from_document(get_args(kind)[0], v, f"{where}[{k}]") for k, v in enumerate(items)
        )
    if kind is Fraction:
        return as_rational(document, where)
    if kind is IFS:
        return gallery.get(document) if isinstance(document, str) else (
            IFS.from_document(_typed(document, dict, where, "a fractal"), where)
        )  # fmt: skip
    if kind in (int, str, bool):
        return _typed(document, kind, where, f"a value of type {kind.__name__}")
    return _record(kind, _typed(document, dict, where, "an object"), where)


def _record(kind: type, document: dict[str, Any], where: str) -> Any:
    """An object of a dataclass, or of the class of its kind."""
    family = kinds(kind)
    given = dict(document)
    if family:
        name = given.pop("kind", None)
        if not isinstance(name, str) or name not in family:
            raise InputError.about(
                f"{where}.kind", f"one of {', '.join(sorted(family))}", f"{name!r:.40}", "Pick one."
            )
        kind = family[name]
    hints = get_type_hints(kind)
    wanted = [f.name for f in fields(kind) if f.init]
    unknown = sorted(set(given) - set(wanted))
    missing = [f.name for f in fields(kind) if f.init and f.name not in given and _needed(f)]
    if unknown or missing:
        got = f"the unknown '{unknown[0]:.40}'" if unknown else f"none called '{missing[0]}'"
        raise InputError.about(where, f"the keys {', '.join(wanted)}", got, "Correct the keys.")
    values = {name: from_document(hints[name], given[name], f"{where}.{name}") for name in given}
    return kind(**values)


def _needed(entry: "Field[Any]") -> bool:
    """Whether a field has no default, which stands for it where a document leaves it out."""
    return entry.default is MISSING and entry.default_factory is MISSING


def _typed(value: Any, kind: type, where: str, expected: str) -> Any:
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise InputTypeError.about(where, expected, type(value).__name__, "Correct the document.")
    return value
