"""Iterated function systems: what is accepted meets every hypothesis, what is not is named."""

import json
import re
from fractions import Fraction as F
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies_lower import Point, det, interval_systems

from exactnet.errors import ExactnetError, InputError, InputTypeError
from exactnet.fractals import checks, gallery
from exactnet.fractals.hypotheses import Contact
from exactnet.fractals.ifs import IFS
from exactnet.geometry.affine import AffineMap
from exactnet.geometry.box import Box
from exactnet.testing.strategies import points

GALLERY = [gallery.get(name) for name in gallery.names()]


def dotted(n: Point, x: Point) -> F:
    return sum((a * b for a, b in zip(n, x, strict=True)), start=F(0))


def images(ifs: IFS) -> list[list[Point]]:
    return [[f(v) for v in ifs.base.vertices()] for f in ifs.maps]


@given(interval_systems())
def test_disjoint_intervals_have_the_gap_and_separation_of_their_end_points(
    case: tuple[IFS, list[tuple[F, F]]],
) -> None:
    ifs, intervals = case
    half = (ifs.base.upper[0] - ifs.base.lower[0]) / 2
    ahead = [(a, b) for i, a in enumerate(intervals) for b in intervals[i + 1 :]]
    assert ifs.contact is Contact.DISJOINT
    assert ifs.touching_pair is None
    assert ifs.gap == min(b[0] - a[1] for a, b in ahead)
    assert ifs.separation == min(
        (b[0] - a[1]) * 2 * half / (half * ((a[1] - a[0]) + (b[1] - b[0]))) for a, b in ahead
    )


@given(interval_systems(touching=True))
def test_neighbouring_intervals_with_a_common_end_touch_there(
    case: tuple[IFS, list[tuple[F, F]]],
) -> None:
    ifs, intervals = case
    shared = {a[1] for a, b in pairwise(intervals) if a[1] == b[0]}
    assert ifs.contact is Contact.TOUCHING
    assert ifs.gap == ifs.separation == 0
    touching = [pair for pair in ifs.pairs if pair.contact is Contact.TOUCHING]
    assert ifs.touching_pair == touching[0]
    assert {pair.shared[0] for pair in touching if pair.shared} == shared


def check_pairs(ifs: IFS) -> None:
    """The evidence of every pair, in the coordinates of the user."""
    corners = images(ifs)
    numbers = [(pair.first, pair.second) for pair in ifs.pairs]
    assert numbers == [(i, j) for i in range(1, ifs.r + 1) for j in range(i + 1, ifs.r + 1)]
    for pair in ifs.pairs:
        assert pair.normal is not None
        assert pair.bounds is not None
        low, high = pair.bounds
        assert max(dotted(pair.normal, v) for v in corners[pair.first - 1]) == low
        assert min(dotted(pair.normal, v) for v in corners[pair.second - 1]) == high
        assert (low < high) == (pair.contact is Contact.DISJOINT)
        assert (low == high) == (pair.contact is Contact.TOUCHING)
        if pair.contact is Contact.TOUCHING:
            assert pair.shared is not None
            for k in (pair.first, pair.second):
                assert ifs.maps[k - 1].inverse()(pair.shared) in ifs.base


@pytest.mark.parametrize("ifs", GALLERY, ids=lambda ifs: ifs.name)
@given(data=st.data())
@settings(max_examples=5)
def test_moving_a_fractal_to_another_base_box_changes_its_evidence_and_nothing_else(
    ifs: IFS, data: st.DataObject
) -> None:
    low = data.draw(points(ifs.dim))
    lengths = data.draw(st.tuples(*[st.integers(2, 6)] * ifs.dim))  # no longer than 3 to 1: the
    # stretched rotations and shears still contract in the norms of the new coordinates
    box = Box(low, tuple(a + length for a, length in zip(low, lengths, strict=True)))
    there = box.to_cube().inverse().after(ifs.base.to_cube())
    moved = IFS(tuple(there.after(f).after(there.inverse()) for f in ifs.maps), box)
    check_pairs(ifs)
    check_pairs(moved)
    assert moved.normalised_maps == ifs.normalised_maps
    assert moved.contact is ifs.contact
    assert moved.separation == ifs.separation


