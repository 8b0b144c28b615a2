"""Drawn networks and domains for the tests of complexes, and plain readings of a complex.

Signs, values and coordinates are recomputed here in Fractions from the layers alone.
"""

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction as F

import numpy as np
from hypothesis import strategies as st
from strategies_lower import Point, pre_activations

import exactnet as en
from exactnet.geometry.box import Box
from exactnet.networks.layer import IDENTITY, Layer, as_slope
from exactnet.regions.complex import RegionComplex
from exactnet.regions.engine import Engine
from exactnet.regions.forward import OverflowsError
from exactnet.regions.reference import enumerate_cells
from exactnet.regions.setting import Setting
from exactnet.testing.strategies import relu_networks

KINDS = ["relu", "relu", "relu", "abs", "identity", {"leaky": "1/3"}, {"leaky": -2}]
BENDING = [as_slope(kind, "kind") for kind in KINDS if kind != "identity"]
WIDEST = {1: 5, 2: 4, 3: 3, 4: 3, 5: 2, 6: 2}
Signs = tuple[int, ...]

weights = st.sampled_from([F(1), F(-1), F(2), F(-2), F(0)])

TENT = en.ReluNetwork.of([([[1], [1]], [0, "-1/2"]), ([[2, -4]], [0])])


@st.composite
def networks(
    draw: st.DrawFn,
    dims: tuple[int, ...] = (1, 2, 3, 4),
    hidden: tuple[int, int] = (0, 3),
    outputs: int = 1,
    spanning: bool = False,
) -> en.ReluNetwork:
    """Weights in {-2..2} and all kinds of units: half of all hyperplanes coincide or vanish.

    ``spanning``: the first layer has d independent units that bend, so R^d needs no help.
    """
    d = draw(st.sampled_from(dims))
    net = draw(
        relu_networks(
            inputs=d,
            outputs=outputs,
            layers=range(hidden[0], hidden[1] + 1),
            width=range(1, WIDEST[d] + 1),
            activations=KINDS,
            elements=weights,
        )
    )
    return _spanning(draw, net) if spanning and net.depth else net


def _spanning(draw: st.DrawFn, net: en.ReluNetwork) -> en.ReluNetwork:
    """Give the first layer d more units, with a triangular matrix, and the second their columns."""
    first, second, *others = net.layers
    d = net.inputs
    rows = [
        tuple(
            draw(weights) if j < i else draw(st.sampled_from([F(1), F(-1)])) if j == i else F(0)
            for j in range(d)
        )
        for i in range(d)
    ]
    some = st.tuples(*[weights] * d)
    slopes = draw(st.tuples(*[st.sampled_from(BENDING)] * d))
    wider = Layer((*first.weight, *rows), (*first.bias, *draw(some)), (*first.slopes, *slopes))
    after = replace(second, weight=tuple((*row, *draw(some)) for row in second.weight))
    return en.ReluNetwork((wider, after, *others))


@st.composite
def boxes(draw: st.DrawFn, d: int) -> Box:
    """Boxes around the origin with corners in sixths."""
    ends = st.fractions("1/6", 3, max_denominator=6)
    return Box.of([(-draw(ends), draw(ends)) for _ in range(d)])


@st.composite
def settings_for(
    draw: st.DrawFn, dims: tuple[int, ...] = (1, 2, 3, 4), outputs: int = 1
) -> tuple[en.ReluNetwork, Box | None]:
    """A network and where to enumerate it: a box, or R^d (half the time without help)."""
    where = draw(st.sampled_from(["box", "box", "space", "spanned"]))
    net = draw(networks(dims, outputs=outputs, spanning=where == "spanned"))
    return net, draw(boxes(net.inputs)) if where == "box" else None


def signs_at(net: en.ReluNetwork, x: Point) -> Signs:
    """The sign of every hidden unit at a point, by the definition of the network."""
    return tuple(
        1 if slope == IDENTITY else (t > 0) - (t < 0)
        for layer, before in zip(net.layers[:-1], pre_activations(net, x), strict=False)
        for t, slope in zip(before, layer.slopes, strict=True)
    )


def rows(cx: RegionComplex, k: int) -> list[Signs]:
    """The sign vectors of the k-faces."""
    return [tuple(row) for row in cx.signs(k).tolist()]


def mean(points: Sequence[Point]) -> Point:
    return tuple(sum(column, start=F(0)) / len(points) for column in zip(*points, strict=True))


def corners(cx: RegionComplex, k: int) -> list[frozenset[int]]:
    """The vertices of every k-face, found by walking down its boundary."""
    found = [frozenset([v]) for v in range(cx.f_vector[0])]
    for level in range(1, k + 1):
        found = [
            frozenset().union(*(found[g] for g in cx.boundary(level, f)))
            for f in range(cx.f_vector[level])
        ]
    return found


def rescaled(net: en.ReluNetwork, factors: Sequence[F]) -> en.ReluNetwork:
    """The same function with the hidden units multiplied by positive factors (in turn)."""
    layers, before, used = [], [F(1)] * net.inputs, 0
    for k, layer in enumerate(net.layers):
        last = k == net.depth
        own = [F(1) if last else factors[(used + j) % len(factors)] for j in range(layer.outputs)]
        used += layer.outputs
        weight = tuple(
            tuple(w * f / g for w, g in zip(row, before, strict=True))
            for row, f in zip(layer.weight, own, strict=True)
        )
        bias = tuple(b * f for b, f in zip(layer.bias, own, strict=True))
        layers.append(Layer(weight, bias, layer.slopes))
        before = own
    return en.ReluNetwork(tuple(layers))


def by_arithmetic(net: en.ReluNetwork, box: Box | None, exact: bool) -> RegionComplex | None:
    """The complex by 64-bit integers, or by filtered floats; None when 64 bits are too few."""
    setting = Setting.of(net, box)
    engine = Engine(net, setting.domain, exact)
    try:
        return RegionComplex(net, setting.box, setting.walls, engine, engine.whole(engine.start()))
    except OverflowsError:
        return None


def same_complex(a: RegionComplex, b: RegionComplex) -> bool:
    """Whether two complexes have the same signs, vertices and incidences, number by number."""
    return (
        a.f_vector == b.f_vector
        and all(np.array_equal(a.history(k), b.history(k)) for k in range(a.dim + 1))
        and all(a.vertex(v) == b.vertex(v) for v in range(a.f_vector[0]))
        and all(
            a.boundary(k, f) == b.boundary(k, f)
            for k in range(1, a.dim + 1)
            for f in range(a.f_vector[k])
        )
    )


def patterns_everywhere(net: en.ReluNetwork) -> set[Signs]:
    """The proper patterns on R^d by the reference, orthant by orthant."""
    return {cell.pattern for cell in enumerate_cells(net, None)}
