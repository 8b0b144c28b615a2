"""Iterated function systems: symbolic, rational, and checked when they are built."""

import json
import os
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from exactnet.errors import InputError, InputTypeError
from exactnet.exact.rationals import RationalLike, show_point, to_text
from exactnet.exact.strict_json import read_document, write_text
from exactnet.fractals.checks import (
    check_contractions,
    check_self_map,
    check_shapes,
    image_pairs,
)
from exactnet.fractals.hypotheses import (
    Contact,
    Contraction,
    ImagePair,
    contraction,
    separation,
    sup_distance,
)
from exactnet.fractals.prefractal import Prefractal
from exactnet.geometry.affine import AffineMap
from exactnet.geometry.box import Box
from exactnet.notebook import facts

if TYPE_CHECKING:
    import sympy

MAX_NAME = 80


def as_ifs(value: object, where: str = "ifs") -> "IFS":
    """The value, if it is an IFS; InputTypeError with the ways to get one."""
    if isinstance(value, IFS):
        return value
    remedy = "Use gallery.get('cantor-dust'), IFS.load(FILE) or IFS.of(maps, base)."
    raise InputTypeError.about(where, "an IFS", type(value).__name__, remedy)


@dataclass(frozen=True, slots=True)
class IFS:
    """An iterated function system K_n = F_1(K_{n-1}) u ... u F_r(K_{n-1}) on a base box K_0.

    Everything the theorems assume is decided exactly on construction: the maps are invertible
    and contractive (in the sup-norm, the Euclidean norm, or the norm whose ball is the base),
    F_i(K_0) lies in K_0 (so the K_n are nested), and the images have disjoint interiors. Whether
    they are fully disjoint or touch is kept in ``contact`` with a witness; constructions that need
    more say so.

    >>> ifs = IFS.of([([["1/3"]], [0]), ([["1/3"]], ["2/3"])], base=[(0, 1)])
    >>> ifs.contact.value, ifs.separation, ifs.gap
    ('disjoint', Fraction(1, 1), Fraction(1, 3))
    """

    maps: tuple[AffineMap, ...]
    base: Box
    name: str = field(default="IFS", compare=False)
    normalised_maps: tuple[AffineMap, ...] = field(init=False, compare=False, repr=False)
    contractions: tuple[Contraction, ...] = field(init=False, compare=False, repr=False)
    pairs: tuple[ImagePair, ...] = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        check_shapes(self.maps, self.base)
        to_cube = self.base.to_cube()
        back = to_cube.inverse()
        contractions = tuple(contraction(f) for f in self.maps)
        normalised = tuple(to_cube.after(f).after(back) for f in self.maps)
        check_contractions(contractions, normalised)
        check_self_map(self.maps, normalised, self.base)
        pairs = image_pairs(normalised, to_cube)
        object.__setattr__(self, "normalised_maps", normalised)
        object.__setattr__(self, "contractions", contractions)
        object.__setattr__(self, "pairs", pairs)

    @classmethod
    def of(
        cls,
        maps: Iterable[tuple[object, object]],
        base: Sequence[Sequence[RationalLike]] | None = None,
        name: str = "IFS",
    ) -> "IFS":
        """Build from (matrix, translation) pairs and a list of (lower, upper) sides.

        Numbers are ints, "p/q" strings, Fractions or SymPy rationals; floats are refused.
        Without ``base`` the cube [-1, 1]^d is used.
        """
        if isinstance(maps, (str, bytes)) or not isinstance(maps, Iterable):
            raise InputTypeError.about(
                "IFS.maps", "a list of (A, b) pairs", type(maps).__name__, "Use a list."
            )
        built = []
        for k, pair in enumerate(maps, 1):
            unordered = isinstance(pair, (str, bytes, Mapping, Set))
            if unordered or not hasattr(pair, "__len__") or len(pair) != 2:
                raise InputError.about(
                    f"IFS map F_{k}", "a pair (matrix, translation)", f"{pair!r:.60}", "Fix it."
                )
            built.append(AffineMap.of(pair[0], pair[1], f"IFS map F_{k}"))
        if not built:
            raise InputError.about("IFS.maps", "at least one map", "none", "Give (A, b) pairs.")
        box = Box.cube(built[0].dim) if base is None else Box.of(base, "IFS.base")
        return cls(tuple(built), box, name)

    @classmethod
    def from_document(cls, document: dict[str, object], where: str) -> "IFS":
        """Build from the JSON form {"base": [...], "maps": [{"matrix", "translation"}, ...]}."""
        unknown = sorted(set(document) - {"base", "maps", "name", "format"})
        if unknown:
            raise InputError.about(
                where, "keys base, maps, name", f"{unknown[0]!r:.60}", "Drop it."
            )
        maps, base = document.get("maps"), document.get("base")
        if not isinstance(maps, list) or not isinstance(base, list):
            raise InputError.about(
                where, "the keys 'base' and 'maps', both lists", "something else", "Add them."
            )
        pairs = []
        for k, item in enumerate(maps, 1):
            if not isinstance(item, dict) or set(item) != {"matrix", "translation"}:
                raise InputError.about(
                    f"{where}: map {k}",
                    "an object with matrix and translation",
                    f"{item!r:.60}",
                    "Write both keys.",
                )
            pairs.append((item["matrix"], item["translation"]))
        name = document.get("name", Path(where).stem)
        if not isinstance(name, str) or len(name) > MAX_NAME or not name.isprintable():
            raise InputError.about(
                f"{where}: name",
                f"at most {MAX_NAME} printable characters",
                f"{name!r:.60}",
                "Shorten it.",
            )
        return cls.of(pairs, base, name)

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> "IFS":
        """Read an IFS from a JSON file."""
        return cls.from_document(read_document(path), os.fspath(path))

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the IFS to a JSON file, as ``load`` and the command line read it."""
        write_text(path, json.dumps(self.document(), indent=1) + "\n")

    def __repr__(self) -> str:
        """Its name and sizes; the maps are in ``maps`` and ``document``."""
        return f"<IFS {self.name}: {self.r} maps of R^{self.dim}>"

    @classmethod
    def from_sympy(
        cls,
        maps: Sequence[tuple["sympy.MatrixBase", "sympy.MatrixBase"]],
        base: Sequence[Sequence[RationalLike]] | None = None,
        name: str = "IFS",
    ) -> "IFS":
        """Build from SymPy matrices (A_i, b_i) with rational entries, as ``sympy`` returns them."""
        return cls.of(maps, base, name)

    def sympy(self) -> list[tuple["sympy.Matrix", "sympy.Matrix"]]:
        """The maps as pairs of SymPy matrices (A_i, b_i)."""
        from exactnet.fractals import symbolic

        return symbolic.matrices(self.maps)

    def latex(self) -> str:
        r"""The maps and the base in LaTeX, for papers and notebooks."""
        from exactnet.fractals import symbolic

        return symbolic.latex(self.maps, self.base)

    def _repr_latex_(self) -> str:
        """The maps in a notebook."""
        return rf"$$\begin{{gathered}} {self.latex()} \end{{gathered}}$$"

    def _repr_html_(self) -> str:
        """The system in a notebook that shows no LaTeX."""
        pair = self.touching_pair
        shared = None if pair is None or pair.shared is None else show_point(pair.shared)
        rows: list[tuple[str, object]] = [
            ("dimension d", self.dim),
            ("maps r", self.r),
            ("images", self.contact.value if shared is None else f"touching, at {shared}"),
        ]
        for k, f in enumerate(self.maps, 1):
            matrix = ", ".join(f"[{', '.join(map(to_text, row))}]" for row in f.matrix)
            rows.append((f"F_{k}", f"[{matrix}] x + {show_point(f.translation)}"))
        return facts(self.name, rows)

    def document(self) -> dict[str, object]:
        """The JSON form, as ``from_document`` reads it."""
        sides = zip(self.base.lower, self.base.upper, strict=True)
        return {
            "base": [[to_text(a), to_text(b)] for a, b in sides],
            "maps": [
                {
                    "matrix": [[to_text(v) for v in row] for row in f.matrix],
                    "translation": [to_text(v) for v in f.translation],
                }
                for f in self.maps
            ],
        }

    def prefractal(self, depth: int) -> Prefractal:
        """K_depth: membership, cells, volume."""
        return Prefractal(self.maps, self.base, depth)

    @property
    def dim(self) -> int:
        """d, the dimension of the space."""
        return self.base.dim

    @property
    def r(self) -> int:
        """r, the number of maps."""
        return len(self.maps)

    @property
    def contact(self) -> Contact:
        """Whether the images are pairwise disjoint, or some touch."""
        touching = any(pair.contact is Contact.TOUCHING for pair in self.pairs)
        return Contact.TOUCHING if touching else Contact.DISJOINT

    @property
    def touching_pair(self) -> ImagePair | None:
        """A pair of images that share a point, if there is one."""
        return next((pair for pair in self.pairs if pair.contact is Contact.TOUCHING), None)

    @property
    def separation(self) -> Fraction | None:
        """The largest delta such that at no point two branches have a penalty below it.

        The penalty of branch i at u is sum_j relu(|z_j| - 1), z = F_i^-1(u), in normalised
        coordinates. None for a single map (nothing to separate); 0 for touching images.
        """
        return separation_of(self.normalised_maps, Fraction(1))

    @property
    def gap(self) -> Fraction | None:
        """gamma, the smallest sup-norm distance between two images; None for a single map."""
        return _gap(self.maps, self.base)


@lru_cache(maxsize=64)
def separation_of(maps: tuple[AffineMap, ...], side: Fraction) -> Fraction | None:
    """The smallest pairwise separation of normalised maps on [-side, side]^d; None for one map."""
    values = [
        separation(maps[i], maps[j], side)
        for i in range(len(maps))
        for j in range(i + 1, len(maps))
    ]
    return min(values, default=None)


@lru_cache(maxsize=64)
def _gap(maps: tuple[AffineMap, ...], base: Box) -> Fraction | None:
    back = base.to_cube().inverse()
    images = [f.after(back) for f in maps]
    values = [sup_distance(f, g) for i, f in enumerate(images) for g in images[i + 1 :]]
    return min(values, default=None)
