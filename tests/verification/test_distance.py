"""The largest difference: against grids, proof trees, reference cells, and in closed form."""

import random
from fractions import Fraction as F
from itertools import pairwise, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rewrites import rewritten
from strategies_lower import networks, pre_activations

import exactnet as en
from exactnet.bridges.rounding import round_network
from exactnet.errors import InputError, InputTypeError, LimitReached
from exactnet.geometry.box import Box
from exactnet.limits import Limits
from exactnet.networks.network import ReluNetwork
from exactnet.regions import faces
from exactnet.regions.reference import enumerate_cells
from exactnet.testing.strategies import boxes, points, rationals
from exactnet.verification import distance, vertices
from exactnet.verification.distance import LargestDifference, largest_difference, prove_within
from exactnet.verification.equivalence import Difference
from exactnet.verification.property import prove_property
from exactnet.verification.query import Query, prove_query

EPSILON = F(1, 10**12)


@st.composite
def pairs(draw: st.DrawFn, inputs: int | None = None) -> tuple[ReluNetwork, ReluNetwork, Box]:
    """Two networks of one shape and a box; the second may be near the first."""
    f = draw(networks(draw(st.integers(1, 2)) if inputs is None else inputs, hidden=2))
    g = draw(networks(f.inputs, f.outputs, hidden=2))
    if draw(st.booleans()):
        g = en.algebra.add([f, g], [1, "1/1000"])
    return f, g, draw(boxes(f.inputs))


def apart(f: ReluNetwork, g: ReluNetwork, x: tuple[F, ...]) -> F:
    """max_i |f_i(x) - g_i(x)| by plain loops."""
    left, right = pre_activations(f, x)[-1], pre_activations(g, x)[-1]
    return max(abs(a - b) for a, b in zip(left, right, strict=True))


def grid(box: Box, parts: int) -> list[tuple[F, ...]]:
    sides = [
        [a + (b - a) * F(k, parts) for k in range(parts + 1)]
        for a, b in zip(box.lower, box.upper, strict=True)
    ]
    return list(product(*sides))


def bounded(f: ReluNetwork, bound: F) -> list[list[F]]:
    """The rows that say -bound <= y_j <= bound for the outputs of f."""
    size = f.outputs
    return [
        [*[F(0)] * f.inputs, *(F(sign * (k == j)) for k in range(size)), bound]
        for j in range(size)
        for sign in (1, -1)
    ]


@settings(max_examples=60)
@given(pairs())
def test_it_is_taken_at_its_point_and_never_exceeded_on_a_grid(
    pair: tuple[ReluNetwork, ReluNetwork, Box],
) -> None:
    f, g, box = pair
    found = largest_difference(f, g, box)
    assert found.point in box
    assert found.value == apart(f, g, found.point)
    assert (found.left, found.right) == (f(found.point), g(found.point))
    assert found.value == abs(found.left[found.output] - found.right[found.output])
    for x in grid(box, 60 if f.inputs == 1 else 12):
        assert apart(f, g, x) <= found.value


@settings(max_examples=40)
@given(pairs())
def test_it_is_the_largest_value_at_the_vertices_of_the_reference_cells(
    pair: tuple[ReluNetwork, ReluNetwork, Box],
) -> None:
    f, g, box = pair
    values = [
        apart(f, g, x)
        for cell in enumerate_cells(en.algebra.stack([f, g]), box)
        for x in cell.polyhedron.vertices()
    ]
    assert largest_difference(f, g, box).value == max(values)


@settings(max_examples=25, deadline=None)
@given(pairs())
def test_trees_prove_the_value_as_a_bound_and_refute_any_smaller_one(
    pair: tuple[ReluNetwork, ReluNetwork, Box],
) -> None:
    f, g, box = pair
    value = largest_difference(f, g, box).value
    difference = en.algebra.add([f, g], [1, -1])
    result = prove_property(difference, box, bounded(difference, value))
    assert result.verdict is en.Proved
    below = prove_property(difference, box, bounded(difference, value - EPSILON))
    assert below.verdict is en.Refuted


