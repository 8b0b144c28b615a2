"""Every construction does what it claims, at random exact points and at the hard ones."""

from fractions import Fraction as F
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import exactnet as en
from exactnet.constructions.fold import fold_level, symmetric
from exactnet.constructions.margin import construct_margin, contraction_of_margins
from exactnet.constructions.turns import as_turn, generated
from exactnet.constructions.union import construct_union
from exactnet.exact.linalg import mat_vec
from exactnet.verification.claims import Claim

CASES = [
    ("exact", {}),
    ("margin", {}),
    ("margin", {"margin": "1/3"}),
    ("margin", {"side": "outer"}),
    ("margin", {"margin": "1/100", "absolute": True}),
    ("fold", {}),
    ("union", {}),
]
GALLERY = {name: en.gallery.get(name) for name in en.gallery.names()}


def applicable() -> list[tuple[str, str, dict[str, object]]]:
    found = []
    for name, ifs in GALLERY.items():
        for method, options in CASES:
            try:
                en.construct(ifs, 1, method, **options)
            except en.ConstructionError:
                continue
            found.append((name, method, options))
    return found


@pytest.mark.parametrize(("name", "method", "options"), applicable(), ids=str)
@given(data=st.data())
@settings(max_examples=25)
def test_the_network_keeps_its_claim_on_cells_gaps_and_beyond(
    name: str, method: str, options: dict[str, object], data: st.DataObject
) -> None:
    ifs = GALLERY[name]
    depth = data.draw(st.integers(0, 2 if method == "union" else 4), "depth")
    built = en.construct(ifs, depth, method, **options)
    claim = Claim(built.network, built.labelling, built.threshold)
    level = data.draw(st.integers(0, depth), "level")
    address = data.draw(st.tuples(*[st.integers(1, ifs.r)] * level), "address")
    near = st.sampled_from([F(0), F(1), F(-1), F(7, 8), F(-7, 8), F(129, 128), F(-65, 64)])
    anywhere = st.fractions(F(-3, 2), F(3, 2), max_denominator=64)
    local = data.draw(st.tuples(*[near | anywhere] * ifs.dim), "local")
    point = ifs.prefractal(level).cell(address).map(ifs.base.to_cube().inverse()(local))
    label, value = built.labelling.label(point), built.network(point)[0]
    assert not claim.violated(label, value), (point, label, value)
    if method == "margin" and label == 1:
        assert value == F(1, 2)


@pytest.mark.parametrize("name", en.gallery.names())
@pytest.mark.parametrize("depth", [0, 1, 2, 5])
def test_sizes_are_those_of_theorem_1(name: str, depth: int) -> None:
    ifs = GALLERY[name]
    d, r = ifs.dim, ifs.r
    if ifs.contact.value == "disjoint":
        net = en.compile_ifs(ifs, depth)
        assert net.depth == 2 * depth + 1
        assert net.width == (2 * d * r + d + 1 if depth else 2 * d + 1)
        assert net.width <= 5 * d * r
    margin = en.compile_ifs(ifs, depth, method="margin")
    assert margin.depth == (2 * depth if depth else 2)
    if depth:
        assert margin.width == max(4 * d * r + d + 1, d * r + r + 1) <= 5 * d * r
    if r**depth <= 64:
        union = en.compile_ifs(ifs, depth, method="union")
        assert (union.depth, union.width) == (depth + 2, 2 * d * r**depth)


@pytest.mark.parametrize(
    "name", ["cantor", "cantor-reversed", "cantor-2d", "cantor-dust", "cantor-3d"]
)
@pytest.mark.parametrize("depth", [0, 1, 3])
def test_folding_takes_n_plus_1_layers_of_width_2d(name: str, depth: int) -> None:
    d = GALLERY[name].dim
    net = en.compile_ifs(GALLERY[name], depth, method="fold")
    assert (net.depth, net.width) == (depth + 1, 2 * d)


def test_the_talks_reversed_cantor_set_folds_by_one_tent_without_a_symmetry() -> None:
    step, symmetries = fold_level(GALLERY["cantor-reversed"])
    assert set(symmetries) == {((F(1),),)}
    for x in (F(-1), F(-1, 3), F(0), F(2, 3), F(1), F(5)):
        u = (x + 1) / 2  # on [0, 1] the tent is |3u - 3/2| - 1/2
        assert (step([x])[0] + 1) / 2 == abs(3 * u - F(3, 2)) - F(1, 2)


