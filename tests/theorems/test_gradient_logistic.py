"""Certified logistic losses and gradients: against quadrature in floats, convexity, hinge."""

from fractions import Fraction as F
from itertools import pairwise

import numpy as np
import pytest
from backpropagation import knots, sensitivities, shells
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies_lower import networks

from exactnet.errors import InputError, LimitReached
from exactnet.fractals import curves, gallery
from exactnet.fractals.distribution import FractalDistribution
from exactnet.fractals.ifs import IFS
from exactnet.limits import Limits
from exactnet.networks.network import ReluNetwork
from exactnet.theorems.gradient import exact_gradient
from exactnet.theorems.initialisation import initial_network
from exactnet.theorems.logistic import Slab, enclose_loss, nodes
from exactnet.theorems.logistic_gradient import enclose_gradient
from exactnet.theorems.loss import exact_loss

NODES, WEIGHTS = np.polynomial.legendre.leggauss(12)


def quadrature(net: ReluNetwork, dist: FractalDistribution) -> tuple[float, np.ndarray]:
    """Loss and gradient on a line by 12-point Gauss rules between knots, in floats."""
    ifs, n = dist.ifs, dist.depth
    cuts = knots(net, ifs)
    leaves = [[tuple(sorted(v[0] for v in c.vertices()))] for c in ifs.prefractal(n).cells()]
    parts = [(-1, mass, shells(ifs, k)) for k, mass in enumerate(dist.curve.levels, 1)]
    loss, gradient = 0.0, np.zeros(1)
    for y, mass, cells in [*parts, (1, F(1, 2), leaves)]:
        for cell in cells:
            length = sum(b - a for a, b in cell)
            for a, b in cell:
                for left, right in pairwise([a, *(t for t in cuts if a < t < b), b]):
                    share = float(mass) * float((right - left) / length) / len(cells)
                    one = on_an_interval(net, left, right, y)
                    loss, gradient = loss + share * one[0], gradient + share * one[1]
    return loss, gradient


def on_an_interval(net: ReluNetwork, left: F, right: F, y: int) -> tuple[float, np.ndarray]:
    middle = (left + right) / 2
    ends = [(middle + (right - left) * s / 4) for s in (-1, 1)]  # f and df are affine here
    f = [float(net([x])[0]) for x in ends]
    g = [np.array([float(v) for v in sensitivities(net, (x,))]) for x in ends]
    at = NODES + 0.5  # 0 and 1 at the two ends
    values = f[0] + (f[1] - f[0]) * at
    slopes = g[0][:, None] + (g[1] - g[0])[:, None] * at
    losses = np.logaddexp(0, -y * values)
    factors = -y / (1 + np.exp(np.clip(y * values, -700, 700)))
    return float(losses @ WEIGHTS) / 2, (slopes * factors) @ WEIGHTS / 2


def lines(
    name: str, depth: int, curve: curves.ApproximationCurve | None = None
) -> FractalDistribution:
    return FractalDistribution(gallery.get(name), depth, curve or curves.uniform(depth))


CASES = [
    ("cantor", 3, None, initial_network([6, 5], seed=1)),
    ("cantor-reversed", 4, curves.weights([1, 2, 3, 4]), initial_network([8, 8], seed=2)),
    ("uneven-cantor", 2, curves.fine(2),
     ReluNetwork.of([([[3], [-2]], [1, "1/2"]), ([[4, 3]], [-5])])),
]  # fmt: skip


