"""What the operators of ONNX mean over the rationals: the piecewise-linear ones, and no others.

Each takes the values of a node's inputs and gives the value of its output. Floating-point rounding
of a runtime is not modelled: weights are the rationals that they store, and sums are exact.
"""

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, NoReturn

import numpy as np

from exactnet.bridges.onnx.library import Array
from exactnet.bridges.unit_graph import Form, UnitGraph
from exactnet.bridges.untrusted import MAX_NUMBERS
from exactnet.errors import InputError
from exactnet.exact.rationals import to_text

MAX_ELEMENTS = 1_000_000  # of one intermediate value
_ZERO, _ONE = Fraction(0), Fraction(1)
_LEAKY = Fraction(float(np.float32(0.01)))  # ONNX's default, a float32


@dataclass(frozen=True, slots=True)
class Value:
    """An array of affine forms with the level they lie at, or a constant (level None)."""

    array: Array
    level: int | None = None


@dataclass(frozen=True, slots=True)
class Notes:
    """What the user must know about the network that is read; ``rounded`` is not literally so."""

    every: list[str] = field(default_factory=list)
    rounded: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Call:
    """A node: its inputs (None where one is left out), attributes, place, and the graph so far.

    ``outputs`` counts those that have a name.
    """

    inputs: tuple[Value | None, ...]
    attributes: dict[str, Any]
    where: str
    graph: UnitGraph
    opset: int
    outputs: int = 1
    notes: Notes = field(default_factory=Notes)

    def value(self, k: int) -> Value:
        """The input number k, which must be there."""
        found = self.optional(k)
        if found is None:
            raise InputError.about(self.where, f"an input number {k}", "none", "Check the model.")
        return found

    def optional(self, k: int) -> Value | None:
        """The input number k, if it is given."""
        return self.inputs[k] if k < len(self.inputs) else None

    def constant(self, k: int, name: str) -> Array:
        """The input number k, which must not depend on the network's input."""
        found = self.value(k)
        if found.level is not None:
            self.refuse(f"a constant {name}", "one that depends on the input")
        return found.array

    def level(self) -> int | None:
        """The highest level among the inputs; None if all are constant."""
        levels = [v.level for v in self.inputs if v is not None and v.level is not None]
        return max(levels, default=None)

    def note(self, text: str, exact: bool) -> None:
        """Remember something that the user must know about the network that is read."""
        self.notes.every.append(f"{self.where}: {text}")
        if not exact:
            self.notes.rounded.append(f"{self.where}: {text}")

    def refuse(self, expected: str, got: str) -> NoReturn:
        """Raise the error that this node is not piecewise linear, or not as it must be."""
        raise InputError.about(self.where, expected, got, "Rewrite that part of the model.")

    def result(self, array: Any) -> Value:
        """An output that is affine in the inputs."""
        return Value(np.asarray(array, dtype=object), self.level())

    def units(self, forms: Array, slopes: Array) -> Array:
        """New units, one for each form, one level above the inputs."""
        forms = np.asarray(forms, dtype=object)  # NumPy makes scalars of arrays without axes
        flat = [as_form(v) for v in forms.flat]
        left = [Fraction(v) for v in np.broadcast_to(slopes, forms.shape).flat]
        level = (self.level() or 0) + 1
        made = np.empty(len(flat), dtype=object)
        made[:] = self.graph.activate(flat, left, level)
        return made.reshape(forms.shape)

    def bent(self, array: Any) -> Value:
        """An output that is affine in units which were just made."""
        return Value(np.asarray(array, dtype=object), (self.level() or 0) + 1)


def as_form(value: Any) -> Form:
    """An element of an array as a form."""
    return value if isinstance(value, Form) else Form({}, Fraction(value))


def room(call: Call, *shapes: tuple[int, ...]) -> None:
    """InputError unless the shapes broadcast to a value of a bearable size."""
    try:
        size = math.prod(np.broadcast_shapes(*shapes))
    except ValueError:
        size = -1
    if not 0 <= size <= MAX_ELEMENTS:
        shown = " and ".join(map(str, shapes))
        call.refuse(f"shapes that fit, of at most {MAX_ELEMENTS} numbers", f"{shown:.80}")


def terms(values: Iterable[Any]) -> int:
    """How many numbers values consist of: a form has a coefficient for each of its atoms."""
    return sum(len(v.terms) or 1 if isinstance(v, Form) else 1 for v in values)


