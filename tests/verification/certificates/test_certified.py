"""Certificates of images, regions and covers against the library's other routes."""

from dataclasses import replace
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
from exactnet.verification.certify import certified
from exactnet.verification.claims import Claim
from exactnet.verification.verdicts import Promise

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


def test_numbers_that_the_format_has_no_room_for_are_a_limit() -> None:
    long = 10 ** (check.MAX_DIGITS + 1)
    cantor, unit = GALLERY["cantor"], en.Box.of([(0, 1)])
    steep = en.ReluNetwork.of([([[long], [1]], [0, 0]), ([[1, 1]], [0])])
    flat = en.ReluNetwork.of([([[0]], [F(1, long)])])
    thin = F(1, long)
    reason = "certificate: '1.*' is not a rational"
    refuted = en.prove(en.realizes(flat, cantor, 1))
    proved = en.prove(en.realizes(en.compile_ifs(cantor, 1, "margin", thin), cantor, 1, thin))
    for result in (refuted, proved, en.prove_all_depths(cantor, "margin", thin, "outer")):
        assert result.certificate is None
        with pytest.raises(LimitReached, match=reason):
            certified(result)
    assert (refuted.verdict, proved.verdict) == (en.Refuted, en.Proved)
    assert en.prove_property(steep, unit, [[0, 1, 0]]).reason.startswith("certificate: '1000")
    line = en.ReluNetwork.of([([[1]], [0])])
    for shift, verdict in ((thin, en.Proved), (-thin, en.Refuted)):
        result = en.prove_property(line, unit, [[0, 1, shift]])
        assert (result.verdict, result.certificate) == (verdict, None)
    narrow = en.IFS.of([([[F(1, 3) + thin]], [0])])
    for ask in (lambda: en.certify_regions(steep, unit), lambda: certify_images(narrow)):
        with pytest.raises(LimitReached, match=r"certificate: '.*' is not a rational"):
            ask()


def test_a_certificate_that_is_too_much_for_the_checker_is_a_limit(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    result = en.prove_all_depths(GALLERY["cantor"])
    net = en.ReluNetwork.of([([[1], [1]], [0, "-1/2"]), ([[2, -4]], [0])])
    monkeypatch.setattr(check, "MAX_WORK", 1)
    with pytest.raises(LimitReached, match="certificate: checking it would take too long"):
        certified(result)
    with pytest.raises(LimitReached, match="certificate: checking it would take too long"):
        en.certify_regions(net, en.Box.of([(-1, 1)]))


def test_a_certificate_that_proves_nothing_is_not_handed_out() -> None:
    good = certify_images(GALLERY["cantor"])
    assert Promise(lambda: good).get() is good
    bad = Promise(lambda: replace(good, evidence={"rule": "farkas", "pairs": []}))
    for _ in range(2):  # nor is it kept
        with pytest.raises(LimitReached, match="certificate: a pair of images is missing"):
            bad.get()
