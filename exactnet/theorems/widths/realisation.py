"""The network on which Theorem 2 is looked at: what realises K_n, its proof and its regions."""

from dataclasses import dataclass, replace

from exactnet.constructions.compile import construct
from exactnet.errors import ConstructionError, InputError, LimitReached
from exactnet.fractals.ifs import IFS
from exactnet.limits import Limits, Progress
from exactnet.networks.layer import IDENTITY, RELU
from exactnet.networks.network import ReluNetwork
from exactnet.regions.counting import RegionCount, count_regions
from exactnet.verification.claims import Claim, realizes
from exactnet.verification.prove import prove
from exactnet.verification.verdicts import Result, Verdict

METHODS_TRIED = ("fold", "exact", "margin")
COUNT_CELLS = 2_000_000


@dataclass(frozen=True, slots=True)
class Realisation:
    """A network, what became of proving that it realises K_n, and its proper regions on K_0."""

    name: str
    network: ReluNetwork
    result: Result
    regions: RegionCount

    @property
    def widths(self) -> tuple[int, ...]:
        """The hidden widths for bounds; absolute value and leaky units count twice.

        (They are a relu and an identity, see ``regions.bounds``.)
        """
        return tuple(
            sum(1 if slope in (RELU, IDENTITY) else 2 for slope in layer.slopes)
            for layer in self.network.layers[:-1]
        )


def of_network(
    network: ReluNetwork, ifs: IFS, depth: int, limits: Limits, progress: Progress
) -> Realisation:
    """A given network: it must be right within K_0."""
    claim = realizes(network, ifs, depth, domain=ifs.base)
    if not network.depth:
        raise InputError.about("network", "a hidden layer", "none", "The bounds are for t >= 1.")
    return _looked_at("the given network", claim, ifs, limits, progress)


def compiled(
    ifs: IFS, depth: int, method: str | None, limits: Limits, progress: Progress
) -> tuple[Realisation | None, list[str]]:
    """The network of a method, by default of the first that applies; and why others do not."""
    refused = []
    for name in METHODS_TRIED if method is None else (method,):
        try:
            built = construct(ifs, depth, name)
        except (ConstructionError, InputError) as error:
            refused.append(f"{name}: {error}")
            continue
        claim = Claim(built.network, built.labelling, built.threshold)
        return _looked_at(f"method '{name}'", claim, ifs, limits, progress), refused
    return None, refused


def _looked_at(
    name: str, claim: Claim, ifs: IFS, limits: Limits, progress: Progress
) -> Realisation:
    progress("theorem 2: proving that the network realises K_n")
    result = _proof(claim, limits, progress)
    progress("theorem 2: counting regions")
    return Realisation(name, claim.network, result, _count(claim.network, ifs, limits, progress))


def _proof(claim: Claim, limits: Limits, progress: Progress) -> Result:
    try:
        left = replace(limits, seconds=limits.remaining() / 3)
        return prove(claim, limits=left, progress=progress)
    except LimitReached as reached:
        return Result(Verdict.UNKNOWN, "auto", claim.words(), (), reason=str(reached))


def _count(net: ReluNetwork, ifs: IFS, limits: Limits, progress: Progress) -> RegionCount:
    try:
        left = replace(limits, seconds=limits.remaining() / 3, cells=min(limits.cells, COUNT_CELLS))
    except LimitReached as reached:
        return RegionCount.of(1, str(reached))
    return count_regions(net, box=ifs.base, limits=left, progress=progress)
