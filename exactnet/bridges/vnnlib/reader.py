"""VNN-LIB queries out of files, versions 1.0 and 2.0, with every number as the rational it says.

What is asserted becomes a disjunction of cases. Strict inequalities are strict, also in version
1.0, and 2.0's float types mean the reals: the network is a function of exact numbers here.
"""

import os
from fractions import Fraction

from exactnet.bridges.untrusted import read_bytes, shown
from exactnet.bridges.vnnlib import sexpr
from exactnet.bridges.vnnlib.formula import CONSTANT, Formulas, Term
from exactnet.bridges.vnnlib.names import Names, declared
from exactnet.bridges.vnnlib.sexpr import Atom, Expression, Group
from exactnet.errors import FileError
from exactnet.verification.query import Inequality, Query

MAX_BYTES = 64 * 1024 * 1024
MAX_NUMBERS = 20_000_000
_DECLARATIONS = ("declare-const", "declare-fun", "declare-network")
_IGNORED = ("set-logic", "set-info", "set-option", "check-sat", "get-model", "exit")


def read_vnnlib(path: str | os.PathLike[str]) -> Query:
    """The query in a VNN-LIB file: whether there is an input that satisfies what is asserted.

    Version 1.0 (constants X_0, ..., Y_0, ...) and 2.0 (one network, one input and one output
    tensor of reals or floats, entries in the order of their memory); linear terms with and, or, not
    and comparisons.

    >>> import tempfile
    >>> from pathlib import Path
    >>> file = Path(tempfile.mkdtemp()) / "query.vnnlib"
    >>> _ = file.write_text("(declare-const X_0 Real) (declare-const Y_0 Real) "
    ...     "(assert (or (< X_0 -0.5) (>= X_0 1e-1))) (assert (<= Y_0 X_0))")
    >>> query = read_vnnlib(file)
    >>> len(query.cases), query.case_of((1,), (1,)), query.case_of((0,), (0,))
    (2, 1, None)

    Raises FileError for what is not such a file, with the line.
    """
    where = os.fspath(path)
    data = read_bytes(path, "a VNN-LIB file", MAX_BYTES)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        packed = data.startswith(b"\x1f\x8b")
        got, remedy = ("a gzip archive", "Unpack it") if packed else ("other bytes", "Convert it")
        raise FileError.about(where, "a VNN-LIB file in UTF-8", got, f"{remedy}.") from None
    groups = [_group(part, where) for part in sexpr.read(text, where)]
    _check_order(groups, where)
    names = declared((group for group in groups if group.head in _DECLARATIONS), where)
    cases = Formulas(names).conjunction(_asserted(group, names) for group in groups
                                        if group.head == "assert")  # fmt: skip
    inputs, outputs = names.complete()
    size = inputs + outputs + 1
    if sum(map(len, cases)) * size > MAX_NUMBERS:
        raise FileError.about(
            where, f"at most {MAX_NUMBERS} numbers in all cases", "more", "Split the query."
        )
    rows = tuple(
        tuple(Inequality(_row(term, size), strict) for term, strict in case) for case in cases
    )
    return Query(inputs, outputs, rows)


def _group(part: Expression, where: str) -> Group:
    """A statement that may be there."""
    head = part.head if isinstance(part, Group) else part.text
    known = (*_DECLARATIONS, *_IGNORED, "assert", "vnnlib-version")
    if not isinstance(part, Group) or head not in known:
        raise FileError.about(
            f"{where}, line {part.line}", "a declaration or (assert ...)", f"'{shown(head)}'",
            "Correct the file; VNN-LIB 1.0 and 2.0 are read.",
        )  # fmt: skip
    if head == "vnnlib-version":
        version = part.parts[1] if len(part.parts) == 2 else part
        if isinstance(version, Group) or version.text not in ("<1.0>", "<2.0>"):
            got = shown(version.text) if isinstance(version, Atom) else "none"
            raise FileError.about(
                f"{where}, line {part.line}", "version <1.0> or <2.0>", got, "Convert the file."
            )
    return part


def _check_order(groups: list[Group], where: str) -> None:
    """Nothing is asserted after the question."""
    asked = next((k for k, group in enumerate(groups) if group.head in ("check-sat", "exit")), None)
    for group in groups[asked:] if asked is not None else ():
        if group.head == "assert":
            raise FileError.about(
                f"{where}, line {group.line}", f"no assertion after ({groups[asked or 0].head})",
                "one", "Ask one question a file.",
            )  # fmt: skip


def _asserted(group: Group, names: Names) -> Expression:
    if len(group.parts) != 2:
        raise names.wrong(group, "one formula in an assert", str(len(group.parts) - 1))
    return group.parts[1]


def _row(term: Term, size: int) -> tuple[Fraction, ...]:
    row = [Fraction(0)] * size
    for place, value in term.items():
        row[size - 1 if place == CONSTANT else place] = value
    return tuple(row)
