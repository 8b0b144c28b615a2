"""The gallery: every entry is the fractal that its name promises."""

from fractions import Fraction as F
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exactnet.errors import ExactnetError, InputError, InputTypeError
from exactnet.fractals import gallery
from exactnet.fractals.hypotheses import Contact
from exactnet.fractals.ifs import IFS

# name: dimension, maps, disjoint, area of K_1 over that of K_0, gap
KNOWN = {
    "cantor": (1, 2, True, F(2, 3), F(2, 3)),
    "cantor-reversed": (1, 2, True, F(2, 3), F(1, 3)),
    "uneven-cantor": (1, 2, True, F(3, 5), F(4, 5)),
    "cantor-2d": (2, 4, True, F(4, 9), F(2, 3)),
    "cantor-dust": (2, 4, True, F(1, 4), F(1)),
    "rotated-dust": (2, 4, True, F(1, 4), F(1, 2)),
    "sheared-dust": (2, 4, True, F(1, 4), F(1, 2)),
    "sierpinski": (2, 3, False, F(3, 4), F(0)),
    "vicsek": (2, 5, False, F(5, 9), F(0)),
    "pentaflake": (2, 5, False, F(5, 9), F(0)),
    "cantor-3d": (3, 8, True, F(8, 27), F(2, 3)),
    "tetrahedron-dust": (3, 4, True, F(1, 16), F(1)),
}


def test_the_table_of_known_values_covers_the_gallery() -> None:
    assert tuple(KNOWN) == gallery.names()


@pytest.mark.parametrize("name", KNOWN)
def test_a_named_fractal_has_its_known_numbers(name: str) -> None:
    ifs = gallery.get(name)
    dim, count, disjoint, ratio, gap = KNOWN[name]
    assert ifs.name == name
    assert (ifs.dim, ifs.r, ifs.gap) == (dim, count, gap)
    assert ifs.contact is (Contact.DISJOINT if disjoint else Contact.TOUCHING)
    assert (ifs.separation == 0) is not disjoint
    assert ifs.prefractal(1).volume() == ratio * ifs.base.volume()


@given(st.integers(1, 3), st.fractions(F(1, 50), F(49, 100)))
@settings(max_examples=15)
def test_a_cantor_product_keeps_exactly_the_corner_of_every_quadrant(d: int, ratio: F) -> None:
    ifs = gallery.cantor(d, ratio)
    assert ifs.r == 2**d
    assert ifs.gap == 2 - 4 * ratio
    assert ifs.separation == (2 - 4 * ratio) / (2 * ratio)
    prefractal = ifs.prefractal(1)
    levels = [F(0), 1 - 2 * ratio, 1 - 2 * ratio - F(1, 10**6), F(1), 1 - ratio]
    for x in product(levels, repeat=d):
        assert (x in prefractal) == all(abs(v) >= 1 - 2 * ratio for v in x)


def test_the_reversed_cantor_set_is_the_usual_one_at_every_depth() -> None:
    usual = IFS.of([([["1/3"]], [0]), ([["1/3"]], ["2/3"])], base=[(0, 1)])
    reversed_first = gallery.cantor_reversed()
    assert reversed_first.maps[0]((F(0),)) == (F(1, 3),)
    for depth in range(5):
        both = [ifs.prefractal(depth) for ifs in (usual, reversed_first)]
        ends = [sorted(tuple(sorted(c.vertices())) for c in k.cells()) for k in both]
        assert ends[0] == ends[1]


def test_the_corner_maps_of_the_dust_fix_the_corners() -> None:
    ifs = gallery.cantor_dust()
    fixed = {v for v in ifs.base.vertices() for f in ifs.maps if f(v) == v}
    assert fixed == set(ifs.base.vertices())


def test_the_rotation_of_the_rotated_dust_is_one() -> None:
    for f in gallery.rotated_dust().maps:
        (a, b), (c, d) = f.matrix
        assert (a * a + c * c, b * b + d * d, a * b + c * d) == (F(1, 16), F(1, 16), 0)


@pytest.mark.parametrize("name", ["sierpinski", "vicsek", "pentaflake"])
def test_a_touching_fractal_shows_a_point_in_two_of_its_images(name: str) -> None:
    ifs = gallery.get(name)
    pair = ifs.touching_pair
    assert pair is not None
    assert pair.shared is not None
    holding = [k for k, f in enumerate(ifs.maps, 1) if f.inverse()(pair.shared) in ifs.base]
    assert {pair.first, pair.second} <= set(holding)


@pytest.mark.parametrize(
    ("d", "ratio", "error", "message"),
    [
        (1, "1/2", InputError, "cantor.ratio: expected 0 < ratio < 1/2, got 1/2. Try '1/3'."),
        (1, 0, InputError, "cantor.ratio: expected 0 < ratio < 1/2, got 0."),
        (1, 0.25, InputTypeError, "cantor.ratio: expected int, str or Fraction, got float 0.25."),
        (0, "1/3", InputError, "cantor.d: expected a dimension from 1 to 6, got 0. Choose d there"),
        (7, "1/3", InputError, "cantor.d: expected a dimension from 1 to 6, got 7."),
        (1.5, "1/3", InputError, "cantor.d: expected a dimension from 1 to 6, got 1.5."),
        (True, "1/3", InputError, "cantor.d: expected a dimension from 1 to 6, got True."),
    ],
)
def test_a_bad_parameter_is_refused(
    d: int, ratio: str, error: type[ExactnetError], message: str
) -> None:
    for make in (gallery.cantor, gallery.cantor_dust):
        with pytest.raises(error) as caught:
            make(d, ratio)
        assert message in str(caught.value)


@pytest.mark.parametrize(
    ("name", "remedy"),
    [
        ("", "Check the spelling."),
        ("Cantor", "Did you mean 'cantor'?"),
        ("cantor ", "Did you mean 'cantor'?"),
        ("x" * 100, "Check the spelling."),
    ],
)
def test_an_unknown_name_is_answered_with_all_known_ones(name: str, remedy: str) -> None:
    with pytest.raises(InputError) as caught:
        gallery.get(name)
    assert str(caught.value) == (
        f"fractal: expected one of {', '.join(KNOWN)}, or a JSON file, got '{name[:60]}'. {remedy}"
    )
