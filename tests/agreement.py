"""Compares complexes of the compiled kernel, face by face, with the reference enumerator.

Used by ``tests/regions/test_agreement.py`` and, for longer, by ``bench/agreement.py``. Signs of the
reference are computed here, from the layers alone.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from math import lcm
from operator import mul

import numpy as np

import exactnet as en
from exactnet.geometry.box import Box
from exactnet.regions.complex import RegionComplex
from exactnet.regions.counting import count_regions
from exactnet.regions.engine import Engine, OverflowsError
from exactnet.regions.reference import enumerate_cells
from exactnet.regions.setting import Setting

Point = tuple[Fraction, ...]
Signs = tuple[int, ...]
WIDEST = {1: 10, 2: 8, 3: 6, 4: 5}  # units a layer, by dimension: the reference is slow
KINDS: list[object] = ["relu", "relu", "relu", "abs", "identity", {"leaky": "1/3"}]


@dataclass(frozen=True)
class Case:
    """A random network and where it is enumerated (None: everywhere)."""

    net: en.ReluNetwork
    box: Box | None


def random_case(seed: int) -> Case:
    """A network in 1..4 dimensions: even seeds integers -2..2, odd ones float32 normals.

    Of sixteen seeds the last two are on all of R^d; boxes have corners in quarters.
    """
    rng = np.random.default_rng(seed)
    degenerate = seed % 2 == 0
    d = int(rng.integers(1, 5))
    hidden = rng.integers(1, WIDEST[d] + 1, rng.integers(1, 4))
    sizes = [d, *map(int, hidden), 1]
    layers, units = [], []
    for before, after in pairwise(sizes):
        layers.append((_entries(rng, degenerate, after, before), _entries(rng, degenerate, after)))
        units.append([KINDS[k] for k in rng.integers(0, len(KINDS), after)])
    net = en.ReluNetwork.of(layers, units[:-1])
    low, length = rng.integers(-9, 1, d), rng.integers(4, 13, d)
    sides = [
        (Fraction(int(a), 4), Fraction(int(a + b), 4)) for a, b in zip(low, length, strict=True)
    ]
    return Case(net, None if seed % 16 >= 14 else Box.of(sides))


def _entries(rng: np.random.Generator, degenerate: bool, *shape: int) -> list[object]:
    if degenerate:
        return rng.integers(-2, 3, shape).tolist()
    drawn = rng.normal(size=shape).astype(np.float32).astype(np.float64)
    exact = np.vectorize(Fraction, otypes=[object])(drawn)
    return exact.tolist()


class SignsAt:
    """The sign of every hidden unit's pre-activation at a point; a carried value is positive.

    Denominators are cleared, a layer at a time; a common positive factor changes no sign.
    """

    def __init__(self, net: en.ReluNetwork) -> None:
        self.layers = []
        for layer in net.layers[:-1]:
            rows = [(*row, shift) for row, shift in zip(layer.weight, layer.bias, strict=True)]
            cleared, factor = _cleared(rows)
            (slopes,), scale = _cleared([layer.slopes])
            self.layers.append((cleared, factor, slopes, scale))

    def __call__(self, x: Point) -> Signs:
        ((*point, _),), one = _cleared([(*x, Fraction(1))])
        found: list[int] = []
        for rows, factor, slopes, scale in self.layers:
            values = [sum(map(mul, row, (*point, one))) for row in rows]
            point = [v * (scale if v > 0 else m) for v, m in zip(values, slopes, strict=True)]
            found += [
                1 if m == scale else (v > 0) - (v < 0) for v, m in zip(values, slopes, strict=True)
            ]
            one *= factor * scale
        return tuple(found)


def _cleared(rows: Sequence[Sequence[Fraction]]) -> tuple[list[list[int]], int]:
    factor = lcm(*(v.denominator for row in rows for v in row))
    return [[int(v * factor) for v in row] for row in rows], factor


def kernel_complex(case: Case, exact: bool) -> RegionComplex | None:
    """The complex by 64-bit integers or by filtered floats; None when 64 bits are too few."""
    setting = Setting.of(case.net, case.box)
    engine = Engine(case.net, setting.domain, exact)
    try:
        patch = engine.whole(engine.start())
    except OverflowsError:
        return None
    return RegionComplex(case.net, setting.box, setting.walls, engine, patch)


def streamed(case: Case, exact: bool, cells_at_once: int) -> int | None:
    """The number of cells when patches are cut up beyond ``cells_at_once``; None on overflow."""
    engine = Engine(case.net, Setting.of(case.net, case.box).domain, exact)
    try:
        return sum(part.cells for part in engine.patches(engine.start(), cells_at_once))
    except OverflowsError:
        return None


@dataclass(frozen=True)
class Expected:
    """What the reference enumerator says: the vertices of each cell, by the cell's signs."""

    cells: dict[Signs, frozenset[Point]]
    vertices: dict[Point, Signs]


