"""What the gradient theorem assumes of an instance, and the level j that it speaks of."""

from fractions import Fraction

from exactnet.errors import InputError
from exactnet.exact import linalg
from exactnet.exact.rationals import RationalLike, as_rational, show_point, to_text
from exactnet.fractals.ifs import IFS
from exactnet.theorems.counts import smallest
from exactnet.theorems.hypotheses import disjoint_images
from exactnet.theorems.report import Hypothesis

LEAST_GAP = Fraction(1, 10_000)  # of K_0: with less, j and its powers grow out of hand


def theorem_level(ifs: IFS, layers: int, width: int, delta: RationalLike) -> int:
    """j = ceil(log(t k^2 / delta)) to the base 1/s, s = sum |det A_i|: |K_j| = s^j |K_0|.

    The smallest j with (1/s)^j >= t k^2 / delta > 1, found in rationals.

    >>> from exactnet.fractals import gallery
    >>> theorem_level(gallery.cantor(), 2, 20, "1/10")  # (3/2)^j >= 8000
    23
    """
    target, filled = layers * width**2 / as_delta(delta), share(ifs)
    if filled > 1 - LEAST_GAP:
        raise InputError.about(
            "gradient_theorem",
            f"images that leave {to_text(LEAST_GAP)} of K_0 free",
            f"{to_text(1 - filled)}"[:40],
            "Shrink a map.",
        )
    p, q = filled.numerator, filled.denominator
    return smallest(lambda j: p**j * target.numerator <= q**j * target.denominator)


def as_delta(delta: RationalLike) -> Fraction:
    """A probability of failure."""
    value = as_rational(delta, "delta")
    if not Fraction(1, 10**6) <= value < 1:
        raise InputError.about("delta", "10^-6 <= delta < 1", str(value)[:40], "Try '1/10'.")
    return value


def share(ifs: IFS) -> Fraction:
    """s = sum |det A_i|, the share of K_0 that its images fill."""
    return sum((abs(f.determinant()) for f in ifs.maps), start=Fraction(0))


def hypotheses(ifs: IFS, loss: str) -> tuple[Hypothesis, ...]:
    """The hypotheses on the instance; whether the hinge is linear depends on the network."""
    return (
        Hypothesis("dimension one", ifs.dim == 1, f"d = {ifs.dim}"),
        disjoint_images(ifs),
        equal_images(ifs),
        common_centre(ifs),
        Hypothesis("hinge loss", loss == "hinge", f"the loss is {loss}"),
    )


def equal_images(ifs: IFS) -> Hypothesis:
    """All |det A_i| are equal: then equally likely words give uniform distributions on the parts.

    >>> from exactnet.fractals import gallery
    >>> equal_images(gallery.uneven_cantor()).evidence
    '|det A_i| from 1/10 to 1/2'
    """
    sizes = sorted(abs(f.determinant()) for f in ifs.maps)
    ends = [to_text(size) for size in (sizes[0], sizes[-1])]
    holds = sizes[0] == sizes[-1]
    words = f"every |det A_i| is {ends[0]}" if holds else f"|det A_i| from {ends[0]} to {ends[1]}"
    return Hypothesis("positives and negatives uniform on their sets", holds, words)


def common_centre(ifs: IFS) -> Hypothesis:
    """The centre of K_0 is the mean of its images' centres and the centroid of K_0 less them.

    Then positives and negatives in a cell have one centroid, however deep (``trial``).
    """
    centre = ifs.base.centre
    images = [f(centre) for f in ifs.maps]
    mean = tuple(sum(column, start=Fraction(0)) / ifs.r for column in zip(*images, strict=True))
    sizes = [abs(f.determinant()) for f in ifs.maps]
    rest = tuple(
        (c - linalg.inner(sizes, column)) / (1 - sum(sizes))
        for c, column in zip(centre, zip(*images, strict=True), strict=True)
    )
    holds = centre == mean == rest
    words = f"both have the centroid {show_point(centre)}" if holds else (
        f"images: {show_point(mean)}, the rest: {show_point(rest)}, K_0: {show_point(centre)}"
    )  # fmt: skip
    return Hypothesis("one centroid for positives and negatives of a cell", holds, words)
