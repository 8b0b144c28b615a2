"""Exact checks of what joins the levels of a construction: no solver, only arithmetic.

They do not trust the compiler that made the parts: each compares the parts with the IFS itself and
raises ConsistencyError when they do not fit.
"""

from collections.abc import Sequence
from fractions import Fraction

from exactnet.constructions.margin import (
    absolute_growth,
    absolute_margin,
    contraction_of_margins,
)
from exactnet.errors import ConsistencyError
from exactnet.exact.rationals import to_text
from exactnet.fractals.hypotheses import image_margin
from exactnet.fractals.ifs import IFS
from exactnet.fractals.labelling import Labelling
from exactnet.geometry.affine import AffineMap
from exactnet.networks.compose import affine_network, chain
from exactnet.networks.network import ReluNetwork


def check_preparation(prepare: ReluNetwork, ifs: IFS, penalty: bool) -> str:
    """The first part is the affine map of the base onto [-1, 1]^d, side by side (and p = 0)."""
    d = ifs.dim
    extra = [Fraction(0)] if penalty else []
    corners = ((ifs.base.lower, -1), (ifs.base.upper, 1), (ifs.base.centre, 0))
    diagonal = all(
        not weight or i == j
        for i, row in enumerate(prepare.layers[0].weight)
        for j, weight in enumerate(row)
    )
    wanted = all(prepare(x) == (*[Fraction(s)] * d, *extra) for x, s in corners)
    if prepare.depth or not diagonal or not wanted:
        raise broken("a first layer that maps the base onto the cube", "another")
    if any(image_margin(f) < 0 for f in ifs.normalised_maps):
        raise broken("F_i(K_0) in K_0", "an image outside")
    return "F_i(K_0) lies in K_0, which the first layer maps onto the cube (exact arithmetic)"


def check_equal(steps: Sequence[ReluNetwork]) -> None:
    """All levels are the same network."""
    if any(step != steps[0] for step in steps[1:] if step is not steps[0]):
        raise broken("equal levels", "different ones")


def check_schedule(labelling: Labelling, margins: Sequence[Fraction]) -> str:
    """The positive part of every cell lies in the core cube of every level; why, in words."""
    ifs = labelling.ifs
    if labelling.side == "outer":
        return "positives are K_n, and F_v(K_0) lies in K_0"
    if labelling.absolute:
        growth = absolute_growth(ifs)
        limits = [absolute_margin(labelling), *margins]
        if any(b > growth * a for a, b in zip(limits, margins, strict=False)):
            raise broken("margins that shrink with the pulled-back balls", "larger ones")
        return (
            "a ball of radius g in F_i(K_0) is pulled back onto a set that holds one of radius "
            f"{to_text(growth)} g: row sums of the maps, exact arithmetic"
        )
    sigma = contraction_of_margins(ifs)
    cube = f"(1 - {to_text(sigma)} t) K_0"
    for f in ifs.normalised_maps:  # linear in t, hence enough at t = 0 and t = 1
        if image_margin(f) < 0 or any(1 - abs(b) < sigma for b in f.translation):
            raise broken(f"F_i((1-t) K_0) in {cube}", "an image that sticks out")
    allowed = [sigma * finer for finer in margins[1:]] + [labelling.margin or Fraction(0)]
    if any(margin > most for margin, most in zip(margins, allowed, strict=False)):
        raise broken("margins that shrink with the cells", "larger ones")
    return f"F_i((1-t) K_0) lies in {cube} for 0 <= t <= 1 (exact arithmetic)"


def check_basis(basis: ReluNetwork, leaf: ReluNetwork, labelling: Labelling) -> str:
    """The union network's basis computes leaf(F_w^-1 u) for every address w, in order."""
    to_cube = labelling.ifs.base.to_cube()
    back = to_cube.inverse()
    block = leaf.layers[0].outputs
    cells = list(labelling.prefractal.cells())
    first, second, last = basis.layers
    for c, cell in enumerate(cells):
        copy = chain([affine_network(_normalised(cell.map.inverse(), to_cube, back)), leaf])
        rows = slice(c * block, (c + 1) * block)
        inner = copy.layers[0]
        if (first.weight[rows], first.bias[rows]) != (inner.weight, inner.bias):
            raise broken(f"a copy of I_0 for cell {cell.address}", "other weights")
        row = second.weight[c]
        outside = any(row[: c * block]) or any(row[(c + 1) * block :])
        score = (row[rows], second.bias[c]) == (leaf.layers[1].weight[0], leaf.layers[1].bias[0])
        unit = tuple(Fraction(int(k == c)) for k in range(len(cells)))
        if outside or not score or last.weight[c] != unit or last.bias[c]:
            raise broken(f"the score of cell {cell.address} alone", "other weights")
    if len(cells) != basis.outputs or first.outputs != block * len(cells):
        raise broken("one output a cell", f"{basis.outputs}")
    return f"the first layers are {len(cells)} copies of I_0, one a cell (exact arithmetic)"


def check_clips(clips: Sequence[ReluNetwork], clip: ReluNetwork, r: int) -> None:
    """Each union layer is block-diagonal: the same small network on every r consecutive inputs."""
    for net in clips:
        groups = net.outputs
        if net.inputs != groups * r or net.depth != clip.depth:
            raise broken("r inputs a union", f"{net.inputs} for {groups}")
        for layer, small in zip(net.layers, clip.layers, strict=True):
            a, b = small.outputs, small.inputs
            for g in range(groups):
                for i in range(a):
                    row = layer.weight[g * a + i]
                    own = row[g * b : (g + 1) * b]
                    others = any(row[: g * b]) or any(row[(g + 1) * b :])
                    if others or own != small.weight[i] or layer.bias[g * a + i] != small.bias[i]:
                        raise broken("the same union in every group", "other weights")


def broken(expected: str, got: str) -> ConsistencyError:
    """The error that says that a construction is not what it claims to be."""
    return ConsistencyError.about(
        "induction", expected, got, "Report this bug: the construction is wrong."
    )


def _normalised(f: AffineMap, to_cube: AffineMap, back: AffineMap) -> AffineMap:
    return to_cube.after(f).after(back)
