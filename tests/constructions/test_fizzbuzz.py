"""FizzBuzz networks against counting, in every method; sizes; wrong networks; bad words."""

from fractions import Fraction as F
from itertools import pairwise, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

import exactnet as en
from exactnet.constructions.fizzbuzz import METHODS, FizzBuzz, fizzbuzz
from exactnet.constructions.residues import Residue, fewest_changes
from exactnet.constructions.scores import SCORES
from exactnet.constructions.words import Words
from exactnet.errors import ExactnetError
from exactnet.limits import Limits
from exactnet.networks.layer import ABS, RELU
from exactnet.networks.network import ReluNetwork
from exactnet.verification.fizzbuzz import WrongWords, prove_fizzbuzz


def classic(n: int) -> str:
    return ("fizz" if n % 3 == 0 else "") + ("buzz" if n % 5 == 0 else "") or str(n)


@pytest.mark.parametrize("method", METHODS)
def test_the_classic_is_right_on_all_ten_bit_numbers(method: str) -> None:
    game = fizzbuzz(method=method)
    inputs = [[n >> i & 1 for i in range(10)] for n in range(1024)]
    values, scale = en.evaluate_batch(game.network, inputs)
    for n, logits in enumerate(values.tolist()):
        best = max(logits)
        assert game.words.classes[logits.index(best)] == (
            classic(n) if classic(n) != str(n) else "number"
        )
        assert sorted(logits)[-2] <= best - scale  # by at least 1
    assert [game.words_for(n) for n in range(1, 101)] == [classic(n) for n in range(1, 101)]
    for route in ("exhaustive", "structure"):
        assert prove_fizzbuzz(game, route=route).verdict is en.Proved


def test_the_sizes_are_those_that_are_claimed() -> None:
    sizes = {
        m: [layer.outputs for layer in fizzbuzz(method=m).network.layers[:-1]] for m in METHODS
    }
    assert sizes == {"hats": [18], "zigzag": [10], "comb": [4, 4], "fold": [2, 2, 2]}
    kinds = {
        m: {s for k in fizzbuzz(method=m).network.layers[:-1] for s in k.slopes} for m in METHODS
    }
    assert kinds == {"hats": {RELU}, "zigzag": {RELU}, "comb": {RELU}, "fold": {ABS}}


games = st.dictionaries(
    st.integers(2, 40), st.text("abcxyz", min_size=1, max_size=4), min_size=1, max_size=3
).filter(lambda found: len(set(found.values())) == len(found))


@given(games, st.integers(1, 9), st.sampled_from(METHODS))
def test_any_words_are_said_at_multiples(words: dict[int, str], bits: int, method: str) -> None:
    game = fizzbuzz(words, bits, method)
    result = prove_fizzbuzz(game)
    assert (result.verdict, result.route) == (en.Proved, "exhaustive")
    assert prove_fizzbuzz(game, route="structure").verdict is en.Proved
    for n in range(0, 2**bits, 7):
        expected = "".join(words[m] for m in sorted(words) if n % m == 0)
        assert game.words_for(n) == (expected or str(n))


@pytest.mark.parametrize("bits", [1, 2, 5, 10, 13])
def test_scores_have_their_signs_and_sums_their_residues(bits: int) -> None:
    for modulus in range(2, 20):
        residue = Residue.of(modulus, bits)
        for n in range(0, 2**bits, 1 + bits):
            a = sum(c * (n >> i & 1) for i, c in enumerate(residue.coefficients))
            assert (a - n) % modulus == 0
            assert residue.low <= a <= residue.high
        for score in SCORES.values():
            net = score(residue)
            for a in range(residue.low, residue.high + 1):
                value = net([a])[0]
                assert value >= 1 if a % modulus == 0 else value <= -1


def changes_along(weights: tuple[int, ...], modulus: int) -> int | None:
    """Changes along one linear form of the bits; None if it does not tell multiples apart."""
    seen: dict[int, bool] = {}
    for bits in product((0, 1), repeat=len(weights)):
        value = sum(w * b for w, b in zip(weights, bits, strict=True))
        multiple = sum(b << i for i, b in enumerate(bits)) % modulus == 0
        if seen.setdefault(value, multiple) != multiple:
            return None
    answers = [seen[value] for value in sorted(seen)]
    return sum(a != b for a, b in pairwise(answers))


@pytest.mark.parametrize("modulus", [2, 3, 5, 6, 7])
def test_no_small_linear_form_has_fewer_changes_than_the_bound(modulus: int) -> None:
    bits = 4
    found = [changes_along(w, modulus) for w in product(range(-6, 7), repeat=bits)]
    bound = fewest_changes(modulus, bits)
    assert min(c for c in found if c is not None) >= bound
    assert Residue.of(modulus, bits).changes >= bound


def test_the_sums_for_ten_bits_have_the_fewest_changes_that_any_form_has() -> None:
    more = [m for m in range(2, 11) if Residue.of(m, 10).changes > fewest_changes(m, 10)]
    assert more == [10]
    assert fewest_changes(3, 10) == fewest_changes(5, 10) == 6


def test_a_network_with_one_wrong_weight_is_refuted_or_as_right_as_counting_says() -> None:
    game = fizzbuzz(bits=5)
    net = game.network
    verdicts = set()
    for k, step in product(range(len(net.layers)), (F(1), F(-3))):
        layers = [(layer.weight, [*layer.bias[:-1], layer.bias[-1] + step * (j == k)])
                  for j, layer in enumerate(net.layers)]  # fmt: skip
        wrong = ReluNetwork.of(layers)
        result = prove_fizzbuzz(game, wrong)
        outputs = [wrong(game.input(n)) for n in range(32)]
        right = all(
            out.count(max(out)) == 1 and game.spoken(n, out) == classic(n)
            for n, out in enumerate(outputs)
        )
        assert (result.verdict is en.Proved) == right
        if not right:
            found = result.counterexample
            assert isinstance(found, WrongWords)
            assert found.outputs == outputs[found.number]
            assert found.expected == classic(found.number)
        verdicts.add(result.verdict)
    assert en.Refuted in verdicts


