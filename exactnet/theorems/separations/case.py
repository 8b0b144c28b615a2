"""What is known of one entry beyond its proof: its own comparisons, sizes and tables."""

from dataclasses import dataclass, field
from fractions import Fraction

from exactnet.constructions.separations.record import Separation
from exactnet.limits import Limits, Progress
from exactnet.networks.network import ReluNetwork
from exactnet.theorems.report import PROVED, Comparison, Hypothesis, ReportTable
from exactnet.verification.verdicts import Result


@dataclass(frozen=True, slots=True)
class Given:
    """An entry with its proof, the exact count of its regions (None if not counted), and limits."""

    entry: Separation
    proof: Result
    regions: int | None
    limits: Limits
    progress: Progress

    @property
    def proved(self) -> bool | None:
        """Whether the proof succeeded; None where it is open."""
        return PROVED[self.proof.verdict]


@dataclass(frozen=True, slots=True)
class Case:
    """The part of a report that is special to a family; ``statement`` is what is compared."""

    statement: str
    comparisons: tuple[Comparison, ...]
    sizes: dict[str, int] = field(default_factory=dict)
    hypotheses: tuple[Hypothesis, ...] = ()
    tables: tuple[ReportTable, ...] = ()
    rests_on: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def at_least(name: str, left: int | Fraction, right: int | Fraction) -> Comparison:
    """left >= right, decided."""
    return Comparison(name, left, ">=", right, left >= right)


def at_most(name: str, left: int | Fraction, right: int | Fraction) -> Comparison:
    """left <= right, decided."""
    return Comparison(name, left, "<=", right, left <= right)


def equal(given: Given) -> Comparison:
    """The network is the function, as far as it was proved."""
    return Comparison("network and function", "f", "=", given.entry.target.expression, given.proved)


def parameters(net: ReluNetwork) -> int:
    """The number of weights and biases of a network that are not 0.

    >>> parameters(ReluNetwork.of([([[1, 0]], [0]), ([[2]], [3])]))
    3
    """
    return sum(
        sum(1 for row in layer.weight for w in row if w) + sum(1 for b in layer.bias if b)
        for layer in net.layers
    )
