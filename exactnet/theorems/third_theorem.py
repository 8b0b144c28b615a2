"""Theorem 3 on an instance: deep networks reach 1 - P(j), shallow ones stay away from it.

Part 1. With t = 2j+2 hidden layers of width 5dr, L(H_{t,k}) <= 1 - P(j): the network for K_j, which
has 2j+1, errs on the negatives in K_j and on nothing else.

Part 2, as corrected. On the line, if every cell of level j has the positive mass 1/(2 r^j) and the
negative mass (1 - P(j))/r^j, and k < r^s, then

    (1 - r^(st-j)) (1 - P(j)) <= L(H_{t,k}).

For an affine piece changes its sign once at most (``line.networks``), so that at most
(k+1)^t <= r^(st) cells see both signs, and on any other cell all positives or all negatives are
lost, at least (1 - P(j))/r^j each. The slides (Malach & Shalev-Shwartz 2019) do not say d = 1, in
the plane it is false (``third.counterexample``); they do not say "equally spread", and it is needed
at level j, nowhere else; they ask for t < j/s, beyond which the left side is not positive and the
inequality trivial. Proved in Coq for all networks: proofs/theory/Theorem3.v.
"""

import time
from collections.abc import Sequence

from exactnet.errors import InputError
from exactnet.exact.rationals import RationalLike, to_text
from exactnet.fractals.curves import ApproximationCurve, uniform
from exactnet.fractals.distribution import FractalDistribution
from exactnet.fractals.ifs import IFS, as_ifs
from exactnet.fractals.prefractal import as_depth
from exactnet.limits import Limits, Progress, from_now, silent
from exactnet.theorems.counts import MAX_LAYERS, as_count
from exactnet.theorems.hypotheses import (
    contracting_maps,
    disjoint_images,
    instance,
    nested_images,
)
from exactnet.theorems.line.law import as_shares
from exactnet.theorems.report import TheoremReport
from exactnet.theorems.third.deep import deep_section
from exactnet.theorems.third.plane import plane_section
from exactnet.theorems.third.shallow import shallow_section
from exactnet.theorems.third.sides import Findings, Question

STATEMENTS = {
    1: "Part 1: some network with 2j+2 hidden layers of width 5dr has the loss 1 - P(j).",
    2: "Part 2 (d = 1, mass spread equally over the cells of level j, k < r^s): "
    "(1 - r^(st-j)) (1 - P(j)) <= L(H_{t,k}), the least 0-1 loss with t hidden layers of width k.",
}
MOST_UNITS = 2**10  # widths r^s - 1 beyond it are asked for by name only


def theorem3(
    ifs: IFS,
    depth: int,
    curve: ApproximationCurve | None = None,
    layers: int | None = None,
    width: int | None = None,
    level: int | None = None,
    limits: Limits | None = None,
    scale: int | None = None,
    part: int | None = None,
    negatives: str = "shell",
    margin: RationalLike | None = None,
    shares: Sequence[RationalLike] | None = None,
    progress: Progress = silent,
) -> TheoremReport:
    """Theorem 3 for a distribution D_n of an IFS: hypotheses, both sides exact, verdict.

    ``curve`` is uniform by default. ``layers`` t (1), ``width`` k and ``scale`` s are those of part
    2: without k it is r^s - 1, without s it is the least with k < r^s, and without both every
    s < n is asked, with k = r^s - 1. ``level`` j picks one level, instead of all of them and the
    best. ``part`` 1 or 2 asks for one part alone; in d >= 2 part 2 does not apply, and neither does
    then the whole. ``negatives`` and ``margin`` are those of ``FractalDistribution``; ``shares``
    gives the maps unequal probabilities (part 2 then does not apply).

    >>> from exactnet.fractals import gallery
    >>> report = theorem3(gallery.cantor(), 5)
    >>> report.verdict.value, str(report.left), str(report.right)
    ('holds', '3/20', '9/20')
    >>> theorem3(gallery.cantor_dust(), 3).verdict.value
    'does not apply'
    >>> theorem3(gallery.cantor_dust(), 3, part=1).verdict.value
    'holds'

    Raises InputError and InputTypeError for sizes, curves and shares that are none. Cost: part 1
    integrates over the regions of networks for K_0..K_n; part 2 is a dynamic programme over the r^n
    cells and the sign changes. A limit that is reached leaves a side open.
    """
    start = time.monotonic()
    as_ifs(ifs)
    as_depth(depth)
    question = _question(
        ifs, depth, curve, layers, width, level, limits, scale, negatives, margin, shares
    )
    parts = _parts(part)
    sections = [_section(question, k, progress) for k in parts]
    if ifs.dim == 1:
        sections.reverse()  # the inequality first: where it applies it is the theorem's point
    return TheoremReport(
        "3",
        " ".join(STATEMENTS[k] for k in parts),
        _instance(question),
        (
            disjoint_images(ifs),
            contracting_maps(ifs),
            nested_images(ifs),
            *(h for section in sections for h in section.hypotheses),
        ),
        tuple(c for section in sections for c in section.comparisons),
        _sizes(question, sections),
        tuple(t for section in sections for t in section.tables),
        tuple(p for section in sections for p in section.plots),
        tuple(line for section in sections for line in section.rests_on),
        tuple(note for section in sections for note in section.notes),
        seconds=time.monotonic() - start,
    )


