"""The regions route against Z3, the definition of a claim, and networks wrong by a hair."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from fractions import Fraction as F
from itertools import pairwise, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mutants import changed

import exactnet as en
from exactnet.geometry.box import Box
from exactnet.limits import silent
from exactnet.networks.layer import Layer
from exactnet.regions import faces
from exactnet.verification import regions_route
from exactnet.verification.claims import Claim, plain_value
from exactnet.verification.regions_route import find_violation

PLANE = ["cantor-dust", "rotated-dust", "sheared-dust", "sierpinski", "vicsek", "pentaflake"]
GALLERY = {name: en.gallery.get(name) for name in ["cantor", "uneven-cantor", *PLANE]}
KINDS = ["relu", "relu", "relu", "abs", "identity", {"leaky": "1/3"}]
HALVES = en.IFS.of([([["1/2"]], ["1/2"]), ([["1/2"]], ["-1/2"])])  # the images share 0


def claim_of(name: str, depth: int, method: str) -> Claim | None:
    try:
        built = en.construct(GALLERY[name], depth, method)
    except en.ConstructionError:
        return None
    return Claim(built.network, built.labelling, built.threshold)


def verdict(claim: Claim) -> en.Verdict:
    """What both routes say; every counterexample is evaluated here, by the definition."""
    found = [en.prove(claim, route=route) for route in ("regions", "z3")]
    assert found[0].verdict is found[1].verdict
    assert found[0].verdict is not en.Unknown
    for result in found:
        assert (result.counterexample is None) == (result.verdict is en.Proved)
        if result.counterexample is not None:
            _confirm(claim, result.counterexample.point)
    return found[0].verdict


def _confirm(claim: Claim, x: tuple[F, ...]) -> None:
    value, label = plain_value(claim.network, x), claim.labelling.label(x)
    assert claim.domain is None or x in claim.domain
    c = claim.threshold
    if label == 1:
        assert value < c
    else:
        assert label == -1
        assert value > -c or (c == 0 == value)


@contextmanager
def pieces_of(size: int) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(faces, "cells_at_once", lambda _: size)
        yield


@pytest.mark.parametrize("method", ["exact", "margin", "union", "fold"])
@pytest.mark.parametrize("name", PLANE)
@given(data=st.data())
@settings(max_examples=4)
def test_mutants_in_the_plane_get_the_verdict_of_z3(
    name: str, method: str, data: st.DataObject
) -> None:
    claim = claim_of(name, 1, method)
    if claim is None:
        assert method in ("exact", "fold")
        return
    net = claim.network
    k = data.draw(st.integers(0, net.depth))
    i = data.draw(st.integers(0, net.layers[k].outputs - 1))
    j = data.draw(st.integers(-1, net.layers[k].inputs - 1))
    by = data.draw(st.sampled_from([F(1, 1000), F(-1, 1000), F(1, 7), F(-2)]))
    mutant = replace(claim, network=changed(net, k, i, j, by))
    with pieces_of(data.draw(st.sampled_from([1, 7, 10**9]))):
        verdict(mutant)


@st.composite
def labellings(draw: st.DrawFn, dim: int) -> en.Labelling:
    """Small prefractals: with and without a margin, cores that are points, images that touch."""
    systems = [GALLERY["cantor"], GALLERY["uneven-cantor"], HALVES]
    ifs = draw(st.sampled_from(systems if dim == 1 else [GALLERY[name] for name in PLANE]))
    depth = draw(st.integers(0, 2 if dim == 1 else 1))
    kind = draw(st.sampled_from(["none", "inner", "outer", "absolute"]))
    if kind == "none":
        return en.Labelling(ifs, depth)
    margin = draw(st.sampled_from([F(1, 8), F(1, 2), F(1, 4), F(9, 10)]))
    side = "inner" if kind == "absolute" else kind
    return en.Labelling(ifs, depth, margin, side, absolute=kind == "absolute")


@st.composite
def small_networks(draw: st.DrawFn, d: int) -> en.ReluNetwork:
    """Up to two hidden layers, weights in {-2..2}, some first layers that do not span R^d."""
    sizes = [d, *draw(st.lists(st.integers(1, 3), max_size=2)), 1]
    weights = st.sampled_from([1, -1, 2, 0, -2, F(1, 2)])
    layers, units = [], []
    for before, after in pairwise(sizes):
        layers.append(
            (
                [[draw(weights) for _ in range(before)] for _ in range(after)],
                [draw(weights) for _ in range(after)],
            )
        )
        units.append([draw(st.sampled_from(KINDS)) for _ in range(after)])
    return en.ReluNetwork.of(layers, units[:-1])


@st.composite
def small_boxes(draw: st.DrawFn, d: int) -> Box:
    """Boxes with corners in eighths of [-5/4, 5/4]: often inside a cell, a gap, or at a corner."""
    sides = []
    for _ in range(d):
        low = draw(st.integers(-10, 9))
        sides.append((F(low, 8), F(draw(st.integers(low + 1, min(low + 6, 10))), 8)))
    return Box.of(sides)


@pytest.mark.parametrize("dim", [1, 2])
@given(data=st.data())
@settings(max_examples=100)
def test_any_claim_about_any_network_gets_the_verdict_of_z3(dim: int, data: st.DataObject) -> None:
    """Most are refuted on R^d; on small boxes many hold."""
    claim = Claim(
        data.draw(small_networks(dim)),
        data.draw(labellings(dim)),
        data.draw(st.sampled_from([F(0), F(1, 2), F(2)])),
        data.draw(st.one_of(st.none(), small_boxes(dim), small_boxes(dim))),
    )
    with pieces_of(data.draw(st.sampled_from([1, 10**9]))):
        verdict(claim)


@given(data=st.data())
@settings(max_examples=40)
def test_constructions_restricted_to_a_box_with_any_threshold_get_the_verdict_of_z3(
    data: st.DataObject,
) -> None:
    name = data.draw(st.sampled_from(["cantor", "cantor-dust", "rotated-dust", "vicsek"]))
    claim = claim_of(name, 1, data.draw(st.sampled_from(["margin", "union"])))
    assert claim is not None
    box = data.draw(st.one_of(st.none(), small_boxes(claim.network.inputs)))
    threshold = data.draw(st.sampled_from([F(0), F(1, 4), F(1, 2), F(1, 2) + F(1, 2**40), F(1)]))
    found = verdict(replace(claim, domain=box, threshold=threshold))
    if threshold == claim.threshold:
        assert found is en.Proved
    if threshold and threshold < claim.threshold:
        assert found is en.Proved
    if threshold > claim.threshold and box is None:
        assert found is en.Refuted


def with_spike(net: en.ReluNetwork, centre: list[F], radius: F, height: F) -> en.ReluNetwork:
    """f + height relu(1 - |x - centre|_1 / radius), for two hidden layers or more."""
    d, depth = net.inputs, net.depth
    own = [  # the spike's own units, layer by layer: matrix, bias, slope
        ([tuple(F(int(i == j)) for j in range(d)) for i in range(d)], [-c for c in centre], F(-1)),
        ([(-1 / radius,) * d], [F(1)], F(0)),
        *[([(F(1),)], [F(0)], F(0))] * (depth - 2),
    ]
    layers, before = [], 0
    for layer, (rows, bias, slope) in zip(net.layers, own, strict=False):
        old = [(*row, *[F(0)] * before) for row in layer.weight]
        new = [((F(0),) * layer.inputs if before else ()) + row for row in rows]
        slopes = (*layer.slopes, *[slope] * len(rows))
        layers.append(Layer((*old, *new), (*layer.bias, *bias), slopes))
        before = len(rows)
    last = net.layers[-1]
    return en.ReluNetwork((*layers, replace(last, weight=((*last.weight[0], height),))))


@pytest.mark.parametrize("bits", [3, 20, 60, 300])
@pytest.mark.parametrize("name", ["cantor", "cantor-dust", "rotated-dust"])
def test_a_dip_of_any_size_inside_a_core_is_found(name: str, bits: int) -> None:
    """Volumes that miss the core's by 2^-600 are not equal to it."""
    ifs = GALLERY[name]
    built = en.construct(ifs, 1, "margin")
    claim = Claim(built.network, built.labelling, built.threshold)
    inside = list(ifs.maps[1](ifs.base.centre))
    value = built.network(inside)[0]
    radius = F(1, 2**bits) / 100
    deep = with_spike(built.network, inside, radius, -(value - F(1, 2)) - F(1, 2**bits))
    assert deep(inside)[0] == F(1, 2) - F(1, 2**bits)
    result = en.prove(replace(claim, network=deep), route="regions")
    assert result.verdict is en.Refuted
    assert result.counterexample is not None
    _confirm(replace(claim, network=deep), result.counterexample.point)
    near = [abs(a - b) for a, b in zip(result.counterexample.point, inside, strict=True)]
    assert sum(near) < radius
    shallow = with_spike(built.network, inside, radius, F(1, 2) - value)  # down to 1/2 exactly
    assert shallow(inside)[0] == F(1, 2)
    assert en.prove(replace(claim, network=shallow), route="regions").verdict is en.Proved


