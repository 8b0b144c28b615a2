"""Boxes, affine maps, systems and their prefractals: every draw valid, every kind of it drawn."""

import re
from fractions import Fraction as F
from itertools import combinations, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as hs
from minimal import minimal
from strategies_lower import Point, det, times

import exactnet as en
from exactnet.errors import InputError
from exactnet.fractals.hypotheses import Contact
from exactnet.geometry.affine import AffineMap
from exactnet.geometry.box import Box
from exactnet.testing import strategies as st

disjointness = pytest.mark.parametrize("disjoint", [None, True, False])


def corners(ifs: en.IFS, f: AffineMap) -> list[Point]:
    """The images of the base's corners, written out."""
    found = []
    for corner in product(*zip(ifs.base.lower, ifs.base.upper, strict=True)):
        moved = times(f.matrix, corner)
        found.append(tuple(a + b for a, b in zip(moved, f.translation, strict=True)))
    return found


def in_image(ifs: en.IFS, f: AffineMap, x: Point) -> bool:
    """Whether f(b) = x for some b of the base, by Cramer's rule."""
    size = det(f.matrix)
    right = [a - b for a, b in zip(x, f.translation, strict=True)]
    for j in range(ifs.dim):
        swapped = tuple(
            tuple(right[i] if k == j else v for k, v in enumerate(row))
            for i, row in enumerate(f.matrix)
        )
        if not ifs.base.lower[j] <= det(swapped) / size <= ifs.base.upper[j]:
            return False
    return True


@disjointness
def test_every_system_is_contracting_nested_and_has_the_contact_asked_for(
    disjoint: bool | None,
) -> None:
    @given(st.ifs(disjoint=disjoint))
    def check(ifs: en.IFS) -> None:
        for f in ifs.maps:
            assert det(f.matrix) != 0
            assert all(x in ifs.base for x in corners(ifs, f))
        if disjoint is True:
            assert ifs.contact is Contact.DISJOINT
            assert ifs.r == 1 or (ifs.gap or 0) > 0
        if disjoint is False:
            assert ifs.contact is Contact.TOUCHING
            pair = ifs.touching_pair
            assert pair is not None
            assert pair.shared is not None
            for k in (pair.first, pair.second):
                assert in_image(ifs, ifs.maps[k - 1], pair.shared)

    check()


@pytest.mark.parametrize("size", [(1, 4), (2, 3), (3, 2)])
@disjointness
def test_every_dimension_and_number_of_maps_is_drawn(
    disjoint: bool | None, size: tuple[int, int]
) -> None:
    found = minimal(st.ifs(disjoint=disjoint), lambda ifs: (ifs.dim, ifs.r) == size)
    assert (found.dim, found.r) == size


@settings(max_examples=30)
@given(hs.data(), hs.integers(1, 3), hs.integers(2, 5))
def test_sizes_are_kept(data: hs.DataObject, dim: int, maps: int) -> None:
    ifs = data.draw(st.ifs(dim=dim, maps=maps))
    assert (ifs.dim, ifs.r) == (dim, maps)
    ranged = data.draw(st.ifs(dim=range(1, 3), maps=range(2, 4)))
    assert ranged.dim in (1, 2)
    assert ranged.r in (2, 3)
    drawn = data.draw(st.ifs(dim=hs.just(dim), maps=hs.sampled_from([1, 3])))
    assert drawn.dim == dim
    assert drawn.r in (1, 3)


@settings(max_examples=30)
@given(hs.data(), st.boxes())
def test_a_given_base_is_the_base(data: hs.DataObject, box: Box) -> None:
    assert data.draw(st.ifs(base=box)).base == box
    upright = st.boxes(dim=box.dim, min_value=0)
    assert min(data.draw(st.ifs(dim=box.dim, base=upright)).base.lower) >= 0


def test_systems_shrink_to_named_ones() -> None:
    assert minimal(st.ifs(), lambda ifs: ifs.r > 1) == en.gallery.cantor()
    assert minimal(st.ifs(disjoint=False)) == en.IFS.of(
        [([["1/2"]], ["-1/2"]), ([["1/2"]], ["1/2"])]
    )
    assert minimal(st.ifs(dim=2, maps=4, disjoint=True)) == en.gallery.cantor(2)
    assert minimal(st.ifs()) == en.IFS.of([([["1/3"]], [0])])
    reversed_ = minimal(st.ifs(), lambda ifs: any(f.matrix[0][0] < 0 for f in ifs.maps))
    assert reversed_ == en.IFS.of([([["-1/3"]], [0])])


