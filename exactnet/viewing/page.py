"""Self-contained HTML pages: text, tables and pictures in one file that loads nothing else.

Everything that is not markup of this module is escaped.
"""

import hashlib
import os
import re
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from exactnet.exact.strict_json import write_text

STYLE = """
:root { --ink: #1b1f27; --grey: #5b6270; --line: #d8dce3; --paper: #fff; --wash: #f5f6f8;
  --good: #1a7f37; --bad: #c0281a; --open: #8a6100; color-scheme: light; }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 68rem; padding: 1.5rem 1.25rem 4rem; background: var(--paper);
  color: var(--ink); font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
h1 { font-size: 1.7rem; line-height: 1.2; margin: .5rem 0 .25rem; }
h2 { font-size: 1.2rem; margin: 2.25rem 0 .5rem; }
h3 { font-size: 1rem; margin: 1.25rem 0 .25rem; }
p, ul, dl { max-width: 46rem; } h1, p, li, figcaption { overflow-wrap: break-word; }
.sub { color: var(--grey); margin: 0 0 1rem; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; font-size: .9rem; margin: .5rem 0 1rem; }
th, td { text-align: left; padding: .3rem .9rem .3rem 0; border-bottom: 1px solid var(--line);
  vertical-align: top; font-variant-numeric: tabular-nums; max-width: 34rem;
  overflow-wrap: break-word; }
td:has(.exact) { max-width: 24rem; } th { color: var(--grey); font-weight: 600; }
code, .exact { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, monospace;
  font-size: .88em; overflow-wrap: break-word; }
.exact { user-select: all; -webkit-user-select: all; } .exact span + span { margin-left: .25em; }
.whole { font: inherit; }
details .exact { display: block; max-width: 26rem; } summary { cursor: pointer; }
figure { margin: 1rem 0; } figure svg, figure img { width: 100%; height: auto; display: block; }
.pair { display: grid; gap: 0 1.5rem;
  grid-template-columns: repeat(auto-fit, minmax(min(100%, 22rem), 1fr)); }
.plot { max-width: 44rem; }
figcaption { color: var(--grey); font-size: .9rem; max-width: 46rem; }
.verdict { display: inline-block; padding: .1rem .6rem; border-radius: 1rem; font-weight: 600;
  border: 1px solid currentColor; }
.good { color: var(--good); } .bad { color: var(--bad); } .open { color: var(--open); }
@media (max-width: 40rem) { body { padding: 1rem .9rem 3rem; font-size: 15px; }
  h1 { font-size: 1.35rem; } ul { padding-left: 1.4rem; } td, th { max-width: 15rem; }
  .wide table { width: max-content; } .wide table.stack { width: auto; }
  .stack thead { display: none; } .stack, .stack tbody { display: block; }
  .stack tr { display: block; border-bottom: 1px solid var(--line); padding: .35rem 0; }
  .stack td { display: inline-block; max-width: 100%; border: 0; padding: .05rem .7rem .05rem 0; }
  .stack td, .stack .exact { overflow-wrap: anywhere; }
  .stack td:first-child { display: block; font-weight: 600; }
  .stack td + td[data-head]::before { content: attr(data-head) ": "; color: var(--grey); } }
@media print { body { max-width: none; padding: 0; font-size: 10.5pt; }
  .wide { overflow: visible; } table { font-size: 8.5pt; } .exact { overflow-wrap: anywhere; }
  figure, tr { break-inside: avoid; } h1, h2, h3 { break-after: avoid; }
  details::details-content { content-visibility: visible; } }
"""

_SVG = re.compile(r"<svg.*</svg>", re.DOTALL)
_METADATA = re.compile(r"<metadata>.*?</metadata>", re.DOTALL)
_NAMED = re.compile(r'( id="|href="#|url\(#)')  # where an SVG picture names its parts


@dataclass(frozen=True, slots=True)
class Html:
    """Markup, as opposed to text that has to be escaped."""

    text: str


def markup(value: str | Html) -> str:
    """Text escaped, markup as it is."""
    return value.text if isinstance(value, Html) else escape(value)


def page(title: str, below: str, parts: Sequence[Html]) -> str:
    """A whole page: a title, a line under it, and the parts.

    >>> "<script" in page("K_3 & <script>", "", [paragraph("text")])
    False
    """
    body = "\n".join(part.text for part in parts)
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>{STYLE}</style></head>\n<body>\n"
        f'<h1>{escape(title)}</h1>\n<p class="sub">{escape(below)}</p>\n{body}\n</body></html>\n'
    )


