"""The plain tier of the segment: walk from breakpoint to breakpoint in Fractions.

Standing at t, every unit is an affine function of t just to the right; the next breakpoint is the
least zero of one of them beyond t. Short and evident rather than fast, and sharing nothing with
``segment``: this is what ``breakpoints_along`` is tested on.
"""

from collections.abc import Iterator, Sequence
from fractions import Fraction

from exactnet.exact import linalg
from exactnet.exact.rationals import RationalLike, Vector, as_vector
from exactnet.networks.layer import IDENTITY
from exactnet.networks.network import Pattern, ReluNetwork

Walk = tuple[Fraction, Fraction, Pattern, Vector, Vector]


def walk_along(
    net: ReluNetwork, start: Sequence[RationalLike], end: Sequence[RationalLike]
) -> Iterator[Walk]:
    """Piece by piece: its two ends, its pattern, and slope and intercept of every output.

    >>> tent = ReluNetwork.of([([[1], [1]], [0, "-1/2"]), ([[2, -4]], [0])])
    >>> [(str(low), str(high), pattern) for low, high, pattern, *_ in walk_along(tent, [0], [1])]
    [('0', '1/2', (1, 0)), ('1/2', '1', (1, 1))]
    """
    first = as_vector(start, "start", net.inputs)
    slope = tuple(b - a for a, b in zip(first, as_vector(end, "end", net.inputs), strict=True))
    entry = net.layers[0]
    line = (
        linalg.mat_vec(entry.weight, slope),
        linalg.add(linalg.mat_vec(entry.weight, first), entry.bias),
    )
    t = Fraction(0)
    while t < 1:
        following, pattern, a, b = _piece(net, t, *line)
        yield t, following, pattern, a, b
        t = following


def _piece(
    net: ReluNetwork, t: Fraction, slopes: Vector, intercepts: Vector
) -> tuple[Fraction, Pattern, Vector, Vector]:
    """The piece just right of t, given the first layer's pre-activations as functions of t."""
    following, bits = Fraction(1), []
    for layer, after in zip(net.layers, net.layers[1:], strict=False):
        factors = []
        for a, b, left in zip(slopes, intercepts, layer.slopes, strict=True):
            on = left == IDENTITY or (a * t + b or a) > 0
            if left != IDENTITY and a and -b / a > t:
                following = min(following, -b / a)
            bits.append(int(on))
            factors.append(Fraction(1) if on else left)
        slopes = tuple(f * a for f, a in zip(factors, slopes, strict=True))
        intercepts = tuple(f * b for f, b in zip(factors, intercepts, strict=True))
        slopes = linalg.mat_vec(after.weight, slopes)
        intercepts = linalg.add(linalg.mat_vec(after.weight, intercepts), after.bias)
    return following, tuple(bits), slopes, intercepts
