"""Exact gradients: by hand, brute force, convexity, differences, homogeneity, autograd, kinks."""

from fractions import Fraction as F
from itertools import pairwise

import numpy as np
import pytest
import torch
from backpropagation import entries, integrand, on_a_line, plus
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from strategies_lower import interval_systems, networks

from exactnet.constructions.compile import compile_ifs
from exactnet.errors import InputError, LimitReached
from exactnet.exact.radicals import BinaryRadical
from exactnet.fractals import curves, gallery
from exactnet.fractals.distribution import FractalDistribution
from exactnet.fractals.ifs import IFS
from exactnet.geometry.affine import AffineMap
from exactnet.geometry.polyhedron import Polyhedron
from exactnet.limits import Limits
from exactnet.networks.layer import IDENTITY, Layer
from exactnet.networks.network import ReluNetwork
from exactnet.regions.reference import enumerate_cells
from exactnet.theorems.gradient import Gradient, conditional_gradients, exact_gradient
from exactnet.theorems.gradients.moments import clear_level
from exactnet.theorems.initialisation import initial_network
from exactnet.theorems.loss import affine_cells, conditional_losses, exact_loss


def distribution(ifs: IFS, depth: int, negatives: str = "shell") -> FractalDistribution:
    curve = curves.uniform(depth)
    return FractalDistribution(ifs, depth, curve, negatives)


def rational_network(sizes: tuple[int, ...], seed: int, scale: int = 4) -> ReluNetwork:
    """Weights k / scale: short numbers, generic enough."""
    rng = np.random.default_rng(seed)
    return ReluNetwork.of([
        ([[F(int(v), scale) for v in row] for row in rng.integers(-2 * scale, 2 * scale, (b, a))],
         [F(int(v), 3 * scale) for v in rng.integers(-3 * scale, 3 * scale, b)])
        for a, b in pairwise(sizes)
    ])  # fmt: skip


def moved(net: ReluNetwork, layer: int, unit: int, column: int | None, by: F) -> ReluNetwork:
    """The network with one weight, or with column None one bias, changed."""
    old = net.layers[layer]
    weight, bias = [list(row) for row in old.weight], list(old.bias)
    if column is None:
        bias[unit] += by
    else:
        weight[unit][column] += by
    new = Layer(tuple(map(tuple, weight)), tuple(bias), old.slopes)
    return ReluNetwork((*net.layers[:layer], new, *net.layers[layer + 1 :]))


def places(net: ReluNetwork) -> list[tuple[int, int, int | None]]:
    """Every parameter, in the order of ``Gradient.entries``."""
    found: list[tuple[int, int, int | None]] = []
    for k, layer in enumerate(net.layers):
        found += [(k, i, j) for i in range(layer.outputs) for j in range(layer.inputs)]
        found += [(k, i, None) for i in range(layer.outputs)]
    return found


# ---------------------------------------------------------------- one dimension, written out


@settings(max_examples=60)
@given(
    st.booleans().flatmap(lambda touching: interval_systems(touching=touching)),
    networks(inputs=1, outputs=1),
    st.integers(1, 3),
)
def test_backpropagation_between_sorted_breakpoints_gives_the_same_gradients(
    system: tuple[IFS, object], net: ReluNetwork, depth: int
) -> None:
    ifs = system[0]
    assume(sum(abs(f.determinant()) for f in ifs.maps) < 1)
    found = conditional_gradients(net, distribution(ifs, depth), kinks="off")
    negatives, positives = on_a_line(net, ifs, depth)
    assert [list(part.entries()) for part in found.negatives] == negatives
    assert list(found.positives.entries()) == positives


