"""ONNX layers of image networks: pools, normalisation, dropout; by definition and by a runtime."""

import json
from collections.abc import Sequence
from decimal import Decimal, localcontext
from fractions import Fraction as F
from itertools import product
from math import ceil, log2, prod
from pathlib import Path

import numpy as np
import onnx
import pytest
from hypothesis import given
from hypothesis import strategies as hs
from onnx_models import model, run

import exactnet as en
from exactnet.bridges.onnx.importing import from_onnx, read_onnx
from exactnet.bridges.roots import inverse_root
from exactnet.bridges.rounding import FLOAT64

SHAPE = (1, 2, 5, 4)
POOLS: list[tuple[str, dict[str, object]]] = [
    ("MaxPool", {"kernel_shape": [2, 2], "strides": [2, 2]}),
    ("MaxPool", {"kernel_shape": [3, 2], "pads": [1, 1, 2, 0]}),
    ("MaxPool", {"kernel_shape": [2, 2], "dilations": [2, 3], "strides": [1, 1]}),
    ("MaxPool", {"kernel_shape": [2, 3], "strides": [2, 3], "ceil_mode": 1}),
    ("MaxPool", {"kernel_shape": [2, 2], "strides": [3, 3], "pads": [1] * 4, "ceil_mode": 1}),
    ("MaxPool", {"kernel_shape": [2, 3], "strides": [2, 2], "auto_pad": "SAME_UPPER"}),
    ("MaxPool", {"kernel_shape": [2, 3], "strides": [2, 2], "auto_pad": "SAME_LOWER"}),
    ("MaxPool", {"kernel_shape": [2, 3], "auto_pad": "VALID", "storage_order": 1}),
    ("MaxPool", {"kernel_shape": [1, 1], "strides": [2, 3]}),
    ("AveragePool", {"kernel_shape": [2, 2], "strides": [2, 2]}),
    ("AveragePool", {"kernel_shape": [3, 3], "pads": [1, 1, 1, 1]}),
    ("AveragePool", {"kernel_shape": [3, 3], "pads": [1, 1, 1, 1], "count_include_pad": 1}),
    ("AveragePool", {"kernel_shape": [2, 2], "dilations": [2, 1]}),
    ("AveragePool", {"kernel_shape": [2, 3], "strides": [3, 3], "ceil_mode": 1}),
    ("AveragePool", {"kernel_shape": [2, 3], "auto_pad": "SAME_UPPER"}),
]


def edges(given: dict[str, object], sizes: Sequence[int]) -> list[tuple[int, int, list[list[int]]]]:
    """For each axis the padding, and the taps of every place, by the words of the standard."""
    kernel: list[int] = given["kernel_shape"]  # type: ignore[assignment]
    axes = []
    for k, (n, size) in enumerate(zip(sizes, kernel, strict=True)):
        step = given.get("dilations", [1, 1])[k]  # type: ignore[index]
        stride = given.get("strides", [1, 1])[k]  # type: ignore[index]
        reach = step * (size - 1) + 1
        pads: list[int] = given.get("pads", [0] * 4)  # type: ignore[assignment]
        before, after = pads[k], pads[2 + k]
        auto = str(given.get("auto_pad", "NOTSET"))
        if auto.startswith("SAME"):
            total = max((ceil(F(n, stride)) - 1) * stride + reach - n, 0)
            before = total // 2 if auto == "SAME_UPPER" else (total + 1) // 2
            after = total - before
        places = F(n + before + after - reach, stride)
        count = (ceil(places) if given.get("ceil_mode") else places.__floor__()) + 1
        starts = [p * stride - before for p in range(count)]
        taps = [[s + t * step for t in range(size)] for s in starts if s < n or p_zero(s, starts)]
        axes.append((before, after, taps))
    return axes


def p_zero(start: int, starts: list[int]) -> bool:
    return start == starts[0]


