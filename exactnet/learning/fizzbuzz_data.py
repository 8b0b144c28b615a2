"""FizzBuzz to learn from, as published, and exact readings of what was learned.

Grus, "Fizz Buzz in Tensorflow", 2016: a network sees the ten bits of a number, lowest first, is
trained on 101..1023 and asked for 1..100.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from math import comb

import numpy as np

from exactnet.constructions.fizzbuzz import FizzBuzz, fizzbuzz
from exactnet.exact.radicals import decimal
from exactnet.learning.records import register
from exactnet.learning.sources import TEST, Examples, Source
from exactnet.networks.batch import evaluate_batch
from exactnet.networks.layer import IDENTITY
from exactnet.networks.network import ReluNetwork

Value = float | int | str | None

BITS = 10
TRAINING, ASKED = range(101, 2**BITS), range(1, 101)
DIGITS = 12


@register(Source, "fizzbuzz")
@dataclass(frozen=True, slots=True)
class FizzBuzzSource:
    """The bits of 101..1023 (training) and of 1..100 (test), with their classes.

    >>> x, y = FizzBuzzSource().examples(TEST, 0, 0, 100)
    >>> x[2].tolist(), y[:5].tolist()
    ([1, 1, 0, 0, 0, 0, 0, 0, 0, 0], [0, 0, 1, 0, 2])
    """

    @property
    def shape(self) -> tuple[int, ...]:
        """(10,)."""
        return (BITS,)

    @property
    def classes(self) -> int:
        """4: number, fizz, buzz, fizzbuzz."""
        return 4

    def examples(self, which: int, seed: int, index: int, count: int) -> Examples:
        """The same for every seed; the first ``count``."""
        numbers = (ASKED if which == TEST else TRAINING)[:count]
        game = fizzbuzz()
        return bits(numbers), np.array([right_class(game, n) for n in numbers], dtype=np.int64)


def bits(numbers: Iterable[int]) -> "np.ndarray[tuple[int, int], np.dtype[np.int64]]":
    """The ten bits of numbers, lowest first, a row each."""
    return np.array([[n >> k & 1 for k in range(BITS)] for n in numbers], dtype=np.int64)


def right_class(game: FizzBuzz, number: int) -> int:
    """The class of what is to be said."""
    return game.words.sets.index(game.words.said(number))


def fizzbuzz_rows(net: ReluNetwork) -> Mapping[str, Value]:
    """What a network says at all numbers below 1024, decided in exact arithmetic.

    A number is right where the logit of its words is larger than all others. ``least_margin`` is
    by how much, over 1..100, at the worst; ``wrong`` lists the wrong ones of 1..100 with what is
    said. The claim is that 1..1023 are right; at 0 a network without biases has equal logits.
    Regions on [0, 1]^10 are not counted: there may be trillions. Inputs with different activation
    patterns are in different ones, which bounds their number from below.
    """
    game = fizzbuzz()
    values, scale = evaluate_batch(net, bits(range(2**BITS)))
    logits: list[list[int]] = values.tolist()
    margins = [_margin(row, right_class(game, n)) for n, row in enumerate(logits)]
    wrong = [n for n, margin in enumerate(margins) if margin <= 0 and n > 0]
    said = [f"{n}:{_said(game, n, logits[n])}" for n in wrong if n in ASKED]
    least = min(margins[n] for n in ASKED)
    return {
        "exact": "yes",
        "exact_errors": len(said),
        "wrong": " ".join(said),
        "exact_training_errors": sum(n in TRAINING for n in wrong),
        "least_margin": decimal(Fraction(least, scale), DIGITS),
        "claim": "refuted" if wrong else "proved",
        "counterexample": wrong[0] if wrong else None,
        "activation_regions_at_least": patterns(net),
        **_most_regions(net),
    }


def _margin(logits: list[int], right: int) -> int:
    return logits[right] - max(value for k, value in enumerate(logits) if k != right)


def _said(game: FizzBuzz, number: int, logits: list[int]) -> str:
    """The words, "number" where the number itself is said, or that two logits are equal."""
    if logits.count(max(logits)) > 1:
        return "undecided"
    said = game.spoken(number, logits)
    return "number" if said == str(number) else said


def patterns(net: ReluNetwork) -> int:
    """How many activation patterns the 1024 inputs have.

    >>> patterns(fizzbuzz().network)
    26
    """
    found = []
    for k in range(net.depth):
        affine = replace(net.layers[k], slopes=(IDENTITY,) * net.layers[k].outputs)
        before, _ = evaluate_batch(ReluNetwork((*net.layers[:k], affine)), bits(range(2**BITS)))
        carried = np.array([slope == IDENTITY for slope in net.layers[k].slopes])
        found.append((before > 0) | carried)
    return len({tuple(row) for row in np.concatenate(found, axis=1).tolist()})


def _most_regions(net: ReluNetwork) -> dict[str, Value]:
    """One hidden layer of k units without biases: at most 2 sum_{i < 10} C(k - 1, i) regions.

    Schlaefli's count of the regions of k hyperplanes through the origin of R^10.
    """
    hidden = net.layers[0]
    if net.depth != 1 or any(hidden.bias):
        return {}
    return {"regions_at_most": 2 * sum(comb(hidden.outputs - 1, i) for i in range(BITS))}
