"""The largest error of a network at points of the domain: a lower bound on its error."""

import random
from collections.abc import Iterable, Iterator
from fractions import Fraction

from exactnet.constructions.separations.record import Separation
from exactnet.errors import ConsistencyError
from exactnet.exact.rationals import Vector
from exactnet.networks.network import ReluNetwork
from exactnet.verification.claims import plain_value

_SIDES = 64  # denominators of the points


def points_of(entry: Separation, count: int, seed: int = 0) -> Iterator[Vector]:
    """So many rational points of the domain, the same ones for a seed.

    For the sphere's sine pairs of rational points on the unit sphere: inverse stereographic
    projections of rational points.

    >>> from exactnet.constructions.separations import get
    >>> [x] = points_of(get("sphere-sine"), 1)
    >>> x[0] ** 2 + x[1] ** 2, x[2] ** 2 + x[3] ** 2
    (Fraction(1, 1), Fraction(1, 1))
    """
    rng = random.Random(seed)
    box = entry.target.domain
    for _ in range(count):
        if entry.name == "sphere-sine":
            d = entry.parameter("d")
            yield (*_on_sphere(rng, d), *_on_sphere(rng, d))
        else:
            yield tuple(
                low + (high - low) * Fraction(rng.randint(0, _SIDES), _SIDES)
                for low, high in zip(box.lower, box.upper, strict=True)
            )


def _on_sphere(rng: random.Random, d: int) -> Vector:
    flat = [Fraction(rng.randint(-96, 96), 32) for _ in range(d - 1)]
    size = sum((v * v for v in flat), start=Fraction(0))
    point = [2 * v / (size + 1) for v in flat] + [(size - 1) / (size + 1)]
    rng.shuffle(point)
    return tuple(point)


def worst_of(
    entry: Separation, net: ReluNetwork, points: Iterable[Vector]
) -> tuple[Fraction, Vector | None]:
    """The largest error at the points, rounded down by the enclosures, and where it is.

    >>> from exactnet.constructions.separations import get
    >>> entry = get("tree-product", n=2, pieces=4)
    >>> worst, where = worst_of(entry, entry.network, points_of(entry, 500))
    >>> entry.error / 4 < worst <= entry.error
    True
    """
    best, where = Fraction(-1), None
    for x in points:
        low, high = entry.target.enclose(x)
        (value,) = net(x)
        far = max(value - high, low - value)
        if far > best:
            best, where = far, x
    if where is not None and net(where) != (plain_value(net, where),):
        raise ConsistencyError.about("worst_of", "equal evaluations", "others", "Report this bug.")
    return max(best, Fraction(0)), where
