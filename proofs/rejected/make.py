"""Certificates that must be rejected: each an accepted one (``accepted.py``), spoiled in one place.

python make.py              write them and reasons.json anew
python make.py --check      exit with 1 if a file is not what would be written
"""

import json
import sys
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import accepted

HERE = Path(__file__).resolve().parent
DROP = object()
Change = tuple[str, Any]  # a place, and what is put there: a value, a function of the old, or DROP


def by(amount: str) -> Callable[[Any], Any]:
    """A number, increased."""
    return lambda old: str(Fraction(old) + Fraction(amount))


def more(item: Any) -> Callable[[list[Any]], list[Any]]:
    """A list, longer by an item."""
    return lambda old: [*old, item]


def without(k: int) -> Callable[[list[Any]], list[Any]]:
    """A list, without an item."""
    return lambda old: [*old[:k], *old[k + 1 :]]


def swapped(i: int, j: int) -> Callable[[list[Any]], list[Any]]:
    """A list, with two items exchanged."""

    def change(old: list[Any]) -> list[Any]:
        new = list(old)
        new[i], new[j] = old[j], old[i]
        return new

    return change


def put(document: Any, place: str, change: Any) -> None:
    """Change what is at a place, a path with keys and numbers."""
    *path, last = (int(key) if key.isdigit() else key for key in place.split("/"))
    for key in path:
        document = document[key]
    if change is DROP:
        del document[last]
    else:
        document[last] = change(document[last]) if callable(change) else change


CHAIN = "the parts are not the network"
FAILS = "a step for unit"
GAP = "the simplices leave a gap"
NOTHING = "multipliers that contradict nothing"
NOT_IT = "multipliers that do not prove it"
FIRST = "evidence/undone/0/end/split"

SPOILED: list[tuple[str, str, str, tuple[Change, ...]]] = []


def spoil(name: str, base: str, reason: str, *changes: Change) -> None:
    """One entry of the list."""
    SPOILED.append((name, base, reason, changes))


def spoil_images() -> None:
    """Disjoint and touching images."""
    pair, maps = "evidence/pairs/0/2", "claim/ifs/maps"
    spoil("disjoint-multiplier-less", "disjoint", NOTHING, (f"{pair}/0/1", "9/10"))
    spoil("disjoint-multiplier-less-odd", "disjoint-odd", NOTHING, (f"{pair}/1/1", 1))
    spoil("disjoint-multiplier-negative", "disjoint", "a negative multiplier", (f"{pair}/0/1", -1))
    spoil("disjoint-fact-shifted", "disjoint", NOTHING, (f"{pair}/1/0", 2))
    spoil("disjoint-fact-beyond", "disjoint", "an integer from 0 to 3", (f"{pair}/1/0", 4))
    spoil("disjoint-no-multipliers", "disjoint", NOTHING, (pair, []))
    spoil("disjoint-pair-missing", "disjoint-dust", "a pair", ("evidence/pairs", without(2)))
    again = lambda pairs: [*pairs[1:], pairs[1]]  # noqa: E731
    spoil("disjoint-pair-twice", "disjoint-dust", "a pair", ("evidence/pairs", again))
    turn = lambda pair: [pair[1], pair[0], [[1, 1], [2, 1]]]  # noqa: E731
    spoil("disjoint-pair-turned", "disjoint", "out of order", ("evidence/pairs/0", turn))
    touch = ("claim/ifs/maps/1", {"matrix": [["2/3"]], "translation": ["1/3"]})
    spoil("disjoint-one-map", "disjoint", "out of order", ("evidence/pairs/0/1", 0))
    spoil("disjoint-images-touch", "disjoint", NOTHING, touch)
    weights = ("evidence/pairs/0/2/1/1", 2)
    spoil("disjoint-images-touch-more", "disjoint", NOTHING, touch, weights)
    spoil("disjoint-image-outside", "disjoint", "F_2 does not", (f"{maps}/1/translation/0", "3/4"))
    sheared = (f"{maps}/0/matrix/0/0", "1/2")
    spoil("disjoint-image-outside-odd", "disjoint-odd", NOTHING, sheared)
    spoil("disjoint-singular-map", "disjoint", "not invertible", (f"{maps}/0/matrix/0/0", "0"))
    rank = (f"{maps}/0/matrix", [["1/4", "1/8"], ["1/8", "1/16"]])
    spoil("disjoint-singular-matrix", "disjoint-dust", "not invertible", rank)
    spoil("touching-point-off-one", "touching", "not in both", ("evidence/point/1", "1/1000"))
    spoil("touching-point-off-both", "touching", "not in both", ("evidence/point/0", "3/4"))
    spoil("touching-other-maps", "touching", "from 0 to 2", ("claim/maps", [1, 3]))
    spoil("touching-one-map", "touching", "one map is no pair", ("claim/maps", [1, 1]))


