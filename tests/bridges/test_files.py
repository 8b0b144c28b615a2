"""Network files from anywhere: dispatched by their endings, broken ones refused in one line."""

import os
import subprocess
import sys
from collections.abc import Callable
from fractions import Fraction as F
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, external_data_helper, helper
from onnx_models import model

import exactnet as en
from exactnet.bridges.files import is_network_file, load_network
from exactnet.bridges.nnet import to_nnet
from exactnet.bridges.npz import to_npz
from exactnet.bridges.onnx.export import to_onnx
from exactnet.bridges.onnx.importing import from_onnx
from exactnet.bridges.torch.export import save_torch

NET = en.compile_ifs(en.gallery.cantor_dust(), 1)


def test_every_kind_of_file_gives_the_same_network(tmp_path: Path) -> None:
    NET.save(tmp_path / "n.json")
    to_npz(NET, tmp_path / "n.npz")
    to_onnx(NET, tmp_path / "n.onnx")
    to_nnet(NET, tmp_path / "n.nnet")
    for suffix in (".pt", ".pth", ".safetensors"):
        save_torch(NET, tmp_path / f"n{suffix}")
    files = sorted(tmp_path.iterdir())
    assert len(files) == 7
    for path in files:
        assert load_network(path) == load_network(str(path)) == NET
        assert is_network_file(path.name) == (path.suffix != ".json")


def dense(value: float = 1.0) -> onnx.ModelProto:
    return model([("Gemm", ["x", "w", "b"], "y")], {"w": [[1.0], [value]], "b": [0.0]})


def changed(change: Callable[[onnx.ModelProto], object]) -> bytes:
    made = dense()
    change(made)
    return made.SerializeToString()


def point_outside(made: onnx.ModelProto, location: str) -> None:
    tensor = made.graph.initializer[0]
    external_data_helper.set_external_data(tensor, location)
    tensor.ClearField("raw_data")


def with_node(kind: str, *inputs: str, **attributes: object) -> bytes:
    return model(
        [(kind, ["x", *inputs], "y", attributes)], {"w": [[1.0], [2.0]]}
    ).SerializeToString()


GOOD = dense().SerializeToString()
BAD_MODELS: dict[str, tuple[bytes, str]] = {
    "cut short": (GOOD[:-20], "expected an ONNX model, got bytes that are none"),
    "empty": (b"", "expected an ONNX model, got no graph in it"),
    "text": (b"not a model at all", "expected an ONNX model"),
    "softmax": (
        with_node("Softmax"),
        r"node 0 \(Softmax\): expected a piecewise.* Only piece.* Cut off a last softmax:",
    ),
    "sigmoid": (with_node("Sigmoid"), r"got Sigmoid\. Only .*\. Cut off a last sigmoid: it is"),
    "tanh": (with_node("Tanh"), r"got Tanh\. Only piecewise-linear operators can be exact\.$"),
    "mod": (with_node("Mod"), r"got Mod\. Replace or fold it; the known ones are Abs"),
    "a loop": (with_node("Loop"), "got Loop"),
    "a strange domain": (
        changed(lambda m: setattr(m.graph.node[0], "domain", "evil")), "got evil.Gemm"
    ),
    "a product of inputs": (with_node("Mul", "x"), "a product of two values"),
    "a slope that depends on the input": (with_node("PRelu", "x"), "expected a constant slope"),
    "nan": (dense(np.nan).SerializeToString(), "tensor 'w': expected finite floats, got nan"),
    "inf": (dense(-np.inf).SerializeToString(), "tensor 'w': expected finite floats, got -inf"),
    "a nan factor": (with_node("LeakyRelu", alpha=float("nan")), "finite number or text as alpha"),
    "text as a factor": (with_node("LeakyRelu", alpha="x"), "attributes as ONNX defines them"),
    "a list as an axis": (with_node("Flatten", axis=[1, 2]), "attributes as ONNX defines them"),
    "a name of two lines": (with_node("Re\nlu"), r"node 0 \(Re\?lu\)"),
    "a missing input": (with_node("MatMul", "no"), "made before, got 'no'"),
    "shapes that do not fit": (with_node("Gemm", "w", transB=1), "matrices whose shapes agree"),
    "a huge shape": (
        changed(lambda m: m.graph.initializer[0].dims.extend([10**6, 10**6])), "at most 20000000"
    ),
    "a negative shape": (
        changed(lambda m: m.graph.initializer[0].dims.append(-1)), "at most 20000000 numbers"
    ),
    "fewer numbers than the shape says": (
        changed(lambda m: m.graph.initializer[0].dims.append(7)), "Was the file cut short"
    ),
    "half a number": (
        changed(lambda m: setattr(m.graph.initializer[0], "raw_data", b"123")), "whole numbers"
    ),
    "text as weights": (
        changed(lambda m: setattr(m.graph.initializer[0], "data_type", TensorProto.STRING)),
        "got string",
    ),
    "a kind of number that is not": (
        changed(lambda m: setattr(m.graph.initializer[0], "data_type", 99)), "got type 99"
    ),
    "a huge input": (
        model([("Relu", ["x"], "y")], {}, shape=(1, 10**9)).SerializeToString(), "up to 100000"
    ),
    "an input without a shape": (
        model([("Relu", ["x"], "y")], {}, shape=("a", "b")).SerializeToString(), "a known shape"
    ),
    "two outputs": (
        changed(lambda m: m.graph.output.append(m.graph.output[0])), "expected one output, got 2"
    ),
    "an output nobody makes": (
        changed(lambda m: setattr(m.graph.output[0], "name", "z")), "an output that a node makes"
    ),
    "two inputs": (
        changed(lambda m: m.graph.input.append(helper.make_tensor_value_info("z", 1, [1]))),
        "expected one input, got 2",
    ),
    "a future operator set": (
        changed(lambda m: setattr(m.opset_import[0], "version", 999)), "operator set 7 to"
    ),
    "functions": (
        changed(lambda m: m.functions.append(onnx.FunctionProto(name="f"))), "functions of its own"
    ),
    "sparse tensors": (
        changed(lambda m: m.graph.sparse_initializer.append(onnx.SparseTensorProto())), "sparse"
    ),
    "a broadcast that explodes": (
        model(
            [("Reshape", ["x", "i_a"], "a"), ("Add", ["x", "a"], "y")],
            {"i_a": [-1, 1]}, shape=(1, 10_000),
        ).SerializeToString(),
        "of at most 1000000 numbers",
    ),
    "a doubling that explodes": (
        model(
            [("Concat", [n, n], m, {"axis": 1}) for n, m in
             zip(["x", *"abcdefghijklmnopqrst"], [*"abcdefghijklmnopqrst", "y"], strict=True)],
            {}, shape=(1, 2),
        ).SerializeToString(),
        "shapes that fit, not too large",
    ),
    "a square that explodes": (
        model(
            [("Mul", [n, n], m) for n, m in
             zip(["c", *"defghijklmnop"], [*"defghijklmnop", "z"], strict=True)]
            + [("Mul", ["x", "z"], "y")],
            {"c": 1e-30},
        ).SerializeToString(),
        "expected numbers of at most 14284 bits",
    ),
    "a padding that explodes": (
        model(
            [("Conv", ["x", "w"], "y", {"pads": [10**6] * 4})],
            {"w": [[[[1.0]]]]}, shape=(1, 1, 2, 2),
        ).SerializeToString(),
        "expected shapes that fit",
    ),
    "data in /etc/passwd": (
        changed(lambda m: point_outside(m, "/etc/passwd")), "in the folder of the model"
    ),
    "data up the tree": (
        changed(lambda m: point_outside(m, "../../etc/passwd")), "in the folder of the model"
    ),
    "data behind a link": (changed(lambda m: point_outside(m, "link")), "in the folder of the"),
    "data that are not there": (changed(lambda m: point_outside(m, "gone")), "No such file"),
    "data in a folder": (changed(lambda m: point_outside(m, ".")), "external data in a file"),
    "data with a bad name": (changed(lambda m: point_outside(m, "a\0b")), "a bad location"),
    "data without a name": (changed(lambda m: point_outside(m, "")), "in the folder of the model"),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD_MODELS)
