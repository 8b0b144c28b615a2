"""The induction route: a network made of levels is right because one level is.

Write a network as output o step_n o ... o step_1 o prepare, prepare(x) = (u, 0), u = x normalised.

"exact".  Obligations: step(F_i(y), p) = (y, p) on K_0; p' > p off the images; output(u, p) >= 0 iff
u in K_0 and p = 0 (all for p >= 0). Claim by induction on n: from (u, p), the network is >= 0 iff
p = 0 and u in K_n. If u = F_i(y), the first step leads to (y, p) and, images being disjoint and
K_(n-1) inside K_0, u in K_n iff y in K_(n-1). Off the images p' > 0 and u is not in K_n.

"margin". Obligations for each level: step(F_i(y), p) = (y, p) on the cube of side a; for all u, p,
p' >= p + 1, or p' >= p and u = F_i(u') with u' in the enclosure L. Positives keep p = 0 through
all levels because F_v(positive part) lies in the cube of side a of its level (``_schedule``). And
if p_n < 1, no level added 1, so x = F_w(u_n) with u_n in L: off the enclosures p_n >= 1.

"fold". T(u) in K_0 iff u in an image, T o F_i = S_i on K_0, and the S_i map every K_n onto itself:
x in K_n iff T(x) in K_(n-1) iff ... iff T^n(x) in K_0.

"union". I_0 is 1 on the shrunken base, 0 off the base; a union of values is 0 on zeros, 1 if one is
1: so I_n is 1 on shrunken cells and 0 off K_n, by induction on n.
"""

from collections.abc import Iterable
from fractions import Fraction

from exactnet.constructions.compile import construct
from exactnet.constructions.construction import Construction
from exactnet.constructions.fold import fold_level, symmetric
from exactnet.constructions.margin import (
    absolute_growth,
    absolute_margin,
    contraction_of_margins,
    level_margins,
)
from exactnet.constructions.margin_free import exact_level
from exactnet.constructions.union import clip_network, leaf_network
from exactnet.errors import ConsistencyError
from exactnet.fractals.hypotheses import Contact, image_margin
from exactnet.fractals.ifs import IFS
from exactnet.fractals.labelling import Labelling
from exactnet.networks.network import ReluNetwork
from exactnet.verification import obligations as ob
from exactnet.verification.verdicts import Limits, Progress

_ONE = Fraction(1)
MAX_DISTINCT_LEVELS = 16  # beyond it, levels with different margins are proved all at once


def prove_construction(built: Construction, limits: Limits, progress: Progress) -> tuple[str, ...]:
    """Discharge every obligation of a construction at its depth; what the proof rests on."""
    ifs = built.labelling.ifs
    _check_ifs(ifs)
    if built.method == "exact":
        return _discharge(_exact(ifs, built.parts), limits, progress)
    if built.method == "fold":
        return _discharge(_fold(ifs, built.parts), limits, progress)
    if built.method == "union":
        return _discharge(_union(built.labelling), limits, progress)
    distinct = len(set(level_margins(built.labelling)))
    if distinct > MAX_DISTINCT_LEVELS:
        return _inner_levels(built.labelling, limits, progress)
    schedule = _schedule(built.labelling)
    steps = _discharge(_margin(built.labelling, built.parts), limits, progress)
    return (*steps, schedule)


def prove_levels(
    ifs: IFS, method: str, labelling: Labelling, limits: Limits, progress: Progress
) -> tuple[str, ...]:
    """Discharge the obligations that imply the claim for every depth n >= 0."""
    if method != "margin" or labelling.side == "outer":
        built = construct(ifs, 1, method, labelling.margin, labelling.side, labelling.absolute)
        rests = prove_construction(built, limits, progress)
        if method == "margin":  # depth 0 has a network of its own
            rests += _base_case(labelling, limits, progress)
        return rests
    _check_ifs(ifs)
    rests = _inner_levels(labelling, limits, progress)
    return rests + _base_case(labelling, limits, progress)


def _inner_levels(labelling: Labelling, limits: Limits, progress: Progress) -> tuple[str, ...]:
    """Every level of an inner margin at once: one branch with its margin t as a variable.

    At most one branch is live, so the level is that branch: for touching images a branch is dead
    off the interior of its image (the lemma), and interiors are disjoint; for disjoint images a
    gate is closed once pen >= delta, as z_j + 2 <= 3 + pen <= B pen with B = 1 + 3/delta.
    """
    ifs = labelling.ifs
    touching = ifs.contact is Contact.TOUCHING
    rests = _discharge(ob.margin_lemma(ifs.dim, touching), limits, progress)
    room = (
        "disjoint interiors (exact linear programmes)"
        if touching
        else f"separation delta = {ifs.separation} (exact linear programmes)"
    )
    return (
        *rests,
        f"at most one branch is live: {room}",
        "the compiler writes every level by one formula in its margin t",
        _schedule(labelling),
    )


