"""The "fold" construction: one hidden layer a level, margin-free, where orientations allow it.

Suppose every image is an axis-parallel box and the images form a grid, the product of one family
of intervals per coordinate. Coordinate by coordinate, let T_j be the zigzag that maps each interval
onto [-1, 1], alternately rising and falling; between neighbours its two slopes meet outside
(-1, 1). Then T = (T_1, ..., T_d) satisfies

    T(u) in K_0  <=>  u in F_1(K_0) u ... u F_r(K_0),     T o F_i = S_i on K_0,

where S_i permutes and reflects coordinates. If every S_i maps every K_n onto itself (decided from
the maps, see ``symmetric``), then x in K_n <=> T^n(x) in K_0. For the talk's Cantor set (F_1
reversed, so that S_i is the identity) T is the tent |3x - 3/2| - 1/2.

A zigzag over m intervals takes m relu units, so K_n costs n+1 hidden layers of width at most
max(2d, m_1 + ... + m_d): 2d for products of Cantor sets. Images may touch.
"""

from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise, product
from math import prod

from exactnet.constructions.branches import affine_layer, penalty_rows, relu_layer
from exactnet.constructions.construction import Construction
from exactnet.constructions.turns import Turn, as_turn, generated
from exactnet.errors import ConstructionError
from exactnet.exact.rationals import Matrix
from exactnet.fractals.ifs import IFS
from exactnet.fractals.labelling import Labelling
from exactnet.fractals.prefractal import inverses
from exactnet.geometry.affine import AffineMap
from exactnet.networks.compose import affine_network
from exactnet.networks.network import ReluNetwork

MAX_DIM = 8

Interval = tuple[Fraction, Fraction]
Symmetry = Matrix  # a signed permutation matrix

_ZERO, _ONE = Fraction(0), Fraction(1)


@dataclass(frozen=True, slots=True)
class Zigzag:
    """A piecewise-linear map of the line, sum of c_k relu(s_k t + b_k), plus a constant.

    It maps every given interval affinely onto [-1, 1], alternately rising and falling.
    """

    units: tuple[tuple[Fraction, Fraction, Fraction], ...]  # (coefficient, sign, shift)
    constant: Fraction

    @classmethod
    def over(cls, intervals: tuple[Interval, ...], rising: bool) -> "Zigzag":
        """The zigzag over sorted intervals whose first piece rises (or falls)."""
        signs = [1 if rising == (k % 2 == 0) else -1 for k in range(len(intervals))]
        slopes = [s * 2 / (b - a) for s, (a, b) in zip(signs, intervals, strict=True)]
        offsets = [-c * (a + b) / 2 for c, (a, b) in zip(slopes, intervals, strict=True)]
        if len(intervals) == 1:  # an affine map t -> c t + o, as relu(t + o/c) - relu(-t - o/c)
            shift = offsets[0] / slopes[0]
            return cls(((slopes[0], _ONE, shift), (-slopes[0], -_ONE, -shift)), _ZERO)
        breaks = [
            (offsets[k + 1] - offsets[k]) / (slopes[k] - slopes[k + 1])
            for k in range(len(intervals) - 1)
        ]
        first = breaks[0]
        units = [(-slopes[0], -_ONE, first), (slopes[1], _ONE, -first)]
        for k in range(2, len(intervals)):
            units.append((slopes[k] - slopes[k - 1], _ONE, -breaks[k - 1]))
        return cls(tuple(units), slopes[0] * first + offsets[0])


def construct_fold(ifs: IFS, depth: int) -> Construction:
    """The folding network of K_depth; ConstructionError with the reason where there is none.

    >>> from exactnet.fractals.gallery import cantor_reversed
    >>> net = construct_fold(cantor_reversed(), 4).network
    >>> net.depth, net.width, net(["1/3"])[0] >= 0, net(["1/2"])[0] >= 0
    (5, 2, True, False)
    """
    step = fold_level(ifs)[0]
    prepare = affine_network(ifs.base.to_cube())
    parts = (prepare, *[step] * depth, _output(ifs.dim))
    return Construction("fold", Labelling(ifs, depth), Fraction(0), parts, ())


def fold_level(ifs: IFS) -> tuple[ReluNetwork, tuple[Symmetry, ...]]:
    """The network of one fold T on R^d, and the symmetries S_i = T o F_i, one a map.

    Of the 2^d choices of rising or falling first, one with the most S_i equal to the identity.
    To fall first in a coordinate is to change its sign, in T and so in every S_i.

    Raises ConstructionError where the images are no grid or no choice has symmetries of K_n.
    """
    if ifs.dim > MAX_DIM:
        raise ConstructionError.about(
            "method 'fold'",
            f"at most {MAX_DIM} dimensions (2^d orientations are tried)",
            f"{ifs.dim}",
            "Use method='exact'.",
        )
    families = _grid(ifs)
    step = _zigzag_network([Zigzag.over(family, rising=True) for family in families])
    rising = tuple(_symmetry(step, f) for f in ifs.normalised_maps)
    choices = list(product((1, -1), repeat=ifs.dim))
    turned = {signs: tuple(_flipped(signs, s) for s in rising) for signs in choices}
    unit = AffineMap.identity(ifs.dim).matrix
    reasons = {}
    for signs in sorted(choices, key=lambda signs: -turned[signs].count(unit)):
        broken = symmetric(ifs.normalised_maps, turned[signs])
        if broken is None:
            pairs = zip(families, signs, strict=True)
            step = _zigzag_network([Zigzag.over(family, sign > 0) for family, sign in pairs])
            return step, turned[signs]
        reasons[signs] = broken
    raise ConstructionError.about(
        "method 'fold'",
        "orientations that a symmetry of K_n undoes",
        reasons[choices[0]],
        "Use method='exact', which needs no symmetry.",
    )