@pytest.mark.parametrize(("name", "depth", "curve", "net"), CASES)
def test_quadrature_lies_within_the_bounds(
    name: str, depth: int, curve: curves.ApproximationCurve | None, net: ReluNetwork
) -> None:
    dist = lines(name, depth, curve)
    loss, gradient = quadrature(net, dist)
    for width in ("1/10", "1/1000", "1/50000"):
        low, high = enclose_loss(net, dist, width=width)
        assert low - F(1, 10**10) <= F(loss) <= high + F(1, 10**10)
        assert 0 <= high - low <= F(width)
    for width in ("1/10", "1/100"):
        enclosure = enclose_gradient(net, dist, width=width)
        assert enclosure.width <= F(width)
        intervals = [v for weight, bias in enclosure.layers
                     for v in (*(v for row in weight for v in row), *bias)]  # fmt: skip
        assert len(intervals) == len(gradient)
        for (low, high), value in zip(intervals, gradient.tolist(), strict=True):
            assert low - F(1, 10**10) <= F(value) <= high + F(1, 10**10)


@pytest.mark.parametrize("name", ["cantor-dust", "tetrahedron-dust"])
def test_sample_means_lie_within_four_standard_errors_of_the_bounds(name: str) -> None:
    dist = lines(name, 2)
    net = initial_network([6, 5], dist.ifs.dim, seed=3)
    x, y = dist.sample(100_000, seed=5)
    f = x
    for k, layer in enumerate(net.layers):
        f = f @ np.array(layer.weight, float).T + np.array(layer.bias, float)
        f = np.maximum(f, 0) if k < net.depth else f
    seen = np.logaddexp(0, -y * f[:, 0])
    low, high = enclose_loss(net, dist, width="1/10000")
    error = 4 * seen.std() / len(y) ** 0.5
    assert low - F(error) <= F(seen.mean()) <= high + F(error)
    # the readout's bias: E[-y / (1 + e^(y f))]
    factors = -y / (1 + np.exp(y * f[:, 0]))
    ((low, high),) = enclose_gradient(net, dist, width="1/20").layers[-1][1]
    error = 4 * factors.std() / len(y) ** 0.5
    assert low - F(error) <= F(factors.mean()) <= high + F(error)


@settings(max_examples=15)
@given(networks(inputs=1, outputs=1))
def test_narrower_bounds_lie_within_wider_ones_and_below_the_hinge(net: ReluNetwork) -> None:
    """log(1 + e^z) <= log 2 + max(0, z), and max(0, 1 + z) <= log_2-scaled logistic + 1."""
    dist = lines("cantor", 2)
    wide, narrow = (enclose_loss(net, dist, width=w) for w in ("1/4", "1/100"))
    assert wide[0] <= narrow[1] and narrow[0] <= wide[1]  # both contain the loss
    hinge, zero_one = (exact_loss(net, dist, loss) for loss in ("hinge", "zero-one"))
    assert hinge - 1 <= narrow[1]  # z <= log(1 + e^z)
    assert F(69, 100) * zero_one <= narrow[1]  # log 2 on a mistake
    assert narrow[0] <= F(7, 10) + hinge
    for loss, exact in (("hinge", hinge), ("zero-one", zero_one)):
        assert enclose_loss(net, dist, loss) == (exact, exact)


def test_the_logistic_gradient_does_not_vanish_where_the_hinge_gradient_does() -> None:
    dist = lines("cantor-reversed", 12, curves.fine(12))
    net = initial_network([20, 20], seed=(0, 0))
    assert exact_gradient(net, dist).is_zero
    hinge, logistic = (enclose_gradient(net, dist, loss) for loss in ("hinge", "logistic"))
    assert hinge.largest() == (0, 0) and not hinge.excludes_zero
    assert logistic.excludes_zero and logistic.largest()[0] > F(1, 100)


@given(st.integers(-60, 60), st.integers(1, 16), st.integers(0, 16))
def test_chords_lie_above_and_tangents_below(start: int, length: int, at: int) -> None:
    low = F(start, 4)
    slab = Slab(low, low + F(length, 4))
    z = slab.low + (slab.high - slab.low) * F(at, 16)
    value = F(float(np.logaddexp(0, float(z))))
    (a, b), (c, d) = slab.chord(), slab.tangent()
    assert a * z + b >= value - F(1, 10**12)
    assert c * z + d <= value + F(1, 10**12)
    sigmoid, radius = slab.sigmoid()
    assert abs(F(1 / (1 + float(np.exp(-float(z))))) - sigmoid) <= radius + F(1, 10**12)


