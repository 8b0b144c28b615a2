"""Which images a trained convolutional network gets wrong, decided exactly.

An image is right where the logit of its class is larger than all others. Most are decided by
enclosures of the logits (``image_logits``), what remains by integers.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from exactnet.errors import LimitReached
from exactnet.learning.architectures import Arrays
from exactnet.learning.convolutional import Convolutional
from exactnet.learning.image_logits import Floats, enclosed, integer_logits, products
from exactnet.learning.images import ImageSource
from exactnet.learning.sources import TEST
from exactnet.learning.training import one_thread
from exactnet.limits import Limits

Value = float | int | str | None

NUMBERS = 2**21  # of the largest layer's windows at a time
MAX_PRODUCTS = 10**8  # of one image in integers


@dataclass(frozen=True, slots=True)
class Answer:
    """Whether the class of an image has the largest logit, and which has; None: not decided."""

    right: bool | None
    said: int | None

    @property
    def complete(self) -> bool:
        """Nothing is left to be decided."""
        return self.right is not None and (self.right or self.said is not None)


@dataclass(slots=True)
class Answers:
    """The answers to a test set; different activation patterns; how many integers decided."""

    answers: list[Answer] = field(default_factory=list)
    patterns: set[bytes] = field(default_factory=set)
    in_integers: int = 0

    @property
    def wrong(self) -> dict[int, int | None]:
        """The wrong images with what is said."""
        return {k: one.said for k, one in enumerate(self.answers) if one.right is False}

    @property
    def open(self) -> int:
        """How many images are not decided."""
        return sum(one.right is None for one in self.answers)


def image_rows(
    architecture: Convolutional, parameters: Arrays, source: ImageSource, count: int, limits: Limits
) -> Mapping[str, Value]:
    """The exact number of errors on the test set, or on as much of it as there was time for.

    Linear regions are not counted: a box of so many dimensions has too many. Images with different
    activation patterns are in different ones, which bounds their number from below.
    """
    found = answers(architecture, parameters, source, count, limits)
    wrong = [
        f"{k}:{'?' if said is None else source.names[said]}" for k, said in found.wrong.items()
    ]
    undecided = f"{found.open} of {len(found.answers)} undecided"
    return {
        "exact": undecided if found.open else "yes",
        "images": len(found.answers),
        "exact_errors_at_least" if found.open else "exact_errors": len(wrong),
        "wrong": " ".join(wrong),
        "decided_in_integers": found.in_integers,
        "activation_regions_at_least": len(found.patterns),
    }


def answers(
    architecture: Convolutional, parameters: Arrays, source: ImageSource, count: int, limits: Limits
) -> Answers:
    """What is said of the first ``count`` images of the test set."""
    images = source.images(TEST, count)
    found = Answers([Answer(None, None)] * len(images.labels))
    try:
        _by_floats(found, architecture, parameters, source, count, limits)
        if products(architecture) <= MAX_PRODUCTS:
            for k, answer in enumerate(found.answers):
                if not answer.complete:
                    limits.remaining()
                    image = images.pixels[k].astype(int) - source.centre
                    logits = integer_logits(architecture, parameters, image, source.centre)
                    found.answers[k] = decided(logits, int(images.labels[k]))
                    found.in_integers += 1
    except LimitReached:
        pass  # what is open stays open
    return found


def _by_floats(
    found: Answers, architecture: Convolutional, parameters: Arrays, source: ImageSource,
    count: int, limits: Limits,
) -> None:  # fmt: skip
    """What enclosures decide, some images at a time."""
    images = source.images(TEST, count)
    chunk = max(1, NUMBERS // (architecture.largest * architecture.kernel**2))
    with one_thread():
        for first in range(0, len(images.labels), chunk):
            limits.remaining()
            part = slice(first, first + chunk)
            x = (images.pixels[part].astype(float) - source.centre) / source.centre
            logits, error, patterns = enclosed(architecture, parameters, x)
            found.patterns |= {one for one in patterns if one is not None}
            for k, label in enumerate(images.labels[part].tolist()):
                found.answers[first + k] = surely(logits[k], error[k], label)


def surely(logits: Floats, error: Floats, label: int) -> Answer:
    """What follows from enclosures [logit - error, logit + error].

    >>> bounds = np.array([0.1, 0.1, 0.1])
    >>> surely(np.array([1.0, 2.0, 1.95]), bounds, 0), surely(np.array([1.0, 2.0, 3.0]), bounds, 2)
    (Answer(right=False, said=None), Answer(right=True, said=2))
    """
    if not np.isfinite(logits + error).all():
        return Answer(None, None)
    best = int(np.argmax(logits))
    others = np.arange(len(logits)) != best
    clear = (logits[best] - logits > (error[best] + error) * (1 + 2.0**-20))[others]
    said = best if clear.all() else None
    beaten = logits - logits[label] > (error[label] + error) * (1 + 2.0**-20)
    if said is not None:
        return Answer(said == label, said)
    return Answer(False if beaten.any() else None, None)


def decided(logits: list[int], label: int) -> Answer:
    """The answer by exact logits; with equal ones at the top it is wrong and the first is said."""
    best = max(logits)
    return Answer(logits[label] == best and logits.count(best) == 1, logits.index(best))
