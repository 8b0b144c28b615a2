"""Report pages: everything on them comes from, or agrees with, another route."""

import os
import re
from fractions import Fraction
from pathlib import Path

import pytest
from pages import read_page

import exactnet as en
from exactnet.errors import ConstructionError, FileError, InputError
from exactnet.limits import Limits
from exactnet.theorems.values import shown
from exactnet.verification.certificates.documents import Certificate
from exactnet.viewing import fractal_report, page
from exactnet.viewing.fractal_report import save_report
from exactnet.viewing.theorem_page import number

FILES = ("network.json", "certificate.json")


def test_the_page_stands_alone_and_its_files_convince_the_checker(tmp_path: Path) -> None:
    ifs = en.gallery.cantor_dust()
    report = save_report(ifs, 2, tmp_path / "new" / "folder", wanted=("1", "3"))
    assert report.verdict is en.Proved
    assert [path.name for path in report.files] == ["index.html", *FILES]
    words = read_page(report.page.read_text(encoding="utf-8"), FILES)
    net = en.load_network(report.files[1])
    counts = en.enumerate_regions(net, ifs.base).counts()
    parts = ("proved", f"{counts['proper']:,} linear regions", "Theorem 1", "Theorem 3")
    for part in (*parts, "does not apply", "3/4", "Hinz, van de Geer 2019"):
        assert part in words
    assert "K_2" in en.check_certificate(report.files[2])
    assert en.prove(en.realizes(net, ifs, 2)).verdict is en.Proved


@pytest.mark.parametrize(
    ("name", "depth", "method"),
    [("cantor", 3, "fold"), ("sierpinski", 1, "margin"), ("tetrahedron-dust", 1, "exact"),
     ("cantor", 0, "exact")],
)  # fmt: skip
def test_other_dimensions_and_methods_have_pages(
    tmp_path: Path, name: str, depth: int, method: str
) -> None:
    report = save_report(en.gallery.get(name), depth, tmp_path, method, wanted=("1",))
    words = read_page(report.page.read_text(encoding="utf-8"), FILES)
    assert report.verdict is en.Proved
    assert "linear regions of the network on K_0" in words


def test_a_limit_is_said_where_it_was_reached_and_the_rest_stands(tmp_path: Path) -> None:
    report = save_report(en.gallery.cantor_dust(), 3, tmp_path, limits=Limits(cells=100), wanted=())
    words = read_page(report.page.read_text(encoding="utf-8"), FILES)
    assert "not finished: the limit of 100 cells was reached" in words
    assert report.verdict is en.Proved  # induction needs no cells


def test_what_cannot_be_written_or_compiled_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("kept")
    with pytest.raises(FileError, match="expected a folder"):
        save_report(en.gallery.cantor(), 1, tmp_path / "file")
    assert (tmp_path / "file").read_text() == "kept"
    with pytest.raises(InputError, match="some of 1, 2, 3, gradient, got '4'"):
        save_report(en.gallery.cantor(), 1, tmp_path / "new", wanted=("4",))
    with pytest.raises(ConstructionError, match="share"):
        save_report(en.gallery.vicsek(), 1, tmp_path / "touching", "exact")


def test_an_interrupted_report_leaves_the_older_one_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    save_report(en.gallery.cantor(), 1, tmp_path, wanted=())
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert set(before) == {"index.html", *FILES}
    monkeypatch.setattr(fractal_report, "enumerate_regions", stop)
    with pytest.raises(KeyboardInterrupt):
        save_report(en.gallery.cantor(), 2, tmp_path, wanted=())
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_the_page_is_written_last_and_not_at_all_without_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[str] = []
    monkeypatch.setattr(
        page, "save", lambda *_: written.extend(path.name for path in tmp_path.iterdir())
    )
    save_report(en.gallery.cantor(), 1, tmp_path, wanted=())
    assert sorted(written) == sorted(FILES)

    def too_large(*_: object) -> None:
        raise InputError("too large")

    monkeypatch.setattr(Certificate, "save", too_large)
    with pytest.raises(InputError, match="too large"):
        save_report(en.gallery.cantor(), 1, tmp_path / "other", wanted=())
    assert not list((tmp_path / "other").iterdir())


def test_a_folder_named_like_a_page_or_to_read_only_is_refused_before_any_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fractal_report, "construct", None)
    for name in ("report.html", "REPORT.HTM"):
        with pytest.raises(InputError, match=r"a folder, got that of a page.* Name the folder al"):
            save_report(en.gallery.cantor(), 1, tmp_path / name)
        assert not (tmp_path / name).exists()
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(FileError, match="expected a folder to write to, got one to read only"):
        save_report(en.gallery.cantor(), 1, tmp_path / "report")


def test_more_cells_than_the_limit_are_neither_drawn_nor_cut(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fractal_report, "enumerate_regions", None)
    said: list[str] = []
    report = save_report(en.gallery.cantor(), 99, tmp_path, progress=said.append, wanted=())
    words = read_page(report.page.read_text(encoding="utf-8"), FILES)
    assert report.verdict is en.Proved
    assert words.count("not finished: K_99 has 2^99 cells, more than the limit of 5000000") == 2
    parts = ("report, proof: begun", "report, picture: begun", "report, linear regions: begun")
    assert [line for line in said if "begun" in line] == list(parts)
    assert all(line.startswith("report, ") for line in said)


def test_pictures_of_a_page_share_no_names_and_numbers_are_copied_whole(tmp_path: Path) -> None:
    report = save_report(en.gallery.cantor_dust(), 1, tmp_path, wanted=("1",))
    html = report.page.read_text(encoding="utf-8")
    names = re.findall(r' id="([^"]+)"', html)
    assert len(names) > 100
    assert len(set(names)) == len(names)
    assert set(re.findall(r'(?:href="#|url\(#)([^")]+)', html)) <= set(names)
    assert "purl.org" not in html
    bound = next(row.value for row in en.bounds.network_table(en.load_network(report.files[1]))
                 if row.name == "trivial")  # fmt: skip
    assert str(bound) in read_page(html, FILES)


def test_long_exact_numbers_unfold_from_their_decimals() -> None:
    long = Fraction(3**60, 2**97)
    assert read_page(number(long).text) == f"~ {shown(long)}{long}"
    assert read_page(number(Fraction(1, 3)).text) == "1/3"
    assert read_page(number(-(10**6)).text) == "-1000000"
    assert read_page(number((Fraction(1, 3), 1)).text) == "0.333333..1"
    assert read_page(number(None).text) == "-"
