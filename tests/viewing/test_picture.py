"""Pictures: what is drawn is counted, files are whole, bad requests are named."""

import subprocess
import sys
from dataclasses import replace
from fractions import Fraction as F
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import exactnet as en
from exactnet.errors import InputError, LimitReached
from exactnet.limits import Limits
from exactnet.viewing import canvas
from exactnet.viewing.picture import save_picture, save_regions, save_slice
from exactnet.viewing.shapes import cell_corners

HEADS = {".png": b"\x89PNG", ".svg": b"<?xml", ".pdf": b"%PDF"}
TENT = en.ReluNetwork.of([([[1], [1]], [0, "-1/2"]), ([[2, -4]], [0])])
BENT = en.ReluNetwork.of([([[1, 0], [0, 1]], [0, 0]), ([[1, 1]], ["-1/2"])])
BALL = en.ReluNetwork.of(
    [([[1, 0, 0], [0, 1, 0], [0, 0, 1]], [0, 0, 0]), ([[-1, -1, -1]], ["1/2"])], [["abs"] * 3]
)


@pytest.mark.parametrize("suffix", HEADS)
def test_every_region_is_drawn(tmp_path: Path, suffix: str) -> None:
    ifs = en.gallery.cantor_dust()
    net = en.compile_ifs(ifs, 1, "fold")
    path = tmp_path / f"dust{suffix}"
    assert save_picture(ifs, net, 1, path) == 16  # two folds and two tents in each direction
    assert path.read_bytes().startswith(HEADS[suffix])


@pytest.mark.parametrize("suffix", HEADS)
def test_the_same_picture_has_the_same_bytes(tmp_path: Path, suffix: str) -> None:
    first, second = (tmp_path / f"{k}{suffix}" for k in "ab")
    assert save_regions(BENT, first) == save_regions(BENT, second) == 4
    assert first.read_bytes() == second.read_bytes()