def spoil_properties() -> None:
    """Trees, for units of every slope, and violations."""
    on, low = "evidence/tree/end/on", "evidence/tree/end/off"
    spoil("tree-goal-missing", "property", "because", (f"{on}/end/off/end/because", without(1)))
    spoil("tree-multiplier-less", "property", NOT_IT, (f"{on}/end/on/end/because/0/2/1", "7/2"))
    spoil("tree-fact-shifted", "property", NOT_IT, (f"{on}/end/on/end/because/0/2/0", 8))
    spoil("tree-threshold", "property", NOT_IT, ("claim/then/1/2", "999/1000"))
    spoil("tree-wider-box", "property", NOT_IT, ("claim/inside/1/1", "2"))
    spoil("tree-weight", "property", NOT_IT, ("claim/network/1/weight/0/1", "-9/2"))
    spoil("tree-step-wrong-phase", "property", FAILS, (f"{low}/steps/0/1", 1))
    spoil("tree-step-other-unit", "property", NOT_IT, (f"{low}/steps/0/0", 0))
    spoil("tree-step-missing", "property", "from 0 to 7", (f"{low}/steps", []))
    spoil("tree-step-too-early", "property", FAILS, (f"{low}/steps/0/2/1/0", 6))
    spoil("tree-cases-swapped", "property", NOT_IT, ("evidence/tree/end", _cases_swapped))
    spoil("tree-alternative-2", "property", "from 0 to 0", (f"{low}/end/alternative", 1))
    spoil("tree-beyond-nothing", "property", "from 0 to -1", ("evidence/tree/end", _BEYOND))
    spoil("tree-contradiction", "property", NOTHING, (f"{low}/end", {"contradiction": [[7, 1]]}))
    spoil("tree-end-is-no-object", "property", "end: expected", (f"{low}/end", 7))
    slopes = "claim/network/0/activation"
    for k, other in enumerate(("abs", "relu", {"leaky": "7/2"}, {"leaky": "1/5"}, "relu")):
        reason = FAILS if k < 4 else NOT_IT
        spoil(f"tree-slope-{k}", "property-units", reason, (f"{slopes}/{k}", other))
    spoil("tree-slope-5", "property-units", NOT_IT, ("claim/network/1/activation/1", "relu"))
    spoil("tree-tight", "property-units", NOT_IT, ("claim/then/3/4", "16"))
    spoil("violation-point-outside", "violation", "is not inside", ("evidence/point/0", "3/2"))
    spoil("violation-off-corner", "violation-corner", "not inside", ("evidence/point/1", "3/2"))
    spoil("violation-of-nothing", "violation", "violates nothing", ("evidence/point/0", "1/4"))
    spoil("violation-at-equality", "violation", "violates nothing", ("claim/then/1/2", "1"))


_BEYOND = {"beyond": 0, "cases": []}


def _cases_swapped(end: dict[str, Any]) -> dict[str, Any]:
    return {**end, "off": end["on"], "on": end["off"]}