def test_gradients_by_hand() -> None:
    line = ReluNetwork.of([([["1/2"]], ["1/4"])])  # |f| < 1: d/db = E[-y] = 0
    dist = distribution(gallery.cantor(), 1)
    assert exact_gradient(line, dist) == Gradient(((((F(0),),), (F(0),)),))
    steep = ReluNetwork.of([([[2]], [0])])  # positives active on x < 1/2, negatives on x > -1/2
    given = conditional_gradients(steep, dist)
    assert list(given.negatives[0].entries()) == [0, 1]  # all of (-1/3, 1/3)
    left, right = F(1, 2), F(1, 4) * F(1, 2)  # of [-1, -1/3] all, of [1/3, 1] a quarter
    means = (F(-2, 3), F(5, 12))
    assert list(given.positives.entries()) == [
        -(left * means[0] + right * means[1]), -(left + right),
    ]  # fmt: skip


def test_a_gradient_has_the_shape_of_its_network() -> None:
    net = rational_network((2, 3, 4, 1), 1)
    gradient = exact_gradient(net, distribution(gallery.cantor_dust(), 2))
    for (weight, bias), layer in zip(gradient.layers, net.layers, strict=True):
        assert (len(weight), len(weight[0]), len(bias)) == (
            layer.outputs, layer.inputs, layer.outputs,
        )  # fmt: skip
    assert len(list(gradient.entries())) == entries(net) == len(places(net))
    assert gradient.largest() == max(abs(v) for v in gradient.entries())
    assert not gradient.is_zero


# ---------------------------------------------------------------- two and three dimensions


def cell_mean(net: ReluNetwork, ifs: IFS, f: AffineMap, y: int) -> list[F]:
    """The mean integrand over f(K_0), from the reference enumerator on the network after f."""
    first, d = net.layers[0], ifs.dim
    weight = [[sum(row[j] * f.matrix[j][k] for j in range(d)) for k in range(d)]
              for row in first.weight]  # fmt: skip
    shift = [b + sum(row[j] * f.translation[j] for j in range(d))
             for row, b in zip(first.weight, first.bias, strict=True)]  # fmt: skip
    pulled = ReluNetwork.of([(weight, shift), *((x.weight, x.bias) for x in net.layers[1:])])
    total = [F(0)] * entries(net)
    for cell in enumerate_cells(pulled, ifs.base):
        pieces: list[Polyhedron] = [cell.polyhedron]
        for c in (-1, 1):
            row = (*cell.rows[0][:-1], cell.rows[0][-1] - c * cell.scale)
            pieces = [p for q in pieces for p in q.split(row) if p is not None]
        for piece in pieces:
            vertices = piece.vertices()
            for simplex in piece.simplices(range(len(piece.rays))):
                corners = [vertices[k] for k in simplex]
                part = Polyhedron(
                    tuple(piece.rays[k] for k in simplex),
                    tuple(((1 << d + 1) - 1) & ~(1 << k) for k in range(d + 1)),
                    d + 1,
                )
                middle = tuple(sum(column) / (d + 1) for column in zip(*corners, strict=True))
                total = plus(total, integrand(net, f(middle), y), part.volume())
    return [value / ifs.base.volume() for value in total]


@pytest.mark.parametrize(
    ("name", "sizes", "seed"),
    [("cantor-2d", (2, 4, 3, 1), 5), ("rotated-dust", (2, 3, 3, 1), 7),
     ("pentaflake", (2, 4, 1), 2), ("tetrahedron-dust", (3, 3, 1), 3)],
)  # fmt: skip
def test_cells_enumerated_one_by_one_give_the_same_gradients(
    name: str, sizes: tuple[int, ...], seed: int
) -> None:
    ifs, net = gallery.get(name), rational_network(sizes, seed)
    found = conditional_gradients(net, distribution(ifs, 1), kinks="off")
    ratios = [abs(f.determinant()) for f in ifs.maps]
    positives = [F(0)] * entries(net)
    shell = cell_mean(net, ifs, AffineMap.identity(ifs.dim), -1)
    for f, ratio in zip(ifs.maps, ratios, strict=True):
        positives = plus(positives, cell_mean(net, ifs, f, 1), F(1, ifs.r))
        shell = plus(shell, cell_mean(net, ifs, f, -1), -ratio)
    assert list(found.positives.entries()) == positives
    assert list(found.negatives[0].entries()) == [v / (1 - sum(ratios)) for v in shell]