def _flipped(signs: tuple[int, ...], symmetry: Symmetry) -> Symmetry:
    """The symmetry with the rows of negative sign negated."""
    return tuple(
        row if sign > 0 else tuple(-v for v in row)
        for sign, row in zip(signs, symmetry, strict=True)
    )


def symmetric(maps: tuple[AffineMap, ...], symmetries: tuple[Symmetry, ...]) -> str | None:
    """None if the group generated by the symmetries maps every K_n onto itself, else why not.

    Sufficient and checked: for each generator g and each i there are k and h in the group with
    g o F_i = F_k o h; then g(K_n) lies in K_n by induction on n, and g has finite order.
    """
    generators: set[Turn] = set()
    needed: dict[Turn, str] = {}  # the h, each with what to say if it is not in the group
    back = {f.translation: g for f, g in zip(maps, inverses(maps), strict=True)}
    for g in dict.fromkeys(symmetries):
        name, says = as_turn(g), f"the fold needs the symmetry {_show(g)}"
        if name is None:
            return f"{says}, which moves K_0"
        generators.add(name)
        for i, f in enumerate(maps, 1):
            turned = AffineMap(g, (_ZERO,) * len(g)).after(f)
            inverse = back.get(turned.translation)  # of F_k: images have different centres
            h = None if inverse is None else as_turn(inverse.after(turned).matrix)
            if h is None:
                return f"{says}, which moves F_{i}(K_0) off K_1"
            needed.setdefault(h, f"{says}, which turns F_{i}(K_0) in a way that none undoes")
    if needed.keys() <= generators:
        return None
    group = generated(generators)
    return next((reason for h, reason in needed.items() if h not in group), None)


def _show(g: Symmetry) -> str:
    return "[" + "; ".join(" ".join(str(v) for v in row) for row in g) + "]"


def _grid(ifs: IFS) -> list[tuple[Interval, ...]]:
    """The interval families whose product the images are, one family a coordinate."""
    boxes = []
    for k, f in enumerate(ifs.normalised_maps, 1):
        if any(sum(1 for v in row if v) != 1 for row in f.matrix):
            raise ConstructionError.about(
                "method 'fold'",
                "images that are axis-parallel boxes",
                f"F_{k}(K_0), which is not",
                "Use method='exact', which takes any affine map.",
            )
        sizes = [sum((abs(v) for v in row), start=_ZERO) for row in f.matrix]
        boxes.append(tuple((b - s, b + s) for b, s in zip(f.translation, sizes, strict=True)))
    families = [tuple(sorted(set(column))) for column in zip(*boxes, strict=True)]
    for j, family in enumerate(families, 1):
        for (_, end), (start, _) in pairwise(family):
            if start < end:
                raise ConstructionError.about(
                    "method 'fold'",
                    "a grid of images",
                    f"projections to coordinate {j} that overlap at {start}",
                    "Use method='exact' or 'margin'.",
                )
    if prod(len(family) for family in families) != len(boxes):
        sizes_text = "x".join(str(len(family)) for family in families)
        raise ConstructionError.about(
            "method 'fold'",
            f"a full grid of images ({sizes_text})",
            f"{len(boxes)} images",
            "Use method='exact' or 'margin'.",
        )
    return families


def _zigzag_network(zigzags: list[Zigzag]) -> ReluNetwork:
    d = len(zigzags)
    units = [(j, unit) for j, zigzag in enumerate(zigzags) for unit in zigzag.units]
    rows = [
        [*(sign if k == j else _ZERO for k in range(d)), shift] for j, (_, sign, shift) in units
    ]
    weight = [
        [coefficient if k == j else _ZERO for k, (coefficient, _, _) in units] for j in range(d)
    ]
    return ReluNetwork((relu_layer(rows), affine_layer(weight, [z.constant for z in zigzags])))


def _symmetry(step: ReluNetwork, f: AffineMap) -> Symmetry:
    """The linear map T o F_i on K_0, from its values at the centre and at the unit vectors.

    T is affine on the image; a bend of T may pass through its centre where the bend is none.
    """
    origin = step(f.translation)
    columns = []
    for unit in AffineMap.identity(f.dim).matrix:
        image = step(f(unit))
        columns.append(tuple(x - o for x, o in zip(image, origin, strict=True)))
    return tuple(zip(*columns, strict=True))


def _output(d: int) -> ReluNetwork:
    """1 - |u| for d = 1, -pen_1(u) otherwise: non-negative exactly on K_0."""
    if d == 1:
        rows = [[_ONE, _ZERO], [-_ONE, _ZERO]]
        return ReluNetwork((relu_layer(rows), affine_layer([[-_ONE, -_ONE]], [_ONE])))
    rows = penalty_rows(AffineMap.identity(d), _ONE, extra=0)
    return ReluNetwork((relu_layer(rows), affine_layer([[-_ONE] * (2 * d)], [_ZERO])))
