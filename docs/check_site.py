"""Whether the built site hangs together: ``python docs/check_site.py build/site``.

MkDocs checks the links of Markdown pages; here are those of the HTML, docstrings included. Nothing
but a link to click may lead out of the site: a page loads nothing from elsewhere.
"""

import sys
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

LOADED = {"img", "script", "iframe", "source", "video", "audio"}


@dataclass
class Page(HTMLParser):
    """The anchors of a page, and what it links to."""

    anchors: set[str] = field(default_factory=set)
    links: list[tuple[bool, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """One tag of the page."""
        values = dict(attrs)
        self.anchors |= {value for name in ("id", "name") if (value := values.get(name))}
        stylesheet = tag == "link" and values.get("rel") in ("stylesheet", "icon", "preload")
        for name in ("href", "src"):
            if value := values.get(name):
                self.links.append((tag in LOADED or stylesheet, value))


def broken(site: Path) -> list[str]:
    """Every link that leads nowhere, or out of the site where something is loaded."""
    pages = {}
    for path in sorted(site.rglob("*.html")):
        pages[path] = page = Page()
        page.feed(path.read_text(encoding="utf-8"))
    found = []
    for path, page in pages.items():
        for loaded, link in page.links:
            if reason := _wrong(path, link, loaded, pages):
                found.append(f"{path.relative_to(site)}: {link}: {reason}")
    return found


def _wrong(path: Path, link: str, loaded: bool, pages: dict[Path, Page]) -> str:
    """What is wrong with a link, or nothing."""
    parts = urlsplit(link)
    if parts.scheme or parts.netloc:
        return "is loaded from elsewhere" if loaded and parts.scheme != "data" else ""
    target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
    if path.name == "404.html":  # its links are absolute, for a server
        return ""
    if not target.exists():
        return "no such file"
    anchor = unquote(parts.fragment)
    if anchor and target in pages and anchor not in pages[target].anchors:
        return "no such anchor"
    return ""


def main() -> int:
    """Print what is broken; the exit status."""
    site = Path(sys.argv[1]).resolve()
    found = broken(site)
    print("\n".join(found) or f"links of {site.name}: none is broken")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