# ---------------------------------------------------------------- derivatives of the exact loss


@pytest.mark.parametrize(
    ("name", "depth", "sizes", "seed"),
    [("cantor", 4, (1, 6, 4, 1), 1), ("uneven-cantor", 3, (1, 5, 5, 1), 2),
     ("cantor-2d", 2, (2, 5, 3, 1), 3)],
)  # fmt: skip
def test_the_loss_is_convex_in_the_readout_with_the_gradient_as_its_slope(
    name: str, depth: int, sizes: tuple[int, ...], seed: int
) -> None:
    net, dist = rational_network(sizes, seed), distribution(gallery.get(name), depth)
    gradient = list(exact_gradient(net, dist).entries())
    loss, h, last = exact_loss(net, dist, "hinge"), F(1, 1000), len(net.layers) - 1
    narrow = 0
    for place, slope in zip(places(net), gradient, strict=True):
        if place[0] == last:
            below = (loss - exact_loss(moved(net, *place, -h), dist, "hinge")) / h
            above = (exact_loss(moved(net, *place, h), dist, "hinge") - loss) / h
            assert below <= slope <= above
            narrow += above - below < F(1, 10)
    assert narrow > 0


def test_differences_are_exact_where_every_pattern_stays() -> None:
    """If no breakpoint is inside a cell of K_(n-1) and |f| < 1, the loss is affine in a weight."""
    ifs = IFS.of([([["1/4"]], [0]), ([["1/4"]], ["1/2"])], base=[(0, 1)])  # not centred
    dist = FractalDistribution(ifs, 2, curves.fine(2))
    *hidden, last = rational_network((1, 3, 2, 1), 167).layers
    readout = ([[v / 8 for v in last.weight[0]]], [last.bias[0] / 8])
    net = ReluNetwork.of([*((layer.weight, layer.bias) for layer in hidden), readout])
    gradient = list(exact_gradient(net, dist).entries())
    loss, h = exact_loss(net, dist, "hinge"), F(1, 1000)
    assert sum(value != 0 for value in gradient) == 11
    for place, slope in zip(places(net), gradient, strict=True):
        changed = moved(net, *place, h)
        cells = list(affine_cells(changed, ifs.base))
        assert clear_level(dist.parts, [cell.polytope for cell in cells]) == 1
        assert all(cell.side == 0 for cell in cells)
        assert exact_loss(changed, dist, "hinge") - loss == slope * h


@settings(max_examples=30)
@given(networks(inputs=1, outputs=1), st.sampled_from(["cantor", "uneven-cantor"]))
def test_scaling_what_enters_a_unit_is_scaling_what_leaves_it(net: ReluNetwork, name: str) -> None:
    """Units are positively homogeneous: w . dL/dw + b dL/db on one side, v . dL/dv on the other."""
    gradient = exact_gradient(net, distribution(gallery.get(name), 2), kinks="off")
    for k in range(net.depth):
        (weight, bias), (after, _) = gradient.layers[k : k + 2]
        for i in range(net.layers[k].outputs):
            rows = zip((*net.layers[k].weight[i], net.layers[k].bias[i]), (*weight[i], bias[i]),
                       strict=True)  # fmt: skip
            leaving = zip(net.layers[k + 1].weight, after, strict=True)
            assert sum(w * g for w, g in rows) == sum(v[i] * g[i] for v, g in leaving)


