"""Means over seeds with confidence intervals: statistics in floats, which proves nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import atan, cos, inf, isfinite, nan, pi, sin, sqrt


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean of ``count`` numbers with its confidence interval [low, high].

    One number leaves the whole line as its interval; none has no mean (NaN) either.
    """

    mean: float
    low: float
    high: float
    count: int

    def words(self) -> str:
        """The mean and the interval, or why there is none.

        >>> Estimate(0.5, 0.4, 0.6, 10).words(), estimate([0.5]).words(), estimate([]).words()
        ('0.500 [0.400, 0.600]', '0.500 (one run)', 'no run')
        """
        if self.count < 2:
            return f"{self.mean:.3f} (one run)" if self.count else "no run"
        return f"{self.mean:.3f} [{self.low:.3f}, {self.high:.3f}]"

    @property
    def document(self) -> tuple[float | None, list[float | None]]:
        """The mean and the interval for JSON, which has neither NaN nor infinities."""
        mean, *ends = (v if isfinite(v) else None for v in (self.mean, self.low, self.high))
        return mean, ends


def estimate(values: Sequence[float], level: float = 0.95) -> Estimate:
    """The mean of independent numbers and Student's interval for their expectation.

    >>> found = estimate([1.0, 2.0, 3.0, 4.0])
    >>> found.mean, round(found.low, 4), round(found.high, 4)
    (2.5, 0.4457, 4.5543)
    """
    count = len(values)
    mean = sum(values) / count if values else nan
    if count < 2:
        return Estimate(mean, -inf, inf, count)
    spread = sqrt(sum((value - mean) ** 2 for value in values) / (count - 1) / count)
    reach = spread * student_quantile((1 + level) / 2, count - 1)
    return Estimate(mean, mean - reach, mean + reach, count)


def student_quantile(probability: float, degrees: int) -> float:
    """The q with Pr[T <= q] = probability >= 1/2 for Student's T, by bisection.

    >>> round(student_quantile(0.975, 9), 4), round(student_quantile(0.975, 2), 4)
    (2.2622, 4.3027)
    """
    low, high = 0.0, 1.0
    while student(high, degrees) < probability:
        high *= 2
    while low < (middle := (low + high) / 2) < high:
        if student(middle, degrees) < probability:
            low = middle
        else:
            high = middle
    return high


def student(t: float, degrees: int) -> float:
    """Pr[T <= t] for t >= 0 and a whole number of degrees of freedom: a finite sum.

    Abramowitz and Stegun 26.7.3 and 26.7.4.

    >>> student(1.0, 1)
    0.75
    """
    angle = atan(t / sqrt(degrees))
    term = cos(angle) if degrees % 2 else 1.0
    total = term if degrees > 1 else 0.0
    for k in range(3 if degrees % 2 else 2, degrees - 1, 2):
        term *= (k - 1) / k * cos(angle) ** 2
        total += term
    if degrees % 2:
        return 0.5 + (angle + sin(angle) * total) / pi
    return 0.5 + sin(angle) * total / 2