def _base_case(labelling: Labelling, limits: Limits, progress: Progress) -> tuple[str, ...]:
    base = construct(
        labelling.ifs, 0, "margin", labelling.margin, labelling.side, labelling.absolute
    )
    return _discharge(_margin(base.labelling, base.parts), limits, progress)


def _discharge(
    obligations: Iterable[ob.Obligation], limits: Limits, progress: Progress
) -> tuple[str, ...]:
    rests = []
    for obligation in obligations:
        progress(f"induction: {obligation.statement}")
        if not obligation.holds(limits):
            raise ConsistencyError.about(
                "induction",
                "a level that meets its obligations",
                f"'{obligation.statement}' false",
                "Report this bug: the construction is wrong.",
            )
        rests.append(f"Z3 (linear real arithmetic): {obligation.statement}")
    return tuple(rests)


def _check_ifs(ifs: IFS) -> None:
    if any(image_margin(f) < 0 for f in ifs.normalised_maps):
        raise ConsistencyError.about("IFS", "F_i(K_0) in K_0", "an image outside", "Report this.")


def _exact(ifs: IFS, parts: tuple[ReluNetwork, ...]) -> Iterable[ob.Obligation]:
    maps = ifs.normalised_maps
    step = parts[1] if len(parts) > 2 else exact_level(ifs).network(maps)
    yield from ob.undone(step, maps, _ONE)
    yield ob.penalised(step, maps)
    yield ob.output_decides(parts[-1], ifs.dim)


def _fold(ifs: IFS, parts: tuple[ReluNetwork, ...]) -> Iterable[ob.Obligation]:
    step, symmetries = fold_level(ifs)
    broken = symmetric(ifs.normalised_maps, symmetries)
    if broken is not None:
        raise ConsistencyError.about("fold", "symmetries of K_n", broken, "Report this bug.")
    yield from ob.folds(step, ifs.normalised_maps, symmetries)
    yield ob.output_nonnegative_on_base(parts[-1], ifs.dim)


def _union(labelling: Labelling) -> Iterable[ob.Obligation]:
    ifs = labelling.ifs
    margin = labelling.margin if labelling.margin is not None else _ONE
    yield ob.leaf_scores(leaf_network(ifs.dim, margin), ifs.dim, 1 - margin)
    yield ob.clips(clip_network(1, ifs.r), ifs.r)


def _margin(labelling: Labelling, parts: tuple[ReluNetwork, ...]) -> Iterable[ob.Obligation]:
    ifs = labelling.ifs
    outer = labelling.side == "outer"
    margin = labelling.margin if labelling.margin is not None else _ONE
    enclosure = 1 + margin if outer else _ONE
    if labelling.depth == 0:
        base_margin = absolute_margin(labelling) if labelling.absolute else margin
        yield ob.scores_base(parts[1], ifs.dim, _ONE if outer else 1 - base_margin, enclosure)
        return
    done: set[Fraction] = set()
    for step, level_margin in zip(parts[1:-1], level_margins(labelling), strict=True):
        if level_margin not in done:
            done.add(level_margin)
            core = _ONE if outer else 1 - level_margin
            yield from ob.undone(step, ifs.normalised_maps, core)
            yield ob.kept_or_penalised(step, ifs.normalised_maps, enclosure)
    yield ob.output_subtracts(parts[-1], ifs.dim)


def _schedule(labelling: Labelling) -> str:
    """Why the positive part of every cell lies in the core cube of every level, checked."""
    ifs = labelling.ifs
    if labelling.side == "outer":
        return "positives are K_n, and F_v(K_0) lies in K_0"
    if labelling.absolute:
        growth = absolute_growth(ifs)
        return (
            "a ball of radius g in F_i(K_0) is pulled back onto a set that holds one of radius "
            f"{growth} g: row sums of the maps, exact arithmetic"
        )
    sigma = contraction_of_margins(ifs)
    for f in ifs.normalised_maps:  # linear in t, hence enough at t = 0 and t = 1
        if image_margin(f) < 0 or any(1 - abs(b) < sigma for b in f.translation):
            raise ConsistencyError.about("margins", f"sigma <= {sigma}", "less", "Report this bug.")
    return f"F_i((1-t) K_0) lies in (1 - {sigma} t) K_0 for 0 <= t <= 1 (exact arithmetic)"
