"""Pictures: what is drawn is counted, and bad requests are named."""

from pathlib import Path

import pytest

import exactnet as en
from exactnet.viewing.picture import save_picture


@pytest.mark.parametrize(("suffix", "head"), [(".png", b"\x89PNG"), (".svg", b"<?xml")])
def test_every_region_is_drawn(tmp_path: Path, suffix: str, head: bytes) -> None:
    ifs = en.gallery.cantor_dust()
    net = en.compile_ifs(ifs, 1, "fold")
    path = tmp_path / f"dust{suffix}"
    assert save_picture(ifs, net, 1, path) == 16  # two folds and two tents in each direction
    assert path.read_bytes().startswith(head)


@pytest.mark.parametrize(
    ("name", "file", "message"),
    [("cantor", "x.png", "2 dimensions"), ("cantor-dust", "x.gif", "a .png or .svg file")],
)
def test_what_cannot_be_drawn_is_refused(
    tmp_path: Path, name: str, file: str, message: str
) -> None:
    ifs = en.gallery.get(name)
    with pytest.raises(en.InputError, match=message):
        save_picture(ifs, en.compile_ifs(ifs, 1), 1, tmp_path / file)


def test_a_picture_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    ifs = en.gallery.cantor_dust()
    with pytest.raises(en.FileError, match="a writable file"):
        save_picture(ifs, en.compile_ifs(ifs, 1), 1, tmp_path / "nowhere" / "x.png")
