"""The induction route believes no compiler: wrong levels are noticed, whoever made them."""

from dataclasses import replace
from fractions import Fraction as F

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mutants import changed

import exactnet as en
from exactnet.constructions import branches, margin
from exactnet.errors import ConsistencyError
from exactnet.limits import silent
from exactnet.networks.layer import Layer
from exactnet.verification import induction
from exactnet.verification.certify import certified
from exactnet.verification.claims import Claim
from exactnet.verification.structure import check_schedule
from exactnet.verification.template import LevelTemplate

GALLERY = {name: en.gallery.get(name) for name in en.gallery.names()}


def discharge(built: en.Construction) -> tuple[str, ...]:
    return induction.prove_construction(built, en.Limits(), silent)


@pytest.fixture(params=["no slope", "no penalty"])
def wrong_compiler(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """A compiler whose margin levels are wrong."""
    if request.param == "no slope":
        monkeypatch.setattr(margin, "gate_slope", lambda side, delta: F(0))
    else:
        readout = branches.BranchLevel._readout

        def forgetful(self: branches.BranchLevel, found: object) -> Layer:
            layer = readout(self, found)
            zero = (F(0),) * len(layer.weight[-1])
            return Layer((*layer.weight[:-1], zero), (*layer.bias[:-1], F(0)), layer.slopes)

        monkeypatch.setattr(branches.BranchLevel, "_readout", forgetful)
    return str(request.param)


@pytest.mark.parametrize("depth", [1, 3, 17, 20])
@pytest.mark.usefixtures("wrong_compiler")
def test_a_wrong_compiler_is_found_out_at_every_depth(depth: int) -> None:
    with pytest.raises(ConsistencyError, match="Report this bug"):
        discharge(en.construct(GALLERY["cantor-dust"], depth, "margin"))


@pytest.mark.usefixtures("wrong_compiler")
def test_a_wrong_compiler_is_found_out_for_all_depths() -> None:
    with pytest.raises(ConsistencyError, match="Report this bug"):
        en.prove_all_depths(GALLERY["cantor-dust"], "margin")


def spoiled(net: en.ReluNetwork, data: st.DataObject) -> en.ReluNetwork:
    """The network with one number changed somewhere."""
    k = data.draw(st.integers(0, len(net.layers) - 1), "layer")
    i = data.draw(st.integers(0, net.layers[k].outputs - 1), "row")
    j = data.draw(st.integers(-1, net.layers[k].inputs - 1), "column")
    return changed(net, k, i, j, data.draw(st.sampled_from([F(1, 1000), F(-1), F(1, 3)]), "by"))


@given(data=st.data())
@settings(max_examples=150)
def test_a_spoiled_part_is_refused_unless_the_network_is_still_right(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(["cantor", "cantor-reversed", "uneven-cantor"]))
    method = data.draw(st.sampled_from(["exact", "margin", "union", "fold"]))
    if (name, method) == ("uneven-cantor", "fold"):
        method = "margin"
    side = data.draw(st.sampled_from(["inner", "outer"])) if method == "margin" else "inner"
    built = en.construct(GALLERY[name], data.draw(st.integers(1, 2)), method, side=side)
    k = data.draw(st.integers(0, len(built.parts) - 1), "part")
    parts = (*built.parts[:k], spoiled(built.parts[k], data), *built.parts[k + 1 :])
    wrong = replace(built, parts=parts)
    try:
        discharge(wrong)
    except ConsistencyError:
        return
    claim = Claim(wrong.network, wrong.labelling, wrong.threshold)
    assert en.prove(claim, route="regions").verdict is en.Proved


@pytest.mark.parametrize("options", [{}, {"margin": "1/50", "absolute": True}], ids=str)
@pytest.mark.parametrize("name", ["cantor-dust", "vicsek", "uneven-cantor"])
def test_levels_of_all_margins_fit_one_template(name: str, options: dict[str, object]) -> None:
    ifs = GALLERY[name]
    steps = [
        (t, margin.margin_level(ifs, "inner", t).network(ifs.normalised_maps))
        for t in (F(1), F(1, 2), F(1, 3), F(1, 17), F(1, 10**9))
    ]
    template = LevelTemplate.fitted(steps)
    for t, net in steps:
        template.check(t, net)
        with pytest.raises(ConsistencyError):
            template.check(t / 2, net)
    with pytest.raises(ConsistencyError, match="three levels"):
        LevelTemplate.fitted(steps[:2])
    assert en.prove_all_depths(ifs, "margin", **options).verdict is en.Proved


def test_a_level_that_leaves_the_template_is_noticed() -> None:
    ifs = GALLERY["cantor"]
    built = en.construct(ifs, 20, "margin")
    wrong_step = margin.margin_level(ifs, "inner", F(1, 9)).network(ifs.normalised_maps)
    parts = (*built.parts[:7], wrong_step, *built.parts[8:])
    with pytest.raises(ConsistencyError, match="template"):
        discharge(replace(built, parts=parts))


def test_margins_that_do_not_shrink_with_the_cells_are_noticed() -> None:
    inner = en.Labelling.of(GALLERY["uneven-cantor"], 3, margin="1/8")
    assert "1/10 t" in check_schedule(inner, margin.level_margins(inner))
    rho = F(1, 2)  # the largest Lipschitz constant, which is not enough here
    with pytest.raises(ConsistencyError, match="margins that shrink"):
        check_schedule(inner, [F(1, 8) * rho**2, F(1, 8) * rho, F(1, 8)])
    with pytest.raises(ConsistencyError, match="margins that shrink"):
        check_schedule(inner, [F(1, 800), F(1, 80), F(1, 7)])
    ball = en.Labelling.of(GALLERY["uneven-cantor"], 2, margin="1/100", absolute=True)
    assert "pulled back" in check_schedule(ball, margin.level_margins(ball))
    with pytest.raises(ConsistencyError, match="balls"):
        check_schedule(ball, [F(1, 100), F(1, 50)])


def test_margins_that_shrink_at_no_depth_are_noticed_though_those_of_one_level_are_right(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def flat(labelling: en.Labelling) -> list[F]:
        return [labelling.margin or F(0)] * labelling.depth

    inner = en.Labelling.of(GALLERY["cantor"], 1, margin="1/8")
    assert flat(inner) == margin.level_margins(inner)
    monkeypatch.setattr(induction, "level_margins", flat)
    with pytest.raises(ConsistencyError, match="margins that shrink"):
        induction.prove_levels(inner.ifs, "margin", inner, en.Limits(), silent)


def test_a_union_with_cells_in_the_wrong_place_is_noticed() -> None:
    built = en.construct(GALLERY["cantor"], 2, "union")
    other = en.construct(en.gallery.cantor(1, "2/5"), 2, "union")
    parts = (built.parts[0], other.parts[1], *built.parts[2:])
    with pytest.raises(ConsistencyError, match=r"a copy of I_0 for cell \(1, 1\)"):
        discharge(replace(built, parts=parts))


def test_a_certificate_that_begins_at_one_leaves_depth_zero_to_what_it_rested_on() -> None:
    dust = en.gallery.cantor()
    whole = certified(en.prove_all_depths(dust))
    assert whole.rests_on == ("a certificate, which the checker accepted",)
    margin = en.prove_all_depths(dust, "margin", "1/8", "outer")
    assert certified(margin).rests_on[1:] == margin.rests_on
    assert "n >= 1" in certified(margin).rests_on[0]