@settings(max_examples=15, deadline=None)
@given(pairs())
def test_no_input_satisfies_the_query_for_more(
    pair: tuple[ReluNetwork, ReluNetwork, Box],
) -> None:
    f, g, box = pair
    value = largest_difference(f, g, box).value
    difference = en.algebra.add([f, g], [1, -1])
    inside = [
        ([*(F(sign * (k == j)) for k in range(box.dim)), *[0] * f.outputs, -sign * end], ">=")
        for j in range(box.dim)
        for sign, end in ((1, box.lower[j]), (-1, box.upper[j]))
    ]

    def query(bound: F, relation: str) -> Query:
        rows = [[-v for v in row[:-1]] + [-row[-1]] for row in bounded(difference, bound)]
        return Query.of(box.dim, f.outputs, [[*inside, (row, relation)] for row in rows])

    assert prove_query(difference, query(value, ">")).verdict is en.Proved
    assert prove_query(difference, query(value, ">=")).verdict is en.Refuted


@settings(max_examples=30)
@given(pairs(), rationals())
def test_it_is_a_distance(pair: tuple[ReluNetwork, ReluNetwork, Box], shift: F) -> None:
    f, g, box = pair
    value = largest_difference(f, g, box).value
    assert largest_difference(g, f, box).value == value
    assert (value == 0) == (en.equivalent(f, g, box).verdict is en.Proved)
    moved = en.algebra.add([f], [1], shift)
    assert largest_difference(f, moved, box).value == abs(shift)
    assert largest_difference(moved, g, box).value <= value + abs(shift)
    assert largest_difference(*(en.algebra.add([n], [-3]) for n in (f, g)), box).value == 3 * value


@settings(max_examples=20)
@given(pairs(), st.randoms(use_true_random=False))
def test_rewriting_changes_nothing(
    pair: tuple[ReluNetwork, ReluNetwork, Box], source: object
) -> None:
    f, g, box = pair
    if f.depth:
        other = rewritten(f, source)  # type: ignore[arg-type]
        assert largest_difference(f, other, box).value == 0
        assert largest_difference(other, g, box).value == largest_difference(f, g, box).value


@settings(max_examples=20)
@given(pairs())
def test_a_part_of_the_box_has_no_larger_one(pair: tuple[ReluNetwork, ReluNetwork, Box]) -> None:
    f, g, box = pair
    middle = (box.lower[0] + box.upper[0]) / 2
    halves = [
        Box((box.lower[0], *box.lower[1:]), (middle, *box.upper[1:])),
        Box((middle, *box.lower[1:]), box.upper),
    ]
    values = [largest_difference(f, g, half).value for half in halves]
    assert max(values) == largest_difference(f, g, box).value


@pytest.mark.parametrize("dim", range(1, 7))
def test_affine_networks_have_a_closed_form(dim: int) -> None:
    row = [F((-1) ** j * (j + 2), 7) for j in range(dim)]
    f, zero = ReluNetwork.of([([row], ["1/3"])]), ReluNetwork.of([([[0] * dim], [0])])
    found = largest_difference(f, zero, [(-1, 1)] * dim)
    assert found.value == sum(map(abs, row)) + F(1, 3)
    assert found.point == tuple(F(1 if w > 0 else -1) for w in row)


@pytest.mark.parametrize("dim", range(1, 7))
def test_the_peak_of_a_pyramid_is_found(dim: int) -> None:
    """3 - sum |x_j - 1/3|, whose largest value is at a vertex inside the box."""
    units = [[int(i == j) for i in range(dim)] for j in range(dim)]
    pyramid = ReluNetwork.of([(units, ["-1/3"] * dim), ([[-1] * dim], [3])], [["abs"] * dim])
    zero = ReluNetwork.of([([[0] * dim], [0])])
    found = largest_difference(pyramid, zero, [(0, "1/2")] * dim)
    assert (found.value, found.point) == (3, (F(1, 3),) * dim)


def test_a_spike_that_no_sample_meets_is_measured() -> None:
    at, width, height = F(1, 3) + F(1, 997), F(1, 10**12), F(1, 10**30)
    c = height / width
    spike = ReluNetwork.of([([[1]] * 3, [width - at, -at, -width - at]), ([[c, -2 * c, c]], [0])])
    f = en.algebra.chain([ReluNetwork.of([([[1], [1]], [0, "-1/2"]), ([[2, -4]], [0])])] * 3)
    g = en.algebra.add([f, spike])
    found = largest_difference(f, g, [(0, 1)])
    assert (found.value, found.point) == (height, (at,))
    assert prove_within(f, g, height, [(0, 1)]).verdict is en.Proved
    assert prove_within(f, g, height / 2, [(0, 1)]).verdict is en.Refuted