@pytest.mark.parametrize(
    ("name", "depth", "negatives", "sizes"),
    [("cantor-2d", 3, "central", (2, 6, 5, 1)), ("cantor-reversed", 6, "shell", (1, 8, 6, 1)),
     ("tetrahedron-dust", 2, "shell", (3, 5, 1))],
)  # fmt: skip
def test_autograd_on_samples_is_within_five_standard_errors(
    name: str, depth: int, negatives: str, sizes: tuple[int, ...]
) -> None:
    dist = distribution(gallery.get(name), depth, negatives)
    net = rational_network(sizes, 4)
    exact = np.array([float(v) for v in exact_gradient(net, dist).entries()])
    x, y = dist.sample(20_000, seed=3)
    weights = [torch.tensor([[float(v) for v in row] for row in layer.weight],
                            dtype=torch.float64) for layer in net.layers]  # fmt: skip
    biases = [torch.tensor([float(v) for v in layer.bias], dtype=torch.float64)
              for layer in net.layers]  # fmt: skip

    def loss(parameters: tuple[list[torch.Tensor], list[torch.Tensor]], at: torch.Tensor,
             label: torch.Tensor) -> torch.Tensor:  # fmt: skip
        for k, (weight, bias) in enumerate(zip(*parameters, strict=True)):
            at = weight @ at + bias
            at = at.relu() if k + 1 < len(weights) else at
        return (1 - label * at[0]).relu()

    one = torch.func.vmap(torch.func.grad(loss), in_dims=(None, 0, 0))
    found = one((weights, biases), torch.from_numpy(x), torch.from_numpy(y.astype(float)))
    flat = np.concatenate(
        [part.reshape(len(y), -1).numpy() for pair in zip(*found, strict=True) for part in pair],
        axis=1,
    )
    errors = flat.std(axis=0) / len(y) ** 0.5
    assert (np.abs(flat.mean(axis=0) - exact) <= 5 * errors + 1e-12).all()
    assert (errors > 0).mean() > 0.5
    assert np.abs(exact).max() > 10 * errors.max()  # a wrong sign or factor would show


# ---------------------------------------------------------------- curves and depths


def test_one_computation_serves_every_curve_and_smaller_depth() -> None:
    ifs, net = gallery.cantor_reversed(), rational_network((1, 5, 4, 1), 6)
    found = conditional_gradients(net, FractalDistribution(ifs, 5, curves.fine(5)))
    for curve in (curves.talk(1), curves.talk(4), curves.uniform(5), curves.coarse(3),
                  curves.fine(2)):  # fmt: skip
        alone = exact_gradient(net, FractalDistribution(ifs, curve.depth, curve))
        assert found.under(curve) == alone
    assert isinstance(found.under(curves.talk(1)).largest(), BinaryRadical)


def test_the_gradient_is_linear_in_the_masses() -> None:
    net = rational_network((2, 4, 3, 1), 8)
    found = conditional_gradients(net, distribution(gallery.cantor_dust(), 3))
    curve = curves.masses(["1/8", "1/8", "1/4"])
    parts = [*(list(part.entries()) for part in found.negatives), list(found.positives.entries())]
    for k, value in enumerate(found.under(curve).entries()):
        a, b, c, p = (part[k] for part in parts)
        assert value == a / 8 + b / 8 + c / 4 + p / 2


@settings(max_examples=25)
@given(networks(inputs=1, outputs=1), st.sampled_from([curves.uniform(3), curves.weights([1, 2, 3]),
                                                       curves.fine(3)]))  # fmt: skip
def test_bounds_contain_every_entry(net: ReluNetwork, curve: curves.ApproximationCurve) -> None:
    found = conditional_gradients(net, distribution(gallery.cantor(), 3), kinks="off")
    exact, coarse, fine = found.under(curve), found.enclosed(curve, 20), found.enclosed(curve, 60)
    for enclosure in (coarse, fine):
        for (weight, bias), (weights, biases) in zip(enclosure.layers, exact.layers, strict=True):
            for interval, value in zip(
                [*(v for row in weight for v in row), *bias],
                [*(v for row in weights for v in row), *biases],
                strict=True,
            ):
                assert interval[0] <= value <= interval[1]
        low, high = enclosure.largest()
        assert low <= exact.largest() <= high
        assert high - low <= enclosure.width
    assert fine.width <= max(coarse.width / 2**30, F(0))
    assert found.is_zero(curve) == exact.is_zero
    assert not fine.excludes_zero or not exact.is_zero


