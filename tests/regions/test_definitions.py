"""The six definitions: inequalities, hand counts, and each number by a second route."""

from collections.abc import Iterable
from fractions import Fraction as F
from itertools import combinations, pairwise

import networkx as nx
import pytest
from complexes import TENT, boxes, networks, settings_for
from hypothesis import given, settings
from hypothesis import strategies as st

import exactnet as en
from exactnet.geometry.box import Box
from exactnet.regions.complex import RegionComplex
from exactnet.regions.convexity import Tiling
from exactnet.regions.definitions import open_regions

NAMES = ["activation", "proper", "convex", "open", "closed", "affine"]

# max(-y, min(0, -x)) = -y + relu(y - relu(x)): the example of THEORY.md and of arXiv 2505.16716
STAIRCASE = en.ReluNetwork.of(
    [
        ([[1, 0], [0, 1], [0, -1]], [0, 0, 0]),
        ([[0, 1, -1], [-1, 1, -1]], [0, 0]),
        ([[-1, 1]], [0]),
    ],
    [["relu", "relu", "relu"], ["identity", "relu"]],
)


def ends(counts: dict[str, int | list[int]]) -> list[int]:
    """R1, R2, hi(R3), lo(R3), R4, R5, R6."""
    convex = counts["convex"]
    low, high = (convex, convex) if isinstance(convex, int) else convex
    return [counts["activation"], counts["proper"], high, low,
            counts["open"], counts["closed"], counts["affine"]]  # type: ignore[list-item]  # fmt: skip


def pieces(cx: RegionComplex) -> list[object]:
    """The affine function of every cell, from the definition of the network."""
    return [cx.network.affine_piece(cx.interior_point(cell)) for cell in range(len(cx))]


def connected(nodes: int, edges: Iterable[tuple[int, int]]) -> int:
    graph = nx.Graph(edges)
    graph.add_nodes_from(range(nodes))
    return nx.number_connected_components(graph)


@given(case=settings_for(outputs=2))
@settings(max_examples=80)
def test_every_definition_counts_at_least_as_many_as_the_next(
    case: tuple[en.ReluNetwork, Box | None],
) -> None:
    cx = en.enumerate_regions(*case)
    counts = cx.counts()
    assert list(counts) == NAMES
    assert ends(counts) == sorted(ends(counts), reverse=True)
    assert ends(counts)[-1] >= 1


@given(case=settings_for(dims=(1, 2, 3)))
@settings(max_examples=80)
def test_patterns_and_pieces_are_counted_as_sets_of_patterns_and_pieces_are(
    case: tuple[en.ReluNetwork, Box | None],
) -> None:
    net, box = case
    cx = en.enumerate_regions(net, box)
    counts = cx.counts()
    inner = [cx.interior_point(cell) for cell in range(len(cx))]
    assert counts["proper"] == len({net.pattern(x) for x in inner})
    functions = pieces(cx)
    assert counts["affine"] == len(set(functions))
    assert len(set(zip(functions, cx.piece_classes.tolist(), strict=True))) == counts["affine"]
    everywhere = {tuple(row > 0) for k in range(cx.dim + 1) for row in cx.signs(k)}
    assert counts["activation"] == len(everywhere)


@given(case=settings_for(dims=(1, 2, 3)))
@settings(max_examples=80)
def test_open_and_closed_regions_are_components_of_explicit_graphs(
    case: tuple[en.ReluNetwork, Box | None],
) -> None:
    """Open: through facets of the dual graph. Closed: through exact points that cells share."""
    cx = en.enumerate_regions(*case)
    counts, functions = cx.counts(), pieces(cx)
    dual = [(a, b) for a, b in cx.graph().edges if functions[a] == functions[b]]
    assert counts["open"] == connected(len(cx), dual)
    labels, found = open_regions(cx)
    assert found == counts["open"]
    assert all(labels[a] == labels[b] for a, b in dual)
    corners = [set(cx.vertices(cell)) for cell in range(len(cx))]
    meeting = [
        (a, b)
        for a, b in combinations(range(len(cx)), 2)
        if functions[a] == functions[b] and corners[a] & corners[b]
    ]
    assert counts["closed"] == connected(len(cx), meeting)


