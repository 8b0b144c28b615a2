"""Exact networks to PyTorch and back, and foreign modules against brute force."""

import subprocess
import sys
import warnings
from decimal import Decimal, localcontext
from fractions import Fraction as F
from itertools import product
from pathlib import Path

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies_lower import networks
from torch import nn

from exactnet import InputError, InputTypeError, ReluNetwork, compile_ifs, gallery, prove, realizes
from exactnet.bridges import (
    from_onnx,
    from_torch,
    read_torch,
    round_network,
    rounding_report,
    to_torch,
)
from exactnet.verification.verdicts import Verdict


def exact(tensor: torch.Tensor) -> list[F]:
    return [F(v) for v in tensor.detach().double().reshape(-1).tolist()]


@settings(max_examples=500)
@given(networks(), st.sampled_from(["float64", "float32"]))
def test_the_round_trip_is_the_identity_when_the_report_says_so(
    net: ReluNetwork, dtype: str
) -> None:
    back = from_torch(to_torch(net, dtype))
    rounded = round_network(net, dtype)
    assert back == rounded.network
    assert (back == net) == rounded.report.exact


@given(networks())
def test_modules_compute_what_the_network_does_where_floats_are_exact(net: ReluNetwork) -> None:
    scaled = ReluNetwork.of(
        [
            ([[round(v * 4) for v in row] for row in a.weight], [round(v * 4) for v in a.bias])
            for a in net.layers
        ],
        [[_activation(s) for s in layer.slopes] for layer in net.layers[:-1]],
    )
    point = [F(k + 1, 2) for k in range(net.inputs)]
    module = to_torch(scaled, torch.float64)
    output = module(torch.tensor([[float(v) for v in point]], dtype=torch.float64))
    assert tuple(exact(output)) == scaled(point)


def _activation(slope: F) -> object:
    return {"leaky": "1/2"} if slope == F(1, 3) else {"leaky": slope}


def test_modules_are_plain_trainable_and_exportable() -> None:
    net = compile_ifs(gallery.cantor_dust(), 2)
    module = to_torch(net, "float32")
    assert {type(child) for child in module} == {nn.Linear, nn.ReLU}
    x = torch.rand(8, 2)
    module(x).sum().backward()
    assert all(p.grad is not None for p in module.parameters())
    program = torch.export.export(module, (x,)).module()
    assert torch.equal(program(x), module(x))
    assert torch.equal(torch.compile(module, backend="eager")(x), module(x))
    fresh = to_torch(compile_ifs(gallery.cantor_dust(), 2), "float32")
    fresh.load_state_dict(module.state_dict())
    assert from_torch(fresh) == net


def test_training_leaves_the_kinds_of_units_alone() -> None:
    net = ReluNetwork.of([([[1], [2]], [0, 1]), ([[1, 1]], [0])], [["abs", "identity"]])
    module = to_torch(net)
    assert isinstance(module[1], nn.PReLU)
    optimiser = torch.optim.SGD([p for p in module.parameters() if p.requires_grad], lr=0.25)
    module(torch.ones(1, 1, dtype=torch.float64)).sum().backward()
    optimiser.step()
    trained = from_torch(module)
    assert trained != net
    assert trained.layers[0].slopes == net.layers[0].slopes


def images(shape: tuple[int, ...], dtype: torch.dtype, count: int = 4) -> torch.Tensor:
    """Small dyadic images, on which torch's float64 makes no error."""
    generator = torch.Generator().manual_seed(1)
    return torch.randint(-4, 5, (count, *shape), generator=generator).to(dtype) / 4


def dyadic(module: nn.Module) -> None:
    generator = torch.Generator().manual_seed(0)
    for p in module.parameters():
        p.data = torch.randint(-6, 7, p.shape, generator=generator).to(p.dtype) / 2


CONVOLUTIONS = [
    nn.Conv2d(1, 2, 2),
    nn.Conv2d(2, 4, (3, 2), stride=(1, 2), padding=1, groups=2),
    nn.Conv2d(2, 2, 3, padding=(0, 2), dilation=(1, 2), bias=False),
    nn.Conv2d(1, 1, (2, 4), padding="same"),
    nn.Conv2d(1, 1, 3, padding="valid"),
]


