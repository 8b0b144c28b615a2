"""Three routes, one answer; and what each one does with a wrong network."""

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction as F

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mutants import changed

import exactnet as en
from exactnet.errors import ConsistencyError, InputError, LimitReached
from exactnet.limits import silent
from exactnet.verification import regions_route, z3_route
from exactnet.verification.claims import Claim, plain_value
from exactnet.verification.recognition import first_difference, recognise
from exactnet.verification.verdicts import Counterexample

GALLERY = {name: en.gallery.get(name) for name in en.gallery.names()}
DEPTHS = {1: (0, 1, 2, 3), 2: (0, 1, 2), 3: (0, 1)}
METHODS = [
    ("exact", {}),
    ("margin", {}),
    ("margin", {"side": "outer"}),
    ("margin", {"margin": "1/100", "absolute": True}),
    ("fold", {}),
    ("union", {}),
]


def claim_of(built: en.Construction) -> Claim:
    return Claim(built.network, built.labelling, built.threshold)


@pytest.mark.parametrize(("method", "options"), METHODS, ids=str)
@pytest.mark.parametrize("name", GALLERY)
def test_all_three_routes_prove_every_construction(
    name: str, method: str, options: dict[str, object]
) -> None:
    ifs = GALLERY[name]
    refused = 0
    for depth in DEPTHS[ifs.dim]:
        try:
            built = en.construct(ifs, depth, method, **options)
        except en.ConstructionError:
            refused += 1
            continue
        for route in ("induction", "regions", "z3"):
            result = en.prove(claim_of(built), route=route)
            assert (result.verdict, result.reason) == (en.Proved, ""), (depth, route)
            assert result.route == route
            assert result.rests_on
    touching = ifs.contact.value == "touching"
    expected = {"exact": touching, "union": False, "margin": touching and "side" in options}
    if method in expected:  # depth 0 has no images that could touch
        assert (refused > 0) == expected[method]


@pytest.mark.parametrize(("method", "options"), METHODS, ids=str)
@pytest.mark.parametrize("name", GALLERY)
def test_every_depth_at_once(name: str, method: str, options: dict[str, object]) -> None:
    ifs = GALLERY[name]
    try:
        en.construct(ifs, 1, method, **options)
    except en.ConstructionError:
        with pytest.raises(en.ConstructionError):
            en.prove_all_depths(ifs, method, **options)
        return
    result = en.prove_all_depths(ifs, method, **options)
    assert result.verdict is en.Proved
    assert "every n >= 0" in result.claim


@given(data=st.data())
@settings(max_examples=120)
def test_mutated_networks_get_the_same_verdict_from_regions_and_z3(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(["cantor", "cantor-reversed", "uneven-cantor"]))
    method = data.draw(st.sampled_from(["exact", "margin", "union", "fold"]))
    if (name, method) == ("uneven-cantor", "fold"):
        method = "exact"
    built = en.construct(GALLERY[name], data.draw(st.integers(1, 2)), method)
    net = built.network
    k = data.draw(st.integers(0, net.depth))
    i = data.draw(st.integers(0, net.layers[k].outputs - 1))
    j = data.draw(st.integers(-1, net.layers[k].inputs - 1))
    by = data.draw(st.sampled_from([F(1, 1000), F(-1, 1000), F(1, 7), F(-2)]))
    claim = replace(claim_of(built), network=changed(net, k, i, j, by))
    results = [en.prove(claim, route=route) for route in ("regions", "z3", "auto")]
    assert len({result.verdict for result in results}) == 1
    assert en.prove(claim, route="induction").verdict is en.Unknown
    for result in results:
        assert result.verdict is not en.Unknown
        if result.counterexample is not None:
            x = result.counterexample.point
            assert claim.violated(claim.labelling.label(x), claim.network(x)[0])


def test_one_changed_weight_in_a_file_is_not_waved_through(tmp_path: object) -> None:
    ifs = GALLERY["cantor-dust"]
    net = changed(en.compile_ifs(ifs, 8), 5, 3, 2, F(1, 1000))
    claim = en.realizes(net, ifs, 8)
    reason = recognise(claim)
    assert isinstance(reason, str)
    assert "layer 5 weight[3][2]" in reason
    assert en.prove(claim).verdict is en.Refuted


