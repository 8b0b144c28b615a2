"""What a network must tell apart: the positive and the negative points of a prefractal.

A labelling names the two sets and leaves the points between them free.

- ``margin=None``: positives K_n, negatives everything else (no point is free).
- inner, relative: positives the cells shrunk about their centres, F_w((1 - margin) K_0);
  negatives everything off K_n. (Equal to "1/2 on shrunken cells, -1/2 off K_n".)
- inner, absolute: positives the points whose closed sup-norm ball of radius ``margin`` lies in
  one cell (the paper's K_n^gamma, for disjoint cells); negatives everything off K_n.
- outer, relative: positives all of K_n; negatives everything off the enlarged cells
  F_w((1 + margin) K_0).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from exactnet.errors import InputError
from exactnet.exact import linalg
from exactnet.exact.rationals import RationalLike, Vector, as_rational, as_vector, to_text
from exactnet.fractals.ifs import IFS, as_ifs
from exactnet.fractals.prefractal import Prefractal, as_depth, inverses
from exactnet.geometry.affine import AffineMap
from exactnet.geometry.box import Box

SIDES = ("inner", "outer")
NEGATIVES = ("shell", "central")  # where a distribution has them


@dataclass(frozen=True, slots=True)
class Labelling:
    """The positives and negatives of K_depth, with the margin between them (see the module).

    >>> from exactnet.fractals.gallery import cantor
    >>> label = Labelling.of(cantor(), 1, margin="1/8").label
    >>> label(["2/3"]), label([1]), label([0])
    (1, None, -1)
    """

    ifs: IFS
    depth: int
    margin: Fraction | None = None
    side: str = "inner"
    absolute: bool = False

    def __post_init__(self) -> None:
        as_depth(self.depth)
        if self.side not in SIDES:
            raise InputError.about("side", "'inner' or 'outer'", f"{self.side!r:.40}", "Pick one.")
        if self.margin is not None:  # a direct construction may bring any rational, no float
            object.__setattr__(self, "margin", as_rational(self.margin, "margin"))
        shown = "None" if self.margin is None else f"{to_text(self.margin):.40}"
        if self.margin is not None and not 0 < self.margin < 1:
            raise InputError.about("margin", "0 < margin < 1", shown, "Try '1/8'.")
        if self.absolute and (self.margin is None or self.side != "inner"):
            raise InputError.about(
                "absolute",
                "a margin on the inner side",
                f"margin={shown}, side={self.side}",
                "Absolute margins are the paper's: positives keep their distance from the gaps.",
            )

    @classmethod
    def of(
        cls,
        ifs: IFS,
        depth: int,
        margin: RationalLike | None = None,
        side: str = "inner",
        absolute: bool = False,
    ) -> "Labelling":
        """Build with any exact rational as the margin."""
        value = None if margin is None else as_rational(margin, "margin")
        return cls(as_ifs(ifs), depth, value, side, absolute)

    @property
    def prefractal(self) -> Prefractal:
        """K_depth itself."""
        return self.ifs.prefractal(self.depth)

    @property
    def enclosure(self) -> Box:
        """The box L such that the negatives are everything off the union of the F_w(L)."""
        if self.margin is not None and self.side == "outer":
            return self.ifs.base.scaled(1 + self.margin)
        return self.ifs.base

    def core(self, expansion: AffineMap) -> tuple[Vector, Vector] | None:
        """Bounds (lower, upper) in a cell's own coordinates of its positive points.

        ``expansion`` is the cell's inverse map F_w^-1, needed for absolute margins. None when a
        cell is too small to hold any.
        """
        base = self.ifs.base
        if self.margin is None or self.side == "outer":
            return base.lower, base.upper
        if not self.absolute:
            shrunk = base.scaled(1 - self.margin)
            return shrunk.lower, shrunk.upper
        inset = [self.margin * sum(abs(v) for v in row) for row in expansion.matrix]
        lower = tuple(a + m for a, m in zip(base.lower, inset, strict=True))
        upper = tuple(b - m for b, m in zip(base.upper, inset, strict=True))
        return (lower, upper) if all(a <= b for a, b in zip(lower, upper, strict=True)) else None

    def label(self, x: Iterable[RationalLike]) -> int | None:
        """+1 on positives, -1 on negatives, None between them."""
        point = as_vector(x, "point", self.ifs.dim)
        enclosed = False
        for local, expansion in self._descend(point):
            enclosed = True
            core = self.core(expansion)
            if core is not None and all(
                a <= v <= b for a, v, b in zip(core[0], local, core[1], strict=True)
            ):
                return 1
        return None if enclosed else -1

    def _descend(self, point: Vector) -> list[tuple[Vector, AffineMap]]:
        """Local coordinates of the point in every enlarged cell that holds it, with F_w^-1."""
        box = self.enclosure
        start = AffineMap.identity(self.ifs.dim)
        live = [(point, start)] if point in box else []
        for _ in range(self.depth):
            found: dict[tuple[Vector, AffineMap], None] = {}
            for local, expansion in live:
                for inverse in inverses(self.ifs.maps):
                    image = inverse(local)
                    if image in box:
                        found[(image, self._track(inverse, expansion))] = None
            live = list(found)
        return live

    def _track(self, inverse: AffineMap, expansion: AffineMap) -> AffineMap:
        if not self.absolute:
            return expansion
        matrix = linalg.mat_mul(inverse.matrix, expansion.matrix)
        return AffineMap(matrix, expansion.translation)

    def describe(self) -> tuple[str, str]:
        """The positives and the negatives in words."""
        n = self.depth
        off = f"every point off K_{n}"
        if self.margin is None:
            return f"K_{n}", off
        margin = to_text(self.margin)
        if self.absolute:
            ball = f"points whose sup-norm ball of radius {margin} lies in one cell of K_{n}"
            return ball, off
        if self.side == "inner":
            return f"the cells of K_{n} shrunk by {margin}", off
        return f"K_{n}", f"every point off the cells of K_{n} enlarged by {margin}"
