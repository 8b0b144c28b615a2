"""Floating-point evaluation of a network: an exact bound on its error, and where it has none.

Both hold for every IEEE evaluation of layer after layer: sums in any order, with fused
multiply-add or without, in the given precision or a wider one that is rounded at the end, to
nearest. They do not cover kernels that multiply in a narrower format (TF32) or combine weights
first (Winograd), nor evaluation with the layers merged.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from exactnet.bridges.enclosure import Step, Unit, enclose
from exactnet.bridges.float_rows import Rows, as_fraction, held_rows
from exactnet.bridges.pieces import as_piece, halves, piece_words
from exactnet.bridges.rounding import FloatFormat, as_format, at_most, power_of_two
from exactnet.errors import InputError, LimitReached
from exactnet.exact.rationals import Vector
from exactnet.geometry.affine import AffineMap
from exactnet.geometry.box import Box
from exactnet.limits import Limits, Progress, from_now, silent
from exactnet.networks.network import ReluNetwork


@dataclass(frozen=True, slots=True)
class FloatErrorBound:
    """|computed - exact| <= bound[k] for output k at every point, and lower <= exact <= upper."""

    dtype: str
    bound: Vector
    lower: Vector
    upper: Vector
    rounded_inputs: bool
    flush: bool

    def sign(self, output: int = 0) -> int:
        """The sign (+1 or -1) that every evaluation gives on all of the piece, or 0 if unsure."""
        if self.lower[output] > self.bound[output]:
            return 1
        return -1 if -self.upper[output] > self.bound[output] else 0

    def words(self) -> str:
        """The bound as a sentence."""
        points = (
            "rational points, rounded first," if self.rounded_inputs else f"{self.dtype} points"
        )
        worst = max(self.bound)
        subnormal = "flushed or not" if self.flush else "kept"
        return (
            f"at all {points} of the piece, every evaluation in {self.dtype} (sums "
            f"in any order, fused or not, subnormal numbers {subnormal}) is within "
            f"{at_most(worst)} of the exact outputs"
        )


def float_error_bound(
    net: ReluNetwork,
    box: Box | AffineMap,
    dtype: object,
    rounded_inputs: bool = False,
    flush: bool = False,
) -> FloatErrorBound:
    """A proven bound on the error of evaluating a network in floats on a box.

    ``dtype`` must hold the weights (``round_network``). Inputs are floats of the box, exactly; with
    ``rounded_inputs`` they are its rational points, rounded to the format first. ``box`` may be an
    AffineMap instead: the image of [-1, 1]^d, such as a cell of a prefractal. The bound is tight on
    small pieces, where few units change sign, and grows like the product of the layers' norms on
    large ones.

    >>> net = ReluNetwork.of([([[1], [1]], [0, "-1/2"]), ([[3, -5]], [0])])
    >>> found = float_error_bound(net, Box.of([(0, 1)]), "float32")
    >>> found.bound[0] < Fraction(1, 10**5), found.sign()
    (True, 0)

    Raises InputError for weights that the dtype does not hold and where sums might overflow.
    """
    fmt = as_format(dtype)
    layers = held_rows(net, fmt, flush)
    return bound_on(layers, as_piece(box, net.inputs), fmt, rounded_inputs, flush)


def bound_on(
    layers: Rows, piece: AffineMap, fmt: FloatFormat, rounded_inputs: bool, flush: bool
) -> FloatErrorBound:
    """``float_error_bound`` with the rows prepared, for many pieces."""
    last = enclose(layers, piece, fmt, rounded_inputs, flush)[-1].units
    return FloatErrorBound(
        fmt.name,
        tuple(as_fraction(unit.error) for unit in last),
        tuple(as_fraction(unit.least) for unit in last),
        tuple(as_fraction(unit.most) for unit in last),
        rounded_inputs,
        flush,
    )


@dataclass(frozen=True, slots=True)
class ExactGrid:
    """Every evaluation is exact at the points of the pieces with multiples of 2^-bits as entries.

    ``bits`` is None if no grid of integers or finer was shown to be exact. ``pieces`` counts the
    parts that were looked at.
    """

    dtype: str
    bits: int | None
    pieces: int

    def words(self) -> str:
        """The result as a sentence."""
        if self.bits is None:
            return f"no grid was shown to be evaluated exactly in {self.dtype}"
        return (
            f"at every point with entries that are multiples of 2^-{self.bits}, every evaluation "
            f"in {self.dtype} (sums in any order, fused or not) gives the exact outputs"
        )


def exact_grid(
    net: ReluNetwork, pieces: Box | AffineMap | Iterable[Box | AffineMap], dtype: object
) -> ExactGrid:
    """The finest grid on which floats were shown to make no error at all, in any order.

    Every product and partial sum of a row is a multiple of one power of two, 2^-q, and at most S in
    size; if S <= 2^(precision - q) all of them are numbers of the format and no rounding happens.
    Several ``pieces`` (such as the cells of K_n) are each looked at; smaller ones give finer grids,
    and ``prove_exact_grid`` cuts them until a given grid is reached.

    >>> from exactnet import compile_ifs, gallery
    >>> dust = gallery.cantor_dust()
    >>> exact_grid(compile_ifs(dust, 2), dust.base, "float32").bits
    17
    """
    fmt = as_format(dtype)
    layers = held_rows(net, fmt)
    bits: int | None = fmt.precision
    count = 0
    for piece in (pieces,) if isinstance(pieces, (Box, AffineMap)) else pieces:
        count += 1
        steps = enclose(layers, as_piece(piece, net.inputs), fmt, exact=True)
        while bits is not None and not grid_holds(layers, steps, fmt, bits):
            bits = bits - 1 if bits else None
    return ExactGrid(fmt.name, bits if count else None, count)


def prove_exact_grid(
    net: ReluNetwork,
    box: Box | AffineMap,
    dtype: object,
    bits: int,
    limits: Limits | None = None,
    progress: Progress = silent,
) -> ExactGrid:
    """Show that floats make no error on the grid of multiples of 2^-bits in a box.

    The box is cut until every part is small enough for the argument of ``exact_grid``. Where that
    is so, an exact claim holds for floats as well: the computed sign at a point of the grid is the
    network's, also where f is 0 or as close to it as it gets.

    >>> from exactnet import compile_ifs, gallery
    >>> dust = gallery.cantor_dust()
    >>> prove_exact_grid(compile_ifs(dust, 4), dust.base, "float32", bits=10).bits
    10

    Raises LimitReached where the limits or the smallest parts do not suffice, InputError for bits
    below 0 or of a grid that is finer than the format.
    """
    fmt = as_format(dtype)
    if not isinstance(bits, int) or isinstance(bits, bool) or not 0 <= bits <= _finest(fmt):
        raise InputError.about(
            "bits", f"0 to {_finest(fmt)}", f"{bits!r:.20}", f"{fmt.name} has no other grids."
        )
    limits = from_now(limits)
    layers = held_rows(net, fmt)
    stack, count = [(as_piece(box, net.inputs), 0)], 0
    while stack:
        piece, cuts = stack.pop()
        limits.check_now_and_then(count)
        if grid_holds(layers, enclose(layers, piece, fmt, exact=True), fmt, bits):
            count += 1
            if count % 256 == 0:
                progress(f"grid: {count} parts are exact")
        elif cuts > net.inputs * (bits + 2):  # smaller than the grid
            raise LimitReached(f"sums need more than {fmt.precision} bits in {piece_words(piece)}")
        else:
            stack += [(half, cuts + 1) for half in halves(piece)]
    return ExactGrid(fmt.name, bits, count)


def grid_holds(layers: Rows, steps: list[Step], fmt: FloatFormat, bits: int) -> bool:
    """Whether no sum of the enclosed evaluation rounds at points on the grid 2^-bits."""
    grids: list[int | None] = [bits] * len(steps[0].before)  # None: the value is 0
    finest = _finest(fmt)
    for rows, step in zip(layers, steps, strict=True):
        after: list[int | None] = []
        for row, size in zip(rows, step.sums, strict=True):
            found = [row.shift - _twos(row.bias)] if row.bias else []
            for k, w in row.terms:
                before = grids[k]
                if before is not None and not _never(step.before[k]):
                    found.append(before + row.shift - _twos(w))
            grid = max(found, default=None)
            if grid is not None:
                product = grid + row.slope.denominator.bit_length() - 1  # of a leaky unit
                steep = max(Fraction(1), abs(row.slope))
                most = power_of_two(fmt.precision - product)
                if product > finest or as_fraction(size) * steep > most:
                    return False
                grid = product
            after.append(grid)
        grids = after
    return True


def _finest(fmt: FloatFormat) -> int:
    """All numbers of the format are multiples of 2^-finest."""
    return fmt.precision - 1 - fmt.lowest


def _never(unit: Unit) -> bool:
    """Whether the exact value is 0 throughout."""
    return not (unit.least or unit.most)


def _twos(value: int) -> int:
    """How often 2 divides an integer that is not 0."""
    return (value & -value).bit_length() - 1