@pytest.mark.parametrize("bits", [3, 20, 60, 300])
@pytest.mark.parametrize("name", ["cantor", "cantor-dust", "rotated-dust"])
def test_a_spike_of_any_size_in_a_gap_is_found(name: str, bits: int) -> None:
    ifs = GALLERY[name]
    built = en.construct(ifs, 1, "margin")
    claim = Claim(built.network, built.labelling, built.threshold)
    gap = [F(0)] * ifs.dim
    assert claim.labelling.label(tuple(gap)) == -1
    value = built.network(gap)[0]
    radius = F(1, 2**bits) / 100
    high = with_spike(built.network, gap, radius, -F(1, 2) - value + F(1, 2**bits))
    result = en.prove(replace(claim, network=high), route="regions")
    assert result.verdict is en.Refuted
    assert result.counterexample is not None
    _confirm(replace(claim, network=high), result.counterexample.point)
    level = with_spike(built.network, gap, radius, -F(1, 2) - value)  # up to -1/2 exactly
    assert en.prove(replace(claim, network=level), route="regions").verdict is en.Proved


@pytest.mark.parametrize("name", ["cantor", "cantor-dust", "rotated-dust", "vicsek"])
@pytest.mark.parametrize("bits", [8, 50, 200])
def test_thresholds_off_by_a_hair_decide(name: str, bits: int) -> None:
    claim = claim_of(name, 1, "margin")
    assert claim is not None
    hair = F(1, 2**bits)
    for shift, expected in ((hair, en.Refuted), (F(0), en.Proved), (-hair, en.Proved)):
        assert verdict(replace(claim, threshold=F(1, 2) + shift)) is expected