def pooled(kind: str, given: dict[str, object], x: dict[tuple[int, ...], F]) -> list[F]:
    """A pool by its definition, pixel by pixel."""
    _, channels, *sizes = SHAPE
    axes = [taps for _, _, taps in edges(given, sizes)]
    result = []
    for c in range(channels):
        for rows, columns in product(*axes):
            seen = [x[c, i, j] for i, j in product(rows, columns) if (c, i, j) in x]
            if kind == "MaxPool":
                result.append(max(seen))
            else:
                include = given.get("count_include_pad", 0)
                result.append(sum(seen) / F(len(rows) * len(columns) if include else len(seen)))
    return result


@pytest.mark.parametrize(
    ("kind", "given_"), POOLS, ids=[f"{k}{i}" for i, (k, _) in enumerate(POOLS)]
)
def test_pools_are_what_the_definition_and_a_runtime_say(
    kind: str, given_: dict[str, object]
) -> None:
    made = model([(kind, ["x"], "y", given_)], {}, shape=SHAPE)
    net = from_onnx(made)
    source = np.random.default_rng(5)
    pixels = list(product(*map(range, SHAPE[1:])))
    for _ in range(6):
        whole = source.integers(-9, 10, prod(SHAPE))
        thirds = [F(int(v), 3) for v in whole]
        assert list(net(thirds)) == pooled(kind, given_, dict(zip(pixels, thirds, strict=True)))
        image = 36 * whole.reshape(SHAPE)  # every mean is an integer, and float32 has it
        expected = run(made, image).ravel()
        assert list(net([F(v) for v in image.ravel().tolist()])) == [
            F(v) for v in expected.tolist()
        ]


def test_largest_values_take_one_unit_a_comparison() -> None:
    nodes = [("MaxPool", ["x"], "y", {"kernel_shape": [3, 2], "strides": [3, 2]})]
    net = from_onnx(model(nodes, {}, shape=(1, 2, 3, 4)))
    relus = sum(slope == 0 for layer in net.layers[:-1] for slope in layer.slopes)
    assert (relus, net.depth) == (4 * (6 - 1), ceil(log2(6)))
    assert all(any(row) for layer in net.layers for row in layer.weight)


def test_pools_of_whole_channels_and_of_sequences() -> None:
    source = np.random.default_rng(6)
    for nodes, shape in [
        ([("GlobalMaxPool", ["x"], "y")], (1, 2, 3, 2)),
        ([("GlobalAveragePool", ["x"], "y")], (1, 3, 2, 4)),
        ([("MaxPool", ["x"], "y", {"kernel_shape": [3], "pads": [1, 1]})], (1, 2, 5)),
        ([("AveragePool", ["x"], "y", {"kernel_shape": [2], "strides": [2]})], ("n", 2, 6)),
    ]:
        made = model(nodes, {}, shape=shape)
        net = from_onnx(made)
        for _ in range(4):
            x = 8 * source.integers(-9, 10, (1, *shape[1:]))
            expected = run(made, x).ravel()
            assert list(net([F(v) for v in x.ravel().tolist()])) == [
                F(v) for v in expected.tolist()
            ]


def normed(var: Sequence[float], shape: Sequence[object], **options: object) -> onnx.ModelProto:
    count = len(var)
    constants = {
        "s": [1.0, -0.5, 2.0][:count],
        "b": [0.25, 0.0, -1.0][:count],
        "m": [0.5, -2.0, 1.0][:count],
        "v": list(var),
    }
    node = ("BatchNormalization", ["x", "s", "b", "m", "v"], "y", options)
    return model([node], constants, shape=shape, opset=int(str(options.pop("opset", 21))))


