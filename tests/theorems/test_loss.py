"""Exact losses: Theorem 3, brute force in one dimension, cells cut by hand, Monte Carlo."""

from collections.abc import Callable
from fractions import Fraction as F
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import example, given, settings
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
from exactnet.networks.network import ReluNetwork
from exactnet.regions.reference import enumerate_cells
from exactnet.regions.segment import breakpoints_along
from exactnet.theorems.loss import ConditionalLosses, affine_cells, conditional_losses, exact_loss

LOSSES = ("zero-one", "hinge")
Interval = tuple[F, F]


def distribution(ifs: IFS, depth: int, negatives: str = "shell") -> FractalDistribution:
    curve = curves.uniform(depth)
    return FractalDistribution(
        ifs, depth, curve, negatives, None if negatives == "shell" else "1/4"
    )


def value(loss: str, f: F, y: int) -> F:
    if loss == "zero-one":
        return F(int((f >= 0) != (y > 0)))
    return max(F(0), 1 - y * f)


# ---------------------------------------------------------------- Theorem 3, part 1


@pytest.mark.parametrize(
    ("name", "n"),
    [("cantor", 5), ("cantor-reversed", 4), ("uneven-cantor", 4), ("cantor-dust", 3),
     ("rotated-dust", 2), ("tetrahedron-dust", 1)],
)  # fmt: skip
def test_the_network_for_kj_has_loss_one_minus_pj(name: str, n: int) -> None:
    ifs = gallery.get(name)
    for curve in (curves.weights(range(1, n + 1)), curves.uniform(n), curves.fine(n)):
        dist = FractalDistribution(ifs, n, curve)
        for j in range(n + 1):
            assert exact_loss(compile_ifs(ifs, j), dist) == 1 - dist.P(j)


@pytest.mark.parametrize("number", range(1, 7))
def test_the_talks_curves_on_the_cantor_set(number: int) -> None:
    ifs, curve = gallery.cantor(), curves.talk(number)
    for negatives in ("shell", "central"):
        dist = FractalDistribution(ifs, 5, curve, negatives)
        for j in (1, 4):
            assert exact_loss(compile_ifs(ifs, j, "fold"), dist) == 1 - curve.P(j)


@pytest.mark.parametrize("name", ["sierpinski", "vicsek"])
def test_margin_networks_realise_distributions_with_that_margin(name: str) -> None:
    ifs = gallery.get(name)
    dist = FractalDistribution(ifs, 2, curves.uniform(2), margin="1/8")
    net = compile_ifs(ifs, 2, "margin")
    assert exact_loss(net, dist) == 0
    losses = conditional_losses(net, dist, "hinge")
    assert losses.positives == F(1, 2)  # f = 1/2 on the shrunk cells
    assert max(losses.negatives) <= F(1, 2)


# ---------------------------------------------------------------- brute force in one dimension


def shells(ifs: IFS, level: int) -> list[list[Interval]]:
    """For each cell of K_(level - 1) its intervals off the children, from sorted end points."""
    found = []
    for cell in ifs.prefractal(level - 1).cells():
        children = sorted(
            tuple(sorted(cell.map(f(v))[0] for v in ifs.base.vertices())) for f in ifs.maps
        )
        low, high = sorted(v[0] for v in cell.vertices())
        ends = [low, *(x for child in children for x in child), high]
        found.append([(a, b) for a, b in zip(ends[::2], ends[1::2], strict=True) if a < b])
    return found


def knots(net: ReluNetwork, ifs: IFS, levels: tuple[int, ...]) -> list[F]:
    """Where f bends on K_0 or crosses one of the levels."""
    (low,), (high,) = ifs.base.lower, ifs.base.upper
    pieces = breakpoints_along(net, [low], [high])
    at = [low + t * (high - low) for t in pieces.parameters]
    crossings = []
    for a, b in pairwise(at):
        (fa,), (fb,) = net([a]), net([b])
        crossings += [
            a + (c - fa) / (fb - fa) * (b - a) for c in levels if min(fa, fb) < c < max(fa, fb)
        ]
    return sorted({*at, *crossings})


def mean(net: ReluNetwork, cells: list[list[Interval]], cuts: list[F], loss: str, y: int) -> F:
    """The mean loss, cells equally likely, uniform in each: the midpoint rule between knots."""
    total = F(0)
    for cell in cells:
        length = sum((b - a for a, b in cell), start=F(0))
        for a, b in cell:
            inside = [a, *(t for t in cuts if a < t < b), b]
            for left, right in pairwise(inside):
                (f,) = net([(left + right) / 2])
                total += value(loss, f, y) * (right - left) / length
    return total / len(cells)


def brute_force(net: ReluNetwork, ifs: IFS, depth: int, loss: str) -> ConditionalLosses:
    cuts = knots(net, ifs, (0,) if loss == "zero-one" else (-1, 1))
    negatives = [mean(net, shells(ifs, k), cuts, loss, -1) for k in range(1, depth + 1)]
    leaves = [[tuple(sorted(v[0] for v in c.vertices()))] for c in ifs.prefractal(depth).cells()]
    return ConditionalLosses(tuple(negatives), mean(net, leaves, cuts, loss, 1))  # type: ignore[arg-type]