def spoil_queries() -> None:
    """No input in any of three cases, and an input in one of two."""
    cases, trees = "claim/query", "evidence/trees"
    base, size = "unsatisfiable", "trees: expected a list of"
    spoil("query-strict", base, NOT_IT, (f"{cases}/0/2/1", 0))
    spoil("query-threshold", base, NOT_IT, (f"{cases}/0/2/0/3", "-999/1000"))
    spoil("query-other-output", base, NOT_IT, (f"{cases}/0/2/0", [0, 0, 1, "-1/2"]))
    spoil("query-output-turned", base, NOT_IT, (f"{cases}/0/2/0", [0, "-1", 0, 1]))
    spoil("query-weight", base, NOT_IT, (f"{TENT}/0/1", "-1"))
    spoil("query-given-equal", base, NOT_IT, (f"{cases}/1/0/1", 0))
    spoil("query-given-weaker", base, NOT_IT, (f"{cases}/1/0/0/3", "1/1000"))
    spoil("query-given-turned", base, NOT_IT, (f"{cases}/1/0/0", [0, "-1", "1", 0]))
    spoil("query-given-other", base, NOT_IT, (f"{cases}/1/0/0", [0, "1", 0, 0]))
    spoil("query-given-missing", base, "fact: expected", (f"{cases}/1", without(0)))
    other = (f"{trees}/2/end", {"contradiction": [[0, 1], [1, 1]]})
    spoil("query-inputs-meet", base, NOTHING, (f"{cases}/2/0/1", 0), other)
    spoil("query-inputs-apart", base, NOTHING, (f"{cases}/2/1/0/3", "1/1000"))
    alternative = (f"{trees}/2/end", {"alternative": 0, "because": []})
    spoil("query-no-alternative", base, "alternative: expected", alternative)
    spoil("query-alternative-1", base, "from 0 to 0", (f"{trees}/1/end/alternative", 1))
    spoil("query-tree-missing", base, f"{size} 3", (trees, without(2)))
    spoil("query-tree-added", base, f"{size} 3", (trees, lambda old: [*old, old[2]]))
    spoil("query-trees-swapped", base, NOT_IT, (trees, swapped(0, 1)))
    spoil("query-case-added", base, f"{size} 4", (cases, more([])))
    nothing = {"steps": [], "end": {"contradiction": []}}
    spoil("query-case-empty", base, NOTHING, (cases, more([])), (trees, more(nothing)))
    spoil("query-number", base, "is not a rational", (f"{cases}/0/0/0/0", None))
    spoil("query-row-short", base, "numbers: expected a list of 4", (f"{cases}/0/0/0", without(3)))
    spoil("query-fact-long", base, "fact: expected a list of 2", (f"{cases}/0/0", more(0)))
    spoil("query-strict-2", base, "strict: expected an integer from 0 to 1", (f"{cases}/0/0/1", 2))
    spoil("query-strict-true", base, "strict: expected", (f"{cases}/0/2/1", True))
    spoil("query-no-list", base, "query: expected a list", (cases, {}))
    spoil("query-no-case", base, "case: expected a list", (f"{cases}/1", 0))
    spoil_points()


TENT = "claim/network/1/weight"


def spoil_points() -> None:
    """Points that do not satisfy what is asked."""
    base, not_there = "satisfiable", "does not satisfy the case"
    point, case = "evidence/point", "claim/query/1"
    spoil("query-point-moved", base, not_there, (f"{point}/0", "1001/2000"))
    spoil("query-point-turned", base, not_there, (f"{point}/0", "-1/2"))
    spoil("query-point-strict", base, not_there, (f"{case}/0/1", 1))
    spoil("query-point-equal", base, not_there, (f"{case}/1/0/3", "-1/2"))
    spoil("query-point-above", base, not_there, (f"{case}/0/0/3", "-1001/1000"))
    spoil("query-point-input", base, not_there, (f"{case}/1/0/0", "-1"))
    spoil("query-point-weight", base, not_there, (f"{TENT}/0/0", "199/100"))
    spoil("query-point-outputs", base, not_there, (TENT, swapped(0, 1)))
    spoil("query-point-other-case", base, not_there, ("evidence/case", 0))
    spoil("query-point-no-case", base, "case: expected an integer", ("evidence/case", 2))
    spoil("query-point-case-true", base, "case: expected an integer", ("evidence/case", True))
    spoil("query-point-long", base, "numbers: expected a list of 1", (point, more("1/2")))
    spoil("query-point-none", base, "from 0 to -1", ("claim/query", []))
    spoil("query-point-for-none", base, "expected the rule trees", ("claim/kind", "unsatisfiable"))


