"""ONNX nodes held against the standard: what runtimes refuse is refused, not guessed at."""

from collections.abc import Callable
from fractions import Fraction as F

import numpy as np
import onnx
import onnxruntime
import pytest
from onnx import helper, numpy_helper
from onnx_models import model, run

import exactnet as en
from exactnet.bridges.onnx.importing import from_onnx

W = {"w": [[1.0, 2.0]]}
GEMM = ("Gemm", ["x", "w"], "y", {"transB": 1})


def changed(change: Callable[[onnx.ModelProto], object], *nodes: object) -> onnx.ModelProto:
    made = model(list(nodes) or [GEMM], W)  # type: ignore[arg-type]
    change(made)
    return made


def nameless(made: onnx.ModelProto) -> None:
    """A tensor without a name, where the node leaves its third input out."""
    made.graph.node[0].input.append("")
    made.graph.initializer.append(numpy_helper.from_array(np.array([9], np.float32), ""))


def attribute(name: str, value: object) -> Callable[[onnx.ModelProto], object]:
    return lambda made: made.graph.node[0].attribute.append(helper.make_attribute(name, value))


def tensor_again(made: onnx.ModelProto) -> None:
    made.graph.initializer.append(made.graph.initializer[0])


REFUSED: dict[str, tuple[onnx.ModelProto, str]] = {
    "a tensor without a name": (changed(nameless), "model: expected names that differ, got an em"),
    "a result named twice": (
        changed(lambda _: None, ("Relu", ["x"], "y"), ("Neg", ["y"], "y")), "got 'y' twice"
    ),
    "a result named as the input": (
        changed(lambda _: None, ("Neg", ["x"], "x"), ("Relu", ["x"], "y")), "got 'x' twice"
    ),
    "a result named as a weight": (
        changed(lambda _: None, ("Neg", ["x"], "w"), ("Relu", ["x"], "y")), "got 'w' twice"
    ),
    "one name for two results": (
        changed(lambda m: m.graph.node[0].output.append("y"), ("Dropout", ["x"], "y")),
        "got 'y' twice",
    ),
    "an attribute twice": (
        changed(attribute("alpha", 0.5), ("LeakyRelu", ["x"], "y", {"alpha": 0.25})), "alpha twice"
    ),
    "a list as a factor": (
        changed(attribute("alpha", [1.0, 2.0])), "ONNX defines them, got alpha of another type"
    ),
    "text as a factor": (changed(attribute("alpha", "3")), "alpha of another type"),
    "fractions as axes": (
        model([("Unsqueeze", ["x"], "y", {"axes": [1.5]})], {}, opset=11), "axes of another type"
    ),
    "an axis that is left out": (
        model([("Concat", ["x", "x"], "y")], {}), "expected the attribute axis, got none"
    ),
    "an attribute of a later operator set": (
        model([("MaxPool", ["x"], "y", {"kernel_shape": [1], "dilations": [1]})], {}, opset=8),
        "no attribute but auto_pad, kernel_shape, pads, storage_order, strides, got 'dilations'",
    ),
    "an attribute of an earlier operator set": (
        model([("Clip", ["x"], "y", {"min": 0.0})], {}), "no attribute but none, got 'min'"
    ),
    "two inputs for one": (
        model([("Relu", ["x", "x"], "y")], {}), "as many inputs and outputs as ONNX defines, got 2"
    ),
    "no input": (model([("Relu", [], "y")], {}), "as ONNX defines, got 0 and 1"),
    "no output": (
        changed(lambda m: m.graph.node[0].output.pop(), ("Relu", ["x"], "y")), "got 1 and 0"
    ),
    "an added matrix that is larger": (
        model([("Gemm", ["x", "w", "c"], "y", {"transB": 1})], W | {"c": np.ones((3, 1))}),
        r"expected a C that fits \(1, 1\), got \(3, 1\)",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_a_runtime_refuses_is_refused(name: str) -> None:
    made, text = REFUSED[name]
    with pytest.raises(en.InputError, match=text) as caught:
        from_onnx(made)
    assert "\n" not in str(caught.value)
    with pytest.raises(Exception, match="ONNXRuntimeError"):
        onnxruntime.set_default_logger_severity(4)
        run(made, [[1.0, 2.0]])


def test_what_a_runtime_reads_against_the_standard_is_refused_as_well() -> None:
    with pytest.raises(en.InputError, match="names that differ, got 'w' twice"):
        from_onnx(changed(tensor_again))
    larger = model([("PRelu", ["x", "s"], "y")], {"s": np.ones((3, 2))})
    with pytest.raises(en.InputError, match=r"expected a slope that fits \(1, 2\), got \(3, 2\)"):
        from_onnx(larger)


def pooled(**attributes: object) -> onnx.ModelProto:
    return model([("MaxPool", ["x"], "y", attributes)], {}, shape=(1, 1, 4, 2))


def convolved(stride: int) -> onnx.ModelProto:
    given = {"auto_pad": "SAME_UPPER", "strides": [stride, 4]}
    return model([("Conv", ["x", "w"], "y", given)], {"w": [[[[1.0]]]]}, shape=(1, 1, 5, 4))


@pytest.mark.parametrize(
    ("made", "text"),
    [
        (
            pooled(kernel_shape=[3, 2], dilations=[1, 2], auto_pad="SAME_LOWER"),
            r"dilations of 1 where auto_pad is SAME \(runtimes differ\)",
        ),
        (convolved(4), "auto_pad that pads .* where it would cut"),
    ],
)
def test_padding_that_runtimes_read_otherwise_than_the_standard_is_refused(
    made: onnx.ModelProto, text: str
) -> None:
    with pytest.raises(en.InputError, match=text):
        from_onnx(made)


def shaped(*sizes: int) -> onnx.ModelProto:
    made = model([("Add", ["x", "w"], "y")], W)
    made.graph.initializer[0].dims[:] = sizes
    if 0 in sizes:
        made.graph.initializer[0].raw_data = b""
    return made


WIDE = 300  # sums of so many inputs: so many of them are allowed, and not as many copies of each
EXPLOSIONS: dict[str, tuple[onnx.ModelProto, str]] = {
    "too many axes": (shaped(*[1] * 70, 2), "tensor 'w': expected at most 16 axes, got 71"),
    "nothing of a huge shape": (shaped(0, 2**62, 2**62), "expected at most 20000000 numbers, got"),
    "an input of too many axes": (
        model([("Relu", ["x"], "y")], {}, shape=[1] * 70), "an input of a known shape"
    ),
    "coefficients that are copied": (
        model(
            [("MatMul", ["x", "w"], "a"), ("Add", ["a", "z"], "y")],
            {"w": np.ones((WIDE, WIDE)), "z": np.zeros((WIDE, WIDE))},
            shape=(1, WIDE),
        ),
        r"node 1 \(Add\): expected at most 20000000 coefficients, got 27090000",
    ),
    "rows that are picked and turned": (
        model(
            [("MatMul", ["x", "w"], "a"), ("Gather", ["a", "i_0"], "b", {"axis": 1}),
             ("Neg", ["b"], "y")],
            {"w": np.ones((WIDE, WIDE)), "i_0": [0] * 100_000},
            shape=(1, WIDE),
        ),
        r"node 2 \(Neg\): expected at most 20000000 coefficients",
    ),
    "means of rows that are picked": (
        model(
            [("MatMul", ["x", "w"], "a"), ("Gather", ["a", "i_0"], "b", {"axis": 1}),
             ("Reshape", ["b", "i_s"], "c"), ("GlobalAveragePool", ["c"], "y")],
            {"w": np.ones((WIDE, WIDE)), "i_0": [0] * 100_000, "i_s": [1, 1, -1]},
            shape=(1, WIDE),
        ),
        r"node 3 \(GlobalAveragePool\): expected at most 20000000 coefficients",
    ),
    "a kernel on rows that are picked": (
        model(
            [("MatMul", ["x", "w"], "a"), ("Gather", ["a", "i_0"], "b", {"axis": 1}),
             ("Reshape", ["b", "i_s"], "c"), ("Conv", ["c", "k"], "y")],
            {"w": np.ones((WIDE, WIDE)), "i_0": [0] * 100_000, "i_s": [1, 1, -1],
             "k": [[[1.0]]]},
            shape=(1, WIDE),
        ),
        r"node 3 \(Conv\): expected at most 20000000 products",
    ),
    "a chain of wide layers": (
        model(
            [("Relu", [f"a{k}" if k else "x"], f"a{k + 1}") for k in range(100)]
            + [("Neg", ["a100"], "y")],
            {}, shape=(1, 2000),
        ),
        "model: expected at most 100000000 weights in all",
    ),
    "an input that is carried past many layers": (
        model(
            [("Gather", ["x", "i_0"], "a0", {"axis": 1})]
            + [("Relu", [f"a{k}"], f"a{k + 1}") for k in range(100)]
            + [("Add", ["a100", "x"], "y")],
            {"i_0": [0]}, shape=(1, 2000),
        ),
        "model: expected at most 100000000 weights in all",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", EXPLOSIONS)
def test_small_files_of_huge_networks_are_refused_before_memory_is_taken(name: str) -> None:
    made, text = EXPLOSIONS[name]
    with pytest.raises(en.InputError, match=text):
        from_onnx(made)


def test_sums_of_numbers_without_axes_are_what_the_runtime_computes() -> None:
    made = model([("Sum", ["c", "c", "x"], "y")], {"c": 0.5})
    assert list(from_onnx(made)([1, -2])) == [F(float(v)) for v in run(made, [[1.0, -2.0]])[0]]