def test_one_map_has_nothing_to_separate() -> None:
    ifs = IFS.of([([["1/2"]], [0])])
    assert ifs.r == 1
    assert ifs.pairs == ()
    assert ifs.gap is None
    assert ifs.separation is None
    assert ifs.contact is Contact.DISJOINT


def test_a_map_may_contract_in_one_of_the_two_norms_only() -> None:
    sup_only = IFS.of([([["9/10", 0], ["4/5", "1/20"]], [0, 0])])
    assert (sup_only.contractions[0].sup_norm, sup_only.contractions[0].euclidean) == (
        F(9, 10),
        False,
    )
    inside = IFS.of([([["1/5", "7/10"], ["-1/10", "1/5"]], [0, 0])], base=[(-1, 1), (-1, 1)])
    assert inside.contractions[0].euclidean
    stretched = IFS.of([([["1/5", "4/5"], [0, "1/5"]], [0, 0])], base=[(-2, 2), (-1, 1)])
    assert stretched.contractions[0] == IFS(stretched.maps, Box.cube(2)).contractions[0]
    assert stretched.contractions[0].sup_norm == 1
    assert stretched.contractions[0].euclidean


@pytest.mark.parametrize("ifs", GALLERY, ids=lambda ifs: ifs.name)
def test_a_document_reads_back_as_the_same_system(ifs: IFS, tmp_path: Path) -> None:
    document = json.loads(json.dumps(ifs.document()))
    assert IFS.from_document(document, "here") == ifs
    path = tmp_path / "named-by-its-file.json"
    path.write_text(json.dumps(document))
    assert IFS.load(path) == IFS.load(str(path)) == ifs
    assert IFS.load(path).name == "named-by-its-file"
    path.write_text(json.dumps({**document, "name": "chosen", "format": "any"}))
    assert IFS.load(path).name == "chosen"


@given(interval_systems())
@settings(max_examples=30)
def test_any_system_reads_back_from_its_document(case: tuple[IFS, list[tuple[F, F]]]) -> None:
    ifs, _ = case
    assert IFS.from_document(json.loads(json.dumps(ifs.document())), "here") == ifs


HALF = [["1/2", 0], [0, "1/2"]]