def _section(question: Question, part: int, progress: Progress) -> Findings:
    progress(f"theorem 3: part {part}")
    if part == 1:
        return deep_section(question)
    return (shallow_section if question.dist.ifs.dim == 1 else plane_section)(question)


def _parts(part: int | None) -> tuple[int, ...]:
    if part not in (None, 1, 2) or isinstance(part, bool):
        raise InputError.about("part", "1, 2 or None for both", f"{part!r:.20}", "Pick one.")
    return (1, 2) if part is None else (part,)


def _question(
    ifs: IFS,
    depth: int,
    curve: ApproximationCurve | None,
    layers: int | None,
    width: int | None,
    level: int | None,
    limits: Limits | None,
    scale: int | None,
    negatives: str,
    margin: RationalLike | None,
    shares: Sequence[RationalLike] | None,
) -> Question:
    """The arguments, checked, with their defaults."""
    dist = FractalDistribution(
        ifs, depth, uniform(depth) if curve is None else curve, negatives, margin
    )
    bounds = (("layers", layers, MAX_LAYERS), ("width", width, 10**5), ("scale", scale, 64))
    for name, value, most in bounds:
        if value is not None:
            as_count(name, value, most)
    if level is not None:
        as_count("level", level, depth, least=0)
    given = None if shares is None else as_shares(ifs, shares)
    even = given is None or len(set(given)) == 1
    return Question(
        dist,
        None if even else given,
        layers or 1,
        _pairs(ifs.r, depth, width, scale),
        tuple(range(depth + 1)) if level is None else (level,),
        from_now(limits),
    )


def _pairs(r: int, depth: int, width: int | None, scale: int | None) -> tuple[tuple[int, int], ...]:
    """The pairs (s, k)."""
    if width is not None and scale is None:
        scale = 1
        while 1 < r**scale <= width:
            scale += 1
    if scale is not None:
        return ((scale, max(1, r**scale - 1) if width is None else width),)
    scales = [s for s in range(1, max(depth, 2)) if s == 1 or (r > 1 and r**s - 1 <= MOST_UNITS)]
    return tuple((s, max(1, r**s - 1)) for s in scales)


def _instance(question: Question) -> str:
    dist = question.dist
    words = [instance(dist.ifs, dist.depth), f"curve {dist.curve.name}"]
    if dist.negatives != "shell":
        words.append(f"negatives {dist.negatives}")
    if dist.margin is not None:
        words.append(f"margin {dist.margin}")
    if question.shares is not None:
        words.append("shares " + ":".join(map(to_text, question.shares)))
    return ", ".join(words)


def _sizes(question: Question, sections: list[Findings]) -> dict[str, int]:
    ifs, (scale, width) = question.dist.ifs, question.sizes[0]
    sizes = {"d": ifs.dim, "r": ifs.r, "n": question.dist.depth}
    sizes |= {"t": question.layers, "k": width, "s": scale, "j": question.best_level(scale)[0]}
    for section in sections:
        sizes |= section.sizes
    return sizes
