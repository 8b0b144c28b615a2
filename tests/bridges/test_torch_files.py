"""Files of tensors: written whole, read anywhere, and never executed."""

import json
import os
import pickle
import re
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save_file
from torch import nn

from exactnet import ExactnetError, FileError, InputError, ReluNetwork, compile_ifs, gallery
from exactnet.bridges import AssumptionWarning, from_torch, load_network, read_torch, save_torch
from exactnet.bridges.torch import files
from exactnet.bridges.torch.export import TENSOR_FILES
from exactnet.bridges.torch.state import ACTIVATIONS, MARK
from exactnet.cli.main import main

NET = compile_ifs(gallery.cantor_dust(), 2)


@pytest.mark.parametrize("name", ["dust.pt", "dust.pth", "dust.safetensors"])
def test_a_saved_network_comes_back_and_torch_alone_can_read_it(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    save_torch(NET, path, "float32")
    assert from_torch(path) == NET
    state = (
        load_file(path) if path.suffix == ".safetensors" else torch.load(path, weights_only=True)
    )
    layers: list[nn.Module] = []
    for k in range(0, 11, 2):
        layers += [nn.Linear(*reversed(state[f"{k}.weight"].shape)), nn.ReLU()]
    module = nn.Sequential(*layers[:-1])
    module.load_state_dict(state)
    x = torch.tensor([[0.75, -0.75], [0.0, 0.5]])
    assert (module(x) >= 0).flatten().tolist() == [False, False]
    assert (module(torch.tensor([[1.0, 1.0], [15 / 16, -1.0]])) >= 0).all()


def test_units_of_every_kind_survive_a_file(tmp_path: Path) -> None:
    net = ReluNetwork.of([([[1], [2]], [0, 1]), ([[1, 1]], [0])], [["abs", {"leaky": "1/8"}]])
    for name in ("net.pt", "net.safetensors"):
        save_torch(net, tmp_path / name)
        assert from_torch(tmp_path / name) == net


NOTE = (
    "a state_dict does not name its activations; "
    "assumed: relu between the layers, none after the last (an .onnx file names them)"
)


def saved(state: dict[str, torch.Tensor], path: Path) -> Path:
    (save_file if path.suffix == ".safetensors" else torch.save)(state, path)
    return path


@pytest.mark.parametrize("ending", TENSOR_FILES)
@pytest.mark.parametrize("use", [load_network, from_torch])
def test_a_file_that_does_not_name_its_activations_says_what_is_assumed(
    use: Any, ending: str, tmp_path: Path
) -> None:
    module = nn.Sequential(nn.Linear(2, 3), nn.Tanh(), nn.Linear(3, 1))
    path = saved(module.state_dict(), tmp_path / f"model{ending}")
    with pytest.warns(AssumptionWarning, match=re.escape(f"model{ending}: {NOTE}")) as said:
        net = use(path)
    assert [Path(warning.filename) for warning in said] == [Path(__file__)]
    assert net == from_torch(nn.Sequential(module[0], nn.ReLU(), module[2]))


def test_the_note_says_what_is_assumed_of_each_layer() -> None:
    one, two, slope = torch.ones(1, 1), torch.ones(2, 1), torch.ones(1)
    cases = {
        "none after the last": {"0.weight": one},
        "PReLU where slopes are stored, none after the last": {
            "0.weight": one, "1.weight": slope, "2.weight": one,
        },
        "PReLU where slopes are stored, relu between the other layers, none after the last": {
            "0.weight": one, "1.weight": slope, "2.weight": two, "4.weight": two.T,
        },
        "PReLU where slopes are stored, relu between the other layers, no other": {
            "0.weight": one, "2.weight": two, "3.weight": slope,
        },
    }  # fmt: skip
    for words, state in cases.items():
        (note,) = read_torch(state).notes
        assert f"; assumed: {words} (an " in note


@pytest.mark.parametrize("ending", TENSOR_FILES)
def test_our_files_name_their_activations_until_another_module_saves_them(
    ending: str, tmp_path: Path
) -> None:
    net = ReluNetwork.of([([[1], [2]], [0, 1]), ([[1, 1]], [0])])
    path = tmp_path / f"ours{ending}"
    save_torch(net, path)
    assert load_network(path) == net  # a warning would be an error
    state = load_file(path) if ending == ".safetensors" else torch.load(path, weights_only=True)
    module = nn.Sequential(nn.Linear(1, 2), nn.Tanh(), nn.Linear(2, 1)).double()
    module.load_state_dict(state, strict=True)
    with pytest.warns(AssumptionWarning):
        load_network(saved(module.state_dict(), tmp_path / f"theirs{ending}"))


@pytest.mark.parametrize(
    "metadata", [{MARK: {"activations": "tanh"}}, {MARK: {"activations": torch.ones(2)}},
                 {MARK: ACTIVATIONS}, [MARK]],
)  # fmt: skip
def test_other_words_in_the_metadata_name_no_activations(metadata: object, tmp_path: Path) -> None:
    named = nn.Sequential(nn.Linear(1, 1)).state_dict()
    vars(named)["_metadata"] = metadata
    with pytest.warns(AssumptionWarning, match="assumed: none after the last"):
        load_network(saved(named, tmp_path / "model.pt"))


def test_the_command_line_prints_the_note_and_json_has_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    module = nn.Sequential(nn.Linear(2, 3), nn.Tanh(), nn.Linear(3, 1))
    path = str(saved(module.state_dict(), tmp_path / "model.pt"))
    assert main(["bounds", path]) == 0
    assert capsys.readouterr().err == f"exactnet: note: {path}: {NOTE}\n"
    assert main(["bounds", path, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["assumptions"] == [f"{path}: {NOTE}"]
    assert "approximations" not in found
    save_torch(NET, path)
    assert main(["bounds", path, "--json"]) == 0
    said = capsys.readouterr()
    assert "assumptions" not in json.loads(said.out)
    assert said.err == ""


class Attack:
    """A pickle that would run a command when it is read."""

    def __init__(self, marker: Path) -> None:
        self.marker = marker

    def __reduce__(self) -> tuple[Any, ...]:
        return os.system, (f"touch {self.marker}",)


def attack(path: Path, marker: Path) -> None:
    torch.save({"0.weight": torch.ones(1, 1), "x": Attack(marker)}, path)


def legacy(path: Path, marker: Path) -> None:
    path.write_bytes(pickle.dumps(Attack(marker)))


def whole_module(path: Path, _: Path) -> None:
    torch.save(nn.Sequential(nn.Linear(1, 1)), path)


def checkpoint(path: Path, _: Path) -> None:
    torch.save({"epoch": 3, "model": nn.Linear(1, 1).state_dict()}, path)


def tensor(path: Path, _: Path) -> None:
    torch.save(torch.ones(2), path)


def nan(path: Path, _: Path) -> None:
    torch.save({"0.weight": torch.tensor([[float("nan")]])}, path)


def infinite(path: Path, _: Path) -> None:
    torch.save({"0.weight": torch.tensor([[float("-inf")]])}, path)


def huge(path: Path, _: Path) -> None:
    torch.save({"0.weight": torch.ones(1).expand(10**9, 10**9)}, path)


def bomb(path: Path, _: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("archive/data.pkl", b"\0" * (files.MAX_BYTES + 1))


def cut(path: Path, _: Path) -> None:
    save_torch(NET, path)
    path.write_bytes(path.read_bytes()[:-2000])


def stray(path: Path, _: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("readme.txt", "hello")


def integers(path: Path, _: Path) -> None:
    torch.save({"0.weight": torch.ones(1, 1, dtype=torch.int64)}, path)


def deep(path: Path, _: Path) -> None:
    torch.save({f"{k}.weight": torch.ones(0) for k in range(10_001)}, path)


BAD = [
    (attack, FileError, r"asks for (posix|nt)\.system \(nothing was run\)\. Export the "),
    (legacy, FileError, "a zip archive as torch.save writes, got another format"),
    (whole_module, FileError, r"asks for torch\.nn\.modules\.container\.Sequential"),
    (tensor, FileError, "expected a state_dict, got Tensor"),
    (
        checkpoint,
        InputError,
        r"under 'model', .* alone: torch\.save\(checkpoint\['model'\], path\)",
    ),
    (nan, InputError, r"0.weight\[0\]: expected a finite float, got nan"),
    (infinite, InputError, r"0.weight\[0\]: expected a finite float, got -inf"),
    (huge, InputError, r"expected at most 20000000 numbers, got shape \(1000000000, 1000000000\)"),
    (bomb, FileError, "expected at most 268435456 bytes, got .* unpacked"),
    (cut, FileError, "a zip archive"),
    (stray, FileError, "a file of tensors"),
    (integers, TypeError, "expected a tensor of float16, .*, got torch.int64"),
    (deep, InputError, "expected 1 to 10000 tensors"),
]


@pytest.mark.parametrize(("make", "kind", "message"), BAD, ids=[m.__name__ for m, *_ in BAD])
def test_untrusted_files_give_one_line_and_run_nothing(
    make: Any, kind: type[Exception], message: str, tmp_path: Path
) -> None:
    path, marker = tmp_path / "model.pt", tmp_path / "ran"
    make(path, marker)
    with pytest.raises(kind, match=message) as caught:
        from_torch(path)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 300 + len(str(path))
    assert not marker.exists()


def test_broken_safetensors_and_paths_give_one_line(tmp_path: Path) -> None:
    bad = tmp_path / "bad.safetensors"
    bad.write_bytes(b"\xff" * 100)
    with pytest.raises(FileError, match=r"bad\.safetensors: expected a file of tensors"):
        from_torch(bad)
    save_file({"0.weight": torch.full((1, 1), float("inf"))}, bad)
    with pytest.raises(InputError, match="expected a finite float, got inf"):
        from_torch(bad)
    with pytest.raises(FileError, match="No such file"):
        from_torch(tmp_path / "missing.pt")
    with pytest.raises(FileError, match="a regular file"):
        (tmp_path / "folder.pt").mkdir()
        from_torch(tmp_path / "folder.pt")
    with pytest.raises(InputError, match=r"a .pt, .pth, .safetensors file, got '.onnx'"):
        from_torch("net.onnx")
    with pytest.raises(FileError, match="Nothing was changed"):
        save_torch(NET, tmp_path / "no" / "such.pt")


def test_without_safetensors_the_remedy_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save_torch(NET, tmp_path / "net.safetensors")
    monkeypatch.setitem(sys.modules, "safetensors.torch", None)
    for use in (from_torch, lambda path: save_torch(NET, path)):
        with pytest.raises(ExactnetError, match=r"pip install 'exactnet\[torch\]'"):
            use(tmp_path / "net.safetensors")