def expected(case: Case) -> Expected:
    """The cells of the reference enumerator; on R^d those in several orthants become one."""
    cells: dict[Signs, frozenset[Point]] = {}
    signs_at = SignsAt(case.net)
    for cell in enumerate_cells(case.net, case.box):
        signs = signs_at(cell.polyhedron.interior_point())
        points = frozenset(cell.polyhedron.vertices())
        if case.box is not None and signs in cells:
            raise AssertionError(f"the reference has two cells with the signs {signs}")
        cells[signs] = cells.get(signs, frozenset()) | points
    vertices = {x: signs_at(x) for points in cells.values() for x in points}
    return Expected(cells, vertices)


def differences(case: Case, cx: RegionComplex, wanted: Expected) -> Iterator[str]:
    """How a complex differs from what the reference says; nothing when they agree.

    On R^d both cut along artificial hyperplanes, each along its own, so there only the signs of the
    cells and of the complex's own vertices are compared.
    """
    signs = [tuple(row) for row in cx.signs().tolist()]
    if cx.walls == 0 and len(set(signs)) != len(signs):
        yield "two cells of the kernel have the same signs"
    if case.box is not None and signs != sorted(signs):
        yield "the kernel's cells are not in order of their signs"
    for name, odd in (("only the kernel", set(signs) - set(wanted.cells)),
                      ("only the reference", set(wanted.cells) - set(signs))):  # fmt: skip
        if odd:
            yield f"{name} has the cells {sorted(odd)[:3]}"
    at_vertices = [tuple(row) for row in cx.signs(0).tolist()]
    found = {cx.vertex(v): row for v, row in enumerate(at_vertices)}
    if len(found) != len(at_vertices):
        yield "two vertices of the kernel are one point"
    signs_at = SignsAt(case.net)
    for x, row in found.items():
        if row != (right := signs_at(x)):
            yield f"the kernel's signs at {x} are {row}, not {right}"
    if case.box is None:
        return
    if found != wanted.vertices:
        yield f"vertices differ: {set(found.items()) ^ set(wanted.vertices.items())}"
    for cell, row in enumerate(signs):
        if frozenset(cx.vertices(cell)) != wanted.cells.get(row):
            yield f"the vertices of the cell with signs {row} differ"


STREAMS = (1, 2, 3, 5, 8, 13, 20)  # cells at once; one of them a case


def compare(case: Case) -> tuple[set[bool], int, list[str]]:
    """(which arithmetics were compared, cells, differences) of one case."""
    wanted = expected(case)
    used, wrong = set[bool](), list[str]()
    for exact in (True, False):
        name = "integers" if exact else "floats"
        cx = kernel_complex(case, exact)
        if cx is None:
            if not exact:
                wrong.append("the float filter overflowed")
            continue
        used.add(exact)
        wrong += [f"{name}: {text}" for text in differences(case, cx, wanted)]
        size = STREAMS[len(wanted.cells) % len(STREAMS)]
        if (parts := streamed(case, exact, size)) != len(cx):
            wrong.append(f"{name}: {parts} cells in pieces of {size}, {len(cx)} at once")
    if (count := count_regions(case.net, case.box, workers=1)) != len(wanted.cells):
        wrong.append(f"count_regions gives {count}, the reference {len(wanted.cells)}")
    return used, len(wanted.cells), wrong
