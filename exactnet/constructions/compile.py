"""The one entry point: an IFS, a depth and a method in; a network and its claim out."""

from exactnet.constructions.construction import MAX_WEIGHTS, Construction
from exactnet.constructions.fold import construct_fold
from exactnet.constructions.margin import DEFAULT_MARGIN, construct_margin
from exactnet.constructions.margin_free import construct_exact
from exactnet.constructions.union import construct_union
from exactnet.errors import InputError, shown
from exactnet.exact.rationals import RationalLike
from exactnet.fractals.ifs import IFS, as_ifs
from exactnet.fractals.labelling import Labelling
from exactnet.fractals.prefractal import as_depth
from exactnet.networks.network import ReluNetwork

METHODS = ("exact", "margin", "fold", "union")
WITH_MARGIN = ("margin", "union")


def construct(
    ifs: IFS,
    depth: int,
    method: str = "exact",
    margin: RationalLike | None = None,
    side: str = "inner",
    absolute: bool = False,
) -> Construction:
    """The network of K_depth by a method, with what is claimed of it.

    ``method`` is "exact" (f >= 0 exactly on K_n; 2n+1 hidden layers, width 2dr+d+1), "margin"
    (two-sided; 2n layers), "fold" (n+1 layers where orientations allow) or "union" (the literal
    baseline, width 2d r^n). ``margin`` (default 1/8), ``side`` and ``absolute`` are those of
    ``Labelling`` and belong to "margin" and "union".

    Raises ConstructionError when the IFS does not meet the method's hypotheses, with a witness;
    InputError for other bad arguments and for networks that are too large. Cost: levels of "exact"
    and "fold" are built once, those of "margin" one by one, "union" has some 6d r^2n weights.
    """
    as_ifs(ifs)
    as_depth(depth)
    if method not in METHODS:
        raise InputError.about("method", f"one of {', '.join(METHODS)}", shown(method, 40), "Pick.")
    if method not in WITH_MARGIN:
        if margin is not None or side != "inner" or absolute:
            raise InputError.about(
                "margin", f"no margin for method '{method}'", "one", "Use method='margin'."
            )
        return construct_exact(ifs, depth) if method == "exact" else construct_fold(ifs, depth)
    _check_size(ifs, depth)
    labelling = Labelling.of(
        ifs, depth, DEFAULT_MARGIN if margin is None else margin, side, absolute
    )
    return construct_margin(labelling) if method == "margin" else construct_union(labelling)


def compile_ifs(
    ifs: IFS,
    depth: int,
    method: str = "exact",
    margin: RationalLike | None = None,
    side: str = "inner",
    absolute: bool = False,
) -> ReluNetwork:
    """The network of ``construct``, alone.

    >>> from exactnet.fractals.gallery import cantor_dust
    >>> net = compile_ifs(cantor_dust(), depth=3)
    >>> net.depth, net.width
    (7, 19)

    Raises what ``construct`` raises.
    """
    return construct(ifs, depth, method, margin, side, absolute).network


def hidden_layers(method: str, depth: int) -> int:
    """The depth of a method's network for K_depth.

    >>> [hidden_layers(method, 3) for method in METHODS]
    [7, 6, 4, 5]
    """
    if method == "margin":
        return 2 * max(depth, 1)
    return {"exact": 2 * depth + 1, "fold": depth + 1, "union": depth + 2}[method]


def _check_size(ifs: IFS, depth: int) -> None:
    """Networks with a margin have different levels, so their size is bounded before building."""
    d, r = ifs.dim, ifs.r
    weights = depth * (4 * d * r + d + 1) * (d * r + r + 1) * 2
    if weights > MAX_WEIGHTS:
        raise InputError.about(
            "depth",
            f"a network of at most {MAX_WEIGHTS} weights",
            f"about {weights}",
            "Choose a smaller depth.",
        )
