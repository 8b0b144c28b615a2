"""``exactnet fizzbuzz``: what the exact network says, one number a line."""

import argparse

from exactnet.cli import output
from exactnet.constructions.fizzbuzz import METHODS, FizzBuzz, fizzbuzz
from exactnet.constructions.words import CLASSIC, Words
from exactnet.errors import InputError, LimitReached
from exactnet.verification.verdicts import Result, Verdict

BITS = 10
MOST = 2**20 - 1
AT_ONCE = 4096


def add_to(sub: "argparse._SubParsersAction[argparse.ArgumentParser]") -> argparse.ArgumentParser:
    """Declare the command."""
    command = sub.add_parser("fizzbuzz", help="play FizzBuzz by an exact, proved network")
    command.add_argument("--to", type=int, default=100, metavar="N", help="default: 100")
    command.add_argument(
        "--words", metavar="3=fizz,5=buzz", help="moduli and words; default: the classic"
    )
    command.add_argument("--method", choices=METHODS, default="zigzag", help="default: zigzag")
    command.add_argument("-o", "--output", metavar="FILE", help="write the network to a file")
    command.set_defaults(run=run)
    return command


def run(options: argparse.Namespace) -> int:
    """Prove the network for all numbers of its bits, then print what it says from 1 on."""
    from exactnet.verification.fizzbuzz import prove_fizzbuzz

    if not 1 <= options.to <= MOST:
        shown = output.short(options.to)
        raise InputError.about("--to", f"a number 1..{MOST}", shown, "Change it.")
    words = Words.of(CLASSIC) if options.words is None else Words.parse(options.words, "--words")
    game = fizzbuzz(words, max(BITS, options.to.bit_length()), options.method)
    with output.progress() as progress:
        proof = prove_fizzbuzz(game, progress=progress)
        if proof.verdict is not Verdict.PROVED:
            raise LimitReached(f"the network is not proved: {proof.reason}")
        answers = _answers(game, options.to)
    if options.output:
        game.network.save(options.output)
    if options.json:
        return output.as_json(_document(game, proof, answers, options.output))
    output.show("\n".join(answers))
    return 0


def _answers(game: FizzBuzz, last: int) -> list[str]:
    """What the network says at 1..last, by exact batches."""
    from exactnet.networks.batch import evaluate_batch

    said = []
    for first in range(1, last + 1, AT_ONCE):
        numbers = range(first, min(first + AT_ONCE, last + 1))
        values, _ = evaluate_batch(
            game.network, [[n >> i & 1 for i in range(game.bits)] for n in numbers]
        )
        said += [game.spoken(n, row) for n, row in zip(numbers, values.tolist(), strict=True)]
    return said


def _document(
    game: FizzBuzz, proof: Result, answers: list[str], file: str | None
) -> dict[str, object]:
    net = game.network
    return {
        "answers": answers,
        "words": {str(m): w for m, w in zip(game.words.moduli, game.words.words, strict=True)},
        "classes": list(game.words.classes),
        "bits": game.bits,
        "method": game.method,
        "depth": net.depth,
        "width": net.width,
        "neurons": net.neurons,
        "verdict": proof.verdict.value,
        "claim": proof.claim,
        "rests_on": list(proof.rests_on),
        "file": file,
    }