def test_three_equal_intervals_fold_as_a_zigzag_of_three_units() -> None:
    fifth = [["1/5"]]
    ifs = en.IFS.of([(fifth, ["-4/5"]), (fifth, [0]), (fifth, ["4/5"])])
    net = en.compile_ifs(ifs, 3, method="fold")
    assert (net.depth, net.width) == (4, 3)
    for cell in ifs.prefractal(3).cells():
        assert net(cell.centre)[0] > 0
        assert all(net(v)[0] == 0 for v in cell.vertices())


@pytest.mark.parametrize("shift", [0, "1/4", "-2/3"])
@pytest.mark.parametrize("scale", ["1/3", "-1/3"])
def test_a_single_map_folds_wherever_its_image_lies(scale: str, shift: object) -> None:
    ifs = en.IFS.of([([[scale]], [shift])])
    for depth in (0, 1, 3):
        claim = en.realizes(en.compile_ifs(ifs, depth, method="fold"), ifs, depth)
        for route in ("induction", "regions"):
            assert en.prove(claim, route=route).verdict is en.Proved


def test_folding_takes_touching_images_and_axis_swaps() -> None:
    half, swap = F(1, 2), [[0, "1/3"], ["-1/3", 0]]
    ifs = en.IFS.of([([[half]], [-half]), ([[half]], [half])])  # the whole interval
    assert en.compile_ifs(ifs, 4, method="fold")(["1/3"])[0] >= 0
    corners = [(x, y) for x in ("-2/3", "2/3") for y in ("-2/3", "2/3")]
    turned = en.IFS.of([(swap, corner) for corner in corners])
    net = en.compile_ifs(turned, 2, method="fold")
    assert en.prove(en.realizes(net, turned, 2), route="regions").verdict is en.Proved


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("uneven-cantor", "moves F_1(K_0) off K_1"),
        ("rotated-dust", "axis-parallel boxes"),
        ("sheared-dust", "axis-parallel boxes"),
        ("sierpinski", "overlap at -1/2"),
        ("vicsek", "(3x3), got 5 images"),
        ("tetrahedron-dust", "(2x2x2), got 4 images"),
    ],
)
def test_folding_refuses_with_the_reason(name: str, reason: str) -> None:
    with pytest.raises(en.ConstructionError) as caught:
        en.compile_ifs(GALLERY[name], 2, method="fold")
    assert reason in str(caught.value)


def test_a_reflection_that_is_no_symmetry_is_found_out() -> None:
    maps = GALLERY["uneven-cantor"].normalised_maps
    assert symmetric(maps, (((F(-1),),),)) is not None
    assert symmetric(GALLERY["cantor"].normalised_maps, (((F(-1),),),)) is None
    assert symmetric(GALLERY["cantor"].normalised_maps, (((F(1, 2),),),)) is not None


def test_a_symmetry_of_k_1_whose_turn_none_of_the_others_undoes_is_found_out() -> None:
    square = [(x, y) for x in ("-2/3", "2/3") for y in ("-2/3", "2/3")]
    plain, swap = [["1/3", 0], [0, "1/3"]], [[0, "1/3"], ["1/3", 0]]
    maps = en.IFS.of([(swap if k == 3 else plain, at) for k, at in enumerate(square)])
    flip, exchange = ((F(-1), F(0)), (F(0), F(1))), ((F(0), F(1)), (F(1), F(0)))
    reason = symmetric(maps.normalised_maps, (flip,))
    assert reason is not None
    assert reason.endswith("[-1 0; 0 1], which turns F_2(K_0) in a way that none undoes")
    assert symmetric(maps.normalised_maps, (flip, exchange)) is None


def folded(dim: int) -> en.IFS:
    """The 2^dim corners, a third in size, turned by generators of all symmetries of the cube."""
    cycle, swap = (*range(1, dim), 0), (1, 0, *range(2, dim))
    maps = []
    for k, corner in enumerate(product((F(-2, 3), F(2, 3)), repeat=dim)):
        order = (tuple(range(dim)), cycle, swap)[k % 3]
        rows = [[F(1 - 2 * (k % 5 == 4), 3) * (j == order[i]) for j in range(dim)]
                for i in range(dim)]  # fmt: skip
        maps.append((rows, corner))
    return en.IFS.of(maps)


def test_many_symmetries_fold_in_five_dimensions_and_are_refused_in_six() -> None:
    ifs = folded(5)
    step, symmetries = fold_level(ifs)
    assert len(generated(map(as_turn, symmetries))) == 2**5 * 120
    for f, turn in zip(ifs.maps, symmetries, strict=True):
        for y in ((F(1, 7), F(-2, 7), F(3, 7), F(-4, 7), F(5, 7)), (F(1),) * 5):
            assert step(f(y)) == mat_vec(turn, y)
    with pytest.raises(en.ConstructionError, match="a group of at most 10000 symmetries"):
        fold_level(folded(6))


