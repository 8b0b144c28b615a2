"""Small certificates that the checker accepts, of every claim and rule, by name.

``make.py`` spoils them; the benches mutate the checker, and them.
"""

import json
from collections.abc import Callable
from fractions import Fraction
from functools import cache
from typing import Any

import exactnet as en
from exactnet.fractals import gallery
from exactnet.limits import silent
from exactnet.verification.certificates.covers import certify_by_cover, certify_regions
from exactnet.verification.certificates.documents import (
    Certificate,
    ifs_document,
    labelling_document,
    network_document,
)
from exactnet.verification.certificates.images import certify_images
from exactnet.verification.certificates.levels import certify_all_depths, certify_construction
from exactnet.verification.claims import Claim
from exactnet.verification.property import prove_property
from exactnet.verification.query import Query, prove_query

Document = dict[str, Any]
LIMITS = en.Limits(10**6)  # they count from here on

# A base that is no cube, and maps that turn, shear and reflect it.
ODD = en.IFS.of(
    [([[0, "-1/12"], ["1/2", "1/8"]], [1, 1]), ([["-1/4", 0], [0, "1/5"]], [2, "1/2"])],
    base=[(0, 2), (0, 4)],
)
UNIT = en.IFS.of([([["1/3"]], [0]), ([["1/3"]], ["2/3"])], base=[(0, 1)])
CLOSE = en.IFS.of([([["1/3"]], ["-2/3"]), ([["13/20"]], ["7/20"])])
ONE_MAP = en.IFS.of([([["1/2"]], ["1/4"])])
TURNED = en.IFS.of([([[0, "-1/2"], ["1/2", 0]], [0, 0])])  # its fold turns by a quarter

UNITS = en.ReluNetwork.from_document(  # a unit of every kind, for trees
    {
        "format": "exactnet-network/1",
        "layers": [
            {
                "weight": [["1", "1"], ["1", "-1"], ["2", "0"], ["0", "1"], ["1", "2"]],
                "bias": ["0", "1/2", "-1", "1/3", "1/4"],
                "activation": ["relu", "abs", {"leaky": "3"}, {"leaky": "1/4"}, "identity"],
            },
            {
                "weight": [["1", "-1", "0", "1/2", "0"], ["0", "1", "1", "0", "-1/2"]],
                "bias": ["-1", "0"],
                "activation": ["relu", {"leaky": "2"}],
            },
            {"weight": [["1", "-1"], ["0", "1"]], "bias": ["0", "1"]},
        ],
    },
    "units",
)
TIGHT = [[0, 0, 0, -1, "39/8"], [0, 0, 0, 1, "61/4"], [0, 0, 1, 0, "31/8"], [0, 0, -1, 0, "65/4"]]
STEPS = en.ReluNetwork.of([([[1], [1]], [0, "-1/2"]), ([[2, -4]], [0])])
TENT_AND_RAMP = en.ReluNetwork.of(
    [([[1], [1]], [0, "-1/2"]), ([[2, -4], [1, 0]], [0, 0])]  # y and z: 1 and 1/2 at x = 1/2
)
EMPTY = (  # rows over (x, y, z, 1)
    [([1, 0, 0, 0], ">="), ([-1, 0, 0, 1], ">="), ([0, 1, 0, -1], ">")],  # y > 1 on [0, 1]
    [([0, 1, -1, 0], ">"), ([0, -1, 1, 0], ">=")],  # y > z and y <= z
    [([1, 0, 0, 0], ">"), ([-1, 0, 0, 0], ">=")],  # x > 0 and x <= 0
)
TOP = ([([0, 0, -1, 0], ">")], [([0, 1, 0, -1], ">="), ([0, 0, 1, "-1/4"], ">")])  # at 1/2 only
SQUARE = en.Box.of([(-1, 1), (-1, 1)])
# |x| + |y|
DIAMOND = en.ReluNetwork.of(
    [([[1, 0], [-1, 0], [0, 1], [0, -1]], [0, 0, 0, 0]), ([[1, 1, 1, 1]], [0])]
)
# min(x, -y)^+ + min(-x, y)^+: 0 on two quadrants that share a point only, and a unit unread.
QUADRANTS = en.ReluNetwork.of(
    [
        ([[1, 0], [-1, 0], [1, 1], [-1, -1], [1, "1/2"]], [0, 0, 0, 0, "-5/4"]),
        ([[1, -1, -1, 0, 0], [-1, 1, 0, -1, 0]], [0, 0]),
        ([[1, 1], [1, 1]], [0, 1]),
    ]
)
# A hat: 0 on two sides that do not meet, and a unit unread.
HAT = en.ReluNetwork.of([([[1], [2], [1], [3]], ["1/2", 0, "-1/2", 2]), ([[1, -1, 1, 0]], [0])])


