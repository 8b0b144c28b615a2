"""ONNX: the network survives the file exactly, and a runtime alone classifies every point."""

import subprocess
import sys
from fractions import Fraction as F
from itertools import pairwise
from pathlib import Path
from random import Random

import numpy as np
import onnx
import pytest
from grid_labels import labels
from hypothesis import given, settings
from hypothesis import strategies as hs
from onnx_models import model, run

import exactnet as en
from exactnet.bridges.onnx.export import OnnxExport, to_onnx
from exactnet.bridges.onnx.importing import from_onnx
from exactnet.bridges.rounding import round_network

KINDS = ["relu", "identity", "abs", {"leaky": "1/10"}, {"leaky": "1/4"}]


@hs.composite
def networks(draw: hs.DrawFn) -> en.ReluNetwork:
    sizes = draw(hs.lists(hs.integers(1, 4), min_size=2, max_size=4))
    rational = hs.fractions(-9, 9, max_denominator=12)
    layers = [
        (
            [[draw(rational) for _ in range(a)] for _ in range(b)],
            [draw(rational) for _ in range(b)],
        )
        for a, b in pairwise(sizes)
    ]
    kinds = [[draw(hs.sampled_from(KINDS)) for _ in range(b)] for b in sizes[1:-1]]
    return en.ReluNetwork.of(layers, kinds)


@given(networks(), hs.sampled_from(["float32", "float64"]))
@settings(max_examples=30)
def test_a_model_holds_the_rounded_network_and_nothing_else(
    net: en.ReluNetwork, dtype: str
) -> None:
    export = to_onnx(net, dtype=dtype)
    assert from_onnx(export.model) == export.network == round_network(net, dtype).network
    assert export.report.exact == (export.network == net)


@pytest.mark.parametrize("opset", [7, 13, 21, onnx.defs.onnx_opset_version()])
@pytest.mark.parametrize("batch", [None, 1])
def test_models_are_checked_and_their_shapes_inferred(opset: int, batch: int | None) -> None:
    net = en.compile_ifs(en.gallery.cantor_dust(), 2)
    made = to_onnx(net, opset=opset, batch=batch).model
    onnx.checker.check_model(made, full_check=True)
    inferred = onnx.shape_inference.infer_shapes(made, strict_mode=True, data_prop=True)
    [shape] = [one.type.tensor_type.shape for one in inferred.graph.output]
    assert [dim.dim_param or dim.dim_value for dim in shape.dim] == [batch or "batch", 1]
    assert len(inferred.graph.value_info) == 2 * net.depth


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("method", ["exact", "margin", "fold"])
def test_a_runtime_is_exact_where_every_sum_fits(method: str, dtype: str) -> None:
    ifs = en.gallery.cantor_dust()
    net = en.compile_ifs(ifs, 3, method)
    export = to_onnx(net, dtype=dtype)
    assert export.report.exact
    source = np.random.default_rng(1)
    points = source.integers(-(2**9), 2**9, (4000, 2), endpoint=True)
    values, scale = en.evaluate_batch(net, points, 2**9)
    floats = run(export.model, points / 2**9)[:, 0]
    assert [F(float(v)) for v in floats] == [F(int(v), scale) for v in values[:, 0]]


def test_files_give_back_the_network(tmp_path: Path) -> None:
    net = en.compile_ifs(en.gallery.rotated_dust(), 2, "margin")
    export = to_onnx(net, tmp_path / "n.onnx", "float64")
    assert from_onnx(tmp_path / "n.onnx") == from_onnx(str(tmp_path / "n.onnx")) == export.network
    assert not export.report.exact
    assert "float64 changes" in export.model.graph.doc_string


RUNNER = """
import sys, numpy, onnxruntime
options = onnxruntime.SessionOptions()
options.intra_op_num_threads = 1
session = onnxruntime.InferenceSession(sys.argv[1], options, providers=["CPUExecutionProvider"])
points = numpy.load(sys.argv[2])
parts = [session.run(None, {"x": part})[0] for part in numpy.array_split(points, 16)]
assert "exactnet" not in sys.modules
numpy.save(sys.argv[3], numpy.concatenate(parts)[:, 0])
"""
BITS = 20
CASES = [
    *(("cantor-dust", n, 130_000) for n in range(1, 7)),
    *(("rotated-dust", n, 110_000) for n in (2, 3)),
]


