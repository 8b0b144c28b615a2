"""Strategies for PyTorch modules. PyTorch is imported when the first one is drawn."""

from collections.abc import Callable, Iterable
from functools import partial
from typing import TYPE_CHECKING

from exactnet.errors import InputError
from exactnet.networks.network import ReluNetwork
from exactnet.testing import words
from exactnet.testing.hypothesis_library import DrawFn, Size, strategies, strategy
from exactnet.testing.nets import relu_networks
from exactnet.testing.values import Numbers, dyadics

if TYPE_CHECKING:
    from torch import nn

SMALL_DYADICS: Numbers = dyadics(min_value=-4, max_value=4, bits=5)
RARELY = strategies.integers(0, 7).map(lambda k: k == 7)
FLOATS = ("float16", "bfloat16", "float32", "float64")


@strategy
def torch_modules(
    *,
    inputs: Size = None,
    outputs: Size = None,
    layers: Size = None,
    width: Size = None,
    degenerate: "bool | str | Iterable[str]" = False,
    dtype: str = "float32",
    elements: Numbers | None = None,
    plain: bool = False,
) -> "Callable[[DrawFn], nn.Sequential]":
    """``nn.Sequential`` modules of Linear and ReLU whose weights are small dyadic rationals.

    Sizes and ``degenerate`` are those of ``relu_networks``. Unless ``plain``, some modules have
    what exporters forget: a Linear without bias, Identity or Dropout in evaluation mode between
    layers, nested Sequentials, a ReLU at the end. The repr of a Linear shows its weights, so that
    a failing example can be read.

    Numbers become the nearest ones of ``dtype``. The default ``elements`` are multiples of 1/32 in
    [-4, 4], which every format holds exactly; a degeneracy may add some of them up to more than
    the 8 bits of bfloat16 or the 11 of float16, never to the 24 of float32.

    Raises InputError for an unknown dtype; ExactnetError at the first draw if PyTorch is missing.
    """
    if dtype not in FLOATS:
        raise InputError.about(
            "torch_modules.dtype", f"one of {', '.join(FLOATS)}", f"{dtype!r:.40}", "Pick one."
        )
    numbers = SMALL_DYADICS if elements is None else elements
    networks = relu_networks(
        inputs=inputs,
        outputs=outputs,
        layers=layers,
        width=width,
        degenerate=degenerate,
        elements=numbers,
    )

    return lambda draw: _readable(_module(draw, draw(networks), dtype, plain))


def _module(draw: DrawFn, net: ReluNetwork, dtype: str, plain: bool) -> "nn.Sequential":
    from exactnet.bridges.torch.export import to_torch

    made = to_torch(net, dtype)
    return made if plain else _dressed(draw, made)


def _dressed(draw: DrawFn, module: "nn.Sequential") -> "nn.Sequential":
    """The same function (but for a ReLU at the end), in other modules."""
    from exactnet.bridges.torch.library import nn

    parts: list[nn.Module] = []
    for part in module:
        if isinstance(part, nn.Linear) and not part.bias.any() and draw(strategies.booleans()):
            part.register_parameter("bias", None)  # what Linear(..., bias=False) has
        parts.append(part)
        if draw(RARELY):
            parts.append(nn.Dropout().eval() if draw(strategies.booleans()) else nn.Identity())
    if draw(RARELY):
        parts.append(nn.ReLU())
    if draw(RARELY):
        cut = draw(strategies.integers(0, len(parts)))
        parts = [nn.Sequential(*parts[:cut]), nn.Sequential(*parts[cut:])]
    return nn.Sequential(*parts).eval()


def _readable(module: "nn.Sequential") -> "nn.Sequential":
    """Let the repr of every Linear show its numbers; what it computes stays the same."""
    from exactnet.bridges.torch.library import exact_matrix, exact_vector, nn

    for part in module.modules():
        if isinstance(part, nn.Linear):
            shown = f"weight={words.matrix(exact_matrix(part.weight, 'weight'))}"
            if part.bias is not None:
                shown += f", bias={words.vector(exact_vector(part.bias, 'bias'))}"
            part.extra_repr = partial(str, shown)  # type: ignore[method-assign]
    return module