def spoil_levels() -> None:
    """Levels with a penalty."""
    step, undone = "claim/step", "evidence/undone"
    spoil("penalty-depth", "penalty", CHAIN, ("claim/depth", 1))
    spoil("penalty-depth-3", "penalty", "more levels than", ("claim/depth", 3))
    spoil("penalty-network", "penalty", CHAIN, ("claim/network/2/bias/0", by("1/1000")))
    spoil("penalty-activation", "penalty", CHAIN, ("claim/network/1/activation", _LEAKY))
    spoil("penalty-threshold", "penalty", "no margin here", ("claim/labelling/threshold", "1/9"))
    spoil("penalty-step-weight", "all-penalty", FAILS, (f"{step}/1/weight/0/4", "4"))
    spoil("penalty-no-penalty", "all-penalty", NOT_IT, (f"{step}/2/bias/1", "0"))
    spoil("penalty-output", "all-penalty", NOT_IT, ("claim/output/1/weight/0/2", "0"))
    spoil("penalty-output-positive", "all-penalty", NOT_IT, ("claim/output/1/bias/0", "1/1000"))
    spoil("penalty-prepare", "all-penalty", "prepare is not", ("claim/prepare/0/weight/0/0", "2"))
    spoil("penalty-start", "all-penalty", "prepare is not", ("claim/prepare/0/bias/1", "1"))
    spoil("penalty-moved", "penalty", "prepare is not", ("evidence/prepare/0/bias/0", "0"))
    spoil("penalty-map-missing", "all-penalty", "polyhedron", ("claim/ifs/maps", without(1)))
    spoil("penalty-map-moved", "all-penalty", FAILS, ("claim/ifs/maps/0/translation/0", "-3/5"))
    spoil("penalty-image-outside", "all-penalty-one", "F_1 does not", _OUTSIDE)
    spoil("penalty-undone-missing", "all-penalty", "a tree is missing", (undone, without(1)))
    spoil("penalty-undone-swapped", "all-penalty", FAILS, (undone, swapped(0, 1)))
    spoil("penalty-case-missing", "all-penalty", "cases", (_CASES, without(1)))
    spoil("penalty-rejects-case", "all-penalty", "cases", ("evidence/rejects/end/cases", _first))
    strict = ("evidence/rejects/end/cases/0/end/because/0", without(2))
    spoil("penalty-not-strict", "all-penalty", NOT_IT, strict)
    spoil("penalty-wrong-polyhedron", "all-penalty", NOT_IT, (_CASES[:-6] + "/beyond", 0))
    spoil("penalty-step-phase", "all-penalty", FAILS, (f"{undone}/0/steps/0/1", 1))
    spoil("penalty-split-other", "all-penalty", NOTHING, (FIRST, 7))
    spoil("penalty-margin", "all-penalty", "no margin here", ("claim/labelling", _MARGIN))
    spoil("penalty-two-steps", "penalty", "one step for all", ("evidence/steps", _twice))


def spoil_scores() -> None:
    """Levels with a margin."""
    undone = "evidence/undone"
    spoil("score-threshold", "all-score", "a threshold up to 1/2", (_LEVEL, "51/100"))
    spoil("score-absolute", "score", "inner or outer", ("claim/labelling/side", "absolute"))
    spoil("score-no-margin", "all-score", "needs a margin", ("claim/labelling", _PLAIN))
    spoil("score-inner-for-all", "all-score", "outer side", ("claim/labelling/side", "inner"))
    spoil("score-margin", "all-score", NOT_IT, ("claim/labelling/margin", "1/5"))
    spoil("score-inner-margin", "score", "reach out of", ("claim/labelling/margin", "1/5"))
    spoil("score-order", "score", "does not map cube", ("evidence/order", [1, 0]))
    spoil("score-order-short", "score", "one step a level", ("evidence/order", [0]))
    spoil("score-core-outer", "score-outer", "reach out of", ("evidence/cores/0", "3/4"))
    spoil("score-step-again", "score", "does not map cube", ("evidence/order", [0, 0]))
    spoil("score-order-beyond", "score", "from 0 to 1", ("evidence/order", [0, 2]))
    spoil("score-order-for-all", "all-score", "there is one step", ("evidence/order", [0, 0]))
    spoil("score-depth-0", "score", "n >= 1", ("claim/depth", 0), ("evidence/order", []))
    spoil("score-core-small", "score", "reach out of the core", ("evidence/cores/1", "2/3"))
    spoil("score-core-large", "score", FAILS, ("evidence/cores/0", "1"))
    spoil("score-core-uneven", "score", "does not map cube", ("evidence/cores/0", "4/5"))
    spoil("score-core-missing", "score", "a list of 2", ("evidence/cores", without(1)))
    spoil("score-kept-missing", "score", "a tree is missing", ("evidence/kept", without(1)))
    spoil("score-kept-swapped", "score", FAILS, ("evidence/kept", swapped(0, 1)))
    spoil("score-undone-swapped", "score", FAILS, (undone, swapped(0, 1)))
    spoil("score-subtracts", "all-score", NOT_IT, ("claim/output/0/bias/0", "499/1000"))
    spoil("score-subtracts-half", "all-score", "because", (_SUBTRACTS, without(1)))
    spoil("score-output", "all-score", NOT_IT, ("claim/output/0/weight/0/1", "-2"))
    spoil("score-network", "score", CHAIN, ("claim/network/4/bias/0", "-499/1000"))
    spoil("score-image-outside", "score-outer", "F_2 does not", _FURTHER)