def sampled(ifs: en.IFS, depth: int, count: int, seed: int) -> np.ndarray:
    """Points over 2^BITS: anywhere, and at corners and centres of cells and next to them."""
    source, random = np.random.default_rng(seed), Random(seed)
    size = 2**BITS
    anywhere = source.integers(-size, size, (count // 2, 2), endpoint=True)
    near = []
    steps = [(i, j) for i in (-1, 0, 1) for j in (-1, 0, 1)]
    while len(near) < count - len(anywhere):
        level = random.randint(1, depth)
        address = tuple(random.randint(1, ifs.r) for _ in range(level))
        cell = ifs.prefractal(level).cell(address)
        for corner in [*cell.vertices(), cell.centre]:
            whole = [int(v * size) for v in corner]
            near += [[whole[0] + i, whole[1] + j] for i, j in steps]
    points = np.concatenate([anywhere, np.array(near)[: count - len(anywhere)]])
    return np.clip(points, -size, size)


@pytest.mark.parametrize(("name", "depth", "count"), CASES)
def test_a_runtime_alone_misclassifies_no_point(
    tmp_path: Path, name: str, depth: int, count: int
) -> None:
    ifs, margin = en.gallery.get(name), F(1, 8)
    net = en.compile_ifs(ifs, depth, "margin", margin)
    export = to_onnx(net, tmp_path / "n.onnx", "float32")
    assert export.report.exact == (name == "cantor-dust")
    points = sampled(ifs, depth, count, depth)
    np.save(tmp_path / "x.npy", (points / 2**BITS).astype(np.float32))
    command = [sys.executable, "-c", RUNNER, "n.onnx", "x.npy", "y.npy"]
    subprocess.run(command, check=True, cwd=tmp_path, timeout=60)
    values = np.load(tmp_path / "y.npy")
    truth = labels(ifs, depth, margin, points, 2**BITS)
    for k in range(0, count, count // 200):  # the labels themselves, by another route
        expected = en.Labelling.of(ifs, depth, margin).label(
            [F(int(v), 2**BITS) for v in points[k]]
        )
        assert truth[k] == (expected or 0)
    assert min((truth == 1).sum(), (truth == -1).sum()) > 1000
    assert ((values > 0) & (truth == -1)).sum() == 0
    assert ((values <= 0) & (truth == 1)).sum() == 0


def test_the_cases_make_a_million_points() -> None:
    assert sum(count for _, _, count in CASES) >= 10**6


W = [[1.0, -2.0], [0.5, 3.0], [-1.0, 0.25]]
B = [0.5, -1.0, 2.0]
MODELS = {
    "gemm and its factors": (
        [("Gemm", ["x", "w", "b"], "y", {"alpha": 0.5, "beta": 2.0, "transB": 1})],
        {"w": W, "b": B},
    ),
    "matmul, add, relu": (
        [("MatMul", ["x", "w"], "a"), ("Add", ["a", "b"], "c"), ("Relu", ["c"], "y")],
        {"w": np.transpose(W).tolist(), "b": B},
    ),
    "a skip connection": (
        [
            ("Gemm", ["x", "w"], "a"),
            ("Relu", ["a"], "r"),
            ("Gemm", ["r", "w"], "s"),
            ("Abs", ["s"], "t"),
            ("Add", ["t", "x"], "u"),
            ("Sub", ["u", "r"], "y"),
        ],
        {"w": [[1.0, -2.0], [0.5, 3.0]]},
    ),
    "clip": (
        [("Clip", ["x", "lo", "hi"], "a"), ("Clip", ["a", "", "top"], "y")],
        {"lo": -0.5, "hi": 1.0, "top": 0.25},
    ),
    "max, min, neg, mul, div": (
        [
            ("Neg", ["x"], "n"),
            ("Mul", ["x", "two"], "d"),
            ("Max", ["x", "n", "one"], "m"),
            ("Min", ["m", "d"], "k"),
            ("Div", ["k", "two"], "y"),
        ],
        {"two": [2.0, 4.0], "one": 1.0},
    ),
    "values without axes": (
        [("Squeeze", ["x"], "s"), ("Gather", ["s", "i_0"], "g"), ("Clip", ["g", "o", "t"], "y")],
        {"i_0": 1, "o": -0.5, "t": 2.0},
    ),
    "leaky units": (
        [("LeakyRelu", ["x"], "a", {"alpha": 0.25}), ("PRelu", ["a", "s"], "y")],
        {"s": [0.5, -1.0]},
    ),
    "numbers moved about": (
        [
            ("Unsqueeze", ["x", "i_2"], "u"),
            ("Transpose", ["u"], "t", {"perm": [2, 0, 1]}),
            ("Squeeze", ["t", "i_0"], "s"),
            ("Gather", ["s", "i_10"], "g", {"axis": 1}),
            ("Concat", ["g", "x"], "c", {"axis": -1}),
            ("Reshape", ["c", "i_shape"], "r"),
            ("Flatten", ["r"], "f"),
            ("Identity", ["f"], "y"),
        ],
        {"i_2": [2], "i_0": [0], "i_10": [1, 0], "i_shape": [0, 2, -1]},
    ),
    "a shape that is computed": (
        [
            ("Shape", ["x"], "h"),
            ("Gather", ["h", "i_one"], "n"),
            ("Reshape", ["x", "n"], "y"),
        ],
        {"i_one": [1]},
    ),
}


@pytest.mark.parametrize("name", MODELS)
def test_operators_mean_what_the_runtime_computes(name: str) -> None:
    nodes, constants = MODELS[name]
    made = model(nodes, constants, shape=(1, 2))
    net = from_onnx(made)
    for x in ([0.0, 0.0], [1.0, -0.5], [-2.0, 3.0], [0.25, 0.125], [-0.75, -4.0]):
        expected = run(made, [x]).ravel()
        assert list(net([F(v) for v in x])) == [F(float(v)) for v in expected]


@pytest.mark.parametrize(
    "attributes",
    [
        {},
        {"pads": [1, 0, 0, 1]},
        {"strides": [2, 1], "dilations": [1, 2]},
        {"group": 2, "pads": [1, 1, 1, 1]},
    ],
)
def test_convolutions_mean_what_the_runtime_computes(attributes: dict[str, object]) -> None:
    source = np.random.default_rng(3)
    channels = 2 // int(str(attributes.get("group", 1)))
    weight = source.integers(-4, 5, (4, channels, 2, 2)) / 4
    made = model(
        [("Conv", ["x", "w", "b"], "c", attributes), ("Relu", ["c"], "r"), ("Flatten", ["r"], "y")],
        {"w": weight, "b": [0.5, -1.0, 0.0, 1.0]},
        shape=("n", 2, 4, 3),
    )
    net = from_onnx(made)
    for _ in range(3):
        x = source.integers(-8, 9, (1, 2, 4, 3)) / 8
        expected = run(made, x).ravel()
        assert list(net([F(v) for v in x.ravel()])) == [F(float(v)) for v in expected]


def test_older_operator_sets_keep_axes_and_bounds_in_attributes() -> None:
    nodes = [
        ("Unsqueeze", ["x"], "u", {"axes": [0]}),
        ("Squeeze", ["u"], "s", {"axes": [0]}),
        ("Clip", ["s"], "y", {"min": -0.5, "max": 0.5}),
    ]
    made = model(nodes, {}, opset=10)
    assert from_onnx(made)([2, "-1/4"]) == (F(1, 2), F(-1, 4))


def test_exports_say_what_they_refuse(tmp_path: Path) -> None:
    net = en.compile_ifs(en.gallery.cantor(), 1)
    huge = en.ReluNetwork.of([([[2**200]], [0])])
    for bad, text in [
        (lambda: to_onnx(net, dtype="float16"), "dtype: expected float32 or float64"),
        (lambda: to_onnx(net, opset=6), "opset: expected 7 to"),
        (lambda: to_onnx(net, opset="13"), "opset: expected 7 to .* got '13'"),
        (lambda: to_onnx(net, batch=0), "batch: expected 1 to 2147483647, got 0"),
        (lambda: to_onnx(net, batch=True), "batch: expected 1 to 2147483647, got True"),
        (lambda: to_onnx(net, tmp_path / "n.bin"), "expected a name that ends in .onnx"),
        (lambda: to_onnx(huge), "expected numbers of float32"),
        (lambda: to_onnx(net, tmp_path / "no" / "n.onnx"), "expected a writable file"),
    ]:
        with pytest.raises(en.ExactnetError, match=text):
            bad()
    assert isinstance(to_onnx(huge, dtype="float64"), OnnxExport)
    assert list(tmp_path.iterdir()) == []


def test_without_the_package_the_bridge_says_what_to_install() -> None:
    code = (
        "import sys; sys.modules['onnx'] = None; import exactnet as en\n"
        "net = en.compile_ifs(en.gallery.cantor(), 1)\n"
        "try:\n    from exactnet.bridges.onnx.export import to_onnx\n"
        "except en.ExactnetError as error:\n    print(error)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == (
        "ONNX bridge: expected onnx, got an installation without it. "
        "pip install 'exactnet[onnx]'.\n"
    )