@pytest.mark.parametrize("shape", [("n", 3), (1, 3, 2, 2)])
def test_a_rational_root_is_exact(shape: tuple[object, ...]) -> None:
    made = normed([0.25, 16.0, 4.0], shape, epsilon=0.0, momentum=0.5)
    reading = read_onnx(made)
    [note] = reading.notes
    assert note == (
        "model: node 0 (BatchNormalization): every factor 1/sqrt(var + epsilon) is rational and "
        "exact"
    )
    source = np.random.default_rng(7)
    for _ in range(4):
        x = source.integers(-16, 17, (1, *shape[1:])) / 8
        expected = run(made, x).ravel()
        assert list(reading.network([F(v) for v in x.ravel().tolist()])) == [
            F(v) for v in expected.tolist()
        ]
    thirds = read_onnx(normed([9.0], ("n", 1), epsilon=0.0))
    assert thirds.network([0]) == (F(1, 4) - F(1, 2) / 3,)
    assert "rational and exact" in thirds.notes[0]


def test_an_irrational_root_is_the_next_float64_and_a_note_says_how_far() -> None:
    var = [2.0, 0.7, 5.0]
    made = normed(var, ("n", 3))
    reading = read_onnx(made)
    epsilon = F(float(np.float32(1e-5)))
    with localcontext(prec=60):
        roots = [
            F(float(1 / (Decimal(v.numerator) / v.denominator).sqrt()))
            for v in (F(float(np.float32(one))) + epsilon for one in var)
        ]
    slopes = [[a * s if i == j else 0 for j in range(3)]
              for i, (a, s) in enumerate(zip((1, F(-1, 2), 2), roots, strict=True))]  # fmt: skip
    assert [list(row) for row in reading.network.layers[0].weight] == slopes
    [note] = reading.notes
    assert "irrational and taken as the float64 next to it" in note
    assert 0 < float(note.rpartition(" ")[2]) < 2**-51
    x = [[1.0, -2.0, 3.0]]
    for ours, runtime in zip(reading.network([1, -2, 3]), run(made, x)[0], strict=True):
        assert abs(ours - F(float(runtime))) <= F(1, 2**20) * (1 + abs(ours))


@given(hs.fractions(min_value=F(1, 10**12), max_value=10**12), hs.integers(-300, 300))
def test_roots_are_rational_or_the_nearest_float(value: F, shift: int) -> None:
    value *= F(2) ** shift
    assert inverse_root(value * value) == 1 / value
    root = inverse_root(value)
    if root * root * value != 1:
        half = FLOAT64.ulp(root) / 2
        assert FLOAT64.holds(root)
        assert (root + half) ** 2 * value > 1
        lower = root - (half if root.numerator & (root.numerator - 1) else half / 2)
        assert lower**2 * value < 1


def test_a_small_image_network_is_what_the_runtime_computes() -> None:
    source = np.random.default_rng(8)
    nodes = [
        ("Conv", ["x", "w", "wb"], "c", {"auto_pad": "SAME_UPPER", "kernel_shape": [2, 2]}),
        ("BatchNormalization", ["c", "s", "b", "m", "v"], "n", {"epsilon": 0.0}),
        ("Relu", ["n"], "r"),
        ("MaxPool", ["r"], "p", {"kernel_shape": [2, 2], "strides": [2, 2]}),
        ("Dropout", ["p"], "d"),
        ("AveragePool", ["d"], "a", {"kernel_shape": [1, 2]}),
        ("Flatten", ["a"], "f"),
        ("Gemm", ["f", "g"], "y"),
    ]
    constants = {
        "w": source.integers(-4, 5, (2, 1, 2, 2)) / 4,
        "wb": [0.5, -1.0],
        "s": [1.0, -0.5],
        "b": [0.25, 1.0],
        "m": [0.5, -2.0],
        "v": [0.25, 4.0],
        "g": source.integers(-4, 5, (4, 3)) / 2,
    }
    made = model(nodes, constants, shape=(1, 1, 4, 4))
    net = from_onnx(made)
    assert net.depth == 3
    for _ in range(20):
        x = source.integers(-8, 9, (1, 1, 4, 4)) / 4
        expected = run(made, x).ravel()
        assert list(net([F(v) for v in x.ravel().tolist()])) == [F(v) for v in expected.tolist()]


