"""Binary floating-point formats as sets of rationals, and networks rounded into them.

Nothing here computes with floats: rounding is integer arithmetic, to nearest with ties to even, so
the rounded network is exactly what a file in that format holds.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_CEILING, Context, Decimal, localcontext
from fractions import Fraction

from exactnet.errors import InputError
from exactnet.exact.rationals import to_text
from exactnet.networks.layer import ABS, IDENTITY, RELU, Layer
from exactnet.networks.network import ReluNetwork


@dataclass(frozen=True, slots=True)
class FloatFormat:
    """The finite numbers of a binary format: ``precision`` bits, normal down to 2^lowest.

    >>> FLOAT32.nearest(Fraction(1, 10)), FLOAT32.holds(Fraction(1, 4))
    (Fraction(13421773, 134217728), True)
    """

    name: str
    precision: int
    lowest: int
    highest: int

    @property
    def unit(self) -> Fraction:
        """The unit roundoff u = 2^-precision: |fl(x) - x| <= u |x| for normal results."""
        return Fraction(1, 2**self.precision)

    @property
    def smallest_normal(self) -> Fraction:
        """2^lowest, below which numbers are subnormal."""
        return power_of_two(self.lowest)

    @property
    def largest(self) -> Fraction:
        """The largest finite number."""
        return power_of_two(self.highest) * (2 - 2 * self.unit)

    def ulp(self, value: Fraction) -> Fraction:
        """The spacing of the format's numbers at a value."""
        exponent = self.lowest if not value else max(floor_log2(abs(value)), self.lowest)
        return power_of_two(exponent - self.precision + 1)

    def holds(self, value: Fraction) -> bool:
        """Whether the format has exactly this number."""
        return (value / self.ulp(value)).denominator == 1 and abs(value) <= self.largest

    def nearest(self, value: Fraction, where: str = "value") -> Fraction:
        """The number of the format next to a rational (ties to even); InputError on overflow."""
        spacing = self.ulp(value)
        rounded = round(value / spacing) * spacing
        if abs(rounded) > self.largest:
            raise InputError.about(
                where,
                f"numbers of {self.name}, at most 2^{self.highest + 1} in size",
                f"one of about 2^{floor_log2(abs(value))}",
                "Use a wider dtype or a smaller network.",
            )
        return rounded


FLOAT16 = FloatFormat("float16", 11, -14, 15)
BFLOAT16 = FloatFormat("bfloat16", 8, -126, 127)
FLOAT32 = FloatFormat("float32", 24, -126, 127)
FLOAT64 = FloatFormat("float64", 53, -1022, 1023)
FORMATS = {one.name: one for one in (FLOAT16, BFLOAT16, FLOAT32, FLOAT64)}


@dataclass(frozen=True, slots=True)
class WeightChange:
    """A weight that the format does not hold: where it is, and what it becomes."""

    place: str
    exact: Fraction
    rounded: Fraction
    ulps: Fraction

    def words(self) -> str:
        """The change as a line."""
        shown = to_text(self.exact)
        exact = shown if len(shown) <= 40 else f"about {float(self.exact):.6g}"
        return f"{self.place}: {exact} becomes {to_text(self.rounded)} ({float(self.ulps):.3f} ulp)"


@dataclass(frozen=True, slots=True)
class RoundingReport:
    """Which of a network's numbers a format changes; none means the network is held exactly."""

    dtype: str
    numbers: int
    changes: tuple[WeightChange, ...]

    @property
    def exact(self) -> bool:
        """Whether nothing changes."""
        return not self.changes

    @property
    def worst(self) -> WeightChange | None:
        """The change that is largest in units of the last place (at most 1/2)."""
        return max(self.changes, key=lambda change: change.ulps, default=None)

    @property
    def largest(self) -> Fraction:
        """The largest absolute change."""
        return max((abs(c.rounded - c.exact) for c in self.changes), default=Fraction(0))

    def words(self) -> str:
        """The report as a sentence."""
        if self.worst is None:
            return f"{self.dtype} holds all {self.numbers} numbers of the network exactly"
        return (
            f"{self.dtype} changes {len(self.changes)} of {self.numbers} numbers; "
            f"worst: {self.worst.words()}"
        )


@dataclass(frozen=True, slots=True)
class Rounded:
    """A network whose numbers a format holds, with the report of what was changed."""

    network: ReluNetwork
    report: RoundingReport