def spoil_folds() -> None:
    """Levels that fold."""
    step, turns = "claim/step", "evidence/turns"
    spoil("fold-depth", "fold", CHAIN, ("claim/depth", 1))
    spoil("fold-turn", "all-fold", NOT_IT, (f"{turns}/1/0/0", "1"))
    spoil("fold-turn-doubled", "all-fold", "signed permutation", (f"{turns}/1/0/0", "-2"))
    sheared = (f"{turns}/0", [["1", "0"], ["1", "0"]])
    spoil("fold-turn-singular", "all-fold-dust", "signed permutation", sheared)
    spoil("fold-turn-full", "all-fold-dust", "signed", (f"{turns}/0", [["1", "1"], ["0", "1"]]))
    spoil("fold-turn-missing", "all-fold", "a list of 2", (turns, without(1)))
    odd = ("claim/ifs/maps/1/translation/0", "1/2")
    spoil("fold-not-symmetric", "all-fold", "map K_1 onto itself", odd)
    spoil("fold-step", "all-fold", NOT_IT, (f"{step}/1/bias/0", "5/2"))
    spoil("fold-folds-swapped", "all-fold", FAILS, ("evidence/folds", swapped(0, 1)))
    spoil("fold-elsewhere-case", "all-fold", "cases", ("evidence/elsewhere/end/cases", without(0)))
    spoil("fold-output", "all-fold", NOT_IT, ("claim/output/1/bias/0", "2"))
    spoil("fold-prepare", "all-fold-unit", "prepare is not", ("claim/prepare/0/bias/0", "0"))
    spoil("fold-unit-base", "all-fold-unit", "prepare is not", ("claim/ifs/base/0/1", "9/10"))
    narrow = (f"{step}/1", {"weight": [["-3", "-3"], ["0", "0"]], "bias": ["2", "0"]})
    spoil("fold-step-wider", "all-fold", "map states to states", narrow)
    two = ("claim/output/1", {"weight": [["-1", "-1"], ["0", "0"]], "bias": ["1", "0"]})
    spoil("fold-two-outputs", "all-fold", "another output", two)
    spoil("levels-unlisted-method", "all-fold", "expected penalty", ("evidence/method", "union"))
    spoil("levels-other-method", "all-fold", "with the keys", ("evidence/method", "penalty"))
    spoil("levels-parts-twice", "all-fold", "belong to the claim", ("evidence/prepare", []))


_CASES = "evidence/penalised/end/off/end/on/end/cases"
_SUBTRACTS = "evidence/subtracts/end/because"
_LEVEL = "claim/labelling/threshold"
_LEAKY = [{"leaky": "1/9"}] * 5
_OUTSIDE = ("claim/ifs/maps/0/translation/0", "3/4")
_FURTHER = ("claim/ifs/maps/1/translation/0", "3/4")
_MARGIN = {"margin": "1/4", "side": "outer", "threshold": "0"}
_PLAIN = {"margin": None, "threshold": "1/2"}


def _first(cases: list[Any]) -> list[Any]:
    return cases[:1]


def _twice(steps: list[Any]) -> list[Any]:
    return steps * 2


