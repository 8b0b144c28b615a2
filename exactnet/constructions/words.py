"""The words of a FizzBuzz game: which are said at a number."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from exactnet.errors import InputError, InputTypeError, shown

MAX_WORDS = 8  # the network has one logit for each set of words
MAX_MODULUS = 2**20
MAX_LETTERS = 40

CLASSIC: Mapping[int, str] = {3: "fizz", 5: "buzz"}


@dataclass(frozen=True, slots=True)
class Words:
    """A word for each of some moduli, in increasing order: said at their multiples, 0 included.

    >>> words = Words.of({5: "buzz", 3: "fizz"})
    >>> [words.text(n) for n in (1, 3, 5, 15)], words.classes
    (['1', 'fizz', 'buzz', 'fizzbuzz'], ('number', 'fizz', 'buzz', 'fizzbuzz'))
    """

    moduli: tuple[int, ...]
    words: tuple[str, ...]

    def __post_init__(self) -> None:
        if len(self.moduli) != len(self.words):
            raise InputError.about(
                "words", f"{len(self.moduli)} words, one a modulus", f"{len(self.words)}", "Match."
            )
        if not 1 <= len(self.moduli) <= MAX_WORDS:
            raise InputError.about(
                "words", f"1..{MAX_WORDS} words", str(len(self.moduli)), "Try {3: 'fizz'}."
            )
        for modulus, word in zip(self.moduli, self.words, strict=True):
            _check_modulus(modulus)
            _check_word(word)
        for kind, items in (("modulus", self.moduli), ("word", self.words)):
            for item in items:
                if items.count(item) > 1:
                    raise InputError.about(
                        "words", f"each {kind} once", f"{item} twice", "Drop one of them."
                    )
        if list(self.moduli) != sorted(self.moduli):
            raise InputError.about("words", "increasing moduli", f"{self.moduli}", "Sort them.")

    @classmethod
    def of(cls, words: "Mapping[int, str] | Iterable[tuple[int, str]] | Words") -> "Words":
        """Build from a dictionary or from pairs (modulus, word), in any order.

        Raises InputError or InputTypeError for words that make no game.
        """
        if isinstance(words, Words):
            return words
        if isinstance(words, (str, bytes)) or not isinstance(words, Iterable):
            raise InputTypeError.about(
                "words", "a dictionary such as {3: 'fizz'}", type(words).__name__, "Write one."
            )
        pairs = list(words.items() if isinstance(words, Mapping) else words)
        for pair in pairs:
            if not isinstance(pair, (tuple, list)) or len(pair) != 2:
                raise InputError.about(
                    "words", "pairs (modulus, word)", shown(pair, 40), "Write {3: 'fizz'}."
                )
            _check_modulus(pair[0])
        pairs.sort(key=lambda pair: pair[0])
        return cls(tuple(m for m, _ in pairs), tuple(word for _, word in pairs))

    @classmethod
    def parse(cls, text: str, where: str = "words") -> "Words":
        """Read "3=fizz,5=buzz".

        >>> Words.parse("2=even,7=seven").text(14)
        'evenseven'

        Raises InputError for anything else.
        """
        pairs = []
        for part in text.split(","):
            modulus, equals, word = part.partition("=")
            if not equals or not modulus.strip().isascii() or not modulus.strip().isdigit():
                raise InputError.about(
                    where, "pairs such as 3=fizz,5=buzz", f"'{part:.40}'", "Separate by commas."
                )
            if len(modulus.strip()) > 9:
                raise InputError.about(
                    where, f"moduli 2..{MAX_MODULUS}", f"{modulus.strip():.40}", "Change it."
                )
            pairs.append((int(modulus), word.strip()))
        return cls.of(pairs)

    def said(self, n: int) -> tuple[bool, ...]:
        """Which words are said at n."""
        return tuple(n % modulus == 0 for modulus in self.moduli)

    def text(self, n: int) -> str:
        """What is said at n: the words, or the number."""
        return self.name(self.said(n)) or str(n)

    def name(self, said: Iterable[bool]) -> str:
        """A set of words, one after the other; empty for none."""
        return "".join(word for word, yes in zip(self.words, said, strict=True) if yes)

    @property
    def sets(self) -> tuple[tuple[bool, ...], ...]:
        """All sets of words, counted in binary with the first word as the lowest digit."""
        count = len(self.words)
        return tuple(tuple(bool(k >> j & 1) for j in range(count)) for k in range(2**count))

    @property
    def classes(self) -> tuple[str, ...]:
        """The names of these sets."""
        return tuple(self.name(said) or "number" for said in self.sets)


def _check_modulus(modulus: object) -> None:
    if not isinstance(modulus, int) or isinstance(modulus, bool):
        raise InputTypeError.about(
            "words", "integers as moduli", shown(modulus, 40), "Write {3: 'fizz'}."
        )
    if not 2 <= modulus <= MAX_MODULUS:
        text = str(modulus) if abs(modulus) < 10**12 else "a longer number"
        raise InputError.about("words", f"moduli 2..{MAX_MODULUS}", text, "Change it.")


def _check_word(word: object) -> None:
    if not isinstance(word, str):
        raise InputTypeError.about("words", "text", shown(word, 40), "Write {3: 'fizz'}.")
    if not 0 < len(word) <= MAX_LETTERS or not word.isprintable() or word.isdigit():
        raise InputError.about(
            "words", f"words of 1..{MAX_LETTERS} letters", shown(word, 60), "Choose another one."
        )
