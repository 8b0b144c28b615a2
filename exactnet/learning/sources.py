"""Where examples come from: the training and test sets of a seed, or fresh batches."""

from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Any, Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt

from exactnet.errors import InputError
from exactnet.fractals import curves
from exactnet.fractals.curves import ApproximationCurve
from exactnet.fractals.distribution import FractalDistribution
from exactnet.fractals.ifs import IFS
from exactnet.learning.records import register

Examples = tuple[npt.NDArray[Any], npt.NDArray[Any]]

TRAIN, TEST, FRESH, ORDER, INITIAL, NOISE = range(6)  # streams of one seed


def stream(which: int, seed: int, index: int = 0) -> np.random.Generator:
    """The random numbers for one purpose of one seed; independent for different arguments."""
    return np.random.default_rng(_entropy(which, seed, index))


def stream_seed(which: int, seed: int, index: int = 0) -> int:
    """An integer below 2^128 in the place of a generator, for samplers that want one."""
    words = np.random.SeedSequence(_entropy(which, seed, index)).generate_state(4)
    return sum(int(word) << (32 * k) for k, word in enumerate(words))


def _entropy(which: int, seed: int, index: int) -> list[int]:
    """Different lists of 32-bit words for different arguments, zeros at the end not counted.

    NumPy cuts a long seed into words and ignores zeros at the end, so in [which, seed, index] the
    seed 5 + 2^32 * 7 with index 0 would be the seed 5 with index 7.

    >>> _entropy(ORDER, 5 + 2**32 * 7, 0), _entropy(ORDER, 5, 7)
    ([3, 5, 0, 7], [3, 5, 7, 0])
    """
    return [which, seed % 2**32, index, seed >> 32]


@runtime_checkable
class Source(Protocol):
    """What a run learns from. Labels are +-1 (hinge, logistic) or 0, 1, ... (cross-entropy).

    ``examples(which, seed, index, count)`` gives x (count, *shape) and y (count,), the same for the
    same arguments whatever was asked for before. ``which`` is TRAIN, TEST or FRESH; a source with
    fixed sets ignores ``seed``, ``index`` and may give fewer than ``count``.
    """

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of one example."""
        ...

    @property
    def classes(self) -> int:
        """2 for labels +-1, else the number of classes."""
        ...

    def examples(self, which: int, seed: int, index: int, count: int) -> Examples:
        """Examples for a purpose."""
        ...


@register(Source, "fractal")
@dataclass(frozen=True, slots=True)
class FractalSource:
    """Samples of a fractal distribution; ``curve`` is read by ``as_curve``.

    >>> from exactnet.fractals import gallery
    >>> source = FractalSource(gallery.cantor(2), 5, "talk-1")
    >>> x, y = source.examples(TEST, 0, 0, 1000)
    >>> x.shape, source.distribution.curve.decimals(4)[4]
    ((1000, 2), '0.9257')
    """

    ifs: IFS
    depth: int
    curve: str
    negatives: str = "shell"
    margin: Fraction | None = None

    def __post_init__(self) -> None:
        self.distribution  # noqa: B018  # checks all of it

    @property
    def distribution(self) -> FractalDistribution:
        """The exact distribution."""
        return _distribution(self.ifs, self.depth, self.curve, self.negatives, self.margin)

    @property
    def shape(self) -> tuple[int, ...]:
        """(d,)."""
        return (self.ifs.dim,)

    @property
    def classes(self) -> int:
        """2."""
        return 2

    def examples(self, which: int, seed: int, index: int, count: int) -> Examples:
        """Independent samples."""
        return self.distribution.sample(count, stream_seed(which, seed, index))


@lru_cache(maxsize=64)
def _distribution(
    ifs: IFS, depth: int, curve: str, negatives: str, margin: Fraction | None
) -> FractalDistribution:
    return FractalDistribution(ifs, depth, as_curve(curve, depth), negatives, margin)


def as_curve(text: str, depth: int) -> ApproximationCurve:
    """The curve of a name (``curves.names()``), or of numbers: "weights:1,2,3", "masses:1/4,1/4".

    >>> as_curve("masses:1/8,3/8", 2).P(1)
    Fraction(5, 8)
    """
    kind, colon, numbers = text.partition(":")
    makers = {"weights": curves.weights, "masses": curves.masses}
    if not colon:
        return curves.get(text, depth)
    if kind not in makers:
        raise InputError.about(
            "curve", "a name, weights:... or masses:...", f"'{text:.40}'", "Try weights:1,2,3."
        )
    curve = makers[kind](numbers.split(","))
    if curve.depth != depth:
        raise InputError.about(
            "curve", f"{depth} numbers, one a level", f"{curve.depth}", "Give as many as --depth."
        )
    return curve