@pytest.mark.parametrize("shift", [F(1, 2**k) for k in (8, 30, 50, 200)])
@pytest.mark.parametrize("sign", [1, -1])
def test_a_threshold_off_by_a_hair_decides_the_verdict(shift: F, sign: int) -> None:
    ifs = GALLERY["cantor"]
    net = en.compile_ifs(ifs, 2, "margin")
    claim = en.realizes(changed(net, net.depth, 0, -1, sign * shift), ifs, 2, margin="1/8")
    for route in ("regions", "z3"):
        assert en.prove(claim, route=route).verdict is en.Refuted
        weaker = replace(claim, threshold=F(1, 2) - shift)
        assert en.prove(weaker, route=route).verdict is en.Proved


@pytest.mark.parametrize("route", ["regions", "z3"])
def test_a_domain_restricts_the_claim(route: str) -> None:
    ifs = GALLERY["cantor"]
    always = en.ReluNetwork.of([([[0]], [1])])  # accepts everything
    left = en.Box.of([("-1", "-1/3")])
    whole = en.realizes(always, ifs, 1)
    assert en.prove(whole, route=route).verdict is en.Refuted
    assert en.prove(replace(whole, domain=left), route=route).verdict is en.Proved


@pytest.mark.parametrize("route", ["regions", "z3"])
def test_a_single_accepted_point_off_the_set_is_found(route: str) -> None:
    """-|x| is 0 at one gap point only: the accepted set has no interior."""
    lonely = en.ReluNetwork.of([([[1]], [0]), ([[-1]], [0])], [["abs"]])
    result = en.prove(en.realizes(lonely, GALLERY["cantor"], 1), route=route)
    assert result.verdict is en.Refuted
    spike = en.ReluNetwork.of(
        [
            ([[1], [1], [1]], [0, "2/3", "-2/3"]),
            ([[1, -1, 1], [1, 1, -1]], [0, 0]),
            ([[-1, 0]], [0]),
        ],
        [["abs", "abs", "abs"], ["abs", "identity"]],
    )
    claim = en.realizes(spike, GALLERY["cantor"], 1)
    assert en.prove(claim, route=route).verdict is en.Refuted


def test_leaky_and_carried_units_are_decided_alike() -> None:
    ifs = GALLERY["cantor"]
    folded = en.compile_ifs(ifs, 2, "fold")
    first = folded.layers[0]
    doubled = en.ReluNetwork.of(
        [
            ([*first.weight, [1], [1]], [*first.bias, 0, 5]),
            ([[*row, 0, 0] for row in folded.layers[1].weight], folded.layers[1].bias),
            (folded.layers[2].weight, folded.layers[2].bias),
            (folded.layers[3].weight, folded.layers[3].bias),
        ],
        [["relu", "relu", {"leaky": "1/10"}, "identity"], ["relu"] * 2, ["relu"] * 2],
    )
    for route in ("regions", "z3"):
        assert en.prove(en.realizes(doubled, ifs, 2), route=route).verdict is en.Proved


def test_limits_give_unknown_with_the_reason() -> None:
    claim = en.realizes(en.compile_ifs(GALLERY["cantor-dust"], 6), GALLERY["cantor-dust"], 6)
    slow = en.prove(claim, route="regions", limits=en.Limits(seconds=0.2))
    assert slow.verdict is en.Unknown
    assert "time limit of 0.2 s" in slow.reason
    assert slow.seconds < 2
    few = en.prove(claim, route="regions", limits=en.Limits(cells=100))
    assert "limit of 100 cells" in few.reason
    small = en.prove(claim, route="regions", limits=en.Limits(memory_mib=1))
    assert "memory limit" in small.reason
    deep = en.prove(replace(claim, labelling=en.Labelling(GALLERY["cantor-dust"], 9)), route="z3")
    assert "cells" in deep.reason
    assert en.prove(claim, route="z3", limits=en.Limits(seconds=0.3)).verdict is en.Unknown
    assert en.prove(claim, limits=en.Limits(seconds=0.0001)).verdict is en.Unknown


@pytest.mark.parametrize("bad", [{"seconds": 0}, {"seconds": float("nan")}, {"cells": -1}])
def test_limits_must_be_positive(bad: dict[str, float]) -> None:
    with pytest.raises(en.InputError, match="positive"):
        en.Limits(**bad)