def convolved(conv: nn.Conv2d, image: list[list[list[F]]]) -> list[F]:
    """The layer's output by the definition, on Fractions; padding by hand."""
    kernel, bias = conv.weight, conv.bias
    (kh, kw), (sh, sw), (dh, dw) = conv.kernel_size, conv.stride, conv.dilation
    if conv.padding == "same":
        top, left = dh * (kh - 1) // 2, dw * (kw - 1) // 2
        bottom, right = dh * (kh - 1) - top, dw * (kw - 1) - left
    else:
        top, left = (0, 0) if conv.padding == "valid" else conv.padding
        bottom, right = top, left
    height, width = len(image[0]), len(image[0][0])
    padded = {
        (c, y + top, x + left): image[c][y][x]
        for c, y, x in product(range(len(image)), range(height), range(width))
    }
    rows = range(0, height + top + bottom - dh * (kh - 1), sh)
    columns = range(0, width + left + right - dw * (kw - 1), sw)
    size, result = conv.in_channels // conv.groups, []
    for c, y, x in product(range(conv.out_channels), rows, columns):
        total = F(0) if bias is None else F(bias[c].item())
        first = c // (conv.out_channels // conv.groups) * size
        for g, i, j in product(range(size), range(kh), range(kw)):
            pixel = padded.get((first + g, y + i * dh, x + j * dw), F(0))
            total += F(kernel[c, g, i, j].item()) * pixel
        result.append(total)
    return result


@pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel:UserWarning")
@pytest.mark.parametrize("conv", CONVOLUTIONS, ids=repr)
def test_convolutions_are_what_brute_force_and_torch_say(conv: nn.Conv2d) -> None:
    module = nn.Sequential(conv.double(), nn.ReLU(), nn.Flatten())
    dyadic(module)
    shape = (conv.in_channels, 4, 5)
    net = from_torch(module, input_shape=shape)
    batch = images(shape, torch.float64)
    assert [net(exact(x)) for x in batch] == [tuple(exact(y)) for y in module(batch)]
    thirds = [[[F(c - y, 3) + x for x in range(5)] for y in range(4)] for c in range(shape[0])]
    flat = [v for plane in thirds for row in plane for v in row]
    assert net(flat) == tuple(max(v, F(0)) for v in convolved(conv, thirds))


def test_a_small_image_network_with_every_supported_layer() -> None:
    module = nn.Sequential(
        nn.Unflatten(1, (1, 4, 4)),
        nn.Sequential(nn.Conv2d(1, 3, 3, padding=1), nn.BatchNorm2d(3), nn.PReLU(3)),
        nn.Dropout2d(0.5),
        nn.Flatten(),
        nn.Linear(48, 5, bias=False),
        nn.BatchNorm1d(5, affine=False),
        nn.LeakyReLU(0.25),
        nn.Identity(),
        nn.Linear(5, 2),
    ).double()
    dyadic(module)
    for layer in (module[1][1], module[5]):
        layer.running_var.fill_(0.25)
        layer.running_mean.copy_(torch.arange(len(layer.running_mean)) / 2)
        layer.eps = 0.0
    module.eval()
    reading = read_torch(module)
    batch = images((16,), torch.float64)
    assert [reading.network(exact(x)) for x in batch] == [tuple(exact(y)) for y in module(batch)]
    assert [note.split(": ")[0] for note in reading.notes] == ["layer 1.1", "layer 5"]
    assert all("rational and exact" in note for note in reading.notes)
    assert reading.network.depth == 2


