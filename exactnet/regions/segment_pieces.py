"""A network on a segment: a piecewise affine function of one parameter, and its patterns."""

from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from exactnet.exact.rationals import Vector
from exactnet.exact.rows import Row
from exactnet.networks.network import Pattern


@dataclass(frozen=True, slots=True)
class PiecewiseAffine:
    """A continuous function of t in [0, 1], affine between consecutive ``parameters``.

    On piece i the k-th output is (a t + b) / scale with (a, b) = rows[i][k].
    """

    parameters: Vector
    rows: tuple[tuple[Row, ...], ...]
    scale: int

    def __len__(self) -> int:
        """The number of pieces."""
        return len(self.rows)

    def affine(self, piece: int) -> tuple[tuple[Fraction, Fraction], ...]:
        """(slope, intercept) of every output, as a function of t, on one piece."""
        scale = self.scale
        return tuple((Fraction(a, scale), Fraction(b, scale)) for a, b in self.rows[piece])

    def values(self) -> tuple[Vector, ...]:
        """The exact outputs at every parameter."""
        places = zip((self.rows[0], *self.rows), self.parameters, strict=True)
        return tuple(
            tuple(
                Fraction(a * t.numerator + b * t.denominator, self.scale * t.denominator)
                for a, b in row
            )
            for row, t in places
        )

    def merged(self) -> "PiecewiseAffine":
        """The same function with the fewest pieces: no cut where no output bends."""
        kept = [0] + [k for k, (left, right) in enumerate(pairwise(self.rows), 1) if left != right]
        return PiecewiseAffine(
            (*(self.parameters[k] for k in kept), self.parameters[-1]),
            tuple(self.rows[k] for k in kept),
            self.scale,
        )


@dataclass(frozen=True, slots=True)
class SegmentPieces:
    """The pieces of a network on a segment, from start (t = 0) to end (t = 1).

    ``patterns[i]`` is the activation pattern inside piece i (as ``ReluNetwork.pattern`` gives it:
    a zero counts as off), between ``parameters[i]`` and ``parameters[i + 1]``; ``outputs`` is the
    network there. Both ends 0 and 1 are parameters, breakpoints or not.
    """

    start: Vector
    end: Vector
    patterns: tuple[Pattern, ...]
    outputs: PiecewiseAffine

    def __len__(self) -> int:
        """The number of pieces."""
        return len(self.patterns)

    @property
    def parameters(self) -> Vector:
        """0, the breakpoints from left to right, 1."""
        return self.outputs.parameters

    def point(self, t: Fraction) -> Vector:
        """x(t) = start + t (end - start)."""
        return tuple(a + t * (b - a) for a, b in zip(self.start, self.end, strict=True))

    def points(self) -> tuple[Vector, ...]:
        """x(t) at every parameter t."""
        return tuple(self.point(t) for t in self.parameters)

    def affine(self, piece: int) -> tuple[tuple[Fraction, Fraction], ...]:
        """(slope, intercept) of every output, as a function of t, on one piece."""
        return self.outputs.affine(piece)

    def values(self) -> tuple[Vector, ...]:
        """The exact outputs at every parameter."""
        return self.outputs.values()

    def merged(self) -> PiecewiseAffine:
        """The outputs with the fewest pieces: where they bend, and nowhere else."""
        return self.outputs.merged()