@given(net=networks(dims=(1,), hidden=(1, 3)), data=st.data())
@settings(max_examples=60)
def test_in_one_dimension_the_pieces_between_kinks_are_the_convex_open_and_closed_regions(
    net: en.ReluNetwork, data: st.DataObject
) -> None:
    box = data.draw(boxes(1))
    cx = en.enumerate_regions(net, box)
    order = sorted(range(len(cx)), key=cx.interior_point)
    functions = pieces(cx)
    kinks = sum(functions[a] != functions[b] for a, b in pairwise(order))
    counts = cx.counts()
    assert counts["convex"] == counts["open"] == counts["closed"] == kinks + 1
    merged = en.breakpoints_along(net, list(box.lower), list(box.upper)).merged()
    assert len(merged) == kinks + 1


@pytest.mark.parametrize("box", [None, [(-1, 1), (-1, 1)], [(-7, 2), ("-1/3", 9)]])
def test_the_published_example_has_seven_five_four_three_three_three(box: object) -> None:
    counts = en.enumerate_regions(STAIRCASE, box).counts()  # type: ignore[arg-type]
    assert counts == dict(zip(NAMES, [7, 5, 4, 3, 3, 3], strict=True))
    for x, y in [(2, 1), (1, 2), (-1, 1), (-1, -1), (1, -1), ("1/3", "1/3")]:
        point = (F(x), F(y))
        assert STAIRCASE(point) == (max(-point[1], min(F(0), -point[0])),)


def test_one_dimensional_networks_counted_by_hand() -> None:
    def counts(layers: list[object], units: object = None, box: object = None) -> list[int]:
        net = en.ReluNetwork.of(layers, units)  # type: ignore[arg-type]
        return ends(en.enumerate_regions(net, box).counts())  # type: ignore[arg-type]

    one = ([[1]], [0])
    assert counts([one, one]) == [2, 2, 2, 2, 2, 2, 2]
    assert counts([one, one], [["identity"]]) == [1] * 7
    # relu(x) - relu(-x) = x: the kink is gone, and at 0 both units are off
    assert counts([([[1], [-1]], [0, 0]), ([[1, -1]], [0])]) == [3, 2, 1, 1, 1, 1, 1]
    # relu(x) + relu(-x) = |x|
    assert counts([([[1], [-1]], [0, 0]), ([[1, 1]], [0])]) == [3, 2, 2, 2, 2, 2, 2]
    # a hat: zero on both sides, so five open regions less one are affine functions
    hat = [([[1]] * 3, [1, 0, -1]), ([[1, -2, 1]], [0])]
    assert counts(hat) == [4, 4, 4, 4, 4, 4, 3]
    assert counts(hat, box=[(-1, 1)]) == [3, 2, 2, 2, 2, 2, 2]
    assert counts(hat, box=[(0, "1/2")]) == [2, 1, 1, 1, 1, 1, 1]
    assert counts([([[0]], [0]), one]) == [1] * 7


def crossed(readout: list[list[int]]) -> en.ReluNetwork:
    """A readout of relu(x), relu(-x), relu(y), relu(-y)."""
    return en.ReluNetwork.of([([[1, 0], [-1, 0], [0, 1], [0, -1]], [0] * 4), (readout, [0] * 1)])


def test_two_cells_that_share_a_vertex_only_are_one_closed_and_two_open_regions() -> None:
    """relu(|x| - |y|): zero above and below, x - |y| on the right, -x - |y| on the left."""
    net = en.ReluNetwork.of(
        [([[1, 0], [0, 1]], [0, 0]), ([[1, -1]], [0]), ([[1]], [0])], [["abs", "abs"], ["relu"]]
    )
    for box in (None, Box.cube(2)):
        counts = en.enumerate_regions(net, box).counts()
        assert (counts["proper"], counts["open"], counts["closed"]) == (8, 6, 5)
        assert counts["affine"] == 5
        assert counts["convex"] == 6


def test_regions_that_meet_in_directions_only_do_not_share_a_point() -> None:
    """|y| < 1 between two half-planes with the same function: they meet at infinity."""
    net = en.ReluNetwork.of([([[0, 1]] * 3, [1, 0, -1]), ([[1, -2, 1]], [0])])
    counts = en.enumerate_regions(net).counts()
    assert (counts["open"], counts["closed"], counts["affine"]) == (4, 4, 3)
    strip = en.ReluNetwork.of([([[1, 1], [1, 0], [0, 1]], [0, 0, 0]), ([[0, 1, 0]], [0])])
    assert en.enumerate_regions(strip).counts()["closed"] == 2


