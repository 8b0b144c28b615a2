"""The gaps of a prefractal as boxes: what formats that only know boxes can ask about."""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import combinations, pairwise, product
from math import prod

from exactnet.errors import InputError
from exactnet.exact.rationals import Vector
from exactnet.fractals.labelling import Labelling
from exactnet.geometry.affine import AffineMap
from exactnet.geometry.box import Box
from exactnet.verification.claims import Claim

MAX_PLACES = 1_000_000
Grid = tuple[int, ...]
Bounds = tuple[Vector, Vector]  # of a box: lower, upper


def keeps_boxes(f: AffineMap) -> bool:
    """Whether a map takes axis-parallel boxes to such boxes."""
    return all(sum(1 for value in row if value) == 1 for row in f.matrix)


def image(f: AffineMap, lower: Vector, upper: Vector) -> Bounds:
    """The smallest box around the image of a box.

    >>> image(AffineMap.of([[-1]], [3]), (Fraction(0),), (Fraction(1),))
    ((Fraction(2, 1),), (Fraction(3, 1),))
    """
    low, high = [], []
    for row, shift in zip(f.matrix, f.translation, strict=True):
        ends = [sorted((w * a, w * b)) for w, a, b in zip(row, lower, upper, strict=True)]
        low.append(sum((pair[0] for pair in ends), shift))
        high.append(sum((pair[1] for pair in ends), shift))
    return tuple(low), tuple(high)


def gap_boxes(labelling: Labelling) -> Iterator[tuple[str, Vector, Vector]]:
    """Closed boxes that cover L minus the interior of the F_w(L), with the cell v they lie in.

    L is the labelling's enclosure (K_0, or the enlarged K_0). The boxes of a cell F_v(L) are the
    images of those of L minus the F_i(L), which are as few as a greedy merge of the grid's cells
    finds. What lies outside L is not covered.

    Raises InputError for maps that turn boxes into other polytopes, for a grid of more than 10^6
    places (it is exponential in d), and where the F_i(L) overlap (touching images of an enlarged
    K_0): a gap of one cell may lie in another cell there.
    """
    if not all(keeps_boxes(f) for f in labelling.ifs.maps):
        raise InputError.about(
            "vnnlib", "maps that take boxes to boxes, for the gaps", "others",
            "Ask for the positives only, or export to SMT-LIB.",
        )  # fmt: skip
    enclosure = labelling.enclosure
    images = [image(f, enclosure.lower, enclosure.upper) for f in labelling.ifs.maps]
    if any(_overlap(*pair) for pair in combinations(images, 2)):
        raise InputError.about(
            "vnnlib", "enlarged images that do not overlap, for the gaps", "others",
            "Ask for the positives only, or export to SMT-LIB.",
        )  # fmt: skip
    gaps = list(_merged(images, enclosure))
    for level in range(labelling.depth):
        for cell in labelling.ifs.prefractal(level).cells():
            name = "".join(f".{i}" for i in cell.address)[1:] or "base"
            for gap in gaps:
                yield (name, *image(cell.map, *gap))


def clipped(claim: Claim, lower: Vector, upper: Vector) -> Bounds | None:
    """The part of a box in the claim's domain; None if there is none."""
    if claim.domain is not None:
        lower = tuple(map(max, lower, claim.domain.lower))
        upper = tuple(map(min, upper, claim.domain.upper))
    return (lower, upper) if all(a <= b for a, b in zip(lower, upper, strict=True)) else None


def _overlap(first: Bounds, second: Bounds) -> bool:
    """Whether two boxes share an interior point."""
    ends = zip(*first, *second, strict=True)
    return all(max(a, c) < min(b, d) for a, b, c, d in ends)


def _merged(images: Sequence[Bounds], enclosure: Box) -> Iterator[Bounds]:
    """Boxes of the grid drawn by the images' sides that cover what the images leave free."""
    marks = [
        sorted({a, b} | {min(max(end[j], a), b) for pair in images for end in pair})
        for j, (a, b) in enumerate(zip(enclosure.lower, enclosure.upper, strict=True))
    ]
    sides = [list(pairwise(axis)) for axis in marks]
    if prod(map(len, sides)) > MAX_PLACES:
        raise InputError.about(
            "vnnlib", f"gaps on a grid of at most {MAX_PLACES} places", "more",
            "Ask for the positives only, or export to SMT-LIB.",
        )  # fmt: skip
    free = {
        place
        for place in product(*(range(len(axis)) for axis in sides))
        if not any(_within(place, sides, *one) for one in images)
    }
    while free:
        first = min(free)
        last = _grown(first, free)
        free -= set(_block(first, last))
        yield (
            tuple(sides[j][k][0] for j, k in enumerate(first)),
            tuple(sides[j][k][1] for j, k in enumerate(last)),
        )


def _within(
    place: Grid, sides: list[list[tuple[Fraction, Fraction]]], lower: Vector, upper: Vector
) -> bool:
    return all(
        lower[j] <= sides[j][k][0] and sides[j][k][1] <= upper[j] for j, k in enumerate(place)
    )


def _grown(first: Grid, free: set[Grid]) -> Grid:
    """The far corner of a block of free places that is extended axis by axis."""
    last = first
    for j in reversed(range(len(first))):
        while True:
            wider = (*last[:j], last[j] + 1, *last[j + 1 :])
            slab = _block((*first[:j], last[j] + 1, *first[j + 1 :]), wider)
            if not all(place in free for place in slab):
                break
            last = wider
    return last


def _block(first: Grid, last: Grid) -> list[Grid]:
    return list(product(*(range(a, b + 1) for a, b in zip(first, last, strict=True))))
