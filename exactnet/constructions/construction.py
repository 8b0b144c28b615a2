"""What a construction returns: the network, how it is made of levels, and what is claimed of it."""

from dataclasses import dataclass, field
from fractions import Fraction

from exactnet.errors import InputError
from exactnet.fractals.labelling import Labelling
from exactnet.networks.compose import chain
from exactnet.networks.network import ReluNetwork

MAX_WEIGHTS = 20_000_000


@dataclass(frozen=True, slots=True)
class Construction:
    """A network for K_n with its parts.

    ``network`` is the chain of ``parts``: an affine preparation, one part a level (coarsest
    first), and an output part. ``labelling`` says which points are positive and negative;
    ``threshold`` c says by how much: f >= c on positives and f <= -c on negatives, where c = 0
    means f >= 0 on positives and f < 0 on negatives.
    """

    method: str
    labelling: Labelling
    threshold: Fraction
    parts: tuple[ReluNetwork, ...]
    parameters: tuple[tuple[str, Fraction], ...]
    network: ReluNetwork = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "network", chain(self.parts))


def margin_of(labelling: Labelling) -> Fraction:
    """The margin of a labelling; InputError for one that has none."""
    if labelling.margin is None:
        raise InputError.about("labelling", "a margin", "none", "Give margin='1/8'.")
    return labelling.margin
