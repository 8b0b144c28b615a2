"""Network files: what is written reads back as the same network, and faults are named."""

import errno
import json
import os
from fractions import Fraction as F
from pathlib import Path

import pytest
from hypothesis import given
from strategies_lower import networks

from exactnet.errors import ExactnetError, FileError, InputError, InputTypeError
from exactnet.networks.documents import FORMAT
from exactnet.networks.network import ReluNetwork

UNIT = {"weight": [["1"]], "bias": ["0"]}


@given(networks())
def test_a_network_reads_back_from_its_document(net: ReluNetwork) -> None:
    document = json.loads(json.dumps(net.document()))
    assert ReluNetwork.from_document(document, "here") == net
    marked = ["activation" in entry for entry in document["layers"]]
    assert marked == [any(slope != 0 for slope in layer.slopes) for layer in net.layers[:-1]] + [
        False
    ]


def test_a_network_is_written_in_full_and_every_activation_by_its_name() -> None:
    net = ReluNetwork.of(
        [([[1], ["1/2"], [0], [3]], [0, 0, 0, "-2/6"]), ([[1, 1, 1, 1]], [5])],
        [["relu", "abs", "identity", {"leaky": "2/20"}]],
    )
    assert net.document() == {
        "format": "exactnet-network/1",
        "layers": [
            {
                "weight": [["1"], ["1/2"], ["0"], ["3"]],
                "bias": ["0", "0", "0", "-1/3"],
                "activation": ["relu", "abs", "identity", {"leaky": "1/10"}],
            },
            {"weight": [["1", "1", "1", "1"]], "bias": ["5"]},
        ],
    }


def test_a_saved_network_loads_as_itself_and_a_failed_save_keeps_the_old_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = ReluNetwork.of([([[1]], ["1/3"]), ([[1]], [0])], [["abs"]])
    new = ReluNetwork.of([([[2]], [0])])
    path = tmp_path / "net.json"
    old.save(path)
    assert ReluNetwork.load(path) == ReluNetwork.load(str(path)) == old

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(FileError, match="got No space left on device"):
            new.save(path)
    assert ReluNetwork.load(path) == old
    assert [entry.name for entry in tmp_path.iterdir()] == ["net.json"]
    new.save(path)
    assert ReluNetwork.load(path) == new


@pytest.mark.parametrize("sign", [1, -1])
def test_numbers_too_long_to_be_read_back_are_not_written(tmp_path: Path, sign: int) -> None:
    path = tmp_path / "net.json"
    longest = sign * (2**14_284 - 1)
    fits = ReluNetwork.of([([[F(longest)]], [F(1, longest)])])
    fits.save(path)
    assert ReluNetwork.load(path) == fits
    for number in (longest + sign, F(1, longest + sign)):
        for layer in (([[number]], [0]), ([[1]], [number])):
            with pytest.raises(InputError, match="layer 0: expected numbers of at most 4300 digit"):
                ReluNetwork.of([layer]).save(path)
    unit = {"leaky": F(longest + sign)}
    with pytest.raises(InputError, match="layer 0: expected numbers of at most 4300 digits"):
        ReluNetwork.of([([[1]], [0]), ([[1]], [0])], [[unit]]).save(path)
    assert ReluNetwork.load(path) == fits


def test_integers_and_a_spelled_out_identity_readout_are_read_too() -> None:
    layers = [
        {"weight": [[1]], "bias": [0], "activation": ["abs"]},
        {"weight": [["1.5"]], "bias": ["0"], "activation": ["identity"]},
    ]
    net = ReluNetwork.from_document({"format": FORMAT, "layers": layers}, "here")
    assert net([-2]) == (3,)


