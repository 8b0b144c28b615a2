"""A restricted network against the network at points of the plane."""

from fractions import Fraction as F

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies_lower import Grid, Point, networks

from exactnet.errors import InputError, InputTypeError
from exactnet.exact.linalg import rank
from exactnet.networks.network import ReluNetwork
from exactnet.networks.restrict import restrict_to_plane
from exactnet.testing.strategies import matrices, points


@st.composite
def planes(draw: st.DrawFn) -> tuple[ReluNetwork, Point, Grid, Point]:
    d = draw(st.integers(1, 4))
    k = draw(st.integers(1, d))
    directions = draw(matrices(k, d).filter(lambda rows: rank(rows) == len(rows)))
    return draw(networks(d, 2, hidden=2)), draw(points(d)), directions, draw(points(k))


@given(planes())
def test_the_restriction_has_the_networks_values_and_patterns_on_the_plane(
    case: tuple[ReluNetwork, Point, Grid, Point],
) -> None:
    net, origin, directions, s = case
    restricted = restrict_to_plane(net, origin, directions)
    x = tuple(
        origin[j] + sum((t * v[j] for t, v in zip(s, directions, strict=True)), start=F(0))
        for j in range(net.inputs)
    )
    assert restricted(s) == net(x)
    assert restricted.pattern(s) == net.pattern(x)
    assert restricted.inputs == len(directions)
    assert [layer.outputs for layer in restricted.layers] == [k.outputs for k in net.layers]


@given(networks(3, 1, hidden=2))
def test_restricting_to_the_whole_space_changes_nothing(net: ReluNetwork) -> None:
    assert restrict_to_plane(net, [0, 0, 0], [[1, 0, 0], [0, 1, 0], [0, 0, 1]]) == net


@given(networks(3, 1, hidden=2), points(3), points(3))
def test_restricting_twice_is_restricting_to_the_smaller_plane(
    net: ReluNetwork, origin: Point, shift: Point
) -> None:
    first, second = (F(1), F(2), F(0)), (F(0), F(1), F(1))
    plane = restrict_to_plane(net, origin, [first, second])
    line = restrict_to_plane(plane, shift[:2], [[3, -1]])
    start = [o + shift[0] * a + shift[1] * b
             for o, a, b in zip(origin, first, second, strict=True)]  # fmt: skip
    along = [3 * a - b for a, b in zip(first, second, strict=True)]
    assert line == restrict_to_plane(net, start, [along])


NET = ReluNetwork.of([([[1, 2, 3]], [0]), ([[1]], [0])])


@pytest.mark.parametrize(
    ("origin", "directions", "error", "message"),
    [
        ([0, 0], [[1, 0, 0]], InputError, "origin: expected 3 number(s), got 2."),
        ([0, 0, 0], [[1, 0]], InputError, "directions[0]: expected 3 number(s), got 2."),
        ([0, 0, 0.5], [[1, 0, 0]], InputTypeError, "origin[2]: expected int, str or Fraction"),
        (
            [0, 0, 0],
            [[1, 2, 0], ["1/2", 1, 0]],
            InputError,
            "directions: expected linearly independent directions, got (1, 2, 0), (1/2, 1, 0). "
            "Change one of them.",
        ),
        ([0, 0, 0], [[0, 0, 0]], InputError, "expected linearly independent directions"),
        ([0, 0, 0], [], InputError, "linearly independent directions, got none."),
        ([0, 0, 0], [[1, 0, 0]] * 4, InputError, "expected linearly independent directions"),
    ],
    ids=range(7),
)
def test_what_spans_no_plane_is_refused(
    origin: list[object], directions: list[list[object]], error: type[Exception], message: str
) -> None:
    with pytest.raises(error) as caught:
        restrict_to_plane(NET, origin, directions)  # type: ignore[arg-type]
    assert message in str(caught.value)