def save(path: str | os.PathLike[str], title: str, below: str, parts: Sequence[Html]) -> None:
    """Write a page, all or nothing; FileError if that fails."""
    write_text(path, page(title, below, parts))


def heading(text: str, level: int = 2) -> Html:
    """A heading, of level 2 or 3."""
    return Html(f"<h{level}>{escape(text)}</h{level}>")


def paragraph(*values: str | Html) -> Html:
    """A paragraph of text and markup."""
    return Html(f"<p>{''.join(map(markup, values))}</p>")


def verdict(text: str, kind: str) -> Html:
    """A verdict in its colour: kind "good", "bad" or "open"."""
    return Html(f'<span class="verdict {kind}">{escape(text)}</span>')


def exact(text: str) -> Html:
    """A number or formula: one tap selects the whole of it, and it is broken where it is long."""
    return Html(f'<span class="exact">{escape(text)}</span>')


def integer(digits: str) -> Html:
    """An integer in groups of three digits, which are copied without what is between them.

    >>> re.sub("<[^>]*>", "|", integer("-12345").text)
    '|-|12||345||'
    """
    sign, whole = ("-", digits[1:]) if digits.startswith("-") else ("", digits)
    first = len(whole) % 3
    groups = [whole[:first], *(whole[k : k + 3] for k in range(first, len(whole), 3))]
    spans = "".join(f"<span>{group}</span>" for group in groups if group)
    return Html(f'<span class="exact whole">{sign}{spans}</span>')


def unfolding(short: str, full: Html) -> Html:
    """Text that unfolds to something longer."""
    return Html(f"<details><summary>{escape(short)}</summary>{full.text}</details>")


def listing(values: Sequence[str | Html]) -> Html:
    """A bulleted list."""
    return Html(f"<ul>{''.join(f'<li>{markup(value)}</li>' for value in values)}</ul>")


def table(heads: Sequence[str], rows: Sequence[Sequence[str | Html]], stack: bool = False) -> Html:
    """A table that scrolls sideways on a narrow screen; with ``stack``, rows become blocks there.

    In a block the first cell is the title, and heads that are not empty stand before the others.
    """
    head = "".join(f"<th>{escape(text)}</th>" for text in heads)
    marks = [f' data-head="{escape(text)}"' if stack and text else "" for text in heads]
    body = "".join(
        "<tr>{}</tr>".format(
            "".join(f"<td{mark}>{markup(cell)}</td>" for mark, cell in zip(marks, row, strict=True))
        )
        for row in rows
    )
    start = '<table class="stack">' if stack else "<table>"
    grid = f"{start}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    return Html(f'<div class="wide">{grid}</div>')


def link(target: str, text: str) -> Html:
    """A link to a file beside the page."""
    return Html(f'<a href="{escape(target)}">{escape(text)}</a>')


def bitmap(png: bytes, caption: str) -> Html:
    """A PNG picture inside the page, with a caption."""
    source = f"data:image/png;base64,{b64encode(png).decode()}"
    words = escape(caption)
    return Html(
        f'<figure><img alt="{words}" src="{source}"><figcaption>{words}</figcaption></figure>'
    )


def figure(svg: bytes, caption: str, kind: str = "") -> Html:
    """An SVG picture with a caption that also describes it to a screen reader.

    Its parts get names that no other picture of the page has. ``kind`` "plot" is for plots.
    """
    found = _SVG.search(svg.decode())
    own = f"s{hashlib.sha256(svg).hexdigest()[:8]}-"
    drawing = "" if found is None else _NAMED.sub(rf"\g<1>{own}", _METADATA.sub("", found[0]))
    labelled = drawing.replace("<svg", f'<svg role="img" aria-label="{escape(caption)}"', 1)
    start = f'<figure class="{kind}">' if kind else "<figure>"
    return Html(f"{start}{labelled}<figcaption>{escape(caption)}</figcaption></figure>")


def pair(*figures: Html) -> Html:
    """Figures beside each other, one below the other on a narrow screen."""
    return Html(f'<div class="pair">{"".join(one.text for one in figures)}</div>')
