"""Starts other than random ones: the exact network, as it is or perturbed."""

from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from exactnet.constructions.compile import compile_ifs
from exactnet.errors import InputError
from exactnet.learning.architectures import Arrays
from exactnet.learning.plans import Cell, Start
from exactnet.learning.records import register
from exactnet.learning.sources import NOISE, FractalSource, stream
from exactnet.networks.layer import RELU
from exactnet.networks.network import ReluNetwork

MAX_NOISE = 10**6
GAIN = 4  # the margin network is +-1/2; the hinge wants +-1, and room for rounding


@register(Start, "exact")
@dataclass(frozen=True, slots=True)
class ExactStart:
    """The compiled margin network times ``GAIN``, rounded to the training's format.

    With ``noise`` s every parameter gets a normal number times s times the root mean square of its
    layer's weights.
    """

    noise: Fraction = Fraction(0)

    def __post_init__(self) -> None:
        if not 0 <= self.noise <= MAX_NOISE:
            raise InputError.about(
                "start 'exact'", f"noise from 0 to {MAX_NOISE}", "another", "Change it."
            )

    def parameters(self, cell: Cell, seed: int) -> Arrays:
        """The rounded weights, and the seed's own noise on them."""
        rng, noise = stream(NOISE, seed), float(self.noise)
        arrays: Arrays = {}
        for k, layer in enumerate(exact_network(cell.source).layers):
            weight = np.array([[float(v) for v in row] for row in layer.weight])
            bias = np.array([float(v) for v in layer.bias])
            size = noise * float(np.sqrt((weight**2).mean()))
            for name, values in ((f"{2 * k}.weight", weight), (f"{2 * k}.bias", bias)):
                noisy = values + size * rng.standard_normal(values.shape)
                arrays[name] = noisy.astype(cell.training.dtype)
        return arrays


def exact_network(source: object) -> ReluNetwork:
    """The margin network of a fractal source with a margin; its output times ``GAIN``."""
    if not isinstance(source, FractalSource) or source.margin is None:
        raise InputError.about(
            "start 'exact'", "a fractal source with a margin", "another", "Give it margin '1/8'."
        )
    net = compile_ifs(source.ifs, source.depth, "margin", source.margin)
    last = net.layers[-1]
    louder = replace(
        last,
        weight=tuple(tuple(GAIN * v for v in row) for row in last.weight),
        bias=tuple(GAIN * v for v in last.bias),
    )
    if any(slope != RELU for layer in net.layers[:-1] for slope in layer.slopes):
        raise InputError.about("start 'exact'", "relu units only", "others", "Use another IFS.")
    return ReluNetwork((*net.layers[:-1], louder))
