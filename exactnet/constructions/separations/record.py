"""The one shape of every depth separation: function, deep network, published claims, shallow one.

What is proved of an entry is in ``exactnet.theorems.separations``, which may count regions; here
are only the objects, exact and without any claim that is not written down.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Literal

from exactnet.constructions.separations.circuits import Circuit
from exactnet.errors import ConstructionError, InputError
from exactnet.exact.rationals import Vector
from exactnet.exact.rows import Row
from exactnet.exact.trigonometry import Interval
from exactnet.geometry.box import Box
from exactnet.networks.network import ReluNetwork

Norm = Literal["equal", "sup", "L1", "labels"]
Wording = Literal["abstract", "secondary source", "formal proof", "memory", "own"]


@dataclass(frozen=True, slots=True)
class Statement:
    """A published claim, its source, and how its wording was checked.

    ``wording`` is "abstract" (the authors' own abstract), "secondary source" (notes or a book that
    states it), "formal proof" (a proof assistant's library), "memory" (check before citing), or
    "own" (shown here).
    """

    claim: str
    source: str
    wording: Wording


@dataclass(frozen=True, slots=True, eq=False)
class Target:
    """The function: an expression in SymPy's syntax, its domain, and exact values or enclosures.

    ``enclose(x)`` are rationals around f(x), equal where f(x) is computed exactly. ``bends`` is
    None, or affine forms such that f is affine wherever none of them changes its sign.
    """

    expression: str
    variables: tuple[str, ...]
    domain: Box
    enclose: Callable[[Vector], Interval]
    bends: tuple[Row, ...] | None = None

    def value(self, x: Vector) -> Fraction:
        """The exact value at a point; ConstructionError where there are only bounds."""
        low, high = self.enclose(x)
        if low != high:
            raise ConstructionError.about(
                "value", "a point with a rational value", "bounds only", "Use enclose."
            )
        return low


@dataclass(frozen=True, slots=True)
class Shallow:
    """The smallest network with one hidden layer that we can exhibit, and how close it comes.

    ``error`` is its certified distance in the norm of the entry, 0 for equality. For circuits
    ``network`` is the shallow circuit.
    """

    network: ReluNetwork | Circuit
    error: Fraction
    words: str

    @property
    def units(self) -> int:
        """Hidden units, or products of a circuit."""
        net = self.network
        return net.neurons if isinstance(net, ReluNetwork) else net.products


@dataclass(frozen=True, slots=True, eq=False)
class Separation:
    """One function that depth represents cheaply.

    ``norm`` says in which sense ``network`` is the function on the domain: "equal", within
    ``error`` in the "sup" norm ("sphere-sine": on the product of spheres in its domain) or in "L1"
    (the integral over the domain), or equal "labels" at the listed ``points``. ``parts`` are the
    networks whose composition ``network`` is, where its proof goes part by part. ``counted`` is a
    network on a box with as many regions, where it has fewer inputs: ``network`` is it after a
    linear map that takes the domain onto the box.

    >>> from exactnet.constructions.separations import get
    >>> entry = get("telgarsky", k=3)
    >>> entry.network.depth, entry.network.neurons, entry.shallow.units, entry.norm
    (3, 6, 8, 'equal')
    >>> entry.target.expression
    '1 - Abs(Mod(8*x, 2) - 1)'
    """

    name: str
    parameters: tuple[tuple[str, int], ...]
    target: Target
    network: ReluNetwork | Circuit
    norm: Norm
    error: Fraction
    statements: tuple[Statement, ...]
    shallow: Shallow | None = None
    no_shallow: str = ""
    parts: tuple[ReluNetwork, ...] = ()
    counted: tuple[ReluNetwork, Box] | None = None
    points: tuple[tuple[Vector, int], ...] = field(default=(), repr=False)

    def __post_init__(self) -> None:
        exact = self.norm in ("equal", "labels")
        if self.error < 0 or (exact and self.error):
            raise InputError.about(
                self.name, "an error >= 0, and 0 for equality", str(self.error), "Change the norm."
            )
        net, inputs = self.network, self.target.domain.dim
        if isinstance(net, ReluNetwork) and net.inputs != inputs:
            raise InputError.about(self.name, f"{inputs} inputs", f"{net.inputs}", "Match them.")
        if self.norm == "labels" and not self.points:
            raise InputError.about(self.name, "labelled points", "none", "List them.")

    @property
    def title(self) -> str:
        """The name with its parameters.

        >>> from exactnet.constructions.separations import get
        >>> get("l1-radial", d=2).title
        'l1-radial d=2'
        """
        return " ".join([self.name, *(f"{key}={value}" for key, value in self.parameters)])

    @property
    def relu(self) -> ReluNetwork:
        """The deep network; ConstructionError for a circuit, which is no ReLU network."""
        if isinstance(self.network, ReluNetwork):
            return self.network
        raise ConstructionError.about(
            self.name, "a ReLU network", "an arithmetic circuit", "It has ranks, not regions."
        )

    def parameter(self, key: str) -> int:
        """The value of a parameter."""
        return dict(self.parameters)[key]
