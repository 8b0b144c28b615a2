"""Does a sample come from a fractal distribution? Chi-square tests against its exact masses.

Three tests: how many points belong to each part; to which cell of it (words are equally likely);
and where they lie in their cell (a grid, with the exact volume of each box off the images). The
second and third are conditional on the counts of the first, so all have their usual degrees of
freedom. This is statistics in floats: points within 10^-9 of a border count as their label says.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise, product
from math import exp, inf, lgamma, log

import numpy as np
import numpy.typing as npt

from exactnet.errors import InputError, InputTypeError
from exactnet.fractals.parts import Parts
from exactnet.fractals.prefractal import inverses
from exactnet.geometry.box import Box
from exactnet.geometry.polyhedron import Polyhedron

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
# A statistical test in floats, which proves nothing: points this near a border, in a cell's own
# coordinates, are counted on the side that their label says.
NEAR = 1e-9
FEWEST = 10.0  # expected points in a bin
MAX_BINS = 4096


@dataclass(frozen=True, slots=True)
class ChiSquare:
    """A chi-square statistic with its degrees of freedom and p-value."""

    name: str
    statistic: float
    degrees: int

    @property
    def p_value(self) -> float:
        """The probability of a statistic at least as large."""
        return chi_square_survival(self.statistic, self.degrees)


@dataclass(frozen=True, slots=True)
class GoodnessOfFit:
    """The three tests, and how many points lie where the distribution has none."""

    tests: tuple[ChiSquare, ...]
    off_support: int

    @property
    def p_value(self) -> float:
        """0 if a point is off the support, else the least p-value times the number of tests."""
        if self.off_support:
            return 0.0
        return min(1.0, len(self.tests) * min(test.p_value for test in self.tests))


def chi_square_survival(statistic: float, degrees: int) -> float:
    """Pr[X >= statistic] for X chi-square distributed: the regularised Gamma(k/2, s/2).

    By its series below the mean, by Lentz's continued fraction above it, each until a double no
    longer changes: a p-value, not a decision.

    >>> round(chi_square_survival(3.841458820694124, 1), 12), chi_square_survival(0.0, 4)
    (0.05, 1.0)
    """
    if degrees <= 0 or statistic <= 0:
        return 1.0
    a, x = degrees / 2, statistic / 2
    front = exp(a * log(x) - x - lgamma(a))
    if x < a + 1:
        term = total = 1 / a
        k = a
        while term > total * 1e-17:
            k += 1
            term *= x / k
            total += term
        return max(0.0, 1 - front * total)
    b = x + 1 - a
    c, d = 1e300, 1 / b
    result, k = d, 0
    while True:
        k += 1
        b += 2
        factor = k * (a - k)
        d, c = 1 / (factor * d + b), b + factor / c
        result *= c * d
        if abs(c * d - 1) < 1e-15 or k > 100_000:
            return front * result


def goodness_of_fit(
    parts: Parts, masses: Sequence[float], x: Floats, y: npt.NDArray[np.int8]
) -> GoodnessOfFit:
    """Test a sample (x, y) against the parts with these masses."""
    points, labels = _checked(parts, x, y)
    n, r = parts.depth, parts.ifs.r
    kept = _letters(inf, r, n)
    part, words, local = _locate(parts, points, labels, kept)
    known = part >= 0
    known[known] = np.array(masses)[part[known]] > 0
    counts = np.bincount(part[known], minlength=n + 1).astype(float)
    present = [k for k in range(n + 1) if masses[k]]
    expected = len(points) * np.array([masses[k] for k in present]) / sum(masses)
    tests = [_test("parts", [(counts[present], expected)])]
    cells = []
    for k in present:
        letters = _letters(counts[k], r, k)
        prefix = words[known & (part == k)] // r ** (min(k, kept) - letters)
        seen = np.bincount(prefix, minlength=r**letters).astype(float)
        cells.append((seen, np.full(r**letters, counts[k] / r**letters)))
    tests.append(_test("cells", cells))
    grids = []
    for chosen, box in ((known & (part < n), parts.central), (known & (part == n), parts.core)):
        if chosen.any():
            grids.append(_grid(parts, box, local[chosen]))
    tests.append(_test("inside", grids))
    return GoodnessOfFit(tuple(tests), int(np.count_nonzero(~known)))


def _checked(parts: Parts, x: Floats, y: npt.NDArray[np.int8]) -> tuple[Floats, Ints]:
    try:
        points, labels = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    except (TypeError, ValueError) as error:
        raise InputTypeError.about(
            "goodness_of_fit", "arrays of numbers", "others", "Pass what sample returns."
        ) from error
    if points.ndim != 2 or points.shape[1] != parts.ifs.dim or labels.shape != points.shape[:1]:
        raise InputError.about(
            "goodness_of_fit",
            f"points (m, {parts.ifs.dim}) and labels (m,)",
            f"{points.shape} and {labels.shape}",
            "Pass what sample returns.",
        )
    if not len(points) or not np.isin(labels, (-1, 1)).all():
        raise InputError.about(
            "goodness_of_fit", "labels 1 and -1", "others, or none", "Pass what sample returns."
        )
    return points, labels.astype(np.int64)


def _letters(count: float, r: int, longest: int) -> int:
    """How many letters of a word are told apart: enough points a cell."""
    letters = 0
    while (
        letters < longest
        and count >= FEWEST * r ** (letters + 1)
        and (r ** (letters + 1) <= MAX_BINS)
    ):
        letters += 1
    return letters


def _locate(parts: Parts, points: Floats, labels: Ints, kept: int) -> tuple[Ints, Ints, Floats]:
    """The part of each point (-1: none), its first letters as a number, and its coordinates."""
    n, local, words = parts.depth, points.copy(), np.zeros(len(points), dtype=np.int64)
    level = np.zeros(len(points), dtype=np.int64)
    inside = _within(parts.ifs.base, local, np.full(len(points), NEAR))
    alive = np.flatnonzero(inside)
    for step in range(n):
        following = []
        for letter, inverse in enumerate(inverses(parts.ifs.maps)):
            matrix = np.array([[float(v) for v in row] for row in inverse.matrix])
            moved = local[alive] @ matrix.T + np.array([float(v) for v in inverse.translation])
            hit = _within(parts.ifs.base, moved, np.where(labels[alive] > 0, NEAR, -NEAR))
            members = alive[hit]
            local[members], alive = moved[hit], alive[~hit]
            if step < kept:
                words[members] = words[members] * parts.ifs.r + letter
            level[members] += 1
            following.append(members)
        alive = np.concatenate(following)
    part = np.where((labels > 0) == (level == n), level, -1)
    part[~inside] = -1
    for box, own in ((parts.central, level < n), (parts.core, level == n)):
        if box is not None:
            part[own & ~_within(box, local, np.full(len(points), NEAR))] = -1
    return part, words, local


def _within(box: Box, points: Floats, slack: Floats) -> npt.NDArray[np.bool_]:
    result = np.ones(len(points), dtype=np.bool_)
    for j, (low, high) in enumerate(zip(box.lower, box.upper, strict=True)):
        room = slack * float(high - low)
        result &= (points[:, j] > float(low) - room) & (points[:, j] < float(high) + room)
    return result


def _grid(parts: Parts, box: Box | None, local: Floats) -> tuple[Floats, Floats]:
    """Counts in a grid over the box drawn from (None: K_0 off the images), and expectations."""
    frame = box or parts.ifs.base
    d = frame.dim
    fine = 4 if d <= 3 else 2
    number = np.zeros(len(local), dtype=np.int64)
    for j, (low, high) in enumerate(zip(frame.lower, frame.upper, strict=True)):
        place = np.floor((local[:, j] - float(low)) / float(high - low) * fine)
        number = number * fine + np.clip(place, 0, fine - 1).astype(np.int64)
    counts = np.bincount(number, minlength=fine**d).astype(float)
    shares = np.array([float(v) for v in _shares(parts, frame, box is None, fine)])
    return counts, len(local) * shares


def _shares(parts: Parts, frame: Box, shell: bool, fine: int) -> list[Fraction]:
    """The exact probability of every box of the grid."""
    sides = []
    for low, high in zip(frame.lower, frame.upper, strict=True):
        marks = [low + (high - low) * Fraction(k, fine) for k in range(fine + 1)]
        sides.append(list(pairwise(marks)))
    total = frame.volume() * (parts.gap if shell else 1)
    shares = []
    for choice in product(*sides):
        bin_ = Box.of(choice)
        volume = bin_.volume()
        if shell:
            volume -= parts.overlap(Polyhedron.of_box(bin_))
        shares.append(volume / total)
    return shares


def _test(name: str, tables: Sequence[tuple[Floats, Floats]]) -> ChiSquare:
    """The sum of the chi-square statistics of tables (counts, expectations) of fixed totals."""
    statistic, degrees = 0.0, 0
    for counts, expected in tables:
        rare = expected < FEWEST
        seen = np.append(counts[~rare], counts[rare].sum())
        wanted = np.append(expected[~rare], expected[rare].sum())
        if wanted[-1] < FEWEST:  # too few to test by themselves: with the largest bin
            largest = int(np.argmax(wanted))
            if largest != len(wanted) - 1:
                seen[largest] += seen[-1]
                wanted[largest] += wanted[-1]
                seen, wanted = seen[:-1], wanted[:-1]
        if not wanted.all():  # no point at all came from here
            continue
        statistic += float(((seen - wanted) ** 2 / wanted).sum())
        degrees += len(wanted) - 1
    return ChiSquare(name, statistic, degrees)
