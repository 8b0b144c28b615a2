"""Exact geometry from signs: the point in which everything that vanishes there meets."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from exactnet.errors import ConsistencyError
from exactnet.exact.rows import Row, dot
from exactnet.regions.domain import Domain
from exactnet.regions.exact_vertices import Intersection, LayerForms
from exactnet.regions.patch import Array


def as_integers(history: Array) -> tuple[int, int]:
    """The positive and the negative signs of a history, or of masks, as two integers."""
    half = len(history) // 2
    positive, negative = (
        sum(int(word) << (64 * k) for k, word in enumerate(part))
        for part in (history[:half], history[half:])
    )
    return positive, negative


@dataclass(frozen=True, slots=True)
class Signs:
    """The signs of the domain's forms and of the units of some layers at a point.

    Bit k of ``above`` and ``below`` is that of form k of the domain, then of the units; bit k of
    ``carried`` says that unit k has no sign.
    """

    domain: Domain
    above: int
    below: int
    carried: int

    def meeting_point(self, forms: Sequence[LayerForms]) -> Row:
        """The ray (x s, s) on which exactly what has sign 0 vanishes.

        ``forms`` are those of the units on a cell around the point.
        """
        meeting = Intersection(self.domain.dim)
        for form in self._forms_where(~(self.above | self.below), forms):
            if meeting.complete:
                break
            meeting.add(form)
        ray = meeting.ray()
        if ray[-1]:
            return ray if ray[-1] > 0 else tuple(-v for v in ray)
        for sign, bits in ((1, self.above), (-1, self.below)):
            for form in self._forms_where(bits, forms):
                value = dot(form, ray)
                if value:
                    return ray if (value > 0) == (sign > 0) else tuple(-v for v in ray)
        raise ConsistencyError.about(
            "vertex", "a direction with a sign", f"{ray}"[:60], "Report this bug."
        )

    def _forms_where(self, bits: int, forms: Sequence[LayerForms]) -> Iterator[Row]:
        """The forms of the domain, then of the units, whose bit is set."""
        for k, facet in enumerate(self.domain.facets):
            if bits >> k & 1:
                yield facet
        units = bits >> self.domain.bits & ~self.carried
        for layer in forms:
            left = units >> layer.first & ((1 << len(layer.rows)) - 1)
            while left:
                low = left & -left
                yield layer.rows[low.bit_length() - 1]
                left ^= low
