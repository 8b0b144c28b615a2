"""The network on a segment: against points, a plain walk, the cells in one dimension, by hand."""

import importlib.util
from fractions import Fraction as F
from itertools import pairwise
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from complexes import TENT
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from strategies_lower import Point, pre_activations

import exactnet as en
from exactnet.geometry.box import Box
from exactnet.networks.layer import IDENTITY
from exactnet.regions.reference import enumerate_cells
from exactnet.regions.segment import SegmentPieces, breakpoints_along
from exactnet.regions.segment_reference import walk_along
from exactnet.testing.strategies import ACTIVATIONS, relu_networks

ROOT = Path(__file__).parent.parent.parent

small = st.fractions(-2, 2, max_denominator=6)


def networks(dims: tuple[int, ...] = (1, 2, 3)) -> st.SearchStrategy[en.ReluNetwork]:
    """Weights in {-2..2}: units vanish on stretches and several of them at one point."""
    return relu_networks(
        inputs=st.sampled_from(dims),
        layers=range(5),
        activations=["relu", "relu", *ACTIVATIONS],
        elements=st.integers(-2, 2).map(F),
    )


@st.composite
def segments(
    draw: st.DrawFn, dims: tuple[int, ...] = (1, 2, 3)
) -> tuple[en.ReluNetwork, Point, Point]:
    """A network and two different points, often on its walls."""
    net = draw(networks(dims))
    start, end = (draw(st.tuples(*[small] * net.inputs)) for _ in range(2))
    assume(start != end)
    return net, start, end


def between(pieces: SegmentPieces, piece: int, share: F) -> F:
    low, high = pieces.parameters[piece : piece + 2]
    return low + share * (high - low)


def signs(net: en.ReluNetwork, x: Point) -> list[int]:
    """The sign of every hidden unit that is not the identity."""
    return [
        (value > 0) - (value < 0)
        for layer, before in zip(net.layers[:-1], pre_activations(net, x), strict=False)
        for value, slope in zip(before, layer.slopes, strict=True)
        if slope != IDENTITY
    ]


