"""Reading HTML pages: well-formed, and nothing in them is loaded from elsewhere."""

from html.parser import HTMLParser


class Page(HTMLParser):
    """Tags that are open, and whatever would be loaded from elsewhere."""

    VOID = frozenset({"meta", "br", "img", "link", "path", "use", "rect", "circle"})

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.loads: list[str] = []
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in self.VOID:
            self.open.append(tag)
        for name, value in attrs:
            outside = name in ("src", "href", "xlink:href") and not (value or "").startswith(
                ("#", "data:image/")
            )
            if outside or tag in ("script", "link", "iframe"):
                self.loads.append(f"{tag} {name}={value}")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in self.VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        if tag not in self.VOID:
            assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def read_page(html: str, files: tuple[str, ...] = ()) -> str:
    """The words of a page that closes its tags and refers to nothing but the given files."""
    page = Page()
    page.feed(html)
    assert page.open == []
    assert [load for load in page.loads if load.split("=", 1)[1] not in files] == []
    return "".join(page.words)
