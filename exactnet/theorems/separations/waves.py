"""How close functions with few pieces come to a triangle wave: labels at its points, and in L1.

The wave with 2^K pieces on [0, 1] has 2^(K-1) teeth, each 2^(1-K) wide. A function with P affine
pieces has at most P - 1 breaks, so on at least 2^(K-1) - (P - 1) teeth it is affine. There its L1
distance from the tooth is least for the constant 1/2 (the tooth is symmetric, so averaging an
affine function with its mirror image brings it no further away; of constants the median 1/2 is
best), and is then a quarter of the width. Altogether at least (1 - (P-1)/2^(K-1))/4.
"""

from dataclasses import dataclass
from fractions import Fraction
from math import prod

from exactnet.constructions.separations.record import Separation
from exactnet.exact.radicals import ExactReal
from exactnet.theorems.line.law import Mass
from exactnet.theorems.line.narrow import changes_within
from exactnet.theorems.line.optimum import best_signs


@dataclass(frozen=True, slots=True)
class LabelOptimum:
    """The least share of wrong labels with so many sign changes; what a network class can have.

    ``attained`` is True for one hidden layer, where some network of the class has that share.
    """

    layers: int
    nodes: int
    changes: int
    share: ExactReal
    attained: bool


def allowed_nodes(k: int, layers: int) -> int:
    """The largest m with m <= 2^((k-3)/l - 1), that is (2m)^l <= 2^(k-3); 0 if there is none.

    >>> [allowed_nodes(9, l) for l in (1, 2, 3, 4)]
    [32, 4, 2, 1]
    """
    m = 0
    while (2 * (m + 1)) ** layers <= 2 ** max(k - 3, 0) and k > 3:
        m += 1
    return m


def label_optimum(entry: Separation, layers: int, nodes: int) -> LabelOptimum:
    """How many of the entry's labelled points any network of a size must miss, as a share.

    Exact for every function with at most ``changes_within`` sign changes, with the certificate of
    ``best_signs``; attained by a network for one hidden layer.

    >>> from exactnet.constructions.separations import get
    >>> label_optimum(get("telgarsky", k=6), 1, 4).share
    Fraction(29, 64)
    """
    count = len(entry.points)
    half = Fraction(1, 4 * count)
    masses = []
    for (x,), label in entry.points:
        one, none = Fraction(1, count), Fraction(0)
        weights = (one, none) if label else (none, one)
        masses.append(Mass(x - half, x + half, *weights))
    changes = changes_within(layers, nodes)
    return LabelOptimum(layers, nodes, changes, best_signs(masses, changes).loss, layers == 1)


def most_pieces(layers: int, nodes: int) -> int:
    """The most affine pieces on a line with so many layers and nodes in all: prod (n_l + 1).

    The product is largest for equal widths.

    >>> most_pieces(2, 4), most_pieces(3, 8)
    (9, 48)
    """
    share, more = divmod(nodes, layers)
    return prod([share + 2] * more + [share + 1] * (layers - more))


def fewest_distance(power: int, pieces: int) -> Fraction:
    """The L1 distance on [0, 1] that no function with so many pieces undercuts (see the module).

    >>> fewest_distance(6, 9)
    Fraction(3, 16)
    """
    return max(Fraction(0), (1 - Fraction(pieces - 1, 2 ** (power - 1))) / 4)