def _levels(ifs: en.IFS, n: int, method: str, *options: Any) -> Certificate:
    built = en.construct(ifs, n, method, *options)
    return certify_construction(built, built.threshold, LIMITS, silent)


def _all(ifs: en.IFS, method: str, *margin: Any) -> Certificate:
    return certify_all_depths(ifs, method, en.Labelling.of(ifs, 1, *margin), LIMITS, silent)


def _cover(ifs: en.IFS, n: int, method: str, *options: Any, threshold: str = "") -> Certificate:
    built = en.construct(ifs, n, method, *options)
    level = Fraction(threshold) if threshold else built.threshold
    return certify_by_cover(Claim(built.network, built.labelling, level), LIMITS, silent)


def _property(net: en.ReluNetwork, inside: Any, then: Any) -> Certificate:
    certificate = prove_property(net, inside, then).certificate
    assert certificate is not None
    return certificate


def _query(net: en.ReluNetwork, cases: Any) -> Certificate:
    certificate = prove_query(net, Query.of(net.inputs, net.outputs, cases)).certificate
    assert certificate is not None
    return certificate


def _refuted(n: int, method: str, options: tuple[Any, ...], point: str) -> Certificate:
    """A network for K_n against the claim that it realises K_1."""
    built = en.construct(gallery.cantor(), n, method, *options)
    claim = {
        "kind": "refuted",
        "ifs": ifs_document(gallery.cantor()),
        "depth": 1,
        "network": network_document(built.network),
        "labelling": labelling_document(
            en.Labelling.of(gallery.cantor(), 1, *options), built.threshold
        ),
    }
    return Certificate(claim, {"rule": "point", "point": [point]})


def _without_cores(ifs: en.IFS, network: Any, points: Any, rest: Any, c: str = "0") -> Certificate:
    """A network that is negative where it must, on cells too small for a ball of radius 1/2."""
    cells: list[list[Any]] = [[] for _ in ifs.maps]
    claim = {
        "kind": "realises",
        "ifs": ifs_document(ifs),
        "depth": 1,
        "network": network,
        "labelling": {"margin": "1/2", "side": "absolute", "threshold": c},
    }
    lists = {"points": points, "cells": cells, "ramps": cells, "rest": rest}
    return Certificate(claim, {"rule": "cover", **lists})


def _roof() -> Certificate:
    """5/2 - 2 |x|: 1/2 on the border of K_0 = [-1, 1], -1/2 where the enclosure ends."""
    claim = {
        "kind": "realises",
        "ifs": ifs_document(gallery.cantor()),
        "depth": 0,
        "network": [
            {"weight": [["1"]], "bias": ["0"], "activation": ["abs"]},
            {"weight": [["-2"]], "bias": ["5/2"]},
        ],
        "labelling": {"margin": "1/2", "side": "outer", "threshold": "1/2"},
    }
    points = [[-1, 0], [-3, 2], [-1, 1], [0, 1], [1, 1], [3, 2], [1, 0]]
    lists = {"cells": [[[2, 3], [3, 4]]], "ramps": [[[1, 2], [4, 5]]], "rest": [[0, 1], [5, 6]]}
    return Certificate(claim, {"rule": "cover", "points": points, **lists})


MINUS_ONE = [{"weight": [["0"]], "bias": ["-1"]}]
LINE = [[-1, 0], [0, 1], [1, 0]]
MOUNTAIN = [  # -|x - 3/4| - |y - 3/4|
    {"weight": [["1", "0"], ["0", "1"]], "bias": ["-3/4", "-3/4"], "activation": ["abs", "abs"]},
    {"weight": [["-1", "-1"]], "bias": ["0"]},
]
PLANE = [[3, 3, 4], [1, 0, 0], [0, 1, 0], [-1, 0, 0], [0, -1, 0]]
QUARTERS = [[0, 1, 2], [0, 2, 3], [0, 3, 4], [0, 4, 1]]

