"""The hypotheses that several theorems share, each decided exactly and with its evidence."""

from exactnet.exact.rationals import show_point, to_text
from exactnet.fractals.ifs import IFS
from exactnet.theorems.report import Hypothesis


def disjoint_images(ifs: IFS) -> Hypothesis:
    """F_i(K_0) and F_j(K_0) have no point in common, i != j.

    >>> from exactnet.fractals import gallery
    >>> disjoint_images(gallery.cantor()).evidence
    'the smallest sup-norm distance between two images is 2/3'
    >>> disjoint_images(gallery.vicsek()).holds
    False
    """
    name = "images pairwise disjoint"
    pair = ifs.touching_pair
    if pair is not None and pair.shared is not None:
        both = f"F_{pair.first}(K_0) and F_{pair.second}(K_0)"
        return Hypothesis(name, False, f"{both} share the point {show_point(pair.shared)}")
    if ifs.gap is None:
        return Hypothesis(name, True, "there is one map")
    distance = to_text(ifs.gap)
    return Hypothesis(
        name, True, f"the smallest sup-norm distance between two images is {distance}"
    )


def nested_images(ifs: IFS) -> Hypothesis:
    """F_i(K_0) lies in K_0: checked when an IFS is built, repeated here with the least distance."""
    normalised = ifs.normalised_maps
    inset = min(
        1 - sum((abs(v) for v in row), start=abs(shift))
        for f in normalised
        for row, shift in zip(f.matrix, f.translation, strict=True)
    )
    evidence = f"images stay {to_text(inset)} half-sides inside K_0" if inset else (
        "images lie in K_0 and touch its border"
    )  # fmt: skip
    return Hypothesis("images inside K_0", inset >= 0, evidence)


def contracting_maps(ifs: IFS) -> Hypothesis:
    """Every F_i contracts and is invertible: checked when an IFS is built."""
    worst = max(ifs.contractions, key=lambda f: f.sup_norm)
    if worst.sup_norm < 1:
        evidence = f"the largest sup-norm Lipschitz constant is {to_text(worst.sup_norm)}"
    elif worst.euclidean:
        evidence = "I - A^T A is positive definite for every matrix A"
    else:
        evidence = "in the norm whose unit ball is the base"
    return Hypothesis("maps invertible and contracting", True, evidence)


def instance(ifs: IFS, depth: int) -> str:
    """The instance in words.

    >>> from exactnet.fractals import gallery
    >>> instance(gallery.cantor_dust(), 3)
    'cantor-dust, n = 3: d = 2, r = 4'
    """
    return f"{ifs.name}, n = {depth}: d = {ifs.dim}, r = {ifs.r}"
