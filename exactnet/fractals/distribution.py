"""Fractal distributions D_n: positives on K_n, negatives level by level off it."""

from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from exactnet.errors import InputError, InputTypeError
from exactnet.exact.radicals import ExactReal, collapsed
from exactnet.exact.rationals import RationalLike, as_rational, to_text
from exactnet.fractals.curves import ApproximationCurve
from exactnet.fractals.goodness import GoodnessOfFit, goodness_of_fit
from exactnet.fractals.ifs import IFS
from exactnet.fractals.labelling import NEGATIVES
from exactnet.fractals.moments import Integral
from exactnet.fractals.parts import Parts
from exactnet.fractals.prefractal import as_depth
from exactnet.fractals.sampling import Sampler
from exactnet.geometry.box import Box
from exactnet.geometry.polyhedron import Polyhedron

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt


@dataclass(frozen=True, slots=True)
class Component:
    """One part of the mixture: the negatives of a level, or the positives (level n)."""

    label: int
    level: int
    mass: ExactReal


@dataclass(frozen=True, slots=True)
class FractalDistribution:
    """The distribution D_n of pairs (x, y) given by an IFS, a depth and an approximation curve.

    - With probability 1/2, y = +1 and x is uniform on a cell F_w(K_0), |w| = n, all r^n words w
      equally likely; with a ``margin`` on the shrunk cell F_w((1 - margin) K_0).
    - With probability m_l, l = 1..n, y = -1 and x is uniform on F_w(K_0) minus its children
      F_wi(K_0), |w| = l - 1 (``negatives="shell"``), or on F_w(C) with C the central box of K_0
      (``"central"``, as in the talk's sampler for Cantor sets; see ``central_box``).

    An IFS has images inside K_0 with disjoint interiors, so x lies in K_(l-1) and, with
    probability 1, off K_l. Refused: a curve of another depth; images that fill K_0.

    >>> from exactnet.fractals import curves, gallery
    >>> dist = FractalDistribution(gallery.cantor_dust(), 3, curve=curves.uniform(3))
    >>> [str(dist.P(j)) for j in range(4)]
    ['1/2', '2/3', '5/6', '1']
    >>> x, y = dist.sample(1000, seed=0)
    >>> x.shape, y.dtype, dist.goodness_of_fit(x, y).p_value > 0.001
    ((1000, 2), dtype('int8'), True)
    """

    ifs: IFS
    depth: int
    curve: ApproximationCurve
    negatives: str = "shell"
    margin: RationalLike | None = None
    parts: Parts = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        self._check_kinds()
        object.__setattr__(self, "margin", _margin(self.margin))
        central = central_box(self.ifs) if self.negatives == "central" else None
        parts = Parts(self.ifs, self.depth, self.core, central)
        if not parts.gap:
            raise InputError.about(
                "FractalDistribution",
                "images that leave a part of K_0 free",
                "images of total volume 1",
                "There is nowhere to put negatives: shrink a map.",
            )
        object.__setattr__(self, "parts", parts)

    def _check_kinds(self) -> None:
        """An IFS, a depth, a curve of that depth, a way to draw negatives."""
        as_depth(self.depth)
        if not isinstance(self.ifs, IFS) or not isinstance(self.curve, ApproximationCurve):
            raise InputTypeError.about(
                "FractalDistribution",
                "an IFS, a depth and a curve",
                f"{type(self.ifs).__name__} and {type(self.curve).__name__}",
                "Write FractalDistribution(ifs, 3, curve=en.curves.uniform(3)).",
            )
        if self.curve.depth != self.depth:
            raise InputError.about(
                "FractalDistribution.curve",
                f"a curve of depth {self.depth}",
                f"depth {self.curve.depth}",
                "Depth and curve must agree.",
            )
        if self.negatives not in NEGATIVES:
            raise InputError.about(
                "negatives", "'shell' or 'central'", f"{self.negatives!r:.40}", "Pick one."
            )

    @property
    def core(self) -> Box:
        """The box C such that positives are uniform on the F_w(C), |w| = n."""
        if self.margin is None:
            return self.ifs.base
        return self.ifs.base.scaled(1 - as_rational(self.margin))

    def P(self, j: int) -> ExactReal:  # noqa: N802  # the talk's name
        """1 - Pr[x in K_j and y = -1], exactly."""
        return self.curve.P(j)

    def components(self) -> tuple[Component, ...]:
        """The n + 1 parts with their probabilities: negatives of level 1..n, then positives."""
        negatives = (Component(-1, k, mass) for k, mass in enumerate(self.curve.levels, 1))
        return (*negatives, Component(1, self.depth, Fraction(1, 2)))

    def probability(self, polytope: Polyhedron | Box, label: int | None = None) -> ExactReal:
        """Pr[x in polytope], or Pr[x in polytope and y = label]; exactly.

        >>> from exactnet.fractals import curves, gallery
        >>> dist = FractalDistribution(gallery.cantor(), 2, curve=curves.fine(2))
        >>> dist.probability(Box.of([("1/3", 1)]), 1), dist.probability(Box.of([("-1/3", 0)]))
        (Fraction(1, 4), Fraction(0, 1))
        """
        if label not in (None, -1, 1):
            raise InputError.about("label", "1, -1 or None", f"{label!r:.20}", "Pick one.")
        inside = _inside(polytope, self.ifs.base)
        if inside is None:
            return Fraction(0)
        shares = Integral(self.parts, 1)
        shares.add(inside, [(0,) * self.ifs.dim + (1,)])
        total: ExactReal = Fraction(0)
        for component, (share,) in zip(self.components(), shares.values(), strict=True):
            if label in (None, component.label):
                total = total + component.mass * share
        return collapsed(total)

    def sample(
        self, m: int, seed: int = 0, dtype: str = "float64"
    ) -> "tuple[npt.NDArray[Any], npt.NDArray[np.int8]]":
        """m independent samples: points (m, d) and labels +-1; the same for one seed.

        ``dtype`` is "float64" or "float32", which tells fewer levels apart. Which part a point
        comes from is drawn with float probabilities. Its label is exact: points are kept away from
        every border by more than all rounding can move them (``sampling``).
        """
        masses = [float(component.mass) for component in self.components()]
        return Sampler.of(self.parts, dtype).sample(masses, m, seed)

    def goodness_of_fit(
        self, x: "npt.NDArray[np.float64]", y: "npt.NDArray[np.int8]"
    ) -> GoodnessOfFit:
        """Chi-square tests of a sample against this distribution, with a p-value."""
        return goodness_of_fit(self.parts, [float(c.mass) for c in self.components()], x, y)


