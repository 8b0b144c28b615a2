"""S-expressions with line numbers, as in VNN-LIB and SMT-LIB files."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from exactnet.bridges.untrusted import shown
from exactnet.errors import FileError

MAX_DEPTH = 100
MAX_PARTS = 5_000_000
_TOKEN = re.compile(
    r"""
    ;[^\r\n]* | [()] | "[^"\r\n]*"            # a comment, a parenthesis, a text in quotes
    | [^\s();"\[\]]*\[[^\r\n();"\[\]]*\]     # a word with an index or a shape, or that alone
    | [^\s();"\[\]]+ | \r\n?|\n | [ \t\f]+ | (.)
    """,
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Atom:
    """A word, with its line."""

    text: str
    line: int


@dataclass(frozen=True, slots=True)
class Group:
    """A list in parentheses, with the line on which it opens."""

    parts: "tuple[Expression, ...]"
    line: int

    @property
    def head(self) -> str:
        """The first word, or nothing."""
        first = self.parts[0] if self.parts else None
        return first.text if isinstance(first, Atom) else ""


Expression: TypeAlias = Atom | Group


def read(text: str, where: str) -> tuple[Expression, ...]:
    """The expressions of a text; an index in brackets belongs to the word before it.

    >>> [group] = read("(assert (<= X[0,1] 2)) ; a comment", "text")
    >>> group.head, group.parts[1].parts[1].text
    ('assert', 'X[0,1]')

    Raises FileError where parentheses do not match, for nesting deeper than 100, and for more than
    5 million words and parentheses.
    """
    opened: list[tuple[int, list[Expression]]] = [(1, [])]
    for number, (token, line) in enumerate(_tokens(text, where)):
        if number >= MAX_PARTS:
            raise _wrong(where, line, f"at most {MAX_PARTS} words and parentheses", "more")
        if token == "(":
            opened.append((line, []))
            if len(opened) > MAX_DEPTH:
                raise _wrong(where, line, f"at most {MAX_DEPTH} open parentheses", "more")
        elif token == ")":
            start, parts = opened.pop()
            if not opened:
                raise _wrong(where, line, "an open parenthesis before ')'", "none")
            opened[-1][1].append(Group(tuple(parts), start))
        else:
            opened[-1][1].append(Atom(token, line))
    if len(opened) > 1:
        raise _wrong(where, opened[-1][0], "a ')' for every '('", "none for the one on this line")
    return tuple(opened[0][1])


def operands(group: Group) -> tuple[Expression, ...]:
    """What follows the first word; an index may stand apart from its word.

    >>> [group] = read("(<= X [0] 1)", "text")
    >>> [part.text for part in operands(group)]
    ['X[0]', '1']
    """
    found: list[Expression] = []
    for part in group.parts[1:]:
        before = found[-1] if found else None
        if isinstance(part, Atom) and part.text[0] == "[" and isinstance(before, Atom):
            found[-1] = Atom(before.text + part.text, before.line)
        else:
            found.append(part)
    return tuple(found)


def _tokens(text: str, where: str) -> Iterator[tuple[str, int]]:
    line = 1
    for match in _TOKEN.finditer(text):
        token = match[0]
        if token[0] in "\r\n":
            line += 1
        elif match[1]:
            raise _wrong(where, line, "brackets and quotes that match", f"'{shown(token)}'")
        elif token[0] != ";" and not token.isspace():
            yield token, line


def _wrong(where: str, line: int, expected: str, got: str) -> FileError:
    return FileError.about(f"{where}, line {line}", expected, got, "Correct the file.")
