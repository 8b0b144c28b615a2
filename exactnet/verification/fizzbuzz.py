"""Proofs that a FizzBuzz network is right at every number below 2^bits.

"exhaustive": the network is evaluated at all of them, in integers. "structure", for many bits: the
network is the chain of its parts, weight for weight; each sum's coefficients are 2^i mod m, so the
sum is n mod m; and each score has the right sign at every integer of the sum's range. Then the
largest logit is that of the right words, because logits are sums of scores.
"""

import time
from dataclasses import dataclass, replace
from fractions import Fraction

from exactnet.constructions.fizzbuzz import FizzBuzz
from exactnet.constructions.residues import Residue
from exactnet.errors import ConsistencyError, InputError, LimitReached
from exactnet.limits import Limits, Progress, from_now, silent
from exactnet.networks.batch import evaluate_batch
from exactnet.networks.compose import chain
from exactnet.networks.network import ReluNetwork
from exactnet.verification.claims import plain_outputs
from exactnet.verification.verdicts import Result, Verdict, Violation

ROUTES = ("auto", "exhaustive", "structure")
EXHAUSTIVE_BITS = 16  # up to which "auto" evaluates everywhere
AT_ONCE = 4096

EVERYWHERE = "exact evaluation of the network at every input (integer arithmetic)"
BY_PARTS = (
    "the network equals the chain of its parts, weight for weight",
    "each sum's coefficients are congruent to the powers of 2 (checked one by one)",
    "exact evaluation of each score at every integer of its sum's range",
    "logits that are sums of scores are largest for the words whose scores are positive",
)


@dataclass(frozen=True, slots=True)
class WrongWords(Violation):
    """A number at which a network says the wrong words; ``point`` are its bits."""

    number: int
    said: str
    expected: str

    def words(self) -> str:
        """What is wrong, as a sentence."""
        return f"at {self.number} the network says {self.said}, not {self.expected}"


def prove_fizzbuzz(
    game: FizzBuzz,
    network: ReluNetwork | None = None,
    route: str = "auto",
    limits: Limits | None = None,
    progress: Progress = silent,
) -> Result:
    """Whether a network says the right words at every number below 2^bits.

    ``network`` is judged by the game's words (default: the game's own network). A wrong number
    where another class has the same logit counts as wrong. "exhaustive" costs 2^bits evaluations;
    "structure" as many as the ranges of the sums have integers, and knows only the game's own
    network.

    >>> from exactnet.constructions.fizzbuzz import fizzbuzz
    >>> prove_fizzbuzz(fizzbuzz()).verdict, prove_fizzbuzz(fizzbuzz(bits=40)).route
    (<Verdict.PROVED: 'proved'>, 'structure')
    """
    start = time.monotonic()
    limits = from_now(limits)
    if route not in ROUTES:
        raise InputError.about("route", f"one of {', '.join(ROUTES)}", f"{route!r:.20}", "Pick.")
    judged = game.network if network is None else network
    if (judged.inputs, judged.outputs) != (game.bits, len(game.words.sets)):
        raise InputError.about(
            "network", f"{game.bits} inputs and {len(game.words.sets)} outputs",
            f"{judged.inputs} and {judged.outputs}", "Use a matching network.",
        )  # fmt: skip
    if route == "auto":
        route = "exhaustive" if game.bits <= EXHAUSTIVE_BITS else "structure"
    claim = f"the right words at every n below 2^{game.bits}"
    try:
        if route == "exhaustive":
            result = _exhaustive(game, judged, claim, limits, progress)
        else:
            result = _by_structure(game, judged, claim, limits)
    except LimitReached as reached:
        result = Result(Verdict.UNKNOWN, route, claim, (), reason=str(reached))
    return replace(result, seconds=time.monotonic() - start)


def _exhaustive(
    game: FizzBuzz, net: ReluNetwork, claim: str, limits: Limits, progress: Progress
) -> Result:
    for first in range(0, 2**game.bits, AT_ONCE):
        limits.remaining()
        progress(f"fizzbuzz: {first} numbers checked")
        numbers = range(first, min(first + AT_ONCE, 2**game.bits))
        inputs = [[n >> i & 1 for i in range(game.bits)] for n in numbers]
        values, _ = evaluate_batch(net, inputs)
        for n, logits in zip(numbers, values.tolist(), strict=True):
            if not _right(game, n, logits):
                return _refuted(game, net, claim, n)
    return Result(Verdict.PROVED, "exhaustive", claim, (EVERYWHERE,))


def _right(game: FizzBuzz, n: int, logits: list[int]) -> bool:
    right = logits[game.words.sets.index(game.words.said(n))]
    return right == max(logits) and logits.count(right) == 1


def _refuted(game: FizzBuzz, net: ReluNetwork, claim: str, n: int) -> Result:
    """A wrong number, evaluated again on Fractions."""
    outputs = plain_outputs(net, game.input(n))
    said = "two things at once" if outputs.count(max(outputs)) > 1 else game.spoken(n, outputs)
    expected = game.words.text(n)
    if said == expected:
        raise ConsistencyError.about("fizzbuzz", "a wrong number", str(n), "Report this bug.")
    found = WrongWords(game.input(n), outputs, n, said, expected)
    rests = ("evaluation of the network at one input",)
    return Result(Verdict.REFUTED, "exhaustive", claim, rests, found)


def _by_structure(game: FizzBuzz, net: ReluNetwork, claim: str, limits: Limits) -> Result:
    """Proved part by part; unknown with the first part that is not as it should be."""
    parts = game.parts
    reason = "" if chain(list(parts)) == net else "the network is not the game's own"
    for j, (residue, modulus) in enumerate(zip(game.residues, game.words.moduli, strict=True)):
        reason = reason or _sum_fault(residue, modulus)
        reason = reason or _score_fault(parts[1], residue, (j, len(game.residues)), limits)
    verdict, rests = (Verdict.UNKNOWN, ()) if reason else (Verdict.PROVED, BY_PARTS)
    return Result(verdict, "structure", claim, rests, reason=reason)


def _sum_fault(residue: Residue, modulus: int) -> str:
    if residue.modulus != modulus:
        return f"the sum is modulo {residue.modulus}, not {modulus}"
    for i, c in enumerate(residue.coefficients):
        if (c - 2**i) % modulus:
            return f"the coefficient {c} of bit {i} is not 2^{i} modulo {modulus}"
    return ""


def _score_fault(
    scores: ReluNetwork, residue: Residue, place: tuple[int, int], limits: Limits
) -> str:
    """A wrong score at an integer of the sum's range; the other sums play no part in it."""
    j, count = place
    for first in range(residue.low, residue.high + 1, AT_ONCE):
        limits.remaining()
        sums = range(first, min(first + AT_ONCE, residue.high + 1))
        values, scale = evaluate_batch(scores, [[a * (k == j) for k in range(count)] for a in sums])
        for a, value in zip(sums, values[:, j].tolist(), strict=True):
            if not (value >= scale if a % residue.modulus == 0 else value <= -scale):
                return f"the score of {residue.modulus} is {Fraction(value, scale)} at {a}"
    return ""
