"""The checker in docs/how-to/check.mjs, written from the format's page alone, agrees with ours."""

import copy
import json
import random
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from exactnet.verification import check

ROOT = Path(__file__).parent.parent
CHECKER = ROOT / "docs" / "how-to" / "check.mjs"
NODE = shutil.which("node")
KNOWN = {"disjoint", "touching", "property", "violation"}
VALUES = (0, 1, -1, 3, "0", "1/2", "-1/3", "2/2", "", "1/0", None, "identity", "abs", [], {})

pytestmark = pytest.mark.skipif(NODE is None, reason="node is not installed")


def ask_node(files: list[Path]) -> list[str]:
    """accepted, rejected or malformed, one a file."""
    assert NODE is not None
    done = subprocess.run([NODE, CHECKER, *files], capture_output=True, text=True, check=False)
    words = [line.partition(":")[0] for line in done.stdout.splitlines()]
    assert len(words) == len(files), done.stderr
    worst = 2 if "malformed" in words else int("rejected" in words)
    assert done.returncode == worst
    return words


def ask_ours(file: Path) -> str:
    try:
        check.check(check.read(str(file)))
    except check.Malformed:
        return "malformed"
    except check.Rejected:
        return "rejected"
    return "accepted"


def documents(folder: str) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Certificates of kinds that the second checker knows, or that are no objects at all."""
    for path in sorted((ROOT / "proofs" / folder).glob("*.json")):
        try:
            document = json.loads(path.read_bytes())
            kind, method = document["claim"]["kind"], document["evidence"].get("method")
        except (AttributeError, KeyError, RecursionError, TypeError, ValueError):
            yield path, {}
            continue
        if kind in KNOWN or (kind == "realises-all" and method == "penalty"):
            yield path, document


def test_it_accepts_every_certificate_of_the_kinds_that_it_knows() -> None:
    files = [path for path, _ in documents("instances")]
    assert len(files) > 20
    assert set(ask_node(files)) == {"accepted"}


def test_it_accepts_no_spoiled_certificate_of_any_kind() -> None:
    files = sorted((ROOT / "proofs" / "rejected").glob("*.json"))
    assert len(files) > 200
    assert "accepted" not in ask_node(files)


def test_both_checkers_give_the_same_reason_for_spoiled_certificates_of_known_kinds() -> None:
    files = [path for path, _ in documents("rejected")]
    pairs = Counter(zip(map(ask_ours, files), ask_node(files), strict=True))
    different = sum(count for (ours, theirs), count in pairs.items() if ours != theirs)
    assert pairs["rejected", "rejected"] > 50
    assert pairs["malformed", "malformed"] > 10
    assert different <= 2  # a key or an entry too few: its shape, or its meaning, is wrong


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where the parts of a document are."""
    if path:
        yield path
    if isinstance(value, dict | list):
        for key, part in value.items() if isinstance(value, dict) else enumerate(value):
            yield from places(part, (*path, key))


def spoil(document: dict[str, Any], source: random.Random) -> dict[str, Any]:
    """The document with one thing changed, left out, or there twice."""
    document = copy.deepcopy(document)
    *path, key = source.choice(list(places(document)))
    parent: Any = document
    for step in path:
        parent = parent[step]
    what = source.choice(["value", "value", "drop", "twice", "swap"])
    if what == "value" or not isinstance(parent, list):
        parent[key] = source.choice([*VALUES, source.randrange(40)])
    elif what == "drop":
        del parent[key]
    elif what == "twice":
        parent.insert(key, copy.deepcopy(parent[key]))
    else:
        other = source.randrange(len(parent))
        parent[key], parent[other] = parent[other], parent[key]
    return document


def test_after_a_random_change_both_accept_or_neither_does(tmp_path: Path) -> None:
    source = random.Random(9)
    small = [d for path, d in documents("instances") if path.stat().st_size < 14_000]
    files = []
    for k in range(400):
        files.append(tmp_path / f"{k}.json")
        files[-1].write_text(json.dumps(spoil(source.choice(small), source)))
    ours = [ask_ours(file) == "accepted" for file in files]
    assert ours == [word == "accepted" for word in ask_node(files)]
    assert 10 < sum(ours) < 200