def test_the_affine_frame_of_the_fractal_does_not_matter() -> None:
    """Cantor on [0, 1] with f is Cantor on [-1, 1] with f after x -> (x + 1) / 2."""
    net = rational_network((1, 6, 4, 1), 9)
    unit = IFS.of([([["1/3"]], [0]), ([["1/3"]], ["2/3"])], base=[(0, 1)])
    first = net.layers[0]
    pulled = ReluNetwork.of([
        ([[v / 2 for v in row] for row in first.weight],
         [b + row[0] / 2 for b, row in zip(first.bias, first.weight, strict=True)]),
        *((layer.weight, layer.bias) for layer in net.layers[1:]),
    ])  # fmt: skip
    one = exact_gradient(net, distribution(unit, 3))
    other = exact_gradient(pulled, distribution(gallery.cantor(), 3))
    assert one.layers[1:] == other.layers[1:] and one.layers[0][1] == other.layers[0][1]
    for a, b, bias in zip(one.layers[0][0], other.layers[0][0], one.layers[0][1], strict=True):
        assert a[0] == (b[0] + bias) / 2


# ---------------------------------------------------------------- where there is no gradient


def kinked(unit: str, readout: str, constant: object = 0) -> ReluNetwork:
    """A unit that vanishes on all of K_0, and a readout of it."""
    return ReluNetwork.of(
        [([[0], [1]], [0, 5]), ([[readout, "1/20"]], [constant])], [[unit, "relu"]]
    )


def test_a_unit_that_vanishes_on_a_cell_is_refused_where_it_matters() -> None:
    dist = distribution(gallery.cantor(), 1)
    with pytest.raises(InputError, match=r"hidden unit 0 = 0 around .*Move a weight"):
        exact_gradient(kinked("relu", "1/2"), dist)
    with pytest.raises(InputError, match="hidden unit 0 = 0"):
        exact_gradient(kinked("abs", "1/2"), dist)
    for harmless in (kinked("relu", "0"), kinked("identity", "1/2")):
        assert exact_gradient(harmless, dist) == exact_gradient(harmless, dist, kinks="off")


@pytest.mark.parametrize("unit", ["relu", "abs"])
def test_the_loss_has_different_slopes_on_the_two_sides_of_a_refused_unit(unit: str) -> None:
    dist = FractalDistribution(gallery.cantor(), 1, curves.fine(1))
    net = kinked(unit, "1/2")
    given = conditional_gradients(net, dist, kinks="off")
    (bias,) = (entry for place, entry in zip(places(net), given.positives.entries(), strict=True)
               if place == (0, 0, None))  # fmt: skip
    h = F(1, 100)
    losses = [conditional_losses(moved(net, 0, 0, None, by), dist, "hinge").positives
              for by in (-h, F(0), h)]  # fmt: skip
    left, right = (losses[1] - losses[0]) / h, (losses[2] - losses[1]) / h
    assert left == bias != right


def test_a_hinge_at_its_kink_on_a_cell_is_refused() -> None:
    dist = distribution(gallery.cantor(), 2)
    one = ReluNetwork.of([([[0]], [1])])
    with pytest.raises(InputError, match="got y f = 1 around"):
        exact_gradient(one, dist)
    flat = conditional_gradients(one, dist, kinks="off")
    assert flat.positives.is_zero and list(flat.negatives[0].entries()) == [0, 1]
    plateau = ReluNetwork.of([([[3], [3]], [0, -1]), ([[1, -1]], [0])])  # 1 from 1/3 on
    with pytest.raises(InputError, match="got y f = 1 around"):
        exact_gradient(plateau, dist)
    below = ReluNetwork.of([([[3], [3]], [1, 0]), ([[-1, 1]], [0])])  # -1 from 0 on, a negative
    with pytest.raises(InputError, match="got y f = 1 around"):
        exact_gradient(below, dist)