@pytest.mark.parametrize(
    ("maps", "base", "error", "message"),
    [
        ([], None, InputError, "IFS.maps: expected at least one map, got none. Give (A, b) pairs."),
        (
            ["1/2"],
            None,
            InputError,
            "IFS map F_1: expected a pair (matrix, translation), got '1/2'. Fix it.",
        ),
        ([([["1/2"]],)], None, InputError, "IFS map F_1: expected a pair (matrix, translation)"),
        ([3], None, InputError, "IFS map F_1: expected a pair (matrix, translation), got 3."),
        ([{"A": 1, "b": 2}], None, InputError, "F_1: expected a pair (matrix, translation), got {"),
        (
            [([["1/2"]], [0]), ([[0.5]], [0])],
            None,
            InputTypeError,
            "IFS map F_2.matrix[0][0]: expected int, str or Fraction, got float 0.5.",
        ),
        ([([["1/0"]], [0])], None, InputError, "got '1/0'. Write a number with p/q, q > 0."),
        (
            [([["1e999999999"]], [0])],
            None,
            InputError,
            "IFS map F_1.matrix[0][0]: expected an exponent between -1000 and 1000",
        ),
        ([([["1" * 5000]], [0])], None, InputError, "expected at most 4300 digits"),
        (
            [(HALF, [0])],
            [(-1, 1), (-1, 1)],
            InputError,
            "IFS map F_1: expected a 2x2 matrix and 2 translation entries (the base has 2 sides), "
            "got 2x2 and 1. Make the shapes agree.",
        ),
        (
            [(HALF, [0, 0])],
            [(-1, 1)],
            InputError,
            "expected a 1x1 matrix and 1 translation entries (the base has 1 sides), "
            "got 2x2 and 2.",
        ),
        ([([["1/2", 0]], [0])], None, InputError, "got 1x2 and 1. Make the shapes agree."),
        ([([], [0])], None, InputError, "got 0x0 and 1. Make the shapes agree."),
        ([([["1/2", 0], [0]], [0, 0])], None, InputError, "matrix[1]: expected 2 number(s), got 1"),
        ([([], [])], None, InputError, "Box: expected at least one side, got none."),
        ([([["1/2"]], [0])], [], InputError, "Box: expected at least one side, got none."),
        ([([["1/2"]], [0])], [(1, 1)], InputError, "Box side 0: expected lower < upper"),
        ([([["1/2"]], [0])], [(0, "x")], InputError, "IFS.base[0][1]: expected a rational"),
        (
            [([[1, 2], [2, 4]], [0, 0])],
            None,
            InputError,
            "IFS map F_1: expected an invertible matrix, got determinant 0. Change the matrix.",
        ),
        (
            [([["1/2"]], [0]), ([[-1]], [0])],
            None,
            InputError,
            "IFS map F_2: expected a contraction, got sup-norm 1 and a Euclidean norm of at "
            "least 1. Scale the matrix down.",
        ),
        (
            [([["4/5", "-3/5"], ["3/5", "4/5"]], [0, 0])],
            None,
            InputError,
            "expected a contraction, got sup-norm 7/5 and a Euclidean norm of at least 1",
        ),
        (
            [([["1/2"]], ["3/4"])],
            None,
            InputError,
            "IFS map F_1: expected F_1(K_0) inside K_0, got the point (5/4) outside it. Move the "
            "image in or enlarge the base.",
        ),
        (
            [([["1/2"]], ["-1/2"]), ([["-1/2"]], ["1/4"])],
            None,
            InputError,
            "IFS: expected images with disjoint interiors, got F_1(K_0) and F_2(K_0) that overlap",
        ),
    ],
    ids=range(23),
)
def test_a_bad_system_is_refused_with_the_map_at_fault(
    maps: list[tuple[object, object]],
    base: list[tuple[object, object]] | None,
    error: type[ExactnetError],
    message: str,
) -> None:
    with pytest.raises(error) as caught:
        IFS.of(maps, base)
    assert message in str(caught.value)


def test_the_maps_are_limited_in_number_and_kind(monkeypatch: pytest.MonkeyPatch) -> None:
    f = AffineMap.of([["1/2"]], [0])
    with pytest.raises(InputError, match="expected at most 128 maps, got 129"):
        IFS((f,) * 129, Box.cube(1))
    with pytest.raises(InputError, match="expected at most 16 dimensions, got 17"):
        IFS((f,), Box.cube(17))
    dust = gallery.cantor_dust()
    with monkeypatch.context() as patch:
        patch.setattr(checks, "MAX_MAPS", 4)
        assert IFS(dust.maps, dust.base) == dust
        patch.setattr(checks, "MAX_MAPS", 3)
        with pytest.raises(InputError, match="expected at most 3 maps, got 4"):
            IFS(dust.maps, dust.base)
    with pytest.raises(InputError, match=r"IFS\.maps: expected at least one map, got none"):
        IFS((), Box.cube(1))
    with pytest.raises(InputTypeError, match="F_2: expected an AffineMap, got tuple"):
        IFS((f, ([["1/2"]], [0])), Box.cube(1))


def shown_point(message: str) -> Point:
    found = re.search(r"\(([-0-9/]+(?:, [-0-9/]+)*)\)", message)
    assert found is not None
    return tuple(F(entry) for entry in found[1].split(", "))