def test_a_point_that_violates_nothing_is_no_counterexample() -> None:
    claim = en.realizes(en.compile_ifs(GALLERY["cantor"], 1), GALLERY["cantor"], 1)
    with pytest.raises(ConsistencyError, match="Report this bug"):
        Counterexample.confirmed(claim, (F(0),))


def test_finders_raise_what_prove_turns_into_unknown() -> None:
    claim = en.realizes(en.compile_ifs(GALLERY["cantor"], 3), GALLERY["cantor"], 3)
    for finder in (regions_route.find_violation, z3_route.find_violation):
        assert finder(claim, en.Limits(), silent) is None
        with pytest.raises(LimitReached):
            finder(claim, en.Limits(seconds=1e-9), silent)


@given(
    x=st.fractions(-2, 2, max_denominator=50),
    method=st.sampled_from(["exact", "margin", "fold", "union"]),
)
@settings(max_examples=50)
def test_plain_evaluation_agrees_with_the_integer_engine(x: F, method: str) -> None:
    net = en.compile_ifs(GALLERY["cantor"], 3, method)
    assert plain_value(net, (x,)) == net([x])[0]


CANTOR = GALLERY["cantor"]
LEVEL = en.compile_ifs(CANTOR, 1)
TWO_OUTPUTS = en.ReluNetwork.of([([[1], [2]], [0, 0])])


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda: en.realizes(LEVEL, GALLERY["vicsek"], 1), "2 inputs"),
        (lambda: en.realizes(TWO_OUTPUTS, CANTOR, 1), "1 output"),
        (lambda: en.realizes(LEVEL, CANTOR, 1, domain=en.Box.cube(2)), "1 sides"),
        (lambda: en.realizes(LEVEL, CANTOR, 1, threshold=-1), ">= 0"),
        (lambda: en.realizes(LEVEL, CANTOR, -1), "0 <= depth"),
        (lambda: en.prove(en.realizes(LEVEL, CANTOR, 1), route="luck"), "one of auto"),
    ],
)
def test_claims_that_mean_nothing_are_refused(build: Callable[[], object], message: str) -> None:
    with pytest.raises(en.InputError) as caught:
        build()
    assert message in str(caught.value)


def test_the_first_difference_names_the_place() -> None:
    net = en.compile_ifs(GALLERY["cantor"], 1)
    assert first_difference(net, net) is None
    assert first_difference(net, changed(net, 1, 2, -1, F(1))) == "layer 1 bias[2] is 2, expected 1"
    other = en.compile_ifs(GALLERY["cantor"], 2)
    assert "depth 3" in (first_difference(net, other) or "")


def test_claims_about_another_set_are_refuted() -> None:
    net = en.compile_ifs(GALLERY["cantor"], 2)
    for depth in (0, 1, 3):
        for route in ("auto", "regions", "z3"):
            result = en.prove(en.realizes(net, GALLERY["cantor"], depth), route=route)
            assert result.verdict is en.Refuted
    wide = en.compile_ifs(CANTOR, 2, "margin", margin="1/4")
    narrow = en.compile_ifs(CANTOR, 2, "margin", margin="1/16")
    assert en.prove(en.realizes(wide, CANTOR, 2, margin="1/8")).verdict is en.Refuted
    result = en.prove(en.realizes(narrow, CANTOR, 2, margin="1/8"))
    assert (result.verdict, result.route) == (en.Proved, "regions")


@pytest.mark.parametrize("name", ["uneven-cantor", "vicsek", "rotated-dust"])
def test_many_different_margins_are_proved_at_once(name: str) -> None:
    ifs = GALLERY[name]
    result = en.prove(en.realizes(en.compile_ifs(ifs, 40, "margin"), ifs, 40, margin="1/8"))
    assert (result.verdict, result.route) == (en.Proved, "induction")
    assert any("40 levels are one template in t" in line for line in result.rests_on)


@pytest.mark.parametrize("route", ["regions", "z3"])
def test_depths_beyond_a_route_are_unknown_and_quick(route: str) -> None:
    single = en.IFS.of([([["1/2"]], [0])])
    result = en.prove(en.realizes(en.compile_ifs(single, 600), single, 600), route=route)
    assert result.verdict is en.Unknown
    assert "for fractal depths up to" in result.reason