@pytest.mark.parametrize("name", ["cantor", "cantor-dust", "rotated-dust"])
@pytest.mark.parametrize("method", ["exact", "margin", "union"])
def test_parts_of_any_size_and_weights_of_any_size_give_the_same_verdict(
    name: str, method: str
) -> None:
    claim = claim_of(name, 1, method)
    assert claim is not None
    net = claim.network
    first, second = net.layers[:2]
    big = F(3) ** 50
    scaled = Layer(
        tuple(tuple(big * v for v in row) for row in first.weight),
        tuple(big * v for v in first.bias),
        first.slopes,
    )
    following = replace(second, weight=tuple(tuple(v / big for v in row) for row in second.weight))
    twin = en.ReluNetwork((scaled, following, *net.layers[2:]))
    wrong = changed(twin, net.depth, 0, -1, F(1, 10**30))
    for size in (5, 10**9):
        with pieces_of(size):
            for right in (net, twin):
                assert find_violation(replace(claim, network=right), en.Limits(), silent) is None
            found = find_violation(replace(claim, network=wrong), en.Limits(), silent)
            assert found is not None
            _confirm(replace(claim, network=wrong), found)


def test_images_that_touch_are_covered_together() -> None:
    """f = 1 - |x| is >= 0 exactly on [-1, 1] = K_n for two halves that share their end points."""
    hat = en.ReluNetwork.of([([[1]], [0]), ([[-1]], [1])], [["abs"]])
    for depth in range(4):
        claim = en.realizes(hat, HALVES, depth)
        assert verdict(claim) is en.Proved
        for by in (F(1, 2**40), F(-1, 2**40)):
            assert verdict(replace(claim, network=changed(hat, 1, 0, -1, by))) is en.Refuted
    square = en.IFS.of(
        [([["1/2", 0], [0, "1/2"]], [F(a, 2), F(b, 2)]) for a, b in product((1, -1), repeat=2)]
    )
    block = en.ReluNetwork.of(  # 1 - max(|x|, |y|)
        [([[1, 0], [0, 1]], [0, 0]), ([[1, 0], [-1, 1]], [0, 0]), ([[-1, -1]], [1])],
        [["abs", "abs"], ["identity", "relu"]],
    )
    for depth in range(3):
        claim = en.realizes(block, square, depth)
        assert verdict(claim) is en.Proved
        assert verdict(replace(claim, network=changed(block, 2, 0, -1, F(-1, 99)))) is en.Refuted


