"""(f) FizzBuzz as it was published, beside the exact network of 18 ReLUs.

Grus, "Fizz Buzz in Tensorflow", 2016: one hidden layer of 100 ReLUs without biases, weights of
standard deviation 1/100, gradient descent of rate 1/20, batches of 128 (the last of an epoch has
27), 10,000 epochs. That run got 10 of the numbers 1..100 wrong, and its author supposed that a
deeper network might have done better: full settings train two hidden layers too.
"""

from fractions import Fraction
from pathlib import Path

from exactnet.constructions.fizzbuzz import fizzbuzz
from exactnet.learning import panels
from exactnet.learning.architectures import Dense
from exactnet.learning.experiments.base import SEEDS, Experiment, Table, labels
from exactnet.learning.figures import learning_curves
from exactnet.learning.fizzbuzz_data import ASKED, BITS, TRAINING, FizzBuzzSource, fizzbuzz_rows
from exactnet.learning.plans import Analysis, Cell, Plan
from exactnet.learning.results import Reference, Results, Trend
from exactnet.learning.settings import Training
from exactnet.learning.statistics import estimate
from exactnet.verification.fizzbuzz import prove_fizzbuzz

EPOCHS, BATCH, WIDTH = 10_000, 128, 100
STEPS = -(-len(TRAINING) // BATCH)  # of an epoch
NAMES = ("exact_errors", "exact_training_errors", "least_margin", "wrong")
WRONG = 10  # of 100, as published
PLAIN = sum(n % 3 > 0 and n % 5 > 0 for n in ASKED) / len(ASKED)  # right for saying the number
HIDDEN, DEEPER = {"hidden": 1}, {"hidden": 2}


def plan(small: bool) -> Plan:
    """Ten seeds for as long as was published; or a hundred, and a second hidden layer."""
    training = Training(
        steps=EPOCHS * STEPS, loss="cross-entropy", optimiser="sgd", rate=Fraction(1, 20),
        batch=BATCH, initial="normal", scale=Fraction(1, 100), training_examples=len(TRAINING),
        test_examples=len(ASKED), short_batches=True, evaluate_every=EPOCHS * STEPS // 20,
    )  # fmt: skip
    cells = [
        Cell(labels(hidden=count), FizzBuzzSource(), Dense(BITS, (WIDTH,) * count, 4, False),
             training)
        for count in ((1,) if small else (1, 2))
    ]  # fmt: skip
    seeds = SEEDS if small else tuple(range(100))
    return Plan("fizzbuzz", tuple(cells), seeds, Analysis(losses=len(seeds)), 5 if small else 25)


def draw(results: Results, folder: Path) -> list[Path]:
    """Learning curves; who gets which number wrong."""
    return [
        learning_curves(folder / "learning.png", results, "hidden"),
        panels.wrong_numbers(folder / "wrong.png", results),
    ]


def trends(results: Results) -> list[Trend]:
    """Something is learned, not all of it, and less than of the training set."""
    accuracy = results.values(**HIDDEN)
    learned = results.values("exact_training_errors", **HIDDEN)
    gaps = [1 - learned[seed] / len(TRAINING) - accuracy[seed] for seed in sorted(learned)]
    deeper = [
        results.trend("two hidden layers above one", DEEPER, HIDDEN)
        for count in results.labels("hidden")
        if count == "2"
    ]
    return [
        results.above(f"right more often than {PLAIN:g}, for always the number", PLAIN, **HIDDEN),
        Trend("training numbers above 1..100", estimate(gaps)),
        Trend("the exact network above trained ones", estimate([1 - v for v in accuracy.values()])),
        *deeper,
    ]


def references(results: Results) -> list[Reference]:
    """The published run."""
    return [
        Reference("right of 1..100 (Grus 2016)", 1 - WRONG / len(ASKED), results.estimate(**HIDDEN))
    ]


def tables(results: Results) -> list[Table]:
    """The exact network and every trained one: what they get wrong, by exact evaluation."""
    rows = [_exact_row()]
    for index, cell in enumerate(results.plan.cells):
        columns = [results.store.values(index, name) for name in NAMES]
        rows += [
            (f"{cell.name}, seed {seed}", *(str(column[seed]) for column in columns))
            for seed in columns[0]
        ]
    heads = ("network", "wrong of 1..100", "of 101..1023", "least margin", "number:what is said")
    return [Table("answers, by exact evaluation", heads, tuple(rows))]


def _exact_row() -> tuple[str, ...]:
    """The exact network, read as the trained ones are."""
    game = fizzbuzz(method="hats")
    found = fizzbuzz_rows(game.network)
    verdict = prove_fizzbuzz(game).verdict.value
    name = f"exact, {game.network.neurons} ReLUs, {verdict} right on 0..{2**BITS - 1}"
    return (name, *(str(found[key]) for key in NAMES))


def remarks(results: Results) -> list[str]:
    """Whether the published number of errors is one of ours."""
    found = results.values("exact_errors", **HIDDEN)
    if not found:
        return []
    least, most = int(min(found.values())), int(max(found.values()))
    inside = "within" if least <= WRONG <= most else "outside"
    more = sum(value >= WRONG for value in found.values())
    mean = sum(found.values()) / len(found)
    return [
        f"published, one run: {WRONG} of 100 wrong, {inside} the {least}..{most} of {len(found)} "
        f"seeds; {more} of them get as many wrong or more, the mean is {mean:.1f}",
        "at 0 no network without biases is right: its four logits are 0",
    ]


EXPERIMENT = Experiment(
    "fizzbuzz", "FizzBuzz as published, beside the exact network", plan, draw, trends,
    references, tables, remarks,
)  # fmt: skip
