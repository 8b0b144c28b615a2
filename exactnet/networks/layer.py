"""One layer of an exact network: rational weights, and the slope of every unit left of zero."""

from dataclasses import dataclass, field
from fractions import Fraction

from exactnet.errors import InputError, shown
from exactnet.exact.rationals import Matrix, Vector, as_rational, common_denominator, to_text

RELU, IDENTITY, ABS = Fraction(0), Fraction(1), Fraction(-1)
_NAMED = {"relu": RELU, "identity": IDENTITY, "abs": ABS}


@dataclass(frozen=True, slots=True)
class Layer:
    """y = act(weight x + bias); unit k maps t to t for t >= 0 and to slopes[k] t for t < 0.

    Slope 0 is relu, 1 the identity (a carried value), -1 the absolute value, others leaky relu.
    ``rows`` are the integer rows (scale*weight | scale*bias), ``scale`` > 0.

    Raises InputError for no rows, or shapes that do not agree.
    """

    weight: Matrix
    bias: Vector
    slopes: Vector
    rows: tuple[tuple[int, ...], ...] = field(init=False, compare=False, repr=False)
    scale: int = field(init=False, compare=False, repr=False)
    slope_scale: int = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        lengths = {len(row) for row in self.weight}
        units = {len(self.weight), len(self.bias), len(self.slopes)}
        if len(lengths) != 1 or 0 in lengths or len(units) != 1:
            raise InputError.about(
                "Layer",
                "rows of one length, and a bias and a slope for each",
                f"{len(self.weight)} rows of lengths {sorted(lengths)}, "
                f"{len(self.bias)} biases and {len(self.slopes)} slopes",
                "Make the shapes agree.",
            )
        flat = [value for row in self.weight for value in row]
        scale = common_denominator([*flat, *self.bias])
        rows = tuple(
            tuple(value.numerator * (scale // value.denominator) for value in (*row, shift))
            for row, shift in zip(self.weight, self.bias, strict=True)
        )
        object.__setattr__(self, "rows", rows)
        object.__setattr__(self, "scale", scale)
        object.__setattr__(self, "slope_scale", common_denominator(self.slopes))

    @property
    def inputs(self) -> int:
        """The number of inputs."""
        return len(self.weight[0])

    @property
    def outputs(self) -> int:
        """The number of units."""
        return len(self.weight)

    def activate(self, values: Vector) -> Vector:
        """The activations of given pre-activations."""
        return tuple(
            t if t >= 0 else slope * t for t, slope in zip(values, self.slopes, strict=True)
        )

    def is_affine(self) -> bool:
        """Whether every unit is the identity."""
        return all(slope == IDENTITY for slope in self.slopes)


def as_slope(activation: object, where: str) -> Fraction:
    """The left slope that "relu", "identity", "abs" or {"leaky": a} denotes.

    >>> as_slope("abs", "unit"), as_slope({"leaky": "1/10"}, "unit")
    (Fraction(-1, 1), Fraction(1, 10))
    """
    if isinstance(activation, str) and activation in _NAMED:
        return _NAMED[activation]
    if isinstance(activation, dict) and set(activation) == {"leaky"}:
        return as_rational(activation["leaky"], f"{where}.leaky")
    raise InputError.about(
        where, "'relu', 'identity', 'abs' or {'leaky': a}", shown(activation, 60), "Use one."
    )


def slope_document(slope: Fraction) -> str | dict[str, str]:
    """The JSON form of a slope."""
    for name, value in _NAMED.items():
        if slope == value:
            return name
    return {"leaky": to_text(slope)}