def test_the_output_is_named() -> None:
    f = ReluNetwork.of([([[1], [1], [1]], [0, 0, 0])])
    g = ReluNetwork.of([([[1], [3], [2]], [0, 0, 0])])
    found = largest_difference(f, g, [(0, 1)])
    assert found == LargestDifference(
        F(2), (F(1),), (F(1),) * 3, (F(1), F(3), F(2)), 1, found.rests_on
    )


@pytest.mark.parametrize("dtype", ["float16", "bfloat16"])
def test_the_error_of_rounding_a_network_is_exact(dtype: str) -> None:
    net = en.blocks.interpolant([(0, 0), ("1/3", "2/7"), ("3/5", "-1/9"), (1, "1/11")])
    rounded = round_network(net, dtype).network
    found = largest_difference(net, rounded, [(0, 1)])
    breaks = {F(0), F(1)}
    for one in (net, rounded):  # one input: the values at all breakpoints are enough
        breaks |= {b for layer in one.layers[:1] for b in zeros(layer.weight, layer.bias)}
    assert net.depth == 1
    assert found.value == max(apart(net, rounded, (x,)) for x in breaks if 0 <= x <= 1)
    assert 0 < found.value < F(1, 50)


def zeros(weight: tuple[tuple[F, ...], ...], bias: tuple[F, ...]) -> list[F]:
    return [-b / row[0] for row, b in zip(weight, bias, strict=True) if row[0]]


@settings(max_examples=30)
@given(pairs(), rationals(min_value=0, max_value=4))
def test_verdicts_are_comparisons_with_the_largest(
    pair: tuple[ReluNetwork, ReluNetwork, Box], bound: F
) -> None:
    f, g, box = pair
    largest = largest_difference(f, g, box)
    for most in (bound, largest.value):
        result = prove_within(f, g, most, box)
        assert result.largest == largest
        assert (result.verdict is en.Proved) == (largest.value <= most)
        assert result.rests_on
        assert result.certificate is None
        found = result.counterexample
        if result.verdict is en.Refuted:
            assert isinstance(found, Difference)
            assert found.point in box
            assert apart(f, g, found.point) > most
        else:
            assert found is None


def test_beyond_six_inputs_a_bound_is_decided_by_trees() -> None:
    ones, dim = [1] * 7, 7
    f = ReluNetwork.of([([ones, [-1] * 7], [0, 0]), ([[1, 1]], [0])])  # |sum x|
    g = ReluNetwork.of([([ones, [-1] * 7], [0, 0]), ([["9/8", 1]], [0])])  # 7/8 off at most
    box = [(-1, 1)] * dim
    proved = prove_within(f, g, "7/8", box)
    assert (proved.verdict, proved.route, proved.largest) == (en.Proved, "tree", None)
    refuted = prove_within(f, g, "6/8", box)
    assert (refuted.verdict, refuted.largest) == (en.Refuted, None)
    assert isinstance(refuted.counterexample, Difference)
    assert apart(f, g, refuted.counterexample.point) > F(6, 8)
    near = prove_within(f, g, "87499/100000", box)
    assert (near.verdict, near.route) == (en.Refuted, "tree")
    assert apart(f, g, near.counterexample.point) > F(87499, 100000)
    same = prove_within(f, en.algebra.relu_only(f), 0, box)
    assert (same.verdict, same.route) == (en.Proved, "rewriting")


def test_limits_end_the_search() -> None:
    tent = ReluNetwork.of([([[1], [1]], [0, "-1/2"]), ([[2, -4]], [0])])
    f, g = en.chain([tent] * 9), ReluNetwork.of([([["1/2"]], [0])])
    few = Limits(cells=100)
    with pytest.raises(LimitReached, match="100 cells"):
        largest_difference(f, g, [(0, 1)], few)
    with pytest.raises(LimitReached, match="time limit"):
        largest_difference(f, g, [(0, 1)], Limits(seconds=1e-9))
    unknown = prove_within(f, g, 1, [(0, 1)], few)
    assert (unknown.verdict, unknown.largest) == (en.Unknown, None)
    assert "cells" in unknown.reason
    refuted = prove_within(f, g, "1/4", [(0, 1)], few)  # a point is enough
    assert (refuted.verdict, refuted.largest) == (en.Refuted, None)
    assert apart(f, g, refuted.counterexample.point) > F(1, 4)
    assert prove_within(f, g, 1, [(0, 1)]).verdict is en.Proved


