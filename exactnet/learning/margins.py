"""The minimal margin of trained networks, as rows."""

from collections.abc import Mapping
from decimal import Context, Decimal
from fractions import Fraction

from exactnet.errors import LimitReached
from exactnet.exact.rationals import show_point
from exactnet.learning.sources import FractalSource
from exactnet.limits import Limits
from exactnet.networks.network import ReluNetwork
from exactnet.theorems.margin import exact_margin

DIGITS = 12


def margin_rows(
    net: ReluNetwork, source: FractalSource, limits: Limits
) -> Mapping[str, str | int | float | None]:
    """The least of y f(x) under D_n, where it is taken, and what it is made of; or why not."""
    try:
        found = exact_margin(net, source.distribution, limits)
    except LimitReached as reached:
        return {"margin_unknown": str(reached)}
    parts = {"margin_positives": found.positives.value} | {
        f"margin_{level}": -one.value for level, one in enumerate(found.negatives, 1)
    }
    points = [(found.positives.value, found.positives.point)]
    points += [(-one.value, one.point) for one in found.negatives]
    worst = next(point for value, point in points if value == found.value)
    return {
        "margin": shortened(found.value),
        "margin_point": show_point(worst),
        **{name: shortened(value) for name, value in parts.items()},
    }


def shortened(value: Fraction) -> str:
    """A rational rounded to twelve figures, so that its sign is never lost.

    >>> shortened(Fraction(-1, 3)), shortened(Fraction(1, 3 * 10**20)), shortened(Fraction(-5))
    ('-0.333333333333', '3.33333333333E-21', '-5')
    """
    quotient = Context(prec=DIGITS).divide(Decimal(value.numerator), Decimal(value.denominator))
    return str(quotient)