def spoil_covers() -> None:
    """Covers of R^d."""
    points, cells, rest = "evidence/points", "evidence/cells", "evidence/rest"
    spoil("cover-simplex-missing", "cover", GAP, (rest, without(3)))
    spoil("cover-simplex-missing-2d", "cover-fold", GAP, (rest, without(20)))
    spoil("cover-cell-missing", "cover-fold", f"{GAP} in the core", (f"{cells}/2", without(0)))
    spoil("cover-cell-empty", "cover", "nothing covers the core of cell 0", (f"{cells}/0", []))
    spoil("cover-far-missing", "cover-fold", GAP, (rest, without(0)))
    spoil("cover-flat", "cover", "without volume", (f"{rest}/0", [2, 2]))
    spoil("cover-cut", "cover", "a unit cuts", (rest, more([0, 6])))
    spoil("cover-cells-swapped", "cover", "beyond the core of cell 0", (cells, swapped(0, 1)))
    spoil("cover-cells-order", "cover-order", "beyond the core", (cells, swapped(1, 2)))
    spoil("cover-rest-in-cell", "cover-fold", "beyond", (f"{cells}/0", more([0, 8, 10])))
    spoil("cover-cell-in-rest", "cover-outer", "f > -c", (rest, more([0, 1])))
    spoil("cover-depth", "cover", "not one list", ("claim/depth", 2))
    spoil("cover-depth-huge", "cover", "not one list", ("claim/depth", 999))
    spoil("cover-weight", "cover", "a unit cuts", ("claim/network/0/bias/0", "9/10"))
    spoil("cover-output", "cover", "f < c in cell 0", ("claim/network/3/bias/0", "-1/1000"))
    spoil("cover-output-higher", "cover", "f > -c", ("claim/network/3/bias/0", "1/1000"))
    spoil("cover-map", "cover", "beyond the core", ("claim/ifs/maps/0/translation/0", "-3/5"))
    spoil("cover-map-smaller", "cover", "beyond the core", ("claim/ifs/maps/0/matrix/0/0", "1/4"))
    spoil("cover-t-negative", "cover", "t < 0", (f"{points}/8", [0, -1]))
    spoil("cover-point-0", "cover", "t < 0, or 0", (f"{points}/8", [0, 0]))
    spoil("cover-point-twice", "cover", "given twice", (points, more([-2, 6])))
    spoil("cover-point-moved", "cover", "a unit cuts", (f"{points}/9", [5, 14]))
    spoil("cover-point-number", "cover", "from 0 to 13", (f"{rest}/0/0", 14))
    spoil("cover-no-ramps", "cover", "ramps: expected a list of 2", ("evidence/ramps", without(0)))
    spoil("cover-threshold", "cover-outer", "f < c in cell 0", (_LEVEL, "51/100"))
    spoil("cover-roof-low", "cover-roof", "f < c in cell 0", ("claim/network/1/bias/0", "2"))
    spoil("cover-roof-high", "cover-roof", "f > -c", ("claim/network/1/bias/0", "3"))
    spoil("cover-margin", "cover-outer", "a ramp outside", ("claim/labelling/margin", "1/5"))
    spoil("cover-inner-margin", "cover-inner", GAP, ("claim/labelling/margin", "1/5"))
    spoil("cover-side", "cover-outer", "beyond the core", ("claim/labelling/side", "inner"))
    spoil("cover-ramp-in-rest", "cover-outer", "f > -c", _ramp_to_rest)
    spoil("cover-ramps-swapped", "cover-outer", "a ramp outside", ("evidence/ramps", swapped(0, 1)))
    spoil("cover-radius", "cover-absolute", GAP, ("claim/labelling/margin", "1/20"))
    spoil(
        "cover-radius-large", "cover-absolute", "beyond the core", ("claim/labelling/margin", "1/4")
    )
    spoil("cover-level-0", "cover-level-0", "f > -c off the cells", (_LEVEL, "1/1000"))
    spoil("cover-margin-1", "cover-outer", "not between 0 and 1", ("claim/labelling/margin", "1"))
    spoil("cover-margin-0", "cover-outer", "not between 0 and 1", ("claim/labelling/margin", "0"))
    spoil(
        "cover-margin-negative", "cover-outer", "not between 0", ("claim/labelling/margin", "-1/2")
    )
    spoil("cover-other-side", "cover-outer", "expected inner", ("claim/labelling/side", "middle"))
    spoil("cover-below-0", "cover", "a threshold below 0", (_LEVEL, "-1/2"))


def spoil_coreless_covers() -> None:
    """Covers for cells too small to hold a positive point."""
    two = ("claim/network/0", {"weight": [["0"], ["0"]], "bias": ["-1", "-1"]})
    spoil("cover-two-outputs", "cover-no-core", "another dimension", two)
    wide = ("claim/network/0/weight/0", ["0", "0"])
    spoil("cover-two-inputs", "cover-no-core", "another dimension", wide)
    point_core = ("claim/labelling/margin", "1/3")
    spoil("cover-core-of-a-point", "cover-no-core", "nothing covers the core", point_core)
    no_core = ("evidence/cells", [[[0, 1], [1, 2]], []])
    spoil("cover-simplices-without-core", "cover-no-core", "without positives", no_core)
    zero = ("claim/network/0/bias/0", "0")
    spoil("cover-zero-function", "cover-no-core", "f > -c off the cells", zero)
    spoil("cover-zero-everywhere", "cover-no-core", "f = 0 off the cells", zero, (_LEVEL, "0"))
    tent = (
        "claim/network",
        [
            {"weight": [["1"]], "bias": ["0"], "activation": ["abs"]},
            {"weight": [["-1"]], "bias": ["0"]},
        ],
    )
    spoil("cover-zero-in-gap", "cover-no-core", "f = 0 off the cells", tent, (_LEVEL, "0"))
    moved = ("claim/network/0/bias", ["-3", "0"]), ("evidence/points/0", [3, 0, 1])
    spoil("cover-top-outside", "cover-top", "f = 0 off the cells", *moved)
    ridge = ("claim/network/1/weight/0", ["0", "-1"])
    spoil("cover-ridge", "cover-top", "f = 0 off the cells", ridge)
    in_cell = ("claim/labelling/margin", "1/10"), ("evidence/cells/0", [[0, 1]])
    spoil("cover-zero-on-core", "cover-no-core", "beyond the core", *in_cell)


