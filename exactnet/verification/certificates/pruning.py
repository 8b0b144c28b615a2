"""Dropping the steps of a tree that nothing uses, with the facts renumbered."""

from typing import Any

from exactnet.verification.certificates.documents import Document

Used = set[int]


def pruned(tree: Document, facts: int) -> Document:
    """The same proof without unused steps; ``facts`` is the number of facts before it."""
    return _pruned(tree, facts)[0]


def _pruned(tree: Any, facts: int) -> tuple[Document, Used]:
    """The tree and the facts that it uses."""
    steps = tree["steps"]
    end, used = _end(tree["end"], facts + len(steps))
    kept: list[int] = []
    for k in reversed(range(len(steps))):
        if facts + k in used:
            kept.insert(0, k)
            used |= _facts(steps[k][2])
    removed = len(steps) - len(kept)
    if not removed:
        return {"steps": steps, "end": end}, used
    numbers = {facts + k: facts + new for new, k in enumerate(kept)}
    shift = _Renumbering(facts, facts + len(steps), numbers, removed)
    steps = [[steps[k][0], steps[k][1], shift.multipliers(steps[k][2])] for k in kept]
    return {"steps": steps, "end": shift.end(end)}, {shift.number(k) for k in used}


def _end(end: Any, facts: int) -> tuple[Document, Used]:
    if "contradiction" in end:
        return end, _facts(end["contradiction"])
    if "alternative" in end:
        return end, set().union(*map(_facts, end["because"]))
    if "split" in end:
        off, used = _pruned(end["off"], facts + 2)
        on, more = _pruned(end["on"], facts + 2)
        return {"split": end["split"], "off": off, "on": on}, used | more
    cases, used = [], set()
    for case in end["cases"]:
        smaller, more = _pruned(case, facts + 1)
        cases.append(smaller)
        used |= more
    return {"beyond": end["beyond"], "cases": cases}, used


def _facts(multipliers: Any) -> Used:
    return {k for k, _ in multipliers}


class _Renumbering:
    """Facts from ``first`` to ``last`` get new numbers, later ones move down."""

    def __init__(self, first: int, last: int, numbers: dict[int, int], removed: int) -> None:
        self.first, self.last, self.numbers, self.removed = first, last, numbers, removed

    def number(self, fact: int) -> int:
        """The new number of a fact that is still there."""
        if fact < self.first:
            return fact
        return fact - self.removed if fact >= self.last else self.numbers[fact]

    def multipliers(self, pairs: Any) -> list[list[object]]:
        """Multipliers of the renumbered facts."""
        return [[self.number(k), y] for k, y in pairs]

    def tree(self, tree: Any) -> Document:
        """A tree further down."""
        steps = [[k, phase, self.multipliers(pairs)] for k, phase, pairs in tree["steps"]]
        return {"steps": steps, "end": self.end(tree["end"])}

    def end(self, end: Any) -> Document:
        """An end further down."""
        if "contradiction" in end:
            return {"contradiction": self.multipliers(end["contradiction"])}
        if "alternative" in end:
            because = [self.multipliers(pairs) for pairs in end["because"]]
            return {"alternative": end["alternative"], "because": because}
        if "split" in end:
            cases = {key: self.tree(end[key]) for key in ("off", "on")}
            return {"split": end["split"], **cases}
        return {"beyond": end["beyond"], "cases": [self.tree(case) for case in end["cases"]]}
