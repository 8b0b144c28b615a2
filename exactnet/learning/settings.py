"""How a network is trained: the talk's settings by default, every one of them a field."""

from dataclasses import dataclass
from fractions import Fraction

from exactnet.errors import InputError, InputTypeError

LOSSES = ("hinge", "logistic", "cross-entropy")
OPTIMISERS = ("adam", "sgd")
DRAWS = ("truncated", "normal")
DTYPES = ("float32", "float64")
DEVICES = ("cpu", "cuda")
MAX_COUNT = 10**9
MAX_EVALUATIONS = 10**6
LEAST, MOST = Fraction(1, 10**30), Fraction(10**30)  # sizes that float32 holds, with room


@dataclass(frozen=True, slots=True)
class Training:
    """The settings of a training run; the defaults are those of the talk's fractal experiments.

    Weights start normally distributed with standard deviation ``scale``, by default 1/sqrt(fan-in),
    redrawn beyond two of them if ``initial`` is "truncated"; biases start at ``bias``. With
    ``fresh`` every batch is new, else there are ``training_examples`` of them, in a new order each
    epoch; the last few of an epoch, fewer than a batch, make one with ``short_batches`` and are
    left out without. Adam's other constants are 0.9, 0.999 and 10^-8. Every ``evaluate_every``
    steps the network is evaluated on ``test_examples`` others.

    >>> Training(steps=2000, loss="logistic").rate
    Fraction(1, 200)
    """

    steps: int = 1_000_000
    loss: str = "hinge"
    optimiser: str = "adam"
    rate: Fraction = Fraction(1, 200)
    batch: int = 100
    initial: str = "truncated"
    scale: Fraction | None = None
    bias: Fraction = Fraction(1, 10)
    training_examples: int = 50_000
    test_examples: int = 5_000
    fresh: bool = False
    short_batches: bool = False
    evaluate_every: int = 10_000
    dtype: str = "float32"
    device: str = "cpu"

    def __post_init__(self) -> None:
        for name, known in (
            ("loss", LOSSES), ("optimiser", OPTIMISERS), ("initial", DRAWS),
            ("dtype", DTYPES), ("device", DEVICES),
        ):  # fmt: skip
            _check_choice(name, getattr(self, name), known)
        for name in ("steps", "batch", "training_examples", "test_examples", "evaluate_every"):
            _check_count(name, getattr(self, name), 0 if name == "steps" else 1)
        for name in ("rate", "bias", "scale"):
            _check_number(name, getattr(self, name))
        if self.rate <= 0 or (self.scale is not None and self.scale < 0):
            raise InputError.about(
                "Training", "rate > 0 and scale >= 0", f"{self.rate} and {self.scale}", "Raise it."
            )
        if self.steps > MAX_EVALUATIONS * self.evaluate_every:
            raise InputError.about(
                "Training.evaluate_every", f"at most {MAX_EVALUATIONS} evaluations",
                f"{self.steps // self.evaluate_every}", "Evaluate less often.",
            )  # fmt: skip
        if self.batch > self.training_examples and not self.fresh:
            raise InputError.about(
                "Training.batch", f"at most the {self.training_examples} training examples",
                f"{self.batch}", "Take a smaller batch, or fresh examples.",
            )  # fmt: skip

    @property
    def evaluations(self) -> tuple[int, ...]:
        """The steps after which the network is evaluated: 0, every so many, the last.

        >>> Training(steps=25, evaluate_every=10).evaluations
        (0, 10, 20, 25)
        """
        return (*range(0, self.steps, self.evaluate_every), self.steps)


def _check_choice(name: str, value: object, known: tuple[str, ...]) -> None:
    if value not in known:
        raise InputError.about(
            f"Training.{name}", f"one of {', '.join(known)}", f"{value!r:.40}", "Pick one."
        )


def _check_count(name: str, value: object, least: int) -> None:
    where = f"Training.{name}"
    if not isinstance(value, int) or isinstance(value, bool):
        raise InputTypeError.about(where, "an integer", type(value).__name__, "Write 1000.")
    if not least <= value <= MAX_COUNT:
        raise InputError.about(where, f"{least}..{MAX_COUNT}", f"{value}"[:40], "Change it.")


def _check_number(name: str, value: object) -> None:
    """A Fraction that is 0 or neither lost nor infinite when it is rounded to a float."""
    where = f"Training.{name}"
    if value is None and name == "scale":
        return
    if not isinstance(value, Fraction):
        raise InputTypeError.about(
            where, "a Fraction", type(value).__name__, "Use Fraction('1/10')."
        )
    if value and not LEAST <= abs(value) <= MOST:
        size = "a larger number" if abs(value) > MOST else "a smaller one"
        raise InputError.about(where, "0, or a size from 10^-30 to 10^30", size, "Change it.")