@given(st.integers(1, 300), st.integers(0, 6))
def test_nodes_are_as_close_as_they_say(reach: int, halvings: int) -> None:
    step = F(1, 2**halvings)
    found = nodes(F(reach), step)
    assert found == tuple(-t for t in reversed(found)) and found[-1] >= reach
    for a, b in pairwise(t for t in found if t >= 0):
        curvature = min(F(1, 4), F(float(np.exp(-float(a)))))
        assert 0 < (b - a) ** 2 * curvature <= step**2 / 4 * (1 + F(1, 10**9))


def test_huge_values_of_f_take_few_nodes_more() -> None:
    found = nodes(F(10**300), F(1))
    assert found[-1] >= 10**300 and len(found) < 60
    high = enclose_loss(ReluNetwork.of([([[0]], [10**300])]), lines("cantor", 2))
    assert high[0] <= F(10**300, 2) <= high[1]  # certain negatives, half of the time


def test_bounds_that_take_too_many_level_sets_are_given_up() -> None:
    far = IFS.of([([["1/3"]], [F(side * 2, 3) * 10**300]) for side in (-1, 1)],
                 base=[(-(10**300), 10**300)])  # fmt: skip
    net = ReluNetwork.of([([[1]], [0]), ([[F(1, 10**300)]], [0])])
    with pytest.raises(LimitReached, match=r"level sets of f less than 2\^-18 apart"):
        enclose_gradient(net, FractalDistribution(far, 1, curves.fine(1)))


def test_bad_requests_are_refused() -> None:
    dist, net = lines("cantor", 2), ReluNetwork.of([([[1]], [0])])
    for width in (0, 2, "1/10000000000"):
        with pytest.raises(InputError, match="width: expected a width from 1/1000000000 to 1"):
            enclose_loss(net, dist, width=width)
    with pytest.raises(InputError, match="loss: expected 'logistic', 'hinge' or 'zero-one'"):
        enclose_loss(net, dist, "square")
    with pytest.raises(InputError, match="loss: expected 'logistic' or 'hinge'"):
        enclose_gradient(net, dist, "square")
    with pytest.raises(InputError, match=r"got 'zero-one'\. The 0-1 loss is locally constant"):
        enclose_gradient(net, dist, "zero-one")
    with pytest.raises(InputError, match="a network with 1 inputs and 1 output, got 2"):
        enclose_gradient(ReluNetwork.of([([[1, 1]], [0])]), dist)
    with pytest.raises(InputError, match="enclose_loss: expected a network with 1 inputs"):
        enclose_loss(ReluNetwork.of([([[1, 1]], [0])]), dist)
    with pytest.raises(LimitReached):
        enclose_gradient(initial_network([20, 20]), dist, limits=Limits(seconds=1e-9))


def test_units_that_vanish_are_refused_here_too() -> None:
    dist = lines("cantor", 1)
    net = ReluNetwork.of([([[0], [1]], [0, 5]), ([["1/2", "1/20"]], [0])])
    with pytest.raises(InputError, match="hidden unit 0 = 0"):
        enclose_gradient(net, dist)
    assert enclose_gradient(net, dist, kinks="off").width <= F(1, 1000)


def test_kinks_of_the_hinge_are_none_of_the_logistic_loss() -> None:
    one = ReluNetwork.of([([[0]], [1])])  # y f = 1 on every positive
    dist = lines("cantor", 1)
    ((low, high),) = enclose_gradient(one, dist).layers[0][1]
    truth = F(float(0.5 * (1 / (1 + np.exp(-1)) - 1 / (1 + np.exp(1)))))  # s(1)/2 - s(-1)/2
    assert low - F(1, 10**12) <= truth <= high + F(1, 10**12)