@pytest.mark.parametrize(
    ("document", "error", "message"),
    [
        (
            {},
            InputError,
            'here: expected "format": "exactnet-network/1", got None. Is it a network',
        ),
        ({"format": "exactnet-network/2"}, InputError, "got 'exactnet-network/2'. Is it a network"),
        ({"format": FORMAT}, InputError, "here: expected a non-empty list 'layers', got None. Add"),
        (
            {"format": FORMAT, "layers": [UNIT], "activations": [["abs"]]},
            InputError,
            "here: expected the keys format, layers and perhaps name, got 'activations'. Drop it.",
        ),
        ({"format": FORMAT, "layers": []}, InputError, "a non-empty list 'layers', got []."),
        ({"format": FORMAT, "layers": {}}, InputError, "a non-empty list 'layers', got {}."),
        (
            {"format": FORMAT, "layers": [UNIT, 3]},
            InputError,
            "here: layer 1: expected weight, bias and perhaps activation, got 3. Write those keys.",
        ),
        (
            {"format": FORMAT, "layers": [{"weight": [["1"]]}]},
            InputError,
            "here: layer 0: expected",
        ),
        (
            {"format": FORMAT, "layers": [{**UNIT, "slopes": []}]},
            InputError,
            "here: layer 0: expected weight, bias and perhaps activation, got {'weight'",
        ),
        (
            {"format": FORMAT, "layers": [{**UNIT, "activation": "relu"}, UNIT]},
            InputError,
            "here: layer 0.activation: expected a list, one entry a unit (the last layer is affine",
        ),
        (
            {"format": FORMAT, "layers": [UNIT, {**UNIT, "activation": ["relu"]}]},
            InputError,
            "here: layer 1.activation: expected a list, one entry a unit (the last layer is affine)"
            ", got ['relu']. Correct it.",
        ),
        (
            {"format": FORMAT, "layers": [{**UNIT, "activation": ["abs", "abs"]}, UNIT]},
            InputError,
            "here: layer 0.activation: expected a list, one entry a unit",
        ),
        (
            {"format": FORMAT, "layers": [{**UNIT, "activation": []}]},
            InputError,
            "here: layer 0.activation: expected a list, one entry a unit",
        ),
        (
            {"format": FORMAT, "layers": [{**UNIT, "activation": ["sigmoid"]}, UNIT]},
            InputError,
            "layer 0.activation[0]: expected 'relu', 'identity', 'abs' or {'leaky': a}",
        ),
        (
            {"format": FORMAT, "layers": [{"weight": [["1"]], "bias": "0"}]},
            InputTypeError,
            "layer 0.bias: expected a list of rationals, got str.",
        ),
        (
            {"format": FORMAT, "layers": [{"weight": [["1", "1/0"]], "bias": ["0"]}]},
            InputError,
            "layer 0.weight[0][1]: expected a non-zero denominator, got '1/0'.",
        ),
        (
            {"format": FORMAT, "layers": [{"weight": [["1e999999999"]], "bias": ["0"]}]},
            InputError,
            "layer 0.weight[0][0]: expected an exponent between -1000 and 1000",
        ),
        (
            {"format": FORMAT, "layers": [{"weight": [[None]], "bias": ["0"]}]},
            InputTypeError,
            "layer 0.weight[0][0]: expected int, str or Fraction, got NoneType.",
        ),
        (
            {"format": FORMAT, "layers": [UNIT, {"weight": [["1", "1"]], "bias": ["0"]}]},
            InputError,
            "layer 1: expected 1 columns (the units before it), got 2.",
        ),
        (
            {"format": FORMAT, "layers": [{"weight": [], "bias": []}]},
            InputError,
            "layer 0: expected one bias per row of a non-empty weight matrix, got a 0x0 weight",
        ),
    ],
    ids=range(20),
)
def test_a_bad_document_is_refused_with_the_layer_at_fault(
    document: dict[str, object], error: type[ExactnetError], message: str
) -> None:
    with pytest.raises(error) as caught:
        ReluNetwork.from_document(document, "here")
    assert str(caught.value).startswith("here: ")
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("text", "error", "message"),
    [
        (
            '{"format": "exactnet-network/1", "layers": [',
            FileError,
            "expected a JSON document, got",
        ),
        ('{"format": 1, "format": 2}', InputError, "expected each key once, got 'format' twice."),
        (
            '{"format": "exactnet-network/1", "layers": [{"weight": [[0.5]], "bias": [0]}]}',
            InputError,
            "expected exact rationals, got the float 0.5. Write it as a string, '1/10'.",
        ),
        (
            '{"format": "exactnet-network/1", "layers": [{"weight": [[NaN]], "bias": [0]}]}',
            InputError,
            "expected exact rationals, got the float NaN.",
        ),
        ("[" * 50_000, FileError, "lists nested too deeply"),
    ],
    ids=range(5),
)
def test_a_broken_file_is_refused_with_its_path(
    tmp_path: Path, text: str, error: type[ExactnetError], message: str
) -> None:
    path = tmp_path / "net.json"
    path.write_text(text)
    with pytest.raises(error) as caught:
        ReluNetwork.load(path)
    assert str(caught.value).startswith(f"{path}: ")
    assert message in str(caught.value)