def test_batch_norm_takes_the_nearest_float64_and_says_how_far_it_is() -> None:
    module = nn.Sequential(nn.Linear(2, 3), nn.BatchNorm1d(3), nn.ReLU(), nn.Linear(3, 1)).eval()
    module[1].running_var.copy_(torch.tensor([0.5, 2.0, 3.0]))
    reading = read_torch(module)
    with localcontext(prec=60):
        variances = [v + F(1e-5) for v in exact(module[1].running_var)]
        factors = [F(float(1 / (Decimal(v.numerator) / v.denominator).sqrt())) for v in variances]
    weights = [
        [s * w for w in exact(row)] for s, row in zip(factors, module[0].weight, strict=True)
    ]
    assert reading.network.layers[0].weight == tuple(map(tuple, weights))
    (note,) = reading.notes
    assert note.startswith("layer 1: 1/sqrt(var + eps) is irrational and taken as the float64 next")
    assert 0 < float(note.rpartition(" ")[2]) < 2**-51


def test_a_root_that_no_float_holds_is_exact_where_it_is_rational() -> None:
    norm = nn.BatchNorm1d(1, eps=0).eval()
    norm.running_var.fill_(9)
    reading = read_torch(norm)
    assert reading.network([1]) == (F(1, 3),)
    assert reading.notes == ("BatchNorm1d: every factor 1/sqrt(var + eps) is rational and exact",)


def test_a_layer_that_a_sequential_holds_twice_is_called_twice() -> None:
    relu = nn.ReLU()
    first, last = nn.Linear(1, 1, bias=False), nn.Linear(1, 1, bias=False)
    for layer, weight in ((first, 2.0), (last, -1.0)):
        layer.weight.data.fill_(weight)
    chain = nn.Sequential(first, relu, last, relu, nn.Sequential(first, relu), last)
    net = from_torch(chain)
    assert net.depth == 3
    for x in (-2.0, 0.0, 3.0):
        assert net([F(x)]) == tuple(exact(chain(torch.tensor([[x]]))))


def test_a_leaky_slope_is_the_one_that_torch_multiplies_by() -> None:
    for dtype, used in ((torch.float32, F(torch.tensor(0.1).item())), (torch.float64, F(0.1))):
        module = nn.Sequential(nn.Linear(1, 1), nn.LeakyReLU(0.1), nn.Linear(1, 1)).to(dtype)
        reading = read_torch(module)
        assert reading.network.layers[0].slopes == (used,)
        assert len(reading.notes) == (dtype is torch.float32)


def test_state_dicts_are_read_by_their_numbers() -> None:
    net = ReluNetwork.of([([[1], [2]], [0, 1]), ([[1, 1]], [0])], [["abs", "identity"]])
    state = to_torch(net).state_dict()
    assert from_torch(dict(reversed(state.items()))) == net
    named = {"fc10.weight": torch.ones(1, 2), "fc9.weight": torch.ones(2, 3)}
    assert from_torch(named).inputs == 3


linear = nn.Linear(2, 2)
nan = nn.Linear(2, 1)
nan.weight.data[0, 1] = float("nan")
hooked = nn.Linear(2, 2)
hooked.register_forward_hook(lambda *_: None)


class Doubling(nn.Sequential):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return 2 * super().forward(x)


def replaced(module: nn.Module) -> nn.Module:
    module.forward = torch.neg
    return module


def emptied(module: nn.Sequential) -> nn.Sequential:
    module._modules["1"] = None
    return module


def norm(var: float, **options: float) -> nn.Module:
    module = nn.BatchNorm1d(1, **options).eval()
    module.running_var.fill_(var)
    return module


