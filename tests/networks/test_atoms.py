"""Networks rewritten by what bends in them, against the networks themselves."""

from fractions import Fraction as F

from hypothesis import given
from hypothesis import strategies as st
from strategies_lower import Point, networks, pre_activations

from exactnet.geometry.box import Box
from exactnet.networks.atoms import Atoms, Form
from exactnet.networks.intervals import unit_bounds
from exactnet.networks.layer import IDENTITY
from exactnet.networks.layout import laid_out
from exactnet.networks.network import ReluNetwork
from exactnet.testing.strategies import boxes, points


def value(form: Form, values: list[F]) -> F:
    return sum((c * (F(1) if v < 0 else values[v]) for v, c in form.items()), start=F(0))


@given(networks(hidden=4), st.booleans(), st.data())
def test_atoms_give_the_outputs_of_the_network(
    net: ReluNetwork, across: bool, data: st.DataObject
) -> None:
    x = data.draw(points(net.inputs))
    atoms = Atoms.of(net, across=across)
    values = list(x)
    for atom in atoms.atoms:
        values.append(max(F(0), value(atom.form, values)))
    assert tuple(value(form, values) for form in atoms.outputs) == net(x)


@given(networks(hidden=4), st.booleans(), st.data())
def test_a_layout_has_the_function_and_units_of_the_kinds_that_were(
    net: ReluNetwork, across: bool, data: st.DataObject
) -> None:
    x = data.draw(points(net.inputs))
    made = laid_out(Atoms.of(net, across=across))
    assert made.network(x) == net(x)
    assert made.network.depth <= net.depth
    for layer, origins in zip(made.network.layers, made.origins, strict=False):
        for slope, origin in zip(layer.slopes, origins, strict=True):
            kept = IDENTITY if origin is None else net.layers[origin[0]].slopes[origin[1]]
            assert slope == kept
    if not across:
        assert made.network.neurons <= net.neurons


@given(networks(hidden=3))
def test_rewriting_twice_changes_nothing_more(net: ReluNetwork) -> None:
    once = laid_out(Atoms.of(net)).network
    assert laid_out(Atoms.of(once)).network.neurons == once.neurons


@st.composite
def cases(draw: st.DrawFn) -> tuple[ReluNetwork, Box, Point]:
    net = draw(networks(hidden=3))
    box = draw(boxes(net.inputs))
    parts = draw(st.tuples(*[st.builds(F, st.integers(0, 7), st.just(7))] * net.inputs))
    sides = zip(box.lower, box.upper, parts, strict=True)
    return net, box, tuple(a + (b - a) * t for a, b, t in sides)


@given(cases(), st.booleans())
def test_interval_bounds_hold_at_every_point(
    case: tuple[ReluNetwork, Box, Point], bounded: bool
) -> None:
    net, box, x = case
    found = unit_bounds(net, box if bounded else None)
    for bounds, before in zip(found, pre_activations(net, x), strict=False):
        for (low, high), t in zip(bounds, before, strict=True):
            assert low is None or low <= t
            assert high is None or t <= high


def test_bounds_of_the_first_layer_are_attained() -> None:
    net = ReluNetwork.of([([[2, -3]], [1]), ([[1]], [0])])
    assert unit_bounds(net, Box.of([(-1, 2), (0, 5)])) == [[(F(-16), F(5))]]
    assert unit_bounds(net, None) == [[(None, None)]]


def test_a_leaky_unit_with_a_negative_slope_is_bounded_below_on_all_of_space() -> None:
    net = ReluNetwork.of(
        [([[1]], [0]), ([[1]], [2]), ([[-1]], [0]), ([[1]], [0])],
        [["abs"], [{"leaky": -1}], ["relu"]],
    )
    assert unit_bounds(net, None) == [[(None, None)], [(F(2), None)], [(None, F(-2))]]


def test_units_of_different_layers_that_bend_alike_are_one_atom() -> None:
    carried = ReluNetwork.of(
        [([[1], [1]], [0, 0]), ([[1, 0], [0, -2]], [0, 0]), ([[1, 1]], [0])],
        [["relu", "identity"], ["identity", "abs"]],
    )  # relu(x) + |2x| = 5 relu(x) - 2x
    atoms = Atoms.of(carried)
    assert [atom.form for atom in atoms.atoms] == [{0: F(1)}]
    assert atoms.outputs == ({0: F(-2), 1: F(5)},)
    assert len(Atoms.of(carried, across=False).atoms) == 2
