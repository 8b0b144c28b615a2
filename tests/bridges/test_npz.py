"""NumPy archives: exact integers or honest floats, and nothing that could run."""

import io
import zipfile
from fractions import Fraction as F
from pathlib import Path

import numpy as np
import pytest

import exactnet as en
from exactnet.bridges.npz import from_npz, to_npz
from exactnet.bridges.rounding import round_network

MIXED = en.ReluNetwork.of(
    [([["1/3", -2], [2**80, "1/7"]], [0, "-3/4"]), ([["1/10", -5]], [F(1, 3**50)])],
    [["abs", {"leaky": "1/10"}]],
)


@pytest.mark.parametrize("net", [MIXED, en.compile_ifs(en.gallery.rotated_dust(), 2, "margin")])
def test_archives_give_back_the_network(net: en.ReluNetwork, tmp_path: Path) -> None:
    assert to_npz(net, tmp_path / "n.npz") is None
    assert from_npz(tmp_path / "n.npz") == net
    for dtype in ("float32", "float64"):
        report = to_npz(net, tmp_path / f"{dtype}.npz", dtype)
        assert report is not None and not report.exact
        assert from_npz(tmp_path / f"{dtype}.npz") == round_network(net, dtype).network


def test_numpy_alone_reads_the_arrays(tmp_path: Path) -> None:
    net = en.compile_ifs(en.gallery.cantor_dust(), 1)
    to_npz(net, tmp_path / "exact.npz")
    to_npz(net, tmp_path / "floats.npz", "float32")
    with np.load(tmp_path / "exact.npz", allow_pickle=False) as exact:
        top, bottom = exact["layer0.weight.numerator"], exact["layer0.weight.denominator"]
        assert top.dtype == np.int64 and F(int(top[0, 0]), int(bottom[0, 0])) == F(4)
    with np.load(tmp_path / "floats.npz", allow_pickle=False) as floats:
        assert floats["layer0.weight"].dtype == np.float32
        assert sorted(floats) == sorted(
            f"layer{k}.{p}" for k in range(4) for p in ("weight", "bias")
        )


def test_arrays_of_integers_and_in_fortran_order_are_read(tmp_path: Path) -> None:
    weight = np.asfortranarray([[1, 2], [3, 4]])
    np.savez(tmp_path / "n.npz", **{"layer0.weight": weight, "layer0.bias": np.array([0.5, -1.0])})
    net = from_npz(tmp_path / "n.npz")
    assert net([1, 10]) == (F(43, 2), F(42)) and net.depth == 0


