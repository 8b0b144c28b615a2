"""Assertions prove or refute; what a refutation shows is true and enough to see it again."""

import re
from fractions import Fraction as F
from pathlib import Path

import pytest
import torch
from hypothesis import given, settings
from strategies_lower import pre_activations
from torch import nn

import exactnet as en
from exactnet.errors import InputError, InputTypeError
from exactnet.testing import (
    RefutedError,
    UndecidedError,
    assert_equivalent,
    assert_realizes,
    assert_region_count,
    limits_for_assertions,
    network_of,
)
from exactnet.testing import strategies as st
from exactnet.testing.reports import finest, with_decimal

DUST = en.gallery.cantor_dust()
SQUARE = [(-1, 1), (-1, 1)]
FOLDED = en.ReluNetwork.of([([[1], [-1]], [0, 0]), ([[1, 1]], [0])])  # |x|
DIRECT = en.ReluNetwork.of([([[1]], [0]), ([[1]], [0])], [["abs"]])
BRIEF = en.Limits(seconds=1e-9)
FEW = en.Limits(cells=10)


def test_every_assertion_names_the_time_that_it_has_by_default() -> None:
    named = {name: getattr(en.testing, name) for name in dir(en.testing) if "assert_" in name}
    assert len(named) >= 4
    for function in named.values():
        assert f"limit (default {en.Limits().seconds:.0f} s)" in function.__doc__


def refutation(call: object) -> RefutedError:
    assert callable(call)
    with pytest.raises(RefutedError) as caught:
        call()
    return caught.value


def lines(error: RefutedError) -> dict[str, str]:
    """The report by its labels (the first line of each)."""
    found: dict[str, str] = {}
    for line in error.report:
        label, _, text = line.partition("  ")
        if label:
            found.setdefault(label, text.strip())
    return found


def sources(net: en.ReluNetwork, folder: Path) -> list[object]:
    """A network as everything that the assertions take."""
    module = en.bridges.to_torch(net)
    net.save(folder / "n.json")
    en.bridges.to_onnx(net, folder / "n.onnx")
    en.bridges.to_nnet(net, folder / "n.nnet")
    model = en.bridges.to_onnx(net).model
    return [net, module, module.state_dict(), model, folder / "n.json", str(folder / "n.onnx"),
            folder / "n.nnet"]  # fmt: skip


def test_networks_come_from_modules_models_and_files(tmp_path: Path) -> None:
    for source in sources(FOLDED, tmp_path):
        assert network_of(source) == FOLDED
        assert assert_equivalent(source, DIRECT).verdict is en.Proved


def test_what_is_no_network_is_refused() -> None:
    message = (
        "network: expected a ReluNetwork, a path, a PyTorch module or an ONNX model, got list. "
        "Convert it, perhaps with exactnet.bridges."
    )
    with pytest.raises(InputTypeError, match=re.escape(message)):
        network_of([1, 2])


def test_a_convolution_needs_its_input_shape() -> None:
    module = nn.Sequential(nn.Conv2d(1, 1, 2), nn.Flatten())
    assert network_of(module, input_shape=(1, 2, 2)).inputs == 4


@pytest.mark.parametrize("method", ["exact", "fold"])
def test_a_network_that_realises_its_fractal_passes(method: str) -> None:
    result = assert_realizes(en.compile_ifs(DUST, 2, method), DUST, 2)
    assert result.verdict is en.Proved
    margin = en.compile_ifs(DUST, 2, "margin", margin="1/4")
    assert assert_realizes(margin, DUST, 2, margin="1/4").verdict is en.Proved
    assert assert_realizes(margin, DUST, 2, margin="1/4", box=SQUARE, route="regions").rests_on


@settings(max_examples=25)
@given(st.claims(depth=1, ifs=st.ifs(dim=range(1, 3)), holds=False))
def test_every_refutation_is_true_at_its_point(claim: en.Claim) -> None:
    labelling, options = claim.labelling, {}
    if labelling.margin is not None:
        options = {"margin": labelling.margin, "threshold": claim.threshold}
    error = refutation(lambda: assert_realizes(claim.network, labelling.ifs, 1, **options))
    assert error.point is not None
    value = pre_activations(claim.network, error.point)[-1][0]
    label = labelling.label(error.point)
    assert claim.violated(label, value)
    shown = lines(error)
    assert shown["label"].startswith("positive" if label == 1 else "negative")
    assert shown["value"].startswith(f"f(x) = {with_decimal(value)}, expected ")
    assert [F(v) for v in error.exact_point() or []] == list(error.point)


