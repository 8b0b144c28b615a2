"""The narrowest networks that we can build for K_n, by number of hidden layers: candidates.

Whether one realises K_n is for a proof to say (``minimal`` runs it), so nothing here is
taken on trust. ``everywhere`` asks for all of R^d, otherwise K_0 is enough.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from exactnet.constructions.branches import affine_layer, penalty_rows, relu_layer
from exactnet.constructions.compile import compile_ifs
from exactnet.constructions.fold import fold_level
from exactnet.errors import ConstructionError, InputError, LimitReached
from exactnet.fractals.distribution import central_box
from exactnet.fractals.ifs import IFS
from exactnet.geometry.affine import AffineMap
from exactnet.geometry.box import Box
from exactnet.networks.compose import affine_network, chain
from exactnet.networks.network import ReluNetwork
from exactnet.theorems.line.narrow import two_by_two, zigzag_network
from exactnet.theorems.line.networks import LineSigns, network_of_signs
from exactnet.theorems.widths.sections import Section, axis_line, section

MAX_MAPS = 64  # of an iterated IFS
MAX_CHANGES = 600  # of a network that is written down for its signs


@dataclass(frozen=True, slots=True)
class Candidate:
    """How a network is made, in words, and the network."""

    name: str
    network: ReluNetwork


def candidates(ifs: IFS, depth: int, layers: int, everywhere: bool) -> list[Candidate]:
    """Networks with at most ``layers`` hidden layers that should realise K_depth, narrowest first.

    >>> from exactnet.fractals.gallery import cantor
    >>> for c in candidates(cantor(), 2, 2, False):
    ...     print(c.network.width, c.name)
    3 folds of levels, then signs
    3 all gaps folded onto one
    4 all cells folded onto one
    5 one hidden layer
    """
    makers: list[Callable[[IFS, int, int, bool], Iterator[Candidate]]] = [_folds, _compiled]
    makers.append(_on_the_line if ifs.dim == 1 else _corners)
    found = []
    for make in makers:
        try:
            found += list(make(ifs, depth, layers, everywhere))
        except (ConstructionError, InputError, LimitReached):
            continue  # it does not apply here
    return sorted(found, key=lambda c: (c.network.width, c.network.depth))


def _on_the_line(ifs: IFS, depth: int, layers: int, everywhere: bool) -> Iterator[Candidate]:
    """Made for the sign changes alone, wherever they are."""
    whole = section(ifs, depth, axis_line((0,), 0), everywhere)
    signs = whole.signs
    if len(signs.changes) > MAX_CHANGES:
        return
    if layers > 1:
        yield from _two_layers(whole)
    yield Candidate("one hidden layer", network_of_signs(signs))


def _two_layers(whole: Section) -> Iterator[Candidate]:
    signs = whole.signs
    if len(signs.changes) == 6:
        yield from _pair(signs)
    yield Candidate("all cells folded onto one", zigzag_network(whole.inside, 1))
    if whole.domain is None:
        return
    low, high = whole.domain
    ends = [*([low - 1] if signs.first < 0 else []), *signs.changes]
    gaps = list(zip(ends[::2], [*ends[1::2], high + 1], strict=False))
    if gaps:
        yield Candidate("all gaps folded onto one", zigzag_network(gaps, -1))
    if len(signs.changes) == 5:  # a sixth change outside K_0, to make the outer stretches uneven
        z = signs.changes
        yield from _pair(LineSigns(signs.first, (*z, high + 1 + z[1] - z[0])))


def _pair(signs: LineSigns) -> Iterator[Candidate]:
    network = two_by_two(signs)
    if network is not None:
        yield Candidate("two layers of two units", network)


def _compiled(ifs: IFS, depth: int, layers: int, everywhere: bool) -> Iterator[Candidate]:
    """The method "exact" where there are enough layers."""
    if layers > 2 * depth:
        yield Candidate("method 'exact'", compile_ifs(ifs, depth))


def _folds(ifs: IFS, depth: int, layers: int, everywhere: bool) -> Iterator[Candidate]:
    """Several levels folded at once, evenly over all layers but the last.

    The last one tells K_rest from its complement: by its signs on the line, else K_0 (rest 0).
    """
    best: ReluNetwork | None = None
    for rest in range(depth + 1 if ifs.dim == 1 else 1):
        sizes = _shares(depth - rest, layers - 1)
        most = max(sizes or [], default=0)
        if sizes is None or ifs.r**most > MAX_MAPS or 2 * ifs.r**rest > MAX_CHANGES:
            continue
        steps = {size: _fold(ifs, size) for size in set(sizes)}
        parts = [affine_network(ifs.base.to_cube()), *(steps[size] for size in sizes)]
        network = chain([*parts, _last(ifs, rest)])
        if best is None or network.width < best.width:
            best = network
    if best is not None:
        name = "folds of levels, then signs" if best.depth > 1 else "one hidden layer"
        yield Candidate(name, best)


@lru_cache(maxsize=64)
def _fold(ifs: IFS, times: int) -> ReluNetwork:
    """One layer that folds so many levels; ConstructionError where orientations forbid it."""
    return fold_level(iterated(ifs, times))[0]


def _shares(levels: int, layers: int) -> list[int] | None:
    """The levels shared out evenly over at most so many layers; None where there is no layer."""
    if not levels:
        return []
    if not layers:
        return None
    share, more = divmod(levels, min(layers, levels))
    return [share + (k < more) for k in range(min(layers, levels))]


def iterated(ifs: IFS, times: int) -> IFS:
    """The IFS of all compositions F_w, |w| = times: its K_n is K_(times n).

    >>> from exactnet.fractals.gallery import cantor
    >>> iterated(cantor(), 2).prefractal(1).volume() == cantor().prefractal(2).volume()
    True
    """
    maps = tuple(cell.map for cell in ifs.prefractal(times).cells())
    return IFS(maps, ifs.base, ifs.name)


def _last(ifs: IFS, rest: int) -> ReluNetwork:
    """One hidden layer that is >= 0 exactly on K_rest, in coordinates in which K_0 is the cube."""
    d = ifs.dim
    if d == 1:
        cube = IFS(ifs.normalised_maps, Box.cube(1), ifs.name)
        return network_of_signs(section(cube, rest, axis_line((0,), 0), True).signs)
    rows = penalty_rows(AffineMap.identity(d), Fraction(1), extra=0)
    return ReluNetwork((relu_layer(rows), affine_layer([[Fraction(-1)] * (2 * d)], [Fraction(0)])))


def _corners(ifs: IFS, depth: int, layers: int, everywhere: bool) -> Iterator[Candidate]:
    """In the plane, n = 1, on K_0: four corners left by a cross. One hidden layer of five units.

    With u and v the distances from the middle of the cross in halves of its arms,
    min(|u|, |v|) - 1 = |u| + |v| - (|u + v| + |u - v|)/2 - 1, and |z| = 2 relu(z) - z leaves a
    linear term -v, which on K_0 takes one unit.
    """
    if ifs.dim != 2 or depth != 1 or everywhere:
        return
    cross = central_box(ifs)
    sides = zip(cross.lower, cross.upper, strict=True)
    (m, n), (g, h) = cross.centre, ((b - a) / 2 for a, b in sides)
    u, v = [1 / g, Fraction(0), -m / g], [Fraction(0), 1 / h, -n / h]
    least = (n - ifs.base.lower[1]) / h
    both = [a + b for a, b in zip(u, v, strict=True)]
    apart = [a - b for a, b in zip(u, v, strict=True)]
    rows = [u, v, both, apart, [v[0], v[1], v[2] + least]]
    weights = [[Fraction(w) for w in (2, 2, -1, -1, -1)]]
    yield Candidate(
        "the smaller of two distances",
        ReluNetwork((relu_layer(rows), affine_layer(weights, [least - 1]))),
    )
