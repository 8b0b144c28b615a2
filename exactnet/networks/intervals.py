"""Interval bounds on the pre-activations of hidden units, on a box or on all of R^d."""

from fractions import Fraction
from typing import TypeAlias

from exactnet.geometry.box import Box
from exactnet.networks.layer import Layer
from exactnet.networks.network import ReluNetwork

Interval: TypeAlias = tuple[Fraction | None, Fraction | None]  # None: no bound on that side

_ZERO = Fraction(0)


def unit_bounds(net: ReluNetwork, box: Box | None) -> list[list[Interval]]:
    """For every hidden layer an interval a unit that holds all its pre-activations.

    Exact in the first layer on a box; deeper ones add up the extremes of what they read.

    >>> hat = ReluNetwork.of([([[2], [4]], [0, -2]), ([[1, -1]], [0]), ([[1]], [0])])
    >>> for layer in unit_bounds(hat, Box.of([(0, 1)])):
    ...     print([f"{low}..{high}" for low, high in layer])
    ['0..2', '-2..2']
    ['-2..2']
    """
    values: list[Interval] = [(None, None)] * net.inputs
    if box is not None:
        values = list(zip(box.lower, box.upper, strict=True))
    found = []
    for layer in net.layers[:-1]:
        before = [_sum(row, b, values) for row, b in zip(layer.weight, layer.bias, strict=True)]
        found.append(before)
        values = _activated(layer, before)
    return found


def _sum(row: tuple[Fraction, ...], bias: Fraction, values: list[Interval]) -> Interval:
    total: Interval = (bias, bias)
    for w, value in zip(row, values, strict=True):
        if w:
            low, high = _scaled(value, w)
            total = (
                None if low is None or total[0] is None else total[0] + low,
                None if high is None or total[1] is None else total[1] + high,
            )
    return total


def _activated(layer: Layer, before: list[Interval]) -> list[Interval]:
    return [_image(interval, s) for interval, s in zip(before, layer.slopes, strict=True)]


def _image(interval: Interval, slope: Fraction) -> Interval:
    """The values of a unit on an interval: t for t >= 0, slope t for t < 0."""
    low, high = interval
    if low is not None and low >= 0:
        return interval
    if high is not None and high <= 0:
        return _scaled(interval, slope)
    least, most = _scaled((low, _ZERO), slope)
    return (
        None if least is None else min(least, _ZERO),
        None if most is None or high is None else max(most, high),
    )


def _scaled(interval: Interval, factor: Fraction) -> Interval:
    if not factor:
        return _ZERO, _ZERO
    low, high = interval if factor > 0 else (interval[1], interval[0])
    return (None if low is None else factor * low), (None if high is None else factor * high)
