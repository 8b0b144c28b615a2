"""Strategies for curves, distributions and labellings of fractals."""

from collections.abc import Callable
from fractions import Fraction

from exactnet.exact.rationals import RationalLike, as_rational
from exactnet.fractals import curves as named
from exactnet.fractals.curves import ApproximationCurve
from exactnet.fractals.distribution import FractalDistribution
from exactnet.fractals.ifs import IFS
from exactnet.fractals.labelling import SIDES, Labelling
from exactnet.testing.hypothesis_library import (
    DrawFn,
    SearchStrategy,
    Size,
    sizes,
    strategies,
    strategy,
)
from exactnet.testing.systems import DEPTHS, systems

MARGINS = strategies.sampled_from([Fraction(p) for p in ("1/2", "1/4", "1/8", "1/3", "3/4")])


@strategy
def curves(
    *, depth: Size = None, rational: bool | None = None
) -> Callable[[DrawFn], ApproximationCurve]:
    """Approximation curves of depth 1 to 5: rational masses, or (unless ``rational``) the talk's.

    ``rational=False`` asks for the talk's weights, whose masses are sums of powers of two.

    >>> from hypothesis import given
    >>> @given(curves(depth=2))
    ... def test(curve):
    ...     assert curve.depth == 2 and curve.P(2) == 1
    >>> test()
    """
    depths = sizes(depth, "curves.depth", range(1, 6), named.MAX_LEVELS)

    def curve(draw: DrawFn) -> ApproximationCurve:
        count = draw(depths)
        parts = draw(strategies.lists(strategies.integers(0, 5), min_size=count, max_size=count))
        if not any(parts):
            parts[0] = 1
        if rational is False or (rational is None and draw(strategies.booleans())):
            return named.weights(parts)
        return named.masses([Fraction(part, 2 * sum(parts)) for part in parts])

    return curve


@strategy
def distributions(
    *,
    ifs: "IFS | SearchStrategy[IFS] | None" = None,
    curve: "ApproximationCurve | SearchStrategy[ApproximationCurve] | None" = None,
    depth: Size = None,
) -> Callable[[DrawFn], FractalDistribution]:
    """Fractal distributions of depth 1 to 3, with or without a margin, negatives in the shells.

    Systems whose images fill the base, which have no place for negatives, are passed over.

    >>> from hypothesis import given, settings
    >>> @settings(max_examples=5, deadline=None)
    ... @given(distributions(depth=2))
    ... def test(dist):
    ...     assert dist.P(0) == Fraction(1, 2) and dist.P(2) == 1
    >>> test()
    """
    drawn = systems(ifs).filter(leaves_a_gap)
    depths = sizes(depth, "distributions.depth", range(1, 4), named.MAX_LEVELS)
    if isinstance(curve, ApproximationCurve):
        curve = strategies.just(curve)

    def distribution(draw: DrawFn) -> FractalDistribution:
        chosen = draw(curves(depth=draw(depths)) if curve is None else curve)
        margin = draw(strategies.one_of(strategies.none(), MARGINS))
        return FractalDistribution(draw(drawn), chosen.depth, chosen, margin=margin)

    return distribution


def leaves_a_gap(system: IFS) -> bool:
    """Whether the images leave a part of the base free (a non-empty open set, then)."""
    return sum(abs(f.determinant()) for f in system.maps) < 1


@strategy
def labellings(
    *,
    ifs: "IFS | SearchStrategy[IFS] | None" = None,
    depth: Size = None,
    margin: "RationalLike | SearchStrategy[Fraction] | None" = None,
) -> Callable[[DrawFn], Labelling]:
    """Labellings of prefractals of depth 0 to 3: without a margin, inner, outer or absolute.

    With ``margin`` given, all have that margin (or one of that strategy).

    >>> from hypothesis import given, settings
    >>> @settings(max_examples=5, deadline=None)
    ... @given(labellings(margin="1/8"))
    ... def test(labelling):
    ...     assert labelling.margin == Fraction(1, 8)
    >>> test()
    """
    drawn = systems(ifs)
    depths = sizes(depth, "labellings.depth", DEPTHS, 1000)
    margins: SearchStrategy[Fraction | None]
    if margin is None:
        margins = strategies.one_of(strategies.none(), MARGINS)
    elif isinstance(margin, SearchStrategy):
        margins = margin
    else:
        margins = strategies.just(as_rational(margin, "labellings.margin"))

    def labelling(draw: DrawFn) -> Labelling:
        width = draw(margins)
        if width is None:
            return Labelling(draw(drawn), draw(depths))
        side = draw(strategies.sampled_from(SIDES))
        absolute = side == "inner" and draw(strategies.booleans())
        return Labelling(draw(drawn), draw(depths), width, side, absolute)

    return labelling