def test_a_claim_with_very_many_cells_stops_at_its_limit() -> None:
    """One network cell against 4^9 cells of K_9: the walk itself keeps the limits."""
    never = en.ReluNetwork.of([([[0, 0]], [-1])])
    claim = en.realizes(never, GALLERY["cantor-dust"], 9, margin="1/2", absolute=True)
    result = en.prove(claim, route="regions", limits=en.Limits(seconds=1))
    assert result.verdict is en.Unknown
    assert result.seconds < 3


def test_networks_of_other_sizes_are_told_apart_without_building_them() -> None:
    constant = en.ReluNetwork.of([([[0, 0]], [-1])])
    claim = en.realizes(constant, GALLERY["cantor-dust"], 6, margin="1/8")
    result = en.prove(claim, route="induction")
    assert result.verdict is en.Unknown
    assert "other sizes" in result.reason
    assert result.seconds < 1


def test_long_numbers_survive_every_route() -> None:
    tiny = F(1, 7**6000)
    biased = en.ReluNetwork.of([([[0]], [-tiny])])
    for route in ("regions", "z3", "auto"):
        result = en.prove(en.realizes(biased, CANTOR, 1), route=route)
        assert result.verdict is en.Refuted
        assert result.counterexample.value == -tiny
        assert "f(x) = -1/" in result.counterexample.words()


def test_limits_count_from_the_start_of_each_proof() -> None:
    limits = replace(en.Limits(seconds=60), started=-1e6)  # made long ago
    claim = en.realizes(en.compile_ifs(CANTOR, 2), CANTOR, 2)
    for route in ("induction", "regions", "z3"):
        assert en.prove(claim, route=route, limits=limits).verdict is en.Proved
    assert en.prove_all_depths(CANTOR, limits=limits).verdict is en.Proved


@pytest.mark.parametrize("route", ["regions", "z3"])
@pytest.mark.parametrize("margin", ["1/8", "1/2", "9/10"])
def test_enlarged_cells_that_overlap_cover_together(route: str, margin: str) -> None:
    halves = en.IFS.of([([["1/2"]], ["1/2"]), ([["1/2"]], ["-1/2"])])
    net = en.compile_ifs(halves, 2, "fold")
    claim = en.realizes(net, halves, 2, margin=margin, side="outer", threshold=0)
    assert en.prove(claim, route=route).verdict is en.Proved


@pytest.mark.parametrize("route", ["regions", "z3"])
def test_a_shared_point_may_belong_to_the_other_image_only(route: str) -> None:
    """0 is in F_1(K_0) and F_2(K_0), but in K_2 by way of F_2 alone."""
    ifs = en.IFS.of([([["1/2"]], ["-1/2"]), ([["1/4"]], ["1/4"])])
    assert ifs.contact.value == "touching"
    assert list(ifs.prefractal(2).locate((F(0),)).values()) == [(2, 1)]
    only_zero = en.ReluNetwork.of([([[1]], [0]), ([[-1]], [0])], [["abs"]])
    left = en.Box.of([("-1/16", 0)])  # meets K_2 in 0 alone
    claim = replace(en.realizes(only_zero, ifs, 2), domain=left)
    assert en.prove(claim, route=route).verdict is en.Proved


def test_claims_about_numbers_of_any_length_are_said_in_words() -> None:
    long = 10**5000
    cantor = en.gallery.cantor()
    net = en.compile_ifs(cantor, 1)
    result = en.prove(en.realizes(net, cantor, 1, threshold=long))
    assert result.verdict is en.Refuted
    assert result.claim.startswith(f"f >= {'1' + '0' * 5000} on K_1 and f <= -1")
    with pytest.raises(InputError, match=r"a rational >= 0, got -10{38}\. Use 0"):
        en.realizes(net, cantor, 1, threshold=-long)
    thin = en.compile_ifs(cantor, 1, "margin", F(1, long))
    assert en.prove(en.realizes(thin, cantor, 1, F(1, long))).verdict is en.Proved
    same = en.equivalent(net, net, [(0, long)])
    assert same.claim == f"f = g on [0, 1{'0' * 5000}]"
