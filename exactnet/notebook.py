"""How objects look in a notebook: a heading and a table of facts."""

from collections.abc import Iterable
from html import escape


def facts(title: str, rows: Iterable[tuple[str, object]]) -> str:
    """A heading and a two-column table as HTML; everything is escaped.

    >>> facts("a < b", [("n", 1)])
    '<b>a &lt; b</b><table><tr><td>n</td><td>1</td></tr></table>'
    """
    lines = "".join(
        f"<tr><td>{escape(str(name))}</td><td>{escape(str(value))}</td></tr>"
        for name, value in rows
    )
    return f"<b>{escape(title)}</b><table>{lines}</table>"