@settings(max_examples=60)
@given(
    st.booleans().flatmap(lambda touching: interval_systems(touching=touching)),
    networks(inputs=1, outputs=1),
    st.integers(1, 3),
    st.sampled_from(LOSSES),
)
def test_sorted_breakpoints_give_the_same_losses(
    system: tuple[IFS, object], net: ReluNetwork, depth: int, loss: str
) -> None:
    ifs = system[0]
    if sum(abs(f.determinant()) for f in ifs.maps) == 1:
        return
    dist = distribution(ifs, depth)
    assert conditional_losses(net, dist, loss) == brute_force(net, ifs, depth, loss)


# ---------------------------------------------------------------- two dimensions, cut by hand


def cell_mean(net: ReluNetwork, ifs: IFS, f: AffineMap, loss: str, y: int) -> F:
    """The mean loss over f(K_0), from the reference enumerator on the network after f."""
    first = net.layers[0]
    weight = [[sum(row[j] * f.matrix[j][k] for j in range(2)) for k in range(2)]
              for row in first.weight]  # fmt: skip
    shift = [b + sum(row[j] * f.translation[j] for j in range(2))
             for row, b in zip(first.weight, first.bias, strict=True)]  # fmt: skip
    moved = ReluNetwork.of([(weight, shift), *((x.weight, x.bias) for x in net.layers[1:])])
    total = F(0)
    for cell in enumerate_cells(moved, ifs.base):
        pieces: list[Polyhedron] = [cell.polyhedron]
        for c in (0,) if loss == "zero-one" else (-1, 1):
            row = (*cell.rows[0][:-1], cell.rows[0][-1] - c * cell.scale)
            pieces = [p for q in pieces for p in q.split(row) if p is not None]
        for piece in pieces:
            inner = piece.interior_point()
            if loss == "zero-one":
                total += piece.volume() * value(loss, moved(inner)[0], y)
                continue
            for simplex in piece.simplices(range(len(piece.rays))):
                corners = [piece.vertices()[k] for k in simplex]
                (a, b), (p, q), (s, t) = corners
                area = abs((p - a) * (t - b) - (s - a) * (q - b)) / 2
                total += area * sum(value(loss, moved(v)[0], y) for v in corners) / 3
    return total / ifs.base.volume()


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("name", ["cantor-2d", "rotated-dust", "pentaflake"])
def test_cells_enumerated_one_by_one_give_the_same_losses(name: str, loss: str) -> None:
    ifs, rng = gallery.get(name), np.random.default_rng(5)
    sizes = (2, 4, 3, 1)
    net = ReluNetwork.of([
        ([[F(int(v), 4) for v in row] for row in rng.integers(-8, 9, (b, a))],
         [F(int(v), 4) for v in rng.integers(-4, 5, b)])
        for a, b in pairwise(sizes)
    ])  # fmt: skip
    losses = conditional_losses(net, distribution(ifs, 2), loss)
    unit = AffineMap.identity(2)
    gap = 1 - sum(abs(f.determinant()) for f in ifs.maps)

    def shell(cell: AffineMap) -> F:
        inner = sum(abs(f.determinant()) * cell_mean(net, ifs, cell.after(f), loss, -1)
                    for f in ifs.maps)  # fmt: skip
        return (cell_mean(net, ifs, cell, loss, -1) - inner) / gap

    assert losses.negatives[0] == shell(unit)
    assert losses.negatives[1] == sum(map(shell, ifs.maps)) / ifs.r
    words = [f.after(g) for f in ifs.maps for g in ifs.maps]
    assert losses.positives == sum(cell_mean(net, ifs, f, loss, 1) for f in words) / ifs.r**2


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("name", ["cantor", "cantor-reversed", "uneven-cantor"])
def test_on_a_line_the_central_box_is_the_whole_shell(name: str, loss: str) -> None:
    ifs, curve = gallery.get(name), curves.uniform(3)
    for slope, shift in ((1, 0), ("1/3", "1/5"), (-7, 2)):
        net = ReluNetwork.of([([[slope]], [shift])])
        one, other = (
            conditional_losses(net, FractalDistribution(ifs, 3, curve, negatives), loss)
            for negatives in ("shell", "central")
        )
        assert one == other


def test_losses_by_hand() -> None:
    dust = distribution(gallery.cantor(2), 1, "central")
    plane = ReluNetwork.of([([[1, 0]], [0])])  # f = x_1
    assert conditional_losses(plane, dust) == ConditionalLosses((F(1, 2),), F(1, 2))
    hinge = conditional_losses(plane, dust, "hinge")  # |x_1| < 1: E(1 + x_1) = 1 = E(1 - x_1)
    assert hinge == ConditionalLosses((F(1),), F(1))
    steep = ReluNetwork.of([([[6, 0]], [0])])  # E max(0, 1 + 6 x) over (-1/3, 1/3)
    assert conditional_losses(steep, dust, "hinge").negatives == (F(9, 8),)
    zero = ReluNetwork.of([([[0, 0]], [0])])  # f = 0 predicts +1
    assert conditional_losses(zero, dust) == ConditionalLosses((F(1),), F(0))


