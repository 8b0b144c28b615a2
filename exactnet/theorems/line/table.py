"""The dynamic programme of ``line.optimum``: predictions on runs with few sign changes."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from math import floor
from typing import TypeAlias

from exactnet.exact.radicals import BinaryRadical, ExactReal, collapsed, enclose
from exactnet.exact.rationals import common_denominator
from exactnet.limits import Limits
from exactnet.theorems.line.law import Mass
from exactnet.theorems.line.networks import LineSigns

ZERO = Fraction(0)

Number: TypeAlias = int | ExactReal


@dataclass(frozen=True, slots=True)
class Prices:
    """The certificate that a prediction with this first sign and number of changes is best."""

    first: int
    changes: int
    values: tuple[ExactReal, ...]


def merged(masses: Sequence[Mass]) -> tuple[Mass, ...]:
    """The runs: neighbours put together while negatives minus positives keeps its sign."""
    runs: list[Mass] = []
    signs: list[int] = []
    for mass in masses:
        gain = mass.negative - mass.positive
        sign = (gain > 0) - (gain < 0)
        if runs and (sign in (0, signs[-1]) or not signs[-1]):
            last = runs[-1]
            runs[-1] = Mass(
                last.low,
                mass.high,
                collapsed(last.positive + mass.positive),
                collapsed(last.negative + mass.negative),
            )
            signs[-1] = signs[-1] or sign
        else:
            runs.append(mass)
            signs.append(sign)
    return tuple(runs)


@dataclass(frozen=True, slots=True)
class Scaled:
    """Masses of positives and of negatives times ``scale``: integers where all are rational.

    Sums of integers are much faster than sums of fractions. Where a mass is irrational ``scale`` is
    1, and the masses are as they were.
    """

    masses: tuple[tuple[Number, Number], ...]
    scale: int
    rational: bool

    @classmethod
    def of(cls, runs: Sequence[Mass], *others: ExactReal) -> "Scaled":
        """The masses of runs; ``others`` are numbers that are to be integers as well."""
        flat = [mass for run in runs for mass in (run.positive, run.negative)]
        rational = [mass for mass in (*flat, *others) if isinstance(mass, Fraction)]
        if len(rational) < len(flat) + len(others):
            return cls(tuple((run.positive, run.negative) for run in runs), 1, False)
        scale = common_denominator(rational)
        whole = [int(mass * scale) for mass in rational[: len(flat)]]
        return cls(tuple(zip(whole[::2], whole[1::2], strict=True)), scale, True)

    def up(self, value: ExactReal) -> Number:
        """A number times the scale; an integer for sums of the masses and for the others."""
        scaled = value * self.scale
        if not self.rational or isinstance(scaled, BinaryRadical) or scaled.denominator > 1:
            return scaled
        return scaled.numerator

    def back(self, value: Number) -> ExactReal:
        """A number that was scaled, as it was."""
        return collapsed(value) / self.scale

    def whole(self, bits: int) -> Sequence[tuple[int, int]]:
        """Integers: the masses as they are, irrational ones times 2^bits and rounded down."""
        return [
            (_floor(positive, bits), _floor(negative, bits)) for positive, negative in self.masses
        ]


def _floor(mass: Number, bits: int) -> int:
    return mass if isinstance(mass, int) else floor(enclose(mass, bits)[0] * 2**bits)


@dataclass(frozen=True, slots=True)
class RunTable:
    """The least losses with a first sign and exactly c changes, and how they come about.

    Costs are integers: the masses times a common denominator, or 2^bits times irrational masses,
    rounded down. What is read off (predictions and their losses) is exact again.
    """

    runs: tuple[Mass, ...]
    first: int
    scaled: Scaled
    losses: tuple[int | None, ...]  # by number of changes
    changed: tuple[bytearray, ...]  # run, changes -> whether the last of them is before the run

    @classmethod
    def of(
        cls, runs: tuple[Mass, ...], first: int, most: int, bits: int, limits: Limits | None
    ) -> "RunTable":
        """The table for a first sign and at most so many changes."""
        best: list[int | None] = [0, *[None] * most]
        rows: list[bytearray] = []
        scaled = Scaled.of(runs)
        for right, wrong in scaled.whole(bits):
            if limits is not None:
                limits.check_now_and_then(0)
            row = bytearray(most + 1)
            costs = (wrong, right) if first > 0 else (right, wrong)
            for c in range(min(most, len(rows) + 1), -1, -1):
                stay, change = best[c], best[c - 1] if c else None
                if change is not None and (stay is None or change < stay):
                    row[c], stay = 1, change
                best[c] = None if stay is None else stay + costs[c % 2]
            rows.append(row)
        return cls(runs, first, scaled, tuple(best), tuple(rows))

    def labels(self, changes: int) -> list[int]:
        """A best prediction with at most so many changes, walked back from the last run."""
        known = [(loss, c) for c, loss in enumerate(self.losses[: changes + 1]) if loss is not None]
        c = min(known)[1]
        found = []
        for row in reversed(self.changed):
            found.append(self.first if c % 2 == 0 else -self.first)
            c -= row[c]
        return found[::-1]

    def loss(self, changes: int) -> ExactReal:
        """The loss of that prediction."""
        kinds = Counter(
            negative if sign > 0 else positive
            for (positive, negative), sign in zip(
                self.scaled.masses, self.labels(changes), strict=True
            )
        )
        return self.scaled.back(sum((m * count for m, count in kinds.items()), start=ZERO))

    def signs(self, changes: int) -> LineSigns:
        """That prediction; it changes between runs."""
        labels = self.labels(changes)
        at = [
            (left.high + right.low) / 2
            for (left, right), (a, b) in zip(pairwise(self.runs), pairwise(labels), strict=True)
            if a != b
        ]
        return LineSigns(labels[0], tuple(at))

    def prices(self, changes: int) -> Prices:
        """Differences of the values of the problem in which the next change's direction costs."""
        toll = self.scaled.up(self.loss(changes) - self.loss(changes + 2))
        goes_down = (self.first > 0) == (changes % 2 == 0)
        up, down = (0, toll) if goes_down else (toll, 0)
        after: Number = 0  # the value of what follows if the sign here is +, less that for -
        values: list[ExactReal] = []
        known: dict[tuple[Number, Number, Number], tuple[Number, ExactReal]] = {}
        for positive, negative in reversed(self.scaled.masses):
            key = (after, positive, negative)
            if key not in known:
                value = min(max(after + negative - positive, -up), down)
                known[key] = value, self.scaled.back(-value)
            after, price = known[key]
            values.append(price)
        return Prices(self.first, changes, tuple(reversed(values)))