def test_a_region_that_is_not_convex_needs_more_than_one_piece() -> None:
    corner = en.ReluNetwork.of(  # relu(min(x, y)): an L-shaped zero set
        [([[1, 0], [1, -1]], [0, 0]), ([[1, -1]], [0]), ([[1]], [0])],
        [["identity", "relu"], ["relu"]],
    )
    counts = en.enumerate_regions(corner).counts()
    assert (counts["open"], counts["convex"]) == (3, 4)
    cross = en.ReluNetwork.of(  # relu(min(|x|, |y|) - 1): a cross of zeros, four corners
        [
            ([[1, 0], [0, 1]], [0, 0]),
            ([[1, 0], [1, -1]], [0, 0]),
            ([[1, -1]], [-1]),
            ([[1]], [0]),
        ],
        [["abs", "abs"], ["identity", "relu"], ["relu"]],
    )
    found = en.enumerate_regions(cross, Box.cube(2, 3)).counts()
    assert (found["open"], found["affine"]) == (9, 5)
    # cutting the cross of zeros along both diagonals makes four pieces; no cut resolves more than
    # two of its four reflex corners, so it needs three
    low, high = ends(found)[3], ends(found)[2]
    assert 10 <= low <= 12
    assert 8 + 3 <= high <= found["proper"] == 16


def test_convex_regions_that_do_not_meet_in_whole_facets_are_no_complex() -> None:
    """2 relu(y) - relu(2 relu(y) - relu(x + y)) / 2: four convex open regions.

    The half-plane y <= 0 has one facet, two regions above lie along half of it each, and a third
    touches it in the origin. Cells of a polyhedral complex meet in common faces, so five are
    needed; the five proper regions are such a complex.
    """
    net = en.ReluNetwork.of(
        [([[0, 1], [1, 1]], [0, 0]), ([[1, 0], [2, -1]], [0, 0]), ([[2, "-1/2"]], [0])],
        [["relu", "relu"], ["identity", "relu"]],
    )
    for box in (None, Box.cube(2, 2)):
        counts = en.enumerate_regions(net, box).counts()
        assert (counts["open"], counts["affine"], counts["proper"]) == (4, 4, 5)
        assert ends(counts)[2] == 5


@given(case=settings_for(dims=(2, 3)))
@settings(max_examples=60)
def test_a_region_is_convex_when_no_midpoint_of_its_cells_leaves_it(
    case: tuple[en.ReluNetwork, Box | None],
) -> None:
    """One-sided: a midpoint with another function disproves convexity; hulls of cells prove it."""
    net, box = case
    cx = en.enumerate_regions(net, box)
    labels, regions = open_regions(cx)
    tiling = Tiling(cx)
    for region in range(regions):
        cells = [c for c in range(len(cx)) if labels[c] == region]
        piece = cx.affine_piece(cells[0])
        convex = tiling.is_convex(cells)
        inner = [cx.interior_point(c) for c in cells]
        for x, y in combinations(inner, 2):
            middle = tuple((a + b) / 2 for a, b in zip(x, y, strict=True))
            assert not convex or net(middle) == piece(middle)
        if box is not None and convex:
            assert all(_inside(cx, tiling, cells, v) for c in cells for v in cx.vertices(c))


def _inside(cx: RegionComplex, tiling: Tiling, cells: list[int], x: tuple[F, ...]) -> bool:
    """Whether a point is on the side of every border facet on which the region's centre lies."""
    centre = [sum(c) for c in zip(*(cx.interior_point(k) for k in cells), strict=True)]
    middle = [v / len(cells) for v in centre]
    for facet in tiling.border(cells):
        row = tiling.plane(facet)
        here, there = (sum(a * b for a, b in zip(row, (*p, 1), strict=True)) for p in (x, middle))
        if here * there < 0:
            return False
    return True


def pair(one: en.ReluNetwork, two: en.ReluNetwork) -> list[tuple[list[list[F]], list[F]]]:
    """The layers of two one-input networks of one depth side by side."""
    layers = []
    for a, b in zip(one.layers, two.layers, strict=True):
        left = [[*row, *[F(0)] * b.inputs] for row in a.weight]
        right = [[*[F(0)] * a.inputs, *row] for row in b.weight]
        layers.append(([*left, *right], [*a.bias, *b.bias]))
    return layers


