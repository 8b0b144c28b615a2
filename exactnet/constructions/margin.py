"""The "margin" construction: f = 1/2 on the positives, f <= -1/2 on the negatives.

2n hidden layers (2 for n = 0) and width max(4dr+d+1, dr+r+1) <= 5dr for r >= 2, which is where the
5dr of Theorem 1 comes from. A level scores each branch: 1 on the cube of side a, 0 off the cube of
side a + w, and adds 1 - (sum of scores) to the penalty; f = 1/2 - p_n.

Inner side, relative margin eta (positives F_w((1-eta) K_0)): level m, counted from the coarsest,
uses eta_m = eta sigma^(n-m), where sigma = min_ij (1 - |b_ij|) is the largest number with
F_i((1-t) K_0) inside (1 - sigma t) K_0 for all i and all t in [0, 1]. (The largest Lipschitz
constant in its place is wrong as soon as the maps scale differently: x/2 - 1/2 and x/10 + 9/10.)
Inner side, absolute margin gamma: pulling a ball back by F_i divides its radius by at most the
sup-norm Lipschitz constant rho, so level m uses gamma min(1, 1/rho)^m.
Outer side (positives K_n): every level uses eta, for cubes of side 1 + eta.

Where the images touch, the ramp of the gates lies inside the image: measured from the cube of
side 1 - eta_m/2, a branch is dead (score and gates 0) off the interior of its image, and at most
one is alive because the interiors are disjoint. For disjoint images the ramp lies in the gap,
where the slope need not grow with n.
"""

from fractions import Fraction

from exactnet.constructions.branches import (
    BranchLevel,
    affine_layer,
    entry_network,
    gate_slope,
    penalty_rows,
    relu_layer,
)
from exactnet.constructions.construction import Construction, margin_of
from exactnet.errors import ConstructionError, InputError
from exactnet.exact import linalg
from exactnet.exact.rationals import show_point, to_text
from exactnet.fractals.hypotheses import Contact
from exactnet.fractals.ifs import IFS, separation_of
from exactnet.fractals.labelling import Labelling
from exactnet.geometry.affine import AffineMap
from exactnet.networks.network import ReluNetwork

_HALF, _ONE = Fraction(1, 2), Fraction(1)
DEFAULT_MARGIN = Fraction(1, 8)


def construct_margin(labelling: Labelling) -> Construction:
    """The two-sided network of a labelling with a margin.

    >>> from exactnet.fractals.gallery import sierpinski
    >>> net = construct_margin(Labelling.of(sierpinski(), 2, margin="1/8")).network
    >>> net.depth, net.width, net(["3/4", "3/4"]), net(["1/4", "-3/4"])
    (4, 27, (Fraction(-3, 2),), (Fraction(1, 2),))
    """
    ifs, side = labelling.ifs, labelling.side
    margins = level_margins(labelling)
    built = {
        margin: margin_level(ifs, side, margin).network(ifs.normalised_maps)
        for margin in dict.fromkeys(margins)
    }
    if not margins:
        steps: list[ReluNetwork] = [_score_base(labelling)]
    else:
        readout = affine_layer([[Fraction(0)] * ifs.dim + [-_ONE]], [_HALF])
        steps = [*[built[margin] for margin in margins], ReluNetwork((readout,))]
    parameters = tuple((f"margin_{m}", margin) for m, margin in enumerate(margins, 1))
    parts = (entry_network(ifs.base), *steps)
    return Construction("margin", labelling, _HALF, parts, parameters)


def contraction_of_margins(ifs: IFS) -> Fraction:
    """sigma = min_ij (1 - |b_ij|) in normalised coordinates: see the module."""
    return min(1 - abs(shift) for f in ifs.normalised_maps for shift in f.translation)


def level_margins(labelling: Labelling) -> list[Fraction]:
    """The margin of every level, coarsest first, in normalised coordinates."""
    ifs, n, margin = labelling.ifs, labelling.depth, margin_of(labelling)
    if labelling.side == "outer":
        return [margin] * n
    if not labelling.absolute:
        sigma = contraction_of_margins(ifs)
        return [margin * sigma ** (n - m) for m in range(1, n + 1)]
    growth = absolute_growth(ifs)
    return [absolute_margin(labelling) * growth**m for m in range(1, n + 1)]


def absolute_growth(ifs: IFS) -> Fraction:
    """min(1, 1/rho): how the radius of a pulled-back ball may shrink, level by level."""
    rho = max(linalg.sup_norm(f.matrix) for f in ifs.normalised_maps)
    return min(_ONE, 1 / rho)


def absolute_margin(labelling: Labelling) -> Fraction:
    """gamma in normalised coordinates, along the longest side of the base.

    Raises InputError where no ball of that radius fits into the base.
    """
    margin = margin_of(labelling)
    stretch = min(row[j] for j, row in enumerate(labelling.ifs.base.to_cube().matrix))
    if margin * stretch >= 1:
        raise InputError.about(
            "margin",
            f"an absolute margin below {to_text(1 / stretch):.40}",
            to_text(margin)[:40],
            "Choose a smaller one: no point of the base is so deep inside.",
        )
    return margin * stretch


def margin_level(ifs: IFS, side: str, margin: Fraction) -> BranchLevel:
    """One level whose score falls from 1 to 0 across the given margin."""
    if side == "outer":
        gate_side = 1 + margin
        delta = separation_of(ifs.normalised_maps, gate_side)
        if delta == 0:
            _refuse_outer(ifs, margin)
        return BranchLevel(gate_side, gate_slope(gate_side, delta), _ONE, _ONE, 1 / margin)
    if ifs.contact is Contact.DISJOINT:
        slope = gate_slope(_ONE, ifs.separation)
        return BranchLevel(_ONE, slope, 1 - margin, _ONE, 1 / margin)
    ramp = margin / 2
    return BranchLevel(1 - ramp, 1 + 3 / ramp, 1 - margin, _ONE, 1 / ramp)


def _refuse_outer(ifs: IFS, margin: Fraction) -> None:
    pair = ifs.touching_pair
    if pair is not None and pair.shared is not None:
        met = f"F_{pair.first}(K_0) and F_{pair.second}(K_0) that share {show_point(pair.shared)}"
    else:
        met = f"images that meet once enlarged by {to_text(margin):.40}"
    raise ConstructionError.about(
        "method 'margin', side='outer'",
        "room between the images",
        met,
        "Use side='inner' or a smaller margin.",
    )


def _score_base(labelling: Labelling) -> ReluNetwork:
    """n = 0: (u, p) -> relu(1 - pen_side(u)/margin) - 1/2: 1/2 on the core, -1/2 margin off it."""
    d = labelling.ifs.dim
    margin = absolute_margin(labelling) if labelling.absolute else margin_of(labelling)
    side = _ONE if labelling.side == "outer" else 1 - margin
    rows = penalty_rows(AffineMap.identity(d), side, extra=1)
    score = relu_layer([[-1 / margin] * (2 * d) + [_ONE]])
    return ReluNetwork((relu_layer(rows), score, affine_layer([[_ONE]], [-_HALF])))
