"""What the gradient theorem measures on an instance: networks, distribution, curves."""

from collections.abc import Sequence
from dataclasses import dataclass

from exactnet.errors import InputError, InputTypeError
from exactnet.exact.rationals import RationalLike
from exactnet.fractals import curves
from exactnet.fractals.curves import ApproximationCurve
from exactnet.fractals.distribution import FractalDistribution
from exactnet.fractals.ifs import IFS
from exactnet.networks.network import ReluNetwork
from exactnet.theorems.confidence import MAX_TRIALS
from exactnet.theorems.counts import as_count
from exactnet.theorems.hypotheses import instance
from exactnet.theorems.initialisation import initial_network
from exactnet.theorems.trials.hypotheses import theorem_level
from exactnet.theorems.trials.trial import HALF, Case

DEFAULT = {("hinge", 1): 100, ("hinge", 2): 20, ("logistic", 1): 20}
LEAST = 5  # initialisations in three dimensions and more
MAX_SIZE = 1000


@dataclass(frozen=True, slots=True)
class Networks:
    """Numbered initialisations of one shape."""

    layers: int
    width: int
    inputs: int
    seed: int
    dtype: str

    def __post_init__(self) -> None:
        as_count("layers", self.layers, MAX_SIZE)
        as_count("width", self.width, MAX_SIZE)
        if not isinstance(self.seed, int) or isinstance(self.seed, bool):
            raise InputTypeError.about("seed", "an integer", type(self.seed).__name__, "Use 0.")

    def __call__(self, number: int) -> ReluNetwork:
        """The initialisation with a number."""
        widths = [self.width] * self.layers
        return initial_network(widths, self.inputs, (self.seed, number), self.dtype)


@dataclass(frozen=True, slots=True)
class Setup:
    """Networks, a distribution, the theorem's j, and the curves.

    ``named`` are the curves of the first table, the theorem's own first; ``depths`` those with all
    negatives on level 1, 2, ..., n (in one dimension).
    """

    dist: FractalDistribution
    networks: Networks
    level: int
    named: tuple[Case, ...]
    depths: tuple[Case, ...]

    @classmethod
    def of(
        cls,
        ifs: IFS,
        depth: int,
        curve: ApproximationCurve | None,
        networks: Networks,
        delta: RationalLike,
    ) -> "Setup":
        """The setup of an instance."""
        chosen = curves.fine(depth) if curve is None else curve
        level = theorem_level(ifs, networks.layers, networks.width, delta)
        named = [chosen, curves.coarse(depth), curves.uniform(depth), curves.fine(depth)]
        depths = []
        if ifs.dim == 1:
            named += [curves.talk(k) for k in range(1, 7)] if depth == 5 else []
            depths = [curves.fine(m) for m in range(1, depth + 1)]
        return cls(
            FractalDistribution(ifs, depth, chosen),
            networks,
            level,
            tuple(_case(names, c, level) for c, names in _distinct(named).items()),
            tuple(_case([c.name], c, level) for c in depths),
        )

    @property
    def cases(self) -> tuple[Case, ...]:
        """All cases, each curve once."""
        return tuple({case.curve: case for case in (*self.depths, *self.named)}.values())

    def words(self) -> str:
        """The instance in words."""
        dist, net = self.dist, self.networks
        return (
            f"{instance(dist.ifs, dist.depth)}, curve {dist.curve.name}, t = {net.layers}, "
            f"k = {net.width}, {net.dtype}, seed {net.seed}"
        )

    def sizes(self, count: int) -> dict[str, int]:
        """The integers that the theorem is about."""
        ifs, net = self.dist.ifs, self.networks
        return {
            "d": ifs.dim, "r": ifs.r, "n": self.dist.depth, "hidden layers": net.layers,
            "width": net.width, "j": self.level, "initialisations": count,
        }  # fmt: skip


def initialisation_count(given: int | None, dim: int, loss: str) -> int:
    """The number of initialisations: what was given, or what takes some seconds."""
    if loss not in ("hinge", "logistic"):
        raise InputError.about("loss", "'hinge' or 'logistic'", f"{loss!r:.40}", "Pick one.")
    if given is None:
        return DEFAULT.get((loss, dim), LEAST)
    return as_count("initialisations", given, MAX_TRIALS)


def _distinct(named: Sequence[ApproximationCurve]) -> dict[ApproximationCurve, list[str]]:
    """Each curve once, with all its names."""
    found: dict[ApproximationCurve, list[str]] = {}
    for curve in named:
        names = found.setdefault(curve, [])
        if curve.name not in names:
            names.append(curve.name)
    return found


def _case(names: Sequence[str], curve: ApproximationCurve, level: int) -> Case:
    return Case(" = ".join(names), curve, 5 * (curve.P(min(level, curve.depth)) - HALF))