def test_a_wrong_maximum_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    f, g = en.algebra.select(1, [0]), ReluNetwork.of([([[2]], [0])])
    for wrong in ((F(1, 2), (F(1),)), (F(3), (F(3),))):
        monkeypatch.setattr(distance, "highest", lambda *_, wrong=wrong: wrong)
        with pytest.raises(en.ExactnetError, match="Report this"):
            largest_difference(f, g, [(0, 1)])


ONE, TWO, SEVEN = (en.algebra.select(dim, [0]) for dim in (1, 2, 7))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            (ONE, TWO, [(0, 1)]),
            "largest_difference: expected networks with 1 inputs and 1 outputs, got one with 2 and "
            "1. Compare networks of one shape.",
        ),
        (
            (ONE, ONE, None),
            "largest_difference: expected a box, got all of R^d, where differences may grow "
            "without end. Give one, such as [(-1, 1)].",
        ),
        (
            (ONE, ONE, [(0, 1), (0, 1)]),
            "box: expected 1 sides, one an input, got 2. Give one side a coordinate.",
        ),
        (
            (SEVEN, SEVEN, [(0, 1)] * 7),
            "largest_difference: expected at most 6 inputs, got 7. Prove a bound instead: "
            "prove_property on algebra.add([f, g], [1, -1]).",
        ),
    ],
)
def test_bad_input_is_an_error_in_one_line(arguments: tuple[object, ...], message: str) -> None:
    with pytest.raises(InputError) as caught:
        largest_difference(*arguments)  # type: ignore[arg-type]
    assert str(caught.value) == message


def test_bad_bounds_are_refused() -> None:
    with pytest.raises(InputError, match=r"^bound: expected a rational >= 0, got -1/2\. "):
        prove_within(ONE, ONE, "-1/2", [(0, 1)])
    with pytest.raises(InputTypeError, match=r"^bound: expected .*float"):
        prove_within(ONE, ONE, 0.1, [(0, 1)])  # type: ignore[arg-type]


@given(pairs(inputs=1), points(1))
def test_a_degenerate_neighbourhood_is_as_near_as_the_point(
    pair: tuple[ReluNetwork, ReluNetwork, Box], x: tuple[F, ...]
) -> None:
    """On a tiny box the largest difference is near that at its middle, by Lipschitz constants."""
    f, g, _ = pair
    width = F(1, 10**9)
    box = Box((x[0] - width,), (x[0] + width,))
    slope = sum(
        (en.enumerate_regions(n, box).lipschitz("inf").value or F(0) for n in (f, g)), start=F(0)
    )
    assert abs(largest_difference(f, g, box).value - apart(f, g, x)) <= width * slope


@pytest.mark.parametrize(
    ("sizes", "dtype"), [([2, 6, 6, 2], "float16"), ([3, 5, 4, 1], "bfloat16")]
)
def test_float_weights_and_parts_of_the_complex_give_the_same_value(
    sizes: list[int], dtype: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Such weights leave 64-bit integers; parts share vertices on their borders."""
    f = floats(sizes)
    g, box = round_network(f, dtype).network, Box.cube(sizes[0])
    cells = list(enumerate_cells(en.algebra.stack([f, g]), box))
    expected = max(apart(f, g, x) for cell in cells for x in cell.polyhedron.vertices())
    whole = largest_difference(f, g, box)
    assert whole.value == expected > 0
    lines: list[str] = []
    monkeypatch.setattr(faces, "cells_at_once", lambda _: 8)
    monkeypatch.setattr(vertices, "AT_ONCE", 7)
    assert largest_difference(f, g, box, progress=lines.append) == whole
    assert len(lines) > 5


def floats(sizes: list[int]) -> ReluNetwork:
    source = random.Random(1)
    return ReluNetwork.from_floats(
        [
            ([[source.gauss(0, 1) for _ in range(a)] for _ in range(b)],
             [source.gauss(0, 1) for _ in range(b)])
            for a, b in pairwise(sizes)
        ]
    )  # fmt: skip