def test_bad_models_are_one_line(name: str, tmp_path: Path) -> None:
    data, text = BAD_MODELS[name]
    (tmp_path / "link").symlink_to("/etc/passwd")
    (tmp_path / "n.onnx").write_bytes(data)
    with pytest.raises(en.ExactnetError, match=text) as caught:
        load_network(tmp_path / "n.onnx")
    assert "\n" not in str(caught.value)
    assert str(caught.value).startswith(f"{tmp_path / 'n.onnx'}")
    assert "root:" not in str(caught.value)


def test_data_beside_the_model_are_read(tmp_path: Path) -> None:
    made = dense(2.5)
    (tmp_path / "parts").mkdir()
    (tmp_path / "parts/w.bin").write_bytes(b"1234" + made.graph.initializer[0].raw_data)
    tensor = made.graph.initializer[0]
    external_data_helper.set_external_data(tensor, "parts/w.bin", offset=4, length=8)
    tensor.ClearField("raw_data")
    (tmp_path / "n.onnx").write_bytes(made.SerializeToString())
    assert load_network(tmp_path / "n.onnx")([1, 2]) == (F(6),)
    with pytest.raises(en.InputError, match="expected data inside the model"):
        from_onnx(made)
    for wrong in ("4_0", "\N{ARABIC-INDIC DIGIT FOUR}", "-4", "0x4", "1" * 19, ""):
        tensor.external_data[1].value = wrong
        (tmp_path / "n.onnx").write_bytes(made.SerializeToString())
        with pytest.raises(en.FileError, match=r"in 'parts/w\.bin', got a bad location, offset or"):
            load_network(tmp_path / "n.onnx")
    tensor.external_data[1].value = "4"
    tensor.external_data[-1].value = str(10**12)
    (tmp_path / "n.onnx").write_bytes(made.SerializeToString())
    with pytest.raises(en.FileError, match="a small part of a file"):
        load_network(tmp_path / "n.onnx")


def test_what_is_no_file_of_a_network_is_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.onnx")
    (tmp_path / "folder.npz").mkdir()
    for name, text in [
        ("gone.onnx", "expected an ONNX file, got No such file or directory"),
        ("pipe.onnx", "expected a regular file, got a device or a pipe"),
        ("folder.npz", "expected a regular file, got a directory"),
        ("n.h5", "expected a readable JSON file, got No such file"),
        ("a\0b.nnet", "expected an NNet file, got a bad path"),
    ]:
        with pytest.raises(en.FileError, match=text):
            load_network(tmp_path / name)
    with pytest.raises(en.InputTypeError, match="from_onnx: expected an ONNX model or a path"):
        from_onnx(3)
    for wrong in (None, 3, b"n.onnx"):
        with pytest.raises(en.InputTypeError, match="load_network: expected a path, got"):
            load_network(wrong)  # type: ignore[arg-type]


def test_the_command_line_ends_with_one_line_and_status_2(tmp_path: Path) -> None:
    (tmp_path / "n.onnx").write_bytes(BAD_MODELS["data in /etc/passwd"][0])
    command = [sys.executable, "-m", "exactnet", "prove", "cantor-dust", "--depth", "1"]
    done = subprocess.run(
        [*command, "--network", str(tmp_path / "n.onnx")],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert "external data in the folder of the model" in done.stderr