def tensor(depth: int, readout: list[list[int]], shifts: list[int]) -> en.ReluNetwork:
    """Affine forms of (s(x), s(y)), s the sawtooth of 2^depth teeth."""
    saw = en.chain([TENT] * depth)
    *hidden, (weight, _) = pair(saw, saw)
    rows = [
        [sum(a * r[j] for a, r in zip(row, weight, strict=True)) for j in range(len(weight[0]))]
        for row in readout
    ]
    return en.ReluNetwork.of([*hidden, (rows, shifts)])


@pytest.mark.parametrize("depth", range(1, 6))
def test_a_tensor_sawtooth_has_four_to_the_depth_proper_regions(depth: int) -> None:
    """The sum of two sawtooth functions: slopes (±, ±) and sums of intercepts coincide."""
    cx = en.enumerate_regions(tensor(depth, [[1, 1]], [0]), [(0, 1), (0, 1)])
    counts = cx.counts()
    squares = 4**depth
    assert [counts[n] for n in NAMES[1:5]] == [squares] * 4  # type: ignore[literal-required]
    assert counts["affine"] == 4 * (2**depth - 1)
    assert {cx.volume(cell) for cell in range(len(cx))} == {F(1, squares)}
    assert cx.f_vector == ((2**depth + 1) ** 2, 2 * 2**depth * (2**depth + 1), squares)


def two_diagonals(n: int) -> list[int]:
    """Proper, open, closed and affine regions of relu(s(x) - s(y)) + relu(s(x) + s(y) - 1) by hand.

    Each of the 4^n squares is in four triangles. Both units off: zero, on triangles on the lines
    s(x) = 0, which share a side across such a line and a corner along it. Both on: 2 s(x) - 1, on
    triangles on the lines s(x) = 1 that share corners on each side. One on: all apart.
    """
    squares, teeth = 4**n, 2**n
    inner = teeth // 2 - 1  # lines s(x) = 0 inside (0, 1)
    return [
        4 * squares,
        4 * squares - inner * teeth,
        2 * squares + teeth + (inner + 2),
        8 * (teeth - 1) + teeth + 1,
    ]


@pytest.mark.parametrize("depth", range(1, 7))
def test_a_sawtooth_with_two_diagonals_separates_the_definitions(depth: int) -> None:
    """For n = 6 another enumerator was seen to give 16384, 14400, 8289 and 569."""
    expected = two_diagonals(depth)
    assert depth != 6 or expected == [16_384, 14_400, 8_289, 569]
    *layers, (weight, bias) = [
        (layer.weight, layer.bias) for layer in tensor(depth, [[1, -1], [1, 1]], [0, -1]).layers
    ]
    net = en.ReluNetwork.of([*layers, (weight, bias), ([[1, 1]], [0])])
    cx = en.enumerate_regions(net, [(0, 1), (0, 1)])
    counts = cx.counts()
    if depth < 3:
        functions = pieces(cx)
        corners = [set(cx.vertices(cell)) for cell in range(len(cx))]
        dual = [(a, b) for a, b in cx.graph().edges if functions[a] == functions[b]]
        meeting = [
            (a, b)
            for a, b in combinations(range(len(cx)), 2)
            if functions[a] == functions[b] and corners[a] & corners[b]
        ]
        own = [len(cx), connected(len(cx), dual), connected(len(cx), meeting), len(set(functions))]
        assert own == expected
    assert [counts["proper"], counts["open"], counts["closed"], counts["affine"]] == expected


def test_all_six_definitions_can_differ() -> None:
    net = en.ReluNetwork.of(
        [
            ([[0, 1], [-1, 0], [-1, -1], [-1, 1]], [1, -1, -1, 1]),
            ([[0, -1, 0, -1], [-1, 1, 0, 0]], [1, 1]),
            ([[-1, 1]], [0]),
        ]
    )
    found = ends(en.enumerate_regions(net).counts())
    assert [*found[:2], *found[4:]] == [18, 17, 12, 11, 10]
    assert 17 > found[2] >= found[3] > 12
