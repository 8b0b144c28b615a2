"""The minimal margin: by hand, by every vertex of a finer complex, by points of a grid."""

from fractions import Fraction as F
from itertools import pairwise, product
from random import Random

import pytest

import exactnet as en
from exactnet.errors import LimitReached
from exactnet.fractals import curves, gallery
from exactnet.limits import Limits
from exactnet.networks.layer import Layer
from exactnet.theorems.margin import exact_margin

LINE = en.IFS.of(maps=[([["1/3"]], [0]), ([["1/3"]], ["2/3"])], base=[(0, 1)])


def dense(widths: list[int], seed: int) -> en.ReluNetwork:
    random = Random(seed)
    layers = []
    for a, b in pairwise(widths):
        weight = [[F(random.randint(-8, 8), 4) for _ in range(a)] for _ in range(b)]
        layers.append((weight, [F(random.randint(-4, 4), 8) for _ in range(b)]))
    return en.ReluNetwork.of(layers)


def with_borders(net: en.ReluNetwork, dist: en.FractalDistribution) -> en.ReluNetwork:
    """The same function, bent also (by nothing) where the cells of any K_j end."""
    dim, lines = dist.ifs.dim, set()
    boxes = [(dist.ifs.prefractal(j), dist.ifs.base) for j in range(dist.depth + 1)]
    boxes.append((dist.ifs.prefractal(dist.depth), dist.core))
    if dist.parts.central is not None:
        boxes += [(dist.ifs.prefractal(j), dist.parts.central) for j in range(dist.depth)]
    for prefractal, box in boxes:
        for cell in prefractal.cells():
            for corner in box.vertices():
                lines |= set(enumerate(cell.map(corner)))
    rows = [[int(k == j) for k in range(dim)] for j, _ in sorted(lines)]
    first, second = net.layers[0], net.layers[1]
    more = (F(0),) * len(rows)
    return en.ReluNetwork((
        Layer(
            (*first.weight, *(tuple(map(F, row)) for row in rows)),
            (*first.bias, *(-c for _, c in sorted(lines))), (*first.slopes, *more),
        ),
        Layer(tuple((*row, *more) for row in second.weight), second.bias, second.slopes),
        *net.layers[2:],
    ))  # fmt: skip


def part_of(dist: en.FractalDistribution, x: tuple[F, ...]) -> int | None:
    """The part that is drawn around a point on no border."""
    for level in range(dist.depth, -1, -1):
        locals_ = dist.ifs.prefractal(level).locate(x)
        if locals_:
            [(local, _)] = locals_.items()
            if level == dist.depth:
                return level if local in dist.core else None
            inside = dist.parts.central is None or local in dist.parts.central
            return level if inside else None
    return None


def by_vertices(net: en.ReluNetwork, dist: en.FractalDistribution) -> list[F]:
    """The greatest f on each part, the least on positives: over vertices of cells inside it."""
    cx = en.enumerate_regions(with_borders(net, dist), dist.ifs.base)
    seen: list[list[F]] = [[] for _ in range(dist.depth + 1)]
    for cell in range(len(cx)):
        part = part_of(dist, cx.interior_point(cell))
        if part is not None:
            seen[part] += [net(v)[0] for v in cx.vertices(cell)]
    return [*map(max, seen[:-1]), min(seen[-1])]


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(
    ("ifs", "depth", "negatives", "margin"),
    [
        (gallery.cantor(), 3, "shell", None), (gallery.cantor(), 2, "central", "1/4"),
        (LINE, 3, "shell", "1/8"), (gallery.cantor(2), 2, "central", None),
        (gallery.cantor_dust(), 2, "shell", "1/8"), (gallery.get("vicsek"), 1, "shell", None),
    ],
)  # fmt: skip
def test_it_is_that_of_the_vertices_of_a_finer_complex(
    ifs: en.IFS, depth: int, negatives: str, margin: str | None, seed: int
) -> None:
    dist = en.FractalDistribution(ifs, depth, curves.uniform(depth), negatives, margin)
    net = dense([ifs.dim, 5, 4, 1], seed)
    found = exact_margin(net, dist)
    wanted = by_vertices(net, dist)
    assert [*(one.value for one in found.negatives), found.positives.value] == wanted
    assert found.value == found.everywhere == min(wanted[-1], *(-v for v in wanted[:-1]))