_ramp_to_rest = (
    "evidence",
    lambda e: {**e, "ramps": [[], e["ramps"][1]], "rest": e["rest"] + e["ramps"][0]},
)


def spoil_refutations() -> None:
    """Points that refute nothing."""
    spoil("refuted-not", "refuted", "contradicts nothing", ("evidence/point/0", "-8/9"))
    spoil("refuted-boundary", "refuted", "contradicts nothing", ("evidence/point/0", "-7/9"))
    spoil("refuted-threshold", "refuted-outer", "contradicts nothing", (_LEVEL, "0"), _CORNER)
    spoil("refuted-free", "refuted-outer", "contradicts nothing", ("evidence/point/0", "-1/4"))
    spoil("refuted-shrunk", "refuted-outer", "contradicts", ("claim/labelling/side", "inner"), _GAP)
    outside = ("claim/ifs/maps/1/translation/0", "3/4")
    spoil("refuted-level", "refuted-outer-negative", "contradicts", ("claim/network", _LOW))
    half = ("claim/network/1/bias/0", "-1/2")
    spoil("refuted-half", "refuted-negative", "contradicts nothing", half)
    spoil("refuted-ball", "refuted-absolute", "contradicts", ("claim/labelling/margin", "7/20"))
    hidden = ("claim/ifs/maps/1/translation/0", "2"), ("claim/network/1/bias/0", "5")
    spoil("refuted-hidden", "refuted-negative", "F_2 does not", *hidden, ("evidence/point/0", "2"))
    spoil("refuted-two-outputs", "refuted-negative", "another dimension", _TWO)
    spoil("refuted-image-outside", "refuted-negative", "F_2 does not map", outside)
    spoil("refuted-deeper", "refuted", "contradicts nothing", ("claim/depth", 2))
    spoil("refuted-dimension", "refuted", "a list of 1", ("evidence/point", ["0", "0"]))


_LOW = [{"weight": [["0"]], "bias": ["-1/2"]}]
_TWO = ("claim/network", [{"weight": [["0"], ["0"]], "bias": ["0", "0"]}])
_CORNER = ("evidence/point/0", "-7/9")
_GAP = ("evidence/point/0", "-17/18")


def spoil_regions() -> None:
    """Counts of linear regions."""
    for name in ("proper", "open", "closed", "affine"):
        for base, sign in (("regions-hat", 1), ("regions-quadrants", -1)):
            change = (f"claim/counts/{name}", lambda old, sign=sign: old + sign)
            spoil(f"{base}-{name}", base, f"regions ({name}), not", change)
    simplices, points = "evidence/simplices", "evidence/points"
    quadrants, diamond = "regions-quadrants", "regions-diamond"
    spoil("regions-gap", quadrants, f"{GAP} in the box", (simplices, without(3)))
    spoil("regions-border-gap", quadrants, GAP, (simplices, without(0)))
    spoil("regions-nothing", quadrants, "nothing covers the box", (simplices, []))
    spoil("regions-cut", diamond, "a unit cuts", (f"{simplices}/0", [0, 2, 4]))
    spoil("regions-flat", diamond, "without volume", (simplices, more([0, 1, 1])))
    spoil("regions-box-larger", diamond, GAP, ("claim/box/0/1", "2"))
    spoil("regions-box-smaller", diamond, "beyond the box", ("claim/box/1/0", "-1/2"))
    spoil("regions-box-flat", diamond, "without interior", ("claim/box/1/0", "1"))
    spoil("regions-turned", diamond, "beyond the box", ("claim/box", swapped(0, 1)), _TALL)
    spoil("regions-weight", diamond, "a unit cuts", ("claim/network/0/bias/0", "1/1000"))
    spoil("regions-point-outside", diamond, "beyond the box", (f"{points}/8/0", 2))
    spoil("regions-infinite", diamond, "a point at infinity", (points, more([1, 0, 0])))
    spoil("regions-unnamed", diamond, "counts: expected some of", ("claim/counts/all", 4))