def spread(call: Call, *arrays: Array) -> None:
    """As ``room``, for a result that has a form of its own wherever arrays are combined."""
    room(call, *(array.shape for array in arrays))
    size = math.prod(np.broadcast_shapes(*(array.shape for array in arrays)))
    total = sum(terms(array.flat) * (size // array.size) for array in arrays if array.size)
    if total > MAX_NUMBERS:
        call.refuse(f"at most {MAX_NUMBERS} coefficients", f"{total}")


def spread_into(call: Call, array: Array, other: Array, name: str) -> None:
    """As ``spread``, where the shape of the first array has to stay, as for a bias or a slope."""
    spread(call, array, other)
    if np.broadcast_shapes(array.shape, other.shape) != array.shape:
        call.refuse(f"{name} that fits {array.shape}", str(other.shape)[:60])


def unit(slope: Fraction) -> Callable[[Call], Value]:
    """The activation whose units all have one left slope."""

    def apply(call: Call) -> Value:
        x = call.value(0).array
        return call.bent(call.units(x, np.array(slope, dtype=object)))

    return apply


def leaky_relu(call: Call) -> Value:
    """Units with the slope in the attribute alpha."""
    return unit(call.attributes.get("alpha", _LEAKY))(call)


def prelu(call: Call) -> Value:
    """Units with one slope each, which is a constant tensor."""
    x, slope = call.value(0).array, call.constant(1, "slope")
    spread_into(call, x, slope, "a slope")
    return call.bent(call.units(x, slope))


def clip(call: Call) -> Value:
    """min(max(x, lo), hi) = lo + relu(x - lo) - relu(x - hi), for constant lo <= hi."""
    x = call.value(0).array
    ends = []
    for k, name in ((1, "min"), (2, "max")):
        given = call.attributes.get(name)
        if call.optional(k) is not None:
            array = call.constant(k, name)
            if array.size != 1:
                call.refuse("one number as a bound", f"{array.size}")
            given = Fraction(array.flat[0])
        ends.append(given)
    spread(call, x)
    low, high = ends
    if low is not None and high is not None and low > high:
        call.refuse("min <= max", f"{to_text(Fraction(low)):.40} > {to_text(Fraction(high)):.40}")
    result: Any = x if low is None else low + call.units(x - low, np.array(_ZERO))
    if high is not None:
        above = call.units(x - high, np.array(_ZERO))
        result = result - above
    return call.bent(result) if (low, high) != (None, None) else call.result(x)


def extreme(sign: int) -> Callable[[Call], Value]:
    """Max (sign 1) or Min (sign -1): max(a, b) = a + relu(b - a), pair by pair."""

    def apply(call: Call) -> Value:
        total = call.value(0)
        for k in range(1, len(call.inputs)):
            pair = Call((total, call.value(k)), {}, call.where, call.graph, call.opset)
            a, b = total.array, call.value(k).array
            spread(call, a, b)
            total = pair.bent(a + sign * pair.units((b - a) * sign, np.array(_ZERO)))
        return total

    return apply


def add(call: Call) -> Value:
    """The sum of all inputs (Add, Sum)."""
    total = call.value(0).array
    for k in range(1, len(call.inputs)):
        other = call.value(k).array
        spread(call, total, other)
        total = np.asarray(total + other, dtype=object)  # NumPy makes scalars without axes
    return call.result(total)


def subtract(call: Call) -> Value:
    """a - b."""
    a, b = call.value(0).array, call.value(1).array
    spread(call, a, b)
    return call.result(a - b)


def negate(call: Call) -> Value:
    """-a."""
    spread(call, call.value(0).array)
    return call.result(-call.value(0).array)


def multiply(call: Call) -> Value:
    """a * b, of which one must be constant."""
    a, b = call.value(0), call.value(1)
    if a.level is not None and b.level is not None:
        call.refuse("a constant factor", "a product of two values that depend on the input")
    spread(call, a.array, b.array)
    return call.result(a.array * b.array)


def divide(call: Call) -> Value:
    """a / b for a constant b without zeros."""
    a, b = call.value(0).array, call.constant(1, "divisor")
    spread(call, a, b)
    if any(isinstance(v, int) or not v for v in b.flat):
        call.refuse("float divisors that are not zero", "another")
    return call.result(a / b)