def test_dropout_does_nothing_where_nothing_is_trained() -> None:
    plain = model([("Dropout", ["x"], "y", {"ratio": 0.5})], {}, opset=10)
    off = onnx.numpy_helper.from_array(np.array(False))
    nodes = [
        ("Constant", [], "t", {"value": off}),
        ("Dropout", ["x", "r", "t"], "y", {"seed": 3}),
    ]
    for made in (plain, model(nodes, {"r": 0.25})):
        assert from_onnx(made)([2, "-1/3"]) == (2, F(-1, 3))


@pytest.mark.parametrize(
    "ends", [{}, {"start": 1}, {"end": -1}, {"start": -2, "end": 9}, {"start": 1, "end": 3}]
)
def test_a_part_of_a_shape_is_what_the_runtime_gives(ends: dict[str, object]) -> None:
    nodes = [
        ("Shape", ["x"], "h", ends),
        ("Gather", ["h", "i_ends"], "g"),
        ("Reshape", ["x", "i_flat"], "r"),
        ("Gather", ["r", "g"], "y"),
    ]
    made = model(nodes, {"i_ends": [0, -1], "i_flat": [-1]}, shape=(1, 2, 3, 4))
    x = np.arange(24.0).reshape(1, 2, 3, 4)
    part = [1, 2, 3, 4][ends.get("start", 0) : ends.get("end", 4)]  # type: ignore[misc]
    assert run(made, x).tolist() == [part[0], part[-1]]
    assert from_onnx(made)(list(range(24))) == (part[0], part[-1])


def pool(kind: str, shape: Sequence[object] = (1, 1, 3, 3), **given: object) -> onnx.ModelProto:
    return model([(kind, ["x"], "y", given)], {}, shape=shape)


def training(opset: int) -> onnx.ModelProto:
    made = normed([1.0], ("n", 1), opset=opset)
    made.graph.node[0].output.extend(["a", "b", "c", "d"])
    return made


def conv(bias: object, **given: object) -> onnx.ModelProto:
    nodes = [("Conv", ["x", "w", "b"], "y", given)]
    return model(nodes, {"w": [[[[1.0, 1.0]]]], "b": bias}, shape=(1, 1, 2, 2))


