"""Statements of proofs/ for the pages, word for word and without their proofs."""

import re
from pathlib import Path

PROOFS = Path(__file__).parent.parent / "proofs"
COMMENT = re.compile(r"\(\*.*?\*\)", re.DOTALL)
KEYWORDS = "Theorem|Corollary|Lemma|Definition|Fixpoint|Inductive|Record"


def statements(file: str, *names: str) -> str:
    """Statements and definitions of a file in proofs/, as one block."""
    text = (PROOFS / file).read_text(encoding="utf-8")
    return "```coq\n" + "\n\n".join(_sentence(file, text, name) for name in names) + "\n```"


def _sentence(file: str, text: str, name: str) -> str:
    """From the keyword to the period that ends it: the first one with white space behind it."""
    sentence = rf"^(?:{KEYWORDS}) {name}\b.*?\.(?=\s)"
    found = re.findall(sentence, text, re.DOTALL | re.MULTILINE)
    if len(found) != 1 or COMMENT.search(found[0]):
        raise SystemExit(
            f"generate: expected one statement {name} without comments in proofs/{file}, "
            f"got {len(found)}. Correct the name on the page, or the file."
        )
    return str(found[0])
