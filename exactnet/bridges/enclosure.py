"""What a network computes on a parallelepiped: exact ranges, and how far floats can be from them.

The inputs are x = F(y), y in [-1, 1]^d. Every unit's value is enclosed by an affine form in y plus
an interval, as integers times 2^-SCALE; each cut to that grid is rounded outwards, so enclosures
hold over the reals. Where a unit is surely off it is exactly 0, also in floats: on small pieces the
errors of the branches that are dead there vanish.

The rounding errors of one row are those of ``float_rows``.
"""

from dataclasses import dataclass
from fractions import Fraction

from exactnet.bridges.float_rows import ONE, SCALE, Row, Rows, as_fraction, down, up
from exactnet.bridges.rounding import FloatFormat
from exactnet.errors import InputError
from exactnet.geometry.affine import AffineMap


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit's exact value in centre + slopes . y + [low, high] and in [least, most].

    The value that floats give is within ``error`` of it.
    """

    centre: int
    slopes: tuple[int, ...]
    low: int
    high: int
    least: int
    most: int
    error: int

    @property
    def size(self) -> int:
        """A bound on the absolute value in floats."""
        return max(abs(self.least), abs(self.most)) + self.error

    def is_zero(self) -> bool:
        """Whether the value is 0 throughout, also in floats."""
        return not (self.least or self.most or self.error)


@dataclass(frozen=True, slots=True)
class Step:
    """What one layer did: the units behind it, and a bound on every partial sum of each row."""

    before: tuple[Unit, ...]
    sums: tuple[int, ...]
    units: tuple[Unit, ...]


def enclose(
    layers: Rows,
    piece: AffineMap,
    fmt: FloatFormat,
    rounded: bool = False,
    flush: bool = False,
    exact: bool = False,
) -> list[Step]:
    """Enclosures of every layer on the image of [-1, 1]^d under ``piece``.

    ``rounded`` says that inputs are real points rounded to the format first; ``flush`` that
    subnormal numbers may be replaced by 0; ``exact`` leaves all errors out. The weights
    are those of ``held_rows``, which must have been asked for the same ``flush``.

    Raises InputError where an overflow cannot be excluded: of an input, a sum, or a product by a
    slope.
    """
    largest = int(fmt.largest) << SCALE
    units = _inputs(piece, fmt, rounded, flush)
    if rounded and max(unit.size for unit in units) >= largest:
        raise InputError.about(
            "box", f"points that {fmt.name} holds", "a possible overflow", "Shrink it."
        )
    steps = []
    for k, rows in enumerate(layers):
        sums, after = [], []
        for row in rows:
            unit, size = _affine(row, units, exact)
            result = _act(unit, row.slope, fmt) if row.slope != 1 else unit
            if max(size + (size * row.growth >> SCALE), result.size) >= largest:
                raise InputError.about(
                    f"layer {k}", f"sums that {fmt.name} holds", "a possible overflow", "Shrink it."
                )
            sums.append(size)
            after.append(result)
        steps.append(Step(units, tuple(sums), tuple(after)))
        units = tuple(after)
    return steps


def _inputs(piece: AffineMap, fmt: FloatFormat, rounded: bool, flush: bool) -> tuple[Unit, ...]:
    units = []
    for row, shift in zip(piece.matrix, piece.translation, strict=True):
        reach = sum(map(abs, row), start=Fraction(0))
        error = Fraction(0)
        if rounded:
            error += fmt.unit * (abs(shift) + reach) + fmt.smallest_normal * fmt.unit
        if flush:
            error += fmt.smallest_normal
        slack = len(row) + 1
        least, most = down(shift - reach), up(shift + reach)
        slopes = tuple(down(v) for v in row)
        units.append(Unit(down(shift), slopes, -slack, slack, least, most, up(error)))
    return tuple(units)


def _affine(row: Row, units: tuple[Unit, ...], exact: bool) -> tuple[Unit, int]:
    """The pre-activation of a row, and a bound on every partial sum in floats."""
    d = len(units[0].slopes)
    centre = least = most = row.bias << SCALE
    size = abs(centre)
    slopes = [0] * d
    low = high = error = 0
    for k, w in row.terms:
        unit = units[k]
        if unit.is_zero():
            continue
        a, b, c, e = (unit.low, unit.high, unit.least, unit.most)
        if w < 0:
            a, b, c, e = b, a, e, c
        centre += w * unit.centre
        low += w * a
        high += w * b
        least += w * c
        most += w * e
        error += abs(w) * unit.error
        size += abs(w) * unit.size
        for j, v in enumerate(unit.slopes):
            slopes[j] += w * v
    drop = row.shift
    size = -(-size >> drop)
    cut = d + 1
    rounding = -(-size * row.growth >> SCALE) + row.underflow
    error = 0 if exact else -(-error >> drop) + rounding
    unit = Unit(
        centre >> drop,
        tuple(v >> drop for v in slopes),
        (low >> drop) - cut,
        -(-high >> drop) + cut,
        least >> drop,
        -(-most >> drop),
        error,
    )
    return _tightened(unit), size


def _tightened(unit: Unit) -> Unit:
    """The same enclosure with the range that its affine form allows."""
    reach = sum(map(abs, unit.slopes))
    least = max(unit.least, unit.centre - reach + unit.low)
    most = min(unit.most, unit.centre + reach + unit.high)
    return Unit(unit.centre, unit.slopes, unit.low, unit.high, least, most, unit.error)


def _act(unit: Unit, slope: Fraction, fmt: FloatFormat) -> Unit:
    """act(t) = slope t + (1 - slope) relu(t), with relu(t) in c t + [0, m] where t changes sign."""
    error = unit.error
    if unit.least >= 0:
        return unit if not slope or not error else _with_error(unit, _steep(unit, slope, fmt))
    if not slope and unit.most <= 0:
        return Unit(0, (0,) * len(unit.slopes), 0, 0, 0, 0, max(0, min(error, unit.most + error)))
    chord = ONE * unit.most // (unit.most - unit.least) if unit.most > 0 else 0
    rest = max(-(chord * unit.least >> SCALE), -((chord - ONE) * unit.most >> SCALE))
    rest = rest if unit.most > 0 else 0
    a, b = slope.numerator, slope.denominator  # b is a power of two: the format holds the slope
    factor = (a * ONE + (b - a) * chord) // b
    spread = (b - a) * rest
    fall, rise = (0, -(-spread // b)) if spread >= 0 else (spread // b, 0)
    return _scaled(unit, factor, fall, rise, slope, _steep(unit, slope, fmt))


def _scaled(unit: Unit, factor: int, fall: int, rise: int, slope: Fraction, error: int) -> Unit:
    d = len(unit.slopes)
    ends = (factor * unit.low, factor * unit.high)
    # the factor is cut by less than 1, and |t| bounds what that costs
    cut = d + 2 + (max(abs(unit.least), abs(unit.most)) >> SCALE) + 1
    low = (min(ends) >> SCALE) + fall - cut
    high = -(-max(ends) >> SCALE) + rise + cut
    values = [_leaky(v, slope) for v in (unit.least, unit.most, 0)]
    if unit.most <= 0:
        values.pop()
    least, most = min(v[0] for v in values), max(v[1] for v in values)
    slopes = tuple(factor * v >> SCALE for v in unit.slopes)
    centre = factor * unit.centre >> SCALE
    return _tightened(Unit(centre, slopes, low, high, least, most, error))


def _leaky(value: int, slope: Fraction) -> tuple[int, int]:
    if value >= 0:
        return value, value
    scaled = value * slope.numerator
    return scaled // slope.denominator, -(-scaled // slope.denominator)


def _steep(unit: Unit, slope: Fraction, fmt: FloatFormat) -> int:
    """The error behind an activation: its Lipschitz constant, and the product by a true slope."""
    steep = max(Fraction(1), abs(slope))
    error = -(-unit.error * steep.numerator // steep.denominator)
    if slope in (0, 1, -1):
        return error
    reach = as_fraction(max(0, unit.error - unit.least))
    return error + up(abs(slope) * reach * 2 * fmt.unit + 2 * fmt.smallest_normal)


def _with_error(unit: Unit, error: int) -> Unit:
    fields = (unit.centre, unit.slopes, unit.low, unit.high, unit.least, unit.most)
    return Unit(*fields, error)
