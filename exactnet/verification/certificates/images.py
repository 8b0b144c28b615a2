"""Certificates about an IFS alone: its images are disjoint, or two of them share a point."""

from fractions import Fraction

from exactnet.errors import ConsistencyError, InputError
from exactnet.fractals.hypotheses import image_margin
from exactnet.fractals.ifs import IFS
from exactnet.verification import check
from exactnet.verification.certificates.documents import (
    Certificate,
    Document,
    ifs_document,
    vector_document,
    within_format,
)
from exactnet.verification.certificates.multipliers import (
    ContradictionFound,
    Reduced,
    System,
    written,
)


def certify_images(ifs: IFS) -> Certificate:
    """That the images F_i(K_0) lie in K_0 and are pairwise disjoint, or that two share a point.

    >>> from exactnet.fractals.gallery import sierpinski
    >>> certify_images(sierpinski()).checked()
    'F_1(K_0) and F_2(K_0) share the point (0, 0)'

    Raises InputError if an image is not in K_0 (and none is shared), LimitReached if its numbers
    are too long for the format.
    """
    document = ifs_document(ifs)
    pair = ifs.touching_pair
    if pair is not None and pair.shared is not None:
        claim: Document = {
            "kind": "touching",
            "ifs": document,
            "maps": [pair.first - 1, pair.second - 1],
        }
        return Certificate(claim, {"rule": "point", "point": vector_document(pair.shared)})
    if any(image_margin(f) < 0 for f in ifs.normalised_maps):
        raise InputError.about(
            "certificate", "F_i(K_0) in K_0", "an image outside", "Check the maps."
        )
    with within_format():
        checked = check.IFS(document)
    cube, inputs = [[Fraction(-1), Fraction(1)]] * ifs.dim, list(range(ifs.dim))
    facts = [
        [Reduced(check.affine(row[:-1], row[-1], inputs), {}) for row in check.box_rows(cube, g)]
        for g in checked.normal_inverses
    ]
    pairs: list[list[object]] = []
    for j in range(ifs.r):
        for i in range(j):
            system = System((*facts[i], *facts[j]), frozenset(), {}, range(0), ifs.dim)
            try:
                system.prove({-1: Fraction(-1)}, strict=False)
            except ContradictionFound as found:
                pairs.append([i, j, written(found.args[0])])
            else:
                raise ConsistencyError.about(
                    "certificate", "disjoint images", "a common point", "Report this bug."
                )
    return Certificate({"kind": "disjoint", "ifs": document}, {"rule": "farkas", "pairs": pairs})
