"""The induction route: a network made of levels is right because one level is.

Write a network as output o step_n o ... o step_1 o prepare, prepare(x) = (u, 0), u = x normalised.

"exact".  Obligations: step(F_i(y), p) = (y, p) on K_0; p' > p off the images; output(u, p) >= 0 iff
u in K_0 and p = 0 (all for p >= 0). Claim by induction on n: from (u, p), the network is >= 0 iff
p = 0 and u in K_n. If u = F_i(y), the first step leads to (y, p) and, images being disjoint and
K_(n-1) inside K_0, u in K_n iff y in K_(n-1). Off the images p' > 0 and u is not in K_n.

"margin". Obligations for each level: step(F_i(y), p) = (y, p) on the cube of side a; for all u, p,
p' >= p + 1, or p' >= p and u = F_i(u') with u' in the enclosure L. Positives keep p = 0 through
all levels because F_v(positive part) lies in the cube of side a (``check_schedule``). And
if p_n < 1, no level added 1, so x = F_w(u_n) with u_n in L: off the enclosures p_n >= 1.

"fold". T(u) in K_0 iff u in an image, T o F_i = S_i on K_0, and the S_i map every K_n onto itself:
x in K_n iff T(x) in K_(n-1) iff ... iff T^n(x) in K_0.

"union". I_0 is 1 on the shrunken base, 0 off the base; a union of values is 0 on zeros, 1 if one is
1: so I_n is 1 on shrunken cells and 0 off K_n, by induction on n.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from fractions import Fraction

from exactnet.constructions.compile import construct
from exactnet.constructions.construction import Construction
from exactnet.constructions.fold import fold_level, symmetric
from exactnet.constructions.margin import absolute_margin, level_margins, margin_level
from exactnet.constructions.margin_free import exact_level
from exactnet.constructions.union import clip_network, leaf_network
from exactnet.exact.rationals import to_text
from exactnet.fractals.ifs import IFS
from exactnet.fractals.labelling import Labelling
from exactnet.limits import Limits, Progress
from exactnet.networks.network import ReluNetwork
from exactnet.verification import obligations as ob
from exactnet.verification.structure import (
    broken,
    check_basis,
    check_clips,
    check_equal,
    check_preparation,
    check_schedule,
)
from exactnet.verification.template import LevelTemplate, margin_variable

_ONE = Fraction(1)
_FIRST = range(1, 6)  # depths whose margins are looked at for all of them
_REPEATED = "the compiler repeats for every n what was checked for the first ones"
MAX_DISTINCT_LEVELS = 16  # beyond it, levels with different margins are proved all at once


def prove_construction(built: Construction, limits: Limits, progress: Progress) -> tuple[str, ...]:
    """Discharge every obligation of a construction at its depth; what the proof rests on."""
    penalty = built.method in ("exact", "margin")
    rests: tuple[str, ...] = (check_preparation(built.parts[0], built.labelling.ifs, penalty),)
    if built.method == "margin":
        return rests + _prove_margin(built, limits, progress)
    obligations = {"exact": _exact, "fold": _fold, "union": _union}[built.method]
    rests += _discharge(obligations(built), limits, progress)
    if built.method == "fold":  # checked with the obligations
        rests += ("the S_i map every K_n onto itself (a finite group, exact arithmetic)",)
    if built.method == "union":
        leaf = leaf_network(built.labelling.ifs.dim, _margin_of(built.labelling))
        rests += (check_basis(built.parts[1], leaf, built.labelling),)
    return rests


def prove_levels(
    ifs: IFS, method: str, labelling: Labelling, limits: Limits, progress: Progress
) -> tuple[str, ...]:
    """Discharge the obligations that imply the claim for every depth n >= 0."""
    options = (labelling.margin, labelling.side, labelling.absolute)
    rests: tuple[str, ...] = ()
    for depth in (1, 0) if method == "margin" else (1,):  # "margin" has a base case of its own
        rests += prove_construction(construct(ifs, depth, method, *options), limits, progress)
    if method != "margin":
        return (*rests, _REPEATED)
    deeper = [(deep, level_margins(deep)) for deep in (replace(labelling, depth=n) for n in _FIRST)]
    for deep, margins in deeper:
        check_schedule(deep, margins)
    every = {t for _, margins in deeper for t in margins}
    if len(every) > 1:
        every |= {Fraction(1, k) for k in (1, 2, 3, 5)}
        steps = [(t, margin_level(ifs, "inner", t).network(ifs.normalised_maps)) for t in every]
        rests += _symbolic_levels(ifs, steps, limits, progress)
    return (*rests, _REPEATED)


def _symbolic_levels(
    ifs: IFS,
    steps: Sequence[tuple[Fraction, ReluNetwork]],
    limits: Limits,
    progress: Progress,
) -> tuple[str, ...]:
    """Inner levels of every margin t at once: fitted from their weights, proved for 0 < t <= 1."""
    template = LevelTemplate.fitted(steps)
    t = margin_variable()
    obligations = [
        *ob.undone(template.encode, ifs.normalised_maps, 1 - t, "1 - t"),
        ob.kept_or_penalised(template.encode, ifs.normalised_maps, _ONE),
    ]
    rests = _discharge(obligations, limits, progress)
    return (*rests, f"{len(steps)} levels are one template in t, weight for weight; 0 < t <= 1")


def _discharge(
    obligations: Iterable[ob.Obligation], limits: Limits, progress: Progress
) -> tuple[str, ...]:
    rests = []
    for obligation in obligations:
        progress(f"induction: {obligation.statement}")
        if not obligation.holds(limits):
            raise broken("a level that meets its obligations", f"'{obligation.statement}' false")
        rests.append(f"Z3 (linear real arithmetic): {obligation.statement}")
    return tuple(rests)


def _exact(built: Construction) -> Iterable[ob.Obligation]:
    ifs, maps = built.labelling.ifs, built.labelling.ifs.normalised_maps
    steps = built.parts[1:-1] or (exact_level(ifs).network(maps),)
    check_equal(steps)
    yield from ob.undone(ob.level(steps[0]), maps, _ONE, "1")
    yield ob.penalised(ob.level(steps[0]), maps)
    yield ob.output_decides(built.parts[-1], ifs.dim)


def _fold(built: Construction) -> Iterable[ob.Obligation]:
    ifs = built.labelling.ifs
    step, symmetries = fold_level(ifs)
    check_equal([step, *built.parts[1:-1]])
    reason = symmetric(ifs.normalised_maps, symmetries)
    if reason is not None:
        raise broken("symmetries of K_n", reason)
    yield from ob.folds(step, ifs.normalised_maps, symmetries)
    yield ob.output_nonnegative_on_base(built.parts[-1], ifs.dim)


def _union(built: Construction) -> Iterable[ob.Obligation]:
    ifs, margin = built.labelling.ifs, _margin_of(built.labelling)
    clip = clip_network(1, ifs.r)
    check_clips(built.parts[2:-1], clip, ifs.r)
    yield ob.leaf_scores(leaf_network(ifs.dim, margin), ifs.dim, 1 - margin)
    yield ob.clips(clip, ifs.r)
    yield ob.output_shifts(built.parts[-1])


def _prove_margin(built: Construction, limits: Limits, progress: Progress) -> tuple[str, ...]:
    labelling = built.labelling
    ifs, margin = labelling.ifs, _margin_of(built.labelling)
    outer = labelling.side == "outer"
    enclosure = 1 + margin if outer else _ONE
    if labelling.depth == 0:
        if labelling.absolute:
            margin = absolute_margin(labelling)
        core = _ONE if outer else 1 - margin
        scored = ob.scores_base(built.parts[1], ifs.dim, core, enclosure)
        return _discharge([scored], limits, progress)
    margins = level_margins(labelling)
    steps = list(zip(margins, built.parts[1:-1], strict=True))
    rests: tuple[str, ...] = (check_schedule(labelling, margins),)
    if len(set(margins)) > MAX_DISTINCT_LEVELS:
        rests += _symbolic_levels(ifs, steps, limits, progress)
    else:
        for level_margin in sorted(set(margins)):
            equal = [step for t, step in steps if t == level_margin]
            check_equal(equal)
            core, step = _ONE if outer else 1 - level_margin, ob.level(equal[0])
            obligations = [
                *ob.undone(step, ifs.normalised_maps, core, to_text(core)),
                ob.kept_or_penalised(step, ifs.normalised_maps, enclosure),
            ]
            rests += _discharge(obligations, limits, progress)
    return rests + _discharge([ob.output_subtracts(built.parts[-1], ifs.dim)], limits, progress)


def _margin_of(labelling: Labelling) -> Fraction:
    """The margin of a labelling that has one."""
    if labelling.margin is None:
        raise broken("a labelling with a margin", "one without")
    return labelling.margin