def central_box(ifs: IFS) -> Box:
    """The box between the images in every coordinate.

    If the shadows of the images on axis j leave exactly one open gap (a_j, b_j) between the lowest
    and the highest of them, for every j, this is the product of the gaps. For the Cantor set
    x/3 + (+-2/3, ..., +-2/3) it is the central cube [-1/3, 1/3]^d of the talk's sampler.

    >>> from exactnet.fractals import gallery
    >>> central_box(gallery.cantor(2)) == Box.cube(2, Fraction(1, 3))
    True

    Raises InputError where an axis has no gap or several.
    """
    sides = []
    for j in range(ifs.dim):
        shadows = []
        for f in ifs.maps:
            corners = [f(v)[j] for v in ifs.base.vertices()]
            shadows.append((min(corners), max(corners)))
        gaps, reach = [], min(shadows)[0]
        for low, high in sorted(shadows):
            if low > reach:
                gaps.append((reach, low))
            reach = max(reach, high)
        if len(gaps) != 1:
            raise InputError.about(
                "negatives='central'",
                "images whose shadows on every axis leave one gap",
                f"{len(gaps)} gaps on axis {j}",
                "Use negatives='shell'.",
            )
        sides.append(gaps[0])
    return Box.of(sides)


def _margin(value: RationalLike | None) -> Fraction | None:
    if value is None:
        return None
    margin = as_rational(value, "margin")
    if not 0 < margin < 1:
        raise InputError.about("margin", "0 < margin < 1", f"{to_text(margin):.40}", "Try '1/8'.")
    return margin


def _inside(polytope: Polyhedron | Box, base: Box) -> Polyhedron | None:
    """The part inside the base."""
    if not isinstance(polytope, (Box, Polyhedron)):
        raise InputTypeError.about(
            "polytope", "a Box or a Polyhedron", type(polytope).__name__, "Write Box.of([(0, 1)])."
        )
    dim = polytope.dim if isinstance(polytope, Box) else len(polytope.rays[0]) - 1
    if dim != base.dim:
        raise InputError.about(
            "polytope", f"dimension {base.dim}", f"{dim}", "It lies in the space of the IFS."
        )
    piece = Polyhedron.of_box(polytope) if isinstance(polytope, Box) else polytope
    for row in base.outer_rows():
        below = piece.below(row)
        if below is None:
            return None
        piece = below
    return piece