def test_a_refuted_realisation_shows_point_cell_value_and_network() -> None:
    error = refutation(lambda: assert_realizes(en.compile_ifs(DUST, 3), DUST, 2))
    assert error.headline == (
        "the network does not realise K_2 of cantor-dust: f >= 0 on K_2 and f < 0 on every point "
        "off K_2, on all of R^d"
    )
    shown = lines(error)
    assert error.point is not None
    assert shown["x_1"] == with_decimal(error.point[0])
    level, cells = finest(DUST.prefractal(2), error.point)
    (local, address), *_ = cells.items()
    assert level == 2
    name = ".".join(map(str, address))
    assert shown["label"] == (
        f"positive: in cell {name} of K_2, at ({local[0]}, {local[1]}) of the base"
    )
    assert DUST.prefractal(2).cell(address).map(local) == error.point
    assert shown["network"] == "2-19-13-19-13-19-13-5-1"
    assert shown["decided"].startswith("by ")
    assert shown["to copy"].startswith("[")
    assert str(error).splitlines()[1:] == [f"  {line}" for line in error.report]


def test_a_negative_point_is_shown_with_the_finest_cell_that_holds_it() -> None:
    shown = lines(refutation(lambda: assert_realizes(en.compile_ifs(DUST, 2), DUST, 3)))
    assert re.fullmatch(
        r"negative: off K_3: in cell \d\.\d of K_2, at \(.*\) of the base, but in no cell of K_3",
        shown["label"],
    )
    everywhere = en.ReluNetwork.of([([[0]], [1])])
    cantor = en.gallery.cantor()
    outside = lines(refutation(lambda: assert_realizes(
        everywhere, cantor, 1, box=[(2, 3)])))  # fmt: skip
    assert outside["label"] == "negative: outside the base, so off K_1"


def test_points_of_several_cells_margins_and_sides_are_named() -> None:
    vicsek, never = en.gallery.vicsek(), en.ReluNetwork.of([([[0, 0]], [-1])])
    shown = lines(refutation(lambda: assert_realizes(
        never, vicsek, 1, box=[("1/3", "1/2"), ("1/3", "1/2")])))  # fmt: skip
    assert shown["label"].startswith("positive: in cell ")
    inner = lines(refutation(lambda: assert_realizes(never, vicsek, 1, margin="1/8")))
    assert inner["label"].endswith("margin 1/8 (shrunk cell)")
    ball = lines(refutation(lambda: assert_realizes(never, vicsek, 1, margin="1/8", absolute=True)))
    assert ball["label"].endswith("margin 1/8 (sup-norm ball)")
    always = en.ReluNetwork.of([([[0, 0]], [1])])
    outer = lines(refutation(lambda: assert_realizes(
        always, DUST, 1, margin="1/8", side="outer", box=SQUARE)))  # fmt: skip
    assert "of K_1, nor in one enlarged by 1/8" in outer["label"]


def test_corners_shared_by_cells_count_the_others() -> None:
    level, cells = finest(en.gallery.vicsek().prefractal(1), (F(1, 3), F(1, 3)))
    assert level == 1
    assert len(cells) == 2


def test_different_networks_are_shown_with_both_values() -> None:
    other = en.ReluNetwork.of([([[1]], [0]), ([["333/1000"]], [0])])
    error = refutation(lambda: assert_equivalent(FOLDED, other, box=[(0, 1)]))
    assert error.headline == "the networks a and b differ on [0, 1]"
    assert error.point is not None
    x = error.point[0]
    text = str(error)
    assert f"a(x) = {with_decimal(x)}" in text
    assert f"b(x) = {with_decimal(x * F(333, 1000))}" in text
    assert f"a(x) - b(x) = {with_decimal(x * F(667, 1000))}" in text
    assert "ReluNetwork.of([([[1], [-1]], [0, 0]), ([[1, 1]], [0])])" in text


def test_only_the_outputs_that_differ_are_shown() -> None:
    two = en.ReluNetwork.of([([[1], [2]], [0, 0])])
    text = str(
        refutation(lambda: assert_equivalent(two, en.ReluNetwork.of([([[1], [3]], [0, 0])])))
    )
    assert "value 2" in text
    assert "value 1" not in text


@settings(max_examples=30)
@given(st.relu_networks(inputs=2, activations=st.ACTIVATIONS))
def test_a_network_is_equivalent_to_what_its_files_say(net: en.ReluNetwork) -> None:
    twin = en.ReluNetwork.from_document(net.document(), "net")
    assert assert_equivalent(net, twin).verdict is en.Proved


