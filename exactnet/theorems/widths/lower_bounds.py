"""Lower bounds on the width of every network that realises K_n, and the points that show them.

"Realises" means f >= 0 exactly on K_n, within K_0 or everywhere; t hidden layers of relu units.

- regions: r^n cells need r^n regions (images disjoint), and serra bounds the regions.
- line: a network on a line is a network on R, so its sign changes there are bounded by its depth
  and width (``line.narrow``). For d = 1 and t = 1 that is the exact answer.
- directions: a first layer of k < d units is constant along some direction v. Everywhere, {f >= 0}
  would be unbounded. Within K_0 a cell C would be (C + Rv) n K_0, as the part of a line x + Rv in
  K_0 that starts in C cannot leave it: cells are apart. Take a pair of opposite facets of C that v
  is not parallel to. Beyond such a facet, along v, there are no points of K_0; so it lies in a
  facet of K_0, and the pair in two opposite ones, side j. With C = F_w(K_0) and K_0 = [-1, 1]^d, an
  edge from one facet to the other is 2 A_w e_i with |(A_w)_ji| = 1. That is impossible for maps
  that contract in the sup-norm, the norm of K_0; so k >= d then. (For others: ``below_dimension``.)
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from exactnet.errors import LimitReached
from exactnet.exact import linalg
from exactnet.exact.rationals import show_point
from exactnet.fractals.hypotheses import Contact
from exactnet.fractals.ifs import IFS
from exactnet.regions import bounds
from exactnet.theorems.counts import smallest
from exactnet.theorems.line.narrow import changes_within, least_width, width_for_changes
from exactnet.theorems.widths.labelled_points import Sample
from exactnet.theorems.widths.required import MAX_LAYERED
from exactnet.theorems.widths.sections import MAX_PIECES, Line, Section, axis_line, section

MAX_LINES = 64
MAX_PAIRED = 1024  # cells; with more, lines along the axes only


@dataclass(frozen=True, slots=True)
class LowerBound:
    """No network narrower than ``width`` realises K_n, and why.

    ``points`` are points with signs that already rule out narrower networks; empty if the reason is
    not about points.
    """

    width: int
    route: str
    reason: str
    points: tuple[Sample, ...] = ()


TRIVIAL = LowerBound(1, "trivial", "a hidden layer has a unit")


def lower_bounds(ifs: IFS, depth: int, layers: int, everywhere: bool) -> list[LowerBound]:
    """What the arguments of the module give, the best first.

    >>> from exactnet.fractals.gallery import cantor, cantor_dust
    >>> [(b.route, b.width) for b in lower_bounds(cantor(), 2, 1, False)]
    [('line', 5), ('regions', 3), ('directions', 1)]
    >>> [(b.route, b.width) for b in lower_bounds(cantor_dust(), 3, 2, False)]
    [('regions', 4), ('line', 3), ('directions', 2)]
    """
    found = [
        _regions(ifs, depth, layers),
        _line(ifs, depth, layers, everywhere),
        _directions(ifs, depth, everywhere),
    ]
    known = [b for b in found if b is not None]
    return sorted(known, key=lambda b: -b.width) or [TRIVIAL]


def _regions(ifs: IFS, depth: int, layers: int) -> LowerBound | None:
    if ifs.contact is not Contact.DISJOINT:
        return None
    regions = ifs.r**depth
    width = smallest(lambda k: bounds.composed(ifs.dim, layers, k) >= regions)
    name = "(sum C(k, i))^t"
    if width <= MAX_LAYERED and layers > 1:
        name = "the bound of Serra et al."
        width = smallest(lambda k: bounds.serra(ifs.dim, [k] * layers) >= regions)
    return LowerBound(width, "regions", f"r^n = {_short(regions)} regions, by {name}")


def _directions(ifs: IFS, depth: int, everywhere: bool) -> LowerBound | None:
    d = ifs.dim
    if everywhere:
        return LowerBound(d, "directions", f"fewer than d = {d} units see no bounded set")
    if not depth or ifs.contact is not Contact.DISJOINT:
        return None
    if any(linalg.sup_norm(f.matrix) >= 1 for f in ifs.normalised_maps):
        return None
    reason = f"fewer than d = {d} units in the first layer leave a direction in which f is constant"
    return LowerBound(d, "directions", reason)


def _line(ifs: IFS, depth: int, layers: int, everywhere: bool) -> LowerBound | None:
    if ifs.dim == 1 and ifs.contact is Contact.DISJOINT and ifs.r**depth > MAX_PIECES:
        return _many_cells(ifs, depth, layers, everywhere)
    best = _best_section(ifs, depth, everywhere)
    if best is None:
        return None
    width = least_width(layers, best.signs)
    by_changes = width == width_for_changes(layers, len(best.signs.changes))  # else Lemma 5
    points = tuple(Sample(x, sign) for x, sign in best.points()) if by_changes else ()
    where = "K_n" if ifs.dim == 1 else f"the line {_words(best.line)}"
    reason = f"{where}: {_changes(len(best.signs.changes), layers, width)}"
    return LowerBound(width, "line", reason, points)


@lru_cache(maxsize=64)
def _best_section(ifs: IFS, depth: int, everywhere: bool) -> Section | None:
    """The line tried on which the sign changes most often."""
    best: Section | None = None
    for line in islice(_lines(ifs, depth), MAX_LINES):
        try:
            found = section(ifs, depth, line, everywhere)
        except LimitReached:
            break
        if best is None or len(found.signs.changes) > len(best.signs.changes):
            best = found
    return best


def _many_cells(ifs: IFS, depth: int, layers: int, everywhere: bool) -> LowerBound:
    """In one dimension the changes can be counted without listing them."""
    changes = 2 * ifs.r**depth
    if not everywhere:
        changes -= sum(
            (end,) in ifs.prefractal(depth) for end in (ifs.base.lower[0], ifs.base.upper[0])
        )
    width = width_for_changes(layers, changes)
    return LowerBound(width, "line", f"K_n: {_changes(changes, layers, width)}")


def _changes(changes: int, layers: int, width: int) -> str:
    if width == 1:
        return f"{changes} sign changes"
    most = changes_within(layers, width - 1)
    if most >= changes:
        return f"{changes} sign changes, of which the outer ones are equally far apart (Lemma 5)"
    return f"{_short(changes)} sign changes, and width {width - 1} makes {_short(most)} at most"


def _lines(ifs: IFS, depth: int) -> Iterator[Line]:
    """Through the centre of a cell: along the axes, and to other cells' centres."""
    cells = ifs.prefractal(depth).cells()
    centre = next(cells).centre
    for axis in range(ifs.dim):
        yield axis_line(centre, axis)
    if ifs.dim > 1 and ifs.r**depth <= MAX_PAIRED:
        for cell in cells:
            yield centre, tuple(b - a for a, b in zip(centre, cell.centre, strict=True))


def _words(line: Line) -> str:
    origin, direction = line
    return f"{show_point(origin)} + s {show_point(direction)}"


def _short(number: int) -> str:
    return str(number) if number < 10**12 else f"about 2^{number.bit_length() - 1}"
