"""K_n on a line: exactly the stretches on which a network that realises it must be >= 0.

On the line x(s) = origin + s direction the cells are intervals of s. A network restricted to a line
is a network on R with the same hidden layers, so whatever a line demands, K_n demands.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from exactnet.errors import LimitReached
from exactnet.exact.rationals import RationalLike, Vector, as_vector
from exactnet.fractals.ifs import IFS
from exactnet.fractals.prefractal import inverses
from exactnet.geometry.affine import AffineMap
from exactnet.geometry.box import Box
from exactnet.theorems.line.networks import LineSigns

MAX_PIECES = 4096

Interval = tuple[Fraction, Fraction]
Line = tuple[Vector, Vector]  # origin, direction


@dataclass(frozen=True, slots=True)
class Section:
    """A line, the intervals of its parameter s in K_n, and the part of the line asked about.

    ``inside`` are disjoint closed intervals in order, of positive length (a line may also graze
    K_n in single points, which are left out); ``domain`` is None for the whole line.
    """

    line: Line
    inside: tuple[Interval, ...]
    domain: Interval | None

    @property
    def signs(self) -> LineSigns:
        """The signs on the domain, from left to right, and where they change."""
        ends = [s for interval in self.inside for s in interval]
        if self.domain is None:
            return LineSigns(-1, tuple(ends))
        low, high = self.domain
        first = 1 if self.inside and self.inside[0][0] == low else -1
        return LineSigns(first, tuple(s for s in ends if low < s < high))

    def points(self) -> tuple[tuple[Vector, int], ...]:
        """A point in the middle of every stretch, with its label: they alternate.

        >>> from exactnet.fractals.gallery import cantor
        >>> [(str(x), label) for (x,), label in section(cantor(), 1, axis_line((0,), 0)).points()]
        [('-2/3', 1), ('0', -1), ('2/3', 1)]
        """
        changes = self.signs.changes
        ends: tuple[Fraction, ...]
        if self.domain is None:
            ends = (
                (changes[0] - 1, *changes, changes[-1] + 1)
                if changes
                else (Fraction(0), Fraction(1))
            )
        else:
            ends = (self.domain[0], *changes, self.domain[1])
        label, found = self.signs.first, []
        for a, b in pairwise(ends):
            found.append((self.at((a + b) / 2), label))
            label = -label
        return tuple(found)

    def at(self, s: Fraction) -> Vector:
        """x(s)."""
        origin, direction = self.line
        return tuple(o + s * v for o, v in zip(origin, direction, strict=True))


def axis_line(origin: Iterable[RationalLike], axis: int) -> Line:
    """The line through a point along a coordinate; its parameter is that coordinate."""
    point = as_vector(origin, "origin")
    start = tuple(Fraction(0) if j == axis else v for j, v in enumerate(point))
    return start, tuple(Fraction(int(j == axis)) for j in range(len(point)))


def section(ifs: IFS, depth: int, line: Line, everywhere: bool = False) -> Section:
    """K_depth on a line: on K_0, or ``everywhere`` on the line.

    >>> from exactnet.fractals.gallery import cantor_dust
    >>> top = section(cantor_dust(), 2, axis_line((0, 1), 0))
    >>> top.signs.first, len(top.signs.changes)
    (1, 6)

    Raises LimitReached for more than 4096 intervals. Cost: the cells of every level that the line
    meets, times r.
    """
    base = on_box(line, ifs.base)
    if base is None or base[0] == base[1]:
        return Section(line, (), None if everywhere else (Fraction(0), Fraction(1)))
    pieces = sorted(_pieces(ifs, depth, line))
    merged: list[Interval] = []
    for low, high in pieces:
        if merged and low <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(high, merged[-1][1])
        else:
            merged.append((low, high))
    return Section(line, tuple(merged), None if everywhere else base)


def on_box(line: Line, box: Box) -> Interval | None:
    """The parameters at which a line is in a box: an interval, perhaps one point, or None."""
    low: Fraction | None = None
    high: Fraction | None = None
    for o, v, a, b in zip(*line, box.lower, box.upper, strict=True):
        if not v:
            if not a <= o <= b:
                return None
            continue
        start, end = sorted(((a - o) / v, (b - o) / v))
        low = start if low is None else max(low, start)
        high = end if high is None else min(high, end)
    if low is None or high is None or low > high:
        return None
    return low, high


def _pieces(ifs: IFS, depth: int, line: Line) -> Iterator[Interval]:
    """The intervals of positive length in which the line meets the cells."""
    origin, direction = line
    still = (Fraction(0),) * ifs.dim
    stack = [(origin, direction, 0)]
    found = 0
    while stack:
        start, along, level = stack.pop()
        met = on_box((start, along), ifs.base)
        if met is None or met[0] == met[1]:
            continue
        if level == depth:
            found += 1
            if found > MAX_PIECES:
                raise LimitReached(f"a line meets more than {MAX_PIECES} cells")
            yield met
            continue
        for g in inverses(ifs.maps):
            stack.append((g(start), AffineMap(g.matrix, still)(along), level + 1))
