"""NNet files: written with every digit, read back exactly, broken ones refused."""

from fractions import Fraction as F
from itertools import pairwise
from pathlib import Path

import pytest

import exactnet as en
from exactnet.bridges.nnet import from_nnet, to_nnet
from exactnet.bridges.rounding import round_network


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("name", ["cantor-dust", "rotated-dust"])
def test_files_give_back_the_rounded_network(name: str, dtype: str, tmp_path: Path) -> None:
    net = en.compile_ifs(en.gallery.get(name), 2, "margin")
    report = to_nnet(net, tmp_path / "n.nnet", dtype)
    back = from_nnet(tmp_path / "n.nnet")
    assert back == round_network(net, dtype).network
    assert report.exact == (back == net) == (name == "cantor-dust")


def floats_as_a_reader_sees_them(path: Path, x: list[float]) -> float:
    """A reader of the format, written anew: floats, clipping and normalisation included."""
    lines = [line for line in path.read_text().splitlines() if not line.startswith("//")]
    rows = [[float(v) for v in line.strip().rstrip(",").split(",")] for line in lines]
    sizes = [int(v) for v in rows[1]]
    low, high, means, ranges = rows[3:7]
    h = [
        (min(max(v, a), b) - m) / r
        for v, a, b, m, r in zip(x, low, high, means, ranges, strict=False)
    ]
    at = 7
    for k, (before, after) in enumerate(pairwise(sizes)):
        weight, bias = rows[at : at + after], rows[at + after : at + 2 * after]
        at += 2 * after
        assert {len(row) for row in weight} == {before}
        h = [sum(w * v for w, v in zip(row, h, strict=True)) + b[0]
             for row, b in zip(weight, bias, strict=True)]  # fmt: skip
        h = h if k == len(sizes) - 2 else [max(v, 0.0) for v in h]
    assert at == len(rows)
    return h[0] * ranges[-1] + means[-1]


def test_another_reader_computes_the_same_values(tmp_path: Path) -> None:
    net = en.compile_ifs(en.gallery.cantor_dust(), 2)
    to_nnet(net, tmp_path / "n.nnet")
    for x in ([-1.0, 0.9375], [0.5, 0.25], [-0.8125, -0.53125], [0.0, 0.0]):
        assert F(floats_as_a_reader_sees_them(tmp_path / "n.nnet", x)) == net([F(v) for v in x])[0]


def test_normalisation_becomes_part_of_the_network(tmp_path: Path) -> None:
    path = tmp_path / "n.nnet"
    path.write_text(
        "// a header\n2,1,1,2,\n1,2,1,\n0,\n-10,\n10,\n0.5,3.0,\n2.0,0.25,\n"
        "1.0,\n-1.0,\n0.0,\n0.5,\n1.0,2.0,\n-0.125,\n"
    )
    net = from_nnet(path)
    for x in (F(-4), F(1, 2), F(7, 3)):
        u = (x - F(1, 2)) / 2
        inner = max(u, F(0)) + 2 * max(-u + F(1, 2), F(0)) - F(1, 8)
        assert net([x]) == (inner / 4 + 3,)
    assert F(floats_as_a_reader_sees_them(path, [3.0])) == net([3])[0]


def test_bounds_are_written_in_full_and_fit_the_network(tmp_path: Path) -> None:
    net = en.ReluNetwork.of([([[1]], [0])])
    far = 10**5000
    to_nnet(net, tmp_path / "n.nnet", box=en.Box.of([(-far - F(1, 2), F(1, 2))]))
    bounds = (tmp_path / "n.nnet").read_text().splitlines()[4:6]
    assert bounds == [f"-1{'0' * 4999}1,", "1,"]
    with pytest.raises(en.InputError, match="box: expected 1 sides, got 2"):
        to_nnet(net, tmp_path / "m.nnet", box=en.Box.cube(2))
    assert len(list(tmp_path.iterdir())) == 1


def test_units_the_format_has_not_are_refused(tmp_path: Path) -> None:
    net = en.ReluNetwork.of([([[1]], [0]), ([[1]], [0])], [["abs"]])
    with pytest.raises(en.InputError, match="layer 0: expected relu units only"):
        to_nnet(net, tmp_path / "n.nnet")
    assert list(tmp_path.iterdir()) == []


HEAD = "2,1,1,2,\n1,2,1,\n0,\n-1,\n1,\n0,0,\n1,1,\n"
BAD = {
    "": "expected four sizes, got the end of the file",
    "2,1\n": "expected four sizes: 4 numbers, got 2",
    "2,1.5,1,2\n": "expected four sizes: integers, got fractions",
    "99999999,1,1,1\n": "expected 1 to 10000 layers",
    "1,1,1,1\n1,-3\n": "expected sizes that fit",
    "2,1,1,2\n1,900000000,1\n": "expected sizes that fit",
    "1,2,1,2\n3,1\n": "expected sizes that fit",
    HEAD + "1.0,\n": "expected weights of layer 0, got the end of the file",
    HEAD + "1.0,2.0\n": "expected weights of layer 0: 1 numbers, got 2",
    HEAD + "nan,\n": "expected a rational",
    HEAD + "inf,\n": "expected a rational",
    HEAD + "1e99999,\n": "expected an exponent",
    HEAD.replace("\n1,1,\n", "\n1,0,\n"): "expected ranges that are not 0",
    HEAD + "1,\n1,\n0,\n0,\n1,1,\n0,\n7,\n": "expected the end of the file, got more lines",
    "\xff": "bytes that are no text",
}


@pytest.mark.parametrize("text", BAD)
def test_bad_files_are_one_line(text: str, tmp_path: Path) -> None:
    path = tmp_path / "n.nnet"
    path.write_text(text)
    with pytest.raises(en.ExactnetError, match=BAD[text]) as caught:
        from_nnet(path)
    assert "\n" not in str(caught.value)