def load(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def assert_same_as_the_walk(net: en.ReluNetwork, pieces: SegmentPieces) -> None:
    walk = list(walk_along(net, pieces.start, pieces.end))
    assert pieces.parameters == (0, *(high for _, high, *_ in walk))
    assert pieces.patterns == tuple(pattern for _, _, pattern, *_ in walk)
    for k, (*_, slopes, intercepts) in enumerate(walk):
        assert pieces.affine(k) == tuple(zip(slopes, intercepts, strict=True))


@given(case=segments(), data=st.data())
def test_inside_a_piece_signs_pattern_and_affine_function_are_those_of_the_network(
    case: tuple[en.ReluNetwork, Point, Point], data: st.DataObject
) -> None:
    net, start, end = case
    pieces = breakpoints_along(net, start, end)
    shares = [F(1, 97), *data.draw(st.lists(st.fractions(0, 1), max_size=3)), F(96, 97)]
    for k in range(len(pieces)):
        seen = []
        for t in [between(pieces, k, share) for share in shares if 0 < share < 1]:
            x = tuple(a + t * (b - a) for a, b in zip(start, end, strict=True))
            assert pieces.point(t) == x
            assert net.pattern(x) == pieces.patterns[k]
            assert net(x) == tuple(slope * t + shift for slope, shift in pieces.affine(k))
            seen.append(signs(net, x))
        assert seen == seen[:1] * len(seen)


@given(case=segments())
def test_at_the_ends_of_the_pieces_both_neighbours_and_values_agree_with_the_network(
    case: tuple[en.ReluNetwork, Point, Point],
) -> None:
    net, start, end = case
    pieces = breakpoints_along(net, start, end)
    ends = pieces.parameters
    assert (ends[0], ends[-1]) == (0, 1)
    assert list(ends) == sorted(set(ends))
    assert len(pieces) == len(pieces.patterns) == len(ends) - 1
    points = pieces.points()
    assert (points[0], points[-1]) == (start, end)
    assert pieces.values() == tuple(net(x) for x in points)
    for k in range(len(pieces)):
        for j in (k, k + 1):
            value = tuple(slope * ends[j] + shift for slope, shift in pieces.affine(k))
            assert value == net(points[j])


@given(case=segments())
def test_every_breakpoint_is_needed_because_a_unit_changes_from_one_strict_sign_to_the_other(
    case: tuple[en.ReluNetwork, Point, Point],
) -> None:
    net, start, end = case
    pieces = breakpoints_along(net, start, end)
    middles = [pieces.point(between(pieces, k, F(1, 2))) for k in range(len(pieces))]
    assert all(left != right for left, right in pairwise(pieces.patterns))
    for left, at, right in zip(middles, pieces.points()[1:], middles[1:], strict=False):
        rows = zip(signs(net, left), signs(net, at), signs(net, right), strict=True)
        assert any(row in ((-1, 0, 1), (1, 0, -1)) for row in rows)


@given(case=segments())
@settings(max_examples=200)
def test_the_walk_in_fractions_finds_the_same_pieces(
    case: tuple[en.ReluNetwork, Point, Point],
) -> None:
    net, start, end = case
    assert_same_as_the_walk(net, breakpoints_along(net, start, end))


@given(case=segments())
def test_the_reversed_segment_is_the_mirror_image(
    case: tuple[en.ReluNetwork, Point, Point],
) -> None:
    net, start, end = case
    there, back = breakpoints_along(net, start, end), breakpoints_along(net, end, start)
    assert tuple(1 - t for t in reversed(there.parameters)) == back.parameters
    assert there.patterns[::-1] == back.patterns
    for k in range(len(there)):
        mirrored = tuple((-slope, shift + slope) for slope, shift in there.affine(k))
        assert back.affine(len(back) - 1 - k) == mirrored


@given(case=segments(), cut=st.fractions(0, 1, max_denominator=12), data=st.data())
def test_two_parts_have_the_breakpoints_of_the_whole(
    case: tuple[en.ReluNetwork, Point, Point], cut: F, data: st.DataObject
) -> None:
    net, start, end = case
    whole = breakpoints_along(net, start, end)
    cut = data.draw(st.sampled_from([cut, *whole.parameters]))
    assume(0 < cut < 1)
    left = breakpoints_along(net, start, whole.point(cut))
    right = breakpoints_along(net, whole.point(cut), end)
    joined = {cut * t for t in left.parameters}
    joined |= {cut + (1 - cut) * t for t in right.parameters}
    assert joined == {*whole.parameters, cut}
    meeting = left.patterns[-1] != right.patterns[0]
    assert meeting == (cut in whole.parameters)


@given(case=segments(), data=st.data())
def test_merged_pieces_are_the_same_function_and_bend_at_every_cut(
    case: tuple[en.ReluNetwork, Point, Point], data: st.DataObject
) -> None:
    net, start, end = case
    pieces = breakpoints_along(net, start, end)
    merged = pieces.merged()
    assert set(merged.parameters) <= set(pieces.parameters)
    bends = [
        t
        for k, t in enumerate(pieces.parameters[1:-1])
        if any(
            a != b for (a, _), (b, _) in zip(pieces.affine(k), pieces.affine(k + 1), strict=True)
        )
    ]
    assert merged.parameters == (0, *bends, 1)
    assert len(merged) == len(bends) + 1
    assert merged.values() == tuple(net(pieces.point(t)) for t in merged.parameters)
    share = data.draw(st.fractions(0, 1))
    for k, (low, high) in enumerate(pairwise(merged.parameters)):
        t = low + share * (high - low)
        assert net(pieces.point(t)) == tuple(a * t + b for a, b in merged.affine(k))
    assert merged.merged() == merged


@given(net=networks(dims=(1,)), low=small, width=st.fractions("1/6", 3, max_denominator=6))
def test_in_one_dimension_the_breakpoints_are_the_ends_of_the_reference_cells(
    net: en.ReluNetwork, low: F, width: F
) -> None:
    high = low + width
    cells = list(enumerate_cells(net, Box.of([(low, high)])))
    ends = {x for cell in cells for (x,) in cell.polyhedron.vertices()}
    pieces = breakpoints_along(net, [low], [high])
    assert {x for (x,) in pieces.points()} == ends
    assert set(pieces.patterns) == {cell.pattern for cell in cells}


@pytest.mark.parametrize("depth", range(1, 13))
def test_the_sawtooth_has_two_to_the_depth_pieces_of_equal_length(depth: int) -> None:
    pieces = breakpoints_along(en.chain([TENT] * depth), [0], [1])
    assert pieces.parameters == tuple(F(k, 2**depth) for k in range(2**depth + 1))
    assert [value for (value,) in pieces.values()] == [k % 2 for k in range(2**depth + 1)]
    assert len(pieces.merged()) == 2**depth


def test_a_unit_that_touches_zero_is_cut_by_the_unit_below_it() -> None:
    touching = en.ReluNetwork.of([([[1]], [0]), ([[-1]], [0]), ([[1]], [0])], [["abs"], ["relu"]])
    pieces = breakpoints_along(touching, [-1], [1])
    assert pieces.parameters == (0, F(1, 2), 1)
    assert pieces.patterns == ((0, 0), (1, 0))
    assert len(pieces.merged()) == 1


def test_units_that_vanish_together_make_one_breakpoint() -> None:
    net = en.ReluNetwork.of([([[1, 1], [-2, -2], [3, 3]], [0, 0, 0]), ([[1, 1, 1]], [0])])
    pieces = breakpoints_along(net, [-1, 0], [2, 0])
    assert pieces.parameters == (0, F(1, 3), 1)
    assert pieces.patterns == ((0, 1, 0), (1, 0, 1))


def test_a_zero_at_an_end_a_dead_unit_and_an_identity_add_no_breakpoint() -> None:
    ends = breakpoints_along(en.ReluNetwork.of([([[1], [1]], [0, -1]), ([[1, 1]], [0])]), [0], [1])
    assert (ends.parameters, ends.patterns) == ((0, 1), ((1, 0),))
    dead = en.ReluNetwork.of([([[0, 0], [1, -1]], [0, 0]), ([[1, 1]], [0])])
    along = breakpoints_along(dead, [-1, -1], [1, 1])
    assert (along.parameters, along.patterns) == ((0, 1), ((0, 0),))
    for one in ("identity", {"leaky": 1}):
        carried = en.ReluNetwork.of([([[1]], [0]), ([[1]], [0])], [[one]])
        straight = breakpoints_along(carried, [-1], [1])
        assert (straight.parameters, straight.patterns) == ((0, 1), ((1,),))


def test_a_unit_that_leaves_a_stretch_of_zeros_is_cut_there_once() -> None:
    late = en.ReluNetwork.of([([[1]], [0]), ([[1], [-1]], [0, 0]), ([[1, 1]], [0])])
    pieces = breakpoints_along(late, [-3], [1])
    assert pieces.parameters == (0, F(3, 4), 1)
    assert pieces.patterns == ((0, 0, 0), (1, 1, 0))


def test_a_network_without_hidden_layers_is_one_piece() -> None:
    pieces = breakpoints_along(en.ReluNetwork.of([([[2, 0], [0, 0]], [1, 3])]), [0, 0], [1, "1/2"])
    assert (len(pieces), pieces.patterns) == (1, ((),))
    assert pieces.affine(0) == ((2, 1), (0, 3))


def test_layers_of_another_scale_make_the_same_value_when_the_function_is_the_same() -> None:
    plain = en.ReluNetwork.of([([[1]], ["1/3"]), ([[1]], [0])])
    scaled = en.ReluNetwork.of([([[6]], [2]), ([["1/6"]], [0])])
    assert breakpoints_along(plain, [-1], [1]) == breakpoints_along(scaled, [-1], [1])


def random_floats(sizes: list[int], seed: int, spread: int = 0) -> en.ReluNetwork:
    """Float32 weights, exactly; ``spread`` scatters their exponents down to subnormal numbers."""
    rng = np.random.default_rng(seed)
    layers = []
    for before, after in pairwise(sizes):
        matrix = rng.normal(size=(after, before + 1)) / before**0.5
        matrix = np.ldexp(matrix, rng.integers(-spread, 1, size=matrix.shape))
        exact = [
            [F(float(v)) for v in row] for row in (matrix if spread else matrix.astype(np.float32))
        ]
        layers.append(([row[:-1] for row in exact], [row[-1] for row in exact]))
    return en.ReluNetwork.of(layers)


def test_float32_weights_give_what_the_walk_gives() -> None:
    net = random_floats([20, 30, 30, 5], seed=1)
    start, end = ([F((7 * k + j) % 23 - 11, 5) for k in range(20)] for j in (0, 9))
    pieces = breakpoints_along(net, start, end)
    assert len(pieces) > 20
    assert_same_as_the_walk(net, pieces)


def test_weights_down_to_the_least_subnormal_double_are_exact_too() -> None:
    net = random_floats([3, 4, 4, 1], seed=2, spread=1070)
    tiny = F(5e-324)
    edge = en.ReluNetwork.of([([[tiny], [1]], [-tiny * tiny, -tiny]), ([[1, 1]], [0])])
    assert breakpoints_along(edge, [0], [3 * tiny]).parameters == (0, F(1, 3), 1)
    assert any(0 < abs(v) < F(2) ** -1000 for row in net.layers[0].weight for v in row)
    assert_same_as_the_walk(net, breakpoints_along(net, [-1, 2, -3], [2, -1, "1/3"]))


def test_an_image_sized_network_is_exact_at_its_breakpoints() -> None:
    net = random_floats([784, 100, 100, 10], seed=3)
    start, end = ([F((k * k + j * k) % 256, 255) for k in range(784)] for j in (1, 77))
    middle = [F(a + b, 2) for a, b in zip(start, end, strict=True)]
    start, end = ([m + 6 * (v - m) for v, m in zip(e, middle, strict=True)] for e in (start, end))
    pieces = breakpoints_along(net, start, end)
    assert len(pieces) > 100
    places, values = pieces.points(), pieces.values()
    for k in range(0, len(pieces) + 1, 20):
        assert net(places[k]) == values[k]
    for k in range(0, len(pieces), 20):
        x = pieces.point(between(pieces, k, F(1, 2)))
        assert net.pattern(x) == pieces.patterns[k]
    changes = [sum(a != b for a, b in zip(p, q, strict=True)) for p, q in pairwise(pieces.patterns)]
    assert set(changes) == {1}


@pytest.mark.parametrize(
    ("start", "end", "kind", "message"),
    [
        ([0], ["0/3"], en.InputError, "end: expected a point other than start, got the same. Move"),
        ([0, 1], [1], en.InputError, r"start: expected 1 number\(s\), got 2\."),
        ([0], [], en.InputError, r"end: expected 1 number\(s\), got 0\."),
        (
            [0.5],
            [1],
            en.InputTypeError,
            r"start\[0\]: expected int, str or Fraction, got float 0.5",
        ),
        ([0], np.array([0.5]), en.InputTypeError, r"end\[0\]: .* got float 0.5\. Write '1/2'"),
        ("0", [1], en.InputTypeError, "start: expected a list of rationals, got str"),
    ],
)
def test_bad_ends_are_named(start: object, end: object, kind: type, message: str) -> None:
    with pytest.raises(kind, match=message):
        breakpoints_along(TENT, start, end)  # type: ignore[arg-type]


def test_the_bench_prints_a_row_for_every_network_and_length(
    capsys: pytest.CaptureFixture[str],
) -> None:
    options = ["--networks", "5-4-2", "6-1", "--stretch", "1", "30", "--plain", "0.1"]
    assert load(ROOT / "bench" / "segment.py").main(options) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 6
    assert len({line.count("|") for line in lines}) == 1
    assert [line.split("|")[3].strip() for line in lines[4:]] == ["1", "1"]
