"""Images to learn from: CIFAR-10 from its archive, or the digits that scikit-learn ships."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from exactnet.errors import ExactnetError, InputError
from exactnet.learning.archives import SHAPE, Images, ImageSet, as_digest, read_cifar10
from exactnet.learning.records import register
from exactnet.learning.sources import TEST, Examples, Source

DIGITS = "digits"
TEST_EVERY = 5  # of the digits, every fifth is a test image
CLASSES = {
    DIGITS: tuple("0123456789"),
    "cifar10": (
        "airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck",
    ),
}  # fmt: skip


@register(Source, "images")
@dataclass(frozen=True, slots=True)
class ImageSource:
    """Images and their classes: ``data`` is "digits" or the path of a CIFAR-10 archive.

    ``checksum`` is the SHA-256 digest of an archive that you trust in place of the official ones.
    A pixel p becomes (p - c) / c with c = 8 for the digits (p = 0..16) and 128 for CIFAR-10
    (p = 0..255): numbers that every format holds, so that training sees the images exactly. Every
    seed has the same sets; the first ``count`` images of a set are used.

    >>> source = ImageSource("digits")
    >>> x, y = source.examples(TEST, 0, 0, 1000)
    >>> x.shape, float(x.min()), float(x.max()), y[:5].tolist()
    ((359, 1, 8, 8), -1.0, 1.0, [4, 9, 4, 9, 4])
    """

    data: str = DIGITS
    checksum: str | None = None

    def __post_init__(self) -> None:
        if not self.data:
            raise InputError.about("data", f"'{DIGITS}' or a path", "''", "Name an archive.")
        if self.checksum is not None:
            as_digest(self.checksum)
            if self.data == DIGITS:
                raise InputError.about(
                    "checksum", "an archive to compare it with", "the digits", "Leave it out."
                )

    @property
    def shape(self) -> tuple[int, ...]:
        """(channels, height, width)."""
        return (1, 8, 8) if self.data == DIGITS else SHAPE

    @property
    def classes(self) -> int:
        """10."""
        return 10

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the classes."""
        return CLASSES[DIGITS if self.data == DIGITS else "cifar10"]

    @property
    def title(self) -> str:
        """What these images are, in a word."""
        return DIGITS if self.data == DIGITS else "CIFAR-10" if self.official else "own archive"

    @property
    def centre(self) -> int:
        """The pixel that becomes 0; also what one unit is in pixels."""
        return 8 if self.data == DIGITS else 128

    @property
    def official(self) -> bool:
        """Whether these are CIFAR-10's own images."""
        return self.data != DIGITS and self.checksum is None

    def images(self, which: int, count: int) -> Images:
        """The first ``count`` images of the test set (``which`` = TEST) or the training set."""
        found = digits() if self.data == DIGITS else read_cifar10(self.data, self.checksum)
        one = found.test if which == TEST else found.train
        return Images(one.pixels[:count], one.labels[:count])

    def examples(self, which: int, seed: int, index: int, count: int) -> Examples:
        """The same for every seed, as numbers in [-1, 1]."""
        found = self.images(which, count)
        x = (found.pixels.astype(np.float32) - self.centre) / self.centre
        return x, found.labels


@lru_cache(maxsize=1)
def digits() -> ImageSet:
    """1,797 handwritten digits of 8 by 8 pixels 0..16, from the package scikit-learn.

    Alpaydin and Kaynak, "Optical Recognition of Handwritten Digits", UCI, 1998 (its test set).
    Every fifth image is for testing, so training and test images are by the same writers.
    """
    try:
        from sklearn.datasets import load_digits
    except ImportError as error:
        raise ExactnetError.about(
            "digits", "scikit-learn", "an installation without it",
            "pip install 'exactnet[learning]', or give --data an archive.",
        ) from error  # fmt: skip
    found = load_digits()
    pixels = found.images.astype(np.uint8).reshape(-1, 1, 8, 8)
    labels = found.target.astype(np.uint8)
    test = np.arange(len(labels)) % TEST_EVERY == TEST_EVERY - 1
    return ImageSet(Images(pixels[~test], labels[~test]), Images(pixels[test], labels[test]))