_TALL = ("claim/box/1/1", "1/2")


def spoil_forms() -> None:
    """Files that are no certificates."""
    spoil("form-version", "disjoint", "expected the format", ("format", "exactnet-certificate/2"))
    spoil("form-kind", "disjoint", "expected a kind among", ("claim/kind", "separate"))
    spoil("form-rule", "disjoint", "expected the rule farkas", ("evidence/rule", "cover"))
    spoil("form-other-kind", "disjoint", "expected the rule point", ("claim/kind", "touching"))
    spoil("form-extra-key", "disjoint", "with the keys kind, ifs", ("claim/comment", "0"))
    spoil("form-missing-key", "disjoint", "with the keys base, maps", ("claim/ifs/base", DROP))
    spoil("form-no-maps", "disjoint", "expected at least one", ("claim/ifs/maps", []))
    spoil("form-no-sides", "disjoint", "base", ("claim/ifs/base", []))
    spoil("form-base-empty", "disjoint", "lower < upper", ("claim/ifs/base/0/1", "-1"))
    spoil("form-bool-index", "touching", "an integer from 0 to 2", ("claim/maps/1", True))
    spoil("form-bool-number", "touching", "is not a rational", ("evidence/point/0", False))
    for k, number in enumerate(
        ("", "+1", " 1", "1/0", "1/-2", "--1", "0.5", "1/2/3", "1e3", "0x1")
    ):
        spoil(f"form-number-{k}", "disjoint", "is not a rational", ("claim/ifs/base/0/0", number))
    spoil("form-long-number", "disjoint", "is not a rational", ("claim/ifs/base/0/0", "1" * 4001))
    last = ("claim/network/1/activation", ["relu"])
    spoil("form-last-layer", "property", "the last layer is affine", last)
    other = ("claim/network/0/activation", ["relu", "tanh"])
    spoil("form-activation", "property", "expected an activation", other)
    spoil("form-no-layers", "property", "a network without layers", ("claim/network", []))
    empty = ("claim/network/0", {"weight": [], "bias": []})
    spoil("form-empty-layer", "property", "without units or inputs", empty)
    units = ("claim/network/0", {"weight": [[], []], "bias": ["0", "0"]})
    spoil("form-no-inputs", "property", "without units or inputs", units)
    nobody = ("claim/network/1", {"weight": [], "bias": []})
    spoil("form-no-outputs", "property", "without units or inputs", nobody)
    spoil("form-phase-2", "property", "phase", ("evidence/tree/end/off/steps/0/1", 2))
    spoil("form-deep", "cover", "from 0 to 1000", ("claim/depth", 1001))
    spoil("form-negative", "cover", "from 0 to 1000", ("claim/depth", -1))
    spoil("form-ragged", "property", "a list of 1", ("claim/network/0/weight/1", ["1", "2"]))
    spoil("form-bias-short", "property", "a list of 1", ("claim/network/0/bias", without(0)))


def certificates() -> Iterator[tuple[str, str, str]]:
    """Name, reason and content of every spoiled certificate."""
    SPOILED.clear()
    for fill in (
        spoil_images,
        spoil_properties,
        spoil_queries,
        spoil_levels,
        spoil_scores,
        spoil_folds,
        spoil_covers,
        spoil_coreless_covers,
        spoil_refutations,
        spoil_regions,
        spoil_forms,
    ):
        fill()
    for name, base, reason, changes in SPOILED:
        document = accepted.document(base)
        for place, change in changes:
            put(document, place, change)
        yield name, reason, json.dumps(document, separators=(",", ":")) + "\n"


def main(arguments: list[str]) -> int:
    """Write or compare everything; the exit status."""
    wanted = {}
    reasons = {}
    for name, reason, content in certificates():
        wanted[HERE / f"{name}.json"], reasons[name] = content, reason
    wanted[HERE / "reasons.json"] = json.dumps(reasons, indent=1) + "\n"
    found = {path: path.read_text() for path in HERE.glob("*.json")}
    differing = sorted(p.name for p in {*wanted, *found} if wanted.get(p) != found.get(p))
    if arguments == ["--check"]:
        for file in differing:
            print(f"out of date: {file}", file=sys.stderr)
        return int(bool(differing))
    for path in found.keys() - wanted.keys():
        path.unlink()
    for path, content in wanted.items():
        path.write_text(content)
    print(f"{len(reasons)} certificates, {len(differing)} files changed")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