def test_region_counts_pass_and_fail_by_their_definition() -> None:
    crossed = en.ReluNetwork.of([([[1, 1], [1, -1]], [0, 0]), ([[1, 0]], [0])])
    counts = en.enumerate_regions(crossed, box=SQUARE).counts()
    for name, count in counts.items():
        assert isinstance(count, int)
        assert_region_count(crossed, count, definition=name, box=SQUARE)
    error = refutation(lambda: assert_region_count(crossed, 2, box=SQUARE))
    assert error.headline == "expected 2 regions (proper), got 4"
    assert error.point is None
    shown = lines(error)
    assert shown["open"] == "2: maximal open connected sets  <- the expected number"
    assert shown["proper"] == "4: activation patterns with interior"
    assert shown["on"] == "[-1, 1] x [-1, 1]"
    assert_region_count(crossed, 4)


def test_what_limits_leave_open_is_neither_passed_nor_refuted() -> None:
    net = en.compile_ifs(DUST, 4)
    undecided = [
        lambda: assert_realizes(net, DUST, 4, limits=BRIEF),
        lambda: assert_equivalent(net, en.compile_ifs(DUST, 4, "fold"), limits=BRIEF),
        lambda: assert_region_count(net, 10**9, box=SQUARE, limits=FEW),
        lambda: assert_region_count(net, 100, definition="open", box=SQUARE, limits=FEW),
    ]
    for call in undecided:
        with pytest.raises(UndecidedError, match=r"^not decided: .*limit of"):
            call()
    error = refutation(lambda: assert_region_count(net, 5, box=SQUARE, limits=FEW))
    assert re.fullmatch(r"expected 5 regions \(proper\), got \d+ or more", error.headline)


def test_unknown_numbers_of_convex_pieces_are_undecided_within_their_bounds() -> None:
    net = en.compile_ifs(DUST, 2)
    low, high = en.enumerate_regions(net, box=SQUARE).counts()["convex"]
    with pytest.raises(UndecidedError, match=f"not decided: {low} to {high} regions"):
        assert_region_count(net, low, definition="convex", box=SQUARE)
    error = refutation(lambda: assert_region_count(net, low - 1, definition="convex", box=SQUARE))
    assert error.headline == f"expected {low - 1} regions (convex), got {low} to {high}"


def test_limits_of_a_block_hold_until_its_end() -> None:
    net = en.compile_ifs(DUST, 1)
    with limits_for_assertions(BRIEF), pytest.raises(UndecidedError):
        assert_realizes(net, DUST, 1)
    assert_realizes(net, DUST, 1)


def test_failures_are_assertion_errors_and_errors_of_exactnet() -> None:
    for kind in (RefutedError, UndecidedError):
        assert issubclass(kind, AssertionError)
        assert issubclass(kind, en.ExactnetError)


def test_floats_of_a_module_are_what_they_store() -> None:
    third = nn.Linear(1, 1, dtype=torch.float32)
    with torch.no_grad():
        third.weight.fill_(1 / 3)
        third.bias.fill_(0)
    error = refutation(
        lambda: assert_equivalent(nn.Sequential(third), en.ReluNetwork.of([([["1/3"]], [0])]))
    )
    assert "11184811/33554432" in str(error)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (F(2), "2"),
        (F(-243, 256), "-243/256 (-0.949219)"),
        (F(1, 2**90), "1/1237940039285380274899124224 (8.07794E-28)"),
        (F(2, 3), "2/3 (0.666667)"),
        (F(10**12 + 1, 2), "1000000000001/2 (5.00000E+11)"),
    ],
)
def test_decimals_are_six_correct_digits(value: F, text: str) -> None:
    assert with_decimal(value) == text


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (
            lambda: assert_region_count(FOLDED, 2, definition="linear"),
            InputError,
            "definition: expected one of activation, proper, convex, open, closed, affine, got "
            "'linear'. Pick one.",
        ),
        (
            lambda: assert_region_count(FOLDED, 2.0),
            InputTypeError,
            "expected: expected an integer, got float. Give the number of regions.",
        ),
        (
            lambda: assert_region_count(FOLDED, 2, box=[(-1, 1)] * 2),
            InputError,
            "box: expected 1 sides, one an input, got 2. Give one side a coordinate.",
        ),
        (
            lambda: assert_realizes(FOLDED, DUST, 1),
            InputError,
            "claim: expected a network with 2 inputs and 1 output (the IFS is 2-dimensional), got "
            "1 inputs and 1 outputs. Use a matching network.",
        ),
    ],
)
def test_bad_input_is_an_error_in_one_line(
    call: object, error: type[Exception], message: str
) -> None:
    assert callable(call)
    with pytest.raises(error, match=re.escape(message) + "$"):
        call()