class Drawn:
    """What was handed to the canvas."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.polygons: list[tuple[Any, Any, dict[str, Any]]] = []
        self.lines: list[tuple[Any, str, Any]] = []
        self.titles: list[tuple[str, str]] = []
        patch.setattr(canvas, "fill", lambda _, s, c, **style: self.polygons.append((s, c, style)))
        patch.setattr(canvas, "lines", lambda _, e, c, w, **__: self.lines.append((e, c, w)))
        patch.setattr(canvas, "title", lambda _, *text: self.titles.append(text))


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> Drawn:
    return Drawn(monkeypatch)


def test_the_bold_line_is_the_exact_decision_boundary(drawn: Drawn, tmp_path: Path) -> None:
    save_regions(BENT, tmp_path / "x.png")
    bold = {tuple(sorted(map(tuple, ends.tolist()))) for ends in drawn.lines[-1][0]}
    assert bold == {
        ((0.5, -1.0), (0.5, 0.0)), ((0.0, 0.5), (0.5, 0.0)), ((-1.0, 0.5), (0.0, 0.5)),
    }  # fmt: skip
    shapes, colours, _ = drawn.polygons[0]
    assert len(shapes) == len(colours) == 7  # four regions, three of them cut by the line
    assert len({tuple(colour) for colour in colours.tolist()}) == 4
    assert drawn.titles == [
        ("4 regions, 4 affine pieces",
         "colour: affine piece, hue: direction of $\\nabla f$, bold: $f = 0$"),
    ]  # fmt: skip


def test_edges_inside_one_piece_are_drawn_apart_from_bends(drawn: Drawn, tmp_path: Path) -> None:
    net = en.ReluNetwork.of([([[1, 0], [0, 1]], [0, 0]), ([[0, 1]], [9])])  # x cuts, never bends
    assert save_regions(net, tmp_path / "x.png") == 4
    assert drawn.titles[0][0] == "4 regions, 2 affine pieces"
    assert [(colour, len(ends)) for ends, colour, _ in drawn.lines] == [
        ("#ffffff", 2), ("#1b1f27", 2), ("#1b1f27", 0),
    ]  # fmt: skip


def test_the_cells_of_the_fractal_are_outlined_and_zeros_hatched(
    drawn: Drawn, tmp_path: Path
) -> None:
    ifs = en.gallery.cantor_dust()
    save_regions(en.compile_ifs(ifs, 1), tmp_path / "x.png", ifs.base, ifs, 1)
    hatched = [shapes for shapes, _, style in drawn.polygons if "hatch" in style]
    assert [len(shapes) for shapes in hatched] == [4]
    outlines, colour, _ = drawn.polygons[-1]
    assert (len(outlines), colour) == (4, "none")
    corner = sorted(map(tuple, outlines[0].tolist()))
    assert corner == [(-1.0, -1.0), (-1.0, -0.5), (-0.5, -1.0), (-0.5, -0.5)]
    legend, cells = drawn.titles[0][1].split("\n")
    assert "hatched" in legend
    assert cells == "red outlines: the cells of $K_{1}$"


def test_a_graph_shows_breakpoints_and_zeros_where_they_are(
    drawn: Drawn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from matplotlib.axes import Axes

    plots: list[tuple[Any, ...]] = []
    monkeypatch.setattr(Axes, "plot", lambda _, *data, **style: plots.append((*data, style)))
    shift = en.ReluNetwork.of([([[1]], ["-1/2"])])
    dead = en.ReluNetwork.of([([[1], [1]], [0, "-1/4"]), ([[1, 0]], [0])])  # cuts at 1/4 in vain
    saw = en.chain([dead, TENT, shift])
    assert save_regions(saw, tmp_path / "x.png", [(0, 1)]) == 3
    graph, low, peak, zeros = plots
    assert [list(row) for row in graph[:2]] == [[0, 0.25, 0.5, 1], [-0.5, 0, 0.5, -0.5]]
    assert (low[:2], low[3]["mfc"]) == ((0.25, 0.0), "#ffffff")
    assert (peak[:2], peak[3]["mfc"] == peak[3]["mec"]) == ((0.5, 0.5), True)
    assert list(zeros[0]) == [0.25, 0.75]
    assert drawn.titles[0] == ("3 regions, 2 affine pieces", "red mark: $f = 0$")


@pytest.mark.parametrize(
    ("name", "mark"),
    [("cantor", "bars"), ("cantor-dust", "outlines"), ("tetrahedron-dust", "frames")],
)
def test_what_marks_the_cells_is_said_in_every_dimension(
    drawn: Drawn, tmp_path: Path, name: str, mark: str
) -> None:
    ifs = en.gallery.get(name)
    net = en.ReluNetwork.of([([[1] * ifs.dim], ["-1/2"])])
    save_regions(net, tmp_path / "x.png", ifs.base, ifs, 2)
    assert drawn.titles[0][1].split("\n")[-1] == f"red {mark}: the cells of $K_{{2}}$"
    save_regions(net, tmp_path / "x.png", ifs.base)
    assert "cells" not in drawn.titles[1][1]


def test_a_graph_of_many_breakpoints_has_no_marks(
    drawn: Drawn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from matplotlib.axes import Axes

    plots: list[object] = []
    monkeypatch.setattr(Axes, "plot", lambda *data, **_: plots.append(data))
    assert save_regions(en.chain([TENT] * 8), tmp_path / "x.png", [(0, 1)]) == 256
    assert len(plots) == 2  # the graph, and its zeros: only the last one is inside


def test_the_surface_in_space_is_the_octahedron(drawn: Drawn, tmp_path: Path) -> None:
    assert save_regions(BALL, tmp_path / "x.png") == 8
    *walls, (surface, colours, _) = drawn.polygons
    assert len(surface) == 8
    assert all(len(shape) == 3 for shape in surface)
    assert [len(shapes) for shapes, *_ in walls] == [4, 4, 4]
    blue = colours[:, 2] > colours[:, 0]
    assert blue.sum() == 4  # the near half is seen from f < 0 outside, the far half from inside
    assert drawn.titles[0][1].startswith("surface: $f = 0$, orange where seen from $f > 0$")


def test_without_a_zero_in_space_the_visible_walls_are_drawn(drawn: Drawn, tmp_path: Path) -> None:
    assert save_regions(BALL, tmp_path / "x.png", [(1, 2), (-1, 1), (-1, 1)]) == 4
    assert sorted(len(shapes) for shapes, *_ in drawn.polygons) == [2, 2, 4]
    assert drawn.titles[0][1] == "no zero of $f$ in the box"


def test_a_slice_shows_the_regions_that_the_plane_meets(drawn: Drawn, tmp_path: Path) -> None:
    wide = en.ReluNetwork.of(
        [([[int(i == j) for j in range(8)] for i in range(8)], [0] * 8), ([[1] * 8], [0])]
    )
    origin, first, second = [0] * 8, [1, 1] + [0] * 6, [0, 0, 1] + [0] * 4 + ["1/3"]
    assert save_slice(wide, tmp_path / "x.png", origin, first, second) == 4
    [(_, below)] = drawn.titles
    assert "(1, 1, 0, 0, 0, 0, 0, 0)" in below
    assert "1/3" in below


@pytest.mark.parametrize("net", [TENT, BENT, BALL], ids=["d = 1", "d = 2", "d = 3"])
def test_every_dimension_is_written(net: en.ReluNetwork, tmp_path: Path) -> None:
    path = tmp_path / "X.PNG"
    assert save_regions(net, path) == {1: 3, 2: 4, 3: 8}[net.inputs]
    assert path.stat().st_size > 5_000


def test_several_outputs_are_drawn_in_every_dimension(tmp_path: Path) -> None:
    for d in (1, 2, 3):
        rows = [[int(i == j) for j in range(d)] for i in range(d)] + [[0] * d]
        net = en.ReluNetwork.of([(rows, [0] * (d + 1)), (np.eye(d + 1, dtype=int), [0] * (d + 1))])
        assert save_regions(net, tmp_path / f"{d}.svg") == 2**d


def test_fractals_are_marked_in_every_dimension(tmp_path: Path) -> None:
    for name in ("cantor", "cantor-dust", "tetrahedron-dust"):
        ifs = en.gallery.get(name)
        net = en.compile_ifs(ifs, 1)
        expected = en.count_regions(net, ifs.base)
        assert save_regions(net, tmp_path / f"{name}.png", ifs.base, ifs, 1) == expected


def test_many_regions_become_an_image_in_vector_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    few, many = tmp_path / "few.svg", tmp_path / "many.svg"
    save_regions(BENT, few)
    monkeypatch.setattr(canvas, "MANY", 3)
    monkeypatch.setattr(canvas, "TOO_MANY", 3)
    save_regions(BENT, many)
    assert "<image" not in few.read_text()
    assert "<image" in many.read_text()


@pytest.mark.parametrize(
    ("name", "file", "message"),
    [
        ("cantor", "x.png", "2 dimensions"),
        ("cantor-dust", "x.gif", "picture: expected a .png, .svg or .pdf file, got '.gif'. Rename"),
        ("cantor-dust", "x", "got ''"),
    ],
)
def test_what_cannot_be_drawn_is_refused(
    tmp_path: Path, name: str, file: str, message: str
) -> None:
    ifs = en.gallery.get(name)
    with pytest.raises(en.InputError) as caught:
        save_picture(ifs, en.compile_ifs(ifs, 1), 1, tmp_path / file)
    assert message in str(caught.value)
    assert not list(tmp_path.iterdir())


def test_more_than_three_inputs_need_a_slice(tmp_path: Path) -> None:
    net = en.ReluNetwork.of([([[1, 2, 3, 4]], [0])])
    with pytest.raises(en.InputError, match=r"1, 2 or 3 inputs, got 4\. Draw a slice of it\."):
        save_regions(net, tmp_path / "x.png")
    with pytest.raises(en.InputError, match="linearly independent"):
        save_slice(net, tmp_path / "x.png", [0] * 4, [1, 0, 0, 0], [2, 0, 0, 0])
    with pytest.raises(en.InputError, match=r"box: expected 2 sides"):
        save_slice(net, tmp_path / "x.png", [0] * 4, [1, 0, 0, 0], [0, 1, 0, 0], [(0, 1)])


def test_a_limit_stops_a_picture_before_anything_is_written(tmp_path: Path) -> None:
    with pytest.raises(en.ExactnetError, match="limit of 2 cells"):
        save_regions(BENT, tmp_path / "x.png", limits=en.Limits(cells=2))
    assert not list(tmp_path.iterdir())


def test_a_picture_that_cannot_be_written_is_an_error_and_leaves_the_old_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(en.FileError, match="a writable file"):
        save_regions(BENT, tmp_path / "nowhere" / "x.png")
    old = tmp_path / "x.png"
    old.write_bytes(b"old")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(en.FileError, match=r"No space left on device\. Nothing was changed"):
        save_regions(BENT, old)
    assert old.read_bytes() == b"old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["x.png"]


def test_without_matplotlib_the_error_says_what_to_install() -> None:
    code = (
        "import sys; sys.modules['matplotlib'] = None\n"
        "try:\n    import exactnet.viewing.picture\n"
        "except Exception as error:\n    print(type(error).__name__, error)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == (
        "ExactnetError pictures: expected Matplotlib, got an installation without it. "
        "pip install 'exactnet[plot]'.\n"
    )


def test_the_picture_of_floats_is_of_their_exact_values(tmp_path: Path) -> None:
    net = en.ReluNetwork.of(
        [([[F(0.1), F(0.7)], [F(0.3), F(-0.2)]], [0, F(1e-9)]), ([[1, 1]], [0])]
    )
    assert save_regions(net, tmp_path / "x.pdf") == 4


@pytest.mark.parametrize("name", ["cantor", "cantor-dust", "tetrahedron-dust"])
def test_cells_beyond_a_limit_stop_a_picture_of_any_network(name: str, tmp_path: Path) -> None:
    ifs = en.gallery.get(name)
    net = en.compile_ifs(ifs, 1)
    with pytest.raises(LimitReached, match=r"^K_99 has \d\^99 cells, more than the limit of"):
        save_regions(net, tmp_path / "a.png", ifs.base, ifs, 99)
    if ifs.dim == 2:
        with pytest.raises(LimitReached, match="K_99"):
            save_picture(ifs, net, 99, tmp_path / "a.png")
    fine = 18 if name == "cantor" else 9
    limits = Limits(seconds=0.05)
    with pytest.raises(LimitReached, match="the time limit"):
        cell_corners(ifs.prefractal(fine), limits)
    assert not list(tmp_path.iterdir())


HUGE = 10**400


@pytest.mark.parametrize("dim", [2, 3])
def test_slopes_beyond_squares_of_floats_have_colours(dim: int, tmp_path: Path) -> None:
    rows = [[HUGE, 1, 0][:dim], [0, 1, 1][:dim]]
    net = en.ReluNetwork.of([(rows, [0, 0]), ([[1, 1]], ["-1/2"])])
    assert save_regions(net, tmp_path / "a.png") == 4


@pytest.mark.parametrize(
    ("net", "box", "message"),
    [
        (en.ReluNetwork.of([([[HUGE]], [0]), ([[1]], [0])]), None, "expected outputs up to 1e"),
        (BENT, [(0, 1), (0, HUGE)], "expected sides of 1e-150 to 1e.150, got side 2"),
        (BENT, [(0, F(1, HUGE)), (0, 1)], "expected sides of 1e-150 to 1e.150, got side 1"),
        (BENT, [(10**20, 10**20 + 1), (0, 1)], "expected wider sides so far from 0, got side 1"),
        (TENT, [(10**20, 10**20 + 1)], "expected wider sides so far from 0, got side 1"),
    ],
)
def test_numbers_that_floats_cannot_draw_are_refused(
    net: en.ReluNetwork, box: Any, message: str, tmp_path: Path
) -> None:
    with pytest.raises(InputError, match=f"^picture: {message}"):
        save_regions(net, tmp_path / "a.png", box)
    assert not list(tmp_path.iterdir())


def test_a_fractal_of_another_dimension_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="expected a fractal in dimension 2, as the network"):
        save_regions(BENT, tmp_path / "a.png", None, en.gallery.cantor(), 2)


def test_any_name_of_a_fractal_is_a_title(tmp_path: Path) -> None:
    dust = replace(en.gallery.cantor_dust(), name="$x_{$ & <b>")
    assert save_picture(dust, en.compile_ifs(dust, 1), 1, tmp_path / "a.png") > 0
