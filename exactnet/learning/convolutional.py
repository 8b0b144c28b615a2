"""Convolutional networks: every layer a 5 by 5 convolution and ReLU, except the readout."""

from dataclasses import dataclass
from math import prod

import numpy as np

from exactnet.bridges.torch.importing import from_torch
from exactnet.bridges.torch.library import nn, torch
from exactnet.errors import InputError, InputTypeError
from exactnet.learning.architectures import Architecture, Arrays, Stacked
from exactnet.learning.records import register
from exactnet.networks.network import ReluNetwork

PADDINGS = ("same", "valid")
MAX_LAYERS, MAX_CHANNELS, MAX_SIDE = 64, 4096, 512
MAX_MATRIX = 2_000_000  # numbers of a layer that is written as a matrix

Shape = tuple[int, ...]


@register(Architecture, "convolutional")
@dataclass(frozen=True, slots=True)
class Convolutional:
    """Convolutions of ``channels``, each with ReLU, and a linear readout of the last layer.

    The talk states the 5 by 5 kernels and ReLU and nothing else: ``padding`` "same" (zeros around
    the image, so that it keeps its size) or "valid" (none), ``stride`` of every convolution, and
    ``pooled``, the number of first layers that are followed by 2 by 2 max-pooling, are choices.

    >>> net = Convolutional((1, 8, 8), (4, 4), 10)
    >>> net.maps, net.shapes["2.weight"], net.shapes["readout.weight"]
    (((4, 8, 8), (4, 8, 8)), (4, 4, 5, 5), (10, 256))
    >>> Convolutional((3, 32, 32), (8, 8, 8), 10, pooled=2).maps
    ((8, 16, 16), (8, 8, 8), (8, 8, 8))
    """

    image: Shape
    channels: tuple[int, ...]
    outputs: int
    padding: str = "same"
    stride: int = 1
    pooled: int = 0
    kernel: int = 5

    def __post_init__(self) -> None:
        sizes = (*self.image, *self.channels, self.outputs, self.stride, self.kernel, self.pooled)
        if not all(isinstance(size, int) and not isinstance(size, bool) for size in sizes):
            raise InputTypeError.about(
                "Convolutional", "integers", "something else",
                "Write Convolutional((1, 8, 8), (4,), 10).",
            )  # fmt: skip
        if self.padding not in PADDINGS:
            raise InputError.about(
                "Convolutional.padding", " or ".join(PADDINGS), f"{self.padding!r:.40}", "Pick one."
            )
        self._check_ranges()
        if min(side for one in self.maps for side in one) < 1:
            raise InputError.about(
                "Convolutional", "maps of a pixel or more", f"{self.maps}"[:60],
                "Take fewer layers, padding 'same', stride 1 or fewer pools.",
            )  # fmt: skip

    def _check_ranges(self) -> None:
        for name, value, least, most in (
            ("sides of image", len(self.image), 3, 3),
            ("layers", len(self.channels), 1, MAX_LAYERS),
            *(("channels", count, 1, MAX_CHANNELS) for count in self.channels),
            *(("pixels a side", side, 1, MAX_SIDE) for side in self.image),
            ("outputs", self.outputs, 1, MAX_CHANNELS),
            ("stride", self.stride, 1, MAX_SIDE),
            ("kernel", self.kernel, 1, MAX_SIDE),
            ("pooled layers", self.pooled, 0, len(self.channels)),
        ):
            if not least <= value <= most:
                raise InputError.about(
                    "Convolutional", f"{name} {least}..{most}", f"{value}"[:20], "Change it."
                )

    @property
    def border(self) -> int:
        """Zeros on each side of an image."""
        return self.kernel // 2 if self.padding == "same" else 0

    @property
    def maps(self) -> tuple[Shape, ...]:
        """The shape behind every hidden layer and its pool."""
        return tuple(after for _, after in self.steps)

    @property
    def steps(self) -> tuple[tuple[Shape, Shape], ...]:
        """The shapes behind every convolution, and behind its pool if it has one."""
        found, sides = [], self.image[1:]
        for k, channels in enumerate(self.channels):
            sides = tuple(
                (side + 2 * self.border - self.kernel) // self.stride + 1 for side in sides
            )
            before = (channels, *sides)
            if k < self.pooled:
                sides = tuple(side // 2 for side in sides)
            found.append((before, (channels, *sides)))
        return tuple(found)

    @property
    def shapes(self) -> dict[str, tuple[int, ...]]:
        """Weights (channels, channels before, 5, 5) and biases; the readout is dense."""
        shapes: dict[str, tuple[int, ...]] = {}
        before = self.image[0]
        for k, channels in enumerate(self.channels):
            shapes[f"{2 * k}.weight"] = (channels, before, self.kernel, self.kernel)
            shapes[f"{2 * k}.bias"] = (channels,)
            before = channels
        shapes["readout.weight"] = (self.outputs, prod(self.maps[-1]))
        shapes["readout.bias"] = (self.outputs,)
        return shapes

    @property
    def largest(self) -> int:
        """Numbers of the largest layer for one image."""
        return max(prod(self.image), *(prod(before) for before, _ in self.steps))

    def takes(self, shape: Shape) -> bool:
        """Images of its own shape."""
        return tuple(shape) == tuple(self.image)

    def forward(self, parameters: Stacked, x: "torch.Tensor") -> "torch.Tensor":
        """Each network's convolutions on their own, so that none depends on the others."""
        each = {name: value.unbind() for name, value in parameters.items()}
        return torch.stack(
            [self._alone({n: values[k] for n, values in each.items()}, x[k]) for k in range(len(x))]
        )

    def _alone(self, parameters: Stacked, h: "torch.Tensor") -> "torch.Tensor":
        for k in range(len(self.channels)):
            h = nn.functional.conv2d(
                h, parameters[f"{2 * k}.weight"], parameters[f"{2 * k}.bias"], self.stride,
                self.border,
            )  # fmt: skip
            h = torch.relu(h)
            if k < self.pooled:
                h = nn.functional.max_pool2d(h, 2)
        return torch.addmm(
            parameters["readout.bias"], h.flatten(1), parameters["readout.weight"].t()
        )

    def module(self, parameters: Arrays) -> "nn.Sequential":
        """One network as PyTorch's own layers, with its parameters."""
        layers: list[nn.Module] = []
        before = self.image[0]
        for k, channels in enumerate(self.channels):
            layer = nn.Conv2d(before, channels, self.kernel, self.stride, self.border)
            layers += [_with(layer, parameters, f"{2 * k}"), nn.ReLU()]
            layers += [nn.MaxPool2d(2)] if k < self.pooled else []
            before = channels
        readout = nn.Linear(prod(self.maps[-1]), self.outputs)
        return nn.Sequential(*layers, nn.Flatten(), _with(readout, parameters, "readout")).eval()

    def network(self, parameters: Arrays) -> ReluNetwork:
        """One network with every convolution written as the matrix that it is.

        InputError if a matrix has more than two million numbers.
        """
        inputs = [self.image, *self.maps]
        outputs = [before for before, _ in self.steps]
        most = max(prod(a) * prod(b) for a, b in zip(inputs, outputs, strict=False))
        if most > MAX_MATRIX:
            raise InputError.about(
                "Convolutional.network", f"matrices of at most {MAX_MATRIX} numbers", f"{most}",
                "Take smaller images or fewer channels.",
            )  # fmt: skip
        return from_torch(self.module(parameters), self.image)


def _with(layer: "nn.Conv2d | nn.Linear", parameters: Arrays, name: str) -> "nn.Module":
    """A layer with given parameters, in their own format."""
    for part in ("weight", "bias"):
        value = torch.from_numpy(np.ascontiguousarray(parameters[f"{name}.{part}"]))
        setattr(layer, part, nn.Parameter(value, requires_grad=False))
    return layer