def test_a_kink_where_no_mass_is_is_no_kink() -> None:
    plateau = ReluNetwork.of([([[3], [3]], [-1, 0]), ([[1, -1]], [2])])  # 1 from 1/3 on
    spike = ReluNetwork.of([([[1], [1]], ["-1/3", "1/3"]), ([[0, 0]], ["1/2"])])
    dist = distribution(gallery.cantor(), 1)
    with pytest.raises(InputError):
        exact_gradient(plateau, dist)
    assert exact_gradient(spike, dist).layers[1][1] == (0,)
    gap = ReluNetwork.of([  # 1 on [-1/6, 1/6], where positives are not; less outside
        ([[1], [-1]], ["-1/6", "-1/6"]), ([[-1, -1]], [1])])  # fmt: skip
    exact_gradient(gap, dist)


def test_compiled_networks_vanish_on_cells() -> None:
    ifs = gallery.cantor()
    with pytest.raises(InputError, match="with positive probability"):
        exact_gradient(compile_ifs(ifs, 1), distribution(ifs, 1))


# ---------------------------------------------------------------- refusals


@pytest.mark.parametrize(
    ("loss", "sizes", "message"),
    [
        ("logistic", (1, 2, 1), "loss: expected 'hinge', got 'logistic'. Use enclose_gradient"),
        ("zero-one", (1, 2, 1), "The 0-1 loss is locally constant"),
        ("square", (1, 2, 1), "loss: expected 'hinge', got 'square'"),
        ("hinge", (2, 2, 1), "a network with 1 inputs and 1 output, got 2 and 1"),
        ("hinge", (1, 2, 2), "got 1 and 2"),
    ],
)
def test_bad_requests_are_refused(loss: str, sizes: tuple[int, ...], message: str) -> None:
    with pytest.raises(InputError, match=message):
        exact_gradient(rational_network(sizes, 1), distribution(gallery.cantor(), 1), loss)


def test_curves_of_unknown_depths_are_refused() -> None:
    ifs, net = gallery.cantor(), rational_network((1, 3, 1), 1)
    with pytest.raises(InputError, match="a curve of depth 2, got depth 3"):
        conditional_gradients(net, distribution(ifs, 2)).under(curves.fine(3))
    thick = FractalDistribution(ifs, 2, curves.fine(2), margin="1/8")
    edge = ReluNetwork.of([([[1]], ["-19/20"]), ([["1/2"]], [0])])  # bends in a thin border
    given = conditional_gradients(edge, thick)
    assert given.under(curves.uniform(2)) != exact_gradient(edge, distribution(ifs, 2))
    with pytest.raises(InputError, match="a curve of depth 2, got depth 1"):
        given.under(curves.fine(1))
    with pytest.raises(InputError, match="kinks: expected 'refuse' or 'off'"):
        conditional_gradients(net, thick, kinks="left")


def test_limits_are_kept() -> None:
    dist = distribution(gallery.cantor_dust(), 3)
    with pytest.raises(LimitReached):
        exact_gradient(initial_network([20, 20], 2), dist, limits=Limits(seconds=1e-9))


def test_identity_units_bend_nothing() -> None:
    net = ReluNetwork.of([([[1], [2]], [0, 0]), ([[1, 1]], [0])], [["identity", "identity"]])
    assert all(slope == IDENTITY for slope in net.layers[0].slopes)
    found = exact_gradient(net, distribution(gallery.cantor(), 2))
    assert found.layers[0][0] == tuple((v,) for (v,) in found.layers[0][0])
    assert found.layers[1][0][0][1] == 2 * found.layers[1][0][0][0]