@pytest.mark.parametrize("name", ["sierpinski", "vicsek", "pentaflake"])
def test_exact_and_outer_refuse_touching_images_with_a_shared_point(name: str) -> None:
    ifs = GALLERY[name]
    pair = ifs.touching_pair
    assert pair is not None and pair.shared is not None
    inverse = [ifs.maps[k - 1].inverse()(pair.shared) for k in (pair.first, pair.second)]
    assert all(point in ifs.base for point in inverse)
    shown = "(" + ", ".join(str(v) for v in pair.shared) + ")"
    for options in ({"method": "exact"}, {"method": "margin", "side": "outer"}):
        with pytest.raises(en.ConstructionError) as caught:
            en.compile_ifs(ifs, 2, **options)
        assert shown in str(caught.value)


def test_margins_shrink_by_the_least_scale_not_by_the_largest_lipschitz_constant() -> None:
    ifs = GALLERY["uneven-cantor"]  # scales 1/2 and 1/10, the small image at the edge
    assert contraction_of_margins(ifs) == F(1, 10)
    eta = F(1, 8)
    edge = 1 - eta / 10  # the positive end of F_2((1 - eta) K_0), as a point of K_0
    level = en.construct(ifs, 2, "margin", margin=eta).parts[1]
    piece = ifs.maps[0]((edge,))  # F_1 of it: a positive of depth 2
    assert level([piece[0], 0]) == (edge, 0)


def test_an_outer_margin_that_makes_images_meet_is_refused() -> None:
    with pytest.raises(en.ConstructionError, match="enlarged"):
        en.compile_ifs(en.gallery.cantor(1, "9/20"), 2, "margin", margin="9/10", side="outer")


def test_the_level_for_one_map_needs_no_separation() -> None:
    ifs = en.IFS.of([([["1/2", "1/4"], [0, "1/3"]], ["1/8", 0])])
    net = en.compile_ifs(ifs, 3)
    assert (net.depth, net.width) == (7, 7)
    assert en.prove(en.realizes(net, ifs, 3), route="regions").verdict is en.Proved


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"depth": -1}, "0 <= depth <= 1000"),
        ({"depth": 10**9}, "0 <= depth <= 1000"),
        ({"depth": 2.0}, "expected an integer, got float"),
        ({"depth": 2, "method": "magic"}, "one of exact, margin, fold, union"),
        ({"depth": 2, "margin": "1/8"}, "no margin for method 'exact'"),
        ({"depth": 2, "method": "margin", "margin": 0}, "0 < margin < 1"),
        ({"depth": 2, "method": "margin", "margin": 0.125}, "got float 0.125"),
        ({"depth": 2, "method": "margin", "side": "left"}, "'inner' or 'outer'"),
        ({"depth": 2, "method": "union", "side": "outer"}, "relative margin on the inner side"),
        ({"depth": 40, "method": "union"}, "cells"),
        ({"depth": 2, "method": "margin", "side": "outer", "absolute": True}, "inner side"),
    ],
)
def test_bad_arguments_are_named(arguments: dict[str, object], message: str) -> None:
    with pytest.raises(en.ExactnetError) as caught:
        en.compile_ifs(GALLERY["cantor-dust"], **arguments)
    assert message in str(caught.value)


@pytest.mark.parametrize("ifs", [None, "cantor-dust", 3])
def test_what_is_no_ifs_is_refused_by_its_kind(ifs: object) -> None:
    with pytest.raises(en.InputTypeError, match="ifs: expected an IFS, got"):
        en.compile_ifs(ifs, 2)


@pytest.mark.parametrize("build", [construct_margin, construct_union])
def test_a_labelling_without_a_margin_is_refused_by_methods_that_need_one(build: object) -> None:
    with pytest.raises(en.InputError, match="labelling: expected a margin, got none"):
        build(en.Labelling(GALLERY["cantor"], 1))  # type: ignore[operator]


def test_the_union_of_a_single_map_is_small_at_every_depth() -> None:
    half = en.IFS.of([([["1/2"]], [0])])
    net = en.compile_ifs(half, 100, "union", margin="1/4")
    assert (net.depth, net.width) == (102, 2)
    assert net([F(3, 4) / 2**100]) == (F(1, 2),)
    assert net([F(1, 2**100)]) == (F(-1, 2),)


def test_equal_levels_share_their_memory() -> None:
    net = en.compile_ifs(GALLERY["cantor-dust"], 1000)
    assert net.depth == 2001
    assert len({id(layer) for layer in net.layers}) <= 7
