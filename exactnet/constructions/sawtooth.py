"""Sawtooths and their products: exponentially many pieces from depth.

The sawtooth with p pieces maps [0, 1] onto itself, rising and falling p times in turn. Sawtooths
compose like their numbers of pieces multiply, so t levels of p units have p^t pieces, and side by
side in d coordinates p^(td) regions.
"""

from fractions import Fraction

from exactnet.constructions.piecewise_linear import interpolant
from exactnet.errors import InputError, shown
from exactnet.networks.algebra import chain, parallel
from exactnet.networks.network import ReluNetwork

MAX_UNITS = 1_000_000
MAX_WEIGHTS = 4_000_000  # of one layer; all levels share their layers


def sawtooth(pieces: int, levels: int = 1) -> ReluNetwork:
    """The sawtooth with pieces^levels pieces on [0, 1]: ``levels`` layers of ``pieces`` units.

    It takes the value k mod 2 at k / pieces^levels; outside [0, 1] the end pieces go on. For one
    piece it is the identity, without hidden layers.

    >>> teeth = sawtooth(2, levels=3)
    >>> [str(teeth([x])[0]) for x in (0, "1/8", "1/4", "3/16")], teeth.neurons
    (['0', '1', '0', '1/2'], 6)

    Raises InputError for numbers below 1 and for more than 10^6 units or 4 * 10^6 weights a layer.
    """
    _count("pieces", pieces, 1)
    _count("levels", levels, 1)
    _small(1, pieces, levels)
    level = interpolant([(Fraction(k, pieces), k % 2) for k in range(pieces + 1)])
    return chain([level] * levels)


def folding(dim: int, pieces: int, levels: int = 1) -> ReluNetwork:
    """The product of ``dim`` sawtooths, x -> (s(x_1), ..., s(x_dim)): pieces^(levels dim) regions.

    Width dim * pieces, depth ``levels``; it folds [0, 1]^dim onto itself.

    >>> from exactnet.regions.counting import count_regions
    >>> int(count_regions(folding(2, 3, levels=2), box=[(0, 1), (0, 1)]))
    81

    Raises InputError as ``sawtooth`` does.
    """
    _count("dim", dim, 1)
    _count("pieces", pieces, 1)
    _count("levels", levels, 1)
    _small(dim, pieces, levels)
    level = parallel([sawtooth(pieces)] * dim)
    return chain([level] * levels)


def _count(name: str, value: int, least: int) -> None:
    if not isinstance(value, int) or isinstance(value, bool) or value < least:
        raise InputError.about(name, f"an integer >= {least}", shown(value, 20), "Change it.")


def _small(dim: int, pieces: int, levels: int) -> None:
    units = dim * pieces * levels
    if units > MAX_UNITS:
        raise InputError.about(
            "sawtooth", f"at most {MAX_UNITS} units", shown(units, 20), "Take fewer pieces."
        )
    weights = dim * pieces * (dim if levels == 1 or pieces == 1 else dim * pieces)
    if weights > MAX_WEIGHTS:
        raise InputError.about(
            "sawtooth", f"at most {MAX_WEIGHTS} weights a layer", str(weights), "Take fewer pieces."
        )
