"""Samples of fractal distributions in floats, with labels that are exact all the same.

A sample is F_w(u): u is drawn in the box of the IFS, w is a random word. The map F_w is applied in
blocks of letters; the coefficients of a block are computed exactly and rounded once. Rounding moves
the point by at most e = g (|A| |u| + |b|) a block, g = 2 (d + 3) 2^-53, hence F_w^-1 of the float
point differs from u by at most

    slack = sum over blocks of L^(letters from that block inwards) * e,   L = max |A_i^-1|

in the sup-norm; a point that is stored in float32 moves by another 2^-24 of its size at the end,
|w| letters inwards. Points u closer than the slack to the border of the part they are drawn from
are drawn again. So the float point, read as an exact rational, lies in the interior of F_w(K_0) and
off (or in) the next cells as its label says. The redrawn collar has a share of some 10^-12 for a
few levels (10^-5 in float32); beyond 2^-20 of a side (2^-10) the format cannot tell finest cells
apart, and sampling is refused.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from exactnet.errors import InputError, InputTypeError
from exactnet.exact.linalg import sup_norm
from exactnet.fractals.parts import Parts
from exactnet.fractals.prefractal import Prefractal, inverses
from exactnet.geometry.affine import AffineMap
from exactnet.geometry.box import Box

Floats: TypeAlias = npt.NDArray[np.float64]
Columns: TypeAlias = list[Floats]  # one array a coordinate

CHUNK = 2**17  # points made at a time, so that they stay in the cache
MAX_TABLE = 4096  # words whose maps are tabled
MAX_POINTS = 10**9
LARGEST = {"float64": 2**1000, "float32": 2**126}
FINEST = {"float64": Fraction(1, 2**20), "float32": Fraction(1, 2**10)}
THINNEST = Fraction(1, 1000)


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """The maps F_w of all words of one length, in lexicographic order, as floats.

    Entries of a matrix that no word changes are kept as one number.
    """

    matrix: tuple[tuple[Floats | float, ...], ...]
    translation: tuple[Floats, ...]
    error: Fraction

    @classmethod
    def of(cls, maps: Sequence[AffineMap], reach: Fraction) -> "Table":
        """The table, and the bound on what rounding does to points with |u| <= reach."""
        d = maps[0].dim
        columns = [[_column([f.matrix[j][k] for f in maps]) for k in range(d)] for j in range(d)]
        shifts = tuple(np.array([float(f.translation[j]) for f in maps]) for j in range(d))
        return cls(tuple(map(tuple, columns)), shifts, rounding(maps, reach))

    def apply(self, words: npt.NDArray[np.int64], u: Columns) -> Columns:
        """F_w(u), a word for each point."""
        moved = []
        for row, shift in zip(self.matrix, self.translation, strict=True):
            total = shift[words]
            for entry, values in zip(row, u, strict=True):
                if isinstance(entry, float):
                    if entry:
                        total += entry * values
                else:
                    total += entry[words] * values
            moved.append(total)
        return moved


def _column(values: Sequence[Fraction]) -> Floats | float:
    first = values[0]
    return float(first) if len(set(values)) == 1 else np.array([float(v) for v in values])


def rounding(maps: Sequence[AffineMap], reach: Fraction) -> Fraction:
    """A bound on |fl(A u + b) - (A u + b)| over maps, A and b rounded once, |u| <= reach."""
    unit = Fraction(2 * (maps[0].dim + 3), 2**53)
    sizes = (
        sum((abs(v) for v in row), start=Fraction(0)) * reach + abs(shift)
        for f in maps
        for row, shift in zip(f.matrix, f.translation, strict=True)
    )
    return unit * max(sizes) + Fraction(1, 2**1000)  # the last: underflow


@lru_cache(maxsize=32)
def table(maps: tuple[AffineMap, ...], length: int, reach: Fraction) -> Table:
    """The table of the words of a length."""
    cells = Prefractal(maps, Box.cube(maps[0].dim), length).cells()
    return Table.of([cell.map for cell in cells], reach)


@dataclass(frozen=True, slots=True, eq=False)
class Sampler:
    """Draws points of the parts of a distribution."""

    parts: Parts
    reach: Fraction  # twice the largest |coordinate| of K_0
    stretch: Fraction  # L
    dtype: str
    stored: Fraction  # how far storing moves a point

    @classmethod
    def of(cls, parts: Parts, dtype: str = "float64") -> "Sampler":
        """The sampler of a distribution's parts; ``dtype`` is "float64" or "float32"."""
        if dtype not in FINEST:
            raise InputError.about(
                "dtype", f"one of {', '.join(FINEST)}", f"{dtype!r:.40}", "Use 'float64'."
            )
        base = parts.ifs.base
        _check_range(parts, dtype)
        reach = 2 * max(abs(v) for v in (*base.lower, *base.upper))
        stored = reach / 2**25 + Fraction(1, 2**149) if dtype == "float32" else Fraction(0)
        stretch = max(sup_norm(f.matrix) for f in inverses(parts.ifs.maps))
        return cls(parts, reach, stretch, dtype, stored)

    def sample(
        self, masses: Sequence[float], m: int, seed: int
    ) -> tuple[npt.NDArray[Any], npt.NDArray[np.int8]]:
        """m points with labels; part k has probability masses[k]."""
        _check_integer(m, "m", MAX_POINTS)
        _check_integer(seed, "seed", 2**128)
        slacks = [self._slack(k) for k in range(len(masses)) if masses[k]]
        self._check(max(slacks))
        rng = np.random.default_rng(seed)
        bounds = np.cumsum(masses)[:-1] / sum(masses)
        x = np.empty((m, self.parts.ifs.dim), dtype=self.dtype)
        y = np.empty(m, dtype=np.int8)
        for first in range(0, m, CHUNK):
            size = min(CHUNK, m - first)
            part = np.searchsorted(bounds, rng.random(size), side="right")
            y[first : first + size] = np.where(part == len(bounds), 1, -1)
            for k in range(len(masses)):
                chosen = np.flatnonzero(part == k)
                if len(chosen):
                    columns = self.draw(rng, k, len(chosen))
                    for j, column in enumerate(columns):
                        x[first + chosen, j] = column
        return x, y

    def draw(self, rng: np.random.Generator, part: int, count: int) -> Columns:
        """Points of one part: 0..n-1 are the negatives of level 1..n, n the positives."""
        slack = self._slack(part)
        box = self.parts.core if part == self.parts.depth else self.parts.central
        if box is None:
            u = self._shell(rng, count, slack)
        else:
            u = _in_box(rng, box, count, 2 * slack + self.reach / 2**48)
        for length in reversed(self._blocks(part)):
            tabled = table(self.parts.ifs.maps, length, self.reach)
            u = tabled.apply(rng.integers(0, self.parts.ifs.r**length, count), u)
        return u

    def _blocks(self, letters: int) -> list[int]:
        """The lengths of the blocks, outermost first."""
        longest = 1
        while self.parts.ifs.r ** (longest + 1) <= MAX_TABLE and longest < letters:
            longest += 1
        whole, rest = divmod(letters, longest)
        return ([rest] if rest else []) + [longest] * whole

    def _slack(self, letters: int) -> Fraction:
        """How far F_w^-1 of the float point may be from u, |w| = letters."""
        blocks, total, inwards = self._blocks(letters), self.stretch**letters * self.stored, 0
        for length in reversed(blocks):
            inwards += length
            error = table(self.parts.ifs.maps, length, self.reach).error
            total += self.stretch**inwards * error
        return total

    def _shell(self, rng: np.random.Generator, count: int, slack: Fraction) -> Columns:
        """Points of K_0 off all images, by rejection."""
        wanted, found = count, []
        while wanted > 0:
            tries = int(wanted / float(self.parts.gap) * 1.05) + 16
            u = _in_box(rng, self.parts.ifs.base, tries, 2 * slack + self.reach / 2**48)
            keep = np.flatnonzero(~self._in_images(u, slack))[:wanted]
            found.append([values[keep] for values in u])
            wanted -= len(keep)
        return [np.concatenate(columns) for columns in zip(*found, strict=True)]

    def _in_images(self, u: Columns, slack: Fraction) -> npt.NDArray[np.bool_]:
        """Whether points lie in some image, or too close to tell after rounding."""
        base, inside = self.parts.ifs.base, np.zeros(len(u[0]), dtype=np.bool_)
        zero = np.zeros(len(u[0]), dtype=np.int64)
        for inverse in inverses(self.parts.ifs.maps):
            one = Table.of([inverse], self.reach)
            collar = 2 * (self.stretch * slack + one.error) + self.reach / 2**48
            within = np.ones(len(u[0]), dtype=np.bool_)
            for low, high, z in zip(base.lower, base.upper, one.apply(zero, u), strict=True):
                within &= (z > float(low - collar)) & (z < float(high + collar))
            inside |= within
        return inside

    def _check(self, slack: Fraction) -> None:
        """float64 must resolve the finest cells, and shells be thick enough for rejection."""
        base = self.parts.ifs.base
        boxes = [base, self.parts.core, self.parts.central or base]
        side = min(b - a for box in boxes for a, b in zip(box.lower, box.upper, strict=True))
        if slack > side * FINEST[self.dtype]:
            shown = f"{float(min(slack, Fraction(10**300))):.1g}"
            raise InputError.about(
                "sample",
                f"cells that {self.dtype} can tell apart",
                f"depth {self.parts.depth}, where rounding moves points by {shown}",
                "Sample a smaller depth.",
            )
        if self.parts.gap < THINNEST and self.parts.central is None:
            raise InputError.about(
                "sample",
                f"images that leave at least {THINNEST} of K_0 free",
                f"{float(self.parts.gap):.1g}",
                "Shrink a map.",
            )


def _check_range(parts: Parts, dtype: str) -> None:
    """Coordinates and entries of the maps must be far from an overflow."""
    base = parts.ifs.base
    entries = (v for f in parts.ifs.maps for row in f.matrix for v in row)
    if max(map(abs, (*base.lower, *base.upper, *entries))) > LARGEST[dtype]:
        raise InputError.about(
            "sample", f"a base and maps in the range of {dtype}", "larger numbers", "Scale them."
        )


def _in_box(rng: np.random.Generator, box: Box, count: int, inset: Fraction) -> Columns:
    """Uniform points of a box, at least ``inset`` (with room for rounding) inside."""
    columns = []
    for low, high in zip(box.lower, box.upper, strict=True):
        a, b = float(low + inset), float(high - inset)
        columns.append(np.clip(a + (b - a) * rng.random(count), a, b))
    return columns


def _check_integer(value: Any, where: str, most: int) -> None:
    if not isinstance(value, (int, np.integer)) or isinstance(value, bool):
        raise InputTypeError.about(where, "an integer", type(value).__name__, "Write 1000.")
    if not 0 <= value <= most:
        raise InputError.about(where, f"0..{most}", f"{value}"[:40], "Choose a value there.")
