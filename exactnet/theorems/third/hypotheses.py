"""The hypotheses of Theorem 3, part 2, decided on an instance."""

from bisect import bisect_left
from collections.abc import Sequence
from fractions import Fraction
from itertools import accumulate

from exactnet.exact.radicals import ExactReal, collapsed
from exactnet.exact.rationals import to_text
from exactnet.theorems.line.law import Mass, as_shares
from exactnet.theorems.report import Hypothesis
from exactnet.theorems.third.sides import PART_TWO, Question

SPREAD = f"{PART_TWO}mass spread equally over the cells of level j"


def few_units(question: Question) -> Hypothesis:
    """The hypothesis k < r^s for every pair asked."""
    wrong = [(s, k) for s, k in question.sizes if k >= question.r**s]
    s, k = wrong[0] if wrong else question.sizes[-1]
    evidence = f"k = {k}, r^s = {question.r}^{s} = {question.r**s}"
    if not wrong and len(question.sizes) > 1:
        evidence = f"k = r^s - 1 for s = 1..{s}"
    return Hypothesis(f"{PART_TWO}k < r^s", not wrong, evidence)


def trivial_sizes(question: Question) -> list[str]:
    """A note for every s that leaves no level j > st: the slides ask for t < j/s."""
    t, last = question.layers, question.levels[-1]
    return [
        f"part 2, s = {s}, t = {t}: no level asked has t < j/s, the slides' bound is not positive"
        for s, _ in question.sizes
        if s * t >= last
    ]


def spread_on_a_line(question: Question, masses: Sequence[Mass]) -> Hypothesis:
    """Whether all cells of each level asked have one positive and one negative mass: summed."""
    starts = [mass.low for mass in masses]
    zero: ExactReal = Fraction(0)
    sums = [
        list(accumulate((mass.positive for mass in masses), initial=zero)),
        list(accumulate((mass.negative for mass in masses), initial=zero)),
    ]
    for level in question.levels:
        first: tuple[str, list[ExactReal]] | None = None
        for cell in question.dist.ifs.prefractal(level).cells():
            low, high = sorted(x for (x,) in cell.vertices())
            a, b = bisect_left(starts, low), bisect_left(starts, high)
            held = [collapsed(total[b] - total[a]) for total in sums]
            word = "F_" + ".".join(map(str, cell.address))
            first = first or (word, held)
            for kind, one, other in zip(("positive", "negative"), first[1], held, strict=True):
                if one != other:
                    both = f"{first[0]}(K_0) and {word}(K_0), j = {level}"
                    return Hypothesis(SPREAD, False, f"{kind} masses {one} and {other} of {both}")
    levels = ", ".join(map(str, question.levels))
    return Hypothesis(SPREAD, True, f"the masses of all r^j cells were compared, j = {levels}")


def spread_over_words(question: Question) -> Hypothesis:
    """Words are equally likely, unless shares were given."""
    shares = as_shares(question.dist.ifs, question.shares)
    for i, share in enumerate(shares, 1):
        if share != shares[0]:
            both = f"{to_text(shares[0])} and {to_text(share)} of F_1(K_0) and F_{i}(K_0)"
            return Hypothesis(SPREAD, False, f"probabilities {both}")
    return Hypothesis(SPREAD, True, "all words of one length are equally likely")
