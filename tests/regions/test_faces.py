"""The complex in parts, as provers read it: nothing missing, nothing invented, all of it exact."""

from collections import Counter
from fractions import Fraction as F

import pytest
from complexes import TENT, networks, patterns_everywhere, rescaled, settings_for, signs_at
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies_lower import Point

import exactnet as en
from exactnet.errors import LimitReached
from exactnet.exact.rows import Row, dehomogenised
from exactnet.geometry.box import Box
from exactnet.geometry.polyhedron import Polyhedron
from exactnet.limits import Limits
from exactnet.regions import faces, parts
from exactnet.regions.faces import Part, complex_parts
from exactnet.regions.levels import with_level_units

LONG = Limits(seconds=10**6)  # they count from here on


def parts_of(net: en.ReluNetwork, box: Box | None, size: int = 10**9) -> list[Part]:
    """All parts of a complex that is cut into pieces where it has more than ``size`` cells."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(faces, "cells_at_once", lambda _: size)
        return list(complex_parts(net, box, LONG))


def polyhedra(part: Part, k: int) -> list[Polyhedron]:
    """All k-faces that are not at infinity: those with a finite vertex."""
    count = part.patch.offsets[k + 1] - part.patch.offsets[k] if k else len(part.patch.vhist)
    first = int(part.patch.offsets[k]) if k else 0
    found = [part.polyhedron(k, f) for f in range(first, first + int(count))]
    return [p for p in found if p.has_point()]


def corners_of(p: Polyhedron) -> frozenset[Point]:
    return frozenset(p.vertices())


CASES = settings_for(dims=(1, 2, 3))


@pytest.mark.parametrize("size", [1, 3, 10**9])
@given(case=CASES)
@settings(max_examples=30)
def test_the_cells_of_all_parts_are_those_of_the_complex_once_each(
    size: int, case: tuple[en.ReluNetwork, Box | None]
) -> None:
    net, box = case
    cx = en.enumerate_regions(net, box)
    found = parts_of(net, box, size)
    assert sum(part.cells for part in found) == len(cx)
    assert size < 10**9 or len(found) == 1
    seen = Counter(corners_of(p) for part in found for p in polyhedra(part, part.dim))
    if box is None:  # cells that meet at infinity may share all their vertices
        expected = Counter(frozenset(cx.vertices(cell)) for cell in range(len(cx)))
        assert seen == expected
        return
    volumes = {corners_of(p): p.volume() for part in found for p in polyhedra(part, part.dim)}
    assert set(seen.values()) == {1}
    assert volumes == {frozenset(cx.vertices(c)): cx.volume(c) for c in range(len(cx))}


@pytest.mark.parametrize("size", [1, 10**9])
@given(case=CASES)
@settings(max_examples=30)
def test_every_face_of_the_complex_is_in_some_part_and_no_other_face_is(
    size: int, case: tuple[en.ReluNetwork, Box | None]
) -> None:
    net, box = case
    cx = en.enumerate_regions(net, box)
    found = parts_of(net, box, size)
    for k in range(cx.dim + 1):
        middles = {p.interior_point() for part in found for p in polyhedra(part, k)}
        located = [cx.locate(x) for x in middles]
        assert {level for level, _ in located} == ({k} if cx.f_vector[k] else set())
        if size == 10**9 or box is not None:  # one interior point a face
            assert len(located) == len(set(located))
        assert len(set(located)) == cx.f_vector[k]


@given(case=CASES, threshold=st.sampled_from([F(0), F(1, 2), F(1)]))
@settings(max_examples=60)
def test_faces_where_a_level_unit_is_not_negative_are_those_whose_points_say_so(
    case: tuple[en.ReluNetwork, Box | None], threshold: F
) -> None:
    net, box = case
    levels = (threshold, -threshold)
    for part in complex_parts(with_level_units(net, 0, levels), box, LONG):
        for unit, level in zip((-2, -1), levels, strict=True):
            for k in range(part.dim + 1):
                first = int(part.patch.offsets[k]) if k else 0
                end = int(part.patch.offsets[k + 1]) if k else len(part.patch.vhist)
                values = {}
                for f in range(first, end):
                    p = part.polyhedron(k, f)
                    if p.has_point():
                        values[f] = net(p.interior_point())[0] - level
                at_least = [f for f, v in values.items() if v >= 0]
                above = [f for f, v in values.items() if v > 0]
                assert part.faces_where(k, unit, at_least=True) == at_least
                assert part.faces_where(k, unit, at_least=False) == above


@given(case=CASES)
@settings(max_examples=30)
def test_a_face_knows_its_boundary_and_its_constraints_are_its_facets(
    case: tuple[en.ReluNetwork, Box | None],
) -> None:
    net, box = case
    for part in complex_parts(net, box, LONG):
        for k in range(2, part.dim + 1):
            first, end = int(part.patch.offsets[k]), int(part.patch.offsets[k + 1])
            for f in range(first, end):
                p = part.polyhedron(k, f)
                facets = part.boundary(k, f)
                assert p.constraints == len(facets)
                for number, g in enumerate(facets):
                    on = {ray for ray, m in zip(p.rays, p.masks, strict=True) if m >> number & 1}
                    assert on == set(part.polyhedron(k - 1, g).rays)
        for ray in part.polyhedron(part.dim, int(part.patch.offsets[part.dim])).rays:
            assert ray[-1] >= 0


@given(net=networks(dims=(1, 2), hidden=(1, 2)), data=st.data())
@settings(max_examples=30)
def test_a_network_beyond_64_bits_has_the_same_parts(
    net: en.ReluNetwork, data: st.DataObject
) -> None:
    factors = data.draw(st.lists(st.sampled_from([F(3) ** 50, F(1, 3**45), F(1)]), min_size=1))
    box = data.draw(st.sampled_from([None, Box.cube(net.inputs, 2)]))

    def corners(network: en.ReluNetwork) -> list[list[frozenset[Point]]]:
        return [
            [corners_of(p) for p in polyhedra(part, part.dim)] for part in parts_of(network, box, 2)
        ]

    assert corners(net) == corners(rescaled(net, factors))


def test_integers_that_overflow_midway_repeat_no_part_and_lose_none() -> None:
    """The first parts fit 64 bits, a later one does not: floats go on behind what was yielded."""
    steep = 2**40 + 1
    net = en.ReluNetwork.of(
        [
            ([[1], [3], [7]], ["-1/5", -2, "-41/6"]),
            ([[1, -2, 5], [-1, 3, 2]], ["-1/7", "-1/11"]),
            ([[steep, -3], [5, steep]], ["-1/3", F(-1, steep)]),
            ([[1, 1]], [0]),
        ]
    )
    box = Box.of([(-1, 2)])
    wanted = en.enumerate_regions(net, box)
    found = parts_of(net, box, 1)
    arithmetics = {part.patch.exact for part in found}
    intervals = [corners_of(p) for part in found for p in polyhedra(part, 1)]
    assert Counter(intervals) == Counter(frozenset(wanted.vertices(c)) for c in range(len(wanted)))
    assert False in arithmetics


@given(case=CASES)
@settings(max_examples=30)
def test_a_face_lies_where_the_signs_of_its_units_are_constant(
    case: tuple[en.ReluNetwork, Box | None],
) -> None:
    """Near every vertex of its polyhedron, and far out in every direction; less at the vertex."""
    net, box = case
    for part in parts_of(net, box):
        for k in range(part.dim + 1):
            for p in polyhedra(part, k):
                middle = p.interior_point()
                signs = signs_at(net, middle)
                for ray in p.rays:
                    for share in (F(1, 10), F(9, 10)):
                        assert signs_at(net, towards(middle, ray, share)) == signs
                    if ray[-1]:
                        at = signs_at(net, dehomogenised(ray))
                        assert all(s in (0, t) for s, t in zip(at, signs, strict=True))


def towards(x: Point, ray: Row, share: F) -> Point:
    """On the way from x to a vertex; or out in a direction."""
    if not ray[-1]:
        return tuple(a + b / share for a, b in zip(x, ray, strict=False))
    return tuple(a + share * (b - a) for a, b in zip(x, dehomogenised(ray), strict=True))


@pytest.mark.parametrize("size", [1, 5, 10**9])
def test_on_all_of_space_the_parts_together_show_every_pattern(size: int) -> None:
    net = en.ReluNetwork.of(
        [
            ([[1, 2], [2, -1], [1, 0]], [0, 1, 0]),
            ([[1, -1, 2], [1, 1, -3]], [-1, 0]),
            ([[1, 1]], [0]),
        ]
    )
    found = parts_of(net, None, size)
    patterns = Counter(
        net.pattern(p.interior_point()) for part in found for p in polyhedra(part, 2)
    )
    assert set(patterns) == patterns_everywhere(net)
    assert set(patterns.values()) == {1}
    assert (len(found) > 1) == (size < 10**9)


def test_limits_end_the_walk() -> None:
    saw = en.chain([TENT] * 14)
    with pytest.raises(LimitReached, match="time limit"):
        list(complex_parts(saw, Box.of([(0, 1)]), Limits(seconds=1e-6)))


def test_the_number_of_cells_at_once_shrinks_with_the_dimension_and_the_width() -> None:
    def at_once(d: int, width: int) -> int:
        net = en.ReluNetwork.of([([[1] * d] * width, [0] * width), ([[1] * width], [0])])
        part = next(complex_parts(net, Box.cube(d), LONG))
        return parts.cells_at_once(part.engine)

    sizes = [at_once(d, 4) for d in range(1, 7)]
    assert sizes == sorted(sizes, reverse=True)
    assert at_once(2, 4000) < at_once(2, 4)
    assert all(2000 <= size <= 50_000 for size in sizes)