def test_a_face_of_accepted_points_of_any_dimension_off_the_set_is_found() -> None:
    """f = 0 on a line, a segment, a point of a gap, and f < 0 around: no cell shows it."""
    dust = GALLERY["cantor-dust"]
    line = en.ReluNetwork.of([([[1, 0]], [0]), ([[-1]], [0])], [["abs"]])
    point = en.ReluNetwork.of([([[1, 0], [0, 1]], [0, 0]), ([[-1, -1]], [0])], [["abs", "abs"]])
    segment = en.ReluNetwork.of(  # -|x| - relu(|y| - 1/8)
        [([[1, 0], [0, 1]], [0, 0]), ([[1, 0], [0, 1]], [0, "-1/8"]), ([[-1, -1]], [0])],
        [["abs", "abs"], ["identity", "relu"]],
    )
    gap = Box.of([("-1/4", "1/4"), ("-1/4", "1/4")])
    for net, dim in ((line, 1), (segment, 1), (point, 0)):
        claim = Claim(net, en.Labelling(dust, 1), F(0), gap)
        assert verdict(claim) is en.Refuted
        found = find_violation(claim, en.Limits(), silent)
        assert found is not None
        assert net(found) == (0,)
        assert found[0] == 0
        assert dim or found == (0, 0)
        lower = changed(net, net.depth, 0, -1, F(-1, 2**50))
        assert verdict(replace(claim, network=lower)) is en.Proved


def test_networks_that_ignore_a_coordinate_are_claims_on_all_of_space_too() -> None:
    """The first layer does not span R^2, so cells are cut by artificial hyperplanes."""
    dust = GALLERY["cantor-dust"]
    strip = en.compile_ifs(GALLERY["cantor"], 1)
    first = strip.layers[0]
    wide = Layer(tuple((*row, F(0)) for row in first.weight), first.bias, first.slopes)
    net = en.ReluNetwork((wide, *strip.layers[1:]))
    assert verdict(en.realizes(net, dust, 1)) is en.Refuted
    never = en.ReluNetwork.of([([[1, 0]], [0]), ([[0]], [-1])])
    always = en.ReluNetwork.of([([[1, 0]], [0]), ([[0]], [1])])
    for constant in (never, always):
        assert verdict(en.realizes(constant, dust, 1)) is en.Refuted
    inside = Box.of([("5/8", "7/8"), ("5/8", "7/8")])
    assert verdict(Claim(always, en.Labelling(dust, 1), F(0), inside)) is en.Proved
    assert verdict(Claim(never, en.Labelling(dust, 1), F(0), inside)) is en.Refuted


def test_progress_is_reported_and_limits_are_kept_while_walking() -> None:
    dust = GALLERY["cantor-dust"]
    claim = en.realizes(en.compile_ifs(dust, 3), dust, 3)
    seen: list[str] = []
    assert find_violation(claim, en.Limits(), seen.append) is None
    assert seen
    assert all(line.startswith("regions: ") and "cells checked" in line for line in seen)
    assert regions_route.RESTS_ON
    with pytest.raises(en.errors.LimitReached, match="cells"):
        find_violation(claim, en.Limits(cells=50), silent)
