"""Claims: what it means that a network realises a prefractal."""

from dataclasses import dataclass
from fractions import Fraction

from exactnet.errors import InputError
from exactnet.exact.rationals import RationalLike, Vector, as_rational, to_text
from exactnet.fractals.ifs import IFS
from exactnet.fractals.labelling import Labelling
from exactnet.geometry.box import Box
from exactnet.networks.network import ReluNetwork, as_network

DEFAULT_THRESHOLD = Fraction(1, 2)


@dataclass(frozen=True, slots=True)
class Claim:
    """f >= threshold on the positives and f <= -threshold on the negatives of a labelling.

    Threshold 0 means f >= 0 on positives and f < 0 (strictly) on negatives. ``domain`` restricts
    the claim to a box; None is all of R^d.
    """

    network: ReluNetwork
    labelling: Labelling
    threshold: Fraction
    domain: Box | None = None

    def __post_init__(self) -> None:
        net, d = self.network, self.labelling.ifs.dim
        if net.inputs != d or net.outputs != 1:
            raise InputError.about(
                "claim",
                f"a network with {d} inputs and 1 output (the IFS is {d}-dimensional)",
                f"{net.inputs} inputs and {net.outputs} outputs",
                "Use a matching network.",
            )
        if self.domain is not None and self.domain.dim != d:
            raise InputError.about(
                "claim.domain", f"{d} sides", f"{self.domain.dim}", "Give one side a coordinate."
            )
        object.__setattr__(self, "threshold", as_rational(self.threshold, "claim.threshold"))
        if self.threshold < 0:
            raise InputError.about(
                "claim.threshold",
                "a rational >= 0",
                f"{to_text(self.threshold):.40}",
                "Use 0 for signs only.",
            )

    def violated(self, label: int | None, value: Fraction) -> bool:
        """Whether a point with this label and network value contradicts the claim."""
        if label == 1:
            return value < self.threshold
        if label == -1:
            return value > -self.threshold if self.threshold else value >= 0
        return False

    def words(self) -> str:
        """The claim as a sentence."""
        positives, negatives = self.labelling.describe()
        c = to_text(self.threshold)
        low = f"f <= -{c}" if self.threshold else "f < 0"
        where = "all of R^d" if self.domain is None else "the given box"
        return f"f >= {c} on {positives} and {low} on {negatives}, on {where}"


def realizes(
    network: ReluNetwork,
    ifs: IFS,
    depth: int,
    margin: RationalLike | None = None,
    side: str = "inner",
    absolute: bool = False,
    threshold: RationalLike | None = None,
    domain: Box | None = None,
) -> Claim:
    """The claim that a network realises K_depth, on all of R^d unless a domain is given.

    Without a margin: f >= 0 exactly on K_n. With one (see ``Labelling``): f >= 1/2 on the
    positives, f <= -1/2 on the negatives; ``threshold`` replaces the 1/2.

    >>> from exactnet.constructions.compile import compile_ifs
    >>> from exactnet.fractals.gallery import cantor
    >>> realizes(compile_ifs(cantor(), 2), cantor(), depth=2).words()
    'f >= 0 on K_2 and f < 0 on every point off K_2, on all of R^d'
    """
    labelling = Labelling.of(ifs, depth, margin, side, absolute)
    if threshold is not None:
        value = as_rational(threshold, "threshold")
    else:
        value = Fraction(0) if margin is None else DEFAULT_THRESHOLD
    return Claim(as_network(network), labelling, value, domain)


def plain_outputs(net: ReluNetwork, x: Vector) -> Vector:
    """f(x) by the definition, on Fractions: independent of the integer evaluation."""
    values = list(x)
    for layer in net.layers:
        sums = [
            sum((w * v for w, v in zip(row, values, strict=True)), start=b)
            for row, b in zip(layer.weight, layer.bias, strict=True)
        ]
        values = [t if t >= 0 else s * t for t, s in zip(sums, layer.slopes, strict=True)]
    return tuple(values)


def plain_value(net: ReluNetwork, x: Vector) -> Fraction:
    """The first output of ``plain_outputs``."""
    return plain_outputs(net, x)[0]