# ---------------------------------------------------------------- Monte Carlo


def random_network(sizes: tuple[int, ...], seed: int, dist: FractalDistribution) -> ReluNetwork:
    """Rational weights; the readout is shifted so that f has both signs, and scaled by 3."""
    rng = np.random.default_rng(seed)
    layers = [
        (rng.normal(size=(b, a)) / a**0.5, rng.normal(size=b) / 2) for a, b in pairwise(sizes)
    ]
    values = forward(layers, dist.sample(1000, seed)[0])
    layers[-1] = (3 * layers[-1][0], 3 * (layers[-1][1] - np.median(values)))
    return ReluNetwork.from_floats(layers)


def forward(layers: list[tuple[np.ndarray, np.ndarray]], x: np.ndarray) -> np.ndarray:
    for weight, bias in layers[:-1]:
        x = np.maximum(x @ weight.T + bias, 0)
    return np.asarray((x @ layers[-1][0].T + layers[-1][1])[:, 0])


@pytest.mark.parametrize(
    ("name", "depth", "negatives", "sizes"),
    [
        ("cantor-2d", 4, "central", (2, 12, 1)),
        ("cantor-dust", 3, "shell", (2, 8, 8, 1)),
        ("sheared-dust", 2, "shell", (2, 8, 8, 1)),
        ("vicsek", 3, "shell", (2, 10, 1)),
        ("cantor-reversed", 7, "shell", (1, 10, 10, 1)),
        ("tetrahedron-dust", 2, "shell", (3, 6, 1)),
    ],
)
def test_sample_means_are_within_four_standard_errors(
    name: str, depth: int, negatives: str, sizes: tuple[int, ...]
) -> None:
    dist = distribution(gallery.get(name), depth, negatives)
    net = random_network(sizes, 3, dist)
    x, y = dist.sample(200_000, seed=11)
    f = forward([(np.array(a.weight, float), np.array(a.bias, float)) for a in net.layers], x)
    for loss, seen in (
        ("zero-one", ((f >= 0) != (y > 0)).astype(float)),
        ("hinge", np.maximum(0, 1 - y * f)),
    ):
        error = float(exact_loss(net, dist, loss)) - seen.mean()
        assert 0 < seen.mean() < 3
        assert abs(error) < 4 * seen.std() / len(y) ** 0.5


# ---------------------------------------------------------------- structure and refusals


@settings(max_examples=25)
@example(ReluNetwork.of([([[0, 0]], [-1])]))
@example(ReluNetwork.of([([[0, 0]], [1])]))
@given(networks(inputs=2, outputs=1, hidden=2))
def test_affine_cells_carry_the_networks_own_function(net: ReluNetwork) -> None:
    box = gallery.cantor_dust().base
    volume = F(0)
    for cell in affine_cells(net, box):
        point = cell.polytope.interior_point()
        f = (sum(a * x for a, x in zip(cell.row, (*point, F(1)), strict=True))) / cell.scale
        assert (f,) == net(point)
        assert cell.side == (f >= 1) - (f <= -1)
        pattern = net.pattern(point)
        assert [cell.on >> k & 1 for k in range(net.neurons)] == list(pattern)
        volume += cell.polytope.volume()
    assert volume == 4


def test_one_computation_serves_every_curve() -> None:
    dist = distribution(gallery.cantor(), 5)
    net = compile_ifs(dist.ifs, 3)
    losses = conditional_losses(net, dist)
    assert losses == ConditionalLosses((F(0),) * 3 + (F(1),) * 2, F(0))
    assert losses.under(curves.talk(3)) == F(1, 2)
    assert isinstance(losses.under(curves.talk(1)), BinaryRadical)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda net, d: exact_loss(net, d, "square"), "loss: expected 'zero-one' or 'hinge'"),
        (
            lambda net, d: exact_loss(net, d, ["hinge"]),  # type: ignore[arg-type]
            r"loss: expected 'zero-one' or 'hinge', got \['hinge'\]",
        ),
        (
            lambda net, d: exact_loss(compile_ifs(gallery.cantor(), 1), d),
            "expected a network with 2 inputs and 1 output, got 1 and 1",
        ),
        (
            lambda net, d: exact_loss(ReluNetwork.of([([[1, 0], [0, 1]], [0, 0])]), d),
            "got 2 and 2",
        ),
    ],
)
def test_bad_requests_are_refused(
    make: Callable[[ReluNetwork, FractalDistribution], object], message: str
) -> None:
    dust = gallery.cantor_dust()
    with pytest.raises(InputError, match=message):
        make(compile_ifs(dust, 1), distribution(dust, 1))


def test_limits_are_kept() -> None:
    dust = gallery.cantor_dust()
    with pytest.raises(LimitReached):
        exact_loss(compile_ifs(dust, 3), distribution(dust, 3), limits=Limits(seconds=1e-9))