def is_skew(ifs: en.IFS) -> bool:
    """Two disjoint images whose shadows overlap on every axis."""
    shadows = [
        [(min(column), max(column)) for column in zip(*corners(ifs, f), strict=True)]
        for f in ifs.maps
    ]
    return any(
        all(a[0] <= b[1] and b[0] <= a[1] for a, b in zip(one, other, strict=True))
        for one, other in combinations(shadows, 2)
    )


def touches_the_base(ifs: en.IFS) -> bool:
    return any(
        v in (low, high)
        for f in ifs.maps
        for x in corners(ifs, f)
        for v, low, high in zip(x, ifs.base.lower, ifs.base.upper, strict=True)
    )


def shared_corners(ifs: en.IFS) -> int:
    """The most corners that two images have in common."""
    return max(
        (len(set(corners(ifs, f)) & set(corners(ifs, g))) for f, g in combinations(ifs.maps, 2)),
        default=0,
    )


@pytest.mark.parametrize(
    ("strategy", "condition"),
    [
        (st.ifs(dim=2, disjoint=True), is_skew),
        (st.ifs(disjoint=True), touches_the_base),
        (st.ifs(disjoint=True), lambda ifs: not touches_the_base(ifs)),
        (st.ifs(dim=2), lambda ifs: shared_corners(ifs) == 2),
        (st.ifs(dim=2, disjoint=False), lambda ifs: shared_corners(ifs) == 0),
        (st.ifs(dim=2), lambda ifs: any(0 not in f.matrix[0] for f in ifs.maps)),
        (st.ifs(dim=2), lambda ifs: any(f.matrix[0][0] == 0 for f in ifs.maps)),
        (st.ifs(dim=1, disjoint=False), lambda ifs: sum(abs(det(f.matrix)) for f in ifs.maps) == 1),
        (st.ifs(dim=1), lambda ifs: len({abs(f.matrix[0][0]) for f in ifs.maps}) == 3),
        (st.ifs(), lambda ifs: ifs.base == Box.of([(0, 1)] * ifs.dim)),
        (st.ifs(dim=2), lambda ifs: len({b - a for a, b in zip(
            ifs.base.lower, ifs.base.upper, strict=True)}) == 2),
    ],
)  # fmt: skip
def test_the_kinds_of_systems_that_matter_are_drawn(strategy: object, condition: object) -> None:
    assert condition(minimal(strategy, condition))


@given(hs.data(), st.ifs(maps=range(1, 4)), hs.integers(0, 3))
def test_prefractals_are_those_of_a_system(data: hs.DataObject, ifs: en.IFS, depth: int) -> None:
    assert data.draw(st.prefractals(ifs=ifs, depth=depth)) == ifs.prefractal(depth)


@given(st.boxes())
def test_boxes_have_one_to_three_sides_of_positive_length(box: Box) -> None:
    assert 1 <= box.dim <= 3
    assert all(low < high for low, high in zip(box.lower, box.upper, strict=True))


@given(st.boxes(dim=2, min_value="-1/2", max_value=2, max_denominator=3))
def test_boxes_keep_their_bounds(box: Box) -> None:
    assert box.dim == 2
    assert min(box.lower) >= F(-1, 2)
    assert max(box.upper) <= 2
    assert max(v.denominator for v in (*box.lower, *box.upper)) <= 3


def test_boxes_and_maps_shrink_to_units() -> None:
    assert minimal(st.boxes()) == Box.of([(0, 1)])
    assert minimal(st.boxes(dim=2)) == Box.of([(0, 1)] * 2)
    assert minimal(st.boxes(), lambda box: box.lower[0] < 0) == Box.of([(-1, 0)])
    assert minimal(st.affine_maps(dim=2)) == AffineMap.identity(2)
    assert minimal(st.affine_maps(dim=1, invertible=False)) == AffineMap.of([[0]], [0])


@given(st.affine_maps())
def test_affine_maps_have_an_inverse_unless_told_otherwise(f: AffineMap) -> None:
    assert 1 <= f.dim <= 3
    assert det(f.matrix) != 0


def test_singular_maps_are_drawn_when_allowed() -> None:
    assert minimal(st.affine_maps(invertible=False), lambda f: det(f.matrix) == 0)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: st.ifs(maps=1, disjoint=False),
            "ifs.maps: expected at least 2 for images that touch, got 1. Raise it.",
        ),
        (
            lambda: st.ifs(dim=2, base=Box.cube(3)),
            "ifs.dim: expected 3, that of the base, got 2. Drop it.",
        ),
        (
            lambda: st.ifs(maps=range(3, 200)),
            "ifs.maps: expected an integer or a range within 1..128, got range(3, 200). Change it.",
        ),
    ],
)
def test_impossible_systems_are_an_error_at_the_call(call: object, message: str) -> None:
    assert callable(call)
    with pytest.raises(InputError, match=re.escape(message) + "$"):
        call()
