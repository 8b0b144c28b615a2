"""The one module that needs PyTorch: torch itself, and the exact values that tensors store."""

from fractions import Fraction
from types import ModuleType
from typing import TypeVar

from exactnet.bridges.untrusted import MAX_NUMBERS
from exactnet.errors import ExactnetError, InputError, InputTypeError
from exactnet.exact.rationals import from_floats

try:
    import torch
    from torch import nn
except ImportError as error:
    raise ExactnetError.about(
        "PyTorch bridge", "torch", "an installation without it", "pip install 'exactnet[torch]'."
    ) from error

__all__ = [
    "DTYPES",
    "MAX_NUMBERS",
    "check_tensor",
    "dtype_name",
    "exact_matrix",
    "exact_values",
    "exact_vector",
    "moved",
    "nn",
    "safetensors",
    "torch",
]

DTYPES = {
    "float16": torch.float16,
    "bfloat16": torch.bfloat16,
    "float32": torch.float32,
    "float64": torch.float64,
}
_NAMES = {dtype: name for name, dtype in DTYPES.items()}


def dtype_name(tensor: torch.Tensor, where: str) -> str:
    """The name of a tensor's floating-point format."""
    if tensor.dtype not in _NAMES:
        raise InputTypeError.about(
            where, f"a tensor of {', '.join(DTYPES)}", str(tensor.dtype), "Convert the model first."
        )
    return _NAMES[tensor.dtype]


Movable = TypeVar("Movable", torch.Tensor, nn.Sequential)


def moved(value: Movable, device: object) -> Movable:
    """A tensor or module on a device; InputError for one that this machine does not have."""
    try:
        return value.to(device)  # type: ignore[call-overload, no-any-return]
    except (RuntimeError, AssertionError, TypeError) as error:
        lines = str(error).splitlines() or [type(error).__name__]
        raise InputError.about(
            "device", "a device of this machine", f"'{device!s:.20}' ({lines[0]:.80})", "Use 'cpu'."
        ) from None


def check_tensor(value: object, where: str) -> torch.Tensor:
    """A dense floating-point tensor of bounded size, or one clear error."""
    if not isinstance(value, torch.Tensor):
        raise InputTypeError.about(
            where, "a tensor", f"{type(value).__name__:.60}", "Save a state_dict of tensors."
        )
    dtype_name(value, where)
    if value.layout is not torch.strided or value.is_meta or value.is_quantized:
        raise InputError.about(where, "a dense tensor with values", "another kind", "Convert it.")
    if value.numel() > MAX_NUMBERS:
        raise InputError.about(
            where, f"at most {MAX_NUMBERS} numbers", f"shape {tuple(value.shape)}", "Use fewer."
        )
    return value


def exact_values(tensor: torch.Tensor, where: str) -> object:
    """Nested tuples of the rationals that a tensor stores; InputError for NaN and infinities."""
    checked = check_tensor(tensor, where).detach().to("cpu", torch.float64)  # float64 holds them
    return from_floats(checked.tolist(), where)


def exact_vector(tensor: torch.Tensor, where: str) -> tuple[Fraction, ...]:
    """The rationals of a tensor, flattened."""
    flat = exact_values(tensor.reshape(-1), where)
    assert isinstance(flat, tuple)  # a one-dimensional tensor becomes one tuple
    return flat


def exact_matrix(tensor: torch.Tensor, where: str) -> tuple[tuple[Fraction, ...], ...]:
    """The rationals of a two-dimensional tensor, row by row."""
    rows, columns = tensor.shape
    flat = exact_vector(tensor, where)
    return tuple(flat[i * columns : (i + 1) * columns] for i in range(rows))


def safetensors() -> ModuleType:
    """The library safetensors.torch, which PyTorch itself does not need."""
    try:
        import safetensors.torch as library
    except ImportError as error:
        raise ExactnetError.about(
            "safetensors",
            "the library safetensors",
            "an installation without it",
            "pip install 'exactnet[torch]'.",
        ) from error
    return library