def test_equal_logits_are_wrong_and_say_so() -> None:
    game = fizzbuzz(bits=2)
    silent = ReluNetwork.of([([[0, 0]] * 4, [0] * 4)])
    found = prove_fizzbuzz(game, silent).counterexample
    assert found is not None
    assert found.words() == "at 0 the network says two things at once, not fizzbuzz"


def test_structure_does_not_believe_another_network_or_another_residue() -> None:
    game = fizzbuzz(bits=20)
    result = prove_fizzbuzz(game, fizzbuzz(bits=20, method="hats").network)
    assert (result.verdict, result.reason) == (en.Unknown, "the network is not the game's own")
    three, five = game.residues
    wrong = Residue(3, (*three.coefficients[:-1], three.coefficients[-1] + 1))
    broken = FizzBuzz(game.words, 20, "zigzag", (wrong, five))
    result = prove_fizzbuzz(broken)
    assert result.verdict is en.Unknown
    assert "is not 2^19 modulo 3" in result.reason
    swapped = FizzBuzz(game.words, 20, "zigzag", (five, three))
    assert prove_fizzbuzz(swapped).reason == "the sum is modulo 5, not 3"


def test_many_bits_are_proved_by_structure() -> None:
    game = fizzbuzz({3: "fizz", 5: "buzz", 7: "zip"}, bits=64)
    result = prove_fizzbuzz(game)
    assert (result.verdict, result.route) == (en.Proved, "structure")
    assert len(result.rests_on) == 4
    n = 3 * 5 * 7 * (2**50 + 1)
    assert game.words_for(n) == "fizzbuzzzip"
    assert game.words_for(n + 1) == str(n + 1)


def test_a_limit_gives_unknown() -> None:
    result = prove_fizzbuzz(fizzbuzz(), limits=Limits(seconds=1e-9))
    assert result.verdict is en.Unknown
    assert "limit" in result.reason


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ({}, "words: expected 1..8 words, got 0. Try {3: 'fizz'}."),
        ({1: "a"}, "words: expected moduli 2..1048576, got 1. Change it."),
        ({10**7: "a"}, "words: expected moduli 2..1048576, got 10000000. Change it."),
        ({-(10**40): "a"}, "words: expected moduli 2..1048576, got a longer number. Change it."),
        ({3.0: "a"}, "words: expected integers as moduli, got 3.0. Write {3: 'fizz'}."),
        ({"3": "a"}, "words: expected integers as moduli, got '3'. Write {3: 'fizz'}."),
        ([(3, "a"), (3, "b")], "words: expected each modulus once, got 3 twice. Drop one of them."),
        ({3: "a", 5: "a"}, "words: expected each word once, got a twice. Drop one of them."),
        ({3: ""}, "words: expected words of 1..40 letters, got ''. Choose another one."),
        ({3: "7"}, "words: expected words of 1..40 letters, got '7'. Choose another one."),
        ({3: "a\nb"}, "words: expected words of 1..40 letters, got 'a\\nb'. Choose another one."),
        ({3: 7}, "words: expected text, got 7. Write {3: 'fizz'}."),
        ([3], "words: expected pairs (modulus, word), got 3. Write {3: 'fizz'}."),
        ([(3,)], "words: expected pairs (modulus, word), got (3,). Write {3: 'fizz'}."),
        ("3=fizz", "words: expected a dictionary such as {3: 'fizz'}, got str. Write one."),
        (
            {m: f"w{m}" for m in range(2, 11)},
            "words: expected 1..8 words, got 9. Try {3: 'fizz'}.",
        ),
    ],
)
def test_bad_words_are_refused(words: object, message: str) -> None:
    with pytest.raises(ExactnetError) as caught:
        fizzbuzz(words)  # type: ignore[arg-type]
    assert str(caught.value) == message


def test_other_bad_arguments_are_refused() -> None:
    for call, message in (
        (lambda: fizzbuzz(bits=0), "bits: expected an integer 1..64, got 0."),
        (lambda: fizzbuzz(bits=65), "bits: expected an integer 1..64, got 65."),
        (lambda: fizzbuzz(method="deep"), "method: expected one of hats, zigzag, comb, fold"),
        (lambda: fizzbuzz().words_for(1024), "n: expected an integer 0..2^10 - 1, got 1024."),
        (lambda: fizzbuzz().words_for(-1), "n: expected an integer 0..2^10 - 1, got -1."),
        (lambda: prove_fizzbuzz(fizzbuzz(), route="z3"), "route: expected one of auto, exhaustive"),
        (
            lambda: prove_fizzbuzz(fizzbuzz(), fizzbuzz(bits=9).network),
            "network: expected 10 inputs and 4 outputs, got 9 and 4.",
        ),
        (lambda: fewest_changes(37, 30), "fewest_changes: expected at most 4096 choices, got"),
        (lambda: Words((3, 5), ("a",)), "words: expected 2 words, one a modulus, got 1. Match."),
        (lambda: Words.parse("3fizz"), "words: expected pairs such as 3=fizz,5=buzz, got '3fizz'."),
    ):
        with pytest.raises(ExactnetError) as caught:
            call()  # type: ignore[no-untyped-call]
        assert str(caught.value).startswith(message)