def round_network(net: ReluNetwork, dtype: object) -> Rounded:
    """The network that a file in this format holds: every number rounded to nearest, even on ties.

    ``dtype`` is "float16", "bfloat16", "float32", "float64" or the torch or NumPy type so named.

    >>> net = ReluNetwork.of([([["1/3"], ["1/4"]], [0, "-3/4"]), ([[1, 1]], [0])])
    >>> print(round_network(net, "float32").report.words())
    float32 changes 1 of 7 numbers; worst: layer 0 weight[0][0]: 1/3 becomes 11184811/33554432 \
(0.333 ulp)

    Raises InputError where a number overflows.
    """
    fmt = as_format(dtype)
    changes: list[WeightChange] = []
    known: dict[int, Layer] = {}  # the equal levels of deep networks are one object
    layers, numbers = [], 0
    for k, layer in enumerate(net.layers):
        last = k == net.depth
        changed = [
            WeightChange(f"layer {k} {place}", v, w, abs(v - w) / fmt.ulp(v))
            for place, v in _numbers(layer, last)
            if (w := fmt.nearest(v, f"layer {k} {place}")) != v
        ]
        if id(layer) not in known:
            known[id(layer)] = _rounded(layer, fmt) if changed else layer
        layers.append(known[id(layer)])
        changes += changed
        numbers += layer.outputs * (layer.inputs + 1) + len(_leaky(layer, last))
    return Rounded(ReluNetwork(tuple(layers)), RoundingReport(fmt.name, numbers, tuple(changes)))


def rounding_report(net: ReluNetwork, dtype: object) -> RoundingReport:
    """What ``round_network`` changes.

    >>> from exactnet import compile_ifs, gallery
    >>> rounding_report(compile_ifs(gallery.cantor_dust(), 6), "float16").exact
    True
    """
    return round_network(net, dtype).report


def as_format(dtype: object) -> FloatFormat:
    """The format that a name, a torch dtype or a NumPy dtype means."""
    if isinstance(dtype, FloatFormat):
        return dtype
    name = getattr(dtype, "__name__", str(dtype)).removeprefix("torch.")
    if name not in FORMATS:
        raise InputError.about("dtype", f"one of {', '.join(FORMATS)}", f"{name:.40}", "Pick one.")
    return FORMATS[name]


def floor_log2(value: Fraction) -> int:
    """The integer e with 2^e <= value < 2^(e+1), for value > 0.

    >>> floor_log2(Fraction(1, 3)), floor_log2(Fraction(4))
    (-2, 2)
    """
    guess = value.numerator.bit_length() - value.denominator.bit_length()
    return guess if power_of_two(guess) <= value else guess - 1


def power_of_two(exponent: int) -> Fraction:
    """2^exponent, exactly.

    >>> power_of_two(-3)
    Fraction(1, 8)
    """
    return Fraction(2**exponent) if exponent >= 0 else Fraction(1, 2**-exponent)


def at_most(value: Fraction) -> str:
    """A bound as a short decimal that is not below it.

    >>> at_most(Fraction(1, 3)), at_most(Fraction(1, 2**30))
    ('0.334', '9.32E-10')
    """
    with localcontext(Context(prec=3, rounding=ROUND_CEILING)):
        return str(Decimal(value.numerator) / Decimal(value.denominator))


def _numbers(layer: Layer, last: bool) -> Iterator[tuple[str, Fraction]]:
    """The weights, the biases and the slopes of leaky units, with their places."""
    for i, row in enumerate(layer.weight):
        for j, value in enumerate(row):
            yield f"weight[{i}][{j}]", value
    for i, value in enumerate(layer.bias):
        yield f"bias[{i}]", value
    for i, value in _leaky(layer, last):
        yield f"slope[{i}]", value


def _leaky(layer: Layer, last: bool) -> list[tuple[int, Fraction]]:
    """The slopes that are numbers and not kinds of units, which every format has."""
    slopes = () if last else layer.slopes
    return [(i, v) for i, v in enumerate(slopes) if v not in (RELU, IDENTITY, ABS)]


def _rounded(layer: Layer, fmt: FloatFormat) -> Layer:
    return Layer(
        tuple(tuple(fmt.nearest(v) for v in row) for row in layer.weight),
        tuple(fmt.nearest(v) for v in layer.bias),
        tuple(fmt.nearest(v) for v in layer.slopes),
    )