REFUSED: list[tuple[object, str]] = [
    (
        nn.Sequential(linear, nn.Tanh()),
        r"layer 1: expected a layer among .*, got Tanh\. Only piece",
    ),
    (nn.Sequential(nn.Sequential(linear, nn.GELU())), r"layer 0\.1: expected a layer among"),
    (nn.Sequential(nn.Conv2d(1, 1, 2)), "layer 0: expected inputs of shape .1, height, width."),
    (nn.Sequential(linear, nn.Conv2d(1, 1, 2)), r"layer 1: .* got \(2,\)"),
    (nn.Sequential(nn.Linear(2, 3), nn.BatchNorm1d(3)), r"layer 1: .* batch statistics. Call eval"),
    (nn.Sequential(linear, nn.Dropout(0.5)), "layer 1: expected evaluation mode"),
    (nn.Sequential(linear, nn.Linear(3, 1)), r"layer 1: expected inputs of shape \(3,\)"),
    (nn.Sequential(nan), r"layer 0.weight\[1\]: expected a finite float, got nan"),
    (nn.Sequential(nn.ReLU(), linear), r"layer 0: expected a known input shape"),
    (nn.Sequential(hooked), "layer 0: expected a layer without hooks"),
    (Doubling(linear), r"Doubling: expected a layer among .*\. Export the module with torch\.onnx"),
    (
        nn.Sequential(linear, nn.Sigmoid()),
        r"got Sigmoid\. Only piece.* Cut off a last sigmoid: it is",
    ),
    (nn.Sequential(linear, nn.Softmax(1)), r"Cut off a last softmax: the largest output"),
    (nn.Sequential(linear, nn.ReLU6()), r"got ReLU6\. Replace or remove it, or export the module"),
    (replaced(nn.Linear(2, 2)), "^Linear: expected the forward of its class, got a replaced one"),
    (nn.Sequential(linear, replaced(nn.Sequential(linear))), "layer 1: expected the forward of"),
    (emptied(nn.Sequential(linear, linear)), "layer 1: expected a layer, got None"),
    (norm(-1.0), r"BatchNorm1d: expected var \+ eps > 0, got -"),
    (norm(1.0, eps=float("nan")), "BatchNorm1d.eps: expected a finite number, got nan"),
    (nn.Sequential(linear, nn.LeakyReLU(float("inf"))), "negative_slope: expected a finite number"),
    (nn.Sequential(nn.Unflatten(1, (1, 2, 2)), nn.Conv2d(1, 1, 3)), "as large as the kernel"),
    (nn.Sequential(nn.Unflatten(1, (1, 2, 2)), nn.Flatten(2)), "start_dim=1, end_dim=-1"),
    (nn.Sequential(linear, nn.PReLU(3)), "layer 1: expected 2 slopes, got 3"),
    (nn.Sequential(), "ReluNetwork: expected at least one layer"),
    (nn.Linear(2, 2, dtype=torch.complex64), "Linear.weight: expected a tensor of float16"),
    (nn.Linear(2, 2, device="meta"), "expected a dense tensor with values"),
    (3, "from_torch: expected a module, a state_dict or a path, got int"),
    ({}, "state_dict: expected 1 to 10000 tensors, got 0"),
    ({"a": torch.ones(1)}, r"state_dict: a: expected keys '0.weight'.*\. Export the module w"),
    (
        {"model": {}, "epoch": 3},
        r"got a dictionary under 'model', as checkpoints have\. Save the s",
    ),
    ({"0.weight": torch.ones(1, 1), "1.weight": torch.ones(1, 1)}, "an activation after 0"),
    ({"0.weight": torch.ones(1, 1), "head.weight": torch.ones(1, 1)}, "differ in their numbers"),
    ({"0.bias": torch.ones(1)}, "state_dict: 0: expected a weight"),
    ({"0.weight": torch.ones(1, 1), "0.bias": torch.ones(2)}, "0.bias: expected 1 numbers"),
    ({"0.weight": torch.ones(2, 1), "2.weight": torch.ones(1, 3)}, "expected 2 columns"),
    ({"0.weight": torch.ones(1, 1, 2, 2)}, "state_dict: 0: expected a Linear layer"),
    ({"0.weight": torch.ones(1).expand(10**6, 10**6)}, "at most 20000000 numbers, got shape"),
    ({"0.weight": torch.ones(0, 3)}, "at least one input and unit"),
    ({"0.weight": [[1.0]]}, "state_dict: 0.weight: expected a tensor, got list"),
    ({"0.running_mean": torch.ones(1)}, "0.running_mean: expected keys"),
    ({f"{'9' * 193}.weight{k}": torch.ones(1, 1) for k in "ab"}, "99: expected keys '0.weight'"),
    (
        {f"{2 * k}.weight": torch.ones(1).expand(4000, 4000) for k in range(2)},
        "state_dict: expected at most 20000000 numbers, got more",
    ),
]