def archive(**members: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in members.items():
            made.writestr(name.replace("_", ".") + ".npy", data)
    return stream.getvalue()


def npy(values: object, dtype: object = None) -> bytes:
    stream = io.BytesIO()
    np.save(stream, np.array(values, dtype=dtype), allow_pickle=True)
    return stream.getvalue()


def header(shape: str, descr: str = "<f8") -> bytes:
    text = f"{{'descr': '{descr}', 'fortran_order': False, 'shape': {shape}, }}".encode()
    return b"\x93NUMPY\x01\x00" + len(text).to_bytes(2, "little") + text


class Trap:
    def __reduce__(self) -> tuple[object, tuple[str]]:
        return (Path.touch, (Path("executed"),))  # type: ignore[return-value]


GOOD = {"layer0_weight": npy([[1.0]]), "layer0_bias": npy([0.0])}
BAD = {
    "no archive": (b"no archive", "expected a .npz archive"),
    "cut short": (archive(**GOOD)[:-30], "expected a .npz archive"),
    "empty": (archive(), "expected arrays named layer0.weight, ..., got none"),
    "a pickle": (archive(**GOOD | {"layer0_bias": npy([Trap()])}), "integers, floats or"),
    "objects": (archive(**GOOD | {"layer0_bias": npy([None])}), "integers, floats or text"),
    "complex": (archive(**GOOD | {"layer0_bias": npy([1j])}), "integers, floats or text"),
    "nan": (archive(**GOOD | {"layer0_bias": npy([np.nan])}), "expected finite floats, got nan"),
    "inf": (archive(**GOOD | {"layer0_weight": npy([[np.inf]])}), "finite floats, got inf"),
    "shapes": (archive(**GOOD | {"layer0_bias": npy([1.0, 2.0])}), "Make the shapes agree"),
    "flat": (archive(**GOOD | {"layer0_weight": npy([1.0])}), "Make the shapes agree"),
    "no bias": (archive(layer0_weight=npy([[1.0]])), "layer0.bias: expected an array"),
    "a missing layer": (archive(**GOOD | {"layer7_bias": npy([1.0])}), "layer1.weight: exp"),
    "another name": (archive(**GOOD | {"extra": npy([1.0])}), "expected arrays named"),
    "a huge shape": (
        archive(**GOOD | {"layer0_weight": header("(1000000, 1000000)")}), "Was the file cut short"
    ),
    "a bad header": (archive(**GOOD | {"layer0_weight": b"\x93NUMPY\x01\x00\xff\xff{"}), "archive"),
    "a negative shape": (archive(**GOOD | {"layer0_weight": header("(-1, -1)")}), "npz|bytes"),
    "a division by zero": (
        archive(layer0_weight_numerator=npy([[1]]), layer0_weight_denominator=npy([[0]]),
                layer0_bias=npy([0])),
        "expected integers with denominators > 0",
    ),
    "text that is no number": (archive(**GOOD | {"layer0_bias": npy(["x"])}), "a rational"),
    "a last layer that bends": (
        archive(**GOOD | {"layer0_slope": npy([0.0])}), "expected an affine last layer"
    ),
    "an array twice": (
        archive(**GOOD | {"layer00_weight": npy([[2.0]])}), "expected each array once, got it twice"
    ),
    "floats and fractions": (
        archive(**GOOD | {"layer0_weight_numerator": npy([[1]])}), "got a part or a mixture"
    ),
    "numerators alone": (
        archive(layer0_weight_numerator=npy([[1]]), layer0_bias=npy([0])), "got a part or a mixture"
    ),
    "fewer denominators": (
        archive(layer0_weight_numerator=npy([[1, 2]]), layer0_weight_denominator=npy([[1]]),
                layer0_bias=npy([0])),
        r"expected a denominator a numerator, got \(1, 2\) and \(1, 1\)",
    ),
    "text that is no Unicode": (
        archive(**GOOD | {"layer0_bias": npy(["x"])[:-4] + b"\xff" * 4}),
        "layer0.bias: expected text, got bytes that are none",
    ),
    "many small numbers": (
        archive(**{f"layer{k}_weight": npy(np.zeros((4000, 4000), np.int8)) for k in range(2)}),
        "layer1.weight.npy: expected at most 20000000 numbers in all, got more",
    ),
    "a bomb": (archive(**GOOD | {"layer1_weight": bytes(300 * 2**20)}), "bytes unpacked, got more"),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_bad_archives_are_one_line(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data, text = BAD[name]
    monkeypatch.chdir(tmp_path)
    (tmp_path / "n.npz").write_bytes(data)
    with pytest.raises(en.ExactnetError, match=text) as caught:
        from_npz("n.npz")
    assert "\n" not in str(caught.value)
    assert [path.name for path in tmp_path.iterdir()] == ["n.npz"]


def test_a_dtype_numpy_has_not_is_refused(tmp_path: Path) -> None:
    with pytest.raises(en.InputError, match="dtype: expected exact, float16, float32 or float64"):
        to_npz(MIXED, tmp_path / "n.npz", "bfloat16")


def test_what_no_reader_takes_is_not_written(tmp_path: Path) -> None:
    net = en.ReluNetwork.of([([[F(1, 10**5000)]], [0])])
    with pytest.raises(en.InputError, match=r"layer0\.weight: expected numbers of at most 4300"):
        to_npz(net, tmp_path / "n.npz")
    assert list(tmp_path.iterdir()) == []
