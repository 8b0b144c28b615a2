"""The least 0-1 loss of a prediction on a line with few sign changes: exactly, with a certificate.

With masses p_i (positives) and q_i (negatives) on neighbouring intervals, put together to *runs* on
which q - p has one sign, a prediction with the sign + on a set A has the loss

    sum_i p_i + sum_i g_i x_i,    g_i = q_i - p_i,

x_i in [0, 1] being the share of run i in A, measured by |q - p|. So some best prediction changes
its sign between runs only, and dynamic programming over (run, number of changes so far, first sign)
finds it: costs are sums of the masses, exact numbers, and so are all comparisons.

The certificate needs no trust in that. Fix the sign x_0 (0 or 1) on the far left. A prediction with
c changes goes up and down in turn: with x_0 = 1 down at most ceil(c/2) times and up at most
floor(c/2) times, with x_0 = 0 the other way round. For any prices y_1..y_m, y_(m+1) = 0, with
-b <= y_i <= a and a, b >= 0

    sum_i y_i (x_i - x_(i-1)) <= a #ups + b #downs

(shares of neighbouring runs rise in all by at most #ups, and fall by at most #downs), hence

    loss >= sum_i p_i + sum_i min(0, g_i + y_i - y_(i+1)) - y_1 x_0 - a #ups - b #downs.

The constraints are differences of cumulated ups and downs, so that the linear programme has integer
optima and some prices give equality. They are those of the problem in which the (c+1)-th change's
direction costs L(c) - L(c+2) a time, L(c) the least loss with at most c changes and that first
sign: L decreases convexly along c of one parity. Both first signs have to be certified.
"""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from itertools import pairwise

from exactnet.errors import ConsistencyError, LimitReached
from exactnet.exact.radicals import ExactReal, collapsed
from exactnet.limits import Limits
from exactnet.theorems.line.law import Mass
from exactnet.theorems.line.networks import LineSigns
from exactnet.theorems.line.table import ZERO, Prices, RunTable, Scaled, merged

MAX_STEPS = 20_000_000
FIRST_BITS, MOST_BITS = 128, 4096


@dataclass(frozen=True, slots=True)
class LineOptimum:
    """The least loss with at most ``changes`` sign changes, attained by ``signs``.

    ``prices`` are the certificates for either first sign: ``lower_bound`` of both is >= ``loss``.
    """

    changes: int
    loss: ExactReal
    signs: LineSigns
    prices: tuple[Prices, Prices]


def best_signs(masses: Sequence[Mass], changes: int, limits: Limits | None = None) -> LineOptimum:
    """The best prediction with at most so many sign changes (see the module).

    >>> unit, none = Fraction(1, 8), Fraction(0)
    >>> masses = [Mass(Fraction(i), Fraction(i + 1), (none, unit)[i % 2], (unit, none)[i % 2])
    ...           for i in range(8)]  # - + - + - + - +
    >>> [str(best_signs(masses, c).loss) for c in (0, 1, 2, 6, 7)]
    ['1/2', '3/8', '3/8', '1/8', '0']
    >>> best_signs(masses, 1).signs
    LineSigns(first=-1, changes=(Fraction(1, 1),))

    Cost: runs times changes. Raises LimitReached beyond the limits, 2 * 10^7 such steps, or 4096
    bits that did not tell irrational losses apart.
    """
    return best_signs_for(masses, (changes,), limits)[0]


def best_signs_for(
    masses: Sequence[Mass], changes: Sequence[int], limits: Limits | None = None
) -> tuple[LineOptimum, ...]:
    """``best_signs`` for several numbers of changes, from one table."""
    runs = merged(masses)
    most = max((c for c in changes if c < len(runs) - 1), default=0)
    if (len(runs) + 1) * (most + 3) > MAX_STEPS:
        raise LimitReached(f"{len(runs)} runs with {most} changes are more than {MAX_STEPS} steps")
    bits = FIRST_BITS
    while True:  # ends: so many bits tell the losses of any two predictions apart, if they differ
        tables = [RunTable.of(runs, first, most + 2, bits, limits) for first in (1, -1)]
        found = [
            _from_tables(tables, count) if count < len(runs) - 1 else _free(runs, count)
            for count in changes
        ]
        if all(min(map(partial(_bound, runs), o.prices)) == o.loss for o in found):
            return tuple(found)
        if all(isinstance(m.positive + m.negative, Fraction) for m in runs):
            raise ConsistencyError.about(
                "best_signs", "prices that certify the loss", "less", "Report this bug."
            )
        if bits >= MOST_BITS:
            raise LimitReached(f"{bits} bits do not certify a least loss of irrational masses")
        bits *= 2


def _from_tables(tables: Sequence[RunTable], changes: int) -> LineOptimum:
    best = min(tables, key=lambda table: table.loss(changes))
    plus, minus = (table.prices(changes) for table in tables)
    return LineOptimum(changes, best.loss(changes), best.signs(changes), (plus, minus))


def _free(runs: Sequence[Mass], changes: int) -> LineOptimum:
    """With a change between any two runs every run has the better sign; all prices are 0."""
    signs = [1 if run.positive >= run.negative else -1 for run in runs]
    at = tuple((a.high + b.low) / 2 for a, b in pairwise(runs))
    loss: ExactReal = ZERO
    for run in runs:
        loss = loss + min(run.positive, run.negative)
    free = tuple(Prices(first, changes, (ZERO,) * len(runs)) for first in (1, -1))
    return LineOptimum(changes, collapsed(loss), LineSigns(signs[0], at), (free[0], free[1]))


def lower_bound(masses: Sequence[Mass], prices: Prices) -> ExactReal:
    """What the prices prove: no prediction with their first sign and changes has a smaller loss.

    Only sums and comparisons; the formula of the module.
    """
    return _bound(merged(masses), prices)


def _bound(runs: Sequence[Mass], prices: Prices) -> ExactReal:
    if len(prices.values) != len(runs):
        raise ConsistencyError.about(
            "prices", f"{len(runs)}", f"{len(prices.values)}", "One is due for every run."
        )
    scaled = Scaled.of(runs, *prices.values)
    y = (*map(scaled.up, prices.values), 0)
    up, down = max({0, *y}), max({0, *(-v for v in set(y))})
    few, many = prices.changes // 2, -(-prices.changes // 2)
    ups, downs = (few, many) if prices.first > 0 else (many, few)
    total = -up * ups - down * downs
    if prices.first > 0:
        total = total - y[0]
    kinds = Counter(zip(scaled.masses, pairwise(y), strict=True))
    for ((positive, negative), (here, after)), count in kinds.items():
        total = total + count * (positive + min(0, negative - positive + here - after))
    return scaled.back(total)


def loss_of(masses: Sequence[Mass], signs: LineSigns) -> ExactReal:
    """The 0-1 loss of any prediction on the line; it may change anywhere.

    >>> mass = Mass(Fraction(0), Fraction(1), Fraction(1, 2), Fraction(0))
    >>> loss_of([mass], LineSigns(-1, (Fraction(1, 4),)))
    Fraction(1, 8)
    """
    total: ExactReal = ZERO
    z = signs.changes
    for mass in masses:
        i, j = bisect_right(z, mass.low), bisect_left(z, mass.high)
        if i == j:
            total = total + (mass.negative if signs.sign_after(i) > 0 else mass.positive)
            continue
        for k, (low, high) in enumerate(pairwise([mass.low, *z[i:j], mass.high]), i):
            wrong = mass.negative if signs.sign_after(k) > 0 else mass.positive
            total = total + wrong * ((high - low) / (mass.high - mass.low))
    return collapsed(total)
