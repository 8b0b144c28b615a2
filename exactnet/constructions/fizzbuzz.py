"""FizzBuzz as an exact network, for any words and moduli.

The talk opens with a network that was trained on FizzBuzz and gets 10 of 100 numbers wrong. That
is a matter of learning: the function itself is small. The bits of n give, by one affine map, a sum
a_m for each modulus m with a_m = n mod m and a short range (``residues``); a piecewise-linear
function of a_m is >= 1 at multiples of m and <= -1 elsewhere (``scores``). The logit of a set of
words is the sum of their scores, that of the number is 0, so the largest logit is, by at least 1,
that of the words that are said.

Sizes for 3, 5 and ten bits: 18 relu units in one hidden layer as hats, 10 as zigzags, 8 in two
hidden layers as combs, 6 abs units in three as folds. Zigzags and combs are the smallest of their
kind. Let a score be a relu network of one linear form of the bits that is > 0 exactly at multiples.
Along any form there are at least 6 changes of sign for m = 3 and for m = 5 (``fewest_changes``). In
one hidden layer u units make u + 1 pieces, and a piece changes its sign at most once: u >= 5. Three
units do not suffice in more layers either: f = c + c' relu(g) changes its sign as often at most as
g crosses one level, 3 times for a g of two units; over a single unit, two units make 3 pieces on
one side of its kink and none on the other. So u >= 4. Whether units that read several forms, or
that serve two words, can do with less is not decided here.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from exactnet.constructions.residues import Residue
from exactnet.constructions.scores import SCORES
from exactnet.constructions.words import CLASSIC, Words
from exactnet.errors import InputError, shown
from exactnet.exact.rationals import Vector
from exactnet.geometry.affine import AffineMap
from exactnet.networks.algebra import affine_network, chain, parallel
from exactnet.networks.network import ReluNetwork

METHODS = tuple(SCORES)
MAX_BITS = 64


@dataclass(frozen=True, slots=True)
class FizzBuzz:
    """A network from the bits of n, lowest first, to one logit for each set of words.

    ``network`` is the chain of the affine map to ``residues``, the scores side by side, and the
    logits, in the order of ``words.classes``.
    """

    words: Words
    bits: int
    method: str
    residues: tuple[Residue, ...]
    network: ReluNetwork = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "network", chain(list(self.parts)))

    @property
    def parts(self) -> tuple[ReluNetwork, ...]:
        """Bits to sums, sums to scores, scores to logits."""
        sums = tuple(tuple(map(Fraction, r.coefficients)) for r in self.residues)
        logits = tuple(tuple(Fraction(int(yes)) for yes in said) for said in self.words.sets)
        scores = parallel([SCORES[self.method](residue) for residue in self.residues])
        zero = Fraction(0)
        return (
            affine_network(AffineMap(sums, (zero,) * len(sums))),
            scores,
            affine_network(AffineMap(logits, (zero,) * len(logits))),
        )

    def input(self, n: int) -> Vector:
        """The bits of n, lowest first; InputError outside 0..2^bits - 1."""
        if not isinstance(n, int) or isinstance(n, bool) or not 0 <= n < 2**self.bits:
            raise InputError.about(
                "n", f"an integer 0..2^{self.bits} - 1", shown(n, 30), "Take more bits."
            )
        return tuple(Fraction(n >> i & 1) for i in range(self.bits))

    def words_for(self, n: int) -> str:
        """What the network says at n: the words of its largest logit, or the number."""
        return self.spoken(n, self.network(self.input(n)))

    def spoken(self, n: int, logits: Iterable[Fraction | int]) -> str:
        """What given logits say at n."""
        values = list(logits)
        best = values.index(max(values))
        return self.words.name(self.words.sets[best]) or str(n)


def fizzbuzz(
    words: "Mapping[int, str] | Iterable[tuple[int, str]] | Words" = CLASSIC,
    bits: int = 10,
    method: str = "zigzag",
) -> FizzBuzz:
    """The exact network for words said at multiples of moduli, on all numbers below 2^bits.

    ``method`` is "hats" (three relu units a multiple), "zigzag" (the fewest in one hidden layer),
    "comb" (fewer in two) or "fold" (abs units, fewest of all, in depth log2 of the multiples).
    ``prove_fizzbuzz`` proves the result.

    >>> game = fizzbuzz()
    >>> [game.words_for(n) for n in (1, 3, 5, 15, 1023)], game.network.depth, game.network.neurons
    (['1', 'fizz', 'buzz', 'fizzbuzz', 'fizz'], 1, 10)
    >>> fizzbuzz({2: "even", 7: "seven"}, bits=6).words_for(42)
    'evenseven'

    Raises InputError for moduli below 2 or above 2^20, repeated moduli or words, more than 8 words
    or 64 bits; InputTypeError for moduli that are no integers.
    """
    chosen = Words.of(words)
    if not isinstance(bits, int) or isinstance(bits, bool) or not 1 <= bits <= MAX_BITS:
        raise InputError.about(
            "bits", f"an integer 1..{MAX_BITS}", shown(bits, 20), "Ten are enough up to 1023."
        )
    if method not in METHODS:
        raise InputError.about("method", f"one of {', '.join(METHODS)}", shown(method, 20), "Pick.")
    residues = tuple(Residue.of(modulus, bits) for modulus in chosen.moduli)
    return FizzBuzz(chosen, bits, method, residues)
