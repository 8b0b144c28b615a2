"""Report pages: everything on them comes from, or agrees with, another route."""

from pathlib import Path

import pytest
from pages import read_page

import exactnet as en
from exactnet.errors import ConstructionError, FileError, InputError
from exactnet.limits import Limits
from exactnet.viewing.fractal_report import save_report

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
