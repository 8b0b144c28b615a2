"""Certificates of images, regions and covers against the library's other routes."""

from fractions import Fraction as F

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies_lower import interval_systems, networks

import exactnet as en
from exactnet.errors import LimitReached
from exactnet.limits import Limits, silent
from exactnet.verification import check
from exactnet.verification.certificates.covers import certify_by_cover, certify_regions
from exactnet.verification.certificates.images import certify_images
from exactnet.verification.certificates.levels import certify_all_depths, certify_construction
from exactnet.verification.claims import Claim

GALLERY = {name: en.gallery.get(name) for name in en.gallery.names()}


@pytest.mark.parametrize("name", GALLERY)
def test_images_of_the_gallery_are_disjoint_or_share_a_point(name: str) -> None:
    ifs = GALLERY[name]
    certificate = certify_images(ifs)
    words = certificate.checked()
    if ifs.contact.value == "disjoint":
        assert words == f"the {ifs.r} images F_i(K_0) lie in K_0 and are pairwise disjoint"
    else:
        assert certificate.claim["kind"] == "touching"
        assert "share the point" in words


@given(data=st.data(), touching=st.booleans())
@settings(max_examples=40)
def test_images_of_random_systems_are_certified(data: st.DataObject, touching: bool) -> None:
    ifs, _ = data.draw(interval_systems(touching))
    words = certify_images(ifs).checked()
    assert ("share the point" in words) == touching


@given(data=st.data())
@settings(max_examples=40)
def test_certified_counts_of_regions_are_those_of_the_enumeration(data: st.DataObject) -> None:
    net = data.draw(networks(hidden=2))
    box = en.Box.of([(F(-1), F(k + 1, 2)) for k in range(net.inputs)])
    certificate = certify_regions(net, box)
    certificate.checked()
    counts = en.enumerate_regions(net, box).counts()
    claimed = certificate.claim["counts"]
    assert claimed == {name: counts[name] for name in ("proper", "open", "closed", "affine")}


LEVELS = [(name, method) for name in ("cantor", "uneven-cantor") for method in ("exact", "margin")]


@pytest.mark.parametrize(
    ("name", "method"),
    [*LEVELS, ("cantor", "fold"), ("cantor-reversed", "fold"), ("cantor-dust", "fold")],
)
def test_constructions_are_certified_by_levels_and_by_covers(name: str, method: str) -> None:
    built = en.construct(GALLERY[name], 1, method)
    by_levels = certify_construction(built, built.threshold, Limits(), silent)
    claim = Claim(built.network, built.labelling, built.threshold)
    by_cover = certify_by_cover(claim, Limits(), silent)
    assert by_levels.checked() == by_cover.checked()
    assert by_levels.claim == by_cover.claim


@pytest.mark.parametrize("name", ["cantor", "uneven-cantor"])
def test_certificates_for_all_depths_say_from_which_depth_on(name: str) -> None:
    ifs = GALLERY[name]
    for method, options, least in (("exact", (), 0), ("margin", ("1/50", "outer"), 1)):
        labelling = en.Labelling.of(ifs, 1, *options)
        words = certify_all_depths(ifs, method, labelling, Limits(), silent).checked()
        assert words.startswith(f"for every n >= {least}: ")


def test_a_wrong_network_gets_no_cover() -> None:
    built = en.construct(GALLERY["cantor"], 1, "exact")
    deeper = en.Labelling.of(GALLERY["cantor"], 2)
    with pytest.raises(LimitReached, match="no cover proves the claim"):
        certify_by_cover(Claim(built.network, deeper, F(0)), Limits(), silent)


def test_a_prover_may_work_longer_than_a_checker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(check, "MAX_WORK", 1)
    certificate = certify_images(GALLERY["cantor"])
    with pytest.raises(check.Rejected, match="take too long"):
        certificate.checked()