@pytest.mark.parametrize(("source", "message"), REFUSED, ids=[m[:40] for _, m in REFUSED])
def test_what_has_no_exact_meaning_is_refused_by_name(source: object, message: str) -> None:
    with pytest.raises((InputError, InputTypeError), match=message) as caught:
        from_torch(source)
    assert "\n" not in str(caught.value)


class Own(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.inner, self.head = nn.Linear(2, 3), nn.Linear(3, 1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.head(torch.relu(self.inner(x)))


def test_a_module_of_an_own_class_is_refused_with_a_way_that_works(tmp_path: Path) -> None:
    own = Own()
    for source in (own, own.state_dict()):
        with pytest.raises(
            InputError, match=r"\. Export the module with torch\.onnx\.export and re"
        ):
            from_torch(source)
    path = tmp_path / "own.onnx"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # the exporter that torch alone has
        torch.onnx.export(own, (torch.zeros(1, 2),), path, dynamo=False)
    assert from_onnx(path) == from_torch(nn.Sequential(own.inner, nn.ReLU(), own.head))


def test_unknown_devices_and_dtypes_are_one_line() -> None:
    net = ReluNetwork.of([([[1]], [0])])
    with pytest.raises(InputError, match="device: expected a device of this machine, got 'nowh"):
        to_torch(net, device="nowhere")
    with pytest.raises(InputError, match="dtype: expected one of float16"):
        to_torch(net, dtype=torch.int8)
    with pytest.raises(InputError, match=r"layer 0 weight\[0\]\[0\]: expected numbers of float16"):
        to_torch(ReluNetwork.of([([[10**5]], [0])]), dtype="float16")


def test_the_float32_artefact_itself_is_proved() -> None:
    ifs = gallery.cantor_dust()
    artefact = from_torch(to_torch(compile_ifs(ifs, 6), "float32"))
    result = prove(realizes(artefact, ifs, depth=6))
    assert (result.verdict, result.route) == (Verdict.PROVED, "induction")
    assert not rounding_report(compile_ifs(gallery.rotated_dust(), 1), "float32").exact


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")
def test_cuda_gives_the_same_answers() -> None:
    net = compile_ifs(gallery.cantor_dust(), 3)
    x = torch.randint(-(2**8), 2**8 + 1, (1000, 2)).float() / 2**8
    module = to_torch(net, "float32", "cuda")
    assert torch.equal(module(x.cuda()).cpu(), to_torch(net, "float32")(x))
    assert from_torch(module) == net


@pytest.mark.skipif(torch.cuda.is_available(), reason="needs a machine without CUDA")
def test_a_device_that_is_absent_is_named() -> None:
    net = ReluNetwork.of([([[1]], [0])])
    for device in ("cuda", torch.device("cuda", 3)):
        with pytest.raises(InputError, match=r"machine, got 'cuda(:3)?' \(.*\)\. Use 'cpu'\."):
            to_torch(net, device=device)


def test_without_torch_the_package_works_and_the_bridge_says_what_to_install() -> None:
    code = (
        "import sys; sys.modules['torch'] = None; import exactnet as en\n"
        "from exactnet import bridges\n"
        "assert bridges.rounding_report(en.compile_ifs(en.gallery.cantor(), 1), 'float32').exact\n"
        "try: bridges.to_torch\n"
        "except en.ExactnetError as error: print(error)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout == (
        "PyTorch bridge: expected torch, got an installation without it. "
        "pip install 'exactnet[torch]'.\n"
    )


def test_names_of_the_bridges_are_listed_and_unknown_ones_refused() -> None:
    from exactnet import bridges

    assert {"to_torch", "from_torch", "to_onnx", "from_onnx", "to_vnnlib"} <= set(dir(bridges))
    with pytest.raises(AttributeError, match="has no attribute 'to_caffe'"):
        bridges.to_caffe  # noqa: B018
