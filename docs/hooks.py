"""MkDocs hook: notebooks become part of their pages; links that lead out of docs/ become paths."""

import re
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))
import notebook

OUTSIDE = re.compile(r"\[([^\]]+)\]\((?:\.\./)+([^)]+)\)")
NOTEBOOK = re.compile(r"<!-- notebook: ([\w-]+) -->")


def on_page_markdown(markdown: str, page: Any, **_: Any) -> str:
    """[text](../proofs/x) becomes text (`proofs/x`), except between pages of docs/."""
    depth = page.file.src_uri.count("/")
    markdown = NOTEBOOK.sub(lambda match: notebook.page(match[1]), markdown)

    def shown(match: re.Match[str]) -> str:
        ups = match[0].count("../")
        if ups <= depth:
            return match[0]
        text, path = match[1], match[2]
        return text if text.strip("`") == path else f"{text} (`{path}`)"

    return OUTSIDE.sub(shown, markdown)
