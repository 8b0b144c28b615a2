"""MkDocs hook: links to files outside docs/, which the site does not hold, become their paths."""

import re
from typing import Any

OUTSIDE = re.compile(r"\[([^\]]+)\]\((?:\.\./)+([^)]+)\)")


def on_page_markdown(markdown: str, page: Any, **_: Any) -> str:
    """[text](../proofs/x) becomes text (`proofs/x`), except between pages of docs/."""
    depth = page.file.src_uri.count("/")

    def shown(match: re.Match[str]) -> str:
        ups = match[0].count("../")
        if ups <= depth:
            return match[0]
        text, path = match[1], match[2]
        return text if text.strip("`") == path else f"{text} (`{path}`)"

    return OUTSIDE.sub(shown, markdown)
