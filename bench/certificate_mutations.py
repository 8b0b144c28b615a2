"""Random changes of accepted certificates: what the checker still accepts must still be true.

    python bench/certificate_mutations.py [--count 10000] [--seed 0] [--workers 2]

Each mutant is an accepted certificate of ``proofs/rejected/accepted.py`` with one value changed: a
number, a sign, an index, an item of a list dropped, doubled or exchanged, a value replaced by
another one of its type. If it is accepted and its claim is another one than before, the claim is
confirmed apart from the checker (``certificate_meaning.py``). Of the rejected ones with a changed
claim, a few are looked at in the same way, to see that false claims are not confirmed. Exit status
1 if an accepted claim is not confirmed, or if the checker fails otherwise than by rejecting.
"""

import argparse
import json
import multiprocessing
import random
import sys
import time
from collections import Counter
from collections.abc import Iterator
from copy import deepcopy
from fractions import Fraction
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "proofs" / "rejected"), str(Path(__file__).parent)]

import accepted  # noqa: E402
import certificate_meaning as meaning  # noqa: E402

from exactnet.verification import check  # noqa: E402

AMOUNTS = [Fraction(sign, size) for size in (1, 1, 2, 1000) for sign in (1, -1)]
CONTROL = 5  # one in so many rejected claims is looked at


def places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every (container, key) in a JSON value."""
    items = value.items() if isinstance(value, dict) else enumerate(value)
    for key, item in items:
        yield value, key
        if isinstance(item, (dict, list)):
            yield from places(item)


def number_of(value: Any) -> Fraction | None:
    """What an integer or a string stands for, if it is a number."""
    if isinstance(value, bool) or not isinstance(value, (int, str)):
        return None
    try:
        return Fraction(value)
    except ValueError:
        return None


def mutate(document: Any, rng: random.Random) -> None:
    """Change one value of the claim or the evidence."""
    every = [place for place in places(document) if place[1] not in ("format", "claim", "evidence")]
    container, key = rng.choice(every)
    old, value = container[key], number_of(container[key])
    kind = rng.random()
    if kind < 0.15 or (value is None and not isinstance(old, list)):
        same = [c[k] for c, k in every if type(c[k]) is type(old) and c[k] != old]
        container[key] = deepcopy(rng.choice(same)) if same else old
    elif value is not None:
        new = -value if kind < 0.3 else value + rng.choice(AMOUNTS)
        whole = isinstance(old, int) and new.denominator == 1
        container[key] = int(new) if whole else str(new)
    elif old:
        i, j = rng.randrange(len(old)), rng.randrange(len(old))
        if kind < 0.4:
            del old[i]
        elif kind < 0.7:
            old.insert(j, old[i])
        else:
            old[i], old[j] = old[j], old[i]


def normal(value: Any) -> Any:
    """A claim with its numbers as fractions."""
    if isinstance(value, dict):
        return {key: normal(item) for key, item in value.items()}
    if isinstance(value, list):
        return [normal(item) for item in value]
    return value if (found := number_of(value)) is None else found


def outcome(document: Any, before: Any, look: bool) -> tuple[str, str]:
    """What the checker says of a mutant, and how that was confirmed."""
    try:
        check.check(check.parse(json.dumps(document).encode()))
        verdict = "accepted"
    except check.Rejected as error:
        verdict = type(error).__name__.lower()
    except Exception as error:  # noqa: BLE001
        return "FAILED", repr(error)
    same = normal(document["claim"]) == before
    if verdict == "accepted":
        return ("accepted", "the claim is the same") if same else confirmation(document)
    if verdict == "rejected" and look and not same:
        found, how = confirmation(document)
        words = {"the claim is false": how, "": "the claim is true"}
        return verdict, words.get("" if found == "accepted" else how, "the claim has no meaning")
    return verdict, ""


def confirmation(document: Any) -> tuple[str, str]:
    """Whether an accepted claim is true."""
    try:
        how = meaning.confirmed(document["claim"], document["evidence"])
    except Exception as error:  # noqa: BLE001
        return "NOT CONFIRMED", repr(error)
    return ("accepted", how) if how else ("NOT CONFIRMED", "the claim is false")


def run(job: tuple[int, int]) -> Counter[tuple[str, str, str]]:
    """Verdicts on some mutants, by kind of claim."""
    seed, count = job
    rng, rows = random.Random(seed), Counter[tuple[str, str, str]]()
    for _ in range(count):
        name = rng.choice(accepted.NAMES)
        document = accepted.document(name)
        before, kind = normal(document["claim"]), document["claim"]["kind"]
        mutate(document, rng)
        verdict, how = outcome(document, before, rng.randrange(CONTROL) == 0)
        rows[kind, verdict, how] += 1
        if verdict.isupper():
            print(f"{verdict}: {name}: {how}: {json.dumps(document)}", flush=True)
    return rows


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="mutations of certificates")
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args(arguments)
    start, parts = time.monotonic(), 40
    shares = [options.count * (k + 1) // parts - options.count * k // parts for k in range(parts)]
    jobs = [(1000 * options.seed + k, share) for k, share in enumerate(shares)]
    rows: Counter[tuple[str, str, str]] = Counter()
    with multiprocessing.get_context("spawn").Pool(options.workers) as pool:
        for found in pool.imap_unordered(run, jobs):
            rows.update(found)
    for kind in sorted({kind for kind, _, _ in rows}):
        verdicts = ("malformed", "rejected", "accepted")
        counts = {
            v: sum(n for (k, w, _), n in rows.items() if (k, w) == (kind, v)) for v in verdicts
        }
        print(f"{kind:13}" + "".join(f"{v}: {n:5}   " for v, n in counts.items()))
    for verdict in ("accepted", "rejected"):
        for how in sorted({h for _, v, h in rows if v == verdict and h}):
            total = sum(n for (_, v, h), n in rows.items() if (v, h) == (verdict, how))
            print(f"{verdict}: {how}: {total}")
    wrong = sum(n for (_, verdict, _), n in rows.items() if verdict.isupper())
    print(f"{options.count} mutants, not confirmed or failed: {wrong}")
    print(f"seconds: {time.monotonic() - start:.0f}", file=sys.stderr)
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
