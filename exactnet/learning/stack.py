"""The parameters, gradients and moments of many networks of one shape, one row a network.

Rows and the parameters in them start at multiples of 16 numbers, so that what vector instructions
do to a parameter does not depend on how many networks there are.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import prod

import numpy as np

from exactnet.bridges.torch.library import DTYPES, torch
from exactnet.errors import InputError
from exactnet.learning.architectures import Architecture, Arrays
from exactnet.learning.settings import Training

ALIGNED = 16


@dataclass(frozen=True, slots=True)
class Layout:
    """Where each parameter stands in a row."""

    entries: tuple[tuple[str, tuple[int, ...], int], ...]
    size: int

    @classmethod
    def of(cls, shapes: Mapping[str, tuple[int, ...]]) -> "Layout":
        """The layout of parameters in their order.

        >>> Layout.of({"0.weight": (3, 2), "0.bias": (3,)})
        Layout(entries=(('0.weight', (3, 2), 0), ('0.bias', (3,), 16)), size=32)
        """
        entries, offset = [], 0
        for name, shape in shapes.items():
            entries.append((name, shape, offset))
            offset += -(-prod(shape) // ALIGNED) * ALIGNED
        return cls(tuple(entries), offset)

    def views(self, rows: "torch.Tensor") -> "dict[str, torch.Tensor]":
        """The parameters of all rows, (S, *shape) each, sharing their memory."""
        return {
            name: rows[:, first : first + prod(shape)].view(len(rows), *shape)
            for name, shape, first in self.entries
        }

    def row(self, arrays: Arrays) -> "np.ndarray[tuple[int], np.dtype[np.float64]]":
        """One network's parameters as a row; InputError if they are those of another."""
        wanted = {name: shape for name, shape, _ in self.entries}
        if {name: array.shape for name, array in arrays.items()} != wanted:
            raise InputError.about(
                "start", "parameters of the architecture", "those of another network",
                "Give the cell the start's own shape.",
            )  # fmt: skip
        row = np.zeros(self.size)
        for name, shape, first in self.entries:
            row[first : first + prod(shape)] = arrays[name].reshape(-1)
        return row

    def arrays(self, row: "torch.Tensor") -> Arrays:
        """The parameters in a row, copied."""
        return {
            name: row[first : first + prod(shape)].detach().cpu().numpy().reshape(shape).copy()
            for name, shape, first in self.entries
        }


class Stack:
    """S networks that are trained together: parameters, optimiser, and one step of it."""

    def __init__(
        self, architecture: Architecture, training: Training, starts: Sequence[Arrays]
    ) -> None:
        self.architecture, self.training = architecture, training
        self.layout = Layout.of(architecture.shapes)
        self.device = as_device(training.device)
        rows = np.stack([self.layout.row(arrays) for arrays in starts])
        self.rows = torch.tensor(rows, dtype=DTYPES[training.dtype], device=self.device)
        self.rows.grad = torch.zeros_like(self.rows)
        self.parameters = self.layout.views(self.rows)
        self.gradients = self.layout.views(self.rows.grad)
        for parameter in self.parameters.values():
            parameter.requires_grad_()
        self.optimiser = self._optimiser()

    def _optimiser(self) -> "torch.optim.Optimizer":
        rate = float(self.training.rate)
        if self.training.optimiser == "adam":
            return torch.optim.Adam([self.rows], lr=rate, fused=True)
        return torch.optim.SGD([self.rows], lr=rate)

    def forward(self, x: "torch.Tensor") -> "torch.Tensor":
        """The outputs (S, B, outputs)."""
        return self.architecture.forward(self.parameters, x)

    def step(self, losses: "torch.Tensor") -> None:
        """One step of the optimiser down the losses (S,), each network down its own."""
        names = list(self.parameters)
        found = torch.autograd.grad(losses.sum(), [self.parameters[name] for name in names])
        for name, gradient in zip(names, found, strict=True):
            self.gradients[name].copy_(gradient)
        self.optimiser.step()

    def arrays(self, k: int) -> Arrays:
        """The parameters of network k."""
        return self.layout.arrays(self.rows[k])

    def state(self) -> Arrays:
        """Everything that a later step depends on."""
        own = self.optimiser.state.get(self.rows, {})
        state = {"rows": self.rows, **own}
        return {name: value.detach().cpu().numpy().copy() for name, value in state.items()}

    def restore(self, state: Arrays) -> None:
        """Go on from a state; ValueError for arrays that are not such a stack's."""
        alike = [name for name in state if name != "step"]
        wanted = (tuple(self.rows.shape), self.training.dtype)
        known = {"rows"}, {"rows", "step", "exp_avg", "exp_avg_sq"}
        if (
            set(state) not in known[: 1 + (self.training.optimiser == "adam")]
            or any((state[name].shape, state[name].dtype.name) != wanted for name in alike)
            or state.get("step", np.array(0)).shape
        ):
            raise ValueError("arrays of another stack")
        with torch.no_grad():
            self.rows.copy_(torch.from_numpy(state["rows"]))
        if "exp_avg" in state:
            self.optimiser.state[self.rows] = {
                name: torch.from_numpy(state[name]).to(self.device)
                for name in ("step", "exp_avg", "exp_avg_sq")
            }


def as_device(name: str) -> "torch.device":
    """A device of this machine; InputError if it has none of that name."""
    if name == "cuda" and not torch.cuda.is_available():
        raise InputError.about(
            "device", "a CUDA device", "a machine or a PyTorch without one", "Use --device cpu."
        )
    return torch.device(name)
