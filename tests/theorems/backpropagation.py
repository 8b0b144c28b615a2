"""Gradients in plain Fractions, written out: what the tests compare the library's with."""

from collections.abc import Sequence
from fractions import Fraction as F
from itertools import pairwise

from strategies_lower import pre_activations

from exactnet.fractals.ifs import IFS
from exactnet.networks.network import ReluNetwork
from exactnet.regions.segment import breakpoints_along

Interval = tuple[F, F]
Flat = list[F]


def sensitivities(net: ReluNetwork, x: tuple[F, ...]) -> Flat:
    """df/dtheta at x, layer by layer, weights row by row and then biases; left slopes at 0."""
    before = pre_activations(net, x)
    slopes = [
        [F(1) if t > 0 else slope for t, slope in zip(values, layer.slopes, strict=True)]
        for values, layer in zip(before, net.layers, strict=True)
    ]
    inputs = [list(x)]
    for values, slope in zip(before[:-1], slopes[:-1], strict=True):
        inputs.append([t * s for t, s in zip(values, slope, strict=True)])
    behind = [F(1)]
    found: list[Flat] = []
    for k in reversed(range(len(net.layers))):
        found.append([b * a for b in behind for a in inputs[k]] + behind)
        if k:
            columns = zip(*net.layers[k].weight, strict=True)
            behind = [
                s * sum((b * w for b, w in zip(behind, column, strict=True)), start=F(0))
                for column, s in zip(columns, slopes[k - 1], strict=True)
            ]
    return [value for layer in reversed(found) for value in layer]


def integrand(net: ReluNetwork, x: tuple[F, ...], y: int) -> Flat:
    """d/dtheta max(0, 1 - y f(x)); 0 where y f(x) = 1."""
    (f,) = net(x)
    active = F(-y) if y * f < 1 else F(0)
    return [active * value for value in sensitivities(net, x)]


def entries(net: ReluNetwork) -> int:
    return sum(layer.outputs * (layer.inputs + 1) for layer in net.layers)


def plus(a: Flat, b: Sequence[F], factor: F) -> Flat:
    return [u + factor * v for u, v in zip(a, b, strict=True)]


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


def knots(net: ReluNetwork, ifs: IFS) -> list[F]:
    """Where f bends on K_0 or crosses 1 or -1."""
    (low,), (high,) = ifs.base.lower, ifs.base.upper
    pieces = breakpoints_along(net, [low], [high])
    at = [low + t * (high - low) for t in pieces.parameters]
    crossings = []
    for a, b in pairwise(at):
        (fa,), (fb,) = net([a]), net([b])
        crossings += [
            a + (c - fa) / (fb - fa) * (b - a) for c in (1, -1) if min(fa, fb) < c < max(fa, fb)
        ]
    return sorted({*at, *crossings})


def mean(net: ReluNetwork, cells: list[list[Interval]], cuts: list[F], y: int) -> Flat:
    """The mean integrand, cells equally likely, uniform in each: the midpoint rule."""
    total = [F(0)] * entries(net)
    for cell in cells:
        length = sum((b - a for a, b in cell), start=F(0))
        for a, b in cell:
            inside = [a, *(t for t in cuts if a < t < b), b]
            for left, right in pairwise(inside):
                share = (right - left) / (length * len(cells))
                total = plus(total, integrand(net, ((left + right) / 2,), y), share)
    return total


def on_a_line(net: ReluNetwork, ifs: IFS, depth: int) -> tuple[list[Flat], Flat]:
    """The gradients given the negatives of each level, and given the positives."""
    cuts = knots(net, ifs)
    negatives = [mean(net, shells(ifs, k), cuts, -1) for k in range(1, depth + 1)]
    leaves = [[tuple(sorted(v[0] for v in c.vertices()))] for c in ifs.prefractal(depth).cells()]
    return negatives, mean(net, leaves, cuts, 1)  # type: ignore[arg-type]