TRUE = onnx.numpy_helper.from_array(np.array(True))
REFUSED: dict[str, tuple[onnx.ModelProto, str]] = {
    "training": (normed([1.0], ("n", 1), training_mode=1), "expected training_mode 0, got 1"),
    "training in older models": (training(9), "expected one output, as in inference, got 5"),
    "statistics of each pixel": (normed([1.0], ("n", 1), spatial=0, opset=8), "spatial 1, got 0"),
    "a negative variance": (normed([-1.0], ("n", 1)), r"var \+ epsilon > 0"),
    "too few statistics": (normed([1.0], ("n", 2)), "expected 2 numbers as scale"),
    "an unknown attribute": (pool("MaxPool", kernel_shape=[2, 2], beta=2.0), "got 'beta'"),
    "an attribute of another operator": (pool("Relu", alpha=0.5), "but none, got 'alpha'"),
    "no kernel": (pool("MaxPool"), "the attribute kernel_shape"),
    "a kernel of three axes": (pool("MaxPool", kernel_shape=[1, 1, 1]), "one or two axes"),
    "a kernel that is too large": (pool("MaxPool", kernel_shape=[4, 4]), "fits the input"),
    "a huge kernel": (pool("MaxPool", kernel_shape=[10**15, 1], ceil_mode=1), "fits the input"),
    "an empty kernel": (pool("MaxPool", kernel_shape=[0, 1]), "positive kernel_shape"),
    "a huge stride": (
        pool("MaxPool", kernel_shape=[1, 1], strides=[10**15, 1]), "2 strides, from 0 to"
    ),
    "negative pads": (pool("MaxPool", kernel_shape=[2, 2], pads=[-1, 0, 0, 0]), "4 pads, from"),
    "three pads": (pool("MaxPool", kernel_shape=[2, 2], pads=[1, 1, 1]), "4 pads, from 0"),
    "a window of padding": (
        pool("AveragePool", kernel_shape=[1, 1], pads=[1, 1, 1, 1]), "windows that meet the image"
    ),
    "padding said twice": (
        pool("MaxPool", kernel_shape=[2, 2], auto_pad="VALID", pads=[0] * 4), "pads or auto_pad"
    ),
    "a strange auto_pad": (
        pool("MaxPool", kernel_shape=[2, 2], auto_pad="HALF\nWAY"), r"got 'HALF\?WAY'"
    ),
    "a divisor with two meanings": (
        pool("AveragePool", kernel_shape=[2, 2], ceil_mode=1, count_include_pad=1),
        "count_include_pad 0 where ceil_mode is 1",
    ),
    "two examples": (pool("MaxPool", (2, 1, 3, 3), kernel_shape=[2, 2]), "expected one example"),
    "a pool of vectors": (pool("GlobalMaxPool", (1, 4)), "axes behind them"),
    "too many comparisons": (
        pool("MaxPool", (1, 1, 300, 300), kernel_shape=[100, 100]), "at most 20000000 values"
    ),
    "a layer that is too large": (
        pool("MaxPool", (1, 1, 300, 300), kernel_shape=[2, 2]), "20000000 weights a layer"
    ),
    "a kernel_shape that is not the weight's": (conv([0.0], kernel_shape=[2, 2]), r"\(1, 2\)"),
    "a bias of another size": (conv([0.0, 1.0]), "expected 1 numbers as bias, got 2"),
    "dropout in training": (
        model(
            [("Constant", [], "t", {"value": TRUE}), ("Dropout", ["x", "r", "t"], "y")],
            {"r": 0.5},
        ),
        "expected training_mode false, got true",
    ),
    "the indices of a pool": (
        model([("MaxPool", ["x"], "p", {"kernel_shape": [2, 2]}), ("Relu", ["i"], "y")], {},
              shape=(1, 1, 2, 2)),
        "made before, got 'i'",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_not_supported_is_refused_by_name(name: str) -> None:
    made, text = REFUSED[name]
    with pytest.raises(en.InputError, match=text) as caught:
        from_onnx(made)
    place = "model: expected" if "weights a layer" in text else "model: node "
    assert "\n" not in str(caught.value) and str(caught.value).startswith(place)


def test_files_with_irrational_factors_warn(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from exactnet.bridges.files import ApproximationWarning
    from exactnet.cli.main import main

    path = tmp_path / "n.onnx"
    path.write_bytes(normed([2.0], ("n", 1)).SerializeToString())
    with pytest.warns(ApproximationWarning, match=r"n\.onnx: node 0 .* a relative error of"):
        net = en.load_network(path)
    assert net == from_onnx(path)
    assert main(["regions", str(path), "--count"]) == 0
    printed = capsys.readouterr().err
    assert printed.startswith(f"exactnet: note: {path}: node 0 (BatchNormalization): 1/sqrt")
    assert printed.count("\n") == 1
    assert main(["regions", str(path), "--count", "--json"]) == 0
    (said,) = json.loads(capsys.readouterr().out)["approximations"]
    assert f"exactnet: note: {said}\n" == printed
    path.write_bytes(normed([4.0], ("n", 1), epsilon=0.0).SerializeToString())
    assert en.load_network(path) == from_onnx(path)
    assert main(["regions", str(path), "--count", "--json"]) == 0
    assert "approximations" not in json.loads(capsys.readouterr().out)