_MAKERS: dict[str, Callable[[], Certificate]] = {
    "disjoint": lambda: certify_images(gallery.cantor()),
    "disjoint-dust": lambda: certify_images(gallery.cantor_dust()),
    "disjoint-close": lambda: certify_images(CLOSE),
    "disjoint-odd": lambda: certify_images(ODD),
    "touching": lambda: certify_images(gallery.sierpinski()),
    "property": lambda: _property(STEPS, en.Box.of([(-1, 1)]), [[0, 1, 1], [0, -1, 1]]),
    "property-units": lambda: _property(UNITS, SQUARE, TIGHT),
    "violation": lambda: _property(STEPS, en.Box.of([(-1, 1)]), [[0, 1, 1], [0, -1, "1/2"]]),
    "violation-corner": lambda: _property(DIAMOND, SQUARE, [[0, 0, -1, "15/8"]]),
    "unsatisfiable": lambda: _query(TENT_AND_RAMP, EMPTY),
    "satisfiable": lambda: _query(TENT_AND_RAMP, TOP),
    "all-penalty": lambda: _all(gallery.cantor(), "exact"),
    "all-score": lambda: _all(gallery.cantor(), "margin", "1/4", "outer"),
    "all-fold": lambda: _all(gallery.cantor(), "fold"),
    "all-fold-unit": lambda: _all(UNIT, "fold"),
    "all-fold-dust": lambda: _all(gallery.cantor_dust(), "fold"),
    "all-penalty-one": lambda: _all(ONE_MAP, "exact"),
    "penalty": lambda: _levels(UNIT, 2, "exact"),
    "penalty-0": lambda: _levels(UNIT, 0, "exact"),
    "score": lambda: _levels(gallery.cantor(), 2, "margin", "1/4", "inner"),
    "score-outer": lambda: _levels(UNIT, 1, "margin", "1/4", "outer"),
    "fold": lambda: _levels(gallery.cantor_reversed(), 2, "fold"),
    "cover": lambda: _cover(gallery.cantor(), 1, "exact"),
    "cover-0": lambda: _cover(gallery.cantor(), 0, "exact"),
    "cover-fold": lambda: _cover(gallery.cantor_dust(), 1, "fold"),
    "cover-order": lambda: _cover(gallery.uneven_cantor(), 2, "exact"),
    "cover-outer": lambda: _cover(gallery.cantor(), 1, "margin", "1/4", "outer"),
    "cover-inner": lambda: _cover(gallery.cantor(), 1, "margin", "1/4", "inner", threshold="1/4"),
    "cover-absolute": lambda: _cover(gallery.uneven_cantor(), 1, "margin", "1/16", "inner", True),
    "cover-level-0": lambda: _cover(gallery.cantor(), 1, "margin", "1/4", "inner", threshold="0"),
    "cover-no-core": lambda: _without_cores(
        gallery.cantor(), MINUS_ONE, LINE, [[0, 1], [1, 2]], "1/2"
    ),
    "cover-roof": _roof,
    "cover-top": lambda: _without_cores(gallery.cantor_dust(), MOUNTAIN, PLANE, QUARTERS),
    "refuted": lambda: _refuted(2, "exact", (), "-2/3"),
    "refuted-outer": lambda: _refuted(2, "margin", ("1/4", "outer"), "-2/3"),
    "refuted-negative": lambda: _refuted(0, "exact", (), "0"),
    "refuted-outer-negative": lambda: _refuted(0, "margin", ("1/4", "outer"), "0"),
    "refuted-absolute": lambda: _refuted(2, "margin", ("1/6", "inner", True), "-2/3"),
    "regions": lambda: certify_regions(STEPS, en.Box.of([(-1, 1)])),
    "regions-diamond": lambda: certify_regions(DIAMOND, SQUARE),
    "regions-quadrants": lambda: certify_regions(QUADRANTS, en.Box.of([(-1, 1), (-1, 2)])),
    "regions-hat": lambda: certify_regions(HAT, en.Box.of([(-1, 1)])),
}
NAMES = tuple(_MAKERS)


@cache
def text(name: str) -> str:
    """The file's content."""
    certificate = _MAKERS[name]()
    certificate.checked()
    return certificate.text()


def document(name: str) -> Document:
    """A fresh copy of the JSON object."""
    found: Document = json.loads(text(name))
    return found


if __name__ == "__main__":
    for name in NAMES:
        print(f"{name:20} {len(text(name)):6} bytes")