@given(st.tuples(*[st.tuples(*[st.integers(-6, 6)] * 2)] * 2), st.integers(1, 3))
def test_two_rotated_copies_are_refused_exactly_when_the_message_can_prove_why(
    shifts: tuple[tuple[int, int], tuple[int, int]], size: int
) -> None:
    """Copies turned by the 3-4-5 angle, scaled by size/4, moved by multiples of 1/8."""
    scale = F(size, 4)
    matrix = ((scale * 3 / 5, -scale * 4 / 5), (scale * 4 / 5, scale * 3 / 5))
    base = Box.cube(2)
    maps = tuple(AffineMap(matrix, (F(x, 8), F(y, 8))) for x, y in shifts)
    corners = [[f(v) for v in base.vertices()] for f in maps]
    outside = [v for image in corners for v in image if v not in base]
    normals = [row for f in maps for row in f.inverse().matrix]
    apart = max(
        min(s * dotted(n, v) for v in b) - max(s * dotted(n, v) for v in a)
        for n in normals
        for s in (1, -1)
        for a, b in [corners]
    )
    try:
        ifs = IFS(maps, base)
    except InputError as error:
        point = shown_point(str(error).split(" that overlap at ")[-1].split("got the point")[-1])
        if outside:
            assert point in outside
        else:
            assert "that overlap at" in str(error)
            assert all(abs(z) < 1 for f in maps for z in f.inverse()(point))
            assert apart < 0
    else:
        assert not outside
        assert apart >= 0
        assert (ifs.contact is Contact.TOUCHING) == (apart == 0)


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ({}, "here: expected the keys 'base' and 'maps', both lists, got something else."),
        ({"base": [], "maps": {}}, "here: expected the keys 'base' and 'maps', both lists"),
        ({"base": "01", "maps": []}, "here: expected the keys 'base' and 'maps', both lists"),
        ({"base": [], "maps": [], "depth": 3}, "expected keys base, maps, name, got 'depth'. Drop"),
        ({"base": [["0", "1"]], "maps": []}, "IFS.maps: expected at least one map, got none."),
        (
            {"base": [["0", "1"]], "maps": [{"matrix": [["1/3"]]}]},
            "here: map 1: expected an object with matrix and translation, got {'matrix'",
        ),
        ({"base": [["0", "1"]], "maps": [[["1/3"]]]}, "here: map 1: expected an object with"),
        (
            {"base": [["0", "1"]], "maps": [{"matrix": {"1/3": 0}, "translation": [0]}]},
            "IFS map F_1.matrix: expected a list of rows, got dict.",
        ),
        (
            {"base": [["0"]], "maps": [{"matrix": [["1/3"]], "translation": [0]}]},
            "IFS.base[0]: expected 2 number(s), got 1.",
        ),
        (
            {"base": [["0", None]], "maps": [{"matrix": [["1/3"]], "translation": [0]}]},
            "IFS.base[0][1]: expected int, str or Fraction, got NoneType.",
        ),
        (
            {"base": [["0", "1"]], "maps": [{"matrix": [[True]], "translation": [0]}]},
            "IFS map F_1.matrix[0][0]: expected int, str or Fraction, got bool.",
        ),
        (
            {**gallery.cantor().document(), "name": "n" * 81},
            "here: name: expected at most 80 printable characters, got 'nnn",
        ),
        ({**gallery.cantor().document(), "name": "a\nb"}, "here: name: expected at most 80 print"),
        ({**gallery.cantor().document(), "name": 3}, "at most 80 printable characters, got 3."),
    ],
    ids=range(14),
)
def test_a_bad_document_is_refused_with_the_place_at_fault(
    document: dict[str, object], message: str
) -> None:
    with pytest.raises(ExactnetError) as caught:
        IFS.from_document(document, "here")
    assert message in str(caught.value)


def test_the_determinant_of_every_accepted_map_is_not_zero_and_its_image_is_in_the_base() -> None:
    for ifs in GALLERY:
        assert all(det(f.matrix) != 0 for f in ifs.maps)
        assert all(v in ifs.base for image in images(ifs) for v in image)
        assert ifs.dim == len(ifs.base.lower)


def test_a_list_of_maps_is_no_value() -> None:
    dust = gallery.cantor_dust()
    with pytest.raises(InputTypeError, match=r"IFS.maps: expected a tuple of AffineMaps, got list"):
        IFS(list(dust.maps), dust.base)  # type: ignore[arg-type]


def test_a_stretched_base_measures_contraction_with_its_own_norm() -> None:
    """The rotated dust on a 1 x 5 box: expanding in both standard norms, contracting on its box."""
    stretched = [["3/20", "-1/25"], ["1", "3/20"]]
    shifts = [[x, y] for y in (-3, 3) for x in ("-3/5", "3/5")]
    ifs = IFS.of([(stretched, shift) for shift in shifts], base=[(-1, 1), (-5, 5)])
    assert not any(result.holds for result in ifs.contractions)
    assert ifs.normalised_maps == gallery.rotated_dust().normalised_maps
