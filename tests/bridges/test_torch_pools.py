"""Pools of PyTorch: by their definition on rationals, by torch, and inside a small network."""

from fractions import Fraction as F
from itertools import product
from math import ceil, log2

import pytest
import torch
from torch import nn

from exactnet import InputError
from exactnet.bridges import from_torch, read_torch

SHAPE = (2, 5, 4)
POOLS = [
    nn.MaxPool2d(2),
    nn.MaxPool2d((3, 2), stride=(1, 2), padding=(1, 0)),
    nn.MaxPool2d(2, stride=1, dilation=(3, 2)),
    nn.MaxPool2d((2, 3), stride=(2, 3), ceil_mode=True),
    nn.MaxPool2d(2, stride=3, padding=1, ceil_mode=True),
    nn.MaxPool2d(1, stride=2),
    nn.AvgPool2d(2),
    nn.AvgPool2d(3, stride=1, padding=1),
    nn.AvgPool2d(3, stride=1, padding=1, count_include_pad=False),
    nn.AvgPool2d((2, 3), stride=(2, 3), ceil_mode=True),
    nn.AvgPool2d(2, stride=3, padding=1, ceil_mode=True),
    nn.AvgPool2d((2, 3), divisor_override=4),
]


def two(value: object) -> tuple[int, int]:
    return value if isinstance(value, tuple) else (value, value)  # type: ignore[return-value]


def places(pool: nn.Module, axis: int) -> list[list[int]]:
    """The pixels, of the image or around it, that each place sees along an axis."""
    n, k, s = SHAPE[1 + axis], two(pool.kernel_size)[axis], two(pool.stride)[axis]
    b, d = two(pool.padding)[axis], two(getattr(pool, "dilation", 1))[axis]
    starts = range(-b, n + b, s)
    if not pool.ceil_mode:
        starts = [a for a in starts if a + d * (k - 1) < n + b]
    else:  # up to the first window that reaches the end, and none that starts behind the image
        last = next((a for a in starts if a + d * (k - 1) >= n + b - 1), starts[-1])
        starts = [a for a in starts if a <= last and (a < n or a == -b)]
    return [[a + d * t for t in range(k)] for a in starts]


def pooled(pool: nn.Module, x: dict[tuple[int, int, int], F]) -> list[F]:
    """The definition: the largest value, or the sum over what is divided by."""
    result = []
    for c, rows, columns in product(range(SHAPE[0]), places(pool, 0), places(pool, 1)):
        seen = [x[c, i, j] for i, j in product(rows, columns) if (c, i, j) in x]
        if isinstance(pool, nn.MaxPool2d):
            result.append(max(seen))
            continue
        (top, left), (height, width) = two(pool.padding), SHAPE[1:]
        padded = sum(i < height + top for i in rows) * sum(j < width + left for j in columns)
        count = padded if pool.count_include_pad else len(seen)
        result.append(sum(seen) / F(pool.divisor_override or count))
    return result


@pytest.mark.parametrize("pool", POOLS, ids=repr)
def test_pools_are_what_the_definition_and_torch_say(pool: nn.Module) -> None:
    net = from_torch(nn.Sequential(pool, nn.Flatten()), input_shape=SHAPE)
    generator = torch.Generator().manual_seed(3)
    pixels = list(product(*map(range, SHAPE)))
    for _ in range(6):
        whole = torch.randint(-9, 10, SHAPE, generator=generator)
        flat = whole.reshape(-1).tolist()
        thirds = [F(v, 3) for v in flat]
        assert list(net(thirds)) == pooled(pool, dict(zip(pixels, thirds, strict=True)))
        image = 36 * whole.double()[None]  # every mean is an integer
        assert list(net([F(36 * v) for v in flat])) == [
            F(v) for v in pool(image).reshape(-1).tolist()
        ]


def test_largest_values_take_one_unit_a_comparison() -> None:
    net = from_torch(nn.MaxPool2d((3, 2)), input_shape=(2, 3, 4))
    relus = sum(slope == 0 for layer in net.layers[:-1] for slope in layer.slopes)
    assert (relus, net.depth) == (4 * (6 - 1), ceil(log2(6)))
    assert all(any(row) for layer in net.layers for row in layer.weight)


def test_a_small_image_network_with_pools() -> None:
    module = nn.Sequential(
        nn.Conv2d(1, 2, 2),
        nn.MaxPool2d(2, stride=1),
        nn.BatchNorm2d(2),
        nn.ReLU(),
        nn.AvgPool2d((1, 2)),
        nn.Flatten(),
        nn.Linear(6, 2),
    ).double()
    generator = torch.Generator().manual_seed(0)
    for p in module.parameters():
        p.data = torch.randint(-6, 7, p.shape, generator=generator).double() / 2
    module[2].running_var.fill_(0.25)
    module[2].eps = 0.0
    module.eval()
    reading = read_torch(module, input_shape=(1, 5, 5))
    assert reading.network.depth == 3
    for _ in range(20):
        x = torch.randint(-8, 9, (1, 1, 5, 5), generator=generator).double() / 4
        expected = [F(v) for v in module(x).reshape(-1).tolist()]
        assert list(reading.network([F(v) for v in x.reshape(-1).tolist()])) == expected


REFUSED = [
    (nn.MaxPool2d(2, return_indices=True), "layer 0: expected return_indices=False"),
    (nn.MaxPool2d(9), "windows that meet the image"),
    (nn.MaxPool2d(2, stride=0), "a positive kernel and stride"),
    (nn.MaxPool2d(2, stride=1, dilation=5, padding=3), "windows that meet the image"),
    (nn.AvgPool2d(1, padding=1, count_include_pad=False), "windows that meet the image"),
    (nn.LPPool2d(2, 2), "expected a layer among .*MaxPool2d, AvgPool2d"),
]


@pytest.mark.parametrize(("pool", "message"), REFUSED, ids=[m[:40] for _, m in REFUSED])
def test_pools_without_a_meaning_are_refused(pool: nn.Module, message: str) -> None:
    with pytest.raises(InputError, match=message) as caught:
        from_torch(nn.Sequential(pool), input_shape=(1, 3, 3))
    assert "\n" not in str(caught.value)


def test_a_pool_needs_an_image() -> None:
    with pytest.raises(InputError, match=r"layer 1: expected inputs of shape \(channels"):
        from_torch(nn.Sequential(nn.Linear(4, 4), nn.MaxPool2d(2)))