@pytest.mark.parametrize("seed", range(4))
def test_extremes_are_taken_where_they_are_said_to_be_and_no_grid_point_is_beyond(
    seed: int,
) -> None:
    dist = en.FractalDistribution(gallery.cantor(2), 2, curves.uniform(2))
    net = dense([2, 6, 5, 1], seed)
    found = exact_margin(net, dist)
    fine, coarse = dist.ifs.prefractal(2), dist.ifs.prefractal(1)
    for one in (found.positives, *found.negatives):
        assert net(one.point)[0] == one.value
    assert found.positives.point in fine
    assert found.negatives[1].point in coarse
    for x, y in product(range(-20, 21), repeat=2):
        point = (F(x, 20), F(y, 20))
        value = net(point)[0]
        if point in fine:
            assert value >= found.positives.value
        else:
            assert value <= found.negatives[1 if point in coarse else 0].value


def test_by_hand_on_a_line() -> None:
    dist = en.FractalDistribution(LINE, 1, curves.fine(1))  # [0, 1/3] and [2/3, 1]; between: -
    slope = en.ReluNetwork.of([([[6]], [-3])])  # no hidden layer
    found = exact_margin(slope, dist)
    assert (found.positives.value, found.positives.point) == (-3, (0,))
    assert (found.negatives[0].value, found.negatives[0].point) == (1, (F(2, 3),))
    assert found.value == -3
    valley = en.ReluNetwork.of([([[1], [-1]], ["-1/2", "1/2"]), ([[6, 6]], [-1])])
    found = exact_margin(valley, dist)  # 6 |x - 1/2| - 1: 0 on the border of K_1
    assert (found.value, found.positives.value, found.negatives[0].value) == (0, 0, 0)
    inner = en.FractalDistribution(LINE, 1, curves.fine(1), "shell", "1/2")  # [1/12, 1/4], ...
    assert exact_margin(valley, inner).positives.value == F(1, 2)
    assert exact_margin(valley, inner).value == 0  # negatives up to the border


def test_levels_without_mass_do_not_count() -> None:
    dist = en.FractalDistribution(gallery.cantor(), 2, curves.fine(2), margin="1/8")
    waves = en.ReluNetwork.of([  # 9 ||x| - 2/3| - 1: negative in the middle of the gaps of level 2
        ([[1], [-1]], [0, 0]), ([[1, 1], [-1, -1]], ["-2/3", "2/3"]), ([[9, 9]], [-1]),
    ])  # fmt: skip
    found = exact_margin(waves, dist)
    assert found.positives.value == F(1, 8)
    assert [one.value for one in found.negatives] == [5, 0]
    assert (found.value, found.everywhere) == (0, -5)


@pytest.mark.parametrize("name", ["cantor-dust", "cantor", "vicsek"])
def test_the_margin_network_has_its_margin(name: str) -> None:
    dist = en.FractalDistribution(gallery.get(name), 2, curves.uniform(2), margin="1/8")
    found = exact_margin(en.compile_ifs(dist.ifs, 2, "margin"), dist)
    assert found.value == F(1, 2)
    assert en.exact_loss(en.compile_ifs(dist.ifs, 2, "margin"), dist) == 0


def test_a_positive_margin_says_that_the_loss_is_zero_and_a_negative_one_that_it_is_not() -> None:
    dist = en.FractalDistribution(gallery.cantor_dust(), 1, curves.fine(1), margin="1/8")
    nets = [dense([2, 4, 1], seed) for seed in range(12)]
    louder = en.compile_ifs(dist.ifs, 1, "margin", "1/8")
    signs = []
    for net in (*nets, louder):
        value, loss = exact_margin(net, dist).value, en.exact_loss(net, dist)
        signs.append(value > 0)
        assert value <= 0 or loss == 0
        assert value >= 0 or loss > 0
    assert {True, False} == set(signs)


def test_bad_networks_and_limits_are_refused() -> None:
    dist = en.FractalDistribution(gallery.cantor_dust(), 3, curves.uniform(3))
    with pytest.raises(en.InputError, match="exact_margin: expected a network with 2 inputs"):
        exact_margin(dense([1, 3, 1], 0), dist)
    with pytest.raises(LimitReached, match="time limit"):
        exact_margin(dense([2, 30, 30, 1], 0), dist, Limits(seconds=1e-6))


def test_weights_beyond_all_floats_do_no_harm() -> None:
    dist = en.FractalDistribution(LINE, 1, curves.fine(1))
    huge = en.ReluNetwork.of([([[1], [-1]], ["-1/2", "1/2"]), ([[10**400, 10**400]], [0])])
    assert exact_margin(huge, dist).positives.value == F(10**400, 6)
