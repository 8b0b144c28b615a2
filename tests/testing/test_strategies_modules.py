"""PyTorch modules: exact in their format, with what exporters forget, and readable."""

import copy
import pickle

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as hs
from minimal import minimal
from torch import nn

from exactnet import bridges
from exactnet.errors import InputError
from exactnet.testing import strategies as st

FORMATS = ["float16", "bfloat16", "float32", "float64"]


@settings(max_examples=50)
@given(hs.data(), st.relu_networks(elements=st.dyadics(min_value=-4, max_value=4, bits=5)))
def test_modules_hold_their_numbers_exactly(data: hs.DataObject, net: object) -> None:
    fmt = data.draw(hs.sampled_from(FORMATS))
    module = data.draw(st.torch_modules(dtype=fmt))
    read = bridges.from_torch(module)
    assert bridges.rounding_report(read, fmt).exact
    assert bridges.rounding_report(net, fmt).exact


@settings(max_examples=50)
@given(st.torch_modules(dtype="float64"), hs.data())
def test_modules_compute_what_the_exact_network_does(
    module: nn.Sequential, data: hs.DataObject
) -> None:
    net = bridges.from_torch(module)
    x = data.draw(st.points(net.inputs, elements=st.dyadics(min_value=-4, max_value=4, bits=4)))
    outputs = module(torch.tensor([[float(v) for v in x]], dtype=torch.float64))
    assert tuple(outputs[0].tolist()) == net(x)


@settings(max_examples=30)
@given(st.torch_modules(inputs=2, layers=range(1, 3), width=3, plain=True, degenerate="zero row"))
def test_plain_modules_alternate_linear_and_relu(module: nn.Sequential) -> None:
    kinds = [type(part) for part in module]
    assert kinds[::2] == [nn.Linear] * (len(module) // 2 + 1)
    assert kinds[1::2] == [nn.ReLU] * (len(module) // 2)
    assert any(not row.any() for part in list(module)[:-1:2] for row in part.weight)


@pytest.mark.parametrize(
    "condition",
    [
        lambda module: any(isinstance(p, nn.Linear) and p.bias is None for p in module.modules()),
        lambda module: any(isinstance(part, nn.Identity) for part in module),
        lambda module: any(isinstance(part, nn.Dropout) for part in module),
        lambda module: isinstance(module[-1], nn.ReLU),
        lambda module: isinstance(module[0], nn.Sequential),
    ],
    ids=["no bias", "Identity", "Dropout", "ReLU at the end", "nested"],
)
def test_what_exporters_forget_is_drawn(condition: object) -> None:
    assert callable(condition)
    module = minimal(st.torch_modules(), condition)
    assert condition(module)
    assert not module.training


@given(st.torch_modules(elements=st.dyadics(min_value=2, bits=3), plain=True))
def test_modules_have_the_given_elements(module: nn.Sequential) -> None:
    assert all(parameter.min() >= 2 for parameter in module.parameters())


def test_modules_shrink_to_a_plain_linear_layer() -> None:
    module = minimal(st.torch_modules())
    assert [type(part) for part in module] == [nn.Linear]
    assert (module[0].in_features, module[0].out_features) == (1, 1)


def test_a_module_shows_its_numbers_and_can_be_copied_pickled_and_scripted() -> None:
    module = minimal(st.torch_modules(inputs=1, outputs=1), lambda m: m[0].weight.item() == 0.5)
    assert "weight=[['1/2']], bias=[0]" in repr(module)
    for twin in (copy.deepcopy(module), pickle.loads(pickle.dumps(module))):
        assert bridges.from_torch(twin) == bridges.from_torch(module)
    assert torch.export.export(module, (torch.zeros(1, 1),)).module()(torch.ones(1, 1)) == 0.5


def test_an_unknown_format_is_an_error_at_the_call() -> None:
    with pytest.raises(InputError, match=r"torch_modules.dtype: expected one of float16, bfloat16"):
        st.torch_modules(dtype="int8")
