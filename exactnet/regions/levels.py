"""Level sets: the decision boundary {f = level} and the set {f >= level}, as parts of a complex.

The output less the level becomes one more unit, so on every face of the refined complex f - level
has one sign. The boundary is then the faces with sign 0, and the closed set those with sign >= 0.
"""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from exactnet.errors import InputError
from exactnet.exact.rationals import RationalLike, as_rational, to_text
from exactnet.geometry.box import Box
from exactnet.networks.layer import ABS, IDENTITY, Layer
from exactnet.networks.network import ReluNetwork
from exactnet.regions.enumeration import enumerate_regions
from exactnet.regions.homology import betti_numbers
from exactnet.regions.patch import Array
from exactnet.regions.setting import Sides

if TYPE_CHECKING:
    from exactnet.regions.complex import RegionComplex


def with_level_units(net: ReluNetwork, output: int, levels: tuple[Fraction, ...]) -> ReluNetwork:
    """The network with units |f - level| in place of its readout, one for every level."""
    last = net.layers[-1]
    row, shift = last.weight[output], last.bias[output]
    level = Layer((row,) * len(levels), tuple(shift - c for c in levels), (ABS,) * len(levels))
    readout = Layer(((Fraction(1),) * len(levels),), (Fraction(0),), (IDENTITY,))
    return ReluNetwork((*net.layers[:-1], level, readout))


@dataclass(frozen=True, eq=False)
class FaceSet:
    """A set of faces of a complex: ``members[k]`` are the indices of its k-faces."""

    complex: "RegionComplex"
    members: tuple[tuple[int, ...], ...]

    def __repr__(self) -> str:
        """Its numbers of faces, from vertices to cells."""
        return f"<FaceSet, faces {' '.join(map(str, self.f_vector))}>"

    @property
    def f_vector(self) -> tuple[int, ...]:
        """The number of its faces of dimension 0..d."""
        return tuple(map(len, self.members))

    @property
    def dim(self) -> int:
        """The largest dimension of a face in it, -1 when it is empty."""
        return max((k for k, faces in enumerate(self.members) if faces), default=-1)

    @property
    def euler(self) -> int:
        """The Euler characteristic, sum (-1)^k f_k."""
        return sum((-1) ** k * count for k, count in enumerate(self.f_vector))

    @cached_property
    def betti(self) -> tuple[int, ...]:
        """The Betti numbers b_0..b_(d-1) over the field of two elements: components, holes, ...

        Raises InputError on R^d, where the set may be unbounded: choose a box.
        """
        if self.complex.box is None:
            raise InputError.about(
                "betti", "a complex on a box", "one on R^d", "Enumerate a box large enough."
            )
        boundaries = [
            [self.complex.boundary(k, face) for face in faces] if k else []
            for k, faces in enumerate(self.members)
        ]
        return betti_numbers(self.members, boundaries)


@dataclass(frozen=True, eq=False)
class LevelSet:
    """The sets {f = level} and {f >= level} of one output of a network.

    >>> l1 = ReluNetwork.of([
    ...     ([[1, 0], [-1, 0], [0, 1], [0, -1]], [0] * 4), ([[-1] * 4], [1])])
    >>> ball = LevelSet.of(l1, box=[(-2, 2), (-2, 2)])
    >>> ball.boundary.f_vector, ball.boundary.betti, ball.region.betti, ball.region.euler
    ((4, 4, 0), (1, 1), (1, 0), 1)
    """

    complex: "RegionComplex"
    level: Fraction

    def __repr__(self) -> str:
        """The level, and the complex that is refined by it."""
        return f"<LevelSet {to_text(self.level)} of {self.complex!r}>"

    @classmethod
    def of(
        cls,
        net: ReluNetwork,
        box: Box | Sides | None = None,
        output: int = 0,
        level: RationalLike = 0,
    ) -> "LevelSet":
        """Enumerate the complex refined by the level of one output.

        Raises InputError for an output that the network does not have and for d > 6,
        InputTypeError for a float.
        """
        if not isinstance(output, int) or not 0 <= output < net.outputs:
            raise InputError.about(
                "output", f"0 <= output < {net.outputs}", f"{output!r:.20}", "Count from 0."
            )
        value = as_rational(level, "level")
        refined = with_level_units(net, output, (value,))
        return cls(enumerate_regions(refined, box), value)

    @cached_property
    def boundary(self) -> FaceSet:
        """The decision boundary {f = level}: closed, perhaps with full-dimensional parts."""
        return self._where(lambda signs: signs == 0)

    @cached_property
    def region(self) -> FaceSet:
        """The closed set {f >= level}."""
        return self._where(lambda signs: signs >= 0)

    def _where(self, chosen: Callable[[Array], Array]) -> FaceSet:
        members = tuple(
            tuple(np.flatnonzero(chosen(self.complex.signs(k)[:, -1])).tolist())
            for k in range(self.complex.dim + 1)
        )
        return FaceSet(self.complex, members)
