"""Networks at initialisation, as in the talk's experiments: their float weights taken exactly."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from exactnet.errors import InputError, InputTypeError
from exactnet.networks.network import ReluNetwork
from exactnet.theorems.counts import as_count

BIAS = 0.1
CUT = 2.0  # standard deviations
MAX_WIDTH = 100_000
MAX_WEIGHTS = 10_000_000
DTYPES = ("float32", "float64")


def initial_network(
    widths: Sequence[int],
    inputs: int = 1,
    seed: int | Sequence[int] = 0,
    dtype: str = "float32",
) -> ReluNetwork:
    """A ReLU network with one output at a random initialisation, the same for the same seed.

    Weights are normal with mean 0 and standard deviation 1/sqrt(fan_in) before they are cut at two
    standard deviations (drawn again beyond), biases are 0.1. They are drawn in float64, rounded to
    ``dtype``, and the network has the rational values that these floats store. A sequence of seeds,
    such as (seed, k), numbers independent networks.

    >>> net = initial_network([20, 20], seed=(0, 7))
    >>> net.depth, net.width, net.layers[0].bias[0], net == initial_network([20, 20], seed=(0, 7))
    (2, 20, Fraction(13421773, 134217728), True)

    Raises InputError and InputTypeError for other sizes, seeds and types of float.
    """
    sizes = [as_count("inputs", inputs, MAX_WIDTH), *_widths(widths), 1]
    if dtype not in DTYPES:
        raise InputError.about("dtype", "'float32' or 'float64'", f"{dtype!r:.40}", "Pick one.")
    rng = np.random.default_rng(_seeds(seed))
    layers = []
    if sum(a * b for a, b in pairwise(sizes)) > MAX_WEIGHTS:
        raise InputError.about(
            "widths", f"at most {MAX_WEIGHTS} weights", f"{sizes}"[:40], "Choose narrower layers."
        )
    for fan_in, units in pairwise(sizes):
        weight = _cut_normal(rng, (units, fan_in)) / np.sqrt(fan_in)
        layers.append((weight.astype(dtype), np.full(units, BIAS, dtype=dtype)))
    return ReluNetwork.from_floats(layers)


def _cut_normal(rng: np.random.Generator, shape: tuple[int, int]) -> npt.NDArray[np.float64]:
    values = rng.standard_normal(shape)
    while True:
        beyond = np.abs(values) > CUT
        if not beyond.any():
            return values
        values[beyond] = rng.standard_normal(int(beyond.sum()))


def _widths(widths: object) -> list[int]:
    if isinstance(widths, (str, bytes)) or not isinstance(widths, Sequence):
        raise InputTypeError.about(
            "widths", "a list of widths", type(widths).__name__, "Write [20, 20]."
        )
    return [as_count(f"widths[{k}]", width, MAX_WIDTH) for k, width in enumerate(widths)]


def _seeds(seed: object) -> list[int]:
    given = list(seed) if isinstance(seed, (list, tuple)) else [seed]
    checked = []
    for value in given:
        if not isinstance(value, int) or isinstance(value, bool):
            raise InputTypeError.about("seed", "an integer", type(value).__name__, "Use 0.")
        if not 0 <= value < 2**128:
            raise InputError.about("seed", "0..2^128 - 1", str(value)[:20], "Use 0.")
        checked.append(value)
    if not checked:
        raise InputError.about("seed", "one integer or several", "none", "Use 0.")
    return checked
