"""Pools of PyTorch over two-dimensional images, exactly: means are affine, maxima a small network.

Padding never counts as a value of MaxPool2d; for AvgPool2d it is zeros, which count or not.
"""

from fractions import Fraction
from itertools import product
from math import prod

from exactnet.bridges.torch.layers import Dense, Lattice, Shape, pair
from exactnet.bridges.torch.library import MAX_NUMBERS, nn
from exactnet.bridges.unit_graph import Form, UnitGraph, maxima
from exactnet.errors import InputError
from exactnet.networks.network import ReluNetwork


def average_pool(module: "nn.AvgPool2d", shape: Shape | None, where: str) -> tuple[Dense, Shape]:
    """An AvgPool2d layer as the matrix it is."""
    channels, image = _image(shape, where)
    lattice = _lattice(module, (channels, *image), where)
    size, rows = prod(image), []
    for channel, place in product(range(channels), product(*map(range, lattice.size))):
        taps = [pixel for _, pixel in lattice.taps(place)]
        share = Fraction(1, _divisor(module, lattice, place, len(taps)))
        row = [Fraction(0)] * (channels * size)
        for y, x in taps:
            row[channel * size + y * image[1] + x] = share
        rows.append(tuple(row))
    return Dense(tuple(rows), (Fraction(0),) * len(rows)), (channels, *lattice.size)


def max_pool(module: "nn.MaxPool2d", shape: Shape | None, where: str) -> tuple[ReluNetwork, Shape]:
    """A MaxPool2d layer as a network of relu and identity units (``unit_graph.maxima``)."""
    channels, image = _image(shape, where)
    if module.return_indices:
        raise InputError.about(where, "return_indices=False", "True", "Drop the indices.")
    lattice = _lattice(module, (channels, *image), where)
    graph = UnitGraph(channels * prod(image))
    groups = [
        [Form.atom((channel * image[0] + y) * image[1] + x) for _, (y, x) in lattice.taps(place)]
        for channel in range(channels)
        for place in product(*map(range, lattice.size))
    ]
    found, _ = maxima(graph, groups, 0)
    return graph.network(found), (channels, *lattice.size)


def _image(shape: Shape | None, where: str) -> tuple[int, Shape]:
    if shape is None or len(shape) != 3:
        raise InputError.about(
            where, "inputs of shape (channels, height, width)", f"{shape or 'no shape'}",
            "Give input_shape=(channels, height, width).",
        )  # fmt: skip
    return shape[0], shape[1:]


def _lattice(module: "nn.MaxPool2d | nn.AvgPool2d", shape: Shape, where: str) -> Lattice:
    """The windows; each must meet the image, and the layer must fit into memory."""
    kernel, stride, pad = pair(module.kernel_size), pair(module.stride), pair(module.padding)
    if min((*kernel, *stride)) < 1 or min(pad) < 0:
        raise InputError.about(
            where, "a positive kernel and stride", f"{kernel} and {stride}", "Change them."
        )
    lattice = Lattice.of_pool(module, shape)
    if min(lattice.size) < 1 or not all(_meets(lattice, axis) for axis in (0, 1)):
        raise InputError.about(
            where, "windows that meet the image", f"kernel {kernel} on {shape}", "Change it."
        )
    size, rows = prod(shape), shape[0] * prod(lattice.size)
    if size * rows > MAX_NUMBERS or rows * prod(kernel) > MAX_NUMBERS:
        raise InputError.about(
            where, f"a matrix of at most {MAX_NUMBERS} numbers", f"{rows} x {size}", "Use less."
        )
    return lattice


def _meets(lattice: Lattice, axis: int) -> bool:
    """Whether every place has a tap on the image along an axis."""
    step, n = lattice.dilation[axis], lattice.image[axis]
    reach = lattice.kernel[axis] * step
    starts = (p * lattice.stride[axis] - lattice.before[axis] for p in range(lattice.size[axis]))
    return all(any(0 <= v < n for v in range(start, start + reach, step)) for start in starts)


def _divisor(module: "nn.AvgPool2d", lattice: Lattice, place: Shape, taps: int) -> int:
    """What PyTorch divides by: a given number, the window on the padded image, or its pixels."""
    if module.divisor_override:
        return int(module.divisor_override)
    if not module.count_include_pad:
        return taps
    return prod(
        min(p * s - b + k, n + b) - (p * s - b)
        for p, s, b, k, n in zip(
            place, lattice.stride, lattice.before, lattice.kernel, lattice.image, strict=True
        )
    )
